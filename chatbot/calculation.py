"""The reader's own numbers, and what is computed from them: the vocabulary that reading, dosing and replies share.

Every number is an exact `Decimal`; every field and key names its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum

from chatbot.quantity import Quantity

Value = Decimal | int | str | bool | None | tuple[Mapping[str, Decimal | int | None], ...]


IN_MILLIGRAMS_FROM = 100_000  # mcg/mL


class CalculationName(StrEnum):
    """What can be computed."""

    TITRATION_SCHEDULE = "titration_schedule"
    TAPER_SCHEDULE = "taper_schedule"
    WEIGHT_BASED_DOSE = "weight_based_dose"
    DOSE_CHECK = "dose_check"
    PUMP_STARTING_DOSE = "pump_starting_dose"
    PUMP_DOSE_STEP = "pump_dose_step"
    PUMP_INFUSION = "pump_infusion"
    REFILL_INTERVAL = "refill_interval"
    CREATININE_CLEARANCE = "creatinine_clearance"


class Basis(StrEnum):
    """What a dose is said to be for."""

    UNSAID = ""
    DOSE = "per dose"
    DAY = "per day"
    HOUR = "per hour"


class Response(StrEnum):
    """How a person responded to a screening bolus, as far as it sets the first daily dose."""

    UNSAID = ""
    BRIEF = "brief"  # 8 hours or less, and no negative reaction
    PROLONGED = "prolonged"
    NEGATIVE = "negative"


class Sex(StrEnum):
    """The sex that the creatinine formula asks for."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount of the medicine as it was said.

    low and high are equal but for ranges. unit is mg, mcg or '' where none was said; times_per_day is None where no
    frequency was said; mg_assumed says that the unit was left out beside a frequency, as prescribers write it.
    """

    low: Decimal
    high: Decimal
    unit: str = ""
    basis: Basis = Basis.UNSAID
    times_per_day: int | None = None
    mg_assumed: bool = False

    @property
    def daily(self) -> tuple[Decimal, Decimal] | None:
        """The amount per day, both ends, in the dose's unit; None where it cannot be told."""
        if self.basis is Basis.DAY:
            return self.low, self.high
        if self.basis is Basis.HOUR:
            return self.low * 24, self.high * 24
        if self.times_per_day:
            return self.low * self.times_per_day, self.high * self.times_per_day
        return None

    def mended(self, wrong: Decimal, right: Decimal) -> Dose:
        """The dose with another amount, where it was told with the wrong one."""
        return replace(self, low=right, high=right) if self.low == self.high == wrong else self


# Numbers that may be put right without their unit. An age is not: it decides who is spoken of.
_MENDABLE = (
    "weight_kg", "weight_without_unit", "creatinine", "days", "hours", "concentration_mcg_per_ml", "reservoir_ml",
)  # fmt: skip


def is_said(value: object) -> bool:
    """Whether a field holds something: 0 days were said, though 0 is equal to False."""
    return value is not None and value is not False and value not in ("", ())


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers that a message, or a conversation so far, tells.

    target is the dose that is to be reached. weight_said is the weight as it was entered, where that was not in kg.
    hours is how long a response to a bolus lasted, hours_sign whether it was below or above that. usable says that the
    volume was called usable. pieces are tablets of unknown strength. over_the_day says that several doses are given at
    different times of a day. unit, weight_unit (kg, lb or st), basis and times_per_day stand without an amount ("mg",
    "per day"), number without anything, as answers to a question back do; instead_of is the one that it puts right.
    """

    doses: tuple[Dose, ...] = ()
    target: Dose | None = None
    days: Decimal | None = None
    weight_kg: Decimal | None = None
    weight_said: str = ""
    weight_without_unit: Decimal | None = None
    weight_unit: str = ""
    age_years: Decimal | None = None
    sex: Sex | None = None
    creatinine: Decimal | None = None
    creatinine_unit: str = ""
    clearance_ml_per_min: Decimal | None = None
    screening_bolus: Dose | None = None
    response: Response = Response.UNSAID
    hours: Decimal | None = None
    hours_sign: str = ""
    concentration_mcg_per_ml: Decimal | None = None
    reservoir_ml: Decimal | None = None
    usable: bool = False
    unit: str = ""
    basis: Basis = Basis.UNSAID
    times_per_day: int | None = None
    number: Decimal | None = None
    instead_of: Decimal | None = None
    pieces: Decimal | None = None
    as_needed: bool = False
    over_the_day: bool = False

    def __bool__(self) -> bool:
        """Whether any number, unit or frequency was said."""
        if self is NOTHING:
            return False
        return any(is_said(getattr(self, field.name)) for field in fields(self))

    def over(self, before: Figures) -> Figures:
        """These figures laid over earlier ones: what is said now wins, what is not said stays."""
        if before is NOTHING:
            return self
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        said = {name: value for name, value in named if is_said(value)}
        if "weight_kg" in said or "weight_without_unit" in said:
            said = {"weight_kg": None, "weight_said": "", "weight_without_unit": None, **said}
        if not {"hours", "response", "screening_bolus"}.isdisjoint(said):
            said = {"hours": None, "hours_sign": "", "response": Response.UNSAID, **said}
        loose = {
            "unit": "", "weight_unit": "", "basis": Basis.UNSAID, "times_per_day": None, "number": None,
            "instead_of": None,
        }  # fmt: skip
        return replace(before, **{**loose, **said})

    def mended(self, before: Figures) -> Figures:
        """These figures with the one of before that "34, not 43" puts right; none where nothing was told as 43."""
        wrong, right = self.instead_of, self.number
        if wrong is None or right is None:
            return self
        names = [name for name in _MENDABLE if getattr(before, name) == wrong and not before.weight_said]
        doses = tuple(dose.mended(wrong, right) for dose in before.doses)
        bolus = before.screening_bolus.mended(wrong, right) if before.screening_bolus else None
        changed = len(names) + (doses != before.doses) + (bolus != before.screening_bolus)
        if changed + (before.age_years == wrong) != 1 or not changed:
            return self
        told: dict[str, object] = dict.fromkeys(names, right)
        told |= {"doses": doses} if doses != before.doses else {}
        told |= {"screening_bolus": bolus} if bolus != before.screening_bolus else {}
        return replace(self, number=None, instead_of=None, **told)  # type: ignore[arg-type]

    def tells(self, name: CalculationName) -> bool:
        """Whether they hold something that a calculation takes."""
        return any(is_said(getattr(self, field)) for field in _TAKEN[name])

    @property
    def of_patient(self) -> Figures:
        """Only what describes the patient: it stays when another thing is asked."""
        if self is NOTHING:
            return NOTHING
        return Figures(
            weight_kg=self.weight_kg, weight_said=self.weight_said, age_years=self.age_years, sex=self.sex,
            creatinine=self.creatinine, creatinine_unit=self.creatinine_unit,
            clearance_ml_per_min=self.clearance_ml_per_min,
        )  # fmt: skip

    @property
    def without_patient(self) -> Figures:
        """All but what describes the patient."""
        if self is NOTHING:
            return NOTHING
        return replace(
            self, weight_kg=None, weight_said="", weight_without_unit=None, age_years=None, sex=None, creatinine=None,
            creatinine_unit="", clearance_ml_per_min=None,
        )  # fmt: skip


_DOSE = ("doses", "unit", "basis", "times_per_day")
_TAKEN: Mapping[CalculationName, tuple[str, ...]] = {
    CalculationName.TITRATION_SCHEDULE: (*_DOSE, "target"),
    CalculationName.TAPER_SCHEDULE: (*_DOSE, "days"),
    CalculationName.WEIGHT_BASED_DOSE: ("weight_kg", "weight_without_unit", "weight_unit"),
    CalculationName.DOSE_CHECK: _DOSE,
    CalculationName.PUMP_STARTING_DOSE: ("doses", "unit", "screening_bolus", "hours", "response"),
    CalculationName.PUMP_DOSE_STEP: _DOSE,
    CalculationName.PUMP_INFUSION: (*_DOSE, "concentration_mcg_per_ml"),
    CalculationName.REFILL_INTERVAL: (*_DOSE, "concentration_mcg_per_ml", "reservoir_ml", "usable"),
    CalculationName.CREATININE_CLEARANCE: (
        "age_years",
        "weight_kg",
        "weight_unit",
        "sex",
        "creatinine",
        "creatinine_unit",
        "unit",
    ),
}

# Calculations that only a pump has, those that ask nobody's age group, and those that give no dose: rates of what runs
# already, and the kidneys' own measure.
PUMP_CALCULATIONS = frozenset(
    {
        CalculationName.PUMP_STARTING_DOSE,
        CalculationName.PUMP_DOSE_STEP,
        CalculationName.PUMP_INFUSION,
        CalculationName.REFILL_INTERVAL,
    }
)
NO_DOSE_CALCULATIONS = frozenset(
    {CalculationName.PUMP_INFUSION, CalculationName.REFILL_INTERVAL, CalculationName.CREATININE_CLEARANCE}
)


NOTHING = Figures()  # one value for "no number was told", so that looking for it costs nothing


def concentration(mcg_per_ml: Decimal) -> Quantity:
    """A concentration as a reader sees it: in mg/mL where mcg/mL would take six digits."""
    if mcg_per_ml < IN_MILLIGRAMS_FROM:
        return Quantity.of(mcg_per_ml, "mcg/mL")
    return Quantity.of(mcg_per_ml / 1000, "mg/mL")


@dataclass(frozen=True, slots=True)
class Request:
    """A calculation that was asked for.

    as_start: a dose is asked about as the first one. hourly_only: of a pump's rate no volume is asked. implied: no word
    asks for it, but nothing else is asked of the number.
    """

    name: CalculationName
    as_start: bool = False
    hourly_only: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the working: the key of its wording, and the quantities in it."""

    key: str
    values: Mapping[str, Quantity | Decimal | int]


@dataclass(frozen=True, slots=True)
class Calculation:
    """One calculation done.

    inputs and result hold numbers under names with units; bounds the source's own figures that the result was held
    against or capped by; facts the ids of those it rests on.
    """

    name: CalculationName
    inputs: Mapping[str, Value]
    result: Mapping[str, Value]
    steps: tuple[Step, ...]
    facts: tuple[str, ...]
    bounds: Mapping[str, Decimal] | None = None
