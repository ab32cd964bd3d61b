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
from chatbot.language.message import AUXILIARIES, Message
from chatbot.language.normalise import stem
from chatbot.language.weighing import DECISIVE, SIDE_BY_SIDE, Weighing
from chatbot.query import DOSE_TOPICS, PUMP_TOPICS, Topic

OFF_TOPIC = "off_topic"
CONVERTED = "subject/conversion"  # what asks beside a topic, with or without a question word

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

LIST_ITEM = 4  # words up to which a part without a question word may be one of a list of things asked
LEAD_UP = 3  # words from which what stands before a question leads up to it, and is no item of a list
SHORT_QUESTION = 2  # content words up to which a question leans on the sentence before it
PASSING = 0.45  # share of the strongest evidence below which a part without a question word is said in passing
MOST_PARTS = 8  # parts of a sentence up to which every division is tried; beyond it groups of up to three
LONGEST_GROUP = 3
MOST_SEGMENTS = 120  # a longer message is read at its head and its end

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
_TOGETHER = frozenset({"and", "or", "plus", "&"})
_DENIALS = frozenset({"no", "not", "never", "nobody", "nothing"})
# "Above which amount do they emerge?" asks on of what was asked before: effects, signs, complications.
_THEY = frozenset({"they", "these", "those", "it"})
_THEY_STEMS = frozenset(map(stem, _THEY)) | {"that"}
_OCCUR = frozenset(
    map(stem, ("occur", "emerge", "appear", "arise", "happen", "begin", "start", "come", "show", "strike"))
)
_PURPOSE = frozenset(map(stem, ("good", "used", "use", "purpose", "point", "useful")))
_GOING_UP = frozenset({Topic.STARTING_DOSE, Topic.TITRATION})
_OF_EFFECTS = frozenset({Topic.ADVERSE_EFFECTS, Topic.TOXICITY, Topic.WITHDRAWAL, Topic.COMPLICATIONS})


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
        weighing = Weighing(message, matcher, together, in_conversation=in_conversation)
        self.rank, self.details = weighing.rank, weighing.details
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
        elif asked and all(map(self._asks_what_it_is, (part for parts in asked for part in parts))):
            told = [self._divide(parts) for parts, question in sentences if not question]
            asked = [parts for parts in told if any(part.winner.group in PUMP_TOPICS for part in parts)] or asked
        found = sorted(part for parts in asked for part in self._of_what_was_before(self._asking_only(parts)))
        found = self._compared(self._without_asides(self._without_denied(found)))
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
        return [row for row in out if not self._is_denial(row[0])] or out

    def _is_denial(self, parts: Sequence[Segment]) -> bool:
        """Whether a sentence only says what is not so or not asked ("Never had a stroke")."""
        tokens, start, end = self._message.tokens, parts[0].start, parts[-1].end
        asks = end < len(tokens) and tokens[end].text == "?"
        denies = tokens[start].text in _DENIALS or self._message.denies_asking(start, end)
        return len(parts) == 1 and denies and not asks

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
            sure = first is None and part.winner.group == CONVERTED
            if len(parts) > 1 and not (asks or sure) and part.winner.group.startswith("subject/"):
                continue
            leads_up = first is not None and place < first and not self._is_gone_on_with(part, parts[place + 1])
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

    def _compared(self, parts: list[Part]) -> list[Part]:
        """The parts without what belongs to another one: a comparison that names nothing to compare with.

        "Two isomers, any difference?" compares no medicines; "pump or tablet, which does better?" asks that of both.
        """
        groups = {part.winner.group for part in parts}
        if self._message.others() and Topic.INTERACTIONS in groups and not self._message.person().says_something:
            # "Is it safe to take the two together?" is one question.
            parts = [part for part in parts if part.winner.group != Topic.PRECAUTIONS]
        rest = [part for part in parts if part.winner.group != Topic.COMPARISON]
        if self._message.others():
            # "Less sedating than X, or the same?": the fact on what is asked speaks of X.
            known = {topic for name in self._message.others() for topic in self._together.get(name, ())}
            beside = bool(rest) and all(part.winner.group in known for part in rest)
            return rest if beside and all(part in rest or self._is_or_else(part) for part in parts) else parts
        if rest or not self._message.sets_routes_apart:
            return rest or parts
        return [part._replace(winner=part.winner._replace(group=Topic.EFFECTIVENESS)) for part in parts]

    def _is_or_else(self, part: Part) -> bool:
        """Whether a part is the other half of a question ("… or the same?")."""
        return "or" in {token.text for token in self._message.tokens[max(part.start - 1, 0) : part.start + 1]}

    def _is_joined(self, part: Part, parts: Sequence[Part], place: int) -> bool:
        """Whether "and" or the like joins a part to the one before or behind it."""
        joiners = self._message.lexicon.words["joiners"] | {"&", "+"}
        before = parts[place - 1].end if place else part.start
        behind = parts[place + 1].start if place + 1 < len(parts) else part.end
        tokens = (*self._message.tokens[before : part.start], *self._message.tokens[part.end : behind])
        return any(token.text in joiners for token in tokens)

    def _is_gone_on_with(self, part: Part, following: Part) -> bool:
        """Whether the next part is one of the same list, or asks on of this one."""
        stems = self._message.stems[following.start : following.end]
        asks_on = self._asks_on(part.winner.group, following.winner.group, stems)
        return asks_on or self._is_listed(part, following)

    def _is_listed(self, part: Part, following: Part) -> bool:
        """Whether a part and the next are items of one list: a word or two, or joined by "and"."""
        small = self._message.lexicon.function_words
        few = sum(stem not in small for stem in self._message.content_stems(part.start, part.end)) < LEAD_UP
        if few and not self._is_clause(part.start, part.end):
            return True
        joiners = self._message.lexicon.words["joiners"] | {"&", "+", "?", ";"}
        between = self._message.tokens[part.end : following.start]
        return any(token.text in joiners for token in between)

    def _asks(self, part: Part) -> bool:
        words = [token.text for token in self._message.tokens[part.start : part.end] if token.kind == "word"]
        openers = self._message.lexicon.words["questions"]
        pairs = pairwise(token.text for token in self._message.tokens[part.start : part.end])
        turned = any(mark == "," and text in AUXILIARIES for mark, text in pairs)  # "wobbly, are those known effects"
        return bool(words) and (turned or not openers.isdisjoint(words[:2]) or not _ASKING_WORDS.isdisjoint(words))

    def _only_tells(self, part: Part) -> bool:
        """Whether a part is a clause with somebody who does something, and no item of a list."""
        clause = self._is_clause(part.start, part.end)
        return clause and len(self._message.content(part.start, part.end)) > LIST_ITEM

    def _is_clause(self, start: int, end: int) -> bool:
        return not _CLAUSE_WORDS.isdisjoint(token.text for token in self._message.tokens[start:end])

    def _asks_what_it_is(self, part: Part) -> bool:
        """Whether a question with "it" or "that" alone asks how something works ("How does it work?").

        Said of the pump that "can give less by day", it asks for what was told.
        """
        tokens = self._message.tokens[part.start : part.end]
        silent = part.winner.group in ("subject/mechanism", "subject/what_it_is")
        return silent and any(token.text in ("it", "that", "this") for token in tokens)

    def _of_what_was_before(self, parts: list[Part]) -> list[Part]:
        """The parts without those that only ask on of the one before.

        "And how often" behind an increase asks how often to increase; "when do they appear" behind effects, of these.
        "Where do I start, and where do I stop?" asks for the maximum.
        """
        out: list[Part] = []
        for part in parts:
            before = out[-1].winner.group if out else ""
            stems = self._message.stems[part.start : part.end]
            if before in _GOING_UP and part.winner.group == Topic.STOPPING and self._asks_where(part):
                out.append(part._replace(winner=part.winner._replace(group=Topic.MAXIMUM_DOSE.value)))
            elif not self._asks_on(before, part.winner.group, stems):
                out.append(part)
        return out

    def _asks_on(self, before: str, group: str, stems: Sequence[str]) -> bool:
        """Whether a part asks on of the one before: how often to increase, from which dose effects appear."""
        pairs = set(pairwise(stems))
        a_day = "daily" in stems or "time" in stems or not _A_DAY.isdisjoint(pairs)
        if before == Topic.TITRATION and group == Topic.DOSING_FREQUENCY and not a_day:
            return True
        if before == Topic.INFUSION_MODES and not _THEY_STEMS.isdisjoint(stems) and not _PURPOSE.isdisjoint(stems):
            return True  # "…, what are those good for?"
        return before in _OF_EFFECTS and any(one in _THEY_STEMS and two in _OCCUR for one, two in pairs)

    def _asks_where(self, part: Part) -> bool:
        """Whether a part asks where or when to stop, and not to stop "it"."""
        texts = [token.text for token in self._message.tokens[part.start : part.end] if token.kind == "word"]
        it = self._message.has("drug", None, part.start, part.end) or not _THEY.isdisjoint(texts[-2:])
        return texts[:1] in (["where"], ["when"]) and not it and "taking" not in texts

    def _without_denied(self, parts: list[Part]) -> list[Part]:
        """The parts without what is said not to be asked ("not asking the maximum", "I already know the start")."""
        return [part for part in parts if not self._message.denies_asking(part.start, part.end)] or parts

    # ------------------------------------------------------------------------------------------------ one sentence

    def _divide(self, segments: Sequence[Segment]) -> list[Part]:
        """The best division of a sentence into groups that each ask one thing."""
        ranked: dict[tuple[int, int], list[Candidate]] = {}
        division = self._best_division(segments, ranked)
        texts = [self._message.tokens[segments[start].start].text for start, _, _ in division]
        if len(division) > 1 and texts[-1] == "not" and division[0][2]:
            division = division[:-1]  # "The maximum over a day, not for a single dose"
        strongest = max((winner.score for _, _, winner in division if winner), default=0.0)
        out: list[Part] = []
        for start, end, best in division:
            first, last = segments[start].start, segments[end - 1].end
            if len(division) > 1 and _UNIT_WORDS.issuperset(self._message.stems[first:last]):
                # "…, mg a day?" or "like an hour or a day" says in which unit the answer is wanted.
                continue
            if self._message.tokens[first].text in _DENIALS and last < segments[-1].end:
                # "No withdrawal, no overdose: …" asks for neither.
                continue
            rows = ranked[start, end]
            rows = self._own_clause(segments[start:end], rows) if best and end - start > 1 else rows
            winner = rows[0] if best else None
            if winner and winner.score < strongest and self._is_doubtful(Part(first, last, winner), rows):
                continue
            if winner and out and self._leans_on_silence(out[-1], rows, first, last):
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

    def _own_clause(self, group: Sequence[Segment], rows: list[Candidate]) -> list[Candidate]:
        """The ranking of the question itself, where a clause before it only says when it comes up.

        "When they turn it up, how soon should someone check?" asks for the check.
        """
        question = group[-1]
        opening = self._message.tokens[question.start].text
        leads_up = group[0].subordinate or self._message.tokens[group[0].start].text == "when"
        if not leads_up or opening not in _ASKING_WORDS or opening == "when":
            return rows
        own = self.rank(question.start, question.end)
        sure = bool(own) and own[0].score >= STRONG and _lead(own) >= SURE_LEAD
        return own if sure and not own[0].group.startswith("subject/") else rows

    def _leans_on_silence(self, before: Part, rows: Sequence[Candidate], start: int, end: int) -> bool:
        """Whether a further part without a clear topic goes on about a silent subject ("MRI, and what beforehand?")."""
        silent = before.winner.group.startswith("subject/") and before.winner.score >= DECISIVE
        of_it = not _THEY.isdisjoint(token.text for token in self._message.tokens[start:end])
        return silent and rows[0].score < TELLING and (of_it or _lead(rows) < LEAD)

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


def _lead(rows: Sequence[Candidate]) -> float:
    """How far the first of a ranking is ahead of the second."""
    return rows[0].score - rows[1].score if len(rows) > 1 else LEAD
