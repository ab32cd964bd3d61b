"""Every reply is written as doses are written: the lint on bad and good examples, then over all that can be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chatbot import Chatbot
from chatbot.content import Fact, load
from chatbot.conversation import State
from chatbot.language.understanding import Understanding
from chatbot.pairs import load_pairs
from chatbot.query import FACT_TOPICS, Origin, Outcome, Population, Query, Reason, Route, Topic
from chatbot.reply import AnsweredQuery, Reference, Reply
from tests.dose_style import amounts_of, body_of, doses_in, findings, rules_of

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*.pairs.yaml"))
DISCLAIMER = "For healthcare professionals."
REFERENCES = tuple(Reference(number, f"A{number}", f"A [{number}] A source.") for number in range(1, 6))
LISTED = "\n".join(f"{reference.number}. {reference.citation}" for reference in REFERENCES)
ENDING = f"\n\n**References**\n\n{LISTED}\n\n{DISCLAIMER}"
MAXIMUM = {"facts": ("oral.adult.maximum_dose", "oral.adult.maximum_dose.reported_higher")}
CHECK = {"name": "dose_check", "inputs": {"dose_mg": 100, "times_per_day": 1}, "result": {"limit": 80}, "steps": []}
SPINAL = {"facts": ("intrathecal.adult.titration.spinal",)}
BOTH_HALVES = "Stopping · adults\n\nIt is never stopped abruptly"


def a_reply(says: str, /, **parts: Any) -> Reply:
    """An answer that says this, with references and disclaimer behind it, unless parts say otherwise."""
    made: dict[str, Any] = {
        "question": "",
        "outcome": Outcome.ANSWER,
        "reason": None,
        "queries": (),
        "facts": (),
        "warnings": (),
        "declined": (),
        "text": says + ENDING,
        "references": REFERENCES,
        "suggestions": (),
        "disclaimer": DISCLAIMER,
        "content_version": "",
    }
    return Reply(**made | parts)


def asked(route: Route) -> tuple[AnsweredQuery, ...]:
    return (AnsweredQuery(Query(Topic.MAXIMUM_DOSE, route, Population.ADULT), Outcome.ANSWER),)


class Example(NamedTuple):
    """A text that breaks a rule, one that keeps it, and the parts of the reply that both stand in."""

    rule: str
    bad: str
    good: str
    parts: dict[str, Any] = {}  # noqa: RUF012 - never changed


EXAMPLES = (
    Example("L01", "5.0 mg", "5 mg"),
    Example("L01", "2.50 mg", "2.5 mg"),
    Example("L01", "0.10 mg", "10 mg, 100 mg and 0.05 mg"),
    Example("L02", ".5 mg", "0.5 mg"),
    Example("L03", "25 µg", "25 mcg"),
    Example("L03", "25 \u03bcg", "25 mcg"),
    Example("L03", "25 ug", "25 mcg"),
    Example("L03", "25 MG", "25 mg"),
    Example("L03", "2 ml", "2 mL"),
    Example("L03", "2 cc", "2 mL"),
    Example("L03", "500 mcg/ml", "500 mcg/mL, 1 mg/dL, 88 micromol/L, 60 mL/min"),
    Example("L03", "5 milligrams", "5 mg"),
    Example("L04", "5mg", "5 mg"),
    Example("L04", "**5**mg/day", "**5** mg per day"),
    Example("L04", "20%", "20\u00a0%"),
    Example("L05", "5\nmg", "5\u00a0mg"),
    Example("L05", "5 mg", "**5\u00a0mg**"),
    Example("L05", "5\u202fmg", "5\u00a0mg/kg"),
    Example("L06", "1200 mcg", "1,200 mcg"),
    Example("L06", "1 200 mcg", "1,200 mcg"),
    Example("L06", "2,5 mg", "2.5 mg"),
    Example("L06", "12,34 mg", "12,345 mcg, then 300 mcg"),
    Example("L07", "5 mg TID", "5 mg three times daily"),
    Example("L07", "5 mg b.i.d.", "5 mg twice daily"),
    Example("L07", "5 mg q8h", "5 mg every 8 hours"),
    Example("L07", "in MS", "in multiple sclerosis"),
    Example("L07", "10 U", "10 units"),
    Example("L07", "D/C", "discharge"),
    Example("L08", "IT 100 mcg", "intrathecal 100 mcg; it is so"),
    Example("L08", "ITB starts", "Intrathecal baclofen (ITB) starts; ITB goes on"),
    Example("L08", "by PEG", "by feeding tube"),
    Example("L09", "40–80 mg", "40 to 80 mg"),
    Example("L09", "40-80 mg", "40 to 80 mg"),
    Example("L09", "500 mcg to 1 mg", "500 mcg to 1,000 mcg"),
    Example("L10", "10/20 mg", "10 mg and 20 mg"),
    Example("L10", "10 mg / 20 mg", "10 mg, 20 mg"),
    Example("L11", "80 mg/day", "80 mg per day"),
    Example("L11", "60 mcg / h", "60 mcg per hour; 2 mg/kg, 500 mcg/mL and 60 mL/min"),
    Example("L11", "2 mg/kg/day", "2 mg/kg per day"),
    Example("L12", "the maximum is 80.", "the maximum is 80 mg per day."),
    Example("L12", "from 40 to 80 by mouth", "from 40 to 80 mg per day, aged 2 to 17 years, in 2 cases"),
    Example("L12", "15, 30 and 45 are steps", "step 1: 15, 30 and 45 mg per day from day 4; updated 18 February 2026"),
    Example("L13", ">60 mg", "above 60 mg"),
    Example("L13", "5 mg + 5 mg", "5 mg and 5 mg"),
    Example("L13", "60 ± 5 mg", "about 60 mg"),
    Example("L13", "↑10 %", "10 % more"),
    Example("L14", "½ tablet", "half a tablet"),
    Example("L14", "1/2 tablet", "half a tablet"),
    Example("L14", "ii tabs", "two tablets"),
    Example("L15", "5 mg. three times", "5 mg three times. It is 5 mg. Then more."),
    Example("L15", "5 mgs", "5 mg"),
    Example("L16", "114.99999999999999 mcg", "115 mcg, p value 0.0001"),
    Example("L16", "nan mg", "no figure"),
    Example("L16", "None mg", "None of the sources says so"),
    Example("L16", "1e3 mcg", "1,000 mcg"),
    Example("L16", "it is -5 mg", "it is 5 mg"),
    Example("L17", "you should take 5 mg", "the source starts adults at 5 mg"),
    Example("L17", "your dose is 5 mg", "the dose is 5 mg"),
    Example("L17", "your daily dose is 5 mg", "the daily dose is 5 mg"),
    Example("L17", "Take 5 mg", "What would you like to know?"),
    Example("L17", "So far. Increase by 5 mg", "Do not stop or restart the medicine on your own."),
    Example("L18", "{{ max }}", "80 mg per day"),
    Example("L18", "{dose}", "80 mg per day"),
    Example("L19", "baclofen5 mg", "baclofen 5 mg"),
    Example("L20", "5 mg three times", "5 mg three times daily; twice the bolus, many times those by mouth"),
    Example("L20", "biweekly", "every 2 weeks"),
    Example("L20", "5 mg twice", "5 mg twice daily"),
    Example("L21", "17 y", "17 years"),
    Example("L21", "8 h", "8 hours"),
    Example("L21", "30 min", "30 minutes; 60 mL/min"),
    Example("L22", "02/08/2026", "18 February 2026"),
    Example("L22", "2.8.26", "2 August 2026"),
    Example("L23", "5\u200b0 mg", "50 mg"),
    Example("L23", "\u202e50 mg", "50\u00a0mg\n\n* 5\u00a0mg"),
    Example("L23", "\x1b[2J50 mg", "50 mg"),
    Example("L24", "- 5 mg", "* 5 mg"),
    Example("L25", "adults start at 5 mg.", "adults start at 5 mg three times daily."),
    Example("L25", "5 mg by mouth. That is per day.", "5 mg per dose by mouth."),
    Example("L25", "by pump 50 mcg", "a bolus of 50 mcg, a step of 5 mg, a concentration of 500 mcg/mL"),
    Example("L26", "test bolus 50 mg", "test bolus 50 mcg"),
    Example("L26", "tablets of 5 mcg", "tablets of 5 mg"),
    Example("L26", "up to 80 mg per day", "up to 80 mcg per day", {"queries": asked(Route.INTRATHECAL)}),
    Example("L26", "up to 80 mcg per day", "up to 80 mg per day", {"queries": asked(Route.ORAL)}),
    Example("L26", "80 mg per day by pump", "80 mg per day by mouth, 100 mcg per day by pump, 0.5 mg/mL in the pump"),
    Example("L27", "Up to 80 mg per day. Maximum 120 mg per day.", "Up to 80 mg per day; some sources 120 mg per day."),
    Example("L27", "Rarely 240 mg per day.", "80 mg per day. Rarely 240 mg per day.\nread as 240 mg per day."),
    Example("L28", "80 to 40 mg", "40 to 80 mg"),
    Example("L29", "for 44 lb", "for 19.96 kg (44 lb as entered)"),
    Example("L29", "for 3 stone", "for 19.05 kg"),
    Example("L30", "stopping is possible", f"{BOTH_HALVES}, but over at least **1\u00a0week**."),
    Example("L30", "a taper", f"{BOTH_HALVES}. A taper takes at least 1\u00a0week."),
    Example("L30", f"{BOTH_HALVES}.", "the steps stop at 75 mg per day"),
    Example("L30", "withdrawal, over at least 1\u00a0week", "the sources start it"),
    Example("L31", "100 mg per day", "80 mg per day", MAXIMUM),
    Example("L31", "80 mg per dose", "60 mg per day, read as 500 mg per day", MAXIMUM),
    Example("L31", "40 and 80 mg per day", "some sources 120 mg per day, over 65 years", MAXIMUM),
    Example("L31", "5 mg twice daily", "5 mg three times daily", {"facts": ("oral.adult.starting_dose",)}),
    Example("L31", "raised by 20 to 30\u00a0%", "raised by 10 to 30\u00a0%", SPINAL),
    Example("L31", "600 mcg/mL", "500 mcg/mL", {"facts": ("intrathecal.any.concentration",)}),
    Example("L31", "300 mg per day", "100 mg once daily is above 80 mg per day", {"calculations": (CHECK,)}),
    Example("L31", "60 mg per day", "at most 90 mg per day", {"comparisons": ({"text": "at most 90 mg per day"},)}),
    Example("L31", "200 mg per day", "100 mg", {"question": "is 100 mg too much", "outcome": Outcome.CLARIFY}),
    Example("L32", "adults: 80 mg per day", "adults: 80 mg per day by mouth"),
    Example("L32", "by mouth: 80 mg per day", "Maximum · by mouth · older adults\n\nIt is 80 mg per day."),
    Example("L32", "80 mg per day", "Ask about the maximum.", {"outcome": Outcome.REFUSE, "reason": Reason.OTHER_DRUG}),
    Example("L32", "80 mg per day", "Hello.", {"outcome": Outcome.CHAT}),
    Example("L32", "80 mg per day", "Call now.", {"outcome": Outcome.EMERGENCY, "reason": Reason.OVERDOSE}),
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{row.rule}-{place}" for place, row in enumerate(EXAMPLES)])
def test_a_rule_finds_the_bad_and_lets_the_good_pass(example):
    bad, good = (a_reply(text, **example.parts) for text in (example.bad, example.good))
    assert example.rule in rules_of(findings(bad))
    assert [found for found in findings(good) if found.startswith(example.rule)] == []


def test_every_rule_has_an_example():
    assert {row.rule for row in EXAMPLES} == {f"L{number:02}" for number in range(1, 33)}


@pytest.mark.parametrize("missing", ["references", "disclaimer"])
def test_a_dose_needs_references_and_disclaimer(missing):
    text = "By mouth in adults: 80\u00a0mg per day."
    without = {"references": {"references": ()}, "disclaimer": {"text": text + ENDING.removesuffix(DISCLAIMER)}}
    assert "L32" not in rules_of(findings(a_reply(text, **MAXIMUM)))
    assert "L32" in rules_of(findings(a_reply(text, **MAXIMUM | without[missing])))


def test_a_fact_needs_the_references_that_it_cites():
    text = "By mouth in adults: 80\u00a0mg per day."
    assert "L31" not in rules_of(findings(a_reply(text, **MAXIMUM)))
    assert "L31" in rules_of(findings(a_reply(text, **MAXIMUM, references=REFERENCES[:1])))


def test_what_was_read_in_a_unit_mismatch_may_stand_in_the_wrong_unit():
    parts = {"outcome": Outcome.CLARIFY, "reason": Reason.UNIT_MISMATCH, "question": "pump test dose 50 mg?"}
    assert findings(a_reply("A pump's bolus was read as 50\u00a0mg.", **parts)) == []
    assert findings(a_reply("The bolus was 50\u00a0mg by pump: is that so?", **parts)) == []


@pytest.mark.parametrize(
    "exempt", ["`5mg TID`", '"5mg TID"', "**References**\n\n1. Review of 5mg TID 2004;27(11):799-818.", "[1, 2]"]
)
def test_code_quotes_references_and_marks_are_exempt(exempt):
    assert findings(a_reply(f"Nothing {exempt}")) == []


def test_steps_of_a_calculation_are_exempt():
    steps = ["5 × 3 = 15 mg/day"]
    calculation = {"name": "dose_check", "inputs": {}, "result": {}, "steps": steps}
    assert findings(a_reply(f"So:\n\n{steps[0]}", calculations=(calculation,))) == []
    assert findings(a_reply(f"So:\n\n{steps[0]}"))


def test_the_whole_text_is_read_for_hidden_characters():
    assert "L23" in rules_of(findings(a_reply("", text=f"Nothing{ENDING}\u200f")))
    assert "L23" in rules_of(findings(a_reply("Nothing", suggestions=("What\u202e?",))))


# ------------------------------------------------------------------------------------------------------ our replies


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    return Chatbot()


def questions(bot: Chatbot) -> Iterator[str]:
    """The wording's own question for every topic, route, population and origin; slots it lacks are put behind it."""
    wording = bot.content.wording
    for topic, route, population, origin in product(FACT_TOPICS, (None, *Route), (None, *Population), (None, *Origin)):
        slots = {"how": wording["how"][route] if route else "", "who": wording["who"][population] if population else ""}
        text = str(wording["questions"][topic])
        behind = "".join(said for slot, said in slots.items() if f"{{{slot}}}" not in text)
        behind += f", {wording['origins'][origin]}" if origin else ""
        yield f"{text.format(medicine=wording['medicine'], **slots).removesuffix('?')}{behind}?"


@pytest.fixture(scope="module")
def replies(bot: Chatbot) -> list[Reply]:
    """The replies to every question of the wording, and to every turn of every pair."""
    made = [bot.ask(question) for question in dict.fromkeys(questions(bot))]
    ids = {fact.id for fact in bot.content.facts}
    for path in PAIRS:
        for pair in load_pairs(path, path.name, ids):
            talk = bot.conversation()
            made += [talk.ask(turn) for turn in pair.turns]
    return made


@pytest.fixture(scope="module")
def found(replies: list[Reply]) -> dict[str, list[str]]:
    """Each finding, and the questions in whose replies it stands."""
    made = defaultdict(list)
    for reply in replies:
        for finding in findings(reply):
            made[finding].append(reply.question)
    return made


def test_every_reply_obeys_every_rule(found):
    told = [f"{finding}\n    {len(asked)} replies, such as to {asked[0]!r}" for finding, asked in found.items()]
    assert not told, "\n".join(told)


def test_the_replies_hold_what_the_rules_are_about(replies, bot):
    kinds = {reply.outcome for reply in replies}
    assert {Outcome.ANSWER, Outcome.UNKNOWN} <= kinds
    amounts = [amount for reply in replies for amount in amounts_of(body_of(reply, bot.content))]
    assert {amount.unit for amount in amounts} >= {"mg", "mg/day", "mg/kg/day", "mcg", "mcg/day", "mcg/mL", "%"}


def test_every_fact_is_written_in_style():
    wrong = {
        f"{fact.file}:{fact.line}": breaks
        for fact in load().facts
        for elsewhere in (False, True)
        if (breaks := list(in_a_fact(fact, elsewhere=elsewhere)))
    }
    assert wrong == {}


def in_a_fact(fact: Fact, *, elsewhere: bool) -> Iterator[str]:
    """What is wrong with a fact's sentence as the only one of a reply, without a line that says what it is about."""
    references = tuple(Reference(number, cited, cited) for number, cited in enumerate(fact.cites, start=1))
    text = f"{fact.sentence(elsewhere=elsewhere)}\n\n**References**\n\n{', '.join(fact.cites)}\n\n{DISCLAIMER}"
    for finding in findings(a_reply("", text=text, facts=(fact.id,), references=references)):
        # How long a taper takes is said once a reply, in the caution or the fact on stopping.
        if not (finding.startswith("L30") and "'at least " in finding) and not is_qualified_elsewhere(fact, finding):
            yield finding


def is_qualified_elsewhere(fact: Fact, finding: str) -> bool:
    """Whether it says that a rare maximum stands first: it does so only here, where the fact stands alone."""
    return fact.detail == "reported_higher" and finding.startswith("L27 a figure that must not stand first")


def test_a_fact_for_others_than_its_own_population_shows_no_dose():
    shown = {fact.id: doses_in(fact.sentence(elsewhere=True)) for fact in load().facts if fact.says_elsewhere}
    assert shown, "no fact has a sentence for others, so this proves nothing"
    assert {name: doses for name, doses in shown.items() if doses} == {}


def test_what_is_said_without_facts_is_written_in_style(bot):
    assert {name: found for name, reply in said_without_facts(bot) if (found := findings(reply))} == {}


def said_without_facts(bot: Chatbot) -> Iterator[tuple[str, Reply]]:
    """Every chat, question back, refusal and emergency that the wording holds, with its name."""
    wording = bot.content.wording
    for outcome in (Outcome.CHAT, Outcome.CLARIFY, Outcome.REFUSE):
        for kind in wording[outcome]:
            yield f"{outcome}.{kind}", bot.reply_to("", Understanding(outcome, kind=kind), State())[0]
    for reason in map(Reason, wording["emergency"]["first"]):
        now = Understanding(Outcome.EMERGENCY, reason)
        later = Understanding(Outcome.CLARIFY, kind="nothing")
        yield f"emergency.{reason}", bot.reply_to("", now, State())[0]
        yield f"emergency.{reason}.still", bot.reply_to("", later, State(emergency=reason))[0]
