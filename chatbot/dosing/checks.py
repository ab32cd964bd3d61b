"""A reader's daily dose held against the source's limits: a table of borders for each population and route."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chatbot.query import WarningCode


class Verdict(StrEnum):
    """How a daily dose stands to the source's limits."""

    BELOW_USUAL_RANGE = "below_usual_range"
    WITHIN = "within"
    ABOVE_USUAL_MAXIMUM = "above_usual_maximum"
    ABOVE_MAXIMUM = "above_maximum"
    ABOVE_ALL_REPORTED = "above_all_reported"
    ABOVE_STARTING_DOSE = "above_starting_dose"
    NO_LIMIT = "no_limit_in_sources"


WARNINGS = {
    Verdict.ABOVE_USUAL_MAXIMUM: WarningCode.ABOVE_USUAL_MAXIMUM,
    Verdict.ABOVE_MAXIMUM: WarningCode.ABOVE_MAXIMUM,
    Verdict.ABOVE_ALL_REPORTED: WarningCode.ABOVE_MAXIMUM,
    Verdict.ABOVE_STARTING_DOSE: WarningCode.ABOVE_STARTING_DOSE,
}


@dataclass(frozen=True, slots=True)
class Band:
    """All daily doses up to a border (None: without end) share a verdict. excluded: the border itself is above it."""

    verdict: Verdict
    to: Decimal | None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of one population and route, from the lowest dose up, and the limit that a reply names."""

    bands: tuple[Band, ...]
    limit: Decimal | None

    def verdict(self, daily: Decimal) -> Verdict:
        """The verdict on a daily dose in the bands' unit."""
        for band in self.bands:
            if band.to is None or daily < band.to or (daily == band.to and not band.excluded):
                return band.verdict
        raise AssertionError("the last band has no end")


def adult(usual: Decimal, maximum: Decimal, reported: Decimal) -> Bands:
    """Adults by mouth: below the usual range, within, above the maximum, above all that was reported (mg per day)."""
    return Bands(
        (
            Band(Verdict.BELOW_USUAL_RANGE, usual, excluded=True),
            Band(Verdict.WITHIN, maximum),
            Band(Verdict.ABOVE_MAXIMUM, reported),
            Band(Verdict.ABOVE_ALL_REPORTED, None),
        ),
        maximum,
    )


def elderly(tolerated: Decimal, adults_maximum: Decimal) -> Bands:
    """Older adults by mouth: as far as is typically tolerated, up to the adults' maximum, and beyond (mg per day)."""
    bands = (Band(Verdict.WITHIN, tolerated), Band(Verdict.ABOVE_USUAL_MAXIMUM, adults_maximum))
    return Bands((*bands, Band(Verdict.ABOVE_MAXIMUM, None)), tolerated)


def child(maximum: Decimal, reported: Decimal) -> Bands:
    """Children by mouth: the usual maximum, and what was rarely reported (mg per day)."""
    bands = (Band(Verdict.WITHIN, maximum), Band(Verdict.ABOVE_USUAL_MAXIMUM, reported))
    return Bands((*bands, Band(Verdict.ABOVE_ALL_REPORTED, None)), maximum)


def child_pump(low: Decimal, high: Decimal) -> Bands:
    """Children by pump: the reported range (mcg per day)."""
    bands = (Band(Verdict.BELOW_USUAL_RANGE, low, excluded=True), Band(Verdict.WITHIN, high))
    return Bands((*bands, Band(Verdict.ABOVE_ALL_REPORTED, None)), high)


def renal(adults_maximum: Decimal, adults_reported: Decimal) -> Bands:
    """Renal impairment by mouth: no limit of its own, so only the adults' can be passed (mg per day)."""
    bands = (Band(Verdict.NO_LIMIT, adults_maximum), Band(Verdict.ABOVE_MAXIMUM, adults_reported))
    return Bands((*bands, Band(Verdict.ABOVE_ALL_REPORTED, None)), None)


def unlimited() -> Bands:
    """No limit in the sources: adults by pump."""
    return Bands((Band(Verdict.NO_LIMIT, None),), None)


def start(first_daily: Decimal) -> Bands:
    """A first daily dose, in any population (mg per day)."""
    return Bands((Band(Verdict.WITHIN, first_daily), Band(Verdict.ABOVE_STARTING_DOSE, None)), first_daily)
