"""A schedule on a terminal: each figure one of the calculation's rows, never wider than the screen, in any encoding."""

import io
import re
import shutil
from dataclasses import replace
from os import terminal_size

import pytest

from chatbot.bot import Chatbot
from chatbot.terminal.schedules import BARS, NARROWEST, WIDEST_CHART, chart, is_schedule, steps_of, table
from chatbot.terminal.screen import ASCII, drawn, say, shown, wrapped

NBSP = "\N{NO-BREAK SPACE}"
TITRATION = "titration schedule for an adult to 75 mg per day"
QUESTIONS = {
    "titration to 75": TITRATION,
    "titration to 30": "titration schedule for an adult to 30 mg per day",
    "taper over 14 days": "taper from 80 mg per day over 14 days",
    "taper over 7 days": "taper from 62 mg per day over 7 days",
    "taper over 180 days": "taper from 60 mg per day over 180 days",
}
WIDTHS = range(20, 121)
ESCAPES = re.compile(r"\x1b\[\d+m")
BLOCKS = "▁▂▃▄▅▆▇█"


@pytest.fixture(scope="module")
def bot():
    return Chatbot()


@pytest.fixture(scope="module", params=QUESTIONS, ids=str)
def reply(bot, request):
    return bot.ask(QUESTIONS[request.param])


@pytest.fixture
def schedule(reply):
    (made,) = filter(is_schedule, reply.calculations)
    return made


class Screen(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding="utf-8"):
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def isatty(self):
        return True

    def written(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


def as_days(rows):
    """Every day of a schedule with its daily dose; the last one's day only, where it goes on."""
    if "day" in rows[0]:
        return {row["day"]: row["daily_mg"] for row in rows}
    return {
        day: row["daily_mg"] for row in rows for day in range(row["from_day"], (row["to_day"] or row["from_day"]) + 1)
    }


def read_back(line):
    """A line of a table: its days, and its other numbers with "none" as 0."""
    found = re.match(r" *(\d+)(?: to +(\d+)| on)?", line)
    assert found, line
    first = int(found[1])
    numbers = [0 if cell == "none" else float(cell) for cell in re.findall(r"none|[\d.]+", line[found.end() :])]
    return range(first, int(found[2] or first) + 1), numbers


def heights(lines):
    """The height of each column of a chart that has one, in eighths of a line."""
    bars = [line.partition("│")[2] for line in lines[:-1]]
    longest = max(map(len, bars))
    return [sum((" " + BLOCKS).index(bar.ljust(longest)[column]) for bar in bars) for column in range(longest)]


# ------------------------------------------------------------------------------------------------ table


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_table_says_each_day_what_the_rows_say(schedule, width):
    lines = table(schedule, width)
    rule = next(number for number, line in enumerate(lines) if set(line) == {"─"})
    read = [read_back(line) for line in lines[rule + 1 :]]
    assert {day: numbers[-1] for days, numbers in read for day in days} == as_days(schedule["result"]["rows"])
    dosed = [row for row in schedule["result"]["rows"] if "dose_mg" in row]
    assert [numbers for _, numbers in read if len(numbers) > 1] == [
        [row["dose_mg"], row["times_per_day"], row["daily_mg"]] for row in dosed
    ]


def test_a_table_has_the_rows_of_the_list(reply, schedule):
    assert len(steps_of(schedule)) == len(reply.schedules[0])
    assert all(f"* {line}\n" in reply.text for line in reply.schedules[0])


def test_a_titration_in_full(bot):
    (schedule,) = filter(is_schedule, bot.ask(TITRATION).calculations)
    assert "\n".join(table(schedule, 80)).replace(NBSP, " ") == (
        "Day        Dose  Times per day  mg per day\n"
        "──────────────────────────────────────────\n"
        " 1 to  3   5 mg              3       15 mg\n"
        " 4 to  6  10 mg              3       30 mg\n"
        " 7 to  9  15 mg              3       45 mg\n"
        "10 to 12  20 mg              3       60 mg\n"
        "13 on     25 mg              3       75 mg"
    )
    assert "\n".join(chart(schedule, 40)).replace(NBSP, " ") == (
        "75 mg per day │            ███\n"
        "              │         ██████\n"
        "              │      █████████\n"
        "              │   ████████████\n"
        "15 mg per day │███████████████\n"
        "              └Day 1─Day 13 on"
    )


def test_days_of_the_same_dose_are_one_line(bot):
    (schedule,) = filter(is_schedule, bot.ask(QUESTIONS["taper over 180 days"]).calculations)
    lines = table(schedule, 80)
    assert len(schedule["result"]["rows"]) == 181
    assert len(lines) == 15
    assert lines[2] == f"  1 to  15       60{NBSP}mg"
    assert lines[-1] == "181               none"


def test_numbers_end_below_each_other(schedule):
    for width in (40, 80):
        lines = table(schedule, width)
        assert len({len(line) for line in lines if not line.startswith(" " * 9)}) == 1


def test_headings_name_the_units(schedule):
    heading = " ".join(table(schedule, 80)[0].split())
    assert heading in ("Day mg per day", "Day Dose Times per day mg per day")


# ------------------------------------------------------------------------------------------------ chart


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_are_no_wider_than_asked(schedule, width):
    assert max(map(len, table(schedule, width)), default=0) <= width
    assert max(map(len, chart(schedule, width)), default=0) <= min(width, WIDEST_CHART)
    assert len(chart(schedule, width)) in (0, BARS + 1)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_chart_names_the_highest_and_the_lowest_daily_dose(schedule, width):
    daily = [row["daily_mg"] for row in schedule["result"]["rows"]]
    lines = chart(schedule, width)
    named = [float(number) for line in lines for number in re.findall(rf"([\d.]+){NBSP}mg per day", line)]
    assert named == [max(daily), min(daily)]
    assert lines[0].lstrip().startswith(f"{max(daily)}{NBSP}mg per day")
    days = [int(day) for day in re.findall(rf"Day{NBSP}(\d+)", lines[-1])]
    steps = steps_of(schedule)
    assert days == [steps[0].from_day, steps[-1].from_day]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_each_step_of_a_chart_has_its_own_height(schedule, width):
    daily = [step.daily for step in steps_of(schedule) if step.daily]
    assert list(dict.fromkeys(heights(chart(schedule, width)))) == [
        max(1, round(dose / max(daily) * BARS * 8)) for dose in daily
    ]


def made_up(*daily):
    return {"result": {"rows": [{"day": day, "daily_mg": dose} for day, dose in enumerate(daily, start=1)]}}


def test_nothing_is_drawn_where_doses_do_not_differ_or_columns_do_not_do():
    assert chart(made_up(20, 20, 20), 80) == []
    assert chart(made_up(*range(100, 0, -1)), 60) == []
    assert len(chart(made_up(*range(40, 0, -1)), 60)) == BARS + 1


def test_every_step_has_a_column_however_few_its_days():
    daily = [40] * 90 + [35] + [30] + [25] * 80 + [0]
    assert list(dict.fromkeys(heights(chart(made_up(*daily), 40)))) == [40, 35, 30, 25]


def test_fractions_are_written_as_doses_are():
    lines = [*table(made_up(7.5, 5, 2.5, 0), 40), *chart(made_up(7.5, 5, 2.5, 0), 40)]
    assert f"7.5{NBSP}mg" in lines[2]
    assert not re.search(r"\d\.0(?!\d)", "\n".join(lines))


def test_the_least_dose_shows():
    assert "▁" in chart(made_up(1000, 1), 60)[BARS - 1]


# ------------------------------------------------------------------------------------------------ on the screen


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reply_with_a_schedule_fits_and_parts_no_number(reply, width):
    text = drawn(reply, width)
    lines = wrapped(text, width).split("\n")
    # A longer line is a single word (of a reference) that nothing can break.
    assert not [line for line in lines if len(line) > width and " " in re.sub(r"^(\*|\d+\.)? +", "", line)]
    assert wrapped(text, width).count(NBSP) == text.count(NBSP)
    assert not re.search(r"\d\s*\n\s*mg\b", "\n".join(lines))


@pytest.mark.parametrize("width", [20, NARROWEST - 1])
def test_a_narrow_screen_keeps_the_list(reply, width):
    assert drawn(reply, width) == reply.text


@pytest.mark.parametrize("width", [NARROWEST, 80])
def test_the_rest_of_the_reply_stays(reply, schedule, width):
    listed = "\n".join(f"* {row}" for row in reply.schedules[0])
    put = "\n".join(["", *table(schedule, width), "", *chart(schedule, width)])
    assert reply.text.count(listed) == 1
    assert drawn(reply, width) == reply.text.replace(listed, put)


def test_a_table_survives_the_breaking_of_lines(reply, schedule):
    assert "\n".join(table(schedule, 80)) in wrapped(drawn(reply, 80), 80)
    assert "\n".join(chart(schedule, 80)) in wrapped(drawn(reply, 80), 80)


def test_a_reply_without_a_schedule_stays(bot):
    for question in ("max dose elderly", "taper for a child", "is 90 mg per day too much for an adult"):
        made = bot.ask(question)
        assert drawn(made, 80) == made.text


@pytest.mark.parametrize("questions", [tuple(QUESTIONS), tuple(reversed(QUESTIONS)), ("titration to 75",) * 2])
def test_several_schedules_are_drawn_in_their_own_places(bot, questions):
    replies = [bot.ask(QUESTIONS[question]) for question in questions]
    together = replace(
        replies[0],
        text="\n\n".join(each.text for each in replies),
        calculations=tuple(calculation for each in replies for calculation in each.calculations),
        schedules=tuple(rows for each in replies for rows in each.schedules),
    )
    assert len(together.schedules) == len(questions)
    assert drawn(together, 80) == "\n\n".join(drawn(each, 80) for each in replies)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252", "cp437"])
@pytest.mark.parametrize("width", [39, 40, 80, 120])
def test_a_terminal_shows_it_in_what_it_can_carry(reply, schedule, encoding, width, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: terminal_size((width, 24)))
    screen = Screen(encoding)
    say(shown(reply, screen), stream=screen)
    written = ESCAPES.sub("", screen.written())
    assert max(map(len, written.splitlines())) <= width
    assert "?" not in written
    first = reply.schedules[0][0].partition(":")[0]
    assert (f"\n* {first}: " in written) == (width < NARROWEST)
    if width >= NARROWEST and encoding != "utf-8":
        bars = chart(schedule, width)
        assert "\n".join(bars).translate(ASCII) in written
        assert set("".join(line.partition("│")[2] for line in bars[:-1]).translate(ASCII)) <= set("#. ")


def test_the_ascii_form_is_as_wide(schedule):
    for line in (*table(schedule, 80), *chart(schedule, 80)):
        assert line.translate(ASCII).isascii()
        assert len(line.translate(ASCII)) == len(line)


def test_a_pipe_gets_the_markdown(reply):
    pipe = io.StringIO()
    assert shown(reply, pipe) == reply.text


def test_the_json_form_has_no_new_field(reply):
    assert "schedules" not in reply.to_dict()
