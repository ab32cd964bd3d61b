"""What was asked, in one vocabulary: topic, route, population, origin, and the outcome of asking it.

The words are those that replies, facts, intents, tests and reports share; their values stand in JSON as they are here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Topic(StrEnum):
    """What a question can ask about."""

    REGIMEN = "regimen"
    STARTING_DOSE = "starting_dose"
    TITRATION = "titration"
    MAINTENANCE_DOSE = "maintenance_dose"
    MAXIMUM_DOSE = "maximum_dose"
    DOSING_FREQUENCY = "dosing_frequency"
    SCREENING_DOSE = "screening_dose"
    CONCENTRATION = "concentration"
    INFUSION_MODES = "infusion_modes"
    DOSING_FACTORS = "dosing_factors"
    STOPPING = "stopping"
    WITHDRAWAL = "withdrawal"
    TOXICITY = "toxicity"
    MONITORING = "monitoring"
    ADVERSE_EFFECTS = "adverse_effects"
    PRECAUTIONS = "precautions"
    INDICATIONS = "indications"
    CONTRAINDICATIONS = "contraindications"
    INTERACTIONS = "interactions"
    COMPLICATIONS = "complications"
    EFFECTIVENESS = "effectiveness"
    COMPARISON = "comparison"
    ALTERNATIVES = "alternatives"
    PHARMACOKINETICS = "pharmacokinetics"
    CALCULATION = "calculation"

    @property
    def is_dose(self) -> bool:
        """Whether an answer holds a dose that somebody could give."""
        return self in DOSE_TOPICS


DOSE_TOPICS = frozenset(
    {
        Topic.REGIMEN,
        Topic.STARTING_DOSE,
        Topic.TITRATION,
        Topic.MAINTENANCE_DOSE,
        Topic.MAXIMUM_DOSE,
        Topic.DOSING_FREQUENCY,
        Topic.SCREENING_DOSE,
    }
)

# Topics that facts can be of; a calculation is made from facts of other topics.
FACT_TOPICS = tuple(topic for topic in Topic if topic is not Topic.CALCULATION)

# Topics that only a pump has: they settle the route where nothing else does.
PUMP_TOPICS = frozenset({Topic.SCREENING_DOSE, Topic.CONCENTRATION, Topic.INFUSION_MODES, Topic.COMPLICATIONS})


class Route(StrEnum):
    """How the medicine is given."""

    ORAL = "oral"
    INTRATHECAL = "intrathecal"


class Population(StrEnum):
    """Whom a question or a fact is about."""

    ADULT = "adult"
    ELDERLY = "elderly"
    RENAL_IMPAIRMENT = "renal_impairment"
    PEDIATRIC = "pediatric"


class Origin(StrEnum):
    """Where spasticity comes from; it decides the step of an intrathecal titration."""

    SPINAL = "spinal"
    CEREBRAL = "cerebral"


class Outcome(StrEnum):
    """How a question, or one query of it, ended."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"
    REFUSE = "refuse"
    EMERGENCY = "emergency"
    CHAT = "chat"


class Reason(StrEnum):
    """Why there was no plain answer."""

    AMBIGUOUS = "ambiguous"
    MISSING_INPUT = "missing_input"
    UNIT_MISMATCH = "unit_mismatch"
    INVALID_INPUT = "invalid_input"
    NOT_IN_SOURCES = "not_in_sources"
    OUTSIDE_AGE_RANGE = "outside_age_range"
    OTHER_DRUG = "other_drug"
    OFF_TOPIC = "off_topic"
    OVERDOSE = "overdose"
    WITHDRAWAL = "withdrawal"
    PUMP_FAILURE = "pump_failure"
    SELF_HARM = "self_harm"


class WarningCode(StrEnum):
    """Short codes for what the reader must not miss."""

    ABOVE_MAXIMUM = "above_maximum"
    ABOVE_USUAL_MAXIMUM = "above_usual_maximum"
    ABOVE_STARTING_DOSE = "above_starting_dose"
    UNIT_MISMATCH = "unit_mismatch"
    ADVERSE_EFFECTS_ABOVE_60 = "adverse_effects_above_60"
    ABRUPT_STOP = "abrupt_stop"
    SOURCES_DIFFER = "sources_differ"
    POPULATION_FALLBACK = "population_fallback"
    SEVERAL_POPULATIONS = "several_populations"
    RENAL_CHECK_FIRST = "renal_check_first"
    OUTSIDE_AGE_RANGE = "outside_age_range"


@dataclass(frozen=True, slots=True)
class Query:
    """One thing that was asked.

    assumed names the slots that neither the question nor the conversation said; carried those that came from the
    conversation. details narrows the topic to facts of that detail (none: all of the topic).
    """

    topic: Topic
    route: Route | None = None
    population: Population | None = None
    origin: Origin | None = None
    details: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    def with_(self, **changes: object) -> Query:
        """The same query with some slots replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two queries the same question."""
        return self.topic, self.route, self.population, self.origin
