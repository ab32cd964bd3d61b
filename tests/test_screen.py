"""What reaches a terminal: never parted from its unit, never wider than asked, never a crash."""

import io

import pytest

from chatbot.bot import Chatbot
from chatbot.terminal.screen import ASCII, readable, say, wrapped

QUESTIONS = ("max dose elderly", "baclofen regimen adults", "pump titration", "what next when it fails")


@pytest.fixture(scope="module")
def replies():
    bot = Chatbot()
    return [bot.ask(question) for question in QUESTIONS]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_a_number_never_parts_from_its_unit(replies, width):
    for reply in replies:
        text = wrapped(reply.text, width)
        assert text.count("\N{NO-BREAK SPACE}") == reply.text.count("\N{NO-BREAK SPACE}")
        assert text.split() == reply.text.split()


def test_lines_are_no_wider_than_the_screen(replies):
    for reply in replies:
        assert max(map(len, wrapped(reply.text, 80).splitlines())) <= 80


def test_a_plain_answer_fits_a_small_screen(replies):
    assert len(wrapped(replies[0].text, 80).splitlines()) <= 24


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_a_stream_that_cannot_carry_a_character_gets_its_ascii_form(replies, encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    for reply in replies:
        say(reply.text, stream=stream)
    stream.flush()
    shown = raw.getvalue().decode(encoding)
    assert "?" not in shown.replace("?", "", sum(reply.text.count("?") for reply in replies))


def test_the_ascii_form_says_the_same(replies):
    assert "30 to 40 mg per day" in replies[0].text.translate(ASCII)


def test_bytes_that_are_no_utf_8_become_a_replacement_character():
    assert readable("max \udcff dose") == "max \N{REPLACEMENT CHARACTER} dose"
