"""A reader's dose held against what the sources say for the person: which facts, which borders, which verdict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from chatbot.calculation import Basis, Calculation, Dose, Step, Value
from chatbot.content import Fact
from chatbot.dosing import calculators, checks
from chatbot.dosing.calculators import InputError, Working
from chatbot.dosing.cases import OLDER_OR_RENAL, Case, Computed, FactsInsteadError, made, missing, quantity_of, the_dose
from chatbot.dosing.checks import Verdict
from chatbot.dosing.resolve import RISES_ABOVE
from chatbot.quantity import Quantity
from chatbot.query import Population, Reason, Route, Topic, WarningCode


def dose_check(case: Case) -> Computed:
    """The verdict on a daily dose, one for each end of a range; without unit or basis the question goes back."""
    pump = case.query.route is Route.INTRATHECAL
    doses = _doses(case)
    if pump and case.request.as_start and doses[0].unit:
        raise FactsInsteadError("")
    ends = [end for dose in doses for end in _ends(case, dose, pump=pump)]
    bands, facts, bounds = _bands(case, pump=pump)
    unit = "mcg/day" if pump else "mg/day"
    made_ = [_one_check(case, *end, bands, bounds, unit, facts) for end in dict.fromkeys(ends)]
    verdicts = [Verdict(str(calculation.result["verdict"])) for calculation in made_]
    highest = max(daily for _, _, daily in ends)
    codes = _check_warnings(case, verdicts, highest, pump=pump)
    notes = _check_notes(case, doses, highest, pump=pump)
    return Computed(tuple(made_), _check_facts(case, facts, verdicts, pump=pump), notes, codes)


def _doses(case: Case) -> tuple[Dose, ...]:
    """The doses to check: all that were told where each is complete, else the one."""
    doses = case.figures.doses
    apart = case.figures.as_needed or case.figures.over_the_day
    if len(doses) > 1 and not apart and all(dose.unit and dose.daily for dose in doses):
        return doses
    return (the_dose(case),)


def _ends(case: Case, dose: Dose, *, pump: bool) -> list[tuple[Dose, Decimal, Decimal]]:
    """A dose with each of its ends, as it was said and per day. Raises `InputError` for what it lacks or cannot be."""
    if not dose.unit:
        raise missing("no_pump_unit" if pump else "no_unit")
    if pump is not (dose.unit == "mcg"):
        raise InputError("mg_by_pump" if pump else "mcg_by_mouth", Reason.UNIT_MISMATCH)
    daily = dose.daily
    if daily is None or (dose.basis is Basis.HOUR and not pump):
        raise missing("no_pump_basis" if pump else "no_basis")
    if daily[0] <= 0:
        raise InputError("impossible")
    if pump and case.population is not Population.PEDIATRIC and daily[1] > case.above("pump_dose_most"):
        raise InputError("pump_dose", daily=Quantity.of(daily[1], "mcg/day"))
    return [(dose, dose.low, daily[0]), (dose, dose.high, daily[1])]


def _one_check(
    case: Case,
    dose: Dose,
    amount: Decimal,
    daily: Decimal,
    bands: checks.Bands,
    bounds: Mapping[str, Decimal],
    unit: str,
    facts: tuple[Fact, ...],
) -> Calculation:
    """One dose against its limits: the amount as it was said, and per day."""
    route = str(case.query.route or Route.ORAL)
    inputs: dict[str, Value] = {"route": route, "daily_dose": daily}
    steps = []
    mass = dose.unit
    if dose.times_per_day and dose.basis in (Basis.UNSAID, Basis.DOSE):
        inputs |= {f"dose_{mass}": amount, "times_per_day": dose.times_per_day}
        values: dict[str, Quantity | Decimal | int] = {
            "dose": Quantity.of(amount, mass),
            "times": dose.times_per_day,
            "daily": Quantity.of(daily, unit),
        }
        steps.append(Step("daily", values))
    elif dose.basis is Basis.HOUR:
        inputs[f"{mass}_per_hour"] = amount
        hourly: dict[str, Quantity | Decimal | int] = {
            "rate": Quantity.of(amount, f"{mass}/hour"),
            "hours": calculators.HOURS_A_DAY,
        }
        steps.append(Step("hourly", {**hourly, "daily": Quantity.of(daily, unit)}))
    if case.request.as_start:
        inputs["as_start"] = True
    result: dict[str, Value] = {
        "verdict": str(bands.verdict(daily)),
        "limit": bands.limit,
        "daily_dose": daily,
        "unit": unit,
    }
    return made(case, Working(inputs, result, tuple(steps), bounds), *facts)


def _bands(case: Case, *, pump: bool) -> tuple[checks.Bands, tuple[Fact, ...], dict[str, Decimal]]:
    """The bands that a dose is held against, the facts they come from, and the figures at their borders."""
    if pump:
        return _pump_bands(case)
    if case.request.as_start:
        first = case.fact(Topic.STARTING_DOSE, Route.ORAL, case.population)
        most = _first_daily(first)
        return checks.start(most), (first,), {"start": most}
    return _ORAL_BANDS[case.population](case)


_Found = tuple[checks.Bands, tuple[Fact, ...], dict[str, Decimal]]


def _pump_bands(case: Case) -> _Found:
    if case.population is Population.PEDIATRIC:
        fact = case.fact(Topic.MAINTENANCE_DOSE, Route.INTRATHECAL, case.population)
        daily = quantity_of(fact, "daily_dose")
        return checks.child_pump(daily.low, daily.high), (fact,), {"low": daily.low, "high": daily.high}
    # The sources have no limit here; that each change is followed by an assessment is what they do say.
    return checks.unlimited(), (case.fact(Topic.MONITORING, Route.INTRATHECAL, None, "reassessment"),), {}


def _adult_bands(case: Case) -> _Found:
    maximum, _, reported = _adult_limits(case)
    usual = case.fact(Topic.MAINTENANCE_DOSE, Route.ORAL, case.population)
    low = quantity_of(usual, "daily_dose").low
    first = _first_daily(case.fact(Topic.STARTING_DOSE, Route.ORAL, case.population))
    facts = (case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, case.population), usual)
    return checks.adult(low, maximum, reported), facts, {"usual_from": low, "maximum": maximum, "start": first}


def _elderly_bands(case: Case) -> _Found:
    own = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, case.population)
    tolerated, adults = quantity_of(own, "daily_dose").high, _adult_limits(case)[0]
    return checks.elderly(tolerated, adults), (own,), {"maximum": tolerated, "adults_maximum": adults}


def _child_bands(case: Case) -> _Found:
    own = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, case.population)
    rare = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, case.population, "reported_higher")
    most = quantity_of(own, "daily_dose").high
    return checks.child(most, quantity_of(rare, "reported_daily_dose").high), (own,), {"maximum": most}


def _renal_bands(case: Case) -> _Found:
    maximum, _, reported = _adult_limits(case)
    own = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, case.population)
    return checks.renal(maximum, reported), (own,), {"adults_maximum": maximum}


_ORAL_BANDS = {
    Population.ADULT: _adult_bands,
    Population.ELDERLY: _elderly_bands,
    Population.PEDIATRIC: _child_bands,
    Population.RENAL_IMPAIRMENT: _renal_bands,
}


def _first_daily(start: Fact) -> Decimal:
    """The most that a starting fact gives per day, in mg."""
    times = start.values.get("times_per_day") or start.values.get("times_per_day_up_to")
    if not isinstance(times, Quantity):
        raise LookupError(f"{start.id} has no frequency")
    return quantity_of(start, "dose").high * times.high


def _adult_limits(case: Case) -> tuple[Decimal, Fact, Decimal]:
    """The adults' maximum by mouth, the fact of what is reported above it, and how far that goes (mg per day)."""
    maximum = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, Population.ADULT)
    reported = case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, Population.ADULT, "reported_higher")
    return quantity_of(maximum, "daily_dose").high, reported, quantity_of(reported, "reported_daily_dose").high


def _check_facts(case: Case, facts: tuple[Fact, ...], verdicts: list[Verdict], *, pump: bool) -> tuple[Fact, ...]:
    """The facts shown: those of the limits, and what was reported above them where they were passed."""
    if pump or case.request.as_start:
        return facts
    population = case.population
    passed = any(verdict not in (Verdict.WITHIN, Verdict.BELOW_USUAL_RANGE, Verdict.NO_LIMIT) for verdict in verdicts)
    if population is Population.ADULT:
        below = all(verdict is Verdict.BELOW_USUAL_RANGE for verdict in verdicts)
        maximum, usual = facts
        if below:
            return usual, maximum
        return (maximum, _adult_limits(case)[1]) if passed else facts
    if population is Population.PEDIATRIC and passed:
        return (*facts, case.fact(Topic.MAXIMUM_DOSE, Route.ORAL, population, "reported_higher"))
    if population is Population.RENAL_IMPAIRMENT:
        return (*facts, case.fact(Topic.PRECAUTIONS, Route.ORAL, population))
    return facts


def _check_notes(case: Case, doses: tuple[Dose, ...], highest: Decimal, *, pump: bool) -> tuple[str, ...]:
    notes = ["mg_assumed"] if any(dose.mg_assumed for dose in doses) else []
    if not pump and case.population is Population.ADULT:
        usual = quantity_of(case.fact(Topic.DOSING_FREQUENCY, Route.ORAL, Population.ADULT), "times_per_day")
        if any(dose.times_per_day and dose.times_per_day < usual.low for dose in doses):
            notes.append("fewer_doses")
    if pump and case.population in OLDER_OR_RENAL:
        notes.append("pump_fallback")
    if pump and case.population is not Population.PEDIATRIC and highest > case.above("pump_dose_known"):
        notes.append("little_experience")
    if case.population is Population.PEDIATRIC:
        notes.append("child_source")
    return tuple(notes)


def _check_warnings(case: Case, verdicts: list[Verdict], daily: Decimal, *, pump: bool) -> tuple[WarningCode, ...]:
    codes = [checks.WARNINGS[verdict] for verdict in verdicts if verdict in checks.WARNINGS]
    if case.population is Population.PEDIATRIC:
        # A child's limit is a usual one.
        codes = [WarningCode.ABOVE_USUAL_MAXIMUM if code is WarningCode.ABOVE_MAXIMUM else code for code in codes]
    if not pump and case.population is not Population.PEDIATRIC:
        reported = _adult_limits(case)[1]
        if case.population is Population.ADULT and daily > quantity_of(reported, RISES_ABOVE).high:
            codes.append(WarningCode.ADVERSE_EFFECTS_ABOVE_60)
        if case.request.as_start and case.population in OLDER_OR_RENAL:
            codes.append(WarningCode.RENAL_CHECK_FIRST)
    return tuple(dict.fromkeys(codes))
