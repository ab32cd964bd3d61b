"""Calculations in words: results, rows, steps, notes and questions back, and what was read of the reader's numbers.

The wording is answers/calculations.yaml; here its {slots} are filled, each number with its unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from chatbot.calculation import Basis, Calculation, CalculationName, Dose, Figures, Response, concentration
from chatbot.content import Content, Value, fill
from chatbot.dosing.calculators import AGE_FROM, FEMALE_SHARE, MASS_DIVISOR
from chatbot.quantity import Quantity, frequency, write_number
from chatbot.query import Population, Query, Route

# The unit of an input, result or bound, by the name that it stands under.
UNIT_OF = {
    "target_mg_per_day": "mg/day",
    "stops_at_mg_per_day": "mg/day",
    "current_mg_per_day": "mg/day",
    "weight_kg": "kg",
    "screening_bolus_mcg": "mcg",
    "daily_mcg": "mcg/day",
    "daily_mcg_if_brief": "mcg/day",
    "daily_mcg_if_prolonged": "mcg/day",
    "low_mcg": "mcg/day",
    "high_mcg": "mcg/day",
    "every_hours": "hours",
    "prolonged_over_hours": "hours",
    "concentration_mcg_per_ml": "mcg/mL",
    "mcg_per_hour": "mcg/hour",
    "ml_per_day": "mL/day",
    "reservoir_ml": "mL",
    "days": "days",
    "ml_per_min": "mL/min",
}
MONTHS_A_YEAR = 12


class Workings:
    """Writes calculations with the wording and limits of one content folder."""

    def __init__(self, content: Content, limits: Mapping[str, Quantity]) -> None:
        self.wording = content.calculations
        self._limits = limits
        self._populations = content.wording.get("populations") or {}
        self._routes = content.wording.get("routes") or {}

    @property
    def steps_lead(self) -> str:
        """What the working begins with."""
        return str(self.wording.get("steps_lead", ""))

    def name(self, name: CalculationName) -> str:
        """What a calculation is called."""
        return str(self.wording["names"][str(name)])

    # ------------------------------------------------------------------------------------------------ results

    def result(self, calculation: Calculation) -> str:
        """The sentence of a result; a schedule's ends in a colon, for its rows to follow."""
        texts = self.wording["results"][str(calculation.name)]
        return fill(texts[_variant(calculation)], self._slots(calculation))

    def rows(self, calculation: Calculation) -> list[str]:
        """The rows of a schedule, a line each; none for what is no schedule."""
        if calculation.name is CalculationName.TITRATION_SCHEDULE:
            return list(self._titration_rows(calculation))
        return list(self._taper_rows(calculation)) if calculation.name is CalculationName.TAPER_SCHEDULE else []

    def steps(self, calculation: Calculation) -> list[str]:
        """The working, a line each."""
        texts = self.wording["steps"][str(calculation.name)]
        constants: dict[str, Value] = {
            "age_from": AGE_FROM,
            "divisor": MASS_DIVISOR,
            "female_share": FEMALE_SHARE,
            "one": 1,
        }
        return [fill(texts[step.key], {**constants, **_times_as_number(step.values)}) for step in calculation.steps]

    def formula(self, calculation: Calculation) -> str:
        """Where a formula comes from that the documents do not hold; '' for those that rest on facts alone."""
        return str(self.wording["formulas"].get(str(calculation.name), ""))

    def note(self, key: str, query: Query) -> str | None:
        """A note of a calculation; None for a key of other wording."""
        text = self.wording["notes"].get(key) if "notes" in self.wording else None
        population = self._populations.get(str(query.population), "")
        return fill(str(text), {**self._limits, "population": population}) if text else None

    def to_dict(self, calculation: Calculation) -> dict[str, Any]:
        """The contract's form: numbers as JSON has them, steps as text."""
        made = {
            "name": str(calculation.name),
            "inputs": {key: _plain(value) for key, value in calculation.inputs.items()},
            "result": {key: _plain(value) for key, value in calculation.result.items()},
            "steps": self.steps(calculation),
            "facts": list(calculation.facts),
            "limits": {key: _plain(value) for key, value in (calculation.bounds or {}).items()},
        }
        formula = self.formula(calculation)
        return {**made, "source": formula} if formula else made

    def _titration_rows(self, calculation: Calculation) -> Iterator[str]:
        for row in _rows(calculation):
            slots: dict[str, Value] = {
                "from_day": Decimal(row["from_day"]),
                "dose": Quantity.of(row["dose_mg"], "mg"),
                "times": frequency(row["times_per_day"]),
                "daily": Quantity.of(row["daily_mg"], "mg/day"),
            }
            last = row["to_day"] is None
            to_day = {} if last else {"to_day": Decimal(row["to_day"])}
            yield fill(self.wording["rows"]["titration_last" if last else "titration"], {**slots, **to_day})

    def _taper_rows(self, calculation: Calculation) -> Iterator[str]:
        """Days of the same dose share a line."""
        for daily, group in groupby(_rows(calculation), key=lambda row: row["daily_mg"]):
            days = [row["day"] for row in group]
            slots: dict[str, Value] = {
                "from_day": Decimal(days[0]), "to_day": Decimal(days[-1]), "daily": Quantity.of(daily, "mg/day")
            }  # fmt: skip
            key = "taper_end" if not daily else "taper_day" if len(days) == 1 else "taper_days"
            yield fill(self.wording["rows"][key], slots)

    def _slots(self, calculation: Calculation) -> dict[str, Value]:
        """All that a result's sentence may name."""
        unit = str(calculation.result.get("unit", "mg/day"))
        slots: dict[str, Value] = {}
        for key, value in (*calculation.inputs.items(), *calculation.result.items()):
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                shown = round(Decimal(value), 2) if key == "weight_kg" else value
                slots[_SLOT_OF.get(key, key)] = Quantity.of(shown, UNIT_OF.get(key, unit))
        bounds = calculation.bounds or {}
        slots |= {_SLOT_OF.get(key, key): Quantity.of(value, UNIT_OF.get(key, unit)) for key, value in bounds.items()}
        slots["who"] = self._populations.get(str(calculation.inputs.get("population")), "")
        if "low_mcg" in calculation.result:
            low, high = (Decimal(str(calculation.result[key])) for key in ("low_mcg", "high_mcg"))
            slots["next"] = Quantity.of(low, "mcg/day", high)
        return slots

    # ------------------------------------------------------------------------------------------------ questions back

    def ask(self, key: str, values: Mapping[str, Quantity]) -> str:
        """A question back."""
        return fill(str(self.wording["ask"][key]), {**self._limits, **values})

    def suggestions(
        self, name: CalculationName, key: str, figures: Figures, query: Query, times: Quantity | None
    ) -> tuple[str, ...]:
        """Whole questions that answer a question back of a calculation, with the reader's own numbers in them."""
        texts = ((self.wording.get("suggest") or {}).get(str(name)) or {}).get(key)
        if not texts or not figures.doses or times is None:
            return ()
        over = f" over {Quantity.of(figures.days, 'days')}" if figures.days else ""
        dose = figures.doses[0]
        slots: dict[str, Value] = {
            "mg_per_day": Quantity.of(dose.low, "mg/day", dose.high),
            "mg": Quantity.of(dose.low, "mg", dose.high),
            "times": times,
            "who": self._populations.get(str(query.population), ""),
            "over": over,
        }
        return tuple(fill(str(text), slots) for text in texts) if dose.unit in ("", "mg") else ()

    # ------------------------------------------------------------------------------------------------ offers

    def offer(self, figures: Figures, query: Query) -> tuple[str, str] | None:
        """The calculation that fits a patient's numbers, as a note and as a whole question; it is never just made."""
        if not query.topic.is_dose or query.route is Route.INTRATHECAL:
            return None
        child = query.population is Population.PEDIATRIC
        known = figures.creatinine is not None and bool(figures.creatinine_unit)
        whole = known and None not in (figures.age_years, figures.weight_kg, figures.sex)
        if whole and not child and figures.clearance_ml_per_min is None:
            return self._offered(CalculationName.CREATININE_CLEARANCE, figures)
        if child and figures.weight_kg is not None:
            return self._offered(CalculationName.WEIGHT_BASED_DOSE, figures)
        return None

    def _offered(self, name: CalculationName, figures: Figures) -> tuple[str, str]:
        texts = self.wording["offer"][str(name)]
        slots: dict[str, Value] = {"weight": Quantity.of(round(figures.weight_kg or Decimal(0), 2), "kg")}
        if figures.creatinine is not None and figures.age_years is not None:
            slots["age"] = Quantity.of(figures.age_years, "years")
            slots["creatinine"] = Quantity.of(figures.creatinine, figures.creatinine_unit)
            slots["sex"] = str(figures.sex)
        return str(texts["note"]), fill(str(texts["question"]), slots)

    # ------------------------------------------------------------------------------------------------ what was read

    def read_back(self, figures: Figures) -> str:
        """What was read of the reader's own numbers, in our words; '' where nothing was."""
        parts = self.told(figures)
        return fill(str(self.wording["read"]["lead"]), {"parts": parts}) if parts else ""

    def told(self, figures: Figures) -> str:
        """The reader's own numbers alone, in our words."""
        return ", ".join(self._parts(figures)) if figures else ""

    def _parts(self, figures: Figures) -> Iterator[str]:
        texts = self.wording["read"]
        for dose in figures.doses:
            if dose != figures.target:
                yield self._dose(dose, timed=not figures.as_needed)
        if figures.target:
            yield fill(texts["target"], {"dose": self._dose(figures.target)})
        if figures.screening_bolus:
            yield fill(texts["bolus"], {"dose": self._dose(figures.screening_bolus)})
        if figures.screening_bolus and figures.hours is not None:
            key = f"hours_{figures.hours_sign}" if figures.hours_sign else "hours"
            yield fill(texts[key], {"hours": Quantity.of(figures.hours, "hours")})
        if figures.screening_bolus and figures.response is not Response.UNSAID:
            yield str(texts[str(figures.response)])
        if figures.concentration_mcg_per_ml is not None:
            strength = concentration(figures.concentration_mcg_per_ml)
            yield fill(texts["concentration"], {"concentration": strength})
        if figures.reservoir_ml is not None:
            volume = Quantity.of(figures.reservoir_ml, "mL")
            yield fill(texts["reservoir_usable" if figures.usable else "reservoir"], {"volume": volume})
        if figures.days is not None:
            yield fill(texts["days"], {"days": Quantity.of(figures.days, "days")})
        yield from self._patient(figures)

    def _patient(self, figures: Figures) -> Iterator[str]:
        texts = self.wording["read"]
        if figures.age_years is not None:
            months = figures.age_years * MONTHS_A_YEAR
            whole = figures.age_years == figures.age_years.to_integral_value()
            yield fill(texts["age" if whole else "age_months"], {"age": figures.age_years if whole else round(months)})
        if figures.weight_kg is not None:
            weight = Quantity.of(round(figures.weight_kg, 2), "kg")
            key = "weight_entered" if figures.weight_said else "weight"
            yield fill(texts[key], {"weight": weight, "entered": figures.weight_said.replace(" ", "\u00a0")})
        if figures.creatinine is not None:
            if figures.creatinine_unit:
                creatinine = Quantity.of(figures.creatinine, figures.creatinine_unit)
                yield fill(texts["creatinine"], {"creatinine": creatinine})
            else:
                yield fill(texts["creatinine_bare"], {"creatinine": figures.creatinine})
        if figures.clearance_ml_per_min is not None:
            yield fill(texts["clearance"], {"clearance": Quantity.of(figures.clearance_ml_per_min, "mL/min")})
        if figures.sex is not None and figures.creatinine is not None:
            yield fill(texts["sex"], {"sex": str(figures.sex)})

    def _dose(self, dose: Dose, *, timed: bool = True) -> str:
        """An amount as it was read: "20 mg three times daily, 60 mg per day in all" (not timed: the amount alone)."""
        texts = self.wording["read"]
        unit = dose.unit or ("mg" if dose.mg_assumed else "")
        if not unit:
            number = write_number(dose.low)
            number = number if dose.low == dose.high else f"{number} to {write_number(dose.high)}"
            return fill(texts["dose_bare"], {"dose": number})
        per = {Basis.DAY: "/day", Basis.HOUR: "/hour"}.get(dose.basis, "")
        amount = Quantity.of(dose.low, f"{unit}{per}", dose.high)
        if not dose.times_per_day or not timed:
            return fill(texts["dose"], {"dose": amount})
        slots: dict[str, Value] = {"dose": amount, "times": frequency(dose.times_per_day)}
        if dose.basis is Basis.DAY:
            return fill(texts["dose_in"], slots)
        daily = dose.daily
        if daily is None:
            return fill(texts["dose_times"], slots)
        return fill(texts["dose_daily"], {**slots, "daily": Quantity.of(daily[0], f"{unit}/day", daily[1])})


# Where a slot is called otherwise than the number it takes.
_SLOT_OF = {
    "target_mg_per_day": "target",
    "stops_at_mg_per_day": "stops_at",
    "current_mg_per_day": "current",
    "weight_kg": "weight",
    "screening_bolus_mcg": "bolus",
    "daily_mcg": "daily",
    "daily_mcg_if_brief": "brief",
    "daily_mcg_if_prolonged": "prolonged",
    "every_hours": "every",
    "prolonged_over_hours": "prolonged_over",
    "concentration_mcg_per_ml": "concentration",
    "mcg_per_hour": "rate",
    "ml_per_day": "volume",
    "reservoir_ml": "reservoir",
    "ml_per_min": "clearance",
}


def _variant(calculation: Calculation) -> str:
    """Which of a calculation's result texts says this one."""
    choose = _VARIANTS.get(calculation.name)
    return choose(calculation.inputs, calculation.result) if choose else "rows"


def _check_variant(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    verdict, population = result["verdict"], inputs["population"]
    if inputs.get("as_start"):
        return f"start_{verdict}"
    if result["unit"] == "mcg/day":
        return f"pump_{population}_{verdict}" if population == "pediatric" else f"pump_{verdict}"
    return f"{population}_{verdict}"


def _start_variant(inputs: Mapping[str, Any], _result: Mapping[str, Any]) -> str:
    lasting = inputs.get("prolonged_or_negative_response")
    return "unsaid" if lasting is None else "prolonged" if lasting else "brief"


_VARIANTS: dict[CalculationName, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    CalculationName.WEIGHT_BASED_DOSE: lambda _, result: "capped" if result["capped"] else "uncapped",
    CalculationName.DOSE_CHECK: _check_variant,
    CalculationName.PUMP_STARTING_DOSE: _start_variant,
    CalculationName.PUMP_DOSE_STEP: lambda inputs, _: "child" if "population" in inputs else str(inputs["origin"]),
    CalculationName.PUMP_INFUSION: lambda _, result: "both" if "ml_per_day" in result else "hourly",
    CalculationName.REFILL_INTERVAL: lambda inputs, _: "usable" if inputs["usable"] else "at_most",
    CalculationName.CREATININE_CLEARANCE: lambda _inputs, _result: "value",
}


def _rows(calculation: Calculation) -> Any:
    return calculation.result["rows"]


def _times_as_number(values: Mapping[str, Quantity | Decimal | int]) -> dict[str, Value]:
    """A frequency beside a product is a plain number: 20 mg × 3."""
    times = values.get("times")
    return {**values, "times_number": times.low} if isinstance(times, Quantity) else dict(values)


def _plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers as int, others as the float that prints the same digits."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [{key: _plain(inner) for key, inner in row.items()} for row in value]
    return value
