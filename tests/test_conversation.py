"""A conversation: what it remembers, how it shows it, what makes it forget, and that two share nothing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import FrozenInstanceError, fields
from itertools import permutations, zip_longest

import pytest

from chatbot import Chatbot, Reply
from chatbot.conversation import State
from chatbot.language.people import Person
from chatbot.query import Origin, Outcome, Population, Reason, Route, Topic, WarningCode
from tests.dose_style import amounts_of, body_of, findings

ADULT, ELDERLY, RENAL, CHILD = Population
SCRIPTS: dict[str, tuple[str, ...]] = {
    "a child": ("child with spasticity", "max dose?", "starting dose?", "max dose in adults?"),
    "a pump": ("how do I titrate the pump in spinal cord injury?", "and in brain injury?", "starting dose?", "thanks"),
    "older and renal": ("78 years old, starting dose?", "she also has CKD", "max dose?", "how do I stop it?"),
    "dialysis": ("starting dose on dialysis?", "max dose?", "titration?"),
    "a refusal between": ("max dose in the elderly?", "tizanidine dose?", "and in children?", "starting dose?"),
    "an emergency": ("he took 300 mg of baclofen just now and is drowsy", "max dose?", "new patient", "max dose?"),
    "new patient": ("max dose for an 8 year old", "new patient", "max dose?", "titration schedule?"),
    "questions back": ("baclofen", "maximum dose", "and in children", "hello"),
}
EMERGENCIES = {
    Reason.OVERDOSE: "he took 300 mg of baclofen just now and is drowsy",
    Reason.WITHDRAWAL: "the pump ran empty and she has fever and rigidity",
    Reason.PUMP_FAILURE: "her pump alarm is beeping and she is getting worse",
    Reason.SELF_HARM: "I want to kill myself with baclofen",
}
FORGETTING = ("new patient", "reset")


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    return Chatbot()


def talk(bot: Chatbot, *messages: str) -> list[Reply]:
    conversation = bot.conversation()
    return [conversation.ask(message) for message in messages]


def queries(reply: Reply) -> list[tuple[Topic, Route | None, Population | None]]:
    return [(row.query.topic, row.query.route, row.query.population) for row in reply.queries]


def carried(reply: Reply) -> set[str]:
    return {slot for row in reply.queries for slot in row.query.carried}


def assumed(reply: Reply) -> set[str]:
    return {slot for row in reply.queries for slot in row.query.assumed}


def headings(reply: Reply) -> list[str]:
    """The line of each query that says what was understood: the first line, or the heading of each section."""
    lines = reply.text.split("\n")
    return lines[:1] if len(reply.queries) == 1 else [line for line in lines if line.startswith("**") and " · " in line]


# ---------------------------------------------------------------------------------------------------- the state


@pytest.mark.parametrize("kind", [State, Person])
def test_what_is_remembered_cannot_be_changed(kind):
    value = kind()
    for field in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, None)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_state_is_made_anew_by_each_message_and_never_changed(bot, script):
    state = State()
    for message in script:
        before = deepcopy(state)
        reply, following = bot.reply(message, state)
        assert state == before
        hash(following)  # all that it holds is immutable too
        assert bot.reply(message, state) == (reply, following), "the same message in the same state"
        state = following


def test_a_question_of_its_own_knows_nothing_of_earlier_ones(bot):
    alone = bot.ask("max dose?")
    bot.ask("max dose in children?")
    assert bot.ask("max dose?") == alone
    assert carried(alone) == set()


# ---------------------------------------------------------------------------------------------------- side by side


@pytest.mark.parametrize(("one", "other"), list(permutations(SCRIPTS, 2)))
def test_two_interleaved_conversations_are_as_if_apart(bot, one, other):
    conversations = bot.conversation(), bot.conversation()
    together: tuple[list[Reply], list[Reply]] = ([], [])
    for messages in zip_longest(SCRIPTS[one], SCRIPTS[other]):
        for conversation, replies, message in zip(conversations, together, messages, strict=True):
            if message is not None:
                replies.append(conversation.ask(message))
    assert together == (talk(bot, *SCRIPTS[one]), talk(bot, *SCRIPTS[other]))


def test_conversations_in_many_threads_are_as_if_apart(bot):
    scripts = list(SCRIPTS.values()) * 4
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda script: talk(bot, *script), scripts))
    assert together == [talk(bot, *script) for script in scripts]


# ---------------------------------------------------------------------------------------------------- what stays


@pytest.mark.parametrize(
    ("messages", "expected", "kept"),
    [
        (("max dose in children?", "starting dose?"), (Topic.STARTING_DOSE, Route.ORAL, CHILD), {"population"}),
        (("child with spasticity", "max dose?"), (Topic.MAXIMUM_DOSE, Route.ORAL, CHILD), {"population"}),
        (
            ("78 years old, max dose?", "and the starting dose by pump?"),
            (Topic.STARTING_DOSE, Route.INTRATHECAL, ELDERLY),
            {"population"},
        ),
        (
            ("how do I titrate the pump in adults?", "starting dose?"),
            (Topic.STARTING_DOSE, Route.INTRATHECAL, ADULT),
            {"route", "population"},
        ),
        (("dose in CKD stage 3?", "max dose?"), (Topic.MAXIMUM_DOSE, Route.ORAL, RENAL), {"population"}),
        (("starting dose on dialysis?", "max dose?"), (Topic.MAXIMUM_DOSE, Route.ORAL, RENAL), {"population"}),
        (
            ("max dose in the elderly?", "tizanidine dose?", "starting dose?"),
            (Topic.STARTING_DOSE, Route.ORAL, ELDERLY),
            {"population"},
        ),
        (
            ("max dose in the elderly?", "hello", "starting dose?"),
            (Topic.STARTING_DOSE, Route.ORAL, ELDERLY),
            {"population"},
        ),
        (
            ("pump titration", "and in brain injury?"),
            (Topic.TITRATION, Route.INTRATHECAL, ADULT),
            {"route"},
        ),
    ],
)
def test_what_was_said_before_stays_and_is_named_as_carried(bot, messages, expected, kept):
    last = talk(bot, *messages)[-1]
    assert queries(last) == [expected]
    assert kept <= carried(last)


@pytest.mark.parametrize(
    ("fragment", "population"),
    [
        ("and in children?", CHILD),
        ("in the elderly?", ELDERLY),
        ("and for an 8 year old?", CHILD),
        ("what about CKD?", RENAL),
        ("kids?", CHILD),
        ("and if she is 80?", ELDERLY),
        ("and for her 8 year old daughter?", CHILD),
        ("and in an adult?", ADULT),
        ("and for my 80 year old father?", ELDERLY),
    ],
)
def test_the_topic_stays_where_a_message_names_only_a_population(bot, fragment, population):
    last = talk(bot, "max dose?", fragment)[-1]
    assert queries(last) == [(Topic.MAXIMUM_DOSE, Route.ORAL, population)]


@pytest.mark.parametrize(
    ("messages", "population", "outcome"),
    [
        (("starting dose?", "and the pump?", "and in children?"), CHILD, Outcome.UNKNOWN),
        (("maximum dose by pump?", "and in the elderly?"), ELDERLY, Outcome.UNKNOWN),
        (("pump screening dose and titration?", "and in children?"), CHILD, Outcome.ANSWER),
    ],
)
def test_the_route_stays_where_a_message_names_only_a_population(bot, messages, population, outcome):
    last = talk(bot, *messages)[-1]
    assert last.outcome is outcome
    assert {(row.query.route, row.query.population) for row in last.queries} == {(Route.INTRATHECAL, population)}


def test_the_origin_stays_on_the_pump_and_is_named_as_carried(bot):
    last = talk(bot, "how do I titrate the pump in spinal cord injury?", "starting dose?", "and titration?")[-1]
    assert [(row.query.topic, row.query.origin) for row in last.queries] == [(Topic.TITRATION, Origin.SPINAL)]
    assert "origin" in carried(last)


def test_a_topic_with_a_population_starts_afresh_by_mouth(bot):
    last = talk(bot, "how do I titrate the pump?", "starting dose in children?")[-1]
    assert queries(last) == [(Topic.STARTING_DOSE, Route.ORAL, CHILD)]
    assert "route" in assumed(last)


def test_another_population_replaces_the_one_before(bot):
    last = talk(bot, "child with spasticity", "max dose?", "max dose in adults?")[-1]
    assert queries(last) == [(Topic.MAXIMUM_DOSE, Route.ORAL, ADULT)]
    assert "population" not in carried(last)


def test_what_is_added_to_the_patient_stands_beside_what_was_said(bot):
    last = talk(bot, "78 years old, starting dose?", "she also has CKD", "max dose?")[-1]
    assert [population for _, _, population in queries(last)] == [ELDERLY, RENAL]
    assert WarningCode.SEVERAL_POPULATIONS in last.warnings


@pytest.mark.parametrize("first", ["max dose in CKD stage 3", "max dose on dialysis"])
def test_renal_impairment_stays_when_a_child_is_named(bot, first):
    last = talk(bot, first, "max dose in children?")[-1]
    assert (last.outcome, last.reason) == (Outcome.UNKNOWN, Reason.NOT_IN_SOURCES)
    assert amounts(bot, last) == []


def test_renal_impairment_that_stays_with_a_child_is_shown_as_carried(bot):
    last = talk(bot, "max dose in CKD stage 3", "max dose in children?")[-1]
    assert "population" in carried(last)
    assert "new patient" in last.text.split("\n")[0]


# ---------------------------------------------------------------------------------------------------- how it is shown


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_what_was_not_said_stands_in_the_line_of_its_query(bot, script):
    slots = bot.content.wording["slots"]
    for reply in talk(bot, *script):
        if not reply.queries:
            continue
        lines = headings(reply)
        assert len(lines) == len(reply.queries), reply.text
        for row, line in zip(reply.queries, lines, strict=True):
            shown = line.partition(" (")[2]
            missing = [slot for slot in (*row.query.assumed, *row.query.carried) if slots[slot] not in shown]
            assert not missing, f"{missing} in {line!r}"
            assert ("new patient" in shown) == bool(row.query.carried), f"how to drop it, in {line!r}"


def test_the_scripts_bring_carried_and_assumed_slots(bot):
    replies = [reply for script in SCRIPTS.values() for reply in talk(bot, *script)]
    assert {"route", "population"} <= {slot for reply in replies for slot in carried(reply)}
    assert {"route", "population"} <= {slot for reply in replies for slot in assumed(reply)}


def test_a_slot_that_nobody_said_is_not_called_carried(bot):
    last = talk(bot, "max dose?", "starting dose?")[-1]
    assert carried(last) == set()
    assert assumed(last) == {"route", "population"}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_replies_in_a_conversation_are_written_as_doses_are_written(bot, script):
    assert [found for reply in talk(bot, *script) for found in findings(reply)] == []


# ---------------------------------------------------------------------------------------------------- what goes


@pytest.mark.parametrize("between", ["tizanidine dose?", "how do I bake bread?"])
def test_after_a_refusal_a_fragment_is_asked_back(bot, between):
    _, refused, last = talk(bot, "max dose?", between, "and in the elderly?")
    assert refused.outcome is Outcome.REFUSE
    assert (last.outcome, last.facts) == (Outcome.CLARIFY, ())


@pytest.mark.parametrize("between", ["tizanidine dose?", "how do I bake bread?"])
def test_a_refusal_drops_the_pump_but_not_the_patient(bot, between):
    last = talk(bot, "max dose by pump in children?", between, "starting dose?")[-1]
    assert queries(last) == [(Topic.STARTING_DOSE, Route.ORAL, CHILD)]


@pytest.mark.parametrize(
    "message",
    [
        "who won the world cup?",
        "tell me a joke",
        "how do I bake bread?",
        "what's the weather?",
    ],
)
def test_off_topic_in_a_conversation_gets_no_facts(bot, message):
    last = talk(bot, "max dose?", message)[-1]
    assert last.outcome in (Outcome.REFUSE, Outcome.CLARIFY, Outcome.CHAT)
    assert last.facts == ()


@pytest.mark.parametrize("forget", FORGETTING)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_new_patient_clears_all(bot, script, forget):
    conversation = bot.conversation()
    for message in script:
        conversation.ask(message)
    assert conversation.ask(forget).outcome is Outcome.CHAT
    assert conversation.state == State()
    assert conversation.ask("max dose?") == talk(bot, forget, "max dose?")[-1]


def test_a_new_patient_with_a_question_is_answered_afresh(bot):
    last = talk(bot, "pump titration on dialysis?", "new patient, max dose in children?")[-1]
    assert queries(last) == [(Topic.MAXIMUM_DOSE, Route.ORAL, CHILD)]
    assert (last.outcome, carried(last)) == (Outcome.ANSWER, set())


@pytest.mark.parametrize(
    ("message", "populations"),
    [
        ("new patient, 8 years old", [CHILD]),
        ("new patient, 78 years old", [ELDERLY]),
        ("new patient with CKD stage 3", [RENAL]),
        ("new patient, on dialysis", [RENAL]),
        ("next patient is 80 and has CKD", [ELDERLY, RENAL]),
    ],
)
def test_a_new_patient_who_is_described_is_remembered(bot, message, populations):
    last = talk(bot, "max dose in adults?", message, "max dose?")[-1]
    assert [population for _, _, population in queries(last)] == populations
    assert "population" in carried(last)


# ---------------------------------------------------------------------------------------------------- emergencies

AFTERWARDS = (
    "max dose?",
    "starting dose in children?",
    "and by pump?",
    "how do I stop it?",
    "is 20 mg ok?",
    "baclofen",
)


def amounts(bot: Chatbot, reply: Reply) -> list[str]:
    return [amount.text for amount in amounts_of(body_of(reply, bot.content)) if amount.is_dose]


def ask_all(bot: Chatbot, first: str, messages: Sequence[str]) -> list[Reply]:
    return talk(bot, first, *messages)[1:]


@pytest.mark.parametrize("reason", EMERGENCIES)
def test_an_emergency_stays_and_shows_no_dose(bot, reason):
    for reply in ask_all(bot, EMERGENCIES[reason], AFTERWARDS):
        assert (reply.outcome, reply.reason) == (Outcome.EMERGENCY, reason), reply.question
        assert amounts(bot, reply) == [], reply.question
        assert bot.content.wording["emergency"]["still"] in reply.text, reply.question


@pytest.mark.parametrize("reason", EMERGENCIES)
def test_an_emergency_outlasts_thanks_and_refusals(bot, reason):
    thanked, refused, last = ask_all(bot, EMERGENCIES[reason], ("thanks", "tizanidine dose?", "max dose?"))
    assert (thanked.outcome, refused.outcome) == (Outcome.CHAT, Outcome.REFUSE)
    assert (last.outcome, last.reason) == (Outcome.EMERGENCY, reason)


@pytest.mark.parametrize("reason", EMERGENCIES)
@pytest.mark.parametrize("forget", FORGETTING)
def test_a_new_patient_ends_an_emergency(bot, reason, forget):
    last = talk(bot, EMERGENCIES[reason], forget, "max dose?")[-1]
    assert (last.outcome, queries(last)) == (Outcome.ANSWER, [(Topic.MAXIMUM_DOSE, Route.ORAL, ADULT)])
    assert carried(last) == set()


def test_a_new_patient_with_a_question_ends_an_emergency(bot):
    last = talk(bot, EMERGENCIES[Reason.OVERDOSE], "new patient, max dose in children?")[-1]
    assert (last.outcome, queries(last)) == (Outcome.ANSWER, [(Topic.MAXIMUM_DOSE, Route.ORAL, CHILD)])


@pytest.mark.parametrize(
    "denial",
    [
        "it did not happen",
        "that did not happen",
        "it didn't happen",
        "no, that never happened",
    ],
)
def test_that_it_did_not_happen_ends_an_emergency(bot, denial):
    last = talk(bot, EMERGENCIES[Reason.OVERDOSE], denial, "max dose in adults?")[-1]
    assert (last.outcome, queries(last)) == (Outcome.ANSWER, [(Topic.MAXIMUM_DOSE, Route.ORAL, ADULT)])


@pytest.mark.parametrize("denial", ["it did not happen", "that did not happen"])
def test_that_it_did_not_happen_is_no_question(bot, denial):
    denied = talk(bot, EMERGENCIES[Reason.OVERDOSE], denial)[-1]
    assert (denied.facts, amounts(bot, denied)) == ((), [])


@pytest.mark.parametrize(
    "message",
    [
        "she did not wake up",
        "the ambulance did not come",
        "he did not mean to take it",
        "he has not vomited, max dose?",
        "nothing happened when we shook him",
        "no seizure happened so far, next dose?",
        "not sure what happened, starting dose?",
        "she didn't take it on purpose",
        "he didn't take that many before",
        "he did not take it with food",
        "it did not happen today, it was yesterday",
        "the alarm is not a false alarm",
    ],
)
def test_what_denies_something_else_does_not_end_an_emergency(bot, message):
    said, last = ask_all(bot, EMERGENCIES[Reason.OVERDOSE], (message, "max dose in adults?"))
    assert amounts(bot, said) == []
    assert (last.outcome, last.reason) == (Outcome.EMERGENCY, Reason.OVERDOSE)


def test_a_later_emergency_takes_the_place_of_an_earlier(bot):
    last = ask_all(bot, EMERGENCIES[Reason.PUMP_FAILURE], (EMERGENCIES[Reason.SELF_HARM], "max dose?"))[-1]
    assert (last.outcome, last.reason) == (Outcome.EMERGENCY, Reason.SELF_HARM)
