"""`chatbot check`: all that is wrong with a content folder, each finding with its file, line and mend.

Loading (chatbot/content.py) finds what cannot be read as content. Here is what can be read and would still mislead: a
phrase in two topics, a figure outside the facts, a fact that no pair asks for, wording that no reply uses or that one
would miss, a template that is never reached. What the code asks of the content is named in the tables at the top.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta

from chatbot.content import (
    CHAT_KINDS,
    FACTS,
    RESOLUTIONS,
    SUBJECTS,
    VOCABULARY,
    WORDING,
    Content,
    Fact,
    Findings,
    Intent,
    load,
)
from chatbot.documents import Rows, Table
from chatbot.errors import ContentError, QuantityError
from chatbot.language.vocabulary import split
from chatbot.pairs import SUFFIX, load_pairs
from chatbot.quantity import NUMBER_WORDS, UNITS, Quantity
from chatbot.query import Origin, Population, Route, Topic

PAIRS_PER_FACT = 3
TEMPLATES = "answers/templates"
EMERGENCIES = ("overdose", "withdrawal", "pump_failure", "self_harm")
# The kinds of words that chatbot/language/safety.py combines.
EMERGENCY_WORDS = (
    "academic", "amount", "collapse", "denied", "device", "drowsy", "excess", "fault", "gap", "given", "in_withdrawal",
    "instead", "intake", "lethal", "now", "overdose", "past", "person", "retracted", "self_harm", "swallowed",
    "withdrawal", "withdrawal_signs", "wrong",
)  # fmt: skip
NOTES = (
    "population_fallback", "pump_fallback", "toxicity_from_renal", "complications_from_children", "stroke_origin",
    "reported_range", "child_pump_start", "comparison_silent", "child_source", "age_reading", "clearance_reading",
    "severe_renal", "child_renal", "infant", "interaction_silent",
)  # fmt: skip
CLARIFY = (
    "empty", "nothing", "choices", "no_topic", "unread", "invalid_line", "too_long", "mg_by_pump", "mcg_by_mouth",
    "no_unit", "impossible", "unreadable", "contradiction", "age",
)  # fmt: skip
LIMITS = ("older_from", "impaired_below", "child_age", "infant_below")
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
    "unknown": ("lead", "lead_query", "lead_topic", "look", "near"),
    "clarify": CLARIFY,
    "refuse": ("other_drug", "off_topic", "animal"),
    "chat": (*CHAT_KINDS, "new_patient"),
    "emergency": ("first", "still", "do", "facts"),
    "emergency.first": EMERGENCIES,
    "emergency.do": EMERGENCIES,
    "references": ("heading", "document", *RESOLUTIONS),
    "questions": tuple(Topic),
    "who": tuple(Population),
    "how": tuple(Route),
}
# Parts that may be left out, or leave out some of their keys; what they hold are names, and no text.
NAMES_OF: Mapping[str, Collection[str]] = {"next": tuple(Topic), "emergency_facts": EMERGENCIES}
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
# The templates that chatbot/rendering.py writes with, and what it hands them. A topic's own template gets `section`.
FRAMES: Mapping[str, frozenset[str]] = {
    "answer": frozenset(
        {"heading", "sections", "cautions", "asides", "references", "documents", "references_heading", "disclaimer"}
    ),
    "section": frozenset({"section"}),
    "clarify": frozenset({"question", "suggestions"}),
    "refuse": frozenset({"line"}),
    "chat": frozenset({"line", "documents", "disclaimer"}),
    "emergency": frozenset(
        {
            "first",
            "steps",
            "still",
            "facts",
            "facts_lead",
            "references",
            "documents",
            "references_heading",
            "disclaimer",
        }
    ),
}

_SLOT = re.compile(r"\{(\w+)\}")
_MASS = sorted(
    (unit for unit in UNITS if unit.partition("/")[0] in ("mg", "mcg", "g", "kg", "mL")), key=len, reverse=True
)
_MASSES = "|".join(map(re.escape, _MASS))
_NUMBERS = "|".join(
    (*NUMBER_WORDS, "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "eighty", "hundred", "thousand")
)
_FIGURE = re.compile(rf"\d+(?:[.,]\d+)*(?:\s?(?:{_MASSES})\b|\s?%)?|%|\b(?:{_NUMBERS})\s(?:{_MASSES})\b", re.IGNORECASE)
_DOSE = re.compile(rf"(?:\d|\b(?:{_NUMBERS}))\s?(?:{_MASSES}|%)(?!\w)", re.IGNORECASE)
# How a dose must not be written, in a fact's sentence whose {slots} stand as #.
_STYLE = (
    (re.compile(r"[<>≤≥±≈~+×@&=]\s*\**#|#\**\s*[<>≤≥±≈~+×@&=]"), "has a symbol beside a figure", "write it in words"),
    (re.compile(r"#\**\s*[-–—/]\s*\**#"), "joins two figures by a dash or slash", "write 'to', 'and' or 'per'"),
    (re.compile(rf"#\**\s?(?:{_MASSES})\b"), "types a unit after a figure", "let the value hold its unit"),
    (re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE), "tells a person what to do", "say what the source does"),
    (re.compile(r"\b(?:[QBT]ID|QO?D|TDS|[BO]D|PRN|PO|ITB?|MS)\b|µg"), "holds a short form", "spell it out"),
)  # fmt: skip


def check(root: str | None, *, reviewed: bool) -> list[ContentError]:
    """Everything wrong with a content folder (None: the installed one), sorted by file and line.

    reviewed: report the facts that no person has reviewed as well. Raises `ContentError` where there is no content.
    """
    findings = Findings(strict=False)
    folder = _Folder(load(root, findings), findings)
    for step in _STEPS:
        step(folder)
    if reviewed:
        _unreviewed(folder)
    return sorted(findings.found, key=lambda error: (error.file, error.line, error.problem))


@dataclass(frozen=True)
class _Folder:
    """A content folder as loaded, its YAML as written, and what was found wrong with it."""

    content: Content
    findings: Findings

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every YAML file that can be read, by its name."""
        return self.findings.tables

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file of intents/ and answers/."""
        parts = (self.content.root / part for part in ("intents", "answers"))
        return tuple(sorted(file for part in parts for file in part.rglob("*") if file.is_file()))

    @property
    def whole(self) -> bool:
        """Whether loading left nothing out: only then is what nobody names really named by nobody."""
        return not self.findings.unusable

    def name(self, file: Path) -> str:
        """A file as findings call it."""
        return file.relative_to(self.content.root).as_posix()

    def add(self, problem: str, file: str, line: int, mend: str) -> None:
        """Report one finding."""
        self.findings.add(problem, file, line, mend)

    def line_of(self, piece: str, table: Table, key: str) -> int:
        """The line in which a piece of the text under a key stands; the text's first where it is broken over two."""
        first = table.lines[key]
        text = (self.content.root / table.file).read_text(encoding="utf-8").splitlines()
        return next((number for number, line in enumerate(text[first - 1 :], start=first) if piece in line), first)


def _items(value: Any) -> Iterator[tuple[str, int]]:
    """The items of a list of YAML with their lines; nothing where it is none."""
    if isinstance(value, Rows):
        yield from ((str(item), line) for item, line in zip(value, value.lines, strict=True))


# ------------------------------------------------------------------------------------------------------------ files


def _read_by_something(folder: _Folder) -> None:
    """Files that loading passes over in silence."""
    for file in folder.files:
        name = folder.name(file)
        template = name.startswith(TEMPLATES) and name.endswith(".md.j2")
        words = name.startswith(VOCABULARY) and file.suffix == ".txt"
        if not (file.suffix in (".yaml", ".md") or template or words or file.name.startswith(".")):
            folder.add("nothing reads this file", name, 1, "remove it, or give it the ending .yaml (templates: .md.j2)")


# ------------------------------------------------------------------------------------------------------------ facts


def _facts(folder: _Folder) -> None:
    for fact, entry in _fact_entries(folder):
        for key in ("says", "says_elsewhere"):
            if key in entry:
                _sentence(folder, fact, entry, key)
        values = entry.get("values")
        if isinstance(values, Table):
            _ranges_in_lists(folder, values)
            _frequencies(folder, fact, values)
            _daily_dose(folder, fact, values)
        _review(folder, fact, entry)


def _fact_entries(folder: _Folder) -> Iterator[tuple[Fact, Table]]:
    """Each fact with the entry that it was read from."""
    entries = {
        (name, entry.line): entry
        for name, table in folder.tables.items()
        if name.startswith(FACTS)
        for entry in table.get("facts") or ()
        if isinstance(entry, Table)
    }
    return ((fact, entries[fact.file, fact.line]) for fact in folder.content.facts)


def _sentence(folder: _Folder, fact: Fact, entry: Table, key: str) -> None:
    says = str(entry[key])
    plain = _SLOT.sub("#", says)
    figure = _FIGURE.search(plain)
    if figure:
        line = folder.line_of(figure[0].split()[0], entry, key)
        mend = "put it under 'values' and name it as a {slot}"
        folder.add(f"the sentence of {fact.id} holds the figure {figure[0]!r}", fact.file, line, mend)
    for pattern, problem, mend in _STYLE:
        if pattern.search(plain):
            folder.add(f"the sentence of {fact.id} {problem}", fact.file, entry.lines[key], mend)
    if "{" in plain or "}" in plain or plain.count("**") % 2:
        mend = "close every {slot} and every **bold** figure"
        folder.add(f"the sentence of {fact.id} opens a mark and does not close it", fact.file, entry.lines[key], mend)


def _ranges_in_lists(folder: _Folder, values: Table) -> None:
    """Figures in a list are shown as they are, so that loading does not read them as quantities."""
    for rows in values.values():
        for item, line in _items(rows):
            if item[:1].isdigit():
                try:
                    Quantity.parse(item)
                except QuantityError as error:
                    folder.add(str(error), values.file, line, "mend the value, its unit included")


def _frequencies(folder: _Folder, fact: Fact, values: Table) -> None:
    """A frequency is written as one number of doses; a range of them would lose its upper end."""
    for key, value in fact.values.items():
        if isinstance(value, Quantity) and value.unit == "times/day" and (value.is_range or value.over):
            mend = "give each number of doses a value of its own"
            folder.add(f"{key!r} is more than one number of doses a day", fact.file, values.lines[key], mend)


def _daily_dose(folder: _Folder, fact: Fact, values: Table) -> None:
    dose, times, daily = (fact.values.get(key) for key in ("dose", "times_per_day", "daily_dose"))
    if not (isinstance(dose, Quantity) and isinstance(times, Quantity) and isinstance(daily, Quantity)):
        return
    given = Quantity(dose.low * times.low, dose.high * times.high, f"{dose.unit}/day", dose.over)
    if given != daily:
        mend = "mend the dose, times_per_day or daily_dose"
        problem = f"{dose} {times} is {given}, and the daily dose of {fact.id} is {daily}"
        folder.add(problem, fact.file, values.lines["daily_dose"], mend)


def _review(folder: _Folder, fact: Fact, entry: Table) -> None:
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


def _unreviewed(folder: _Folder) -> None:
    for fact in folder.content.facts:
        if not (fact.reviewed_by and fact.reviewed_on):
            mend = "have a clinician compare it with its source, then add reviewed_by and reviewed_on"
            folder.add(f"no person has reviewed fact {fact.id}", fact.file, fact.line, mend)


def _pairs(folder: _Folder) -> None:
    """Facts that too few pairs bring up. Content without pairs of its own (an installed copy) is not asked for any."""
    root = folder.content.root
    if not (root / "tests" / "pairs").is_dir():
        return
    times = dict.fromkeys((fact.id for fact in folder.content.facts), 0)
    whole = folder.whole
    for file in sorted((root / "tests" / "pairs").rglob(f"*{SUFFIX}")):
        try:
            pairs = load_pairs(file, folder.name(file), {*times, *folder.findings.unusable})
        except ContentError as error:
            folder.add(error.problem, error.file, error.line, error.mend)
            whole = False
            continue
        for fact_id in (fact_id for pair in pairs for fact_id in set(pair.expect["facts"])):
            times[fact_id] = times.get(fact_id, 0) + 1
    for fact in folder.content.facts if whole else ():
        if times[fact.id] < PAIRS_PER_FACT:
            problem = f"fact {fact.id} has {times[fact.id]} of the {PAIRS_PER_FACT} pairs that it needs"
            folder.add(problem, fact.file, fact.line, "write pairs that expect it, in tests/pairs/")


# ------------------------------------------------------------------------------------------------ intents, vocabulary


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase and where it stands; group is an intent's, or a slot of the vocabulary such as ``population.adult``."""

    text: str
    group: str
    file: str
    line: int


def _block(table: Table, key: str, group: str) -> Iterator[_Phrase]:
    """The phrases of a block, each with its line."""
    text, first = str(table[key]), table.lines[key]
    offset = 1 if "\n" in text else 0  # a block's lines begin below its bar
    for line, phrase in enumerate(text.split("\n"), start=first + offset):
        if phrase.strip():
            yield _Phrase(phrase.strip(), group, table.file, line)


def _inner(value: Any) -> Iterator[Table]:
    """All mappings in a value of YAML."""
    if isinstance(value, Table):
        yield value
    if isinstance(value, Table | Rows):
        for part in value.values() if isinstance(value, Table) else value:
            yield from _inner(part)


def _entry(folder: _Folder, intent: Intent) -> Table:
    """The mapping that an intent was read from."""
    entries = (table for table in _inner(folder.tables[intent.file]) if "phrases" in table)
    return next(table for table in entries if table.lines["phrases"] == intent.line)


def _intents(folder: _Folder) -> None:
    seen: dict[tuple[str, ...], _Phrase] = {}
    for intent in folder.content.intents:
        for phrase in _block(_entry(folder, intent), "phrases", intent.group):
            figure = _FIGURE.search(phrase.text)
            if figure:
                problem = f"the phrase {phrase.text!r} holds the figure {figure[0]!r}"
                folder.add(problem, phrase.file, phrase.line, "leave the figure out: figures are read apart from words")
            _twice(folder, phrase, seen.setdefault(split(phrase.text), phrase))
    if folder.whole:
        _details(folder)
        _silent_subjects(folder)


def _twice(folder: _Folder, phrase: _Phrase, first: _Phrase) -> None:
    """Endings are ignored between topics, as the matcher ignores them; within one topic they are another example."""
    if phrase.group != first.group:
        problem = f"the phrase {phrase.text!r} of {phrase.group} stands in {first.group} too"
        folder.add(problem, phrase.file, phrase.line, f"keep it where it fits best ({first.file}:{first.line})")
    elif phrase is not first and phrase.text == first.text:
        problem = f"the phrase {phrase.text!r} stands twice in {phrase.group}"
        folder.add(problem, phrase.file, phrase.line, f"remove one ({first.file}:{first.line})")


def _details(folder: _Folder) -> None:
    known = {(str(fact.topic), fact.detail) for fact in folder.content.facts}
    for intent in folder.content.intents:
        if intent.detail and (intent.group, intent.detail) not in known:
            details = sorted(detail for topic, detail in known if topic == intent.group and detail)
            mend = f"use one of {', '.join(details)}" if details else "leave the detail out"
            problem = f"no fact of {intent.group} has the detail {intent.detail!r}"
            folder.add(problem, intent.file, _entry(folder, intent).lines["detail"], mend)


def _silent_subjects(folder: _Folder) -> None:
    asked = {intent.group.removeprefix("subject/") for intent in folder.content.intents}
    asked |= {key.removeprefix("subject.") for key in folder.content.vocabulary}
    for subject in folder.content.subjects.values():
        if subject.name not in asked:
            problem = f"no question reaches the subject {subject.name}"
            folder.add(problem, subject.file, subject.line, "give it phrases in intents/subjects.yaml, or remove it")


def _vocabulary_phrases(folder: _Folder) -> Iterator[_Phrase]:
    for name, table in folder.tables.items():
        if name.startswith(VOCABULARY) and "words" not in table:
            for key, value in table.items():
                if isinstance(value, Table):
                    for group in value:
                        yield from _block(value, group, f"{key}.{group}")
                else:
                    yield from _block(table, key, key)
        elif isinstance(table.get("subjects"), Rows):
            for entry in _inner(table["subjects"]):
                if "decisive" in entry:
                    yield from _block(entry, "decisive", f"subject.{entry.get('subject')}")


def _words(phrases: Iterator[_Phrase]) -> Iterator[_Phrase]:
    """Phrases, lines of synonyms word by word: each of these words counts alone."""
    for phrase in phrases:
        synonyms = phrase.group.startswith("synonyms.")
        for text in phrase.text.split() if synonyms else (phrase.text,):
            yield _Phrase(text, phrase.group, phrase.file, phrase.line)


def _vocabulary(folder: _Folder) -> None:
    meant: dict[tuple[str, tuple[str, ...]], _Phrase] = {}
    for phrase in _words(_vocabulary_phrases(folder)):
        stems = split(phrase.text)
        if _DOSE.search(phrase.text):
            problem = f"the phrase {phrase.text!r} of {phrase.group} holds a figure"
            folder.add(problem, phrase.file, phrase.line, "leave the figure out: figures are read apart from words")
        elif _any_number(phrase):
            problem = f"the phrase {phrase.text!r} of {phrase.group} is met by any number in the place of its own"
            folder.add(problem, phrase.file, phrase.line, "leave the number out, or remove the phrase")
        else:
            _two_meanings(folder, phrase, meant.setdefault((_kind(phrase), stems), phrase))
    if folder.whole:
        _needed_words(folder)


def _any_number(phrase: _Phrase) -> bool:
    """Whether a number stands in it that the reader takes for any; words of danger may hold one beside a word."""
    numbers = [word[0].isdigit() for word in phrase.text.split()]
    return all(numbers) if _kind(phrase) == "emergency" else any(numbers)


def _kind(phrase: _Phrase) -> str:
    """Kinds in which a phrase can have one meaning only: all medicines are one, each other slot is one."""
    kind = phrase.group.partition(".")[0]
    return "medicine" if kind in ("names", "exact_names", "other_medicines", "related") else kind


def _two_meanings(folder: _Folder, phrase: _Phrase, first: _Phrase) -> None:
    meanings = {"names" if group == "exact_names" else group for group in (phrase.group, first.group)}
    # Words of danger combine, so that one may be of several kinds.
    if len(meanings) > 1 and _kind(phrase) != "emergency":
        same = "" if phrase.text == first.text else f", where it reads {first.text!r}"
        problem = f"the phrase {phrase.text!r} of {phrase.group} stands in {first.group} too{same}"
        folder.add(problem, phrase.file, phrase.line, f"keep it where it fits best ({first.file}:{first.line})")


def _needed_words(folder: _Folder) -> None:
    """Words without which a reading fails, or a danger is passed over."""
    vocabulary = folder.content.vocabulary
    needed = ("names", *(f"emergency.{kind}" for kind in EMERGENCY_WORDS))
    for key in needed:
        if not vocabulary.get(key):
            folder.add(f"no phrase of {key!r}", VOCABULARY.rstrip("/"), 0, f"give {key!r} phrases in a file there")
    tables = (table["emergency"] for table in folder.tables.values() if isinstance(table.get("emergency"), Table))
    for table in (table for table in tables if table.file.startswith(VOCABULARY)):
        for group in table:
            if group not in EMERGENCY_WORDS:
                problem = f"no rule reads the words of danger {group!r}"
                folder.add(problem, table.file, table.lines[group], f"use one of {', '.join(EMERGENCY_WORDS)}")


# ------------------------------------------------------------------------------------------------------------ wording


def _subjects(folder: _Folder) -> None:
    table = folder.tables.get(SUBJECTS, Table(SUBJECTS, 0)).get("subjects")
    places = folder.content.wording.get("look")
    for name, entry in table.items() if isinstance(table, Table) else ():
        if name not in folder.content.subjects:
            continue
        if _FIGURE.search(str(entry["named"])):
            line = entry.lines["named"]
            folder.add(f"the name of subject {name} holds a figure", SUBJECTS, line, "leave the figure out")
        for place, line in _items(entry["look"]):
            if isinstance(places, Table) and place not in places:
                mend = f"use one of {', '.join(places)}, or add it to 'look:' of {WORDING}"
                folder.add(f"subject {name} looks to an unknown place {place!r}", SUBJECTS, line, mend)


def _wording(folder: _Folder) -> None:
    table = folder.content.wording
    if WORDING in folder.findings.unusable:
        return
    parts = {name for name in WORDING_PARTS if "." not in name}
    _expect(folder, table, (*sorted(parts), "look", *WORDING_TEXTS), WORDING_OPTIONAL, "the wording")
    for name, keys in WORDING_PARTS.items():
        part = _part(table, name)
        if isinstance(part, Table):
            _expect(folder, part, keys, (), f"{name!r} of the wording")
        elif part is not None:
            folder.add(f"{name!r} of the wording is no mapping", WORDING, _line(table, name), "give it keys and values")
    if isinstance(table.get("look"), Table):
        _expect(folder, table["look"], PLACES, tuple(table["look"]), "'look' of the wording")
    for path, text, line in _texts(table):
        _text(folder, path, text, line)
    _limits(folder, table)
    _names(folder, table)


def _part(table: Table, path: str) -> Any:
    """The value at a path such as ``emergency.first``."""
    value: Any = table
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Table) else None
    return value


def _line(table: Table, path: str) -> int:
    outer = _part(table, path.rpartition(".")[0]) if "." in path else table
    return outer.lines[path.rpartition(".")[2]] if isinstance(outer, Table) else table.line


def _expect(folder: _Folder, table: Table, needed: Collection[str], allowed: Collection[str], what: str) -> None:
    """Report needed keys that are missing, and keys that no reply uses."""
    for key in map(str, needed):
        if not table.get(key):
            folder.add(f"{what} misses {key!r}", WORDING, table.lines.get(key, table.line), f"add '{key}:'")
    for key in table:
        if key not in needed and key not in allowed:
            folder.add(
                f"{what} has {key!r}, which no reply uses", WORDING, table.lines[key], "remove it, or mend its name"
            )


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


def _text(folder: _Folder, path: str, text: Any, line: int) -> None:
    if not isinstance(text, str):
        folder.add(
            f"{path!r} of the wording is no text", WORDING, line, "write a text, in quotes where YAML reads more"
        )
        return
    figure = _FIGURE.search(_SLOT.sub("", text))
    if figure:
        mend = "name a value or a limit as a {slot}"
        folder.add(f"{path!r} of the wording holds the figure {figure[0]!r}", WORDING, line, mend)
    known = WORDING_SLOTS.get(path, WORDING_SLOTS.get(path.partition(".")[0], frozenset()))
    for slot in _SLOT.findall(text):
        if slot not in known:
            mend = f"use one of {', '.join(sorted(known))}" if known else "this text takes none: leave it out"
            folder.add(f"{path!r} of the wording names the unknown slot {{{slot}}}", WORDING, line, mend)
    plain = _SLOT.sub("", text)
    if "{" in plain or "}" in plain:
        folder.add(
            f"{path!r} of the wording opens a {{slot}} and does not close it", WORDING, line, "write it as {slot}"
        )


def _limits(folder: _Folder, table: Table) -> None:
    limits = table.get("limits")
    if not isinstance(limits, Table):
        return
    for key, value in limits.items():
        try:
            Quantity.parse(str(value))
        except QuantityError as error:
            folder.add(str(error), WORDING, limits.lines[key], "mend the limit, its unit included")


def _names(folder: _Folder, table: Table) -> None:
    """What must be lists, and the topics and facts that they name."""
    for part, keys in NAMES_OF.items():
        if isinstance(table.get(part), Table):
            _expect(folder, table[part], (), keys, f"{part!r} of the wording")
    facts = {fact.id: fact for fact in folder.content.facts}
    for path, key, rows, first in _lists(table):
        if not isinstance(rows, Rows | None):
            folder.add(f"{path!r} of the wording is no list", WORDING, first, "begin each entry with '- '")
        for name, line in _items(rows):
            if path.startswith("emergency_facts"):
                _emergency_fact(folder, key, facts.get(name), name, line)
            elif not path.startswith("emergency.do") and name not in tuple(Topic):
                mend = f"use one of {', '.join(Topic)}"
                folder.add(f"the wording offers the unknown topic {name!r}", WORDING, line, mend)


def _lists(table: Table) -> Iterator[tuple[str, str, Any, int]]:
    """The values that must be lists: path, last key, value and line."""
    if "clarify_topics" in table:
        yield "clarify_topics", "clarify_topics", table["clarify_topics"], table.lines["clarify_topics"]
    for path in (*NAMES_OF, "emergency.do"):
        part = _part(table, path)
        if isinstance(part, Table):
            yield from ((f"{path}.{key}", key, rows, part.lines[key]) for key, rows in part.items())


def _emergency_fact(folder: _Folder, reason: str, fact: Fact | None, name: str, line: int) -> None:
    if fact is None:
        if not folder.findings.excuses(name, FACTS):
            folder.add(f"{reason} shows the unknown fact {name}", WORDING, line, "name a fact of answers/facts/")
    elif fact.holds_dose:
        folder.add(f"{reason} shows {name}, which holds a dose", WORDING, line, "show only facts without a dose")


# ---------------------------------------------------------------------------------------------------------- templates


def _templates(folder: _Folder) -> None:
    root = folder.content.root / TEMPLATES
    # Only read here, never rendered.
    jinja = Environment(autoescape=False)  # noqa: S701
    sources = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in sorted(root.glob("*.md.j2"))}
    frames = {f"{name}.md.j2": variables for name, variables in FRAMES.items()}
    frames |= {f"{topic}.md.j2": frozenset({"section"}) for topic in Topic}
    for name in FRAMES:
        if f"{name}.md.j2" not in sources:
            folder.add(f"the template {name}.md.j2 is missing", TEMPLATES, 0, "add it: replies are written with it")
    includes = {name: _template(folder, jinja, name, sources, frames.get(name)) for name in sources}
    reached = {name for name in sources if name in frames}
    while more := {inner for name in reached for inner in includes.get(name, ())} - reached:
        reached |= more
    for name in sources:
        if name not in reached:
            mend = "name it after a topic, include it in another template, or remove it"
            folder.add("no reply reaches this template", f"{TEMPLATES}/{name}", 1, mend)


def _template(
    folder: _Folder, jinja: Environment, name: str, sources: Mapping[str, str], variables: frozenset[str] | None
) -> Collection[str]:
    """Report what is wrong with one template; the names of those that it includes."""
    file, source = f"{TEMPLATES}/{name}", sources[name]
    try:
        tree = jinja.parse(source, name)
        named = meta.find_undeclared_variables(tree)  # an unknown filter is an error of syntax here
    except TemplateSyntaxError as error:
        folder.add(str(error.message), file, error.lineno, "mend the template")
        return ()
    for figure, line in _template_figures(jinja, source):
        folder.add(f"the template holds the figure {figure!r}", file, line, "let a fact or a limit hold it")
    if variables is not None:
        for variable in sorted(named - variables - set(jinja.globals)):
            mend = f"use one of {', '.join(sorted(variables))}"
            folder.add(f"the template names the unknown {variable!r}", file, _first_line(source, variable), mend)
    included = {inner for inner in meta.find_referenced_templates(tree) if inner}
    for inner in sorted(included - set(sources)):
        mend = "add that template, or mend the name"
        folder.add(f"the template includes {inner}, which is not there", file, _first_line(source, inner), mend)
    return included


def _template_figures(jinja: Environment, source: str) -> Iterator[tuple[str, int]]:
    """Figures that a reader could see: in the text, in quoted text, and numbers beyond the 0 and 1 that count rows."""
    for line, kind, text in jinja.lex(source):
        if kind == "data" or (kind == "string" and not text.endswith((".j2'", '.j2"'))):
            for figure in _FIGURE.finditer(text):
                yield figure[0], line + text.count("\n", 0, figure.start())
        elif kind == "float" or (kind == "integer" and text not in ("0", "1")):
            yield text, line


def _first_line(source: str, word: str) -> int:
    lines = enumerate(source.splitlines(), start=1)
    return next((number for number, line in lines if re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", line)), 1)


_STEPS: tuple[Callable[[_Folder], None], ...] = (
    _read_by_something,
    _facts,
    _pairs,
    _intents,
    _vocabulary,
    _subjects,
    _wording,
    _templates,
)
