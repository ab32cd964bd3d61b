"""Whom a stretch of a message is about: words, ages and kidney function, negation and contradiction included.

Thresholds that the sources do not name are this project's reading, and every reply that used one says so: 65 years for
"older adults", an eGFR or creatinine clearance of 30 to below 60 mL/min for "renal impairment".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chatbot.language.quantities import Reading
from chatbot.language.vocabulary import Mention
from chatbot.query import Population

CHILD_FROM_MONTHS = 2 * 12  # document B speaks of 2 to 17 years
ADULT_FROM_MONTHS = 18 * 12
OLDER_FROM_MONTHS = 65 * 12
IMPAIRED_BELOW = 60  # mL/min
SEVERE_BELOW = 30  # mL/min
SEVERE_FROM_STAGE = 4


class Kidneys(StrEnum):
    """What was said of the kidneys."""

    UNSAID = ""
    NORMAL = "normal"
    IMPAIRED = "impaired"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a question is about.

    populations are those that words and ages name, in the order they stand; kidneys what was said of them; infant
    whether under 2 years; contradiction whether a word and a number exclude each other; unsure_age whether an age reads
    two ways; by_age whether an age decided (then 65 years is the project's reading), by_clearance whether a clearance
    was given; childhood_condition whether a disease of childhood was named; cleared the populations that were negated
    ("not elderly"); sets_apart whether adults were set beside those with kidney disease ("adults and CKD").
    """

    populations: tuple[Population, ...] = ()
    kidneys: Kidneys = Kidneys.UNSAID
    infant: bool = False
    contradiction: bool = False
    unsure_age: bool = False
    by_age: bool = False
    by_clearance: bool = False
    childhood_condition: bool = False
    cleared: tuple[Population, ...] = ()
    sets_apart: bool = False

    @property
    def says_something(self) -> bool:
        """Whether anything about a person was said."""
        return bool(
            self.populations
            or self.kidneys
            or self.infant
            or self.childhood_condition
            or self.cleared
            or self.unsure_age
        )

    @property
    def asked(self) -> tuple[Population, ...]:
        """The populations to answer for: renal impairment counts, a condition of childhood where nothing else does."""
        groups = list(self.populations)
        if self.infant and Population.PEDIATRIC not in groups:
            groups.append(Population.PEDIATRIC)
        if not groups and self.childhood_condition:
            groups.append(Population.PEDIATRIC)
        if self.kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE):
            if groups == [Population.ADULT] and not self.sets_apart:
                # An adult with kidney disease is one patient, whose dose is not the adult's.
                groups = []
            groups.append(Population.RENAL_IMPAIRMENT)
        return tuple(dict.fromkeys(groups))


def read_person(
    mentions: Iterable[Mention], readings: Sequence[Reading], negated: frozenset[Mention], *, compares: bool
) -> Person:
    """The person that these mentions and readings describe. compares: the message sets populations side by side."""
    mentions = list(mentions)
    said = [mention for mention in mentions if mention not in negated]
    by_word = [Population(m.value) for m in said if m.kind == "population" and m.value != Population.RENAL_IMPAIRMENT]
    by_kin = [Population(m.value) for m in said if m.kind == "kin"]
    cleared = tuple(Population(m.value) for m in mentions if m.kind == "population" and m in negated)
    ages, unsure, infant = _ages(readings)
    if not (ages or infant or by_word):
        past = [by_age(reading.low) for reading in readings if reading.kind == "past_age"]
        ages = [group for group in past if group != Population.PEDIATRIC]
        # Who was ill as a child may be of any age today.
        unsure = unsure or len(ages) < len(past)
    by_word_too_young = any(m.kind == "infant" for m in said)
    kidneys, by_clearance = _kidneys(mentions, readings, negated, compares=compares)
    condition = any(m.kind == "childhood_condition" for m in said)
    infant = infant or (by_word_too_young and not ages)
    contradiction = _contradict(by_word, ages, infant) and not compares
    if ages and compares:
        # "May a 10-year-old have the adult dose?" is answered for the child.
        populations = [group for group in ages if group not in by_word] or ages
        # "Children against over-65s" asks about both.
        populations += [group for group in by_word if group not in (*ages, Population.ADULT)]
    elif ages:
        populations = ages + [group for group in by_word if group not in ages and group != Population.ADULT]
        populations = ages if len(ages) == 1 else populations
    else:
        populations = by_word or by_kin
    if infant and not ages:
        populations = [group for group in populations if group != Population.ADULT]
    return Person(
        populations=tuple(dict.fromkeys(populations)),
        kidneys=kidneys,
        infant=infant,
        contradiction=contradiction,
        unsure_age=unsure,
        by_age=bool(ages),
        by_clearance=by_clearance,
        childhood_condition=condition,
        cleared=cleared,
        sets_apart=not ages and (compares or _lists_kidneys(said)),
    )


def _lists_kidneys(mentions: Sequence[Mention]) -> bool:
    """Whether "and" or "or" stands between a word for adults and one for the kidneys ("adults and renal patients")."""
    adults = [
        mention.start for mention in mentions if (mention.kind, mention.value) == ("population", Population.ADULT)
    ]
    kidneys = [
        mention.start
        for mention in mentions
        if mention.kind == "kidney" or (mention.kind, mention.value) == ("population", Population.RENAL_IMPAIRMENT)
    ]
    joiners = [mention.start for mention in mentions if mention.kind == "joiners"]
    return any(
        min(adult, kidney) < joiner < max(adult, kidney) for adult in adults for kidney in kidneys for joiner in joiners
    )


def _contradict(words: Sequence[Population], ages: Sequence[Population], infant: bool) -> bool:
    if infant and any(word in (Population.ADULT, Population.ELDERLY) for word in words):
        return True
    if len(set(ages)) != 1 or not words:
        return False
    # An adult of 70 is both; every other mismatch of a word with the only age is a contradiction.
    return any(word != ages[0] and (word, ages[0]) != (Population.ADULT, Population.ELDERLY) for word in words)


def _ages(readings: Sequence[Reading]) -> tuple[list[Population], bool, bool]:
    """Populations by age, whether an age is unsure, and whether somebody is under 2 years."""
    groups: list[Population] = []
    unsure = infant = False
    for reading in readings:
        if reading.kind == "ambiguous_age":
            unsure = True
        elif reading.kind == "decade":
            young, old = by_age(reading.low * 12), by_age(reading.high * 12)
            unsure = unsure or young != old
            groups.append(old if young == old else Population.ELDERLY)
        elif reading.kind == "over_age":
            groups.append(by_age(reading.low * 12))
        elif reading.kind == "under_age" and reading.low <= 18:
            infant = infant or reading.low <= 2
            groups.extend([Population.PEDIATRIC] if reading.low > 2 else [])
        elif reading.kind == "age":
            if reading.low < CHILD_FROM_MONTHS:
                infant = True
            else:
                groups.append(by_age(reading.low))
    return list(dict.fromkeys(groups)), unsure, infant


def by_age(months: Decimal) -> Population:
    """The population of an age of 2 years or more."""
    if months < ADULT_FROM_MONTHS:
        return Population.PEDIATRIC
    return Population.ADULT if months < OLDER_FROM_MONTHS else Population.ELDERLY


def _kidneys(
    mentions: Sequence[Mention], readings: Sequence[Reading], negated: frozenset[Mention], *, compares: bool
) -> tuple[Kidneys, bool]:
    """What was said of the kidneys, the worst winning, and whether a clearance was given."""
    found = _measured_kidneys(readings) | _named_kidneys(mentions, negated)
    number = any(reading.kind == "egfr" for reading in readings)
    if Kidneys.SEVERE in found:
        return Kidneys.SEVERE, number
    # "CKD, eGFR 72": the number is above the border, but the disease was named. Without a number "normal" decides.
    if Kidneys.IMPAIRED in found and (number or compares or Kidneys.NORMAL not in found):
        return Kidneys.IMPAIRED, number
    return (Kidneys.NORMAL if found else Kidneys.UNSAID), number


def _measured_kidneys(readings: Iterable[Reading]) -> set[Kidneys]:
    """What clearances and stages of kidney disease say."""
    found: set[Kidneys] = set()
    for reading in readings:
        if reading.kind == "egfr":
            found.add(_by_clearance(reading))
        elif reading.kind == "ckd_stage":
            found.add(Kidneys.SEVERE if reading.low >= SEVERE_FROM_STAGE else Kidneys.IMPAIRED)
    return found


def _by_clearance(reading: Reading) -> Kidneys:
    # "Below 30" means less than 30, so that the border itself is left out.
    value = reading.low - 1 if reading.note == "below" else reading.high if reading.note == "above" else reading.low
    return kidneys_of(value)


def kidneys_of(clearance: Decimal) -> Kidneys:
    """What a creatinine clearance or eGFR in mL/min says of the kidneys."""
    if clearance < SEVERE_BELOW:
        return Kidneys.SEVERE
    return Kidneys.IMPAIRED if clearance < IMPAIRED_BELOW else Kidneys.NORMAL


def _named_kidneys(mentions: Sequence[Mention], negated: frozenset[Mention]) -> set[Kidneys]:
    """What words say of the kidneys."""
    found: set[Kidneys] = set()
    for mention in mentions:
        if mention.kind == "kidney":
            # "Not on dialysis" says nothing of the rest.
            if mention not in negated:
                found.add(Kidneys(mention.value))
            elif mention.value == Kidneys.NORMAL and any(
                one.kind == "negations" and 0 <= mention.start - one.end <= 1 for one in mentions
            ):
                found.add(Kidneys.IMPAIRED)
        elif mention.kind == "population" and mention.value == Population.RENAL_IMPAIRMENT:
            found.add(Kidneys.NORMAL if mention in negated else Kidneys.IMPAIRED)
    poor = any(mention.kind == "poor" and mention not in negated for mention in mentions)
    if poor and any(mention.kind == "kidney_talk" for mention in mentions):
        found.add(Kidneys.IMPAIRED)
    return found
