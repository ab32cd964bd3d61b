"""Which topic do words speak of? Evidence learned from the example utterances of intents/, ranked, with margins.

Each word and each pair of neighbouring words of a question gives evidence for the groups (topics, silent subjects,
chat, off-topic) in whose examples it is commoner than elsewhere: a smoothed log-odds, never negative, so that a word
nobody knows is no evidence against anything. Where the leading groups are close, RapidFuzz compares the question with
their examples. What this gives over whole-sentence similarity is that a question with three familiar words in a new
order still scores, and one with none of them scores nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from chatbot.content import Intent
from chatbot.language.normalise import stem
from chatbot.language.vocabulary import Lexicon
from chatbot.query import Topic

# Chosen on questions that no example was written from; see docs/matching.md for the figures.
SMOOTHING = 15.0  # how many phrases' worth of "everything is equally likely" a group starts with
EXAMPLES_PER_SMOOTHING = 4.0  # with few examples in all, it is one for so many of an average group
SINGLE_SIGHTING = 0.6  # trust in a word seen in one phrase only; grows towards 1 with every further phrase
COMMON = 0.4  # share of the topics from which a word is common to all
SMALL_GROUP = 60  # phrases; a group with fewer counts as this large, or one sighting would weigh too much
STRONGEST_WORD = 4.5  # no word says more than this, however rare it is elsewhere
PAIR_WEIGHT = 0.85  # a pair repeats what its words said, so it counts for less
FAINT = 0.3  # evidence below this is noise
FADING = 0.9  # how much each further piece of evidence counts against the one before it
CLOSE_EXAMPLE = 80.0  # RapidFuzz ratio from which a question is as good as a known example
CLOSE_BONUS = 2.0
KNOWN_EXAMPLE = 4.0  # what words gain that are a known example to the letter
CONTENDERS = 4  # groups that are compared with their examples

# Words that hold others together: at an end, or in a pair with one that says nothing, they say nothing.
_SMALL = frozenset({"a", "an", "the", "in", "for", "of", "on", "with", "and", "to", "by", "at"})
# Words that go with a figure, and that put one thing in place of another: without any other they ask nothing
# ("per day", in answer to "which unit?"; "and if it were a brain injury instead?").
_ASKLESS = _SMALL.union(map(stem, ("per", "each", "every", "day", "daily", "hour", "hourly"))).union(
    ("instead", "rather", "actually", "if", "it", "was", "were", "is", "but", "now", "then", "say", "said")
)
TOPICS = frozenset(map(str, Topic))


class Candidate(NamedTuple):
    """A group with its score, and the example that came nearest to the question (ratio 0 to 100)."""

    group: str
    score: float
    example: str = ""
    ratio: float = 0.0


class Matcher:
    """Scores words against the groups of a content folder's intents."""

    def __init__(self, intents: Iterable[Intent], lexicon: Lexicon, pronouns: Iterable[str] = ()) -> None:
        """lexicon: its synonyms count as one word, its slot words not at all. pronouns: words that say nothing."""
        self._silent = frozenset(map(stem, pronouns))
        self._same = {stem(word): f"={name}" for name, words in lexicon.synonyms.items() for word in words}
        self._slots = frozenset(lexicon.slot_words)
        self._examples: dict[str, list[str]] = defaultdict(list)
        self._details: dict[str, list[Intent]] = defaultdict(list)
        # Groups in the alphabet's order, so that nothing depends on the order of files.
        for intent in sorted(intents, key=lambda intent: (intent.group, intent.detail)):
            self._details[intent.group].append(intent)
            self._examples[intent.group].extend(intent.phrases)
        self._sizes = {group: len(phrases) for group, phrases in self._examples.items()}
        self._words: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._learn()
        self._total = sum(self._sizes.values()) or 1
        # A folder of a few examples must not drown in what is meant for thousands.
        average = self._total / max(len(self._sizes), 1)
        self._small, self._smoothing = min(SMALL_GROUP, average), min(SMOOTHING, average / EXAMPLES_PER_SMOOTHING)
        self._weights: dict[str, dict[str, float]] = {}
        self._common: dict[str, bool] = {}
        self._ordered: dict[str, list[str]] = {}
        self._detail_counts: dict[str, dict[str, Counter[str]]] = {}
        self._counts: dict[str, dict[str, int]] | None = None

    def _read(self, phrases: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
        """The stems of each phrase without its slots, and whether it had any."""
        words, slots = self._words, self._slots
        for word in set(" ".join(phrases).replace("-", " ").split()).difference(words):
            root = stem(word)
            words[word] = self._same.get(root, root)
        for phrase in phrases:
            stems = [words[word] for word in phrase.replace("-", " ").split()]
            if slots.isdisjoint(stems):
                yield stems, False
            else:
                yield [word for word in stems if word not in slots], True

    def _learn(self) -> None:
        """Each group's examples as one text, and which examples are known to the letter.

        An example that a slot was taken from is known only where what is left of it belongs to no other group.
        """
        whole: dict[str, str] = {}
        rest: dict[str, str] = {}
        for group, phrases in self._examples.items():
            lines = []
            for stems, had_slots in self._read(phrases):
                lines.append("  ".join(stems))
                key = " ".join(_bare(stems))
                if not had_slots:
                    whole[key] = group
                elif len(stems) > 1 and rest.setdefault(key, group) != group:
                    rest[key] = ""
            self._texts[group] = _text(lines)
        self._known = {key: group for key, group in rest.items() if group} | whole

    def prepare(self) -> None:
        """Count all words and pairs at once, for a process that answers many questions."""
        if self._counts is None:
            self._counts = {}
            for group, text in self._texts.items():
                for feature, count in _count_all(text).items():
                    self._counts.setdefault(feature, {})[group] = count

    def _count(self, feature: str) -> dict[str, int]:
        """How often a word or pair stands in each group's examples; groups without it are left out."""
        if self._counts is not None:
            return self._counts.get(feature, {})
        return _count_in(self._texts, feature)

    def joined(self, stems: Sequence[str]) -> list[str]:
        """Stems with each synonym as the name of its line."""
        return [self._same.get(word, word) for word in stems]

    def used_in(self, word: str, groups: Collection[str]) -> bool:
        """Whether a topic, or one of some other groups, has the word in its examples."""
        found = self._count(self._same.get(word, word))
        return any(group in TOPICS or group in groups for group in found)

    def is_in(self, word: str, groups: Collection[str]) -> bool:
        """Whether one of the groups has the word in its examples."""
        return not set(groups).isdisjoint(self._count(self._same.get(word, word)))

    def is_common(self, word: str) -> bool:
        """Whether so many topics use the word that alone it asks for none; a line of synonyms is never common."""
        found = self._common.get(word)
        if found is None:
            topics = sum(group in TOPICS for group in self._texts)
            users = sum(group in TOPICS for group in self._count(word))
            found = self._common[word] = word not in self._same and users > COMMON * topics
        return found

    def only_in(self, word: str, group: str) -> bool:
        """Whether the examples of one group alone hold the word."""
        return list(self._count(self._same.get(word, word))) == [group]

    def weight(self, feature: str) -> dict[str, float]:
        """The evidence one word or pair gives, by group; none where that would be noise."""
        found = self._weights.get(feature)
        if found is None:
            found = self._weights[feature] = self._weigh(feature)
        return found

    def _weigh(self, feature: str) -> dict[str, float]:
        counts = {} if self._says_nothing(feature) else self._count(feature)
        if not counts:
            return {}
        seen = sum(counts.values())
        background = seen / self._total
        weights = {}
        # A word that every group uses ("the", "how") says little even where it is a shade commoner.
        telling = 1 - len(counts) / len(self._sizes)
        for group, count in counts.items():
            size = max(self._sizes[group], self._small)
            inside = (count + self._smoothing * background) / (size + self._smoothing)
            outside = (seen - count + 1) / (max(self._total - size, 0) + self._smoothing)
            trust = 1 - (1 - SINGLE_SIGHTING) / count
            odds = min(math.log(inside / outside), STRONGEST_WORD) * trust * telling
            odds *= PAIR_WEIGHT if " " in feature else 1.0
            if odds >= FAINT:
                weights[group] = odds
        return weights

    def _says_nothing(self, feature: str) -> bool:
        """Whether a word or pair is of nothing but pronouns and small words ("those with")."""
        return all(word in self._silent or (word in _SMALL and " " in feature) for word in feature.split(" "))

    def scores(self, stems: Sequence[str]) -> dict[str, float]:
        """The evidence of some words for each group, without looking at examples."""
        found: dict[str, list[float]] = defaultdict(list)
        if _ASKLESS.issuperset(stems):
            return {}
        for feature in features_of(self.joined(stems)):
            for group, weight in self.weight(feature).items():
                found[group].append(weight)
        totals = {group: _summed(weights) for group, weights in found.items()}
        known = self._known.get(" ".join(_bare(self.joined(stems))))
        if known:
            totals[known] = totals.get(known, 0.0) + KNOWN_EXAMPLE
        return totals

    def rank(self, scores: Mapping[str, float]) -> list[Candidate]:
        """The leading groups, best first; ties end in the group's name."""
        leading = sorted(scores.items(), key=lambda row: (-row[1], row[0]))[:CONTENDERS]
        return [Candidate(group, score) for group, score in leading]

    def compare(self, ranked: Sequence[Candidate], words: str) -> list[Candidate]:
        """The leading groups again, the nearest example of each counted in."""
        candidates = []
        for row in ranked:
            nearest = extractOne(_sorted(words), self._in_order(row.group), scorer=ratio, score_cutoff=CLOSE_EXAMPLE)
            example, likeness = (self._examples[row.group][nearest[2]], nearest[1]) if nearest else ("", 0.0)
            bonus = CLOSE_BONUS * max(0.0, (likeness - CLOSE_EXAMPLE) / (100 - CLOSE_EXAMPLE))
            candidates.append(Candidate(row.group, row.score + bonus, example, likeness))
        return sorted(candidates, key=lambda row: (-row.score, row.group))

    def _in_order(self, group: str) -> list[str]:
        """A group's examples, each with its words in the alphabet's order, sorted once for all questions."""
        found = self._ordered.get(group)
        if found is None:
            found = self._ordered[group] = list(map(_sorted, self._examples.get(group, ())))
        return found

    def details(self, group: str, stems: Sequence[str]) -> list[tuple[str, float]]:
        """How much the words speak of each detail of a group, best first; the group's main examples are detail ''."""
        by_detail = self._detail_counts.get(group)
        if by_detail is None:
            rows = {
                intent.detail: _count_all(_text("  ".join(stems) for stems, _ in self._read(intent.phrases)))
                for intent in self._details[group]
            }
            by_detail = self._detail_counts[group] = rows
        sizes = {intent.detail: len(intent.phrases) for intent in self._details[group]}
        everything = sum(sizes.values())
        totals = dict.fromkeys(sizes, 0.0)
        for feature in features_of(self.joined(stems)):
            counts = {detail: row[feature] for detail, row in by_detail.items() if feature in row}
            seen = sum(counts.values())
            # What stands with many details ("where does … come in") says little even where it is commoner with one.
            telling = 1 - (len(counts) - 1) / len(sizes)
            for detail, count in counts.items():
                inside = (count + seen / everything) / (sizes[detail] + 1)
                outside = (seen - count + 1) / (everything - sizes[detail] + 2)
                odds = math.log(inside / outside) * telling * (PAIR_WEIGHT if " " in feature else 1.0)
                totals[detail] += max(0.0, min(odds, STRONGEST_WORD))
        return sorted(totals.items(), key=lambda row: (-row[1], row[0]))


def _sorted(words: str) -> str:
    return " ".join(sorted(words.split()))


def features_of(stems: Sequence[str]) -> list[str]:
    """The words and the pairs of neighbouring words ("how high"), each once, in order."""
    return list(dict.fromkeys([*stems, *map(" ".join, pairwise(stems))]))


def _text(lines: Iterable[str]) -> str:
    """Examples as one text of stems, ``|  how  high  can  i  go  |  max  dose  |``: counting in it is one pass in C.

    Every stem stands between spaces of its own, so that overlapping pairs of neighbours are counted too.
    """
    return f" {'  |  '.join(lines)} "


def _bare(stems: Sequence[str]) -> Sequence[str]:
    """Words without the small ones at their ends, which a slot taken out leaves behind ("who is it for in")."""
    if not stems or (stems[0] not in _SMALL and stems[-1] not in _SMALL):
        return stems
    start, end = 0, len(stems)
    while end > start + 1 and stems[end - 1] in _SMALL:
        end -= 1
    while start < end - 1 and stems[start] in _SMALL:
        start += 1
    return stems[start:end]


def _summed(weights: list[float]) -> float:
    """Evidence added up, strongest first, each further piece counting for less: many faint likenesses make no case."""
    weights.sort(reverse=True)
    share, total = 1.0, 0.0
    for weight in weights:
        total += weight * share
        share *= FADING
    return total


def _count_in(texts: Mapping[str, str], feature: str) -> dict[str, int]:
    needle = f" {feature.replace(' ', '  ')} "
    return {name: count for name, text in texts.items() if (count := text.count(needle))}


def _count_all(text: str) -> Counter[str]:
    """The words and pairs of a text of stems, counted as `_count_in` counts them."""
    counts: Counter[str] = Counter()
    for line in text.strip().split("  |  "):
        stems = line.split()
        counts.update(stems)
        counts.update(map(" ".join, pairwise(stems)))
    return counts
