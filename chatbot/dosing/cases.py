"""What every calculation is made from and comes back as, and how its figures are taken from facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from chatbot.calculation import Calculation, CalculationName, Dose, Figures, Request
from chatbot.content import Fact
from chatbot.dosing.calculators import InputError, Working
from chatbot.dosing.factbook import FactBook
from chatbot.quantity import Quantity
from chatbot.query import Population, Query, Reason, Route, Topic, WarningCode

OLDER_OR_RENAL = (Population.ELDERLY, Population.RENAL_IMPAIRMENT)


@dataclass(frozen=True, slots=True)
class Case:
    """What a calculation is made from: the request, the numbers, whom it is about, the facts and the named limits."""

    request: Request
    figures: Figures
    query: Query
    book: FactBook
    limits: Mapping[str, Quantity]

    @property
    def population(self) -> Population:
        """Whom it is about; adults where nobody was named."""
        return self.query.population or Population.ADULT

    def fact(self, topic: Topic, route: Route, population: Population | None, detail: str = "") -> Fact:
        """The one fact of this kind. Raises `LookupError` where the content has none."""
        found = [fact for fact in self.book.exactly(topic, route, population) if fact.detail == detail]
        if not found:
            raise LookupError(topic)
        return found[0]

    def above(self, key: str) -> Decimal:
        """The upper end of a named limit of the content."""
        return self.limits[key].high


@dataclass(frozen=True, slots=True)
class Computed:
    """One request's outcome: calculations with the facts they rest on, and what is said with them."""

    calculations: tuple[Calculation, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[WarningCode, ...] = ()


class FactsInsteadError(Exception):
    """No calculation for this population or route: the facts answer, with a note on why."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


def made(case: Case, working: Working, *facts: Fact, **more: Decimal) -> Calculation:
    """A calculation from its working, with the facts it rests on; more holds further bounds."""
    inputs = dict(working.inputs)
    if case.request.name in (CalculationName.TITRATION_SCHEDULE, CalculationName.DOSE_CHECK):
        inputs = {"population": str(case.population), **inputs}
    bounds = {**working.bounds, **more}
    ids = tuple(fact.id for fact in facts)
    return Calculation(case.request.name, inputs, working.result, working.steps, ids, bounds)


def quantity_of(fact: Fact, key: str) -> Quantity:
    """A fact's quantity. Raises `LookupError` where the content has none under this key."""
    value = fact.values[key]
    if not isinstance(value, Quantity):
        raise LookupError(f"{fact.id} has no quantity {key!r}")
    return value


def missing(key: str) -> InputError:
    """The question back for something that was not said."""
    return InputError(key, Reason.MISSING_INPUT)


def number_of(fact: Fact, key: str) -> Decimal:
    """A fact's plain number. Raises `LookupError` where the content has none under this key."""
    value = fact.values[key]
    if not isinstance(value, int | Decimal):
        raise LookupError(f"{fact.id} has no number {key!r}")
    return Decimal(value)


def the_dose(case: Case) -> Dose:
    """The one dose that was told, with its unit."""
    doses = case.figures.doses
    if not doses:
        raise missing("pieces" if case.figures.pieces else "no_dose")
    if case.figures.as_needed:
        raise missing("as_needed")
    if len(doses) > 1 or case.figures.over_the_day:
        raise InputError("several_doses", Reason.AMBIGUOUS)
    dose = doses[0]
    return replace(dose, unit=dose.unit or ("mg" if dose.mg_assumed else ""))
