"""Text onto a stream: encoded whatever the stream can carry, stripped of anything a terminal would obey."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TextIO

# The documented ASCII form of the characters that replies use.
ASCII = str.maketrans(
    {
        "\u00a0": " ",
        "·": "-",
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "...",
        "→": "->",
        "×": "x",
    }
)


def readable(text: str) -> str:
    """Text that came from an argument or a file, bytes that are no UTF-8 as U+FFFD: it can be written anywhere."""
    return os.fsencode(text).decode("utf-8", "replace") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def say(text: str, *, exact: bool = False, stream: TextIO | None = None) -> None:
    """Print a line or more to standard output.

    exact: a program reads it, so it is UTF-8 whatever the locale. Otherwise a stream that cannot carry one of the
    characters gets the whole text in its ASCII form.
    """
    stream = stream or sys.stdout
    if exact and hasattr(stream, "buffer"):
        stream.flush()
        stream.buffer.write(f"{text}\n".encode("utf-8", "replace"))
        stream.buffer.flush()
        return
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(ASCII).encode("ascii", "replace").decode()
    print(text, file=stream, flush=True)


def lines_of_input(stream: TextIO | None = None) -> Iterator[str]:
    """Standard input line by line as UTF-8, without line ends; bytes that are no UTF-8 become U+FFFD."""
    source = (stream or sys.stdin).buffer
    for raw in source:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")
