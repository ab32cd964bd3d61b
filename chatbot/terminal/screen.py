"""Text onto a stream: encoded whatever the stream can carry, stripped of anything a terminal would obey."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import TextIO

WIDEST = 80  # columns; longer lines are hard to read
_ITEM = re.compile(r"(?:\*|\d+\.) ")
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
        "÷": "/",
        "−": "-",
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
    if stream.isatty():
        text = wrapped(text, min(WIDEST, shutil.get_terminal_size().columns))
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(ASCII).encode("ascii", "replace").decode()
    print(text, file=stream, flush=True)


def wrapped(text: str, width: int) -> str:
    """Lines of at most width columns, broken at spaces only: a no-break space holds a number and its unit together."""
    out = []
    for line in text.split("\n"):
        item = _ITEM.match(line)
        indent = " " * len(item.group()) if item else ""
        out.append(textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
    return "\n".join(out)


def lines_of_input(stream: TextIO | None = None) -> Iterator[str]:
    """Standard input line by line as UTF-8, without line ends; bytes that are no UTF-8 become U+FFFD."""
    source = (stream or sys.stdin).buffer
    for raw in source:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")
