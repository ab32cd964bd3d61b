"""What a message means where it stands: slots carried over from earlier turns, defaults for what nobody said.

The state is an immutable value: (state, understanding) → (settled questions, state). Two conversations share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from chatbot.calculation import (
    NO_DOSE_CALCULATIONS,
    NOTHING,
    PUMP_CALCULATIONS,
    CalculationName,
    Dose,
    Figures,
    Request,
)
from chatbot.dosing.resolve import Limit
from chatbot.language.asks import CONDITIONED, Ask
from chatbot.language.figures import in_kg
from chatbot.language.people import Kidneys, Person
from chatbot.language.requests import Context
from chatbot.language.understanding import Understanding
from chatbot.query import PUMP_TOPICS, Origin, Outcome, Population, Query, Reason, Route, Topic

# The number that answers a question back of a calculation, by the question's key: it is asked with its unit.
ANSWERS = {
    "no_weight": "weight_kg",
    "child_weight": "weight_kg",
    "adult_weight": "weight_kg",
    "taper_too_fast": "days",
    "taper_too_long": "days",
    "taper_days": "days",
    "no_concentration": "concentration_mcg_per_ml",
    "concentration": "concentration_mcg_per_ml",
    "no_volume": "reservoir_ml",
    "volume": "reservoir_ml",
    "no_bolus": "screening_bolus",
    "bolus": "screening_bolus",
    "clearance_age": "age_years",
}
# Questions back on whom it is for: as long as one is open no dose is given.
DOUBTS = frozenset({"age", "contradiction", "loose_number"})


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers. A new one remembers nothing."""

    begun: bool = False  # whether anything of ours was answered, what the sources are silent on included
    topics: tuple[Topic, ...] = ()
    details: tuple[str, ...] = ()
    route: Route | None = None
    origins: tuple[Origin, ...] = ()
    stroke: bool = False
    person: Person = Person()
    condition: str = ""
    emergency: Reason | None = None
    requests: tuple[Request, ...] = ()
    figures: Figures = NOTHING
    doubt: str = ""  # the key of the question back on whom it is for
    unsure: Decimal | None = None  # a number of which it was asked back what it is
    asked: str = ""  # the key of the question back that a calculation ended in
    offered: tuple[str, ...] = ()  # the numbered choices of the question back that the last reply was


@dataclass(frozen=True, slots=True)
class Settled:
    """A query ready to be answered, with what only the rules behind it need to know."""

    query: Query
    person: Person
    limit: Limit | None = None
    stroke: bool = False
    related: tuple[str, ...] = ()
    subject: str = ""
    requests: tuple[Request, ...] = ()
    figures: Figures = NOTHING


def context_of(state: State) -> Context | None:
    """What the next message may lean on; None where nothing of ours was spoken of, greetings aside."""
    if state == State():
        return None
    return Context(
        topics=frozenset(state.topics),
        child=Population.PEDIATRIC in state.person.asked,
        kidneys=state.person.kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE),
        pump=state.route is Route.INTRATHECAL,
        requests=state.requests,
        figures=state.figures,
        is_open=bool(state.asked),
        unsure=state.unsure,
        doubt=state.doubt,
    )


def settle(meaning: Understanding, state: State) -> list[Settled]:
    """The questions of a message, every slot filled: said, carried, or assumed.

    state: what the message meets, with nothing of an earlier patient in it where the message brings a new one.
    """
    settled: list[Settled] = []
    for ask in meaning.asks:
        for complete in _with_topic(ask, state):
            rows = _settle(complete, meaning, state, named=ask.topic is not None)
            if complete.topic is Topic.CALCULATION:
                figures = _figures(ask, meaning, state, complete.requests)
            else:
                figures = meaning.figures.over(_patient(meaning, state)).of_patient
            settled.extend(replace(row, requests=complete.requests, figures=figures) for row in rows)
    return _once(settled)


def after(meaning: Understanding, settled: list[Settled], state: State) -> State:
    """The state that the next message meets. state: as for `settle`."""
    if meaning.outcome is Outcome.EMERGENCY:
        return State(emergency=meaning.reason)
    if meaning.outcome is Outcome.CHAT:
        if meaning.new_patient:
            return State(person=meaning.person, condition=meaning.condition)
        return replace(state, offered=(), unsure=None)
    person = _merge(meaning.person, state.person, adds=meaning.adds_to_patient)
    condition = meaning.condition or state.condition
    if meaning.outcome is Outcome.REFUSE:
        # The topic went with the other subject; the patient stays.
        figures = _patient(meaning, state).of_patient
        return State(person=person, condition=condition, figures=figures, emergency=state.emergency)
    if not settled:
        figures = meaning.figures.over(_patient(meaning, state))
        # "A man with a pump, 59" asks nothing yet, and tells how the medicine is given.
        told = meaning.asks[-1] if meaning.asks else Ask()
        kept = replace(
            state,
            person=person,
            condition=condition,
            figures=figures,
            offered=(),
            route=_one(told.routes) or state.route,
            origins=told.origins or state.origins,
            stroke=told.stroke if told.origins else state.stroke,
        )
        doubt = meaning.kind if meaning.kind in DOUBTS else ""
        return _waiting(replace(kept, unsure=meaning.unsure, doubt=doubt), meaning)
    topics = tuple(dict.fromkeys(row.query.topic for row in settled if not row.subject)) or state.topics
    # What was only assumed is assumed again next time: carrying it would call it something the reader said.
    known = [row.query.route for row in settled if "route" not in row.query.assumed and not row.subject]
    route = known[-1] if known else None
    said = next((ask for ask in reversed(meaning.asks) if ask.origins), None)
    pump = route is Route.INTRATHECAL
    computed = [row for row in settled if row.requests]
    return State(
        begun=True,
        topics=topics,
        details=settled[-1].query.details,
        route=route,
        origins=said.origins if said else state.origins if pump else (),
        stroke=said.stroke if said else state.stroke and pump,
        person=person,
        condition=condition,
        emergency=state.emergency,
        requests=computed[-1].requests if computed else (),
        figures=computed[-1].figures if computed else meaning.figures.over(_kept(topics, meaning, state)),
    )


def _waiting(state: State, meaning: Understanding) -> State:
    """The state in which what was asked waits for the answer to a question back: about its unit, or whom it is for."""
    pending = meaning.pending
    topics = tuple(dict.fromkeys(ask.topic for ask in pending if ask.topic))
    if not topics:
        return state
    requests = next((ask.requests for ask in pending if ask.requests), ())
    figures, asked = state.figures, ""
    if meaning.reason is Reason.UNIT_MISMATCH:
        # The unit is what was in doubt, and with it the amount.
        doses = tuple(replace(dose, unit="") for dose in figures.doses)
        bolus = replace(figures.screening_bolus, unit="") if figures.screening_bolus else None
        figures = replace(figures, doses=doses, target=None, screening_bolus=bolus)
        asked = "unit" if requests else ""
    route, origins = _one(pending[0].routes), pending[0].origins or state.origins
    route = route or state.route
    return replace(state, topics=topics, requests=requests, figures=figures, asked=asked, route=route, origins=origins)


def _one(routes: tuple[Route, ...]) -> Route | None:
    return routes[0] if len(routes) == 1 else None


def _patient(meaning: Understanding, state: State) -> Figures:
    """The numbers that an earlier message told, without those of a patient whom this message replaces."""
    said = meaning.person
    replaced = bool(said.populations or said.infant) and not meaning.adds_to_patient
    if not replaced or said.populations == state.person.populations or not state.person.asked:
        # Who had no group before is the one whose age is told now.
        return state.figures
    return state.figures.without_patient


def _kept(topics: tuple[Topic, ...], meaning: Understanding, state: State) -> Figures:
    """The numbers that stay when nothing is computed: the patient's, and the dose that is to be stopped."""
    before = _patient(meaning, state)
    return replace(before.of_patient, doses=before.doses) if topics == (Topic.STOPPING,) else before.of_patient


def _figures(ask: Ask, meaning: Understanding, state: State, requests: tuple[Request, ...]) -> Figures:
    """The numbers for a calculation: those said now over those said before, an answer to a question back included."""
    said, before = ask.figures, _patient(meaning, state)
    field = ANSWERS.get(state.asked)
    if said.number is not None and field:
        answer = Dose(said.number, said.number, "mcg") if field == "screening_bolus" else said.number
        said = replace(said, number=None, **{field: answer})  # type: ignore[arg-type]
    entered = _weight_entered(before) if ask.topic is None else before.weight_without_unit
    if said.weight_unit and entered:
        weighed = "" if said.weight_unit == "kg" else f"{entered} {said.weight_unit}"
        said = replace(said, weight_kg=in_kg(entered, said.weight_unit), weight_said=weighed)
    if said.doses and not said.target and any(one.name is CalculationName.TITRATION_SCHEDULE for one in requests):
        said = replace(said, target=said.doses[-1])
    merged = said.over(before)
    if said.unit and before.screening_bolus and not before.screening_bolus.unit and not said.screening_bolus:
        merged = replace(merged, screening_bolus=replace(before.screening_bolus, unit=said.unit))
    if not before.doses:
        return merged
    if said.doses and ask.topic is None and len(said.doses) == len(before.doses) == 1:
        # "And 25 mg?" is asked of the same frequency.
        return replace(merged, doses=(_completed(said.doses[0], before.doses[0]),))
    if not said.doses and any(request.name not in NO_DOSE_CALCULATIONS for request in requests):
        dose = before.doses[0]
        if said.number is not None and ask.topic is None:
            dose = replace(dose, low=said.number, high=said.number)
        later = Dose(dose.low, dose.high, said.unit, said.basis, said.times_per_day)
        completed = _completed(later, dose)
        target = completed if said.number is not None and merged.target else merged.target
        return replace(merged, doses=(completed, *before.doses[1:]), target=target)
    return merged


def _weight_entered(before: Figures) -> Decimal | None:
    """The weight of before as it was typed, which another unit puts right ("sorry, pounds")."""
    words = before.weight_said.split()
    if len(words) > 2:
        return None  # stones and pounds
    return before.weight_without_unit or (Decimal(words[0]) if words else before.weight_kg)


def _completed(dose: Dose, other: Dose) -> Dose:
    """A dose with the unit, basis and frequency of another, where it has none of its own."""
    timed = bool(dose.basis or dose.times_per_day)
    return replace(
        dose,
        unit=dose.unit or other.unit,
        basis=dose.basis if timed else other.basis,
        times_per_day=dose.times_per_day if timed else other.times_per_day,
        mg_assumed=(dose.mg_assumed or other.mg_assumed) and not (dose.unit or other.unit),
    )


def _with_topic(ask: Ask, state: State) -> Iterator[Ask]:
    if ask.topic or ask.subject:
        yield ask
        return
    if not state.topics and _limit(_merge(ask.person, state.person, adds=False)):
        # "In an infant?" needs no topic to be past what the sources dose.
        yield replace(ask, topic=Topic.REGIMEN)
    for topic in state.topics:
        requests = state.requests if topic is Topic.CALCULATION else ()
        yield replace(ask, topic=topic, details=state.details if len(state.topics) == 1 else (), requests=requests)


def _merge(said: Person, carried: Person, *, adds: bool) -> Person:
    """The person of a message over the one remembered: another population replaces, unless the message adds to it."""
    if not said.says_something:
        return carried
    of_child = Population.PEDIATRIC in carried.asked or carried.infant
    # "And in renal impairment?" names another group; a clearance, and "he has CKD", tell more of the same patient.
    impaired = said.kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE) and not said.by_clearance and not of_child
    names_people = bool(said.populations or said.infant or said.childhood_condition or impaired)
    kept = tuple(group for group in carried.populations if group not in said.cleared)
    populations = said.populations
    if (adds and not (said.by_age and said.populations == (Population.ADULT,))) or not names_people:
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


def _settle(ask: Ask, meaning: Understanding, state: State, *, named: bool) -> Iterator[Settled]:
    """The queries of one ask; named: it names its topic itself."""
    person = _merge(ask.person, state.person, adds=meaning.adds_to_patient)
    topic = ask.topic or Topic.REGIMEN
    for route, route_from in _routes(ask, topic, state.route, named=named):
        origins, origin_from = _origins(ask, topic, route, state)
        for population, population_from in _populations(person, ask.person, topic, ask.requests):
            # A child's step is one for every origin.
            for origin in (None,) if population is Population.PEDIATRIC else origins:
                sources = {"route": route_from, "population": population_from, "origin": origin_from if origin else ""}
                query = Query(
                    topic, route, population, origin, ask.details,
                    assumed=tuple(slot for slot, source in sources.items() if source == "assumed"),
                    carried=tuple(slot for slot, source in sources.items() if source == "carried"),
                )  # fmt: skip
                stroke = ask.stroke or (state.stroke and origin_from == "carried")
                subject = ask.subject
                if state.condition and not subject and topic in CONDITIONED:
                    # A pregnancy that was spoken of is not over at the next question.
                    subject, query = state.condition, query.with_(assumed=(), carried=("population",))
                yield Settled(query, person, _limit(person), stroke, ask.related, subject)


def _routes(ask: Ask, topic: Topic, carried: Route | None, *, named: bool) -> list[tuple[Route | None, str]]:
    """The routes to answer for, and where each came from: said, carried or assumed."""
    if topic in PUMP_TOPICS:
        return [(Route.INTRATHECAL, "said")]
    if topic is Topic.CALCULATION:
        return [_route_of_calculation(ask, carried)]
    if len(ask.routes) > 1:
        # Both named in one breath: both are asked of a dose, or how well they work; elsewhere the pump is what sets the
        # question apart.
        both = (topic.is_dose and topic is not Topic.REGIMEN) or topic is Topic.EFFECTIVENESS
        return [(route, "said") for route in (ask.routes if both else (Route.INTRATHECAL,))]
    if ask.routes:
        return [(ask.routes[0], "said")]
    somebody = ask.person.populations or ask.person.kidneys or ask.person.infant
    if carried and not (named and (somebody or ask.medicine)):
        return [(carried, "carried")]
    return [(Route.ORAL, "assumed")] if topic.is_dose else [(None, "")]


def _route_of_calculation(ask: Ask, carried: Route | None) -> tuple[Route | None, str]:
    """A pump's calculation is by pump; of the others the words decide, then the unit of the dose."""
    names = {request.name for request in ask.requests}
    if names == {CalculationName.CREATININE_CLEARANCE}:
        return None, ""
    if not names.isdisjoint(PUMP_CALCULATIONS):
        return Route.INTRATHECAL, "said"
    if len(ask.routes) == 1:
        return ask.routes[0], "said"
    units = {dose.unit for dose in ask.figures.doses} - {""}
    if units:
        return (Route.INTRATHECAL if units == {"mcg"} else Route.ORAL), "said"
    return (carried, "carried") if carried else (Route.ORAL, "assumed")


def _origins(ask: Ask, topic: Topic, route: Route | None, state: State) -> tuple[tuple[Origin | None, ...], str]:
    steps = any(request.name is CalculationName.PUMP_DOSE_STEP for request in ask.requests)
    if route is not Route.INTRATHECAL or not (steps or topic in (Topic.TITRATION, Topic.REGIMEN)):
        return (None,), ""
    if ask.origins:
        return ask.origins, "said"
    return (state.origins, "carried") if state.origins else ((None,), "")


def _populations(
    person: Person, said: Person, topic: Topic, requests: tuple[Request, ...]
) -> list[tuple[Population | None, str]]:
    """The populations to answer for, renal impairment and age each with a query of its own."""
    doses = topic.is_dose or any(request.name not in NO_DOSE_CALCULATIONS for request in requests)
    if requests and not doses:
        # A rate and a clearance are the same for everybody.
        group = next(iter(person.populations), None)
        return [(group, "said" if group in said.populations else "carried" if group else "")]
    limit = _limit(person)
    if limit:
        # Anything of it that an earlier message said is shown as kept from there.
        kept = (person.kidneys and not said.kidneys) or not (said.populations or said.infant or said.kidneys)
        group = Population.RENAL_IMPAIRMENT if limit is Limit.SEVERE_RENAL else Population.PEDIATRIC
        return [
            (group, "carried" if kept and limit is not Limit.INFANT else "said" if said.says_something else "carried")
        ]
    if person.asked:
        return [(group, "said" if group in said.asked else "carried") for group in person.asked]
    return [(Population.ADULT, "assumed")] if doses else [(None, "")]


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
        key = (*row.query.key, row.subject, row.requests, row.figures)
        before = kept.get(key)
        if before is None:
            kept[key] = row
            continue
        both = before.query.details and row.query.details
        details = tuple(dict.fromkeys((*before.query.details, *row.query.details))) if both else ()
        kept[key] = replace(before, query=before.query.with_(details=details))
    return list(kept.values())
