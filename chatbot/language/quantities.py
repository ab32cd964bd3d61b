"""Numbers with their meaning: ages, kidney function, doses, frequencies, weights, durations.

What looks like a number and cannot be read exactly is a `Reading` of kind ``unreadable``: it is never guessed at. The
patterns stand in `quantity_patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from chatbot.language import quantity_patterns as patterns
from chatbot.language.normalise import ODD, Token
from chatbot.language.quantity_patterns import UNITS_OF_DOSE, Pattern

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
SMALL = {word: number for number, word in enumerate(_BELOW_TWENTY)}
TENS = dict(
    zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), range(20, 100, 10), strict=True)
)
DECADES = {f"{word[:-1]}ies": number for word, number in TENS.items()}
# Ages by their Latin name, as the decade that they are.
LATIN_DECADES = {"quinquagenarian": 50, "sexagenarian": 60, "septuagenarian": 70, "octogenarian": 80}
# Ages in the plural: "under fives", "over-sixteens".
BORDERS = {f"{word}es" if word == "six" else f"{word}s": number for word, number in SMALL.items() if number > 1}

_HOW_OFTEN = {"once": 1, "twice": 2, "thrice": 3}
OLDEST = 125  # years; above it a number is no age
HIGHEST_EGFR = 250  # mL/min; above it a number is something else
AMBIGUOUS_M = 24  # "18m" may be months or a man; above this number it is a man
MONTHS_A_YEAR = 12
MOST_PLACES = 4  # decimal places of a dose; one with more was made by a machine
POUNDS_A_STONE = 14
TEENAGE = (Decimal(13 * MONTHS_A_YEAR), Decimal(17 * MONTHS_A_YEAR))

Kind = Literal[
    "age",
    "ambiguous_age",
    "ckd_stage",
    "concentration",
    "creatinine",
    "decade",
    "dose",
    "dose_per_weight",
    "duration",
    "egfr",
    "frequency",
    "impossible",
    "number",
    "over_age",
    "past_age",
    "retracted",
    "percent",
    "under_age",
    "unreadable",
    "volume",
    "weight",
]


class Reading(NamedTuple):
    """A quantity as read, with its span in the message. low and high are equal but for ranges and decades.

    The unit is that of doses and concentrations (mg, mcg, g), as written for durations and for weights ('' where it was
    left out), months for ages (an ambiguous or past one too), years for a decade and for the border of over_age and
    under_age, mL/min for egfr, mg/dL or micromol/L for a creatinine ('' where it was left out), mL for a volume, and ''
    for what has none: ckd_stage, frequency (doses a day), number, unreadable, impossible. One that is
    retracted keeps its own.

    The note says what the words around it add: "per dose", "per hour" or "per day" for a dose, "below" or "above" for
    an egfr and a duration, the stones and pounds that were written for a weight that is given in lb.
    """

    kind: Kind
    low: Decimal
    high: Decimal
    unit: str
    start: int
    end: int
    note: str = ""


class Readings(NamedTuple):
    """All quantities of a message, and the tokens (by index) that they cover."""

    found: tuple[Reading, ...]
    covered: frozenset[int]

    def of(self, kind: Kind) -> tuple[Reading, ...]:
        """The readings of one kind."""
        return tuple(reading for reading in self.found if reading.kind == kind)


class Before(NamedTuple):
    """What earlier messages leave open or known for the numbers of this one.

    kidneys: they were spoken of, so that a stage is one of theirs. age_years: the patient's, which "70, not 30" puts
    right. unsure: a number of which a question back asked whether it is an age, and in which unit. clearance: one is
    being computed, so that mg/dL is a creatinine's. only: the kind of the one number that was told, which a number
    behind "sorry" puts right.
    """

    kidneys: bool = False
    age_years: Decimal | None = None
    unsure: Decimal | None = None
    clearance: bool = False
    only: Literal["", "age", "egfr"] = ""


NOTHING_BEFORE = Before()


def read(tokens: Sequence[Token], before: Before = NOTHING_BEFORE) -> Readings:
    """Every quantity in the message. before: what it may lean on."""
    line = Line(tokens)
    found = _Collector(line, before.age_years)
    if before.unsure is not None and (match := patterns.UNIT_OF_AGE.search(line.text)):
        found.take("age", match, before.unsure * (1 if match["months"] else MONTHS_A_YEAR), unit="months")
        return found.readings()
    if before.kidneys:
        for match in patterns.STAGE.finditer(found.text):
            _take_stage(found, match, match["n"])
    words = frozenset(line.text.split())
    spelt = not patterns.ENDLESS.isdisjoint(words) or patterns.LETTERS_FOR_DIGITS.search(line.text) is not None
    if not line.numbered and not spelt and "teens" not in line.text:
        if any(word in line.text for word in patterns.KIDNEY_WORDS):
            _read_stages(found)
        if not patterns.FREQUENCY_WORDS.isdisjoint(words):
            _read_frequencies_and_durations(found)
        return found.readings()
    # The first to take a number keeps it. So what cannot be read comes first; a number with a unit or a test's name
    # comes before one that the words around it make an age; and what is left over comes last.
    _read_unreadable(found)
    _read_stages(found)
    _read_kidneys(found)
    _read_creatinine(found, clearance=before.clearance)
    _read_doses(found)
    _read_weights_and_volumes(found)
    _read_young_ages(found)
    _read_age_borders(found)
    _read_past_ages(found)
    _read_ages(found)
    _read_frequencies_and_durations(found)
    _read_later_kidneys(found)
    _read_plain_numbers(found)
    return _put_right(found.readings(), line, before)


def _put_right(readings: Readings, line: Line, before: Before) -> Readings:
    """The readings, a bare number behind "sorry" or "no, " as the one number that was told before."""
    said = [reading for reading in readings.found if not (before.age_years and reading.low == before.age_years)]
    if not before.only or [reading.kind for reading in said] != ["number"] or not patterns.PUTS_RIGHT.search(line.text):
        return readings
    if any(token.start == said[0].start and token.text == "one" for token in line.tokens):
        return readings  # "sorry, wrong one"
    number, is_age = said[0], before.only == "age"
    if number.low > (OLDEST if is_age else HIGHEST_EGFR):
        return readings
    right = number._replace(kind="age", **months_of(number)) if is_age else number._replace(kind="egfr", unit="mL/min")
    return readings._replace(found=(right,))


def exact(text: str) -> Decimal | None:
    """The number that digits say, or None where they can be read in two ways (1,5 or 1.000)."""
    text = text.rstrip(".,")
    if patterns.THOUSANDS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return Decimal(text) if patterns.PLAIN.fullmatch(text) else None


def number_words(tokens: Sequence[Token]) -> list[str]:
    """Each token's text, with numbers in words as digits ("eighty one" as "81" and nothing)."""
    words = [token.text for token in tokens]
    _join_hundreds(words)
    _join_thousands(words)
    for place, word in enumerate(words):
        if word in TENS:
            following = words[place + 1] if place + 1 < len(words) else ""
            ones, several = SMALL.get(following, 0), BORDERS.get(following, 0)
            if 0 < ones < 10:
                words[place], words[place + 1] = str(TENS[word] + ones), ""
            elif 0 < several < 10:
                words[place], words[place + 1] = f"{TENS[word] + several} s", ""
            else:
                words[place] = str(TENS[word])
        elif word in SMALL:
            words[place] = str(SMALL[word])
        elif word in DECADES:
            words[place] = f"{DECADES[word]} s"
        elif word in BORDERS and not {"over", "under", "-"}.isdisjoint(words[max(place - 1, 0) : place]):
            words[place] = f"{BORDERS[word]} s"
        elif (decade := LATIN_DECADES.get(word.removesuffix("s"))) is not None:
            words[place] = f"{decade} something"
    return words


def _join_hundreds(words: list[str]) -> None:
    """Hundreds in words as digits, with what belongs to them: "two hundred and fifty" as "250" and nothing."""
    for place, word in enumerate(words):
        if word != "hundred":
            continue
        first = place - 1 if place and 0 < _below_hundred(words[place - 1]) < 10 else place
        value = 100 * (_below_hundred(words[first]) or 1)
        end = place + 1
        behind = end + 1 if words[end : end + 1] == ["and"] else end
        if words[behind : behind + 1] and _below_hundred(words[behind]):
            value += _below_hundred(words[behind])
            end = behind + 1
            if words[behind] in TENS and words[end : end + 1] and 0 < SMALL.get(words[end], 0) < 10:
                value += SMALL[words[end]]
                end += 1
        words[first:end] = [str(value), *[""] * (end - first - 1)]


def _join_thousands(words: list[str]) -> None:
    """Thousands in words as digits, with what belongs to them: "two thousand" and "1 thousand five hundred"."""
    for place, word in enumerate(words):
        if word != "thousand" or not place:
            continue
        before = words[place - 1]
        count = int(before) if before.isdecimal() else _below_hundred(before)
        if not 0 < count < 1000:
            continue
        behind = place + 2 if words[place + 1 : place + 2] == ["and"] else place + 1
        rest = words[behind] if words[behind : behind + 1] and words[behind].isdecimal() else ""
        value = 1000 * count + (int(rest) if rest and int(rest) < 1000 else 0)
        end = behind + 1 if rest and int(rest) < 1000 else place + 1
        words[place - 1 : end] = [str(value), *[""] * (end - place)]


def _below_hundred(word: str) -> int:
    """The number that a word says, or 0."""
    return SMALL.get(word) or TENS.get(word) or (int(word) if word.isdecimal() and len(word) == 1 else 0)


# ------------------------------------------------------------------------------------------------------- collecting


class Line:
    """The tokens as one line of text, and the way back from a place in it to tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        words = number_words(tokens)
        self.text = " ".join(filter(None, words))
        self.numbered = frozenset(place for place, word in enumerate(words) if _holds_digit(word))
        self._starts: list[int] = []
        end = 0
        for word in words:
            # The second half of a number in words ("eighty one") takes no room: it stands where the first does.
            self._starts.append(end if word else self._starts[-1])
            end += len(word) + 1 if word else 0

    def tokens_of(self, start: int, end: int) -> range:
        """The tokens that a stretch of the line touches, as indices."""
        first = self._starts[max(bisect_right(self._starts, start) - 1, 0)]
        return range(bisect_left(self._starts, first), bisect_left(self._starts, end))


def _holds_digit(word: str) -> bool:
    return ODD in word or any(map(str.isdigit, word))


class _Collector:
    """Readings as they are found: each number belongs to the first that takes it."""

    def __init__(self, line: Line, age_years: Decimal | None = None) -> None:
        self.text = line.text
        self._age_years = age_years
        self._line = line
        self._found: list[Reading] = []
        self._covered: set[int] = set()
        self._taken: set[int] = set()  # those of the covered tokens that are numbers

    def take(
        self,
        kind: Kind,
        match: re.Match[str],
        low: Decimal | int = 0,
        high: Decimal | int | None = None,
        unit: str = "",
        note: str = "",
        span: tuple[int, int] | None = None,
    ) -> None:
        """Keep a reading, unless one of its numbers is taken. span: what it covers, where that is not the match."""
        covered = self._line.tokens_of(*(span or match.span()))
        if not self._taken.isdisjoint(covered):
            return
        first, last = self._line.tokens[covered[0]], self._line.tokens[covered[-1]]
        high = low if high is None else high
        self._found.append(Reading(kind, Decimal(low), Decimal(high), unit, first.start, last.end, note))
        self._covered.update(covered)
        self._taken.update(self._line.numbered.intersection(covered))

    def take_all(self, kind: Kind, pattern: Pattern, unit: str | None = None) -> None:
        """Keep whatever a pattern finds that can be read. unit: where the pattern has no group of that name."""
        for match in pattern.finditer(self.text):
            if numbers := _numbers(match):
                self.take(kind, match, *numbers, match["unit"] if unit is None else unit)

    def has(self, kind: Kind) -> bool:
        """Whether there is a reading of the kind so far."""
        return any(reading.kind == kind for reading in self._found)

    def readings(self) -> Readings:
        """All of them, in the order of the message."""
        found = sorted(self._found, key=lambda reading: reading.start)
        return Readings(tuple(self._told(found)), frozenset(self._covered))

    def _told(self, found: Sequence[Reading]) -> Sequence[Reading]:
        """The readings, one that is taken back in favour of another marked so: "34 kg, not 43 kg"; "34, not 43 kg"."""
        told = list(found)
        for place, (before, reading) in enumerate(pairwise(found)):
            same = reading.kind in (before.kind, "number") or before.kind == "number"
            if same and self._is_not(before.end, reading.start):
                told[place] = self._in_place_of(before, reading)
                told[place + 1] = reading._replace(kind="retracted")
        return told

    def _in_place_of(self, right: Reading, wrong: Reading) -> Reading:
        """A number as what it stands in place of is: in the unit of that, or the patient's age."""
        if right.kind != "number":
            return right
        if wrong.kind == "number":
            is_age = self._age_years is not None and wrong.low == self._age_years and right.low <= OLDEST
            return right._replace(kind="age", **months_of(right)) if is_age else right
        if wrong.kind == "age":
            in_months = wrong.low < 2 * MONTHS_A_YEAR and wrong.low % MONTHS_A_YEAR
            return right._replace(kind="age", **({"unit": "months"} if in_months else months_of(right)))
        return right._replace(kind=wrong.kind, unit=wrong.unit, note=wrong.note)

    def _is_not(self, start: int, end: int) -> bool:
        """Whether only "not", or what says the same, stands between two places of the message."""
        tokens = self._line.tokens
        first, last = (bisect_left(tokens, place, key=lambda token: token.start) for place in (start, end))
        words = [token.text for token in tokens[first:last]]
        return " ".join(word for word in words if word not in (",", "-", "and", "it's", ".")) in patterns.NOT


def months_of(years: Reading) -> dict[str, Any]:
    """The fields of an age, from a number of years."""
    return {"low": years.low * MONTHS_A_YEAR, "high": years.high * MONTHS_A_YEAR, "unit": "months"}


def _numbers(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Both ends of what was matched (equal but for ranges), or None where one of them cannot be read."""
    low = exact(match["n"])
    end = match.groupdict().get("m")
    high = exact(end) if end else low
    return None if low is None or high is None else (low, high)


# ---------------------------------------------------------------------------------------------------------- reading


def _read_unreadable(found: _Collector) -> None:
    for match in patterns.UNREADABLE.finditer(found.text):
        found.take("unreadable", match)


def _read_stages(found: _Collector) -> None:
    """Stages of kidney disease: the one number that Roman digits write, so also in a message without any other."""
    for match in patterns.CKD.finditer(found.text):
        _take_stage(found, match, next(filter(None, match.groups())))


def _take_stage(found: _Collector, match: re.Match[str], stage: str) -> None:
    found.take("ckd_stage", match, patterns.ROMAN.get(stage) or int(stage))


def _read_kidneys(found: _Collector) -> None:
    for pattern in (patterns.EGFR, patterns.EGFR_FURTHER_ON, patterns.EGFR_BY_UNIT):
        for match in pattern.finditer(found.text):
            _take_egfr(found, match)


def _read_later_kidneys(found: _Collector) -> None:
    """A second value, where no dose, age or time has taken the number ("eGFR 72 and he is now 52" is his age)."""
    if found.has("egfr"):
        for match in patterns.EGFR_LATER.finditer(found.text):
            _take_egfr(found, match, span=match.span("later"))


def _take_egfr(found: _Collector, match: re.Match[str], span: tuple[int, int] | None = None) -> None:
    """span: a second value's own, to which the sign of the first does not belong."""
    numbers = _numbers(match)
    if numbers and numbers[0] <= HIGHEST_EGFR:
        sign = None if span else match.groupdict().get("sign")
        note = "" if not sign else "below" if sign in patterns.BELOW else "above"
        found.take("egfr", match, *numbers, "mL/min", note, span)


def _read_creatinine(found: _Collector, *, clearance: bool) -> None:
    """A creatinine by its name; by its unit alone only where the kidneys are spoken of (a glucose has it too)."""
    kidneys = clearance or any(word in found.text for word in patterns.CLEARANCE_WORDS)
    for pattern in (patterns.CREATININE, *((patterns.CREATININE_BY_UNIT,) if kidneys else ())):
        for match in pattern.finditer(found.text):
            if numbers := _numbers(match):
                unit = "mg/dL" if match["mg"] else "micromol/L" if match["micromol"] else ""
                found.take("creatinine", match, *numbers, unit)


def _read_doses(found: _Collector) -> None:
    for match in patterns.CONCENTRATION.finditer(found.text):
        if numbers := _numbers(match):
            found.take("concentration", match, *numbers, UNITS_OF_DOSE[match["unit"]])
    for match in patterns.DOSE_PER_WEIGHT.finditer(found.text):
        if numbers := _numbers(match):
            note, end = _rate(found.text, match.end())
            found.take("dose_per_weight", match, *numbers, UNITS_OF_DOSE[match["unit"]], note, (match.start(), end))
    for match in patterns.DOSE.finditer(found.text):
        numbers = _numbers(match)
        if match["sign"]:
            found.take("impossible", match)
        elif numbers is None or numbers[1] < numbers[0] or len(match["n"].partition(".")[2]) > MOST_PLACES:
            found.take("unreadable", match)
        else:
            note, end = _rate(found.text, match.end())
            found.take("dose", match, *numbers, UNITS_OF_DOSE[match["unit"]], note, span=(match.start(), end))


def _rate(text: str, place: int) -> tuple[str, int]:
    """Whether a dose that ends at a place is per dose, hour or day ('' where that is not said), and where that ends."""
    rates = (("per dose", patterns.PER_DOSE), ("per hour", patterns.PER_HOUR), ("per day", patterns.PER_DAY))
    for note, pattern in rates:
        if match := pattern.match(text, place):
            return note, match.end()
    return "", place


def _read_weights_and_volumes(found: _Collector) -> None:
    for match in patterns.STONES.finditer(found.text):
        stones, pounds = exact(match["n"] or match["only"]), Decimal(match["lb"] or 0)
        if stones is not None:
            said = f"{stones} st {pounds} lb" if pounds else f"{stones} st"
            found.take("weight", match, stones * POUNDS_A_STONE + pounds, unit="lb", note=said)
    for match in patterns.WEIGHT.finditer(found.text):
        if numbers := _numbers(match):
            impossible = match["sign"] or not numbers[0]
            found.take("impossible" if impossible else "weight", match, *numbers, match["unit"])
    found.take_all("weight", patterns.WEIGHT_WITHOUT_UNIT, "")
    found.take_all("volume", patterns.VOLUME, "mL")


def _read_young_ages(found: _Collector) -> None:
    """Ages in years and months, in months and in days, and teens."""
    _take_years(found, patterns.YEARS_AND_MONTHS)
    for pattern in patterns.AGES_IN_MONTHS:
        found.take_all("age", pattern, "months")
    for match in patterns.AGE_IN_DAYS.finditer(found.text):
        found.take("age", match, unit="months")
    for match in patterns.TEENS.finditer(found.text):
        found.take("age", match, *TEENAGE, "months")


def _read_ages(found: _Collector) -> None:
    """Ages in years, decades of life, and what may be an age or months ("18m")."""
    for pattern in (patterns.DECADE, patterns.SOMETHING):
        for match in pattern.finditer(found.text):
            decade = int(match["n"])
            found.take("decade", match, decade, decade + 9, "years")
    _read_further_ages(found)
    for pattern in patterns.AGES_IN_YEARS:
        _take_years(found, pattern)
    for match in patterns.BORN_IN.finditer(found.text):
        found.take("ambiguous_age", match, unit="months")
    for match in patterns.AGE_OR_MONTHS.finditer(found.text):
        number = int(match["n"])
        found.take("ambiguous_age" if number <= AMBIGUOUS_M else "age", match, number * MONTHS_A_YEAR, unit="months")


def _take_years(found: _Collector, pattern: Pattern) -> None:
    for match in pattern.finditer(found.text):
        years = exact(match["n"])
        if years is None:
            found.take("unreadable", match)
        elif years > OLDEST:
            found.take("impossible", match, years)
        else:
            found.take("age", match, years * MONTHS_A_YEAR, unit="months")


def _read_further_ages(found: _Collector) -> None:
    """The ages of two people who are told apart, and the second of two ages."""
    pairs = (match for pattern in (patterns.ONE_AND_OTHER, patterns.OF_TWO) for match in pattern.finditer(found.text))
    for match in pairs:
        for group, span in (("n", (match.start(), match.end("n"))), ("other", match.span("other"))):
            found.take("age", match, int(match[group]) * MONTHS_A_YEAR, unit="months", span=span)
    for match in patterns.AGE_LATER.finditer(found.text):
        years = exact(match["n"])
        if years is not None and years <= OLDEST:
            found.take("age", match, years * MONTHS_A_YEAR, unit="months", span=match.span("n"))


def _read_age_borders(found: _Collector) -> None:
    """Borders of ages ("over 65s", "under 12"), before "under the age of 18" is read as an age."""
    for match in patterns.OVER_AGE.finditer(found.text):
        found.take("over_age", match, int(next(filter(None, match.groups()))), unit="years")
    for match in patterns.UNDER_AGE.finditer(found.text):
        found.take("under_age", match, int(match["n"]), unit="years")


def _read_past_ages(found: _Collector) -> None:
    """Ages at which something happened ("diagnosed at 10, now 45"), before they are read as today's."""
    for match in patterns.PAST_AGE.finditer(found.text):
        if number := exact(match["n"]):
            found.take("past_age", match, number * (1 if match["months"] else MONTHS_A_YEAR), unit="months")
    if found.has("past_age"):
        for match in patterns.PRESENT_AGE.finditer(found.text):
            years = exact(match["n"])
            if years is not None and years <= OLDEST:
                found.take("age", match, years * MONTHS_A_YEAR, unit="months")


def _read_frequencies_and_durations(found: _Collector) -> None:
    for match in patterns.LESS_OFTEN.finditer(found.text):
        found.take("duration", match, unit="times a week")
    for match in patterns.FREQUENCY_RANGE.finditer(found.text):
        low, high = (_HOW_OFTEN.get(end) or int(end) for end in match.groups())
        found.take("frequency", match, low, high)
    for times, pattern in patterns.FREQUENCIES:
        for match in pattern.finditer(found.text):
            found.take("frequency", match, times)
    found.take_all("percent", patterns.PERCENT, "%")
    for match in patterns.DURATION.finditer(found.text):
        if numbers := _numbers(match):
            note = "" if not match["sign"] else "below" if match["sign"] in patterns.SHORTER else "above"
            # The word before it stays to say what is asked ("raised over 10 to 12 weeks").
            found.take("duration", match, *numbers, match["unit"], note, span=(match.start("n"), match.end()))


def _read_plain_numbers(found: _Collector) -> None:
    for match in patterns.NUMBER.finditer(found.text):
        number = exact(match["n"])
        if number is None:
            found.take("unreadable", match)
        else:
            found.take("number", match, number)
