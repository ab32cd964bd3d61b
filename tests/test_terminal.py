"""The interactive terminal as a person meets it: in a terminal, in pipes, and where escapes are not obeyed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatbot import Chatbot
from chatbot.folder import NAMED, medicine

ROOT = Path(__file__).parents[1]
NO_ANSWERS = {"PROMPT_TOOLKIT_NO_CPR": "1"}  # nobody here tells where the cursor is
PROMPT = "baclofen>"  # the space behind it is a move of the cursor
PATIENCE = 20.0  # seconds until a terminal that says nothing has failed
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>()][B0]?")


class Terminal:
    """A chatbot in a terminal of 80 columns."""

    def __init__(self, *arguments: str, **settings: str) -> None:
        self._ours, its = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24", **NO_ANSWERS, **settings}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chatbot", *arguments], cwd=ROOT, env=environment, stdin=its, stdout=its, stderr=its
        )
        os.close(its)
        self.seen = ""
        self.passed = 0

    def send(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def until(self, text: str) -> str:
        """What was written since the last such call, to the end of a text."""
        ends = time.monotonic() + PATIENCE
        while text not in self.plain[self.passed :] and time.monotonic() < ends:
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._ours, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
        assert text in self.plain[self.passed :]
        before, self.passed = self.passed, self.plain.index(text, self.passed) + len(text)
        return self.plain[before : self.passed]

    def ask(self, line: str, answer: str) -> None:
        """Send a line, and wait for what its answer holds and for the prompt behind it."""
        self.send(f"{line}\r")
        self.until(answer)
        self.until(PROMPT)

    @property
    def plain(self) -> str:
        return ESCAPES.sub("", self.seen).replace("\N{NO-BREAK SPACE}", " ")

    def leave(self, text: str) -> int:
        """The exit status after a last text."""
        self.send(text)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def open_terminal(tmp_path):
    opened = []

    def start(*arguments: str, **settings: str) -> Terminal:
        opened.append(Terminal(*arguments, **{"XDG_STATE_HOME": str(tmp_path / "state"), **settings}))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


def run(*arguments, text="", **settings):
    return subprocess.run(
        [sys.executable, "-m", "chatbot", *arguments],
        input=text, capture_output=True, check=False, cwd=ROOT, encoding="utf-8", env={**os.environ, **settings},
    )  # fmt: skip


def test_a_session_from_first_screen_to_ctrl_d(open_terminal, tmp_path):
    terminal = open_terminal()
    greeting = terminal.until(PROMPT)
    assert len(greeting[: greeting.index(PROMPT)].strip().splitlines()) == 3
    terminal.ask("Mr Smith, MRN 447112, max dose elderly", "30 to 40 mg")
    terminal.ask("and in children?", "80 mg")
    assert "\x1b[1m" in terminal.seen  # the figure is bold
    assert "**" not in terminal.plain
    assert terminal.leave("\x04") == 0
    history = tmp_path / "state" / "chatbot" / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert history.read_text(encoding="utf-8") == "and in children?\n"


def test_ctrl_c_says_how_to_leave_and_quit_leaves(open_terminal):
    terminal = open_terminal("--no-history")
    terminal.until(PROMPT)
    terminal.send("\x03")
    terminal.until(f"Leave with quit or Ctrl-D.\r\n{PROMPT}")
    assert terminal.leave("quit\r") == 0


def test_history_that_cannot_be_written_is_said_in_one_line_and_the_chatbot_goes_on(open_terminal, tmp_path):
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    terminal = open_terminal()
    assert terminal.until(PROMPT).count("History stays in memory") == 1
    terminal.ask("max dose elderly", "30 to 40 mg")


@pytest.mark.parametrize("setting", [{"arguments": ["--no-history"]}, {"CHATBOT_NO_HISTORY": "1"}])
def test_history_can_be_switched_off(open_terminal, tmp_path, setting):
    arguments = setting.pop("arguments", [])
    terminal = open_terminal(*arguments, **setting)
    terminal.until(PROMPT)
    terminal.ask("max dose elderly", "30 to 40 mg")
    assert terminal.leave("\x04") == 0
    assert not (tmp_path / "state").exists()


def test_a_dumb_terminal_gets_plain_words(open_terminal):
    terminal = open_terminal(TERM="dumb")
    terminal.until(PROMPT)
    terminal.ask("baclofen", "1. What is the starting dose in adults?")
    terminal.ask("1", "5 mg three")
    assert "\x1b" not in terminal.seen
    assert "**" not in terminal.plain
    assert terminal.leave("\x04") == 0


def test_content_that_cannot_be_used_ends_it_with_one_line(open_terminal, tmp_path):
    for part in ("intents", "answers"):
        (tmp_path / part).mkdir()
    (tmp_path / "answers" / "sources.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    terminal = open_terminal("--content", str(tmp_path))
    terminal.until("chatbot: answers/sources.yaml:2:")
    assert terminal.process.wait(PATIENCE) == 4


@pytest.mark.parametrize("named", ["", "medicine: Something"])
def test_the_prompt_is_called_as_the_chatbot_calls_its_medicine(tmp_path, named):
    for part in ("intents", "answers"):
        shutil.copytree(ROOT / part, tmp_path / part)
    wording = tmp_path / NAMED
    text = re.sub(r"^medicine: .*$", named, wording.read_text(encoding="utf-8"), flags=re.MULTILINE)
    wording.write_text(text, encoding="utf-8")
    assert medicine(tmp_path) == Chatbot(tmp_path).renderer.medicine


# ------------------------------------------------------------------------------------------------------------- pipes


def test_lines_of_a_pipe_are_one_conversation():
    done = run(text="starting dose?\nand for children?\n")
    assert done.returncode == 0
    assert "by mouth · children" in done.stdout
    assert "baclofen>" not in done.stdout
    assert "\x1b" not in done.stdout


def test_nothing_in_a_pipe_is_nothing_said():
    done = run(text="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_reader_that_leaves_early_is_no_error():
    command = f"printf 'max dose elderly\\nmax dose kids\\n' | {sys.executable} -m chatbot | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, check=False, cwd=ROOT, encoding="utf-8"
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_stream_in_ascii_gets_words(locale):
    done = run(
        "ask", "max dose elderly", LC_ALL=locale, PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "30 to 40 mg per day" in done.stdout
