"""Answers to text: Jinja templates of answers/templates/ filled with facts, notes, cautions, references, disclaimer.

Templates get finished sentences and decide their order only. Text that a user typed never gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chatbot.calculation import Calculation
from chatbot.content import Citation, Comparison, Content, Fact, Value, fill, write_value
from chatbot.dosing.resolve import RISES_ABOVE, Answer, Limit
from chatbot.quantity import NUMBER_WORDS, Quantity
from chatbot.query import Outcome, Population, Query, Reason, Topic, WarningCode
from chatbot.reply import Reference
from chatbot.workings import Workings

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
PAST_THE_SOURCES = frozenset(map(str, Limit))  # notes that stand for a missing dose by themselves
TAPER = "taper_at_least"  # the value that names the shortest taper
MOST_COMPARISONS = 3
NO_LIMIT = "no_limit_in_sources"  # a verdict of chatbot/dosing/checks.py


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as a reply shows it: its sentence, and the numbers of its references."""

    text: str
    marks: str


class References:
    """Numbers citations in the order in which a reply meets them."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._numbers: dict[str, int] = {}
        self.facts: dict[str, Fact] = {}  # every fact that the reply shows, in order

    def marks(self, fact: Fact) -> str:
        """The fact's reference marks, such as ``[1, 2]``."""
        self.facts[fact.id] = fact
        numbers = [self._numbers.setdefault(cited, len(self._numbers) + 1) for cited in fact.cites]
        return f"[{', '.join(map(str, numbers))}]"

    def listed(self) -> tuple[Reference, ...]:
        """The references met so far, in order."""
        content = self._content
        return tuple(
            Reference(number, cited, describe(content.citations[cited], content.wording["references"]))
            for cited, number in self._numbers.items()
        )

    def documents(self) -> list[str]:
        """A line for each document that a met citation belongs to: publisher, title, date, review."""
        letters = sorted({cited[0] for cited in self._numbers})
        return [describe_document(self._content, letter) for letter in letters]


def describe(citation: Citation, wording: Mapping[str, str]) -> str:
    """A citation in words: the document's own number, the publication as far as it is known, and how sure that is."""
    fields = citation.fields
    work = fields.get("title", "")
    if "authors" in fields:
        work = f"{fields['authors'].rstrip('.')}. {work}"
    place = " ".join(filter(None, (fields.get("journal", ""), fields.get("year", ""))))
    if "volume" in fields:
        place += f";{fields['volume']}"
    if "pages" in fields:
        place += f":{fields['pages']}"
    parts = [part for part in (work, place) if part]
    sure = wording[citation.status]
    known = f"{'. '.join(parts)} ({sure})." if parts else f"{sure}."
    return f"{citation.document} [{citation.number}] {known}"


def describe_document(content: Content, letter: str) -> str:
    """A source document in a line, with its date and how far its review got."""
    document = content.documents[letter]
    year, month, day = document.updated.split("-")
    return str(content.wording["references"]["document"]).format(
        letter=letter,
        publisher=document.publisher,
        title=document.title,
        updated=f"{int(day)} {MONTHS[int(month) - 1]} {year}",
        review=document.review,
    )


class Renderer:
    """Writes replies with the wording and templates of one content folder."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.wording = content.wording
        self.medicine = str(self.wording.get("medicine") or content.vocabulary["names"][0])
        folder = content.root / "answers" / "templates"
        # Output is Markdown read as plain text; it is escaped where it enters a page, not here.
        self._templates = Environment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False
        )
        self._own = {file.name for file in folder.glob("*.md.j2")} if folder.is_dir() else set()
        self.limits = content.limits
        self.workings = Workings(content, self.limits)
        self._compared = {fact for comparison in content.comparisons for fact in comparison.about}
        self.disclaimer = " ".join(str(self.wording["disclaimer"]).split())

    def write(self, template: str, **values: Any) -> str:
        """A template of the content, filled."""
        return self._templates.get_template(f"{template}.md.j2").render(**values).strip()

    def say(self, text: str, **more: str) -> str:
        """A sentence of the wording with its slots filled: the medicine, the project's limits, what is handed in."""
        values: dict[str, Value] = {"medicine": self.medicine, **self.limits}
        named = {"age": "older_from", "clearance": "impaired_below"}
        values |= {slot: self.limits[limit] for slot, limit in named.items() if limit in self.limits}
        return fill(text, {**values, **more})

    # ------------------------------------------------------------------------------------------------ answers

    def answer(
        self,
        answers: Sequence[Answer],
        comparisons: Sequence[Comparison],
        *,
        declined: bool,
        suggestions: Sequence[str],
    ) -> tuple[str, References]:
        """The whole text of an answer, an unknown or a calculation that lacks something, and what it cites.

        suggestions: those that answer a question back; a list, not numbered.
        """
        references = References(self.content)
        sections = [self._section(answer, references) for answer in answers]
        wording = self.wording
        reads = dict.fromkeys(section["read"] for section in sections)
        text = self.write(
            "answer",
            read=next(iter(reads)) if len(reads) == 1 else "",
            heading=wording["understood"]["many"].format(count=_count(len(sections))),
            sections=sections,
            choices=suggestions,
            comparisons=[self.compared(comparison) for comparison in comparisons],
            comparisons_lead=wording["compare"]["lead"],
            cautions=self._cautions(answers, references),
            asides=[self.say(wording["declined"])] if declined else [],
            references=references.listed(),
            documents=references.documents(),
            references_heading=wording["references"]["heading"],
            disclaimer=self.disclaimer,
        )
        return text, references

    def _section(self, answer: Answer, references: References) -> dict[str, Any]:
        query = answer.query
        section: dict[str, Any] = {
            "understood": self.understood(answer),
            "read": self.workings.read_back(answer.read),
            "question": self.workings.ask(answer.question, self._asked(answer)) if answer.question else "",
            "results": [self._worked(calculation) for calculation in answer.calculations],
            "steps_lead": self.workings.steps_lead,
            "outcome": str(answer.outcome),
            "facts": [self._line(fact, query, references) for fact in answer.facts],
            "near": [self._line(fact, query, references) for fact in answer.near],
            "notes": [*(self._note(note, query) for note in answer.notes), *self._offers(answer)],
            "notes_first": answer.outcome is Outcome.UNKNOWN,
            "lead": self._lead(answer),
            "near_lead": self.wording["unknown"]["near"],
            "look": self._look(answer) if answer.outcome is Outcome.UNKNOWN else "",
        }
        own = f"{query.topic}.md.j2" in self._own and answer.outcome is Outcome.ANSWER
        section["body"] = self.write(str(query.topic) if own else "section", section=section)
        return section

    def _offers(self, answer: Answer) -> list[str]:
        offer = self.offer(answer)
        return [offer[0]] if offer else []

    def offer(self, answer: Answer) -> tuple[str, str] | None:
        """The calculation that fits the patient's numbers beside an answer, as a note and as a whole question."""
        plain = answer.outcome is Outcome.ANSWER and not answer.asked_for
        return self.workings.offer(answer.read, answer.query) if plain else None

    def _worked(self, calculation: Calculation) -> dict[str, Any]:
        """A calculation as a template takes it."""
        return {
            "text": self.workings.result(calculation),
            "rows": self.workings.rows(calculation),
            "steps": self.workings.steps(calculation),
            "formula": self.workings.formula(calculation),
        }

    def _asked(self, answer: Answer) -> dict[str, Quantity]:
        """What a question back may name beside what was read: the shortest taper."""
        tapers = (fact.values.get(TAPER) for fact in self.content.facts)
        shortest = next((value for value in tapers if isinstance(value, Quantity)), None)
        return {**({"taper": shortest} if shortest else {}), **answer.figures}

    def compared(self, comparison: Comparison) -> dict[str, str]:
        """What labelling says beside an answer: its sentence, and where it stands."""
        return {"text": comparison.sentence(), "source": comparison.source}

    def comparisons(self, answers: Sequence[Answer]) -> tuple[Comparison, ...]:
        """What labelling says of the facts shown, or of a query that they leave unanswered; the first three."""
        shown = {fact.id for answer in answers for fact in answer.facts}
        beyond = any(answer.outcome is Outcome.UNKNOWN or answer.calculations for answer in answers)
        if not beyond and self._compared.isdisjoint(shown):
            return ()
        found = [comparison for comparison in self.content.comparisons if _speaks_to(comparison, answers)]
        return tuple(found[:MOST_COMPARISONS])

    def differs(self, answers: Sequence[Answer]) -> bool:
        """Whether a fact that is shown stands against labelling."""
        shown = {fact.id for answer in answers for fact in answer.shown}
        return any(row.relation == "differs" and not shown.isdisjoint(row.about) for row in self.content.comparisons)

    def _line(self, fact: Fact, query: Query, references: References) -> Line:
        elsewhere = query.population not in (None, fact.population)
        return Line(fact.sentence(elsewhere=elsewhere), references.marks(fact))

    def _note(self, note: str, query: Query) -> str:
        said = self.workings.note(note, query)
        if said is not None:
            return said
        population = self.wording["populations"].get(str(query.population), "")
        slots = {"population": population}
        if note == "child_source":
            slots["age"] = str(self.limits["child_age"])
        if note == "infant":
            slots["age"] = str(self.limits["infant_below"])
        return self.say(self.wording["notes"][note], **slots)

    def understood(self, answer: Answer) -> str:
        """What was understood, in our words: "Maximum dose · by mouth · older adults (route assumed)"."""
        query, wording = answer.query, self.wording
        if answer.subject:
            named = str(self.content.subjects[answer.subject].named)
            parts = [named[0].upper() + named[1:]]
        elif answer.asked_for:
            parts = [" and ".join(self.workings.name(name) for name in answer.asked_for)]
        else:
            parts = [wording["topics"][query.topic]]
        parts += [wording["routes"][query.route]] if query.route else []
        parts += [wording["populations"][query.population]] if query.population else []
        parts += [wording["origins"][query.origin]] if query.origin else []
        asides = [
            wording["understood"][kind].format(slots=" and ".join(wording["slots"][slot] for slot in slots))
            for kind, slots in (("assumed", query.assumed), ("carried", query.carried))
            if slots
        ]
        return " · ".join(parts) + (f" ({'; '.join(asides)})" if asides else "")

    def _lead(self, answer: Answer) -> str:
        query, wording = answer.query, self.wording["unknown"]
        if answer.outcome is Outcome.ANSWER or not PAST_THE_SOURCES.isdisjoint(answer.notes):
            # Past what the sources dose, the note says so, and says it better.
            return ""
        if answer.subject:
            return str(wording["lead"]).format(named=self.content.subjects[answer.subject].named)
        who = self.wording["who"].get(str(query.population), "") if query.population else ""
        how = self.wording["how"].get(str(query.route), "") if query.route else ""
        key = "lead_query" if query.topic.is_dose else "lead_topic"
        topic = str(self.wording["topics"][query.topic]).lower()
        return str(wording[key]).format(topic=topic, scope=f"{how}{who}".strip()).replace(" ,", ",").replace(" .", ".")

    def _look(self, answer: Answer) -> str:
        if answer.subject:
            places = self.content.subjects[answer.subject].look
        elif answer.query.route == "intrathecal":
            places = ("labelling", "pump_team")
        else:
            places = ("labelling", "pharmacist")
        named = [self.wording["look"][place] for place in places]
        joined = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"
        return str(self.wording["unknown"]["look"]).format(places=joined)

    def _cautions(self, answers: Sequence[Answer], references: References) -> list[str]:
        """Cautions of the warnings, where no shown fact says the same already."""
        codes = {code for answer in answers for code in answer.warnings}
        shown = [fact for answer in answers for fact in answer.shown]
        out: list[str] = []
        for code, key in ((WarningCode.ABRUPT_STOP, TAPER), (WarningCode.ADVERSE_EFFECTS_ABOVE_60, RISES_ABOVE)):
            source = next((fact for fact in self.content.facts if key in fact.values), None)
            if code in codes and source and not any(key in fact.values for fact in shown):
                slot = "taper" if key == TAPER else "rise"
                line = self.say(self.wording["cautions"][str(code)], **{slot: write_value(source.values[key])})
                out.append(f"{line} {references.marks(source)}")
        checked = any(fact.detail == "renal_function" for fact in shown)
        if WarningCode.RENAL_CHECK_FIRST in codes and not checked:
            out.append(self.say(self.wording["cautions"]["renal_check_first"]))
        return out

    # ------------------------------------------------------------------------------------------------ other replies

    def clarify(self, kind: str, suggestions: Sequence[str]) -> str:
        """A question back with its choices."""
        return self.write("clarify", question=self.say(self.wording["clarify"][kind]), suggestions=suggestions)

    def refuse(self, kind: str) -> str:
        """One line on what can be asked."""
        return self.write("refuse", line=self.say(self.wording["refuse"][kind]))

    def chat(self, kind: str) -> str:
        """A short reply."""
        documents = [describe_document(self.content, letter) for letter in self.content.documents]
        return self.write(
            "chat",
            line=self.say(self.wording["chat"][kind]),
            documents=documents if kind == "references" else [],
            disclaimer=self.disclaimer if kind == "disclaimer" else "",
        )

    def emergency(self, reason: Reason, *, still: bool) -> tuple[str, References]:
        """Act first; then the facts that help those who treat."""
        wording = self.wording["emergency"]
        references = References(self.content)
        wanted = (self.wording.get("emergency_facts") or {}).get(str(reason)) or ()
        facts = tuple(fact for fact in self.content.facts if fact.id in wanted)
        lines = [Line(fact.sentence(), references.marks(fact)) for fact in facts]
        text = self.write(
            "emergency",
            first=wording["first"][str(reason)],
            steps=wording["do"][str(reason)],
            still=wording["still"] if still else "",
            facts=lines,
            facts_lead=wording["facts"],
            references=references.listed(),
            documents=references.documents(),
            references_heading=self.wording["references"]["heading"],
            disclaimer=self.disclaimer,
        )
        return text, references

    # ------------------------------------------------------------------------------------------ questions to offer

    def questions(self, queries: Iterable[Query]) -> tuple[str, ...]:
        """Whole questions that ask for these queries."""
        return tuple(dict.fromkeys(self._question(query) for query in queries))

    def _question(self, query: Query) -> str:
        who = self.wording["who"].get(str(query.population), "") if query.population else ""
        how = self.wording["how"].get(str(query.route), "") if query.route else ""
        text = str(self.wording["questions"][query.topic]).replace("{medicine}", self.medicine)
        return text.replace("{who}", who).replace("{how}", how)

    def following(self, query: Query) -> tuple[Query, ...]:
        """Queries that a reader of this one's answer is likely to ask next."""
        names = (self.wording.get("next") or {}).get(str(query.topic)) or ()
        return tuple(Query(Topic(name), query.route, query.population) for name in names)

    def clarify_queries(self, topics: Sequence[Topic], population: Population | None) -> tuple[Query, ...]:
        """The queries offered in a question back; without topics those that are asked most."""
        chosen = topics or tuple(Topic(name) for name in self.wording.get("clarify_topics") or ())
        return tuple(
            Query(topic, population=population or (Population.ADULT if topic.is_dose else None)) for topic in chosen
        )


def _speaks_to(comparison: Comparison, answers: Sequence[Answer]) -> bool:
    """Whether a comparison is about a fact that is shown, or about the very query or person that has no answer."""
    for answer in answers:
        if answer.outcome is Outcome.ANSWER and not {fact.id for fact in answer.facts}.isdisjoint(comparison.about):
            return True
        query = answer.query
        # A pump's dose that no limit judges leaves the question for a maximum open.
        unlimited = any(row.result.get("verdict") == NO_LIMIT for row in answer.calculations)
        topic = Topic.MAXIMUM_DOSE if unlimited else query.topic
        if answer.outcome is Outcome.UNKNOWN or unlimited:
            who = query.population or Population.ADULT
            if not answer.subject and (topic, query.route, who) in comparison.cells:
                return True
            if not answer.subject and not set(comparison.limits).isdisjoint(answer.notes):
                return True
    return False


def _count(number: int) -> str:
    return NUMBER_WORDS[number].capitalize() if number < len(NUMBER_WORDS) else str(number)
