"""A pump's numbers: the first daily dose, the next step, the rate, and how long a filling lasts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chatbot.calculation import Response
from chatbot.calculation import concentration as concentration_of
from chatbot.dosing import calculators
from chatbot.dosing.calculators import InputError
from chatbot.dosing.cases import (
    OLDER_OR_RENAL,
    Case,
    Computed,
    FactsInsteadError,
    made,
    missing,
    number_of,
    quantity_of,
    the_dose,
)
from chatbot.quantity import Quantity
from chatbot.query import Population, Reason, Route, Topic, WarningCode


def pump_starting_dose(case: Case) -> Computed:
    """An adult's first daily dose from the screening bolus; a child's is not in the sources."""
    if case.population is Population.PEDIATRIC:
        raise FactsInsteadError("")
    start = case.fact(Topic.STARTING_DOSE, Route.INTRATHECAL, Population.ADULT)
    screening = case.fact(Topic.SCREENING_DOSE, Route.INTRATHECAL, Population.ADULT)
    bolus = case.figures.screening_bolus
    if bolus is None:
        raise missing("no_bolus")
    if not bolus.unit:
        raise missing("no_bolus_unit")
    if bolus.unit != "mcg":
        raise InputError("mg_by_pump", Reason.UNIT_MISMATCH)
    if bolus.low != bolus.high:
        raise InputError("no_bolus", Reason.MISSING_INPUT)
    prolonged_over = quantity_of(start, "prolonged_response_over").high
    working = calculators.pump_starting_dose(
        bolus.low,
        _response(case, prolonged_over),
        multiple=number_of(start, "multiple_of_screening_bolus"),
        multiple_if_prolonged=number_of(start, "multiple_after_prolonged_or_negative_response"),
        prolonged_over_hours=prolonged_over,
        most_mcg=case.above("bolus_most"),
    )
    usual = quantity_of(screening, "bolus")
    outside = not usual.low <= bolus.low <= usual.high
    facts = (start, screening) if outside else (start,)
    notes = (("bolus_outside",) if outside else ()) + _fallback(case)
    return Computed((made(case, working, *facts),), facts, notes, _fallback_warning(case))


def _response(case: Case, prolonged_over_hours: Decimal) -> Response:
    """How the bolus was responded to, from words or from the hours it lasted (exactly 8 is not over)."""
    figures = case.figures
    if figures.response in (Response.NEGATIVE, Response.PROLONGED):
        return figures.response
    if figures.hours is None:
        return figures.response
    if figures.hours_sign == "above":
        return Response.PROLONGED if figures.hours >= prolonged_over_hours else Response.UNSAID
    if figures.hours_sign == "below":
        return Response.BRIEF if figures.hours <= prolonged_over_hours else Response.UNSAID
    return Response.PROLONGED if figures.hours > prolonged_over_hours else Response.BRIEF


def _fallback(case: Case) -> tuple[str, ...]:
    return ("pump_fallback",) if case.population in OLDER_OR_RENAL else ()


def _fallback_warning(case: Case) -> tuple[WarningCode, ...]:
    return (WarningCode.POPULATION_FALLBACK,) if case.population in OLDER_OR_RENAL else ()


def pump_dose_step(case: Case) -> Computed:
    """One increase: the origin's where it is known, else each origin's, and the child's own."""
    daily = _pump_daily(case)
    child = case.population is Population.PEDIATRIC
    population = Population.PEDIATRIC if child else Population.ADULT
    origin = None if child else case.query.origin
    facts = case.book.exactly(Topic.TITRATION, Route.INTRATHECAL, population, origin)
    if not facts:
        raise LookupError(Topic.TITRATION)
    calculations = []
    for fact in facts:
        increase, hours = quantity_of(fact, "increase"), int(quantity_of(fact, "every").low)
        working = calculators.pump_dose_step(daily, increase, hours, most_mcg=case.above("pump_dose_most"))
        whom = {"population": str(population)} if child else {"origin": str(fact.origin)}
        calculations.append(made(case, replace(working, inputs={**working.inputs, **whom}), fact))
    monitoring = case.book.exactly(Topic.MONITORING, Route.INTRATHECAL, None)
    reassessed = [fact for fact in monitoring if fact.detail == "reassessment"]
    return Computed(tuple(calculations), (*facts, *reassessed), ("one_step", *_fallback(case)), _fallback_warning(case))


def _pump_daily(case: Case) -> Decimal:
    """The pump's daily dose in mcg."""
    dose = the_dose(case)
    if not dose.unit:
        raise missing("no_pump_unit")
    if dose.unit != "mcg":
        raise InputError("mg_by_pump", Reason.UNIT_MISMATCH)
    daily = dose.daily
    if daily is None:
        raise missing("no_pump_basis")
    if daily[0] != daily[1]:
        raise InputError("a_range", Reason.MISSING_INPUT)
    return daily[0]


def _concentration(case: Case) -> Decimal | None:
    concentration = case.figures.concentration_mcg_per_ml
    plausible = case.limits["concentration"]
    if concentration is not None and not plausible.low <= concentration <= plausible.high:
        raise InputError("concentration", concentration=concentration_of(concentration))
    return concentration


def pump_infusion(case: Case) -> Computed:
    """The rate of a pump that gives its dose evenly."""
    concentration = _concentration(case)
    daily = _pump_daily(case)
    if concentration is None and not case.request.hourly_only:
        raise missing("no_concentration")
    working = calculators.pump_infusion(daily, concentration, most_mcg=case.above("pump_dose_most"))
    modes = case.book.exactly(Topic.INFUSION_MODES, Route.INTRATHECAL, None)
    even = tuple(fact for fact in modes if fact.detail == "simple_continuous")
    return Computed((made(case, working, *even),), even, ("programmed",))


def refill_interval(case: Case) -> Computed:
    """How many whole days a volume lasts."""
    volume = case.figures.reservoir_ml
    if volume is None:
        raise missing("no_volume")
    concentration = _concentration(case)
    if concentration is None:
        raise missing("no_concentration")
    plausible = case.limits["reservoir"]
    if not plausible.low <= volume <= plausible.high:
        raise InputError("volume", volume=Quantity.of(volume, "mL"))
    daily = _pump_daily(case)
    most = case.above("pump_dose_most")
    working = calculators.refill_interval(volume, concentration, daily, usable=case.figures.usable, most_mcg=most)
    records = case.fact(Topic.MONITORING, Route.INTRATHECAL, None, "pump_records")
    notes = [] if case.figures.usable else ["usable_volume"]
    if int(str(working.result["days"])) > case.above("refill_longest"):
        notes.append("stability")
    return Computed((made(case, working, records),), (records,), tuple(notes))
