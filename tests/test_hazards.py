"""The hazard log (docs/hazards.md): every row has a test, every pair of hazards.yaml holds, and so does the rest.

What the chatbot does not meet yet stands in `KNOWN` or `KNOWN_STYLE` with its reason, and fails here once it is mended,
so that the line goes.
"""

from __future__ import annotations

import ast
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chatbot import Chatbot, Reply
from chatbot.cache import SWITCH, folder
from chatbot.folder import find_root
from chatbot.pairs import Pair, Result, ask, describe, load_pairs
from chatbot.query import Outcome, Population
from tests.dose_style import amounts_of, body_of, findings

ROOT = Path(__file__).parents[1]
LOG = ROOT / "docs" / "hazards.md"
PAIRS = Path(__file__).parent / "hazards.yaml"

# Pairs that fail for now, and what comes instead.
KNOWN: Mapping[str, str] = {}
# Pairs whose reply is not written as doses are written, for now.
KNOWN_STYLE: Mapping[str, str] = {}


@cache
def the_bot() -> Chatbot:
    return Chatbot()


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    return the_bot()


@cache
def pairs() -> tuple[Pair, ...]:
    return load_pairs(PAIRS, "tests/hazards.yaml", frozenset(fact.id for fact in the_bot().content.facts))


@cache
def results() -> Mapping[str, Result]:
    return {pair.id: ask(pair, the_bot()) for pair in pairs()}


def marked(known: Mapping[str, str]) -> list[Any]:
    """Every pair as a parameter, those in known as expected failures."""
    return [
        pytest.param(
            pair.id,
            id=pair.id,
            marks=[pytest.mark.xfail(reason=known[pair.id], raises=AssertionError, strict=True)]
            if pair.id in known
            else [],
        )
        for pair in pairs()
    ]


# ------------------------------------------------------------------------------------------------------ the pairs


@pytest.mark.parametrize("name", marked(KNOWN))
def test_hazard(name: str) -> None:
    result = results()[name]
    assert not result.differences, describe(result)


@pytest.mark.parametrize("name", marked(KNOWN_STYLE))
def test_the_reply_to_a_hazard_is_written_as_doses_are_written(name: str, bot: Chatbot) -> None:
    reply = results()[name].reply
    assert reply is not None
    assert [*findings(reply), *doses_beside_silence(reply, bot)] == []


def doses_beside_silence(reply: Reply, bot: Chatbot) -> Iterator[str]:
    """Doses in an `unknown` other than labelling on the point asked and the range reported for children's pumps."""
    if reply.outcome is not Outcome.UNKNOWN:
        return
    compared = " ".join(str(row["text"]) for row in reply.comparisons).replace("**", "")
    child = any(row.query.population is Population.PEDIATRIC for row in reply.queries)
    for amount in amounts_of(body_of(reply, bot.content)):
        of_pumps = child and amount.unit == "mcg/day"
        if amount.is_dose and not of_pumps and amount.text not in compared:
            yield f"a dose where the sources are silent: {amount.text!r} in {amount.sentence!r}"


def test_known_failures_are_pairs() -> None:
    assert {*KNOWN, *KNOWN_STYLE} <= {pair.id for pair in pairs()}


# ------------------------------------------------------------------------------------------------------ the log


@cache
def rows() -> Mapping[str, tuple[str, ...]]:
    """The tests that each row of the log names, by the row's id."""
    found: dict[str, tuple[str, ...]] = {}
    for line in LOG.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if re.fullmatch(r"H\d\d+", cells[0].strip()):
            assert len(cells) == 5, f"five cells: {line}"
            assert all(cells), f"no cell is empty: {line}"
            assert cells[0].strip() not in found, f"an id stands twice: {line}"
            found[cells[0].strip()] = tuple(re.findall(r"`([^`]+)`", cells[4]))
    return found


def functions_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_ids_of_the_log_follow_each_other() -> None:
    assert list(rows()) == [f"H{number:02}" for number in range(1, len(rows()) + 1)]


def test_every_row_names_a_test_that_exists() -> None:
    missing = []
    for hazard, named in rows().items():
        assert named, f"{hazard} names no test"
        for test in named:
            file, _, function = test.partition("::")
            if test == f"{hazard}-*":
                exists = any(pair.id.startswith(f"{hazard}-") for pair in pairs())
            else:
                exists = function in functions_of(ROOT / file)
            missing += [] if exists else [f"{hazard}: {test}"]
    assert missing == []


def test_every_pair_has_a_row_that_names_it() -> None:
    hazards = {hazard_of(pair) for pair in pairs()}
    assert {hazard for hazard in hazards if f"{hazard}-*" not in rows().get(hazard, ())} == set()


def hazard_of(pair: Pair) -> str:
    return pair.id.partition("-")[0]


def test_the_controls_of_the_log_exist() -> None:
    text = LOG.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:\w+/)*\w+\.py)`", text)) | set(re.findall(r"`((?:intents|answers)/[\w/.]*)`", text))
    assert {name for name in named if not ((ROOT / "chatbot" / name).exists() or (ROOT / name).exists())} == set()


# ------------------------------------------------------------------------------------------------------ size

HUGE = {
    "1 MB of a letter": "a" * 1_000_000,
    "1 MB of digits": "7" * 1_000_000,
    "1 MB of spaces": " " * 1_000_000,
    "10,000 words": "baclofen dose " * 5_000,
    "1,000 numbers": "5 " * 1_000,
    "500 amounts": "5 mg " * 500,
    "open brackets": "(" * 10_000,
    "open braces": "{{" * 10_000,
    "brackets in brackets": "(" * 5_000 + "dose" + ")" * 5_000,
    "one line of negations": "not " * 10_000,
    "marks over a letter": "e" + "\u0301" * 10_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_message_of_any_size_is_asked_back(text: str, bot: Chatbot) -> None:
    reply = bot.ask(text)
    assert (reply.outcome, reply.facts, reply.calculations) == (Outcome.CLARIFY, (), ())
    assert findings(reply) == []
    assert len(reply.text) < 2_000


def test_an_emergency_is_found_at_the_end_of_an_enormous_message(bot: Chatbot) -> None:
    reply = bot.ask("please read this. " * 60_000 + "he took 300 mg of baclofen just now and will not wake up")
    assert reply.outcome is Outcome.EMERGENCY


GROWING = ("5 mg ", "baclofen dose ", "not elderly, ", "aged 5, ", "(((( ", "in children with ", "1,", "a")


@pytest.mark.parametrize("piece", GROWING)
def test_work_grows_no_faster_than_the_message(piece: str, bot: Chatbot) -> None:
    """Calls are counted, which no slow machine changes: twice the message takes about twice the calls."""
    bot.ask(piece * 800)  # what is made lazily
    few, twice, many = (calls(bot, piece * count) for count in (200, 400, 800))
    assert twice < 2.6 * few
    assert many < 2.6 * twice


def calls(bot: Chatbot, text: str) -> int:
    count = 0

    def tally(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        bot.ask(text)
    finally:
        sys.setprofile(before)
    return count


# ------------------------------------------------------------------------------------------------------ odd text

# Text, and what of it must not come back.
HOSTILE = {
    "a Jinja expression": ("{{ 7351 * 3 }}", ("22053", "22,053", "{{", "}}")),
    "a Jinja statement": ("{% for x in range(9) %}zq{% endfor %}", ("{%", "zq")),
    "a Jinja global": ("{{ self.__init__.__globals__ }}", ("__globals__", "{{")),
    "a percent format": ("%s %(daily)d %n", ("%s", "%(", "%n")),
    "braces": ("{0} {daily_dose} {medicine!r}", ("{0}", "{daily_dose}", "{medicine")),
    "a slot of the wording": ("{who}{how}", ("{who}", "{how}")),
    "HTML": ("<script>alert('zq')</script><img src=x onerror=zq()>", ("<", "script", "zq")),
    "an HTML entity": ("&lt;b&gt; &#x202e;", ("&lt;", "&#")),
    "a Markdown link": ("[zqlink](javascript:zq)", ("zqlink", "javascript")),
    "ANSI": ("\x1b[2J\x1b[31mzq\x1b[0m", ("\x1b", "zq", "[2J")),
    "an ANSI title": ("\x1b]0;zq\x07", ("\x1b", "\x07", "zq")),
    "bidi": ("\u202ezq 08\u202c \u2066zq\u2069", ("\u202e", "\u202c", "\u2066", "zq")),
    "zero width": ("z\u200bq \ufeff \u2060", ("\u200b", "\ufeff", "\u2060")),
    "NUL and backspace": ("zq\x00\x08\x7f", ("\x00", "\x08", "\x7f", "zq")),
    "line separators": ("zq\u2028zq\u2029\x85", ("\u2028", "\u2029", "\x85", "zq")),
    "a lone surrogate": ("zq \udcff", ("\udcff", "zq")),
    "a path": ("../../etc/passwd C:\\zq", ("passwd", "zq")),
    "YAML": ("!!python/object/apply:os.system [zq]", ("!!", "zq")),
}


@pytest.mark.parametrize("question", ["maximum dose in adults {}", "{} maximum dose in adults", "is 30 mg {} ok?"])
@pytest.mark.parametrize(("text", "absent"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_inert_and_not_echoed(question: str, text: str, absent: tuple[str, ...], bot: Chatbot) -> None:
    reply = bot.ask(question.replace("{}", text))
    assert reply.outcome in (Outcome.ANSWER, Outcome.CLARIFY, Outcome.UNKNOWN, Outcome.REFUSE)
    shown = (reply.text, *reply.suggestions, reply.disclaimer, *map(str, reply.calculations))
    assert [bad for bad in absent for part in shown if bad in part] == []
    assert findings(reply) == []
    said = json.dumps(reply.to_dict() | {"question": "", "content_version": ""}, ensure_ascii=False)
    assert [bad for bad in absent if bad in said] == []


def test_numerals_of_other_scripts_are_never_computed_with(bot: Chatbot) -> None:
    """No digit but 0 to 9 is read; fractions such as a half have one meaning only, and are left out here."""
    digits = [char for char in map(chr, range(128, sys.maxunicode + 1)) if unicodedata.digit(char, None) is not None]
    assert len(digits) > 500, "so few digits are not all of Unicode's"
    read = {}
    for char in digits:
        for number in (f"{char}0", f"1{char}"):
            question = f"is {number} mg per day by mouth ok for an adult?"
            reply = bot.ask(question)
            if reply.outcome is Outcome.ANSWER or reply.calculations:
                read[question] = reply.calculations
    assert read == {}


# ------------------------------------------------------------------------------------------------------ data kept

PERSON = ("Aloysius", "Quibblethwaite", "MRN 90210554", "90210554", "17 Larkspur Crescent", "Larkspur")
ABOUT_A_PERSON = "Aloysius Quibblethwaite, MRN 90210554, of 17 Larkspur Crescent: maximum dose?"


def test_personal_data_is_not_echoed_logged_or_kept(
    bot: Chatbot, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    reply = bot.ask(ABOUT_A_PERSON)
    assert [word for word in PERSON if word in reply.text + " ".join(reply.suggestions)] == []
    assert caplog.text == ""
    settings = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "SYSTEMROOT") if name in os.environ}
    settings |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "chatbot"],
        input=f"{ABOUT_A_PERSON}\nand in children?\n".encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=settings,
    )
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept, "nothing was kept at all, so this proves little"
    written = {"stdout": done.stdout, "stderr": done.stderr} | {str(file): file.read_bytes() for file in kept}
    assert [(place, word) for place, text in written.items() for word in PERSON if word.encode() in text] == []


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the content, with a folder of its own for what is derived from it."""
    copy = tmp_path / "content"
    for part in ("intents", "answers"):
        shutil.copytree(find_root() / part, copy / part)
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return copy


def test_a_mended_figure_is_seen_at_once(kept: Path) -> None:
    question = "max dose elderly"
    before = Chatbot(kept).ask(question)
    assert list(folder().glob("*.pickle")), "nothing was kept, so this proves nothing"
    file = kept / "answers" / "facts" / "oral_older_adults.yaml"
    status = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("30-40 mg/day", "20-40 mg/day"), encoding="utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))  # an editor that keeps times, and the same size
    after = Chatbot(kept).ask(question)
    assert "30\u00a0to 40\u00a0mg" in before.text or "30 to 40\u00a0mg" in before.text
    assert "20\u00a0to 40\u00a0mg" in after.text or "20 to 40\u00a0mg" in after.text
    assert before.content_version != after.content_version


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners of files here")
def test_kept_data_that_others_can_write_is_passed_over(kept: Path) -> None:
    expected = Chatbot(kept).ask("max dose elderly")
    files = list(folder().glob("*.pickle"))
    assert files
    for file in files:
        file.write_bytes(pickle.dumps("planted"))
        file.chmod(0o666)
    assert Chatbot(kept).ask("max dose elderly") == expected


# ------------------------------------------------------------------------------------------------------ trust


def test_citations_of_two_documents_stay_apart(bot: Chatbot) -> None:
    reply = bot.ask("maximum dose by mouth in adults and in children")
    cited = {fact.id: set(fact.cites) for fact in bot.content.facts}
    assert {"oral.adult.maximum_dose", "oral.pediatric.maximum_dose"} <= set(reply.facts)
    ids = [reference.id for reference in reply.references]
    assert len(ids) == len(set(ids))
    assert {"A1", "B1"} <= set(ids)
    assert set().union(*(cited[fact] for fact in reply.facts)) == set(ids)
    by_id = {reference.id: reference for reference in reply.references}
    assert by_id["A1"].number != by_id["B1"].number
    assert by_id["A1"].citation != by_id["B1"].citation
    assert all(reference.citation in reply.text for reference in reply.references)


def test_an_answer_says_how_far_to_trust_it() -> None:
    answers = [result.reply for result in results().values() if result.reply and result.reply.facts]
    answers = [reply for reply in answers if reply.outcome in (Outcome.ANSWER, Outcome.UNKNOWN)]
    assert len(answers) > 50
    for reply in answers:
        assert reply.disclaimer
        assert reply.disclaimer in reply.text, reply.question
        assert "pending human review" in reply.text, reply.question
        for letter in {reference.id[0] for reference in reply.references}:
            assert re.search(rf"Document {letter}: .*updated \d{{1,2}} \w+ \d{{4}}", reply.text), reply.question
        assert reply.content_version
