"""Which of the numbered choices of a question back a message picks."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NUMBERS = ("one", "two", "three", "four", "five", "six")
_PICKED = re.compile(
    r"(?:(?:i mean|i meant|i want|give me|yes|ok|okay)[ ,]+)?(?:the )?(?:option|number|choice|no\.?|nr\.?|#)? ?"
    rf"\(?(?P<which>\d|{'|'.join((*_ORDINALS, *_NUMBERS))}|last)(?:[.):]|st|nd|rd|th)?"
    r"(?: (?:one|option|choice|question))?(?:[ ,]+(?:please|pls|thanks|then))?[.!?]?"
)


def picked(message: str, choices: Sequence[str]) -> str:
    """The choice that a message picks by its place ("2", "option 2", "the second one", "the last"), or ''."""
    match = _PICKED.fullmatch(" ".join(message.lower().split())) if choices and len(message) < 60 else None
    if not match:
        return ""
    which = match["which"]
    if which == "last":
        return choices[-1]
    words = _ORDINALS if which in _ORDINALS else _NUMBERS
    place = int(which) - 1 if which.isdecimal() and which.isascii() else words.index(which) if which in words else -1
    return choices[place] if 0 <= place < len(choices) else ""
