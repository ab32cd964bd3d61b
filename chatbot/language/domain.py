"""Whether a message is about our medicine at all, and whether all in it that could change a dose was understood.

Everyday questions share words with ours (a sump pump, a child's benefit), so a dose is shown only where enough speaks
for our subject, and where no unknown word or bare number could be a medicine, a condition, an age or an amount.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.calculation import Figures, Request
from chatbot.language.matcher import Matcher
from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.quantities import Reading
from chatbot.language.topics import OFF_TOPIC, Topics
from chatbot.query import DOSE_TOPICS, Route

# How much each kind of word speaks for a message being ours. Chosen as the figures of topics.py.
OWN_DRUG, ABOUT, ROUTE, DOSE, CLINICAL, PEOPLE = 6.0, 3.0, 2.0, 1.5, 1.0, 0.6
FOREIGN = 0.8  # how much one plain word that no example holds speaks against it
EVIDENCE = 0.1  # how much a topic's evidence, less that for being off topic, speaks for it
LEAST = 3.5  # evidence for a topic that a message needs in which nothing else speaks for us
OFF = 2.5  # evidence for being off topic below which it decides nothing
OFF_SHARE = 0.7  # of our evidence, from which that for being off topic decides where little else speaks for us
OFF_SHARE_ALONE = 0.33  # the same, where hardly anything does
# Shares of the words of what is asked that no example of it has, above which a message in which little is medical is
# taken as something else's: where a dose would be shown, where that is for a patient, and where none would be.
UNEXPLAINED, UNEXPLAINED_OF_PATIENT, UNEXPLAINED_WITHOUT_DOSE = 0.24, 0.3, 0.3
UNEXPLAINED_SILENT = 0.6  # and where the sources say nothing anyway
SPOKEN_FOR = 2.2  # what speaks for us from which unexplained words are no matter: more than a dose and somebody's age
CLEARLY_ELSE = 0.6  # share from which it is refused; below it the question goes back
PATIENT = 1.5  # how much a patient who is described in a conversation speaks for going on with it
IN_DOMAIN = 0.5  # from which sum on a message is taken as ours
LONG_SLIP = 7  # letters from which a common word with a slip in it is that word, and no name
LONG_NAME = 4  # letters; names of medicines are longer
LOOSE_FROM, LOOSE_TO = 2, 1_000  # bare numbers that may be an age or an amount
# Route words that everyday life uses too: they say less.
EVERYDAY_ROUTES = frozenset({"tablet", "tab", "pill", "oral", "pump", "capsul", "device"})
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "master", "doctor", "sister", "nurse"})
SAYING = frozenset(
    {"wants", "want", "wanted", "says", "said", "asks", "asked", "thinks", "reckons", "wrote", "prescribed"}
)
AS_WORDS = frozenset({2, 4})  # numbers that are typed for "to" and "for"
COUNTED = frozenset({"day", "week", "month", "step", "stage", "phase", "question", "part", "visit"})  # day 3, step 2
_IT = frozenset({"it", "them", "they", "these"})
LONG_LIST = 10  # numbers from which none counts what is asked
OF_A_LIST = frozenset({".", ")", ":"})  # marks behind a number that counts what is asked: "1. start 2. maximum"


class Domain:
    """What speaks for and against a message being ours. topics is None as long as they were not looked at."""

    def __init__(self, message: Message, matcher: Matcher, *, in_conversation: bool) -> None:
        self._message, self._matcher = message, matcher
        self._in_conversation = in_conversation

    def anchor(self) -> float:
        """How much speaks for the message being about our medicine, before topics are looked at."""
        message = self._message
        measured = (message.readings.of("egfr"), message.readings.of("ckd_stage"), message.readings.of("creatinine"))
        kidneys = any(measured) or message.person().kidneys
        signs = (
            (OWN_DRUG, message.has("drug")),
            (ABOUT, message.has("about")),
            (ROUTE if self._plainly_routed() else CLINICAL, message.has_any("route", "hints")),
            (DOSE, message.has("dose_words") or message.readings.of("dose")),
            (CLINICAL, message.has_any("clinical", "origin")),
            (CLINICAL, message.has_any("childhood_condition", "kidney", "kidney_talk")),
            (CLINICAL, kidneys),
            (PEOPLE, message.has_any("population", "kin") or message.readings.of("age")),
        )
        return sum(weight for weight, there in signs if there)

    def _plainly_routed(self, route: Route | None = None) -> bool:
        """Whether a route is named in words that everyday life does not use ("intrathecal", "pump refill")."""
        message = self._message
        if message.has("route", Route.INTRATHECAL) and message.has("hints", Route.INTRATHECAL):
            return True
        return any(message.stems[named.start] not in EVERYDAY_ROUTES for named in message.all_of("route", route))

    def is_everyday(self, stem: str) -> bool:
        """Whether a word stands only in examples of other subjects."""
        return self._matcher.only_in(stem, OFF_TOPIC)

    def is_off_topic(self, topics: Topics, requests: Sequence[Request]) -> bool:
        """Whether the message is about something else that shares words with us (a child's benefit, a sump pump)."""
        message = self._message
        if message.has_any("drug", "about") or self._plainly_routed(Route.INTRATHECAL):
            return False
        anchor, (ours, off) = self.anchor(), topics.best()
        if self.is_elsewhere(topics) or self._sounds_off(anchor, ours, off):
            return True
        patient = self._in_conversation and message.person().says_something
        if anchor <= DOSE and not patient and any(map(self.is_everyday, message.content_stems())):
            return True
        told = self._in_conversation or message.subjects or message.has("supply")
        if anchor < SPOKEN_FOR and not told:
            most = self._most_unexplained(anchor, topics, requests)
            if self.unexplained(topics, requests) > most:
                return True
        foreign = self.foreign(topics)
        kept = (IN_DOMAIN if self._in_conversation else 0.0) + (PATIENT if patient else 0.0)
        # Words that nothing of ours knows may outweigh what speaks for us.
        return bool(foreign) and anchor + kept - FOREIGN * len(foreign) + EVIDENCE * (ours - off) < IN_DOMAIN

    def _sounds_off(self, anchor: float, ours: float, off: float) -> bool:
        """Whether nothing speaks for us, or the examples of everyday questions come near enough."""
        if not (anchor or self._in_conversation or self._message.readings.found) and ours < LEAST:
            return True
        share = OFF_SHARE_ALONE if anchor < SPOKEN_FOR and not self._in_conversation else OFF_SHARE
        return off > max(share * ours, OFF) and anchor < ABOUT

    def is_elsewhere(self, topics: Topics) -> bool:
        """Whether a word of ours means something else ("breast pump"), or only a silent subject is asked about.

        "The flu jab, how often?" without anything of ours is no question to which we say that the sources say nothing.
        """
        message = self._message
        if self._in_conversation or message.has_any("drug", "about") or self._plainly_routed(Route.INTRATHECAL):
            return False
        if message.has("elsewhere"):
            return True
        silent = bool(topics.parts) and all(part.winner.group.startswith("subject/") for part in topics.parts)
        ours = message.has_any("route", "hints", "kidney", "childhood_condition", "supply", "origin")
        measured = message.readings.of("volume") or message.readings.of("dose")
        asks_dose = message.has("dose_words") or (message.person().says_something and topics.speaks_of_doses())
        ours = ours or bool(message.subjects and (measured or asks_dose))
        referred = not _IT.isdisjoint(token.text for token in message.tokens)
        return silent and not (ours or referred)

    def unexplained(self, topics: Topics, requests: Sequence[Request]) -> float:
        """The share of the words of what is asked that no example of it has, those put right from a slip included."""
        message, matcher = self._message, self._matcher
        winners = _winners(topics)
        corrected = {correction.token.start for correction in message.corrections}
        said_in_passing = {
            place
            for kind in ("small_talk", "clinical", "dose_words", "kidney_talk")
            for mention in message.all_of(kind)
            for place in range(mention.start, mention.end)
        }
        places = [
            place
            for part in message.segments
            if part.sentence in topics.sentences or requests
            for place in message.content(part.start, part.end)
            if len(message.tokens[place].text) > 2
            and message.stems[place] not in (*message.lexicon.function_words, "time")
            and place not in message.of_calculations
            and not message.is_of_identity(place)
            and place not in said_in_passing
            and not message.tokens[place].text.endswith("ly")
        ]
        odd = [
            place
            for place in places
            if not (matcher.is_in(message.stems[place], winners) or matcher.is_common(message.stems[place]))
            or (message.tokens[place].start in corrected and self._is_unread(message.tokens[place], winners))
        ]
        return len(odd) / max(len(places), 1)

    def _most_unexplained(self, anchor: float, topics: Topics, requests: Sequence[Request]) -> float:
        """The share of unexplained words up to which a message in which little is medical is taken as ours."""
        if _winners(topics).isdisjoint(DOSE_TOPICS) and not requests:
            silent = all(winner.startswith("subject/") for winner in _winners(topics))
            return UNEXPLAINED_SILENT if silent else UNEXPLAINED_WITHOUT_DOSE
        if requests:
            plainly = self._message.has("sums", "target") or self._message.has("sums", "by_weight")
            return 1.0 if plainly or anchor > DOSE else UNEXPLAINED_OF_PATIENT if anchor > PEOPLE else 0.0
        return UNEXPLAINED_OF_PATIENT if anchor else UNEXPLAINED

    def foreign(self, topics: Topics | None) -> list[Token]:
        """Plain words that neither the examples nor the vocabulary hold, names after titles aside.

        Where topics are known, only those of the sentences that ask.
        """
        message = self._message
        asked = topics.sentences if topics else frozenset()
        winners = _winners(topics) if topics else set()
        return [
            message.tokens[place]
            for part in message.segments
            if not asked or part.sentence in asked
            for place in message.content(part.start, part.end)
            if len(message.tokens[place].text) > 2
            and not self._is_ours(message.stems[place], winners)
            and not self._is_name(place)
        ]

    def _is_ours(self, stem: str, winners: set[str]) -> bool:
        """Whether a topic, the silent subject that won, or the vocabulary uses a word."""
        return self._matcher.used_in(stem, winners) or stem in self._message.lexicon.vocabulary

    def _is_name(self, place: int) -> bool:
        """Whether a word is a person's name: it stands behind a title, or near what identifies somebody."""
        message = self._message
        return (bool(place) and message.tokens[place - 1].text in TITLES) or message.is_of_identity(place)

    # ------------------------------------------------------------------------------------------------ not understood

    def unread(self, topics: Topics, figures: Figures) -> tuple[Token, ...]:
        """Words that nobody knows and that hang on the patient or the medicine ("in …", "with …").

        Where ours is not named any unknown word of what is asked could be another medicine's name.
        """
        message = self._message
        attachments = {mention.start for mention in message.all_of("attachments")}
        named = message.has_any("drug", "about")
        computed = bool(figures.doses or figures.weight_kg)
        winners = _winners(topics)
        out = []
        for part in message.segments:
            asked = computed or part.sentence in topics.sentences
            for place in message.content(part.start, part.end):
                token = message.tokens[place]
                attached = not attachments.isdisjoint(range(max(place - 3, 0), place))
                length = token.end - token.start  # as it was typed
                following = message.tokens[place + 1].text if place + 1 < len(message.tokens) else ""
                name = not named and asked and length > LONG_NAME and following not in SAYING
                unknown = length > 3 and (attached or name) and not self._is_name(place)
                if unknown and self._is_unread(token, None if named else winners):
                    out.append(token)
        return tuple(out)

    def _is_unread(self, token: Token, winners: set[str] | None) -> bool:
        """Whether nobody knows a word, or it was read as one that says nothing of what is asked.

        winners: the groups that are asked for; None where our medicine is named, so that a slip is only a slip.
        """
        message = self._message
        if not message.lexicon.is_word(token):
            return True
        corrected = {correction.token.start for correction in message.corrections}
        stray = winners is not None and len(token.text) < LONG_SLIP and not self._matcher.is_in(token.stem, winners)
        return stray and token.start in corrected

    def loose_number(self, topics: Topics) -> Reading | None:
        """A bare number alone between marks or beside words of dosing ("starting dose 8"): an age, or an amount."""
        message, tokens = self._message, self._message.tokens
        winners = _winners(topics)
        frequent = {message.ends[message.starts.index(one.start) - 1] for one in message.readings.of("frequency")}
        for number in message.readings.of("number"):
            if number.low != number.low.to_integral_value() or not LOOSE_FROM <= number.low <= LOOSE_TO:
                continue
            place = message.starts.index(number.start)
            following = [token.text for token in tokens[place + 1 : place + 4]]
            if following[:1] == ["+"] and following[1:] and following[-1] in ("day", "daily"):
                continue  # "200+ a day" is no age
            if number.end in frequent and message.is_anothers(number):
                continue
            before = tokens[place - 1] if place else None
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            if tokens[place].kind != "number" or (after and after.kind == "word" and number.low in AS_WORDS):
                continue
            if before and before.text in COUNTED:
                continue
            if after and after.text in OF_A_LIST and number.low < LONG_LIST and place + 2 < len(tokens):
                continue
            if self._is_beside(place - 1, before, winners) and self._is_beside(place + 1, after, winners):
                return number
        return None

    def _is_beside(self, place: int, token: Token | None, winners: set[str]) -> bool:
        """Whether a neighbour of a number leaves it bare: the end, a mark, or a word that says what is asked."""
        if token is None or token.kind == "mark":
            return token is None or token.text not in "/-%"
        message = self._message
        if token.kind != "word" or message.stems[place] in message.lexicon.function_words:
            return False
        slots = any(
            mention.start <= place < mention.end
            for kind in ("drug", "route", "dose_words", "population")
            for mention in message.all_of(kind)
        )
        return slots or self._matcher.is_in(message.stems[place], winners & {topic.value for topic in DOSE_TOPICS})


def _winners(topics: Topics) -> set[str]:
    """The groups that are asked for."""
    return {part.winner.group for part in topics.parts}
