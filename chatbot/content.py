"""Finds and reads intents/ and answers/: what the chatbot knows, as typed values that say where they stand.

A content folder holds ``intents/`` (how people ask) and ``answers/`` (what we know and how we say it). Reading is
strict: the first thing wrong is a `ContentError` with file, line and mend; `chatbot check` collects all of them by
handing in a list of findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from chatbot.documents import Rows, Table, read_yaml
from chatbot.errors import ContentError, QuantityError
from chatbot.folder import SOURCES, digest, files, find_root
from chatbot.quantity import Quantity, write_number
from chatbot.query import FACT_TOPICS, Origin, Population, Route, Topic

Value = Quantity | Decimal | int | str | tuple[str, ...]

CHAT_KINDS = ("greeting", "thanks", "goodbye", "help", "about", "references", "disclaimer", "acknowledgement")
RESOLUTIONS = ("listed", "confirmed", "likely", "unknown")
LANGUAGE_KEYS = frozenset(
    {
        "names", "exact_names", "pump_names", "about", "population", "kidney", "kidney_talk", "kidney_links",
        "kidney_well", "kidney_doubts", "kidney_ill", "kidney_neutral", "kidney_unknown", "poor",
        "infant",
        "childhood_condition", "kin", "no_population", "route", "hints", "origin", "negations", "denials",
        "scope_enders", "joiners", "subordinators", "questions", "comparisons", "attachments", "other_medicines",
        "related", "emergency", "animals", "pronouns", "synonyms", "small_talk", "new_patient", "additions",
        "dose_words", "clinical", "sums", "sex", "identifiers", "foreign", "supply", "putting_right", "elsewhere",
        "exam", "allowing",
    }
)  # fmt: skip
# What the groups of a slot may be called; a slot that is not here names its groups as it likes.
LANGUAGE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "population": tuple(Population), "kin": tuple(Population), "route": tuple(Route), "hints": tuple(Route),
    "origin": (*Origin, "stroke"), "kidney": ("normal", "impaired", "severe"),
    "sex": ("female", "male", "she", "he"),
}  # fmt: skip
DOSE_UNITS = frozenset({"mg", "mcg", "g", "mg/day", "mcg/day", "mg/kg/day"})
SUBJECTS, WORDING = "answers/subjects.yaml", "answers/wording.yaml"
COMPARISONS, CALCULATIONS = "answers/comparisons.yaml", "answers/calculations.yaml"
QUIZ = "answers/quiz.yaml"
BOUNDS = ("lower", "upper")
# The texts of the quiz, each with the {slots} that chatbot/quiz.py fills in it.
QUIZ_TEXTS: Mapping[str, tuple[str, ...]] = {
    "asked": ("number", "count", "question"),
    "asked_again": ("number", "count", "question"),
    "of_origin": ("origin",),
    "right": (),
    "nearly": ("missing",),
    **dict.fromkeys(("missing_unit", "missing_rest_of_unit", "missing_range", "missing_rate", "missing_interval"), ()),
    **dict.fromkeys(("wrong", "wrong_thousandfold", "unread", "skipped"), ()),
    "source": ("citations",),
    "score": ("right", "count", "nearly"),
    "score_again": ("right", "count"),
    "coming_again": ("missed",),
    "next_time": ("missed",),
}
RELATIONS = ("differs", "adds", "agrees")
FACTS = "answers/facts/"
VOCABULARY = "intents/vocabulary/"
_SCOPE = {"topic": Topic, "route": Route, "population": Population, "origin": Origin}
_PHRASE = re.compile(r"[a-z0-9'&/. -]+")
_SLOT = re.compile(r"\{(\w+)\}")
_SCALAR = (str, int, Decimal)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the sources say. route, population and origin are None where the fact holds for all of them."""

    id: str
    topic: Topic
    route: Route | None
    population: Population | None
    origin: Origin | None
    detail: str
    values: Mapping[str, Value]
    says: str
    says_elsewhere: str
    cites: tuple[str, ...]
    beside: tuple[str, ...]
    reviewed_by: str | None
    reviewed_on: str | None
    file: str
    line: int

    @property
    def holds_dose(self) -> bool:
        """Whether it is about a dose, or names an amount that could be taken for one."""
        amounts = (value for value in self.values.values() if isinstance(value, Quantity))
        return self.topic.is_dose or any(amount.unit in DOSE_UNITS for amount in amounts)

    def sentence(self, *, elsewhere: bool = False) -> str:
        """The fact as a sentence, its figures written as doses are written; Markdown bold marks the figure.

        elsewhere: the form for another population than the fact's own, without its dose thresholds.
        """
        says = self.says_elsewhere if elsewhere and self.says_elsewhere else self.says
        return fill(says, self.values)


@dataclass(frozen=True, slots=True)
class Document:
    """A source document: who published it, when it was updated (ISO date), and how far its review got."""

    letter: str
    title: str
    publisher: str
    address: str
    updated: str
    review: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A document's own numbered citation, and the publication it resolves to as surely as status says."""

    id: str
    document: str
    number: str
    status: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Intent:
    """Utterances that mean one thing. group is a topic, ``subject/…``, ``chat/…`` or ``off_topic``."""

    group: str
    detail: str
    phrases: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Something people ask about on which the sources are silent, and where to look instead.

    condition says when no dose is given beside it: ``anywhere`` it is named in a message, ``patient`` the same and for
    the rest of the conversation, ``asked`` where it stands in what is asked, or '' never.
    """

    name: str
    named: str
    look: tuple[str, ...]
    near: tuple[str, ...]
    condition: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What labelling says beside facts: shown with those that it is about, never instead of them.

    cells are the unanswered queries (topic, route, population) that it stands in, limits the reasons why a person is
    past what the sources dose.
    """

    id: str
    relation: str
    about: tuple[str, ...]
    cells: tuple[tuple[Topic, Route, Population], ...]
    limits: tuple[str, ...]
    values: Mapping[str, Value]
    says: str
    source: str
    seen: tuple[str, ...]
    file: str
    line: int

    def sentence(self) -> str:
        """The comparison as a sentence, its figures written as doses are written."""
        return fill(self.says, self.values)


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """What the quiz asks of facts: the values that are the right answer, and the question ('' for the topic's own).

    bound is lower or upper where the question asks for what something is above or within, else ''.
    """

    topic: Topic
    detail: str
    figures: tuple[str, ...]
    bound: str
    question: str
    file: str
    line: int

    def fits(self, fact: Fact) -> bool:
        """Whether a fact holds what is asked for."""
        if (fact.topic, fact.detail) != (self.topic, self.detail):
            return False
        return all(isinstance(fact.values.get(figure), Quantity) for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Content:
    """All of a content folder."""

    root: Path
    version: str
    facts: tuple[Fact, ...]
    documents: Mapping[str, Document]
    citations: Mapping[str, Citation]
    intents: tuple[Intent, ...]
    subjects: Mapping[str, Subject]
    comparisons: tuple[Comparison, ...]
    vocabulary: Mapping[str, tuple[str, ...]]
    shorthand: Mapping[str, str]
    wording: Table
    calculations: Table
    quiz: Table
    quiz_questions: tuple[QuizQuestion, ...]

    @property
    def limits(self) -> dict[str, Quantity]:
        """The named limits of the project's own reading. Raises `QuantityError` where one cannot be read."""
        return {key: Quantity.parse(str(value)) for key, value in (self.wording.get("limits") or {}).items()}


@dataclass
class Findings:
    """What is wrong with the content. Strict raises the first finding; otherwise all are kept.

    unusable holds the files, facts, citations and subjects that were left out because of a finding: what refers to
    them is not reported as well. tables holds every YAML file that could be read, for those who look closer.
    """

    strict: bool = True
    found: list[ContentError] = field(default_factory=list)
    unusable: set[str] = field(default_factory=set)
    tables: dict[str, Table] = field(default_factory=dict)

    def add(self, problem: str, file: str, line: int, mend: str) -> None:
        """Report one finding."""
        error = ContentError(problem, file=file, line=line, mend=mend)
        if self.strict:
            raise error
        self.found.append(error)

    def excuses(self, name: str, place: str) -> bool:
        """Whether name, or a file at the place where it would stand, was itself reported and left out."""
        return name in self.unusable or any(unusable.startswith(place) for unusable in self.unusable)


def write_value(value: Value) -> str:
    """A fact's value as a reader sees it; lists as "a, b and c"."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else f"{', '.join(value[:-1])} and {value[-1]}"
    return write_number(value) if isinstance(value, Decimal | int) else str(value)


def fill(text: str, values: Mapping[str, Value]) -> str:
    """A sentence of the content with its {slots} filled in; a slot without a value is a `KeyError`."""
    return _SLOT.sub(lambda match: write_value(values[match[1]]), text)


def load(root: str | Path | None = None, findings: Findings | None = None) -> Content:
    """Read a content folder. Raises `ContentError` at the first thing wrong, unless findings collects them."""
    path = find_root(root)
    findings = findings or Findings()
    tables = {file.relative_to(path).as_posix(): file for file in files(path) if file.suffix == ".yaml"}
    parsed: dict[str, Table] = {}
    for name, file in tables.items():
        try:
            parsed[name] = read_yaml(file, name)
        except ContentError as error:
            findings.add(error.problem, error.file, error.line, error.mend)
            findings.unusable.add(name)
    findings.tables.update(parsed)
    documents, citations = _sources(parsed.pop(SOURCES, None), findings)
    facts = tuple(_facts(parsed, citations, findings))
    subjects = _subjects(parsed.pop(SUBJECTS, None), facts, findings)
    comparisons = tuple(_comparisons(parsed.pop(COMPARISONS, None), facts, findings))
    shorthand = _shorthand(parsed.pop(VOCABULARY + "shorthand.yaml", None), findings)
    vocabulary = _vocabulary(parsed, findings)
    intents = tuple(_intents(parsed, subjects, vocabulary, findings))
    wording = parsed.pop(WORDING, Table(WORDING, 0))
    calculations = parsed.pop(CALCULATIONS, Table(CALCULATIONS, 0))
    quiz = parsed.pop(QUIZ, Table(QUIZ, 0))
    quiz_questions = tuple(_quiz_questions(quiz, findings))
    for name in parsed:
        findings.add("nothing reads this file", name, 1, "move what it holds to one of the files of docs/content.md")
    return Content(
        root=path,
        version=digest(path),
        facts=facts,
        documents=documents,
        citations=citations,
        intents=intents,
        subjects=subjects,
        comparisons=comparisons,
        vocabulary={key: tuple(phrases) for key, phrases in vocabulary.items()},
        shorthand=shorthand,
        wording=wording,
        calculations=calculations,
        quiz=quiz,
        quiz_questions=quiz_questions,
    )


def read_words(file: Path) -> frozenset[str]:
    """The words of a plain list, lines that begin with # left out; none where there is no such file."""
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


# ---------------------------------------------------------------------------------------------------- answers/


def _known(table: Table, keys: tuple[str, ...], findings: Findings, what: str) -> None:
    """Report keys that nothing reads."""
    for key in table:
        if key not in keys:
            mend = f"use one of {', '.join(keys)}"
            findings.add(f"{what} has an unknown key {key!r}", table.file, table.lines[key], mend)


def _keys(
    table: Table,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    findings: Findings,
    what: str,
    *,
    lists: tuple[str, ...] = (),
    tables: tuple[str, ...] = (),
) -> bool:
    """Whether a table can be used: the required keys are there, and values are of their kind (else a text).

    Reports unknown keys too, but they are no reason to leave the table out.
    """
    _known(table, (*required, *optional), findings, what)
    fine = True
    for key in required:
        if key not in table:
            findings.add(f"{what} has no {key!r}", table.file, table.line, f"add '{key}:'")
            fine = False
    for key, value in table.items():
        empty = value is None and key in (*lists, *tables)
        kind, named = (Rows, "list") if key in lists else (Table, "mapping") if key in tables else (_SCALAR, "text")
        if key in (*required, *optional) and not empty and not isinstance(value, kind):
            findings.add(f"{key!r} of {what} is no {named}", table.file, table.lines[key], f"make it a {named}")
            fine = False
    return fine


def _rows(table: Table, key: str, findings: Findings) -> Iterator[Table]:
    """The mappings of the list under a key."""
    rows = table.get(key)
    if not isinstance(rows, Rows):
        line = table.lines.get(key, table.line)
        findings.add(f"{key!r} is no list", table.file, line, f"write '{key}:' and begin each entry below it with '- '")
        return
    for item, line in zip(rows, rows.lines, strict=True):
        if isinstance(item, Table):
            yield item
        else:
            findings.add(f"an entry of {key!r} is no mapping", table.file, line, "give it keys and values")


def _named(table: Table, key: str, findings: Findings) -> Iterator[tuple[str, Table]]:
    """The mappings, with their names, of the mapping under a key."""
    entries = table.get(key)
    if not isinstance(entries, Table):
        line = table.lines.get(key, table.line)
        findings.add(f"{key!r} is no mapping", table.file, line, f"write '{key}:' and a name for each entry below it")
        return
    for name, entry in entries.items():
        if isinstance(entry, Table):
            yield name, entry
        else:
            findings.add(f"{name} of {key!r} is no mapping", table.file, entries.lines[name], "give it keys and values")
            findings.unusable.add(name)


def _sources(table: Table | None, findings: Findings) -> tuple[dict[str, Document], dict[str, Citation]]:
    documents: dict[str, Document] = {}
    citations: dict[str, Citation] = {}
    if table is None:
        if SOURCES not in findings.unusable:
            findings.add("no sources", SOURCES, 0, "add the file with 'documents:' and 'citations:'")
            findings.unusable.add(SOURCES)
        return documents, citations
    _known(table, ("documents", "citations"), findings, "the file")
    for letter, entry in _named(table, "documents", findings):
        keys = ("title", "publisher", "address", "updated", "review")
        if _keys(entry, keys, (), findings, f"document {letter}"):
            documents[letter] = Document(letter, *(str(entry[key]) for key in keys))
        else:
            findings.unusable.add(letter)
    for name, entry in _named(table, "citations", findings):
        citation = _citation(name, entry, documents, findings)
        if citation:
            citations[name] = citation
        else:
            findings.unusable.add(name)
    return documents, citations


def _citation(name: str, entry: Table, documents: Mapping[str, Document], findings: Findings) -> Citation | None:
    optional = ("authors", "title", "journal", "year", "volume", "pages", "doi", "pmid", "note")
    if not _keys(entry, ("status",), optional, findings, f"citation {name}"):
        return None
    if entry["status"] not in RESOLUTIONS:
        findings.add(
            f"citation {name} has an unknown status", entry.file, entry.lines["status"],
            f"use one of {', '.join(RESOLUTIONS)}",
        )  # fmt: skip
    if name[:1] not in documents and name[:1] not in findings.unusable:
        findings.add(f"citation {name} is of no known document", entry.file, entry.line, "add the document")
        return None
    fields = {key: str(entry[key]) for key in optional if key in entry}
    return Citation(name, name[:1], name[1:], str(entry["status"]), fields)


def _facts(parsed: dict[str, Table], citations: Mapping[str, Citation], findings: Findings) -> Iterator[Fact]:
    seen: dict[str, Fact] = {}
    for name in [name for name in parsed if name.startswith(FACTS)]:
        table = parsed.pop(name)
        _known(table, ("facts",), findings, "the file")
        for entry in _rows(table, "facts", findings):
            fact = _fact(entry, citations, findings)
            if fact is None:
                findings.unusable.add(str(entry.get("id")))
                continue
            if fact.id in seen:
                other = seen[fact.id]
                findings.add(f"fact {fact.id} stands twice", name, fact.line, f"remove one ({other.file}:{other.line})")
                continue
            seen[fact.id] = fact
            yield fact


def _fact(entry: Table, citations: Mapping[str, Citation], findings: Findings) -> Fact | None:
    required = ("id", "topic", "route", "population", "says", "cites")
    optional = ("origin", "detail", "values", "says_elsewhere", "beside", "reviewed_by", "reviewed_on")
    if not _keys(entry, required, optional, findings, "a fact", lists=("cites", "beside"), tables=("values",)):
        return None
    scope = _scope(entry, findings)
    if scope is None:
        return None
    values = _values(entry.get("values") or Table(entry.file, entry.line), findings)
    for key in ("says", "says_elsewhere"):
        for slot in _SLOT.findall(str(entry.get(key, ""))):
            if slot not in values:
                findings.add(
                    f"the sentence of {entry['id']} names {{{slot}}}, which 'values' does not hold",
                    entry.file, entry.lines[key], f"add '{slot}:' to its values, or mend the name",
                )  # fmt: skip
    return Fact(
        id=str(entry["id"]), **scope, detail=str(entry.get("detail", "")), values=values, says=str(entry["says"]),
        says_elsewhere=str(entry.get("says_elsewhere", "")), cites=_cites(entry, citations, findings),
        beside=tuple(map(str, entry.get("beside") or ())),
        reviewed_by=entry.get("reviewed_by"), reviewed_on=entry.get("reviewed_on"), file=entry.file, line=entry.line,
    )  # fmt: skip


def _scope(entry: Table, findings: Findings) -> dict[str, Any] | None:
    """Topic, route, population and origin of a fact; None where one is no word of the vocabulary."""
    scope: dict[str, Any] = {}
    for key, kind in _SCOPE.items():
        word = entry.get(key, "any")
        words = FACT_TOPICS if key == "topic" else (*kind, "any")
        if word not in words:
            findings.add(f"unknown {key} {word!r}", entry.file, entry.lines[key], f"use one of {', '.join(words)}")
            return None
        scope[key] = None if word == "any" else kind(word)
    return scope


def _cites(entry: Table, citations: Mapping[str, Citation], findings: Findings) -> tuple[str, ...]:
    cites = tuple(map(str, entry["cites"] or ()))
    if not cites:
        line = entry.lines["cites"]
        findings.add(f"fact {entry['id']} has no source", entry.file, line, "name a citation, such as [A1]")
    for cited in cites:
        if cited not in citations and not findings.excuses(cited, SOURCES):
            findings.add(
                f"fact {entry['id']} cites {cited}, which {SOURCES} does not hold",
                entry.file, entry.lines["cites"], "add the citation, or mend its name",
            )  # fmt: skip
    return cites


def _values(table: Table, findings: Findings) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, raw in table.items():
        if isinstance(raw, Rows):
            values[key] = tuple(str(item) for item in raw)
        elif isinstance(raw, int | Decimal):
            values[key] = raw
        else:
            values[key] = str(raw)
            if not isinstance(raw, str):
                findings.add(f"the value {key!r} is empty", table.file, table.lines[key], "write a figure or a text")
            elif any(char.isdigit() for char in raw):
                try:
                    quantity = Quantity.parse(raw)
                    str(quantity)  # a frequency that is no whole number cannot be written
                    values[key] = quantity
                except QuantityError as error:
                    findings.add(str(error), table.file, table.lines[key], "mend the value, its unit included")
    return values


def _subjects(table: Table | None, facts: tuple[Fact, ...], findings: Findings) -> dict[str, Subject]:
    known = {fact.id: fact for fact in facts}
    subjects: dict[str, Subject] = {}
    if table is None:
        return subjects
    _known(table, ("subjects",), findings, "the file")
    for name, entry in _named(table, "subjects", findings):
        required, optional, lists = ("named", "look"), ("near", "condition"), ("look", "near")
        if not _keys(entry, required, optional, findings, f"subject {name}", lists=lists):
            findings.unusable.add(name)
            continue
        near = tuple(map(str, entry.get("near") or ()))
        for fact_id in near:
            fine = not known[fact_id].holds_dose if fact_id in known else findings.excuses(fact_id, FACTS)
            if not fine:
                findings.add(
                    f"subject {name} is near {fact_id}, which is no fact without a dose",
                    table.file, entry.lines["near"], "name a fact that holds no dose",
                )  # fmt: skip
        look, condition = tuple(map(str, entry["look"] or ())), entry.get("condition") or ""
        subjects[name] = Subject(name, str(entry["named"]), look, near, condition, table.file, entry.line)
    return subjects


def _comparisons(table: Table | None, facts: tuple[Fact, ...], findings: Findings) -> Iterator[Comparison]:
    if table is None:
        return
    _known(table, ("comparisons",), findings, "the file")
    known = {fact.id for fact in facts}
    required, optional = ("id", "relation", "about", "says", "source", "seen"), ("cells", "limits", "values")
    seen: set[str] = set()
    for entry in _rows(table, "comparisons", findings):
        lists, tables = ("about", "cells", "limits", "seen"), ("values",)
        if not _keys(entry, required, optional, findings, "a comparison", lists=lists, tables=tables):
            continue
        name = str(entry["id"])
        if name in seen:
            findings.add(f"comparison {name} stands twice", table.file, entry.line, "remove one")
        seen.add(name)
        if entry["relation"] not in RELATIONS:
            mend = f"use one of {', '.join(RELATIONS)}"
            findings.add(f"unknown relation {entry['relation']!r}", table.file, entry.lines["relation"], mend)
        about = tuple(map(str, entry["about"] or ()))
        for fact_id in about:
            if fact_id not in known and not findings.excuses(fact_id, FACTS):
                mend = "name a fact of answers/facts/"
                problem = f"comparison {name} is about the unknown fact {fact_id}"
                findings.add(problem, table.file, entry.lines["about"], mend)
        values = _values(entry.get("values") or Table(entry.file, entry.line), findings)
        for slot in _SLOT.findall(str(entry["says"])):
            if slot not in values:
                problem = f"the sentence of {name} names {{{slot}}}, which 'values' does not hold"
                mend = f"add '{slot}:' to its values, or mend the name"
                findings.add(problem, table.file, entry.lines["says"], mend)
        yield Comparison(
            id=name, relation=str(entry["relation"]), about=about, cells=tuple(_cells(entry, findings)),
            limits=tuple(map(str, entry.get("limits") or ())), values=values, says=str(entry["says"]),
            source=str(entry["source"]), seen=tuple(map(str, entry["seen"] or ())), file=entry.file, line=entry.line,
        )  # fmt: skip


def _cells(entry: Table, findings: Findings) -> Iterator[tuple[Topic, Route, Population]]:
    for cell in entry.get("cells") or ():
        try:
            yield Topic(cell["topic"]), Route(cell["route"]), Population(cell["population"])
        except (KeyError, TypeError, ValueError):
            mend = "give each cell a topic, a route and a population of the vocabulary"
            findings.add(f"a cell of comparison {entry['id']} cannot be read", entry.file, entry.lines["cells"], mend)


def _quiz_questions(table: Table, findings: Findings) -> Iterator[QuizQuestion]:
    """What the quiz asks; nothing where there is no quiz, or where a text is missing that it is held with."""
    if not table.line or not _keys(table, ("questions", *QUIZ_TEXTS), (), findings, "the quiz", lists=("questions",)):
        return
    for entry in _rows(table, "questions", findings):
        optional = ("detail", "bound", "question")
        if not _keys(entry, ("topic", "figures"), optional, findings, "a question of the quiz", lists=("figures",)):
            continue
        fine = True
        for key, words in (("topic", FACT_TOPICS), ("bound", BOUNDS)):
            if key in entry and entry[key] not in words:
                mend = f"use one of {', '.join(words)}"
                findings.add(f"unknown {key} {entry[key]!r} of the quiz", entry.file, entry.lines[key], mend)
                fine = False
        figures = tuple(map(str, entry["figures"] or ()))
        if not figures:
            findings.add("a question of the quiz asks for nothing", entry.file, entry.lines["figures"], "name a value")
        elif fine:
            yield QuizQuestion(
                topic=Topic(entry["topic"]), detail=str(entry.get("detail", "")), figures=figures,
                bound=str(entry.get("bound", "")), question=str(entry.get("question", "")),
                file=entry.file, line=entry.line,
            )  # fmt: skip


# ---------------------------------------------------------------------------------------------------- intents/


def _lines(text: Any, file: str, line: int, findings: Findings) -> tuple[str, ...]:
    """The phrases of a block, one a line; a lone phrase may stand without a block."""
    if not isinstance(text, str):
        findings.add("phrases must be a block of lines", file, line, "write '|' and one phrase a line below it")
        return ()
    return tuple(filter(None, map(str.strip, text.split("\n"))))


def _shorthand(table: Table | None, findings: Findings) -> dict[str, str]:
    if table is None:
        return {}
    _known(table, ("words",), findings, "the file")
    words = table.get("words")
    if not isinstance(words, Table):
        findings.add("'words' is no mapping", table.file, table.line, "write 'words:' and 'short: long' below it")
        return {}
    return {key: str(value) for key, value in words.items()}


def _vocabulary(parsed: dict[str, Table], findings: Findings) -> dict[str, tuple[str, ...]]:
    vocabulary: dict[str, tuple[str, ...]] = {}
    for name in [name for name in parsed if name.startswith(VOCABULARY)]:
        table = parsed.pop(name)
        for key, value in table.items():
            if key not in LANGUAGE_KEYS:
                findings.add(
                    f"unknown slot {key!r}", name, table.lines[key], f"use one of {', '.join(sorted(LANGUAGE_KEYS))}"
                )
                continue
            groups = value.items() if isinstance(value, Table) else [("", value)]
            for group, text in groups:
                known = LANGUAGE_GROUPS.get(key)
                if known and group not in known:
                    line = value.lines[group] if group else table.lines[key]
                    findings.add(f"unknown group {group!r} of {key}", name, line, f"use one of {', '.join(known)}")
                line = value.lines[group] if isinstance(value, Table) else table.lines[key]
                full = f"{key}.{group}" if group else key
                vocabulary[full] = vocabulary.get(full, ()) + _lines(text, name, line, findings)
    return vocabulary


def _intents(
    parsed: dict[str, Table],
    subjects: Mapping[str, Subject],
    vocabulary: dict[str, tuple[str, ...]],
    findings: Findings,
) -> Iterator[Intent]:
    for name in [name for name in parsed if name.startswith("intents/")]:
        table = parsed.pop(name)
        if "topic" in table:
            yield from _topic_intents(table, findings)
        elif "subjects" in table:
            yield from _subject_intents(table, subjects, vocabulary, findings)
        elif "chat" in table:
            yield from _chat_intents(table, findings)
        elif "phrases" in table:
            _known(table, ("phrases",), findings, "the file")
            yield from _intent("off_topic", "", table, findings)
        else:
            findings.add("the file holds no intent", name, 1, "begin it with 'topic:', 'subjects:' or 'chat:'")


def _chat_intents(table: Table, findings: Findings) -> Iterator[Intent]:
    _known(table, ("chat",), findings, "the file")
    for entry in _rows(table, "chat", findings):
        if not _keys(entry, ("kind", "phrases"), (), findings, "a chat entry"):
            continue
        if entry["kind"] not in CHAT_KINDS:
            findings.add(
                f"unknown kind of chat {entry['kind']!r}", table.file, entry.lines["kind"],
                f"use one of {', '.join(CHAT_KINDS)}",
            )  # fmt: skip
        yield from _intent(f"chat/{entry['kind']}", "", entry, findings)


def _topic_intents(table: Table, findings: Findings) -> Iterator[Intent]:
    _known(table, ("topic", "asks"), findings, "the file")
    if table["topic"] not in FACT_TOPICS:
        mend = f"use one of {', '.join(FACT_TOPICS)}"
        findings.add(f"unknown topic {table['topic']!r}", table.file, table.lines["topic"], mend)
        return
    topic = Topic(table["topic"])
    for entry in _rows(table, "asks", findings):
        if _keys(entry, ("phrases",), ("detail",), findings, "an ask"):
            yield from _intent(topic, str(entry.get("detail", "")), entry, findings)


def _subject_intents(
    table: Table, subjects: Mapping[str, Subject], vocabulary: dict[str, tuple[str, ...]], findings: Findings
) -> Iterator[Intent]:
    _known(table, ("subjects",), findings, "the file")
    for entry in _rows(table, "subjects", findings):
        if not _keys(entry, ("subject",), ("decisive", "phrases"), findings, "a subject"):
            continue
        name = str(entry["subject"])
        if name not in subjects:
            if not findings.excuses(name, SUBJECTS):
                findings.add(f"subject {name!r} has no wording", table.file, entry.line, f"add it to {SUBJECTS}")
            continue
        if "decisive" in entry:
            vocabulary[f"subject.{name}"] = _lines(entry["decisive"], table.file, entry.lines["decisive"], findings)
        if "phrases" in entry:
            yield from _intent(f"subject/{name}", "", entry, findings)


def _intent(group: str, detail: str, entry: Table, findings: Findings) -> Iterator[Intent]:
    line = entry.lines["phrases"]
    phrases = _lines(entry["phrases"], entry.file, line, findings)
    if not all(map(_PHRASE.fullmatch, phrases)):
        for offset, phrase in enumerate(str(entry["phrases"]).split("\n"), start=1):
            if phrase.strip() and not _PHRASE.fullmatch(phrase.strip()):
                findings.add(
                    f"the phrase {phrase.strip()!r} holds more than plain words", entry.file, line + offset,
                    "write it in lower case without punctuation",
                )  # fmt: skip
    yield Intent(str(group), detail, phrases, entry.file, line)
