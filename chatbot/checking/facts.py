"""Facts: their sentences, values and reviews, and whether pairs bring them up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chatbot.checking import texts
from chatbot.checking.folder import Folder
from chatbot.content import FACTS, Fact
from chatbot.documents import Table
from chatbot.errors import ContentError
from chatbot.pairs import SUFFIX, load_pairs
from chatbot.quantity import Quantity

PAIRS_PER_FACT = 3


def facts(folder: Folder) -> None:
    """What could mislead in facts that can be read."""
    for fact, entry in fact_entries(folder):
        for key in ("says", "says_elsewhere"):
            if key in entry:
                texts.sentence(folder, fact.id, entry, key)
        values = entry.get("values")
        if isinstance(values, Table):
            texts.ranges_in_lists(folder, values)
            texts.frequencies(folder, fact.values, values)
            _daily_dose(folder, fact, values)
        _review(folder, fact, entry)


def fact_entries(folder: Folder) -> Iterator[tuple[Fact, Table]]:
    """Each fact with the entry that it was read from."""
    entries = {
        (name, entry.line): entry
        for name, table in folder.tables.items()
        if name.startswith(FACTS)
        for entry in table.get("facts") or ()
        if isinstance(entry, Table)
    }
    return ((fact, entries[fact.file, fact.line]) for fact in folder.content.facts)


def _daily_dose(folder: Folder, fact: Fact, values: Table) -> None:
    dose, times, daily = (fact.values.get(key) for key in ("dose", "times_per_day", "daily_dose"))
    if not (isinstance(dose, Quantity) and isinstance(times, Quantity) and isinstance(daily, Quantity)):
        return
    given = Quantity(dose.low * times.low, dose.high * times.high, f"{dose.unit}/day", dose.over)
    if given != daily:
        mend = "mend the dose, times_per_day or daily_dose"
        problem = f"{dose} {times} is {given}, and the daily dose of {fact.id} is {daily}"
        folder.add(problem, fact.file, values.lines["daily_dose"], mend)


def _review(folder: Folder, fact: Fact, entry: Table) -> None:
    """A review names both who and when."""
    if bool(fact.reviewed_by) != bool(fact.reviewed_on):
        key = "reviewed_by" if "reviewed_by" in entry else "reviewed_on"
        folder.add(f"half a review of {fact.id}", fact.file, entry.lines[key], "give both reviewed_by and reviewed_on")
    elif fact.reviewed_on:
        try:
            date.fromisoformat(str(fact.reviewed_on))
        except ValueError:
            problem = f"reviewed_on of {fact.id} is no date"
            folder.add(problem, fact.file, entry.lines["reviewed_on"], 'write it as "2026-01-31"')


def unreviewed(folder: Folder) -> None:
    """Facts that no person has reviewed."""
    for fact in folder.content.facts:
        if not (fact.reviewed_by and fact.reviewed_on):
            mend = "have a clinician compare it with its source, then add reviewed_by and reviewed_on"
            folder.add(f"no person has reviewed fact {fact.id}", fact.file, fact.line, mend)


def pairs(folder: Folder) -> None:
    """Facts that too few pairs bring up. Content without pairs of its own (an installed copy) is not asked for any."""
    root = folder.content.root
    if not (root / "tests" / "pairs").is_dir():
        return
    times = dict.fromkeys((fact.id for fact in folder.content.facts), 0)
    whole = folder.whole
    for file in sorted((root / "tests" / "pairs").rglob(f"*{SUFFIX}")):
        try:
            rows = load_pairs(file, folder.name(file), {*times, *folder.findings.unusable})
        except ContentError as error:
            folder.add(error.problem, error.file, error.line, error.mend)
            whole = False
            continue
        for fact_id in (fact_id for pair in rows for fact_id in set(pair.expect["facts"])):
            times[fact_id] = times.get(fact_id, 0) + 1
    for fact in folder.content.facts if whole else ():
        if times[fact.id] < PAIRS_PER_FACT:
            problem = f"fact {fact.id} has {times[fact.id]} of the {PAIRS_PER_FACT} pairs that it needs"
            folder.add(problem, fact.file, fact.line, "write pairs that expect it, in tests/pairs/")
