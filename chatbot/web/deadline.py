"""A limit on the time that one question takes, kept by stopping the work and not only the wait for it.

A thread cannot be stopped, so work that outlives its limit there goes on taking the processor. A timer's signal can
stop what the main thread runs, the matching of a regular expression included; so questions are answered in the main
thread, where a worker's event loop runs.
"""

from __future__ import annotations

import signal
import threading
from functools import cache
from types import FrameType

from chatbot.web.problems import TOO_LONG, ProblemError


class _TimeUpError(BaseException):
    """Raised in the midst of whatever runs. No `Exception`, so that nothing on the way takes it for one of its own."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeUpError


@cache
def _listen() -> None:
    signal.signal(signal.SIGALRM, _stop)


class Limited:
    """Raises a `ProblemError` where what is done within it takes longer than so many seconds.

    No limit is kept outside the main thread, and where the system has no such timer (Windows).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        main = threading.current_thread() is threading.main_thread()
        self._kept = main and hasattr(signal, "setitimer")

    def __enter__(self) -> None:
        if self._kept:
            _listen()
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        try:
            if self._kept:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except _TimeUpError as late:  # it rang in the moment in which it was switched off
            error = error or late
        if isinstance(error, _TimeUpError):
            raise ProblemError(TOO_LONG) from None
