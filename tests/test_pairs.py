"""Question→answer pairs: what the format accepts, what counts as a difference, and what the report says."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from chatbot import Chatbot
from chatbot.errors import ContentError, UsageError
from chatbot.pairs import (
    EXPECT_KEYS,
    PAIR_KEYS,
    SLOTS,
    WORDS,
    Expectation,
    as_pair,
    ask,
    compare,
    figures_of,
    load_pairs,
    run,
)
from chatbot.query import Origin, Outcome, Population, Query, Reason, Route, Topic, WarningCode
from chatbot.reply import AnsweredQuery, Reply
from chatbot.terminal.cli import main

DOCS = Path(__file__).parents[1] / "docs"
SCHEMA = json.loads((DOCS / "pairs.schema.json").read_text(encoding="utf-8"))
FACTS = {"oral.elderly.maximum_dose", "oral.adult.maximum_dose"}
NBSP, NARROW = "\u00a0", "\u202f"

# One pair that holds, and one that asks the same question and expects the adult's figure.
GOOD = """\
pairs:
  - id: terse
    question: max dose elderly
    expect:
      outcome: answer
      queries: [{topic: maximum_dose, route: oral, population: elderly}]
      facts: [oral.elderly.maximum_dose]
      figures: [30 to 40 mg per day]
"""
BAD = """\
pairs:
  - id: adult-figure
    question: max dose elderly
    expect:
      queries: [{topic: maximum_dose, population: elderly}]
      figures: [80 mg per day]
  - id: start-asked
    question: max dose elderly
    expect:
      queries: [{topic: starting_dose, population: elderly}]
"""

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    return Chatbot()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of pairs and returns its path."""

    def written(text: str, name: str = "some.pairs.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def a_reply(text: str = "Nothing.", **parts: Any) -> Reply:
    """A reply to the maximum for older adults, unless parts say otherwise."""
    query = Query(Topic.MAXIMUM_DOSE, Route.ORAL, Population.ELDERLY, assumed=("route",))
    made: dict[str, Any] = {
        "question": "max dose elderly",
        "outcome": Outcome.ANSWER,
        "reason": None,
        "queries": (AnsweredQuery(query, Outcome.ANSWER),),
        "facts": ("oral.elderly.maximum_dose",),
        "warnings": (WarningCode.SOURCES_DIFFER,),
        "declined": (),
        "text": text,
        "references": (),
        "suggestions": (),
        "disclaimer": "",
        "content_version": "",
    }
    return Reply(**made | parts)


def expecting(write: Write, **expect: object) -> Expectation:
    """An expectation, by way of the file that somebody would write."""
    text = yaml.safe_dump({"pairs": [{"id": "one", "question": "max dose elderly", "expect": expect}]})
    return load_pairs(write(text), "some.pairs.yaml", FACTS)[0].expect


def keys_differing(expect: Expectation, reply: Reply) -> list[str]:
    return [row.key for row in compare(expect, reply)]


def asked(*slots: tuple[Topic, Route | None, Population | None, Origin | None]) -> tuple[AnsweredQuery, ...]:
    return tuple(AnsweredQuery(Query(*row), Outcome.ANSWER) for row in slots)


# ---------------------------------------------------------------------------------------------------- reading

PAIR = "pairs:\n  - id: one\n    question: q\n"
EXPECT = f"{PAIR}    expect:\n"
SOME = "    expect: {outcome: answer}\n"
ACCEPTED = {
    "an outcome": f"{EXPECT}      outcome: answer\n",
    "several outcomes": f"{EXPECT}      outcome: [answer, unknown]\n",
    "turns": "pairs:\n  - id: a.b_c-1\n    turns: [starting dose, and in children]\n    expect: {outcome: answer}\n",
    "an empty question": "pairs:\n  - id: one\n    question: ''\n    expect: {outcome: clarify}\n",
    "a note": f"{EXPECT}      says: never abruptly\n    note: why it is here\n",
    "a known failure": f"{EXPECT}      says: [never abruptly]\n    known_failure: reads it as a start\n",
    "no query at all": f"{EXPECT}      queries: []\n",
    "a free query": f"{EXPECT}      queries: [{{topic: null, route: oral}}]\n",
    "an empty slot": f"{EXPECT}      queries: [{{origin: none}}]\n",
    "a calculation": f"{EXPECT}      calculations: [{{name: dose_check, result: {{limit: 40, capped: true}}}}]\n",
    "no calculation": f"{EXPECT}      calculations: []\n",
    "facts": f"{EXPECT}      facts: [oral.elderly.maximum_dose]\n      facts_absent: [oral.adult.maximum_dose]\n",
    "warnings": f"{EXPECT}      warnings: [abrupt_stop]\n      warnings_absent: [sources_differ]\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_the_format_is_read_and_the_schema_agrees(text: str, write: Write) -> None:
    assert len(load_pairs(write(text), "some.pairs.yaml", FACTS)) == 1
    assert not list(Draft7Validator(SCHEMA).iter_errors(yaml.safe_load(text)))


REFUSED = {
    "an empty file": ("", 1, "no list of pairs"),
    "no pairs": ("pairs: []\n", 1, "no list of pairs"),
    "another key beside pairs": (f"{EXPECT}      outcome: answer\nextra: 1\n", 6, "'extra' is unknown"),
    "a pair that is a text": ("pairs:\n  - max dose\n", 2, "no mapping"),
    "no id": (f"pairs:\n  - question: q\n{SOME}", 2, "no id"),
    "an id with a space": (
        "pairs:\n  - id: a b\n    question: q\n    expect: {outcome: answer}\n",
        2,
        "'a b' is no id",
    ),
    "an id that is a number": (
        "pairs:\n  - id: 7\n    question: q\n    expect: {outcome: answer}\n",
        2,
        "'7' is no id",
    ),
    "no question": (f"pairs:\n  - id: one\n{SOME}", 2, "either a question or turns"),
    "question and turns": (f"{PAIR}    turns: [r]\n{SOME}", 3, "either a question or turns"),
    "a number as question": (f"pairs:\n  - id: one\n    question: 60\n{SOME}", 3, "'60'"),
    "no turns": (f"pairs:\n  - id: one\n    turns: []\n{SOME}", 3, "turns is empty"),
    "no expect": (PAIR, 2, "expects nothing"),
    "an empty expect": (f"{PAIR}    expect: {{}}\n", 4, "asks for nothing"),
    "an unknown key of a pair": (
        f"{PAIR}    knwon_failure: x\n{SOME}",
        4,
        "'known_failure'?",
    ),
    "an unknown key of expect": (f"{EXPECT}      figure: [5 mg]\n", 5, "did you mean 'figures'?"),
    "an unknown outcome": (f"{EXPECT}      outcome: answered\n", 5, "did you mean 'answer'?"),
    "an unknown outcome in a list": (f"{EXPECT}      outcome:\n        - answer\n        - no\n", 7, "true or false"),
    "an unknown reason": (f"{EXPECT}      reason: silence\n", 5, "unknown word 'silence'"),
    "an unknown warning": (f"{EXPECT}      warnings:\n        - abrupt_stop\n        - boo\n", 7, "unknown word 'boo'"),
    "an unknown topic": (
        f"{EXPECT}      queries:\n        - route: oral\n          topic: maximum\n",
        7,
        "'maximum_dose'?",
    ),
    "an unknown population": (f"{EXPECT}      queries: [{{population: old}}]\n", 5, "unknown word 'old'"),
    "an unknown slot": (f"{EXPECT}      queries: [{{rout: oral}}]\n", 5, "did you mean 'route'?"),
    "several topics in a query": (f"{EXPECT}      queries: [{{topic: [titration, stopping]}}]\n", 5, "holds a list"),
    "a query that is a word": (f"{EXPECT}      queries: [maximum_dose]\n", 5, "no list of mappings"),
    "figures left empty": (f"{EXPECT}      figures:\n", 5, "'null', which is no text"),
    "no figures": (f"{EXPECT}      figures: []\n", 5, "figures is empty"),
    "a bare number as figure": (f"{EXPECT}      figures: [5 mg, 40]\n", 5, "'40', which is no text"),
    "words of nothing": (f"{EXPECT}      says: ['*']\n", 5, "'*', which is no text"),
    "a calculation without a name": (f"{EXPECT}      calculations: [{{result: {{}}}}]\n", 5, "no name"),
    "a result that is a word": (f"{EXPECT}      calculations: [{{name: x, result: y}}]\n", 5, "no mapping"),
    "a note of nothing": (f"{PAIR}    note:\n{SOME}", 4, "note holds 'null'"),
    "a known failure without a reason": (f"{EXPECT}      outcome: answer\n    known_failure:\n", 6, "'null'"),
}
# What a schema cannot see: the second pair of an id, what the content knows, what YAML itself makes of a text.
REFUSED_BY_US_ALONE = {
    "an id twice": (
        f"{EXPECT}      outcome: answer\n  - id: one\n    question: r\n{SOME}", 6, "in line 2"
    ),
    "an unknown fact": (f"{EXPECT}      facts: [oral.elderly.maximum]\n", 5, "'oral.elderly.maximum_dose'?"),
    "an unknown fact that must be absent": (f"{EXPECT}      facts_absent:\n        - nonsense\n", 6, "answers/facts/"),
    "a key twice": (f"{EXPECT}      outcome: answer\n      outcome: chat\n", 6, "stands twice"),
    "no YAML": ("pairs: [\n", 2, ""),
}  # fmt: skip


ALL_REFUSED = REFUSED | REFUSED_BY_US_ALONE


@pytest.mark.parametrize(("text", "line", "says"), ALL_REFUSED.values(), ids=ALL_REFUSED)
def test_a_wrong_file_is_refused_with_file_line_and_mend(text: str, line: int, says: str, write: Write) -> None:
    with pytest.raises(ContentError) as caught:
        load_pairs(write(text), "some.pairs.yaml", FACTS)
    assert str(caught.value).startswith(f"some.pairs.yaml:{line}: ")
    assert says in str(caught.value)
    assert caught.value.mend
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [row[0] for row in REFUSED.values()], ids=REFUSED)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(yaml.safe_load(text)))


def test_the_schema_is_valid_and_offers_every_word_that_the_reader_knows() -> None:
    Draft7Validator.check_schema(SCHEMA)
    parts = SCHEMA["definitions"]
    assert tuple(parts["pair"]["properties"]) == PAIR_KEYS
    assert tuple(parts["expect"]["properties"]) == EXPECT_KEYS
    offered = {key: parts[name]["enum"] for key, name in (("outcome",) * 2, ("reason",) * 2, ("warnings", "warning"))}
    offered |= {slot: part["enum"] for slot, part in parts["query"]["properties"].items()}
    known = {"outcome": WORDS["outcome"], "reason": WORDS["reason"], "warnings": WORDS["warnings"], **SLOTS}
    assert [f"{key}: {word}" for key, words in known.items() for word in words if word not in offered[key]] == []


# -------------------------------------------------------------------------------------------------- comparing

MET: Mapping[str, object] = {
    "outcome": ["unknown", "answer"],
    "queries": [{"topic": "maximum_dose", "route": "oral", "population": "elderly", "origin": "none"}],
    "facts": ["oral.elderly.maximum_dose"],
    "facts_absent": ["oral.adult.maximum_dose"],
    "figures": ["30 to 40 mg per day"],
    "figures_absent": ["80 mg per day"],
    "says": ["older adults"],
    "says_not": ["children"],
    "warnings": ["sources_differ"],
    "warnings_absent": ["abrupt_stop"],
    "calculations": [{"name": "dose_check", "result": {"verdict": "within"}}],
    "reason": ["not_in_sources"],
}
UNMET: Mapping[str, object] = {
    "outcome": "unknown",
    "queries": [{"topic": "maximum_dose", "population": "adult"}],
    "facts": ["oral.adult.maximum_dose"],
    "facts_absent": ["oral.elderly.maximum_dose"],
    "figures": ["80 mg per day"],
    "figures_absent": ["30 to 40 mg per day"],
    "says": ["children"],
    "says_not": ["older adults"],
    "warnings": ["abrupt_stop"],
    "warnings_absent": ["sources_differ"],
    "calculations": [{"name": "dose_check", "result": {"verdict": "above_maximum"}}],
    "reason": ["off_topic", "other_drug"],
}
COMPLETE = a_reply(
    "In older adults 30 to 40 mg per day.",
    reason=Reason.NOT_IN_SOURCES,
    calculations=({"name": "dose_check", "inputs": {}, "result": {"verdict": "within", "limit": 40}, "steps": []},),
)


@pytest.mark.parametrize("key", EXPECT_KEYS)
def test_each_key_is_compared_and_only_it_differs(key: str, write: Write) -> None:
    assert compare(expecting(write, **MET), COMPLETE) == ()
    assert keys_differing(expecting(write, **dict(MET) | {key: UNMET[key]}), COMPLETE) == [key]
    assert keys_differing(expecting(write, **{key: UNMET[key]}), COMPLETE) == [key]


@pytest.mark.parametrize(
    ("figure", "text", "stands"),
    [
        ("5 mg", "starts at 5 mg three times daily", True),
        ("5 mg", "15 mg", False),
        ("5 mg", "2.5 mg", False),
        ("5 mg", "1,005 mg", False),
        ("5 mg", "5 mg.", True),
        ("5 mg", "5 mg/kg", False),
        ("5 mg", "5 mg per day", False),
        ("5 mg", "5 mgs", False),
        ("5", "5.5", False),
        ("5 mg", f"5{NBSP}mg", True),
        ("5 mg", f"5{NARROW}mg", True),
        ("5 mg", "**5 mg**", True),
        ("5 mg", "**5** mg", True),
        ("5 mg", "5\nmg", True),
        (f"5{NBSP}mg", "5 mg", True),
        ("30 to 40 mg per day", "typically **30 to 40 mg per day**;", True),
        ("40 mg per day", "30 to 40 mg per day", False),
        ("30 mg per day", "30 to 40 mg per day", False),
        ("every 3 days", "Every 3 days", True),
        ("every 3 days", "every 30 days", False),
        ("20 %", f"about 20{NBSP}%.", True),
        ("20 %", "10 to 20 %", False),
        ("three times daily", "three times daily", True),
    ],
)
def test_a_figure_stands_whole_or_not_at_all(figure: str, text: str, stands: bool, write: Write) -> None:
    assert keys_differing(expecting(write, figures=[figure]), a_reply(text)) == ([] if stands else ["figures"])


@pytest.mark.parametrize(
    ("figure", "text", "shown"),
    [
        ("80 mg per day", "up to 80 mg per day", True),
        ("80 mg per day", "40 to 80 mg per day", True),
        ("40 mg per day", "40 to 80 mg per day", True),
        ("40 mg", "40 to 80 mg per day", True),
        ("80 mg", "up to 80 mg per day", True),
        ("80 mg per day", "up to 180 mg per day", False),
        ("2.5 mg", f"at 2.5{NBSP}mg", True),
        ("2.5 mg", "at 12.5 mg", False),
        ("40 mg", "40 to 80 mcg", False),
    ],
)
def test_a_figure_that_must_be_absent_may_not_end_a_range_either(
    figure: str, text: str, shown: bool, write: Write
) -> None:
    assert keys_differing(expecting(write, figures_absent=[figure]), a_reply(text)) == ["figures_absent"] * shown


@given(st.decimals(0, 5000, places=2), st.decimals(0, 5000, places=2))
def test_no_number_is_taken_for_another(one: Decimal, other: Decimal) -> None:
    figure, text = f"{one.normalize():,f} mg", f"at {other.normalize():,f}{NBSP}mg daily"
    expect = Expectation({}, {"figures": (figure,)}, None, None)
    assert (compare(expect, a_reply(text)) == ()) == (one == other)


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("never abruptly", "Never **abruptly**", True),
        ("never abruptly", "never\nabruptly", True),
        ("take", "mistakes are taken", False),
        ("take", "take care", True),
        ("stop*", "Stopping is slow", True),
        ("stop", "Stopping is slow", False),
        ("(route assumed)", "adults (route assumed)", True),
        ("µg", "in μg", True),
        ("a.b", "acb", False),
    ],
)
def test_words_are_whole_words_whatever_their_case(words: str, text: str, found: bool, write: Write) -> None:
    assert keys_differing(expecting(write, says=[words]), a_reply(text)) == ([] if found else ["says"])
    assert keys_differing(expecting(write, says_not=[words]), a_reply(text)) == (["says_not"] if found else [])


ELDERLY_MAX = (Topic.MAXIMUM_DOSE, Route.ORAL, Population.ELDERLY, None)
ADULT_MAX = (Topic.MAXIMUM_DOSE, Route.ORAL, Population.ADULT, None)
ADULT_PUMP = (Topic.TITRATION, Route.INTRATHECAL, Population.ADULT, Origin.SPINAL)


@pytest.mark.parametrize(
    ("expected", "given_", "meets"),
    [
        ([{"population": "elderly"}, {"population": "adult"}], (ADULT_MAX, ELDERLY_MAX), True),
        ([{"topic": "maximum_dose"}, {"population": "adult"}], (ADULT_MAX, ELDERLY_MAX), True),
        ([{"topic": "maximum_dose"}], (ADULT_MAX, ELDERLY_MAX), False),
        ([{"topic": "maximum_dose"}] * 2, (ADULT_MAX,), False),
        ([{"population": "adult"}] * 2, (ADULT_MAX, ELDERLY_MAX), False),
        ([{"topic": None, "route": "intrathecal"}], (ADULT_PUMP,), True),
        ([{"origin": "none"}], (ADULT_PUMP,), False),
        ([{"origin": "none"}], (ADULT_MAX,), True),
        ([{}], (ADULT_MAX,), True),
        ([{}], (), False),
        ([], (), True),
        ([], (ADULT_MAX,), False),
    ],
)
def test_queries_are_met_one_by_one_in_any_order_and_none_is_left_over(
    expected: list[dict[str, str]], given_: tuple[Any, ...], meets: bool, write: Write
) -> None:
    found = keys_differing(expecting(write, queries=expected), a_reply(queries=asked(*given_)))
    assert found == ([] if meets else ["queries"])


ROWS = {"rows": [{"day": 1, "daily_mg": 7.5}, {"day": 2, "daily_mg": 0}], "capped": False, "limit": None}


@pytest.mark.parametrize(
    ("expected", "meets"),
    [
        ([{"name": "taper"}], True),
        ([{"name": "check", "result": {"verdict": "within"}}, {"name": "check", "result": {"verdict": "above"}}], True),
        ([{"name": "check", "result": {"verdict": "within"}}] * 2, False),
        ([{"name": "taper", "result": {"rows": [{"daily_mg": 7.5}, {"day": 2}], "limit": None}}], True),
        ([{"name": "taper", "result": {"rows": [{"daily_mg": 7.5}]}}], False),
        ([{"name": "taper", "result": {"rows": [{"daily_mg": 7}, {}]}}], False),
        ([{"name": "taper", "result": {"capped": False}}], True),
        ([{"name": "taper", "result": {"capped": 0}}], False),
        ([{"name": "taper", "result": {"other": None}}], False),
        ([{"name": "taper_schedule"}], False),
        ([], False),
    ],
)
def test_calculations_are_met_by_name_and_by_the_entries_named(expected: list[Any], meets: bool, write: Write) -> None:
    made = (
        {"name": "check", "inputs": {}, "result": {"verdict": "above"}, "steps": []},
        {"name": "check", "inputs": {}, "result": {"verdict": "within"}, "steps": []},
        {"name": "taper", "inputs": {}, "result": ROWS, "steps": []},
    )
    found = keys_differing(expecting(write, calculations=expected), a_reply(calculations=made))
    assert found == ([] if meets else ["calculations"])


def test_no_calculation_is_what_an_empty_list_asks_for(write: Write) -> None:
    assert compare(expecting(write, calculations=[]), a_reply()) == ()


def test_the_last_reply_of_a_conversation_is_compared(bot: Chatbot, write: Write) -> None:
    text = "pairs:\n  - id: follow\n    turns: [max dose elderly, hello]\n    expect: {outcome: chat}\n"
    (pair,) = load_pairs(write(text), "some.pairs.yaml", ())
    assert not ask(pair, bot).failed


# -------------------------------------------------------------------------------------------------- reporting


def test_a_run_without_a_difference_says_so(bot: Chatbot, write: Write) -> None:
    report, differs = run([str(write(GOOD))], bot)
    assert not differs
    assert report.splitlines() == ["passed by topic", "  maximum_dose  1/1", "", "1 passed, 0 failed"]


def test_every_difference_is_reported_with_place_question_expected_and_got(bot: Chatbot, write: Write) -> None:
    path = write(BAD)
    report, differs = run([str(path)], bot)
    assert differs
    lines = [line.rstrip() for line in report.splitlines()]
    assert lines[:5] == [
        f"{path}:2: adult-figure: figures",
        "  asked     max dose elderly",
        "  figures (line 6)",
        "    expected  80 mg per day",
        "    got       30 to 40 mg per day",
    ]
    assert lines[6:11] == [
        f"{path}:7: start-asked: queries",
        "  asked     max dose elderly",
        "  queries (line 10)",
        "    expected  topic starting_dose, population elderly",
        "    got       topic maximum_dose, route oral, population elderly",
    ]
    assert lines[-1] == "0 passed, 2 failed"


def test_the_confusion_table_shows_only_topics_that_were_taken_for_others(bot: Chatbot, write: Write) -> None:
    report, _ = run([str(write(BAD)), str(write(GOOD, "good.pairs.yaml"))], bot)
    summary = report[report.index("passed by topic") :].splitlines()
    assert summary == [
        "passed by topic",
        "  maximum_dose   1/2",
        "  starting_dose  0/1",
        "",
        "topics confused (expected → got)",
        "  starting_dose → maximum_dose  1",
        "",
        "1 passed, 2 failed",
    ]


def test_an_answer_where_none_was_expected_is_confused_with_its_topic(bot: Chatbot, write: Write) -> None:
    text = "pairs:\n  - id: one\n    question: max dose elderly\n    expect: {outcome: [unknown, refuse]}\n"
    report, _ = run([str(write(text))], bot)
    assert "  unknown → maximum_dose  1" in report


def known(question: str, outcome: str) -> str:
    pair = f"    question: {question}\n    expect: {{outcome: {outcome}}}\n    known_failure: no cure yet\n"
    return f"pairs:\n  - id: one\n{pair}"


def test_a_known_failure_that_fails_is_no_difference(bot: Chatbot, write: Write) -> None:
    report, differs = run([str(write(known("max dose elderly", "refuse")))], bot)
    assert not differs
    assert report.endswith("  refuse  0/1\n\n1 known failure\n0 passed, 0 failed")
    assert "confused" not in report


def test_a_known_failure_that_passes_is_a_difference(bot: Chatbot, write: Write) -> None:
    report, differs = run([str(write(known("max dose elderly", "answer")))], bot)
    assert differs
    assert "got       passes now: remove known_failure" in report
    assert report.endswith("0 passed, 1 failed")


def test_a_fault_of_ours_is_that_pairs_difference_and_the_others_are_still_run(
    bot: Chatbot, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of_bot = bot.conversation

    class Breaks:
        def ask(self, message: str) -> Reply:
            if message == "break":
                raise KeyError("slot")
            return asked_of_bot().ask(message)

    monkeypatch.setattr(bot, "conversation", Breaks)
    broken = "pairs:\n  - id: b\n    question: break\n    expect: {outcome: answer}\n    known_failure: x\n"
    report, differs = run([str(write(broken)), str(write(GOOD, "good.pairs.yaml"))], bot)
    assert differs
    assert "got       KeyError: 'slot'" in report
    assert report.endswith("1 passed, 1 failed")


def test_a_folder_means_every_pairs_file_in_it_once(bot: Chatbot, write: Write) -> None:
    path = write(GOOD, "a.pairs.yaml")
    write(GOOD, "sub/b.pairs.yaml")
    write("nothing: here\n", "other.yaml")
    report, _ = run([str(path.parent), str(path)], bot)
    assert report.endswith("2 passed, 0 failed")


def test_a_file_that_is_named_may_be_called_anything(bot: Chatbot, write: Write) -> None:
    assert run([str(write(GOOD, "mine.yml"))], bot)[0].endswith("1 passed, 0 failed")


def at_root(bot: Chatbot, root: Path, monkeypatch: pytest.MonkeyPatch) -> Chatbot:
    """The chatbot as if its content stood in root."""
    content = bot.content
    moved = type(content)(**{name: getattr(content, name) for name in content.__slots__} | {"root": root})
    monkeypatch.setattr(bot, "content", moved)
    return bot


def test_without_files_the_contents_own_pairs_are_run(
    bot: Chatbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "tests" / "pairs"
    own.mkdir(parents=True)
    (own / "own.pairs.yaml").write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report, _ = run([], at_root(bot, tmp_path, monkeypatch))
    assert report.startswith(str(Path("tests", "pairs", "own.pairs.yaml:2: adult-figure")))


def test_with_nothing_to_run_the_usage_error_says_what_to_do(
    bot: Chatbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="name files or folders"):
        run([], at_root(bot, tmp_path, monkeypatch))
    with pytest.raises(UsageError, match=r"the folder .* holds no pairs"):
        run([str(tmp_path)], bot)
    with pytest.raises(UsageError, match="there is no file or folder"):
        run([str(tmp_path / "absent.pairs.yaml")], bot)


def test_the_command_leaves_with_0_or_with_1_where_anything_differs(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(write(GOOD))]) == 0
    assert capsys.readouterr().out.endswith("\n1 passed, 0 failed\n")
    assert main(["test", str(write(BAD))]) == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 2 failed\n")


def test_nothing_rewrites_expectations(bot: Chatbot, write: Write) -> None:
    path = write(BAD)
    path.chmod(0o400)
    run([str(path)], bot)
    assert path.read_text(encoding="utf-8") == BAD
    assert [file.name for file in path.parent.iterdir()] == [path.name]


# --------------------------------------------------------------------------------------------------- drafting


def test_a_draft_holds_what_a_reviewer_must_check(bot: Chatbot) -> None:
    draft = yaml.safe_load(as_pair(bot.ask("max dose elderly")))
    assert draft == {
        "pairs": [
            {
                "id": "max-dose-elderly",
                "question": "max dose elderly",
                "expect": {
                    "outcome": "answer",
                    "queries": [{"topic": "maximum_dose", "route": "oral", "population": "elderly"}],
                    "facts": ["oral.elderly.maximum_dose"],
                    "figures": ["30 to 40 mg per day"],
                },
            }
        ]
    }


def test_a_draft_of_a_refusal_holds_its_reason(bot: Chatbot) -> None:
    (pair,) = yaml.safe_load(as_pair(bot.ask("maximum dose of ibuprofen")))["pairs"]
    assert pair["expect"] == {"outcome": "refuse", "reason": "other_drug"}


@example(question="next\x85line")
@given(question=st.text() | st.sampled_from(["no", "null", "1_000", "2026-01-01", "- a: b", "#", "5 mg tds?\n'x'"]))
def test_a_draft_of_any_question_is_read_back_and_passes(
    question: str, bot: Chatbot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "draft.pairs.yaml"
    path.write_text(as_pair(bot.ask(question)), encoding="utf-8")
    (pair,) = load_pairs(path, "draft.pairs.yaml", {fact.id for fact in bot.content.facts})
    assert pair.turns == (question,)
    assert ask(pair, bot).differences == ()


def test_figures_are_found_with_their_units_once_and_in_order() -> None:
    dose = f"At **5{NBSP}mg three times daily**, 5 mg more every 3 days to 1,200 mcg per day"
    text = f"{dose}; 2 mg/kg per day; A [1] 2025, 5 to 15 %."
    expected = ("5 mg", "three times daily", "every 3 days", "1,200 mcg per day", "2 mg/kg per day", "5 to 15 %")
    assert figures_of(text) == expected


def test_the_command_prints_a_draft(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["ask", "--as-pair", "max", "dose", "elderly"]) == 0
    (pair,) = yaml.safe_load(capsysbinary.readouterr().out)["pairs"]
    assert pair["expect"]["figures"] == ["30 to 40 mg per day"]


# ---------------------------------------------------------------------------------------------- documentation


def test_the_documented_sessions_are_what_the_command_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = (DOCS / "pairs.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(?:console\n\$ )?([^\n]+)\n(.*?)```", text, re.DOTALL))
    monkeypatch.chdir(tmp_path)
    Path("elderly.pairs.yaml").write_text(blocks["yaml"], encoding="utf-8")
    for command in ("chatbot test elderly.pairs.yaml", 'chatbot ask --as-pair "max dose elderly"'):
        main(shlex.split(command)[1:])
        assert capsysbinary.readouterr().out.decode() == blocks[command]


def test_the_documentation_tells_every_key() -> None:
    text = (DOCS / "pairs.md").read_text(encoding="utf-8")
    assert [key for key in (*PAIR_KEYS, *EXPECT_KEYS) if f"`{key}`" not in text] == []
