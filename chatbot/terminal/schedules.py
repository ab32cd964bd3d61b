"""A calculated schedule as a table and a small step chart: the reply's calculation in, lines for a terminal out.

Every figure is one of the calculation's rows, written as replies write it: a no-break space before the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from chatbot.quantity import NBSP, Quantity

NARROWEST = 40  # columns; below it a schedule stays a list
WIDEST_CHART = 60  # columns, axis included
BARS = 5  # lines of bars; the axis with its days is the sixth
EIGHTHS = " ▁▂▃▄▅▆▇█"  # a cell filled from below, by eighths
DAY, DOSE, TIMES, DAILY = "Day", "Dose", "Times per day", "mg per day"
NONE = "none"
GAP = "  "


@dataclass(frozen=True, slots=True)
class Step:
    """Days of the same dose. to_day is None where it goes on; dose and times where only the daily dose is known."""

    from_day: int
    to_day: int | None
    daily: Decimal
    dose: Decimal | None = None
    times: int | None = None


def is_schedule(calculation: Mapping[str, Any]) -> bool:
    """Whether a calculation, in the form that a reply holds, has rows to draw."""
    return bool(calculation["result"].get("rows"))


def steps_of(calculation: Mapping[str, Any]) -> list[Step]:
    """The rows of a schedule; a taper's days of the same dose are one step."""
    rows: Sequence[Mapping[str, Any]] = calculation["result"]["rows"]
    if "from_day" in rows[0]:
        return [
            Step(row["from_day"], row["to_day"], _exact(row["daily_mg"]), _exact(row["dose_mg"]), row["times_per_day"])
            for row in rows
        ]
    runs = [(daily, [row["day"] for row in group]) for daily, group in groupby(rows, key=lambda row: row["daily_mg"])]
    return [Step(days[0], days[-1], _exact(daily)) for daily, days in runs]


# ------------------------------------------------------------------------------------------------ table


def table(calculation: Mapping[str, Any], width: int) -> list[str]:
    """The schedule as a table, headings and a rule first; no lines where the width does not hold it."""
    steps = steps_of(calculation)
    columns = {DAY: _days(steps)}
    if all(step.dose is not None and step.times is not None for step in steps):
        columns[DOSE] = [_mg(step.dose) for step in steps if step.dose is not None]
        columns[TIMES] = [str(step.times) for step in steps]
    columns[DAILY] = [_mg(step.daily) if step.daily else NONE for step in steps]
    # Headings in one line where that fits, otherwise in two.
    for headings in ([["", name] for name in columns], [_in_two(name) for name in columns]):
        lines = _set_out([[*heading, *cells] for heading, cells in zip(headings, columns.values(), strict=True)])
        if max(map(len, lines)) <= width:
            upper, lower, *rest = lines
            return [*([upper] if upper else []), lower, "─" * max(map(len, lines)), *rest]
    return []


def _set_out(columns: Sequence[Sequence[str]]) -> list[str]:
    """Columns of cells as lines: the first column starts at the left, the numbers of the others end at the right."""
    first, *others = columns
    padded = [_pad(first, str.ljust), *(_pad(column, str.rjust) for column in others)]
    return [GAP.join(cells).rstrip(" ") for cells in zip(*padded, strict=True)]


def _pad(cells: Sequence[str], justify: Callable[[str, int], str]) -> list[str]:
    width = max(map(len, cells))
    return [justify(cell, width) for cell in cells]


def _in_two(heading: str) -> list[str]:
    """A heading over two lines: "Times" over "per day"."""
    upper, _, lower = heading.partition(" ")
    return [upper, lower] if lower else ["", upper]


def _days(steps: Sequence[Step]) -> list[str]:
    """The days of each step, first day under first day: "1 to 3", "13 on"."""
    first = max(len(str(step.from_day)) for step in steps)
    last = max((len(str(step.to_day)) for step in steps if step.to_day is not None), default=0)
    cells = []
    for step in steps:
        until = "" if step.to_day == step.from_day else " on" if step.to_day is None else f" to {step.to_day:>{last}}"
        cells.append(f"{step.from_day:>{first}}{until}")
    return cells


# ------------------------------------------------------------------------------------------------ chart


def chart(calculation: Mapping[str, Any], width: int) -> list[str]:
    """The daily dose over the days as bars from zero, its highest and lowest figure beside them.

    Each step has columns of its own, as many as its days ask for. No lines where there is nothing to compare, or
    where a step would have no column.
    """
    steps = steps_of(calculation)
    high, low = max(step.daily for step in steps), min(step.daily for step in steps)
    highest, lowest = _per_day(high), _per_day(low)
    margin = max(len(highest), len(lowest))
    columns = _columns(steps, min(width, WIDEST_CHART) - margin - len(" │"))
    if high == low or not columns:
        return []
    levels = [_level(step.daily, high) for step in steps]
    # The lowest stands at the line of its own bar's top, or one below where that is the highest's.
    beside = {BARS: highest, min(_line_of(min(levels)), BARS - 1): lowest}
    lines = []
    for line in range(BARS, 0, -1):
        cells = (_cell(level, line) * count for level, count in zip(levels, columns, strict=True))
        lines.append(f"{beside.get(line, ''):>{margin}} │{''.join(cells)}".rstrip(" "))
    return [*lines, f"{beside.get(0, ''):>{margin}} └{_axis(steps, sum(columns))}"]


def _columns(steps: Sequence[Step], most: int) -> list[int]:
    """How many columns each step gets of at most so many, by its days; none where there are more steps than columns."""
    if most < len(steps):
        return []
    lengths = [step.to_day - step.from_day + 1 for step in steps if step.to_day is not None]
    if len(lengths) < len(steps):
        # A dose that goes on is drawn as long as the one before it.
        lengths.append(lengths[-1] if lengths else 1)
    days = sum(lengths)
    if days <= most:
        return [length * (most // days) for length in lengths]
    ends, passed = [0], 0
    for number, length in enumerate(lengths, start=1):
        passed += length
        # At least one column for this step, and one left for each to come.
        end = max(ends[-1] + 1, round(Decimal(passed * most) / days))
        ends.append(min(end, most - (len(lengths) - number)))
    return [end - start for start, end in pairwise(ends)]


def _level(daily: Decimal, high: Decimal) -> int:
    """The height of a bar in eighths of a line; what is more than nothing shows."""
    return max(1, round(daily / high * BARS * 8)) if daily else 0


def _line_of(level: int) -> int:
    """The line, counted from below, that holds the top of a bar; 0 is the axis."""
    return -(-level // 8)


def _cell(level: int, line: int) -> str:
    return EIGHTHS[min(8, max(0, level - (line - 1) * 8))]


def _axis(steps: Sequence[Step], width: int) -> str:
    """The axis with its first and last day, as far as they fit."""
    first = f"Day{NBSP}{steps[0].from_day}"
    last = f"Day{NBSP}{steps[-1].from_day}{f'{NBSP}on' if steps[-1].to_day is None else ''}"
    if len(first) > width:
        return "─" * width
    return first + (
        last.rjust(width - len(first), "─") if len(first) + len(last) < width else "─" * (width - len(first))
    )


# ------------------------------------------------------------------------------------------------ figures


def _exact(number: float) -> Decimal:
    """A number of JSON as the digits that it prints."""
    return Decimal(str(number))


def _mg(number: Decimal) -> str:
    return str(Quantity.of(number, "mg"))


def _per_day(number: Decimal) -> str:
    return str(Quantity.of(number, "mg/day"))
