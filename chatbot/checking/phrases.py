"""Phrases of intents and vocabulary: each with one meaning, no figure, and none missing that a rule reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.checking.folder import Folder
from chatbot.checking.texts import DOSE, FIGURE
from chatbot.content import LANGUAGE_GROUPS, VOCABULARY, Intent
from chatbot.documents import Rows, Table
from chatbot.language.vocabulary import split

# The kinds of words that chatbot/language/signs.py and safety.py combine.
EMERGENCY_WORDS = (
    "academic", "ago", "ahead", "all_at_once", "amount", "asking", "away", "bad_colour", "bare", "bedded", "board",
    "bodily", "breakdown", "breath", "brought_up", "collapse", "container", "contrast", "crisis", "denied", "despair",
    "device", "drowsy", "every", "excess", "fault", "filled", "gap", "generic", "given", "gone_in", "handed",
    "harmless", "heart", "ill_breath", "in_withdrawal", "inflamed", "instead", "intake", "intent", "labelled",
    "lacking", "lasting", "lethal", "limb", "meant", "mild_signs", "mishap", "misplaced", "never", "no_supply",
    "not_theirs", "now", "odd", "opened", "other_one", "overdose", "own_dose", "own_words", "past", "person",
    "pumped", "racing", "recovered", "retracted", "rousing", "saving", "seeing", "self_harm", "sequel", "setting",
    "skipping", "small_child", "snore", "source", "span_of", "spasm", "stock", "sudden", "supply", "swallowed",
    "swapped", "taking_all", "taking_off", "third", "throwing", "times", "towards", "trouble", "twice", "unable",
    "unreal", "vomiting", "waking", "whole", "wish", "wish_never", "withdrawal", "withdrawal_signs", "worse", "wound",
    "wrong",
)  # fmt: skip
# The kinds of words that chatbot/language/requests.py, figures.py and understanding.py look for.
SUM_WORDS = (
    "again", "amount_judged", "amounts", "bolus", "brief", "by_weight", "clearance", "comes_on", "compute",
    "doubled", "effects", "equals", "first_daily", "for_me", "from_nothing", "from_what_dose", "goal", "halved",
    "hourly", "how_common", "how_soon", "judge", "naive", "negative", "on_top", "one_time", "pieces", "prolonged",
    "pump_start", "rate", "rate_asked", "reaching", "refill", "rows", "same", "span", "spread", "start", "step",
    "taper", "target", "titrate", "usable", "volume",
)  # fmt: skip
# Slots of the vocabulary whose groups rules name one by one, and what findings call them.
NAMED_GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "emergency": ("words of danger", EMERGENCY_WORDS),
    "sums": ("words of calculations", SUM_WORDS),
    "sex": ("words of a sex", LANGUAGE_GROUPS["sex"]),
}
COMBINED = ("emergency", "sums")  # words that rules combine, so that one may be of several kinds


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


def _entry(folder: Folder, intent: Intent) -> Table:
    """The mapping that an intent was read from."""
    entries = (table for table in _inner(folder.tables[intent.file]) if "phrases" in table)
    return next(table for table in entries if table.lines["phrases"] == intent.line)


def intents(folder: Folder) -> None:
    """Phrases of intents: figures, repetitions, details and subjects that lead nowhere."""
    seen: dict[tuple[str, ...], _Phrase] = {}
    for intent in folder.content.intents:
        for phrase in _block(_entry(folder, intent), "phrases", intent.group):
            figure = FIGURE.search(phrase.text)
            if figure:
                problem = f"the phrase {phrase.text!r} holds the figure {figure[0]!r}"
                folder.add(problem, phrase.file, phrase.line, "leave the figure out: figures are read apart from words")
            _twice(folder, phrase, seen.setdefault(split(phrase.text), phrase))
    if folder.whole:
        _details(folder)
        _silent_subjects(folder)


def _twice(folder: Folder, phrase: _Phrase, first: _Phrase) -> None:
    """Endings are ignored between topics, as the matcher ignores them; within one topic they are another example."""
    if phrase.group != first.group:
        problem = f"the phrase {phrase.text!r} of {phrase.group} stands in {first.group} too"
        folder.add(problem, phrase.file, phrase.line, f"keep it where it fits best ({first.file}:{first.line})")
    elif phrase is not first and phrase.text == first.text:
        problem = f"the phrase {phrase.text!r} stands twice in {phrase.group}"
        folder.add(problem, phrase.file, phrase.line, f"remove one ({first.file}:{first.line})")


def _details(folder: Folder) -> None:
    known = {(str(fact.topic), fact.detail) for fact in folder.content.facts}
    for intent in folder.content.intents:
        if intent.detail and (intent.group, intent.detail) not in known:
            details = sorted(detail for topic, detail in known if topic == intent.group and detail)
            mend = f"use one of {', '.join(details)}" if details else "leave the detail out"
            problem = f"no fact of {intent.group} has the detail {intent.detail!r}"
            folder.add(problem, intent.file, _entry(folder, intent).lines["detail"], mend)


def _silent_subjects(folder: Folder) -> None:
    asked = {intent.group.removeprefix("subject/") for intent in folder.content.intents}
    asked |= {key.removeprefix("subject.") for key in folder.content.vocabulary}
    for subject in folder.content.subjects.values():
        if subject.name not in asked:
            problem = f"no question reaches the subject {subject.name}"
            folder.add(problem, subject.file, subject.line, "give it phrases in intents/subjects.yaml, or remove it")


def _vocabulary_phrases(folder: Folder) -> Iterator[_Phrase]:
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


def vocabulary(folder: Folder) -> None:
    """Phrases of the vocabulary: figures, numbers, two meanings, and groups that are missing or unread."""
    meant: dict[tuple[str, tuple[str, ...]], _Phrase] = {}
    for phrase in _words(_vocabulary_phrases(folder)):
        stems = split(phrase.text)
        if DOSE.search(phrase.text):
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


def _two_meanings(folder: Folder, phrase: _Phrase, first: _Phrase) -> None:
    meanings = {"names" if group == "exact_names" else group for group in (phrase.group, first.group)}
    if len(meanings) > 1 and _kind(phrase) not in COMBINED:
        same = "" if phrase.text == first.text else f", where it reads {first.text!r}"
        problem = f"the phrase {phrase.text!r} of {phrase.group} stands in {first.group} too{same}"
        folder.add(problem, phrase.file, phrase.line, f"keep it where it fits best ({first.file}:{first.line})")


def _needed_words(folder: Folder) -> None:
    """Words without which a reading fails, or a danger is passed over."""
    named = (f"{slot}.{group}" for slot, (_, groups) in NAMED_GROUPS.items() for group in groups)
    for key in ("names", *named):
        if not folder.content.vocabulary.get(key):
            folder.add(f"no phrase of {key!r}", VOCABULARY.rstrip("/"), 0, f"give {key!r} phrases in a file there")
    for slot, (what, groups) in NAMED_GROUPS.items():
        tables = [table[slot] for name, table in folder.tables.items() if name.startswith(VOCABULARY) and slot in table]
        for table in (table for table in tables if isinstance(table, Table)):
            # Loading knows the groups of some slots by itself.
            for group in table if slot not in LANGUAGE_GROUPS else ():
                if group not in groups:
                    mend = f"use one of {', '.join(groups)}"
                    folder.add(f"no rule reads the {what} {group!r}", table.file, table.lines[group], mend)
