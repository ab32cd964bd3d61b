"""Text onto a stream: encoded whatever the stream can carry, stripped of anything a terminal would obey."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from chatbot.quantity import NBSP
from chatbot.terminal.schedules import NARROWEST, chart, is_schedule, table

if TYPE_CHECKING:
    from chatbot.reply import Reply

WIDEST = 80  # columns; longer lines are hard to read
BOLD, PLAIN = "\x1b[1m", "\x1b[22m"
MARK = "\ufdd0"  # stands for the two stars around what is bold, and takes one column; no text may hold it
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
        # A chart: cells filled by more than half, and by less.
        **dict.fromkeys("▅▆▇█", "#"),
        **dict.fromkeys("▁▂▃▄", "."),
        "─": "-",
        "│": "|",
        "└": "+",
    }
)
_ASCII_IN_LINES = {char: text for char, text in ASCII.items() if chr(char) != NBSP}


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
    plain = not _carries(stream, text)
    if plain:
        # Before the lines are broken, because some forms are longer; no-break spaces after, because they hold.
        text = text.translate(_ASCII_IN_LINES)
    if stream.isatty():
        text = laid_out(text, _width(), bold=_obeys_escapes())
    if plain:
        text = text.translate(ASCII).encode("ascii", "replace").decode()
    print(text, file=stream, flush=True)


def _obeys_escapes() -> bool:
    """Whether the terminal can show bold; a dumb one, or none that is named, gets plain words."""
    return os.environ.get("TERM", "") not in ("", "dumb")


def laid_out(text: str, width: int, *, bold: bool) -> str:
    """Text as a terminal of a width shows it: in lines, and what is marked with stars in bold, or plain."""
    return emphasised(wrapped(text.replace("**", MARK), width), bold=bold)


def emphasised(text: str, *, bold: bool) -> str:
    """Text with what stands between marks in bold, or plain. Colour is never used, so NO_COLOR changes nothing."""
    parts = text.split(MARK)
    on, off = (BOLD, PLAIN) if bold else ("", "")
    # Bold ends with its line and begins anew on the next, so that a line that is copied stays whole.
    strong = (part.replace("\n", f"{off}\n{on}") for part in parts[1::2])
    return "".join(part if place % 2 == 0 else f"{on}{next(strong)}{off}" for place, part in enumerate(parts))


def _carries(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _width() -> int:
    return min(WIDEST, shutil.get_terminal_size().columns)


def shown(reply: Reply, stream: TextIO | None = None) -> str:
    """A reply's text as a stream is to show it: schedules drawn on a terminal, the Markdown as it is elsewhere."""
    return drawn(reply, _width()) if (stream or sys.stdout).isatty() else reply.text


def drawn(reply: Reply, width: int) -> str:
    """A reply's text with a table and a chart in place of the list that a schedule's rows make in it.

    The list stays where the width holds no table.
    """
    if width < NARROWEST:
        return reply.text
    lines = reply.text.split("\n")
    after = 0
    for calculation, rows in zip(filter(is_schedule, reply.calculations), reply.schedules, strict=True):
        start = _find(rows, lines, after)
        tabled = table(calculation, width)
        if start is None or not tabled:
            continue
        bars = chart(calculation, width)
        made = ["", *tabled, *(["", *bars] if bars else [])]
        lines[start : start + len(rows)] = made
        after = start + len(made)
    return "\n".join(lines)


def _find(rows: Sequence[str], lines: Sequence[str], after: int) -> int | None:
    """Where the rows stand as list items one after the other."""
    items = [f"* {row}" for row in rows]
    places = range(after, len(lines) - len(items) + 1)
    return next((place for place in places if lines[place : place + len(items)] == items), None)


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
