"""Amounts that facts ask for and answers tell, held in one unit for each thing that is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chatbot.calculation import Basis

HOURS_A_DAY = 24
THOUSAND = 1000
FREQUENCY = "times/day"


class Measure(StrEnum):
    """What a figure measures. Figures of the same measure are held in the same unit."""

    MASS = "mcg"
    MASS_BY_WEIGHT = "mcg/kg"
    CONCENTRATION = "mcg/mL"
    VOLUME = "mL"
    SHARE = "%"
    HOURS = "hours"
    MONTHS = "months"  # no number of days
    FREQUENCY = "times/day"


# The units that can be asked for: what they measure, how many of the measure's unit they are, and what they are for.
MEASURED: Mapping[str, tuple[Measure, int, Basis]] = {
    "mcg": (Measure.MASS, 1, Basis.UNSAID),
    "mg": (Measure.MASS, THOUSAND, Basis.UNSAID),
    "g": (Measure.MASS, THOUSAND**2, Basis.UNSAID),
    "mcg/dose": (Measure.MASS, 1, Basis.DOSE),
    "mg/dose": (Measure.MASS, THOUSAND, Basis.DOSE),
    "mcg/day": (Measure.MASS, 1, Basis.DAY),
    "mg/day": (Measure.MASS, THOUSAND, Basis.DAY),
    "mcg/hour": (Measure.MASS, 1, Basis.HOUR),
    "mg/hour": (Measure.MASS, THOUSAND, Basis.HOUR),
    "mg/kg/day": (Measure.MASS_BY_WEIGHT, THOUSAND, Basis.DAY),
    "mcg/mL": (Measure.CONCENTRATION, 1, Basis.UNSAID),
    "mg/mL": (Measure.CONCENTRATION, THOUSAND, Basis.UNSAID),
    "mL": (Measure.VOLUME, 1, Basis.UNSAID),
    "%": (Measure.SHARE, 1, Basis.UNSAID),
    "hours": (Measure.HOURS, 1, Basis.UNSAID),
    "days": (Measure.HOURS, HOURS_A_DAY, Basis.UNSAID),
    "weeks": (Measure.HOURS, 7 * HOURS_A_DAY, Basis.UNSAID),
    "months": (Measure.MONTHS, 1, Basis.UNSAID),
    "years": (Measure.MONTHS, 12, Basis.UNSAID),
    FREQUENCY: (Measure.FREQUENCY, 1, Basis.UNSAID),
}
TIMED = (Measure.MASS, Measure.MASS_BY_WEIGHT)  # measures that are given so often a day


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount that is asked for or told; low and high, in its measure's unit, differ for ranges only.

    factor is how many of that unit its own is. times is how many doses a day it goes with, where that is known. rated
    says that how often, or "per day", is a part of it.
    """

    low: Decimal
    high: Decimal
    measure: Measure
    factor: int = 1
    basis: Basis = Basis.UNSAID
    times: int | None = None
    rated: bool = False

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Both ends."""
        return self.low, self.high

    @property
    def daily(self) -> tuple[Decimal, Decimal] | None:
        """Both ends of a day's amount; None where it cannot be told."""
        count = {Basis.DAY: 1, Basis.HOUR: HOURS_A_DAY}.get(self.basis, self.times)
        return (self.low * count, self.high * count) if count else None
