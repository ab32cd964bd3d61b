"""Numbers with their meaning: ages, kidney function, doses, frequencies, weights, durations.

Patterns run over the message's tokens joined by single spaces, so that each is a readable line; every reading keeps its
span in the message. What looks like a number and cannot be read exactly is a `Reading` of kind ``unreadable``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from chatbot.language.normalise import ODD, Token

UNITS_OF_DOSE = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "milligramme": "mg", "milligrammes": "mg", "mcg": "mcg", "mcgs": "mcg",
    "ug": "mcg", "ugs": "mcg", "microgram": "mcg", "micrograms": "mcg", "microgramme": "mcg", "microgrammes": "mcg",
    "mikrogram": "mcg", "mikrograms": "mcg", "g": "g", "gram": "g", "grams": "g", "gramme": "g", "grammes": "g",
}  # fmt: skip
SMALL = dict(zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], range(20), strict=True))  # fmt: skip
TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
DECADES = {f"{word[:-1]}ies": value for word, value in TENS.items()}

OLDEST = 125  # years; above it a number is no age
TOO_YOUNG_MONTHS = 24  # the sources begin at 2 years
AMBIGUOUS_M = 24  # "18m" may be months or a man; above this number it is a man


class Pattern:
    """A regular expression compiled when it is first used: most messages hold no number, and compiling takes time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._compiled is None:
            self._compiled = re.compile(self._text)
        return self._compiled

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, left to right."""
        return self.compiled().finditer(text)

    def match(self, text: str, start: int) -> re.Match[str] | None:
        """The match that begins at start, if there is one."""
        return self.compiled().match(text, start)


class Reading(NamedTuple):
    """A quantity as read. low and high are equal but for ranges; unit is '' where none was written.

    Kinds: age (months), decade (years), egfr (mL/min), ckd_stage, dose, concentration, frequency (doses a day), weight,
    volume, duration (days), percent, creatinine, number, unreadable, impossible.
    """

    kind: str
    low: Decimal
    high: Decimal
    unit: str
    start: int
    end: int
    note: str = ""


# At most fifteen digits: a longer run is no quantity, and looking through it again and again takes time.
_DIGITS = r"(?:\d[\d.,]{0,14}|\.\d{1,14})(?!\d)"
_N = rf"(?<![\d.,])(?P<n>{_DIGITS})"
_RANGE = rf"(?<![\d.,])(?P<n>{_DIGITS})(?: (?:-|to|and) (?P<m>{_DIGITS}))?"
_ABOUT = (
    r"(?:(?:about|around|nearly|almost|only|just|now|aged|exactly|roughly|approximately|barely|turned|turning|still) )*"
)
_PERSON = (
    r"(?:he|she|they|patient|who|i|man|woman|lady|gentleman|male|female|chap|bloke|fellow|lad|lass|boy|girl|child|kid|mum|mom|"
    r"mother|dad|father|nan|gran|granny|grandmother|grandfather|grandad|husband|wife|partner|son|daughter|brother|sister|"
    r"aunt|uncle|teenager|toddler|adult|person|someone|somebody|youngster)"
)
_YEARS = r"(?:years?|yrs?|y|yr)"
_UNIT = "|".join(sorted(UNITS_OF_DOSE, key=len, reverse=True))
# A number of years that is a span of time and no age: "for 5 years", "4 years ago", "10 years after the injury".
_SPAN_BEFORE = (
    r"(?<!for )(?<!since )(?<!over )(?<!last )(?<!past )(?<!within )(?<!after )(?<!every )(?<!first )(?<!previous )"
)
_SPAN_AFTER = r"(?! (?:ago|after|post|history|later|since|duration|earlier|apart|on from|from|into|out|previously|before|of (?:ms|illness|disease|spasticity|treatment|therapy|use|follow))\b)"

AGES = (
    # 17y11m, 2 years and 3 months
    ("years", Pattern(rf"\b{_N} {_YEARS} ?(?:,|and)? ?\d{{1,2}} ?(?:m|mo|mths?|months?)\b")),
    # seventeen and a half years
    ("years", Pattern(rf"\b{_N} and a half (?:- ?)?{_YEARS}\b")),
    # 78 years old, 8 year old, 72 yo
    ("years", Pattern(rf"\b{_N} - ?{_YEARS}(?: old)?\b|\b(?P<n2>\d[\d.,]*) {_YEARS} (?:old|of age|young)\b")),
    # aged 8, age: 6, at age of 6
    ("years", Pattern(rf"\b(?:aged|age|ages) (?:(?:of|is|was|:|=|about|around|just|only|-) )*{_N}\b(?! (?:months?|mo|mths?|weeks?|days?)\b)")),
    # man of 82, she is 79, who's 8, i'm 45
    ("years", Pattern(rf"\b{_PERSON} (?:,|of|is|was|are|s|turned|turns|being|having|has|called \w+ ,) {_ABOUT}{_N}\b(?! (?:{_UNIT}|kg|lb|ml|%|/|-|x|st|stone|pounds?|kilos?|months?|mo|weeks?|days?|spasms?|times|tablets?|pills?|minutes?|hours?|cm|doses?|kids|children|sons|daughters)\b)(?! /)(?! %)")),
    ("years", Pattern(rf"\b(?:he's|she's|i'm|im|shes|hes|who's|he'll be|she'll be|they're|patient's|nan's|gran's|mum's|dad's) {_ABOUT}{_N}\b(?! (?:{_UNIT}|kg|lb|ml|%|/|months?|mo|weeks?|days?|spasms?|times|tablets?|pills?)\b)(?! /)(?! %)")),
    # has turned 83
    ("years", Pattern(rf"\b(?:turned|turning|turns|reached|reaching) (?:just )?{_N}\b(?! (?:{_UNIT}|kg|%))")),
    # 85F, 45 M, 72 female
    ("years", Pattern(r"\b(?P<n>\d{1,3}) ?(?:f|female|male|woman|man|lady|gentleman|girl|boy|fem)\b")),
    # 44 years, 30 yrs: an age unless it is a span
    ("years", Pattern(rf"{_SPAN_BEFORE}\b{_N} {_YEARS}\b{_SPAN_AFTER}(?! - )")),
    # 78 with CKD, at the head of the message
    ("years", Pattern(r"^(?P<n>\d{2,3}) (?:with|w|and|,)(?= )")),
    # seventy odd
    ("years", Pattern(r"\b(?P<n>[2-9]0) odd\b(?! (?:mg|mcg|kg|ml))")),
    # elderly, 40
    ("years", Pattern(r"\b(?:elderly|child|adult|geriatric|patient|kid|pensioner) , (?P<n>\d{1,3})\b(?= ?(?:$|[,.?!;:]|with\b|and\b))")),
)  # fmt: skip
MONTHS = (
    Pattern(rf"\b{_N} (?:months?|mo|mos|mths?|mnths?) (?:old|of age|baby|infant|boy|girl|child|kid|toddler|male|female|pt|patient)\b"),
    Pattern(rf"\b(?:aged|age|baby of|child of|boy of|girl of|toddler of|infant of|is|kid of|he's|she's) {_ABOUT}{_N} (?:months?|mo|mos|mths?)\b(?! (?:after|post|ago|of|since|later|on)\b)"),
    Pattern(rf"(?:^|[,;(] ){_N} (?:months?|mo|mos|mths?)\b(?! (?:after|post|ago|of|since|later|on|-)\b)(?! [-/])"),
)  # fmt: skip
DAYS_OLD = Pattern(
    rf"\b{_N} (?:weeks?|wks?|days?|hours?) old\b|\b(?P<n2>\d+) (?:weeks?|days?) (?:of age|baby|infant|newborn)\b"
)
AMBIGUOUS_AGE = Pattern(r"\b(?P<n>\d{1,2}) ?m\b(?! (?:/|per|g|l)\b)")
DECADE = Pattern(
    r"\b(?:in|into|well into|early|mid|late|just into) (?:his|her|their|my|the|your|early|mid|late|middle|mid -)? ?(?:early |mid |late )?(?P<n>\d0) ?'? ?s\b"
)
TEENS = Pattern(r"\bin (?:his|her|their) (?:early |mid |late )?teens\b")
OVER_65 = Pattern(
    r"\b(?:over|above|older than|past|beyond) (?:the age of )?(?P<n>\d{2})(?: ?s| years?)?\b(?! (?:mg|mcg|%|kg|ml))|\b(?P<n2>\d{2}) ?(?:\+|plus|and over|and above|or older|and older|or over)(?! (?:mg|mcg|%|kg|ml))(?= |$)"
)
UNDER_AGE = Pattern(
    r"\b(?:under|below|younger than|less than) (?:the age of )?(?P<n>\d{1,2})(?: ?s| years?| y)?\b(?! (?:mg|mcg|%|kg|ml|hours?|days?|weeks?))"
)

_RENAL_TEST = r"(?:egfr|gfr|crcl|clcr|ccl|ccr|creat(?:inine)? clearance|cr cl|clearance|creatinine clearance rate)"
_FILLER = r"(?:(?:is|of|was|at|a|about|around|only|mere|approximately|roughly|calculated|estimated|exactly|just|still|came|back|now|runs|hovers|sits|sitting|as|came out|out|to|down|fallen|dropped|stands|reads|measured|reported|stable|around|circa|=|:|,|~|-) )*"
EGFR = Pattern(
    rf"\b{_RENAL_TEST} {_FILLER}(?P<sign>[<>]|below|under|less than|above|over|more than|at least)? ?{_RANGE}\b(?! (?:mg|mcg|years?|months?) )(?: ?mls?(?: ?(?:/|per) ?min)?)?"
)
EGFR_SINCE = Pattern(
    rf"\b{_RENAL_TEST} [^.?!;]{{0,60}}?\b(?:to|now|currently|today|latest|presently) {_RANGE}\b(?! (?:mg|mcg|years?|months?|days?|weeks?))"
)
EGFR_UNIT = Pattern(rf"\b{_RANGE} ml ?(?:/|per) ?min")
CKD = Pattern(r"\b(?:ckd|chronic kidney disease|kidney disease|renal disease|renal impairment|kidneys?) ?(?:,|\()? ?(?:at )?(?:stage|grade|g|st)? ?(?P<n>[1-5]|iii|iv|ii|i|v)(?:(?= )|$) ?(?P<ab>[ab]\b)?(?! (?:mg|years?|yrs?|months?|times|days?|weeks?|kg)\b)"
                 r"|\b(?:stage|grade) (?P<n2>[1-5]|iii|iv|ii|i|v) ?(?:[ab] )?(?:ckd|chronic|kidney|renal|disease)"
                 r"|\bg (?P<n3>[1-5]) ?(?:[ab] )?(?:ckd|a[1-3])")  # fmt: skip
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}

CONCENTRATION = Pattern(
    rf"\b{_RANGE} (?P<unit>{_UNIT}) ?(?:/|per|in each|in) ?(?:1 )?(?:ml|millilitres?|milliliters?|cc)\b"
)
DOSE = Pattern(rf"(?P<sign>- )?{_RANGE} ?(?P<unit>{_UNIT})\b(?! ?(?:/|per) ?(?:dl|l)\b)")
PER_DAY = Pattern(
    r" ?(?:/|per|a|each|every|in a|over the whole|over a|in one|in 24|/ 24) ?(?:day|d|24 ?(?:h|hours?)|24|hours)\b| (?:daily|od|qd|total daily|in total|a day|total|altogether)\b"
)
PER_HOUR = Pattern(r" ?(?:/|per|an|each|every) ?(?:hour|h|hr)\b")
FREQUENCY = (
    (4, Pattern(r"\b(?:qds|qid|four times(?: a| per| each)? ?(?:day|daily)?|4 times(?: a| per| each)? ?(?:day|daily)?|4 ?x(?: ?/ ?day| daily| a day)?|x ?4|q ?6 ?h)\b")),
    (3, Pattern(r"\b(?:tds|tid|ter|thrice(?: daily)?|three times(?: a| per| each)? ?(?:day|daily)?|3 times(?: a| per| each)? ?(?:day|daily)?|3 ?x(?: ?/ ?day| daily| a day)?|x ?3|q ?8 ?h)\b")),
    (2, Pattern(r"\b(?:bd|bid|bds|twice(?: daily| a day| per day)?|2 times(?: a| per)? day|two times(?: a| per)? day|2 ?x(?: ?/ ?day| daily| a day)|q ?12 ?h)\b")),
    (1, Pattern(r"\b(?:od|qd|once(?: daily| a day| per day)|q ?24 ?h|nocte|mane|om|on a night)\b")),
)  # fmt: skip
WEIGHT = Pattern(rf"(?P<sign>- )?{_N} ?(?P<unit>kg|kgs|kilos?|kilograms?|lbs?|pounds?|stones?)\b")
VOLUME = Pattern(
    rf"{_RANGE} ?(?P<unit>mls?|millilitres?|milliliters?|cc|ccs|teaspoons?|tsp)\b(?! ?(?:/|per) ?(?:min|hour|h|day|kg))"
)
PERCENT = Pattern(rf"{_RANGE} ?%")
DURATION = Pattern(rf"{_RANGE} (hours?|days?|weeks?|months?|years?|h|minutes?|seconds?)\b")
NUMBER = Pattern(_N)
UNREADABLE = Pattern(
    rf"{ODD}|\d{{16}}|\b\d+ ?[ol] (?:{_UNIT})\b|\b[lio] ?\d+ (?:{_UNIT})\b|\b\d+ [ol] ?\d+\b|\b\d+,\d{{1,2}}\b(?!\d)|\b\d+\.\d{{3}}(?= (?:{_UNIT}))"
)


class Readings(NamedTuple):
    """All quantities of a message, and the tokens (by index) that they cover."""

    found: tuple[Reading, ...]
    covered: frozenset[int]

    def of(self, kind: str) -> tuple[Reading, ...]:
        """The readings of one kind."""
        return tuple(reading for reading in self.found if reading.kind == kind)


class _Line:
    """The tokens as one line of text, and the way back from a place in it to tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        words = self.words = number_words(tokens)
        self.text = " ".join(filter(None, words))
        self.starts: list[int] = []
        place = 0
        for word in words:
            # The second half of a number in words ("eighty one") takes no room: it stands where the first does.
            self.starts.append(place if word else self.starts[-1])
            place += len(word) + 1 if word else 0

    def tokens_of(self, start: int, end: int) -> range:
        first = self.starts[max(bisect_right(self.starts, start) - 1, 0)]
        return range(bisect_left(self.starts, first), bisect_left(self.starts, end))

    def reading(
        self, kind: str, match: re.Match[str], low: Decimal, high: Decimal, unit: str, note: str = ""
    ) -> Reading:
        covered = self.tokens_of(*match.span())
        return Reading(kind, low, high, unit, self.tokens[covered[0]].start, self.tokens[covered[-1]].end, note)


def number_words(tokens: Sequence[Token]) -> list[str]:
    """Each token's text, with numbers in words as digits ("eighty one" as "81" and nothing)."""
    words = [token.text for token in tokens]
    for place, word in enumerate(words):
        if word in TENS:
            following = words[place + 1] if place + 1 < len(words) else ""
            if 0 < SMALL.get(following, 0) < 10:
                words[place], words[place + 1] = str(TENS[word] + SMALL[following]), ""
            else:
                words[place] = str(TENS[word])
        elif word in SMALL:
            words[place] = str(SMALL[word])
        elif word in DECADES:
            words[place] = f"{DECADES[word]} s"
        elif word == "hundred":
            words[place] = "100"
    return words


def exact(text: str) -> Decimal | None:
    """The number that digits say, or None where they can be read in two ways (1,5 or 1.000)."""
    text = text.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    if re.fullmatch(r"\d*\.\d+|\d+", text):
        return Decimal(text)
    return None


def read(tokens: Sequence[Token]) -> Readings:
    """Every quantity in the message."""
    line = _Line(tokens)
    if not any(char.isdigit() or char == ODD for char in line.text) and "teens" not in line.text:
        return Readings((), frozenset())
    found: list[Reading] = []
    taken: set[int] = set()

    def take(
        kind: str, match: re.Match[str], low: Decimal, high: Decimal | None = None, unit: str = "", note: str = ""
    ) -> None:
        covered = line.tokens_of(*match.span())
        digits = [place for place in covered if any(char.isdigit() or char == ODD for char in line.words[place])]
        if taken.isdisjoint(digits):
            found.append(line.reading(kind, match, low, low if high is None else high, unit, note))
            taken.update(covered)

    for match in UNREADABLE.finditer(line.text):
        take("unreadable", match, Decimal(0))
    _read_kidneys(line, take)
    _read_doses(line, take)
    _read_ages(line, take)
    _read_rest(line, take)
    return Readings(tuple(sorted(found, key=lambda reading: reading.start)), frozenset(taken))


def _numbers(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    groups = match.groupdict()
    low = exact(groups.get("n") or groups.get("n2") or "")
    if low is None:
        return None
    high = exact(groups["m"]) if groups.get("m") else low
    return (low, high) if high is not None else None


def _read_kidneys(line: _Line, take) -> None:  # type: ignore[no-untyped-def]
    for match in CKD.finditer(line.text):
        stage = next(group for group in (match["n"], match["n2"], match["n3"]) if group)
        take("ckd_stage", match, Decimal(ROMAN.get(stage) or int(stage)))
    for pattern in (EGFR, EGFR_SINCE, EGFR_UNIT):
        for match in pattern.finditer(line.text):
            numbers = _numbers(match)
            if numbers and numbers[0] <= 250:
                sign = match.groupdict().get("sign") or ""
                note = "below" if sign in ("<", "below", "under", "less than") else "above" if sign else ""
                take("egfr", match, *numbers, "mL/min", note)


def _read_doses(line: _Line, take) -> None:  # type: ignore[no-untyped-def]
    for match in CONCENTRATION.finditer(line.text):
        if numbers := _numbers(match):
            take("concentration", match, *numbers, UNITS_OF_DOSE[match["unit"]])
    for match in DOSE.finditer(line.text):
        numbers = _numbers(match)
        if numbers is None or match["sign"] or numbers[1] < numbers[0]:
            take("unreadable" if not match["sign"] else "impossible", match, Decimal(0))
            continue
        end = match.end()
        note = "per hour" if PER_HOUR.match(line.text, end) else "per day" if PER_DAY.match(line.text, end) else ""
        take("dose", match, *numbers, UNITS_OF_DOSE[match["unit"]], note)
    for match in WEIGHT.finditer(line.text):
        if numbers := _numbers(match):
            take("impossible" if match["sign"] or not numbers[0] else "weight", match, *numbers, match["unit"])
    for match in VOLUME.finditer(line.text):
        if numbers := _numbers(match):
            take("volume", match, *numbers, "mL")


def _read_ages(line: _Line, take) -> None:  # type: ignore[no-untyped-def]
    for pattern in MONTHS:
        for match in pattern.finditer(line.text):
            if numbers := _numbers(match):
                take("age", match, *numbers, "months")
    for match in DAYS_OLD.finditer(line.text):
        take("age", match, Decimal(0), None, "months")
    for match in TEENS.finditer(line.text):
        take("age", match, Decimal(13 * 12), Decimal(17 * 12), "months")
    for match in DECADE.finditer(line.text):
        take("decade", match, Decimal(match["n"]), Decimal(match["n"]) + 9, "years")
    for _, pattern in AGES:
        for match in pattern.finditer(line.text):
            numbers = _numbers(match)
            if numbers is None:
                take("unreadable", match, Decimal(0))
            elif numbers[0] > OLDEST:
                take("impossible", match, *numbers)
            else:
                take("age", match, numbers[0] * 12, numbers[1] * 12, "months")
    for match in AMBIGUOUS_AGE.finditer(line.text):
        number = Decimal(match["n"])
        take("ambiguous_age" if number <= AMBIGUOUS_M else "age", match, number * 12, None, "months")
    for match in OVER_65.finditer(line.text):
        take("over_age", match, Decimal(match["n"] or match["n2"]), None, "years")
    for match in UNDER_AGE.finditer(line.text):
        take("under_age", match, Decimal(match["n"]), None, "years")


def _read_rest(line: _Line, take) -> None:  # type: ignore[no-untyped-def]
    for times, pattern in FREQUENCY:
        for match in pattern.finditer(line.text):
            take("frequency", match, Decimal(times))
    for match in PERCENT.finditer(line.text):
        if numbers := _numbers(match):
            take("percent", match, *numbers, "%")
    for match in DURATION.finditer(line.text):
        if numbers := _numbers(match):
            take("duration", match, *numbers, match.group().split()[-1])
    for match in NUMBER.finditer(line.text):
        number = exact(match["n"])
        take("number" if number is not None else "unreadable", match, number or Decimal(0))
