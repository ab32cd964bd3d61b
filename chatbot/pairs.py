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
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import yaml

from chatbot.documents import Rows, Table, read_yaml
from chatbot.errors import ContentError, UsageError
from chatbot.quantity import NUMBER_WORDS, UNITS
from chatbot.query import Origin, Outcome, Population, Query, Reason, Route, Topic, WarningCode

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.reply import Reply

Item = TypeVar("Item")
Wanted = TypeVar("Wanted")
Given = TypeVar("Given")

SUFFIX = ".pairs.yaml"
NONE = "none"  # a slot that the reply's query must leave empty; an absent or null one meets anything
SLOTS: Mapping[str, Collection[str]] = {
    "topic": tuple(map(str, Topic)),
    "route": (*map(str, Route), NONE),
    "population": (*map(str, Population), NONE),
    "origin": (*map(str, Origin), NONE),
}
PAIR_KEYS = ("id", "question", "turns", "expect", "known_failure", "note")
WORDS: Mapping[str, Collection[str]] = {
    "outcome": tuple(map(str, Outcome)),
    "reason": tuple(map(str, Reason)),
    "warnings": tuple(map(str, WarningCode)),
    "warnings_absent": tuple(map(str, WarningCode)),
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
        problem = f"{_show(name)!r} is no id" if "id" in table else "a pair has no id"
        _wrong(table, "id", problem, "write one of letters, digits, '-', '_' and '.', such as 'elderly-terse'")
    expect = table.get("expect")
    if not isinstance(expect, Table):
        _wrong(table, "expect", f"the pair {name!r} expects nothing", "write 'expect:' and what the reply must mean")
    _text(table, "note")
    known = _text(table, "known_failure") or ""
    return Pair(name, _turns(table), _expectation(expect, facts), known, table.file, table.line)


def _turns(table: Table) -> tuple[str, ...]:
    if ("question" in table) == ("turns" in table):
        _wrong(table, "question", "a pair has either a question or turns", "give one of the two")
    if "turns" in table:
        return _texts(table, "turns")
    question = table["question"]
    if not isinstance(question, str):
        _wrong(table, "question", f"question holds {_show(question)!r}, which is no text", "put it in quotes")
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
    bound = {slot: allowed for slot, allowed in SLOTS.items() if table.get(slot) is not None}
    return {slot: word for slot, allowed in bound.items() if (word := _text(table, slot, allowed))}


def _calculation(table: Table) -> Mapping[str, Any]:
    _only(table, ("name", "result"))
    if _text(table, "name") is None:
        _wrong(table, "name", "a calculation has no name", "write the reply's name for it, such as 'dose_check'")
    if not isinstance(table.get("result", table), Table):
        _wrong(table, "result", "a result is no mapping", "write the entries that must agree, as in {verdict: within}")
    return table


def _rows(table: Table, key: str, read: Callable[[Table], Item]) -> tuple[Item, ...] | None:
    """The items of a list of mappings; None where the key is absent, for an empty list asks for none."""
    if key not in table:
        return None
    rows = table[key]
    if not isinstance(rows, Rows) or not all(isinstance(row, Table) for row in rows):
        _wrong(table, key, f"{key} is no list of mappings", f"write a list below {key}, or [] where there must be none")
    return tuple(read(row) for row in rows)


def _text(table: Table, key: str, allowed: Collection[str] | None = None) -> str | None:
    """The one text that stands under a key, None where there is none."""
    if isinstance(table.get(key), Rows):
        _wrong(table, key, f"{key} holds a list", "write one text")
    return next(iter(_texts(table, key, allowed)), None)


def _texts(table: Table, key: str, allowed: Collection[str] | None = None, choose: str = "") -> tuple[str, ...]:
    """The text, or the list of texts, that stands under a key."""
    if key not in table:
        return ()
    value = table[key]
    rows, lines = (value, value.lines) if isinstance(value, Rows) else ([value], [table.lines[key]])
    if not rows:
        _wrong(table, key, f"{key} is empty, which asks for nothing", "fill it, or remove it")
    for row, line in zip(rows, lines, strict=True):
        if not isinstance(row, str) or not fold(row).strip("* "):
            problem = f"{key} holds {_show(row)!r}, which is no text"
            raise ContentError(problem, file=table.file, line=line, mend="write text, in quotes where it is a number")
        if allowed is not None and row not in allowed:
            problem = f"{key} holds the unknown word {row!r}"
            raise ContentError(problem, file=table.file, line=line, mend=_choice(row, allowed, choose))
    return tuple(rows)


def _only(table: Table, allowed: Collection[str]) -> None:
    for key in table:
        if key not in allowed:
            _wrong(table, key, f"the key {key!r} is unknown", _choice(key, allowed))


def _choice(word: str, allowed: Collection[str], choose: str = "") -> str:
    near = get_close_matches(word, allowed, n=1)
    return f"did you mean {near[0]!r}?" if near else choose or f"use one of {', '.join(allowed)}"


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
        *_texts_differ(expect, fold(reply.text), fold(without_comparisons(reply))),
        *_holds("warnings", expect["warnings"], reply.warnings),
        *_holds_not("warnings_absent", expect["warnings_absent"], reply.warnings),
        *_calculations(expect, reply),
    )


def fold(text: str) -> str:
    """A text as texts are compared: no bold marks, any white space (no-break, narrow, new line) one space."""
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
    """Each expected calculation is met by one of the reply's; more of them are a difference only where [] was."""
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
        return isinstance(got, Mapping) and all(key in got and _agrees(wanted[key], got[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(got, list | tuple) and len(wanted) == len(got) and all(map(_agrees, wanted, got))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | Decimal) and isinstance(got, int | float | Decimal):
        return wanted == Decimal(str(got))
    return bool(wanted == got)


def _assign(wanted: Sequence[Wanted], given: Sequence[Given], meets: Callable[[Wanted, Given], bool]) -> dict[int, int]:
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


def without_comparisons(reply: Reply) -> str:
    """A reply's text without what labelling says beside it: the figures of an answer are the documents'."""
    text = reply.text
    for comparison in reply.comparisons:
        text = text.replace(str(comparison["text"]), "")
    return text


def _texts_differ(expect: Expectation, text: str, own: str) -> Iterator[Difference]:
    """own: the text without comparisons, of which the figures are told where one is missing."""
    missing = [figure for figure in expect["figures"] if not _stands(figure, text)]
    if missing:
        yield Difference("figures", "; ".join(missing), "; ".join(figures_of(own)) or "no figure")
    for figure in expect["figures_absent"]:
        # An end of a range, or a figure with more unit behind it, is one that somebody could read and give.
        if match := _find(figure, text) or _range_with(figure, text):
            yield Difference("figures_absent", f"not {figure}", _around(text, match))
    missing = [words for words in expect["says"] if not _find(words, text)]
    if missing:
        yield Difference("says", "; ".join(map(repr, missing)), text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…")
    for words in expect["says_not"]:
        if match := _find(words, text):
            yield Difference("says_not", f"not {words!r}", _around(text, match))


def _find(words: str, text: str, *, before: str = "", behind: str = "") -> re.Match[str] | None:
    """Where words stand whole in a folded text, whatever the case; a final ``*`` stands for the rest of a word.

    "5 mg" is not in "15 mg", "2.5 mg", "1,005 mg" or "5 mg/kg". before and behind are further bounds.
    """
    folded = fold(words)
    stem = folded.removesuffix("*")
    start = r"(?<!\w)(?<!\d[.,])" if stem[0].isalnum() else ""
    end = r"(?!\w)(?![.,]\d)" if stem == folded and stem[-1].isalnum() else ""
    unit = r"(?!/\w)" if any(letter.isdigit() for letter in stem) else ""
    return re.search(f"{before}{start}{re.escape(stem)}{end}{unit}{behind}", text, re.IGNORECASE)


def _stands(figure: str, text: str) -> bool:
    """Whether a figure stands in a folded text as it is: no end of a range, and no more unit behind it."""
    return _find(figure, text, before=r"(?<!\d to )(?<!\d[-\u2013])", behind=r"(?! per \w)") is not None


def figures_of(text: str) -> tuple[str, ...]:
    """The figures with a unit, and the frequencies, that stand in a text, each once and in its order."""
    folded = fold(text)
    return tuple(dict.fromkeys(match[0] for match in _FIGURE.finditer(folded) if _stands(match[0], folded)))


def _range_with(figure: str, text: str) -> re.Match[str] | None:
    """The first range of a folded text that begins or ends with a figure."""
    for match in _FIGURE.finditer(text):
        if match["high"] and any(_find(figure, f"{match[end]} {match['unit']}") for end in ("low", "high")):
            return match
    return None


def _around(text: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - AROUND, 0), match.end() + AROUND
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _show(value: object) -> str:
    """A value of a pair or a reply, written as YAML would in one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_show(row)}' for key, row in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_show, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


# -------------------------------------------------------------------------------------------------- reporting


def run(files: Sequence[str], bot: Chatbot) -> tuple[str, bool]:
    """Run the pairs of files and folders (none: the content's own): the report, and whether anything differed.

    Raises `UsageError` where there is nothing to run, `ContentError` where a file cannot be used.
    """
    facts = frozenset(fact.id for fact in bot.content.facts)
    pairs = [pair for path in _paths(files, bot.content.root) for pair in load_pairs(path, str(path), facts)]
    results = [_tried(pair, bot) for pair in pairs]
    return report(results), any(result.failed for result in results)


def _paths(files: Sequence[str], root: Path) -> list[Path]:
    """The files meant, each once: a folder stands for all ``*.pairs.yaml`` in it."""
    own = root / "tests" / "pairs"
    if not files and not own.is_dir():
        raise UsageError("the content has no pairs of its own: name files or folders, as in chatbot test tests/pairs")
    found: dict[Path, Path] = {}
    for path in map(Path, files or [_near(own)]):
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}: name one that holds pairs")
        inside = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"the folder {path} holds no pairs: name one with *{SUFFIX} files")
        found |= {file.resolve(): file for file in inside}
    return list(found.values())


def _near(path: Path) -> str:
    """A path as somebody in the current folder would write it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _tried(pair: Pair, bot: Chatbot) -> Result:
    """As `ask`; a fault of ours is that pair's difference, so that the other pairs are reported too."""
    try:
        return ask(pair, bot)
    except Exception as error:  # noqa: BLE001
        return Result(pair, None, (Difference("reply", "a reply", f"{type(error).__name__}: {error}"),))


def report(results: Sequence[Result]) -> str:
    """Every difference, the summary by topic, the topics that were confused, and the counts."""
    failed = [result for result in results if result.failed]
    known = sum(result.known for result in results)
    parts = [*map(describe, failed), _summary(results), *_confusion(failed)]
    counts = f"{len(results) - len(failed) - known} passed, {len(failed)} failed"
    parts.append(f"{known} known failure{'s' if known > 1 else ''}\n{counts}" if known else counts)
    return "\n\n".join(parts)


def describe(result: Result) -> str:
    """A pair and all its differences, expected above got."""
    pair = result.pair
    keys = ", ".join(dict.fromkeys(row.key for row in result.differences))
    lines = [f"{pair.file}:{pair.line}: {pair.id}: {keys}"]
    lines += _labelled("  asked     ", pair.turns)
    for row in result.differences:
        place = f" (line {pair.expect.lines[row.key]})" if row.key in pair.expect.lines else ""
        lines.append(f"  {row.key}{place}")
        lines += _labelled("    expected  ", (row.expected,)) + _labelled("    got       ", (row.got,))
    return "\n".join(lines)


def _labelled(label: str, texts: Sequence[str]) -> list[str]:
    """Texts behind a label, each begun on a line of its own, long ones wrapped below themselves."""
    rows = [row for text in texts for row in wrap(text, WIDTH - len(label), break_on_hyphens=False) or [""]]
    return [f"{label if not number else ' ' * len(label)}{row}".rstrip() for number, row in enumerate(rows)]


def _summary(results: Sequence[Result]) -> str:
    totals = Counter(result.pair.topic for result in results)
    passed = Counter(result.pair.topic for result in results if not result.differences)
    width = max(map(len, totals))
    rows = (f"  {topic:{width}}  {passed[topic]}/{totals[topic]}" for topic in sorted(totals))
    return "\n".join(["passed by topic", *rows])


def _confusion(failed: Sequence[Result]) -> Iterator[str]:
    """The table of topics that were taken for others; nothing where there are none."""
    pairs = Counter(filter(None, map(_confused, failed)))
    if pairs:
        wide, got = (max(len(names[side]) for names in pairs) for side in (0, 1))
        rows = (f"  {names[0]:{wide}} → {names[1]:{got}}  {count}" for names, count in sorted(pairs.items()))
        yield "\n".join(["topics confused (expected → got)", *rows])


def _confused(result: Result) -> tuple[str, str] | None:
    """The topic, or outcome, that was expected and the one that came, where they are not the same."""
    if result.reply is None or result.pair.topic == "any":
        return None
    expected, reply = result.pair.topic, result.reply
    topics = [str(row.query.topic) for row in reply.queries]
    if expected in topics or (expected not in SLOTS["topic"] and reply.outcome in result.pair.expect["outcome"]):
        return None
    return expected, next(iter(topics), str(reply.outcome))


# --------------------------------------------------------------------------------------------------- drafting


def as_pair(reply: Reply) -> str:
    """A reply to a single question as a pair to review, in YAML that `load_pairs` reads."""
    expect: dict[str, object] = {"outcome": str(reply.outcome)}
    if reply.reason:
        expect["reason"] = str(reply.reason)
    more = {
        "queries": [_said(row.query) for row in reply.queries],
        "facts": list(reply.facts),
        "figures": list(figures_of(without_comparisons(reply))),
        "warnings": list(map(str, reply.warnings)),
    }
    expect |= {key: rows for key, rows in more.items() if rows}
    name = "-".join(re.findall(r"[a-z0-9]+", reply.question.lower())[:6]) or "pair"
    pair = {"id": name, "question": reply.question, "expect": expect}
    # What no eye can tell from a space, and what YAML would take for a line's end, is escaped.
    text = yaml.safe_dump({"pairs": [pair]}, sort_keys=False, allow_unicode=reply.question.isprintable(), width=WIDTH)
    return f"# A draft: check every line against the sources before it goes into a *{SUFFIX} file.\n{text.rstrip()}"
