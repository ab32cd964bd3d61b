"""The nine calculations: equal to a second implementation, bounded by the source, and named border by border.

They are computed from what was read (`Request`, `Figures`) and the project's own content, so that the figures which are
taken from facts are tested with the arithmetic. How questions are read is tested elsewhere.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import chatbot.dosing
from chatbot import Chatbot
from chatbot.calculation import (
    NO_DOSE_CALCULATIONS,
    PUMP_CALCULATIONS,
    Basis,
    CalculationName,
    Dose,
    Figures,
    Request,
    Response,
    Sex,
)
from chatbot.content import Fact
from chatbot.dosing.by_mouth import titration_schedule
from chatbot.dosing.cases import Case, Computed
from chatbot.dosing.computing import FACTS_INSTEAD, compute
from chatbot.dosing.dose_check import dose_check
from chatbot.dosing.factbook import FactBook
from chatbot.dosing.resolve import Answer, Limit
from chatbot.quantity import Quantity
from chatbot.query import Origin, Outcome, Population, Query, Reason, Route, Topic, WarningCode
from tests import reference_calculations as reference

MANY = settings(max_examples=400, deadline=None, derandomize=True)
SOME = settings(max_examples=150, deadline=None, derandomize=True)

Name = CalculationName
ADULT, ELDERLY, RENAL, CHILD = (
    Population.ADULT,
    Population.ELDERLY,
    Population.RENAL_IMPAIRMENT,
    Population.PEDIATRIC,
)
ORAL, PUMP = Route.ORAL, Route.INTRATHECAL
DOSE_CALCULATIONS = tuple(name for name in Name if name not in NO_DOSE_CALCULATIONS)


# ------------------------------------------------------------------------------------------------------ what is asked


def number(value: str | int | Decimal) -> Decimal:
    return Decimal(value)


def mg(amount: str | int | Decimal, high: str | int | Decimal | None = None, **more: Any) -> Dose:
    """A dose in mg per day, unless more says otherwise."""
    return Dose(number(amount), number(amount if high is None else high), **{"unit": "mg", "basis": Basis.DAY, **more})


def mcg(amount: str | int | Decimal, high: str | int | Decimal | None = None, **more: Any) -> Dose:
    """A dose in mcg per day, unless more says otherwise."""
    return mg(amount, high, **{"unit": "mcg", **more})


def bolus(amount: str | int | Decimal, high: str | int | Decimal | None = None, unit: str = "mcg") -> Dose:
    return mg(amount, high, unit=unit, basis=Basis.UNSAID)


def one(dose: Dose, **more: Any) -> Figures:
    return Figures(doses=(dose,), **more)


def pump(daily: str | int | Decimal, concentration: str | int | Decimal, volume: str | int | Decimal) -> Figures:
    """A pump's dose in mcg per day, concentration in mcg/mL and usable volume in mL."""
    held = {"concentration_mcg_per_ml": number(concentration), "reservoir_ml": number(volume), "usable": True}
    return one(mcg(daily), **held)


def kidneys(**more: Any) -> Figures:
    """Somebody whose clearance can be computed, but for what more says otherwise."""
    person = {"age_years": number(50), "weight_kg": number(72), "sex": Sex.MALE, "creatinine": number(1)}
    return Figures(**{**person, "creatinine_unit": "mg/dL", **more})


@dataclass(frozen=True)
class Asked:
    """A calculation and all that it is made from; by pump where only a pump has it, in adults unless said otherwise."""

    name: CalculationName
    figures: Figures = field(default_factory=Figures)
    population: Population | None = ADULT
    route: Route | None = None
    origin: Origin | None = None
    as_start: bool = False
    hourly_only: bool = False

    @property
    def request(self) -> Request:
        return Request(self.name, as_start=self.as_start, hourly_only=self.hourly_only)

    @property
    def query(self) -> Query:
        route = self.route or (PUMP if self.name in PUMP_CALCULATIONS else ORAL)
        return Query(Topic.CALCULATION, route, self.population, self.origin)


# One of each that has a result.
COMPLETE = {
    "titration": Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(60))),
    "taper": Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number(10))),
    "child's weight": Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=number("17.3")), CHILD),
    "adult": Asked(Name.DOSE_CHECK, one(mg(20, basis=Basis.DOSE, times_per_day=3))),
    "older adult": Asked(Name.DOSE_CHECK, one(mg(41)), ELDERLY),
    "renal impairment": Asked(Name.DOSE_CHECK, one(mg(20)), RENAL),
    "child": Asked(Name.DOSE_CHECK, one(mg(100)), CHILD),
    "child's pump": Asked(Name.DOSE_CHECK, one(mcg(900)), CHILD, PUMP),
    "adult's pump": Asked(Name.DOSE_CHECK, one(mcg(1200)), ADULT, PUMP),
    "first dose": Asked(Name.DOSE_CHECK, one(mg(20)), as_start=True),
    "bolus": Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(75), hours=number(9))),
    "pump step": Asked(Name.PUMP_DOSE_STEP, one(mcg("133.3"))),
    "pump rate": Asked(Name.PUMP_INFUSION, pump("133.3", 500, 20)),
    "refill": Asked(Name.REFILL_INTERVAL, pump(85, 500, "32.3")),
    "clearance": Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine=number("1.13"))),
}


@cache
def own() -> Chatbot:
    return Chatbot()


def limits() -> Mapping[str, Quantity]:
    return own().renderer.limits


def answer(asked: Asked, *, book: FactBook | None = None, limit: Limit | None = None) -> Answer:
    return compute((asked.request,), asked.figures, asked.query, book or own().book, limits(), limit=limit)


def results(asked: Asked) -> list[Any]:
    return [calculation.result for calculation in answer(asked).calculations]


def result(asked: Asked) -> Any:
    """The one result there is."""
    (found,) = results(asked)
    return found


def case(asked: Asked) -> Case:
    return Case(asked.request, asked.figures, asked.query, own().book, limits())


def exact(value: Any) -> Any:
    """A result in the reference's terms: fractions, and lists of rows."""
    if isinstance(value, Decimal):
        return Fraction(value)
    if isinstance(value, Mapping):
        return {key: exact(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [exact(inner) for inner in value]
    return value


def agrees(asked: Asked, *expected: reference.Result | None) -> None:
    """Assert that the results are the reference's; its None is no result."""
    found = [exact(row) for row in results(asked)]
    assert found == [exact(row) for row in expected if row is not None], f"{asked} is not what the reference computes"


def numbers(low: int, high: int, places: int, *borders: str | int) -> st.SearchStrategy[Decimal]:
    """Decimals of so many places, the borders and their neighbours often among them."""
    grid = st.integers(low * 10**places, high * 10**places).map(lambda whole: Decimal(whole).scaleb(-places))
    step = Decimal(1).scaleb(-places)
    near = [number(border) + shift for border in borders for shift in (-step, Decimal(0), step)]
    return st.one_of(grid, st.sampled_from(near)) if near else grid


DAILY_MG = numbers(0, 300, 2, 15, 40, 60, 80, 120, 240)
DAILY_MCG = numbers(0, 3100, 2, 27, 800, 1000, 3000)
WEIGHTS = numbers(7, 121, 2, 8, 40, 120)
CONCENTRATIONS = numbers(10, 4000, 1)
VOLUMES = numbers(1, 100, 1)
POPULATIONS = st.sampled_from(tuple(Population))
CREATININES = st.one_of(
    st.tuples(numbers(1, 30, 2), st.just("mg/dL")), st.tuples(numbers(10, 2500, 1), st.just("micromol/L"))
)


# ----------------------------------------------------------------------------------- equal to a second implementation


@MANY
@given(st.one_of(st.none(), numbers(0, 130, 2, 15, 30, 45, 60, 75, 80)), POPULATIONS)
def test_a_titration_is_the_references(target, population):
    asked = Asked(Name.TITRATION_SCHEDULE, Figures(target=None if target is None else mg(target)), population)
    agrees(asked, reference.titration_schedule(population, None if target is None else Fraction(target)))


@MANY
@given(numbers(0, 260, 1, 5, 10, 15, 80), st.one_of(st.none(), st.integers(1, 30), st.integers(1, 190)))
def test_a_taper_is_the_references(current, days):
    asked = Asked(Name.TAPER_SCHEDULE, one(mg(current), days=None if days is None else number(days)))
    wanted = () if days is None else (days,)
    agrees(asked, reference.taper_schedule(Fraction(current), *wanted))


@MANY
@given(WEIGHTS)
def test_a_dose_by_weight_is_the_references(weight):
    wanted = reference.weight_based_dose(Fraction(weight))
    if wanted is not None:
        target = wanted["target_mg_per_day"]
        assert isinstance(target, Fraction)
        wanted["target_mg_per_day"] = reference.half_up(target, 1)
    agrees(Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=weight), CHILD), wanted)


def by_reference(asked: Asked, daily: Decimal) -> reference.Result | None:
    assert asked.population is not None
    return reference.dose_check(asked.population, asked.query.route or ORAL, Fraction(daily), asked.as_start)


@MANY
@given(DAILY_MG, POPULATIONS, st.booleans())
def test_a_check_by_mouth_is_the_references(daily, population, as_start):
    asked = Asked(Name.DOSE_CHECK, one(mg(daily)), population, as_start=as_start)
    agrees(asked, by_reference(asked, daily))


@pytest.mark.parametrize("as_start", [False, True])
@pytest.mark.parametrize("population", Population)
def test_a_check_of_every_whole_dose_by_mouth_is_the_references(population, as_start):
    for daily in range(1, 260):
        asked = Asked(Name.DOSE_CHECK, one(mg(daily)), population, as_start=as_start)
        agrees(asked, by_reference(asked, number(daily)))


@MANY
@given(DAILY_MCG, POPULATIONS, st.booleans())
def test_a_check_by_pump_is_the_references(daily, population, as_start):
    asked = Asked(Name.DOSE_CHECK, one(mcg(daily)), population, PUMP, as_start=as_start)
    agrees(asked, by_reference(asked, daily))


@MANY
@given(numbers(1, 90, 2), numbers(0, 90, 2), st.integers(1, 6), POPULATIONS)
def test_a_range_of_single_doses_is_checked_at_both_ends_of_the_day(low, more, times, population):
    high = low + more
    dose = mg(low, high, basis=Basis.DOSE, times_per_day=times)
    asked = Asked(Name.DOSE_CHECK, one(dose), population)
    ends = [low * times, high * times] if more else [low * times]
    agrees(asked, *(by_reference(asked, end) for end in ends))


@MANY
@given(numbers(0, 100, 2), POPULATIONS)
def test_an_hourly_rate_is_checked_as_the_references_day(rate, population):
    asked = Asked(Name.DOSE_CHECK, one(mcg(rate, basis=Basis.HOUR)), population, PUMP)
    agrees(asked, by_reference(asked, rate * 24))


@MANY
@given(
    numbers(0, 1100, 1, 50, 100, 1000),
    st.sampled_from(
        [
            (Response.UNSAID, None, None),
            (Response.BRIEF, None, False),
            (Response.PROLONGED, None, True),
            (Response.NEGATIVE, None, True),
            (Response.NEGATIVE, 4, True),
            (Response.UNSAID, "7.9", False),
            (Response.UNSAID, 8, False),
            (Response.UNSAID, "8.1", True),
        ]
    ),
    st.sampled_from([ADULT, ELDERLY, RENAL]),
)
def test_a_first_dose_by_pump_is_the_references(amount, responded, population):
    response, hours, lasting = responded
    said = Figures(screening_bolus=bolus(amount), response=response, hours=None if hours is None else number(hours))
    agrees(Asked(Name.PUMP_STARTING_DOSE, said, population), reference.pump_starting_dose(Fraction(amount), lasting))


@MANY
@given(DAILY_MCG, st.sampled_from([*Origin, None]), POPULATIONS)
def test_a_step_by_pump_is_the_references(daily, origin, population):
    asked = Asked(Name.PUMP_DOSE_STEP, one(mcg(daily)), population, origin=origin)
    kinds = ["child"] if population is CHILD else [origin] if origin else ["spinal", "cerebral"]
    wanted = [reference.pump_dose_step(Fraction(daily), kind) for kind in kinds]
    # A step that no tenth of a mcg lies in, and a dose that no pump gives, are asked about again.
    agrees(asked, *(() if daily > 3000 or None in wanted else wanted))


@MANY
@given(DAILY_MCG, CONCENTRATIONS)
def test_a_pumps_rate_is_the_references(daily, concentration):
    wanted = reference.pump_infusion(Fraction(daily), Fraction(concentration)) if daily <= 3000 else None
    agrees(Asked(Name.PUMP_INFUSION, pump(daily, concentration, 20)), wanted)


@MANY
@given(VOLUMES, CONCENTRATIONS, DAILY_MCG)
def test_a_refill_interval_is_the_references(volume, concentration, daily):
    wanted = reference.refill_interval(Fraction(volume), Fraction(concentration), Fraction(daily))
    agrees(Asked(Name.REFILL_INTERVAL, pump(daily, concentration, volume)), wanted if daily <= 3000 else None)


@MANY
@given(numbers(16, 122, 1, 18, 120), numbers(20, 350, 1), st.sampled_from(Sex), CREATININES)
def test_a_clearance_is_the_references(age, weight, sex, creatinine):
    value, unit = creatinine
    said = kidneys(age_years=age, weight_kg=weight, sex=sex, creatinine=value, creatinine_unit=unit)
    wanted = reference.creatinine_clearance(Fraction(age), Fraction(weight), sex, Fraction(value), unit)
    agrees(Asked(Name.CREATININE_CLEARANCE, said), wanted)


# ----------------------------------------------------------------------------------------------------------- monotony

MILDEST_FIRST = (
    {"below_usual_range"},
    {"within", "no_limit_in_sources"},
    {"above_usual_maximum", "above_starting_dose"},
    {"above_maximum"},
    {"above_all_reported"},
)


def severity(asked: Asked) -> int:
    verdict = result(asked)["verdict"]
    return next(place for place, verdicts in enumerate(MILDEST_FIRST) if verdict in verdicts)


@MANY
@given(DAILY_MG, DAILY_MG, POPULATIONS, st.booleans())
def test_a_higher_dose_by_mouth_never_gets_a_milder_verdict(one_daily, other_daily, population, as_start):
    low, high = sorted((one_daily, other_daily))
    assume(low > 0)
    checks = [Asked(Name.DOSE_CHECK, one(mg(daily)), population, as_start=as_start) for daily in (low, high)]
    assert severity(checks[0]) <= severity(checks[1]), f"{high} mg is judged milder than {low} mg"


@SOME
@given(DAILY_MCG, DAILY_MCG, POPULATIONS)
def test_a_higher_dose_by_pump_never_gets_a_milder_verdict(one_daily, other_daily, population):
    low, high = sorted((one_daily, other_daily))
    assume(low > 0 and high <= 3000)
    checks = [Asked(Name.DOSE_CHECK, one(mcg(daily)), population, PUMP) for daily in (low, high)]
    assert severity(checks[0]) <= severity(checks[1]), f"{high} mcg is judged milder than {low} mcg"


def by_weight(weight: Decimal) -> Any:
    return result(Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=weight), CHILD))


@SOME
@given(numbers(8, 120, 2, 40), numbers(8, 120, 2, 40))
def test_a_heavier_child_never_has_a_lower_target(one_weight, other_weight):
    light, heavy = sorted((one_weight, other_weight))
    assume(light >= 8 and heavy <= 120)
    assert by_weight(light)["target_mg_per_day"] <= by_weight(heavy)["target_mg_per_day"], f"{light} and {heavy} kg"


def taper(current: Decimal | int, days: int) -> list[Decimal]:
    """What is taken on each day; nothing where there are no rows."""
    found = results(Asked(Name.TAPER_SCHEDULE, one(mg(current), days=number(days))))
    return [row["daily_mg"] for row in found[0]["rows"]] if found else []


@SOME
@given(numbers(15, 200, 1), st.integers(7, 60), st.integers(0, 120))
def test_a_longer_taper_is_on_no_day_lower(current, days, more):
    quick, slow = taper(current, days), taper(current, days + more)
    assert quick, "the taper has no rows"
    faster = [day for day, (soon, later) in enumerate(zip(quick, slow, strict=False), 1) if later < soon]
    assert slow, "the longer taper has no rows"
    assert not faster, f"{days + more} days are below {days} days on {faster}"


@SOME
@given(numbers(15, 200, 1), numbers(0, 50, 1), st.integers(7, 60))
def test_a_taper_from_a_higher_dose_is_on_no_day_lower(current, more, days):
    lower = [pair for pair in zip(taper(current, days), taper(current + more, days), strict=True) if pair[1] < pair[0]]
    assert not lower, f"from {current + more} mg it falls below the taper from {current} mg: {lower}"


@SOME
@given(numbers(15, 130, 2, 30, 45, 60, 75, 80), numbers(0, 50, 2))
def test_a_higher_target_never_stops_sooner(target, more):
    assume(target >= 15)
    stops = [
        result(Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(goal))))["stops_at_mg_per_day"]
        for goal in (target, target + more)
    ]
    assert stops[0] <= stops[1], f"{target + more} stops below {target}"


def refill(daily: Decimal, concentration: Decimal, volume: Decimal) -> int:
    days = result(Asked(Name.REFILL_INTERVAL, pump(daily, concentration, volume)))["days"]
    assert isinstance(days, int)
    return days


@SOME
@given(numbers(1, 1500, 1), numbers(0, 1500, 1), CONCENTRATIONS, VOLUMES)
def test_a_refill_is_never_later_for_a_higher_dose(daily, more, concentration, volume):
    assert refill(daily + more, concentration, volume) <= refill(daily, concentration, volume)


@SOME
@given(numbers(1, 3000, 1), numbers(10, 2000, 1), VOLUMES, numbers(0, 2000, 1))
def test_a_refill_is_never_sooner_for_a_stronger_or_larger_filling(daily, concentration, volume, more):
    days = refill(daily, concentration, volume)
    assert refill(daily, concentration + more, volume) >= days
    assert refill(daily, concentration, (volume + 100) / 2) >= days


@SOME
@given(numbers(1, 1500, 2), numbers(0, 1500, 2), st.sampled_from(Origin), st.sampled_from([ADULT, CHILD]))
def test_a_step_from_a_higher_dose_never_leads_lower(daily, more, origin, population):
    first, second = (
        result(Asked(Name.PUMP_DOSE_STEP, one(mcg(dose)), population, origin=origin)) for dose in (daily, daily + more)
    )
    assert first["low_mcg"] <= second["low_mcg"]
    assert first["high_mcg"] <= second["high_mcg"]


@SOME
@given(numbers(1, 1500, 2), numbers(0, 1500, 2), CONCENTRATIONS)
def test_a_higher_dose_never_runs_slower(daily, more, concentration):
    slow, quick = (result(Asked(Name.PUMP_INFUSION, pump(dose, concentration, 20))) for dose in (daily, daily + more))
    assert slow["mcg_per_hour"] <= quick["mcg_per_hour"]
    assert slow["ml_per_day"] <= quick["ml_per_day"]


def clearance(said: Figures) -> Decimal:
    found = result(Asked(Name.CREATININE_CLEARANCE, said))["ml_per_min"]
    assert isinstance(found, Decimal)
    return found


@SOME
@given(numbers(18, 100, 1), numbers(20, 300, 1), numbers(1, 15, 2), numbers(0, 15, 1), st.sampled_from(Sex))
def test_a_clearance_falls_with_age_and_creatinine_and_rises_with_weight(age, weight, creatinine, more, sex):
    person = kidneys(age_years=age, weight_kg=weight, creatinine=creatinine, sex=sex)
    found = clearance(person)
    assert clearance(replace(person, age_years=age + more)) <= found, "older, and higher"
    assert clearance(replace(person, creatinine=creatinine + more)) <= found, "more creatinine, and higher"
    assert clearance(replace(person, weight_kg=weight + more)) >= found, "heavier, and lower"
    assert clearance(replace(person, sex=Sex.FEMALE)) <= clearance(replace(person, sex=Sex.MALE))


# ---------------------------------------------------------------------------------------- within the source's bounds


@SOME
@given(st.one_of(st.none(), numbers(15, 400, 2, 30, 45, 60, 75, 80)))
def test_a_titration_climbs_by_the_sources_steps_and_stays_within_target_and_maximum(target):
    assume(target is None or target >= 15)
    found = result(Asked(Name.TITRATION_SCHEDULE, Figures(target=None if target is None else mg(target))))
    rows = found["rows"]
    assert [row["dose_mg"] for row in rows] == [5 * place for place in range(1, len(rows) + 1)]
    assert {row["times_per_day"] for row in rows} == {3}
    assert all(row["daily_mg"] == row["dose_mg"] * row["times_per_day"] for row in rows)
    assert [row["from_day"] for row in rows] == [1 + 3 * place for place in range(len(rows))]
    assert [row["to_day"] for row in rows[:-1]] == [row["from_day"] - 1 for row in rows[1:]], "days are left out"
    assert rows[-1]["to_day"] is None
    assert max(row["daily_mg"] for row in rows) <= min(80, target or 80)
    assert found["stops_at_mg_per_day"] == rows[-1]["daily_mg"]


@SOME
@given(numbers(15, 300, 1), st.integers(7, 180))
def test_a_taper_never_rises_never_undercuts_the_even_line_and_ends_at_nothing(current, days):
    (found,) = results(Asked(Name.TAPER_SCHEDULE, one(mg(current), days=number(days))))
    rows = found["rows"]
    daily = [row["daily_mg"] for row in rows]
    assert [row["day"] for row in rows] == list(range(1, days + 2))
    assert daily == sorted(daily, reverse=True), "it rises"
    assert daily[0] <= current, "it begins above the current dose"
    assert daily.index(0) == days, "nothing is taken on the day after the last, and on no day before"
    line = [Fraction(current) * (days + 1 - day) / (days + 1) for day in range(1, days + 2)]
    assert all(even <= dose < even + 5 for dose, even in zip(daily, line, strict=True)), "it leaves the even line"
    assert all(dose % 5 == 0 or dose == current for dose in daily), "a dose is no multiple of 5 mg"
    assert len(set(daily) - {0}) >= 3


@SOME
@given(numbers(8, 120, 2, 40))
def test_a_childs_target_is_never_above_its_rate_or_80_mg(weight):
    assume(8 <= weight <= 120)
    found = by_weight(weight)
    assert found["target_mg_per_day"] <= 80
    assert abs(found["target_mg_per_day"] - min(2 * weight, Decimal(80))) <= Decimal("0.05")
    assert found["capped"] is (weight > 40), f"{weight} kg"


@SOME
@given(numbers(1, 3000, 2), st.sampled_from([*Origin, None]), st.sampled_from([ADULT, CHILD]))
def test_a_step_by_pump_stays_within_the_sources_percentages(daily, origin, population):
    made = answer(Asked(Name.PUMP_DOSE_STEP, one(mcg(daily)), population, origin=origin)).calculations
    assert made
    for calculation in made:
        increase = own().book.by_id[calculation.facts[0]].values["increase"]
        assert isinstance(increase, Quantity)
        low, high = (exact(calculation.result[key]) for key in ("low_mcg", "high_mcg"))
        ends = [Fraction(daily) * (100 + Fraction(share)) / 100 for share in (increase.low, increase.high)]
        assert ends[0] <= low <= high <= ends[1], "rounded outward"
        assert max(low - ends[0], ends[1] - high) < Fraction(1, 10), "rounded too far"
        assert calculation.result["every_hours"] == 24


@SOME
@given(numbers(1, 1000, 1), st.sampled_from(Response))
def test_a_first_dose_by_pump_is_the_bolus_or_twice_it(amount, response):
    found = result(Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(amount), response=response)))
    assert set(found.values()) <= {amount, 2 * amount}
    if response in (Response.PROLONGED, Response.NEGATIVE):
        assert found == {"daily_mcg": amount}


@SOME
@given(VOLUMES, CONCENTRATIONS, numbers(1, 3000, 2))
def test_a_filling_holds_the_days_that_are_named_and_no_further_one(volume, concentration, daily):
    days = refill(daily, concentration, volume)
    assert days * daily <= volume * concentration < (days + 1) * daily


# ----------------------------------------------------------------------------------------------- purity and exactness


@pytest.mark.parametrize("asked", COMPLETE.values(), ids=COMPLETE)
def test_a_calculation_leaves_nothing_behind(asked):
    before = repr(asked)
    first = answer(asked)
    assert first.calculations, "it has no result to compare"
    for other in COMPLETE.values():
        answer(other)
    again = answer(asked)
    assert again == first
    assert repr(again) == repr(first)
    assert repr(asked) == before, "what was asked was changed"


# The places that the contract rounds to; whatever stands here not is whole, or as exact as what was entered.
PLACES = {
    "low_mcg": 1,
    "high_mcg": 1,
    "mcg_per_hour": 2,
    "ml_per_day": 3,
    "ml_per_min": 1,
    "target_mg_per_day": 1,
    "stops_at_mg_per_day": 0,
    "dose_mg": 0,
    "days": 0,
    "limit": 1,
}
ENTERED_PLACES = 2


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside, with the name that it stands under."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def places(value: float) -> int:
    """The decimal places that a number prints with."""
    _, _, decimals = json.dumps(value).partition(".")
    assert decimals.isdigit() or not decimals, f"{value} is printed with an exponent"
    return len(decimals)


def too_long(result_: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The numbers of a result that print with more places than the contract's."""
    found = [(name, value) for name, value in leaves(result_) if is_number(value)]
    return [(name, value) for name, value in found if places(value) > PLACES.get(name, ENTERED_PLACES)]


def printed_exactly(asked: Asked) -> None:
    made = answer(asked).calculations
    assert made, f"{asked} has no result"
    for calculation in made:
        shown = own().renderer.workings.to_dict(calculation)
        for part, exact_part in (("inputs", calculation.inputs), ("result", calculation.result)):
            pairs = zip(leaves(shown[part]), leaves(exact_part), strict=True)
            differing = [pair for pair in pairs if is_number(pair[0][1]) and Decimal(str(pair[0][1])) != pair[1][1]]
            assert not differing, f"{differing} is not printed as it was computed"
        assert not too_long(shown["result"])
        tails = re.findall(r"[0-9]+\.[0-9]{4,}", " ".join(shown["steps"]))
        assert not tails, f"{shown['steps']} has a tail"


@MANY
@given(st.data())
def test_no_number_has_a_tail(data):
    draw = data.draw
    daily, volume, strength = draw(numbers(1, 3000, 1)), draw(VOLUMES), draw(CONCENTRATIONS)
    population = draw(POPULATIONS)
    creatinine, unit = draw(CREATININES)
    sex, origin, age = draw(st.sampled_from(Sex)), draw(st.sampled_from([*Origin, None])), draw(numbers(18, 120, 1))
    person = kidneys(age_years=age, weight_kg=draw(numbers(20, 350, 2)), sex=sex)
    by_mouth, each, weight = draw(numbers(15, 200, 1)), draw(numbers(1, 80, 2)), draw(numbers(8, 120, 2))
    days, times = number(draw(st.integers(7, 40))), draw(st.integers(1, 6))
    response, first, hourly = draw(st.sampled_from(Response)), draw(numbers(1, 1000, 1)), draw(numbers(1, 100, 1))
    cases = {
        Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(by_mouth))),
        Asked(Name.TAPER_SCHEDULE, one(mg(by_mouth), days=days)),
        Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=weight), CHILD),
        Asked(Name.DOSE_CHECK, one(mg(each, basis=Basis.DOSE, times_per_day=times)), population),
        Asked(Name.DOSE_CHECK, one(mcg(hourly, basis=Basis.HOUR)), population, PUMP),
        Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(first), response=response)),
        Asked(Name.PUMP_DOSE_STEP, one(mcg(daily)), population, origin=origin),
        Asked(Name.PUMP_INFUSION, pump(daily, strength, volume)),
        Asked(Name.REFILL_INTERVAL, pump(daily, strength, volume)),
        Asked(Name.CREATININE_CLEARANCE, replace(person, creatinine=creatinine, creatinine_unit=unit)),
    }
    for asked in cases:
        printed_exactly(asked)


QUESTIONS = {
    "titrate an adult to 60 mg per day": Name.TITRATION_SCHEDULE,
    "taper baclofen 60 mg per day over 10 days": Name.TAPER_SCHEDULE,
    "target dose by weight for a child of 8 years and 17.3 kg": Name.WEIGHT_BASED_DOSE,
    "is 20 mg three times daily too much for an adult?": Name.DOSE_CHECK,
    "screening bolus 75 mcg, response 8 hours, first daily dose?": Name.PUMP_STARTING_DOSE,
    "pump 133.3 mcg per day, next step, cerebral origin": Name.PUMP_DOSE_STEP,
    "pump 133.3 mcg per day, how many mcg per hour at 500 mcg/mL?": Name.PUMP_INFUSION,
    "refill interval 32.3 mL usable at 500 mcg/mL, 85 mcg per day": Name.REFILL_INTERVAL,
    "creatinine clearance, man 70 years, 80 kg, creatinine 1.13 mg/dL": Name.CREATININE_CLEARANCE,
}


def test_the_questions_ask_for_all_nine():
    assert set(QUESTIONS.values()) == set(Name)


@pytest.mark.parametrize(("question", "name"), QUESTIONS.items())
def test_a_replys_calculation_survives_json_without_a_tail(question, name):
    made = own().ask(question).to_dict()["calculations"]
    assert [calculation["name"] for calculation in made] == [name]
    assert json.loads(json.dumps(made)) == made
    assert [too_long(calculation["result"]) for calculation in made] == [[]]


# ------------------------------------------------------------------------------------------------- borders, one by one


@pytest.mark.parametrize(
    ("population", "daily", "verdict", "limit"),
    [
        (ADULT, "39.9", "below_usual_range", 80),
        (ADULT, 40, "within", 80),
        (ADULT, 60, "within", 80),
        (ADULT, 61, "within", 80),
        (ADULT, 80, "within", 80),
        (ADULT, "80.1", "above_maximum", 80),
        (ADULT, 81, "above_maximum", 80),
        (ADULT, 120, "above_maximum", 80),
        (ADULT, 121, "above_all_reported", 80),
        (ELDERLY, 1, "within", 40),
        (ELDERLY, 40, "within", 40),
        (ELDERLY, 41, "above_usual_maximum", 40),
        (ELDERLY, 80, "above_usual_maximum", 40),
        (ELDERLY, 81, "above_maximum", 40),
        (ELDERLY, 121, "above_maximum", 40),
        (CHILD, 1, "within", 80),
        (CHILD, 80, "within", 80),
        (CHILD, 81, "above_usual_maximum", 80),
        (CHILD, 240, "above_usual_maximum", 80),
        (CHILD, 241, "above_all_reported", 80),
        (RENAL, 1, "no_limit_in_sources", None),
        (RENAL, 80, "no_limit_in_sources", None),
        (RENAL, 81, "above_maximum", None),
        (RENAL, 120, "above_maximum", None),
        (RENAL, 121, "above_all_reported", None),
    ],
)
def test_a_border_by_mouth(population, daily, verdict, limit):
    found = result(Asked(Name.DOSE_CHECK, one(mg(daily)), population))
    assert found == {"verdict": verdict, "limit": limit, "daily_dose": number(daily), "unit": "mg/day"}


@pytest.mark.parametrize(
    ("population", "daily", "verdict", "limit"),
    [
        (ADULT, 15, "within", 15),
        (ADULT, 16, "above_starting_dose", 15),
        (ELDERLY, 15, "within", 15),
        (ELDERLY, 16, "above_starting_dose", 15),
        (RENAL, 10, "within", 10),
        (RENAL, 11, "above_starting_dose", 10),
        (CHILD, "7.5", "within", "7.5"),
        (CHILD, "7.6", "above_starting_dose", "7.5"),
    ],
)
def test_a_border_of_a_first_dose(population, daily, verdict, limit):
    found = result(Asked(Name.DOSE_CHECK, one(mg(daily)), population, as_start=True))
    assert (found["verdict"], found["limit"]) == (verdict, number(limit))


@pytest.mark.parametrize(
    ("population", "daily", "verdict", "limit"),
    [
        (CHILD, "26.9", "below_usual_range", 800),
        (CHILD, 27, "within", 800),
        (CHILD, 800, "within", 800),
        (CHILD, 801, "above_all_reported", 800),
        (CHILD, 3001, "above_all_reported", 800),
        (ADULT, 27, "no_limit_in_sources", None),
        (ADULT, 801, "no_limit_in_sources", None),
        (ADULT, 3000, "no_limit_in_sources", None),
        (ELDERLY, 801, "no_limit_in_sources", None),
        (RENAL, 801, "no_limit_in_sources", None),
    ],
)
def test_a_border_by_pump(population, daily, verdict, limit):
    found = result(Asked(Name.DOSE_CHECK, one(mcg(daily)), population, PUMP))
    assert found == {"verdict": verdict, "limit": limit, "daily_dose": number(daily), "unit": "mcg/day"}


VERDICT_WARNINGS = {
    WarningCode.ABOVE_MAXIMUM,
    WarningCode.ABOVE_USUAL_MAXIMUM,
    WarningCode.ABOVE_STARTING_DOSE,
    WarningCode.ADVERSE_EFFECTS_ABOVE_60,
}


@pytest.mark.parametrize(
    ("population", "daily", "as_start", "codes"),
    [
        (ADULT, 60, False, ()),
        (ADULT, 61, False, (WarningCode.ADVERSE_EFFECTS_ABOVE_60,)),
        (ADULT, 80, False, (WarningCode.ADVERSE_EFFECTS_ABOVE_60,)),
        (ADULT, 81, False, (WarningCode.ABOVE_MAXIMUM, WarningCode.ADVERSE_EFFECTS_ABOVE_60)),
        (ADULT, 121, False, (WarningCode.ABOVE_MAXIMUM, WarningCode.ADVERSE_EFFECTS_ABOVE_60)),
        (ADULT, 60, True, (WarningCode.ABOVE_STARTING_DOSE,)),
        (ADULT, 61, True, (WarningCode.ABOVE_STARTING_DOSE, WarningCode.ADVERSE_EFFECTS_ABOVE_60)),
        (ELDERLY, 40, False, ()),
        (ELDERLY, 41, False, (WarningCode.ABOVE_USUAL_MAXIMUM,)),
        (ELDERLY, 81, False, (WarningCode.ABOVE_MAXIMUM,)),
        (RENAL, 80, False, ()),
        (RENAL, 81, False, (WarningCode.ABOVE_MAXIMUM,)),
        (CHILD, 80, False, ()),
        (CHILD, 81, False, (WarningCode.ABOVE_USUAL_MAXIMUM,)),
        (CHILD, 241, False, (WarningCode.ABOVE_USUAL_MAXIMUM,)),
    ],
)
def test_a_check_warns_of_just_what_was_passed(population, daily, as_start, codes):
    found = dose_check(case(Asked(Name.DOSE_CHECK, one(mg(daily)), population, as_start=as_start)))
    assert VERDICT_WARNINGS.intersection(found.warnings) == set(codes)


def test_older_adults_see_80_only_where_it_was_passed():
    for daily in range(1, 81):
        made = answer(Asked(Name.DOSE_CHECK, one(mg(daily)), ELDERLY)).calculations
        sentence = own().renderer.workings.result(made[0])
        named = re.findall(r"[0-9]+", sentence.replace(f"**{daily}", "", 1))
        assert named == ["40"], f"at {daily} mg: {sentence}"


@pytest.mark.parametrize(
    ("population", "daily", "notes"),
    [
        (ADULT, 1000, set()),
        (ADULT, 1001, {"little_experience"}),
        (ELDERLY, 1000, {"pump_fallback"}),
        (RENAL, 1001, {"pump_fallback", "little_experience"}),
        (CHILD, 1001, {"child_source"}),
    ],
)
def test_what_is_said_beside_a_check_by_pump(population, daily, notes):
    assert set(answer(Asked(Name.DOSE_CHECK, one(mcg(daily)), population, PUMP)).notes) == notes


@pytest.mark.parametrize(("times", "said"), [(1, True), (2, True), (3, False), (4, False)])
def test_fewer_doses_a_day_than_the_sources_three_are_said(times, said):
    checked = answer(Asked(Name.DOSE_CHECK, one(mg(10, basis=Basis.DOSE, times_per_day=times))))
    assert ("fewer_doses" in checked.notes) is said


@pytest.mark.parametrize(
    ("target", "doses", "notes", "codes"),
    [
        (15, (15,), (), ()),
        (29, (15,), ("unreachable",), ()),
        (30, (15, 30), (), ()),
        (40, (15, 30), ("unreachable",), ()),
        (60, (15, 30, 45, 60), (), ()),
        (75, (15, 30, 45, 60, 75), (), (WarningCode.ADVERSE_EFFECTS_ABOVE_60,)),
        (80, (15, 30, 45, 60, 75), ("unreachable",), (WarningCode.ADVERSE_EFFECTS_ABOVE_60,)),
        (
            81,
            (15, 30, 45, 60, 75),
            ("target_above_maximum",),
            (WarningCode.ABOVE_MAXIMUM, WarningCode.ADVERSE_EFFECTS_ABOVE_60),
        ),
        (None, (15, 30, 45, 60, 75), ("unreachable",), (WarningCode.ADVERSE_EFFECTS_ABOVE_60,)),
    ],
)
def test_a_border_of_a_target(target, doses, notes, codes):
    asked = Asked(Name.TITRATION_SCHEDULE, Figures(target=None if target is None else mg(target)))
    found: Computed = titration_schedule(case(asked))
    assert tuple(row["daily_mg"] for row in result(asked)["rows"]) == doses
    assert (found.notes, found.warnings) == (notes, codes)


def test_a_taper_of_the_contracts_rule():
    assert taper(60, 7) == [55, 45, 40, 30, 25, 15, 10, 0]


@pytest.mark.parametrize(("days", "question"), [(6, "taper_too_fast"), (7, ""), (180, ""), (181, "taper_too_long")])
def test_a_border_of_a_tapers_days(days, question):
    found = answer(Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number(days))))
    assert (found.question, bool(found.calculations)) == (question, not question)
    assert WarningCode.ABRUPT_STOP in found.warnings
    assert "any.any.stopping" in {fact.id for fact in found.facts}


def test_a_taper_without_days_is_the_fastest_and_says_so():
    found = answer(Asked(Name.TAPER_SCHEDULE, one(mg(60))))
    assert found.calculations[0].inputs["days"] == 7
    assert found.notes == ("taper_illustration", "taper_fastest")


@pytest.mark.parametrize(("current", "rows"), [(10, 0), (11, 0), (12, 8), (15, 8)])
def test_a_taper_needs_three_different_doses(current, rows):
    assert len(taper(current, 7)) == rows


@pytest.mark.parametrize(
    ("weight", "target", "capped"),
    [
        (8, 16, False),
        ("17.35", "34.7", False),
        (40, 80, False),
        ("40.01", 80, True),
        ("40.006847034", 80, True),
        (41, 80, True),
        (120, 80, True),
    ],
)
def test_a_border_of_a_childs_weight(weight, target, capped):
    assert by_weight(number(weight)) == {"target_mg_per_day": number(target), "capped": capped}


@pytest.mark.parametrize("weight", ["40.01", "40.006847034", "41"])
def test_the_working_of_a_cap_shows_what_is_above_it(weight):
    made = answer(Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=number(weight)), CHILD)).calculations
    product = made[0].steps[-1].values["product"]
    assert product == Quantity.of(2 * number(weight), "mg/day")


@pytest.mark.parametrize(
    ("amount", "outside"), [(49, True), (50, False), (100, False), (101, True), (1000, True), ("49.9", True)]
)
def test_a_border_of_a_bolus(amount, outside):
    asked = Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(amount), response=Response.BRIEF))
    assert result(asked) == {"daily_mcg": 2 * number(amount)}
    assert ("bolus_outside" in answer(asked).notes) is outside


BOTH = {"daily_mcg_if_brief": 150, "daily_mcg_if_prolonged": 75}


@pytest.mark.parametrize(
    ("hours", "sign", "response", "daily"),
    [
        ("7.9", "", Response.UNSAID, 150),
        (8, "", Response.UNSAID, 150),
        ("8.1", "", Response.UNSAID, 75),
        (8, "above", Response.UNSAID, 75),
        (7, "above", Response.UNSAID, None),
        (8, "below", Response.UNSAID, 150),
        (9, "below", Response.UNSAID, None),
        (9, "", Response.BRIEF, 75),
        (4, "", Response.NEGATIVE, 75),
        (4, "", Response.PROLONGED, 75),
        (None, "", Response.BRIEF, 150),
        (None, "", Response.UNSAID, None),
    ],
)
def test_a_border_of_a_response(hours, sign, response, daily):
    said = {"hours": None if hours is None else number(hours), "hours_sign": sign, "response": response}
    found = result(Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(75), **said)))
    assert found == (BOTH if daily is None else {"daily_mcg": daily})


@pytest.mark.parametrize(
    ("daily", "origin", "population", "low", "high"),
    [
        (100, Origin.SPINAL, ADULT, 110, 130),
        (100, Origin.CEREBRAL, ADULT, 105, 115),
        (100, None, CHILD, 105, 115),
        (100, Origin.SPINAL, CHILD, 105, 115),
        ("33.3", Origin.SPINAL, ADULT, "36.7", "43.2"),
        ("33.3", Origin.CEREBRAL, ADULT, "35", "38.2"),
    ],
)
def test_a_step_by_pump_is_rounded_inward(daily, origin, population, low, high):
    found = result(Asked(Name.PUMP_DOSE_STEP, one(mcg(daily)), population, origin=origin))
    assert found == {"low_mcg": number(low), "high_mcg": number(high), "every_hours": 24}


def test_a_step_without_an_origin_is_computed_for_each():
    made = answer(Asked(Name.PUMP_DOSE_STEP, one(mcg(100)))).calculations
    assert [calculation.inputs["origin"] for calculation in made] == [Origin.SPINAL, Origin.CEREBRAL]


@pytest.mark.parametrize(
    ("volume", "concentration", "daily", "days"),
    [
        ("32.3", 500, 85, 190),  # 189.99999999999997 in floats
        (20, 500, 100, 100),
        (20, 500, "100.1", 99),
        ("1.1", 3000, "1.1", 3000),
        (1, 10, 11, 0),
    ],
)
def test_a_refill_interval_falls_into_no_float_trap(volume, concentration, daily, days):
    assert refill(number(daily), number(concentration), number(volume)) == days


@pytest.mark.parametrize(("volume", "days", "said"), [(36, 180, False), ("36.2", 181, True)])
def test_the_drugs_stability_is_named_above_180_days(volume, days, said):
    asked = Asked(Name.REFILL_INTERVAL, pump(100, 500, volume))
    assert result(asked)["days"] == days
    assert ("stability" in answer(asked).notes) is said


@pytest.mark.parametrize("usable", [False, True])
def test_a_volume_not_called_usable_is_said_to_be_at_most(usable):
    asked = Asked(Name.REFILL_INTERVAL, replace(pump(100, 500, 20), usable=usable))
    found = answer(asked)
    assert ("usable_volume" in found.notes) is not usable
    assert ("at most" in own().renderer.workings.result(found.calculations[0])) is not usable


@pytest.mark.parametrize(
    ("daily", "concentration", "per_hour", "per_day"),
    [
        (240, 500, 10, "0.48"),
        ("0.12", 500, "0.01", 0),  # 0.005 mcg is rounded up, 0.00024 mL down
        (100, 2000, "4.17", "0.05"),
        (333, 500, "13.88", "0.666"),
        ("100.5", 1000, "4.19", "0.101"),  # 0.1005 mL is rounded up
    ],
)
def test_a_pumps_rate_is_rounded_half_up(daily, concentration, per_hour, per_day):
    found = result(Asked(Name.PUMP_INFUSION, pump(daily, concentration, 20)))
    assert found == {"mcg_per_hour": number(per_hour), "ml_per_day": number(per_day)}


def test_a_rate_by_the_hour_asks_for_no_concentration():
    found = result(Asked(Name.PUMP_INFUSION, one(mcg(240)), hourly_only=True))
    assert found == {"mcg_per_hour": 10}


@pytest.mark.parametrize(
    ("age", "question", "very_old"),
    [
        (17, "clearance_age", False),
        (18, "", False),
        (92, "", False),
        (93, "", True),
        (120, "", True),
        (121, "clearance_age", False),
        (400, "clearance_age", False),
    ],
)
def test_a_border_of_the_age_for_a_clearance(age, question, very_old):
    found = answer(Asked(Name.CREATININE_CLEARANCE, kidneys(age_years=number(age))))
    assert (found.question, bool(found.calculations)) == (question, not question)
    assert ("very_old" in found.notes) is very_old


@pytest.mark.parametrize(
    ("said", "ml_per_min"),
    [
        (kidneys(), 90),
        (kidneys(sex=Sex.FEMALE), "76.5"),
        (kidneys(creatinine=number("88.4"), creatinine_unit="micromol/L"), 90),
        (kidneys(creatinine=number("88.4"), creatinine_unit="micromol/L", sex=Sex.FEMALE), "76.5"),
        (kidneys(creatinine=number(110), creatinine_unit="micromol/L", age_years=number(70)), "56.3"),
        (kidneys(age_years=number(120)), 20),
        (kidneys(age_years=number(60), weight_kg=number("72.045")), "80.1"),  # 80.05 is rounded up
    ],
)
def test_a_clearance_by_hand(said, ml_per_min):
    assert clearance(said) == number(ml_per_min)


def test_a_clearance_says_what_misleads_and_that_no_dose_follows():
    assert {"muscle_mass", "no_dose_follows"} <= set(answer(COMPLETE["clearance"]).notes)


# ------------------------------------------------------------------------------------------------------ questions back

MISSING, INVALID, MISMATCH = Reason.MISSING_INPUT, Reason.INVALID_INPUT, Reason.UNIT_MISMATCH
BARE = {"unit": "", "basis": Basis.DAY}
BASELESS = {"basis": Basis.UNSAID}

# The question back, its reason, and what brings it.
ASKED_BACK: tuple[tuple[str, Reason, Asked], ...] = (
    ("no_dose", MISSING, Asked(Name.DOSE_CHECK)),
    ("no_dose", MISSING, Asked(Name.TAPER_SCHEDULE)),
    ("no_dose", MISSING, Asked(Name.PUMP_DOSE_STEP)),
    ("pieces", MISSING, Asked(Name.DOSE_CHECK, Figures(pieces=number(3)))),
    ("as_needed", MISSING, Asked(Name.DOSE_CHECK, one(mg(10), as_needed=True))),
    (
        "several_doses",
        Reason.AMBIGUOUS,
        Asked(Name.DOSE_CHECK, Figures(doses=(mg(10), mg(20, basis=Basis.UNSAID)))),
    ),
    ("several_doses", Reason.AMBIGUOUS, Asked(Name.TAPER_SCHEDULE, Figures(doses=(mg(10), mg(20))))),
    ("no_unit", MISSING, Asked(Name.DOSE_CHECK, one(mg(20, **BARE)))),
    ("no_unit", MISSING, Asked(Name.TAPER_SCHEDULE, one(mg(20, **BARE)))),
    ("no_unit", MISSING, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(20, **BARE)))),
    ("no_basis", MISSING, Asked(Name.DOSE_CHECK, one(mg(20, **BASELESS)))),
    ("no_basis", MISSING, Asked(Name.DOSE_CHECK, one(mg(20, basis=Basis.DOSE)))),
    ("no_basis", MISSING, Asked(Name.TAPER_SCHEDULE, one(mg(20, **BASELESS)))),
    ("no_basis", MISSING, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(20, **BASELESS)))),
    ("impossible", INVALID, Asked(Name.DOSE_CHECK, one(mg(0)))),
    ("impossible", INVALID, Asked(Name.DOSE_CHECK, one(mg(-5)))),
    ("impossible", INVALID, Asked(Name.DOSE_CHECK, one(mg(0, 20)))),
    ("impossible", INVALID, Asked(Name.DOSE_CHECK, one(mcg(0)), CHILD, PUMP)),
    ("impossible", INVALID, Asked(Name.TAPER_SCHEDULE, one(mg(0)))),
    ("mg_by_pump", MISMATCH, Asked(Name.DOSE_CHECK, one(mg(20)), ADULT, PUMP)),
    ("mg_by_pump", MISMATCH, Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(75, unit="mg")))),
    ("mg_by_pump", MISMATCH, Asked(Name.PUMP_DOSE_STEP, one(mg(20)))),
    ("mg_by_pump", MISMATCH, Asked(Name.PUMP_INFUSION, replace(pump(1, 500, 20), doses=(mg(20),)))),
    ("mg_by_pump", MISMATCH, Asked(Name.REFILL_INTERVAL, replace(pump(1, 500, 20), doses=(mg(20),)))),
    ("mcg_by_mouth", MISMATCH, Asked(Name.DOSE_CHECK, one(mcg(20)))),
    ("mcg_by_mouth", MISMATCH, Asked(Name.TITRATION_SCHEDULE, Figures(target=mcg(60)))),
    ("a_range", MISSING, Asked(Name.TAPER_SCHEDULE, one(mg(40, 60)))),
    ("a_range", MISSING, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(40, 60)))),
    ("a_range", MISSING, Asked(Name.PUMP_DOSE_STEP, one(mcg(40, 60)))),
    ("target_below_start", INVALID, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(14)))),
    ("target_below_start", INVALID, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg("14.9")))),
    ("target_below_start", INVALID, Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(0)))),
    ("taper_too_fast", INVALID, Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number(6)))),
    ("taper_too_fast", INVALID, Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number(0)))),
    ("taper_too_fast", INVALID, Asked(Name.TAPER_SCHEDULE, Figures(days=number(6)))),
    ("taper_too_long", INVALID, Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number(181)))),
    ("taper_days", INVALID, Asked(Name.TAPER_SCHEDULE, one(mg(60), days=number("7.5")))),
    ("no_weight", MISSING, Asked(Name.WEIGHT_BASED_DOSE, population=CHILD)),
    ("no_weight_unit", MISSING, Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_without_unit=number(20)), CHILD)),
    ("child_weight", INVALID, Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=number("7.9")), CHILD)),
    ("child_weight", INVALID, Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=number(121)), CHILD)),
    ("child_weight", INVALID, Asked(Name.WEIGHT_BASED_DOSE, Figures(weight_kg=number(0)), CHILD)),
    ("no_bolus", MISSING, Asked(Name.PUMP_STARTING_DOSE)),
    ("no_bolus", MISSING, Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(50, 100)))),
    ("no_bolus_unit", MISSING, Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(75, unit="")))),
    ("bolus", INVALID, Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(1001)))),
    ("bolus", INVALID, Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(0)))),
    ("pump_dose", INVALID, Asked(Name.DOSE_CHECK, one(mcg(3001)), ADULT, PUMP)),
    ("pump_dose", INVALID, Asked(Name.DOSE_CHECK, one(mcg(100, 3001)), ELDERLY, PUMP)),
    ("pump_dose", INVALID, Asked(Name.PUMP_DOSE_STEP, one(mcg(3001)))),
    ("pump_dose", INVALID, Asked(Name.PUMP_DOSE_STEP, one(mcg(0)))),
    ("pump_dose", INVALID, Asked(Name.PUMP_DOSE_STEP, one(mcg("0.1")), origin=Origin.CEREBRAL)),
    ("pump_dose", INVALID, Asked(Name.PUMP_INFUSION, pump(3001, 500, 20))),
    ("pump_dose", INVALID, Asked(Name.REFILL_INTERVAL, pump(0, 500, 20))),
    ("no_pump_unit", MISSING, Asked(Name.PUMP_DOSE_STEP, one(mg(100, **BARE)))),
    ("no_pump_basis", MISSING, Asked(Name.PUMP_DOSE_STEP, one(mcg(100, **BASELESS)))),
    ("no_concentration", MISSING, Asked(Name.PUMP_INFUSION, one(mcg(100)))),
    ("no_concentration", MISSING, Asked(Name.REFILL_INTERVAL, one(mcg(100), reservoir_ml=number(20)))),
    ("concentration", INVALID, Asked(Name.PUMP_INFUSION, pump(100, 0, 20))),
    ("concentration", INVALID, Asked(Name.PUMP_INFUSION, pump(100, 4001, 20))),
    ("concentration", INVALID, Asked(Name.REFILL_INTERVAL, pump(100, "9.9", 20))),
    ("no_volume", MISSING, Asked(Name.REFILL_INTERVAL, one(mcg(100), concentration_mcg_per_ml=number(500)))),
    ("volume", INVALID, Asked(Name.REFILL_INTERVAL, pump(100, 500, 0))),
    ("volume", INVALID, Asked(Name.REFILL_INTERVAL, pump(100, 500, 101))),
    ("clearance_inputs", MISSING, Asked(Name.CREATININE_CLEARANCE)),
    ("clearance_inputs", MISSING, Asked(Name.CREATININE_CLEARANCE, kidneys(sex=None))),
    ("clearance_inputs", MISSING, Asked(Name.CREATININE_CLEARANCE, kidneys(age_years=None))),
    ("clearance_inputs", MISSING, Asked(Name.CREATININE_CLEARANCE, kidneys(weight_kg=None))),
    ("clearance_inputs", MISSING, Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine=None, creatinine_unit=""))),
    ("no_creatinine_unit", MISSING, Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine_unit=""))),
    ("clearance_age", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(age_years=number(17)))),
    ("clearance_age", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(age_years=number(121)))),
    ("adult_weight", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(weight_kg=number(0)))),
    ("adult_weight", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(weight_kg=number(351)))),
    ("creatinine", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine=number(110)))),
    ("creatinine", INVALID, Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine=number(0)))),
    (
        "creatinine",
        INVALID,
        Asked(Name.CREATININE_CLEARANCE, kidneys(creatinine=number("1.1"), creatinine_unit="micromol/L")),
    ),
)


def raised_keys(*callables: str) -> set[str]:
    """The keys that the dosing code raises with: the literal first arguments of calls of these names."""
    found: set[str] = set()
    for file in Path(chatbot.dosing.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in callables:
                # Of "a if … else b" only what the key may be counts, never what decides it.
                first = node.args[0]
                options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                found |= {str(option.value) for option in options if isinstance(option, ast.Constant)}
    return found


@pytest.mark.parametrize(
    ("key", "reason", "asked"),
    [pytest.param(*row, id=f"{row[0]}-{row[2].name}-{place}") for place, row in enumerate(ASKED_BACK)],
)
def test_what_is_missing_or_cannot_be_is_asked_for_and_nothing_computed(key, reason, asked):
    found = answer(asked)
    assert (found.outcome, found.question, found.reason) == (Outcome.CLARIFY, key, reason)
    assert found.calculations == ()
    assert found.query.topic is not Topic.CALCULATION, "without a result the query keeps the facts' topic"
    assert found.asked_for == (asked.name,)
    assert (WarningCode.UNIT_MISMATCH in found.warnings) is (reason is MISMATCH)
    text, _ = own().renderer.answer([found], (), declined=False, suggestions=())
    question, _, _ = own().renderer.workings.wording["ask"][key].partition("{")
    assert question.strip() in text, f"the question back is not asked:\n{text}"


def test_every_question_back_that_the_code_has_is_reached():
    assert {key for key, _, _ in ASKED_BACK} == raised_keys("InputError", "missing")


# ----------------------------------------------------------------------------------------------------- facts instead


@dataclass(frozen=True)
class Instead:
    """What is answered with facts: their topic, and the note on why."""

    asked: Asked
    topic: Topic
    note: str = ""
    outcome: Outcome = Outcome.ANSWER


SIXTY_MG = one(mg(60), days=number(10))
TWENTY_KG = Figures(weight_kg=number(20))
FACTS_ONLY: dict[str, Instead] = {
    **{
        f"titration, {population}": Instead(
            Asked(Name.TITRATION_SCHEDULE, Figures(target=mg(30)), population), Topic.TITRATION, "no_step"
        )
        for population in (ELDERLY, RENAL, CHILD)
    },
    "titration by pump": Instead(Asked(Name.TITRATION_SCHEDULE, route=PUMP), Topic.TITRATION, "no_step"),
    "a child's taper": Instead(Asked(Name.TAPER_SCHEDULE, SIXTY_MG, CHILD), Topic.STOPPING, "no_child_taper"),
    "a pump's taper": Instead(Asked(Name.TAPER_SCHEDULE, one(mcg(60)), ADULT, PUMP), Topic.STOPPING, "no_pump_taper"),
    "a taper in mcg": Instead(Asked(Name.TAPER_SCHEDULE, one(mcg(60))), Topic.STOPPING, "no_pump_taper"),
    "a taper of a low dose": Instead(Asked(Name.TAPER_SCHEDULE, one(mg(10))), Topic.STOPPING, "low_dose"),
    **{
        f"dose by weight, {population or 'nobody named'}": Instead(
            Asked(Name.WEIGHT_BASED_DOSE, TWENTY_KG, population), Topic.MAINTENANCE_DOSE, "no_weight_rule"
        )
        for population in (ADULT, ELDERLY, RENAL, None)
    },
    "dose by weight by pump": Instead(
        Asked(Name.WEIGHT_BASED_DOSE, TWENTY_KG, CHILD, PUMP), Topic.MAINTENANCE_DOSE, "no_weight_rule"
    ),
    "a first dose by pump": Instead(
        Asked(Name.DOSE_CHECK, one(mcg(100)), ADULT, PUMP, as_start=True), Topic.STARTING_DOSE
    ),
    "a child's first dose by pump": Instead(
        Asked(Name.PUMP_STARTING_DOSE, Figures(screening_bolus=bolus(50)), CHILD),
        Topic.STARTING_DOSE,
        outcome=Outcome.UNKNOWN,
    ),
}


@pytest.mark.parametrize("instead", FACTS_ONLY.values(), ids=FACTS_ONLY)
def test_where_no_rule_is_the_facts_answer_under_their_own_topic(instead):
    found = answer(instead.asked)
    assert found.calculations == ()
    assert found.query == instead.asked.query.with_(topic=instead.topic)
    assert found.outcome is instead.outcome
    assert bool(found.facts) is (instead.outcome is Outcome.ANSWER)
    assert found.notes[:1] == (instead.note,) if instead.note else "" not in found.notes


def test_every_note_on_why_facts_answer_is_reached_and_worded():
    reached = {instead.note for instead in FACTS_ONLY.values()}
    assert reached == raised_keys("FactsInsteadError")
    workings, query = own().renderer.workings, Query(Topic.TITRATION, ORAL, ELDERLY)
    assert [note for note in reached if note and not workings.note(note, query)] == []


@pytest.mark.parametrize("limit", Limit)
@pytest.mark.parametrize("name", DOSE_CALCULATIONS)
def test_past_the_sources_no_dose_is_computed_or_shown(name, limit):
    population = RENAL if limit is Limit.SEVERE_RENAL else CHILD
    for asked in COMPLETE.values():
        if asked.name is not name:
            continue
        found = answer(replace(asked, population=population), limit=limit)
        assert found.calculations == ()
        assert found.query.topic is (Topic.STARTING_DOSE if asked.as_start else FACTS_INSTEAD[name])
        assert [fact.id for fact in found.shown if fact.topic.is_dose] == []
        assert found.outcome is Outcome.UNKNOWN or found.query.topic is Topic.STOPPING


@pytest.mark.parametrize("limit", Limit)
@pytest.mark.parametrize("asked", [COMPLETE["pump rate"], COMPLETE["refill"], COMPLETE["clearance"]])
def test_what_gives_no_dose_is_computed_for_everybody(asked, limit):
    assert answer(asked, limit=limit).calculations == answer(asked).calculations != ()


@pytest.mark.parametrize(
    ("question", "population"),
    [
        ("is 20 mg three times daily too much in severe renal impairment?", RENAL),
        ("is 20 mg three times daily too much for a child with CKD?", CHILD),
        ("dose by weight for a 1-year-old of 10 kg", CHILD),
    ],
)
def test_a_question_past_the_sources_is_unknown_and_computes_nothing(question, population):
    reply = own().ask(question)
    assert reply.outcome is Outcome.UNKNOWN
    assert reply.calculations == ()
    assert [(row.query.topic.is_dose, row.query.population) for row in reply.queries] == [(True, population)]


# ---------------------------------------------------------------------------------------------- figures are the facts'


def with_value(fact: Fact, **values: Quantity) -> FactBook:
    """The project's facts, one of them with other values."""
    changed = replace(fact, values={**fact.values, **values})
    return FactBook(changed if other.id == fact.id else other for other in own().book.all)


@pytest.mark.parametrize(
    ("fact", "key", "value", "asked", "result_key", "found"),
    [
        (
            "oral.adult.maximum_dose", "daily_dose", "90 mg/day",
            Asked(Name.TITRATION_SCHEDULE), "stops_at_mg_per_day", 90,
        ),
        (
            "oral.adult.titration", "step_per_dose", "10 mg",
            Asked(Name.TITRATION_SCHEDULE), "stops_at_mg_per_day", 75,
        ),
        (
            "oral.pediatric.maintenance_dose", "daily_dose_per_weight", "1 mg/kg/day",
            COMPLETE["child's weight"], "target_mg_per_day", Decimal("17.3"),
        ),
        ("oral.elderly.maximum_dose", "daily_dose", "30-50 mg/day", COMPLETE["older adult"], "limit", 50),
        (
            "intrathecal.adult.starting_dose", "prolonged_response_over", "9 hours",
            COMPLETE["bolus"], "daily_mcg", 150,
        ),
        (
            "intrathecal.adult.titration.spinal", "increase", "10-20 %",
            Asked(Name.PUMP_DOSE_STEP, one(mcg(100)), origin=Origin.SPINAL), "high_mcg", 120,
        ),
    ],
)  # fmt: skip
def test_a_fact_that_changes_changes_the_result(fact, key, value, asked, result_key, found):
    book = with_value(own().book.by_id[fact], **{key: Quantity.parse(value)})
    (made,) = answer(asked, book=book).calculations
    assert made.result[result_key] == found


@pytest.mark.parametrize("asked", COMPLETE.values(), ids=COMPLETE)
def test_every_calculation_names_the_facts_it_rests_on(asked):
    found = answer(asked)
    shown = {fact.id for fact in found.facts}
    assert found.calculations
    for calculation in found.calculations:
        assert calculation.facts
        assert set(calculation.facts) <= shown


@pytest.mark.parametrize("asked", COMPLETE.values(), ids=COMPLETE)
def test_content_that_lacks_a_fact_is_answered_with_what_it_has(asked):
    everything = own().book.all
    lacking = [FactBook(other for other in everything if other is not fact) for fact in everything]
    for book in (*lacking, FactBook(())):
        found = answer(asked, book=book)
        assert found.calculations or found.query.topic is not Topic.CALCULATION


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("is 60 too much?", "dose_check"),
        ("is 60 mg too much for a man of 40?", "dose_check"),
        ("taper 60 mg over 14 days", "taper_schedule"),
        ("wean a 70 year old off 40 mg", "taper_schedule"),
    ],
)
def test_what_is_offered_with_a_question_back_is_the_same_calculation_made(question, name):
    asked = own().ask(question)
    assert asked.outcome is Outcome.CLARIFY
    assert len(asked.suggestions) == 2
    for suggestion in asked.suggestions:
        assert [made["name"] for made in own().ask(suggestion).calculations] == [name]
