"""Danger, read before anything else: self-harm, overdose, withdrawal, pump failure.

The words that signs.py finds combine by the rules below, tried in the order in which they win. A message that only
talks about danger (signs of it, an exam, last year, "nobody has") is no emergency; where it cannot be told, it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from chatbot.language.figures import read_figures
from chatbot.language.message import Message
from chatbot.language.quantities import Reading, exact
from chatbot.language.signs import OWNERS, SENTENCE_MARKS, Signs, overlapping, read_signs
from chatbot.language.vocabulary import Lexicon, Mention
from chatbot.query import Reason

LONGEST_RETRACTION = 13  # words and marks
NEXT_TO = 2  # characters from an amount to its frequency
# Words that may stand between an amount and "daily": "90 mg of it by mouth per day".
BETWEEN = frozenset(
    {"of", "by", "mouth", "orally", "oral", "po", "in", "total", "altogether", "every", "each", "a", "/"}
)
PER_DAY = frozenset({"daily", "day", "days", "nightly", "weekly"})
PER_DAY_REACH = 8  # words and marks from an amount to its "daily"
TURNS = frozenset({"but", "and", ",", "-"})  # before "now": what follows is of today ("… last year, now he took …")
JUDGING = frozenset({"too", "over", "above"})  # "too much?", "over the limit?"
OF_STRENGTH = frozenset(
    {"with", "at", "to", "for", "is", "was", "not", "vial", "ampoule", "says", "than", "a", "the", "of", "mcg"}
)  # before no year
FAR_TOO_MUCH = Decimal("1.5")  # of the largest stated maximum: a daily dose above it is no question of degree
FAR_APART = 4  # times one figure is another before "500 instead of 50" is an error by itself
CONTRAST_REACH = 9  # words from one of the two to the other
# "False alarm, she never took it", "nobody has taken any"; and what takes it back in part: "nobody except grandad".
NOT_TAKEN = frozenset({"not", "never", "didn't", "didnt", "hasn't", "hasnt", "nobody", "noone"})
PERFECT = frozenset({"has", "have", "had", "been", "actually", "ever"})
EXCEPT = frozenset({"except", "apart", "besides", "beside", "but", "only"})
MANY_PIECES = 10  # so many tablets at once are an overdose whatever their strength
PIECES = frozenset({"tablet", "tab", "pill", "capsul", "capsule"})
OPENERS = frozenset({"can", "could", "does", "do", "is", "are", "will", "would", "might", "may", "how", "why", "which"})
UNWELL = ("drowsy", "collapse", "withdrawal_signs", "mild_signs", "spasms_back")
# At the head of a message or sentence, these tell what the writer did: "took triple …".
TOLD = frozenset(
    {"took", "taken", "swallowed", "ate", "eaten", "drank", "downed", "necked", "popped", "gave", "given", "had",
     "accidentally", "overdosed", "injected", "just"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Danger:
    """An emergency, the rule that saw it, and the words (token indices) it rests on."""

    reason: Reason
    rule: str
    mentions: tuple[Mention, ...]


def read_danger(message: Message, *, excess_mg: Decimal, medicine: bool, child: bool) -> Danger | None:
    """The emergency in the message, or None.

    excess_mg is the amount by mouth above which a single intake counts as too much; medicine says whether ours is named
    or nothing else is; child whether a child or infant is spoken of.
    """
    mentions = [sign for sign in read_signs(message) if not _is_part_of_dose(message, sign, excess_mg)]
    if any(sign.value == "overdose" and _is_cried(message, sign) for sign in mentions):
        mentions.append(Mention("emergency", "now", 0, 0))
    if _tells_a_year(message):
        mentions += [Mention("emergency", kind, 0, 0) for kind in ("past", "recovered")]
    if not mentions:
        return None
    mentions += (*_told(message), *_contrasts(message, mentions))
    amounts = message.readings.of("dose") or message.readings.of("concentration")
    for stretch in _stretches(message, mentions):
        signs = Signs(
            stretch,
            named=message.has("drug"),
            question="?" in message.text,
            opens_a_question=message.tokens[0].text in OPENERS,
            much=_much(message, excess_mg),
            dose=bool(amounts),
            medicine=medicine,
            child=child or any(sign.value == "small_child" for sign in stretch),
        )
        for reason, rule, holds in (
            (Reason.SELF_HARM, "words of self-harm", _self_harm),
            (Reason.OVERDOSE, "more taken than prescribed, or signs of it", _overdose),
            (Reason.WITHDRAWAL, "signs of withdrawal after a gap", _withdrawal),
            (Reason.PUMP_FAILURE, "a pump that fails", _pump_failure),
        ):
            if holds(signs):
                return Danger(reason, rule, signs.mentions)
        trouble = _told_of_trouble(signs)
        if trouble:
            return Danger(trouble, "told of trouble, and asked nothing about dosing", signs.mentions)
    return None


def _stretches(message: Message, mentions: Sequence[Mention]) -> Iterator[Sequence[Mention]]:
    """The message's signs; and where something is past or denied, those of today apart ("… last year. Now he …")."""
    yield mentions
    if not any(sign.value in ("past", "denied") for sign in mentions):
        return
    bounds = [0, *_turns(message), len(message.tokens)]
    for start, end in pairwise(bounds):
        part = [sign for sign in mentions if start <= sign.start and sign.end <= end and sign.end > sign.start]
        values = {sign.value for sign in part}
        if "now" in values and values.isdisjoint(("past", "denied")):
            yield part


def _turns(message: Message) -> Iterator[int]:
    """Where a sentence begins, or what is said of now after what was said of then."""
    texts = [token.text for token in message.tokens]
    for place in range(1, len(texts)):
        if texts[place - 1] in SENTENCE_MARKS or (
            texts[place] in ("now", "today", "tonight") and texts[place - 1] in TURNS
        ):
            yield place


def _told(message: Message) -> list[Mention]:
    """Sentences that begin with what the writer did, or that tell an age: somebody is spoken of."""
    texts = [token.text for token in message.tokens]
    return [
        Mention("emergency", "told", place, place + 1)
        for place, text in enumerate(texts)
        if text in TOLD and (not place or texts[place - 1] in SENTENCE_MARKS or texts[place - 1] == ",")
    ] + [Mention("emergency", "told", 0, 1) for _ in message.readings.of("age")[:1]]


def _tells_a_year(message: Message) -> bool:
    """Whether a year is told ("in 2019"), not a strength ("filled with 2000")."""
    years = {number.start for number in message.readings.of("number") if not number.unit and 1950 <= number.low <= 2035}
    return any(token.start in years and before.text not in OF_STRENGTH for before, token in pairwise(message.tokens))


def _contrasts(message: Message, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Two figures far apart of which one should have been the other: "900 in it, order was 90"."""
    places = [(place, exact(token.text)) for place, token in enumerate(message.tokens) if token.kind == "number"]
    figures = [(place, value) for place, value in places if value]
    for (first, one), (second, other) in pairwise(figures):
        far = max(one, other) >= FAR_APART * min(one, other) and second - first <= CONTRAST_REACH
        if far and any(sign.value in ("instead", "labelled") and first < sign.start < second for sign in mentions):
            yield Mention("emergency", "wrong", first, second + 1)


def _is_cried(message: Message, sign: Mention) -> bool:
    """Whether a word is called out ("overdose!")."""
    return sign.end < len(message.tokens) and message.tokens[sign.end].text == "!"


def _is_part_of_dose(message: Message, sign: Mention, excess_mg: Decimal) -> bool:
    """Whether "od" and "twice" are how often a dose is taken, or "too much" asks of a daily dose not far too much."""
    if sign.value in ("overdose", "twice", "times", "excess") and _is_timing(message, sign):
        return True
    return (
        sign.value == "excess" and message.tokens[sign.start].text in JUDGING and _is_judged(message, sign, excess_mg)
    )


def _is_timing(message: Message, sign: Mention) -> bool:
    """Whether a sign ends in a dose or in how often it is taken ("20 mg od", "has taken 10 mg twice daily")."""
    last = message.tokens[sign.end - 1].start
    if sign.value == "overdose":
        timed = (*message.readings.of("dose"), *message.readings.of("frequency"))
        return any(reading.start < last < reading.end for reading in timed)
    length = len(message.tokens[sign.end - 1].text)  # "twice" alone tells no frequency
    regular = (reading for reading in message.readings.of("frequency") if reading.end - reading.start > length)
    return any(reading.start <= last < reading.end for reading in regular)


def _is_judged(message: Message, sign: Mention, excess_mg: Decimal) -> bool:
    """Whether "too much" asks about a dose per day that was told before it."""
    before = {token.text for token in message.tokens[max(sign.start - 3, 0) : sign.start]}
    asked = message.text.rstrip().endswith("?") or not before.isdisjoint(("is", "isn't", "are", "isnt", "aint"))
    doses = message.readings.of("dose")
    if not (asked and doses and doses[-1].end <= message.tokens[sign.start].start):
        return False
    daily = [dose.daily for dose in read_figures(message).doses if dose.unit == "mg"]
    return bool(daily) and all(amount and amount[1] <= excess_mg * FAR_TOO_MUCH for amount in daily)


def denies(lexicon: Lexicon, stems: Sequence[str]) -> bool:
    """Whether all that a message says is that an emergency did not happen: anything more keeps it."""
    if len(stems) > LONGEST_RETRACTION:
        return False
    mentions = overlapping(lexicon, stems)
    retracted = [mention for mention in mentions if mention.value == "retracted"]
    if not retracted:
        return False
    said = {place for mention in retracted for place in range(mention.start, mention.end)}
    intakes = [mention for mention in mentions if mention.value == "intake"]
    if any(not EXCEPT.isdisjoint(stems[intake.end :]) for intake in intakes):
        return False
    # "Not", other than as the first word or before what was taken, may deny the retraction itself.
    denied = {place for intake in intakes for place in _not_taken(stems, intake.start)}
    places = set(range(1, len(stems))) - said - denied
    if any(stems[place] in ("not", "isn", "isnt", "no") for place in places):
        return False
    weighty = {"intake", "collapse", "withdrawal_signs", "drowsy", "excess", "fault", "gap", "overdose", "now"}
    return not any(
        mention.value in weighty
        and said.isdisjoint(range(mention.start, mention.end))
        and not (mention.value == "intake" and _not_taken(stems, mention.start))
        and not (mention.value == "gap" and stems[mention.start] in NOT_TAKEN)
        for mention in mentions
    )


def _not_taken(stems: Sequence[str], intake: int) -> tuple[int, ...]:
    """The words that say that nobody took anything, before a word for taking; () where there are none."""
    place = intake - 1
    while place > 0 and stems[place] in PERFECT:
        place -= 1
    if place > 0 and stems[place] == "one" and stems[place - 1] == "no":
        return place - 1, place
    return (place,) if place >= 0 and stems[place] in NOT_TAKEN else ()


def _much(message: Message, excess_mg: Decimal) -> bool:
    """Whether an amount at once is too much: a dose with a frequency is none at once."""
    for dose in message.readings.of("dose"):
        if dose.unit == "mg" and dose.high > excess_mg and not _is_regular(message, dose):
            return True
    many = [number for number in message.readings.of("number") if number.high >= MANY_PIECES]
    return bool(many) and (not PIECES.isdisjoint(message.stems) or any(_counts_pieces(message, one) for one in many))


def _is_regular(message: Message, dose: Reading) -> bool:
    """Whether a dose is told per day: right behind it, or past how it is taken ("90 mg orally per day")."""
    frequencies = [reading.start for reading in message.readings.of("frequency")]
    if dose.note or any(0 <= start - dose.end <= NEXT_TO for start in frequencies):
        return True
    named = (*message.all_of("drug"), *message.all_of("other"))
    drugs = {place for drug in named for place in range(drug.start, drug.end)}
    first = next((place for place, start in enumerate(message.starts) if start >= dose.end), len(message.tokens))
    for place in range(first, min(first + PER_DAY_REACH, len(message.tokens))):
        text = message.tokens[place].text
        if text in PER_DAY or message.tokens[place].start in frequencies:
            ago = message.tokens[place + 1].text if place + 1 < len(message.tokens) else ""
            return ago != "ago"
        if text not in BETWEEN and text != "per" and place not in drugs:
            return False
    return False


def _counts_pieces(message: Message, number: Reading) -> bool:
    """Whether the number counts tablets without saying so: "forty of my …", "swallowed forty of them"."""
    following = [token for token in message.tokens if token.start >= number.end][:2]
    texts = [token.text for token in following]
    if len(texts) == 2 and texts[0] == "of" and texts[1] in OWNERS:
        return True
    drugs = {message.starts[drug.start] for drug in message.all_of("drug")}
    return bool(following) and following[0].start in drugs and not _is_regular(message, number)


def _self_harm(signs: Signs) -> bool:
    if signs.any("denied") and not signs.any("despair"):
        return False
    weary = signs.any("despair") and signs.any("amount", "stock", "supply", "hoard", "overdose", "lethal", "excess")
    kept = signs.any("hoard") and signs.individual and not signs.any("ahead")
    lethal = signs.any("lethal") and signs.any("amount", "excess") and not signs.any("withdrawal")
    return signs.any("self_harm") or weary or kept or lethal


def _overdose(signs: Signs) -> bool:
    if signs.over:
        return False
    told = signs.all("intake", "excess") and signs.individual
    if signs.any("academic") and not (signs.any("now") or told):
        return False
    return _too_much(signs) or _wrongly(signs) or _collapsed(signs)


def _too_much(signs: Signs) -> bool:
    """Whether more was taken or given than should have been, or a child got some."""
    got = (
        signs.any("intake")
        or (signs.much and signs.any("ago"))
        or (signs.any("given") and signs.any("device", "person"))
    )
    took = (
        got
        and (signs.any("excess") or signs.much)
        and (signs.event or signs.any("device"))
        and not signs.any("lasting")
    )
    child_got_some = signs.child and signs.any("swallowed") and signs.event
    said = signs.any("overdose") and (signs.any("now", "collapse", "drowsy") or signs.much or signs.any("person"))
    return took or child_got_some or said


def _wrongly(signs: Signs) -> bool:
    """Whether the wrong thing, or a wrong amount of the right one, was given."""
    given = signs.any("given", "gone_in")
    mistaken = signs.any("wrong") and (given or (signs.any("intake") and (signs.event or signs.child)))
    where, when = signs.any("device", "own_words", "person", "gone_in"), signs.any("now", "gone_in") or signs.dose
    replaced = signs.any("instead") and given and where and when
    swallowed = signs.all("swapped", "intake") and signs.event and not signs.any("lasting")
    elsewhere = signs.any("astray") and (signs.any("device", "supply") or signs.medicine) and (signs.event or given)
    passed_on = signs.any("mix_up") and not signs.talk and not signs.any("lasting")
    misset = signs.all("filled", "setting", "contrast") and signs.any("device", "supply")
    return mistaken or replaced or swallowed or misset or elsewhere or passed_on


def _collapsed(signs: Signs) -> bool:
    """Whether somebody who takes it is unwell as after too much."""
    ours = signs.medicine or signs.any("intake", "overdose", "excess")
    collapsed = signs.any("collapse") and ours and signs.event and not signs.any("gap")
    return collapsed or (signs.all("intake", "drowsy") and signs.much)


def _withdrawal(signs: Signs) -> bool:
    if signs.any("denied", "past"):
        return False
    if signs.any("academic") and not (signs.any("now") and signs.any("person")):
        return False
    # A gap and its signs in one message are a case unless the message only talks of them.
    ill = signs.any("withdrawal_signs", "collapse", "mild_signs", "spasms_back") or signs.all("spasm", "now")
    after_a_gap = signs.any("gap") and ill and (signs.event or not signs.talk)
    said = signs.any("withdrawal") and signs.any("now", "withdrawal_signs") and signs.event
    outright = signs.all("in_withdrawal", "person") and not signs.talk
    several = signs.count("withdrawal_signs") > 1 and signs.any("now") and signs.event and not signs.talk
    broken = (signs.near("device", "fault") or signs.near("device", "inflamed")) and ill and not signs.talk
    return after_a_gap or said or outright or several or broken


def _pump_failure(signs: Signs) -> bool:
    failing = signs.near("device", "fault") or signs.all("device", "opened_wound")
    failing = failing or signs.all("device", "spasms_back", "sudden")
    return failing and signs.medicine and signs.event and not signs.talk


def _told_of_trouble(signs: Signs) -> Reason | None:
    """The danger in a message that asks nothing about dosing and tells of somebody in trouble with ours.

    What is told plainly comes in more words than any list of dangers holds, and where nothing is asked there is no
    dose to give.
    """
    talk = signs.any("past", "denied") or (signs.any("academic") and not (signs.any("now") and signs.any("person")))
    if signs.asks or talk or signs.any("lasting", "retracted") or not (signs.named or signs.any("own_words")):
        return None
    if not (signs.event or signs.child or signs.any("device", "ago", "sequel")):
        return None
    ill = signs.any("trouble", *UNWELL)
    happened = signs.any("intake", "swallowed", "given", "gone_in", "astray")
    if signs.all("device", "breakdown") and not (ill or signs.any("mishap")):
        return Reason.PUMP_FAILURE
    if ill and (happened or signs.any("now", "told", "device", "sequel", "gap")):
        return Reason.WITHDRAWAL if signs.any("gap", "breakdown") else Reason.OVERDOSE
    return Reason.OVERDOSE if happened and signs.any("mishap", "wrong") else None
