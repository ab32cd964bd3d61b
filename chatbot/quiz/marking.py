"""Answers of the quiz marked, with the reader that reads questions. An answer is only read, never shown again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chatbot.bot import Chatbot
from chatbot.calculation import Basis
from chatbot.language.figures import read_figures
from chatbot.language.message import Message
from chatbot.language.quantities import Reading
from chatbot.quiz.cards import Card
from chatbot.quiz.figures import HOURS_A_DAY, MEASURED, THOUSAND, TIMED, Figure, Measure

LONGEST = 300  # characters; what is longer is no answer
SKIP = frozenset({"", "skip"})
# What an answer may lack, in the order in which it is named.
LACKS = ("unit", "rest_of_unit", "range", "rate", "interval")


@dataclass(frozen=True, slots=True)
class Mark:
    """How an answer is marked: the key of its wording, and what it lacks."""

    key: str
    lacks: tuple[str, ...] = ()


WRONG, UNREAD = Mark("wrong"), Mark("unread")
# Durations as they are written, by how they begin.
_SPANS = {"h": "hours", "d": "days", "w": "weeks", "mo": "months", "y": "years"}
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
        message = Message(bot.reader.lexicon, _with_ones(line))
        told += [figure for figure in _told(card, message) if figure.measure is Measure.HOURS]
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
    bare = message.readings.of("number")
    numbers = [reading.low for reading in bare]
    if 0 not in lacking:
        halves = _lacks_unit(numbers, card.asked[0], message)
        if halves is None:
            return WRONG
        lacking[0] = halves
    elif not card.numbers.union(figure.times or 0 for figure in told).issuperset(_in_digits(bare, message)):
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


def _with_ones(line: str) -> str:
    """An answer with its times that have no number ("weekly", "every day", "a week") as so many of them."""
    line = _REGULARLY.sub(lambda match: f"every {match['time'].lower().replace('dai', 'day')}", line)
    return _ONE_TIME.sub(" 1 ", line)


def _in_digits(bare: Sequence[Reading], message: Message) -> list[Decimal]:
    """The bare numbers that are written in digits: "the one most often effective" counts nothing."""
    return [reading.low for reading in bare if any(map(str.isdigit, message.text[reading.start : reading.end]))]


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
    times, basis = _frequency(message) if asked.measure in TIMED else None, Basis.UNSAID
    if asked.measure in TIMED and not times and any(token.text in _DAY for token in message.tokens):
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
        if place is not None and figure.measure not in TIMED:
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
