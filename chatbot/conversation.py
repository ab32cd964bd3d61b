"""What a message means where it stands: slots carried over from earlier turns, defaults for what nobody said.

The state is an immutable value: (state, understanding) → (settled questions, state). Two conversations share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chatbot.dosing.resolve import Limit
from chatbot.language.people import Kidneys, Person
from chatbot.language.asks import Ask
from chatbot.language.understanding import Understanding
from chatbot.query import PUMP_TOPICS, Origin, Outcome, Population, Query, Reason, Route, Topic


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers. A new one remembers nothing."""

    topics: tuple[Topic, ...] = ()
    details: tuple[str, ...] = ()
    route: Route | None = None
    origins: tuple[Origin, ...] = ()
    stroke: bool = False
    person: Person = Person()
    emergency: Reason | None = None
    choices: tuple[Topic, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A query ready to be answered, with what only the rules behind it need to know."""

    query: Query
    person: Person
    limit: Limit | None = None
    stroke: bool = False
    related: tuple[str, ...] = ()
    subject: str = ""


def settle(meaning: Understanding, state: State) -> list[Settled]:
    """The questions of a message, every slot filled: said, carried, or assumed."""
    settled: list[Settled] = []
    for ask in meaning.asks:
        for complete in _with_topic(ask, state):
            settled.extend(_settle(complete, meaning, state))
    return _once(settled)


def after(meaning: Understanding, settled: list[Settled], state: State) -> State:
    """The state that the next message meets."""
    if meaning.outcome is Outcome.EMERGENCY:
        return State(emergency=meaning.reason, begun=True)
    if meaning.new_patient:
        state = State()
    if meaning.outcome is Outcome.CHAT:
        return replace(state, begun=True)
    person = _merge(meaning.person, state.person, adds=meaning.adds_to_patient)
    if meaning.outcome is Outcome.REFUSE:
        # The topic went with the other subject; the patient stays.
        return State(person=person, emergency=state.emergency, begun=True)
    if not settled:
        return replace(state, person=person, choices=meaning.choices, begun=True)
    last = settled[-1]
    topics = tuple(dict.fromkeys(row.query.topic for row in settled if not row.subject)) or state.topics
    routes = [ask.routes[-1] for ask in meaning.asks if ask.routes]
    said_origins = [ask for ask in meaning.asks if ask.origins]
    fresh = any(row.query.topic.is_dose and row.query.route is Route.ORAL for row in settled)
    route = routes[-1] if routes else (last.query.route or state.route) if not fresh else Route.ORAL
    return State(
        topics=topics,
        details=last.query.details,
        route=route,
        origins=said_origins[-1].origins if said_origins else state.origins if route is Route.INTRATHECAL else (),
        stroke=said_origins[-1].stroke if said_origins else state.stroke,
        person=person,
        emergency=state.emergency,
        begun=True,
    )


def _with_topic(ask: Ask, state: State) -> Iterator[Ask]:
    if ask.topic or ask.subject:
        yield ask
        return
    for topic in state.topics:
        yield replace(ask, topic=topic, details=state.details if len(state.topics) == 1 else ())


def _merge(said: Person, carried: Person, *, adds: bool) -> Person:
    """The person of a message over the one remembered: another population replaces, unless the message adds to it."""
    if not said.says_something:
        return carried
    names_people = bool(said.populations or said.infant or said.childhood_condition)
    kept = tuple(group for group in carried.populations if group not in said.cleared)
    populations = said.populations
    if adds or not names_people:
        populations = (*kept, *(group for group in said.populations if group not in kept))
    kidneys = said.kidneys
    child = Population.PEDIATRIC in said.populations or said.infant or said.childhood_condition
    if not kidneys and (adds or not names_people or child):
        # Renal impairment stays with a child that is named next: the safe side.
        kidneys = carried.kidneys
    infant = said.infant or (carried.infant and not names_people)
    return replace(
        said,
        populations=tuple(dict.fromkeys(populations)),
        kidneys=kidneys,
        infant=infant,
        by_age=said.by_age or (carried.by_age and not names_people),
        childhood_condition=said.childhood_condition or (carried.childhood_condition and not names_people),
        cleared=(),
    )


def _settle(ask: Ask, meaning: Understanding, state: State) -> Iterator[Settled]:
    carried_person = Person() if meaning.new_patient else state.person
    person = _merge(ask.person, carried_person, adds=meaning.adds_to_patient)
    topic = ask.topic or Topic.REGIMEN
    for route, route_from in _routes(
        ask, topic, Route(state.route) if state.route and not meaning.new_patient else None
    ):
        origins, origin_from = _origins(ask, topic, route, state)
        for population, population_from in _populations(person, ask.person, topic, route):
            for origin in (
                origins
                if population in (None, Population.ADULT, Population.ELDERLY, Population.RENAL_IMPAIRMENT)
                else (None,)
            ):
                sources = {"route": route_from, "population": population_from, "origin": origin_from if origin else ""}
                query = Query(
                    topic, route, population, origin, ask.details,
                    assumed=tuple(slot for slot, source in sources.items() if source == "assumed"),
                    carried=tuple(slot for slot, source in sources.items() if source == "carried"),
                )  # fmt: skip
                yield Settled(
                    query,
                    person,
                    _limit(person),
                    ask.stroke or (state.stroke and origin_from == "carried"),
                    ask.related,
                    ask.subject,
                )


def _routes(ask: Ask, topic: Topic, carried: Route | None) -> list[tuple[Route | None, str]]:
    """The routes to answer for, and where each came from: said, carried or assumed."""
    if topic in PUMP_TOPICS:
        return [(Route.INTRATHECAL, "said")]
    if len(ask.routes) > 1:
        # Both named in one breath: both are asked of a dose; elsewhere the pump is what sets the question apart.
        return (
            [(route, "said") for route in ask.routes]
            if topic.is_dose and topic is not Topic.REGIMEN
            else [(Route.INTRATHECAL, "said")]
        )
    if ask.routes:
        return [(ask.routes[0], "said")]
    afresh = ask.topic is not None and (
        bool(ask.person.populations or ask.person.kidneys or ask.person.infant) or ask.medicine
    )
    if carried and not afresh:
        return [(carried, "carried")]
    return [(Route.ORAL, "assumed")] if topic.is_dose else [(None, "")]


def _origins(ask: Ask, topic: Topic, route: Route | None, state: State) -> tuple[tuple[Origin | None, ...], str]:
    if route is not Route.INTRATHECAL or topic not in (Topic.TITRATION, Topic.REGIMEN):
        return (None,), ""
    if ask.origins:
        return ask.origins, "said"
    return (state.origins, "carried") if state.origins else ((None,), "")


def _populations(
    person: Person, said: Person, topic: Topic, route: Route | None
) -> list[tuple[Population | None, str]]:
    """The populations to answer for, renal impairment and age each with a query of its own."""
    limit = _limit(person)
    source = "said" if said.says_something else "carried"
    if limit is Limit.SEVERE_RENAL:
        return [(Population.RENAL_IMPAIRMENT, source)]
    if limit in (Limit.CHILD_RENAL, Limit.INFANT):
        return [(Population.PEDIATRIC, source)]
    asked = person.asked
    if asked:
        from_said = set(said.asked)
        return [(group, "said" if group in from_said else "carried") for group in asked]
    return [(Population.ADULT, "assumed")] if topic.is_dose else [(None, "")]


def _limit(person: Person) -> Limit | None:
    """Whether the person is past what the sources dose."""
    if person.infant:
        return Limit.INFANT
    child = Population.PEDIATRIC in person.populations or (person.childhood_condition and not person.populations)
    alone = child and set(person.populations) <= {Population.PEDIATRIC}
    if alone and person.kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE):
        return Limit.CHILD_RENAL
    return Limit.SEVERE_RENAL if person.kidneys is Kidneys.SEVERE else None


def _once(settled: list[Settled]) -> list[Settled]:
    """Each question once, in the order asked; details of the same question come together."""
    kept: dict[tuple[object, ...], Settled] = {}
    for row in settled:
        key = (*row.query.key, row.subject)
        before = kept.get(key)
        if before is None:
            kept[key] = row
            continue
        both = before.query.details and row.query.details
        details = tuple(dict.fromkeys((*before.query.details, *row.query.details))) if both else ()
        kept[key] = replace(before, query=before.query.with_(details=details))
    return list(kept.values())
