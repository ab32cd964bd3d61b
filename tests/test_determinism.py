"""The same question gives the same bytes, whatever surrounds the process that answers it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from chatbot import Chatbot
from chatbot.cache import SWITCH
from chatbot.content import load
from chatbot.folder import find_root

# One of each kind of reply, of each kind of reading (spelling, shorthand, units, two populations, a follow-up), and one
# whose letters no ASCII stream can carry.
QUESTIONS = (
    "max dose elderly",
    "how do I titrate baclofen in adults?",
    "itb starting dose in spinal spasticity, 75 µg screening bolus",
    "maxmum dose for a 9 year old with cerebral palsy",
    "baclofen regimen including titration, maximum dose, and adjustments for elderly patients or moderate CKD",
    "what are the signs of withdrawal?",
    "78 years old with CKD stage 3, where do I start?",
    "baclofen in pregnancy",
    "dose of tizanidine",
    "he took 200 mg of baclofen an hour ago and is drowsy",
    "dose?",
    "thanks",
    "naïve patient – 5 mg tds, too much?",
)
FOLLOW_UP = json.dumps({"turns": ["starting dose?", "and for children?", "maximum?"]})
LINES = (*QUESTIONS, FOLLOW_UP, "")

HASH_SEEDS = tuple(str(seed) for seed in range(10))
# PYTHONUTF8=0 and PYTHONCOERCECLOCALE=0 keep Python from mending the C locale, so that its streams really are ASCII.
SURROUNDINGS = {
    "locale C": {"LC_ALL": "C"},
    "locale C, unmended": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "locale C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "locale de_DE.UTF-8": {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "time zone UTC": {"TZ": "UTC"},
    "time zone Kiritimati": {"TZ": "Pacific/Kiritimati"},
    "time zone Honolulu": {"TZ": "Pacific/Honolulu"},
    "no colour": {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40"},
    "optimised": {"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"},
}
Item = TypeVar("Item")
Result = TypeVar("Result")
INHERITED = ("PATH", "HOME", "SYSTEMROOT", "VIRTUAL_ENV")


def run(arguments: Sequence[str], *, stdin: bytes = b"", **settings: str) -> bytes:
    """What a fresh `chatbot` process writes. Only settings surround it; unless they say so, it keeps nothing."""
    surroundings = {name: os.environ[name] for name in INHERITED if name in os.environ}
    surroundings |= {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        SWITCH: "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "chatbot", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=surroundings | settings,
    )
    assert done.returncode in (0, 3), done.stderr.decode()
    assert not done.stderr, done.stderr.decode()
    return done.stdout


def ask_lines(lines: Iterable[str], *arguments: str, **settings: str) -> list[bytes]:
    """The reply objects to lines of `ask --jsonl`, as bytes."""
    stdin = "".join(f"{line}\n" for line in lines).encode()
    return run(["ask", "--jsonl", *arguments], stdin=stdin, **settings).splitlines()


def talk(**settings: str) -> bytes:
    """The whole text of one conversation through a pipe."""
    return run([], stdin="".join(f"{question}\n" for question in QUESTIONS).encode(), **settings)


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """call for each item: the work is in other processes, so threads are enough."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(call, items))


def differing(replies: Sequence[bytes], expected: Sequence[bytes]) -> list[str]:
    """The questions whose reply is not the expected one."""
    assert len(replies) == len(expected)
    return [line for line, got, wanted in zip(LINES, replies, expected, strict=True) if got != wanted]


@pytest.fixture(scope="module")
def expected() -> list[bytes]:
    replies = ask_lines(LINES)
    assert len(replies) == len(LINES)
    return replies


@pytest.fixture(scope="module")
def expected_talk() -> bytes:
    return talk()


def test_the_questions_cover_every_kind_of_reply(expected):
    outcomes = {json.loads(reply)["outcome"] for reply in expected}
    assert outcomes == {"answer", "clarify", "unknown", "refuse", "emergency", "chat"}


def test_no_hash_seed_changes_a_reply(expected):
    runs = in_parallel(lambda seed: ask_lines(LINES, PYTHONHASHSEED=seed), HASH_SEEDS)
    assert {seed: differing(replies, expected) for seed, replies in zip(HASH_SEEDS, runs, strict=True)} == {
        seed: [] for seed in HASH_SEEDS
    }


def test_no_hash_seed_changes_a_conversation(expected_talk):
    runs = in_parallel(lambda seed: talk(PYTHONHASHSEED=seed), HASH_SEEDS)
    assert [seed for seed, text in zip(HASH_SEEDS, runs, strict=True) if text != expected_talk] == []


def test_no_locale_time_zone_or_terminal_changes_a_reply(expected):
    runs = in_parallel(lambda settings: ask_lines(LINES, **settings), SURROUNDINGS.values())
    assert {name: differing(replies, expected) for name, replies in zip(SURROUNDINGS, runs, strict=True)} == {
        name: [] for name in SURROUNDINGS
    }


def test_no_locale_or_time_zone_changes_a_conversation(expected_talk):
    names = [name for name in SURROUNDINGS if name != "locale C, unmended"]
    runs = in_parallel(lambda name: talk(**SURROUNDINGS[name]), names)
    assert [name for name, text in zip(names, runs, strict=True) if text != expected_talk] == []


def test_an_ascii_stream_gets_one_ascii_form_under_every_hash_seed():
    settings = SURROUNDINGS["locale C, unmended"]
    runs = in_parallel(lambda seed: talk(**settings, PYTHONHASHSEED=seed), HASH_SEEDS[:3])
    assert runs[0].isascii()
    assert set(runs) == {runs[0]}


def test_a_question_asked_alone_gets_the_reply_of_its_line(expected, tmp_path):
    """`ask --json` and plain `ask`, a process each, under changing seeds and time zones, keeping what they derive."""
    zones = ("UTC", "Pacific/Kiritimati", "Pacific/Honolulu")

    def ask(number: int, *form: str) -> str:
        settings = {"PYTHONHASHSEED": str(7 + number), "TZ": zones[number % len(zones)]}
        settings |= {SWITCH: "", "XDG_CACHE_HOME": str(tmp_path)}
        return run(["ask", *form, QUESTIONS[number]], **settings).decode()

    replies = [json.loads(line) for line in expected[: len(QUESTIONS)]]
    objects = in_parallel(lambda number: ask(number, "--json"), range(len(QUESTIONS)))
    assert objects == [json.dumps(reply, ensure_ascii=False, indent=2) + "\n" for reply in replies]
    texts = in_parallel(ask, range(len(QUESTIONS)))
    assert texts == [reply["text"] + "\n" for reply in replies]


@pytest.mark.parametrize("name", ["locale C", "locale C, unmended", "locale de_DE.UTF-8"])
def test_an_argument_is_read_as_utf_8_in_every_locale(name, expected):
    question = "itb starting dose in spinal spasticity, 75 µg screening bolus"
    reply = json.loads(expected[QUESTIONS.index(question)])
    assert json.loads(run(["ask", "--json", question], **SURROUNDINGS[name])) == reply


def test_a_restart_that_finds_what_another_process_kept_changes_no_reply(expected, tmp_path):
    kept = {SWITCH: "", "XDG_CACHE_HOME": str(tmp_path)}
    first = ask_lines(LINES, PYTHONHASHSEED="1", **kept)
    assert any(file.is_file() for file in tmp_path.rglob("*")), "nothing was kept, so this proves nothing"
    again = [ask_lines(LINES, PYTHONHASHSEED=seed, **kept) for seed in ("1", "2")]
    assert [differing(replies, expected) for replies in (first, *again)] == [[], [], []]


def test_a_reply_does_not_depend_on_what_others_asked_before(expected):
    assert differing(ask_lines(reversed(LINES))[::-1], expected) == []


def test_the_same_chatbot_answers_the_same_question_alike_again():
    bot = Chatbot()
    first = [bot.ask(question).to_dict() for question in QUESTIONS]
    assert [bot.ask(question).to_dict() for question in QUESTIONS] == first


def test_a_copied_folder_with_files_made_in_another_order_gives_the_same_replies(expected, tmp_path):
    root = find_root()
    files = [file for part in ("intents", "answers") for file in (root / part).rglob("*") if file.is_file()]
    random.Random(4).shuffle(files)
    for file in files:
        copy = tmp_path / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    assert differing(ask_lines(LINES, "--content", str(tmp_path)), expected) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_the_disk_lists_files_does_not_matter(seed, monkeypatch):
    expected = load()
    listed = os.walk
    shuffled = []

    def walk(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        for folder, folders, files in listed(top):
            for names in (folders, files):
                names.sort()
                random.Random(seed).shuffle(names)
            shuffled.append(files)
            yield folder, folders, files

    monkeypatch.setattr(os, "walk", walk)
    assert load() == expected
    assert any(names != sorted(names) for names in shuffled), "files() no longer walks, so this proves nothing"
