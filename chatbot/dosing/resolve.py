"""Which facts answer a query. The fallbacks are the contract's, each a rule with its reason.

What never happens here: a child answered with another's dose, a dose by mouth in renal impairment taken from adults, a
dose for severe renal impairment, for a child with renal impairment, or under 2 years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chatbot.calculation import NOTHING, Calculation, CalculationName, Figures
from chatbot.content import Fact
from chatbot.dosing.factbook import FactBook
from chatbot.quantity import Quantity
from chatbot.query import Origin, Outcome, Population, Query, Reason, Route, Topic, WarningCode

# What an overview holds, in the order a prescriber needs it.
OVERVIEW = {
    Route.ORAL: (
        Topic.STARTING_DOSE,
        Topic.TITRATION,
        Topic.MAINTENANCE_DOSE,
        Topic.MAXIMUM_DOSE,
        Topic.DOSING_FREQUENCY,
    ),
    Route.INTRATHECAL: (
        Topic.SCREENING_DOSE,
        Topic.STARTING_DOSE,
        Topic.CONCENTRATION,
        Topic.TITRATION,
        Topic.MAINTENANCE_DOSE,
    ),
}
# Populations whose overview is all that the sources say of them by mouth.
WHOLE_OVERVIEW = {
    Population.ELDERLY: (
        Topic.STARTING_DOSE,
        Topic.TITRATION,
        Topic.MAXIMUM_DOSE,
        Topic.PRECAUTIONS,
        Topic.MONITORING,
        Topic.STOPPING,
    ),
    Population.RENAL_IMPAIRMENT: (
        Topic.STARTING_DOSE,
        Topic.TITRATION,
        Topic.MAXIMUM_DOSE,
        Topic.PRECAUTIONS,
        Topic.MONITORING,
    ),
}
# A dose topic that a population has no fact of, and the topic of its own whose facts answer it.
STANDS_IN = {
    (Population.ELDERLY, Topic.MAINTENANCE_DOSE): Topic.MAXIMUM_DOSE,
    (Population.ELDERLY, Topic.DOSING_FREQUENCY): Topic.STARTING_DOSE,
    (Population.RENAL_IMPAIRMENT, Topic.MAINTENANCE_DOSE): Topic.MAXIMUM_DOSE,
    (Population.RENAL_IMPAIRMENT, Topic.DOSING_FREQUENCY): Topic.STARTING_DOSE,
    (Population.PEDIATRIC, Topic.DOSING_FREQUENCY): Topic.STARTING_DOSE,
}
# Notes that say that facts of other people answer.
FROM_OTHERS = frozenset({"population_fallback", "pump_fallback", "toxicity_from_renal", "complications_from_children"})
# Details whose facts set one route against the other: they answer whichever of the two was named.
BETWEEN_ROUTES = frozenset({"central", "csf_levels", "fraction_of_oral"})
KIDNEYS_FIRST = "renal_function"  # the detail of monitoring and precautions that says so
RISES_ABOVE = "adverse_effects_rise_above"  # the value that names the daily dose above which adults do worse


class Limit(StrEnum):
    """Why a person is past what the sources dose."""

    SEVERE_RENAL = "severe_renal"
    CHILD_RENAL = "child_renal"
    INFANT = "infant"


@dataclass(frozen=True, slots=True)
class Answer:
    """A query with the facts that answer it.

    near holds facts without a dose that help where there is no answer. notes are keys of answers/wording.yaml for what
    must be said beside the facts. subject names what the sources are silent on. question is the key of a question back,
    figures the quantities in it. asked_for names the calculations that were asked for, read the reader's numbers.
    """

    query: Query
    outcome: Outcome
    reason: Reason | None = None
    facts: tuple[Fact, ...] = ()
    near: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[WarningCode, ...] = ()
    subject: str = ""
    calculations: tuple[Calculation, ...] = ()
    question: str = ""
    figures: Mapping[str, Quantity] = field(default_factory=dict)
    asked_for: tuple[CalculationName, ...] = ()
    read: Figures = NOTHING

    @property
    def shown(self) -> tuple[Fact, ...]:
        """Every fact the reply shows for this query."""
        return (*self.facts, *self.near)


def resolve(
    query: Query, book: FactBook, *, limit: Limit | None = None, stroke: bool = False, related: tuple[str, ...] = ()
) -> Answer:
    """The answer to a query.

    limit: the person is past what the sources dose. stroke: the origin is a stroke, which document A files under spinal
    and labelling under cerebral. related: other medicines that the facts speak of together with ours.
    """
    if limit:
        answer = _past_the_sources(query, book, limit, related)
    elif query.topic.is_dose:
        answer = _dose(query, book, stroke)
    else:
        answer = _not_dose(query, book, related)
    return replace(answer, warnings=warnings_of(answer, book))


# ------------------------------------------------------------------------------------------------------ dose topics


def _dose(query: Query, book: FactBook, stroke: bool) -> Answer:
    route = query.route or Route.ORAL
    population = query.population or Population.ADULT
    facts, notes = _dose_facts(query.topic, route, population, query.origin, book)
    if not facts:
        return _no_dose(query, book, route, population)
    if stroke and route is Route.INTRATHECAL and any(fact.origin for fact in facts):
        notes = (*notes, "stroke_origin")
    # Both limits stand together, whichever was asked for: the stated one first, then what some sources report.
    details = () if query.topic is Topic.MAXIMUM_DOSE else query.details
    return Answer(query, Outcome.ANSWER, facts=_narrowed(facts, details), notes=notes)


def _dose_facts(
    topic: Topic, route: Route, population: Population, origin: Origin | None, book: FactBook
) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """The facts of a dose topic for a population, and notes; nothing where the sources have none."""
    if topic is Topic.REGIMEN:
        return _overview(route, population, origin, book)
    own = book.exactly(topic, route, population, origin) or _stand_in(topic, route, population, book)
    if own:
        return tuple(own), ()
    if route is Route.INTRATHECAL and population in (Population.ELDERLY, Population.RENAL_IMPAIRMENT):
        # The sources name no other dose by pump for them than the adults'.
        adult = book.exactly(topic, route, Population.ADULT, origin)
        return tuple(adult), ("pump_fallback",) if adult else ()
    return (), ()


def _stand_in(topic: Topic, route: Route, population: Population, book: FactBook) -> list[Fact]:
    """Another fact of the population that holds what was asked: the start the frequency, the limit the maintenance."""
    instead = STANDS_IN.get((population, topic))
    return book.exactly(instead, route, population) if instead and route is Route.ORAL else []


def _overview(
    route: Route, population: Population, origin: Origin | None, book: FactBook
) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    if route is Route.ORAL and population in WHOLE_OVERVIEW:
        whole = [fact for topic in WHOLE_OVERVIEW[population] for fact in book.exactly(topic, route, population)]
        if population is Population.RENAL_IMPAIRMENT:
            whole = [fact for fact in whole if fact.detail != "pediatric_cases"]
        return tuple(whole), ()
    facts: list[Fact] = []
    notes: tuple[str, ...] = ()
    for topic in OVERVIEW[route]:
        found, more = _dose_facts(topic, route, population, origin, book) if topic.is_dose else ((), ())
        facts += found or book.exactly(topic, route, None)
        notes = tuple(dict.fromkeys((*notes, *more)))
    doses = any(fact.topic.is_dose for fact in facts)
    return (_once(facts), notes) if doses else ((), ())


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({fact.id: fact for fact in facts}.values())


def _no_dose(query: Query, book: FactBook, route: Route, population: Population) -> Answer:
    """The sources give no such dose: say so, and show only what is no dose."""
    near: list[Fact] = []
    notes: tuple[str, ...] = ()
    if route is Route.INTRATHECAL:
        if (population, query.topic) == (Population.PEDIATRIC, Topic.MAXIMUM_DOSE):
            # A range that was reported is no maximum, and may be named as that.
            near, notes = book.exactly(Topic.MAINTENANCE_DOSE, route, population), ("reported_range",)
        elif (population, query.topic) == (Population.PEDIATRIC, Topic.STARTING_DOSE):
            notes = ("child_pump_start",)
        else:
            near = book.exactly(Topic.MONITORING, route, None)[:2]
        if query.topic is Topic.DOSING_FREQUENCY:
            near, notes = book.exactly(Topic.INFUSION_MODES, route, None), ()
    return Answer(query, Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, near=tuple(near), notes=notes)


# ------------------------------------------------------------------------------------------------------ other topics


def _not_dose(query: Query, book: FactBook, related: tuple[str, ...]) -> Answer:
    between = [fact for fact in book.of(query.topic) if fact.detail in query.details and fact.detail in BETWEEN_ROUTES]
    if between and query.route is Route.ORAL:
        elsewhere = query.population and all(fact.population not in (None, query.population) for fact in between)
        notes = ("population_fallback",) if elsewhere else ()
        return Answer(query, Outcome.ANSWER, facts=tuple(between), notes=notes)
    special = _SPECIAL.get(query.topic)
    if special:
        answer = special(query, book, related)
        if answer is not None:
            return answer
    here = book.on_route(query.topic, query.route)
    if not here:
        return _silent(query, book)
    if query.population is None:
        facts = _narrowed(here, query.details)
        if query.route is None and all(fact.route is Route.INTRATHECAL for fact in facts):
            # The pump was not named: what holds for every route goes first.
            facts = _once(
                [*(fact for fact in here if fact.route is None and fact.population is None and not fact.detail), *facts]
            )
        return Answer(query, Outcome.ANSWER, facts=facts)
    own = [fact for fact in here if fact.population == query.population]
    everyone = [fact for fact in here if fact.population is None]
    if own:
        return Answer(query, Outcome.ANSWER, facts=_narrowed([*own, *everyone], query.details))
    adult = [fact for fact in here if fact.population is Population.ADULT]
    shown = _narrowed([*everyone, *adult] or here, query.details)
    return Answer(query, Outcome.ANSWER, facts=shown, notes=("population_fallback",))


def _narrowed(facts: Iterable[Fact], details: tuple[str, ...]) -> tuple[Fact, ...]:
    """Only the facts of the details that were asked for, where there are any."""
    facts = tuple(facts)
    narrow = tuple(fact for fact in facts if fact.detail in details)
    return narrow if details and narrow else facts


def _silent(query: Query, book: FactBook) -> Answer:
    near = [fact for fact in book.of(Topic.PRECAUTIONS) if fact.detail != "pediatric_cases"]
    near = near if query.topic in (Topic.CONTRAINDICATIONS, Topic.PRECAUTIONS) else []
    return Answer(query, Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, near=tuple(near))


def _toxicity(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """Signs of toxicity stand in the sources under renal impairment only: they serve everyone, labelled as that."""
    facts = tuple(book.of(Topic.TOXICITY))
    if not facts:
        return None
    notes = () if query.population is Population.RENAL_IMPAIRMENT else ("toxicity_from_renal",)
    return Answer(query, Outcome.ANSWER, facts=facts, notes=notes)


def _withdrawal(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """Symptoms and what is done, as asked; the pump's own fact wherever the pump is spoken of."""
    here = book.of(Topic.WITHDRAWAL)
    facts = [*_narrowed(here, query.details), *(fact for fact in here if fact.route and fact.route is query.route)]
    return Answer(query, Outcome.ANSWER, facts=_once(facts)) if facts else None


def _complications(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """Complications of the pump were counted in children only: they serve everyone, labelled as that."""
    facts = _narrowed(book.of(Topic.COMPLICATIONS), query.details)
    if not facts:
        return None
    notes = () if query.population is Population.PEDIATRIC else ("complications_from_children",)
    return Answer(query, Outcome.ANSWER, facts=facts, notes=notes)


def _pharmacokinetics(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """Adults have no half-life of their own in hours: that it is short, and how the medicine leaves the body."""
    here = book.on_route(Topic.PHARMACOKINETICS, query.route)
    # That it is short stands in the adults' frequency, which is a dose: shown to adults, and where nobody is named.
    short = book.exactly(Topic.DOSING_FREQUENCY, Route.ORAL, Population.ADULT)
    if query.route is Route.INTRATHECAL or query.population not in (None, Population.ADULT):
        short = []
    if query.population in (None, Population.PEDIATRIC) or not here:
        wanted = _narrowed(here, query.details)
        if query.population is Population.PEDIATRIC:
            own = [fact for fact in wanted if fact.population in (Population.PEDIATRIC, None)]
            return Answer(query, Outcome.ANSWER, facts=tuple(own) or wanted) if wanted else None
        if "half_life" in query.details:
            wanted = (*wanted, *short)
        return Answer(query, Outcome.ANSWER, facts=wanted) if wanted else None
    elimination = [fact for fact in here if fact.detail == "elimination"]
    everyone = [fact for fact in here if fact.population is None]
    facts = [*elimination, *short, *everyone] if query.route is not Route.INTRATHECAL else everyone
    narrow = [fact for fact in here if fact.detail in query.details and fact.detail not in ("half_life", "elimination")]
    notes = () if query.population is Population.RENAL_IMPAIRMENT and not narrow else ("population_fallback",)
    if not (narrow or facts):
        return None
    return Answer(query, Outcome.ANSWER, facts=_once(narrow or facts), notes=notes)


def _comparison(query: Query, book: FactBook, related: tuple[str, ...]) -> Answer | None:
    """Against a medicine that a fact speaks of, that fact answers; against any other nothing does."""
    facts = book.of(Topic.COMPARISON)
    if related:
        known = [*facts, *book.of(Topic.ALTERNATIVES)]
        facts = [fact for fact in known if not set(related).isdisjoint(fact.beside)]
    if not facts:
        return Answer(query, Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, notes=("comparison_silent",))
    elsewhere = query.population is not None and all(fact.population not in (None, query.population) for fact in facts)
    return Answer(query, Outcome.ANSWER, facts=tuple(facts), notes=("population_fallback",) if elsewhere else ())


def _interactions(query: Query, book: FactBook, related: tuple[str, ...]) -> Answer | None:
    """Only what the facts say of the two together; another medicine is unknown, never guessed."""
    facts = book.of(Topic.INTERACTIONS)
    if related and not any(name in fact.beside for fact in facts for name in related):
        return Answer(query, Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, near=tuple(facts), notes=("interaction_silent",))
    return Answer(query, Outcome.ANSWER, facts=tuple(facts)) if facts else None


def _contraindications(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """The sources name contraindications of the pump's catheter only."""
    if query.route is Route.ORAL:
        return _silent(query, book)
    facts = book.of(Topic.CONTRAINDICATIONS)
    return Answer(query, Outcome.ANSWER, facts=tuple(facts)) if facts else None


def _stopping(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """How to stop, the population's own risks first, and what stopping at once can bring."""
    facts = [
        fact
        for fact in book.of(Topic.STOPPING)
        if query.population is None or fact.population in (query.population, None)
    ]
    facts.sort(key=lambda fact: fact.population is not None)
    brings = [fact for fact in book.of(Topic.WITHDRAWAL) if fact.detail == "symptoms"]
    if query.route is Route.INTRATHECAL:
        brings += [fact for fact in book.of(Topic.WITHDRAWAL) if fact.route is Route.INTRATHECAL]
    return Answer(query, Outcome.ANSWER, facts=tuple(facts + brings)) if facts else None


def _adverse_effects(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """In older adults what they are watched for (falls among it) comes before what is known of others."""
    own = book.exactly(Topic.MONITORING, Route.ORAL, Population.ELDERLY)
    if query.population is not Population.ELDERLY or query.route is Route.INTRATHECAL or query.details or not own:
        return None
    here = book.on_route(Topic.ADVERSE_EFFECTS, query.route)
    others = [fact for fact in here if fact.population in (None, Population.ADULT)]
    return Answer(query, Outcome.ANSWER, facts=_once([*own, *others]), notes=("population_fallback",))


def _dosing_factors(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """In renal impairment the kidneys are what the dose goes by: how it leaves the body, and what is measured."""
    if query.population is not Population.RENAL_IMPAIRMENT:
        return None
    facts = [
        fact
        for topic in (Topic.PHARMACOKINETICS, Topic.MONITORING)
        for fact in book.of(topic)
        if fact.population is query.population
    ]
    return Answer(query, Outcome.ANSWER, facts=tuple(facts)) if facts else None


def _kidneys_first(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """That the kidneys are looked at first stands under two topics: both facts answer for older adults."""
    if query.population is not Population.ELDERLY or KIDNEYS_FIRST not in query.details:
        return None
    facts = [
        fact
        for topic in (Topic.PRECAUTIONS, Topic.MONITORING)
        for fact in book.of(topic)
        if fact.detail == KIDNEYS_FIRST and fact.population in (query.population, None)
    ]
    return Answer(query, Outcome.ANSWER, facts=tuple(facts)) if facts else None


def _precautions(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """In renal impairment the cautions come with what is to be measured first."""
    if query.population is Population.ELDERLY:
        return _kidneys_first(query, book, _related)
    if query.population is not Population.RENAL_IMPAIRMENT or query.details or query.route is Route.INTRATHECAL:
        return None
    own = [fact for fact in book.of(Topic.PRECAUTIONS) if fact.population is query.population]
    measure = [fact for fact in book.of(Topic.MONITORING) if fact.population is query.population]
    return Answer(query, Outcome.ANSWER, facts=tuple(own + measure)) if own else None


def _alternatives(query: Query, book: FactBook, _related: tuple[str, ...]) -> Answer | None:
    """The steps in their order; a population changes none of them."""
    facts = _narrowed(book.of(Topic.ALTERNATIVES), query.details)
    return Answer(query, Outcome.ANSWER, facts=facts) if facts else None


# Topics whose facts stand elsewhere than under their own route and population. related: see `resolve`.
_SPECIAL: dict[Topic, Callable[[Query, FactBook, tuple[str, ...]], Answer | None]] = {
    Topic.TOXICITY: _toxicity,
    Topic.COMPLICATIONS: _complications,
    Topic.PHARMACOKINETICS: _pharmacokinetics,
    Topic.COMPARISON: _comparison,
    Topic.INTERACTIONS: _interactions,
    Topic.CONTRAINDICATIONS: _contraindications,
    Topic.ALTERNATIVES: _alternatives,
    Topic.WITHDRAWAL: _withdrawal,
    Topic.STOPPING: _stopping,
    Topic.PRECAUTIONS: _precautions,
    Topic.MONITORING: _kidneys_first,
    Topic.ADVERSE_EFFECTS: _adverse_effects,
    Topic.DOSING_FACTORS: _dosing_factors,
}


# ---------------------------------------------------------------------------------------------------- past the sources


def _past_the_sources(query: Query, book: FactBook, limit: Limit, related: tuple[str, ...]) -> Answer:
    """Severe renal impairment, a child with renal impairment, under 2 years: cautions, never a dose."""
    if limit is Limit.INFANT:
        # That it is never stopped abruptly holds at every age.
        stopping = tuple(fact for fact in book.of(Topic.STOPPING) if fact.population is None)
        shown = stopping if query.topic in (Topic.STOPPING, Topic.WITHDRAWAL) else ()
        return Answer(query, Outcome.UNKNOWN, Reason.OUTSIDE_AGE_RANGE, near=shown, notes=("infant",))
    renal = Population.RENAL_IMPAIRMENT
    cautions = [fact for fact in book.of(Topic.PRECAUTIONS) if fact.population is renal]
    cases = [fact for fact in cautions if fact.detail == "pediatric_cases"]
    toxicity = book.of(Topic.TOXICITY)
    if limit is Limit.SEVERE_RENAL:
        cautions = [fact for fact in cautions if fact not in cases]
    if query.topic.is_dose or query.topic is Topic.CONCENTRATION:
        near = _once([*cautions, *toxicity])
        return Answer(query, Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, near=near, notes=(limit.value,))
    if query.topic is Topic.PRECAUTIONS:
        return Answer(query, Outcome.ANSWER, facts=_once([*cautions, *toxicity]), notes=(limit.value,))
    answer = _not_dose(query.with_(population=renal), book, related)
    facts = _once([*answer.facts, *cases]) if answer.outcome is Outcome.ANSWER else answer.facts
    return Answer(query, answer.outcome, answer.reason, facts, answer.near, (*answer.notes, limit.value))


# ------------------------------------------------------------------------------------------------------ warnings


def warnings_of(answer: Answer, book: FactBook) -> tuple[WarningCode, ...]:
    """The warnings that an answer's query, facts and notes bring."""
    query, shown = answer.query, answer.shown
    codes: list[WarningCode] = []
    if any(_is_high(fact, book) for fact in shown):
        codes.append(WarningCode.ADVERSE_EFFECTS_ABOVE_60)
    if any(fact.topic in (Topic.STOPPING, Topic.WITHDRAWAL) for fact in shown):
        codes.append(WarningCode.ABRUPT_STOP)
    if "stroke_origin" in answer.notes:
        codes.append(WarningCode.SOURCES_DIFFER)
    if not FROM_OTHERS.isdisjoint(answer.notes):
        codes.append(WarningCode.POPULATION_FALLBACK)
    needs_check = query.topic in (Topic.STARTING_DOSE, Topic.REGIMEN) and query.route is Route.ORAL
    if needs_check and query.population in (Population.ELDERLY, Population.RENAL_IMPAIRMENT):
        codes.append(WarningCode.RENAL_CHECK_FIRST)
    if answer.reason is Reason.UNIT_MISMATCH:
        codes.append(WarningCode.UNIT_MISMATCH)
    if answer.reason is Reason.OUTSIDE_AGE_RANGE:
        codes.append(WarningCode.OUTSIDE_AGE_RANGE)
    return tuple(codes)


def _is_high(fact: Fact, book: FactBook) -> bool:
    """Whether an adult's fact by mouth shows a daily dose above the one from which adverse effects rise."""
    if fact.population is not Population.ADULT or fact.route is not Route.ORAL:
        return False
    borders = [value for other in book.all for key, value in other.values.items() if key == RISES_ABOVE]
    return any(
        isinstance(value, Quantity)
        and isinstance(border, Quantity)
        and value.unit == border.unit
        and value.high > border.high
        for value in fact.values.values()
        for border in borders
    )
