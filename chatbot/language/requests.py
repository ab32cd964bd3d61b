"""Which calculations a message asks for: words of intents/vocabulary/calculations.yaml beside numbers that fit them.

Each rule names the numbers that a calculation cannot do without and the words that ask for it. A number that only
describes the patient asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Literal

from chatbot.calculation import (
    NO_DOSE_CALCULATIONS,
    NOTHING,
    PUMP_CALCULATIONS,
    CalculationName,
    Figures,
    Request,
    Response,
    is_said,
)
from chatbot.language.clauses import Segment
from chatbot.language.matcher import TOPICS, Candidate
from chatbot.language.message import Message
from chatbot.language.normalise import stem
from chatbot.language.quantities import Before
from chatbot.language.topics import STRONG, Part
from chatbot.query import DOSE_TOPICS, Population, Route, Topic

# The topics that a calculation answers along with its result. Of a part without words or numbers of its own only the
# first set is taken for the calculation's question; the others may be asked beside it ("… and how do I titrate?").
OWN_TOPICS = {
    CalculationName.TITRATION_SCHEDULE: {Topic.TITRATION, Topic.REGIMEN},
    CalculationName.TAPER_SCHEDULE: {
        Topic.STOPPING, Topic.REGIMEN, Topic.TITRATION, Topic.DOSING_FREQUENCY, Topic.MAXIMUM_DOSE,
    },
    CalculationName.WEIGHT_BASED_DOSE: {Topic.MAINTENANCE_DOSE, Topic.REGIMEN, Topic.DOSING_FACTORS},
    CalculationName.DOSE_CHECK: {Topic.MAXIMUM_DOSE, Topic.MAINTENANCE_DOSE, Topic.REGIMEN, Topic.TOXICITY},
    CalculationName.PUMP_STARTING_DOSE: {
        Topic.STARTING_DOSE, Topic.REGIMEN, Topic.SCREENING_DOSE, Topic.INFUSION_MODES,
    },
    CalculationName.PUMP_DOSE_STEP: {Topic.TITRATION, Topic.REGIMEN, Topic.MAINTENANCE_DOSE},
    CalculationName.PUMP_INFUSION: {Topic.CONCENTRATION, Topic.INFUSION_MODES, *DOSE_TOPICS},
    CalculationName.REFILL_INTERVAL: {Topic.CONCENTRATION, Topic.INFUSION_MODES, *DOSE_TOPICS, Topic.MONITORING},
    CalculationName.CREATININE_CLEARANCE: {Topic.MONITORING},
}  # fmt: skip
# The groups of words that a calculation takes for its own: a part that holds one asks for nothing else.
OWN_WORDS = {
    CalculationName.TITRATION_SCHEDULE: ("titrate", "rows", "span", "amounts", "reaching", "target"),
    CalculationName.TAPER_SCHEDULE: ("taper", "rows", "amounts"),
    CalculationName.WEIGHT_BASED_DOSE: ("target", "rows"),
    CalculationName.DOSE_CHECK: ("judge",),
    CalculationName.PUMP_STARTING_DOSE: ("bolus", "negative", "prolonged", "brief", "first_daily"),
    CalculationName.PUMP_DOSE_STEP: ("step",),
    CalculationName.PUMP_INFUSION: ("rate", "hourly", "volume"),
    CalculationName.REFILL_INTERVAL: ("refill", "usable"),
    CalculationName.CREATININE_CLEARANCE: ("clearance",),
}
# Kinds of numbers that a calculation takes for its own.
OWN_NUMBERS = frozenset(
    {"dose", "dose_per_weight", "concentration", "volume", "weight", "creatinine", "frequency", "duration", "number"}
)
AUXILIARIES = frozenset(
    {"is", "are", "can", "could", "may", "might", "should", "would", "will", "do", "does", "has", "am", "was", "isn't"}
)
# Topics that a dose which somebody wants to begin with sounds like.
OF_A_START = frozenset({Topic.STARTING_DOSE, Topic.REGIMEN, Topic.DOSING_FREQUENCY, Topic.MAINTENANCE_DOSE})
NEAR_DOSE = 12  # words between an amount and a word that makes it the first dose
FEW_WORDS = 3  # words that say what is asked, up to which a bare number goes on with what was asked before
CERTAIN = 8.0  # evidence from which a part asks for its own topic, whatever calculation is asked beside it
OUTRIGHT = 11.0  # the same, for a part without a question word
WEAK = 4.0  # evidence from which a topic that is no dose is what a yes-or-no question is about
WEAK_DOSE = 7.0  # evidence for a dose topic below which a yes-or-no question about an amount is a check of it
PLAIN = 6.0  # evidence from which a topic that is no dose is what is asked, whatever amount is judged beside it


_TAKING = frozenset(
    map(
        stem,
        ("take", "takes", "need", "altogether", "total", "all", "whole", "thing", "schedule", "plan", "get", "there"),
    )
)
SUPPOSING = frozenset({"if", "suppose", "supposing", "assuming", "were", "unless"})
APART = frozenset({"?", ";", ".", "and", "also", "plus", "&", "+"})
Ranking = Callable[[int, int], Sequence[Candidate]]
LIQUID = "liquid"  # the silent subject of amounts in mL by mouth


@dataclass(frozen=True, slots=True)
class Context:
    """What a message may lean on: what was asked before it, and of whom.

    requests are the calculations that were asked for last; is_open says that one of them ended in a question back;
    unsure is a number of which it was asked back what it is; doubt the question back on whom it is for, still open.
    """

    topics: frozenset[Topic] = frozenset()
    child: bool = False
    kidneys: bool = False
    pump: bool = False
    requests: tuple[Request, ...] = ()
    figures: Figures = NOTHING
    is_open: bool = False
    unsure: Decimal | None = None
    doubt: str = ""

    @property
    def of_numbers(self) -> Before:
        """What numbers of the next message may lean on."""
        age = self.figures.age_years
        # "13, not 30" of a 30-year-old on 30 mg may put right either.
        either = any(age in (dose.low, dose.high) for dose in self.figures.doses) or age == self.figures.weight_kg
        clearance = any(request.name is CalculationName.CREATININE_CLEARANCE for request in self.requests)
        return Before(self.kidneys, None if either else age, self.unsure, clearance, self._only_number)

    @property
    def _only_number(self) -> Literal["", "age", "egfr"]:
        """Whether an age or a clearance is the one number that was told: a number put right is that one."""
        figures = self.figures
        told = [field.name for field in fields(figures) if is_said(getattr(figures, field.name))]
        numbers = set(told) - {"sex", "weight_said", "creatinine_unit", "usable", "response"}
        if numbers == {"age_years"}:
            return "age"
        return "egfr" if numbers == {"clearance_ml_per_min"} else ""


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for a calculation: the message, its numbers, the topics that its words ask for, what it leans on."""

    message: Message
    figures: Figures
    parts: tuple[Part, ...]
    context: Context

    def says(self, *values: str) -> bool:
        """Whether words of any of the groups stand in the message, outside its numbers ("40 mcg per hour")."""
        return any(self.places(value) for value in values)

    def places(self, value: str) -> list[int]:
        """Where words of a group stand (tokens), outside amounts and concentrations."""
        message = self.message
        amounts = [one for one in message.readings.found if one.kind in ("dose", "concentration", "frequency")]
        # "Not too strong?" judges as "too strong?" does.
        mentions = message.spoken("sums", value) if value == "judge" else message.all_of("sums", value)
        found = [mention.start for mention in mentions if not self._is_courtesy(mention.start, value)]
        if value == "taper":
            # "Stop at 45 mg per day" says where a schedule ends.
            found = [place for place in found if not self._ends_there(place)]
        starts = ((place, message.tokens[place].start) for place in found)
        return [place for place, start in starts if not any(one.start <= start < one.end for one in amounts)]

    def _ends_there(self, place: int) -> bool:
        """Whether a word for stopping is the beginning of where something is to end ("stop at 45 mg")."""
        ends = self.message.all_of("sums", "reaching")
        return any(mention.start == place and mention.end > place + 1 for mention in ends)

    def _is_courtesy(self, place: int, value: str) -> bool:
        """Whether a word only opens the message ("OK, …", "Good morning")."""
        words = [token.text for token in self.message.tokens[place : place + 2]]
        return words[1:] in (["morning"], ["afternoon"], ["evening"], ["day"]) or (
            value == "judge" and not place and words[1:] == [","]
        )

    @property
    def pump(self) -> bool:
        """Whether the pump is spoken of, or an amount that only a pump gives."""
        message, doses = self.message, (*self.figures.doses, *filter(None, (self.figures.screening_bolus,)))
        hinted = message.has("route", Route.INTRATHECAL) or message.has("hints", Route.INTRATHECAL)
        if hinted or message.has("drug", "pump") or any(dose.unit == "mcg" for dose in doses):
            return True
        return self.context.pump and not message.has("route", Route.ORAL)

    @property
    def child(self) -> bool:
        """Whether a child is spoken of."""
        asked = self.message.person().asked
        return Population.PEDIATRIC in asked or (self.context.child and not asked)

    @property
    def daily(self) -> bool:
        """Whether an amount per day is told."""
        return any(dose.daily is not None for dose in self.figures.doses)

    @property
    def bare(self) -> bool:
        """Whether amounts are told, all of them without a unit."""
        return bool(self.figures.doses) and not any(dose.unit for dose in self.figures.doses)

    @property
    def from_nothing(self) -> bool:
        """Whether somebody is to climb from no dose at all ("from nothing to 60 mg", "0 to 45 mg per day")."""
        amounts = self.message.readings.of("dose")
        return self.says("from_nothing") or (bool(amounts) and amounts[0].low == 0)

    @property
    def topics(self) -> frozenset[Topic]:
        """The topics that the words ask for."""
        return frozenset(Topic(part.winner.group) for part in self.parts)

    @property
    def strongest(self) -> float:
        """The greatest evidence for any topic."""
        return max((part.winner.score for part in self.parts), default=0.0)

    def strength(self, topic: Topic) -> float:
        """The evidence for a topic."""
        return max((part.winner.score for part in self.parts if part.winner.group == topic), default=0.0)

    def asks(self, *topics: Topic) -> bool:
        """Whether the words of the message ask for one of the topics, or where they ask for little what it leans on."""
        weak = all(part.winner.score < PLAIN for part in self.parts)
        return not self.topics.isdisjoint(topics) or (weak and not self.context.topics.isdisjoint(topics))

    def asks_plainly(self, words: str, least: float) -> bool:
        """Whether a part with these words, or with an amount, asks for a topic that is no dose, with much evidence.

        "Too much" alone sounds like toxicity, so that one does not count.
        """
        places = {*self.places(words), *self.places_of_doses}
        return any(
            part.winner.score >= least
            and not (Topic(part.winner.group).is_dose or part.winner.group == Topic.TOXICITY)
            and any(part.start <= place < part.end for place in places)
            for part in self.parts
        )

    @property
    def asks_per_day(self) -> bool:
        """Whether a rate per hour is asked for as one per day ("24 mcg/h is how much a day?")."""
        if self.says("step"):
            return False
        hourly = [one for one in self.message.readings.of("dose") if one.note == "per hour"]
        free = (token for token in self.message.tokens if not any(one.start <= token.start < one.end for one in hourly))
        words = [token.text for token in free]
        return bool(hourly) and self.says("rate_asked") and not {"day", "daily", "24"}.isdisjoint(words)

    @property
    def places_of_doses(self) -> list[int]:
        """The tokens that amounts begin with, those without a unit included where there are no others."""
        readings = self.message.readings
        doses = readings.of("dose") or readings.of("number")
        starts = {dose.start for dose in doses}
        return [place for place, token in enumerate(self.message.tokens) if token.start in starts]

    @property
    def yes_or_no(self) -> bool:
        """Whether a sentence with an amount asks for yes or no ("can he be left on 25 mg three times daily?")."""
        tokens, readings = self.message.tokens, self.message.readings
        doses = readings.of("dose") or readings.of("number")
        for part in self.message.segments:
            held = any(tokens[part.start].start <= dose.start < tokens[part.end - 1].end for dose in doses)
            if held and tokens[part.start].text in AUXILIARIES:
                return True
        return False


def read_requests(
    message: Message, figures: Figures, parts: Sequence[Part], context: Context | None
) -> tuple[Request, ...]:
    """The calculations that a message asks for, in the order of the rules. parts: what its words ask for."""
    topics = tuple(part for part in parts if part.winner.group in TOPICS)
    signs = _Signs(message, figures, topics, context or Context())
    carried = _of_patient_before(signs) or _of_dose_before(signs) or _of_rate_before(signs)
    if carried:
        return carried
    if not figures:
        # Only a schedule up to the maximum needs no number of the reader's.
        schedule = CalculationName.TITRATION_SCHEDULE
        if signs.says("rows") and _titration_schedule(signs):
            return (Request(schedule),)
        return (Request(CalculationName.CREATININE_CLEARANCE),) if _wants_a_clearance(signs) else ()
    found = [Request(name) for name, asks in _TOGETHER if asks(signs)]
    if any(request.name is CalculationName.PUMP_INFUSION for request in found):
        found = [_hourly(request, signs) for request in found]
    by_mouth = {CalculationName.TAPER_SCHEDULE, CalculationName.TITRATION_SCHEDULE}
    for name, asks in _ALONE:
        if not (found and name in by_mouth) and asks(signs):
            check = name is CalculationName.DOSE_CHECK
            implied = check and not signs.says("judge") and not signs.yes_or_no
            found.append(Request(name, as_start=check and _as_start(signs), implied=implied))
            break
    return tuple(found)


def _of_patient_before(signs: _Signs) -> tuple[Request, ...]:
    """What is asked of a patient whose own numbers earlier messages told, in words alone ("what's the target?")."""
    person = signs.message.person()
    told = signs.context.figures.of_patient
    if not told or person.populations or person.infant or signs.figures.doses:
        return ()
    known = replace(signs, figures=signs.figures.over(told))
    own = {Topic.MAINTENANCE_DOSE, Topic.DOSING_FACTORS}
    if (signs.says("target", "by_weight") or not signs.topics.isdisjoint(own)) and _weight_based_dose(known):
        return (Request(CalculationName.WEIGHT_BASED_DOSE),)
    if _creatinine_clearance(known):
        return (Request(CalculationName.CREATININE_CLEARANCE),)
    return ()


def _of_dose_before(signs: _Signs) -> tuple[Request, ...]:
    """What is asked about the one dose that an earlier message told: whether it is right, how it is taken down."""
    message, figures, before = signs.message, signs.figures, signs.context.figures.doses
    others = {request.name for request in signs.context.requests} - {CalculationName.DOSE_CHECK}
    if figures.doses or len(before) != 1 or others:
        return ()
    stopped = Topic.STOPPING in signs.context.topics or signs.says("taper")
    if figures.days is not None and stopped and before[0].daily is not None:
        return (Request(CalculationName.TAPER_SCHEDULE),)
    judged = bool(message.spoken("sums", "judge"))
    asks = signs.says("same") or any(token.text == "?" for token in message.tokens)
    words = [place for place in message.content() if place not in message.of_calculations]
    little = message.lexicon.putting_right.issuperset(message.stems[place] for place in words)
    return (Request(CalculationName.DOSE_CHECK),) if judged and asks and little else ()


def _of_rate_before(signs: _Signs) -> tuple[Request, ...]:
    """What is asked about the pump's rate that an earlier message told: per hour, in mL, the next step."""
    before = signs.context.figures
    if not signs.pump or signs.figures.doses or len(before.doses) != 1 or before.doses[0].unit != "mcg":
        return ()
    known = replace(signs, figures=signs.figures.over(before))
    if signs.says("rate") and not signs.says("refill") and _pump_infusion(known):
        return (_hourly(Request(CalculationName.PUMP_INFUSION), known),)
    return (Request(CalculationName.PUMP_DOSE_STEP),) if signs.says("step") and _pump_dose_step(known) else ()


def continued(message: Message, figures: Figures, parts: Sequence[Part], context: Context) -> tuple[Request, ...]:
    """The calculations asked before that a message goes on with: it answers a question back, or names other numbers.

    A message that asks plainly for something else goes on with nothing.
    """
    told = any(figures.tells(request.name) for request in context.requests)
    bolus = any(request.name is CalculationName.PUMP_STARTING_DOSE for request in context.requests)
    answered = figures.hours is not None or figures.response is not Response.UNSAID
    more = message.has("sums", "again") or _names_another_end(message, figures, parts, context)
    if (bolus and answered) or (told and more) or _asks_how_long(message, context):
        # How somebody responded to a bolus is asked of nothing else.
        return context.requests
    bare = figures.number is not None and (context.is_open or len(message.content()) <= FEW_WORDS)
    if bare and not context.is_open and {request.name for request in context.requests} <= NO_DOSE_CALCULATIONS:
        # A rate takes a dose, a concentration and a volume: a number alone may be any of them.
        return ()
    names_slots = message.person().says_something or message.origins()[0] or message.routes()
    if not (told or bare or names_slots):
        return ()
    strongest = max((part.winner.score for part in parts), default=0.0)
    own = {topic for request in context.requests for topic in OWN_TOPICS[request.name]}
    check = any(request.name is CalculationName.DOSE_CHECK for request in context.requests)
    if check and not figures.doses and _judges_the_same(message):
        return context.requests
    about_it = all(part.winner.group in own for part in parts)
    asks = any(segment.question for segment in message.segments)
    sure = (told or bare) and (context.is_open or about_it)
    limit = CERTAIN if sure else PLAIN if told or bare or not asks else WEAK
    return context.requests if strongest < limit else ()


def _names_another_end(message: Message, figures: Figures, parts: Sequence[Part], context: Context) -> bool:
    """Whether a schedule is to take another time ("spread over 3 weeks") or end elsewhere ("stop at 45 mg")."""
    own = {topic for request in context.requests for topic in OWN_TOPICS[request.name]}
    named = {part.winner.group for part in parts}
    if figures.days is not None and not figures.doses:
        return message.has("sums", "spread") or (named <= own and _only_spreads(message))
    climbs = any(request.name is CalculationName.TITRATION_SCHEDULE for request in context.requests)
    return climbs and figures.target is not None and named <= {*own, Topic.STOPPING}


def _asks_how_long(message: Message, context: Context) -> bool:
    """Whether a message asks how long the schedule before takes, and nothing else ("how long does that take?")."""
    scheduled = {CalculationName.TITRATION_SCHEDULE, CalculationName.TAPER_SCHEDULE}
    if scheduled.isdisjoint(request.name for request in context.requests):
        return False
    spans = message.all_of("sums", "span")
    asked = {place for span in spans for place in range(span.start, span.end)}
    telling = {message.stems[place] for place in message.content() if place not in asked}
    return bool(spans) and telling - message.lexicon.function_words <= _TAKING


def _only_spreads(message: Message) -> bool:
    """Whether a message says over how long something is to go, and hardly more ("can it be spread over 3 weeks?")."""
    telling = [place for place in message.content() if message.stems[place] not in message.lexicon.function_words]
    return len(telling) <= FEW_WORDS


def _judges_the_same(message: Message) -> bool:
    """Whether a message judges the dose before anew ("would that be too much for a 9 year old?")."""
    same = message.has("sums", "same")
    return same and (bool(message.spoken("sums", "judge")) or not message.content()[FEW_WORDS:])


def supposes(message: Message, figures: Figures, context: Context) -> bool:
    """Whether a message only puts other numbers into a rate ("and if it went up to 300 mcg per day?", "redo it")."""
    names = {request.name for request in context.requests}
    if not names or not names <= NO_DOSE_CALCULATIONS or not any(figures.tells(name) for name in names):
        return False
    if message.has("sums", "again"):
        return True
    if not figures.doses:
        return False
    opening = [token.text for token in message.tokens[:3]]
    words = {token.text for token in message.tokens}
    return not words.isdisjoint(SUPPOSING) or (opening[0] in ("and", "or", "but", "so") and "should" in opening[:2])


def left_over(part: Part, requests: tuple[Request, ...], message: Message, rank: Ranking) -> Part | None:
    """What a part asks beside the calculations: its segments without their words and numbers, or nothing.

    rank: what a stretch asks for, best first.
    """
    words = {value for request in requests for value in OWN_WORDS[request.name]}
    free = [
        segment
        for segment in message.segments
        if part.start <= segment.start and segment.end <= part.end and not _is_own(segment, words, message)
    ]
    if not free:
        return None
    start, end = free[0].start, free[-1].end
    whole = (start, end) == (part.start, part.end)
    rows = [part.winner] if whole else rank(start, end)
    if not rows or rows[0].score < (WEAK if whole else STRONG):
        return None
    group = rows[0].group
    if group not in TOPICS:
        # A silent subject stays where a word of its own decides; what a pump gives is a liquid by itself.
        pump = not PUMP_CALCULATIONS.isdisjoint(request.name for request in requests)
        subjects = [subject for subject in message.subjects if start <= subject.start < end]
        kept = any(not (pump and subject.value == LIQUID) for subject in subjects)
        return Part(start, end, rows[0]) if kept else None
    own = any(Topic(group) in OWN_TOPICS[request.name] for request in requests)
    own = own or (group == Topic.STARTING_DOSE and any(request.as_start for request in requests))
    asks = not message.lexicon.words["questions"].isdisjoint(token.text for token in message.tokens[start : start + 2])
    apart = start > 0 and message.tokens[start - 1].text in APART
    sure = asks or rows[0].score >= (CERTAIN if apart else OUTRIGHT)
    return None if own or not sure else Part(start, end, rows[0])


def _is_own(segment: Segment, words: set[str], message: Message) -> bool:
    """Whether a segment holds words or numbers that a calculation takes for its own."""
    if any(message.has("sums", value, segment.start, segment.end) for value in words):
        return True
    first, last = message.tokens[segment.start].start, message.tokens[segment.end - 1].end
    return any(first <= number.start < last and number.kind in OWN_NUMBERS for number in message.readings.found)


def _hourly(request: Request, signs: _Signs) -> Request:
    per_hour = signs.says("hourly") or signs.asks_per_day
    only = request.name is CalculationName.PUMP_INFUSION and per_hour and not signs.says("volume")
    return Request(request.name, hourly_only=only)


def _as_start(signs: _Signs) -> bool:
    """Whether an amount is asked about as the first: a word for starting stands near it, in the same sentence."""
    sentence = signs.message.sentence_of
    words = [token.text for token in signs.message.tokens]
    if signs.says("naive") or ["from", "day", "1"] in (words[place : place + 3] for place in range(len(words))):
        return True
    return any(
        abs(place - dose) <= NEAR_DOSE and sentence(place) == sentence(dose)
        for place in signs.places("start")
        if signs.message.tokens[place].text != "started"
        for dose in signs.places_of_doses
    )


# ------------------------------------------------------------------------------------------------------------- rules


def _creatinine_clearance(signs: _Signs) -> bool:
    """Two of its numbers, and words that ask for it; a creatinine alone describes the patient."""
    figures = signs.figures
    told = (figures.creatinine, figures.weight_kg, figures.age_years)
    measured = bool(signs.message.readings.of("egfr"))
    return not measured and signs.says("clearance") and sum(number is not None for number in told) > 1


def _wants_a_clearance(signs: _Signs) -> bool:
    """Whether we are to work out a clearance whose numbers are still to come ("can you do a Cockcroft for me?")."""
    message = signs.message
    opening = [token.text for token in message.tokens[:2]]
    told = opening[:1] != ["how"] and message.has("sums", "compute")
    ours = opening in (["can", "you"], ["could", "you"], ["would", "you"], ["will", "you"]) or any(
        mention.start <= 1 for mention in message.all_of("sums", "compute")
    )
    wanted = message.has("sums", "for_me") or opening in (["i", "need"], ["i", "want"])
    return told and (ours or wanted) and signs.says("clearance") and not message.has("drug")


def _refill_interval(signs: _Signs) -> bool:
    """A volume to be emptied at a known rate, or how long something lasts with a dose and a concentration."""
    figures = signs.figures
    volume, strength = figures.reservoir_ml is not None, figures.concentration_mcg_per_ml is not None
    if not (volume or strength) or not signs.pump:
        return False
    if volume and strength and not signs.says("rate"):
        return True
    if signs.says("rate") and not volume:
        return False
    return signs.says("refill") and (signs.daily or volume)


def _pump_infusion(signs: _Signs) -> bool:
    """A pump's daily dose, and words that ask for its rate; or nothing but a dose and a concentration."""
    figures = signs.figures
    if not signs.pump or not figures.doses:
        return False
    if signs.asks_per_day:
        return True
    if signs.says("rate") and (signs.daily or signs.bare or figures.concentration_mcg_per_ml is not None):
        return not (signs.says("refill") and not signs.says("hourly") and figures.reservoir_ml is not None)
    alone = figures.concentration_mcg_per_ml is not None and signs.daily and figures.reservoir_ml is None
    return alone and not signs.says("refill", "step") and not signs.asks(Topic.TITRATION)


def _pump_starting_dose(signs: _Signs) -> bool:
    if signs.figures.screening_bolus is None:
        return False
    started = any(request.as_start for request in signs.context.requests)
    asked = signs.asks(Topic.STARTING_DOSE, Topic.REGIMEN, Topic.MAINTENANCE_DOSE)
    return started or asked or signs.says("pump_start")


def _pump_dose_step(signs: _Signs) -> bool:
    if not signs.pump or not signs.daily or signs.asks_per_day:
        return False
    return signs.asks(Topic.TITRATION) or signs.says("step")


def _taper_schedule(signs: _Signs) -> bool:
    stopping = signs.strength(Topic.STOPPING) >= STRONG or Topic.STOPPING in signs.context.topics
    if not signs.figures.doses or signs.from_nothing or not (stopping or signs.says("taper")):
        return False
    if signs.figures.target is not None and signs.says("judge") and signs.figures.days is None:
        # "Reduced to 10 mg twice daily: still fine?" judges what it was brought down to.
        return False
    if not signs.says("taper") and not _is_stopped_otherwise(signs):
        return False
    if stopping or signs.figures.days is not None or signs.says("rows", "amounts"):
        return True
    return not signs.asks(Topic.MAXIMUM_DOSE, Topic.ADVERSE_EFFECTS, Topic.WITHDRAWAL)


def _is_stopped_otherwise(signs: _Signs) -> bool:
    """Whether a dose is to be stopped in words that are none of a taper's own: neither judged nor to be reached."""
    judged = signs.says("judge") and signs.figures.days is None
    reached = signs.figures.target is not None and signs.says("rows", "titrate", "reaching")
    return not judged and not reached and not signs.from_nothing


def _titration_schedule(signs: _Signs) -> bool:
    if signs.pump or signs.says("taper"):
        return False
    target = signs.figures.target is not None
    rows = signs.says("rows") or (target and signs.says("span"))
    if target and (rows or signs.from_nothing or (signs.says("goal") and not signs.says("judge"))):
        return True
    return (signs.asks(Topic.TITRATION) or signs.says("titrate") or signs.from_nothing) and (target or rows)


def _weight_based_dose(signs: _Signs) -> bool:
    figures = signs.figures
    weighed = figures.weight_kg is not None or figures.weight_without_unit is not None
    if signs.pump or not signs.child:
        return False
    if not weighed:
        # Without a weight it is asked for, where the reader wants a number of their own.
        return signs.says("by_weight") and signs.says("rows")
    if signs.says("rows") and signs.asks(Topic.TITRATION):
        # "A week-by-week plan to his target" asks for the way there.
        return False
    if figures.doses:
        # Beside a dose of the reader's own only plain words ask for it.
        return signs.says("by_weight")
    if signs.says("target") or signs.asks(Topic.MAINTENANCE_DOSE, Topic.DOSING_FACTORS):
        return True
    own = {Topic.REGIMEN, Topic.MAINTENANCE_DOSE, Topic.DOSING_FACTORS}
    return all(part.winner.score < CERTAIN or Topic(part.winner.group) in own for part in signs.parts) and not (
        signs.says("start", "titrate")
    )


def _dose_check(signs: _Signs) -> bool:
    """An amount that is judged, or asked about for yes or no; or one that nothing else is asked about."""
    figures = signs.figures
    if signs.says("effects") and Topic.ADVERSE_EFFECTS in signs.topics and not signs.says("amount_judged"):
        # "A bit dozy on my 10 mg three times a day, normal?" asks about the effect.
        return False
    if signs.says("judge"):
        return bool(figures.doses or figures.pieces) and not signs.asks_plainly("judge", PLAIN)
    return bool(figures.doses) and _asks_of_a_dose(signs)


def _asks_of_a_dose(signs: _Signs) -> bool:
    """Whether an amount that no word judges is asked about: as the first, for yes or no, or as all that is told."""
    figures = signs.figures
    first = _as_start(signs)
    if first and signs.daily and (not signs.topics or signs.topics <= OF_A_START):
        return True
    if signs.yes_or_no and figures.doses:
        return signs.bare or (signs.strongest < WEAK_DOSE and not signs.asks_plainly("judge", WEAK))
    if signs.says("start") and (signs.asks(Topic.STARTING_DOSE) or not signs.topics):
        return signs.daily or signs.bare
    other_numbers = (figures.concentration_mcg_per_ml, figures.reservoir_ml, figures.creatinine)
    return signs.strongest < WEAK and signs.daily and not any(other_numbers)


_Rule = Callable[[_Signs], bool]
# Several of these may be asked at once; of the others the first that applies.
_TOGETHER: tuple[tuple[CalculationName, _Rule], ...] = (
    (CalculationName.CREATININE_CLEARANCE, _creatinine_clearance),
    (CalculationName.PUMP_INFUSION, _pump_infusion),
    (CalculationName.REFILL_INTERVAL, _refill_interval),
    (CalculationName.WEIGHT_BASED_DOSE, _weight_based_dose),
)
_ALONE: tuple[tuple[CalculationName, _Rule], ...] = (
    (CalculationName.PUMP_STARTING_DOSE, _pump_starting_dose),
    (CalculationName.TAPER_SCHEDULE, _taper_schedule),
    (CalculationName.TITRATION_SCHEDULE, _titration_schedule),
    (CalculationName.PUMP_DOSE_STEP, _pump_dose_step),
    (CalculationName.DOSE_CHECK, _dose_check),
)
