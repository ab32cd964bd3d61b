"""The same question in another dress has the same answer; a word that changes whom or what it is about changes it.

What must change nothing: how units, numbers and frequencies are spelled, case, spacing, punctuation, courtesy, word
order. What must change the answer, and how: a negation, a child's age, dialysis, the pump, an animal, another medicine,
and a dose that was just taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pytest

from chatbot import Chatbot, Reply
from chatbot.calculation import NO_DOSE_CALCULATIONS
from chatbot.quantity import NUMBER_WORDS
from chatbot.query import Outcome, Reason, Topic
from tests.dose_style import amounts_of, body_of, findings

NBSP = "\u00a0"


class Seed(NamedTuple):
    """A question, and others of the same meaning with the words in another order."""

    question: str
    orders: tuple[str, ...] = ()


PLAIN = (
    Seed("maximum dose of baclofen in adults", ("in adults, maximum dose of baclofen", "baclofen adults maximum dose")),
    Seed("starting dose in elderly patients", ("in elderly patients, starting dose", "elderly starting dose")),
    Seed("maximum dose in children", ("in children, what is the maximum dose", "children maximum dose")),
    Seed(
        "how do I titrate baclofen in adults", ("in adults, how do I titrate baclofen", "baclofen: titrate in adults")
    ),
    Seed("how often is baclofen given by mouth in adults", ("by mouth in adults, how often is baclofen given",)),
    Seed("maintenance dose in adults", ("adults: maintenance dose", "in adults the maintenance dose")),
    Seed("starting dose in renal impairment", ("renal impairment starting dose", "in renal impairment, starting dose")),
    Seed("side effects of baclofen", ("baclofen side effects", "baclofen: side effects")),
    Seed("contraindications to intrathecal baclofen", ("intrathecal baclofen contraindications",)),
    Seed("interactions with baclofen", ("baclofen interactions",)),
    Seed("how should oral baclofen be stopped", ("oral baclofen, how should it be stopped",)),
    Seed("signs of baclofen withdrawal", ("baclofen withdrawal signs",)),
    Seed("signs of baclofen toxicity", ("baclofen toxicity signs",)),
    Seed("precautions in renal impairment", ("renal impairment precautions", "in renal impairment, precautions")),
    Seed(
        "intrathecal screening dose in adults",
        ("screening dose in adults, intrathecal", "adults: intrathecal screening dose"),
    ),
    Seed("pump concentration", ("concentration in the pump",)),
    Seed("how do I titrate the pump in spinal spasticity", ("in spinal spasticity, how do I titrate the pump",)),
    Seed(
        "how do I titrate the pump in cerebral palsy in adults",
        ("in adults with cerebral palsy, how do I titrate the pump",),
    ),
    Seed("complications of the pump", ("pump complications",)),
    Seed("alternatives to baclofen", ("baclofen alternatives",)),
    Seed("indications for baclofen", ("baclofen indications",)),
    Seed("what is baclofen used for", ("baclofen, what is it used for",)),
    Seed("how is baclofen monitored", ("monitoring of baclofen",)),
    Seed("baclofen dosing overview for adults by mouth", ("for adults by mouth: baclofen dosing overview",)),
    Seed("baclofen in pregnancy", ("pregnancy and baclofen", "in pregnancy, baclofen")),
    Seed("how effective is intrathecal baclofen", ("intrathecal baclofen: how effective is it",)),
    Seed("starting dose in pediatric patients", ("pediatric patients: starting dose", "pediatric starting dose")),
    Seed(
        "maximum dose at 78 years with CKD", ("with CKD at 78 years, maximum dose", "78 years with CKD, maximum dose")
    ),
    Seed("infusion modes of the pump", ("pump infusion modes",)),
    Seed("what influences the dose", ()),
)
OWN_NUMBERS = (
    Seed(
        "adult on 10 mg three times daily, is that too much", ("is that too much: 10 mg three times daily in an adult",)
    ),
    Seed(
        "is 30 mg three times daily too much for an adult",
        ("for an adult, is 30 mg three times daily too much", "30 mg three times daily for an adult, too much"),
    ),
    Seed(
        "is 15 mg three times daily ok in elderly patients",
        ("in elderly patients, is 15 mg three times daily ok", "elderly patients, 15 mg three times daily, ok"),
    ),
    Seed(
        "is 5 mg four times daily ok for a child of 9 years",
        ("for a child of 9 years, is 5 mg four times daily ok", "child of 9 years, 5 mg four times daily, ok"),
    ),
    Seed("is 60 mg per day within the limits for an adult", ("for an adult, is 60 mg per day within the limits",)),
    Seed(
        "is 150 mg per day too much for an adult",
        ("for an adult, is 150 mg per day too much", "150 mg per day, too much for an adult"),
    ),
    Seed(
        "is 10 mg three times daily too much in renal impairment",
        ("in renal impairment, is 10 mg three times daily too much",),
    ),
    Seed(
        "is a start at 20 mg three times daily ok for an adult",
        ("for an adult, is a start at 20 mg three times daily ok",),
    ),
    Seed(
        "is a pump dose of 300 mcg per day ok for a child",
        ("for a child, is a pump dose of 300 mcg per day ok", "child, pump dose of 300 mcg per day, ok"),
    ),
    Seed(
        "is 1,200 mcg per day too much for an adult on the pump",
        ("for an adult on the pump, is 1,200 mcg per day too much",),
    ),
    Seed(
        "taper from 60 mg per day over 14 days in an adult",
        ("in an adult, taper over 14 days from 60 mg per day", "over 14 days, taper an adult from 60 mg per day"),
    ),
    Seed("how do I taper 80 mg per day", ("80 mg per day, how do I taper it",)),
    Seed("taper schedule from 45 mg per day over 21 days", ("over 21 days, taper schedule from 45 mg per day",)),
    Seed("taper from 30 mg per day over 3 days", ("over 3 days, taper from 30 mg per day",)),
    Seed("titration schedule to 60 mg per day in an adult", ("in an adult, titration schedule to 60 mg per day",)),
    Seed("titration schedule to 45 mg per day", ("to 45 mg per day, titration schedule",)),
    Seed("day by day titration to 75 mg per day", ("to 75 mg per day, day by day titration",)),
    Seed("titration schedule to 90 mg per day in an adult", ("in an adult, titration schedule to 90 mg per day",)),
    Seed(
        "weight based dose for a child of 20 kg",
        ("for a child of 20 kg, weight based dose", "20 kg child, weight based dose"),
    ),
    Seed(
        "weight based dose for an 8-year-old child of 50 kg",
        ("for an 8-year-old child of 50 kg, weight based dose", "weight based dose, 50 kg, 8-year-old child"),
    ),
    Seed(
        "pump starting dose after a screening bolus of 50 mcg that lasted 6 hours",
        (
            "a screening bolus of 50 mcg lasted 6 hours, pump starting dose",
            "screening bolus of 50 mcg, response lasted 6 hours, what is the pump starting dose",
        ),
    ),
    Seed(
        "pump starting dose after a screening bolus of 75 mcg that lasted 10 hours",
        ("a screening bolus of 75 mcg lasted 10 hours, pump starting dose",),
    ),
    Seed("pump starting dose after a 100 mcg bolus", ("after a 100 mcg bolus, pump starting dose",)),
    Seed(
        "next pump step from 200 mcg per day in spinal spasticity",
        ("in spinal spasticity, next pump step from 200 mcg per day",),
    ),
    Seed("next pump step from 300 mcg per day in a child", ("in a child, next pump step from 300 mcg per day",)),
    Seed("next pump step from 250 mcg per day", ("from 250 mcg per day, next pump step",)),
    Seed(
        "pump runs 400 mcg per day at 500 mcg/mL, what is the hourly rate",
        (
            "what is the hourly rate of a pump that runs 400 mcg per day at 500 mcg/mL",
            "pump at 500 mcg/mL runs 400 mcg per day, what is the hourly rate",
        ),
    ),
    Seed("infusion rate for 240 mcg per day at 2,000 mcg/mL", ("at 2,000 mcg/mL, infusion rate for 240 mcg per day",)),
    Seed(
        "refill interval with a 40 mL reservoir, 500 mcg/mL and 300 mcg per day",
        (
            "refill interval with 300 mcg per day, 500 mcg/mL and a 40 mL reservoir",
            "40 mL reservoir, 300 mcg per day, 500 mcg/mL: refill interval",
        ),
    ),
    Seed(
        "refill interval with 18 mL usable, 2,000 mcg/mL and 400 mcg per day",
        ("refill interval with 400 mcg per day, 2,000 mcg/mL and 18 mL usable",),
    ),
    Seed(
        "creatinine clearance of a man of 70 years, 72 kg, creatinine 1.4 mg/dL",
        (
            "creatinine 1.4 mg/dL, man of 70 years, 72 kg: creatinine clearance",
            "72 kg man of 70 years with creatinine 1.4 mg/dL, creatinine clearance",
        ),
    ),
    Seed(
        "creatinine clearance of a woman of 45 years, 60 kg, creatinine 90 µmol/L",
        ("woman of 45 years, creatinine 90 µmol/L, 60 kg, creatinine clearance",),
    ),
    Seed("creatinine clearance of a woman of 80 years, 55 kg, creatinine 1.2 mg/dL and the starting dose", ()),
)
SEEDS = PLAIN + OWN_NUMBERS
QUESTIONS = tuple(seed.question for seed in SEEDS)

# ------------------------------------------------------------------------------------------- what must change nothing

ONES = (
    *NUMBER_WORDS,
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
GRAMS = r"(?<![A-Za-z])"
ENDS = r"(?![A-Za-z])"


def in_words(number: int) -> str:
    """A whole number below a thousand as it is spoken."""
    if number >= 100:
        rest = f" and {in_words(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    if number < 20:
        return ONES[number]
    return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")


def exchange(pattern: str, by: str) -> Callable[[str], str]:
    """What writes one spelling for another."""
    return lambda text: re.sub(pattern, by, text)


def numbers_in_words(text: str) -> str:
    """Whole numbers below a thousand, spelled out."""
    return re.sub(r"(?<![\d.,])\d{1,3}(?![\d.,]\d|\d)", lambda match: in_words(int(match.group())), text)


MG = rf"{GRAMS}mg{ENDS}(?!/)"
MCG = rf"{GRAMS}mcg{ENDS}"
KG = rf"{GRAMS}kg{ENDS}"
PER_DAY = rf"{ENDS} per day"
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    **{f"mg as {unit}": exchange(MG, unit) for unit in ("milligrams", "milligram", "MG", "Mg", "milligrammes")},
    **{
        f"mcg as {unit}": exchange(MCG, unit)
        for unit in ("ug", "\u00b5g", "\u03bcg", "micrograms", "microgram", "MCG", "mcgs", "microgrammes")
    },
    **{f"kg as {unit}": exchange(KG, unit) for unit in ("KG", "Kg", "kgs", "kilograms", "kilos")},
    **{
        f"mL as {unit}": exchange(rf"{GRAMS}mL{ENDS}", unit)
        for unit in ("ml", "ML", "millilitres", "milliliters", "cc")
    },
    "mcg per mL": exchange("mcg/mL", "mcg per mL"),
    "micrograms per millilitre": exchange("mcg/mL", "micrograms per millilitre"),
    **{
        f"µmol/L as {unit}": exchange("µmol/L", unit)
        for unit in ("μmol/L", "umol/L", "micromol/L", "µmol/l", "micromoles per litre")
    },
    **{f"mg/dL as {unit}": exchange("mg/dL", unit) for unit in ("mg/dl", "MG/DL", "mg per dL", "mg / dL")},
    **{
        f"three times daily as {often}": exchange("three times daily", often)
        for often in (
            "TID",
            "tid",
            "t.i.d.",
            "TDS",
            "tds",
            "three times a day",
            "3 times a day",
            "3 times daily",
            "3x/day",
            "3x daily",
            "thrice daily",
            "q8h",
            "q 8 h",
            "Q8H",
            "every 8 hours",
            "8 hourly",
            "8-hourly",
            "three times per day",
            "every eight hours",
            "x3 daily",
        )
    },
    **{
        f"four times daily as {often}": exchange("four times daily", often)
        for often in (
            "QID",
            "qid",
            "q.i.d.",
            "QDS",
            "four times a day",
            "4 times a day",
            "4x/day",
            "q6h",
            "every 6 hours",
            "6 hourly",
        )
    },
    **{
        f"per day as {often}": exchange(" per day", often)
        for often in (
            " daily",
            "/day",
            " a day",
            "/d",
            " per 24 hours",
            " every day",
            " in 24 hours",
            "/24h",
            " total daily",
        )
    },
    "British": exchange("pediatric", "paediatric"),
    "titrate as up-titrate": exchange("titrate", "up-titrate"),
    "titration as uptitration": exchange("titration", "up-titration"),
    "children as kids": exchange("children", "kids"),
    "elderly patients as older adults": exchange("elderly patients", "older adults"),
    "renal impairment as kidney impairment": exchange("renal impairment", "kidney impairment"),
    "maximum as max": exchange("maximum", "max"),
    "maximum as maximal": exchange("maximum", "maximal"),
    "dose as dosage": exchange(r"\bdose\b", "dosage"),
    "years as yr": exchange(r"(?<=\d) years", " yr"),
    "numbers in words": numbers_in_words,
    "numbers as 5.0": exchange(r"(?<![\d.,])(\d+)(?= mc?g\b(?!/))", r"\1.0"),
    "thousands without a comma": exchange(r"(?<=\d),(?=\d{3})", ""),
}
SHAPES: Mapping[str, Callable[[str], str]] = {
    "capitals": lambda text: text.replace("µ", "u").upper(),
    "small": str.lower,
    "first letters": lambda text: re.sub(r"\b[a-z]", lambda match: match.group().upper(), text),
    "first letter": str.capitalize,
    "swapped case": lambda text: text.replace("µ", "u").swapcase(),
    "units against numbers": exchange(r"(?<=\d) (?=(?:mg|mcg|kg|mL|µmol)\b)", ""),
    "units against numbers and what follows": exchange(r"(?<=\d) (mg|mcg) three times daily", r"\1tid"),
    "units with a hyphen": exchange(r"(?<=\d) (?=(?:mg|mcg|kg|mL)\b)", "-"),
    "double spaces": exchange(" ", "  "),
    "tabs": exchange(" ", "\t"),
    "no-break spaces": exchange(" ", NBSP),
    "narrow no-break spaces": exchange(" ", "\u202f"),
    "thin spaces": exchange(" ", "\u2009"),
    "spaces around": lambda text: f"  {text} \t ",
    "a line's end": lambda text: f"{text}\r\n",
    "no commas": exchange(r",(?!\d)", ""),
    "byte order mark": lambda text: f"\ufeff{text}",
    **{
        f"{mark!r} at the end": lambda text, mark=mark: text + mark
        for mark in ("?", "!", ".", "??", "?!", "...", "…", " ?", ",", ";", ")", "？")
    },
}
COURTESY: Mapping[str, Callable[[str], str]] = {
    wrapper: lambda text, wrapper=wrapper: wrapper.format(text)
    for wrapper in (
        "please: {}",
        "please, {}",
        "{}, please",
        "{} please?",
        "{}, thanks",
        "{}? Thanks!",
        "hi, {}",
        "Hi! {}",
        "hello, {}?",
        "good morning, {}",
        "hey there, {}",
        "hi, {}, please? Thanks in advance!",
        "quick question: {}",
        "I have a question: {}",
        "could you tell me: {}",
        "sorry to bother you, {}",
        "dear colleague, {}",
        "ok, {}",
        "«{}»",
        '"{}"',
        "({})",
        "**{}**",
    )
}
# Dresses that change the answer today, and how: once read, a row belongs into the tables above.
NOT_YET: Mapping[str, tuple[str, str, str]] = {
    "an emoji": (
        "starting dose in elderly patients",
        "starting dose in elderly patients 🙏",
        "an emoji behind a question turns its answer into a question back",
    ),
}

# Promises that are broken today, by the question asked, and why in a line.
AN_HOUR = "'an hour' of 'an hour ago' is read as 'per hour': no emergency (HAZARDS 60)"
ANIMAL = "an animal beside a human population is not seen: human doses (HAZARDS 32)"
BROKEN: Mapping[str, str] = {}


@cache
def bot() -> Chatbot:
    """The chatbot that all tests here ask."""
    return Chatbot()


@cache
def ask(question: str) -> Reply:
    """Its reply to a question on its own."""
    return bot().ask(question)


def meaning(reply: Reply, *, order: bool = True) -> dict[str, Any]:
    """What a reply says, whatever the words: outcome, queries, facts and what was computed."""
    made = reply.to_dict()
    keys = ("topic", "route", "population", "origin", "assumed", "outcome", "reason")
    queries = [{key: query[key] for key in keys} for query in made["queries"]]
    return {
        "outcome": made["outcome"],
        "reason": made["reason"],
        "queries": queries if order else sorted(queries, key=str),
        "facts": made["facts"],
        "calculations": [(row["name"], row["result"]) for row in made["calculations"]],
        "warnings": sorted(made["warnings"]),
        "declined": made["declined"],
    }


def case(*values: str, asked: str) -> Any:
    """A parametrised case, marked where its question is known to be answered wrongly."""
    marks = [pytest.mark.xfail(strict=True, reason=BROKEN[asked])] if asked in BROKEN else []
    return pytest.param(*values, marks=marks, id=asked.encode("unicode_escape").decode())


def dressed() -> list[Any]:
    """Every seed in every spelling, and in a share of the shapes and wrappers, each of which some seeds get."""
    met, cases = set(QUESTIONS), []
    for place, question in enumerate(QUESTIONS):
        shaped = [dress for turn, dress in enumerate(SHAPES.values()) if (turn + place) % 3 == 0]
        wrapped = [dress for turn, dress in enumerate(COURTESY.values()) if (turn + place) % 4 == 0]
        for dress in (*SPELLINGS.values(), *shaped, *wrapped):
            other = dress(question)
            if other not in met:
                met.add(other)
                cases.append(case(question, other, asked=other))
    return cases


@pytest.mark.parametrize(("question", "other"), dressed())
def test_a_question_in_another_dress_has_the_same_answer(question, other):
    assert meaning(ask(other)) == meaning(ask(question))


@pytest.mark.parametrize(
    ("question", "other"),
    [
        pytest.param(question, other, id=name, marks=pytest.mark.xfail(strict=True, reason=reason))
        for name, (question, other, reason) in NOT_YET.items()
    ],
)
def test_dresses_that_are_not_read_yet(question, other):
    assert meaning(ask(other)) == meaning(ask(question))


@pytest.mark.parametrize(
    ("question", "other"), [case(seed.question, other, asked=other) for seed in SEEDS for other in seed.orders]
)
def test_the_order_of_the_words_changes_nothing(question, other):
    assert meaning(ask(other), order=False) == meaning(ask(question), order=False)


def results(question: str) -> list[Any]:
    """The results of a reply's calculations; there has to be one."""
    made = [row["result"] for row in ask(question).to_dict()["calculations"]]
    assert made
    return made


WEIGHED = (
    "weight based dose for a child of {}",
    "child weighs {}, dose by weight?",
)


@pytest.mark.parametrize("question", WEIGHED)
@pytest.mark.parametrize("pounds", [44, 66, 88, 100])
def test_pounds_are_kilograms(question, pounds):
    kilograms = results(question.format(f"{Decimal(pounds) * Decimal('0.45359237')} kg"))
    for unit in ("lb", "lbs", "LB", "pounds", "pound"):
        assert results(question.format(f"{pounds} {unit}")) == kilograms
    assert results(question.format(f"{pounds}lb")) == kilograms


@pytest.mark.parametrize("who", ["man of 70 years, 72 kg", "woman of 45 years, 60 kg", "woman of 80 years, 55 kg"])
@pytest.mark.parametrize("per_dl", ["0.8", "1.4", "2.1"])
@pytest.mark.parametrize("unit", ["µmol/L", "μmol/L", "umol/L", "micromol/L"])
def test_creatinine_in_either_unit(who, per_dl, unit):
    exact = f"{(Decimal(per_dl) * Decimal('88.4')).normalize():f}"
    rounded = f"{(Decimal(per_dl) * Decimal('88.4')).to_integral_value()}"
    (clearance,) = results(f"creatinine clearance of a {who}, creatinine {per_dl} mg/dL")
    assert results(f"creatinine clearance of a {who}, creatinine {exact} {unit}") == [clearance]
    (about,) = results(f"creatinine clearance of a {who}, creatinine {rounded} {unit}")
    assert about["ml_per_min"] == pytest.approx(clearance["ml_per_min"], rel=0.01)


# ------------------------------------------------------------------------------------ what must change the answer

GROUPS = {
    "adult": r"\bin (?:an )?adults?\b|\bfor (?:an )?adults?\b",
    "elderly": r"\bin elderly patients\b",
    "pediatric": r"\bin (?:a )?child(?:ren)?\b|\bin pediatric patients\b|\bfor a child\b",
    "renal_impairment": r"\bin renal impairment\b",
}
NUMBERS_IN_MG = re.compile(rf"\d {MG}")


def doses_of_others(reply: Reply, own: str | None) -> list[str]:
    """The facts on doses and the calculations of doses that are about another population than this one."""
    facts = {fact.id: fact for fact in bot().content.facts}
    cited = [facts[name] for name in reply.facts]
    shown = [fact.id for fact in cited if fact.topic.is_dose and fact.population not in (None, own)]
    return shown + [row["name"] for row in reply.calculations if row["inputs"].get("population", own) != own]


def shown_doses(reply: Reply) -> list[str]:
    """The doses that a reply's text holds."""
    return [amount.text for amount in amounts_of(body_of(reply, bot().content)) if amount.is_dose]


def negated() -> Iterator[Any]:
    """Seeds that name one population, with a not before it."""
    for question in QUESTIONS:
        for group, pattern in GROUPS.items():
            match = re.search(pattern, question)
            if match and not re.search(r"CKD|child of \d", question):
                for no in ("not ", "but not "):
                    other = question[: match.start()] + no + question[match.start() :]
                    yield case(group, other, asked=other)


DENIED = (
    ("elderly", "maximum dose in patients who are not elderly"),
    ("elderly", "starting dose in non-elderly patients"),
    ("elderly", "is 15 mg three times daily ok if she isn't elderly"),
    ("renal_impairment", "starting dose without renal impairment"),
    ("renal_impairment", "starting dose, no CKD"),
    ("pediatric", "maximum dose, not a child"),
)


@pytest.mark.parametrize(
    ("group", "question"), [*negated(), *(case(group, question, asked=question) for group, question in DENIED)]
)
def test_a_population_that_is_denied_is_not_answered(group, question):
    if group == "elderly":
        assert all("population" in row.query.assumed for row in ask(question).queries)
    queries = [row.query for row in ask(question).queries]
    assert [query for query in queries if query.population == group and "population" not in query.assumed] == []
    if group != "adult":
        doses = [fact.id for fact in bot().content.facts if fact.topic.is_dose and fact.population == group]
        assert not set(doses) & set(ask(question).facts)


def added(*words: str, among: Iterable[str] = QUESTIONS) -> Iterator[Any]:
    """Questions with words behind them: each gets every other of them."""
    for place, question in enumerate(among):
        for turn, said in enumerate(words):
            if (place + turn) % 2 == 0:
                yield case(f"{question}{said}", asked=f"{question}{said}")


UNSAID = [
    question for question in QUESTIONS if not re.search(r"adult|elderly|child|pediatric|renal|years|year-old", question)
]
SAID = [question for question in QUESTIONS if re.search(r"\badults?\b|elderly", question)]
AGES = (" for an 8-year-old", " in a boy of 8 years", " for a girl aged 8", ", patient is 8 years old", ", 8 y/o")


@pytest.mark.parametrize("question", list(added(*AGES, among=UNSAID)))
def test_a_childs_age_gives_a_childs_answer(question):
    reply = ask(question)
    assert doses_of_others(reply, "pediatric") == []
    dosed = [row.query for row in reply.queries if row.query.topic.is_dose or row.query.topic is Topic.CALCULATION]
    assert [query for query in dosed if query.population != "pediatric"] == []


@pytest.mark.parametrize("question", list(added(*AGES, among=SAID)))
def test_an_adult_of_eight_is_a_contradiction(question):
    assert (ask(question).outcome, ask(question).reason) == (Outcome.CLARIFY, Reason.AMBIGUOUS)
    assert shown_doses(ask(question)) == []


DIALYSIS = (" on dialysis", ", on haemodialysis", ", patient is on hemodialysis", " in a patient on dialysis")


@pytest.mark.parametrize("question", list(added(*DIALYSIS)))
def test_nobody_on_dialysis_gets_a_dose(question):
    reply = ask(question)
    assert not any(fact.topic.is_dose for fact in bot().content.facts if fact.id in reply.facts)
    assert {row["name"] for row in reply.calculations} <= NO_DOSE_CALCULATIONS
    for row in reply.queries:
        if row.query.topic.is_dose:
            assert (row.outcome, row.reason) == (Outcome.UNKNOWN, Reason.NOT_IN_SOURCES)


PUMP = (" by pump", ", intrathecal", " intrathecally", " via the pump", ", ITB")
ROUTE_UNSAID = [
    question
    for question in QUESTIONS
    if re.search(r"\bdose\b|titrat|mg\b|how often", question)
    and not re.search(r"mouth|oral|pump|intrathecal|creatinine|mcg|influences", question)
]


@pytest.mark.parametrize("question", list(added(*PUMP, among=ROUTE_UNSAID)))
def test_the_pump_gives_the_pumps_answer(question):
    reply = ask(question)
    if NUMBERS_IN_MG.search(question):
        assert (reply.outcome, reply.reason) == (Outcome.CLARIFY, Reason.UNIT_MISMATCH)
    else:
        assert [row.query for row in reply.queries if row.query.route == "oral"] == []
        assert [name for name in reply.facts if name.startswith("oral.")] == []


ANIMALS = (" for my dog", " in a dog", " for a 10 kg dog", " in cats", " for a puppy")
FOR_ANIMALS = (
    "maximum dose for my elderly dog",
    "max baclofen dose for an adult cat",
    "my dog has CKD, starting dose?",
    "maximum dose of baclofen in adults for my dog",
    "is 30 mg three times daily too much in renal impairment in a dog",
    "titration schedule to 60 mg per day in an adult dog",
    "creatinine clearance of a man of 70 years, 72 kg, creatinine 1.4 mg/dL in a dog",
    "weight based dose for my 20 kg dog",
    "is 10 mg three times daily ok for my 8-year-old dog",
)


@pytest.mark.parametrize(
    "question", [*added(*ANIMALS, among=UNSAID), *(case(question, asked=question) for question in FOR_ANIMALS)]
)
def test_no_animal_is_dosed(question):
    reply = ask(question)
    assert (reply.outcome, reply.reason) == (Outcome.REFUSE, Reason.OFF_TOPIC)
    assert shown_doses(reply) == []
    assert reply.calculations == ()


OTHERS = ("gabapentin", "tizanidine", "arbaclofen", "diclofenac", "Bactroban", "dantrolene", "morphine")


def of_others() -> Iterator[Any]:
    """Seeds with another medicine in baclofen's place, or before them where none is named."""
    for place, question in enumerate(QUESTIONS):
        for turn, medicine in enumerate(OTHERS):
            if (turn + place) % 2:
                continue
            other = re.sub("baclofen", medicine, question)
            other = other if other != question else f"{medicine} {question}"
            yield case(other, asked=other)


@pytest.mark.parametrize("question", list(of_others()))
def test_another_medicine_is_refused(question):
    reply = ask(question)
    assert (reply.outcome, reply.reason) == (Outcome.REFUSE, Reason.OTHER_DRUG)
    assert shown_doses(reply) == []
    assert reply.calculations == ()


TAKEN = (
    ". he just took 300 mg",
    ". He just took 30 tablets",
    ", she has just swallowed 400 mg",
    "? he just took the whole box",
)


TAKEN_ALONE = (
    "he just took 300 mg",
    "he took 200 mg of baclofen an hour ago and is drowsy",
    "he took 200 mg an hour ago and is drowsy",
    "he took 200 mg two hours ago and is drowsy",
    "he took 200 mg an hour ago",
    "she swallowed 200 mg an hour ago, sleepy",
    "she took 200 mg half an hour ago",
    "he took 200 mg this morning and is drowsy",
)


@pytest.mark.parametrize("question", [*added(*TAKEN), *(case(question, asked=question) for question in TAKEN_ALONE)])
def test_too_much_just_taken_is_an_emergency(question):
    assert (ask(question).outcome, ask(question).reason) == (Outcome.EMERGENCY, Reason.OVERDOSE)
    assert shown_doses(ask(question)) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_seed_is_answered_in_style(question):
    assert findings(ask(question)) == []
