"""Which topic do words speak of? Evidence learned from the example utterances of intents/, ranked, with margins.

Each word and each pair of neighbouring words of a question gives evidence for the groups (topics, silent subjects, chat,
off-topic) in whose examples it is commoner than elsewhere: a smoothed log-odds, never negative, so that an unknown word
is no evidence against anything. RapidFuzz then compares the question with the examples of the few leading groups. What
this gives over whole-sentence similarity is that a question with three familiar words in a new order still scores, and
one with none of them scores nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extractOne

from chatbot.content import Intent
from chatbot.language.normalise import stem

# Chosen on questions that no example was written from; see docs/matching.md for the figures.
SMOOTHING = 6.0  # how many phrases' worth of "everything is equally likely" a group starts with
SINGLE_SIGHTING = 0.6  # trust in a word seen in one phrase only; grows towards 1 with every further phrase
SMALL_GROUP = 60  # phrases; a group with fewer counts as this large, or one sighting would weigh too much
STRONGEST_WORD = 4.5  # no word says more than this, however rare it is elsewhere
PAIR_WEIGHT = 0.7  # a pair repeats what its words said, so it counts for less
CLOSE_EXAMPLE = 88.0  # RapidFuzz ratio from which a question is as good as a known example
CLOSE_BONUS = 3.0
CONTENDERS = 4  # groups that are compared with their examples


class Candidate(NamedTuple):
    """A group with its score, and the example that came nearest to the question (ratio 0 to 100)."""

    group: str
    score: float
    example: str = ""
    ratio: float = 0.0


class Matcher:
    """Scores words against the groups of a content folder's intents."""

    def __init__(self, intents: Iterable[Intent], synonyms: Mapping[str, Sequence[str]]) -> None:
        """synonyms: lines of words that count as one, by the name of the line."""
        self._same = {stem(word): f"={name}" for name, words in synonyms.items() for word in words}
        self._sizes: Counter[str] = Counter()
        self._pairs: dict[str, dict[str, int]] = {}
        self._examples: dict[str, list[str]] = defaultdict(list)
        self._details: dict[str, list[Intent]] = defaultdict(list)
        features: dict[str, dict[str, int]] = {}
        # Groups in the alphabet's order, so that nothing depends on the order of files.
        for intent in sorted(intents, key=lambda intent: (intent.group, intent.detail)):
            group = intent.group
            self._details[group].append(intent)
            self._sizes[group] += len(intent.phrases)
            self._examples[group].extend(intent.phrases)
            for phrase in intent.phrases:
                for feature in features_of(self._stems(phrase)):
                    counts = features.setdefault(feature, {})
                    counts[group] = counts.get(group, 0) + 1
        self._features = features
        self._total = sum(self._sizes.values()) or 1
        self._weights: dict[str, dict[str, float]] = {}
        self._detail_counts: dict[str, dict[str, dict[str, int]]] = {}

    def _stems(self, phrase: str) -> list[str]:
        return [self._same.get(word, word) for word in map(stem, phrase.replace("-", " ").split())]

    def _joined(self, stems: Sequence[str]) -> list[str]:
        """Stems with each synonym as the name of its line."""
        return [self._same.get(word, word) for word in stems]

    def only_in(self, word: str, group: str) -> bool:
        """Whether the examples of one group alone hold the word."""
        return self._features.get(self._same.get(word, word), {}).keys() == {group}

    def weight(self, feature: str) -> dict[str, float]:
        """The evidence one word or pair gives, by group."""
        found = self._weights.get(feature)
        if found is None:
            found = self._weights[feature] = self._weigh(feature)
        return found

    def _weigh(self, feature: str) -> dict[str, float]:
        counts = self._features.get(feature)
        if not counts:
            return {}
        seen = sum(counts.values())
        background = seen / self._total
        weights = {}
        # A word that every group uses ("the", "how") says little even where it is a shade commoner.
        telling = 1 - len(counts) / len(self._sizes)
        for group, count in counts.items():
            size = max(self._sizes[group], SMALL_GROUP)
            inside = (count + SMOOTHING * background) / (size + SMOOTHING)
            outside = (seen - count + 1) / (self._total - size + SMOOTHING)
            trust = 1 - (1 - SINGLE_SIGHTING) / count
            odds = min(math.log(inside / outside), STRONGEST_WORD) * trust * telling
            if odds > 0:
                weights[group] = odds * (PAIR_WEIGHT if " " in feature else 1.0)
        return weights

    def scores(self, stems: Sequence[str]) -> dict[str, float]:
        """The evidence of some words for each group, without looking at examples."""
        totals: dict[str, float] = defaultdict(float)
        for feature in features_of(self._joined(stems)):
            for group, weight in self.weight(feature).items():
                totals[group] += weight
        return totals

    def rank(self, stems: Sequence[str], scores: dict[str, float], words: str) -> list[Candidate]:
        """The leading groups, best first, the nearest example counted in. Ties end in the group's name."""
        leading = sorted(scores.items(), key=lambda row: (-row[1], row[0]))[:CONTENDERS]
        candidates = []
        for group, score in leading:
            best = extractOne(words, self._examples[group], scorer=token_sort_ratio)
            example, ratio = (best[0], best[1]) if best else ("", 0.0)
            bonus = CLOSE_BONUS * max(0.0, (ratio - CLOSE_EXAMPLE) / (100 - CLOSE_EXAMPLE))
            candidates.append(Candidate(group, score + bonus, example, ratio))
        return sorted(candidates, key=lambda row: (-row.score, row.group))

    def details(self, group: str, stems: Sequence[str]) -> list[tuple[str, float]]:
        """How much the words speak of each detail of a group, best first; the group's main examples are detail ''."""
        by_detail = self._detail_counts.get(group)
        if by_detail is None:
            by_detail = self._detail_counts[group] = self._count_details(group)
        sizes = {intent.detail: len(intent.phrases) for intent in self._details[group]}
        totals = dict.fromkeys(sizes, 0.0)
        for feature in features_of(self._joined(stems)):
            counts = by_detail.get(feature)
            if not counts:
                continue
            seen, everything = sum(counts.values()), sum(sizes.values())
            for detail, count in counts.items():
                inside = (count + seen / everything) / (sizes[detail] + 1)
                outside = (seen - count + 1) / (everything - sizes[detail] + 2)
                odds = math.log(inside / outside) * (PAIR_WEIGHT if " " in feature else 1.0)
                totals[detail] += max(0.0, min(odds, STRONGEST_WORD))
        return sorted(totals.items(), key=lambda row: (-row[1], row[0]))

    def _count_details(self, group: str) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for intent in self._details[group]:
            for phrase in intent.phrases:
                for feature in features_of(self._stems(phrase)):
                    row = counts.setdefault(feature, {})
                    row[intent.detail] = row.get(intent.detail, 0) + 1
        return counts


def features_of(stems: Sequence[str]) -> list[str]:
    """The words and the pairs of neighbouring words, each once."""
    return list(dict.fromkeys([*stems, *(f"{one} {two}" for one, two in zip(stems, stems[1:], strict=False))]))
