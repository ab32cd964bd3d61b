"""Puts the reading together: a message becomes an `Understanding`, with all the evidence for it.

Order (the contract's): danger, size, a new patient, what is taken back, animals, small talk, units against the route,
numbers that cannot be, other medicines, then what is asked. The outcome is a list of `Ask`s, or a reply that needs none
(an emergency, a refusal, a question back, a chat).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from chatbot.calculation import NOTHING, Basis, CalculationName, Dose, Figures, Request, Response
from chatbot.content import Content
from chatbot.language.asks import (
    CONDITIONED,
    CONVERSION,
    Ask,
    asks_whether,
    build,
    calculation_asks,
    condition_in,
    condition_of_patient,
    fragment,
)
from chatbot.language.domain import CLEARLY_ELSE, CLINICAL, Domain
from chatbot.language.figures import read_figures
from chatbot.language.matcher import Candidate, Matcher
from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.people import ADULT_FROM_MONTHS, OLDER_FROM_MONTHS, Person
from chatbot.language.quantities import MONTHS_A_YEAR, NOTHING_BEFORE, Reading
from chatbot.language.requests import CERTAIN, FEW_WORDS, PLAIN, Context, continued, left_over, read_requests, supposes
from chatbot.language.safety import denies, read_danger
from chatbot.language.topics import ACCEPT, Topics
from chatbot.language.vocabulary import Correction, Lexicon, Mention
from chatbot.query import DOSE_TOPICS, Outcome, Population, Reason, Route, Topic

PLAIN_SIGNS = frozenset("™®©°")  # signs that stand in names and temperatures, and are no pictures
AMOUNTS = frozenset({"dose", "number", "volume", "duration"})
OF_DOSING = frozenset({"age", "egfr", "ckd_stage", "weight", "creatinine", "frequency"})  # quantities of no small talk
FOREIGN_WORDS = 2  # words of other languages from which a message is not in English
_THAT = frozenset({"that", "it", "this", "these", "those", "same"})
_AMOUNTS_TO = frozenset({"be", "as", "equal", "equals", "equivalent", "much", "into", "translate", "amount", "what"})
_OF_AN_AGE = frozenset({CalculationName.DOSE_CHECK, CalculationName.TITRATION_SCHEDULE})
_OF_A_BOLUS = frozenset({Topic.SCREENING_DOSE, Topic.STARTING_DOSE})  # topics in which an amount may be the bolus
# Topics of what may happen, which is more or less common; and those of them that a dose may bring about.
_OF_EVENTS = frozenset(
    {
        Topic.EFFECTIVENESS,
        Topic.ADVERSE_EFFECTS,
        Topic.COMPLICATIONS,
        Topic.WITHDRAWAL,
        Topic.TOXICITY,
        Topic.MONITORING,
    }
)
_OF_A_DOSE = frozenset({Topic.ADVERSE_EFFECTS, Topic.TOXICITY})
_OF_COMING = _OF_EVENTS - {Topic.MONITORING, Topic.EFFECTIVENESS}
_GIVING = frozenset(
    {"take", "takes", "taken", "taking", "give", "gives", "given", "giving", "dosed", "dosing", "swallow"}
)
_SPOKEN_OF = frozenset({"they", "these", "those", "it", "this", "that", "effects", "symptoms", "signs"})
_SPANS = {"week", "fortnight", "month"}
_WITH, _IT = frozenset({"with", "alongside", "beside", "besides", "plus"}), frozenset({"it", "this", "that"})
_OF_PATIENT = frozenset(
    {"has", "had", "got", "he", "she", "they", "he's", "she's", "his", "her", "actually", "it's", "known", "turns"}
)
_BASES = frozenset({"dose", "day"})
_OF_BASIS = _BASES | {
    "per",
    "each",
    "daily",
    "single",
    "total",
    "a",
    "the",
    "or",
    "and",
    "is",
    "that",
    "it",
    "this",
    "mg",
    "in",
}
_IT_IS = frozenset({"he", "she", "they", "he's", "she's", "they're"})
_TOO = frozenset({"too", "also", "well", "top"})
LONGEST_CHAT = 16  # words; small talk is short
CHAT_LEAD = 0.4  # lead over every topic that small talk needs, unless it is a known example
CHAT_CLOSE, CHAT_CERTAIN = 85.0, 95.0  # likeness to a known example: beside words of ours, and without a lead


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a message was read, for `explain` and for those who keep the content."""

    tokens: tuple[Token, ...] = ()
    corrections: tuple[Correction, ...] = ()
    mentions: tuple[Mention, ...] = ()
    negated: frozenset[Mention] = frozenset()
    readings: tuple[Reading, ...] = ()
    candidates: tuple[tuple[str, tuple[Candidate, ...]], ...] = ()
    unread: tuple[Token, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message means. Either asks, or an outcome that needs no facts looked up."""

    outcome: Outcome
    reason: Reason | None = None
    asks: tuple[Ask, ...] = ()
    kind: str = ""  # the chat's, the question back's, or the refusal's wording
    choices: tuple[Topic, ...] = ()
    declined: tuple[str, ...] = ()
    person: Person = Person()
    condition: str = ""  # a state of the patient on which the sources are silent, such as pregnancy
    new_patient: bool = False
    adds_to_patient: bool = False
    denies_emergency: bool = False
    figures: Figures = NOTHING  # the reader's own numbers
    pending: tuple[Ask, ...] = ()  # what was asked, where a question back has to be answered first
    unsure: Decimal | None = None  # a number of which the question back asks what it is
    evidence: Evidence = field(default_factory=Evidence)


class Reader:
    """Reads messages with the vocabulary and examples of one content folder.

    excess_mg is the amount by mouth above which one intake counts as an overdose; together names the topics whose facts
    speak of another medicine beside ours, by that medicine.
    """

    def __init__(self, content: Content, excess_mg: Decimal, together: Mapping[str, tuple[Topic, ...]]) -> None:
        self.lexicon = Lexicon(content)
        self.matcher = Matcher(content.intents, self.lexicon, content.vocabulary.get("pronouns", ()))
        self.excess_mg = excess_mg
        self.together = together
        self.conditions = {name: subject.condition for name, subject in content.subjects.items()}

    def read(self, message: str, context: Context | None = None) -> Understanding:
        """The meaning of one message. context: what it may lean on, in a conversation that has begun."""
        reading = _Reading(self, message, context)
        rest = reading.after_retraction
        if rest:  # "False alarm, she never took it. Max dose at 77?": what is taken back is not asked about
            return replace(_Reading(self, rest, context).understand(), denies_emergency=True)
        return reading.understand()


class _Reading:
    """One message on its way to an understanding."""

    def __init__(self, reader: Reader, text: str, context: Context | None) -> None:
        self._reader = reader
        self._context = context
        self._in_conversation = context is not None
        self._message = Message(reader.lexicon, text, context.of_numbers if context else NOTHING_BEFORE)
        self._domain = Domain(self._message, reader.matcher, in_conversation=self._in_conversation)
        self._unread: tuple[Token, ...] = ()
        self._chatted: tuple[tuple[str, tuple[Candidate, ...]], ...] = ()
        self._alarming: tuple[Mention, ...] = ()

    def understand(self) -> Understanding:
        """Try each reading in the order that safety asks for; the first that applies decides."""
        for step in (
            self._danger,
            self._size,
            self._new_patient,
            self._retraction,
            self._animal,
            self._chat,
            self._units,
            self._numbers,
            self._conversion,
            self._continuation,
            self._slots_alone,
            self._more_of_the_topic,
            self._other_medicines,
            self._asks,
        ):
            found = step()
            if found is not None:
                return found
        return self._clarify("nothing", "nothing was understood")

    @cached_property
    def _figures(self) -> Figures:
        """The reader's own numbers, one of before put right among them ("sorry, 34 not 43")."""
        said = read_figures(self._message)
        if self._context is None:
            return said
        said = self._with_bolus(self._with_dose_before(said.mended(self._context.figures)))
        return replace(said, doses=self._scaled_doses()) if self._scaled_doses() else said

    def _with_dose_before(self, said: Figures) -> Figures:
        """The figures with the dose that was judged before added, where a further one is told ("plus 10 mg at night").

        Where one of the two tells no amount per day they stay apart, and are asked back on.
        """
        context = self._context
        if context is None or len(said.doses) != 1 or len(context.figures.doses) != 1 or not self._adds_a_dose:
            return said
        if not any(request.name is CalculationName.DOSE_CHECK for request in context.requests):
            return said
        (before,), (more,) = context.figures.doses, said.doses
        if before.daily is None or more.daily is None or before.unit != more.unit:
            return replace(said, doses=(before, more))
        low, high = (one + other for one, other in zip(before.daily, more.daily, strict=True))
        return replace(said, doses=(Dose(low, high, more.unit, Basis.DAY),))

    @property
    def _adds_a_dose(self) -> bool:
        """Whether a word right beside an amount says that it comes on top of another."""
        message = self._message
        amounts = [
            (bisect_right(message.ends, one.start), bisect_left(message.starts, one.end))
            for one in message.readings.of("dose")
        ]
        tops = message.all_of("sums", "on_top")
        return any(top.end == start or top.start == end for top in tops for start, end in amounts)

    def _with_bolus(self, said: Figures) -> Figures:
        """The figures with an amount in mcg taken for the bolus, where that was spoken of and a response is told."""
        responded = said.hours is not None or said.response is not Response.UNSAID
        spoken = self._context is not None and not self._context.topics.isdisjoint(_OF_A_BOLUS) and self._context.pump
        lone = len(said.doses) == 1 and said.doses[0].unit == "mcg" and said.doses[0].daily is None
        if not (responded and spoken and lone) or said.screening_bolus is not None:
            return said
        return replace(said, doses=(), screening_bolus=said.doses[0])

    def _scaled_doses(self) -> tuple[Dose, ...]:
        """The dose that was judged before, doubled or halved, where a message says so and hardly more."""
        message, context = self._message, self._context
        double, half = message.has("sums", "doubled"), message.has("sums", "halved")
        if double == half or context is None or len(context.figures.doses) != 1 or message.readings.found:
            return ()
        checked = any(request.name is CalculationName.DOSE_CHECK for request in context.requests)
        words = (place for place in message.content() if place not in message.of_calculations)
        little = message.lexicon.putting_right.issuperset(message.stems[place] for place in words)
        dose, times = context.figures.doses[0], Decimal(2) if double else Decimal("0.5")
        return (replace(dose, low=dose.low * times, high=dose.high * times),) if checked and little else ()

    @cached_property
    def _denies(self) -> bool:
        """Whether the message, or its first sentence, says that an emergency did not happen."""
        message = self._message
        last = max((part.end for part in message.segments if not part.sentence), default=0)
        lexicon, first = message.lexicon, message.stems[:last]
        return denies(lexicon, message.stems) or (len(first) < len(message.stems) and denies(lexicon, first))

    @property
    def after_retraction(self) -> str:
        """What follows a first sentence that says nothing but that an emergency did not happen."""
        message = self._message
        last = max((part.end for part in message.segments if not part.sentence), default=0)
        if not 0 < last < len(message.stems) or not denies(message.lexicon, message.stems[:last]):
            return ""
        following = (token for token in message.tokens[last:] if token.kind != "mark")
        start = next((token.start for token in following), len(message.text))
        return message.text[start:]

    @cached_property
    def _topics(self) -> Topics:
        """What the parts of the message ask for: looked at once, and only where no earlier step decided."""
        reader = self._reader
        return Topics(self._message, reader.matcher, reader.together, in_conversation=self._in_conversation)

    def _reply(self, outcome: Outcome, reason: Reason | None, rule: str, **more: object) -> Understanding:
        message = self._message
        read = self.__dict__.get("_topics")
        evidence = Evidence(
            tokens=message.tokens,
            corrections=message.corrections,
            mentions=(*message.mentions, *message.subjects, *self._alarming),
            negated=message.negated,
            readings=message.readings.found,
            candidates=(*self._chatted, *(read.candidates if read else ())),
            unread=self._unread,
            rule=rule,
        )
        return Understanding(
            outcome,
            reason,
            person=message.person(),
            condition=condition_of_patient(message, self._reader.conditions),
            adds_to_patient=message.has("additions") or self._tells_of_kidneys or self._tells_an_age,
            denies_emergency=self._denies,
            figures=self._figures,
            evidence=evidence,
            **more,  # type: ignore[arg-type]
        )

    def _clarify(self, kind: str, rule: str, reason: Reason = Reason.AMBIGUOUS, **more: object) -> Understanding:
        return self._reply(Outcome.CLARIFY, reason, rule, kind=kind, **more)

    # ------------------------------------------------------------------------------------------------ before topics

    def _danger(self) -> Understanding | None:
        message = self._message
        medicine = message.has("drug") or not message.has("other")
        child = (
            message.has("population", Population.PEDIATRIC)
            or message.has("infant")
            or message.has("kin", Population.PEDIATRIC)
            or any(age.low < ADULT_FROM_MONTHS for age in message.readings.of("age"))
        )
        danger = read_danger(message, excess_mg=self._reader.excess_mg, medicine=medicine, child=child)
        if danger is None:
            return None
        ours = message.has("drug") or self._domain.anchor() > CLINICAL
        everyday = message.has("elsewhere") or any(map(self._domain.is_everyday, message.stems))
        if danger.reason is Reason.PUMP_FAILURE and not ours and everyday:
            # A sump pump, a breast pump: words that only stand in everyday questions.
            return None
        self._alarming = danger.mentions
        return self._reply(Outcome.EMERGENCY, danger.reason, danger.rule)

    def _size(self) -> Understanding | None:
        message = self._message
        if message.too_long:
            return self._clarify("too_long", "longer than is read", Reason.INVALID_INPUT)
        odd = (char for char in message.text if not char.isascii() and char not in PLAIN_SIGNS)
        pictures = any(unicodedata.category(char) == "So" for char in odd)
        if pictures and not message.has("drug"):
            return self._clarify("unread", "a picture that is not read")
        if not any(token.kind != "mark" for token in message.tokens):
            return self._clarify("empty", "no words")
        if len({mention.start for mention in message.all_of("foreign")}) >= FOREIGN_WORDS:
            return self._clarify("unread", "another language")
        return None

    def _new_patient(self) -> Understanding | None:
        if not self._message.has("new_patient"):
            return None
        rest = self._other_medicines() or self._asks()
        if rest is not None and (
            rest.outcome is not Outcome.ANSWER or any(ask.topic or ask.subject for ask in rest.asks)
        ):
            return replace(rest, new_patient=True)
        return self._reply(Outcome.CHAT, None, "a new patient", kind="new_patient", new_patient=True)

    def _retraction(self) -> Understanding | None:
        """What only says that it did not happen asks nothing."""
        if self._denies and len({part.sentence for part in self._message.segments}) < 2:
            return self._reply(Outcome.CHAT, None, "what was said is taken back", kind="acknowledgement")
        return None

    def _animal(self) -> Understanding | None:
        """An animal as the patient: not one that a person owns or met, as far as the words tell."""
        message = self._message
        animals = message.all_of("animals")
        described = message.has("kin") or message.readings.of("age") or message.has("population")
        asked = any(message.has("animals", None, part.start, part.end) for part in message.segments if part.question)
        if animals and ((asked and not message.has("population")) or not described or self._is_patient(animals)):
            return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, "an animal", kind="animal")
        return None

    def _is_patient(self, animals: Sequence[Mention]) -> bool:
        """Whether an animal is whom it is for ("for my dog", "an adult cat", "my dog has …")."""
        words = [token.text for token in self._message.tokens]
        for animal in animals:
            before = words[max(animal.start - 3, 0) : animal.start]
            after = words[animal.end] if animal.end < len(words) else ""
            aged = not {"adult", "elderly", "old", "senior", "young"}.isdisjoint(before[-1:])
            owned = not {"for", "in", "to", "give", "on"}.isdisjoint(before) or after in (
                "has",
                "is",
                "weighs",
                "needs",
            )
            if aged or owned:
                return True
        return False

    def _chat(self) -> Understanding | None:
        """Greetings, thanks, questions about the chatbot itself."""
        message, matcher = self._message, self._reader.matcher
        stems = message.content_stems()
        measured = any(reading.kind in OF_DOSING for reading in message.readings.found)
        described = measured or message.has_any("population", "childhood_condition")
        described = described or any(mention.kind == "population" for mention in message.negated)
        if not stems or len(stems) > LONGEST_CHAT or described:
            return None
        other = message.has("other") and not message.has("drug")
        told = self._figures.doses or message.readings.of("volume")
        goes_on = self._names_slots_alone or self._goes_on_with_a_number or self._tells_what_was_asked()
        if other or told or goes_on:
            return None
        ranked = matcher.rank(matcher.scores(stems))
        if not any(row.group.startswith("chat/") for row in ranked):
            return None
        ranked = matcher.compare(ranked, message.words())
        if not ranked[0].group.startswith("chat/") or ranked[0].score < ACCEPT:
            return None
        best = ranked[0]
        lead = best.score - max((row.score for row in ranked if not row.group.startswith("chat/")), default=0.0)
        ours = message.has_any("drug", "about", "route", "hints", "origin", "kidney") or self._domain.foreign(None)
        if (lead < CHAT_LEAD and best.ratio < CHAT_CERTAIN) or (ours and best.ratio < CHAT_CLOSE):
            return None
        self._chatted = ((message.words(), tuple(ranked)),)
        return self._reply(Outcome.CHAT, None, "small talk", kind=best.group.removeprefix("chat/"))

    @property
    def _goes_on_with_a_number(self) -> bool:
        """Whether a message of a conversation tells a bare number ("no, 45"), or asks about the dose before."""
        if not self._in_conversation:
            return False
        return self._figures.number is not None or bool(self._requests)

    def _tells_what_was_asked(self) -> bool:
        """Whether a number is told that the calculation before takes ("OK, 10 days then")."""
        before = self._context.requests if self._context else ()
        return any(self._figures.tells(request.name) for request in before)

    def _units(self) -> Understanding | None:
        """A unit that does not fit the route: mg by pump, mcg by mouth."""
        message = self._message
        if message.has("other") and not message.has("drug"):
            return None
        hints = [hint for hint in message.all_of("hints", Route.INTRATHECAL) if hint.value and not self._is_unit(hint)]
        pump = message.has("route", Route.INTRATHECAL) or bool(hints)
        mouth = message.has("route", Route.ORAL)
        units = {dose.unit for dose in message.readings.of("dose") if not message.is_anothers(dose)}
        kind = ""
        if pump and not mouth and units == {"mg"}:
            kind = "mg_by_pump"
        elif mouth and not pump and "mcg" in units:
            kind = "mcg_by_mouth"
        if not kind:
            return None
        return self._clarify(kind, "a unit against the route", Reason.UNIT_MISMATCH, pending=tuple(self._all_asks()))

    def _all_asks(self) -> list[Ask]:
        """All that is asked: calculations, and topics beside them."""
        message, topics = self._message, self._topics
        condition = condition_in(message, self._reader.conditions)
        apart = condition == CONVERSION and len(topics.parts) > 1
        if condition and self._figures.doses and not apart:
            # A dose beside a state on which the sources are silent: nothing is said of the dose.
            return [Ask(subject=condition, person=message.person(), routes=message.routes())]
        requests = self._requests
        if requests:
            rest = (left_over(part, requests, message, topics.rank) for part in topics.parts)
            topics.leave([part for part in rest if part])
        asks = build(message, topics, self._reader.conditions)
        return [*calculation_asks(message, requests, self._figures), *asks] if requests else asks

    def _is_unit(self, hint: Mention) -> bool:
        return self._message.tokens[hint.start].text in ("mcg", "ug", "microgram", "micrograms", "mg", "milligram")

    def _numbers(self) -> Understanding | None:
        message = self._message
        if message.has("other") and not message.has("drug"):
            return None
        if message.readings.of("impossible"):
            return self._clarify("impossible", "a number that cannot be", Reason.INVALID_INPUT)
        if message.readings.of("unreadable"):
            return self._clarify("unreadable", "a number that cannot be read", Reason.INVALID_INPUT)
        if self._figures.instead_of is not None:
            return self._clarify("loose_number", "a number put right that was not told", Reason.MISSING_INPUT)
        if (number := self._age_or_amount()) is not None:
            asks = tuple(self._all_asks())
            rule = "a bare number: an age, or an amount"
            return self._clarify("loose_number", rule, Reason.MISSING_INPUT, pending=asks, unsure=number.low)
        return self._whom()

    def _age_or_amount(self) -> Reading | None:
        """A bare number behind "at" where an amount is known already: an age, too ("20 mg tds, too much at 80?")."""
        message, before = self._message, self._context.figures if self._context else NOTHING
        numbers = message.readings.of("number")
        known = any(dose.unit for dose in self._figures.doses)
        known = known or (bool(before.doses) and before.age_years is not None and not message.readings.of("dose"))
        if len(numbers) != 1 or not known or message.readings.of("age"):
            return None
        place = message.starts.index(numbers[0].start)
        around = [token.text for token in message.tokens[max(place - 1, 0) : place + 2]]
        alone = around[2:] in ([], ["?"], ["."], [","], [")"])
        return numbers[0] if around[0] == "at" and alone else None

    def _whom(self) -> Understanding | None:
        """A question back on whom it is for: a word against a number, an age that reads two ways, one still open."""
        message = self._message
        person = message.person()
        if person.contradiction:
            return self._clarify("contradiction", "a word against a number", pending=tuple(self._all_asks()))
        if not person.unsure_age:
            return self._still_in_doubt()
        unsure = next((age.low / MONTHS_A_YEAR for age in message.readings.of("ambiguous_age") if age.low), None)
        asks = tuple(self._all_asks())
        return self._clarify("age", "an age that reads two ways", pending=asks, unsure=unsure)

    def _still_in_doubt(self) -> Understanding | None:
        """The question back on whom it is for once more, where a dose is asked and it was not answered."""
        message, doubt = self._message, self._context.doubt if self._context else ""
        figures = bool(self._figures) and not self._leaves_an_age_open
        told = message.person().says_something or figures or message.has("other")
        if not doubt or told:
            return None
        asks = tuple(self._all_asks())
        if asks and not any(ask.topic in CONDITIONED for ask in asks):
            return None
        before = self._context.unsure if self._context else None
        return self._clarify(doubt, "whom it is for is still open", pending=asks, unsure=before)

    @property
    def _leaves_an_age_open(self) -> bool:
        """Whether a number of before may still be the age of a child or an older adult, and only a dose is told now."""
        unsure = self._context.unsure if self._context else None
        if unsure is None or not self._figures.doses or not (self._context and self._context.requests):
            return False
        of_adult = ADULT_FROM_MONTHS <= unsure * MONTHS_A_YEAR < OLDER_FROM_MONTHS
        return not of_adult and all(unsure not in (dose.low, dose.high) for dose in self._figures.doses)

    @cached_property
    def _names_slots_alone(self) -> bool:
        """Whether a message of a conversation holds slots, and else only words that put right ("sorry, by pump")."""
        message = self._message
        if not self._in_conversation or message.others() or message.subjects:
            return False
        lone = fragment(message, self._figures)
        if lone is None or lone == Ask(figures=replace(NOTHING, number=self._figures.number), medicine=lone.medicine):
            return False
        spans = _SPANS if self._figures.days is not None else set()
        return message.lexicon.putting_right.issuperset(set(message.content_stems()) - spans)

    def _slots_alone(self) -> Understanding | None:
        """A slot put right or added, and nothing asked: it goes on with what was asked before."""
        if not self._names_slots_alone or self._requests:
            return None
        lone = fragment(self._message, self._figures)
        return self._reply(Outcome.ANSWER, None, "a slot alone", asks=(lone,)) if lone else None

    def _more_of_the_topic(self) -> Understanding | None:
        """How common what was spoken of is, from what dose it comes, which of two does it more: read in its light.

        A message that plainly names something else is left to its own words.
        """
        message, context = self._message, self._context
        if context is None or len(context.topics) != 1 or self._figures.doses or message.has_any("drug", "other"):
            return None
        before = next(iter(context.topics))
        effects = message.all_of("sums", "effects") if before is Topic.COMPARISON else []
        if effects:
            named = {place for one in effects for place in range(one.start, one.end)}
            return self._goes_on_with(Topic.ADVERSE_EFFECTS, {Topic.COMPARISON, Topic.ADVERSE_EFFECTS}, named)
        asked = [
            *(message.all_of("sums", "how_common") if before in _OF_EVENTS else ()),
            *(message.all_of("sums", "from_what_dose") if before in _OF_A_DOSE else ()),
        ]
        coming = self._comes_on
        if coming and before in _OF_COMING:
            asked += message.all_of("sums", "how_soon")
            asked += message.all_of("sums", "rate_asked") if before in _OF_A_DOSE else ()
        places = {place for one in (*asked, *coming) for place in range(one.start, one.end)}
        return self._goes_on_with(before, {before}, places) if asked else None

    @property
    def _comes_on(self) -> list[Mention]:
        """The words for setting in whose subject is what was spoken of ("do they start", not "do we start")."""
        words = [token.text for token in self._message.tokens]
        return [
            one
            for one in self._message.all_of("sums", "comes_on")
            if one.start
            and words[one.start - 1] in _SPOKEN_OF
            and words[one.end - 1] != "started"
            and words[one.end : one.end + 1] not in (["on"], ["with"])
        ]

    def _goes_on_with(self, topic: Topic, own: set[Topic], besides: set[int]) -> Understanding | None:
        """The topic asked once more, where the words, those besides left out, speak of nothing but its own."""
        message = self._message
        small = message.lexicon.function_words | {"dose"}
        stems = [message.stems[place] for place in message.content() if place not in besides]
        stems = [stem for stem in stems if stem not in small]
        if besides and not _GIVING.isdisjoint(token.text for token in message.tokens):
            # "How often do they take it?" asks of the medicine.
            return None
        rows = self._reader.matcher.rank(self._reader.matcher.scores(stems))
        if message.subjects or (rows and rows[0].score >= ACCEPT and rows[0].group not in own):
            return None
        details = self._topics.details(topic, 0, len(message.tokens))
        lone = fragment(message, self._figures) or Ask(person=message.person())
        named = replace(lone, topic=topic, details=details, figures=NOTHING)
        return self._reply(Outcome.ANSWER, None, "more of the topic before", asks=(named,))

    def _other_medicines(self) -> Understanding | None:
        """Another medicine alone is refused; beside ours, or in a topic whose facts speak of it, reading goes on."""
        message = self._message
        others = message.others()
        if not others or message.has("drug"):
            return None
        doses = bool(message.readings.of("dose")) or self._asks_how_many
        doses = doses or any(part.winner.group in DOSE_TOPICS for part in self._topics.parts)
        if message.has("about") and not doses:
            return None
        spoken = [set(self._reader.together.get(name, ())) for name in others]
        asked = {Topic(part.winner.group) for part in self._topics.parts if part.winner.group in set(Topic)}
        if self._in_conversation and self._asks_of_both:
            return None
        context = message.has_any("route", "about") or self._in_conversation
        context = context or (message.is_set_against and bool(self._domain.anchor()))
        # "How does it compare with X in children?" speaks of ours, which facts set against X.
        it = any(token.text in _IT for token in message.tokens)
        context = context or (it and asked == {Topic.COMPARISON})
        if context and asked and not doses and all(asked <= topics for topics in spoken):
            return None
        return self._reply(Outcome.REFUSE, Reason.OTHER_DRUG, "another medicine", kind="other_drug", declined=others)

    @property
    def _asks_how_many(self) -> bool:
        """Whether "how many" units or "how much" of another medicine is asked."""
        texts = [token.text for token in self._message.tokens]
        named = {other.start for other in self._message.all_of("other")}
        return any(
            two == "many" or (two == "much" and place + 2 in named)
            for place, (one, two) in enumerate(pairwise(texts))
            if one == "how"
        )

    # ------------------------------------------------------------------------------------------------ what is asked

    def _asks(self) -> Understanding | None:
        message, topics, domain = self._message, self._topics, self._domain
        if self._in_conversation and _asks_the_basis(message):
            return self._reply(Outcome.ANSWER, None, "per dose or per day: the answer before says it", asks=(Ask(),))
        if domain.is_off_topic(topics, self._requests):
            ours, off = topics.best()
            little = not domain.foreign(topics) and not domain.anchor()
            little = little and domain.unexplained(topics, self._requests) < CLEARLY_ELSE
            if little and ours >= off and not domain.is_elsewhere(topics):
                return self._clarify("nothing", "words that what is asked does not explain")
            return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, "not about our subject", kind="off_topic")
        asks = self._all_asks()
        if self._in_conversation and self._asks_of_both:
            asks = self._implied()
        infant = message.person().infant  # no dose is known, whichever of the two is asked
        if topics.doubtful and not asks and infant:
            asks = [Ask(topic=topics.doubtful[0], person=message.person(), medicine=message.has("drug"))]
        more = self._opens_like_a_fragment and not self._requests and topics.best()[0] < PLAIN
        if more or (topics.doubtful and not asks):
            kind, rule = ("no_topic", "more of what was not kept") if more else ("choices", "two topics are too close")
            return self._clarify(kind, rule, choices=() if more else tuple(dict.fromkeys(topics.doubtful)))
        faint = all(part.winner.score < CERTAIN for part in topics.parts)
        if not asks or (faint and (message.has("supply") or self._asks_how_often or self._asks_whether)):
            asks = self._implied() or asks
        if not asks:
            return self._lone_fragment()
        return self._answer(tuple(asks))

    def _lone_fragment(self) -> Understanding | None:
        """A message that names slots and no topic; a bare number goes back."""
        lone, number = fragment(self._message, self._figures), self._figures.number
        if lone and lone == Ask(figures=replace(NOTHING, number=number)):
            return self._clarify("loose_number", "a bare number", Reason.MISSING_INPUT, unsure=number)
        return self._reply(Outcome.ANSWER, None, "a fragment", asks=(lone,)) if lone else None

    def _answer(self, asks: tuple[Ask, ...]) -> Understanding:
        """What is asked, unless it would show a dose and something that could change that dose was not understood."""
        topics, domain = self._topics, self._domain
        computed = any(ask.requests for ask in asks)
        if computed or any(ask.topic in DOSE_TOPICS for ask in asks):
            self._unread = domain.unread(topics, self._figures)
            if self._unread:
                return self._clarify("unread", "a word that could change the dose was not understood")
            if not self._message.person().kidneys and self._message.kidneys_unknown:
                rule = "kidneys of which nobody knows how they work"
                return self._clarify("kidneys", rule, Reason.MISSING_INPUT, pending=asks)
            # Beside a dose with its unit a bare number may be the age, which the verdict hangs on.
            judged = any(dose.unit for dose in self._figures.doses) and not self._message.readings.of("age")
            judged = judged and all(request.name in _OF_AN_AGE for ask in asks for request in ask.requests)
            loose = None if computed and not judged else domain.loose_number(topics)
            if loose:
                rule = "a bare number: an age, or an amount"
                return self._clarify("loose_number", rule, Reason.MISSING_INPUT, pending=asks, unsure=loose.low)
        rule = "the reader's own numbers" if computed else "topics by evidence"
        return self._reply(Outcome.ANSWER, None, rule, asks=asks, declined=topics.declined)

    def _implied(self) -> list[Ask]:
        """What a message asks whose words ask for nothing: two frequencies, an amount in mL, a silent subject."""
        message = self._message
        subject = condition_in(message, self._reader.conditions)
        named = next((one.value for one in message.subjects if one not in message.negated), "")
        lone = fragment(message, self._figures) or Ask(person=message.person())
        implied = (
            (message.has("supply") and not self._in_conversation, Topic.STOPPING),
            (self._asks_how_often, Topic.DOSING_FREQUENCY),
            (self._asks_whether, Topic.PRECAUTIONS),
            (self._asks_of_a_start, Topic.STARTING_DOSE),
        )
        topic = next((topic for applies, topic in implied if applies), None)
        if topic:
            return [replace(lone, topic=topic)]
        if message.readings.of("volume") and subject:
            return [replace(lone, subject=subject)]
        if message.has("drug") and named:
            return [replace(lone, subject=named)]
        if self._asks_of_both or (message.has("drug") and message.others() and not self._in_conversation):
            return [replace(lone, topic=Topic.INTERACTIONS, related=message.others())]
        return []

    @property
    def _tells_an_age(self) -> bool:
        """Whether an adult age is told of a patient whose kidneys are ill ("she is 35"): no age makes them well."""
        person = self._message.person()
        adult = person.by_age and person.populations == (Population.ADULT,) and not person.kidneys
        of_patient = any(token.text in _IT_IS for token in self._message.tokens)
        return bool(self._context and self._context.kidneys and adult and of_patient)

    @property
    def _tells_of_kidneys(self) -> bool:
        """Whether kidney disease is told of the patient of before ("she has ckd 3"), and no other group is named."""
        person = self._message.person()
        words = {token.text for token in self._message.tokens}
        # "… and with stage 3 kidney disease too?"
        of_patient = not words.isdisjoint(_OF_PATIENT) or ("with" in words and not words.isdisjoint(_TOO))
        return bool(person.kidneys) and not person.populations and of_patient

    @property
    def _asks_of_both(self) -> bool:
        """Whether another medicine is asked about beside the one before ("can she have diazepam with it?")."""
        message = self._message
        with_it = any(token.text in _WITH and following.text in _IT for token, following in pairwise(message.tokens))
        return with_it and bool(message.others()) and not message.readings.of("dose")

    @property
    def _opens_like_a_fragment(self) -> bool:
        """Whether a message goes on from nothing that is kept ("and in younger ones?", after a refusal)."""
        opening = tuple(token.text for token in self._message.tokens[:2])
        joins = opening[:1] in (("and",), ("but",), ("or",)) and opening[1:] in (("in",), ("for",), ("with",), ("on",))
        return self._context is not None and not self._context.topics and (joins or opening[1:] == ("about",))

    @property
    def _asks_whether(self) -> bool:
        """Whether a part only asks if somebody whose kidneys are spoken of may have it."""
        message = self._message
        return any(asks_whether(message, part.start, part.end) for part in message.segments)

    @property
    def _asks_of_a_start(self) -> bool:
        """Whether a word for starting and a person are told, and nothing else ("start for my 33 yo, po")."""
        message = self._message
        lexicon = message.lexicon
        telling = [stem for stem in message.content_stems() if stem not in lexicon.function_words]
        return len(telling) == 1 and message.has("sums", "start") and message.person().says_something

    @property
    def _asks_how_often(self) -> bool:
        """Whether a frequency is told without an amount, and little else ("bd or tds?")."""
        message = self._message
        amounts = any(reading.kind in AMOUNTS for reading in message.readings.found)
        telling = [stem for stem in message.content_stems() if stem not in message.lexicon.function_words]
        return bool(message.readings.of("frequency")) and not amounts and len(telling) <= FEW_WORDS

    @cached_property
    def _requests(self) -> tuple[Request, ...]:
        """The calculations that are asked for; none where a condition is named on which the sources are silent."""
        message = self._message
        if condition_in(message, self._reader.conditions):
            return ()
        return read_requests(message, self._figures, self._topics.parts, self._context)

    def _conversion(self) -> Understanding | None:
        """The dose before as one by the other route ("what would that be on the pump?")."""
        message, context = self._message, self._context
        if context is None or not context.figures.doses or self._figures.doses or message.spoken("sums", "judge"):
            return None
        other = Route.ORAL if context.pump else Route.INTRATHECAL
        words = {token.text for token in message.tokens}
        asked = not words.isdisjoint(_THAT) and not words.isdisjoint(_AMOUNTS_TO) and message.routes() == (other,)
        if not asked or CONVERSION not in self._reader.conditions:
            return None
        ask = Ask(subject=CONVERSION, person=message.person(), routes=(other,))
        return self._reply(Outcome.ANSWER, None, "the dose before by another route", asks=(ask,))

    def _continuation(self) -> Understanding | None:
        """What goes on with a calculation that was asked before: a number, a unit, another patient."""
        message, context = self._message, self._context
        if context is None or not context.requests or message.others():
            return None
        if condition_in(message, self._reader.conditions) and not self._figures:
            return None
        asked_anew = read_requests(message, self._figures, self._topics.parts, None)
        if any(not request.implied for request in asked_anew) and not supposes(message, self._figures, context):
            return None
        requests = continued(message, self._figures, self._topics.parts, context)
        asks = tuple(replace(ask, topic=None) for ask in calculation_asks(message, requests, self._figures) if requests)
        return self._reply(Outcome.ANSWER, None, "more for the calculation before", asks=asks) if asks else None


def _asks_the_basis(message: Message) -> bool:
    """Whether all that is asked is of what the figure before was told ("is that per dose or per day?")."""
    words = {token.text for token in message.tokens if token.kind == "word"}
    return _BASES <= words <= _OF_BASIS
