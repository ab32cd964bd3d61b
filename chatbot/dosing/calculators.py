"""The nine calculations: pure, exact, from numbers to a result with the steps that lead there. They know no facts.

Each returns a `Working`; what cannot be computed raises `InputError`, which names the question to ask back. Amounts are
`Decimal`s in the unit that their names end in; quotients are exact fractions until they are rounded once, half up
unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from chatbot.calculation import Response, Sex, Step, Value
from chatbot.quantity import Quantity
from chatbot.query import Reason

MICROMOL_PER_MG_PER_DL = Decimal("88.4")  # creatinine: micromol/L in one mg/dL
FEMALE_SHARE = Decimal("0.85")  # Cockcroft and Gault, Nephron 1976;16:31-41, as the next two
AGE_FROM = 140
MASS_DIVISOR = 72
MG_A_DAY, MCG_A_DAY = "mg/day", "mcg/day"
HOURS_A_DAY = 24
DAYS_A_WEEK = 7
FEWEST_DOSES = 3  # different doses above 0 that a taper needs to be one
NOTHING_TO_SHOW = "low_dose"  # the key of `InputError` where a taper would have fewer


class InputError(Exception):
    """An input that is missing or cannot be. key names the question back, values the quantities in it."""

    def __init__(self, key: str, reason: Reason = Reason.INVALID_INPUT, **values: Quantity) -> None:
        super().__init__(key)
        self.key = key
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Working:
    """What a calculation found: its inputs and result under names with units, and the steps in between."""

    inputs: Mapping[str, Value]
    result: Mapping[str, Value]
    steps: tuple[Step, ...] = ()
    bounds: Mapping[str, Decimal] = field(default_factory=dict)


class Start(NamedTuple):
    """How a titration begins: the dose in mg, and how many of them a day."""

    dose_mg: Decimal
    times_per_day: int


def rounded(number: Fraction | Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """A number to so many decimal places, rounded once from its exact value."""
    exact = Fraction(number) * 10**places
    floor = exact.numerator // exact.denominator
    rest = exact - floor
    up = rest > 0 and (rounding == ROUND_CEILING or (rounding == ROUND_HALF_UP and rest >= Fraction(1, 2)))
    return Decimal(floor + up).scaleb(-places)


def titration_schedule(
    start: Start, step_mg: Decimal, every_days: int, highest_mg_per_day: Decimal, target_mg_per_day: Decimal | None
) -> Working:
    """The rows of a titration by mouth: each dose raised by a step while the daily total is within target and maximum.

    Raises `InputError` for a target below the first daily dose. The last row has no last day.
    """
    first = start.dose_mg * start.times_per_day
    if target_mg_per_day is not None and target_mg_per_day < first:
        raise InputError("target_below_start", target=Quantity.of(target_mg_per_day, MG_A_DAY))
    most = highest_mg_per_day if target_mg_per_day is None else min(target_mg_per_day, highest_mg_per_day)
    doses = []
    dose = start.dose_mg
    while dose * start.times_per_day <= most:
        doses.append(dose)
        dose += step_mg
    last = len(doses) - 1
    rows = tuple(
        {
            "from_day": place * every_days + 1,
            "to_day": None if place == last else (place + 1) * every_days,
            "dose_mg": dose,
            "times_per_day": start.times_per_day,
            "daily_mg": dose * start.times_per_day,
        }
        for place, dose in enumerate(doses)
    )
    stops_at = doses[-1] * start.times_per_day
    inputs: dict[str, Value] = {} if target_mg_per_day is None else {"target_mg_per_day": target_mg_per_day}
    each = {"dose": Quantity.of(start.dose_mg, "mg"), "times": Quantity.of(start.times_per_day, "times/day")}
    raised = {"step": Quantity.of(step_mg, "mg"), "every": Quantity.of(every_days, "days")}
    steps = (
        Step("start", {**each, "daily": Quantity.of(first, MG_A_DAY)}),
        Step("raise", {**raised, "daily_step": Quantity.of(step_mg * start.times_per_day, MG_A_DAY)}),
    )
    return Working(inputs, {"rows": rows, "stops_at_mg_per_day": stops_at}, steps, {"maximum": highest_mg_per_day})


def taper_schedule(
    current_mg_per_day: Decimal, days: int, *, fewest_days: int, most_days: int, round_to_mg: Decimal
) -> Working:
    """The rows of an even taper by mouth to nothing on the day after the last, each dose rounded up.

    Day d is current × (days + 1 − d) ÷ (days + 1), rounded up to `round_to_mg` and never above the day before. Raises
    `InputError` for days out of range, and (`NOTHING_TO_SHOW`) where fewer than three different doses would result.
    """
    check_taper_days(days, fewest_days, most_days)
    before = current_mg_per_day
    rows: list[Mapping[str, Decimal | int | None]] = []
    doses = []
    for day in range(1, days + 2):
        share = Fraction(current_mg_per_day) * (days + 1 - day) / (days + 1)
        before = min(before, rounded(share / Fraction(round_to_mg), 0, ROUND_CEILING) * round_to_mg)
        rows.append({"day": day, "daily_mg": before})
        doses.append(before)
    first = doses[0]
    if len(set(doses) - {0}) < FEWEST_DOSES:
        raise InputError(NOTHING_TO_SHOW)
    current = Quantity.of(current_mg_per_day, MG_A_DAY)
    steps = (
        Step("rule", {"current": current, "parts": days + 1, "round_to": Quantity.of(round_to_mg, "mg")}),
        Step("first", {"current": current, "left": days, "parts": days + 1, "daily": Quantity.of(first, MG_A_DAY)}),
    )
    return Working({"current_mg_per_day": current_mg_per_day, "days": days}, {"rows": tuple(rows)}, steps)


def check_taper_days(days: int, fewest_days: int, most_days: int) -> None:
    """Raise `InputError` for a taper that is too fast, or longer than is computed."""
    if days < fewest_days:
        raise InputError("taper_too_fast", days=Quantity.of(days, "days"))
    if days > most_days:
        raise InputError("taper_too_long", days=Quantity.of(days, "days"))


def weight_based_dose(
    weight_kg: Decimal, *, mg_per_kg_per_day: Decimal, cap_mg_per_day: Decimal, weights: Quantity
) -> Working:
    """A child's daily target by mouth (1 place) from the weight in kg, capped.

    Raises `InputError` for a weight out of range.
    """
    if not weights.low <= weight_kg <= weights.high:
        raise InputError("child_weight", weight=Quantity.of(rounded(weight_kg, 2), "kg"))
    exact = weight_kg * mg_per_kg_per_day
    capped = exact > cap_mg_per_day
    target = cap_mg_per_day if capped else rounded(exact, 1)
    product = Quantity.of(exact if capped else target, MG_A_DAY)  # rounded it might not show that it is above the cap
    rate = Quantity.of(mg_per_kg_per_day, "mg/kg/day")
    steps = [Step("product", {"weight": Quantity.of(rounded(weight_kg, 2), "kg"), "rate": rate, "product": product})]
    if capped:
        steps.append(Step("cap", {"product": product, "cap": Quantity.of(cap_mg_per_day, MG_A_DAY)}))
    result: dict[str, Value] = {"target_mg_per_day": target, "capped": capped}
    return Working({"weight_kg": weight_kg}, result, tuple(steps), {"cap_mg_per_day": cap_mg_per_day})


def pump_starting_dose(
    bolus_mcg: Decimal,
    response: Response,
    *,
    multiple: Decimal,
    multiple_if_prolonged: Decimal,
    prolonged_over_hours: Decimal,
    most_mcg: Decimal,
) -> Working:
    """An adult's first daily dose by pump from the effective screening bolus.

    Where the response is unsaid, the result has both figures. Raises `InputError` for a bolus of nothing or above
    `most_mcg`.
    """
    if not 0 < bolus_mcg <= most_mcg:
        raise InputError("bolus", bolus=Quantity.of(bolus_mcg, "mcg"))
    brief, prolonged = bolus_mcg * multiple, bolus_mcg * multiple_if_prolonged
    bolus = Quantity.of(bolus_mcg, "mcg")
    steps = {
        "brief": Step("brief", {"multiple": multiple, "bolus": bolus, "daily": Quantity.of(brief, MCG_A_DAY)}),
        "prolonged": Step("prolonged", {"bolus": bolus, "daily": Quantity.of(prolonged, MCG_A_DAY)}),
    }
    inputs: dict[str, Value] = {"screening_bolus_mcg": bolus_mcg}
    if response is Response.UNSAID:
        result: dict[str, Value] = {"daily_mcg_if_brief": brief, "daily_mcg_if_prolonged": prolonged}
        return Working(inputs, result, tuple(steps.values()), {"prolonged_over_hours": prolonged_over_hours})
    lasting = response is not Response.BRIEF
    inputs["prolonged_or_negative_response"] = lasting
    step = steps["prolonged" if lasting else "brief"]
    bounds = {"prolonged_over_hours": prolonged_over_hours}
    return Working(inputs, {"daily_mcg": prolonged if lasting else brief}, (step,), bounds)


def pump_dose_step(daily_mcg: Decimal, increase: Quantity, every_hours: int, *, most_mcg: Decimal) -> Working:
    """The new daily doses that one increase by pump leads to, rounded inward to 0.1 mcg.

    increase: in percent. Raises `InputError` for a dose of nothing or above `most_mcg`.
    """
    _check_pump(daily_mcg, most_mcg)
    exact = [Fraction(daily_mcg) * (100 + Fraction(share)) / 100 for share in (increase.low, increase.high)]
    low, high = rounded(exact[0], 1, ROUND_CEILING), rounded(exact[1], 1, ROUND_FLOOR)
    if low > high:
        raise InputError("pump_dose", daily=Quantity.of(daily_mcg, MCG_A_DAY))
    result: dict[str, Value] = {"low_mcg": low, "high_mcg": high, "every_hours": every_hours}
    doses = {"daily": Quantity.of(daily_mcg, MCG_A_DAY), "next": Quantity.of(low, MCG_A_DAY, high)}
    shares = {"low": Quantity.of(increase.low, "%"), "high": Quantity.of(increase.high, "%")}
    return Working({"daily_mcg": daily_mcg}, result, (Step("step", {**doses, **shares}),))


def pump_infusion(daily_mcg: Decimal, concentration_mcg_per_ml: Decimal | None, *, most_mcg: Decimal) -> Working:
    """A pump's rate: mcg per hour (2 places), and mL per day (3 places) where the concentration is known.

    Raises `InputError` for a dose of nothing or above `most_mcg`.
    """
    _check_pump(daily_mcg, most_mcg)
    per_hour = rounded(Fraction(daily_mcg) / HOURS_A_DAY, 2)
    inputs: dict[str, Value] = {"daily_mcg": daily_mcg}
    result: dict[str, Value] = {"mcg_per_hour": per_hour}
    daily = Quantity.of(daily_mcg, MCG_A_DAY)
    steps = [Step("hourly", {"daily": daily, "hours": HOURS_A_DAY, "rate": Quantity.of(per_hour, "mcg/hour")})]
    if concentration_mcg_per_ml is not None:
        volume = rounded(Fraction(daily_mcg) / Fraction(concentration_mcg_per_ml), 3)
        inputs["concentration_mcg_per_ml"] = concentration_mcg_per_ml
        result["ml_per_day"] = volume
        strength = Quantity.of(concentration_mcg_per_ml, "mcg/mL")
        steps.append(
            Step("volume", {"daily": daily, "concentration": strength, "volume": Quantity.of(volume, "mL/day")})
        )
    return Working(inputs, result, tuple(steps))


def refill_interval(
    reservoir_ml: Decimal, concentration_mcg_per_ml: Decimal, daily_mcg: Decimal, *, usable: bool, most_mcg: Decimal
) -> Working:
    """The whole days that a volume lasts, rounded down; usable says whether that is what can be used of it.

    Raises `InputError` for a dose of nothing or above `most_mcg`.
    """
    _check_pump(daily_mcg, most_mcg)
    content = reservoir_ml * concentration_mcg_per_ml
    days = int(Fraction(content) / Fraction(daily_mcg))
    inputs: dict[str, Value] = {"reservoir_ml": reservoir_ml, "usable": usable, "daily_mcg": daily_mcg}
    inputs["concentration_mcg_per_ml"] = concentration_mcg_per_ml
    strength, held = Quantity.of(concentration_mcg_per_ml, "mcg/mL"), Quantity.of(content, "mcg")
    steps = (
        Step("content", {"reservoir": Quantity.of(reservoir_ml, "mL"), "concentration": strength, "content": held}),
        Step("days", {"content": held, "daily": Quantity.of(daily_mcg, MCG_A_DAY), "days": Quantity.of(days, "days")}),
    )
    return Working(inputs, {"days": days}, steps)


def _check_pump(daily_mcg: Decimal, most_mcg: Decimal) -> None:
    if not 0 < daily_mcg <= most_mcg:
        raise InputError("pump_dose", daily=Quantity.of(daily_mcg, MCG_A_DAY))


def creatinine_clearance(age_years: Decimal, weight_kg: Decimal, sex: Sex, creatinine: Decimal, unit: str) -> Working:
    """Creatinine clearance in mL/min (1 place), by Cockcroft and Gault, Nephron 1976;16:31-41, with the actual weight.

    (140 − age) × kg ÷ (72 × mg/dL), × 0.85 for women; unit is mg/dL or micromol/L (÷ 88.4). The caller has checked the
    ranges; the age is below 140.
    """
    micromolar = unit == "micromol/L"
    mg_per_dl = Fraction(creatinine) / Fraction(MICROMOL_PER_MG_PER_DL) if micromolar else Fraction(creatinine)
    share = FEMALE_SHARE if sex is Sex.FEMALE else Decimal(1)
    exact = (AGE_FROM - Fraction(age_years)) * Fraction(weight_kg) / (MASS_DIVISOR * mg_per_dl) * Fraction(share)
    clearance = rounded(exact, 1)
    shown = Quantity.of(rounded(mg_per_dl, 3) if micromolar else creatinine, "mg/dL")
    steps = []
    if micromolar:
        entered = Quantity.of(creatinine, "micromol/L")
        steps.append(Step("converted", {"entered": entered, "factor": MICROMOL_PER_MG_PER_DL, "creatinine": shown}))
    person: dict[str, Quantity | Decimal | int] = {
        "age": age_years,
        "weight": Quantity.of(rounded(weight_kg, 2), "kg"),
        "creatinine": shown,
    }
    steps.append(Step(f"formula_{sex}", {**person, "clearance": Quantity.of(clearance, "mL/min")}))
    key = "creatinine_umol_per_l" if micromolar else "creatinine_mg_per_dl"
    inputs: dict[str, Value] = {"age_years": age_years, "weight_kg": weight_kg, "sex": str(sex), key: creatinine}
    return Working(inputs, {"ml_per_min": clearance}, tuple(steps))
