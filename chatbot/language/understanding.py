"""Puts the reading together: a message becomes an `Understanding`, with all the evidence for it.

Order (the contract's): size, danger, animals, other medicines, units against the route, contradictions, then what is
asked. The outcome is a list of `Ask`s, or a reply that needs none (an emergency, a refusal, a question back, a chat).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from chatbot.content import Content
from chatbot.language.clauses import Segment, segments
from chatbot.language.matcher import Candidate, Matcher
from chatbot.language.normalise import Token, tokenise
from chatbot.language.people import Kidneys, Person, read_person
from chatbot.language.quantities import Reading, Readings
from chatbot.language.quantities import read as read_quantities
from chatbot.language.safety import Danger, read_danger
from chatbot.language.vocabulary import SLOT_KINDS, Correction, Lexicon, Mention
from chatbot.query import DOSE_TOPICS, PUMP_TOPICS, Origin, Outcome, Population, Reason, Route, Topic

SHORT_QUESTION = 2  # content words up to which a question leans on the sentence before it
LONGEST = 10_000  # characters; beyond it only danger is read
# Chosen on questions that no example was written from; see docs/matching.md for the figures.
ACCEPT = 2.2  # evidence from which words ask for a topic
SURE = 3.4  # evidence from which a question that names neither medicine nor dose is still taken as ours
MARGIN = 0.1  # lead over the next topic below which we ask back, where the two are both dose topics
LEAD = 1.6  # lead over the next group that a further part of a sentence needs to be one of its own,
LEAD_SHARE = 0.4  # or that share of its own evidence, where it is a short item of a list
STRONG = 4.0  # evidence from which a question stands without the statement before it
SPLIT = 2.0  # what a further topic in one sentence must bring beyond what it takes from its neighbours
SUBORDINATE = 4.0  # how much more, where it begins with "after", "if", "because"
LIST_ITEM = 4  # words up to which a part without a question word may be one of a list of things asked
SILENT_COST = 0.5  # what a silent subject must bring more than a topic, without a decisive word
TOGETHER = 2.0  # evidence for interactions that another medicine beside ours gives
WRONG_ROUTE = 3.0  # what a topic loses that the named route does not have
TELLING = 6.0  # evidence that parts of nothing but common words need ("what about", "and after a")
MERGE = 0.5  # cost of each further part in a group, so that parts without evidence stay outside
DECISIVE = 8.0  # evidence that a decisive word of a silent subject gives
DETAIL = 4.0  # evidence from which a detail narrows a topic
DETAIL_LEAD = 2.0  # and its lead over the topic's main examples
WEAK_DOSE = 6.0  # a dose topic with less gives way to a decisive word of a silent subject in the same message
OWN_DRUG, ROUTE_ANCHOR, DOSE_ANCHOR, ABOUT_ANCHOR, CLINICAL_ANCHOR, PEOPLE_ANCHOR = 6.0, 2.0, 1.5, 3.0, 1.0, 0.6
FOREIGN = 0.8  # how much one plain word that no example holds speaks against the question being ours
EVIDENCE = 0.2  # how much a topic's evidence, less that for being off topic, speaks for it
IN_DOMAIN = 0.5

TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "master", "doctor", "sister", "nurse"})
_CLAUSE_WORDS = frozenset(
    {"i", "i'm", "i've", "he", "she", "we", "they", "his", "her", "was", "were", "is", "are", "has", "had", "want", "wants", "got", "says",
     "said", "been", "but", "keeps", "he's", "she's"}
)  # fmt: skip
_ASKING_WORDS = frozenset({"what", "how", "which", "when", "where", "why", "who"})
_A_DAY = (("a", "day"), ("per", "day"), ("each", "day"), ("every", "day"))
_OFF_TOPIC = "off_topic"
_TOPICS = frozenset(map(str, Topic))


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked, before defaults: what the words of its part of the message said.

    topic None is a fragment ("and in children?"); subject names a subject that the sources are silent on.
    """

    topic: Topic | None = None
    details: tuple[str, ...] = ()
    subject: str = ""
    routes: tuple[Route, ...] = ()
    person: Person = Person()
    origins: tuple[Origin, ...] = ()
    stroke: bool = False
    medicine: bool = False
    related: tuple[str, ...] = ()

    @property
    def says_slots(self) -> bool:
        """Whether it names a route, a person or an origin."""
        return bool(self.routes or self.origins or self.person.says_something)


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
    kind: str = ""  # the chat's kind, the clarify's kind, or the refusal's
    choices: tuple[Topic, ...] = ()
    declined: tuple[str, ...] = ()
    person: Person = Person()
    new_patient: bool = False
    adds_to_patient: bool = False
    denies_emergency: bool = False
    evidence: Evidence = field(default_factory=Evidence)


class Reader:
    """Reads messages with the vocabulary and examples of one content folder."""

    def __init__(self, content: Content, excess_mg: Decimal) -> None:
        self.lexicon = Lexicon(content)
        self.matcher = Matcher(content.intents, self.lexicon.synonyms, content.vocabulary.get("pronouns", ()))
        self._excess_mg = excess_mg
        words = {key: frozenset(content.vocabulary.get(key, ())) for key in ("joiners", "subordinators", "questions")}
        self._joiners, self._subordinators, self._openers = words["joiners"], words["subordinators"], words["questions"]
        self._conditions = {name: subject.condition for name, subject in content.subjects.items()}

    def read(self, message: str, *, in_conversation: bool = False) -> Understanding:
        """The meaning of one message. in_conversation: fragments may lean on what was asked before."""
        return _Reading(self, message, in_conversation).understand()


class _Reading:
    """One message on its way to an understanding."""

    def __init__(self, reader: Reader, message: str, in_conversation: bool) -> None:
        self.reader, self.lexicon, self.matcher = reader, reader.lexicon, reader.matcher
        self.in_conversation = in_conversation
        self.message = message[:LONGEST]
        self.too_long = len(message) > LONGEST
        raw = self.lexicon.expand(tokenise(message))
        corrected, self.corrections = self.lexicon.correct(raw)
        self.tokens = tuple(corrected)
        self.stems = [token.stem for token in self.tokens]
        found = self.lexicon.mentions(self.stems)
        self.mentions = tuple(mention for mention in found if not self._belongs_to_age(mention))
        self.subjects = tuple(
            mention
            for mention in self.lexicon.subjects.find(self.stems)
            if not any(_covers(other, mention) for other in self.mentions)
        )
        self.readings: Readings = read_quantities(self.tokens)
        self.negated = frozenset(mention for mention in (*self.mentions, *self.subjects) if self._is_negated(mention))
        self.segments = segments(self.tokens, reader._joiners, reader._subordinators, reader._openers)
        self.candidates: list[tuple[str, tuple[Candidate, ...]]] = []
        self.unread: tuple[Token, ...] = ()
        self.asked_sentences: frozenset[int] = frozenset()

    # ------------------------------------------------------------------------------------------------ the order

    def understand(self) -> Understanding:
        """Try each reading in the order that safety asks for; the first that applies decides."""
        for step in (
            self._danger,
            self._size,
            self._new_patient,
            self._animal,
            self._chat,
            self._units,
            self._numbers,
            self._other_medicines,
            self._asks,
        ):
            found = step()
            if found is not None:
                return found
        return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="nothing was understood", kind="nothing")

    def _reply(self, outcome: Outcome, reason: Reason | None = None, *, rule: str, **more: object) -> Understanding:
        evidence = Evidence(
            tokens=self.tokens,
            corrections=self.corrections,
            mentions=(*self.mentions, *self.subjects),
            negated=self.negated,
            readings=self.readings.found,
            candidates=tuple(self.candidates),
            unread=self.unread,
            rule=rule,
        )
        more.setdefault("person", self._person(0, len(self.tokens)))
        more.setdefault("adds_to_patient", self._has("additions"))
        return Understanding(outcome, reason, evidence=evidence, **more)  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------------ helpers

    def _has(self, kind: str, value: str | None = None, start: int = 0, end: int | None = None) -> bool:
        return bool(self._of(kind, value, start, end))

    def _of(self, kind: str, value: str | None = None, start: int = 0, end: int | None = None) -> list[Mention]:
        """Mentions of a kind in a stretch, without the negated ones."""
        end = len(self.tokens) if end is None else end
        return [
            mention
            for mention in self.mentions
            if mention.kind == kind
            and (value is None or mention.value == value)
            and start <= mention.start < end
            and mention not in self.negated
        ]

    def _belongs_to_age(self, mention: Mention) -> bool:
        """Whether "old man" is the end of "58 year old man", and so no word for an older adult."""
        before = self.stems[mention.start - 1] if mention.start else ""
        return mention.kind in ("population", "kin") and self.stems[mention.start] == "old" and before in ("year", "y", "month")

    def _is_negated(self, mention: Mention) -> bool:
        """Whether "not", "no", "rather than" … stands up to three words before it, or a denial right after it."""
        if mention.kind in ("negations", "denials", "scope_enders", "attachments", "questions"):
            return False
        negations = [other for other in self.mentions if other.kind == "negations"]
        for other in negations:
            between = self.tokens[other.end : mention.start]
            if other.end <= mention.start and len(between) <= 3 and not self._ends_scope(other.end, mention.start):
                return True
        after = [other for other in self.mentions if other.kind == "denials" and mention.end <= other.start <= mention.end + 1]
        return bool(after) and mention.kind in ("population", "route", "origin", "kin")

    def _ends_scope(self, start: int, end: int) -> bool:
        """Whether a negation before start no longer holds at end."""
        marks = any(token.text in ",.;:?!\n" for token in self.tokens[start:end])
        words = any(m.kind in ("scope_enders", "joiners") and start <= m.start < end for m in self.mentions)
        return marks or words

    def _person(self, start: int, end: int) -> Person:
        if start >= end:
            return Person()
        mentions = [m for m in self.mentions if start <= m.start < end]
        first, last = self.tokens[start].start, self.tokens[end - 1].end
        readings = [r for r in self.readings.found if first <= r.start < last]
        return read_person(mentions, readings, self.negated, compares=self._compares())

    def _compares(self) -> bool:
        return any(mention.kind == "comparisons" for mention in self.mentions)

    def _routes(self, start: int, end: int) -> tuple[Route, ...]:
        said = tuple(dict.fromkeys(Route(m.value) for m in self._of("route", None, start, end)))
        if self._has("drug", "pump", start, end) and Route.INTRATHECAL not in said:
            said = (*said, Route.INTRATHECAL)
        if not said:
            hinted = {Route(m.value) for m in self._of("hints", None, start, end)}
            said = (Route.INTRATHECAL,) if Route.INTRATHECAL in hinted else (Route.ORAL,) if hinted else ()
        return said

    def _origins(self, start: int, end: int) -> tuple[tuple[Origin, ...], bool]:
        named = [mention.value for mention in self._of("origin", None, start, end)]
        origins = [Origin.CEREBRAL if name == "stroke" else Origin(name) for name in named]
        if self._has("childhood_condition", None, start, end):
            origins.append(Origin.CEREBRAL)
        return tuple(dict.fromkeys(origins)), "stroke" in named

    def _content_words(self, start: int, end: int) -> list[int]:
        """Indices of the words that say what is asked: no slots, numbers or marks."""
        taken = {
            index
            for mention in self.mentions
            if mention.kind in SLOT_KINDS
            for index in range(mention.start, mention.end)
        }
        return [
            index
            for index in range(start, end)
            if index not in taken and index not in self.readings.covered and self.tokens[index].kind == "word"
        ]

    def _anchor(self) -> float:
        """How much speaks for the message being about our medicine at all, before topics are looked at."""
        score = OWN_DRUG if self._has("drug") else 0.0
        score += ABOUT_ANCHOR if self._has("about") else 0.0
        plain = {"tablet", "tab", "pill", "oral", "pump", "capsul", "device"}
        routes = [mention for mention in self._of("route") if self.stems[mention.start] not in plain]
        score += ROUTE_ANCHOR if routes else CLINICAL_ANCHOR if self._has("route") or self._has("hints") else 0.0
        score += DOSE_ANCHOR if self._has("dose_words") or self.readings.of("dose") else 0.0
        score += CLINICAL_ANCHOR if self._has("clinical") or self._has("origin") else 0.0
        score += CLINICAL_ANCHOR if self._has("childhood_condition") or self._has("kidney") else 0.0
        score += CLINICAL_ANCHOR if self.readings.of("egfr") or self.readings.of("ckd_stage") else 0.0
        score += PEOPLE_ANCHOR if self._has("population") or self._has("kin") or self.readings.of("age") else 0.0
        return score

    def _foreign(self) -> list[Token]:
        """Plain words of what is asked that neither the examples nor the vocabulary hold; names after titles aside."""
        asked = [part for part in self.segments if part.sentence in self.asked_sentences] or self.segments
        return [
            self.tokens[index]
            for part in asked
            for index in self._content_words(part.start, part.end)
            if (self.stems[index] not in self.lexicon.known or self.matcher.only_in(self.stems[index], _OFF_TOPIC))
            and len(self.tokens[index].text) > 2
            and not (index and self.tokens[index - 1].text in TITLES)
        ]

    # ------------------------------------------------------------------------------------------------ steps

    def _danger(self) -> Understanding | None:
        medicine = self._has("drug") or not self._has("other")
        child = self._has("population", Population.PEDIATRIC) or self._has("infant") or self._has("kin", "pediatric")
        named = frozenset(place for mention in self._of("drug") for place in range(mention.start, mention.end))
        danger: Danger | None = read_danger(
            self.lexicon,
            self.stems,
            self.readings,
            named=named,
            excess_mg=self.reader._excess_mg,
            medicine=medicine,
            child=child,
        )
        if danger is None:
            return None
        self.mentions = (*self.mentions, *danger.mentions)
        ours = medicine and (self._has("drug") or self._anchor() > CLINICAL_ANCHOR)
        elsewhere = any(self.matcher.only_in(stem, _OFF_TOPIC) for stem in self.stems)
        if danger.reason is Reason.PUMP_FAILURE and elsewhere and not ours:
            # A sump pump, a breast pump: words that only stand in everyday questions.
            return None
        return self._reply(Outcome.EMERGENCY, danger.reason, rule=danger.rule)

    def _size(self) -> Understanding | None:
        if self.too_long:
            return self._reply(Outcome.CLARIFY, Reason.INVALID_INPUT, rule="longer than is read", kind="too_long")
        if any(unicodedata.category(char) == "So" for char in self.message) and not self._has("drug"):
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="a picture that is not read", kind="unread")
        if not any(token.kind != "mark" for token in self.tokens):
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="no words", kind="empty")
        return None

    def _new_patient(self) -> Understanding | None:
        if not self._has("new_patient"):
            return None
        rest = self._asks()
        if rest is not None and rest.asks and any(ask.topic or ask.subject for ask in rest.asks):
            return replace(rest, new_patient=True)
        return self._reply(Outcome.CHAT, rule="a new patient", kind="new_patient", new_patient=True)

    def _animal(self) -> Understanding | None:
        described = self._has("population") or self._has("kin") or self.readings.of("age")
        asked = any(self._has("animals", None, part.start, part.end) for part in self.segments if part.question)
        if self._has("animals") and (asked or not described) and not self._has("population"):
            return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, rule="an animal", kind="animal")
        return None

    def _chat(self) -> Understanding | None:
        stems = [self.stems[index] for index in self._content_words(0, len(self.tokens))]
        if not stems or len(stems) > 16:
            return None
        ours = any(self._has(kind) for kind in ("drug", "about", "route", "hints", "origin", "kidney"))
        scores = self.matcher.scores(stems)
        ranked = self.matcher.rank(stems, scores, self._words(0, len(self.tokens)))
        if not ranked or not ranked[0].group.startswith("chat/") or ranked[0].score < ACCEPT:
            return None
        lead = ranked[0].score - max((row.score for row in ranked if not row.group.startswith("chat/")), default=0.0)
        if lead < MARGIN * 4 and ranked[0].ratio < 95:
            return None
        if self._has("population") or (self._has("other") and not self._has("drug")):
            return None
        if (ours or self._foreign()) and ranked[0].ratio < 85:
            return None
        self.candidates.append((self._words(0, len(self.tokens)), tuple(ranked)))
        return self._reply(Outcome.CHAT, rule="small talk", kind=ranked[0].group.removeprefix("chat/"))

    def _words(self, start: int, end: int) -> str:
        return " ".join(self.tokens[index].text for index in self._content_words(start, end))

    def _units(self) -> Understanding | None:
        """A unit that does not fit the route: mg by pump, mcg by mouth."""
        routes = {Route(mention.value) for mention in self._of("route")}
        pump_words = Route.INTRATHECAL in routes or any(
            mention.value == Route.INTRATHECAL and self.tokens[mention.start].text not in ("mcg", "ug", "microgram", "micrograms")
            for mention in self._of("hints")
        )
        oral_words = Route.ORAL in routes
        doses = self.readings.of("dose")
        mg = any(dose.unit == "mg" for dose in doses)
        mcg = any(dose.unit == "mcg" for dose in doses)
        if self._has("other") and not self._has("drug"):
            return None
        if (pump_words and mg and not oral_words and not mcg) or (oral_words and mcg and not pump_words):
            kind = "mg_by_pump" if pump_words else "mcg_by_mouth"
            return self._reply(Outcome.CLARIFY, Reason.UNIT_MISMATCH, rule="a unit against the route", kind=kind)
        return None

    def _numbers(self) -> Understanding | None:
        if self._has("other") and not self._has("drug"):
            return None
        if self.readings.of("impossible"):
            return self._reply(Outcome.CLARIFY, Reason.INVALID_INPUT, rule="a number that cannot be", kind="impossible")
        if self.readings.of("unreadable"):
            return self._reply(Outcome.CLARIFY, Reason.INVALID_INPUT, rule="a number that cannot be read", kind="unreadable")
        person = self._person(0, len(self.tokens))
        if person.contradiction:
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="a word against a number", kind="contradiction")
        if person.unsure_age:
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="an age that reads two ways", kind="age")
        return None

    # ------------------------------------------------------------------------------------------------ other medicines

    def _other_medicines(self) -> Understanding | None:
        """Another medicine alone is refused; beside ours, or in a topic that the facts speak of, the rest goes on."""
        others = self._of("other")
        if not others:
            return None
        ours = self._has("drug") or self._has("about")
        context = ours or self._has("route") or self.in_conversation
        related = {mention.value for mention in others}
        groups = {group.topic for group in self._read_asks()[0] if group.topic}
        together = {Topic.ALTERNATIVES, Topic.INTERACTIONS, Topic.COMPARISON}
        if ours:
            return None
        if context and groups & together and not groups & DOSE_TOPICS and all(not name.islower() or name in self.related_names for name in related):
            return None
        return self._reply(
            Outcome.REFUSE, Reason.OTHER_DRUG, rule="another medicine", kind="other_drug", declined=self._declined()
        )

    @property
    def related_names(self) -> frozenset[str]:
        """Keys under which the content keeps medicines that its facts speak of."""
        return frozenset({"tizanidine", "diazepam", "benzodiazepines", "botulinum_toxin", "phenol"})

    def _declined(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mention.value for mention in self._of("other")))

    # ------------------------------------------------------------------------------------------------ what is asked

    def _asks(self) -> Understanding | None:
        asks, doubtful = self._read_asks()
        anchor, foreign = self._anchor(), self._foreign()
        whole = self.candidates[-1][1] if self.candidates else ()
        off = max((row.score for _, rows in self.candidates for row in rows if row.group == _OFF_TOPIC), default=0.0)
        best = max((row.score for _, rows in self.candidates for row in rows if row.group != _OFF_TOPIC), default=0.0)
        ours = self._has("drug") or self._has("about") or self._has("route", Route.INTRATHECAL) and anchor > ROUTE_ANCHOR
        domain = anchor - FOREIGN * len(foreign) + (IN_DOMAIN if self.in_conversation else 0.0) + EVIDENCE * (best - off)
        if not ours and whole and ((off > best and anchor < ABOUT_ANCHOR) or (domain < IN_DOMAIN and foreign)):
            return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, rule="not about our subject", kind="off_topic")
        if doubtful and not asks:
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="two topics are too close", kind="choices", choices=doubtful)
        topical = [ask for ask in asks if ask.topic or ask.subject]
        if not topical:
            person = self._person(0, len(self.tokens))
            if self._says_slots(person):
                return self._reply(Outcome.ANSWER, rule="a fragment", asks=(self._fragment(person),))
            if not ours and anchor < IN_DOMAIN and (foreign or not self.in_conversation):
                known = any(self.lexicon.is_known(token) for token in self.tokens if token.kind == "word")
                if known and foreign:
                    return self._reply(Outcome.REFUSE, Reason.OFF_TOPIC, rule="not about our subject", kind="off_topic")
            return None
        self.unread = self._attached_unread()
        if self.unread and any(ask.topic in DOSE_TOPICS for ask in topical if ask.topic):
            return self._reply(Outcome.CLARIFY, Reason.AMBIGUOUS, rule="a word that could change the dose was not understood", kind="unread")
        declined = self._declined() if any(ask.topic in DOSE_TOPICS for ask in topical) else ()
        return self._reply(Outcome.ANSWER, rule="topics by evidence", asks=tuple(topical), declined=declined)

    def _says_slots(self, person: Person) -> bool:
        return person.says_something or bool(self._routes(0, len(self.tokens))) or self._has("drug") or bool(self._origins(0, len(self.tokens))[0])

    def _fragment(self, person: Person) -> Ask:
        origins, stroke = self._origins(0, len(self.tokens))
        routes = self._routes(0, len(self.tokens))
        return Ask(routes=routes, person=person, origins=origins, stroke=stroke, medicine=self._has("drug"))

    def _attached_unread(self) -> tuple[Token, ...]:
        """Words that nobody knows and that hang on the patient or the medicine ("in …", "with …")."""
        attachments = {mention.start for mention in self.mentions if mention.kind == "attachments"}
        out = []
        for index in self._content_words(0, len(self.tokens)):
            token = self.tokens[index]
            if len(token.text) < 4 or self.lexicon.is_word(token):
                continue
            before = range(max(index - 3, 0), index)
            if any(place in attachments for place in before):
                out.append(token)
        return tuple(out)

    def _read_asks(self) -> tuple[list[Ask], tuple[Topic, ...]]:
        """The asks of the message in order, and topics that are too close to choose between."""
        self.candidates = []
        doubtful: list[Topic] = []
        units = self._units_of_asking()
        asked = [self._partition(parts, doubtful) for parts, question in units if question]
        strongest = max((row[2].score for rows in asked for row in rows), default=0.0)
        if strongest < STRONG and not doubtful:
            # A weak question after a telling statement ("… eases pain. Does it?") is about the statement.
            told = [self._partition(parts, doubtful) for parts, question in units if not question]
            told = [rows for rows in told if any(row[2].score > strongest + LEAD for row in rows)]
            asked = told or asked
        groups = [row for rows in asked for row in self._titration_only(self._asking_only(rows))]
        groups.sort()
        self.asked_sentences = frozenset(self._sentence_of(start) for start, _, _ in groups)
        return self._with_slots(groups), tuple(dict.fromkeys(doubtful))

    def _asking_only(self, rows: list[tuple[int, int, Candidate]]) -> list[tuple[int, int, Candidate]]:
        """Where a sentence asks plainly ("… - how is it stopped?"), its long parts that only tell something ask nothing."""
        openers = self.reader._openers

        def asks(start: int, end: int) -> bool:
            words = [token.text for token in self.tokens[start:end] if token.kind == "word"]
            return bool(words) and (not openers.isdisjoint(words[:2]) or not _ASKING_WORDS.isdisjoint(words))

        if not any(asks(start, end) for start, end, _ in rows):
            return rows
        return [row for row in rows if asks(row[0], row[1]) or not self._tells_only(row[0], row[1])]

    def _tells_only(self, start: int, end: int) -> bool:
        """Whether a part is a clause with somebody who does something, and no item of a list."""
        clause = not _CLAUSE_WORDS.isdisjoint(token.text for token in self.tokens[start:end])
        return clause and len(self._content_words(start, end)) > LIST_ITEM

    def _titration_only(self, rows: list[tuple[int, int, Candidate]]) -> list[tuple[int, int, Candidate]]:
        """"By how much, and how often" after an increase asks for the interval of the increase, not for doses a day."""
        out: list[tuple[int, int, Candidate]] = []
        for start, end, winner in rows:
            titrated = bool(out) and out[-1][2].group == Topic.TITRATION
            stems = self.stems[start:end]
            a_day = "daily" in stems or "time" in stems or any(pair in zip(stems, stems[1:], strict=False) for pair in _A_DAY)
            if winner.group == Topic.DOSING_FREQUENCY and titrated and not a_day:
                continue
            out.append((start, end, winner))
        return out

    def _units_of_asking(self) -> list[tuple[list[Segment], bool]]:
        """The sentences as (segments, whether they ask). A question of a word or two belongs to the sentence before it."""
        units: list[tuple[list[Segment], bool]] = []
        for number in sorted({segment.sentence for segment in self.segments}):
            parts = [segment for segment in self.segments if segment.sentence == number]
            words = sum(len(self._content_words(part.start, part.end)) for part in parts)
            if units and words <= SHORT_QUESTION and parts[0].question:
                units[-1] = ([*units[-1][0], *parts], True)
            else:
                units.append((parts, parts[0].question))
        return units

    def _partition(self, parts: Sequence[Segment], doubtful: list[Topic]) -> list[tuple[int, int, Candidate]]:
        """The best division of a sentence into groups that each ask one thing: (start, end, winner)."""
        longest = len(parts) if len(parts) <= 8 else 3
        best: list[tuple[float, list[tuple[int, int, Candidate | None]]]] = [(0.0, [])]
        ranked: dict[tuple[int, int], list[Candidate]] = {}
        for end in range(1, len(parts) + 1):
            options = []
            for start in range(max(0, end - longest), end):
                rows = ranked[start, end] = self._rank(parts[start].start, parts[end - 1].end)
                value, winner = 0.0, None
                alone = len(parts) == 1 and not self.in_conversation
                telling = alone or self._tells(parts[start].start, parts[end - 1].end)
                if rows and rows[0].score >= (ACCEPT if telling else TELLING):
                    lead = rows[0].score - (rows[1].score if len(rows) > 1 else 0.0)
                    needed = min(LEAD, LEAD_SHARE * rows[0].score)
                    cost = SPLIT + (SUBORDINATE if parts[start].subordinate and start else 0.0) + max(0.0, needed - lead)
                    value, winner = rows[0].score - cost - MERGE * (end - start - 1), rows[0]
                before, groups = best[start]
                options.append((before + value, [*groups, (start, end, winner)]))
            # The best value; then the fewest groups, so that a tie never splits.
            best.append(max(options, key=lambda row: (row[0], -len(row[1]))))
        out = []
        strongest = max((winner.score for _, _, winner in best[-1][1] if winner), default=0.0)
        for start, end, winner in best[-1][1]:
            first, last = parts[start].start, parts[end - 1].end
            rows = ranked[start, end]
            if self.tokens[first].text in ("no", "not", "never", "nobody", "nothing") and last < parts[-1].end:
                # "No withdrawal, no overdose: …" asks for neither.
                continue
            lead = rows[0].score - rows[1].score if len(rows) > 1 else LEAD
            if winner and winner.score < strongest and lead < min(LEAD, LEAD_SHARE * winner.score):
                continue
            if rows:
                self.candidates.append((self._words(first, last), tuple(rows)))
            if winner is None or winner.group.startswith("chat/"):
                continue
            close = [row for row in rows[1:] if winner.score - row.score < MARGIN and row.group in DOSE_TOPICS]
            whole = next((row for row in close if row.group == Topic.REGIMEN), None)
            if whole and winner.group in DOSE_TOPICS:
                # The overview holds what either asks for.
                winner = whole
            elif close and winner.group in DOSE_TOPICS and winner.group != Topic.REGIMEN:
                doubtful.extend(Topic(row.group) for row in (winner, *close))
                continue
            if winner.group != _OFF_TOPIC:
                out.append((first, last, winner))
        return out

    def _route_costs(self) -> list[tuple[Topic, float]]:
        """What the only route that is named makes unlikely: doses a day by pump, a pump's matters by mouth."""
        routes = self._routes(0, len(self.tokens))
        if routes == (Route.INTRATHECAL,):
            return [(Topic.DOSING_FREQUENCY, WRONG_ROUTE)]
        return [(topic, WRONG_ROUTE) for topic in PUMP_TOPICS] if routes == (Route.ORAL,) else []

    def _tells(self, start: int, end: int) -> bool:
        """Whether a stretch has a word of its own that speaks of a topic."""
        decisive = any(start <= mention.start < end for mention in self.subjects)
        return decisive or any(not self.matcher.is_common(self.stems[index]) for index in self._content_words(start, end))

    def _rank(self, start: int, end: int) -> list[Candidate]:
        indices = self._content_words(start, end)
        stems = [self.stems[index] for index in indices]
        scores = {group: score for group, score in self.matcher.scores(stems).items() if not group.startswith("chat/")}
        for group in scores:
            # Subjects have few examples, so that chance likenesses are commoner.
            scores[group] -= SILENT_COST if group.startswith("subject/") else 0.0
        for mention in self.subjects:
            if start <= mention.start < end and mention not in self.negated:
                group = f"subject/{mention.value}"
                scores[group] = scores.get(group, 0.0) + DECISIVE
        for group, cost in self._route_costs():
            if group in scores:
                scores[group] -= cost
        if self._has("drug") and self._has("other", None, start, end) and max(scores.values(), default=0.0) > TOGETHER / 2:
            scores[Topic.INTERACTIONS] = scores.get(Topic.INTERACTIONS, 0.0) + TOGETHER
        if not scores:
            return []
        return self.matcher.rank(stems, scores, " ".join(self.tokens[index].text for index in indices))

    # ------------------------------------------------------------------------------------------------ slots

    def _with_slots(self, groups: Sequence[tuple[int, int, Candidate]]) -> list[Ask]:
        """Give each group the slots of its own words, of slot-only parts beside it, or of the whole message."""
        asks: list[Ask] = []
        variants: list[list[Ask]] = []
        spans = self._spans(groups)
        decisive = next((mention.value for mention in self.subjects if mention not in self.negated), "")
        for (start, end, winner), (first, last) in zip(groups, spans, strict=True):
            topic = Topic(winner.group) if winner.group in _TOPICS else None
            subject = winner.group.removeprefix("subject/") if winner.group.startswith("subject/") else ""
            condition = self._condition(first, last)
            if topic and winner.score < WEAK_DOSE and decisive:
                topic, subject = None, decisive
            if topic and condition and (topic in DOSE_TOPICS or topic in (Topic.PRECAUTIONS, Topic.INDICATIONS, Topic.ADVERSE_EFFECTS)):
                topic, subject = None, condition
            origins, stroke = self._origins(first, last)
            details = self._details(topic, start, end) if topic else ()
            related = tuple(dict.fromkeys(mention.value for mention in self._of("other")))
            ask = Ask(
                topic, details, subject, self._routes(first, last), self._person(first, last), origins, stroke,
                self._has("drug", None, first, last), related,
            )  # fmt: skip
            asks.append(ask)
            variants.append(self._variants(ask, end, last))
        return [row for ask, rows in zip(self._share(asks), variants, strict=True) for row in (rows or [ask])]

    def _variants(self, ask: Ask, start: int, end: int) -> list[Ask]:
        """"Maintenance: grown-ups by mouth, children by mouth, children by pump": one ask for each part that only names slots.

        Parts that describe one patient ("max dose, 72 years, CKD") are no variants: they exclude nothing of each other.
        """
        parts = [part for part in self.segments if start <= part.start and part.end <= end]
        read = [(self._person(part.start, part.end), self._routes(part.start, part.end), self._origins(part.start, part.end)) for part in parts]
        read = [row for row in read if row[0].says_something or row[1] or row[2][0]]
        routes = {row[1] for row in read if row[1]}
        origins = {row[2][0] for row in read if row[2][0]}
        if len(read) < 2 or (len(routes) < 2 and len(origins) < 2):
            return []
        out: list[Ask] = []
        for person, route, (origin, stroke) in read:
            previous = out[-1] if out else replace(ask, person=Person(), origins=(), routes=ask.routes if len(routes) < 2 else ())
            out.append(
                replace(
                    ask,
                    person=person if person.says_something else previous.person,
                    routes=route or previous.routes,
                    origins=origin or (() if person.says_something else previous.origins),
                    stroke=stroke,
                )
            )
        return out

    def _condition(self, start: int, end: int) -> str:
        """A condition on which the sources are silent: named in this stretch, or anywhere where that is enough."""
        for mention in self.subjects:
            where = self.reader._conditions[mention.value]
            if mention not in self.negated and (where == "anywhere" or (where and start <= mention.start < end)):
                return mention.value
        if "liquid" in self.reader._conditions and self.readings.of("volume") and not self._has("hints", Route.INTRATHECAL):
            return "" if self._has("route", Route.INTRATHECAL) else "liquid"
        return ""

    def _details(self, topic: Topic, start: int, end: int) -> tuple[str, ...]:
        stems = [self.stems[index] for index in range(start, end) if self.tokens[index].kind == "word"]
        rows = self.matcher.details(topic, stems)
        main = next((score for detail, score in rows if not detail), 0.0)
        best = rows[0][1] if rows else 0.0
        return tuple(
            detail
            for detail, score in rows
            if detail and score >= DETAIL and score >= main + DETAIL_LEAD and score >= 0.6 * best
        )

    def _spans(self, groups: Sequence[tuple[int, int, Candidate]]) -> list[tuple[int, int]]:
        """Each group's stretch of the message for slots: itself, and the topic-less parts after it in its sentence."""
        spans: list[tuple[int, int]] = []
        for place, (start, end, _) in enumerate(groups):
            sentence = self._sentence_of(start)
            limit = groups[place + 1][0] if place + 1 < len(groups) else len(self.tokens)
            last = end
            for segment in self.segments:
                if segment.sentence == sentence and end <= segment.start < limit and segment.end <= limit:
                    last = segment.end
            first = start
            if place == 0 or self._sentence_of(groups[place - 1][0]) != sentence:
                heads = [segment.start for segment in self.segments if segment.sentence == sentence]
                first = min(heads, default=start)
            spans.append((first, last))
        return spans

    def _sentence_of(self, token: int) -> int:
        return next((segment.sentence for segment in self.segments if segment.start <= token < segment.end), 0)

    def _share(self, asks: list[Ask]) -> list[Ask]:
        """Slots that one part names hold for the parts that name none: from before, else from after, else the message."""
        whole = self._person(0, len(self.tokens))
        routes = self._routes(0, len(self.tokens))
        origins, stroke = self._origins(0, len(self.tokens))
        medicine = self._has("drug")
        out: list[Ask] = []
        for place, ask in enumerate(asks):
            person, route, origin = ask.person, ask.routes, ask.origins
            before = out[-1] if out else None
            older = Population.ELDERLY in whole.populations and whole.by_age
            if person.populations == (Population.ADULT,) and not person.by_age and older and len(whole.populations) <= 2:
                # "He is 70. Does the adult ceiling apply?": the age says who it is about.
                person = replace(whole, populations=(Population.ELDERLY,))
            if not person.says_something:
                own = before.person if before and before.person.says_something else None
                several = len({row.person.asked for row in out}) > 1
                if several and before and ask.routes and ask.routes != before.routes:
                    # "… in older adults, and what are the pump's parameters?" leaves those it named before.
                    own, whole = None, Person()
                person = own or (whole if place == 0 or not before else person)
                person = person if person.says_something else whole if len(asks) == 1 else person
            if not route:
                route = before.routes if before and before.routes else (self._trailing(asks, place) if len(asks) > 1 else routes)
            if not origin:
                origin, ask_stroke = (before.origins, before.stroke) if before and before.origins else (origins, stroke)
            else:
                ask_stroke = ask.stroke
            out.append(replace(ask, person=person, routes=route, origins=origin, stroke=ask_stroke, medicine=ask.medicine or medicine))
        return out

    def _trailing(self, asks: Sequence[Ask], place: int) -> tuple[Route, ...]:
        """The route that a later part names, where every part up to it names neither route nor person."""
        for later in asks[place + 1 :]:
            if later.routes:
                return later.routes
            if later.person.says_something:
                return ()
        # A statement before the question may have named it.
        return self._routes(0, len(self.tokens)) if not any(ask.routes for ask in asks) else ()


def _covers(other: Mention, subject: Mention) -> bool:
    """Whether a word of a subject is part of something else: diabetic nephropathy, alcohol injections, dialysis."""
    kinds = ("other", "population", "kidney", "route", "origin")
    return other.kind in kinds and other.start <= subject.start and subject.end <= other.end


def topics_in(asks: Iterable[Ask]) -> tuple[Topic, ...]:
    """The topics that some asks name, once each."""
    return tuple(dict.fromkeys(ask.topic for ask in asks if ask.topic))


__all__ = ["Ask", "Evidence", "Kidneys", "PUMP_TOPICS", "Reader", "Understanding", "topics_in"]
