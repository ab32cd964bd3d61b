"""How a question was read, for people: tokens, corrections, slots, candidates, the deciding rule, facts, citations."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.language.quantities import Reading
from chatbot.language.understanding import Understanding

SHOWN_CANDIDATES = 4


def explain(bot: Chatbot, question: str, state: State | None = None) -> str:
    """The whole reading of one question as text. state: what it met in a conversation."""
    state = state or State()
    meaning = bot.understand(question, state)
    reply, _ = bot.reply_to(question, meaning, state)
    lines = [*_reading(meaning), "", f"rule        {meaning.evidence.rule}"]
    reason = f" ({reply.reason})" if reply.reason else ""
    lines.append(f"outcome     {reply.outcome}{reason}")
    for row in reply.queries:
        query = row.query
        topic = f"subject {row.subject}" if row.subject else query.topic
        slots = " · ".join(str(slot) for slot in (topic, query.route, query.population, query.origin) if slot)
        more = f", details {', '.join(query.details)}" if query.details else ""
        more += f", assumed {', '.join(query.assumed)}" if query.assumed else ""
        lines.append(f"query       {slots}{more} → {row.outcome}")
    facts = bot.book.by_id
    lines += [f"fact        {name} cites {', '.join(facts[name].cites)}" for name in reply.facts]
    lines += [f"reference   [{row.number}] {row.citation}" for row in reply.references]
    return "\n".join(lines)


def _reading(meaning: Understanding) -> Iterator[str]:
    evidence = meaning.evidence
    yield "tokens      " + " ".join(f"{token.text}@{token.start}" for token in evidence.tokens)
    for correction in evidence.corrections:
        edits = "1 edit" if correction.distance == 1 else f"{correction.distance} edits"
        yield f"corrected   {correction.token.text} → {correction.word} ({edits})"
    for mention in evidence.mentions:
        first, last = evidence.tokens[mention.start], evidence.tokens[mention.end - 1]
        negated = ", negated" if mention in evidence.negated else ""
        yield f"slot        {mention.name} at {first.start}-{last.end}{negated}"
    for reading in evidence.readings:
        yield f"quantity    {_quantity(reading)} at {reading.start}-{reading.end}"
    for token in evidence.unread:
        yield f"unread      {token.text}"
    for words, candidates in evidence.candidates:
        yield f"part        {words!r}"
        for place, row in enumerate(candidates[:SHOWN_CANDIDATES]):
            following = candidates[place + 1].score if place + 1 < len(candidates) else 0.0
            lead = f"lead {row.score - following:.2f}"
            near = f", nearest example {row.example!r} ({row.ratio:.0f})" if row.example else ""
            yield f"candidate   {row.group} {row.score:.2f}, {lead}{near}"


def _quantity(reading: Reading) -> str:
    amount = f"{reading.low}" if reading.low == reading.high else f"{reading.low} to {reading.high}"
    return " ".join(filter(None, (reading.kind, amount, reading.unit, reading.note)))
