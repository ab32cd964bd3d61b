"""Quantities with their units: exact, and the one way a dose is written.

A fact's value is written in YAML as ``5 mg``, ``30-40 mg/day``, ``>80 %``, ``3 times/day`` or ``2 mg/kg/day`` and
read into a `Quantity`; `str()` of it is the form a reader sees (ISMP's rules: no trailing zero, a leading zero,
no-break space before the unit, "per day", frequencies in words, ranges with "to", commas from 1,000).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from chatbot.errors import QuantityError

NBSP = "\u00a0"

# unit as content writes it -> as a reader sees it; the singular, where it differs, after a bar
UNITS = {
    "mg": "mg",
    "mcg": "mcg",
    "g": "g",
    "kg": "kg",
    "mL": "mL",
    "mg/day": "mg per day",
    "mcg/day": "mcg per day",
    "mg/dose": "mg per dose",
    "mcg/dose": "mcg per dose",
    "mg/kg/day": "mg/kg per day",
    "mg/hour": "mg per hour",
    "mcg/hour": "mcg per hour",
    "mL/day": "mL per day",
    "mcg/mL": "mcg/mL",
    "mg/mL": "mg/mL",
    "mL/min": "mL/min",
    "mg/dL": "mg/dL",
    "micromol/L": "micromol/L",
    "%": "%",
    "hours": "hours|hour",
    "days": "days|day",
    "weeks": "weeks|week",
    "months": "months|month",
    "years": "years|year",
    "times/day": "times daily",
    "cases": "cases|case",
}
SINGULARS = {"hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years", "h": "hours"}
NUMBER_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
FREQUENCIES = {1: "once daily", 2: "twice daily"}

_NUMBER = r"(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"
_PATTERN = re.compile(rf"(?P<over>>)?(?P<low>{_NUMBER})(?:-(?P<high>{_NUMBER}))? (?P<unit>[A-Za-z%/]+)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range of numbers, with a unit.

    low and high are equal for a single number; over says "more than low". Units are the keys of `UNITS`.
    """

    low: Decimal
    high: Decimal
    unit: str
    over: bool = False

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read ``5 mg``, ``30-40 mg/day``, ``>80 %``; anything else is a `QuantityError` that says what is wrong."""
        match = _PATTERN.fullmatch(text.strip())
        if not match:
            raise QuantityError(f"{text!r} is no quantity: write it like '5 mg', '30-40 mg/day' or '>80 %'")
        unit = SINGULARS.get(match["unit"], match["unit"])
        if unit not in UNITS:
            raise QuantityError(f"{text!r} has an unknown unit: use one of {', '.join(UNITS)}")
        low = Decimal(match["low"])
        high = Decimal(match["high"]) if match["high"] else low
        if high < low:
            raise QuantityError(f"{text!r} is a range upside down: write the lower figure first")
        return cls(low, high, unit, match["over"] is not None)

    @classmethod
    def of(cls, number: Decimal | int, unit: str, high: Decimal | int | None = None) -> Quantity:
        """A number with its unit, or a range up to high."""
        low = Decimal(number)
        return cls(low, low if high is None else Decimal(high), unit)

    @property
    def is_range(self) -> bool:
        """Whether low and high differ."""
        return self.low != self.high

    def __str__(self) -> str:
        if self.unit == "times/day":
            return frequency(self.low)
        number = write_number(self.low)
        if self.is_range:
            number = f"{number} to {write_number(self.high)}"
        words, _, singular = UNITS[self.unit].partition("|")
        unit = singular if singular and self.low == self.high == 1 else words
        return f"{'over ' if self.over else ''}{number}{NBSP}{unit}"


def write_number(number: Decimal | int) -> str:
    """A number as doses are written: ``0.5``, ``5``, ``2.5``, ``1,000``; never ``5.0`` or ``1E+3``."""
    text = f"{Decimal(number):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def frequency(times: Decimal | int) -> str:
    """Doses a day in words: ``once daily``, ``twice daily``, ``three times daily``."""
    count = int(times)
    if count != times or count < 1:
        raise QuantityError(f"{times} is no whole number of doses a day")
    word = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
    return FREQUENCIES.get(count) or f"{word} times daily"
