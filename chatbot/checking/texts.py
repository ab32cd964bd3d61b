"""What is looked for in every text and table of values: figures, {slots}, style, missing and unread keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from chatbot.checking.folder import Folder, items
from chatbot.content import Value
from chatbot.documents import Table
from chatbot.errors import QuantityError
from chatbot.quantity import NUMBER_WORDS, UNITS, Quantity

SLOT = re.compile(r"\{(\w+)\}")
_MASS = sorted(
    (unit for unit in UNITS if unit.partition("/")[0] in ("mg", "mcg", "g", "kg", "mL")), key=len, reverse=True
)
_MASSES = "|".join(map(re.escape, _MASS))
_NUMBERS = "|".join(
    (*NUMBER_WORDS, "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "eighty", "hundred", "thousand")
)
FIGURE = re.compile(rf"\d+(?:[.,]\d+)*(?:\s?(?:{_MASSES})\b|\s?%)?|%|\b(?:{_NUMBERS})\s(?:{_MASSES})\b", re.IGNORECASE)
DOSE = re.compile(rf"(?:\d|\b(?:{_NUMBERS}))\s?(?:{_MASSES}|%)(?!\w)", re.IGNORECASE)
# How a dose must not be written, in a fact's sentence whose {slots} stand as #.
STYLE = (
    (re.compile(r"[<>≤≥±≈~+×@&=]\s*\**#|#\**\s*[<>≤≥±≈~+×@&=]"), "has a symbol beside a figure", "write it in words"),
    (re.compile(r"#\**\s*[-–—/]\s*\**#"), "joins two figures by a dash or slash", "write 'to', 'and' or 'per'"),
    (re.compile(rf"#\**\s?(?:{_MASSES})\b"), "types a unit after a figure", "let the value hold its unit"),
    (re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE), "tells a person what to do", "say what the source does"),
    (re.compile(r"\b(?:[QBT]ID|QO?D|TDS|[BO]D|PRN|PO|ITB?|MS)\b|µg"), "holds a short form", "spell it out"),
)  # fmt: skip


def sentence(folder: Folder, what: str, entry: Table, key: str) -> None:
    """A sentence that takes its figures from the values beside it: no figure, no short form, every mark closed."""
    plain = SLOT.sub("#", str(entry[key]))
    figure = FIGURE.search(plain)
    if figure:
        line = folder.line_with(figure[0].split()[0], entry.file, entry.lines[key])
        mend = "put it under 'values' and name it as a {slot}"
        folder.add(f"the sentence of {what} holds the figure {figure[0]!r}", entry.file, line, mend)
    style(folder, f"the sentence of {what}", plain, entry.file, entry.lines[key])
    if "{" in plain or "}" in plain or plain.count("**") % 2:
        mend = "close every {slot} and every **bold** figure"
        folder.add(f"the sentence of {what} opens a mark and does not close it", entry.file, entry.lines[key], mend)


def style(folder: Folder, what: str, plain: str, file: str, line: int) -> None:
    """How a dose must not be written. plain: the text with # for each {slot}."""
    for pattern, problem, mend in STYLE:
        if pattern.search(plain):
            folder.add(f"{what} {problem}", file, line, mend)


def text(folder: Folder, what: str, written: Any, file: str, line: int, slots: Collection[str]) -> bool:
    """Report what is wrong with a text that takes its figures as {slots}. Returns whether it is a text."""
    if not isinstance(written, str):
        folder.add(f"{what} is no text", file, line, "write a text, in quotes where YAML reads more")
        return False
    plain = SLOT.sub("", written)
    figure = FIGURE.search(plain)
    if figure:
        at = folder.line_with(figure[0].split()[0], file, line)
        folder.add(f"{what} holds the figure {figure[0]!r}", file, at, "name a value or a limit as a {slot}")
    unknown_slots(folder, what, written, file, line, slots)
    if "{" in plain or "}" in plain:
        folder.add(f"{what} opens a {{slot}} and does not close it", file, line, "write it as {slot}")
    if plain.count("**") % 2:
        folder.add(f"{what} opens a **bold** mark and does not close it", file, line, "close it, or leave it out")
    return True


def unknown_slots(folder: Folder, what: str, written: str, file: str, line: int, slots: Collection[str]) -> None:
    """Report the {slots} of a text that nothing fills."""
    for slot in SLOT.findall(written):
        if slot not in slots:
            mend = f"use one of {', '.join(sorted(slots))}" if slots else "this text takes none: leave it out"
            at = folder.line_with(f"{{{slot}}}", file, line)
            folder.add(f"{what} names the unknown slot {{{slot}}}", file, at, mend)


def part_of(table: Table, path: str) -> Any:
    """The value at a path such as ``emergency.first``."""
    value: Any = table
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Table) else None
    return value


def expect(folder: Folder, table: Table, needed: Collection[str], allowed: Collection[str], what: str) -> None:
    """Report needed keys that are missing, and keys that no reply uses."""
    for key in map(str, needed):
        if not table.get(key):
            folder.add(f"{what} misses {key!r}", table.file, table.lines.get(key, table.line), f"add '{key}:'")
    for key in table:
        if key not in needed and key not in allowed:
            mend = "remove it, or mend its name"
            folder.add(f"{what} has {key!r}, which no reply uses", table.file, table.lines[key], mend)


def expect_parts(folder: Folder, table: Table, parts: Mapping[str, Collection[str]], what: str) -> None:
    """Report what parts of a table miss, and what no reply uses of them. parts: the keys of each, by its path."""
    for path, keys in parts.items():
        part = part_of(table, path)
        if isinstance(part, Table):
            expect(folder, part, keys, (), f"{path!r} of {what}")
        elif part is not None:
            outer = part_of(table, path.rpartition(".")[0]) if "." in path else table
            line = outer.lines[path.rpartition(".")[2]]
            folder.add(f"{path!r} of {what} is no mapping", table.file, line, "give it keys and values")


def ranges_in_lists(folder: Folder, values: Table) -> None:
    """Figures in a list are shown as they are, so that loading does not read them as quantities."""
    for rows in values.values():
        for item, line in items(rows):
            if item[:1].isdigit():
                try:
                    Quantity.parse(item)
                except QuantityError as error:
                    folder.add(str(error), values.file, line, "mend the value, its unit included")


def frequencies(folder: Folder, read: Mapping[str, Value], values: Table) -> None:
    """A frequency is written as one number of doses; a range of them would lose its upper end."""
    for key, value in read.items():
        if isinstance(value, Quantity) and value.unit == "times/day" and (value.is_range or value.over):
            mend = "give each number of doses a value of its own"
            folder.add(f"{key!r} is more than one number of doses a day", values.file, values.lines[key], mend)
