"""The words of danger in a message, alone and put together, before safety.py combines them.

Words of intents/vocabulary/emergencies.yaml mean danger by themselves, or in a sequence of kinds (COMPOUNDS): "can't …
wake", "lips … blue", "threw … tablets". What stands in a figure of speech, or is denied, counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.quantities import exact
from chatbot.language.vocabulary import Lexicon, Mention

NEAR = 5  # words between a device and its fault
SIGN_REACH = 6  # words between "not having" and a sign that it denies
SENTENCE_MARKS = frozenset(".?!;\n")
MODALS = frozenset({"can", "should", "may", "could", "must", "to", "shall", "do", "does", "will", "would", "might"})
MODAL_REACH = 4  # words between "should" and "swallow"
BARE_REACH = 7  # words between "should" and "my 8 year old son take"
NEGATIONS = frozenset({"not", "no", "never", "don't", "dont", "didn't", "didnt", "doesn't", "doesnt", "won't", "wont"})
# What somebody did, not what he does or should do: "chewed", not "chew".
EVENT_VERBS = frozenset({"take", "swallow", "chew", "eat", "drink", "lick", "suck"})


@dataclass(frozen=True, slots=True)
class Compound:
    """Kinds of words that together are a sign: each follows the one before within so many words, in one sentence."""

    kinds: tuple[str, ...]
    reach: int
    sign: str


COMPOUNDS = (
    Compound(("wish", "never", "waking"), 2, "self_harm"),
    Compound(("wish_never", "waking"), 2, "self_harm"),
    Compound(("saving", "stock"), 4, "hoard"),
    Compound(("saving", "supply"), 4, "hoard"),
    Compound(("unable", "rousing"), 3, "collapse"),
    Compound(("breath", "ill_breath"), 4, "collapse"),
    Compound(("ill_breath", "breath"), 4, "collapse"),
    Compound(("bodily", "bad_colour"), 4, "collapse"),
    Compound(("snore", "odd"), 2, "collapse"),
    Compound(("intake", "twice"), 5, "excess"),
    Compound(("given", "twice"), 5, "excess"),
    Compound(("times", "own_dose"), 3, "excess"),
    Compound(("whole", "container"), 3, "excess"),
    Compound(("container", "whole"), 2, "excess"),
    Compound(("intake", "container"), 3, "excess"),
    Compound(("intake", "every", "supply"), 2, "excess"),
    Compound(("swallowed", "span_of"), 2, "excess"),
    Compound(("bare", "span_of"), 2, "excess"),
    Compound(("skipping", "supply"), 5, "gap"),
    Compound(("lacking", "supply"), 3, "gap"),
    Compound(("throwing", "supply"), 4, "gap"),
    Compound(("vomiting", "brought_up"), 5, "gap"),
    Compound(("taking_off", "away"), 3, "gap"),
    Compound(("seeing", "unreal"), 4, "withdrawal_signs"),
    Compound(("heart", "racing"), 4, "mild_signs"),
    Compound(("spasm", "worse"), 4, "spasms_back"),
    Compound(("limb", "board"), 4, "withdrawal_signs"),
    Compound(("wound", "opened"), 6, "opened_wound"),
    Compound(("third", "bare"), 2, "intake"),
    Compound(("third", "bare"), 2, "swallowed"),
    Compound(("handed", "anothers", "supply", "towards"), 3, "mix_up"),
    Compound(("handed", "supply", "anothers"), 4, "mix_up"),
    Compound(("handed", "not_theirs"), 12, "mix_up"),
    Compound(("handed", "bedded", "supply", "bedded"), 5, "mix_up"),
    Compound(("handed", "bedded", "anothers", "supply"), 3, "mix_up"),
    Compound(("handed", "third", "anothers", "supply"), 1, "mix_up"),
    Compound(("meant", "other_one"), 3, "mix_up"),
    Compound(("handed", "other_one"), 8, "mix_up"),
    Compound(("pumped", "misplaced"), 7, "astray"),
    Compound(("source", "no_supply"), 5, "gap"),
    Compound(("no_supply", "source"), 4, "gap"),
    Compound(("intent", "taking_all", "all_at_once"), 8, "self_harm"),
    Compound(("opened", "wound"), 5, "opened_wound"),
)
STOP_MODALS = MODALS - {"to"}  # "had to stop" tells what was done
STOP_VERBS = frozenset({"stop", "skip", "quit", "hold", "omit", "miss"})
# Somebody who does not respond to these is unwell; whoever does not respond to anything else had no benefit from it.
CALLS = frozenset({"me", "us", "voice", "pain", "my", "his", "her", "anything", "anyone", "stimuli", "light", "touch"})
# Who is spoken of and when: these stay where a figure of speech holds them.
FRAME = frozenset({"person", "past", "denied", "generic", "lasting", "retracted", "harmless"})
OWNERS = frozenset({"my", "his", "her", "their", "our", "your", "the", "these", "those", "them"})
DONE = frozenset(
    {"started", "began", "raised", "increased", "reduced", "lowered", "weaned", "titrated", "initiated", "stepped"}
)
# "It's" and its like tell of no owner.
CONTRACTED = frozenset({"it's", "he's", "she's", "that's", "what's", "there's", "who's", "how's", "where's", "let's",
                        "here's", "everything's", "nothing's", "today's"})  # fmt: skip
DENIABLE = frozenset({"withdrawal_signs", "mild_signs", "spasm", "drowsy"})
# "Do kids get fits if theirs is stopped?" speaks of nobody in particular; "do my kids" does.
ASKING_WHETHER = frozenset({"do", "does", "did", "can", "could", "will", "would", "may", "might", "should"})
ANYBODY = frozenset({"kids", "children", "toddlers", "babies", "teenagers", "teens", "youngsters", "people", "patients",
                     "adults", "men", "women", "pensioners", "folk", "folks", "users"})  # fmt: skip
ANYBODY_REACH = 3  # words from "do" to "kids" ("do very young kids")
OF_THEM = frozenset({"they", "them", "their", "theirs", "they're", "they've"})
WORKING = frozenset({"do", "does", "did", "will", "would", "could", "can"})  # before "not pump": it has failed

# A vital sign's names, the kind of danger that a bad one is, and which values are bad rather than of something else.
VITALS: tuple[tuple[frozenset[str], str, Callable[[Decimal], bool]], ...] = (
    (frozenset({"rr", "resps", "respirations", "resp"}), "collapse", lambda value: value <= 10),  # breaths a minute
    (frozenset({"sats", "spo", "sao", "saturation", "saturations"}), "collapse", lambda value: 40 <= value <= 88),  # %
    (frozenset({"gcs"}), "collapse", lambda value: value <= 12),
    (frozenset({"pulse", "hr"}), "collapse", lambda value: 20 <= value <= 44),  # beats a minute
    (
        frozenset({"temp", "temperature", "febrile", "fever", "pyrexia", "t"}),
        "withdrawal_signs",
        lambda value: 39 <= value <= 44,
    ),
)


class Signs:
    """Which kinds of danger words the message, or a stretch of it, holds."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        *,
        named: bool,
        question: bool,
        opens_a_question: bool,
        much: bool,
        dose: bool,
        medicine: bool,
        child: bool,
    ) -> None:
        self.mentions = tuple(mentions)
        self._values = {mention.value for mention in mentions}
        self.named = named
        self.question = question
        if opens_a_question and not self.individual:
            self._values.add("academic")  # "Can stopping it abruptly tip somebody into psychosis?"
        self.much = much
        self.dose = dose
        self.medicine = medicine
        self.child = child

    def any(self, *values: str) -> bool:
        """Whether any of the kinds is there."""
        return not self._values.isdisjoint(values)

    def all(self, *values: str) -> bool:
        """Whether all of the kinds are there."""
        return self._values.issuperset(values)

    def count(self, value: str) -> int:
        """How many places of the message hold a kind."""
        return len({mention.start for mention in self.mentions if mention.value == value})

    def near(self, one: str, other: str) -> bool:
        """Whether two kinds stand close together, in one phrase rather than in two thoughts."""
        places = [mention.start for mention in self.mentions if mention.value == one]
        return any(
            abs(mention.start - place) <= NEAR
            for mention in self.mentions
            if mention.value == other
            for place in places
        )

    @property
    def over(self) -> bool:
        """Whether it is past, or denied: somebody who collapsed then has to be said to be well again."""
        return self.any("denied", "past") and (self.any("recovered") or not self.any("collapse"))

    @property
    def talk(self) -> bool:
        """Whether the message talks about danger in general, in the past, or denies it."""
        return self.any("academic", "past", "denied")

    @property
    def event(self) -> bool:
        """Whether somebody is in it now, as far as can be told."""
        if self.over:
            return False
        if self.any("academic"):
            return self.any("now") and self.any("person")
        return self.any("person", "now", "told")

    @property
    def asks(self) -> bool:
        """Whether something is asked about dosing, or what to expect: not only for help."""
        crises = [sign for sign in self.mentions if sign.value == "crisis"]
        asked = (sign for sign in self.mentions if sign.value == "asking")
        asked = (sign for sign in asked if not any(crisis.start <= sign.start < crisis.end for crisis in crises))
        return any(asked) or (self.question and not crises)

    @property
    def individual(self) -> bool:
        """Whether somebody in particular is spoken of, not "patients" or "a child"."""
        held = {place for sign in self.mentions if sign.value == "generic" for place in range(sign.start, sign.end)}
        return any(sign.value == "person" and sign.start not in held for sign in self.mentions)


def read_signs(message: Message) -> list[Mention]:
    """The words of danger in the message, those put together from several among them."""
    drugs = [mention for mention in message.mentions if mention.kind == "drug"]  # "without" and its name too
    named = frozenset(place for drug in drugs for place in range(drug.start, drug.end))
    found = _literal(overlapping(message.lexicon, message.stems, named))
    tokens = message.tokens
    found = [
        sign
        for sign in found
        if not (_is_denied(message, sign) or _is_asked(tokens, sign) or _is_figurative(tokens, sign))
    ]
    found += [Mention("emergency", "supply", drug.start, drug.end) for drug in drugs]
    found += _anothers(tokens)
    nobody = _nobody_in_particular(tokens)
    found = [sign for sign in found if sign.start not in nobody]
    made = list(_compounds(tokens, found))
    # "Skipped last month's refill" tells since when, and not that it is over.
    since = {place for sign in made if sign.value == "gap" for place in range(sign.start, sign.end)}
    found = [sign for sign in found if sign.value != "past" or sign.start not in since]
    return [*found, *made, *_vitals(message)]


def overlapping(lexicon: Lexicon, stems: Sequence[str], named: frozenset[int] = frozenset()) -> list[Mention]:
    """Emergency words, which may overlap ("just stopped breathing"), so that every place is looked at.

    They are looked for with the medicine's name ("off …") and, at the places named, without it ("in … withdrawal").
    """
    found: dict[Mention, None] = {}
    everywhere = list(range(len(stems)))
    for places in (everywhere, [place for place in everywhere if place not in named]) if named else (everywhere,):
        words = [stems[place] for place in places]
        for sign in lexicon.emergencies.overlapping(words):
            found[Mention(sign.kind, sign.value, places[sign.start], places[sign.end - 1] + 1)] = None
    return list(found)


def _literal(mentions: list[Mention]) -> list[Mention]:
    """The mentions that no figure of speech holds or touches ("my back is killing me")."""
    figures = [sign for sign in mentions if sign.value == "harmless"]
    return [
        sign
        for sign in mentions
        if sign.value in FRAME
        or not any(
            figure.start < sign.end and sign.start < figure.end and figure.end - figure.start >= sign.end - sign.start
            for figure in figures
        )
    ]


def _is_denied(message: Message, sign: Mention) -> bool:
    """Whether "no", "not having", "without" stands before a sign, with no comma or "but" between."""
    if sign.value not in DENIABLE:
        return False
    for place in range(sign.start - 1, max(sign.start - SIGN_REACH, 0) - 1, -1):
        word = message.tokens[place].text
        if word in ("no", "not", "without", "never", "denies", "isn't", "hasn't", "nor"):
            return True
        if word in (",", ".", ";", "but", "and", "now"):
            return False
    return False


def _is_asked(tokens: Sequence[Token], sign: Mention) -> bool:
    """Whether a verb only says what may be, should be or always is done ("should he chew them", "she chews them")."""
    text = tokens[sign.start].text
    before = {token.text for token in tokens[max(sign.start - MODAL_REACH, 0) : sign.start]}
    if sign.value == "gap":
        return text in STOP_VERBS and not STOP_MODALS.isdisjoint(before)
    if text == "double":  # "doubled up" is what was done
        return sign.value == "intake"
    if sign.value == "asking":  # "started yesterday" tells, "start?" asks
        return text in DONE
    if sign.value == "bare":  # "she take", and neither "she takes" nor "should she take" nor "she not take"
        before = {token.text for token in tokens[max(sign.start - BARE_REACH, 0) : sign.start]}
        owner = tokens[sign.start - 1].text if sign.start else ""
        several = owner in ("who", "that") or (owner.endswith("s") and owner not in ("was", "has"))
        return several or text.endswith(("s", "ing", "ed", "en")) or not before.isdisjoint(MODALS | NEGATIONS)
    if sign.value == "swallowed" and text.removesuffix("s") in EVENT_VERBS and text.endswith("s"):
        return True
    return sign.value in ("intake", "swallowed") and text in EVENT_VERBS and not MODALS.isdisjoint(before)


def _is_figurative(tokens: Sequence[Token], sign: Mention) -> bool:
    """Whether something "is killing me", somebody does "not respond to the bolus", or "not pump" names a route."""
    if sign.value == "lethal":
        return tokens[sign.start].text == "killing"
    following = [token.text for token in tokens[sign.end : sign.end + 2]]
    if sign.value == "fault" and tokens[sign.end - 1].text == "pump":  # "tablets, not pump"
        return sign.start == 0 or tokens[sign.start - 1].text not in WORKING
    responds = sign.value == "collapse" and tokens[sign.end - 1].stem == "respond"
    return responds and following[:1] == ["to"] and CALLS.isdisjoint(following[1:])


def _nobody_in_particular(tokens: Sequence[Token]) -> set[int]:
    """The places of a group that is asked about ("do young kids …"), and of the words that stand for it ("their")."""
    places = {
        place
        for place, token in enumerate(tokens)
        if token.text in ANYBODY and _asks_whether(tokens[max(place - ANYBODY_REACH, 0) : place])
    }
    return places | {place for place, token in enumerate(tokens) if places and token.text in OF_THEM}


def _asks_whether(before: Sequence[Token]) -> bool:
    """Whether the words before a group ask whether it does something, and name none of its own ("do my kids")."""
    for token in reversed(before):
        if token.text in ASKING_WHETHER:
            return True
        if token.text in OWNERS or token.kind != "word":
            return False
    return False


def _anothers(tokens: Sequence[Token]) -> Iterator[Mention]:
    """What belongs to somebody who is named: "Mrs Hill's", "bed 4's"."""
    for place, token in enumerate(tokens):
        split = token.text == "s" and place > 1 and tokens[place - 1].text == "'"
        if split or (token.text.endswith("'s") and token.text not in CONTRACTED):
            yield Mention("emergency", "anothers", place, place + 1)


def _compounds(tokens: Sequence[Token], found: Sequence[Mention]) -> Iterator[Mention]:
    """The signs that several kinds of words make together."""
    kinds: dict[str, list[Mention]] = {}
    for sign in found:
        kinds.setdefault(sign.value, []).append(sign)
    ends = [place for place, token in enumerate(tokens) if token.text in SENTENCE_MARKS]
    for compound in COMPOUNDS:
        if all(kind in kinds for kind in compound.kinds):
            yield from _sequences(compound, kinds, ends)


def _sequences(compound: Compound, kinds: Mapping[str, list[Mention]], ends: Sequence[int]) -> Iterator[Mention]:
    """The stretches of one sentence in which the kinds of a compound follow each other."""
    stretches = {(sign.start, sign.end) for sign in kinds[compound.kinds[0]]}
    for kind in compound.kinds[1:]:
        stretches = {
            (start, sign.end)
            for start, end in stretches
            for sign in kinds[kind]
            if 0 <= sign.start - end <= compound.reach and not any(end <= mark < sign.start for mark in ends)
        }
    for start, end in sorted(stretches):
        yield Mention("emergency", compound.sign, start, end)


def _vitals(message: Message) -> list[Mention]:
    """Vital signs that are an emergency in themselves: slow breath, low saturation, low coma score, high fever."""
    found: list[Mention] = []
    for place, token in enumerate(message.tokens):
        for words, sign, is_bad in VITALS:
            value = _number_after(message, place) if token.text in words else None
            if value is not None and is_bad(value):
                found += [Mention("emergency", kind, place, place + 1) for kind in (sign, "now")]
    return found


def _number_after(message: Message, place: int) -> Decimal | None:
    """The plain number that stands up to two words after a place."""
    for token in message.tokens[place + 1 : place + 4]:
        if token.kind == "number":
            return exact(token.text)
    return None
