"""The review log: what it keeps, what it never keeps, and what `chatbot review` makes of it."""

from __future__ import annotations

import json
import stat

import pytest

from chatbot.conversation import State
from chatbot.errors import UsageError
from chatbot.web.review import ReviewLog, missed, review


@pytest.fixture
def log(tmp_path):
    return tmp_path / "review.jsonl"


def kept(log) -> list[dict]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


@pytest.mark.parametrize(
    ("question", "outcome"),
    [("baclofen and frobnicol", None), ("baclofen in pregnancy", "unknown"), ("dose of gabapentin", "refuse")],
)
def test_an_unanswered_question_is_kept(bot, log, question, outcome):
    reply = bot.ask(question)
    assert ReviewLog(str(log)).unanswered(bot, question, reply)
    [row] = kept(log)
    assert row["question"] == question
    assert row["outcome"] == (outcome or reply.outcome)
    assert set(row) == {"day", "question", "outcome", "reason", "helpful", "missed", "content_version"}
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "question", ["max dose elderly", "hello", "she took 40 tablets and is unconscious", " ", "x " * 400]
)
def test_nothing_else_is(bot, log, question):
    assert not ReviewLog(str(log)).unanswered(bot, question, bot.ask(question))
    assert not log.exists()


def test_without_a_file_nothing_is_kept(bot):
    assert not ReviewLog("").unanswered(bot, "dose of gabapentin", bot.ask("dose of gabapentin"))
    assert not ReviewLog("").unhelpful(bot, "dose of gabapentin")


@pytest.mark.parametrize(
    "question", ["Mr Smith wants baclofen", "MRN 4471 max dose", "born 1/2/1950, max dose", "a@b.org: dose?"]
)
def test_a_thumb_down_does_not_keep_what_names_somebody(bot, log, question):
    assert not ReviewLog(str(log)).unhelpful(bot, question)
    assert not log.exists()


def test_a_thumb_down_keeps_an_answered_question(bot, log):
    assert ReviewLog(str(log)).unhelpful(bot, "max dose elderly")
    assert [(row["outcome"], row["helpful"]) for row in kept(log)] == [("answer", False)]


def test_what_was_missed_is_told_by_kind(bot):
    assert missed(bot, "dose of gabapentin", bot.ask("dose of gabapentin")) == ["another medicine: gabapentin"]
    assert "subject: pregnancy" in missed(bot, "baclofen in pregnancy", bot.ask("baclofen in pregnancy"))
    assert "word: frobnicol" in missed(bot, "baclofen and frobnicol", bot.reply("baclofen and frobnicol", State())[0])


def test_the_report_groups_by_what_was_missed_the_most_frequent_first(bot, log):
    keep = ReviewLog(str(log))
    for question in (
        "dose of gabapentin",
        "gabapentin dose?",
        "baclofen in pregnancy",
        "pregnant, baclofen?",
        "lioresal in pregnancy",
    ):
        keep.unanswered(bot, question, bot.ask(question))
    keep.unhelpful(bot, "max dose elderly")
    report = review(str(log))
    assert (
        report.index("subject: pregnancy") < report.index("another medicine: gabapentin") < report.index("not helpful")
    )
    assert "    2  another medicine: gabapentin\n         dose of gabapentin\n         gabapentin dose?" in report


def test_a_file_that_is_no_log_is_said_with_its_line(log):
    with pytest.raises(UsageError, match="cannot read"):
        review(str(log))
    log.write_text('{"question": "x"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r":1: no line of a review log"):
        review(str(log))


def test_an_empty_log_says_so(log):
    log.touch()
    assert review(str(log)) == "nothing was kept for review"
