"""What the parts of a message ask for: each sentence is divided so that its groups of parts explain it best.

A group of parts asks for one topic (or a silent subject). Splitting costs, so that "after a dose change, when do we see
them" stays one question and "start, steps and ceiling" becomes three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from chatbot.language.clauses import Segment
from chatbot.language.matcher import CLOSE_BONUS, Candidate, Matcher
from chatbot.language.message import Message
from chatbot.query import DOSE_TOPICS, PUMP_TOPICS, Route, Topic

OFF_TOPIC = "off_topic"

# Chosen on questions that no example was written from; see docs/matching.md for the figures.
ACCEPT = 1.8  # evidence from which words ask for a topic
TELLING = 6.0  # evidence that parts of nothing but common words need ("what about", "and after a")
MARGIN = 0.1  # lead over the next topic below which we ask back, where the two are both dose topics
LEAD = 1.6  # lead over the next group that a further part of a sentence needs to be one of its own,
LEAD_SHARE = 0.5  # or that share of its own evidence, where it is a short item of a list
SOLE_DOSE = 4.0  # evidence that a dose topic needs where it is all that was understood
FAINT = 4.2  # evidence below which a topic that is no dose gives way, in a conversation, to another patient
FAINT_DOSE, SURE_LEAD = 3.0, 1.0  # enough where the medicine was named or spoken of before, and with such a lead
STRONG = 5.0  # evidence from which a question stands without the statement before it
SPLIT = 3.0  # what a further topic in one sentence must bring beyond what it takes from its neighbours
SUBORDINATE = 4.0  # how much more, where it begins with "after", "if", "because"
MERGE = 0.7  # cost of each further part in a group, so that parts without evidence stay outside
SILENT = 3.0  # evidence from which words ask for a silent subject
TWO_ROUTES = 6.0  # cost of one group for parts that name different routes
SILENT_COST = 0.5  # what a silent subject must bring more than a topic, without a decisive word
DECISIVE = 8.0  # evidence that a decisive word of a silent subject gives
FIRST_DAY = 6.0  # evidence that a bolus and the dose a day that follows from it give for the start
TOGETHER = 2.0  # evidence that another medicine beside ours gives for the topics that speak of the two
AGAINST = 4.0  # and setting the one against the other for comparing them
WRONG_WAY = 6.0  # what titration loses where only a decrease is spoken of
WRONG_ROUTE = 3.0  # what a topic loses that the named route does not have

LIST_ITEM = 4  # words up to which a part without a question word may be one of a list of things asked
LEAD_UP = 3  # words from which what stands before a question leads up to it, and is no item of a list
SHORT_QUESTION = 2  # content words up to which a question leans on the sentence before it
PASSING = 0.45  # share of the strongest evidence below which a part without a question word is said in passing
SIDE_BY_SIDE = 4  # words from one medicine to the other that is set against it
MOST_PARTS = 8  # parts of a sentence up to which every division is tried; beyond it groups of up to three
LONGEST_GROUP = 3
MOST_SEGMENTS = 120  # a longer message is read at its head and its end
DETAIL = 4.0  # evidence from which a detail narrows a topic
DETAIL_LEAD = 2.0  # and its lead over the topic's main examples
DETAIL_SHARE = 0.6  # of the best detail's evidence, that a second one needs

_CLAUSE_WORDS = frozenset(
    [
        "i",
        "i'm",
        "i've",
        "he",
        "she",
        "we",
        "they",
        "his",
        "her",
        "was",
        "were",
        "is",
        "are",
        "has",
        "had",
        "want",
        "wants",
        "got",
        "says",
        "said",
        "been",
        "but",
        "keeps",
        "he's",
        "she's",
    ]
)
_ASKING_WORDS = frozenset({"what", "how", "which", "when", "where", "why", "who"})
_A_DAY = frozenset({("a", "day"), ("per", "day"), ("each", "day"), ("every", "day")})
_WHAT_DOSE = frozenset({"what", "which", "dose", "how", "much", "and"})
_UNITS = frozenset({"mg", "mcg", "ug", "day", "daily", "hour", "week", "month", "minute"})
_UNIT_WORDS = _UNITS | {"a", "an", "per", "each", "?", "/", ",", "in", "total", "or", "what", "like"}
_AGAINST = frozenset({"or", "versus", "than", "against", "v", "vs"})
_TOGETHER = frozenset({"and", "or", "plus", "&"})
_FOLLOWING = frozenset({"from", "after", "into", "turn", "follow", "follows", "following", "based", "once", "then"})
_DENIALS = frozenset({"no", "not", "never", "nobody", "nothing"})


class Part(NamedTuple):
    """A stretch of the message that asks one thing, and the group that won it."""

    start: int
    end: int
    winner: Candidate


class Topics:
    """The parts of one message that ask. candidates keeps each part's words and ranking for `explain`."""

    def __init__(
        self, message: Message, matcher: Matcher, together: Mapping[str, tuple[Topic, ...]], *, in_conversation: bool
    ) -> None:
        self._message, self._matcher, self._together = message, matcher, together
        self._in_conversation = in_conversation
        self.candidates: list[tuple[str, tuple[Candidate, ...]]] = []
        self.doubtful: list[Topic] = []
        self.declined: tuple[str, ...] = ()  # other medicines whose dose was asked for
        self.parts = self._read()
        self.answered: tuple[Part, ...] = ()  # parts that a calculation answers: their words belong to no other part

    def leave(self, kept: Sequence[Part]) -> None:
        """Keep only what is asked beside calculations."""
        self.answered = tuple(part for part in self.parts if part not in kept)
        self.parts = list(kept)

    @property
    def sentences(self) -> frozenset[int]:
        """The sentences that ask."""
        return frozenset(self._message.sentence_of(part.start) for part in self.parts)

    def best(self) -> tuple[float, float]:
        """The strongest evidence for anything of ours, and for being off topic."""
        rows = [row for _, ranked in self.candidates for row in ranked]
        ours = max((row.score for row in rows if row.group != OFF_TOPIC), default=0.0)
        return ours, max((row.score for row in rows if row.group == OFF_TOPIC), default=0.0)

    def speaks_of_doses(self) -> bool:
        """Whether something of a dose is asked, even where something else won."""
        rows = (row for _, ranked in self.candidates for row in ranked)
        return any(row.group in DOSE_TOPICS and row.score >= ACCEPT for row in rows)

    def details(self, topic: Topic, start: int, end: int) -> tuple[str, ...]:
        """The details that a part narrows its topic to; none where it asks for all of it."""
        message = self._message
        stems = [message.stems[place] for place in range(start, end) if message.tokens[place].kind == "word"]
        if topic is Topic.ALTERNATIVES and message.others():
            if len(message.others()) > 1:
                return ()
            if not message.has("route", Route.INTRATHECAL):
                # "Where does X come in when the tablets fail?" asks for the step that X is.
                stems = [message.stems[place] for one in message.all_of("other") for place in range(one.start, one.end)]
        rows = self._matcher.details(topic, stems)
        main = next((score for detail, score in rows if not detail), 0.0)
        floor = max(DETAIL, main + DETAIL_LEAD, DETAIL_SHARE * (rows[0][1] if rows else 0.0))
        named = tuple(detail for detail, score in rows if detail and score >= floor)
        return named if len(named) == 1 else ()

    # ------------------------------------------------------------------------------------------------ sentences

    def _read(self) -> list[Part]:
        sentences = self._sentences()
        asked = [self._divide(parts) for parts, question in sentences if question]
        strongest = max((part.winner.score for parts in asked for part in parts), default=0.0)
        if strongest < STRONG and not self.doubtful:
            # A weak question after a telling statement ("… eases pain. Does it?") is about the statement.
            told = [self._divide(parts) for parts, question in sentences if not question]
            told = [parts for parts in told if any(part.winner.score > strongest + LEAD for part in parts)]
            asked = told or asked
        found = sorted(part for parts in asked for part in self._titration_only(self._asking_only(parts)))
        found = self._without_asides(found)
        doses = [part for part in found if part.winner.group in DOSE_TOPICS]
        self.declined = tuple(dict.fromkeys(name for part in doses for name in self._others_beside(part, found)))
        found = [part for part in found if not self._is_anothers_dose(part)]
        return [] if len(found) == 1 and self._is_too_little(found[0]) else found

    def _is_stock(self, parts: Sequence[Segment]) -> bool:
        """Whether a sentence is one that ends any examination question, and asks nothing by itself."""
        message, start, end = self._message, parts[0].start, parts[-1].end
        stock = {
            place for mention in message.all_of("exam", None, start, end) for place in range(mention.start, mention.end)
        }
        small = message.lexicon.function_words
        return bool(stock) and all(
            place in stock or message.stems[place] in small or self._matcher.is_common(message.stems[place])
            for place in message.content(start, end)
        )

    def _is_too_little(self, part: Part) -> bool:
        """Whether all that was understood is too little to show a dose for, or to leave what was asked before."""
        score = part.winner.score
        if part.winner.group not in DOSE_TOPICS:
            # "Do those hold in an eight-year-old too?" names a patient, and asks what was asked before.
            return self._in_conversation and score < FAINT and self._message.person().says_something
        if score >= SOLE_DOSE:
            return False
        rows = self.rank(part.start, part.end)
        sure = (self._in_conversation or self._message.has("drug")) and _lead(rows) >= SURE_LEAD
        return score < (FAINT_DOSE if sure else SOLE_DOSE)

    def _others_beside(self, part: Part, parts: Sequence[Part]) -> tuple[str, ...]:
        """Other medicines that a part names, or that are joined to it: "starting doses of ours and diazepam"."""
        message = self._message
        sentence = message.sentence_of(part.start)
        ends = [segment.end for segment in message.segments if segment.sentence == sentence]
        following = [other.start for other in parts if other.start >= part.end]
        return message.others(part.start, min([max(ends, default=part.end), *following]))

    def _is_anothers_dose(self, part: Part) -> bool:
        """Whether a part asks for the dose of another medicine ("… and how many mg of diazepam?")."""
        message, stretch = self._message, (part.start, part.end)
        named = message.has("other", None, *stretch) and not message.has("drug", None, *stretch)
        joined = any(
            abs(drug.start - other.start) <= SIDE_BY_SIDE
            and any(token.text in _TOGETHER for token in message.tokens[other.end : drug.start])
            for other in message.all_of("other", None, *stretch)
            for drug in message.all_of("drug")
        )
        return named and not joined and part.winner.group in DOSE_TOPICS

    def _sentences(self) -> list[tuple[list[Segment], bool]]:
        """The sentences as (segments, whether they ask). A short question belongs to the sentence before it.

        "What is the best response?" is left out: it asks what the case before it is about.
        """
        segments = self._message.segments
        if len(segments) > MOST_SEGMENTS:
            segments = [*segments[: MOST_SEGMENTS // 2], *segments[-MOST_SEGMENTS // 2 :]]
        out: list[tuple[list[Segment], bool]] = []
        for number in sorted({segment.sentence for segment in segments}):
            parts = [segment for segment in segments if segment.sentence == number]
            if out and self._is_stock(parts):
                continue
            words = sum(len(self._message.content(part.start, part.end)) for part in parts)
            if out and words <= SHORT_QUESTION and parts[0].question and not self._stands_alone(parts):
                out[-1] = ([*out[-1][0], *parts], True)
            else:
                out.append((parts, parts[0].question or self._opens_a_list(parts)))
        return out

    def _opens_a_list(self, parts: Sequence[Segment]) -> bool:
        """Whether a few words without a question mark are asked beside what follows ("kids max; also half-life?")."""
        message, end = self._message, parts[-1].end
        behind = [token.text for token in message.tokens[end : end + 2]]
        joined = behind[:1] == [";"] or (len(behind) > 1 and behind[1] in message.lexicon.words["joiners"])
        words = message.content(parts[0].start, end)
        tells = any(self._is_clause(part.start, part.end) for part in parts)
        if not joined or tells or not 0 < len(words) <= LIST_ITEM:
            return False
        rows = self.rank(parts[0].start, end)
        return bool(rows) and rows[0].score >= SOLE_DOSE

    def _stands_alone(self, parts: Sequence[Segment]) -> bool:
        """Whether a short question says for itself what it asks ("Usual maintenance?")."""
        rows = self.rank(parts[0].start, parts[-1].end)
        return bool(rows) and rows[0].score >= STRONG

    def _asking_only(self, parts: list[Part]) -> list[Part]:
        """The parts that ask, where a sentence asks plainly ("… - how is it stopped?").

        Dropped are long clauses that only tell something, what leads up to the question ("failed oral, what next?") and
        silent subjects that are named in passing ("coffee is cold").
        """
        first = next((place for place, part in enumerate(parts) if self._asks(part)), None)
        out: list[Part] = []
        for place, part in enumerate(parts):
            asks = self._asks(part)
            if len(parts) > 1 and not asks and part.winner.group.startswith("subject/"):
                continue
            leads_up = first is not None and place < first and not self._is_listed(part, parts[place + 1])
            if first is None or asks or not (self._only_tells(part) or leads_up):
                out.append(part)
        return out or parts

    def _without_asides(self, parts: Sequence[Part]) -> list[Part]:
        """The parts without faint ones that have no question word: "just an ordinary adult: the upper limit?"."""
        strongest = max((part.winner.score for part in parts), default=0.0)
        least = min(STRONG, PASSING * strongest)
        doses = {part.winner.group for part in parts} & DOSE_TOPICS
        out = []
        for place, part in enumerate(parts):
            words = self._message.content_stems(part.start, part.end)
            if len(parts) > 1 and self._message.tokens[part.start].text in _DENIALS and not self._asks(part):
                continue  # "No fever, pump working. The concentration?"
            if len(doses) > 1 and part.winner.group == Topic.REGIMEN and _WHAT_DOSE.issuperset(words):
                continue  # "How do we start, what dose?"
            if part.winner.score >= least or self._asks(part) or self._is_joined(part, parts, place):
                out.append(part)
        return out

    def _is_joined(self, part: Part, parts: Sequence[Part], place: int) -> bool:
        """Whether "and" or the like joins a part to the one before or behind it."""
        joiners = self._message.lexicon.words["joiners"] | {"&", "+"}
        before = parts[place - 1].end if place else part.start
        behind = parts[place + 1].start if place + 1 < len(parts) else part.end
        tokens = (*self._message.tokens[before : part.start], *self._message.tokens[part.end : behind])
        return any(token.text in joiners for token in tokens)

    def _is_listed(self, part: Part, following: Part) -> bool:
        """Whether a part and the next are items of one list: a word or two, or joined by "and"."""
        small = self._message.lexicon.function_words
        if sum(stem not in small for stem in self._message.content_stems(part.start, part.end)) < LEAD_UP:
            return True
        joiners = self._message.lexicon.words["joiners"] | {"&", "+", "?", ";"}
        between = self._message.tokens[part.end : following.start]
        return any(token.text in joiners for token in between)

    def _asks(self, part: Part) -> bool:
        words = [token.text for token in self._message.tokens[part.start : part.end] if token.kind == "word"]
        openers = self._message.lexicon.words["questions"]
        return bool(words) and (not openers.isdisjoint(words[:2]) or not _ASKING_WORDS.isdisjoint(words))

    def _only_tells(self, part: Part) -> bool:
        """Whether a part is a clause with somebody who does something, and no item of a list."""
        clause = self._is_clause(part.start, part.end)
        return clause and len(self._message.content(part.start, part.end)) > LIST_ITEM

    def _is_clause(self, start: int, end: int) -> bool:
        return not _CLAUSE_WORDS.isdisjoint(token.text for token in self._message.tokens[start:end])

    def _titration_only(self, parts: list[Part]) -> list[Part]:
        """The parts without doses a day where "and how often" follows an increase: it asks how often to increase."""
        out: list[Part] = []
        for part in parts:
            stems = self._message.stems[part.start : part.end]
            a_day = "daily" in stems or "time" in stems or not _A_DAY.isdisjoint(pairwise(stems))
            titrated = bool(out) and out[-1].winner.group == Topic.TITRATION
            if part.winner.group != Topic.DOSING_FREQUENCY or not titrated or a_day:
                out.append(part)
        return out

    # ------------------------------------------------------------------------------------------------ one sentence

    def _divide(self, segments: Sequence[Segment]) -> list[Part]:
        """The best division of a sentence into groups that each ask one thing."""
        ranked: dict[tuple[int, int], list[Candidate]] = {}
        division = self._best_division(segments, ranked)
        strongest = max((winner.score for _, _, winner in division if winner), default=0.0)
        out: list[Part] = []
        for start, end, winner in division:
            first, last = segments[start].start, segments[end - 1].end
            if len(division) > 1 and _UNIT_WORDS.issuperset(self._message.stems[first:last]):
                # "…, mg a day?" or "like an hour or a day" says in which unit the answer is wanted.
                continue
            if self._message.tokens[first].text in _DENIALS and last < segments[-1].end:
                # "No withdrawal, no overdose: …" asks for neither.
                continue
            rows = ranked[start, end]
            if winner and winner.score < strongest and self._is_doubtful(Part(first, last, winner), rows):
                continue
            if rows:
                if _lead(rows) < CLOSE_BONUS:
                    # Only here can likeness to an example change who wins.
                    rows = self._matcher.compare(rows, self._message.words(first, last))
                self.candidates.append((self._message.words(first, last), tuple(rows)))
            chosen = self._choose(rows) if winner else None
            if chosen and chosen.group != OFF_TOPIC:
                out.append(Part(first, last, chosen))
        return out

    def _is_doubtful(self, part: Part, rows: Sequence[Candidate]) -> bool:
        """Whether a further part is too close to another topic to count, and does not ask plainly for its own."""
        score = part.winner.score
        return _lead(rows) < min(LEAD, LEAD_SHARE * score) and not (score >= STRONG and self._asks(part))

    def _best_division(
        self, segments: Sequence[Segment], ranked: dict[tuple[int, int], list[Candidate]]
    ) -> list[tuple[int, int, Candidate | None]]:
        """Groups of segments (start, end, winner) whose evidence, less what splitting costs, is greatest."""
        longest = len(segments) if len(segments) <= MOST_PARTS else LONGEST_GROUP
        best: list[tuple[float, list[tuple[int, int, Candidate | None]]]] = [(0.0, [])]
        for end in range(1, len(segments) + 1):
            options = []
            for start in range(max(0, end - longest), end):
                rows = ranked[start, end] = self.rank(segments[start].start, segments[end - 1].end)
                value, winner = self._value(segments, start, end, rows)
                before, groups = best[start]
                options.append((before + value, [*groups, (start, end, winner)]))
            # The greatest value; then the fewest groups, so that a tie never splits.
            best.append(max(options, key=lambda option: (option[0], -len(option[1]))))
        return best[-1][1]

    def _value(
        self, segments: Sequence[Segment], start: int, end: int, rows: Sequence[Candidate]
    ) -> tuple[float, Candidate | None]:
        """What a group of segments is worth, and who wins it; nothing where it asks for nothing."""
        alone = len(segments) == 1 and not self._in_conversation
        telling = alone or self._tells(segments[start].start, segments[end - 1].end)
        asks = not _ASKING_WORDS.isdisjoint(self._message.stems[segments[start].start : segments[end - 1].end])
        if not rows or rows[0].score < (ACCEPT if telling else STRONG if asks else TELLING):
            return 0.0, None
        doubt = max(0.0, min(LEAD, LEAD_SHARE * rows[0].score) - _lead(rows))
        leans = SUBORDINATE if segments[start].subordinate and len(segments) > 1 else 0.0
        if rows[0].group.startswith("subject/") and rows[0].score < SILENT:
            return 0.0, None
        merged = MERGE * (end - start - 1) + (TWO_ROUTES if self._names_two_routes(segments[start:end]) else 0.0)
        return rows[0].score - SPLIT - leans - doubt - merged, rows[0]

    def _names_two_routes(self, segments: Sequence[Segment]) -> bool:
        """Whether parts that ask name different routes, or only the later of two names one: they are two questions."""
        asking = [part for part in segments if self._message.content(part.start, part.end)]
        named = [
            {route.value for route in self._message.all_of("route", None, part.start, part.end)} for part in asking
        ]
        return len(asking) > 1 and bool(named[-1]) and named[-1] != named[0] and len(self._message.routes()) > 1

    def _choose(self, rows: Sequence[Candidate]) -> Candidate | None:
        """The winner; nobody where two dose topics are too close, unless the overview holds both."""
        winner = rows[0]
        if winner.group == Topic.SCREENING_DOSE and _lead(rows) < LEAD and self._message.has_rate:
            # "100 mcg a day" is no bolus: whoever is on it has had the trial.
            return self._choose(rows[1:])
        if winner.group not in DOSE_TOPICS or winner.group == Topic.REGIMEN:
            return winner
        close = [row for row in rows[1:] if winner.score - row.score < MARGIN and row.group in DOSE_TOPICS]
        overview = next((row for row in close if row.group == Topic.REGIMEN), None)
        if overview or not close:
            return overview or winner
        self.doubtful.extend(Topic(row.group) for row in (winner, *close))
        return None

    def _tells(self, start: int, end: int) -> bool:
        """Whether a stretch has a word of its own that speaks of a topic."""
        if any(start <= subject.start < end for subject in self._message.subjects):
            return True
        return any(not self._matcher.is_common(stem) for stem in self._message.content_stems(start, end))

    def rank(self, start: int, end: int) -> list[Candidate]:
        """The groups that a stretch speaks of, best first."""
        found = self._matcher.scores(self._message.content_stems(start, end))
        scores = {group: score for group, score in found.items() if not group.startswith("chat/")}
        self._weigh_subjects(scores, start, end)
        for topic in self._off_route:
            if topic in scores:
                scores[topic] -= WRONG_ROUTE
        if self._goes_down(start, end) and Topic.TITRATION in scores:
            scores[Topic.TITRATION] -= WRONG_WAY
            scores[Topic.STOPPING] = scores.get(Topic.STOPPING, 0.0) + TOGETHER
        if self._leads_to_a_first_day(start, end):
            scores[Topic.STARTING_DOSE] = scores.get(Topic.STARTING_DOSE, 0.0) + FIRST_DAY
        self._weigh_other_medicines(scores, start, end)
        return self._matcher.rank(scores)

    def _weigh_subjects(self, scores: dict[str, float], start: int, end: int) -> None:
        """Change the scores by what is known of silent subjects: examples are few, decisive words are sure."""
        message = self._message
        for group in scores:
            if group.startswith("subject/"):
                # Subjects have few examples, so that chance likenesses are commoner.
                scores[group] -= SILENT_COST
        for subject in message.subjects if self._in_play else ():
            if start <= subject.start < end and subject not in message.negated:
                group = f"subject/{subject.value}"
                scores[group] = scores.get(group, 0.0) + DECISIVE

    def _weigh_other_medicines(self, scores: dict[str, float], start: int, end: int) -> None:
        """Change the scores where another medicine is named beside ours: topics that speak of the two gain."""
        message = self._message
        ours = message.has("drug") or message.has("route", Route.INTRATHECAL)
        if not ours or max(scores.values(), default=0.0) <= TOGETHER / 2:
            return
        here = message.others(start, end)
        if self._sets_side_by_side():
            scores[Topic.COMPARISON] = scores.get(Topic.COMPARISON, 0.0) + AGAINST
        for name in message.others():
            # A medicine that facts speak of bears on the whole message, any other on what is asked beside it.
            for topic in self._together.get(name, (Topic.INTERACTIONS,) if name in here else ()):
                scores[topic] = scores.get(topic, 0.0) + TOGETHER

    def _sets_side_by_side(self) -> bool:
        """Whether ours and another medicine are set against each other ("X or ours, which …?")."""
        message = self._message
        return any(
            _is_against([token.text for token in message.tokens[min(one.end, other.end) : max(one.start, other.start)]])
            for one in message.all_of("drug")
            for other in message.all_of("other")
            if abs(one.start - other.start) <= SIDE_BY_SIDE
        )

    @property
    def _in_play(self) -> bool:
        """Whether the medicine, its pump or a dose is spoken of, so that words of silent subjects are about it."""
        kinds = ("drug", "about", "route", "hints", "dose_words", "kidney")
        return self._in_conversation or self._message.has_any(*kinds) or bool(self._message.readings.of("dose"))

    def _leads_to_a_first_day(self, start: int, end: int) -> bool:
        """Whether a dose a day is asked for that follows from a bolus ("from the bolus to the first 24 h dose")."""
        message = self._message
        words = [token.text for token in message.tokens[start:end]]
        follows = not _FOLLOWING.isdisjoint(words)
        return follows and all(message.has("sums", value, start, end) for value in ("bolus", "first_daily"))

    def _goes_down(self, start: int, end: int) -> bool:
        """Whether a stretch speaks of less and not of more: "how fast can it be decreased" is no titration."""
        message = self._message
        return message.has("sums", "taper", start, end) and not message.has("sums", "titrate", start, end)

    @property
    def _off_route(self) -> frozenset[Topic]:
        """What the only route that is named makes unlikely: doses a day by pump, a pump's matters by mouth."""
        routes = self._message.routes()
        if routes == (Route.INTRATHECAL,):
            return frozenset({Topic.DOSING_FREQUENCY})
        return PUMP_TOPICS if routes == (Route.ORAL,) else frozenset()


def _is_against(between: Sequence[str]) -> bool:
    """Whether the words between two medicines set one against the other ("as much on X as on ours")."""
    return not _AGAINST.isdisjoint(between) or ("as" in between and "well" not in between)


def _lead(rows: Sequence[Candidate]) -> float:
    """How far the first of a ranking is ahead of the second."""
    return rows[0].score - rows[1].score if len(rows) > 1 else LEAD
