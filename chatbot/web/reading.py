"""How a question was read, for programs: where each thing stands in it and what it was taken for, and no word of it.

Offsets count Unicode code points from 0, the end not included.
"""

from __future__ import annotations

from typing import Any

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.language.quantities import Reading
from chatbot.language.understanding import Evidence
from chatbot.web.channels.forms import Explanation

SHOWN_CANDIDATES = 4


def explained(bot: Chatbot, question: str, state: State) -> Explanation:
    """The reading of one question that meets a state."""
    meaning = bot.understand(question, state)
    reply, _ = bot.reply_to(question, meaning, state)
    return Explanation(
        **_seen(meaning.evidence),
        rule=meaning.evidence.rule,
        outcome=str(reply.outcome),
        reason=str(reply.reason) if reply.reason else None,
        queries=[query.to_dict() for query in reply.queries],
        facts=list(reply.facts),
        content_version=reply.content_version,
    )


def _seen(evidence: Evidence) -> dict[str, Any]:
    tokens = evidence.tokens
    return {
        "tokens": [{"start": token.start, "end": token.end} for token in tokens],
        "corrections": [
            {"start": row.token.start, "end": row.token.end, "edits": row.distance} for row in evidence.corrections
        ],
        "concepts": [
            {
                "concept": mention.name,
                "start": tokens[mention.start].start,
                "end": tokens[mention.end - 1].end,
                "negated": mention in evidence.negated,
            }
            for mention in evidence.mentions
        ],
        "quantities": [_quantity(reading) for reading in evidence.readings],
        "unread": [{"start": token.start, "end": token.end} for token in evidence.unread],
        "candidates": [
            [{"group": row.group, "score": round(row.score, 2)} for row in candidates[:SHOWN_CANDIDATES]]
            for _, candidates in evidence.candidates
        ],
    }


def _quantity(reading: Reading) -> dict[str, Any]:
    return {
        "kind": str(reading.kind),
        "low": str(reading.low),
        "high": str(reading.high),
        "unit": reading.unit,
        "start": reading.start,
        "end": reading.end,
    }
