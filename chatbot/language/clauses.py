"""A message in parts: sentences, and inside them the segments that commas, "and", "versus" and the like set apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chatbot.language.normalise import Token

_ENDERS = frozenset(".?!;\n")
_BREAKS = frozenset(",:/&+[]|-=>→•*")  # no brackets: what stands in them belongs to what is around them
SHORT = 6  # words up to which a sentence without a question mark may still ask
_UNITS = frozenset({"mg", "mcg", "ug", "g", "ml", "kg", "x", "a", "micrograms", "microgram", "milligrams"})
_FREQUENCY_WORDS = frozenset(
    {"once", "twice", "thrice", "three", "four", "daily", "tds", "tid", "bd", "bid", "qds", "qid", "od", "per", "times"}
)
_AUXILIARIES = frozenset({"do", "does", "should", "would", "can", "will"})
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "approx", "e", "g", "i", "eg", "ie", "vs", "no", "pt", "yr", "max", "min"}
)


class Segment(NamedTuple):
    """Tokens start to end (exclusive). sentence counts from 0."""

    start: int
    end: int
    sentence: int
    question: bool
    subordinate: bool  # begins with after, if, because …: it seldom asks something of its own


def segments(
    tokens: Sequence[Token], joiners: frozenset[str], subordinators: frozenset[str], openers: frozenset[str]
) -> list[Segment]:
    """The message's segments, in order."""
    out: list[Segment] = []
    # A few words alone ("max dose elderly") ask, unless another sentence plainly does.
    short_ask = not any(asked for _, _, asked in _sentences(tokens))
    for number, (start, end, asked) in enumerate(_sentences(tokens)):
        words = [token.text for token in tokens[start:end] if token.kind == "word"]
        opens = bool(words) and (
            words[0] in openers or (len(words) > 1 and words[0] in joiners and words[1] in openers)
        )
        question = asked or opens or (short_ask and len(words) <= SHORT)
        place = start
        for index in range(start, end + 1):
            at_end = index == end
            if not at_end and not _breaks(tokens, index, joiners):
                continue
            if index > place:
                first = tokens[place].text
                after = tokens[place + 1].text if place + 1 < index else ""
                # "After the injury" leans on another part; "for how many hours" asks.
                leans = first in subordinators and after not in ("how", "what", "which", "whom")
                out.append(Segment(place, index, number, question, leans))
            place = index + 1
    return out


def _sentences(tokens: Sequence[Token]) -> list[tuple[int, int, bool]]:
    """(start, end, ends with a question mark) of each sentence that holds a word or number."""
    out: list[tuple[int, int, bool]] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.text not in _ENDERS or (token.text == "." and index and _is_abbreviation(tokens, index)):
            continue
        if index > start:
            out.append((start, index, token.text == "?"))
        start = index + 1
    if start < len(tokens):
        out.append((start, len(tokens), False))
    return [row for row in out if any(token.kind != "mark" for token in tokens[row[0] : row[1]])]


def _breaks(tokens: Sequence[Token], index: int, joiners: frozenset[str]) -> bool:
    token = tokens[index]
    if token.kind == "word":
        return token.text in joiners and not (token.text == "then" and _is_inside_clause(tokens, index))
    if token.text == ")" and index and tokens[index - 1].kind == "number" and _counts(tokens, index - 1):
        return True  # the number of a list: (2) starting dose, 2) starting dose
    if token.text not in _BREAKS:
        return False
    if token.text in "/-" and 0 < index < len(tokens) - 1:
        # Inside "mg/day" or "5-10" nothing is set apart.
        before, after = tokens[index - 1], tokens[index + 1]
        tight = before.end == token.start and after.start == token.end
        return not (tight and ("number" in (before.kind, after.kind) or before.text in _UNITS))
    return True


def _counts(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number before a bracket counts what is asked: no bracket that was opened before ends there."""
    opened = [token.text for token in tokens[:index] if token.text in "()"]
    return tokens[index - 1].text == "(" or opened.count("(") <= opened.count(")")


def _is_inside_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether "then" stands inside a question that has begun ("what dose does the pump then begin at")."""
    before = []
    for token in reversed(tokens[:index]):
        if token.kind == "mark":
            break
        before.append(token.text)
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return not _AUXILIARIES.isdisjoint(before) and after not in ("how", "what", "when", "which", "who")


def _is_abbreviation(tokens: Sequence[Token], index: int) -> bool:
    """Whether a full stop belongs to a short form before it ("Mr.", "30 mg. three times daily")."""
    if index + 1 >= len(tokens):
        return False
    before, after = tokens[index - 1].text, tokens[index + 1].text
    return before in _TITLES or (before in _UNITS and after in _FREQUENCY_WORDS)
