"""The wording: what replies ask of it, and what no reply uses; the names of silent subjects."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chatbot.checking import texts
from chatbot.checking.folder import Folder, items
from chatbot.checking.texts import FIGURE, expect, expect_parts, part_of
from chatbot.content import CHAT_KINDS, FACTS, RESOLUTIONS, SUBJECTS, WORDING, Fact
from chatbot.documents import Rows, Table
from chatbot.errors import QuantityError
from chatbot.quantity import Quantity
from chatbot.query import FACT_TOPICS, Origin, Population, Route, Topic

EMERGENCIES = ("overdose", "withdrawal", "pump_failure", "self_harm")
NOTES = (
    "population_fallback", "pump_fallback", "toxicity_from_renal", "complications_from_children", "stroke_origin",
    "reported_range", "child_pump_start", "comparison_silent", "child_source", "age_reading", "clearance_reading",
    "severe_renal", "child_renal", "infant", "interaction_silent",
)  # fmt: skip
CLARIFY = (
    "empty", "nothing", "choices", "no_topic", "unread", "loose_number", "invalid_line", "too_long",
    "mg_by_pump", "mcg_by_mouth", "impossible", "unreadable", "contradiction", "age", "kidneys",
)  # fmt: skip
# The named limits, each with the unit that it is read in; the first four are named in notes, the others are borders of
# what is computed.
LIMITS: Mapping[str, str] = {
    "older_from": "years",
    "impaired_below": "mL/min",
    "child_age": "years",
    "infant_below": "years",
    "child_weight": "kg",
    "taper_rounded_to": "mg",
    "taper_longest": "days",
    "bolus_most": "mcg",
    "pump_dose_most": "mcg/day",
    "pump_dose_known": "mcg/day",
    "concentration": "mcg/mL",
    "reservoir": "mL",
    "refill_longest": "days",
    "clearance_age": "years",
    "clearance_age_known": "years",
    "adult_weight": "kg",
    "creatinine_mg": "mg/dL",
    "creatinine_micromol": "micromol/L",
}
# What answers/wording.yaml holds: the keys of each part, where each is a text unless told otherwise below.
WORDING_PARTS: Mapping[str, Collection[str]] = {
    "topics": tuple(Topic),
    "routes": tuple(Route),
    "populations": tuple(Population),
    "origins": tuple(Origin),
    "slots": ("route", "population", "origin"),
    "understood": ("assumed", "carried", "many"),
    "notes": NOTES,
    "limits": LIMITS,
    "cautions": ("abrupt_stop", "renal_check_first", "adverse_effects_above_60"),
    "compare": ("lead",),
    "unknown": ("lead", "lead_query", "lead_topic", "look", "near"),
    "clarify": CLARIFY,
    "refuse": ("other_drug", "off_topic", "animal"),
    "chat": (*CHAT_KINDS, "new_patient"),
    "emergency": ("first", "still", "do", "facts"),
    "emergency.first": EMERGENCIES,
    "emergency.do": EMERGENCIES,
    "references": ("heading", "document", *RESOLUTIONS),
    "questions": FACT_TOPICS,
    "who": tuple(Population),
    "how": tuple(Route),
}
# Parts that may be left out, or leave out some of their keys; what they hold are names, and no text.
NAMES_OF: Mapping[str, Collection[str]] = {"next": FACT_TOPICS, "emergency_facts": EMERGENCIES}
WORDING_TEXTS = ("declined", "disclaimer")
WORDING_OPTIONAL = ("medicine", "clarify_topics", *NAMES_OF)
PLACES = ("labelling", "pharmacist", "pump_team")  # those that replies name on their own; `look:` may hold more
# The {slots} that a text of the wording may name, by its path or its part; other texts have none.
SPOKEN = frozenset({"medicine", *LIMITS, "age", "clearance"})
WORDING_SLOTS: Mapping[str, frozenset[str]] = {
    "understood.assumed": frozenset({"slots"}),
    "understood.carried": frozenset({"slots"}),
    "understood.many": frozenset({"count"}),
    "notes": SPOKEN | {"population"},
    "cautions": SPOKEN,
    "cautions.abrupt_stop": SPOKEN | {"taper"},
    "cautions.adverse_effects_above_60": SPOKEN | {"rise"},
    "unknown.lead": frozenset({"named"}),
    "unknown.lead_query": frozenset({"topic", "scope"}),
    "unknown.lead_topic": frozenset({"topic", "scope"}),
    "unknown.look": frozenset({"places"}),
    "clarify": SPOKEN,
    "refuse": SPOKEN,
    "declined": SPOKEN,
    "chat": SPOKEN,
    "references.document": frozenset({"letter", "publisher", "title", "updated", "review"}),
    "questions": frozenset({"medicine", "who", "how"}),
}


def subjects(folder: Folder) -> None:
    """Names of silent subjects, and where they look instead."""
    table = folder.tables.get(SUBJECTS, Table(SUBJECTS, 0)).get("subjects")
    places = folder.content.wording.get("look")
    for name, entry in table.items() if isinstance(table, Table) else ():
        if name not in folder.content.subjects:
            continue
        if FIGURE.search(str(entry["named"])):
            line = entry.lines["named"]
            folder.add(f"the name of subject {name} holds a figure", SUBJECTS, line, "leave the figure out")
        for place, line in items(entry["look"]):
            if isinstance(places, Table) and place not in places:
                mend = f"use one of {', '.join(places)}, or add it to 'look:' of {WORDING}"
                folder.add(f"subject {name} looks to an unknown place {place!r}", SUBJECTS, line, mend)


def wording(folder: Folder) -> None:
    """Parts and keys that are missing or unused, and what is wrong with their texts, limits and names."""
    table = folder.content.wording
    if WORDING in folder.findings.unusable:
        return
    parts = {name for name in WORDING_PARTS if "." not in name}
    expect(folder, table, (*sorted(parts), "look", *WORDING_TEXTS), WORDING_OPTIONAL, "the wording")
    expect_parts(folder, table, WORDING_PARTS, "the wording")
    if isinstance(table.get("look"), Table):
        expect(folder, table["look"], PLACES, tuple(table["look"]), "'look' of the wording")
    for path, written, line in _texts(table):
        known = WORDING_SLOTS.get(path, WORDING_SLOTS.get(path.partition(".")[0], frozenset()))
        texts.text(folder, f"{path!r} of the wording", written, WORDING, line, known)
    _limits(folder, table)
    _names(folder, table)


def _texts(table: Table, path: str = "") -> Iterator[tuple[str, Any, int]]:
    """Every text of the wording with its path and line, names and limits left out."""
    for key, value in table.items():
        inner = f"{path}.{key}" if path else key
        unknown = not path and key not in (*WORDING_PARTS, "look", *WORDING_TEXTS, *WORDING_OPTIONAL)
        if unknown or inner in (*NAMES_OF, "limits", "clarify_topics"):
            continue
        if isinstance(value, Table) and inner in (*WORDING_PARTS, "look"):
            yield from _texts(value, inner)
        elif isinstance(value, Rows) and path == "emergency.do":
            yield from ((inner, item, line) for item, line in zip(value, value.lines, strict=True))
        elif value is not None and inner not in WORDING_PARTS:
            yield inner, value, table.lines[key]


def _limits(folder: Folder, table: Table) -> None:
    limits = table.get("limits")
    if not isinstance(limits, Table):
        return
    for key, value in limits.items():
        unit = LIMITS.get(key)
        try:
            found = Quantity.parse(str(value)).unit
        except QuantityError as error:
            folder.add(str(error), WORDING, limits.lines[key], "mend the limit, its unit included")
            continue
        if unit and found != unit:
            problem = f"the limit {key!r} is in {found}, and read in {unit}"
            folder.add(problem, WORDING, limits.lines[key], f"write it in {unit}")


def _names(folder: Folder, table: Table) -> None:
    """What must be lists, and the topics and facts that they name."""
    for part, keys in NAMES_OF.items():
        if isinstance(table.get(part), Table):
            expect(folder, table[part], (), keys, f"{part!r} of the wording")
    facts = {fact.id: fact for fact in folder.content.facts}
    for path, key, rows, first in _lists(table):
        if not isinstance(rows, Rows | None):
            folder.add(f"{path!r} of the wording is no list", WORDING, first, "begin each entry with '- '")
        for name, line in items(rows):
            if path.startswith("emergency_facts"):
                _emergency_fact(folder, key, facts.get(name), name, line)
            elif not path.startswith("emergency.do") and name not in FACT_TOPICS:
                mend = f"use one of {', '.join(FACT_TOPICS)}"
                folder.add(f"the wording offers the unknown topic {name!r}", WORDING, line, mend)


def _lists(table: Table) -> Iterator[tuple[str, str, Any, int]]:
    """The values that must be lists: path, last key, value and line."""
    if "clarify_topics" in table:
        yield "clarify_topics", "clarify_topics", table["clarify_topics"], table.lines["clarify_topics"]
    for path in (*NAMES_OF, "emergency.do"):
        part = part_of(table, path)
        if isinstance(part, Table):
            yield from ((f"{path}.{key}", key, rows, part.lines[key]) for key, rows in part.items())


def _emergency_fact(folder: Folder, reason: str, fact: Fact | None, name: str, line: int) -> None:
    if fact is None:
        if not folder.findings.excuses(name, FACTS):
            folder.add(f"{reason} shows the unknown fact {name}", WORDING, line, "name a fact of answers/facts/")
    elif fact.holds_dose:
        folder.add(f"{reason} shows {name}, which holds a dose", WORDING, line, "show only facts without a dose")
