"""No dose for any of 1,000 questions about other medicines or other subjects.

The questions are the hand-written ones of other_subjects.txt, a test a heading, and names of medicines put into frames
of dosing questions, a test a frame. A failing test lists every question that got a dose, and what it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import yaml

from chatbot import Chatbot, Reply
from chatbot.folder import find_root
from tests.dose_style import body_of, doses_in

# Of each kind of name, so many are put into a frame.
NAMES_A_FRAME = 14
FRAMES = (
    "is 20 mg three times daily of {name} too much?",
    "taper {name} from 60 mg over 14 days",
    "{name} for a 20 kg child",
    "titrate {name} to 60 mg per day",
    "pump bolus of {name} 50 mcg lasted 4 hours, starting dose?",
    "max dose of {name} elderly",
    "{name} starting dose",
    "what is the usual maintenance dose of {name} in adults by mouth?",
    "{name} 10 mg tds, next step up?",
    "how many 25 mg tablets of {name} a day for an 82 year old?",
    "{name} dose with an eGFR of 35",
    "how often is {name} given to children of 6 years?",
    "intrathecal {name}, first daily dose in mcg",
    "convert {name} 30 mg per day by mouth to the pump",
    "I take 5 mg of {name} twice daily, can I double it?",
    "how do I stop {name} after 6 months at 40 mg per day?",
    "{name} dosing overview for a 70 kg man",
    "{name} 80 mg daily: above the limit?",
    "started {name} 3 days ago at 15 mg per day, what now?",
    "{name} in mg per kg for a 4 year old of 16 kg",
    "screening bolus of {name} before a pump",
    "2 g of {name} daily, in how many doses?",
    "pump with 20 mL of {name} 500 mcg/mL at 100 mcg per day, when is the refill?",
    "forgot my {name} 10 mg this morning, take two tonight?",
    "{name}, woman of 75 years, 68 kg, creatinine 1.4 mg/dL: which dose?",
)
BRANDS = """
    ortoton, musaril, taxim, glycomet, thyronorm, eptoin, marcumar, tavor, novalgin, myospaz, otezla, rinvoq, dupixent,
    skyrizi, cosentyx, entyvio, biktarvy, kisqali, xtandi, lonsurf
"""
MISSPELT = """
    tizanadine, gabapenten, pregablin, diazapam, clonazapam, dantroline, apixiban, amitriptiline, ibuprofin,
    paracetemol, levetiracitam, methocarbomol, cyclobenzaprin, oxycodon, tramodol, metformine, sertralin, aceclofinac,
    carbamazapine, topirimate
"""
# Of word stems that medicines have; nobody has given them to one.
INVENTED = """
    zorvaprine, melixatan, tarquidone, belnoraxine, fendroxamide, quoravastat, ilmetinib, pravoxetine, nolidazepam,
    sulbrivane, trevogliptin, domerazole, carvilosartan, hestrolimus, vintorolol, ombraximab, lunocillin, dexofloxacin,
    prelidocaine, mirtaquine
"""


def written() -> dict[str, list[str]]:
    """The hand-written questions by their headings."""
    questions: dict[str, list[str]] = {}
    heading = ""
    for line in Path(__file__).with_name("other_subjects.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ")
        elif line.strip():
            questions.setdefault(heading, []).append(line)
    return questions


def names_known() -> set[str]:
    """The names of other medicines that the project's vocabulary holds."""
    file = find_root() / "intents" / "vocabulary" / "other_medicines.yaml"
    vocabulary = yaml.safe_load(file.read_text(encoding="utf-8"))
    lists = [vocabulary["other_medicines"], *vocabulary["related"].values()]
    return {name.strip() for names in lists for name in names.splitlines() if name.strip()}


def names_of_our_own() -> set[str]:
    """Names of other medicines whether or not the vocabulary holds them."""
    return {name.strip() for names in (BRANDS, MISSPELT, INVENTED) for name in names.split(",")}


def chosen(names: set[str], frame: str) -> list[str]:
    """The names for a frame, the same in each run: a name that is added displaces one at most."""
    return sorted(names, key=lambda name: (Random(f"{frame} {name}").random(), name))[:NAMES_A_FRAME]


def generated() -> dict[str, list[str]]:
    """The questions that are made of names and frames, by their frames."""
    own = names_of_our_own()
    known = names_known() - own
    return {frame: [frame.format(name=name) for name in chosen(known, frame) + chosen(own, frame)] for frame in FRAMES}


QUESTIONS = written() | generated()


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    return Chatbot()


def wrong(reply: Reply, bot: Chatbot) -> Iterator[str]:
    """What a reply shows that a question about something else must not get."""
    facts = {fact.id: fact for fact in bot.content.facts}
    yield from (f"fact {name}" for name in reply.facts if facts[name].topic.is_dose)
    yield from (f"calculation {row['name']}" for row in reply.calculations)
    said = [line for line in body_of(reply, bot.content).lines if not line.startswith("Read as ")]
    yield from (dose for line in said for dose in doses_in(line))
    # A question that is offered may hold the reader's own amounts, and no others.
    own = numbers_in(reply.question)
    offered = (dose for suggestion in reply.suggestions for dose in doses_in(suggestion))
    yield from (dose for dose in offered if not numbers_in(dose) <= own)


def numbers_in(text: str) -> set[Decimal]:
    return {Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def failures(bot: Chatbot, questions: list[str]) -> list[str]:
    """The questions that were shown what they must not be, a line each."""
    found = []
    for question in questions:
        reply = bot.ask(question)
        shown = list(dict.fromkeys(wrong(reply, bot)))
        if shown:
            found.append(f"{question!r}: {reply.outcome}, {'; '.join(shown)}")
    return found


def test_there_are_1_000_questions() -> None:
    assert len({question for questions in QUESTIONS.values() for question in questions}) >= 1000


@pytest.mark.parametrize("group", QUESTIONS)
def test_no_dose_for_another_subject(bot: Chatbot, group: str) -> None:
    found = failures(bot, QUESTIONS[group])
    assert not found, f"{len(found)} of {len(QUESTIONS[group])}:\n" + "\n".join(found).replace("\u00a0", " ")
