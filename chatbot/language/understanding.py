"""Puts the reading together: a message becomes an `Understanding`, with all the evidence for it.

Order (the contract's): danger, size, a new patient, what is taken back, animals, small talk, units against the route,
numbers that cannot be, other medicines, then what is asked. The outcome is a list of `Ask`s, or a reply that needs none
(an emergency, a refusal, a question back, a chat).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from chatbot.calculation import NOTHING, Figures, Request
from chatbot.content import Content
from chatbot.language.asks import Ask, build, calculation_asks, condition_in, condition_of_patient, fragment
from chatbot.language.figures import read_figures
from chatbot.language.matcher import Candidate, Matcher
from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.people import Person
from chatbot.language.quantities import Reading
from chatbot.language.requests import CERTAIN, Context, continued, left_over, read_requests
from chatbot.language.safety import denies, read_danger
from chatbot.language.topics import ACCEPT, OFF_TOPIC, Topics
from chatbot.language.vocabulary import Correction, Lexicon, Mention
from chatbot.query import DOSE_TOPICS, Outcome, Population, Reason, Route, Topic

# How much each kind of word speaks for a message being ours. Chosen as the figures of topics.py.
OWN_DRUG, ABOUT, ROUTE, DOSE, CLINICAL, PEOPLE = 6.0, 3.0, 2.0, 1.5, 1.0, 0.6
FOREIGN = 0.8  # how much one plain word that no example holds speaks against it
EVIDENCE = 0.1  # how much a topic's evidence, less that for being off topic, speaks for it
OFF = 2.5  # evidence for being off topic below which it decides nothing
OFF_SHARE = 0.7  # of our evidence, from which that for being off topic decides where little else speaks for us
# Shares of the words of what is asked that no example of it has, above which a message in which little is medical is
# taken as something else's: where a dose would be shown, where that is for a patient, and where none would be.
UNEXPLAINED, UNEXPLAINED_OF_PATIENT, UNEXPLAINED_WITHOUT_DOSE = 0.3, 0.49, 0.6
CLEARLY_ELSE = 0.6  # share from which it is refused; below it the question goes back
PATIENT = 1.5  # how much a patient who is described in a conversation speaks for going on with it
IN_DOMAIN = 0.5  # from which sum on a message is taken as ours
# Route words that everyday life uses too: they say less.
EVERYDAY_ROUTES = frozenset({"tablet", "tab", "pill", "oral", "pump", "capsul", "device"})
PLAIN_SIGNS = frozenset("™®©°")  # signs that stand in names and temperatures, and are no pictures
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "master", "doctor", "sister", "nurse"})

SAYING = frozenset(
    {"wants", "want", "wanted", "says", "said", "asks", "asked", "thinks", "reckons", "wrote", "prescribed"}
)
FOREIGN_WORDS = 2  # words of other languages from which a message is not in English
LONG_SLIP = 7  # letters from which a common word with a slip in it is that word, and no name
LONG_NAME = 4  # letters; names of medicines are longer
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
        return _Reading(self, message, context).understand()


class _Reading:
    """One message on its way to an understanding."""

    def __init__(self, reader: Reader, text: str, context: Context | None) -> None:
        self._reader = reader
        self._context = context
        self._in_conversation = context is not None
        self._message = Message(reader.lexicon, text)
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
            self._continuation,
            self._other_medicines,
            self._asks,
        ):
            found = step()
            if found is not None:
                return found
        return self._clarify("nothing", "nothing was understood")

    @cached_property
    def _figures(self) -> Figures:
        """The reader's own numbers."""
        return read_figures(self._message)

    @cached_property
    def _denies(self) -> bool:
        """Whether the message, or its first sentence, says that an emergency did not happen."""
        message = self._message
        last = max((part.end for part in message.segments if not part.sentence), default=0)
        lexicon, first = message.lexicon, message.stems[:last]
        return denies(lexicon, message.stems) or (len(first) < len(message.stems) and denies(lexicon, first))

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
            adds_to_patient=message.has("additions"),
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
        )
        danger = read_danger(message, excess_mg=self._reader.excess_mg, medicine=medicine, child=child)
        if danger is None:
            return None
        ours = message.has("drug") or self._anchor() > CLINICAL
        if danger.reason is Reason.PUMP_FAILURE and not ours and any(map(self._is_everyday, message.stems)):
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
        described = message.has_any("population", "childhood_condition") or message.readings.of("age")
        if not stems or len(stems) > LONGEST_CHAT or described:
            return None
        other = message.has("other") and not message.has("drug")
        told = self._figures.doses or message.readings.of("volume")
        if other or told or self._tells_what_was_asked():
            return None
        ranked = matcher.rank(matcher.scores(stems))
        if not any(row.group.startswith("chat/") for row in ranked):
            return None
        ranked = matcher.compare(ranked, message.words())
        if not ranked[0].group.startswith("chat/") or ranked[0].score < ACCEPT:
            return None
        best = ranked[0]
        lead = best.score - max((row.score for row in ranked if not row.group.startswith("chat/")), default=0.0)
        ours = message.has_any("drug", "about", "route", "hints", "origin", "kidney") or self._foreign(everywhere=True)
        if (lead < CHAT_LEAD and best.ratio < CHAT_CERTAIN) or (ours and best.ratio < CHAT_CLOSE):
            return None
        self._chatted = ((message.words(), tuple(ranked)),)
        return self._reply(Outcome.CHAT, None, "small talk", kind=best.group.removeprefix("chat/"))

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
        units = {dose.unit for dose in message.readings.of("dose")}
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
        if condition and self._figures.doses:
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
        person = message.person()
        if person.contradiction:
            return self._clarify("contradiction", "a word against a number")
        return self._clarify("age", "an age that reads two ways") if person.unsure_age else None

    def _other_medicines(self) -> Understanding | None:
        """Another medicine alone is refused; beside ours, or in a topic whose facts speak of it, reading goes on."""
        message = self._message
        others = message.others()
        if not others or message.has("drug"):
            return None
        doses = any(part.winner.group in DOSE_TOPICS for part in self._topics.parts) or bool(self._figures.doses)
        if message.has("about") and not doses:
            return None
        spoken = [set(self._reader.together.get(name, ())) for name in others]
        asked = {Topic(part.winner.group) for part in self._topics.parts if part.winner.group in set(Topic)}
        context = message.has_any("route", "about") or self._in_conversation
        if context and asked and all(asked <= topics for topics in spoken):
            return None
        return self._reply(Outcome.REFUSE, Reason.OTHER_DRUG, "another medicine", kind="other_drug", declined=others)

    # ------------------------------------------------------------------------------------------------ what is asked

    def _asks(self) -> Understanding | None:
        message, topics = self._message, self._topics
        if self._is_off_topic():
            ours, off = self._topics.best()
            little = not self._foreign() and not self._anchor() and self._unexplained() < CLEARLY_ELSE
            if little and ours >= off:
                return self._clarify("nothing", "words that what is asked does not explain")
            return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, "not about our subject", kind="off_topic")
        asks = self._all_asks()
        if topics.doubtful and not asks:
            return self._clarify("choices", "two topics are too close", choices=tuple(dict.fromkeys(topics.doubtful)))
        faint = all(part.winner.score < CERTAIN for part in topics.parts)
        if not asks or (message.has("supply") and faint):
            asks = self._implied() or asks
        if not asks:
            lone = fragment(message, self._figures)
            return self._reply(Outcome.ANSWER, None, "a fragment", asks=(lone,)) if lone else None
        doses = any(ask.topic in DOSE_TOPICS or ask.topic is Topic.CALCULATION for ask in asks)
        self._unread = self._attached_unread() if doses else ()
        if self._unread:
            return self._clarify("unread", "a word that could change the dose was not understood")
        computed = any(ask.requests for ask in asks)
        rule = "the reader's own numbers" if computed else "topics by evidence"
        return self._reply(Outcome.ANSWER, None, rule, asks=tuple(asks), declined=topics.declined)

    def _implied(self) -> list[Ask]:
        """What a message asks that names only a silent subject, another medicine beside ours, or an amount in mL."""
        message = self._message
        subject = condition_in(message, self._reader.conditions)
        named = next((one.value for one in message.subjects if one not in message.negated), "")
        lone = fragment(message, self._figures) or Ask(person=message.person())
        if message.has("supply") and not self._in_conversation:
            return [replace(lone, topic=Topic.STOPPING)]
        if message.readings.of("volume") and subject:
            return [replace(lone, subject=subject)]
        if message.has("drug") and named:
            return [replace(lone, subject=named)]
        if message.has("drug") and message.others() and not self._in_conversation:
            return [replace(lone, topic=Topic.INTERACTIONS, related=message.others())]
        return []

    @cached_property
    def _requests(self) -> tuple[Request, ...]:
        """The calculations that are asked for; none where a condition is named on which the sources are silent."""
        message = self._message
        if condition_in(message, self._reader.conditions):
            return ()
        return read_requests(message, self._figures, self._topics.parts, self._context)

    def _continuation(self) -> Understanding | None:
        """What goes on with a calculation that was asked before: a number, a unit, another patient."""
        message, context = self._message, self._context
        if context is None or not context.requests or message.others():
            return None
        if condition_in(message, self._reader.conditions) and not self._figures:
            return None
        asked_anew = read_requests(message, self._figures, self._topics.parts, None)
        if any(not request.implied for request in asked_anew):
            return None
        requests = continued(message, self._figures, self._topics.parts, context)
        asks = tuple(replace(ask, topic=None) for ask in calculation_asks(message, requests, self._figures) if requests)
        return self._reply(Outcome.ANSWER, None, "more for the calculation before", asks=asks) if asks else None

    def _is_off_topic(self) -> bool:
        """Whether the message is about something else that shares words with us (a child's benefit, a sump pump)."""
        message, topics = self._message, self._topics
        anchor, foreign = self._anchor(), self._foreign()
        ours, off = topics.best()
        if message.has_any("drug", "about") or (message.has("route", Route.INTRATHECAL) and anchor > ROUTE):
            return False
        if off > max(OFF_SHARE * ours, OFF) and anchor < ABOUT:
            return True
        patient = self._in_conversation and message.person().says_something
        if anchor <= DOSE and not patient and any(map(self._is_everyday, message.content_stems())):
            return True
        told = message.subjects or message.has("supply")
        if (
            anchor <= DOSE
            and not (self._in_conversation or told)
            and self._unexplained() > self._most_unexplained(anchor)
        ):
            return True
        kept = (IN_DOMAIN if self._in_conversation else 0.0) + (PATIENT if patient else 0.0)
        return self._is_foreign(anchor + kept, foreign, ours - off)

    def _is_foreign(self, anchor: float, foreign: Sequence[Token], lead: float) -> bool:
        """Whether the words that nothing of ours knows outweigh what speaks for us; lead: of our evidence."""
        return bool(foreign) and anchor - FOREIGN * len(foreign) + EVIDENCE * lead < IN_DOMAIN

    def _unexplained(self) -> float:
        """The share of the words of what is asked that no example of it has, those put right from a slip included."""
        message, matcher = self._message, self._reader.matcher
        winners = {part.winner.group for part in self._topics.parts}
        corrected = {correction.token.start for correction in message.corrections}
        places = [
            place
            for part in message.segments
            if part.sentence in self._topics.sentences or self._requests
            for place in message.content(part.start, part.end)
            if len(message.tokens[place].text) > 2
            and message.stems[place] not in (*message.lexicon.function_words, "time")
            and place not in message.of_calculations
            and not message.is_of_identity(place)
        ]
        odd = [
            place
            for place in places
            if not (matcher.is_in(message.stems[place], winners) or matcher.is_common(message.stems[place]))
            or (message.tokens[place].start in corrected and self._is_unread(message.tokens[place], named=False))
        ]
        return len(odd) / max(len(places), 1)

    def _most_unexplained(self, anchor: float) -> float:
        """The share of unexplained words up to which a message in which little is medical is taken as ours."""
        if not any(part.winner.group in DOSE_TOPICS for part in self._topics.parts) and not self._requests:
            return UNEXPLAINED_WITHOUT_DOSE
        if self._requests and anchor <= PEOPLE:
            plainly = self._message.has("sums", "target") or self._message.has("sums", "by_weight")
            return 1.0 if plainly else 0.0
        return UNEXPLAINED_OF_PATIENT if anchor else UNEXPLAINED

    def _anchor(self) -> float:
        """How much speaks for the message being about our medicine at all, before topics are looked at."""
        message = self._message
        plain = any(message.stems[route.start] not in EVERYDAY_ROUTES for route in message.all_of("route"))
        measured = (message.readings.of("egfr"), message.readings.of("ckd_stage"), message.readings.of("creatinine"))
        kidneys = any(measured) or message.person().kidneys
        signs = (
            (OWN_DRUG, message.has("drug")),
            (ABOUT, message.has("about")),
            (ROUTE if plain else CLINICAL, message.has_any("route", "hints")),
            (DOSE, message.has("dose_words") or message.readings.of("dose")),
            (CLINICAL, message.has_any("clinical", "origin")),
            (CLINICAL, message.has_any("childhood_condition", "kidney")),
            (CLINICAL, kidneys),
            (PEOPLE, message.has_any("population", "kin") or message.readings.of("age")),
        )
        return sum(weight for weight, there in signs if there)

    def _is_everyday(self, stem: str) -> bool:
        return self._reader.matcher.only_in(stem, OFF_TOPIC)

    def _is_ours(self, stem: str) -> bool:
        """Whether a topic, the silent subject that won, or the vocabulary uses a word."""
        winners = {part.winner.group for part in self._topics.parts} if "_topics" in self.__dict__ else set()
        return self._reader.matcher.used_in(stem, winners) or stem in self._message.lexicon.vocabulary

    def _foreign(self, *, everywhere: bool = False) -> list[Token]:
        """Plain words of what is asked that neither the examples nor the vocabulary hold; names after titles aside."""
        message = self._message
        asked = frozenset() if everywhere else self._topics.sentences
        return [
            message.tokens[place]
            for part in message.segments
            if not asked or part.sentence in asked
            for place in message.content(part.start, part.end)
            if len(message.tokens[place].text) > 2
            and not self._is_ours(message.stems[place])
            and not (place and message.tokens[place - 1].text in TITLES)
            and not message.is_of_identity(place)
        ]

    def _attached_unread(self) -> tuple[Token, ...]:
        """Words that nobody knows and that hang on the patient or the medicine ("in …", "with …").

        Where ours is not named any unknown word of what is asked could be another medicine's name.
        """
        message = self._message
        attachments = {mention.start for mention in message.all_of("attachments")}
        named = message.has_any("drug", "about")
        computed = bool(self._figures.doses or self._figures.weight_kg)
        out = []
        for part in message.segments:
            asked = computed or part.sentence in self._topics.sentences
            for place in message.content(part.start, part.end):
                token = message.tokens[place]
                attached = not attachments.isdisjoint(range(max(place - 3, 0), place))
                length = token.end - token.start  # as it was typed
                following = message.tokens[place + 1].text if place + 1 < len(message.tokens) else ""
                name = not named and asked and length > LONG_NAME and following not in SAYING
                titled = bool(place) and message.tokens[place - 1].text in TITLES
                titled = titled or message.is_of_identity(place)
                if length > 3 and (attached or name) and not titled and self._is_unread(token, named=named):
                    out.append(token)
        return tuple(out)

    def _is_unread(self, token: Token, *, named: bool) -> bool:
        """Whether nobody knows a word, or where ours is not named it was read as one that says nothing of dosing."""
        message, matcher = self._message, self._reader.matcher
        if not message.lexicon.is_word(token):
            return True
        corrected = {correction.token.start for correction in message.corrections}
        winners = {part.winner.group for part in self._topics.parts}
        stray = len(token.text) < LONG_SLIP and not matcher.is_in(token.stem, winners)
        return not named and token.start in corrected and stray
