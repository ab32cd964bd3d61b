"""Which calculations a message asks for: words of intents/vocabulary/calculations.yaml beside numbers that fit them.

Each rule names the numbers that a calculation cannot do without and the words that ask for it. A number that only
describes the patient asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chatbot.calculation import CalculationName, Figures, Request
from chatbot.language.message import Message
from chatbot.query import DOSE_TOPICS, Population, Route, Topic

# The topics that a calculation answers along with its result, so that they are not asked a second time.
ANSWERED_BY = {
    CalculationName.TITRATION_SCHEDULE: {Topic.TITRATION, Topic.REGIMEN, Topic.STARTING_DOSE, Topic.MAXIMUM_DOSE},
    CalculationName.TAPER_SCHEDULE: {Topic.STOPPING, Topic.WITHDRAWAL, Topic.REGIMEN, Topic.TITRATION},
    CalculationName.WEIGHT_BASED_DOSE: {Topic.MAINTENANCE_DOSE, Topic.REGIMEN, Topic.DOSING_FACTORS, Topic.TITRATION},
    CalculationName.DOSE_CHECK: {*DOSE_TOPICS, Topic.EFFECTIVENESS},
    CalculationName.PUMP_STARTING_DOSE: {*DOSE_TOPICS, Topic.EFFECTIVENESS, Topic.MONITORING, Topic.INFUSION_MODES},
    CalculationName.PUMP_DOSE_STEP: {*DOSE_TOPICS, Topic.EFFECTIVENESS, Topic.INDICATIONS, Topic.INFUSION_MODES},
    CalculationName.PUMP_INFUSION: {
        *DOSE_TOPICS, Topic.CONCENTRATION, Topic.INFUSION_MODES, Topic.PHARMACOKINETICS, Topic.MONITORING,
    },
    CalculationName.REFILL_INTERVAL: {
        *DOSE_TOPICS, Topic.CONCENTRATION, Topic.MONITORING, Topic.COMPLICATIONS, Topic.INFUSION_MODES,
        Topic.PHARMACOKINETICS, Topic.WITHDRAWAL, Topic.STOPPING,
    },
    CalculationName.CREATININE_CLEARANCE: {Topic.MONITORING, Topic.PHARMACOKINETICS},
}  # fmt: skip
PLAIN = 6.0  # evidence from which a topic that is no dose is what is asked, whatever amount is judged beside it


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for a calculation: the message, its numbers, and the topics that its words ask for."""

    message: Message
    figures: Figures
    topics: Mapping[Topic, float]

    def says(self, *values: str) -> bool:
        """Whether words of any of the groups stand in the message."""
        return any(self.message.has("sums", value) for value in values)

    @property
    def pump(self) -> bool:
        """Whether the pump is spoken of, or an amount that only a pump gives."""
        message, doses = self.message, (*self.figures.doses, *filter(None, (self.figures.screening_bolus,)))
        hinted = message.has("route", Route.INTRATHECAL) or message.has("hints", Route.INTRATHECAL)
        return hinted or message.has("drug", "pump") or any(dose.unit == "mcg" for dose in doses)

    @property
    def child(self) -> bool:
        """Whether a child is spoken of."""
        return Population.PEDIATRIC in self.message.person().asked

    @property
    def daily(self) -> bool:
        """Whether an amount per day is told."""
        return any(dose.daily is not None for dose in self.figures.doses)

    def asks(self, *topics: Topic) -> bool:
        """Whether the words of the message ask for one of the topics."""
        return not self.topics.keys().isdisjoint(topics)

    @property
    def asks_plainly(self) -> bool:
        """Whether a topic that is no dose is asked for with much evidence."""
        return any(score >= PLAIN for topic, score in self.topics.items() if not topic.is_dose)


def read_requests(message: Message, figures: Figures, topics: Mapping[Topic, float]) -> tuple[Request, ...]:
    """The calculations that a message asks for, in the order of the rules.

    topics: those that the words of the message ask for by themselves, with their evidence.
    """
    if not figures:
        return ()
    signs = _Signs(message, figures, topics)
    found = [Request(name) for name, asks in _TOGETHER if asks(signs)]
    if any(request.name is CalculationName.PUMP_INFUSION for request in found):
        found = [_hourly(request, signs) for request in found]
    for name, asks in _ALONE:
        if name not in {request.name for request in found} and asks(signs):
            found.append(Request(name, as_start=name is CalculationName.DOSE_CHECK and _as_start(signs)))
            break
    return tuple(found)


def _hourly(request: Request, signs: _Signs) -> Request:
    only = request.name is CalculationName.PUMP_INFUSION and signs.says("hourly") and not signs.says("volume")
    return Request(request.name, hourly_only=only)


def _as_start(signs: _Signs) -> bool:
    return signs.says("start") and not signs.asks(Topic.MAXIMUM_DOSE, Topic.MAINTENANCE_DOSE)


# ------------------------------------------------------------------------------------------------------------- rules


def _creatinine_clearance(signs: _Signs) -> bool:
    """Two of its numbers, and words that ask for it; a creatinine alone describes the patient."""
    figures = signs.figures
    told = (figures.creatinine, figures.weight_kg, figures.age_years)
    measured = bool(signs.message.readings.of("egfr"))
    return not measured and signs.says("clearance") and sum(number is not None for number in told) > 1


def _refill_interval(signs: _Signs) -> bool:
    """A volume to be emptied at a known rate, or how long something lasts with a dose and a concentration."""
    figures = signs.figures
    volume, strength = figures.reservoir_ml is not None, figures.concentration_mcg_per_ml is not None
    if not (volume or strength) or not signs.pump:
        return False
    if volume and strength and not signs.says("rate"):
        return True
    return signs.says("refill") and (signs.daily or volume)


def _pump_infusion(signs: _Signs) -> bool:
    """A pump's daily dose, and words that ask for its rate; or nothing but a dose and a concentration."""
    figures = signs.figures
    if not signs.pump or not any(dose.unit == "mcg" for dose in figures.doses):
        return False
    if signs.says("rate") and (signs.daily or figures.concentration_mcg_per_ml is not None):
        return not (signs.says("refill") and not signs.says("hourly") and figures.reservoir_ml is not None)
    alone = figures.concentration_mcg_per_ml is not None and signs.daily and figures.reservoir_ml is None
    return alone and not signs.says("refill", "step") and not signs.asks(Topic.TITRATION)


def _pump_starting_dose(signs: _Signs) -> bool:
    if signs.figures.screening_bolus is None:
        return False
    return signs.asks(Topic.STARTING_DOSE, Topic.REGIMEN, Topic.MAINTENANCE_DOSE) or signs.says("pump_start")


def _pump_dose_step(signs: _Signs) -> bool:
    if not signs.pump or not signs.daily:
        return False
    return signs.asks(Topic.TITRATION) or signs.says("step")


def _taper_schedule(signs: _Signs) -> bool:
    if not signs.figures.doses or not (signs.asks(Topic.STOPPING) or signs.says("taper")):
        return False
    return not signs.asks(Topic.MAXIMUM_DOSE, Topic.ADVERSE_EFFECTS, Topic.WITHDRAWAL) or signs.asks(Topic.STOPPING)


def _titration_schedule(signs: _Signs) -> bool:
    if signs.pump or not (signs.asks(Topic.TITRATION) or signs.says("titrate")):
        return False
    return signs.figures.target is not None or signs.says("rows")


def _weight_based_dose(signs: _Signs) -> bool:
    figures = signs.figures
    weighed = figures.weight_kg is not None or figures.weight_without_unit is not None
    if signs.pump or not weighed or not signs.child or figures.doses:
        return False
    if signs.says("target") or signs.asks(Topic.MAINTENANCE_DOSE, Topic.DOSING_FACTORS):
        return True
    return signs.asks(Topic.REGIMEN) or not signs.topics


def _dose_check(signs: _Signs) -> bool:
    """An amount that is judged; or one that nothing else is asked about."""
    figures = signs.figures
    if not figures.doses:
        return False
    if signs.says("judge"):
        return not signs.asks_plainly
    if signs.asks(Topic.STARTING_DOSE) and signs.says("start"):
        return any(dose.daily is not None for dose in figures.doses)
    return not signs.topics and signs.daily


_Rule = Callable[[_Signs], bool]
# Several of these may be asked at once; of the others the first that applies.
_TOGETHER: tuple[tuple[CalculationName, _Rule], ...] = (
    (CalculationName.CREATININE_CLEARANCE, _creatinine_clearance),
    (CalculationName.PUMP_INFUSION, _pump_infusion),
    (CalculationName.REFILL_INTERVAL, _refill_interval),
)
_ALONE: tuple[tuple[CalculationName, _Rule], ...] = (
    (CalculationName.PUMP_STARTING_DOSE, _pump_starting_dose),
    (CalculationName.TAPER_SCHEDULE, _taper_schedule),
    (CalculationName.TITRATION_SCHEDULE, _titration_schedule),
    (CalculationName.WEIGHT_BASED_DOSE, _weight_based_dose),
    (CalculationName.PUMP_DOSE_STEP, _pump_dose_step),
    (CalculationName.DOSE_CHECK, _dose_check),
)
