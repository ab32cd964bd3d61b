"""A limit on the time that one question takes, kept by stopping the work and not only the wait for it.

A thread cannot be stopped, so work that outlives its limit there goes on taking the processor. A timer's signal can
stop what the main thread runs, the matching of a regular expression included; so questions are answered in the main
thread, where a worker's event loop runs.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from chatbot.web.problems import TOO_LONG, ProblemError


class _TimeUpError(BaseException):
    """Raised in the midst of whatever runs. No `Exception`, so that nothing on the way takes it for one of its own."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeUpError


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise a `ProblemError` where what is inside takes longer.

    No limit is kept outside the main thread, and where the system has no such timer (Windows).
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    if signal.getsignal(signal.SIGALRM) is not _stop:
        signal.signal(signal.SIGALRM, _stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeUpError:
        raise ProblemError(TOO_LONG) from None
