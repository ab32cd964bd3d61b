"""What of a line is understood, while it is typed: places in it, for whoever colours them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from chatbot.language.matcher import TOPICS
from chatbot.language.vocabulary import SLOT_KINDS
from chatbot.query import Outcome

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.language.understanding import Understanding

LONGEST = 400  # characters; a line with more is read when it is sent
KEPT = 64  # lines: the one that is typed is looked at again with every stroke and every move of the cursor
SHORTEST_UNREAD = 3  # letters; the reader looks at no shorter word that nobody knows

Kind = Literal["number", "slot", "topic", "danger", "unread"]


class Mark(NamedTuple):
    """A stretch of the line as it was typed, start to end (exclusive), and what it was read as."""

    start: int
    end: int
    kind: Kind


def marks(bot: Chatbot, text: str) -> list[Mark]:
    """What was understood of a line, in its order and without overlaps; nothing of a word of the terminal.

    The kinds: number, slot (population, route, origin, medicine …), topic (a word that the examples of what is asked
    hold), danger (in an emergency, what it rests on), unread (a word that nobody knows).
    """
    if not text or len(text) > LONGEST or text.startswith("/"):
        return []
    return list(_marks(bot, text))


@lru_cache(maxsize=KEPT)
def _marks(bot: Chatbot, text: str) -> tuple[Mark, ...]:
    bot.reader.matcher.prepare()  # a line is read with every stroke, so the index pays at once
    meaning = bot.reader.read(text)
    kinds: list[Kind | None] = [None] * len(text)
    # Where two meet, the later counts for more.
    for found in (_topic_words, _slots, _unread, _danger, _numbers):
        for mark in found(bot, meaning):
            kinds[mark.start : mark.end] = [mark.kind] * (mark.end - mark.start)
    out: list[Mark] = []
    place = 0
    for kind, stretch in groupby(kinds):
        end = place + len(list(stretch))
        if kind:
            out.append(Mark(place, end, kind))
        place = end
    return tuple(out)


def _topic_words(bot: Chatbot, meaning: Understanding) -> Iterator[Mark]:
    """The words that speak for what is asked, those aside that every topic uses."""
    matcher, small = bot.reader.matcher, bot.reader.lexicon.function_words
    groups = _groups(meaning)
    for token in meaning.evidence.tokens:
        common = token.kind != "word" or token.stem in small or matcher.is_common(token.stem)
        if not common and matcher.is_in(token.stem, groups):
            yield Mark(token.start, token.end, "topic")
    yield from _mentioned(meaning, "topic", frozenset({"subject"} if any(map(_is_of_subject, groups)) else ()))
    if any(ask.requests for ask in meaning.asks):
        yield from _mentioned(meaning, "topic", frozenset({"sums"}))


def _groups(meaning: Understanding) -> set[str]:
    """The topics and silent subjects that are asked for, or are in question where that is not clear yet."""
    asks = (*meaning.asks, *meaning.pending)
    found = {*(ask.topic for ask in asks if ask.topic), *(f"subject/{ask.subject}" for ask in asks if ask.subject)}
    if meaning.outcome is Outcome.CLARIFY:
        leading = (rows[0].group for _, rows in meaning.evidence.candidates if rows)
        found.update(group for group in leading if group in TOPICS or _is_of_subject(group))
    return found


def _is_of_subject(group: str) -> bool:
    return group.startswith("subject/")


def _slots(_bot: Chatbot, meaning: Understanding) -> Iterator[Mark]:
    yield from _mentioned(meaning, "slot", frozenset(SLOT_KINDS))


def _unread(bot: Chatbot, meaning: Understanding) -> Iterator[Mark]:
    """The words that nobody knows, and those that stopped a dose from being shown."""
    lexicon = bot.reader.lexicon
    for token in meaning.evidence.tokens:
        unknown = token.kind == "word" and len(token.text) >= SHORTEST_UNREAD and not lexicon.is_word(token)
        if unknown or token in meaning.evidence.unread:
            yield Mark(token.start, token.end, "unread")


def _numbers(_bot: Chatbot, meaning: Understanding) -> Iterator[Mark]:
    for reading in meaning.evidence.readings:
        yield Mark(reading.start, reading.end, "number")


def _danger(_bot: Chatbot, meaning: Understanding) -> Iterator[Mark]:
    yield from _mentioned(meaning, "danger", frozenset({"emergency"}))


def _mentioned(meaning: Understanding, kind: Kind, kinds: frozenset[str]) -> Iterator[Mark]:
    """The phrases of some kinds of the vocabulary, without those that the line denies."""
    evidence = meaning.evidence
    for mention in evidence.mentions:
        if mention.kind in kinds and mention.start < mention.end and mention not in evidence.negated:
            yield Mark(evidence.tokens[mention.start].start, evidence.tokens[mention.end - 1].end, kind)
