"""Every cell of topic, route, population and origin: facts or a stated unknown, and never another population's dose.

A dose that a cell borrows from another population is in `BORROWED`, or it is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import product
from typing import NamedTuple

import pytest

from chatbot.content import Fact, load
from chatbot.dosing.factbook import FactBook
from chatbot.dosing.resolve import Answer, Limit, resolve
from chatbot.query import (
    DOSE_TOPICS,
    FACT_TOPICS,
    Origin,
    Outcome,
    Population,
    Query,
    Reason,
    Route,
    Topic,
    WarningCode,
)
from tests.dose_style import doses_in

BOOK = FactBook(load().facts)
DETAILS = ("", *sorted({fact.detail for fact in BOOK.all} - {""}))
ROUTES, POPULATIONS, ORIGINS = (None, *Route), (None, *Population), (None, *Origin)
OTHER_TOPICS = frozenset(Topic) - DOSE_TOPICS
# Facts that show a dose, by their ids, in their own sentence (False) or in the one for other populations (True).
SHOWING_A_DOSE = {
    (fact.id, elsewhere)
    for fact in BOOK.all
    for elsewhere in (False, True)
    if fact.topic.is_dose or doses_in(fact.sentence(elsewhere=elsewhere))
}
# Past these the sources dose nobody; the population is the one that a conversation settles on for such a person.
LIMITED = {
    Limit.SEVERE_RENAL: Population.RENAL_IMPAIRMENT,
    Limit.CHILD_RENAL: Population.PEDIATRIC,
    Limit.INFANT: Population.PEDIATRIC,
}


class Borrowed(NamedTuple):
    """Doses that cells may show although they are another population's, and why the sources leave nothing else."""

    topics: Collection[Topic]
    routes: Collection[Route | None]
    asked: Collection[Population | None]
    whose: Collection[Population]
    why: str

    def covers(self, query: Query, whose: Population | None) -> bool:
        """Whether a cell may show a dose that is whose."""
        here = query.topic in self.topics and query.route in self.routes
        return here and query.population in self.asked and whose in self.whose


BORROWED = (
    Borrowed(
        DOSE_TOPICS, [Route.INTRATHECAL], [Population.ELDERLY, Population.RENAL_IMPAIRMENT], [Population.ADULT],
        "on the pump the sources name no other dose for them: the adult's, with population_fallback",
    ),
    Borrowed(
        OTHER_TOPICS, ROUTES, [None], list(Population),
        "asked of nobody in particular, what is no dose is answered with every population's facts, each labelled",
    ),
)  # fmt: skip


def cells(topics: Collection[Topic], populations: Collection[Population | None] = POPULATIONS) -> Iterator[Query]:
    """Every query of these topics and populations, whole and narrowed to each detail that any fact has."""
    for topic, route, population, origin, detail in product(topics, ROUTES, populations, ORIGINS, DETAILS):
        yield Query(topic, route, population, origin, details=(detail,) if detail else ())


def name(query: Query) -> str:
    return ", ".join(map(str, filter(None, (query.topic, query.route, query.population, query.origin, *query.details))))


def collect(answers: Iterator[Answer], wrong: Callable[[Answer], Collection[str]]) -> dict[str, list[str]]:
    """What is wrong with answers, and the cells in which it is."""
    found: dict[str, list[str]] = {}
    for answer in answers:
        for fault in wrong(answer):
            found.setdefault(fault, []).append(name(answer.query))
    return found


def doses_shown(answer: Answer) -> list[Fact]:
    """The facts of an answer that show a dose, in the sentence that a reply would show of them."""
    asked = answer.query.population
    return [fact for fact in answer.shown if (fact.id, asked not in (None, fact.population)) in SHOWING_A_DOSE]


def is_another(fact: Fact, query: Query) -> bool:
    """Whether a fact is of another population than the one that was asked (for a dose, adults where none was)."""
    asked = query.population or (Population.ADULT if query.topic.is_dose else None)
    return fact.population not in (None, asked)


# ---------------------------------------------------------------------------------------------------- every cell


def test_the_cells_are_all_there():
    assert len({query.key for query in cells(FACT_TOPICS)}) == 24 * 3 * 5 * 3


@pytest.mark.parametrize("topic", FACT_TOPICS)
def test_each_cell_holds_facts_or_says_why_not(topic):
    def wrong(answer: Answer) -> Iterator[str]:
        if answer.outcome is Outcome.ANSWER:
            if not answer.facts or answer.reason:
                yield "an answer without facts, or with a reason"
        elif answer.outcome is not Outcome.UNKNOWN or answer.facts:
            yield f"{answer.outcome}, with {len(answer.facts)} facts"
        elif answer.reason is not Reason.NOT_IN_SOURCES:
            yield f"unknown because of {answer.reason}"

    assert collect((resolve(query, BOOK) for query in cells([topic])), wrong) == {}


def borrows(answer: Answer) -> Iterator[tuple[Fact, Borrowed | None]]:
    """Another population's dose facts in an answer, each with the row that allows it."""
    for fact in doses_shown(answer):
        if is_another(fact, answer.query):
            yield fact, next((row for row in BORROWED if row.covers(answer.query, fact.population)), None)


@pytest.mark.parametrize(("topic", "population"), list(product(Topic, POPULATIONS)))
def test_no_cell_shows_another_populations_dose(topic, population):
    def wrong(answer: Answer) -> Iterator[str]:
        for fact, row in borrows(answer):
            if row is None:
                yield f"shows {fact.id}"
            elif answer.query.population and WarningCode.POPULATION_FALLBACK not in answer.warnings:
                yield f"shows {fact.id} without population_fallback"

    assert collect((resolve(query, BOOK) for query in cells([topic], [population])), wrong) == {}


@pytest.mark.parametrize("row", BORROWED, ids=range(len(BORROWED)))
def test_each_exception_is_needed(row):
    queries = (query for query in cells(row.topics, row.asked) if query.route in row.routes)
    assert any(used is row for query in queries for _, used in borrows(resolve(query, BOOK)))


def test_a_child_is_shown_nobody_elses_dose():
    answers = (resolve(query, BOOK) for query in cells(Topic, [Population.PEDIATRIC]))
    assert collect(answers, lambda answer: [fact.id for fact, _ in borrows(answer)]) == {}


def test_by_mouth_older_adults_and_renal_impairment_are_shown_no_adult_dose():
    populations = [Population.ELDERLY, Population.RENAL_IMPAIRMENT]
    queries = (query for query in cells(DOSE_TOPICS, populations) if query.route is not Route.INTRATHECAL)
    answers = (resolve(query, BOOK) for query in queries)
    assert collect(answers, lambda answer: [fact.id for fact, _ in borrows(answer)]) == {}


def test_near_facts_hold_no_dose_but_the_range_reported_for_childrens_pumps():
    def wrong(answer: Answer) -> list[str]:
        query = answer.query
        reported = (query.topic, query.route, query.population) == (
            Topic.MAXIMUM_DOSE, Route.INTRATHECAL, Population.PEDIATRIC,
        )  # fmt: skip
        allowed = {"intrathecal.pediatric.maintenance_dose"} if reported else set()
        return [fact.id for fact in doses_shown(answer) if fact in answer.near and fact.id not in allowed]

    assert collect((resolve(query, BOOK) for query in cells(Topic)), wrong) == {}


def test_no_cell_crosses_from_one_route_to_the_other():
    def wrong(answer: Answer) -> list[str]:
        asked = answer.query.route
        return [fact.id for fact in doses_shown(answer) if asked and fact.route and fact.route is not asked]

    assert collect((resolve(query, BOOK) for query in cells(DOSE_TOPICS)), wrong) == {}


# ---------------------------------------------------------------------------------------------------- past the sources


@pytest.mark.parametrize(("limit", "topic"), list(product(Limit, Topic)))
def test_past_the_sources_no_dose_is_shown(limit, topic):
    def wrong(answer: Answer) -> list[str]:
        return [f"shows {fact.id}" for fact in doses_shown(answer)]

    answers = (resolve(query, BOOK, limit=limit) for query in cells([topic], [LIMITED[limit]]))
    assert collect(answers, wrong) == {}


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (Limit.SEVERE_RENAL, Reason.NOT_IN_SOURCES),
        (Limit.CHILD_RENAL, Reason.NOT_IN_SOURCES),
        (Limit.INFANT, Reason.OUTSIDE_AGE_RANGE),
    ],
)
def test_past_the_sources_a_dose_is_unknown_and_the_reply_says_why(limit, reason):
    for query in cells(DOSE_TOPICS, [LIMITED[limit]]):
        answer = resolve(query, BOOK, limit=limit)
        assert (answer.outcome, answer.reason, answer.facts) == (Outcome.UNKNOWN, reason, ()), name(query)
        assert limit in answer.notes, name(query)
        assert (WarningCode.OUTSIDE_AGE_RANGE in answer.warnings) == (limit is Limit.INFANT), name(query)


@pytest.mark.parametrize("limit", [Limit.SEVERE_RENAL, Limit.CHILD_RENAL])
def test_with_the_kidneys_past_the_sources_precautions_and_toxicity_stand_near(limit):
    for query in cells(DOSE_TOPICS, [LIMITED[limit]]):
        near = resolve(query, BOOK, limit=limit).near
        assert {fact.topic for fact in near} == {Topic.PRECAUTIONS, Topic.TOXICITY}, name(query)
        cases = any(fact.detail == "pediatric_cases" for fact in near)
        assert cases == (limit is Limit.CHILD_RENAL), name(query)
