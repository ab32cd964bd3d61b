"""Times what a reader of the interactive terminal waits for: its prompt, and the next answer."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

ROOT = Path(__file__).resolve().parents[1]
BARE = ("-c", "import rapidfuzz, yaml, jinja2, prompt_toolkit; prompt_toolkit.PromptSession('baclofen> ').prompt()")
OURS = ("-m", "chatbot", "--no-history")
PROMPT = b"baclofen>"  # the space behind it is a move of the cursor
ENTER = b"\r"
READY = b"\x1b[?2004h"  # pasting in brackets is asked for: a new line begins
ROUNDS = 15
WARMING = 2.0  # seconds in which the content is read, behind the prompt
TYPING = 0.1  # seconds between a question and Enter; nobody types faster
QUESTIONS = (
    "max dose elderly", "and in kids?", "pump starting dose", "is 20 mg three times daily too much for an adult",
    "titration schedule to 60 mg per day", "how is it stopped", "ckd 3 starting dose", "gabapentin max dose",
    "new patient", "screening bolus in children", "22 kg girl with CP, target dose?", "what are the side effects",
    "he is 78 now", "creatinine clearance for a man of 70, 80 kg, creatinine 1.2 mg/dL", "thanks",
)  # fmt: skip


class Screen:
    """One end of a terminal that a program runs in."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._seen = b""

    def until(self, text: bytes) -> None:
        """Read until a text is there, and forget what was read before it."""
        while text not in self._seen:
            self._seen += os.read(self._end, 65536)
        self._seen = self._seen.partition(text)[2]

    def type(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self._end, keys)


@contextmanager
def opened(command: Sequence[str], settings: Mapping[str, str]) -> Iterator[Screen]:
    """A fresh process in a terminal of its own."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", **settings}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling anew each time is nobody's start-up
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdin=its, stdout=its, stderr=its)
    os.close(its)
    try:
        yield Screen(ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@contextmanager
def settings_of_its_own() -> Iterator[dict[str, str]]:
    """Folders for what a program keeps, the same for all that run in one comparison."""
    with TemporaryDirectory() as kept:
        yield {"XDG_CACHE_HOME": kept, "XDG_STATE_HOME": kept, "PYTHONPYCACHEPREFIX": kept}


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000


def prompts() -> tuple[float, float]:
    """The middle time in ms until a bare prompt stands, and until the chatbot's does, started in turns."""
    times: dict[tuple[str, ...], list[float]] = {BARE: [], OURS: []}
    with settings_of_its_own() as settings:
        for round_ in range(ROUNDS + 1):
            for command, taken in times.items():
                time = milliseconds(partial(_see_prompt, command, settings))
                if round_:  # the first compiles
                    taken.append(time)
    bare, ours = (statistics.median(taken) for taken in times.values())
    return bare, ours


def _see_prompt(command: Sequence[str], settings: Mapping[str, str]) -> None:
    with opened(command, settings) as screen:
        screen.until(PROMPT)


def next_answers() -> list[float]:
    """For each question the time in ms from Enter until its answer and the next prompt are on the screen."""
    with settings_of_its_own() as settings:
        with opened(OURS, settings) as screen:  # compiles
            screen.until(PROMPT)
            _answer(screen, QUESTIONS[0])
        with opened(OURS, settings) as screen:
            screen.until(PROMPT)
            sleep(WARMING)
            return [_answer(screen, question) for question in QUESTIONS]


def _answer(screen: Screen, question: str) -> float:
    screen.type(question.encode())
    sleep(TYPING)
    began = perf_counter()
    screen.type(ENTER)
    screen.until(READY)
    screen.until(PROMPT)
    return (perf_counter() - began) * 1000
