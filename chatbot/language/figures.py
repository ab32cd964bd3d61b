"""The reader's own numbers, put together: which amount has which unit, frequency and basis, and what else was measured.

`quantities` finds each number with its unit; here they become `Figures`, the form that calculations start from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from chatbot.calculation import NOTHING, Basis, Dose, Figures, Response, Sex
from chatbot.language import quantity_patterns as patterns
from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.quantities import MONTHS_A_YEAR, Line, Reading
from chatbot.language.vocabulary import Mention
from chatbot.query import Route

KG_A_POUND = Decimal("0.45359237")  # exact, by the international agreement of 1959
POUNDS_A_STONE = 14
DAYS = {
    **dict.fromkeys(("d", "day", "days"), 1), **dict.fromkeys(("week", "weeks", "wk", "wks"), 7),
    "fortnight": 14, "month": 30, "months": 30,
}  # fmt: skip
THOUSAND = 1000
REACHING = 4  # words up to which "to" belongs to an amount behind it, where only these stand between
LINKS = frozenset({"of", "about", "around", "a", "the", "is", "=", ":", "daily", "dose", "be", "total", "at", "say"})
FAR = 12  # words behind an amount that are looked at
MOST_DOSES = 12  # a message with more amounts asks for nothing that could be computed
MOST_AT_ONCE = 4  # tablets; a larger number at a time of day is an amount
ALONE = 3  # words up to which a noun for a sex answers a question back
FEW = 10  # tablets; a larger number before an amount is something else
LOOSE = {*patterns.UNITS_OF_DOSE, *patterns.UNITS_OF_WEIGHT, "day", "daily", "dose", "hour", "each", "per"}
END = Token("", -1, -1, "mark")  # stands behind the last word
STRENGTH_OF = frozenset({"tablet", "tablets", "tab", "tabs", "pill", "pills", "capsule", "capsules"})


def read_figures(message: Message, start: int = 0, end: int | None = None) -> Figures:
    """The numbers that a stretch of a message tells (tokens start to end; all of it by default)."""
    if not message.readings.found and not _tells_loosely(message):
        return NOTHING
    return _Stretch(message, start, len(message.tokens) if end is None else end).figures()


def _tells_loosely(message: Message) -> bool:
    """Whether a message without a number may still tell a unit, a basis or how somebody responded."""
    units = any(token.text in LOOSE or "mol" in token.text for token in message.tokens)
    sex = len(message.tokens) <= ALONE and any(message.has("sex", value) for value in ("female", "male"))
    span = _names_a_span(message) and patterns.SPAN_IN_WORDS.search(Line(message.tokens).text) is not None
    told = any(message.has("sums", value) for value in ("prolonged", "negative", "brief", "usable"))
    return units or sex or span or told


def _names_a_span(message: Message) -> bool:
    return any(token.text in DAYS for token in message.tokens)


class _Stretch:
    """A stretch of a message, and the quantities in it."""

    def __init__(self, message: Message, start: int, end: int) -> None:
        self._message = message
        self._start, self._end = start, end
        tokens = message.tokens[start:end]
        self._first = tokens[0].start if tokens else 0
        self._last = tokens[-1].end if tokens else 0
        self._readings = [
            reading for reading in message.readings.found if self._first <= reading.start and reading.end <= self._last
        ]
        self._line = Line(tokens)

    def figures(self) -> Figures:
        """All of it as one value."""
        doses, target, bolus = self._roles()
        weight, said, bare_weight = self._weight()
        creatinine = self._one("creatinine")
        blood_unit = creatinine.unit if creatinine else self._blood_unit()
        clearance = self._one("egfr")
        concentration = self._one("concentration")
        volume, usable = self._volume()
        hours, sign = self._hours()
        loose = self._loose([*doses, *filter(None, (bolus,))])
        return Figures(
            doses=doses,
            target=target,
            screening_bolus=bolus,
            days=self._days(),
            weight_kg=weight,
            weight_said=said,
            weight_without_unit=bare_weight,
            age_years=self._age(),
            sex=self._sex(),
            creatinine=creatinine.low if creatinine else None,
            creatinine_unit=blood_unit,
            clearance_ml_per_min=clearance.low if clearance and not clearance.note else None,
            response=self._response(),
            hours=hours,
            hours_sign=sign,
            concentration_mcg_per_ml=_in_mcg(concentration) if concentration else None,
            reservoir_ml=volume,
            usable=usable,
            pieces=None if doses else self._tablets(),
            over_the_day=len(doses) > 1 and patterns.TIME_OF_DAY.search(self._line.text) is not None,
            as_needed=bool(doses) and patterns.AS_NEEDED.search(self._line.text) is not None,
            **loose,  # type: ignore[arg-type]
        )

    def _of(self, *kinds: str) -> list[Reading]:
        return [reading for reading in self._readings if reading.kind in kinds]

    def _one(self, kind: str) -> Reading | None:
        """The last reading of a kind that is a single number: who says two corrects the first."""
        return next((reading for reading in reversed(self._of(kind)) if reading.low == reading.high), None)

    def _mentions(self, kind: str, value: str | None = None) -> list[Mention]:
        return self._message.all_of(kind, value, self._start, self._end)

    def _said(self, value: str) -> bool:
        return bool(self._mentions("sums", value))

    # ------------------------------------------------------------------------------------------------ doses

    def _roles(self) -> tuple[tuple[Dose, ...], Dose | None, Dose | None]:
        """The doses, the one that is to be reached, and the screening bolus, which is none of the doses."""
        told = list(self._doses())
        doses = [dose for dose, _ in told]
        if len(doses) == 1 and doses[0].low == 0 < doses[0].high:
            # "From zero to 45 mg per day" tells where a climb is to end.
            doses = [replace(doses[0], low=doses[0].high)]
            return tuple(doses), doses[0], None
        target = next((dose for dose, reading in reversed(told) if reading and self._is_reached(reading)), None)
        bolus = None
        if self._said("bolus"):
            # A bolus in mg is asked back on, unless it is given by mouth.
            units = ("mcg",) if self._message.has("route", Route.ORAL) else ("mcg", "mg")
            bolus = next((dose for dose in doses if dose.unit in units and dose.daily is None), None)
            bolus = bolus or (None if doses else self._bare_bolus())
        return tuple(dose for dose in doses if dose is not bolus), target, bolus

    def _is_reached(self, reading: Reading) -> bool:
        """Whether an amount is where something is to end ("to 60 mg per day", "target of 45 mg")."""
        place = self._place(reading)
        tokens = self._message.tokens
        if self._after(reading)[:1] == ["target"]:
            return True
        return any(
            place - REACHING < mention.end <= place
            and all(token.text in LINKS for token in tokens[mention.end : place])
            for mention in self._mentions("sums", "reaching")
        )

    def _tablets(self) -> Decimal | None:
        """A number of tablets whose strength is not told."""
        words = {mention.start for mention in self._mentions("sums", "pieces")}
        counted = (
            number
            for number in self._of("number")
            if self._place(number) + 1 in words
            or (number.low <= MOST_AT_ONCE and patterns.AT_A_TIME_OF_DAY.match(" ".join(self._after(number)[:3]), 0))
        )
        return next((number.low for number in counted), None)

    def _bare_bolus(self) -> Dose | None:
        """A number without its unit beside a word for the bolus ("bolus 75")."""
        words = {place for mention in self._mentions("sums", "bolus") for place in range(mention.start, mention.end)}
        for number in self._of("number"):
            place = self._place(number)
            following = self._after(number)[:1]
            if following in ([")"], ["."]) or self._before(number) == "(":
                continue  # the number of a list
            if not words.isdisjoint(range(place - 3, place + 2)):
                return Dose(number.low, number.high)
        return None

    def _doses(self) -> Iterator[tuple[Dose, Reading | None]]:
        """Each amount of our medicine; strengths of tablets and what is said twice left out."""
        message = self._message
        told = [reading for reading in self._of("dose")[:MOST_DOSES] if not message.is_anothers(reading)]
        strengths = [reading for reading in told if self._is_strength(reading)]
        if len(strengths) < len(told):
            told = [reading for reading in told if reading not in strengths]
        past = [reading for reading in told if patterns.OF_THE_PAST.search(self._between(self._first, reading.start))]
        if len(past) < len(told):
            told = [reading for reading in told if reading not in past]
        found: list[Dose] = []
        for place, reading in enumerate(told):
            first, last = self._sentence(reading)
            before = max(told[place - 1].end, first) if place else first
            after = min(told[place + 1].start, last) if place + 1 < len(told) else last
            dose = self._dose(reading, before, after, alone=len(told) == 1)
            if not any(_same(dose, other) for other in found):
                found.append(dose)
                yield dose, reading
        if not told:
            yield from ((dose, None) for dose in (*self._by_weight(), *self._bare_doses()))

    def _dose(self, reading: Reading, before: int, after: int, *, alone: bool) -> Dose:
        """One amount with its frequency and basis. before, after: how far its own words reach."""
        count = self._pieces(reading)
        factor = count * (THOUSAND if reading.unit == "g" else 1)
        unit = "mg" if reading.unit == "g" else reading.unit
        times = self._times(reading.end, after) or (self._times(before, reading.start) if alone else None)
        basis = Basis(reading.note) if reading.note else self._basis(reading, before, after, times)
        often = self._range_of_times(reading.end, after)
        if often and basis in (Basis.UNSAID, Basis.DOSE):
            return Dose(reading.low * factor * often.low, reading.high * factor * often.high, unit, Basis.DAY)
        return Dose(reading.low * factor, reading.high * factor, unit, basis, times)

    def _range_of_times(self, start: int, end: int) -> Reading | None:
        """A frequency from so many to so many doses a day between two places ("three to four times a day")."""
        spread = (one for one in self._of("frequency") if one.low != one.high)
        return next((one for one in spread if start <= one.start and one.end <= end), None)

    def _by_weight(self) -> Iterator[Dose]:
        """An amount per kg and day that is judged, as the daily dose that it comes to at the weight that is told."""
        weight = self._weight()[0] if self._said("judge") else None
        for reading in self._of("dose_per_weight"):
            if weight is not None and reading.note == "per day":
                factor = weight * (THOUSAND if reading.unit == "g" else 1)
                unit = "mg" if reading.unit == "g" else reading.unit
                yield Dose(reading.low * factor, reading.high * factor, unit, Basis.DAY)

    def _sentence(self, reading: Reading) -> tuple[int, int]:
        """Where the sentence of a reading begins and ends, inside the stretch."""
        message, place = self._message, self._place(reading)
        number = message.sentence_of(place)
        parts = [segment for segment in message.segments if segment.sentence == number]
        if not parts:
            return self._first, self._last
        first, last = message.tokens[parts[0].start].start, message.tokens[parts[-1].end - 1].end
        return max(first, self._first), min(last, self._last)

    def _bare_doses(self) -> Iterator[Dose]:
        """Numbers without a unit: before a frequency ("20 tid") in mg, as prescribers write it; else where judged."""
        frequencies = {reading.start: reading for reading in self._of("frequency")}
        numbers = {number.end: number for number in self._of("number") if not self._message.is_anothers(number)}
        judged = {self._message.tokens[mention.start].start for mention in self._mentions("sums", "judge")}
        tokens = [*self._message.tokens[self._start : self._end], END]
        for number, token in pairwise(tokens):
            bare = numbers.get(number.end)
            if bare and token.start in frequencies:
                times = int(frequencies[token.start].low)
                yield Dose(bare.low, bare.high, "", Basis.DOSE, times, mg_assumed=True)
            elif bare and (self._is_judged(token, judged, number) or self._begins_with(bare)):
                yield Dose(bare.low, bare.high)

    def _is_judged(self, following: Token, judged: set[int], number: Token) -> bool:
        """Whether a number is what is judged ("60 too much", "25 be safe", "45 of it too much")."""
        opens = number.start == self._first and following.text in ("for", "in")
        medicine = {drug.start for drug in self._message.all_of("drug")}
        of_it = following.text == "of" and bisect_right(self._message.ends, following.end) in medicine
        return following.start in judged or (bool(judged) and (opens or of_it or following.text in ("be", "being")))

    def _begins_with(self, number: Reading) -> bool:
        """Whether a number is what somebody starts at ("start at 50")."""
        place = self._place(number)
        starts = {mention.start for mention in self._mentions("sums", "start")}
        before = self._message.tokens[place - 1].text if place else ""
        if before == "to":
            # "Can it be put up to 45?", "the pump is set to 400"
            raised = {mention.start for value in ("step", "pump_start") for mention in self._mentions("sums", value)}
            return not raised.isdisjoint(range(place - 4, place))
        return before in ("at", "on", "with") and not starts.isdisjoint(range(place - 5, place))

    def _is_strength(self, reading: Reading) -> bool:
        """Whether an amount is what one tablet holds ("with 10 mg tablets")."""
        following = self._after(reading)
        return bool(following) and following[0] in STRENGTH_OF and not self._counted(reading)

    def _counted(self, reading: Reading) -> int:
        """How many of an amount are told right before it ("two 10 mg tablets", "2 x 10 mg"); 0 where none."""
        words = [token.text for token in self._message.tokens[self._start : self._place(reading)]]
        words = words[:-1] if words and words[-1] in ("x", "times", "of") else words
        numbers = [number for number in self._of("number") if number.low == number.low.to_integral_value()]
        token = self._message.tokens[self._start + len(words) - 1] if words else None
        count = next((number.low for number in numbers if token and number.end == token.end), None)
        return int(count) if count is not None and 0 < count <= FEW else 0

    def _pieces(self, reading: Reading) -> int:
        """By how much an amount is multiplied, where it is told as so many tablets of it."""
        count = self._counted(reading)
        following = self._after(reading)
        before = self._message.tokens[max(self._place(reading) - 1, 0)].text
        return count if count and (before == "x" or (following and following[0] in STRENGTH_OF)) else 1

    def _place(self, reading: Reading) -> int:
        """The token that a reading begins with."""
        return bisect_right(self._message.ends, reading.start)

    def _after(self, reading: Reading) -> list[str]:
        """The words behind a reading."""
        first = bisect_left(self._message.starts, reading.end)
        return [token.text for token in self._message.tokens[first : min(self._end, first + FAR)]]

    def _between(self, start: int, end: int) -> str:
        """The stretch between two places of the message, as the patterns read it."""
        message = self._message
        tokens = message.tokens[bisect_left(message.starts, start) : bisect_right(message.ends, end)]
        return Line(tokens).text

    def _times(self, start: int, end: int) -> int | None:
        """How many doses a day are told between two places: by their number, else by the times of the day."""
        told = [int(reading.low) for reading in self._of("frequency") if start <= reading.start and reading.end <= end]
        if told and told[0] > 1:
            return told[0]
        text = self._between(start, end)
        at_times = sum(pattern.search(text) is not None for pattern in patterns.TIMES_OF_DAY)
        if at_times > 1:
            return at_times
        if told:
            return told[0]
        return next((times for times, pattern in patterns.MORE_FREQUENCIES if pattern.search(text)), None)

    def _basis(self, reading: Reading, before: int, after: int, times: int | None) -> Basis:
        """Whether an amount is per day or per dose by the words around it; told frequencies say it otherwise."""
        behind, ahead = f" {self._between(reading.end, after)}", self._between(before, reading.start)
        all_of_it = patterns.TOTAL_AHEAD.search(ahead)
        if patterns.TOTAL_BEHIND.search(behind) or (all_of_it and (not times or patterns.ALL_AHEAD.search(ahead))):
            return Basis.DAY
        if patterns.IN_DIVIDED_DOSES.search(behind):
            return Basis.DAY
        if patterns.EACH_BEHIND.search(behind):
            return Basis.DOSE
        if times:
            return Basis.UNSAID
        return Basis.DAY if patterns.A_DAY_BEHIND.search(behind) or patterns.A_DAY_AHEAD.search(ahead) else Basis.UNSAID

    def _loose(self, doses: Sequence[Dose]) -> dict[str, object]:
        """Unit, basis and frequency without an amount: an answer to a question back."""
        if doses:
            return {}
        text = self._line.text.replace("'", "")  # "that's per day"
        units = {patterns.UNITS_OF_DOSE[word] for word in text.split() if word in patterns.UNITS_OF_DOSE}
        often = self._of("frequency")
        # The "daily" of "thrice daily" says how often, and not how much.
        free = [token for token in self._line.tokens if not any(one.start <= token.start < one.end for one in often)]
        a_day = " " + Line(free).text.replace("'", "")
        basis = Basis.UNSAID
        if patterns.A_DAY_BEHIND.search(a_day) or patterns.TOTAL_BEHIND.search(f" {text}"):
            basis = Basis.DAY
        elif patterns.EACH_BEHIND.search(f" {text}"):
            basis = Basis.DOSE
        times = self._times(self._first, self._last)
        # The number of "in 3 doses" is no amount.
        numbers = [one for one in self._of("number") if one.low != times]
        weights = {patterns.UNITS_OF_WEIGHT[word] for word in text.split() if word in patterns.UNITS_OF_WEIGHT}
        return {
            "weight_unit": weights.pop() if len(weights) == 1 and not self._of("weight") else "",
            "unit": units.pop() if len(units) == 1 else "",
            "basis": basis,
            "times_per_day": times,
            "number": numbers[0].low if len(numbers) == 1 else None,
            "instead_of": self._of("retracted")[0].low if self._of("retracted") and numbers else None,
        }

    # ------------------------------------------------------------------------------------------------ the patient

    def _weight(self) -> tuple[Decimal | None, str, Decimal | None]:
        """The weight in kg, how it was entered where that was not kg, and a weight without its unit."""
        reading = self._one("weight")
        if reading is None:
            return None, "", None
        if not reading.unit:
            return None, "", reading.low
        if reading.unit.startswith("k"):
            return reading.low, "", None
        unit = patterns.UNITS_OF_WEIGHT[reading.unit]
        return in_kg(reading.low, unit), reading.note or f"{reading.low} {unit}", None

    def _age(self) -> Decimal | None:
        reading = self._one("age")
        return reading.low / MONTHS_A_YEAR if reading else None

    def _sex(self) -> Sex | None:
        """The sex, from a noun, else a letter beside the age, else a pronoun; None where they differ."""
        nouns = {mention.value for mention in self._mentions("sex")}
        if nouns & {"female", "male"}:
            return _only(nouns & {"female", "male"})
        letters = {"female" if match["s"] == "f" else "male" for match in patterns.SEX.finditer(self._line.text)}
        if letters:
            return _only(letters)
        return _only({{"she": "female", "he": "male"}[value] for value in nouns & {"she", "he"}})

    # ------------------------------------------------------------------------------------------------ pump and time

    def _blood_unit(self) -> str:
        """The unit of a creatinine that stands without its number: an answer to a question back."""
        match = patterns.BLOOD_UNIT.search(self._line.text)
        return "" if not match else "mg/dL" if match["mg"] else "micromol/L"

    def _volume(self) -> tuple[Decimal | None, bool]:
        """The volume of the reservoir in mL, and whether it was called usable."""
        volumes = [reading for reading in self._of("volume") if reading.low == reading.high]
        usable = self._mentions("sums", "usable")
        if not volumes:
            return None, bool(usable)
        if usable and len(volumes) > 1:
            place = usable[0].start
            volumes.sort(key=lambda reading: abs(self._place(reading) - place))
        return volumes[0].low, bool(usable)

    def _hours(self) -> tuple[Decimal | None, str]:
        """How many hours something lasted, and whether it was below or above that."""
        for reading in self._of("duration"):
            of_a_dose = self._after(reading)[:1] in (["dose"], ["infusion"], ["rate"], ["total"], ["period"])
            if reading.unit.startswith("h") and reading.low == reading.high and not of_a_dose:
                return reading.low, reading.note
        return None, ""

    def _days(self) -> Decimal | None:
        """A span in days: the one that is told with "over" or "in", else the only one."""
        for match in patterns.SPAN_IN_WORDS.finditer(self._line.text):
            return Decimal(DAYS[match["unit"]])
        spans = [reading for reading in self._of("duration") if reading.unit in DAYS and reading.low == reading.high]
        spans = [span for span in spans if not patterns.NO_SPAN_BEHIND.search(" ".join(self._after(span)[:2]))]
        spans = [span for span in spans if self._before(span) not in ("every", "each", "after", "for")]
        return spans[-1].low * DAYS[spans[-1].unit] if spans else None

    def _before(self, reading: Reading) -> str:
        place = self._place(reading)
        return self._message.tokens[place - 1].text if place > self._start else ""

    def _response(self) -> Response:
        if self._said("negative"):
            return Response.NEGATIVE
        denied = {mention.value for mention in self._message.negated if mention.kind == "sums"}
        if self._said("prolonged"):
            return Response.PROLONGED
        return Response.BRIEF if self._said("brief") or "prolonged" in denied else Response.UNSAID


def in_kg(number: Decimal, unit: str) -> Decimal:
    """A weight in kg, from kg, lb or st."""
    return number * {"kg": Decimal(1), "lb": KG_A_POUND, "st": POUNDS_A_STONE * KG_A_POUND}[unit]


def _in_mcg(reading: Reading) -> Decimal:
    """A concentration in mcg/mL, whatever mass it was told in."""
    return reading.low * {"mcg": 1, "mg": THOUSAND, "g": THOUSAND**2}[reading.unit]


def _only(values: set[str]) -> Sex | None:
    return Sex(next(iter(values))) if len(values) == 1 else None


def _same(one: Dose, other: Dose) -> bool:
    """Whether two amounts tell the same daily dose ("20 mg three times daily, 60 mg per day in all")."""
    return one.unit == other.unit and one.daily is not None and one.daily == other.daily
