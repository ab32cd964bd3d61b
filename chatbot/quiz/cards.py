"""The questions that the quiz can ask: one for each fact that has one right answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chatbot.bot import Chatbot
from chatbot.calculation import Basis
from chatbot.content import Fact, QuizQuestion, fill
from chatbot.quantity import Quantity
from chatbot.query import Query, Topic
from chatbot.quiz.figures import FREQUENCY, MEASURED, TIMED, Figure, Measure


@dataclass(frozen=True, slots=True)
class Card:
    """A question on one fact (id): the figures that are its right answer, and all that the fact holds.

    numbers are those of the fact as it writes them. bound is lower or upper where it asks for a bound, else ''.
    """

    id: str
    question: str
    asked: tuple[Figure, ...]
    own: tuple[Figure, ...]
    numbers: frozenset[Decimal]
    bound: str

    def asks(self, measure: Measure) -> bool:
        """Whether a figure of a measure is asked for."""
        return any(figure.measure is measure for figure in self.asked)


def cards_of(bot: Chatbot) -> tuple[Card, ...]:
    """A card for each fact that can be asked for one right answer, in the order of the facts."""
    cards = tuple(card for fact in bot.content.facts if (card := _card(bot, fact)))
    # A question that two facts answer has no one right answer.
    asked = Counter(card.question for card in cards)
    return tuple(card for card in cards if asked[card.question] == 1)


def _card(bot: Chatbot, fact: Fact) -> Card | None:
    question = next((question for question in bot.content.quiz_questions if question.fits(fact)), None)
    if question is None:
        return None
    quantities = {key: value for key, value in fact.values.items() if isinstance(value, Quantity)}
    times = _times([*quantities.values()])
    amounts = [quantities[key] for key in question.figures if quantities[key].unit != FREQUENCY]
    rated = len(amounts) < len(question.figures)
    usual = times or _usual_times(bot, fact)
    figures = [
        _figure(amount, times if rated or "/day" in amount.unit else usual, rated=rated)
        for amount in amounts or [quantities[key] for key in question.figures]
    ]
    own = [_figure(quantity, times, rated=times is not None) for quantity in quantities.values()]
    asked = tuple(figure for figure in figures if figure)
    if len(asked) < len(figures):
        return None
    return Card(
        id=fact.id,
        question=_question(bot, fact, question),
        asked=asked,
        own=tuple(figure for figure in own if figure),
        numbers=frozenset(number for quantity in quantities.values() for number in (quantity.low, quantity.high)),
        bound=question.bound,
    )


def _question(bot: Chatbot, fact: Fact, question: QuizQuestion) -> str:
    """What is asked of a fact: the quiz's own question, or the one that is offered for its topic."""
    if not question.question:
        return bot.renderer.questions([Query(fact.topic, fact.route, fact.population, fact.origin)])[0]
    wording = bot.content.wording
    origin = ""
    if fact.origin:
        origin = fill(str(bot.content.quiz["of_origin"]), {"origin": wording["origins"][fact.origin]})
    return fill(
        question.question,
        {
            "medicine": bot.renderer.medicine,
            "how": wording["how"].get(str(fact.route), ""),
            "who": wording["who"].get(str(fact.population), ""),
            "origin": origin,
        },
    )


def _times(quantities: Sequence[Quantity]) -> int | None:
    """The doses a day among quantities."""
    return next((int(quantity.low) for quantity in quantities if quantity.unit == FREQUENCY), None)


def _usual_times(bot: Chatbot, fact: Fact) -> int | None:
    """How many doses a day the sources give by this route and to these people."""
    if fact.route is None:
        return None
    facts = bot.book.exactly(Topic.DOSING_FREQUENCY, fact.route, fact.population)
    return _times([value for fact in facts for value in fact.values.values() if isinstance(value, Quantity)])


def _figure(quantity: Quantity, times: int | None, *, rated: bool) -> Figure | None:
    """A quantity of a fact as a figure; None where its unit cannot be asked for."""
    if quantity.unit not in MEASURED:
        return None
    measure, factor, basis = MEASURED[quantity.unit]
    timed = measure in TIMED
    return Figure(
        low=quantity.low * factor,
        high=quantity.high * factor,
        measure=measure,
        factor=factor,
        basis=basis,
        times=times if timed else None,
        rated=timed and (rated or basis in (Basis.DAY, Basis.HOUR)),
    )
