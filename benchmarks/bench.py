"""How quick the chatbot is, each figure beside its limit: `make bench`.

Start-up is compared with the bare imports of what the chatbot stands on, taken turn about in the same sitting, so that
a slow or busy machine slows both. Answers are timed in a running process. Nothing here fails: a limit that is missed is
marked, and a person looks.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this checkout is what is timed, wherever another one may be installed

import in_terminal  # noqa: E402 - beside this file
from in_terminal import milliseconds  # noqa: E402

from chatbot import Chatbot  # noqa: E402 - the line above says which one
from chatbot.cache import SWITCH  # noqa: E402
from chatbot.pairs import SUFFIX, load_pairs  # noqa: E402

ROUNDS = 31
IMPORTS = ("-c", "import rapidfuzz, yaml, jinja2, prompt_toolkit")
PROMPT_LIMIT, NEXT_ANSWER_LIMIT_MS = 1.3, 10
ASK = ("-m", "chatbot", "ask", "max dose elderly")
NOTHING_KEPT = {SWITCH: "1"}


class Start(NamedTuple):
    """A command to time in a fresh process, and how many times the bare imports it may take."""

    command: tuple[str, ...]
    limit: float
    settings: Mapping[str, str] = {}


STARTS: Mapping[str, Start] = {
    'ask "max dose elderly"': Start(ASK, 1.0),
    "the same, nothing kept from earlier": Start(ASK, 1.0, NOTHING_KEPT),
    "--version": Start(("-m", "chatbot", "--version"), 0.3),
    "--help": Start(("-m", "chatbot", "--help"), 0.3),
}

# The first questions of all make what is made lazily.
WARM_UP = ("how much for a woman of 40 who weighs 60 kg and takes 10 mg three times daily?", "and in children?")
MEDIAN_LIMIT_MS = 1.0
LIMIT_MS_OF_99 = 5.0
AIM_MS = 50.0
# Asked where the checkout has no pairs.
QUESTIONS = (
    "max dose elderly",
    "how do I start baclofen in adults?",
    "how fast can I titrate it?",
    "what is the maximum dose in children with cerebral palsy?",
    "titration schedule, maximum dose, adjustments for older patients or moderate CKD, and typical pump parameters",
    "starting dose with eGFR 45",
    "itb screening dose",
    "pump concentration",
    "how do I stop it?",
    "signs of withdrawal",
    "78 years old with CKD stage 3, where do I start?",
    "side effects above 60 mg",
    "tizanidine or baclofen?",
    "baclofen in pregnancy",
    "dose of gabapentin",
    "weather tomorrow",
    "he took 200 mg an hour ago and is drowsy",
    "thanks",
)

LONG = 10_000
BAD_INPUTS: Mapping[str, str] = {
    "empty": "",
    "10,000 characters of known words": ("max dose elderly titration child 5 mg " * LONG)[:LONG],
    "10,000 unknown words": " ".join(f"qz{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}x{n // 676}w" for n in range(LONG)),
    "10,000 misspelt words": "maxmum dosse eldrely titraton " * (LONG // 4),
    "10,000 opening brackets": "(" * LONG,
    "10,000 digits": "5" * LONG,
    "10,000 numbers with units": "5 mg " * LONG,
    "10,000 characters without a space": "baclofen" * (LONG // 8),
    "10,000 combining accents": "e" + "\u0301" * LONG,
    "control characters": "".join(map(chr, range(32))) * 300,
    "direction marks and zero-width": "max\u200b dose\u202e elderly\u2066 " * 300,
    "Jinja": "{{ 7 * 7 }}{% for x in range(9) %}{{ x }}{% endfor %} " * 200,
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)> " * 200,
    "Cyrillic, Arabic, Chinese, emoji": "максимальная доза الجرعة القصوى 巴氯芬最大剂量 💊 " * 200,
}


# Questions with numbers of the reader's own, and what is put into them and into the questions above.
CALCULATIONS = (
    "is 30 mg three times daily too much for an adult",
    "taper from 60 mg per day over 14 days",
    "titration schedule to 60 mg per day in an adult",
    "weight based dose for a child of 44 lb",
    "pump starting dose after a screening bolus of 75 mcg that lasted 10 hours",
    "next pump step from 250 mcg per day",
    "refill interval with a 40 mL reservoir, 500 mcg/mL and 300 mcg per day",
    "creatinine clearance of a woman of 80 years, 55 kg, creatinine 1.2 mg/dL and the starting dose",
)
PIECES = (
    *("5", ".5", "1,5", "1e3", "½", "١٠", "mg", "mcg", "µg", "per day", "q8h", "10-20 mg", "18 months", "age 400"),
    *("not", "without", "and", "?", "...", "(", "/", "\n", "\t", "\x1b[2J", "\x00", "\u202e", "\u200b", "💊", "дети"),
    *("{{ 7 * 7 }}", "{% for %}", "<script>", "zqxwv", "elderli", "gabapentin", "he just took 300 mg", "new patient"),
)
MUTATIONS = 500


def main() -> None:
    """Print every figure beside its limit."""
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds for each start-up\n")
    print(*start_up(), sep="\n")
    print(*terminal(), sep="\n")
    os.environ |= NOTHING_KEPT
    print(f"\nloading the content: {milliseconds(Chatbot):.0f} ms\n")
    bot = Chatbot()
    print(*answers(bot), sep="\n")
    print(*mutated(bot), sep="\n")
    print(*bad_input(bot), sep="\n")


def row(name: str, figure: str, limit: str, *, met: bool) -> str:
    """A line of the report."""
    return f"{name:<40} {figure:>24}   {limit:<14} {'' if met else 'MISSED'}".rstrip()


# ------------------------------------------------------------------------------------------------------- start-up


def start_up() -> Iterator[str]:
    """Fresh processes against the bare imports: medians, and their ratio."""
    starts = {"": Start(IMPORTS, 1.0), **STARTS}
    times: dict[str, list[float]] = {name: [] for name in starts}
    with TemporaryDirectory() as kept:
        for round_ in range(ROUNDS + 1):
            for name, start in starts.items():
                settings = {"XDG_CACHE_HOME": kept, "PYTHONPYCACHEPREFIX": kept, **start.settings}
                taken = milliseconds(partial(run, start.command, settings))
                if round_:  # the first round writes byte code and what the chatbot keeps
                    times[name].append(taken)
    base = statistics.median(times[""])
    yield row("start-up", "median", "limit", met=True)
    yield row("the four imports", f"{base:.0f} ms", "", met=True)
    for name, start in STARTS.items():
        median = statistics.median(times[name])
        figure = f"{median:.0f} ms, {median / base:.2f} times"
        yield row(name, figure, f"{start.limit} times", met=median / base <= start.limit)


def terminal() -> Iterator[str]:
    """What a reader of the interactive terminal waits for."""
    bare, ours = in_terminal.prompts()
    yield row("the four imports and a bare prompt", f"{bare:.0f} ms", "", met=True)
    figure = f"{ours:.0f} ms, {ours / bare:.2f} times"
    yield row("the chatbot's prompt", figure, f"{PROMPT_LIMIT} times", met=ours <= PROMPT_LIMIT * bare)
    median = statistics.median(in_terminal.next_answers())
    yield row("the next answer", f"{median:.1f} ms", f"{NEXT_ANSWER_LIMIT_MS} ms", met=median <= NEXT_ANSWER_LIMIT_MS)


def run(command: Sequence[str], settings: Mapping[str, str]) -> None:
    """A fresh process, to its end."""
    silent = subprocess.DEVNULL
    environment = {**os.environ, **settings}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling anew each time is nobody's start-up
    subprocess.run([sys.executable, *command], check=True, cwd=ROOT, env=environment, stdin=silent, stdout=silent)


# ---------------------------------------------------------------------------------------------- a running process


def conversations(bot: Chatbot) -> list[tuple[str, ...]]:
    """The turns of every pair in tests/, or the built-in questions where there are none."""
    pairs = [
        pair.turns
        for file in sorted((ROOT / "tests").rglob(f"*{SUFFIX}"))
        for pair in load_pairs(file, file.name, bot.book.by_id)
    ]
    return list(dict.fromkeys(pairs)) or [(question,) for question in QUESTIONS]


def answers(bot: Chatbot) -> Iterator[str]:
    """ask() on questions that this process has not met before; of a conversation, its last turn."""
    for question in WARM_UP:
        bot.ask(question)
    asked = conversations(bot)
    times: list[tuple[float, str]] = []
    for turns in asked:
        talk = bot.conversation()
        for turn in turns[:-1]:
            talk.ask(turn)
        times.append((milliseconds(partial(talk.ask, turns[-1])), turns[-1]))
    taken = [time for time, _ in times]
    median, of_99 = statistics.median(taken), statistics.quantiles(taken, n=100, method="inclusive")[98]
    slowest, question = max(times)
    yield row(f"ask(), {len(asked)} questions", "time", "limit", met=True)
    yield row("median", f"{median:.2f} ms", f"{MEDIAN_LIMIT_MS:g} ms", met=median <= MEDIAN_LIMIT_MS)
    yield row("99th of a hundred", f"{of_99:.2f} ms", f"{LIMIT_MS_OF_99:g} ms", met=of_99 <= LIMIT_MS_OF_99)
    yield row("slowest", f"{slowest:.2f} ms", "", met=True)
    yield f"    {json.dumps(question, ensure_ascii=False)[:110]}\n"


def mutations() -> list[str]:
    """Questions with words put in, left out, doubled and exchanged, and two joined: the same ones each time."""
    source = random.Random(MUTATIONS)  # noqa: S311 - a fixed order, no secret
    questions = QUESTIONS + CALCULATIONS
    made: dict[str, None] = {}
    while len(made) < MUTATIONS:
        words = source.choice(questions).split(" ")
        for _ in range(source.randint(1, 6)):
            place, other = source.randrange(len(words)), source.randrange(len(words))
            kind = source.randrange(6)
            if kind < 2:
                words.insert(place, source.choice(PIECES))
            elif kind == 2 and len(words) > 1:
                del words[place]
            elif kind == 3:
                words.insert(place, words[other])
            elif kind == 4:
                words[place], words[other] = words[other], words[place]
            else:
                words += [source.choice((",", "and", ".", "\n")), *source.choice(questions).split(" ")]
        made[" ".join(words)] = None
    return list(made)


def mutated(bot: Chatbot) -> Iterator[str]:
    """ask() on torn and joined questions, each for the first time, and how many of them raised something."""
    raised: list[str] = []
    times = [(milliseconds(partial(survive, bot, question, raised)), question) for question in mutations()]
    median = statistics.median(time for time, _ in times)
    slowest, question = max(times)
    yield row(f"ask(), {len(times)} mutations", "time", "limit", met=True)
    yield row("median", f"{median:.2f} ms", "", met=True)
    yield row("slowest", f"{slowest:.2f} ms", f"{AIM_MS:g} ms", met=slowest <= AIM_MS)
    yield f"    {json.dumps(question)[:110]}"
    yield row("raised something", f"{len(raised)}", "0", met=not raised)
    yield from (f"    {json.dumps(question)[:110]}" for question in raised)
    yield ""


def survive(bot: Chatbot, question: str, raised: list[str]) -> None:
    """ask(), and a note of a question that it could not bear."""
    try:
        bot.ask(question)
    except Exception:  # noqa: BLE001 - whatever it is, a person looks
        raised.append(question)


def bad_input(bot: Chatbot) -> Iterator[str]:
    """Input that nobody should send: the slower of two askings, so that no cache hides anything."""
    yield row("bad input", "time", "aim", met=True)
    for name, text in BAD_INPUTS.items():
        taken = max(milliseconds(partial(bot.ask, text)) for _ in range(2))
        yield row(name, f"{taken:.1f} ms", f"{AIM_MS:g} ms", met=taken <= AIM_MS)


if __name__ == "__main__":
    main()
