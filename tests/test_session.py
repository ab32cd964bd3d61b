"""What the interactive terminal answers to a line: replies, its own words, the quiz."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.query import Outcome, Topic
from chatbot.terminal.session import LEAVE, WORDS, Session


@pytest.fixture(scope="module")
def bot():
    return Chatbot()


@pytest.fixture
def session(bot):
    return Session(bot)


def test_a_question_is_answered_as_ask_answers_it(bot, session):
    said = session.take("max dose elderly")
    assert said.reply is not None
    assert said.reply.to_dict() == bot.ask("max dose elderly").to_dict()
    assert said.text == said.reply.text


def test_a_follow_up_leans_on_what_was_asked(session):
    session.take("starting dose?")
    said = session.take("and for children?")
    assert said.reply is not None
    assert [row.query.population for row in said.reply.queries] == ["pediatric"]


@pytest.mark.parametrize("word", [*sorted(LEAVE), "/quit", "/exit", "QUIT", " bye "])
def test_words_that_leave(session, word):
    assert session.take(word).leave


def test_bye_inside_a_question_stays(session):
    assert not session.take("bye for now, but first the max dose in adults").leave


@pytest.mark.parametrize("word", ["/help", "help", "HELP", "/help titration", "/help max dose"])
def test_help_answers(session, word):
    assert not session.take(word).reply
    assert len(session.take(word).text) > 40


def test_help_names_every_word_and_the_rule_on_names(session):
    text = session.take("/help").text
    assert all(word.name in text for word in WORDS)
    assert "patients' names" in text


def test_every_word_of_the_list_does_something(bot):
    for word in WORDS:
        said = Session(bot).take(word.name)
        assert said.leave or "no such word" not in said.text


@pytest.mark.parametrize(("typed", "meant"), [("/hepl", "/help"), ("/exmples", "/examples"), ("/qiut", "/quit")])
def test_an_unknown_word_gets_the_nearest(session, typed, meant):
    assert f"Did you mean {meant}?" in session.take(typed).text


def test_an_unknown_word_like_none_gets_help(session):
    assert "Did you mean /help?" in session.take("/zzzzzz").text


def test_examples_of_a_topic_are_of_that_topic(bot, session):
    text = session.take("/examples stopping").text
    examples = [line.removeprefix("* ") for line in text.splitlines() if line.startswith("* ")]
    assert examples
    for example in examples:
        assert {row.query.topic for row in bot.ask(example).queries} == {Topic.STOPPING}


def test_every_example_is_answered(bot, session):
    text = session.take("/examples").text
    for line in text.splitlines():
        if line.startswith("* "):
            assert bot.ask(line.removeprefix("* ")).outcome is Outcome.ANSWER


def test_examples_of_no_topic_name_the_topics(session):
    assert "titration" in session.take("/examples knitting patterns").text


def test_why_shows_how_the_last_question_was_read_where_it_stood(session):
    assert session.take("/why").text == "Nothing was asked yet."
    session.take("max dose elderly")
    session.take("and in children?")
    text = session.take("/why").text
    assert "slot        population.pediatric" in text
    assert "query       maximum_dose · oral · pediatric" in text


def test_context_says_what_is_kept_and_new_forgets_it(session):
    assert "Nothing is kept" in session.take("/context").text
    session.take("78 y, 62 kg: max dose?")
    kept = session.take("/context").text
    assert "older adults" in kept
    assert "62\N{NO-BREAK SPACE}kg" in kept
    assert "maximum dose" in kept
    session.take("/new")
    assert session.talk.state == State()
    assert "Nothing is kept" in session.take("/context").text


def test_sources_names_both_documents(session):
    text = session.take("/sources").text
    assert "Document A" in text
    assert "Document B" in text


def test_two_sessions_share_nothing(bot):
    one, other = Session(bot), Session(bot)
    one.take("max dose elderly")
    assert other.talk.state == State()
    assert other.take("/why").text == "Nothing was asked yet."


# ------------------------------------------------------------------------------------------------------------ saving


def test_save_writes_what_was_asked_and_answered(session, tmp_path):
    session.take("max dose <b>elderly</b>\x1b[2J")
    assert session.take(f"/save {tmp_path / 'talk one.md'}").text == "Saved."
    saved = (tmp_path / "talk one.md").read_text(encoding="utf-8")
    assert "    max dose <b>elderly</b>" in saved
    assert "30 to 40" in saved
    assert "\x1b" not in saved


def test_save_never_overwrites_unasked(session, tmp_path):
    session.take("max dose elderly")
    file = tmp_path / "notes.md"
    file.write_text("mine", encoding="utf-8")
    assert "--replace" in session.take(f"/save {file}").text
    assert file.read_text(encoding="utf-8") == "mine"
    assert session.take(f"/save --replace {file}").text == "Saved."
    assert "30 to 40" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", "/no/such/folder/x.md", "/", "a\x00b", "~nobody-of-that-name/x.md"])
def test_a_file_that_cannot_be_written_is_said_in_one_line(session, name):
    session.take("max dose elderly")
    text = session.take(f"/save {name}").text
    assert text != "Saved."
    assert "\n" not in text


def test_nothing_is_saved_before_a_question(session, tmp_path):
    assert "nothing to save" in session.take(f"/save {tmp_path / 'x.md'}").text
    assert not (tmp_path / "x.md").exists()


# -------------------------------------------------------------------------------------------------------------- quiz


def test_a_quiz_asks_and_marks_and_ends(bot, tmp_path):
    session = Session(bot, tmp_path, seed=1)
    text = session.take("/quiz").text
    assert "1 of 10" in text
    for _ in range(40):
        if session.talk.quiz is None:
            break
        text = session.take("skip").text
    assert session.talk.quiz is None
    assert (tmp_path / "quiz.json").exists()


def test_a_quiz_of_a_topic_and_of_none(session):
    assert "No such topic" in session.take("/quiz knitting patterns").text
    assert session.talk.quiz is None


@pytest.mark.parametrize("word", ["stop", "/stop", "STOP"])
def test_a_quiz_can_be_stopped(session, word):
    session.take("/quiz")
    assert session.take(word).text == "The quiz is over."
    assert session.take("max dose elderly").reply is not None


def test_an_emergency_in_a_quiz_is_one(session):
    session.take("/quiz")
    said = session.take("he just swallowed 40 tablets and is not breathing properly")
    assert said.reply is not None
    assert said.reply.outcome is Outcome.EMERGENCY
    assert session.talk.quiz is None


def test_what_cannot_be_kept_is_said(bot, tmp_path):
    file = tmp_path / "in the way"
    file.write_text("", encoding="utf-8")
    session = Session(bot, file, seed=1)
    text = session.take("/quiz").text
    for _ in range(40):
        if session.talk.quiz is None:
            break
        text = session.take("skip").text
    assert "could not be kept" in text
