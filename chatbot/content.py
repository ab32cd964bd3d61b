"""Finds and reads intents/ and answers/: what the chatbot knows, as typed values that say where they stand.

A content folder holds ``intents/`` (how people ask) and ``answers/`` (what we know and how we say it). Reading is
strict: the first thing wrong is a `ContentError` with file, line and mend; `chatbot check` collects all of them by
handing in a list of findings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from chatbot.documents import Rows, Table, read_yaml
from chatbot.errors import ContentError, QuantityError
from chatbot.quantity import Quantity
from chatbot.query import Origin, Population, Route, Topic

Value = Quantity | Decimal | int | str | tuple[str, ...]

CHAT_KINDS = ("greeting", "thanks", "goodbye", "help", "about", "references", "disclaimer", "acknowledgement")
RESOLUTIONS = ("listed", "confirmed", "likely", "unknown")
LANGUAGE_KEYS = frozenset(
    {
        "names", "exact_names", "pump_names", "about", "population", "kidney", "kidney_talk", "poor", "infant",
        "childhood_condition", "kin", "no_population", "route", "hints", "origin", "negations", "denials", "scope_enders",
        "joiners", "subordinators", "questions", "comparisons", "attachments", "other_medicines", "related",
        "emergency", "animals", "synonyms", "small_talk", "new_patient", "additions", "dose_words", "clinical",
    }
)  # fmt: skip
_PHRASE = re.compile(r"[a-z0-9'&/. -]+")
_SLOT = re.compile(r"\{(\w+)\}")


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
    reviewed_by: str | None
    reviewed_on: str | None
    file: str
    line: int

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
    """Something people ask about on which the sources are silent, and where to look instead."""

    name: str
    named: str
    look: tuple[str, ...]
    near: tuple[str, ...]
    condition: bool
    file: str
    line: int


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
    vocabulary: Mapping[str, tuple[str, ...]]
    shorthand: Mapping[str, str]
    english: frozenset[str]
    wording: Table


@dataclass
class Findings:
    """What is wrong with the content. Strict raises the first finding; otherwise all are kept."""

    strict: bool = True
    found: list[ContentError] = field(default_factory=list)

    def add(self, problem: str, file: str, line: int, mend: str) -> None:
        """Report one finding."""
        error = ContentError(problem, file=file, line=line, mend=mend)
        if self.strict:
            raise error
        self.found.append(error)


def write_value(value: Value) -> str:
    """A fact's value as a reader sees it; lists as "a, b and c"."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else f"{', '.join(value[:-1])} and {value[-1]}"
    return str(value)


def fill(text: str, values: Mapping[str, Value]) -> str:
    """A sentence of the content with its {slots} filled in; a slot without a value is a `KeyError`."""
    return _SLOT.sub(lambda match: write_value(values[match[1]]), text)


def find_root(root: str | Path | None = None) -> Path:
    """The content folder: the one given, else the one installed beside this module, else the checkout's."""
    if root is not None:
        path = Path(root)
        if not (path / "intents").is_dir() or not (path / "answers").is_dir():
            raise ContentError(
                "no content here", file=str(path), mend="name a folder that holds intents/ and answers/"
            )
        return path
    package = Path(__file__).resolve().parent
    for path in (package / "content_files", package.parent):
        if (path / "intents").is_dir() and (path / "answers").is_dir():
            return path
    raise ContentError("intents/ and answers/ are missing", file=str(package), mend="install the package again")


def load(root: str | Path | None = None, findings: Findings | None = None) -> Content:
    """Read a content folder. Raises `ContentError` at the first thing wrong, unless findings collects them."""
    path = find_root(root)
    findings = findings or Findings()
    files = sorted(file for part in ("intents", "answers") for file in (path / part).rglob("*") if file.is_file())
    tables = {file.relative_to(path).as_posix(): file for file in files if file.suffix == ".yaml"}
    parsed: dict[str, Table] = {}
    for name, file in tables.items():
        try:
            parsed[name] = read_yaml(file, name)
        except ContentError as error:
            findings.add(error.problem, error.file, error.line, error.mend)
    documents, citations = _sources(parsed.pop("answers/sources.yaml", None), findings)
    facts = tuple(_facts(parsed, citations, findings))
    subjects = _subjects(parsed.pop("answers/subjects.yaml", None), facts, findings)
    shorthand = _shorthand(parsed.pop("intents/vocabulary/shorthand.yaml", None))
    vocabulary = _vocabulary(parsed, findings)
    return Content(
        root=path,
        version=_version(path, files),
        facts=facts,
        documents=documents,
        citations=citations,
        intents=tuple(_intents(parsed, subjects, vocabulary, findings)),
        subjects=subjects,
        vocabulary={key: tuple(phrases) for key, phrases in vocabulary.items()},
        shorthand=shorthand,
        english=read_words(path / "intents/vocabulary/english.txt"),
        wording=parsed.pop("answers/wording.yaml", Table("answers/wording.yaml", 1)),
    )


def _version(root: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read_words(file: Path) -> frozenset[str]:
    """The words of a plain list, lines that begin with # left out; none where there is no such file."""
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


# ---------------------------------------------------------------------------------------------------- answers/


def _keys(table: Table, required: tuple[str, ...], optional: tuple[str, ...], findings: Findings, what: str) -> bool:
    """Whether a table has the required keys and no unknown one; reports what is wrong."""
    fine = True
    for key in required:
        if key not in table:
            findings.add(f"{what} has no {key!r}", table.file, table.line, f"add '{key}:'")
            fine = False
    for key in table:
        if key not in required and key not in optional:
            known = ", ".join((*required, *optional))
            findings.add(f"{what} has an unknown key {key!r}", table.file, table.lines[key], f"use one of {known}")
            fine = False
    return fine


def _tables(value: Any, file: str, findings: Findings, what: str) -> Iterator[Table]:
    if not isinstance(value, Rows):
        findings.add(f"{what} must be a list", file, 1, "begin each entry with '- '")
        return
    for item, line in zip(value, value.lines, strict=True):
        if isinstance(item, Table):
            yield item
        else:
            findings.add(f"an entry of {what} is no mapping", file, line, "give it keys and values")


def _sources(table: Table | None, findings: Findings) -> tuple[dict[str, Document], dict[str, Citation]]:
    if table is None:
        findings.add("no sources", "answers/sources.yaml", 0, "add the file with 'documents:' and 'citations:'")
        return {}, {}
    documents: dict[str, Document] = {}
    citations: dict[str, Citation] = {}
    for letter, entry in (table.get("documents") or {}).items():
        keys = ("title", "publisher", "address", "updated", "review")
        if _keys(entry, keys, (), findings, f"document {letter}"):
            documents[letter] = Document(letter, *(str(entry[key]) for key in keys))
    optional = ("authors", "title", "journal", "year", "volume", "pages", "doi", "pmid", "note")
    for name, entry in (table.get("citations") or {}).items():
        if not _keys(entry, ("status",), optional, findings, f"citation {name}"):
            continue
        if entry["status"] not in RESOLUTIONS:
            findings.add(
                f"citation {name} has an unknown status", table.file, entry.lines["status"],
                f"use one of {', '.join(RESOLUTIONS)}",
            )  # fmt: skip
        if name[:1] not in documents:
            findings.add(f"citation {name} is of no known document", table.file, entry.line, "add the document")
            continue
        fields = {key: str(entry[key]) for key in optional if entry.get(key) is not None}
        citations[name] = Citation(name, name[:1], name[1:], str(entry["status"]), fields)
    return documents, citations


def _facts(parsed: dict[str, Table], citations: Mapping[str, Citation], findings: Findings) -> Iterator[Fact]:
    seen: dict[str, Fact] = {}
    for name in [name for name in parsed if name.startswith("answers/facts/")]:
        for entry in _tables(parsed.pop(name).get("facts"), name, findings, "facts"):
            fact = _fact(entry, citations, findings)
            if fact is None:
                continue
            if fact.id in seen:
                other = seen[fact.id]
                findings.add(f"fact {fact.id} stands twice", name, fact.line, f"remove one ({other.file}:{other.line})")
                continue
            seen[fact.id] = fact
            yield fact


def _fact(entry: Table, citations: Mapping[str, Citation], findings: Findings) -> Fact | None:
    required = ("id", "topic", "route", "population", "says", "cites")
    if not _keys(entry, required, ("origin", "detail", "values", "says_elsewhere", "reviewed_by", "reviewed_on"), findings, "a fact"):
        return None
    file = entry.file
    try:
        topic = Topic(entry["topic"])
        route = None if entry["route"] == "any" else Route(entry["route"])
        population = None if entry["population"] == "any" else Population(entry["population"])
        origin = Origin(entry["origin"]) if "origin" in entry else None
    except ValueError as error:
        findings.add(str(error), file, entry.line, "use a word of the vocabulary (docs/content.md lists them)")
        return None
    values = _values(entry.get("values") or Table(file, entry.line), findings)
    for slot in _SLOT.findall(entry["says"] + (entry.get("says_elsewhere") or "")):
        if slot not in values:
            findings.add(
                f"the sentence of {entry['id']} names {{{slot}}}, which 'values' does not hold",
                file, entry.lines["says"], f"add '{slot}:' to its values, or mend the name",
            )  # fmt: skip
            return None
    cites = tuple(entry["cites"] or ())
    if not cites:
        findings.add(f"fact {entry['id']} has no source", file, entry.lines["cites"], "name a citation, such as [A1]")
    for cited in cites:
        if cited not in citations:
            findings.add(
                f"fact {entry['id']} cites {cited}, which answers/sources.yaml does not hold",
                file, entry.lines["cites"], "add the citation, or mend its name",
            )  # fmt: skip
            return None
    return Fact(
        id=entry["id"], topic=topic, route=route, population=population, origin=origin,
        detail=entry.get("detail") or "", values=values, says=entry["says"],
        says_elsewhere=entry.get("says_elsewhere") or "", cites=cites,
        reviewed_by=entry.get("reviewed_by"), reviewed_on=entry.get("reviewed_on"), file=file, line=entry.line,
    )  # fmt: skip


def _values(table: Table, findings: Findings) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, raw in table.items():
        if isinstance(raw, Rows):
            values[key] = tuple(str(item) for item in raw)
        elif isinstance(raw, int | Decimal):
            values[key] = raw
        elif not any(char.isdigit() for char in str(raw)):
            values[key] = str(raw)
        else:
            try:
                values[key] = Quantity.parse(str(raw))
            except QuantityError as error:
                findings.add(str(error), table.file, table.lines[key], "write the value with its unit")
    return values


def _subjects(table: Table | None, facts: tuple[Fact, ...], findings: Findings) -> dict[str, Subject]:
    known = {fact.id: fact for fact in facts}
    subjects: dict[str, Subject] = {}
    if table is None:
        return subjects
    for name, entry in (table.get("subjects") or {}).items():
        if not _keys(entry, ("named", "look"), ("near", "condition"), findings, f"subject {name}"):
            continue
        near = tuple(entry.get("near") or ())
        for fact_id in near:
            if fact_id not in known or known[fact_id].topic.is_dose:
                findings.add(
                    f"subject {name} is near {fact_id}, which is no fact without a dose",
                    table.file, entry.lines["near"], "name a fact that holds no dose",
                )  # fmt: skip
        subjects[name] = Subject(name, entry["named"], tuple(entry["look"]), near, entry.get("condition") is True, table.file, entry.line)
    return subjects


# ---------------------------------------------------------------------------------------------------- intents/


def _lines(text: Any, file: str, line: int, findings: Findings) -> tuple[str, ...]:
    """The phrases of a block, one a line; a lone phrase may stand without a block."""
    if not isinstance(text, str):
        findings.add("phrases must be a block of lines", file, line, "write '|' and one phrase a line below it")
        return ()
    return tuple(filter(None, map(str.strip, text.split("\n"))))


def _shorthand(table: Table | None) -> dict[str, str]:
    return {} if table is None else {key: str(value) for key, value in (table.get("words") or {}).items()}


def _vocabulary(parsed: dict[str, Table], findings: Findings) -> dict[str, tuple[str, ...]]:
    vocabulary: dict[str, tuple[str, ...]] = {}
    for name in [name for name in parsed if name.startswith("intents/vocabulary/")]:
        table = parsed.pop(name)
        for key, value in table.items():
            if key not in LANGUAGE_KEYS:
                findings.add(
                    f"unknown slot {key!r}", name, table.lines[key], f"use one of {', '.join(sorted(LANGUAGE_KEYS))}"
                )
                continue
            groups = value.items() if isinstance(value, Table) else [("", value)]
            for group, text in groups:
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
            for entry in _tables(table["chat"], name, findings, "chat"):
                if _keys(entry, ("kind", "phrases"), (), findings, "a chat entry"):
                    yield from _intent(f"chat/{entry['kind']}", "", entry, findings)
        elif "phrases" in table:
            yield from _intent("off_topic", "", table, findings)
        else:
            findings.add("the file holds no intent", name, 1, "begin it with 'topic:', 'subjects:' or 'chat:'")


def _topic_intents(table: Table, findings: Findings) -> Iterator[Intent]:
    try:
        topic = Topic(table["topic"])
    except ValueError:
        findings.add(
            f"unknown topic {table['topic']!r}", table.file, table.lines["topic"], f"use one of {', '.join(Topic)}"
        )
        return
    for entry in _tables(table.get("asks"), table.file, findings, "asks"):
        if _keys(entry, ("phrases",), ("detail",), findings, "an ask"):
            yield from _intent(topic, entry.get("detail") or "", entry, findings)


def _subject_intents(
    table: Table, subjects: Mapping[str, Subject], vocabulary: dict[str, tuple[str, ...]], findings: Findings
) -> Iterator[Intent]:
    for entry in _tables(table["subjects"], table.file, findings, "subjects"):
        if not _keys(entry, ("subject",), ("decisive", "phrases"), findings, "a subject"):
            continue
        name = entry["subject"]
        if name not in subjects:
            findings.add(
                f"subject {name!r} has no wording", table.file, entry.line, "add it to answers/subjects.yaml"
            )
            continue
        if "decisive" in entry:
            vocabulary[f"subject.{name}"] = _lines(entry["decisive"], table.file, entry.lines["decisive"], findings)
        if "phrases" in entry:
            yield from _intent(f"subject/{name}", "", entry, findings)


def _intent(group: str, detail: str, entry: Table, findings: Findings) -> Iterator[Intent]:
    line = entry.lines["phrases"]
    phrases = _lines(entry["phrases"], entry.file, line, findings)
    for offset, phrase in enumerate(phrases, start=1):
        if not _PHRASE.fullmatch(phrase):
            findings.add(
                f"the phrase {phrase!r} holds more than plain words", entry.file, line + offset,
                "write it in lower case without punctuation",
            )  # fmt: skip
    yield Intent(str(group), detail, phrases, entry.file, line)
