"""Question→answer pairs: read from YAML, asked, compared by meaning, reported. docs/pairs.md tells the format.

A pair holds what a reply must mean (outcome, queries, facts, figures, words), never a whole text, so that wording may
change and a dose may not. Nothing here writes a pairs file: expectations change when a person edits them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NoReturn

from chatbot.documents import Rows, Table, read_yaml
from chatbot.errors import ContentError, UsageError
from chatbot.quantity import NUMBER_WORDS, UNITS
from chatbot.query import Origin, Outcome, Population, Query, Reason, Route, Topic, WarningCode

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.reply import Reply

SUFFIX = ".pairs.yaml"
NONE = "none"  # a slot that the reply's query must leave empty; an absent or null one meets anything
SLOTS: Mapping[str, Collection[str]] = {
    "topic": tuple(Topic),
    "route": (*Route, NONE),
    "population": (*Population, NONE),
    "origin": (*Origin, NONE),
}
PAIR_KEYS = ("id", "question", "turns", "expect", "known_failure", "note")
WORDS: Mapping[str, Collection[str]] = {
    "outcome": tuple(Outcome),
    "reason": tuple(Reason),
    "warnings": tuple(WarningCode),
    "warnings_absent": tuple(WarningCode),
}
FACTS = ("facts", "facts_absent")
TEXTS = ("figures", "figures_absent", "says", "says_not")
EXPECT_KEYS = ("outcome", "reason", "queries", *FACTS, *TEXTS, "warnings", "warnings_absent", "calculations")

# Ids become pytest's node ids, where a space, a colon or a bracket could not be selected on the command line.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_UNITS = sorted((name for unit in UNITS.values() for name in unit.split("|")), key=len, reverse=True)
_FIGURE = re.compile(
    rf"(?<![\w.,])(?:every )?(?P<low>{_NUMBER})(?: to (?P<high>{_NUMBER}))? "
    rf"(?P<unit>(?:{'|'.join(map(re.escape, _UNITS))})(?: per \w+)*)(?![\w/])"
    rf"|\b(?:once|twice|(?:{'|'.join(NUMBER_WORDS)}|\d+) times) daily\b",
    re.IGNORECASE,
)
WIDTH = 100
EXCERPT = 300
AROUND = 40


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a reply must mean. None and empty tuples are not compared; lines says where each key stands."""

    lines: Mapping[str, int]
    texts: Mapping[str, tuple[str, ...]]
    """The words of every key but the two below; a key that the pair leaves out is absent."""
    queries: tuple[Mapping[str, str], ...] | None
    """Slots by name, the free ones left out."""
    calculations: tuple[Mapping[str, Any], ...] | None

    def __getitem__(self, key: str) -> tuple[str, ...]:
        """The words that stand under a key."""
        return self.texts.get(key, ())


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, or the turns of a conversation, and what the last reply must mean."""

    id: str
    turns: tuple[str, ...]
    expect: Expectation
    known_failure: str
    file: str
    line: int

    @property
    def topic(self) -> str:
        """Where the summary counts it: the first expected query's topic, else the outcome, else ``any``."""
        topics = [query["topic"] for query in (self.expect.queries or ())[:1] if "topic" in query]
        return next(iter((*topics, *self.expect["outcome"])), "any")


@dataclass(frozen=True, slots=True)
class Difference:
    """One key of an expectation that the reply does not meet."""

    key: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a pair went. known: it differs, as its known_failure says it does. reply is None where asking broke."""

    pair: Pair
    reply: Reply | None
    differences: tuple[Difference, ...]
    known: bool = False

    @property
    def failed(self) -> bool:
        """Whether this is something to mend."""
        return bool(self.differences) and not self.known


# ---------------------------------------------------------------------------------------------------- reading


def load_pairs(path: Path, name: str, facts: Collection[str]) -> tuple[Pair, ...]:
    """The pairs of a file. name is how findings call it, facts are the ids that the content knows.

    Raises `ContentError` with file and line at the first thing wrong.
    """
    table = read_yaml(path, name)
    _only(table, ("pairs",))
    rows = table.get("pairs")
    if not isinstance(rows, Rows) or not rows:
        _wrong(table, "pairs", "there is no list of pairs", "write 'pairs:' and a list below it")
    pairs: dict[str, Pair] = {}
    for row, line in zip(rows, rows.lines, strict=True):
        if not isinstance(row, Table):
            raise ContentError("this pair is no mapping", file=name, line=line, mend="give it id, question and expect")
        pair = _pair(row, facts)
        if pair.id in pairs:
            _wrong(row, "id", f"the id {pair.id!r} stands twice", f"rename one (first in line {pairs[pair.id].line})")
        pairs[pair.id] = pair
    return tuple(pairs.values())


def _pair(table: Table, facts: Collection[str]) -> Pair:
    _only(table, PAIR_KEYS)
    name = table.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        _wrong(table, "id", f"{name!r} is no id", "use letters, digits, '-', '_' and '.', as in 'elderly-terse'")
    expect = table.get("expect")
    if not isinstance(expect, Table):
        _wrong(table, "expect", f"the pair {name!r} expects nothing", "write 'expect:' and what the reply must mean")
    known = _texts(table, "known_failure")
    _texts(table, "note")
    return Pair(name, _turns(table), _expectation(expect, facts), " ".join(known), table.file, table.line)


def _turns(table: Table) -> tuple[str, ...]:
    if ("question" in table) == ("turns" in table):
        _wrong(table, "question", "a pair has either a question or turns", "give one of the two")
    if "turns" in table:
        return _texts(table, "turns") or _wrong(table, "turns", "there are no turns", "list the messages, the last one graded")
    question = table["question"]
    if not isinstance(question, str):
        _wrong(table, "question", f"the question {_show(question)} is no text", "put it in quotes")
    return (question,)


def _expectation(table: Table, facts: Collection[str]) -> Expectation:
    _only(table, EXPECT_KEYS)
    texts = {key: _texts(table, key, allowed) for key, allowed in WORDS.items()}
    # An id that no fact has would be absent from every reply: a facts_absent that can never fail.
    texts |= {key: _texts(table, key, facts, "use an id from answers/facts/") for key in FACTS}
    texts |= {key: _texts(table, key) for key in TEXTS}
    expectation = Expectation(
        lines=table.lines,
        texts={key: words for key, words in texts.items() if words},
        queries=_rows(table, "queries", _query),
        calculations=_rows(table, "calculations", _calculation),
    )
    if not expectation.texts and expectation.queries is None and expectation.calculations is None:
        raise ContentError("expect asks for nothing", file=table.file, line=table.line, mend="name an outcome at least")
    return expectation


def _query(table: Table) -> Mapping[str, str]:
    _only(table, tuple(SLOTS))
    for slot, allowed in SLOTS.items():
        if isinstance(table.get(slot), Rows):
            _wrong(table, slot, f"{slot} holds a list", f"name one {slot}, or leave it out to meet anything")
        _texts(table, slot, allowed)
    return {slot: table[slot] for slot in SLOTS if table.get(slot) is not None}


def _calculation(table: Table) -> Mapping[str, Any]:
    _only(table, ("name", "result"))
    if len(_texts(table, "name")) != 1 or not isinstance(table["name"], str):
        _wrong(table, "name", "a calculation has no name", "write the name that stands in the reply, as in 'dose_check'")
    if not isinstance(table.get("result", table), Table):
        _wrong(table, "result", "a result is a mapping", "write the entries that must agree, as in {verdict: within}")
    return table


def _rows[T](table: Table, key: str, read: Callable[[Table], T]) -> tuple[T, ...] | None:
    """The items of a list of mappings; None where the key is absent, for an empty list asks for none."""
    rows = table.get(key)
    if rows is None:
        return None
    if not isinstance(rows, Rows) or not all(isinstance(row, Table) for row in rows):
        _wrong(table, key, f"{key} is no list of mappings", f"write a list below {key}, or [] where there must be none")
    return tuple(read(row) for row in rows)


def _texts(table: Table, key: str, allowed: Collection[str] | None = None, choose: str = "") -> tuple[str, ...]:
    """The text, or the list of texts, that stands under a key."""
    value = table.get(key)
    if value is None:
        return ()
    rows, lines = (value, value.lines) if isinstance(value, Rows) else ([value], [table.lines[key]])
    if not rows:
        _wrong(table, key, f"{key} is empty, which asks for nothing", "fill it, or remove it")
    for row, line in zip(rows, lines, strict=True):
        if not isinstance(row, str) or not row.strip():
            raise ContentError(f"{key} holds {_show(row)}, no text", file=table.file, line=line, mend="put it in quotes")
        if allowed is not None and row not in allowed:
            near = get_close_matches(row, allowed, n=1)
            mend = f"did you mean {near[0]!r}?" if near else choose or f"use one of {', '.join(allowed)}"
            raise ContentError(f"{key} holds the unknown word {row!r}", file=table.file, line=line, mend=mend)
    return tuple(rows)


def _only(table: Table, allowed: Collection[str]) -> None:
    for key in table:
        if key not in allowed:
            near = get_close_matches(key, allowed, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(allowed)}"
            _wrong(table, key, f"the key {key!r} is unknown", mend)


def _wrong(table: Table, key: str, problem: str, mend: str) -> NoReturn:
    raise ContentError(problem, file=table.file, line=table.lines.get(key, table.line), mend=mend)


# -------------------------------------------------------------------------------------------------- comparing


def ask(pair: Pair, bot: Chatbot) -> Result:
    """Put a pair to the chatbot, its turns as one conversation, and compare the last reply."""
    talk = bot.conversation()
    reply = [talk.ask(turn) for turn in pair.turns][-1]
    differences = compare(pair.expect, reply)
    if pair.known_failure and not differences:
        passes = Difference("known_failure", f"to fail: {pair.known_failure}", "passes now: remove known_failure")
        return Result(pair, reply, (passes,))
    return Result(pair, reply, differences, known=bool(pair.known_failure))


def compare(expect: Expectation, reply: Reply) -> tuple[Difference, ...]:
    """Every key of an expectation that a reply does not meet, in the order of the format."""
    return (
        *_one_of("outcome", expect["outcome"], reply.outcome),
        *_one_of("reason", expect["reason"], reply.reason or NONE),
        *_queries(expect, reply),
        *_holds("facts", expect["facts"], reply.facts),
        *_holds_not("facts_absent", expect["facts_absent"], reply.facts),
        *_texts_differ(expect, fold(reply.text)),
        *_holds("warnings", expect["warnings"], reply.warnings),
        *_holds_not("warnings_absent", expect["warnings_absent"], reply.warnings),
        *_calculations(expect, reply),
    )


def fold(text: str) -> str:
    """A text as texts are compared: bold marks dropped, every run of white space (no-break, narrow, new line) a space."""
    return " ".join(text.replace("**", "").split())


def _one_of(key: str, wanted: Collection[str], got: str) -> Iterator[Difference]:
    if wanted and got not in wanted:
        yield Difference(key, " or ".join(wanted), str(got))


def _holds(key: str, wanted: Collection[str], got: Collection[str]) -> Iterator[Difference]:
    missing = [word for word in wanted if word not in got]
    if missing:
        yield Difference(key, ", ".join(missing), ", ".join(got) or NONE)


def _holds_not(key: str, unwanted: Collection[str], got: Collection[str]) -> Iterator[Difference]:
    found = [word for word in unwanted if word in got]
    if found:
        yield Difference(key, f"not {', '.join(found)}", ", ".join(got))


def _queries(expect: Expectation, reply: Reply) -> Iterator[Difference]:
    """Each expected query is met by one of the reply's, and none of the reply's is left over; order does not matter."""
    if expect.queries is None:
        return
    given = [row.query for row in reply.queries]
    met = _assign(expect.queries, given, _query_meets)
    missing = [_slots(query) for row, query in enumerate(expect.queries) if row not in met.values()]
    spare = [_slots(_said(query)) for column, query in enumerate(given) if column not in met]
    if missing or spare:
        yield Difference("queries", "; ".join(missing) or "no further query", "; ".join(spare) or "no further query")


def _query_meets(wanted: Mapping[str, str], query: Query) -> bool:
    return all((getattr(query, slot) or NONE) == word for slot, word in wanted.items())


def _said(query: Query) -> dict[str, str]:
    return {slot: str(getattr(query, slot)) for slot in SLOTS if getattr(query, slot) is not None}


def _slots(query: Mapping[str, str]) -> str:
    return ", ".join(f"{slot} {word}" for slot, word in query.items()) or "any query"


def _calculations(expect: Expectation, reply: Reply) -> Iterator[Difference]:
    """Each expected calculation is met by one of the reply's; more of them differ only where none at all was expected."""
    wanted, given = expect.calculations, reply.calculations
    if wanted is None:
        return
    met = _assign(wanted, given, _calculation_meets)
    missing = [_show(want) for row, want in enumerate(wanted) if row not in met.values()]
    if missing or (given and not wanted):
        shown = [_show({"name": row["name"], "result": row.get("result", {})}) for row in given]
        yield Difference("calculations", "; ".join(missing) or NONE, "; ".join(shown) or NONE)


def _calculation_meets(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    return wanted["name"] == given["name"] and _agrees(wanted.get("result", {}), given.get("result", {}))


def _agrees(wanted: Any, got: Any) -> bool:
    """Whether a value holds what is wanted of it: mappings may hold more, lists and numbers agree exactly."""
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(key in got and _agrees(value, got[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list | tuple) and len(wanted) == len(got) and all(map(_agrees, wanted, got))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | Decimal) and isinstance(got, int | float | Decimal):
        return wanted == Decimal(str(got))
    return bool(wanted == got)


def _assign[W, G](wanted: Sequence[W], given: Sequence[G], meets: Callable[[W, G], bool]) -> dict[int, int]:
    """Which of given meets which of wanted (given's position → wanted's), as many as can be met at once.

    A wanted query with free slots could take the one that a stricter query needs; it then moves on to another.
    """
    taken: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column, have in enumerate(given):
            if column in tried or not meets(wanted[row], have):
                continue
            tried.add(column)
            if column not in taken or place(taken[column], tried):
                taken[column] = row
                return True
        return False

    for row in range(len(wanted)):
        place(row, set())
    return taken


def _texts_differ(expect: Expectation, text: str) -> Iterator[Difference]:
    missing = [figure for figure in expect["figures"] if not _figure_stands(figure, text)]
    if missing:
        yield Difference("figures", ", ".join(missing), ", ".join(figures_of(text)) or "no figure")
    for figure in expect["figures_absent"]:
        # An end of a range, or more unit behind it, is still a figure that somebody could read and give.
        for shown in (text, *_range_ends(text)):
            if match := _find(figure, shown):
                yield Difference("figures_absent", f"not {figure}", _around(shown, match))
                break
    missing = [words for words in expect["says"] if not _find(words, text)]
    if missing:
        yield Difference("says", ", ".join(map(repr, missing)), text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…")
    for words in expect["says_not"]:
        if match := _find(words, text):
            yield Difference("says_not", f"not {words!r}", _around(text, match))


def _find(words: str, text: str) -> re.Match[str] | None:
    """Where words stand whole in a folded text, whatever the case; a final ``*`` stands for the rest of a word.

    "5 mg" is not in "15 mg", "2.5 mg", "1,005 mg", "5 mgs" or "5 mg/kg".
    """
    folded = fold(words)
    stem = folded.removesuffix("*")
    start = r"(?<!\w)(?<!\d[.,])" if stem[:1].isalnum() else ""
    end = r"(?!\w)(?![.,]\d)" if stem == folded and stem[-1:].isalnum() else ""
    unit = r"(?!/\w)" if any(letter.isdigit() for letter in stem) else ""
    return re.search(f"{start}{re.escape(stem)}{end}{unit}", text, re.IGNORECASE)


def _figure_stands(figure: str, text: str) -> bool:
    """Whether a figure stands in a folded text as it is: not as an end of a range, and with no more unit behind it."""
    whole = rf"(?<!\d to )(?<!\d[-–]){re.escape(fold(figure))}(?! per \w)"
    return any(_find(figure, text[match.start() - 2 if match.start() > 1 else 0 : match.end() + 2]) for match in re.finditer(whole, text, re.IGNORECASE))


def figures_of(text: str) -> tuple[str, ...]:
    """The figures with a unit, and the frequencies, that stand in a text, each once and in its order."""
    folded = fold(text)
    return tuple(dict.fromkeys(match[0] for match in _FIGURE.finditer(folded) if _figure_stands(match[0], folded)))


def _range_ends(text: str) -> Iterator[str]:
    for match in _FIGURE.finditer(text):
        if match["high"]:
            yield from (f"{match['low']} {match['unit']}", f"{match['high']} {match['unit']}")
