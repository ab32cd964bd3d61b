"""A round of the quiz: a state and a line go in, a text and the next state come out.

What is asked and said stands in answers/quiz.yaml, every figure in the facts. Whoever asks reads an answer for danger
first.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.bot import Chatbot
from chatbot.content import Fact, Value, fill, write_value
from chatbot.quantity import NUMBER_WORDS
from chatbot.query import Topic
from chatbot.quiz.cards import Card, cards_of
from chatbot.quiz.marking import Mark, mark
from chatbot.rendering import References, describe

MOST_CARDS = 10


@dataclass(frozen=True, slots=True)
class Quiz:
    """A round: two turns, the second of what was missed in the first. Whatever was not right was missed.

    question is the text to show now ('' when the round is over). count is how many cards the turn has; left are those
    still to be answered, the one that is asked first; missed and nearly are of this turn. earlier are the ids that
    were missed before the round.
    """

    question: str
    count: int
    left: tuple[Card, ...]
    missed: tuple[Card, ...] = ()
    nearly: int = 0
    again: bool = False
    cards: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to answer."""
        return not self.left


def begin(bot: Chatbot, topic: Topic | None, *, seed: int | None, missed: Sequence[str] = ()) -> Quiz | None:
    """A round of at most ten cards of a topic (None: of all); None where it has none.

    seed: the same one asks the same questions in the same order (None: a fresh one). missed: ids of the cards that come
    first; ids of cards that are no more, or of another topic, are passed over.
    """
    known = cards_of(bot)
    cards = [card for card in known if topic in (None, bot.book.by_id[card.id].topic)]
    if not cards:
        return None
    random.Random(seed).shuffle(cards)  # noqa: S311 - an order to practise in is no secret
    cards.sort(key=lambda card: card.id not in missed)
    chosen = tuple(cards[:MOST_CARDS])
    ids = tuple(card.id for card in chosen)
    earlier = tuple(name for name in dict.fromkeys(missed) if any(name == card.id for card in known))
    return _asking(bot, Quiz("", len(chosen), chosen, cards=ids, earlier=earlier))


def answer(bot: Chatbot, quiz: Quiz, line: str) -> tuple[str, Quiz]:
    """The text to show after an answer, and the next state.

    The text is the mark and the fact with its source, and after a turn's last card the score. It is '' where the round
    is over already.
    """
    if quiz.is_over:
        return "", quiz
    card, *left = quiz.left
    made = mark(bot, card, line)
    missed = quiz.missed if made.key == "right" else (*quiz.missed, card)
    moved = replace(quiz, left=tuple(left), missed=missed, nearly=quiz.nearly + (made.key == "nearly"))
    shown = _marked(bot, bot.book.by_id[card.id], made)
    if left:
        return shown, _asking(bot, moved)
    end, moved = _turned(bot, moved)
    return f"{shown}\n\n{end}", _asking(bot, moved)


def missed_of(quiz: Quiz) -> tuple[str, ...]:
    """The ids to begin with next time: what was missed and not made good, and what was missed earlier and not asked."""
    missed = [card.id for card in quiz.missed]
    asked = set(quiz.cards) - {card.id for card in quiz.left}
    waiting = [card.id for card in quiz.left if quiz.again or card.id in quiz.earlier]
    return tuple(dict.fromkeys((*missed, *waiting, *(name for name in quiz.earlier if name not in asked))))


def _turned(bot: Chatbot, quiz: Quiz) -> tuple[str, Quiz]:
    """What is said at the end of a turn, and the turn after it: what was missed once more, or nothing."""
    counts = {"right": quiz.count - len(quiz.missed), "count": quiz.count, "nearly": quiz.nearly}
    slots: dict[str, Value] = {key: NUMBER_WORDS[count] for key, count in counts.items()}
    lines = [_say(bot, "score_again" if quiz.again else "score", slots)]
    if quiz.missed:
        count = NUMBER_WORDS[len(quiz.missed)]
        lines.append(_say(bot, "next_time" if quiz.again else "coming_again", {"missed": count}))
    if quiz.missed and not quiz.again:
        return " ".join(lines), replace(quiz, count=len(quiz.missed), left=quiz.missed, missed=(), nearly=0, again=True)
    return "\n\n".join((" ".join(lines), *_provenance(bot, quiz))), quiz


def _provenance(bot: Chatbot, quiz: Quiz) -> Iterator[str]:
    """The documents that the round's facts come from, and the disclaimer."""
    references = References(bot.content)
    for name in quiz.cards:
        references.marks(bot.book.by_id[name])
    yield "\n".join(references.documents())
    yield bot.renderer.disclaimer


def _asking(bot: Chatbot, quiz: Quiz) -> Quiz:
    """The state with the question that it asks."""
    if quiz.is_over:
        return replace(quiz, question="")
    slots: dict[str, Value] = {
        "number": quiz.count - len(quiz.left) + 1,
        "count": quiz.count,
        "question": quiz.left[0].question,
    }
    return replace(quiz, question=_say(bot, "asked_again" if quiz.again else "asked", slots))


def _marked(bot: Chatbot, fact: Fact, made: Mark) -> str:
    """The mark in words, the fact, and what it cites."""
    missing = write_value(tuple(_say(bot, f"missing_{lack}") for lack in made.lacks)) if made.lacks else ""
    wording = bot.content.wording["references"]
    cited = "; ".join(describe(bot.content.citations[name], wording).rstrip(".") for name in fact.cites)
    first = _say(bot, made.key, {"missing": missing})
    return "\n".join((first, fact.sentence(), _say(bot, "source", {"citations": f"{cited}."})))


def _say(bot: Chatbot, key: str, slots: Mapping[str, Value] | None = None) -> str:
    return fill(str(bot.content.quiz[key]), slots or {})
