"""What is made in the background while the first line is typed, and waited for where it is needed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class Loading(Generic[_Made]):
    """Makes something once, for whoever asks first; whoever asks meanwhile waits. A failure is raised to each."""

    def __init__(self, make: Callable[[], _Made]) -> None:
        self._make = make
        self._made: _Made | None = None
        self._lock = Lock()

    @property
    def is_ready(self) -> bool:
        """Whether `get` would return at once."""
        return self._made is not None

    def get(self) -> _Made:
        """What is made."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
