"""From a calculation that was asked for to an `Answer`: which facts it rests on, what is missing, who is left out.

A calculation that must not be made (a child's taper, an older adult's schedule) is answered with the facts instead, and
the answer's query keeps the facts' topic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from chatbot.calculation import NO_DOSE_CALCULATIONS, CalculationName, Figures, Request
from chatbot.content import Fact
from chatbot.dosing import by_mouth, by_pump, dose_check, kidneys
from chatbot.dosing.calculators import InputError
from chatbot.dosing.cases import Case, Computed, FactsInsteadError
from chatbot.dosing.factbook import FactBook
from chatbot.dosing.resolve import Answer, Limit, resolve, warnings_of
from chatbot.quantity import Quantity
from chatbot.query import Outcome, Query, Topic

# The topic whose facts answer where nothing is computed.
FACTS_INSTEAD = {
    CalculationName.TITRATION_SCHEDULE: Topic.TITRATION,
    CalculationName.TAPER_SCHEDULE: Topic.STOPPING,
    CalculationName.WEIGHT_BASED_DOSE: Topic.MAINTENANCE_DOSE,
    CalculationName.DOSE_CHECK: Topic.MAXIMUM_DOSE,
    CalculationName.PUMP_STARTING_DOSE: Topic.STARTING_DOSE,
    CalculationName.PUMP_DOSE_STEP: Topic.TITRATION,
    CalculationName.PUMP_INFUSION: Topic.INFUSION_MODES,
    CalculationName.REFILL_INTERVAL: Topic.MONITORING,
    CalculationName.CREATININE_CLEARANCE: Topic.MONITORING,
}


def compute(
    requests: tuple[Request, ...],
    figures: Figures,
    query: Query,
    book: FactBook,
    limits: Mapping[str, Quantity],
    *,
    limit: Limit | None = None,
    stroke: bool = False,
) -> Answer:
    """The answer to the calculations that were asked for one person.

    limit and stroke: see `resolve`. limits are the content's named limits, by their keys in answers/wording.yaml.
    """
    done: list[Computed] = []
    for request in requests:
        if limit and request.name not in NO_DOSE_CALCULATIONS:
            return _facts_instead(request, query, book, "", limit=limit, stroke=stroke)
        try:
            done.append(_RULES[request.name](Case(request, figures, query, book, limits)))
        except FactsInsteadError as error:
            return _facts_instead(request, query, book, error.note, limit=None, stroke=stroke)
        except LookupError:
            return _facts_instead(request, query, book, "", limit=None, stroke=stroke)
        except InputError as error:
            return _ask_back(error, request, query, book)
    facts = tuple({fact.id: fact for computed in done for fact in computed.facts}.values())
    notes = [note for computed in done for note in computed.notes]
    if stroke and any(request.name is CalculationName.PUMP_DOSE_STEP for request in requests):
        notes.append("stroke_origin")
    answer = Answer(
        query,
        Outcome.ANSWER,
        facts=facts,
        notes=tuple(dict.fromkeys(notes)),
        calculations=tuple(calculation for computed in done for calculation in computed.calculations),
        asked_for=tuple(request.name for request in requests),
    )
    own = tuple(code for computed in done for code in computed.warnings)
    return replace(answer, warnings=tuple(dict.fromkeys((*own, *warnings_of(answer, book)))))


def _facts_instead(
    request: Request, query: Query, book: FactBook, note: str, *, limit: Limit | None, stroke: bool
) -> Answer:
    answer = resolve(query.with_(topic=_facts_topic(request)), book, limit=limit, stroke=stroke)
    return replace(answer, notes=(*((note,) if note else ()), *answer.notes))


def _ask_back(error: InputError, request: Request, query: Query, book: FactBook) -> Answer:
    """A question back under the facts' topic; beside one about a taper stands that it is never stopped abruptly."""
    facts: tuple[Fact, ...] = ()
    if request.name is CalculationName.TAPER_SCHEDULE:
        facts = tuple(fact for fact in book.of(Topic.STOPPING) if fact.population is None)
    answer = Answer(
        query.with_(topic=_facts_topic(request)),
        Outcome.CLARIFY,
        error.reason,
        facts=facts,
        question=error.key,
        figures=error.values,
        asked_for=(request.name,),
    )
    return replace(answer, warnings=warnings_of(answer, book))


def _facts_topic(request: Request) -> Topic:
    """The topic whose facts answer where a request comes to no result."""
    first = request.name is CalculationName.DOSE_CHECK and request.as_start
    return Topic.STARTING_DOSE if first else FACTS_INSTEAD[request.name]


_RULES: dict[CalculationName, Callable[[Case], Computed]] = {
    CalculationName.TITRATION_SCHEDULE: by_mouth.titration_schedule,
    CalculationName.TAPER_SCHEDULE: by_mouth.taper_schedule,
    CalculationName.WEIGHT_BASED_DOSE: by_mouth.weight_based_dose,
    CalculationName.DOSE_CHECK: dose_check.dose_check,
    CalculationName.PUMP_STARTING_DOSE: by_pump.pump_starting_dose,
    CalculationName.PUMP_DOSE_STEP: by_pump.pump_dose_step,
    CalculationName.PUMP_INFUSION: by_pump.pump_infusion,
    CalculationName.REFILL_INTERVAL: by_pump.refill_interval,
    CalculationName.CREATININE_CLEARANCE: kidneys.creatinine_clearance,
}
