"""What a line could become: whole questions that have an answer, and the terminal's own words.

Few questions are typed as they are offered ("max dose eld"), so each typed word is held against the words of a
question, the one-word examples of its topic, and what the vocabulary calls its population and route.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.fuzz import ratio

from chatbot.dosing.resolve import resolve
from chatbot.language.normalise import stem
from chatbot.query import FACT_TOPICS, Outcome, Population, Query, Route, Topic, WarningCode

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

LEAST_LIKE = 78.0  # likeness (0 to 100) below which a question is not offered
LONGEST = 120  # characters; a line with more is past becoming one of our short questions
MOST_WORDS = 8  # of those that tell what is asked; no question that is offered has more
SHORTEST_SLIP = 3  # letters; in shorter words a slip leaves nothing to go by
OF_TOPICS = frozenset({"/help", "/examples", "/quiz"})  # words of the terminal that a topic may follow
ARTICLES = frozenset({"a", "an", "the"})


class Candidate(NamedTuple):
    """A whole line that could be meant, and a few words on it."""

    text: str
    note: str


class _Question(NamedTuple):
    """A question that has an answer, and the words by which it is found."""

    candidate: Candidate
    words: frozenset[str]


def examples(bot: Chatbot, topic: Topic | None = None) -> list[str]:
    """Questions of a topic that have an answer, the most general first; without a topic, the first of each."""
    if topic:
        return [text for query, text in _answered(bot) if query.topic is topic]
    return list({query.topic: text for query, text in reversed(_answered(bot))}.values())[::-1]


class Completer:
    """Finds lines for what was typed so far. words: the terminal's own, "/help" and the like, with what each does."""

    def __init__(self, bot: Chatbot, words: Sequence[tuple[str, str]]) -> None:
        self._bot = bot
        self._commands = [Candidate(_plain(word), _plain(what)) for word, what in words]

    def candidates(self, text: str, limit: int = 8) -> list[Candidate]:
        """At most limit lines, the likeliest first; for an empty line a question of each topic."""
        typed = _plain(text).lower()
        if len(typed) > LONGEST:
            return []
        if text.startswith("/"):
            return self._of_commands(text.lower())[:limit]
        return (self._of_questions(typed) if typed else self._openings)[:limit]

    # ------------------------------------------------------------------------------------------- the terminal's words

    def _of_commands(self, typed: str) -> list[Candidate]:
        """The terminal's words that begin so; behind some of them, the topics that do."""
        word, space, rest = typed.partition(" ")
        if not space:
            return [command for command in self._commands if command.text.startswith(word)]
        if word not in OF_TOPICS or all(command.text != word for command in self._commands):
            return []
        begins = rest.strip().replace("_", " ")
        named = ((topic.replace("_", " "), self._note(topic)) for topic in FACT_TOPICS)
        return [Candidate(f"{word} {name}", note) for name, note in named if _begin(begins, name, note)]

    # ------------------------------------------------------------------------------------------------------ questions

    def _of_questions(self, typed: str) -> list[Candidate]:
        """The questions that are like what was typed: those that begin so, then by likeness, then the shortest."""
        telling = self._telling(typed)
        if not telling:
            return []
        likeness = [{other: _likeness(word, other) for other in self._words} for word in telling]
        ranked = []
        for question in self._questions:
            text = question.candidate.text
            begins = _begin(typed, text)
            like = _mean(telling, [max(map(scores.__getitem__, question.words)) for scores in likeness])
            if begins or like >= LEAST_LIKE:
                ranked.append((not begins, -like, len(text), text, question.candidate))
        return [candidate for *_, candidate in sorted(ranked)]

    def _telling(self, typed: str) -> list[str]:
        """The words that tell what is asked; all of them where none does ("how is the")."""
        small = self._bot.reader.lexicon.function_words | ARTICLES
        words = list(dict.fromkeys(typed.replace("?", " ").split()))
        return ([word for word in words if stem(word) not in small] or words)[:MOST_WORDS]

    @cached_property
    def _openings(self) -> list[Candidate]:
        first = set(examples(self._bot))
        return [question.candidate for question in self._questions if question.candidate.text in first]

    @cached_property
    def _questions(self) -> list[_Question]:
        return [self._question(query, text) for query, text in _answered(self._bot)]

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset().union(*(question.words for question in self._questions))

    def _question(self, query: Query, text: str) -> _Question:
        note = self._note(query.topic)
        vocabulary = self._bot.content.vocabulary
        called = (
            *vocabulary.get(f"population.{query.population}", ()),
            *vocabulary.get(f"route.{query.route}", ()),
            *self._phrases[query.topic],
        )
        words = f"{text} {note}".lower().replace("?", " ").split()
        words += [phrase for phrase in called if " " not in phrase]
        return _Question(Candidate(text, note), frozenset(words))

    @cached_property
    def _phrases(self) -> Mapping[str, Sequence[str]]:
        """The examples in intents/ of each topic as a whole."""
        found: dict[str, list[str]] = defaultdict(list)
        for intent in self._bot.content.intents:
            if not intent.detail:
                found[intent.group].extend(intent.phrases)
        return found

    def _note(self, topic: Topic) -> str:
        return _plain(str(self._bot.content.wording["topics"][topic]))


def _answered(bot: Chatbot) -> list[tuple[Query, str]]:
    """Every query that has an answer of its own, as a question; topic by topic, the most general first."""
    found: dict[str, Query] = {}
    for topic, population, route in product(FACT_TOPICS, (None, *Population), (None, *Route)):
        query = Query(topic, route, population)
        answer = resolve(query, bot.book)
        # Statements of other people are no good example of what is known of a population.
        lent = population and WarningCode.POPULATION_FALLBACK in answer.warnings
        if answer.outcome is Outcome.ANSWER and not lent:
            found.setdefault(_plain(bot.renderer.questions([query])[0]), query)
    return [(query, text) for text, query in found.items()]


def _begin(typed: str, *texts: str) -> bool:
    return any(text.lower().startswith(typed) for text in texts)


def _likeness(typed: str, word: str) -> float:
    """How much a word is like one of which perhaps only the beginning is typed, from 0 to 100."""
    if word.startswith(typed):
        return 100.0
    # The first letter is seldom wrong.
    slip = len(typed) >= SHORTEST_SLIP and word[:1] == typed[:1]
    return ratio(typed, word[: len(typed)]) if slip else 0.0


def _mean(words: Sequence[str], scores: Sequence[float]) -> float:
    """The mean of the words' scores; long words, which say more, count for more."""
    return sum(len(word) * score for word, score in zip(words, scores, strict=True)) / sum(map(len, words))


def _plain(text: str) -> str:
    """Text on one line, without characters that a terminal would obey."""
    return "".join(filter(str.isprintable, " ".join(text.split())))
