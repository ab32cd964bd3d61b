"""What is asked, with the slots that its words say: each part's own, its neighbours', or the whole message's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.calculation import NOTHING, CalculationName, Figures, Request
from chatbot.language.clauses import Segment
from chatbot.language.figures import read_figures
from chatbot.language.message import Message
from chatbot.language.normalise import Token
from chatbot.language.people import Kidneys, Person
from chatbot.language.requests import AUXILIARIES, LIQUID
from chatbot.language.topics import Part, Topics
from chatbot.query import DOSE_TOPICS, Origin, Population, Route, Topic

WEAK_UNNAMED = 8.0  # the same, where our medicine is not named
WEAK = 6.0  # a topic with less evidence gives way to a decisive word of a silent subject in the same message
PATIENT = "patient"  # how the content marks a silent subject that is a state of the patient
ONE_TIME = "single_dose_maximum"  # of the most that is taken at one time
CONVERSION = "conversion"  # and of a dose by one route as one by the other
# Silent subjects that leave what another part asks as it is, where a part of its own asks of them.
OF_A_PART = frozenset({CONVERSION, LIQUID, "feeding_tube", "intravenous", "topical"})
# Topics that a condition on which the sources are silent makes unanswerable.
CONDITIONED = DOSE_TOPICS | {Topic.CALCULATION, Topic.PRECAUTIONS, Topic.INDICATIONS, Topic.ADVERSE_EFFECTS}
# Calculations that may be asked for two people in one message.
OF_A_PERSON = frozenset({CalculationName.DOSE_CHECK, CalculationName.WEIGHT_BASED_DOSE})
# Topics that are the same whoever is asked about.
OF_EVERYBODY = frozenset({Topic.CONCENTRATION, Topic.INFUSION_MODES, Topic.CONTRAINDICATIONS})
_TOPICS = frozenset(map(str, Topic))
# Words around a slot that only ask the same of it: "what about the pump", "and by the pump".
_ABOUT = frozenset(
    {"what", "how", "about", "of", "the", "a", "an", "by", "with", "for", "in", "on", "and", "via", "one", "'s"}
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked, before defaults: what the words of its part of the message said.

    topic None is a fragment ("and in children?"); subject names a subject that the sources are silent on; medicine says
    whether ours was named; related the other medicines that were.
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
    requests: tuple[Request, ...] = ()
    figures: Figures = NOTHING


def fragment(message: Message, figures: Figures) -> Ask | None:
    """An ask without a topic, where the message names a slot, a number or the medicine and nothing else."""
    person, routes, (origins, stroke) = message.person(), message.routes(), message.origins()
    if not (person.says_something or routes or origins or message.has("drug") or figures):
        return None
    medicine = message.has("drug")
    return Ask(routes=routes, person=person, origins=origins, stroke=stroke, medicine=medicine, figures=figures)


def calculation_asks(message: Message, requests: tuple[Request, ...], figures: Figures) -> list[Ask]:
    """The asks for what is to be computed: one for each person whose own numbers are told, else one for the message."""
    names = {request.name for request in requests}
    if len(names) == 1 and not names.isdisjoint(OF_A_PERSON):
        sentences = _sentences(message)
        for stretches in (sentences, [(part.start, part.end) for part in message.segments]):
            told = [(read_figures(message, *stretch), message.person(*stretch)) for stretch in stretches]
            told = [(said, person) for said, person in told if said.doses or said.weight_kg]
            named = [person for _, person in told if person.says_something]
            if len({(person.asked, person.infant) for person in named}) > 1 and len(named) == len(told):
                return [_calculation(message, requests, said, person) for said, person in told]
            if len(told) == 1 and named and stretches is sentences and len(sentences) > 1:
                return [_calculation(message, requests, figures, named[0])]
    return [_calculation(message, requests, figures, message.person())]


def _sentences(message: Message) -> list[tuple[int, int]]:
    """The sentences of a message, as tokens start to end."""
    numbers = sorted({segment.sentence for segment in message.segments})
    parts = ([segment for segment in message.segments if segment.sentence == number] for number in numbers)
    return [(part[0].start, part[-1].end) for part in parts]


def _calculation(message: Message, requests: tuple[Request, ...], figures: Figures, person: Person) -> Ask:
    origins, stroke = message.origins()
    return Ask(
        topic=Topic.CALCULATION,
        routes=message.routes(),
        person=person,
        origins=origins,
        stroke=stroke,
        medicine=message.has("drug"),
        requests=requests,
        figures=figures,
    )


def build(message: Message, topics: Topics, conditions: Mapping[str, str]) -> list[Ask]:
    """The asks of a message in order. conditions: where each silent subject forbids a dose (see `content.Subject`)."""
    parts = topics.parts
    subjects = [subject for subject in message.subjects if subject not in message.negated]
    asks: list[Ask] = []
    variants: list[list[Ask]] = []
    for part, (first, last) in zip(parts, _stretches(message, parts, topics.answered), strict=True):
        topic, subject = _read_group(part.winner.group)
        condition = _condition(message, conditions, first, last)
        if condition in OF_A_PART and _is_asked_elsewhere(message, condition, (first, last), parts):
            condition = ""
        # Where several things are asked, a decisive word is of the part in which it stands.
        here = (one.value for one in subjects if len(parts) == 1 or first <= one.start < last)
        decisive = next(here, "")
        if topic and decisive and part.winner.score < (WEAK if message.has("drug") else WEAK_UNNAMED):
            topic, subject = None, decisive
        if subject and not decisive and message.person(first, last).kidneys in (Kidneys.IMPAIRED, Kidneys.SEVERE):
            # "Is it safe on dialysis?" sounds like other states of a patient; the kidneys have facts of their own.
            topic, subject = Topic.PRECAUTIONS, ""
        if topic != Topic.PRECAUTIONS and asks_whether(message, part.start, part.end):
            topic, subject = Topic.PRECAUTIONS, ""
        if condition and (topic in CONDITIONED or condition == CONVERSION):
            topic, subject = None, condition
        if subject == ONE_TIME and message.person(first, last).asked == (Population.PEDIATRIC,):
            # The child's maximum is told by single doses.
            topic, subject = Topic.MAXIMUM_DOSE, ""
        origins, stroke = message.origins(first, last)
        ask = Ask(
            topic=topic,
            details=topics.details(topic, part.start, part.end) if topic else (),
            subject=subject,
            routes=message.routes(first, last),
            person=message.person(first, last),
            origins=origins,
            stroke=stroke,
            medicine=message.has("drug"),
            related=message.others(),
        )
        asks.append(ask)
        variants.append(_by_other_route(message, ask, part, last) or _variants(message, ask, part.end, last))
    shared = _share(message, asks)
    return [row for ask, rows in zip(shared, variants, strict=True) for row in (rows or [ask])]


def asks_whether(message: Message, start: int, end: int) -> bool:
    """Whether a stretch only asks if somebody with kidney disease may have it ("can it be safely given in AKI?")."""
    if message.person().kidneys not in (Kidneys.IMPAIRED, Kidneys.SEVERE) or message.readings.of("dose"):
        return False
    lexicon, words = message.lexicon, message.content(start, end)
    telling = [place for place in words if message.stems[place] not in lexicon.function_words]
    allowing = lexicon.words["allowing"]
    opens = message.tokens[start].text in AUXILIARIES
    return bool(telling) and opens and all(message.tokens[place].text in allowing for place in telling)


def _is_asked_elsewhere(message: Message, condition: str, stretch: tuple[int, int], parts: Sequence[Part]) -> bool:
    """Whether another part of its own asks of the condition: "the maximum by mouth, and how is it converted?"."""
    start, end = stretch
    named = any(start <= one.start < end for one in message.subjects if one.value == condition)
    amounts = (*message.readings.of("dose"), *message.readings.of("volume"))
    told = any(message.starts[start] <= amount.start < message.ends[end - 1] for amount in amounts)
    elsewhere = any(part.winner.group == f"subject/{condition}" and not start <= part.start < end for part in parts)
    return elsewhere and not (named or told)


def _read_group(group: str) -> tuple[Topic | None, str]:
    if group in _TOPICS:
        return Topic(group), ""
    return None, group.removeprefix("subject/")


def condition_in(message: Message, conditions: Mapping[str, str]) -> str:
    """The condition on which the sources are silent that a message names anywhere, or ''."""
    return _condition(message, conditions, 0, len(message.tokens))


def _condition(message: Message, conditions: Mapping[str, str], start: int, end: int) -> str:
    """A condition on which the sources are silent: named in this stretch, or anywhere where that is enough."""
    pump = message.has("hints", Route.INTRATHECAL) or message.has("route", Route.INTRATHECAL)
    for subject in message.subjects:
        if subject.value == LIQUID and pump:
            # What a pump gives is a liquid too.
            continue
        if subject.value == CONVERSION and pump and message.has("sums", "rate"):
            # "Convert it to an hourly rate" changes no route.
            continue
        where = conditions.get(subject.value, "")
        everywhere = where in ("anywhere", PATIENT)
        if subject not in message.negated and (everywhere or (where and start <= subject.start < end)):
            return subject.value
    if CONVERSION in conditions and _equals_anothers(message):
        return CONVERSION
    dosed = message.readings.of("dose") and not message.compares
    if CONVERSION in conditions and dosed and _names_both_routes(message):
        return CONVERSION
    return LIQUID if LIQUID in conditions and message.readings.of("volume") and not pump else ""


def _equals_anothers(message: Message) -> bool:
    """Whether a dose of ours is asked for that is as much as another medicine's ("equal to X 350 tid")."""
    equals = message.has("sums", "equals") or any(token.text == "=" for token in message.tokens)
    if not (equals and message.has("drug")):
        return False
    amounts = (*message.readings.of("dose"), *message.readings.of("number"))
    return any(message.is_anothers(amount) for amount in amounts)


def _names_both_routes(message: Message) -> bool:
    """Whether both routes are named, a unit of the other one that stands apart from the dose included."""
    amounts = message.readings.covered
    apart = (hint.value for hint in message.all_of("hints") if hint.start not in amounts)
    return len({*message.routes(), *(Route(value) for value in apart)}) > 1


def condition_of_patient(message: Message, conditions: Mapping[str, str]) -> str:
    """The state of the patient that a message names and the sources are silent on: it stays with the patient."""
    named = (subject.value for subject in message.subjects if subject not in message.negated)
    return next((name for name in named if conditions.get(name) == PATIENT), "")


def _stretches(message: Message, parts: Sequence[Part], answered: Sequence[Part]) -> list[tuple[int, int]]:
    """Each part's stretch of the message for slots: itself, and what asks nothing behind it or opens its sentence."""
    out: list[tuple[int, int]] = []
    starts = sorted(part.start for part in (*parts, *answered))
    for place, part in enumerate(parts):
        sentence = message.sentence_of(part.start)
        limit = next((start for start in starts if start >= part.end), len(message.tokens))
        mine = [segment for segment in message.segments if segment.sentence == sentence]
        after = [segment for segment in message.segments if part.end <= segment.start and segment.end <= limit]
        # "… in adults? and kids?": what follows and only names slots belongs to it, in the next sentence too.
        mine_after = [
            segment.end for segment in after if segment.sentence == sentence or _names_slots_only(message, segment)
        ]
        last = max([part.end, *mine_after])
        opens = place == 0 or message.sentence_of(parts[place - 1].start) != sentence
        out.append((min(segment.start for segment in mine) if opens and mine else part.start, last))
    return out


def _names_slots_only(message: Message, segment: Segment) -> bool:
    slots = message.person(segment.start, segment.end).says_something or message.routes(segment.start, segment.end)
    return bool(slots) and len(message.content(segment.start, segment.end)) <= 1


def _by_other_route(message: Message, ask: Ask, part: Part, last: int) -> list[Ask]:
    """An ask for each route where the second is only named behind the question: "… and what about the pump?"."""
    own = message.routes(part.start, part.end)
    behind = [segment for segment in message.segments if part.end <= segment.start and segment.end <= last]
    named = [
        message.routes(segment.start, segment.end)
        for segment in behind
        if _ABOUT.issuperset(token.text for token in _words_left(message, segment))
    ]
    others = [routes for routes in named if routes and routes != own]
    if not own or len(others) != 1 or any(message.person(one.start, one.end).says_something for one in behind):
        return []
    return [replace(ask, routes=own), replace(ask, routes=others[0])]


def _words_left(message: Message, segment: Segment) -> list[Token]:
    return [message.tokens[place] for place in message.content(segment.start, segment.end)]


def _variants(message: Message, ask: Ask, start: int, end: int) -> list[Ask]:
    """An ask for each part that only names slots: "maintenance: adults by mouth, children by mouth, children by pump".

    Parts that describe one patient ("max dose, 72 years, CKD") are no variants: they exclude nothing of each other.
    """
    read = []
    for part in message.segments:
        if start <= part.start and part.end <= end:
            person, routes = message.person(part.start, part.end), message.routes(part.start, part.end)
            origins, stroke = message.origins(part.start, part.end)
            if person.says_something or routes or origins:
                read.append((person, routes, origins, stroke))
    several_routes = len({row[1] for row in read if row[1]}) > 1
    several_origins = len({row[2] for row in read if row[2]}) > 1
    if len(read) < 2 or not (several_routes or several_origins):
        return []
    out = [replace(ask, person=Person(), origins=(), routes=() if several_routes else ask.routes)]
    for person, routes, origins, stroke in read:
        before, anew = out[-1], person.says_something
        out.append(
            replace(
                ask,
                person=person if anew else before.person,
                routes=routes or before.routes,
                origins=origins or (() if anew else before.origins),
                stroke=stroke,
            )
        )
    return out[1:]


def _share(message: Message, asks: list[Ask]) -> list[Ask]:
    """Slots that one part names hold for the parts that name none: from before, else from after, else the message's."""
    out: list[Ask] = []
    for place, ask in enumerate(asks):
        before = out[-1] if out else None
        person = _shared_person(message, ask, out, alone=len(asks) == 1)
        routes = ask.routes or (before.routes if before else ()) or _later_routes(message, asks, place)
        origins, stroke = ask.origins, ask.stroke
        if not origins:
            origins, stroke = (before.origins, before.stroke) if before and before.origins else message.origins()
        if ask.topic is Topic.EFFECTIVENESS and len({route.value for route in message.all_of("route")}) > 1:
            # How well both do, where they are set side by side; else the pump is what sets the question apart.
            routes = tuple(Route) if message.sets_routes_apart else (Route.INTRATHECAL,)
        out.append(replace(ask, person=person, routes=routes, origins=origins, stroke=stroke))
    return out


def _shared_person(message: Message, ask: Ask, before: Sequence[Ask], *, alone: bool) -> Person:
    person, whole = ask.person, message.person()
    names_adults = message.compares and person.populations == (Population.ADULT,) and not person.by_age
    is_older = whole.by_age and Population.ELDERLY in whole.populations and len(whole.populations) <= 2
    if names_adults and is_older:
        # "He is 70. Does the adult ceiling apply?": the age says who it is about.
        return replace(whole, populations=(Population.ELDERLY,))
    if alone and person.populations and not person.kidneys and not whole.sets_apart:
        # "He has kidney disease. The maximum for an adult?": what is told before holds for whom is asked about.
        person = replace(person, kidneys=whole.kidneys)
    if person.says_something:
        return person
    several = len({row.person.asked for row in before}) > 1
    if ask.topic in OF_EVERYBODY and before and (several or len(before[-1].person.asked) > 1):
        # "Which bolus do adults get, which do children get, and what concentration?"
        return Person()
    if several and ask.routes and ask.routes != before[-1].routes:
        # "… in older adults, and what are the pump's parameters?" leaves those it named before.
        return Person()
    if before and before[-1].person.says_something:
        return before[-1].person
    return whole if alone or not before else person


def _later_routes(message: Message, asks: Sequence[Ask], place: int) -> tuple[Route, ...]:
    """The route that a later part names, where no part up to it names a route or person; else the message's."""
    if len(asks) == 1:
        return message.routes()
    for later in asks[place + 1 :]:
        if later.routes and later.subject != CONVERSION:
            return later.routes
        if later.person.says_something:
            return ()
    # A statement before the question may have named it.
    return () if any(ask.routes for ask in asks) else message.routes()
