"""The quiz: questions built from facts, and answers marked with the reader that reads questions.

Pure: a state and a line go in, a text and the next state come out. What is asked and said stands in answers/quiz.yaml,
every figure in the facts. An answer is only read, never shown again; whoever asks reads it for danger first.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from chatbot.bot import Chatbot
from chatbot.calculation import Basis
from chatbot.content import Fact, QuizQuestion, Value, fill, write_value
from chatbot.language.figures import read_figures
from chatbot.language.message import Message
from chatbot.language.quantities import Reading
from chatbot.quantity import NUMBER_WORDS, Quantity
from chatbot.query import Query, Topic
from chatbot.rendering import References, describe

MOST_CARDS = 10
LONGEST = 300  # characters; what is longer is no answer
SKIP = frozenset({"", "skip"})
HOURS_A_DAY = 24
THOUSAND = 1000
FREQUENCY = "times/day"
# What an answer may lack, in the order in which it is named.
LACKS = ("unit", "rest_of_unit", "range", "rate", "interval")


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
_TIMED = (Measure.MASS, Measure.MASS_BY_WEIGHT)  # measures that are given so often a day
# Durations as they are written, by how they begin.
_SPANS = {"h": "hours", "d": "days", "w": "weeks", "mo": "months", "y": "years"}


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


@dataclass(frozen=True, slots=True)
class Card:
    """A question on one fact (id): the figures that are its right answer, and all that the fact holds.

    numbers are those of the fact as it writes them. bound is lower or upper where it asks for a bound, else ''.
    """

    id: str
    question: str
    asked: tuple[Figure, ...]
    own: tuple[Figure, ...]
    numbers: frozenset[Decimal]
    bound: str

    def asks(self, measure: Measure) -> bool:
        """Whether a figure of a measure is asked for."""
        return any(figure.measure is measure for figure in self.asked)


@dataclass(frozen=True, slots=True)
class Quiz:
    """A round: two turns, the second of what was missed in the first. Whatever was not right was missed.

    question is the text to show now ('' when the round is over). count is how many cards the turn has; left are those
    still to be answered, the one that is asked first; missed and nearly are of this turn. earlier are the ids that
    were missed before the round.
    """

    question: str
    count: int
    left: tuple[Card, ...]
    missed: tuple[Card, ...] = ()
    nearly: int = 0
    again: bool = False
    cards: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to answer."""
        return not self.left


@dataclass(frozen=True, slots=True)
class Mark:
    """How an answer is marked: the key of its wording, and what it lacks."""

    key: str
    lacks: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------------------ rounds


def begin(bot: Chatbot, topic: Topic | None, *, seed: int | None, missed: Sequence[str] = ()) -> Quiz | None:
    """A round of at most ten cards of a topic (None: of all); None where it has none.

    seed: the same one asks the same questions in the same order (None: a fresh one). missed: ids of the cards that come
    first; ids of cards that are no more, or of another topic, are passed over.
    """
    known = cards_of(bot)
    cards = [card for card in known if topic in (None, bot.book.by_id[card.id].topic)]
    if not cards:
        return None
    random.Random(seed).shuffle(cards)  # noqa: S311 - an order to practise in is no secret
    cards.sort(key=lambda card: card.id not in missed)
    chosen = tuple(cards[:MOST_CARDS])
    ids = tuple(card.id for card in chosen)
    earlier = tuple(name for name in dict.fromkeys(missed) if any(name == card.id for card in known))
    return _asking(bot, Quiz("", len(chosen), chosen, cards=ids, earlier=earlier))


def answer(bot: Chatbot, quiz: Quiz, line: str) -> tuple[str, Quiz]:
    """The text to show after an answer, and the next state.

    The text is the mark and the fact with its source, and after a turn's last card the score. It is '' where the round
    is over already.
    """
    if quiz.is_over:
        return "", quiz
    card, *left = quiz.left
    made = mark(bot, card, line)
    missed = quiz.missed if made.key == "right" else (*quiz.missed, card)
    moved = replace(quiz, left=tuple(left), missed=missed, nearly=quiz.nearly + (made.key == "nearly"))
    shown = _marked(bot, bot.book.by_id[card.id], made)
    if left:
        return shown, _asking(bot, moved)
    end, moved = _turned(bot, moved)
    return f"{shown}\n\n{end}", _asking(bot, moved)


def missed_of(quiz: Quiz) -> tuple[str, ...]:
    """The ids to begin with next time: what was missed and not made good, and what was missed earlier and not asked."""
    missed = [card.id for card in quiz.missed]
    asked = set(quiz.cards) - {card.id for card in quiz.left}
    waiting = [card.id for card in quiz.left if quiz.again or card.id in quiz.earlier]
    return tuple(dict.fromkeys((*missed, *waiting, *(name for name in quiz.earlier if name not in asked))))


def _turned(bot: Chatbot, quiz: Quiz) -> tuple[str, Quiz]:
    """What is said at the end of a turn, and the turn after it: what was missed once more, or nothing."""
    counts = {"right": quiz.count - len(quiz.missed), "count": quiz.count, "nearly": quiz.nearly}
    slots: dict[str, Value] = {key: NUMBER_WORDS[count] for key, count in counts.items()}
    lines = [_say(bot, "score_again" if quiz.again else "score", slots)]
    if quiz.missed:
        count = NUMBER_WORDS[len(quiz.missed)]
        lines.append(_say(bot, "next_time" if quiz.again else "coming_again", {"missed": count}))
    if quiz.missed and not quiz.again:
        return " ".join(lines), replace(quiz, count=len(quiz.missed), left=quiz.missed, missed=(), nearly=0, again=True)
    return "\n\n".join((" ".join(lines), *_provenance(bot, quiz))), quiz


def _provenance(bot: Chatbot, quiz: Quiz) -> Iterator[str]:
    """The documents that the round's facts come from, and the disclaimer."""
    references = References(bot.content)
    for name in quiz.cards:
        references.marks(bot.book.by_id[name])
    yield "\n".join(references.documents())
    yield bot.renderer.disclaimer


def _asking(bot: Chatbot, quiz: Quiz) -> Quiz:
    """The state with the question that it asks."""
    if quiz.is_over:
        return replace(quiz, question="")
    slots: dict[str, Value] = {
        "number": quiz.count - len(quiz.left) + 1,
        "count": quiz.count,
        "question": quiz.left[0].question,
    }
    return replace(quiz, question=_say(bot, "asked_again" if quiz.again else "asked", slots))


def _marked(bot: Chatbot, fact: Fact, made: Mark) -> str:
    """The mark in words, the fact, and what it cites."""
    missing = write_value(tuple(_say(bot, f"missing_{lack}") for lack in made.lacks)) if made.lacks else ""
    wording = bot.content.wording["references"]
    cited = "; ".join(describe(bot.content.citations[name], wording).rstrip(".") for name in fact.cites)
    first = _say(bot, made.key, {"missing": missing})
    return "\n".join((first, fact.sentence(), _say(bot, "source", {"citations": f"{cited}."})))


def _say(bot: Chatbot, key: str, slots: Mapping[str, Value] | None = None) -> str:
    return fill(str(bot.content.quiz[key]), slots or {})


# ------------------------------------------------------------------------------------------------------------- cards


def cards_of(bot: Chatbot) -> tuple[Card, ...]:
    """A card for each fact that can be asked for one right answer, in the order of the facts."""
    cards = tuple(card for fact in bot.content.facts if (card := _card(bot, fact)))
    # A question that two facts answer has no one right answer.
    asked = Counter(card.question for card in cards)
    return tuple(card for card in cards if asked[card.question] == 1)


def _card(bot: Chatbot, fact: Fact) -> Card | None:
    question = next((question for question in bot.content.quiz_questions if question.fits(fact)), None)
    if question is None:
        return None
    quantities = {key: value for key, value in fact.values.items() if isinstance(value, Quantity)}
    times = _times([*quantities.values()])
    amounts = [quantities[key] for key in question.figures if quantities[key].unit != FREQUENCY]
    rated = len(amounts) < len(question.figures)
    usual = times or _usual_times(bot, fact)
    figures = [
        _figure(amount, times if rated or "/day" in amount.unit else usual, rated=rated)
        for amount in amounts or [quantities[key] for key in question.figures]
    ]
    own = [_figure(quantity, times, rated=times is not None) for quantity in quantities.values()]
    asked = tuple(figure for figure in figures if figure)
    if len(asked) < len(figures):
        return None
    return Card(
        id=fact.id,
        question=_question(bot, fact, question),
        asked=asked,
        own=tuple(figure for figure in own if figure),
        numbers=frozenset(number for quantity in quantities.values() for number in (quantity.low, quantity.high)),
        bound=question.bound,
    )


def _question(bot: Chatbot, fact: Fact, question: QuizQuestion) -> str:
    """What is asked of a fact: the quiz's own question, or the one that is offered for its topic."""
    if not question.question:
        return bot.renderer.questions([Query(fact.topic, fact.route, fact.population, fact.origin)])[0]
    wording = bot.content.wording
    origin = _say(bot, "of_origin", {"origin": wording["origins"][fact.origin]}) if fact.origin else ""
    return fill(
        question.question,
        {
            "medicine": bot.renderer.medicine,
            "how": wording["how"].get(str(fact.route), ""),
            "who": wording["who"].get(str(fact.population), ""),
            "origin": origin,
        },
    )


def _times(quantities: Sequence[Quantity]) -> int | None:
    """The doses a day among quantities."""
    return next((int(quantity.low) for quantity in quantities if quantity.unit == FREQUENCY), None)


def _usual_times(bot: Chatbot, fact: Fact) -> int | None:
    """How many doses a day the sources give by this route and to these people."""
    if fact.route is None:
        return None
    facts = bot.book.exactly(Topic.DOSING_FREQUENCY, fact.route, fact.population)
    return _times([value for fact in facts for value in fact.values.values() if isinstance(value, Quantity)])


def _figure(quantity: Quantity, times: int | None, *, rated: bool) -> Figure | None:
    """A quantity of a fact as a figure; None where its unit cannot be asked for."""
    if quantity.unit not in MEASURED:
        return None
    measure, factor, basis = MEASURED[quantity.unit]
    timed = measure in _TIMED
    return Figure(
        low=quantity.low * factor,
        high=quantity.high * factor,
        measure=measure,
        factor=factor,
        basis=basis,
        times=times if timed else None,
        rated=timed and (rated or basis in (Basis.DAY, Basis.HOUR)),
    )


# ---------------------------------------------------------------------------------------------------------- marking

WRONG, UNREAD = Mark("wrong"), Mark("unread")
_MASSES = (Measure.MASS, Measure.MASS_BY_WEIGHT, Measure.CONCENTRATION)
# How answers are written and questions are not, as the reader reads it.
_REWRITTEN = (
    (re.compile(r"\bper ?cent\b|\bpct\b", re.IGNORECASE), "%"),
    (re.compile(r"(?<=\d) ?mos?\b", re.IGNORECASE), " months"),
    # 30 mg to 40 mg: the unit once
    (
        re.compile(
            r"(?P<low>\d[\d.,]{0,9}) ?(?P<unit>[a-zµμ%/][a-zµμ%/ ]{0,18}?) ?(?:to|-|–) ?"
            r"(?=\d[\d.,]{0,9} ?(?P=unit)(?![a-z]))",
            re.IGNORECASE,
        ),
        r"\g<low> to ",
    ),
)
# Over 10 weeks: how long something takes, and no age above which somebody is.
_OVER = re.compile(r"\bover (?=\d)", re.IGNORECASE)
# Times without a number: a week, every day, per hour; daily, weekly.
_ONE_TIME = re.compile(r"(?:\b(?:an?|each|every|per)|/) ?(?=(?:hour|day|week|month)\b)", re.IGNORECASE)
_REGULARLY = re.compile(r"\b(?P<time>hour|dai|week|month)ly\b", re.IGNORECASE)
_BELOW = ("<", "≤", "below", "under", "less than", "fewer than", "shorter than", "at most", "up to")
_ABOVE = (">", "≥", "above", "over", "more than", "longer than", "greater than", "beyond", "exceeding", "at least")
_SOFT = frozenset({"≤", "≥", "at most", "at least", "up to"})  # with a figure that is no bound they do no harm
_SIGN = re.compile(
    rf"(?:^| )(?P<not>(?:no|not|never)\b)? ?(?P<sign>{'|'.join((*_BELOW, *_ABOVE))})?(?: =)?(?: about| around)?$"
)
_DAY = frozenset({"day", "daily", "d"})
_NO_UNIT = _DAY | {"to", "and", "per", "a", "each", "every", "in", "at", "up", "or"}  # words behind a bare number
_SIGN_REACH = 4  # words before a number that are looked at
_SIGNED = frozenset({"dose", "dose_per_weight", "concentration", "percent", "duration", "volume", "number"})


def mark(bot: Chatbot, card: Card, line: str) -> Mark:
    """How an answer is marked. What it holds besides the figures that are asked for must be the fact's own."""
    if line.strip().lower() in SKIP:
        return Mark("skipped")
    if len(line) > LONGEST:
        return UNREAD
    line = _plain(card, line)
    message = Message(bot.reader.lexicon, line)
    told = _told(card, message)
    if card.asks(Measure.HOURS) and not any(figure.measure is Measure.HOURS for figure in told):
        told += _regular(bot, card, line)
    kinds = {reading.kind for reading in message.readings.found}
    if not (told or kinds or read_figures(message)) or not kinds.isdisjoint(("unreadable", "impossible")):
        return UNREAD
    if len({reading.low for reading in message.readings.of("frequency")}) > 1 or _is_contrary(message, card.bound):
        return WRONG
    return _compared(card, told, message)


def _plain(card: Card, line: str) -> str:
    """An answer as the reader reads it best."""
    for pattern, plain in _REWRITTEN:
        line = pattern.sub(plain, line)
    return _OVER.sub("", line) if card.asks(Measure.HOURS) and card.bound != "upper" else line


def _compared(card: Card, told: Sequence[Figure], message: Message) -> Mark:
    """The mark of the figures that were told."""
    lacking: dict[int, frozenset[str]] = {}
    strange = []
    for figure in told:
        found = {place: lacks for place, asked in enumerate(card.asked) if (lacks := _lacks(figure, asked)) is not None}
        for place, lacks in found.items():
            lacking[place] = min(lacking.get(place, lacks), lacks, key=len)
        if not found and frozenset() not in [_lacks(figure, own) for own in card.own]:
            strange.append(figure)
    if any(_is_thousandfold(figure, asked) for figure in strange for asked in card.asked):
        return Mark("wrong_thousandfold")
    numbers = [reading.low for reading in message.readings.of("number")]
    if 0 not in lacking:
        bare = _lacks_unit(numbers, card.asked[0], message)
        if bare is None:
            return WRONG
        lacking[0] = bare
    elif not card.numbers.union(figure.times or 0 for figure in told).issuperset(numbers):
        return WRONG
    if strange or not _in_order(told, card.own):
        return WRONG
    lacks = frozenset().union(*lacking.values()) | ({"interval"} if len(lacking) < len(card.asked) else frozenset())
    return Mark("nearly", tuple(lack for lack in LACKS if lack in lacks)) if lacks else Mark("right")


def _told(card: Card, message: Message) -> list[Figure]:
    """The figures with a unit that an answer tells."""
    figures = read_figures(message)
    doses = [dose for dose in (*figures.doses, figures.screening_bolus) if dose and dose.unit]
    frequency = _frequency(message) or next((dose.times_per_day for dose in doses if dose.times_per_day), None)
    found = []
    for dose in doses:
        factor = MEASURED[dose.unit][1]
        times = dose.times_per_day or (frequency if len(doses) == 1 else None)
        found.append(Figure(dose.low * factor, dose.high * factor, Measure.MASS, factor, dose.basis, times))
    for reading in message.readings.found:
        figure = _measured(reading, frequency, card)
        # "Every 8 hours" is read as a time too.
        if figure and not (frequency and figure.measure is Measure.HOURS and figure.low * frequency == HOURS_A_DAY):
            found.append(figure)
    if frequency and not any(figure.times for figure in found):
        found.append(_of_frequency(frequency, card))
    return found


def _frequency(message: Message) -> int | None:
    """How many doses a day an answer tells."""
    told = (int(reading.low) for reading in message.readings.of("frequency"))
    return next(told, read_figures(message).times_per_day)


def _measured(reading: Reading, frequency: int | None, card: Card) -> Figure | None:
    """A quantity that is no dose as a figure; None where it is a dose, a bare number or about a person."""
    unit, times, basis = "", None, Basis.UNSAID
    if reading.kind == "dose_per_weight":
        unit, basis = reading.unit, Basis(reading.note)
        times = None if basis is Basis.DAY else frequency
    elif reading.kind in ("percent", "volume"):
        unit = reading.unit
    elif reading.kind == "concentration":
        unit = f"{reading.unit}/mL" if reading.unit != "g" else ""
    elif reading.kind == "duration":
        unit = next((unit for begins, unit in _SPANS.items() if reading.unit.startswith(begins)), "")
    elif reading.kind == "age" and reading.unit == "months" and card.asked[0].measure is Measure.MONTHS:
        unit = reading.unit  # "6 months" alone may be an age, and is none where a time is asked for
    if unit not in MEASURED:
        return None
    measure, factor, _ = MEASURED[unit]
    measure = Measure.MASS_BY_WEIGHT if reading.kind == "dose_per_weight" else measure
    return Figure(reading.low * factor, reading.high * factor, measure, factor, basis, times)


def _of_frequency(times: int, card: Card) -> Figure:
    """So often a day as a figure: the time between, where a time is asked for."""
    if card.asks(Measure.HOURS):
        between = Decimal(HOURS_A_DAY) / times
        return Figure(between, between, Measure.HOURS)
    return Figure(Decimal(times), Decimal(times), Measure.FREQUENCY)


def _regular(bot: Chatbot, card: Card, line: str) -> list[Figure]:
    """The times that an answer tells without a number ("weekly", "every day", "a week")."""
    line = _REGULARLY.sub(lambda match: f"every {match['time'].lower().replace('dai', 'day')}", line)
    told = _told(card, Message(bot.reader.lexicon, _ONE_TIME.sub(" 1 ", line)))
    return [figure for figure in told if figure.measure is Measure.HOURS]


def _lacks(told: Figure, asked: Figure) -> frozenset[str] | None:
    """What a figure lacks to be the one that is asked for; None where it is another one."""
    if told.measure is not asked.measure:
        half = told.measure is Measure.MASS and asked.measure in _MASSES and told.daily is None
        lacks = _lacks_end(told.ends, asked.ends) if half else None
        return None if lacks is None else lacks | {"rest_of_unit"}
    if told.times and told.times != asked.times and (asked.times or not asked.rated):
        return None
    if not asked.rated:
        return None if told.basis in (Basis.DAY, Basis.HOUR) else _lacks_end(told.ends, asked.ends)
    if told.daily is not None and asked.daily is not None:
        return _lacks_end(told.daily, asked.daily)
    # How often is not told, nor "per day": it is one dose, or a day's.
    meant = [asked.ends] if asked.basis is not Basis.DAY else []
    meant += [asked.daily] if asked.daily is not None and told.basis is Basis.UNSAID else []
    found = [lacks for ends in meant if (lacks := _lacks_end(told.ends, ends)) is not None]
    return min(found, key=len) | {"rate"} if found else None


def _lacks_end(told: tuple[Decimal, Decimal], asked: tuple[Decimal, Decimal]) -> frozenset[str] | None:
    """Nothing for the same amounts, the range for one end of it, None for others."""
    if told == asked:
        return frozenset()
    return frozenset({"range"}) if told[0] == told[1] and told[0] in asked else None


def _lacks_unit(numbers: Sequence[Decimal], asked: Figure, message: Message) -> frozenset[str] | None:
    """What bare numbers lack, the unit included, to be the figure that is asked for; None where they are others."""
    if len(numbers) != (1 if asked.low == asked.high else 2) or _has_other_unit(message):
        return None
    times, basis = _frequency(message) if asked.measure in _TIMED else None, Basis.UNSAID
    if asked.measure in _TIMED and not times and any(token.text in _DAY for token in message.tokens):
        basis = Basis.DAY
    low, high = numbers[0] * asked.factor, numbers[-1] * asked.factor
    lacks = _lacks(Figure(low, high, asked.measure, asked.factor, basis, times), asked)
    if lacks is None or "range" in lacks:
        return None
    return lacks | {"rate" if asked.measure is Measure.FREQUENCY else "unit"}


def _has_other_unit(message: Message) -> bool:
    """Whether a word that may be a unit stands right behind a bare number: "80 mL" and "2 tablets" are no doses."""
    ends = {reading.end for reading in message.readings.of("number")}
    following = (place + 1 for place, token in enumerate(message.tokens[:-1]) if token.end in ends)
    words = (message.tokens[place] for place in following if place not in message.readings.covered)
    return any(token.kind == "word" and token.text not in _NO_UNIT for token in words)


def _is_thousandfold(told: Figure, asked: Figure) -> bool:
    """Whether a mass is a thousand times another, or a thousandth of it: mg and mcg mixed up."""
    if told.measure not in _MASSES or asked.measure not in _MASSES:
        return False
    one, other = ([ends for ends in (figure.ends, figure.daily) if ends] for figure in (told, asked))
    pairs = [pair for here in one for there in other for pair in ((here, there), (there, here))]
    return any(
        _lacks_end((small[0] * THOUSAND, small[1] * THOUSAND), large) is not None
        or (large[0] == large[1] and large[0] in (small[0] * THOUSAND, small[1] * THOUSAND))
        for small, large in pairs
    )


def _in_order(told: Sequence[Figure], own: Sequence[Figure]) -> bool:
    """Whether times and shares stand in the fact's own order: "every 10 weeks over a week" turns two of them round."""
    places: dict[Measure, list[int]] = {}
    for figure in told:
        place = next((place for place, other in enumerate(own) if _lacks(figure, other) is not None), None)
        if place is not None and figure.measure not in _TIMED:
            places.setdefault(figure.measure, []).append(place)
    return all(found == sorted(found) for found in places.values())


def _is_contrary(message: Message, bound: str) -> bool:
    """Whether an answer says "below" of a figure that is no upper bound, "above" of one that is no lower, or "not"."""
    for reading in message.readings.found:
        place = bisect_left(message.starts, reading.start)
        words = " ".join(token.text for token in message.tokens[max(place - _SIGN_REACH, 0) : place])
        match = _SIGN.search(words) if reading.kind in _SIGNED else None
        if not match or not (match["sign"] or match["not"]):
            continue
        sign, denied = match["sign"], bool(match["not"])
        below = (sign in _BELOW) is not denied
        contrary = below is (bound == "lower") if bound else not denied and sign not in _SOFT
        if contrary or not sign:
            return True
    return False
