"""What a stretch of a message speaks of: the matcher's evidence, changed by what words say only together.

"Signs when it is stopped" are no signs of toxicity, a test of the kidneys is monitoring, a decisive word of a silent
subject outweighs examples. Each change is a named amount of evidence with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile

from chatbot.language.matcher import Candidate, Matcher
from chatbot.language.message import Message
from chatbot.language.normalise import stem
from chatbot.language.people import Kidneys
from chatbot.query import PUMP_TOPICS, Population, Route, Topic

# Chosen on questions that no example was written from; see docs/matching.md for the figures.
SILENT_COST = 0.5  # what a silent subject must bring more than a topic, without a decisive word
DECISIVE = 8.0  # evidence that a decisive word of a silent subject gives, or another medicine with nothing else
TOGETHER = 2.0  # evidence that another medicine beside ours gives for the topics that speak of the two
AGAINST = 4.0  # and setting the one against the other for comparing them
WRONG_WAY = 6.0  # what titration loses where only a decrease is spoken of
FIRST_DAY = 6.0  # what a bolus and the dose a day that follows from it give for the start
SIGNS_OF_STOPPING = 5.0  # what signs of stopping give withdrawal, and take from toxicity
KIDNEYS_TESTED = 5.0  # what a test of the kidneys gives monitoring,
WHY_LESS = 5.0  # asking why less is given what explains it: the kinetics, or the tolerance of older adults,
PERMISSION = 4.0  # whether somebody with poor kidneys may have it the precautions,
WATCHED = 2.0  # what is watched for monitoring,
PUMP_RISKS = 5.0  # and the risks of a pump its complications
WRONG_ROUTE = 3.0  # what a topic loses that the named route does not have
SIDE_BY_SIDE = 4  # words from one medicine to the other that is set against it
DETAIL = 4.0  # evidence from which a detail narrows a topic
OTHER_DETAIL = 1.5  # from which the whole message may ask for another one too
DETAIL_LEAD = 2.0  # and its lead over the topic's main examples
DETAIL_SHARE = 0.6  # of the best detail's evidence, that a second one needs

_AGAINST = frozenset({"or", "versus", "than", "against", "v", "vs"})
_TESTING = frozenset(
    map(stem, ("test", "tested", "check", "checked", "blood", "bloods", "screen", "assess", "measure"))
)
_FROM = frozenset({"from", "after", "into", "turn", "follow", "follows", "following", "based", "once", "then"})
_WHY = frozenset(map(stem, ("why", "reason", "basis", "rationale", "explain")))
# Whether somebody may have it at all.
_PERMISSION = frozenset(map(stem, ("ok", "okay", "safe", "safely", "allowed", "alright", "wise", "even", "dangerous")))
_LESS = frozenset(map(stem, ("less", "little", "lower", "low", "smaller", "small", "fewer", "=taper", "cut", "halve")))
# The most of something, and how much may be had: with "in one go" they ask for a single dose's maximum.
_MOST = frozenset(map(stem, ("most", "maximum", "max", "maximal", "highest", "largest", "biggest", "greatest", "top",
                             "limit", "cap", "ceiling", "upper", "heaviest", "high")))  # fmt: skip
_MUCH = frozenset({"much", "many"})
_MAY = frozenset({"can", "may", "could", "allowed", "safe", "safely", "have", "take", "swallow", "permitted", "ok"})
_A_DAY = frozenset({"day", "daily"})
_NOT = frozenset({"not", "no", "don't", "dont", "isn't", "isnt", "never", "rather"})
# Words between "not" and the day that is denied ("not asking for the daily one").
_NOT_ASKING = frozenset(
    {"the", "a", "per", "asking", "about", "mean", "for", "over", "of", "each", "every", "in", "want", "any", "whole",
     "after", "talking", "meaning", "by", "as"}
)  # fmt: skip
ONE_TIME = "subject/single_dose_maximum"  # a silent subject for everybody but children by mouth
SYMPTOMS = "symptoms"  # of those on what stopping brings,
ELIMINATION = "elimination"  # and of those on how the medicine leaves the body: why poor kidneys need less
KIDNEYS_FIRST = "renal_function"  # the detail of facts on testing the kidneys
# Words that ask for every step of what comes next.
_WHOLE_LADDER = frozenset(map(stem, ("stepwise", "four", "list", "outline", "enumerate", "every", "all")))
# What brings a stop before the signs that follow it ("signs when it is stopped").
_FOLLOWING = frozenset(map(stem, ("when", "after", "if", "once", "upon", "from", "of", "on", "follow", "=abrupt")))


class Weighing:
    """Ranks the groups that stretches of one message speak of."""

    def __init__(
        self, message: Message, matcher: Matcher, together: Mapping[str, tuple[Topic, ...]], *, in_conversation: bool
    ) -> None:
        """together: the topics whose facts speak of another medicine beside ours, by that medicine."""
        self._message, self._matcher, self._together = message, matcher, together
        self._in_conversation = in_conversation

    def rank(self, start: int, end: int) -> list[Candidate]:
        """The groups that a stretch speaks of, best first."""
        found = self._matcher.scores(self._message.content_stems(start, end))
        scores = {group: score for group, score in found.items() if not group.startswith("chat/")}
        self._weigh_subjects(scores, start, end)
        for topic in self._off_route:
            if topic in scores:
                scores[topic] -= WRONG_ROUTE
        self._weigh_kidneys_and_reasons(scores, start, end)
        if self._asks_signs_of_stopping(start, end):
            scores[Topic.WITHDRAWAL] = scores.get(Topic.WITHDRAWAL, 0.0) + SIGNS_OF_STOPPING
            scores[Topic.TOXICITY] = scores.get(Topic.TOXICITY, 0.0) - SIGNS_OF_STOPPING
        if self._goes_down(start, end) and Topic.TITRATION in scores:
            scores[Topic.TITRATION] -= WRONG_WAY
            scores[Topic.STOPPING] = scores.get(Topic.STOPPING, 0.0) + TOGETHER
        if self._leads_to_a_first_day(start, end):
            scores[Topic.STARTING_DOSE] = scores.get(Topic.STARTING_DOSE, 0.0) + FIRST_DAY
        self._weigh_one_time(scores, start, end)
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

    def _weigh_one_time(self, scores: dict[str, float], start: int, end: int) -> None:
        """Change the scores where the most at one time is asked ("in any one go", "not the daily one").

        It is no daily maximum: whoever takes that at once has taken too much.
        """
        message = self._message
        a_day, _ = self._names_a_day(start, end)
        any_day, denied = self._names_a_day(0, len(message.tokens))
        denied = denied and not any_day
        named = denied or message.has("sums", "one_time", start, end)
        stems = self._matcher.joined(message.stems[start:end])
        if not (named and scores) or a_day or message.has_rate or "=stop" in stems:
            return
        leading = max(scores, key=lambda group: scores[group])
        steps = message.has("sums", "titrate", start, end) or message.has("sums", "step", start, end)
        if leading in (Topic.STARTING_DOSE, Topic.SCREENING_DOSE) or (leading == Topic.TITRATION and steps):
            return
        texts = {token.text for token in message.tokens[start:end]}
        much = not _MOST.isdisjoint(stems) or not (_MUCH.isdisjoint(texts) or _MAY.isdisjoint(texts))
        if leading == Topic.MAXIMUM_DOSE or (much and not denied):
            scores[ONE_TIME] = scores[leading] + DECISIVE

    def _names_a_day(self, start: int, end: int) -> tuple[bool, bool]:
        """Whether a stretch speaks of a day, and whether it only says that a day is not meant."""
        texts = [token.text for token in self._message.tokens[start:end]]
        days = [place for place, text in enumerate(texts) if text in _A_DAY]
        before = [list(dropwhile(_NOT_ASKING.__contains__, reversed(texts[:place])))[:1] for place in days]
        denied = [words in ([word] for word in _NOT) for words in before]
        return not all(denied), any(denied)

    def _weigh_other_medicines(self, scores: dict[str, float], start: int, end: int) -> None:
        """Change the scores where another medicine is named beside ours: topics that speak of the two gain."""
        message = self._message
        if message.is_set_against and max(scores.values(), default=0.0) <= TOGETHER / 2:
            # "Versus X, in children": ours is what goes without saying.
            scores[Topic.COMPARISON] = DECISIVE
        ours = message.has("drug") or message.has("route", Route.INTRATHECAL)
        here = message.others(start, end)
        faint = max(scores.values(), default=0.0) <= TOGETHER / 2
        bare = _AGAINST.issuperset(message.content_stems(0, len(message.tokens)))
        if ours and (bare or not faint) and self._sets_side_by_side():
            # "Drowsier on X or on ours?" is about the effect, of which a fact may speak for both.
            effects = scores.get(Topic.ADVERSE_EFFECTS, 0.0) > scores.get(Topic.COMPARISON, 0.0)
            known = any(Topic.ADVERSE_EFFECTS in self._together.get(name, ()) for name in message.others())
            topic = Topic.ADVERSE_EFFECTS if effects and known else Topic.COMPARISON
            scores[topic] = scores.get(topic, 0.0) + (DECISIVE if bare else AGAINST)
        if not ours or faint:
            return
        for name in message.others():
            # A medicine that facts speak of bears on the whole message, any other on what is asked beside it.
            for topic in self._together.get(name, (Topic.INTERACTIONS,) if name in here else ()):
                barred = topic is Topic.CONTRAINDICATIONS and message.has("route", Route.INTRATHECAL)
                scores[topic] = scores.get(topic, 0.0) + (AGAINST if barred else TOGETHER)

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
        follows = any(token.text in _FROM for token in message.tokens[start:end])
        return follows and all(message.has("sums", value, start, end) for value in ("bolus", "first_daily"))

    def _goes_down(self, start: int, end: int) -> bool:
        """Whether a stretch speaks of less and not of more: "how fast can it be decreased" is no titration."""
        message = self._message
        return message.has("sums", "taper", start, end) and not message.has("sums", "titrate", start, end)

    def _weigh_kidneys_and_reasons(self, scores: dict[str, float], start: int, end: int) -> None:
        """Change the scores by what words say together: kidneys tested, why less is given, the risks of a pump."""
        message, person = self._message, self._message.person()
        stems = self._matcher.joined(message.stems[start:end])
        gains: dict[Topic, float] = {}
        if self.tests_kidneys(start, end):
            gains[Topic.MONITORING] = KIDNEYS_TESTED
        kidneys = person.kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE)
        doses = message.readings.of("dose") or message.has("dose_words") or "much" in stems
        # "OK, …" before a question asks nothing.
        if kidneys and not doses and not _PERMISSION.isdisjoint(message.stems[max(start, 1) : end]):
            gains[Topic.PRECAUTIONS] = PERMISSION
        if "=watch" in stems and not message.has("dose_words", None, start, end):
            gains[Topic.MONITORING] = WATCHED
        if not _WHY.isdisjoint(stems) and not _LESS.isdisjoint(stems) and (kidneys or person.populations):
            gains[Topic.STOPPING] = -WHY_LESS
            if person.kidneys is Kidneys.IMPAIRED:
                gains[Topic.PHARMACOKINETICS] = WHY_LESS
            elif person.populations == (Population.ELDERLY,):
                gains[Topic.PRECAUTIONS] = WHY_LESS
        if "=danger" in stems and message.routes() == (Route.INTRATHECAL,):
            # What a pump can do wrong are its complications; the sources' precautions are by mouth.
            gains |= {Topic.COMPLICATIONS: PUMP_RISKS, Topic.PRECAUTIONS: -PUMP_RISKS}
        for topic, gain in gains.items():
            scores[topic] = scores.get(topic, 0.0) + gain

    def tests_kidneys(self, start: int, end: int) -> bool:
        """Whether a stretch is about testing kidneys of which nothing else is said ("does he need a kidney test")."""
        message = self._message
        spoken_of = message.has("kidney_talk", None, start, end) or "kidney" in message.stems[start:end]
        if message.person(start, end).kidneys is not Kidneys.UNSAID or not spoken_of:
            return False
        return not _TESTING.isdisjoint(message.stems[start:end])

    def _asks_signs_of_stopping(self, start: int, end: int) -> bool:
        """Whether signs are asked for that stopping brings ("which symptoms come when it is stopped")."""
        stems = self._matcher.joined(self._message.content_stems(start, end))
        if "=signs" not in stems:
            return False
        stops = "=stop" in stems and not _FOLLOWING.isdisjoint(stems)
        return stops or "withdrawal" in stems

    @property
    def _off_route(self) -> frozenset[Topic]:
        """What the only route that is named makes unlikely: doses a day by pump, a pump's matters by mouth."""
        routes = self._message.routes()
        if routes == (Route.INTRATHECAL,):
            return frozenset({Topic.DOSING_FREQUENCY})
        return PUMP_TOPICS if routes == (Route.ORAL,) else frozenset()

    def details(self, topic: Topic, start: int, end: int) -> tuple[str, ...]:
        """The details that a part narrows its topic to; none where it asks for all of it."""
        message = self._message
        by_mouth = {
            place
            for route in message.all_of("route", Route.ORAL, start, end)
            if topic is Topic.ALTERNATIVES
            for place in range(route.start, route.end)
        }  # "… when it fails by mouth" stands in every question about what comes next
        places = [place for place in range(start, end) if place not in by_mouth]
        stems = [message.stems[place] for place in places if message.tokens[place].kind == "word"]
        if topic is Topic.ALTERNATIVES and not _WHOLE_LADDER.isdisjoint(self._matcher.joined(stems)):
            return ()
        if topic is Topic.ALTERNATIVES and message.others():
            if len(message.others()) > 1:
                return ()
            if not message.has("route", Route.INTRATHECAL):
                # "Where does X come in when the tablets fail?" asks for the step that X is.
                stems = [message.stems[place] for one in message.all_of("other") for place in range(one.start, one.end)]
        if topic in (Topic.MONITORING, Topic.PRECAUTIONS) and self.tests_kidneys(start, end):
            return (KIDNEYS_FIRST,)
        poor_kidneys = message.person().kidneys is Kidneys.IMPAIRED
        if topic is Topic.PHARMACOKINETICS and poor_kidneys and not _WHY.isdisjoint(stems):
            return (ELIMINATION,)
        rows = self._matcher.details(topic, stems)
        main = next((score for detail, score in rows if not detail), 0.0)
        floor = max(DETAIL, main + DETAIL_LEAD, DETAIL_SHARE * (rows[0][1] if rows else 0.0))
        named = tuple(detail for detail, score in rows if detail and score >= floor)
        if topic is Topic.WITHDRAWAL and not named and self._asks_signs_of_stopping(start, end):
            whole = self._matcher.details(topic, message.stems)
            others = any(score >= OTHER_DETAIL for detail, score in whole if detail not in ("", SYMPTOMS))
            return () if others else (SYMPTOMS,)
        return named if len(named) == 1 else ()


def _is_against(between: Sequence[str]) -> bool:
    """Whether the words between two medicines set one against the other ("as much on X as on ours")."""
    return not _AGAINST.isdisjoint(between) or ("as" in between and "well" not in between)
