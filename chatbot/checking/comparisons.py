"""Comparisons with labelling: their sentences and values, and whether anything shows them."""

from __future__ import annotations

from chatbot.checking import texts
from chatbot.checking.folder import Folder, items
from chatbot.content import COMPARISONS, Comparison
from chatbot.documents import Rows, Table
from chatbot.dosing.resolve import Limit

ADDRESSES = ("https://", "http://")


def comparisons(folder: Folder) -> None:
    """What could mislead in comparisons that can be read."""
    rows = folder.tables.get(COMPARISONS, Table(COMPARISONS, 0)).get("comparisons")
    entries = {entry.line: entry for entry in rows if isinstance(entry, Table)} if isinstance(rows, Rows) else {}
    for comparison in folder.content.comparisons:
        entry = entries[comparison.line]
        texts.sentence(folder, f"comparison {comparison.id}", entry, "says")
        if isinstance(entry.get("values"), Table):
            texts.ranges_in_lists(folder, entry["values"])
            texts.frequencies(folder, comparison.values, entry["values"])
        _shown(folder, comparison, entry)
        _sources(folder, comparison, entry)


def _shown(folder: Folder, comparison: Comparison, entry: Table) -> None:
    """Reasons why a person is past what the sources dose, and that anything shows it at all."""
    for limit, line in items(entry.get("limits")):
        if limit not in tuple(Limit):
            mend = f"use one of {', '.join(Limit)}"
            folder.add(f"comparison {comparison.id} names the unknown limit {limit!r}", entry.file, line, mend)
    if not (entry["about"] or entry.get("cells") or entry.get("limits")):
        mend = "name the facts that it is about, or give it cells or limits"
        folder.add(f"no reply shows comparison {comparison.id}", entry.file, entry.lines["about"], mend)


def _sources(folder: Folder, comparison: Comparison, entry: Table) -> None:
    """Where it stands, in words and as addresses."""
    if not comparison.source.strip():
        folder.add(
            f"comparison {comparison.id} has no source", entry.file, entry.lines["source"], "say where it stands"
        )
    for address, line in items(entry["seen"]):
        if not address.startswith(ADDRESSES):
            folder.add(f"{address!r} is no address", entry.file, line, "write it in full, with https://")
