"""Words to concepts: shorthand, spelling and the phrases that name a population, a route, an origin, a medicine.

Spelling is corrected by whole-word edit distance against the words that intents/ itself uses, and only for words that
are neither English nor known. Numbers are never corrected, and no word becomes the name of another medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from chatbot.content import Content, read_words
from chatbot.language.normalise import Token, stem, tokenise

# Concepts whose words say nothing about the topic: they are taken out before topics are scored.
SLOT_KINDS = (
    "population",
    "kidney",
    "infant",
    "childhood_condition",
    "no_population",
    "route",
    "origin",
    "drug",
    "other",
    "about",
    "new_patient",
    "kin",
)
GRAMMAR_KINDS = (
    "negations", "denials", "scope_enders", "joiners", "subordinators", "questions", "comparisons", "attachments",
    "small_talk", "dose_words", "pronouns", "clinical", "poor", "additions", "identifiers", "foreign", "supply",
    "putting_right", "exam",
)  # fmt: skip
# Kinds whose words are only looked at one by one, around something else: they are no phrases of their own.
WORDS_ONLY = ("kidney_links", "kidney_well", "kidney_doubts", "kidney_ill", "kidney_neutral", "kidney_unknown",
              "allowing")  # fmt: skip
WORD_KINDS = ("joiners", "subordinators", "questions", *WORDS_ONLY)
FUNCTION_KINDS = (
    "negations", "denials", "scope_enders", "joiners", "subordinators", "questions", "comparisons", "attachments",
    "pronouns", "additions",
)  # fmt: skip
# Kinds that no misspelt word is corrected to: their words are short, or a guess at them would name another medicine or
# a danger.
_NEVER_TARGETS = ("exact_names", "other_medicines", "related", "emergency")
# Kinds of everyday words: they do not make a message one about our medicine.
EVERYDAY_KINDS = ("sums.", "sex.", "identifiers", "foreign", "putting_right", "emergency.", *WORDS_ONLY)
MINIMUM_LENGTH = 4  # shorter words have too many neighbours
LONG_WORD = 8  # from this length on two slips are forgiven
MAXIMUM_CORRECTIONS = 24  # a message with more unknown words than this is not about spelling


class Mention(NamedTuple):
    """A phrase of the vocabulary found in the message: tokens start to end (exclusive)."""

    kind: str
    value: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """kind.value, or kind alone."""
        return f"{self.kind}.{self.value}" if self.value else self.kind


class Correction(NamedTuple):
    """A word that was read as another, and the distance between them in edits."""

    token: Token
    word: str
    distance: int


class PhraseTable:
    """Phrases by their stems; the longest phrase that starts at a place wins."""

    def __init__(self) -> None:
        self._table: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self._longest: dict[str, int] = {}

    def add(self, stems: tuple[str, ...], kind: str, value: str) -> None:
        """Let the phrase with these stems mean kind.value."""
        meanings = self._table.setdefault(stems, [])
        if (kind, value) not in meanings:
            meanings.append((kind, value))
        self._longest[stems[0]] = max(len(stems), self._longest.get(stems[0], 0))

    def find(self, stems: Sequence[str]) -> Iterator[Mention]:
        """All phrases in the message, longest first at each place, none overlapping another."""
        place = 0
        while place < len(stems):
            longest = self._longest.get(stems[place])
            if not longest:
                place += 1
                continue
            for length in range(min(longest, len(stems) - place), 0, -1):
                meanings = self._table.get(tuple(stems[place : place + length]))
                if meanings:
                    for kind, value in meanings:
                        yield Mention(kind, value, place, place + length)
                    place += length
                    break
            else:
                place += 1

    def overlapping(self, stems: Sequence[str]) -> Iterator[Mention]:
        """All phrases in the message at every place, those inside and across others too."""
        for start, first in enumerate(stems):
            longest = self._longest.get(first)
            if not longest:
                continue
            for length in range(min(longest, len(stems) - start), 0, -1):
                for kind, value in self._table.get(tuple(stems[start : start + length]), ()):
                    yield Mention(kind, value, start, start + length)


class Lexicon:
    """The vocabulary of one content folder, ready to read messages with."""

    def __init__(self, content: Content) -> None:
        self.phrases = PhraseTable()
        self.grammar = PhraseTable()  # words with a job in the sentence; they never hide a slot
        self.hints = PhraseTable()  # phrases that stay evidence for the topic
        self.sums = PhraseTable()  # words that say what is to be computed
        self.sexes = PhraseTable()
        self.subjects = PhraseTable()
        self.emergencies = PhraseTable()
        self._shorthand = {
            tuple(token.text for token in tokenise(short)): tuple(stem_free(long))
            for short, long in content.shorthand.items()
        }
        self._shorthand_length = max((len(key) for key in self._shorthand), default=0)
        self._shorthand_starts = {key[0] for key in self._shorthand}
        self._targets: set[str] = set()
        self.known: set[str] = set()
        # Stems that alone name a slot: examples are read without them, as questions are.
        self.slot_words: set[str] = set()
        self.vocabulary: set[str] = set()  # the known words that are not of examples
        self.synonyms: dict[str, tuple[str, ...]] = {}
        everyday = {key: rows for key, rows in content.vocabulary.items() if key.startswith(EVERYDAY_KINDS)}
        for key, phrases in content.vocabulary.items():
            if key in everyday:
                continue
            if key.startswith("synonyms."):
                words = tuple(word for phrase in phrases for word in phrase.split())
                self.synonyms[key.removeprefix("synonyms.")] = words
                self.learn(words)
            else:
                self._add(key, phrases)
        # Words with a job in the sentence: they are of no subject.
        self.function_words = frozenset(
            stems[0]
            for kind in FUNCTION_KINDS
            for stems in map(split, content.vocabulary.get(kind, ()))
            if len(stems) == 1
        )
        # Words around a slot that is put right: they ask nothing.
        self.putting_right = self.function_words.union(*map(split, content.vocabulary.get("putting_right", ())))
        self._lists = content.root / "intents" / "vocabulary"
        for words in self._shorthand.values():
            self.known.update(map(stem, words))
        self.vocabulary.update(self.known)
        for key, phrases in everyday.items():
            self._add(key, phrases)
        for intent in content.intents:
            self.learn(intent.phrases)
        self.words = {key: frozenset(content.vocabulary.get(key, ())) for key in WORD_KINDS}

    def _add(self, key: str, phrases: Sequence[str]) -> None:
        kind, _, value = key.partition(".")
        if kind in WORDS_ONLY:
            self.known.update(map(stem, phrases))
            return
        tables = {
            "hints": self.hints, "subject": self.subjects, "emergency": self.emergencies, "sums": self.sums,
            "sex": self.sexes,
        }  # fmt: skip
        table = tables.get(kind) or (self.grammar if kind in GRAMMAR_KINDS else self.phrases)
        if kind in ("names", "exact_names", "pump_names"):
            named, value = "drug", "pump" if kind == "pump_names" else ""
        elif kind in ("other_medicines", "related"):
            named = "other"
        else:
            named = kind
        for phrase in phrases:
            stems = split(phrase)
            table.add(stems, named, value or (phrase if named == "other" else ""))
            self.known.update(stems)
            if len(stems) == 1 and named in SLOT_KINDS and named != "other" and table is self.phrases:
                self.slot_words.add(stems[0])
        if kind not in _NEVER_TARGETS:
            self._aim(" ".join(phrases).replace("-", " ").split())

    def learn(self, phrases: Iterable[str]) -> None:
        """Count the words of example utterances as known, and as what a slip may be corrected to."""
        words = set(" ".join(phrases).replace("-", " ").split())
        self.known.update(map(stem, words))
        self._aim(words)

    def _aim(self, words: Iterable[str]) -> None:
        self._targets.update(word for word in words if len(word) >= MINIMUM_LENGTH and word.isalpha())

    # ------------------------------------------------------------------------------------------------ reading

    def expand(self, tokens: Sequence[Token]) -> list[Token]:
        """Tokens with shorthand written out (w/d, pts, TDS …) and hyphens inside words dropped."""
        out: list[Token] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if token.text in self._shorthand_starts:
                length, words = self._short(tokens, place)
                if length and not _is_unit(tokens, place, words):
                    end = tokens[place + length - 1].end
                    out.extend(Token(word, token.start, end, "word") for word in words)
                    place += length
                    continue
            if not (token.text == "-" and _joins(tokens, place)):
                out.append(token)
            place += 1
        return out

    def _short(self, tokens: Sequence[Token], place: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(self._shorthand_length, len(tokens) - place), 0, -1):
            words = self._shorthand.get(tuple(token.text for token in tokens[place : place + length]))
            if words:
                return length, words
        return 0, ()

    def correct(self, tokens: Sequence[Token]) -> tuple[list[Token], tuple[Correction, ...]]:
        """Tokens with misspelt words put right, and what was put right."""
        out: list[Token] = []
        corrections: list[Correction] = []
        looked = 0
        for token in tokens:
            found = None
            if looked < MAXIMUM_CORRECTIONS and self._is_unknown(token):
                looked += 1
                found = self._nearest(token.text)
            if found:
                corrections.append(Correction(token, *found))
            out.append(token._replace(text=found[0]) if found else token)
        return out, tuple(corrections)

    def _is_unknown(self, token: Token) -> bool:
        return (
            token.kind == "word"
            and len(token.text) >= MINIMUM_LENGTH
            and token.text.isascii()
            and "'" not in token.text  # "da's" is no slip for "days"
            and token.stem not in self.known
            and token.text not in self._english("english.txt")
            and token.text not in self._english("english_rare.txt")
        )

    def _english(self, name: str) -> frozenset[str]:
        """A list of English words, read when the first word is met that the content does not use."""
        return _word_list(self._lists / name)

    def _nearest(self, word: str) -> tuple[str, int] | None:
        limit = 2 if len(word) >= LONG_WORD else 1
        found = extract(word, self._targets, scorer=OSA.distance, score_cutoff=limit, limit=None)
        if not found:
            return None
        # The first letter is seldom wrong; then fewer edits; then the alphabet, whatever the order of files.
        best = min(found, key=lambda row: (row[1] + (row[0][0] != word[0]), row[0]))
        return best[0], int(best[1])

    def is_known(self, token: Token) -> bool:
        """Whether the word is one the content uses, or plain English."""
        return token.stem in self.known or token.text in self._english("english.txt")

    def is_word(self, token: Token) -> bool:
        """Whether the word is known, or English however rare."""
        rare = self._english("english_rare.txt")
        return self.is_known(token) or token.text in rare or token.text.rstrip("s") in rare

    def mentions(self, stems: Sequence[str]) -> tuple[Mention, ...]:
        """The vocabulary's phrases in the message."""
        tables = (self.phrases, self.hints, self.grammar, self.sexes)
        found = [mention for table in tables for mention in table.find(stems)]
        return (*found, *self.sums.overlapping(stems))


@lru_cache(maxsize=8)
def _word_list(file: Path) -> frozenset[str]:
    return read_words(file)


def split(phrase: str) -> tuple[str, ...]:
    """A phrase of the content as stems, as the reader would see them in a message."""
    if phrase.isalpha():
        return (stem(phrase),)
    if phrase.isascii() and phrase.replace(" ", "").replace("-", "").isalpha():
        return tuple(map(stem, phrase.replace("-", " ").split()))
    tokens = tokenise(phrase)
    return tuple(token.stem for place, token in enumerate(tokens) if not (token.text == "-" and _joins(tokens, place)))


def stem_free(phrase: str) -> Iterator[str]:
    """The words of a phrase as they stand."""
    return (token.text for token in tokenise(phrase) if token.text != "-")


def _is_unit(tokens: Sequence[Token], place: int, words: Sequence[str]) -> bool:
    """Whether a short word is a unit here: "5 y", "mL/min" and "30 %" are not why, minimum and percent."""
    if not place or len(tokens[place].text) > 3 or "years" in words:
        return False
    return tokens[place - 1].kind == "number" or tokens[place - 1].text in ("/", "per")


def _joins(tokens: Sequence[Token], place: int) -> bool:
    """Whether a hyphen stands inside a compound word, and not between or before numbers."""
    if not 0 < place < len(tokens) - 1:
        return False
    before, after = tokens[place - 1], tokens[place + 1]
    return (
        before.end == tokens[place].start and after.start == tokens[place].end and "word" in (before.kind, after.kind)
    )
