"""A message as tokens: case, Unicode and punctuation folded, each token with its span in the original.

Nothing here knows a word of the domain. Digits other than 0-9 (full-width, Arabic, superscript) become `ODD`, because
reading them could change a dose.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

ODD = "\ufffd"  # stands for a digit or fraction that is not read

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 127], " ") | {9: " ", 13: "\n", 12: "\n"}
_FOLDED = str.maketrans(
    {"µ": "u", "μ": "u", "‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "‒": "-"}
    | {
        "½": ".5",
        "¼": ".25",
        "¾": ".75",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "…": ".",
        "™": " ",
        "®": " ",
        "ß": "s",
    }
)
_TOKEN = re.compile(
    # A decimal point or a number right behind letters ("tablets.5 mg", "10mg5") reads two ways.
    r"(?P<odd>(?<=[a-z])\.\d[\d.,]*|(?<=\dmg)\d[\d.,]*|(?<=\dmcg)\d[\d.,]*|(?<=\dml)\d[\d.,]*)"
    r"|(?P<number>(?:(?<![\d\w])[.](?=\d))?\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_](?:\.[^\W\d_])+\b\.?|[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<mark>[^\w\s]|_|\n)"
)
# Units that people write against the next word: 10mgTID, 5mgx3.
_GLUED = re.compile(r"(mcg|mg|ug|ml|kg)(x|od|bd|bid|tid|tds|qid|qds|daily|per|day|q)")


class Token(NamedTuple):
    """A piece of the message. text is folded and in lower case; start and end are its span in the original."""

    text: str
    start: int
    end: int
    kind: str  # word, number or mark

    @property
    def stem(self) -> str:
        """The word without its ending, or ``#`` for a number."""
        return "#" if self.kind == "number" else stem(self.text)


def tokenise(message: str) -> tuple[Token, ...]:
    """The message's words, numbers and marks, in order."""
    text, offsets = _fold(message)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        start, end = match.span()
        piece = match.group()
        if kind == "odd":
            tokens.append(_token(ODD, start, end, "number", offsets))
            continue
        glued = _GLUED.fullmatch(piece) if kind == "word" else None
        if glued and start and text[start - 1].isdigit():
            middle = start + len(glued[1])
            tokens.append(_token(glued[1], start, middle, kind, offsets))
            tokens.append(_token(glued[2], middle, end, kind, offsets))
            continue
        if kind == "word" and "." in piece:
            piece = piece.replace(".", "")
        tokens.append(_token(piece, start, end, kind, offsets))
    return tuple(tokens)


def _token(piece: str, start: int, end: int, kind: str, offsets: list[int] | None) -> Token:
    if offsets is None:
        return Token(piece, start, end, kind)
    return Token(piece, offsets[start], offsets[end - 1] + 1, kind)


def _fold(message: str) -> tuple[str, list[int] | None]:
    """The message in lower case without controls, and where each character came from (None: where it stands)."""
    message = _ESCAPES.sub(lambda match: " " * len(match.group()), message)
    message = message.translate(_CONTROLS)
    if message.isascii():
        return message.lower(), None
    out: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(message):
        for piece in _fold_char(char):
            out.append(piece)
            offsets.append(index)
    return "".join(out), offsets


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    char = char.translate(_FOLDED)
    if char.isascii():
        return char.lower()
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Cs", "Co", "Cn"):
        return ""
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category.startswith("N"):
        return ODD
    plain = "".join(piece for piece in unicodedata.normalize("NFKD", char) if not unicodedata.combining(piece))
    # A capital mu, which no table of small letters holds, is a micro sign too.
    return (plain or char).lower().replace("μ", "u")


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A light stem, so that start, starts, started and starting are one word, in both spellings of English.

    Lighter than Porter's on purpose: it must never bring two medical words together.
    """
    if word.endswith(("'s", "s'")):
        word = word[:-2] if word.endswith("'s") else word[:-1]
    word = word.replace("'", "")
    if len(word) <= 3:
        return word
    for british, american in (
        ("paed", "ped"),
        ("haem", "hem"),
        ("oedem", "edem"),
        ("isation", "ization"),
        ("ise", "ize"),
        ("aemi", "emi"),
    ):
        if british in word and not (british == "ise" and not word.endswith(("ise", "ised", "ises"))):
            word = word.replace(british, american)
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ations", "ation")):
        return word[: word.rindex("ation")] + "at"
    if word.endswith("ing") and len(word) > 5:
        return _undouble(word[:-3])
    if word.endswith("ed") and len(word) > 4:
        return _undouble(word[:-2])
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "xes", "zes", "ches", "shes")) else word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _undouble(word: str) -> str:
    """What is left when an ending is gone: stopp becomes stop, and dos dose."""
    if len(word) <= 3:
        return word + "e"
    if word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word
