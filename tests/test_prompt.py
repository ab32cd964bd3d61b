"""The input line, key by key: what is sent, what is completed, suggested, kept and marked."""

from __future__ import annotations

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatbot.bot import Chatbot
from chatbot.terminal.completion import Candidate, Completer
from chatbot.terminal.history import HistoryFile
from chatbot.terminal.marks import Mark, marks
from chatbot.terminal.prompt import _styled, prompt
from chatbot.terminal.session import WORDS

UP, DOWN, RIGHT, TAB, CTRL_R, CTRL_C, CTRL_D, ENTER = "\x1b[A", "\x1b[B", "\x1b[C", "\t", "\x12", "\x03", "\x04", "\r"
PASTE = "\x1b[200~{}\x1b[201~"


@pytest.fixture(scope="module")
def bot():
    return Chatbot()


@pytest.fixture
def file(tmp_path):
    file = HistoryFile(tmp_path / "history")
    for line in ("titration in adults", "max dose elderly", "pump starting dose"):
        file.append(line)
    return file


@pytest.fixture
def typed(bot, file):
    """What a line becomes when some keys are pressed."""

    def send(keys: str, find=None) -> str:
        find = find or Completer(bot, [(word.name, word.does) for word in WORDS]).candidates
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            pipe.send_text(keys)
            return prompt("bot", find, marks=lambda text: marks(bot, text), file=file)()

    return send


def only(text):
    return lambda _: [Candidate(text, "")]


def test_enter_sends_what_is_typed(typed):
    assert typed(f"max dose kids{ENTER}") == "max dose kids"


def test_tab_inserts_a_single_candidate_without_a_menu(typed):
    assert typed(f"ma{TAB}{ENTER}", only("What is the maximum dose?")) == "What is the maximum dose?"


def test_tab_that_finds_nothing_leaves_the_line(typed):
    assert typed(f"ma{TAB}{ENTER}", lambda _: []) == "ma"


def test_enter_never_takes_what_is_not_seen(typed):
    assert typed(f"/he{ENTER}") == "/he"


def test_ctrl_c_clears_the_line(typed):
    assert typed(f"max dose{CTRL_C}ckd start{ENTER}") == "ckd start"


def test_ctrl_c_in_an_empty_line_asks_to_leave(typed):
    with pytest.raises(KeyboardInterrupt):
        typed(CTRL_C)


def test_ctrl_d_leaves(typed):
    with pytest.raises(EOFError):
        typed(CTRL_D)


def test_up_recalls_the_last_question(typed):
    assert typed(f"{UP}{ENTER}") == "pump starting dose"


def test_up_behind_a_beginning_recalls_what_begins_so(typed):
    assert typed(f"tit{UP}{ENTER}") == "titration in adults"


def test_up_is_never_taken_by_the_grey_suggestion(typed):
    assert typed(f"max{UP}{DOWN}{ENTER}") == "max"


def test_right_takes_the_grey_suggestion(typed):
    # The suggestion is looked up while the keys wait, so it may not be there yet: nothing else may come of it.
    assert typed(f"max{RIGHT}{ENTER}") in ("max dose elderly", "max")


def test_ctrl_r_finds_what_holds_the_words(typed):
    assert typed(f"{CTRL_R}elder{ENTER}{ENTER}") == "max dose elderly"


def test_a_pasted_block_is_one_question(typed):
    pasted = PASTE.format("78 y, 62 kg\nfemale\nstarting dose?")
    assert typed(f"{pasted}{ENTER}").split() == ["78", "y,", "62", "kg", "female", "starting", "dose?"]


def test_a_sent_line_is_kept_and_one_that_names_a_person_is_not(typed, file):
    typed(f"ckd start{ENTER}")
    typed(f"Mr Smith, MRN 4471123, max dose{ENTER}")
    assert file.load()[-1] == "ckd start"


def test_without_a_file_nothing_is_kept(tmp_path):
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(f"max dose{ENTER}")
        assert prompt("bot", only("x"), marks=None, file=None)() == "max dose"
    assert list(tmp_path.iterdir()) == []


def test_marks_cover_the_words_they_are_of():
    line = "max 5 mg elderly"
    styled = _styled(line, 0, [Mark(4, 8, "number"), Mark(9, 16, "slot")])
    assert "".join(piece[1] for piece in styled) == line
    assert [piece[:2] for piece in styled if piece[0]] == [("class:number", "5 mg"), ("class:slot", "elderly")]


def test_marks_of_a_second_line_stand_in_it():
    styled = _styled("elderly", 9, [Mark(4, 8, "number"), Mark(9, 16, "slot")])
    assert [piece[:2] for piece in styled if piece[1]] == [("class:slot", "elderly")]
