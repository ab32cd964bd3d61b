"""The quiz: each card has one right answer, marks mean what they say, and what was missed comes again."""

from __future__ import annotations

import json
import re
import shutil
import stat
import string
import unicodedata
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from chatbot import Chatbot
from chatbot.checking.folder import Folder
from chatbot.checking.quiz import quiz as check_quiz
from chatbot.content import QUIZ, QUIZ_TEXTS, Findings, load
from chatbot.errors import ContentError
from chatbot.folder import find_root
from chatbot.quantity import NBSP, Quantity, write_number
from chatbot.query import FACT_TOPICS, Outcome, Query, Topic
from chatbot.quiz import store
from chatbot.quiz.cards import Card, cards_of
from chatbot.quiz.marking import Mark, mark
from chatbot.quiz.rounds import MOST_CARDS, Quiz, answer, begin, missed_of
from chatbot.reply import AnsweredQuery, Reference, Reply
from tests.dose_style import findings

FUZZ = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
BOT = Chatbot()
CARDS = {card.id: card for card in cards_of(BOT)}
RIGHT = Mark("right")
CITATIONS = re.compile(r"; (?=[AB] \[)")
STORED = store.FILE
A_CARD = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)


def question_of(card: Card):
    fact = BOT.book.by_id[card.id]
    return next(question for question in BOT.content.quiz_questions if question.fits(fact))


def values_of(card: Card) -> list[Quantity]:
    """The values that are asked for, the amount first."""
    fact = BOT.book.by_id[card.id]
    found = [fact.values[key] for key in question_of(card).figures]
    assert all(isinstance(value, Quantity) for value in found)
    return sorted(found, key=lambda value: value.unit == "times/day")


def written(card: Card) -> str:
    """The right answer as the fact writes it: "5 mg three times daily", "10 to 30 % every 24 hours"."""
    first, *others = values_of(card)
    joined = "".join(f" {other}" if other.unit == "times/day" else f" every {other}" for other in others)
    return f"{first}{joined}"


def as_content(value: Quantity) -> str:
    """A quantity as content writes it: "30-40 mg/day"."""
    low, high = write_number(value.low), write_number(value.high)
    number = f"{low}-{high}" if value.is_range else low
    return f"{number} {value.unit}"


def marked(fact: str, line: str) -> Mark:
    return mark(BOT, CARDS[fact], line)


def started(topic: Topic | None = None, *, seed: int | None = 0, missed: tuple[str, ...] = ()) -> Quiz:
    quiz = begin(BOT, topic, seed=seed, missed=missed)
    assert quiz is not None
    return quiz


def answered(quiz: Quiz, *lines: str) -> tuple[list[str], Quiz]:
    """The texts after some answers; "right" stands for the right one."""
    texts = []
    for line in lines:
        text, quiz = answer(BOT, quiz, written(quiz.left[0]) if line == "right" else line)
        texts.append(text)
    return texts, quiz


# ------------------------------------------------------------------------------------------------------------- cards


def test_there_are_cards_for_two_rounds_and_more():
    assert len(CARDS) > 2 * MOST_CARDS


def test_no_two_cards_ask_the_same():
    assert len({card.question for card in CARDS.values()}) == len(CARDS)


def test_a_question_that_two_facts_answer_is_asked_of_neither():
    bot = Chatbot()
    fact = bot.book.by_id["oral.adult.maximum_dose"]
    bot.content = replace(bot.content, facts=(*bot.content.facts, replace(fact, id="another")))
    assert CARDS.keys() - {card.id for card in cards_of(bot)} == {fact.id}


def test_what_is_given_rarely_is_never_asked():
    assert not [fact for fact in CARDS if "reported_higher" in fact]


@A_CARD
def test_a_question_shows_no_figure_and_fills_all_its_slots(card):
    assert not any(char.isdigit() for char in card.question)
    assert not set("{}*") & set(card.question)
    assert card.question.endswith("?")
    assert card.question == " ".join(card.question.split())


@pytest.mark.parametrize("topic", FACT_TOPICS)
def test_a_topic_asks_only_of_its_own_facts(topic):
    quiz = begin(BOT, topic, seed=1)
    own = [fact for fact in CARDS if BOT.book.by_id[fact].topic is topic]
    assert (quiz is None) == (not own)
    if quiz:
        assert sorted(quiz.cards) == sorted(own)[:MOST_CARDS]
        assert quiz.question.startswith(f"1 of {len(own)}. ")


def test_content_without_a_quiz_has_none():
    bot = Chatbot()
    bot.content = replace(bot.content, quiz_questions=())
    assert begin(bot, None, seed=1) is None


# ----------------------------------------------------------------------------------------------------------- marking


@A_CARD
def test_the_facts_own_figures_are_right(card):
    assert mark(BOT, card, written(card)) == RIGHT
    assert mark(BOT, card, written(card).replace(NBSP, " ").upper().replace("MCG", "mcg")) == RIGHT
    first, *others = values_of(card)
    if not others:
        assert mark(BOT, card, as_content(first)) == RIGHT


@A_CARD
def test_the_facts_own_sentence_is_no_wrong_answer_to_it(card):
    """Whoever knows more of the fact than is asked is not marked down, unless it speaks of others too."""
    fact = BOT.book.by_id[card.id]
    assert mark(BOT, card, fact.sentence().replace("*", "")).key in ("right", "nearly")


@A_CARD
def test_no_card_takes_another_cards_answer_unless_it_is_the_same(card):
    for other in CARDS.values():
        given_ = mark(BOT, card, written(other))
        alike = {(figure.low, figure.high, figure.measure) for figure in (*card.asked, *card.own)}
        if not alike & {(figure.low, figure.high, figure.measure) for figure in other.asked}:
            assert given_ != RIGHT or card.asked[0].daily == other.asked[0].daily, (card.id, other.id)


@A_CARD
def test_a_number_without_its_unit_is_nearly_right(card):
    first = values_of(card)[0]
    bare = f"{first.low} to {first.high}" if first.is_range else f"{first.low}"
    made = mark(BOT, card, bare)
    assert made.key == "nearly"
    assert set(made.lacks) & {"unit", "rate"}


@pytest.mark.parametrize("end", ["low", "high"])
@A_CARD
def test_one_end_of_a_range_is_nearly_right_with_its_unit_and_wrong_without(card, end):
    first = values_of(card)[0]
    if first.is_range:
        one = Quantity.of(getattr(first, end), first.unit)
        made = mark(BOT, card, written(card).replace(str(first), str(one)))
        assert (made.key, made.lacks) == ("nearly", ("range",))
        assert mark(BOT, card, str(getattr(first, end))).key == "wrong"


@A_CARD
def test_a_slip_between_mg_and_mcg_is_wrong_and_said_to_be_dangerous(card):
    first = values_of(card)[0]
    mass, _, rest = first.unit.partition("/")
    if mass not in ("mg", "mcg"):
        return
    slip = replace(first, unit="/".join(filter(None, ("mcg" if mass == "mg" else "mg", rest))))
    line = written(card).replace(str(first), as_content(slip))
    assert mark(BOT, card, line) == Mark("wrong_thousandfold")
    assert mark(BOT, card, line.partition("/")[0]) == Mark("wrong_thousandfold")
    # The same amount in the other unit is right.
    factor = Decimal(1000) if mass == "mg" else Decimal("0.001")
    same = replace(slip, low=first.low * factor, high=first.high * factor)
    assert mark(BOT, card, written(card).replace(str(first), as_content(same))) == RIGHT


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ("oral.adult.starting_dose", "15 mg per day"),
        ("oral.adult.starting_dose", "5 mg tds"),
        ("oral.adult.starting_dose", "five milligrams thrice daily"),
        ("oral.adult.starting_dose", "5 mg every 8 hours"),
        ("oral.adult.starting_dose", "5000 mcg three times daily"),
        ("oral.adult.starting_dose", "15 mg a day in three doses"),
        ("oral.adult.titration", "5 mg every three days"),
        ("oral.adult.titration", "5 mg per dose every 72 hours"),
        ("oral.adult.titration", "5 mg tds every 3 days"),
        ("oral.adult.maximum_dose", "20 mg qds"),
        ("oral.adult.maximum_dose", "no more than 80 mg/day"),
        ("oral.elderly.maximum_dose", "30-40 mg/day"),
        ("oral.elderly.maximum_dose", "30 to 40 mg a day"),
        ("oral.elderly.maximum_dose", "30 mg to 40 mg per day"),
        ("oral.elderly.starting_dose", "5 mg, up to three times a day"),
        ("oral.renal_impairment.starting_dose", "2.5 mg to 5 mg twice daily"),
        ("oral.renal_impairment.starting_dose", "5-10 mg/day"),
        ("oral.pediatric.maintenance_dose", "2 mg per kg per day"),
        ("oral.pediatric.maintenance_dose", "0.5 mg/kg four times daily"),
        ("oral.pediatric.titration", "over 10 to 12 weeks"),
        ("oral.pediatric.titration", "weekly, over 10-12 weeks"),
        ("oral.adult.dosing_frequency", "tds"),
        ("oral.adult.dosing_frequency", "every 8 hours"),
        ("oral.adult.adverse_effects", "above 60 mg daily"),
        ("intrathecal.adult.screening_dose", "50 µg – 100 µg"),
        ("intrathecal.any.concentration", "0.5 mg per mL"),
        ("intrathecal.adult.titration.spinal", "10 to 30 per cent a day"),
        ("intrathecal.adult.titration.spinal", "10-30 % once daily"),
        ("intrathecal.any.monitoring.reassessment", "under a day"),
        ("intrathecal.pediatric.indications.timing", "3-6 mo"),
        ("any.any.stopping", "at least a week"),
        ("any.any.stopping", "not less than 7 days"),
    ],
)
def test_a_right_answer_may_be_written_in_many_ways(fact, line):
    assert marked(fact, line) == RIGHT


@pytest.mark.parametrize(
    ("fact", "line", "lacks"),
    [
        ("oral.adult.starting_dose", "5 mg", ("rate",)),
        ("oral.adult.starting_dose", "15 mg", ("rate",)),
        ("oral.adult.starting_dose", "5 tds", ("unit",)),
        ("oral.adult.starting_dose", "15 a day", ("unit",)),
        ("oral.adult.starting_dose", "5", ("unit", "rate")),
        ("oral.adult.maximum_dose", "80 mg", ("rate",)),
        ("oral.adult.titration", "5 mg", ("interval",)),
        ("oral.adult.titration", "5 every 3 days", ("unit",)),
        ("oral.elderly.maximum_dose", "40 mg", ("range", "rate")),
        ("oral.elderly.titration", "weekly", ("range",)),
        ("oral.adult.dosing_frequency", "three", ("rate",)),
        ("oral.pediatric.maintenance_dose", "2 mg/kg", ("rate",)),
        ("oral.pediatric.maintenance_dose", "2 mg", ("rest_of_unit",)),
        ("intrathecal.any.concentration", "500 mcg", ("rest_of_unit",)),
        ("intrathecal.adult.titration.spinal", "10 % every day", ("range",)),
        ("intrathecal.adult.titration.spinal", "10-30 %", ("interval",)),
        ("intrathecal.pediatric.indications.timing", "3 months", ("range",)),
    ],
)
def test_an_answer_is_nearly_right_where_something_is_missing_that_is_named(fact, line, lacks):
    assert marked(fact, line) == Mark("nearly", lacks)


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ("oral.adult.starting_dose", "5 mg per day"),
        ("oral.adult.starting_dose", "5 a day"),
        ("oral.adult.starting_dose", "5 mg twice daily"),
        ("oral.adult.starting_dose", "7.5 mg twice daily"),
        ("oral.adult.starting_dose", "5 mg or 10 mg three times daily"),
        ("oral.adult.starting_dose", "5 mg three times daily or 5 mg four times daily"),
        ("oral.adult.starting_dose", "not 5 mg three times daily"),
        ("oral.adult.starting_dose", "less than 5 mg three times daily"),
        ("oral.adult.starting_dose", "5 tablets three times daily"),
        ("oral.adult.starting_dose", "5 mg three times daily of gabapentin"),
        ("oral.adult.titration", "every 3 days"),
        ("oral.adult.titration", "5 mg per day every 3 days"),
        ("oral.adult.titration", "5 mg twice daily every 3 days"),
        ("oral.adult.maximum_dose", "70-80 mg per day"),
        ("oral.adult.maximum_dose", "> 80 mg per day"),
        ("oral.adult.maximum_dose", "80 mg per dose"),
        ("oral.adult.maximum_dose", "80 mL per day"),
        ("oral.adult.maximum_dose", "80 kg"),
        ("oral.adult.adverse_effects", "below 60 mg per day"),
        ("oral.pediatric.maximum_dose", "20 mg"),
        ("oral.pediatric.maintenance_dose", "2 mg per day"),
        ("oral.pediatric.titration", "every 10 to 12 weeks over 1 week"),
        ("intrathecal.adult.screening_dose", "50-100 mcg per day"),
        ("intrathecal.adult.screening_dose", "50-100 mcg three times daily"),
        ("intrathecal.adult.titration.spinal", "10-30 % twice daily"),
        ("intrathecal.any.monitoring.reassessment", "over 24 hours"),
        ("intrathecal.any.monitoring.reassessment", "24 days"),
        ("oral.adult.effectiveness", "75-96 % improved, spasms in 70-87 %"),
        ("any.any.stopping", "1 to 2 weeks"),
        ("any.any.stopping", "less than a week"),
    ],
)
def test_anything_else_is_wrong(fact, line):
    assert marked(fact, line) == Mark("wrong")


@pytest.mark.parametrize(
    "line", ["80 mg/day, not sure: l0 mg", "1,5 mg", "1.000 mg", "120 or 80 mg", "-5 mg", "٨٠ mg", "start low", "?"]
)
def test_what_cannot_be_read_for_certain_is_wrong_and_said_not_to_have_been_read(line):
    assert marked("oral.adult.maximum_dose", line) == Mark("unread")


@FUZZ
@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal(1000), places=2))
@example(Decimal(80))
def test_of_all_amounts_only_the_facts_own_is_right(amount):
    card = CARDS["oral.adult.maximum_dose"]
    made = mark(BOT, card, f"{amount.normalize():f} mg per day")
    assert (made == RIGHT) == (amount == values_of(card)[0].low)


@settings(FUZZ, max_examples=60)
@given(st.integers(1, 200), st.integers(1, 200))
@example(30, 40)
def test_of_all_ranges_only_the_facts_own_is_right(low, high):
    assume(low < high)
    card = CARDS["oral.elderly.maximum_dose"]
    first = values_of(card)[0]
    made = mark(BOT, card, f"{low} to {high} mg per day")
    assert (made == RIGHT) == ((low, high) == (first.low, first.high))


# ----------------------------------------------------------------------------------------------------------- hostile

HOSTILE = (
    "\x1b[2J\x1b]0;zqxwv\x07", "\x00\x07\x7f", "70\u200b mg\u202e per day zqxwv", "\ud800", "{{ 7 * 7 }} zqxwv",
    "{% for zqxwv in y %}", "{0} %s ${HOME} zqxwv", "<script>zqxwv</script>", "zqxwv " * 1700, "9" * 10_000,
    "(" * 10_000, "5 mg " * 2_000, "1 to " * 70, "mg " * 90, "💊 zqxwv",
)  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_wrong_and_never_shown_again(line):
    quiz = started(Topic.MAXIMUM_DOSE)
    text, after = answer(BOT, quiz, line)
    assert text.startswith("**Wrong")
    assert after.missed == quiz.left[:1]
    assert "zqxwv" not in text
    assert "49" not in text
    assert all(char in ("\n", NBSP) or unicodedata.category(char)[0] != "C" for char in text)


@settings(FUZZ, max_examples=150)
@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "Nl", "No")), max_size=60))
def test_no_text_without_a_number_has_an_exception_or_an_amount(line):
    assume(not {"three", "thrice", "tds", "tid"} & set(line.lower().split()))
    card = CARDS["oral.adult.starting_dose"]
    assert mark(BOT, card, line).key in ("wrong", "unread", "skipped")


@settings(FUZZ, max_examples=150)
@given(st.text(alphabet=f"{string.digits} mcgkLdaytosper/.,-–<>%×µ", max_size=40))
def test_no_text_of_figures_and_units_has_an_exception(line):
    for fact in ("oral.adult.titration", "oral.pediatric.maintenance_dose", "intrathecal.any.concentration"):
        assert marked(fact, line).key in QUIZ_TEXTS


# ------------------------------------------------------------------------------------------------------------ rounds


def test_the_same_seed_asks_the_same_and_another_something_else():
    rounds = [tuple(card.id for card in started(seed=seed).left) for seed in (3, 3, 4)]
    assert rounds[0] == rounds[1] != rounds[2]
    assert all(len(set(cards)) == MOST_CARDS for cards in rounds)


def test_without_a_seed_the_order_is_a_fresh_one():
    assert len({started(seed=None).cards for _ in range(5)}) > 1


def test_an_answer_is_marked_the_same_each_time_and_changes_nothing():
    quiz = started()
    assert answer(BOT, quiz, "5 mg") == answer(BOT, quiz, "5 mg")
    with pytest.raises(FrozenInstanceError):
        quiz.nearly = 5


def test_an_answer_shows_the_mark_the_facts_sentence_and_its_source():
    quiz = started(Topic.CONCENTRATION)
    [text], _ = answered(quiz, "right")
    verdict, sentence, source = text.partition("\n\n")[0].split("\n")
    fact = BOT.book.by_id[quiz.left[0].id]
    assert verdict == "**Right.**"
    assert sentence == fact.sentence()
    assert source.startswith("Source: A [5] ")


@pytest.mark.parametrize("line", ["", "  ", "skip", " SKIP "])
def test_a_question_that_is_skipped_is_missed_and_its_fact_is_shown(line):
    quiz = started()
    [text], after = answered(quiz, line)
    assert text.startswith("**Skipped.**\n")
    assert BOT.book.by_id[quiz.left[0].id].sentence() in text
    assert missed_of(after) == (quiz.left[0].id,)


def test_what_is_missing_is_named():
    quiz = started(Topic.DOSING_FREQUENCY)
    [text], _ = answered(quiz, "3")
    assert text.startswith('**Nearly.** Missing: how often, or "per day".\n')


def test_a_round_of_right_answers_is_over_after_ten():
    quiz = started()
    texts, after = answered(quiz, *["right"] * MOST_CARDS)
    assert after.is_over
    assert after.question == ""
    assert missed_of(after) == ()
    assert not any("Score" in text for text in texts[:-1])
    assert "Score: ten of ten right, zero nearly.\n\nDocument A" in texts[-1]
    assert texts[-1].endswith(BOT.renderer.disclaimer)
    assert answer(BOT, after, "80 mg") == ("", after)


def test_what_was_missed_is_asked_again_once_at_the_end():
    quiz = started()
    first, second, *_ = quiz.left
    texts, turned = answered(quiz, "", "999 mg", *["right"] * (MOST_CARDS - 2))
    assert "Score: eight of ten right, zero nearly. To be asked again: two." in texts[-1]
    assert not turned.is_over
    assert turned.left == (first, second)
    assert turned.question == f"Again, 1 of 2. {first.question}"
    texts, over = answered(turned, "right", "999 mg")
    assert "Asked again: one of two right. First next time: one." in texts[-1]
    assert over.is_over
    assert missed_of(over) == (second.id,)


def test_a_nearly_right_answer_is_counted_and_asked_again():
    quiz = started(Topic.CONCENTRATION)
    [text], after = answered(quiz, "500")
    assert "Score: zero of one right, one nearly. To be asked again: one." in text
    _, over = answered(after, "right")
    assert missed_of(over) == ()


def test_what_was_missed_comes_first_next_time():
    missed = tuple(sorted(CARDS)[::7])
    quiz = started(seed=5, missed=missed)
    assert set(quiz.cards[: len(missed)]) == set(missed)
    assert started(seed=5, missed=missed) == quiz


def test_what_was_missed_earlier_and_not_asked_is_not_forgotten():
    missed = ("oral.adult.titration", "oral.adult.maximum_dose", "a.fact.that.is.gone")
    quiz = started(Topic.MAXIMUM_DOSE, missed=missed)
    assert quiz.left[0].id == "oral.adult.maximum_dose"
    assert missed_of(quiz) == ("oral.adult.maximum_dose", "oral.adult.titration")
    _, after = answered(quiz, "right")
    assert missed_of(after) == ("oral.adult.titration",)
    _, after = answered(quiz, "999 mg")
    assert set(missed_of(after)) == {"oral.adult.maximum_dose", "oral.adult.titration"}


def test_a_round_that_is_left_keeps_what_is_still_to_be_asked_again():
    quiz = started()
    _, turned = answered(quiz, *[""] * 3, *["right"] * (MOST_CARDS - 3), "right")
    assert missed_of(turned) == tuple(card.id for card in quiz.left[1:3])


@settings(FUZZ, max_examples=25)
@given(st.integers(), st.lists(st.sampled_from(["right", "", "5 mg", "80", "?"]), min_size=20, max_size=20))
def test_every_round_ends_with_each_card_asked_once_or_twice(seed, lines):
    quiz = started(seed=seed)
    asked = 0
    while not quiz.is_over:
        number = asked if asked < MOST_CARDS else asked - MOST_CARDS
        assert quiz.question.removeprefix("Again, ").startswith(f"{number + 1} of {quiz.count}. ")
        _, quiz = answered(quiz, lines[asked])
        asked += 1
    assert MOST_CARDS <= asked <= 2 * MOST_CARDS
    assert set(missed_of(quiz)) <= set(quiz.cards)


# ------------------------------------------------------------------------------------------------------------- style


def as_reply(card: Card, text: str) -> Reply:
    """A marked answer as the reply whose parts the lint looks at: its source is a reference."""
    fact = BOT.book.by_id[card.id]
    said, _, rest = text.partition("\nSource: ")
    cited = tuple(
        Reference(number, name, part)
        for number, (name, part) in enumerate(
            zip(fact.cites, CITATIONS.split(rest.partition("\n")[0]), strict=False), 1
        )
    )
    query = Query(fact.topic, fact.route, fact.population)
    heading, disclaimer = BOT.content.wording["references"]["heading"], BOT.renderer.disclaimer
    return Reply(
        question="", outcome=Outcome.ANSWER, reason=None, queries=(AnsweredQuery(query, Outcome.ANSWER),),
        facts=(fact.id,), warnings=(), declined=(), text=f"{said}\n\n**{heading}**\n{rest}\n\n{disclaimer}",
        references=cited, suggestions=(), disclaimer=disclaimer, content_version="",
    )  # fmt: skip


@A_CARD
def test_every_text_is_written_in_style(card):
    quiz = replace(started(), left=(card,), count=1, cards=(card.id,))
    for line in ("right", "", "?", "999", "5", "50 mg", "50 mcg"):
        [text], _ = answered(quiz, line)
        # The tail of a round has no figure; references are looked at as a whole elsewhere.
        found = findings(as_reply(card, text.partition("\n\n")[0]), BOT.content)
        assert not found, found
    asked = replace(as_reply(card, card.question), outcome=Outcome.CLARIFY, facts=())
    assert not findings(asked, BOT.content)


# ------------------------------------------------------------------------------------------------------------- store


def test_what_is_kept_is_read_again(tmp_path):
    folder = tmp_path / "state" / "chatbot"
    assert store.load(folder) == ()
    store.save(folder, ["b", "a", "b"])
    assert store.load(folder) == ("b", "a")
    assert json.loads((folder / STORED).read_text(encoding="utf-8")) == {"missed": ["b", "a"]}
    store.save(folder, [])
    assert store.load(folder) == ()


def test_only_its_owner_can_read_what_is_kept_and_nothing_else_is_left_there(tmp_path):
    store.save(tmp_path, ["a"])
    store.save(tmp_path, ["b"])
    assert [path.name for path in tmp_path.iterdir()] == [STORED]
    assert stat.S_IMODE((tmp_path / STORED).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"missed": "a"}',
        b'{"missed": [1]}',
        b'{"missed": null}',
        b"\xff\xfe",
        b"[" * 99_999,
    ],
)
def test_a_damaged_file_holds_nothing(tmp_path, kept):
    (tmp_path / STORED).write_bytes(kept)
    assert store.load(tmp_path) == ()


def test_a_folder_in_the_place_of_the_file_holds_nothing_and_cannot_be_written(tmp_path):
    (tmp_path / STORED).mkdir()
    assert store.load(tmp_path) == ()
    with pytest.raises(OSError, match=STORED):
        store.save(tmp_path, ["a"])
    assert [path.name for path in tmp_path.iterdir()] == [STORED]


def test_what_cannot_be_written_is_an_os_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        store.save(tmp_path / "file", ["a"])


# ------------------------------------------------------------------------------------------------------------- check


@pytest.fixture(scope="module")
def content(tmp_path_factory) -> Path:
    """The project's answers with hardly any phrases, for speed."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(find_root() / "answers", folder / "answers")
    (folder / "intents" / "vocabulary").mkdir(parents=True)
    (folder / "intents" / "vocabulary" / "medicine.yaml").write_text("names: some\n")
    # Silent subjects need phrases.
    return folder


def found_in(content: Path, old: str, new: str) -> list[ContentError]:
    """What is found where the first old of the quiz is new; all else is the same before and after."""
    path = content / QUIZ
    whole = path.read_text(encoding="utf-8")
    assert old in whole, f"the quiz holds {old!r} no longer: break something else"
    path.write_text(whole.replace(old, new, 1), encoding="utf-8")
    try:
        collected = Findings(strict=False)
        check_quiz(Folder(load(content, collected), collected))
    finally:
        path.write_text(whole, encoding="utf-8")
    return collected.found


def line_of(piece: str) -> int:
    text = (find_root() / QUIZ).read_text(encoding="utf-8")
    return text.count("\n", 0, text.index(piece)) + 1


def test_the_projects_own_quiz_has_no_finding(content):
    assert found_in(content, "questions:", "questions:") == []


@pytest.mark.parametrize("key", ["questions", *QUIZ_TEXTS])
def test_a_part_of_the_quiz_that_is_missing_is_reported_and_stops_the_chatbot_from_starting(content, key):
    missing, unknown = sorted(found_in(content, f"\n{key}:", f"\n{key}_gone:"), key=lambda finding: finding.problem)[
        ::-1
    ]
    missing, unknown = sorted((missing, unknown), key=lambda finding: "unknown" in finding.problem)
    assert (missing.file, missing.problem) == (QUIZ, f"the quiz has no {key!r}")
    assert unknown.problem == f"the quiz has an unknown key '{key}_gone'"
    assert missing.line
    assert missing.mend


BROKEN = {
    "an unknown slot of a text": (
        "{right} of {count} right, {nearly}",
        "{right} of {total} right, {nearly}",
        "{total}",
    ),
    "an unknown slot of a question": ("dose raised{how}{who}?", "dose raised{by}{who}?", "{by}"),
    "a figure in a text": ("Such a slip is dangerous", "Such a slip is 1000 times too much", "the figure '1000'"),
    "a short form": ("Over how long is the dose raised", "Over how long is the PO dose raised", "short form"),
    "a directive": ("mind the unit", "mind your unit", "tells a person"),
    "an open slot": ("{citations}", "{citations", "does not close"),
    "an open bold mark": ("**Skipped.**", "**Skipped.", "does not close"),
    "a text that is none": ("skipped: ", "skipped: [a]\n#", "is no text"),
    "an unknown topic": ("topic: maximum_dose", "topic: the_maximum", "unknown topic 'the_maximum'"),
    "an unknown bound": ("bound: upper", "bound: top", "unknown bound 'top'"),
    "an unknown key": ("  bound: upper", "  border: upper", "unknown key 'border'"),
    "no topic": ("- topic: screening_dose\n  figures", "- figures", "no 'topic'"),
    "no figures": ("figures: [bolus]", "figures: []", "asks for nothing"),
    "figures that are no list": ("figures: [bolus]", "figures: bolus", "is no list"),
    "figures that no fact holds": ("figures: [bolus]", "figures: [boluses]", "asks for 'boluses' of screening_dose"),
    "a detail that no fact has": ("detail: catheter", "detail: catheters", "of complications (catheters)"),
    "a unit that no answer is read in": (
        "figures: [concentration]",
        "figures: [concentration]\n- {topic: precautions, detail: pediatric_cases, figures: [cases]}",
        "no answer is read in cases",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), BROKEN.values(), ids=BROKEN)
def test_one_broken_thing_is_one_finding_with_its_line_and_mend(content, old, new, problem):
    [finding] = found_in(content, old, new)
    assert problem in finding.problem
    assert finding.file == QUIZ
    assert abs(finding.line - line_of(old)) <= 2
    assert finding.mend


def test_content_without_a_quiz_is_one_finding_and_no_error(content, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(content, copy)
    (copy / QUIZ).unlink()
    collected = Findings(strict=False)
    loaded = load(copy, collected)
    check_quiz(Folder(loaded, collected))
    assert [(finding.file, finding.problem) for finding in collected.found] == [(QUIZ, "no wording of the quiz")]
    assert loaded.quiz_questions == ()
