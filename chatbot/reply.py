"""What a caller gets back: one frozen object, and its JSON form with the contract's names and order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.query import Outcome, Query, Reason, WarningCode


@dataclass(frozen=True, slots=True)
class AnsweredQuery:
    """One thing that was asked, and how it ended. subject names what was asked of which the sources are silent."""

    query: Query
    outcome: Outcome
    reason: Reason | None = None
    subject: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The contract's form: details and other inner matters are left out. A silent subject has no topic: null."""
        query = self.query
        return {
            "topic": None if self.subject else str(query.topic),
            "route": _text(query.route),
            "population": _text(query.population),
            "origin": _text(query.origin),
            "assumed": list(query.assumed),
            "carried": list(query.carried),
            "outcome": str(self.outcome),
            "reason": _text(self.reason),
        }


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered reference of a reply: the document and its own number (``A1``), and the citation in words."""

    number: int
    id: str
    citation: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one message. text is complete in itself: Markdown with references and disclaimer.

    schedules: for each calculation with rows, in order, those rows as text lists them; a surface that draws a table of
    the calculation puts it in their place. Not part of the JSON form.
    """

    question: str
    outcome: Outcome
    reason: Reason | None
    queries: tuple[AnsweredQuery, ...]
    facts: tuple[str, ...]
    warnings: tuple[WarningCode, ...]
    declined: tuple[str, ...]
    text: str
    references: tuple[Reference, ...]
    suggestions: tuple[str, ...]
    disclaimer: str
    content_version: str
    calculations: tuple[Mapping[str, Any], ...] = ()
    comparisons: tuple[Mapping[str, Any], ...] = ()
    schedules: tuple[tuple[str, ...], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON types only, in the contract's order."""
        return {
            "question": self.question,
            "outcome": str(self.outcome),
            "reason": _text(self.reason),
            "queries": [query.to_dict() for query in self.queries],
            "facts": list(self.facts),
            "calculations": [dict(row) for row in self.calculations],
            "comparisons": [dict(row) for row in self.comparisons],
            "declined": list(self.declined),
            "warnings": [str(code) for code in self.warnings],
            "text": self.text,
            "references": [{"number": row.number, "id": row.id, "citation": row.citation} for row in self.references],
            "suggestions": list(self.suggestions),
            "disclaimer": self.disclaimer,
            "content_version": self.content_version,
        }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
