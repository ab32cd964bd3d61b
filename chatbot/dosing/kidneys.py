"""The kidneys' own measure: creatinine clearance from the patient's numbers."""

from __future__ import annotations

from chatbot.dosing import calculators
from chatbot.dosing.calculators import InputError
from chatbot.dosing.cases import Case, Computed, made, missing
from chatbot.quantity import Quantity
from chatbot.query import Population, Route, Topic


def creatinine_clearance(case: Case) -> Computed:
    """Cockcroft and Gault's estimate for adults; what is missing or cannot be is asked for."""
    figures = case.figures
    if figures.creatinine is not None and not figures.creatinine_unit:
        raise missing("no_creatinine_unit")
    given = (figures.creatinine, figures.age_years, figures.weight_kg, figures.sex)
    creatinine, age, weight, sex = given
    if creatinine is None or age is None or weight is None or sex is None:
        raise missing("clearance_inputs")
    ages = case.limits["clearance_age"]
    if not ages.low <= age <= ages.high:
        raise InputError("clearance_age")
    weights = case.limits["adult_weight"]
    if not weights.low <= weight <= weights.high:
        raise InputError("adult_weight", weight=Quantity.of(calculators.rounded(weight, 2), "kg"))
    key = "creatinine_mg" if figures.creatinine_unit == "mg/dL" else "creatinine_micromol"
    if not case.limits[key].low <= creatinine <= case.limits[key].high:
        raise InputError("creatinine", creatinine=Quantity.of(creatinine, figures.creatinine_unit))
    working = calculators.creatinine_clearance(age, weight, sex, creatinine, figures.creatinine_unit)
    measured = case.fact(Topic.MONITORING, Route.ORAL, Population.RENAL_IMPAIRMENT, "renal_function")
    notes: tuple[str, ...] = ("muscle_mass", "no_dose_follows")
    if age > case.above("clearance_age_known"):
        notes = (*notes, "very_old")
    return Computed((made(case, working, measured),), (measured,), notes)
