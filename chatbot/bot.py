"""The chatbot: loads content once, and takes messages from reading to reply. No input or output of its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from chatbot.cache import derived
from chatbot.calculation import NO_DOSE_CALCULATIONS, CalculationName
from chatbot.choices import picked
from chatbot.content import Content, load
from chatbot.conversation import Settled, State, after, context_of, settle
from chatbot.dosing.factbook import FactBook
from chatbot.dosing.resolve import Answer, Limit, resolve
from chatbot.folder import digest, find_root
from chatbot.language.asks import PATIENT
from chatbot.language.people import kidneys_of
from chatbot.language.understanding import Reader, Understanding
from chatbot.quantity import Quantity
from chatbot.query import Outcome, Population, Query, Reason, Route, Topic, WarningCode
from chatbot.rendering import Renderer
from chatbot.reply import AnsweredQuery, Reply

MOST_SUGGESTIONS = 2
# Small talk that is let through while an emergency is open; what else reads as small talk may be a cry for help.
CALM = frozenset({"greeting", "thanks", "goodbye", "acknowledgement", "new_patient"})


class Chatbot:
    """Answers dosing questions from one content folder (the installed one where none is named).

    Raises `ContentError` where the content cannot be used. Safe to share between threads: what it keeps between
    questions makes it quicker and changes no reply.
    """

    def __init__(self, content: str | Path | None = None) -> None:
        root = find_root(content)
        self.content, self.reader = derived(root, digest(root), lambda: _prepare(root))
        self.book = FactBook(self.content.facts)
        self.renderer = Renderer(self.content)
        self._answered_before = False

    def ask(self, question: str) -> Reply:
        """The reply to a question that knows nothing of earlier ones."""
        return self.reply(question, State())[0]

    def warm_up(self) -> None:
        """Make what is made when it is first needed, so that whoever asks first waits no longer than those after."""
        import chatbot.dosing.computing  # noqa: F401 - what computes is loaded late

        for question in self.ask("").suggestions:
            self.ask(question)

    def conversation(self) -> Conversation:
        """A conversation of its own: follow-ups lean on what was asked before."""
        return Conversation(self)

    def reply(self, message: str, state: State) -> tuple[Reply, State]:
        """The reply to a message in a state, and the state that the next message meets."""
        if self._answered_before:
            # One question is answered sooner without; from the second on the index pays.
            self.reader.matcher.prepare()
        self._answered_before = True
        return self.reply_to(message, self.understand(message, state), state)

    def understand(self, message: str, state: State) -> Understanding:
        """What a message means in a state, a numbered choice of the reply before taken for its question."""
        return self.reader.read(picked(message, state.offered) or message, context_of(state))

    def invalid_line(self) -> Reply:
        """The reply to a line of input that holds no question that can be read."""
        text = self.renderer.clarify("invalid_line", ())
        return self._reply("", Outcome.CLARIFY, Reason.INVALID_INPUT, text)

    def reply_to(self, message: str, meaning: Understanding, state: State) -> tuple[Reply, State]:
        """The reply to a message that has been read already."""
        if meaning.new_patient:
            state = State()
        asks = meaning.outcome is Outcome.ANSWER and any(ask.topic or ask.subject for ask in meaning.asks)
        if state.emergency and meaning.denies_emergency and asks:
            state = replace(state, emergency=None)
        elif state.emergency and meaning.denies_emergency:
            # "It did not happen" takes back what was said, and asks nothing.
            taken_back = self._reply(message, Outcome.CHAT, None, self.renderer.chat("acknowledgement"))
            return taken_back, replace(state, emergency=None)
        calm = meaning.outcome is Outcome.REFUSE or (meaning.outcome is Outcome.CHAT and meaning.kind in CALM)
        if state.emergency and not calm and meaning.outcome is not Outcome.EMERGENCY:
            return self._emergency(message, state.emergency, still=True), state
        meaning = self._with_clearance(meaning, state)
        settled = settle(meaning, state)
        if not settled or meaning.outcome is not Outcome.ANSWER:
            met = after(meaning, settled, state)
            reply = self._reply_by_outcome(message, meaning, met)
            return reply, replace(met, offered=_offered(reply, state))
        answers = [self._resolve(row) for row in settled]
        asked = next((answer.question for answer in answers if answer.question), "")
        return self._answer(message, meaning, answers), replace(after(meaning, settled, state), asked=asked)

    # ------------------------------------------------------------------------------------------------ replies

    def _reply_by_outcome(self, message: str, meaning: Understanding, state: State) -> Reply:
        """The reply to what asks for no facts. state: what is known of the patient, this message included."""
        if meaning.outcome is Outcome.EMERGENCY:
            return self._emergency(message, meaning.reason or Reason.OVERDOSE, still=False)
        if meaning.outcome is Outcome.CHAT:
            return self._reply(message, Outcome.CHAT, None, self.renderer.chat(meaning.kind))
        if meaning.outcome is Outcome.REFUSE:
            reply = self._reply(message, Outcome.REFUSE, meaning.reason, self.renderer.refuse(meaning.kind))
            return replace(reply, declined=meaning.declined)
        return self._clarify(message, meaning, state)

    def _with_clearance(self, meaning: Understanding, state: State) -> Understanding:
        """The meaning with the kidneys as a clearance shows them that the message asks to compute."""
        asked = (*(request for ask in meaning.asks for request in ask.requests), *state.requests)
        if not any(request.name is CalculationName.CREATININE_CLEARANCE for request in asked):
            return meaning
        rows = settle(meaning, state)
        made = (calculation for row in rows if row.requests for calculation in self._resolve(row).calculations)
        values = [calculation.result["ml_per_min"] for calculation in made if "ml_per_min" in calculation.result]
        if not values or meaning.person.kidneys:
            return meaning
        kidneys = kidneys_of(Decimal(str(values[0])))
        asks = tuple(
            replace(ask, person=replace(ask.person, kidneys=kidneys, by_clearance=True))
            if ask.topic is not Topic.CALCULATION and not ask.person.kidneys
            else ask
            for ask in meaning.asks
        )
        return replace(meaning, asks=asks, person=replace(meaning.person, kidneys=kidneys, by_clearance=True))

    def _answer(self, message: str, meaning: Understanding, answers: list[Answer]) -> Reply:
        outcome = next(
            (kind for kind in (Outcome.ANSWER, Outcome.CLARIFY) if any(row.outcome is kind for row in answers)),
            Outcome.UNKNOWN,
        )
        reason = None if outcome is Outcome.ANSWER else next(row.reason for row in answers if row.outcome is outcome)
        choices = self._choices(answers) if outcome is Outcome.CLARIFY else ()
        offers = map(self.renderer.offer, answers)
        offered = tuple(dict.fromkeys(offer[1] for offer in offers if offer))
        suggestions = choices or (*offered, *self._suggestions(answers))[:MOST_SUGGESTIONS]
        comparisons = self.renderer.comparisons(answers)
        text, cited = self.renderer.answer(answers, comparisons, declined=bool(meaning.declined), suggestions=choices)
        warnings = list(dict.fromkeys(code for answer in answers for code in answer.warnings))
        if self.renderer.differs(answers) and WarningCode.SOURCES_DIFFER not in warnings:
            warnings.append(WarningCode.SOURCES_DIFFER)
        populations = {answer.query.population for answer in answers if answer.query.population}
        if len(populations) > 1:
            warnings.append(WarningCode.SEVERAL_POPULATIONS)
        workings = self.renderer.workings
        calculations = [calculation for answer in answers for calculation in answer.calculations]
        return replace(
            self._reply(message, outcome, reason, text),
            queries=tuple(AnsweredQuery(row.query, row.outcome, row.reason, row.subject) for row in answers),
            facts=tuple(cited.facts),
            calculations=tuple(workings.to_dict(calculation) for calculation in calculations),
            schedules=tuple(tuple(rows) for rows in map(workings.rows, calculations) if rows),
            comparisons=tuple(
                {"id": row.id, "relation": row.relation, "text": row.sentence(), "source": row.source}
                for row in comparisons
            ),
            warnings=tuple(warnings),
            references=cited.listed(),
            suggestions=suggestions,
            declined=meaning.declined,
        )

    def _choices(self, answers: list[Answer]) -> tuple[str, ...]:
        """Whole questions that answer what a calculation lacks."""
        lacking = next(answer for answer in answers if answer.outcome is Outcome.CLARIFY)
        usual = self.book.exactly(Topic.STARTING_DOSE, Route.ORAL, Population.ADULT)
        times = next((fact.values.get("times_per_day") for fact in usual), None)
        frequency = times if isinstance(times, Quantity) else None
        name = lacking.asked_for[0]
        return self.renderer.workings.suggestions(name, lacking.question, lacking.read, lacking.query, frequency)

    def _resolve(self, row: Settled) -> Answer:
        if row.subject:
            return self._silent(row)
        answer = self._computed(row) if row.requests else self._looked_up(row)
        notes = answer.notes
        population, person = row.query.population, row.person
        is_dose = answer.query.topic.is_dose
        child_answered = answer.outcome is Outcome.ANSWER and population is Population.PEDIATRIC
        if child_answered and is_dose and not person.childhood_condition:
            notes = (*notes, "child_source")
        checked = any(request.name not in NO_DOSE_CALCULATIONS for request in row.requests)
        if population is Population.ELDERLY and person.by_age and (is_dose or checked):
            notes = (*notes, "age_reading")
        if population is Population.RENAL_IMPAIRMENT and person.by_clearance and not row.limit:
            notes = (*notes, "clearance_reading")
        return replace(answer, notes=tuple(dict.fromkeys(notes)))

    def _looked_up(self, row: Settled) -> Answer:
        answer = resolve(row.query, self.book, limit=row.limit, stroke=row.stroke, related=row.related)
        return replace(answer, read=row.figures.of_patient)

    def _computed(self, row: Settled) -> Answer:
        # Most questions compute nothing, and start sooner without the calculators.
        from chatbot.dosing.computing import compute

        limits = self.renderer.limits
        answer = compute(row.requests, row.figures, row.query, self.book, limits, limit=row.limit, stroke=row.stroke)
        return replace(answer, read=row.figures)

    def _silent(self, row: Settled) -> Answer:
        """A subject on which the sources say nothing."""
        subject = self.content.subjects[row.subject]
        near = tuple(self.book.by_id[name] for name in subject.near)
        warnings = (WarningCode.ABRUPT_STOP,) if any(fact.topic is Topic.STOPPING for fact in near) else ()
        query = row.query.with_(
            assumed=(), population=row.query.population if "population" not in row.query.assumed else None
        )
        if "route" in row.query.assumed:
            query = query.with_(route=None)
        reason = Reason.NOT_IN_SOURCES
        notes: tuple[str, ...] = ()
        if row.limit is Limit.INFANT and subject.condition != PATIENT:
            reason, notes = Reason.OUTSIDE_AGE_RANGE, (Limit.INFANT.value,)
            warnings = (*warnings, WarningCode.OUTSIDE_AGE_RANGE)
        return Answer(query, Outcome.UNKNOWN, reason, near=near, notes=notes, warnings=warnings, subject=subject.name)

    def _suggestions(self, answers: list[Answer]) -> tuple[str, ...]:
        """Whole questions to ask next, none of them one that was just answered."""
        asked = {answer.query.key for answer in answers}
        last = next((answer for answer in reversed(answers) if not answer.subject), None)
        if last is None:
            return ()
        queries = []
        for query in self.renderer.following(last.query):
            candidate = query.with_(route=(query.route or Route.ORAL) if query.topic.is_dose else None)
            if candidate.key in asked or resolve(candidate, self.book).outcome is not Outcome.ANSWER:
                continue
            queries.append(candidate)
        return self.renderer.questions(queries)[:MOST_SUGGESTIONS]

    def _clarify(self, message: str, meaning: Understanding, state: State) -> Reply:
        kind = meaning.kind or "no_topic"
        reason = meaning.reason or Reason.AMBIGUOUS
        suggestions: tuple[str, ...] = ()
        if kind in ("choices", "no_topic", "nothing", "empty"):
            population = next(iter(state.person.asked), None)
            suggestions = self.renderer.questions(self.renderer.clarify_queries(meaning.choices, population))
        elif kind == "contradiction":
            queries = [
                Query(Topic.MAXIMUM_DOSE, Route.ORAL, group)
                for group in Population
                if group is not Population.RENAL_IMPAIRMENT
            ]
            suggestions = self.renderer.questions(queries)
        text = self.renderer.clarify(kind, suggestions)
        warnings = (WarningCode.UNIT_MISMATCH,) if reason is Reason.UNIT_MISMATCH else ()
        return replace(self._reply(message, Outcome.CLARIFY, reason, text), suggestions=suggestions, warnings=warnings)

    def _emergency(self, message: str, reason: Reason, *, still: bool) -> Reply:
        text, cited = self.renderer.emergency(reason, still=still)
        warnings = (WarningCode.ABRUPT_STOP,) if reason in (Reason.WITHDRAWAL, Reason.PUMP_FAILURE) else ()
        return replace(
            self._reply(message, Outcome.EMERGENCY, reason, text),
            facts=tuple(cited.facts),
            references=cited.listed(),
            warnings=warnings,
        )

    def _reply(self, message: str, outcome: Outcome, reason: Reason | None, text: str) -> Reply:
        """A reply that holds its text and nothing to look up; whoever has more puts it in."""
        return Reply(
            question=message,
            outcome=outcome,
            reason=reason,
            queries=(),
            facts=(),
            warnings=(),
            declined=(),
            text=text,
            references=(),
            suggestions=(),
            disclaimer=self.renderer.disclaimer,
            content_version=self.content.version,
        )


class Conversation:
    """A conversation that remembers what was asked; its only variable is an immutable state."""

    def __init__(self, bot: Chatbot, state: State | None = None) -> None:
        self._bot = bot
        self.state = state or State()

    def ask(self, message: str) -> Reply:
        """The reply to the next message."""
        reply, self.state = self._bot.reply(message, self.state)
        return reply


def _offered(reply: Reply, state: State) -> tuple[str, ...]:
    """The numbered choices that the next message may pick from: new ones, or those that a question back left open."""
    return (reply.suggestions or state.offered) if reply.outcome is Outcome.CLARIFY else ()


def _prepare(root: Path) -> tuple[Content, Reader]:
    """The content of a folder and what reads messages with it: all that may be kept between processes."""
    content = load(root)
    book = FactBook(content.facts)
    return content, Reader(content, _largest_daily_dose(book), book.beside())


def _largest_daily_dose(book: FactBook) -> Decimal:
    """The daily dose by mouth, in mg, above which one intake counts as too much: the largest stated maximum."""
    facts = book.exactly(Topic.MAXIMUM_DOSE, Route.ORAL, Population.ADULT)
    doses = [
        value.high
        for fact in facts
        if not fact.detail
        for value in fact.values.values()
        if isinstance(value, Quantity) and value.unit == "mg/day"
    ]
    return max(doses, default=Decimal(10**9))
