"""How numbers are read: each row is what somebody may write, and all that is read from it.

A number that is read wrongly becomes a wrong dose, so a row lists every reading of its text and not only the one that
it is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Chatbot
from chatbot.language.message import Message
from chatbot.language.normalise import ODD, tokenise
from chatbot.language.quantities import Reading, exact, number_words, read
from chatbot.language.vocabulary import Lexicon

MONTHS_A_YEAR = 12


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Chatbot().reader.lexicon


def rows(*table: tuple[str, str]) -> pytest.MarkDecorator:
    """A text a row, and its readings; the text is the test's name."""
    return pytest.mark.parametrize(("text", "readings"), [pytest.param(*row, id=row[0]) for row in table])


def said(readings: Iterable[Reading]) -> str:
    """Readings as a row of a table writes them."""
    return "; ".join(map(_said, readings))


def _said(reading: Reading) -> str:
    low, high, unit = reading.low, reading.high, reading.unit
    if reading.kind in ("age", "ambiguous_age", "past_age") and low >= 2 * MONTHS_A_YEAR:
        low, high, unit = low / MONTHS_A_YEAR, high / MONTHS_A_YEAR, "years"
    amount = f"{low}" if low == high else f"{low} to {high}"
    return " ".join(filter(None, (reading.kind, amount, unit, reading.note)))


# -------------------------------------------------------------------------------------------------------------- ages


@rows(
    ("78 years old", "age 78 years"),
    ("78 yrs old", "age 78 years"),
    ("8-year-old girl", "age 8 years"),
    ("8yo", "age 8 years"),
    ("8 y/o boy", "age 8 years"),
    ("8 years of age", "age 8 years"),
    ("a man 72 years young", "age 72 years"),
    ("sixty-five-year-old man", "age 65 years"),
    ("eighty one years old", "age 81 years"),
    ("17y11m", "age 17 years"),
    ("2 years and 3 months", "age 2 years"),
    ("seventeen and a half years", "age 17 years"),
    ("aged 8", "age 8 years"),
    ("age: 6", "age 6 years"),
    ("at the age of 6", "age 6 years"),
    ("man of 82", "age 82 years"),
    ("she is nearly 79", "age 79 years"),
    ("who's 8", "age 8 years"),
    ("I'm 45", "age 45 years"),
    ("my mum, 82, is stiff", "age 82 years"),
    ("patient called Ann, 45", "age 45 years"),
    ("has just turned 83", "age 83 years"),
    ("85F", "age 85 years"),
    ("72 female", "age 72 years"),
    ("45M", "age 45 years"),
    ("44 years", "age 44 years"),
    ("78 with CKD", "age 78 years"),
    ("seventy odd", "decade 70 to 79 years"),
    ("elderly, 40", "age 40 years"),
    ("my mother, 80, and my son, 6", "age 80 years; age 6 years"),
)
def test_an_age_is_read_in_every_writing(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("0 years old", "age 0 months"),
    ("1 year old", "age 12 months"),
    (".5 years old", "age 6.0 months"),
    ("1.5 years old", "age 18.0 months"),
    ("2 years old", "age 2 years"),
    ("17 years old", "age 17 years"),
    ("17.9 years old", "age 17.9 years"),
    ("18 years old", "age 18 years"),
    ("64 years old", "age 64 years"),
    ("65 years old", "age 65 years"),
    ("125 years old", "age 125 years"),
    ("126 years old", "impossible 126"),
    ("age 400", "impossible 400"),
)
def test_an_age_is_exact_at_each_edge(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("18 months", "age 18 months"),
    ("18 months old", "age 18 months"),
    ("18 mo", "age 18 months"),
    ("aged 20 mths", "age 20 months"),
    ("aged 8 mnth", "age 8 months"),
    ("23 months old", "age 23 months"),
    ("24 months", "age 2 years"),
    ("she's only 14 months", "age 14 months"),
    ("boy of 9 months", "age 9 months"),
    ("6 weeks old", "age 0 months"),
    ("10 day newborn", "age 0 months"),
    ("18m", "ambiguous_age 18 years"),
    ("24 m", "ambiguous_age 24 years"),
    ("25 m", "age 25 years"),
)
def test_months_are_not_years(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("in her 70s", "decade 70 to 79 years"),
    ("in his late sixties", "decade 60 to 69 years"),
    ("early 40s", "decade 40 to 49 years"),
    ("in her mid-50's", "decade 50 to 59 years"),
    ("well into his 80's", "decade 80 to 89 years"),
    ("in his early teens", "age 13 to 17 years"),
    ("over 65s", "over_age 65 years"),
    ("beyond 70", "over_age 70 years"),
    ("dose at 65+", "over_age 65 years"),
    ("people 65 and over", "over_age 65 years"),
    ("under 18s", "under_age 18 years"),
    ("younger than 12", "under_age 12 years"),
)
def test_decades_and_borders_of_age_are_no_exact_ages(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("MS for 5 years", "duration 5 years"),
    ("over the last 5 years", "duration 5 years"),
    ("4 years ago", "duration 4 years"),
    ("10 years after the injury", "duration 10 years"),
    ("5 years post stroke", "duration 5 years"),
    ("5 years of spasticity", "duration 5 years"),
    ("18 months ago", "duration 18 months"),
    ("6 months after the stroke", "duration 6 months"),
    ("3 days post-op", "duration 3 days"),
    ("under 12 hours", "duration 12 hours below"),
    ("bed 12", "number 12"),
    ("she has 3 kids", "number 3"),
    ("she has 3 spasms a day", "number 3"),
    ("patient has 20 mg tablets", "dose 20 mg"),
    ("over 65 mg", "dose 65 mg"),
    ("the child is 20 kg", "weight 20 kg"),
    ("he is 12 stone", "weight 12 stone"),
    ("child weighs 44", "weight 44"),
)
def test_a_number_of_something_else_is_no_age(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


# ----------------------------------------------------------------------------------------------------------- kidneys


@rows(
    ("eGFR 45", "egfr 45 mL/min"),
    ("eGFR of only about 45 mL/min", "egfr 45 mL/min"),
    ("eGFR=45", "egfr 45 mL/min"),
    ("eGFR forty five", "egfr 45 mL/min"),
    ("CrCl 30-40 mL/min", "egfr 30 to 40 mL/min"),
    ("creatinine clearance 45", "egfr 45 mL/min"),
    ("eGFR < 30", "egfr 30 mL/min below"),
    ("GFR less than 30", "egfr 30 mL/min below"),
    ("eGFR > 60", "egfr 60 mL/min above"),
    ("eGFR at least 60", "egfr 60 mL/min above"),
    ("45 mL/min", "egfr 45 mL/min"),
    ("45 ml per min", "egfr 45 mL/min"),
    ("her eGFR, checked every year, is now 45", "egfr 45 mL/min"),
    ("eGFR has gone from 72 to 52", "egfr 52 mL/min"),
    ("eGFR 300", "number 300"),
    ("creatinine 110", "creatinine 110"),
    ("creatinine 1.2 mg/dL", "creatinine 1.2 mg/dL"),
)
def test_kidney_function_is_read_from_its_name_or_unit(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("Her eGFR was 72 last year and has slipped to 52 at present", "egfr 72 mL/min; egfr 52 mL/min"),
    ("eGFR was 72, now 52", "egfr 72 mL/min; egfr 52 mL/min"),
    ("eGFR was 72 and is down to 50-55", "egfr 72 mL/min; egfr 50 to 55 mL/min"),
    ("eGFR >60 in spring, currently 45 mL/min", "egfr 60 mL/min above; egfr 45 mL/min"),
    ("eGFR 45 and he is now 82", "egfr 45 mL/min; age 82 years"),
    ("eGFR 45, now 82 years old", "egfr 45 mL/min; age 82 years"),
    ("eGFR 72, now 5 mg", "egfr 72 mL/min; dose 5 mg"),
    ("eGFR 72, pump now 120 micrograms", "egfr 72 mL/min; dose 120 mcg"),
    ("eGFR 72, now 10 to 15 mg", "egfr 72 mL/min; dose 10 to 15 mg"),
    ("eGFR 45, dose now 10", "egfr 45 mL/min; number 10"),
    ("eGFR 45, now 10 twice daily", "egfr 45 mL/min; number 10; frequency 2"),
    ("eGFR 45, now 3 times a day", "egfr 45 mL/min; frequency 3"),
    ("eGFR 72. Now 10", "egfr 72 mL/min; number 10"),
)
def test_a_second_clearance_is_read_and_no_other_number_becomes_one(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


def test_a_second_clearance_covers_its_number_alone() -> None:
    text = "Her eGFR was 72 last year and has slipped to 52 at present"
    first, second = read(tokenise(text)).of("egfr")
    assert text[first.start : first.end] == "eGFR was 72"
    assert text[second.start : second.end] == "52"


@rows(
    ("CKD 3", "ckd_stage 3"),
    ("CKD 3b", "ckd_stage 3"),
    ("CKD3a", "ckd_stage 3"),
    ("CKD G4", "ckd_stage 4"),
    ("CKD (stage 5)", "ckd_stage 5"),
    ("stage 3 CKD", "ckd_stage 3"),
    ("G3b CKD", "ckd_stage 3"),
    ("grade 2 renal disease", "ckd_stage 2"),
    ("kidney disease stage IV, 70 years old", "ckd_stage 4; age 70 years"),
    ("stage IIIa CKD, 70 years old", "ckd_stage 3; age 70 years"),
    ("CKD 6", "number 6"),
    ("stage 3 pressure sore", "number 3"),
)
def test_a_stage_of_kidney_disease_is_read(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


# ------------------------------------------------------------------------------------------------------------- doses


@rows(
    ("5 mg", "dose 5 mg"),
    ("5mg", "dose 5 mg"),
    ("5 milligrams", "dose 5 mg"),
    ("5 milligramme", "dose 5 mg"),
    ("50 mcg", "dose 50 mcg"),
    ("50 ug", "dose 50 mcg"),
    ("50µg (micro sign)", "dose 50 mcg"),
    ("50μg (Greek mu)", "dose 50 mcg"),
    ("50 micrograms", "dose 50 mcg"),
    ("50 microgrammes", "dose 50 mcg"),
    ("50 mikrogram", "dose 50 mcg"),
    ("2 g", "dose 2 g"),
    ("500 mcg/mL", "concentration 500 mcg"),
    ("0.5 mg/mL", "concentration 0.5 mg"),
    ("500 to 2,000 micrograms per millilitre", "concentration 500 to 2000 mcg"),
    ("10 mg in 5 mL", "dose 10 mg; volume 5 mL"),
    ("5 mL three times daily", "volume 5 mL; frequency 3"),
    ("44 lb", "weight 44 lb"),
    ("20 kilos", "weight 20 kilos"),
    ("raise by 10-20%", "percent 10 to 20 %"),
    ("lasted 8.1 hours", "duration 8.1 hours"),
    ("is 60 too much", "number 60"),
    ("two tablets", "number 2"),
)
def test_a_unit_is_read_in_every_spelling(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("1,000 mcg", "dose 1000 mcg"),
    ("10,000.5 mcg", "dose 10000.5 mcg"),
    (".5 mg", "dose 0.5 mg"),
    ("½ mg", "dose 0.5 mg"),
    ("0.5 mg", "dose 0.5 mg"),
    ("5.0 mg", "dose 5.0 mg"),
    ("five mg", "dose 5 mg"),
    ("twenty-five mg", "dose 25 mg"),
    ("a hundred mcg", "dose 100 mcg"),
    ("5-10 mg TID", "dose 5 to 10 mg; frequency 3"),
    ("5–10 mg", "dose 5 to 10 mg"),
    ("5 to 10 mg", "dose 5 to 10 mg"),
    ("between 5 and 10 mg", "dose 5 to 10 mg"),
)
def test_an_amount_is_read_exactly(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("1,5 mg", "unreadable 0"),
    ("1.000 mcg", "unreadable 0"),
    ("1O mg", "unreadable 0"),
    ("1o5 mg", "unreadable 0"),
    ("l0 mg", "unreadable 0"),
    ("10-5 mg", "unreadable 0"),
    ("１ mg (full width)", "unreadable 0"),
    ("٥ mg (Arabic)", "unreadable 0"),
    ("10² mg", "number 10; unreadable 0"),
    ("⅓ mg", "unreadable 0"),
    ("9999999999999999 mg", "unreadable 0"),
    ("-5 mg", "impossible 0"),
    ("−5 mg (minus sign)", "impossible 0"),
    ("0 kg", "impossible 0 kg"),
    ("-20 kg", "impossible 20 kg"),
    ("inf mg", "unreadable 0"),
    ("nan mg", "unreadable 0"),
)
def test_what_cannot_be_read_for_sure_becomes_no_dose(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("30 mg", "dose 30 mg"),
    ("30 mg TID", "dose 30 mg; frequency 3"),
    ("30 mg/day", "dose 30 mg per day"),
    ("30 mg per day", "dose 30 mg per day"),
    ("30 mg perday", "dose 30 mg per day"),
    ("30 mg a day", "dose 30 mg per day"),
    ("30 mg daily", "dose 30 mg per day"),
    ("30 mg in 24 hours", "dose 30 mg per day"),
    ("30 mg in total", "dose 30 mg per day"),
    ("60 mcg/h", "dose 60 mcg per hour"),
    ("60 mcg per hour", "dose 60 mcg per hour"),
    ("60 mcg an hour", "dose 60 mcg per hour"),
)
def test_a_dose_is_per_hour_or_per_day_only_where_that_is_said(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


@rows(
    ("5 mg OD", "dose 5 mg per day; frequency 1"),
    ("5 mg once daily", "dose 5 mg; frequency 1"),
    ("5 mg nocte", "dose 5 mg; frequency 1"),
    ("5 mg q24h", "dose 5 mg; frequency 1"),
    ("5 mg BD", "dose 5 mg; frequency 2"),
    ("5 mg b.i.d.", "dose 5 mg; frequency 2"),
    ("5 mg twice a day", "dose 5 mg; frequency 2"),
    ("5 mg 2x/day", "dose 5 mg; frequency 2"),
    ("5 mg q12h", "dose 5 mg; frequency 2"),
    ("5 mg tds", "dose 5 mg; frequency 3"),
    ("5mgTID", "dose 5 mg; frequency 3"),
    ("5 mg thrice daily", "dose 5 mg; frequency 3"),
    ("5 mg 3 times per day", "dose 5 mg; frequency 3"),
    ("5 mg 3x/day", "dose 5 mg; frequency 3"),
    ("10mgx3", "dose 10 mg; frequency 3"),
    ("5 mg q8h", "dose 5 mg; frequency 3"),
    ("5 mg QID", "dose 5 mg; frequency 4"),
    ("5 mg four times daily", "dose 5 mg; frequency 4"),
    ("5 mg q6h prn", "dose 5 mg; frequency 4"),
    ("2 x 5 mg", "number 2; dose 5 mg"),
    ("10 mg x 2", "dose 10 mg; number 2"),
)
def test_how_often_is_read_in_every_shorthand(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


# -------------------------------------------------------------------------------------------------------- once misread


@rows(
    ("under the age of 18", "under_age 18 years"),
    ("under the age of 2", "under_age 2 years"),
    ("MS for over 10 years", "duration 10 years above"),
    ("over 12 months", "duration 12 months above"),
    ("CKD stage IV", "ckd_stage 4"),
    ("stage V CKD", "ckd_stage 5"),
    ("diagnosed at age 10 now 45", "past_age 10 years; age 45 years"),
    ("MS since the age of 30", "past_age 30 years"),
    ("injury 3 years ago, started at 5 mg", "duration 3 years; dose 5 mg"),
    ("CKD IIIa, 70 years old", "ckd_stage 3; age 70 years"),
    ("CKD 5 mg tds", "dose 5 mg; frequency 3"),
    ("five hundred mcg", "dose 500 mcg"),
    ("two hundred and fifty mcg", "dose 250 mcg"),
    ("one hundred and twenty five mcg", "dose 125 mcg"),
    ("a hundred and 20 mcg", "unreadable 0"),
    ("1e3 mg", "unreadable 0"),
    ("1_000 mg", "unreadable 0"),
    ("1 000 mcg", "unreadable 0"),
    ("1'000 mcg", "unreadable 0"),
    ("check the eGFR before going to 2.5 mg", "dose 2.5 mg"),
    ("check the eGFR before going to 10 to 15 mg", "dose 10 to 15 mg"),
    ("check the eGFR, then up to 120 micrograms", "dose 120 mcg"),
    ("under 65 and over 70", "under_age 65 years; over_age 70 years"),
    ("has turned 83 given the notes", "age 83 years"),
    (".5 mg/mL", "concentration 0.5 mg"),
)
def test_what_was_once_misread_is_read_right(lexicon: Lexicon, text: str, readings: str) -> None:
    assert said(Message(lexicon, text).readings.found) == readings


# --------------------------------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,000", Decimal(1000)),
        ("12,345.6", Decimal("12345.6")),
        ("5.", Decimal(5)),
        (".5", Decimal("0.5")),
        ("1,5", None),
        ("1,00", None),
        ("1.000,5", None),
        ("1.2.3", None),
        ("", None),
        ("five", None),
    ],
)
def test_digits_are_read_only_where_they_read_one_way(text: str, number: Decimal | None) -> None:
    assert exact(text) == number


def test_words_of_a_number_become_digits_and_keep_their_places() -> None:
    words = number_words(tokenise("eighty one, twenty, five, sixties, a hundred"))
    assert words == ["81", "", ",", "20", ",", "5", ",", "60 s", ",", "a", "100"]


def test_a_message_without_numbers_has_no_readings() -> None:
    assert read(tokenise("How is it started?")) == ((), frozenset())
    assert read(()) == ((), frozenset())


def test_a_reading_knows_its_place_in_the_message() -> None:
    text = "Is 40 mg/day right for a man aged 82?"
    readings = read(tokenise(text))
    assert [text[reading.start : reading.end] for reading in readings.found] == ["40 mg/day", "aged 82"]
    assert {tokenise(text)[place].text for place in readings.covered} == {"40", "mg", "/", "day", "aged", "82"}


PIECES = (
    "5", "72", ".5", "1,000", "1,5", "1.000", "1O", "²", "-", "/", "to", "and", "mg", "mcg", "ml", "min", "per", "day",
    "h", "x", "aged", "years", "old", "months", "m", "eGFR", "now", "CKD", "stage", "v", "over", "in her", "70s",
    "eighty", "one", "hundred", "twice", "q8h", "kg", "%", ".", "?", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_every_number_belongs_to_exactly_one_reading(text: str) -> None:
    tokens = tokenise(text)
    numbers = [token for token, word in zip(tokens, number_words(tokens), strict=True) if _has_digit(word)]
    readings = read(tokens).found
    for number in numbers:
        owners = [reading for reading in readings if reading.start <= number.start and number.end <= reading.end]
        assert len(owners) == 1, (text, number, owners)


def _has_digit(word: str) -> bool:
    return any(char.isdigit() or char == ODD for char in word)


@given(st.text(max_size=40))
def test_no_text_raises_and_every_reading_lies_inside_it(text: str) -> None:
    for reading in read(tokenise(text)).found:
        assert 0 <= reading.start < reading.end <= len(text)
