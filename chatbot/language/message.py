"""A message as read: its tokens, the phrases and quantities in them, what is negated, the slots of any stretch."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, wraps
from itertools import dropwhile, pairwise, takewhile
from typing import Any, TypeVar

from chatbot.language.clauses import Segment, segments
from chatbot.language.normalise import Token, tokenise
from chatbot.language.people import Person, read_person
from chatbot.language.quantities import NOTHING_BEFORE, Before, Reading, Readings, months_of
from chatbot.language.quantities import read as read_quantities
from chatbot.language.vocabulary import SLOT_KINDS, Lexicon, Mention
from chatbot.query import Origin, Population, Route

LONGEST = 10_000  # characters; beyond it only danger is read
ADULT, OLDEST = 18, 110  # years between which a bare number behind what describes a patient is an age
NEGATION_REACH = 3  # words from "not" to a population or condition that it negates
IDENTITY_REACH = 4  # words from a name to the number that identifies its bearer
NEAR_ROUTES = 6  # words from one route to the other that it is set against
SHORT_REACH = 1  # and to anything else: "not the pump"
_FAR_NEGATED = frozenset({"population", "kin", "kidney", "infant", "childhood_condition", "origin", "poor", "subject"})
# Kinds that are never negated: they are grammar themselves.
_UNNEGATED = frozenset(
    {"negations", "denials", "scope_enders", "attachments", "questions", "joiners", "pronouns", "foreign"}
)
# Kinds that a denial right behind them takes back.
_DENIABLE = frozenset({"population", "route", "origin", "kin"})
# A word of a subject inside one of these is part of it: diabetic nephropathy, alcohol injections, GMFCS IV, dialysis.
_COVERING = frozenset({"drug", "other", "population", "kidney", "route", "origin", "childhood_condition"})
_BEFORE_AN_AMOUNT = frozenset({"at", "of", "(", ":", "-", "dose", "tablets", "only"})
_SIDE_BY_SIDE = frozenset({"or", "vs", "versus", "v", "than", "against", "compared", "/"})
_SET_AGAINST = frozenset({"vs", "v", "versus", "than", "against"})
_COURTESY = frozenset({"please", "pls", "plz", "kindly"})
AUXILIARIES = frozenset({"may", "can", "could", "should", "does", "do", "is", "are", "would", "might"})
_SOUND = frozenset({"normal", "healthy", "fine", "good", "unremarkable", "sound", "ok", "okay"})
_LINKS = frozenset({"is", "are", "function", "functions", "tests", "test", "was", "were", "and"})
_DOSING_VERBS = frozenset({"go", "exceed", "pass", "surpass", "give", "raise", "increase", "push", "start", "begin"})
_SCOPE_MARKS = frozenset(",.;:?!\n")
_JOINED_ON = frozenset({"non"})  # a negation that is part of one word: "non-renal adult" is an adult
_KIDNEYS = frozenset(
    {"kidney", "renal", "function", "work", "blood", "test"}
)  # stems behind which it is said how they work
_NOT = frozenset({"not", "isn't", "aren't", "wasn't", "weren't"})
_IS = frozenset({"is", "are", "was", "were", "looks", "look", "seems", "seem", "turned", "came", "comes"})
# What opens a clause that says what is not asked: "not asking", "don't give me", "no need for", "we know", "skip".
_NEVER = frozenset({"no", "not", "never", "nobody", "nothing", "don't", "dont", "didn't", "didnt", "isn't", "isnt",
                    "wasn't", "wasnt"})  # fmt: skip
_WANTING = frozenset({"ask", "asking", "want", "wanting", "wanted", "need", "after", "interested", "about", "bothered",
                      "mean", "meaning"})  # fmt: skip
_TELLING = frozenset({"give", "tell", "quote", "show", "list", "send", "state", "repeat", "say", "read", "cite"})
_KNOWN = frozenset({"know", "knew", "forget", "skip", "nevermind", "mind", "ignore", "omit", "disregard"})
_LISTENERS = frozenset({"me", "us", "the", "any"})
_BEFORE_A_GROUP = _LISTENERS | {"a", "about", "for", "of", "those", "usual", "normal", "standard"}
_WHO_KNOWS = frozenset({"i", "we", "already", "never", "do", "just", "okay", "ok", "please", "pls"})
_DENIAL_REACH = 4  # words in which a clause says so
_FURTHER = 4  # words behind "kidneys work" in which that is taken back


_Found = TypeVar("_Found")


def _kept(look: Callable[[Message, int, int], _Found]) -> Callable[..., _Found]:
    """A look at a stretch whose result is kept: a message never changes, and the same stretch is asked for often."""

    @wraps(look)
    def once(message: Message, start: int = 0, end: int | None = None) -> _Found:
        stretch = (look.__name__, start, len(message.tokens) if end is None else end)
        if stretch not in message.kept:
            message.kept[stretch] = look(message, stretch[1], stretch[2])
        found: _Found = message.kept[stretch]
        return found

    return once


def _is_stray(token: Token) -> bool:
    """Whether a word is a lone letter, left over from a unit or a list ("PO/d", "b) …")."""
    return len(token.text) == 1 and token.text not in ("a", "i")


def _is_denial(one: str, two: str, three: str) -> bool:
    """Whether three words say that something is not asked for: "not asking …", "don't give me"."""
    return one in _NEVER and (two in _WANTING or (two in _TELLING and three in _LISTENERS))


class Message:
    """One message, read with a lexicon. Stretches are given as token indices, start to end (exclusive).

    before: what its numbers may lean on.
    """

    def __init__(self, lexicon: Lexicon, text: str, before: Before = NOTHING_BEFORE) -> None:
        self.lexicon = lexicon
        self.kept: dict[tuple[str, int, int], Any] = {}
        self.text = text[:LONGEST]
        self.too_long = len(text) > LONGEST
        if len(text) > 2 * LONGEST:
            # Whoever writes this much is in need of help at its head or its end.
            text = f"{text[:LONGEST]}\n{text[-LONGEST:]}"
        tokens, self.corrections = lexicon.correct(lexicon.expand(tokenise(text)))
        self.tokens: tuple[Token, ...] = tuple(tokens)
        self.stems = [token.stem for token in self.tokens]
        self.starts = [token.start for token in self.tokens]
        self.ends = [token.end for token in self.tokens]
        self.readings: Readings = read_quantities(self.tokens, before)
        doses = {reading.start for reading in self.readings.of("dose")}
        found = (
            self._told_of_kidneys(self._morphine_or(mention, doses))
            for mention in lexicon.mentions(self.stems)
            if not self._ends_an_age(mention) and not self._is_blood_unit(mention)
        )
        self.mentions = tuple(sorted(found, key=lambda mention: mention.start))
        self._by_kind: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self._by_kind[mention.kind].append(mention)
        self._leave_units_of_others()
        self.subjects = tuple(mention for mention in lexicon.subjects.find(self.stems) if not self._is_covered(mention))
        self.readings = self._with_bare_ages()
        self.negated = self._find_negated()

    def _with_bare_ages(self) -> Readings:
        """The readings, a bare number behind what describes a patient as an age ("on X, 58", "liver normal, 52.").

        Only an adult's: a small number may be the dose of what stands before it.
        """
        if self.readings.of("age"):
            return self.readings
        found = [one._replace(**months_of(one), kind="age") if self._is_bare_age(one) else one
                 for one in self.readings.found]  # fmt: skip
        return self.readings._replace(found=tuple(found))

    def _is_bare_age(self, number: Reading) -> bool:
        """Whether a number stands alone between marks, behind another medicine or an organ that is well."""
        if number.kind != "number" or not ADULT <= number.low == number.high <= OLDEST:
            return False
        place = self.starts.index(number.start)
        behind = [token.text for token in self.tokens[place + 1 : place + 2]]
        if not place or self.tokens[place - 1].text != "," or behind not in ([], ["."], [","], [";"], ["\n"]):
            return False
        item = [*takewhile(lambda token: token.kind != "mark", reversed(self.tokens[: place - 1]))]
        first = place - 1 - len(item)
        well = bool(item) and item[0].text in _SOUND and not self._speaks_of_kidneys(first, place)
        return well or any(first <= other.start < place for other in self._by_kind.get("other", ()))

    def _speaks_of_kidneys(self, start: int, end: int) -> bool:
        """Whether a stretch names the kidneys: a number behind them may be a clearance."""
        kidneys = (one for kind in ("kidney", "kidney_talk") for one in self._by_kind.get(kind, ()))
        return any(start <= one.start < end for one in kidneys)

    def _leave_units_of_others(self) -> None:
        """Take the units of another medicine's doses for no hint at a route of ours ("levothyroxine 100 mcg")."""
        if "other" not in self._by_kind or "drug" not in self._by_kind:
            return
        anothers = [dose for dose in self.readings.of("dose") if self.is_anothers(dose)]
        for kind in ("hints", "dose_words"):
            kept = [
                mention
                for mention in self._by_kind.get(kind, ())
                if not any(dose.start <= self.starts[mention.start] < dose.end for dose in anothers)
            ]
            self._by_kind[kind] = kept

    # ------------------------------------------------------------------------------------------------ mentions

    def all_of(self, kind: str, value: str | None = None, start: int = 0, end: int | None = None) -> list[Mention]:
        """Mentions of a kind (and value) in a stretch, without the negated ones."""
        found = self._by_kind.get(kind)
        if not found:
            return []
        end = len(self.tokens) if end is None else end
        return [
            mention
            for mention in found
            if start <= mention.start < end
            and (value is None or mention.value == value)
            and mention not in self.negated
        ]

    def spoken(self, kind: str, value: str) -> list[Mention]:
        """Mentions of a kind and value in the message, the negated ones too."""
        return [mention for mention in self._by_kind.get(kind, ()) if mention.value == value]

    def has(self, kind: str, value: str | None = None, start: int = 0, end: int | None = None) -> bool:
        """Whether a stretch mentions a kind (and value) without negating it."""
        return kind in self._by_kind and bool(self.all_of(kind, value, start, end))

    def has_any(self, *kinds: str) -> bool:
        """Whether the message mentions any of the kinds."""
        return any(self.has(kind) for kind in kinds)

    def _ends_an_age(self, mention: Mention) -> bool:
        """Whether "old man" is the end of "58 year old man", and so no word for an older adult."""
        if mention.kind not in ("population", "kin") or self.stems[mention.start] != "old" or not mention.start:
            return False
        return self.stems[mention.start - 1] in ("year", "y", "yr", "yo", "month")

    def _morphine_or(self, mention: Mention, doses: set[int]) -> Mention:
        """The mention, or another medicine where a dose of "MS" is named: then it is no disease."""
        first, last = self.tokens[mention.start], self.tokens[mention.end - 1]
        typed = self.text[first.start : last.end].lower()
        following = self.starts[mention.end] if mention.end < len(self.starts) else -1
        if mention.kind == "origin" and typed == "ms" and following in doses:
            return Mention("other", "morphine sulfate", mention.start, mention.end)
        return mention

    def _told_of_kidneys(self, mention: Mention) -> Mention:
        """The mention by what is said right behind it: "kidneys are actually normal", "kidneys work not so good"."""
        if mention.kind not in ("population", "kidney_talk", "kidney") or mention.value == "severe":
            return mention
        if self.stems[mention.end - 1] not in _KIDNEYS:
            return mention
        behind = [token.text for token in self.tokens[mention.end :]]
        behind = list(takewhile(lambda word: word not in _SCOPE_MARKS, behind))
        well = self._are_well(behind)
        if well:
            return Mention("kidney", "normal", mention.start, mention.end + well)
        working = mention.kind == "kidney" and self.stems[mention.end - 1] == "work"
        ill = self._are_ill(behind) if working or mention.kind == "kidney_talk" else 0
        if working and not ill and behind[:1]:
            # "Kidneys work only so-so": what is not said to be well is not taken for it.
            ill = int(behind[0] not in self.lexicon.words["joiners"])
        return Mention("population", Population.RENAL_IMPAIRMENT, mention.start, mention.end + ill) if ill else mention

    @property
    def kidneys_unknown(self) -> bool:
        """Whether it is said that nobody knows how the kidneys work ("renal function unknown")."""
        unknown = self.lexicon.words["kidney_unknown"]
        return any(
            token.text in unknown
            for mention in self.all_of("kidney_talk")
            for token in self.tokens[max(mention.start - 1, 0) : mention.end + _FURTHER]
        )

    def _are_well(self, behind: Sequence[str]) -> int:
        """How many of the words behind the kidneys say that they are well ("are fine", "are not affected"); or 0."""
        words = self.lexicon.words
        links = sum(1 for _ in takewhile(words["kidney_links"].__contains__, behind))
        told = behind[links : links + 2]
        if told and told[0] in words["kidney_well"]:
            return links + 1 if told[1:] != ["ish"] else 0
        denied = len(told) > 1 and told[0] in _NOT and told[1] in words["kidney_ill"]
        return links + len(told) if denied else 0

    def _are_ill(self, behind: Sequence[str]) -> int:
        """How many words behind talk of kidney function say that it is no good, in whatever words ("is shot"); or 0."""
        words = self.lexicon.words
        doubt = next((place for place, word in enumerate(behind[:_FURTHER]) if word in words["kidney_doubts"]), None)
        if doubt is not None:
            return doubt + 1
        linked = list(takewhile(words["kidney_links"].__contains__, behind))
        told = list(takewhile(lambda word: word.endswith("ly"), behind[len(linked) :]))  # "is moderately reduced"
        place = len(linked) + len(told)
        ill = behind[place : place + 1]
        says = bool(ill) and not _IS.isdisjoint(linked) and ill[0] not in words["kidney_neutral"]
        return place + 1 if says else 0

    def _is_blood_unit(self, mention: Mention) -> bool:
        """Whether "mg" is the beginning of mg/dL, a unit of blood tests."""
        following = [token.text for token in self.tokens[mention.end : mention.end + 2]]
        return mention.kind in ("hints", "dose_words") and following[1:] in (["dl"], ["l"])

    def _is_covered(self, subject: Mention) -> bool:
        return any(
            other.start <= subject.start and subject.end <= other.end
            for kind in _COVERING
            for other in self._by_kind.get(kind, ())
        )

    def _find_negated(self) -> frozenset[Mention]:
        """What stands within reach after "not", "no", "rather than" …, or right before a denial ("geriatric? nope")."""
        negations = sorted(mention.end for mention in self._by_kind.get("negations", ()))
        well = self.lexicon.words["kidney_well"]
        # "Not so good" denies nothing by itself.
        denials = {
            mention.start
            for mention in self._by_kind.get("denials", ())
            if not {token.text for token in self.tokens[mention.end : mention.end + 1]} & well
        }
        enders = {mention.start for kind in ("scope_enders", "joiners") for mention in self._by_kind.get(kind, ())}
        # "No renal or liver disease" denies both.
        enders = {place for place in enders if self.tokens[place].text not in ("or", "nor")}
        enders |= {place for place, token in enumerate(self.tokens) if token.text in _SCOPE_MARKS}
        out = set(self._not_asked())
        for mention in (*self.mentions, *self.subjects):
            if mention.kind in _UNNEGATED:
                continue
            place = bisect_left(negations, mention.start + 1) - 1
            reach = NEGATION_REACH if mention.kind in _FAR_NEGATED else SHORT_REACH
            if place >= 0 and self.tokens[negations[place] - 1].text in _JOINED_ON:
                reach = 0
            elif place >= 0 and self.tokens[min(negations[place], len(self.tokens) - 1)].text in _DOSING_VERBS:
                reach = 0  # "above which amount do we not go in the aged" asks about the aged
            reached = place >= 0 and mention.start - negations[place] <= reach
            if self._is_answered_no(mention):
                continue
            if reached and enders.isdisjoint(range(negations[place], mention.start)):
                out.add(mention)
            if mention.kind == "subject" and self._is_sound(mention):
                out.add(mention)
            if mention.kind in _DENIABLE and not denials.isdisjoint((mention.end, mention.end + 1)):
                out.add(mention)
        return frozenset(out)

    def denies_asking(self, start: int, end: int) -> bool:
        """Whether a stretch opens with "not asking", "I don't want", "don't give me", "we know", "skip"."""
        texts = [token.text for token in self.tokens[start:end] if token.kind == "word"]
        verb = next((place for place, text in enumerate(texts) if text not in _WHO_KNOWS), 0)
        known = bool(texts[verb : verb + 1]) and texts[verb] in _KNOWN
        return known or any(map(_is_denial, texts[:_DENIAL_REACH], texts[1:], [*texts[2:], ""]))

    def _not_asked(self) -> Iterator[Mention]:
        """The groups that are not asked about, where another one is ("don't give me the adult's, but …")."""
        named = self._by_kind.get("population", ())
        if len({one.value for one in named}) + len(self.readings.of("age")) < 2:
            return
        for group in (one for one in named if one.value != Population.RENAL_IMPAIRMENT):
            before = [token.text for token in self.tokens[max(group.start - IDENTITY_REACH, 0) : group.start]]
            said = [*dropwhile(_BEFORE_A_GROUP.__contains__, reversed(before))][:2]
            listened = bool(_LISTENERS.intersection(before))
            if len(said) == 2 and said[1] in _NEVER and (said[0] in _WANTING or (said[0] in _TELLING and listened)):
                yield group

    def _is_answered_no(self, mention: Mention) -> bool:
        """Whether "no" only opens the message: "no elderly" corrects, as "no CKD" does not."""
        group = mention.kind == "population" and mention.value != Population.RENAL_IMPAIRMENT
        return group and mention.start == 1 and self.tokens[0].text == "no"

    def is_anothers(self, amount: Reading) -> bool:
        """Whether an amount is of another medicine: its name stands right before it, or nearer to it than ours."""
        others = self._by_kind.get("other", ())
        if not others:
            return False
        place = bisect_right(self.ends, amount.start)
        named = [mention for mention in (*others, *self._by_kind.get("drug", ())) if mention.value != "pump"]
        right_before = next((mention.kind for mention in named if self._is_told_of(mention, place)), "")
        behind = bisect_left(self.starts, amount.end)
        of = [token.text for token in self.tokens[behind : behind + 1]] == ["of"]  # 4 mg of it
        right_behind = next((mention.kind for mention in named if mention.start == behind + of), "")
        _, nearest = min((abs(mention.start - place), mention.kind) for mention in named)
        return bool((right_before or right_behind or nearest) == "other")

    def _is_told_of(self, name: Mention, place: int) -> bool:
        """Whether an amount at a place stands right behind a name ("diclofenac 75 bd", "diclofenac, 75 bd")."""
        return name.end <= place and all(token.text in _BEFORE_AN_AMOUNT for token in self.tokens[name.end : place])

    def _is_sound(self, mention: Mention) -> bool:
        """Whether an organ is said to be well ("normal liver", "liver is fine"): it is no subject then."""
        before = self.tokens[mention.start - 1].text if mention.start else ""
        behind = [token.text for token in self.tokens[mention.end : mention.end + 3] if token.text not in _LINKS]
        return before in _SOUND or behind[:1] in ([word] for word in _SOUND)

    def is_of_identity(self, place: int) -> bool:
        """Whether a word stands so near to "MRN" or "date of birth" that it is of a name."""
        return any(abs(place - mention.start) <= IDENTITY_REACH for mention in self._by_kind.get("identifiers", ()))

    @cached_property
    def of_calculations(self) -> frozenset[int]:
        """The tokens of words that say what is to be computed, and of those before a weight ("who weighs 20 kg")."""
        words = self._by_kind.get("sums", ())
        before = (bisect_left(self.starts, weight.start) - 1 for weight in self.readings.of("weight"))
        return frozenset((*before, *(place for mention in words for place in range(mention.start, mention.end))))

    # ------------------------------------------------------------------------------------------------ words

    @cached_property
    def _taken(self) -> frozenset[int]:
        """Tokens that name a slot, a number or nothing: they do not say what is asked."""
        slots = (mention for kind in SLOT_KINDS for mention in self._by_kind.get(kind, ()))
        taken = {place for mention in slots for place in range(mention.start, mention.end)}
        marks = (
            place
            for place, token in enumerate(self.tokens)
            if token.kind != "word" or _is_stray(token) or token.text in _COURTESY
        )
        return self.readings.covered.union(taken, marks, self._denying)

    @cached_property
    def _denying(self) -> frozenset[int]:
        """The tokens that deny a slot beside them ("never had a stroke", "stroke ruled out"): they ask nothing."""
        slots = [mention for mention in self.negated if mention.kind in SLOT_KINDS]
        starts, ends = {mention.start for mention in slots}, {mention.end for mention in slots}
        before = [one for one in self._by_kind.get("negations", ()) if not starts.isdisjoint((one.end, one.end + 1))]
        behind = [one for one in self._by_kind.get("denials", ()) if not ends.isdisjoint((one.start, one.start - 1))]
        return frozenset(place for one in (*before, *behind) for place in range(one.start, one.end))

    @_kept
    def content(self, start: int, end: int) -> tuple[int, ...]:
        """Indices of the words that say what is asked: no slots, numbers or marks."""
        return tuple(place for place in range(start, end) if place not in self._taken)

    def words(self, start: int = 0, end: int | None = None) -> str:
        """The words that say what is asked, as text."""
        return " ".join(self.tokens[place].text for place in self.content(start, end))

    def content_stems(self, start: int = 0, end: int | None = None) -> list[str]:
        """The stems of the words that say what is asked."""
        return [self.stems[place] for place in self.content(start, end)]

    @cached_property
    def segments(self) -> list[Segment]:
        """The message in sentences and parts."""
        grammar = self.lexicon.words
        return segments(self.tokens, grammar["joiners"], grammar["subordinators"], grammar["questions"])

    def sentence_of(self, place: int) -> int:
        """The number of the sentence that holds a token."""
        return next((segment.sentence for segment in self.segments if segment.start <= place < segment.end), 0)

    # ------------------------------------------------------------------------------------------------ slots

    @cached_property
    def compares(self) -> bool:
        """Whether populations or routes are set side by side.

        "The adult maximum for my daughter of 6" sets nothing side by side; "may she have the adult maximum" does.
        """
        found = self._by_kind.get("comparisons", ())
        if any(self.stems[mention.start] != "adult" for mention in found):
            return True
        return bool(found) and any(self.tokens[part.start].text in AUXILIARIES for part in self.segments)

    @cached_property
    def has_rate(self) -> bool:
        """Whether a dose per day or per hour is told, such as a pump gives that runs already."""
        return any(dose.note in ("per day", "per hour") for dose in self.readings.of("dose"))

    @_kept
    def person(self, start: int, end: int) -> Person:
        """Whom a stretch is about."""
        if start >= end:
            return Person()
        mentions = [mention for mention in self.mentions if start <= mention.start < end]
        first, last = self.tokens[start].start, self.tokens[end - 1].end
        readings = [reading for reading in self.readings.found if first <= reading.start < last]
        return read_person(mentions, readings, self.negated, compares=self.compares)

    @_kept
    def routes(self, start: int, end: int) -> tuple[Route, ...]:
        """The routes that a stretch names, in order; else the one that its words hint at."""
        named = self.all_of("route", None, start, end)
        if len({mention.value for mention in self.all_of("route")}) > 1:
            # "Fewer central effects than by mouth" asks about the pump.
            named = [mention for mention in named if self.tokens[max(mention.start - 1, 0)].text != "than"]
        said = tuple(dict.fromkeys(Route(mention.value) for mention in named))
        if self.has("drug", "pump", start, end) and Route.INTRATHECAL not in said:
            said = (*said, Route.INTRATHECAL)
        if said:
            return said
        hinted = {Route(mention.value) for mention in self.all_of("hints", None, start, end)}
        return (Route.INTRATHECAL,) if Route.INTRATHECAL in hinted else (Route.ORAL,) if hinted else ()

    @cached_property
    def sets_routes_apart(self) -> bool:
        """Whether the two routes are set side by side ("pump or tablets", "the pump works better than tablets")."""
        named = self.all_of("route")
        return any(
            before.value != after.value and not _SIDE_BY_SIDE.isdisjoint(self._between(before, after))
            for before, after in pairwise(named)
        )

    @cached_property
    def is_set_against(self) -> bool:
        """Whether a single other medicine is what something is set against ("… than on X")."""
        named = self.all_of("other")
        before = {token.text for one in named for token in self.tokens[max(one.start - 2, 0) : one.start]}
        return len(self.others()) == 1 and not before.isdisjoint(_SET_AGAINST)

    def _between(self, before: Mention, after: Mention) -> set[str]:
        """The words between two mentions, where they stand near each other."""
        words = {token.text for token in self.tokens[before.end : after.start]}
        return words if after.start - before.end <= NEAR_ROUTES else set()

    def origins(self, start: int = 0, end: int | None = None) -> tuple[tuple[Origin, ...], bool]:
        """The origins that a stretch names, and whether one of them is a stroke."""
        named = [mention.value for mention in self.all_of("origin", None, start, end)]
        origins = [Origin.CEREBRAL if name == "stroke" else Origin(name) for name in named]
        if self.has("childhood_condition", None, start, end):
            origins.append(Origin.CEREBRAL)
        return tuple(dict.fromkeys(origins)), "stroke" in named

    def others(self, start: int = 0, end: int | None = None) -> tuple[str, ...]:
        """The other medicines that a stretch names."""
        return tuple(dict.fromkeys(mention.value for mention in self.all_of("other", None, start, end)))
