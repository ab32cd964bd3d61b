"""Schedules and targets by mouth: titration, taper, and a child's dose by weight."""

from __future__ import annotations

from decimal import Decimal

from chatbot.calculation import Basis, Dose
from chatbot.dosing import calculators
from chatbot.dosing.calculators import InputError
from chatbot.dosing.cases import Case, Computed, FactsInsteadError, made, missing, quantity_of, the_dose
from chatbot.dosing.resolve import RISES_ABOVE
from chatbot.query import Population, Reason, Route, Topic, WarningCode


def _daily_mg(dose: Dose) -> Decimal:
    """A dose by mouth as mg per day. What it lacks is asked for."""
    if not dose.unit and not dose.mg_assumed:
        raise missing("no_unit")
    if dose.unit == "mcg":
        raise InputError("mcg_by_mouth", Reason.UNIT_MISMATCH)
    if dose.daily is None or dose.basis is Basis.HOUR:
        raise missing("no_basis")
    if dose.low != dose.high:
        raise missing("a_range")
    return dose.daily[0]


def titration_schedule(case: Case) -> Computed:
    """Adults' steps from the source's start up to a target or the maximum; other people have no step in the sources."""
    if case.query.route is Route.INTRATHECAL or case.population is not Population.ADULT:
        raise FactsInsteadError("no_step")
    adult = (Route.ORAL, Population.ADULT)
    start, titration = case.fact(Topic.STARTING_DOSE, *adult), case.fact(Topic.TITRATION, *adult)
    maximum = case.fact(Topic.MAXIMUM_DOSE, *adult)
    target = _daily_mg(case.figures.target) if case.figures.target else None
    working = calculators.titration_schedule(
        calculators.Start(quantity_of(start, "dose").low, int(quantity_of(start, "times_per_day").low)),
        quantity_of(titration, "step_per_dose").low,
        int(quantity_of(titration, "every").low),
        quantity_of(maximum, "daily_dose").high,
        target,
    )
    highest = quantity_of(maximum, "daily_dose").high
    stops_at = working.result["stops_at_mg_per_day"]
    notes, warnings = [], []
    if target is not None and target > highest:
        notes.append("target_above_maximum")
        warnings.append(WarningCode.ABOVE_MAXIMUM)
    elif stops_at != (highest if target is None else target):
        notes.append("unreachable")
    reported = case.fact(Topic.MAXIMUM_DOSE, *adult, "reported_higher")
    if isinstance(stops_at, Decimal) and stops_at > quantity_of(reported, RISES_ABOVE).high:
        warnings.append(WarningCode.ADVERSE_EFFECTS_ABOVE_60)
    calculation = made(case, working, start, titration, maximum)
    return Computed((calculation,), (start, titration, maximum), tuple(notes), tuple(warnings))


def taper_schedule(case: Case) -> Computed:
    """An even taper by mouth, for an adult of any age; a child, a pump and a low dose get the fact."""
    if case.query.route is Route.INTRATHECAL or any(dose.unit == "mcg" for dose in case.figures.doses):
        raise FactsInsteadError("no_pump_taper")
    if case.population is Population.PEDIATRIC:
        raise FactsInsteadError("no_child_taper")
    stopping = next((fact for fact in case.book.of(Topic.STOPPING) if "taper_at_least" in fact.values), None)
    if stopping is None:
        raise LookupError(Topic.STOPPING)
    fewest = quantity_of(stopping, "taper_at_least")
    fewest_days = int(fewest.low) * (calculators.DAYS_A_WEEK if fewest.unit == "weeks" else 1)
    most_days = int(case.above("taper_longest"))
    said = case.figures.days
    if said is not None and said != said.to_integral_value():
        raise InputError("taper_days")
    days = fewest_days if said is None else int(said)
    # Too fast is said before anything that is missing is asked for.
    calculators.check_taper_days(days, fewest_days, most_days)
    current = _daily_mg(the_dose(case))
    if current <= 0:
        raise InputError("impossible")
    try:
        working = calculators.taper_schedule(
            current, days, fewest_days=fewest_days, most_days=most_days, round_to_mg=case.above("taper_rounded_to")
        )
    except InputError as error:
        if error.key == calculators.NOTHING_TO_SHOW:
            raise FactsInsteadError("low_dose") from error
        raise
    notes = ("taper_illustration", "taper_fastest") if said is None else ("taper_illustration",)
    return Computed((made(case, working, stopping),), (stopping,), notes, (WarningCode.ABRUPT_STOP,))


def weight_based_dose(case: Case) -> Computed:
    """A child's daily target by weight."""
    child = (Route.ORAL, Population.PEDIATRIC)
    if case.query.route is Route.INTRATHECAL or case.query.population is not Population.PEDIATRIC:
        raise FactsInsteadError("no_weight_rule")
    if case.figures.weight_kg is None:
        raise missing("no_weight_unit" if case.figures.weight_without_unit else "no_weight")
    target, maximum = case.fact(Topic.MAINTENANCE_DOSE, *child), case.fact(Topic.MAXIMUM_DOSE, *child)
    working = calculators.weight_based_dose(
        case.figures.weight_kg,
        mg_per_kg_per_day=quantity_of(target, "daily_dose_per_weight").low,
        cap_mg_per_day=quantity_of(maximum, "daily_dose").high,
        weights=case.limits["child_weight"],
    )
    return Computed((made(case, working, target, maximum),), (target, maximum), ("child_source",))
