"""Danger, read before anything else: self-harm, overdose, withdrawal, pump failure.

Words of intents/vocabulary/emergencies.yaml combine by the rules below, tried in the order in which they win. A message
that only talks about danger (signs of it, an exam, last year, "nobody has") is no emergency; where it cannot be told,
it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chatbot.language.figures import read_figures
from chatbot.language.message import Message
from chatbot.language.quantities import Reading, exact
from chatbot.language.vocabulary import Lexicon, Mention
from chatbot.query import Reason

# A vital sign's names, the kind of danger that a bad one is, and which values are bad rather than of something else.
VITALS: tuple[tuple[frozenset[str], str, Callable[[Decimal], bool]], ...] = (
    (frozenset({"rr", "resps", "respirations", "resp"}), "collapse", lambda value: value <= 10),  # breaths a minute
    (frozenset({"sats", "spo", "sao", "saturation", "saturations"}), "collapse", lambda value: 40 <= value <= 88),  # %
    (frozenset({"gcs"}), "collapse", lambda value: value <= 12),
    (
        frozenset({"temp", "temperature", "febrile", "fever", "pyrexia", "t"}),
        "withdrawal_signs",
        lambda value: 39 <= value <= 44,
    ),
)
SIGN_REACH = 6  # words between "not having" and a sign that it denies
LONGEST_RETRACTION = 13  # words and marks
NEXT_TO = 2  # characters from an amount to its frequency
NEAR = 4  # words between a device and its fault
FAR_TOO_MUCH = Decimal("1.5")  # of the largest stated maximum: a daily dose above it is no question of degree
NOT_TAKEN = frozenset({"not", "never", "didn't", "didnt", "hasn't", "hasnt"})  # "false alarm, she never took it"
MANY_PIECES = 10  # so many tablets at once are an overdose whatever their strength
PIECES = frozenset({"tablet", "tab", "pill", "capsul", "capsule"})
OWNERS = frozenset({"my", "his", "her", "their", "our", "your", "the", "these", "those", "them"})


@dataclass(frozen=True, slots=True)
class Danger:
    """An emergency, the rule that saw it, and the words (token indices) it rests on."""

    reason: Reason
    rule: str
    mentions: tuple[Mention, ...]


class _Signs:
    """Which kinds of emergency words the message holds."""

    def __init__(self, mentions: Sequence[Mention], *, much: bool, dose: bool, medicine: bool, child: bool) -> None:
        self.mentions = tuple(mentions)
        self._values = {mention.value for mention in mentions}
        self.much = much
        self.dose = dose
        self.medicine = medicine
        self.child = child

    def any(self, *values: str) -> bool:
        """Whether any of the kinds is there."""
        return not self._values.isdisjoint(values)

    def all(self, *values: str) -> bool:
        """Whether all of the kinds are there."""
        return self._values.issuperset(values)

    def count(self, value: str) -> int:
        """How many places of the message hold a kind."""
        return len({mention.start for mention in self.mentions if mention.value == value})

    def near(self, one: str, other: str) -> bool:
        """Whether two kinds stand close together, in one phrase rather than in two thoughts."""
        places = [mention.start for mention in self.mentions if mention.value == one]
        return any(
            abs(mention.start - place) <= NEAR
            for mention in self.mentions
            if mention.value == other
            for place in places
        )

    @property
    def talk(self) -> bool:
        """Whether the message talks about danger in general, in the past, or denies it."""
        return self.any("academic", "past", "denied")

    @property
    def event(self) -> bool:
        """Whether somebody is in it now, as far as can be told."""
        if self.any("denied", "past") and not self.any("collapse"):
            return False
        if self.any("academic"):
            return self.any("now") and self.any("person")
        return self.any("person", "now")


def read_danger(message: Message, *, excess_mg: Decimal, medicine: bool, child: bool) -> Danger | None:
    """The emergency in the message, or None.

    excess_mg is the amount by mouth above which a single intake counts as too much; medicine says whether ours is named
    or nothing else is; child whether a child or infant is spoken of.
    """
    named = frozenset(place for drug in message.all_of("drug") for place in range(drug.start, drug.end))
    mentions = [sign for sign in overlapping(message.lexicon, message.stems, named) if not _is_denied(message, sign)]
    if any(sign.value == "overdose" and _is_cried(message, sign) for sign in mentions):
        mentions.append(Mention("emergency", "now", 0, 0))
    mentions = [sign for sign in mentions if not _is_part_of_dose(message, sign, excess_mg)] + _vitals(message)
    if any(number.unit == "" and 1950 <= number.low <= 2035 for number in message.readings.of("number")):
        mentions.append(Mention("emergency", "past", 0, 0))  # a year: "an overdose in 2019"
    if not mentions:
        return None
    much = _much(message, excess_mg)
    amounts = message.readings.of("dose") or message.readings.of("concentration")
    signs = _Signs(mentions, much=much, dose=bool(amounts), medicine=medicine, child=child)
    for reason, rule, holds in (
        (Reason.SELF_HARM, "words of self-harm", _self_harm),
        (Reason.OVERDOSE, "more taken than prescribed, or signs of it", _overdose),
        (Reason.WITHDRAWAL, "signs of withdrawal after a gap", _withdrawal),
        (Reason.PUMP_FAILURE, "a pump that fails", _pump_failure),
    ):
        if holds(signs):
            return Danger(reason, rule, signs.mentions)
    return None


def _is_cried(message: Message, sign: Mention) -> bool:
    """Whether a word is called out ("overdose!")."""
    return sign.end < len(message.tokens) and message.tokens[sign.end].text == "!"


def _is_part_of_dose(message: Message, sign: Mention, excess_mg: Decimal) -> bool:
    """Whether "od" is how often a dose is taken, or "too much" is asked of a daily dose that is not far too much."""
    if sign.value == "overdose":
        start = message.tokens[sign.start].start
        timed = (*message.readings.of("dose"), *message.readings.of("frequency"))
        return any(reading.start < start < reading.end for reading in timed)
    return sign.value == "excess" and message.tokens[sign.start].text == "too" and _is_judged(message, sign, excess_mg)


def _is_judged(message: Message, sign: Mention, excess_mg: Decimal) -> bool:
    """Whether "too much" asks about a dose per day that was told before it."""
    before = {token.text for token in message.tokens[max(sign.start - 3, 0) : sign.start]}
    asked = message.text.rstrip().endswith("?") or not before.isdisjoint(("is", "isn't", "are", "isnt", "aint"))
    doses = message.readings.of("dose")
    if not (asked and doses and doses[-1].end <= message.tokens[sign.start].start):
        return False
    daily = [dose.daily for dose in read_figures(message).doses if dose.unit == "mg"]
    return bool(daily) and all(amount and amount[1] <= excess_mg * FAR_TOO_MUCH for amount in daily)


def _vitals(message: Message) -> list[Mention]:
    """Vital signs that are an emergency in themselves: slow breath, low saturation, low coma score, high fever."""
    found: list[Mention] = []
    for place, token in enumerate(message.tokens):
        for words, sign, is_bad in VITALS:
            value = _number_after(message, place) if token.text in words else None
            if value is not None and is_bad(value):
                found += [Mention("emergency", kind, place, place + 1) for kind in (sign, "now")]
    return found


def _number_after(message: Message, place: int) -> Decimal | None:
    """The plain number that stands up to two words after a place."""
    for token in message.tokens[place + 1 : place + 4]:
        if token.kind == "number":
            return exact(token.text)
    return None


def _is_denied(message: Message, sign: Mention) -> bool:
    """Whether "no", "not having", "without" stands before a sign, with no comma or "but" between."""
    if sign.value not in ("withdrawal_signs", "drowsy"):
        return False
    for place in range(sign.start - 1, max(sign.start - SIGN_REACH, 0) - 1, -1):
        word = message.tokens[place].text
        if word in ("no", "not", "without", "never", "denies", "isn't", "hasn't", "nor"):
            return True
        if word in (",", ".", ";", "but", "and", "now"):
            return False
    return False


def denies(lexicon: Lexicon, stems: Sequence[str]) -> bool:
    """Whether all that a message says is that an emergency did not happen: anything more keeps it."""
    if len(stems) > LONGEST_RETRACTION:
        return False
    mentions = overlapping(lexicon, stems)
    retracted = [mention for mention in mentions if mention.value == "retracted"]
    if not retracted:
        return False
    said = {place for mention in retracted for place in range(mention.start, mention.end)}
    # "Not", other than as the first word or before what was taken, may deny the retraction itself.
    denied = {mention.start - 1 for mention in mentions if mention.value == "intake"}
    places = set(range(1, len(stems))) - said - denied
    if any(stems[place] in ("not", "isn", "isnt", "no") for place in places):
        return False
    weighty = {"intake", "collapse", "withdrawal_signs", "drowsy", "excess", "fault", "gap", "overdose", "now"}
    return not any(
        mention.value in weighty
        and said.isdisjoint(range(mention.start, mention.end))
        and not (mention.value == "intake" and stems[max(mention.start - 1, 0)] in NOT_TAKEN)
        for mention in mentions
    )


def overlapping(lexicon: Lexicon, stems: Sequence[str], named: frozenset[int] = frozenset()) -> list[Mention]:
    """Emergency words, which may overlap ("just stopped breathing"), so that every place is looked at.

    They are looked for with the medicine's name ("off …") and, at the places named, without it ("in … withdrawal").
    """
    found: dict[Mention, None] = {}
    everywhere = list(range(len(stems)))
    for places in (everywhere, [place for place in everywhere if place not in named]) if named else (everywhere,):
        words = [stems[place] for place in places]
        for sign in lexicon.emergencies.overlapping(words):
            found[Mention(sign.kind, sign.value, places[sign.start], places[sign.end - 1] + 1)] = None
    return list(found)


def _much(message: Message, excess_mg: Decimal) -> bool:
    """Whether an amount at once is too much: a dose with a frequency is none at once."""
    frequencies = [reading.start for reading in message.readings.of("frequency")]
    for dose in message.readings.of("dose"):
        regular = dose.note or any(0 <= start - dose.end <= NEXT_TO for start in frequencies)
        if dose.unit == "mg" and dose.high > excess_mg and not regular:
            return True
    many = [number for number in message.readings.of("number") if number.high >= MANY_PIECES]
    return bool(many) and (not PIECES.isdisjoint(message.stems) or any(_of_somebodys(message, one) for one in many))


def _of_somebodys(message: Message, number: Reading) -> bool:
    """Whether the number counts what somebody has, though not said to be tablets ("forty of my …")."""
    following = [token.text for token in message.tokens if token.start >= number.end][:2]
    return len(following) == 2 and following[0] == "of" and following[1] in OWNERS


def _self_harm(signs: _Signs) -> bool:
    if signs.any("denied"):
        return False
    return signs.any("self_harm") or (signs.all("lethal", "amount") and not signs.any("withdrawal"))


def _overdose(signs: _Signs) -> bool:
    if signs.any("denied", "past") and not signs.any("collapse"):
        return False
    if signs.any("academic") and not (signs.any("now") or signs.all("intake", "person", "excess")):
        return False
    got = signs.any("intake") or signs.all("given", "device")
    took_too_much = got and (signs.any("excess") or signs.much) and (signs.event or signs.any("device"))
    wrongly = signs.all("wrong", "given") or (
        signs.all("instead", "given") and signs.any("device", "person") and (signs.any("now") or signs.dose)
    )
    child_got_some = signs.child and signs.any("swallowed") and signs.event
    collapsed = signs.any("collapse") and (signs.medicine or signs.any("intake", "overdose", "excess")) and signs.event
    said = signs.any("overdose") and (signs.any("now", "collapse", "drowsy") or signs.much or signs.any("person"))
    drowsy = signs.all("intake", "drowsy") and signs.much
    return took_too_much or wrongly or child_got_some or (collapsed and not signs.any("gap")) or said or drowsy


def _withdrawal(signs: _Signs) -> bool:
    if signs.any("denied", "past"):
        return False
    if signs.any("academic") and not (signs.any("now") and signs.any("person")):
        return False
    # A gap and its signs in one message are a case unless the message only talks of them.
    after_a_gap = signs.any("gap") and signs.any("withdrawal_signs", "collapse") and (signs.event or not signs.talk)
    said = signs.any("withdrawal") and signs.any("now", "withdrawal_signs") and signs.event
    outright = signs.all("in_withdrawal", "person") and not signs.talk
    several = signs.count("withdrawal_signs") > 1 and signs.any("now") and signs.event and not signs.talk
    broken = signs.near("device", "fault") and signs.any("withdrawal_signs") and not signs.talk
    return after_a_gap or said or outright or several or broken


def _pump_failure(signs: _Signs) -> bool:
    return signs.near("device", "fault") and signs.medicine and signs.event and not signs.talk
