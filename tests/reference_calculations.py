"""The nine dose calculations of the contract a second time, to check the first implementation against.

Written from CONTRACT.md ("Calculations") and facts.yaml alone, without sight of the project's code and importing none
of it, and where there is a choice by another route than the obvious one. Every number is a Fraction or an int. `None`
means that the contract wants no rows or no result (a number out of bounds, a population without a rule). Warnings,
wording and the reading of units are not checked here.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from fractions import Fraction
from itertools import groupby
from operator import gt, le, lt

Number = Fraction | int
Result = dict[str, object]
Row = dict[str, object]
Band = tuple[Callable[[Number, Number], bool], Number, str]

UNDER, TO, OVER = lt, le, gt

ORAL_BANDS: dict[str, tuple[Band, ...]] = {
    "adult": (
        (UNDER, 40, "below_usual_range"),
        (TO, 80, "within"),
        (TO, 120, "above_maximum"),
        (OVER, 120, "above_all_reported"),
    ),
    "elderly": (
        (TO, 40, "within"),
        (TO, 80, "above_usual_maximum"),
        (OVER, 80, "above_maximum"),
    ),
    "pediatric": (
        (TO, 80, "within"),
        (TO, 240, "above_usual_maximum"),
        (OVER, 240, "above_all_reported"),
    ),
    "renal_impairment": (
        (TO, 80, "no_limit_in_sources"),
        (TO, 120, "above_maximum"),
        (OVER, 120, "above_all_reported"),
    ),
}
CHILD_PUMP_BANDS: tuple[Band, ...] = (
    (UNDER, 27, "below_usual_range"),
    (TO, 800, "within"),
    (OVER, 800, "above_all_reported"),
)
ADULT_PUMP_BANDS: tuple[Band, ...] = ((TO, 3000, "no_limit_in_sources"),)  # above it the contract asks again

# 5 mg x 3, 5 mg x up to 3, 2.5 mg x 3, and the upper end of 2.5 to 5 mg x 2
ORAL_START: dict[str, Number] = {"adult": 15, "elderly": 15, "pediatric": Fraction(15, 2), "renal_impairment": 10}

# The new daily dose in percent of the one before, at least and at most.
PUMP_STEP_PERCENT = {"spinal": (110, 130), "cerebral": (105, 115), "child": (105, 115)}

# Cockcroft and Gault with everything constant in one factor: 1/72, times 88.4 for micromol/L, times 0.85 for women.
CLEARANCE_FACTOR = {
    ("male", "mg/dL"): Fraction(1, 72),
    ("female", "mg/dL"): Fraction(17, 1440),
    ("male", "micromol/L"): Fraction(221, 180),
    ("female", "micromol/L"): Fraction(3757, 3600),
}


def half_up(value: Number, places: int) -> Fraction:
    """Round a number that is not negative, a half upwards, by the remainder of an integer division."""
    scale = 10**places
    whole, remainder = divmod(value.numerator * scale, value.denominator)
    return Fraction(whole + (2 * remainder >= value.denominator), scale)


def titration_schedule(population: str, target: Number | None = None) -> Result | None:
    """Live through thirty days, raising the dose after three days on it if that is allowed; then group like days."""
    if population != "adult" or (target is not None and target < 15):
        return None
    dose, days_on_dose = 5, 0
    diary: list[tuple[int, int]] = []  # the day, and each of its three doses
    for day in range(1, 31):
        raised = 3 * (dose + 5)
        if days_on_dose == 3 and raised <= 80 and (target is None or raised <= target):
            dose, days_on_dose = dose + 5, 0
        days_on_dose += 1
        diary.append((day, dose))
    rows: list[Row] = []
    for each, entries in groupby(diary, key=lambda entry: entry[1]):
        days = [day for day, _ in entries]
        to_day = None if days[-1] == 30 else days[-1]
        rows.append(
            {"from_day": days[0], "to_day": to_day, "dose_mg": each, "times_per_day": 3, "daily_mg": each + each + each}
        )
    return {"rows": rows, "stops_at_mg_per_day": 3 * dose}


def taper_schedule(current: Number, days: Number = 7) -> Result | None:
    """Go down from the day before, 5 mg line by 5 mg line, as long as the straight line to 0 is not undercut."""
    if current <= 0 or days.denominator != 1 or not 7 <= days <= 180:
        return None
    last_day = int(days) + 1
    unit = current.denominator * last_day  # in these parts of a mg both the line and the multiples of 5 are integers
    five, dose = 5 * unit, current.numerator * last_day
    rows: list[Row] = []
    for day in range(1, last_day + 1):
        line = current.numerator * (last_day - day)
        while dose > 0 and (lower := (dose - 1) // five * five) >= line:
            dose = lower
        rows.append({"day": day, "daily_mg": Fraction(dose, unit)})
    different = {row["daily_mg"] for row in rows} - {Fraction(0)}
    return {"rows": rows} if len(different) >= 3 else None


def weight_based_dose(weight_kg: Number) -> Result | None:
    """Cap the weight rather than the dose: no kilogram above 40 counts."""
    if not 8 <= weight_kg <= 120:
        return None
    counted = min(Fraction(weight_kg), Fraction(40))
    return {"target_mg_per_day": counted + counted, "capped": counted != weight_kg}


def dose_check(population: str, route: str, daily_dose: Number, as_start: bool = False) -> Result | None:
    """Walk the bands from the lowest up; the first that holds the dose names the verdict."""
    bands: tuple[Band, ...]
    if daily_dose <= 0 or (as_start and route != "oral"):
        return None  # a pump's start rests on the screening bolus, not on a figure of its own
    if as_start:
        start = ORAL_START[population]
        bands = ((TO, start, "within"), (OVER, start, "above_starting_dose"))
    elif route == "oral":
        bands = ORAL_BANDS[population]
    else:
        bands = CHILD_PUMP_BANDS if population == "pediatric" else ADULT_PUMP_BANDS
    limit = next((bound for _, bound, verdict in bands if verdict == "within"), None)
    unit = "mg/day" if route == "oral" else "mcg/day"
    for holds, bound, verdict in bands:
        if holds(daily_dose, bound):
            return {"verdict": verdict, "limit": limit, "daily_dose": daily_dose, "unit": unit}
    return None


def pump_starting_dose(bolus: Number, prolonged_or_negative: bool | None = None) -> Result | None:
    """Give the bolus once more, unless the response was prolonged or negative; both where that is not said."""
    if not 0 < bolus <= 1000:
        return None
    if prolonged_or_negative is None:
        return {"daily_mcg_if_brief": bolus + bolus, "daily_mcg_if_prolonged": bolus}
    return {"daily_mcg": bolus if prolonged_or_negative else bolus + bolus}


def pump_dose_step(daily: Number, kind: str) -> Result | None:
    """Look up the first and the last tenth of a mcg that lie within the step; None where none does."""
    if daily <= 0:
        return None
    at_least, at_most = PUMP_STEP_PERCENT[kind]
    tenths = range(int(20 * daily) + 2)  # 0, 0.1, 0.2 ... mcg, past the end of any step
    low = bisect_left(tenths, Fraction(daily * at_least, 10))
    high = bisect_right(tenths, Fraction(daily * at_most, 10)) - 1
    if low > high:
        return None
    return {"low_mcg": Fraction(low, 10), "high_mcg": Fraction(high, 10), "every_hours": 24}


def pump_infusion(daily: Number, concentration: Number) -> Result | None:
    """Take the hour's share of the day, and the volume that holds the day's dose."""
    if daily <= 0 or concentration <= 0:
        return None
    return {
        "mcg_per_hour": half_up(daily * Fraction(1, 24), 2),
        "ml_per_day": half_up(Fraction(daily) / concentration, 3),
    }


def refill_interval(reservoir: Number, concentration: Number, daily: Number) -> Result | None:
    """Count the whole daily doses in the stock, both in the same integer part of a mcg."""
    if reservoir <= 0 or concentration <= 0 or daily <= 0:
        return None
    stock = reservoir * concentration
    return {"days": (stock.numerator * daily.denominator) // (daily.numerator * stock.denominator)}


def creatinine_clearance(age: Number, weight_kg: Number, sex: str, creatinine: Number, unit: str) -> Result | None:
    """Cockcroft and Gault by one factor for each sex ('male' or 'female') and unit ('mg/dL' or 'micromol/L')."""
    if not 18 <= age <= 120 or weight_kg <= 0 or creatinine <= 0:
        return None
    exact = CLEARANCE_FACTOR[sex, unit] * (140 - age) * weight_kg / creatinine
    return {"ml_per_min": half_up(exact, 1)}
