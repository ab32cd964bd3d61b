"""Whether a line holds what identifies a person: such a line is kept nowhere.

A false alarm costs a line of history; a miss keeps somebody's name. So what could be a record number, a date of birth,
an address for mail, a telephone number or a name is taken for one; doses, ages and the disease MS are let off.

Not seen: a name without any sign of being one ("max dose for john"), which only a list of names would tell from a word,
and the address of a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chatbot.language.normalise import Token, tokenise

LONGEST_NUMBER = 5  # digits; more of them in a row are no dose, age or weight
SHORTEST_CODE = 4  # digits behind letters, as in RX4471
LONGEST_PREFIX = 4  # letters before such digits
NAMING_REACH = 4  # words from a person to "called" or "named"

_OTHER_DIGITS = re.compile(r"[^\D0-9]")
_MAIL = re.compile(r"\w\s?@\s?[\w-]++\.\w")

# The patterns below look at folded tokens with one space around each: " dob 1 / 2 / 50 ".
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_TH = "(?:(?:st|nd|rd|th) )?"
_YEAR = "(?:19|20)[0-9][0-9] "
_UNIT = (
    "(?:mc?gs?|ug|mls?|kgs?|g|l|lbs?|st|cm|mm|micrograms?|milligrams?|grams?|units?|%|y|yo|yrs?|years?|months?|weeks?|days?"
    "|hours?|hrs?|h|tablets?|tabs?|times|x|per) "
)
_ANY_YEAR = f"(?:{_YEAR}|[0-9][0-9] (?!{_UNIT}))"  # "3 may 10 mg" holds none
_HOLDER = (
    "(?:nhs|hospital|hosp|patient|pt|record|medical|chart|case|file|unit|clinic|chi|insurance|security|identity|passport"
    "|licen[cs]e|medicare|medicaid|account|admission|encounter|member|policy|reference|ref|registration|health|national)"
)
_REFERENCE = "(?:number|no|num|ref|reference|case|chart|file|record|account|#)"
_LETTERS = "(?:[a-z]{1,3} )?"  # of a number such as A44713
_PATTERNS = tuple(
    map(
        re.compile,
        (
            # Words beside which a number, a date or a name stands, whatever follows.
            " (?:mrns?|m r n|m / r / n|ssn|dob|d o b|d / o / b|date of birth|birth ?date|medical records?) ",
            " (?:social security|surnames?|forenames?|(?:first|last|full|maiden|patient|patient's|pt|pt's) name) ",
            # The number of what has one. "No" is a number only where one follows: "the patient no longer …".
            f" {_HOLDER} (?:[.:/&-] )?(?:(?:number|num|nr|id|#) |nos? [.:#]|no {_LETTERS}[0-9])",
            f" (?:nhs|chi|id|pid|hn) (?:[.:#-] ){{0,3}}{_LETTERS}[0-9]{{3}}",
            f" {_REFERENCE} (?:[.:#-] ){{0,3}}{_LETTERS}[0-9]{{4,}} (?!{_UNIT})",
            " (?:tel|telephone|phone|mobile|mob|cell|fax) (?:(?:no|number|is|on|[.:+]) ){0,4}[0-9]{4}",
            # Births and dates.
            f"(?<! new)(?<! new -) born (?:[^\\s,.;?!]{{1,20}} ){{0,6}}?(?:[0-9]|{_MONTH} )",
            f" {_MONTH} (?:[.,'/-] )?{_YEAR}",
            f" [0-9]{{1,2}} {_TH}(?:(?:of|[.,/-]) )?{_MONTH} (?:[.,'/-] ){{0,2}}{_ANY_YEAR}",
            f" {_MONTH} (?:[.] )?[0-9]{{1,2}} {_TH}(?:[,'] ){{0,2}}{_ANY_YEAR}",
            f" {_YEAR}(?:[.,/-] )?{_MONTH} (?:[.,/-] )?[0-9]{{1,2}} ",
            # "Her name is", and not "the brand name is".
            "(?<! brand)(?<! trade)(?<! generic)(?<! drug)(?<! chemical)(?<! proper) (?:name (?:is|was|[:=-])|name's) ",
        ),
    )
)
_DATE = re.compile(
    "(?<![-/.]) ([0-9]{1,4}) ?([-/.]) ?([0-9]{1,2}) ?\\2 "
    f"?([0-9]{{4}}|[0-9]{{1,2}}(?! {_UNIT}))(?= )(?! [-/.] [0-9])"  # neither 5-10-15 mg nor 5-10-15-20
)
_BEFORE_UNIT = re.compile(_UNIT)

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "mister", "missus", "dr", "prof", "professor", "rev"})
# Behind these only a word that was typed as a name is one: "nurse asks", "patient Margaret".
_BEARERS = frozenset({"doctor", "nurse", "sister", "patient", "pt"})
_PERSONS = frozenset((
    "patient", "patients", "pt", "pts", "client", "resident", "person", "somebody", "someone", "man", "woman",
    "lady", "gentleman", "boy", "girl", "child", "kid", "baby", "toddler", "infant", "teenager", "adult", "son",
    "daughter", "mother", "father", "mum", "mom", "dad", "wife", "husband", "brother", "sister", "chap", "guy",
    "bloke", "lad", "lass", "yo", "old", "he", "she", "who", "he's", "she's", "who's",
))  # fmt: skip
_THINGS = frozenset((
    "drug", "medicine", "medication", "med", "pump", "device", "brand", "tablet", "pill", "syndrome", "disease",
    "condition", "formulation", "product", "test", "scale", "it", "this", "that", "thing", "something", "also",
))  # fmt: skip
# Words that are no name, wherever they stand.
_PLAIN = frozenset((
    # of grammar
    "a", "an", "the", "and", "or", "but", "if", "so", "as", "than", "then", "that", "this", "it", "its", "not",
    "no", "in", "on", "of", "at", "to", "for", "from", "by", "with", "without", "about", "since", "after", "before",
    "out", "i", "me", "my", "you", "your", "he", "him", "his", "she", "her", "we", "us", "our", "they", "them",
    "their", "who", "whose", "what", "which", "when", "where", "why", "how", "here", "there", "also", "plus",
    "just", "only", "is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "can",
    "could", "will", "would", "should", "shall", "might", "must", "any", "some", "one", "two", "three", "more",
    "most", "many", "because",
    # of telling
    "says", "said", "saying", "wrote", "writes", "wants", "wanted", "wanting", "thinks", "thought", "told", "tells",
    "asks", "asked", "asking", "gave", "gives", "put", "puts", "started", "starts", "stopped", "stops", "keeps",
    "prescribed", "prescribes", "increased", "increases", "reduced", "reduces", "changed", "upped", "raised",
    "lowered", "suggested", "suggests", "recommended", "recommends", "advised", "advises", "mentioned", "offered",
    "insists", "reckons", "swears", "complaining", "reporting", "worried",
    # of dosing, and missing it
    "dose", "doses", "dosing", "dosage", "tablet", "tablets", "pill", "pills", "medicine", "medication", "meds",
    "mg", "mcg", "max", "maximum", "start", "starting", "give", "titration", "titrating", "pump", "oral",
    "intrathecal", "taking", "today's", "today", "tonight", "yesterday", "back", "breakfast", "lunch", "morning",
    "evening", "night", "refill", "refills", "appointment",
    # of the disease MS
    "patient", "patients", "pt", "pts", "person", "people", "adult", "adults", "child", "man", "woman", "lady",
    "spasticity", "spasm", "spasms", "spastic", "related", "relapse", "relapses", "relapsing", "progressive",
    "diagnosis", "disease", "clinic", "nurse", "team", "symptom", "symptoms", "sufferer", "sufferers", "contin",
    # of MR scans and forms
    "scan", "scans", "scanner", "imaging", "conditional", "safe", "unsafe", "compatible", "capsule", "capsules",
    "formulation", "preparation", "version",
))  # fmt: skip
# "I miss …" is no title.
_WHO_MISSES = frozenset({"i", "you", "we", "they", "not", "never", "don't", "didn't"})


class _Word(NamedTuple):
    """A token as folded and as typed."""

    text: str
    typed: str
    kind: str

    @property
    def is_capital(self) -> bool:
        """Whether it was typed as names are: Smith, O'Brien, McDonald."""
        return self.kind == "word" and self.typed[0].isupper() and not self.typed.isupper()


def holds_identifier(text: str) -> bool:
    """Whether a line holds a record number, a date, a mail address, a telephone number or a name.

    It takes time in proportion to the length of the line.
    """
    text = _OTHER_DIGITS.sub(lambda digit: str(int(digit[0])), text)
    tokens = tokenise(text)
    line = f" {' '.join(token.text for token in tokens)} "
    return (
        bool(_MAIL.search(text))
        or any(pattern.search(line) for pattern in _PATTERNS)
        or any(map(_is_date, _DATE.finditer(line)))
        or any(map(_is_long, _runs(tokens)))
        or any(_is_code(*pair) for pair in pairwise(tokens))
        or _holds_name(list(_words(text, tokens)))
    )


def _is_date(match: re.Match[str]) -> bool:
    """Whether three numbers can be day, month and year, in any of their usual orders."""
    first, second, last = match[1], match[3], match[4]
    if len(first) < 3 and len(last) == 1:
        return False
    days = sorted(map(int, (second, last) if len(first) == 4 else (first, second)))
    return 1 <= days[0] <= 12 and days[1] <= 31


def _runs(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """The whole numbers that stand together, parted at most by spaces, dashes and brackets.

    Left out are those at the end of which a dose is made: "100-200 mcg", and the "10" of "943 476 5919 10 mg".
    """
    run: list[str] = []
    for token in (*tokens, Token("", 0, 0, "mark")):
        if token.kind == "number" and "," not in token.text and token.text.count(".") != 1:
            run += token.text.split(".")
        elif token.text not in ("-", "(", ")", "+"):
            yield _without_dose(run) if _BEFORE_UNIT.match(f"{token.text} ") else run
            run = []


def _without_dose(run: Sequence[str]) -> list[str]:
    """A run before a unit without its last number, and without those before that are no greater."""
    end = len(run) - 1
    while end > 0 and int(run[end - 1]) <= int(run[end]):
        end -= 1
    return [*run[: max(end, 0)], *(number for number in run[max(end, 0) :] if len(number) > LONGEST_NUMBER)]


def _is_long(run: Sequence[str]) -> bool:
    return sum(map(len, run)) > LONGEST_NUMBER


def _is_code(letters: Token, number: Token) -> bool:
    """Whether letters and digits are written as one (RX4471)."""
    together = letters.end == number.start and letters.kind == "word" and number.kind == "number"
    return together and len(letters.text) <= LONGEST_PREFIX and len(number.text) >= SHORTEST_CODE


def _words(text: str, tokens: Sequence[Token]) -> Iterator[_Word]:
    """The tokens in order, without the full stop behind a title; behind "MS" it ends a sentence."""
    before = None
    for token in tokens:
        word = _Word(token.text, text[token.start : token.end], token.kind)
        if word.text != "." or before is None or before.text not in _TITLES or before.typed == "MS":
            yield word
        before = word


def _holds_name(words: Sequence[_Word]) -> bool:
    """Whether a word stands as names do: behind a title, "called" or "patient", or behind another typed as a name."""
    for place, (word, following) in enumerate(pairwise(words)):
        before = [one.text for one in words[max(place - NAMING_REACH, 0) : place]]
        if following.kind == "word" and _is_name(before, word, following):
            return True
    return False


def _is_name(before: Sequence[str], word: _Word, following: _Word) -> bool:
    plain = following.text in _PLAIN
    typed = following.is_capital and not plain
    if word.text in _TITLES:
        initial = len(following.typed) == 1 and following.typed.isupper() and word.text != "miss"
        verb = word.text == "miss" and not _WHO_MISSES.isdisjoint(before[-1:])
        return (word.is_capital and following.typed[0].isupper()) or initial or not (plain or verb)
    if word.text in ("called", "named"):
        of_person = any(one.removesuffix("'s") in _PERSONS for one in before)
        return (of_person or typed) and not plain and _THINGS.isdisjoint(before[-1:])
    return typed and (word.text in _BEARERS or (word.is_capital and word.text not in _PLAIN))
