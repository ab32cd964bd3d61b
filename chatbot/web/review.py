"""The review log: what people asked and got no answer to, for those who keep the content. Off unless a file is named.

A line is a JSON object. Kept are questions that ended in clarify, unknown or refuse, and those that a reader sent
again with a thumb down; never one in which `holds_identifier` sees a person, and never a long one, which may be a case
history.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.errors import UsageError
from chatbot.privacy import holds_identifier
from chatbot.query import Outcome
from chatbot.reply import Reply

LONGEST = 300  # characters
SHOWN = 3  # questions of a group
UNANSWERED = frozenset({Outcome.CLARIFY, Outcome.UNKNOWN, Outcome.REFUSE})


class ReviewLog:
    """Adds to a file, '' to none. Every line is one write at the file's end, so workers do not mix theirs."""

    def __init__(self, file: str) -> None:
        self._file = file

    def unanswered(self, bot: Chatbot, question: str, reply: Reply) -> bool:
        """Keep a question that has no identifier, if it was not answered; say whether it was kept."""
        return reply.outcome in UNANSWERED and self._keep(bot, question, reply, helpful=None)

    def unhelpful(self, bot: Chatbot, question: str) -> bool:
        """Keep a question that a reader sends with a thumb down; say whether it was kept."""
        if not self._file or holds_identifier(question):
            return False
        return self._keep(bot, question, bot.ask(question), helpful=False)

    def _keep(self, bot: Chatbot, question: str, reply: Reply, *, helpful: bool | None) -> bool:
        if not self._file or not question.strip() or len(question) > LONGEST:
            return False
        line = {
            "day": f"{datetime.now(UTC):%Y-%m-%d}",
            "question": question,
            "outcome": str(reply.outcome),
            "reason": str(reply.reason) if reply.reason else None,
            "helpful": helpful,
            "missed": missed(bot, question, reply),
            "content_version": reply.content_version,
        }
        try:
            _append(self._file, json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            # Nobody goes without a reply because of a full disk.
            sys.stderr.write(f"chatbot: cannot write {self._file}: {error.strerror}\n")
            return False
        return True


def _append(file: str, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, text.encode("utf-8", "replace"))
    finally:
        os.close(handle)


def missed(bot: Chatbot, question: str, reply: Reply) -> list[str]:
    """What stood between a question and its answer, as far as it can be told, each with what kind of thing it is."""
    found = [f"subject: {query.subject}" for query in reply.queries if query.subject]
    found += [f"another medicine: {name}" for name in reply.declined]
    known = bot.reader.lexicon.known
    tokens = bot.understand(question, State()).evidence.tokens
    found += [f"word: {token.text}" for token in tokens if token.kind == "word" and token.stem not in known]
    return list(dict.fromkeys(found))


# ------------------------------------------------------------------------------------------------ chatbot review


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the log, as far as grouping needs it."""

    question: str
    outcome: str
    reason: str | None
    helpful: bool | None
    missed: tuple[str, ...]


def review(file: str) -> str:
    """The log's questions by what was not understood, the most frequent first. Raises `UsageError`."""
    groups: dict[str, list[Kept]] = defaultdict(list)
    for kept in _lines(file):
        for name in _groups(kept):
            groups[name].append(kept)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return "\n\n".join(_described(name, rows) for name, rows in ordered) or "nothing was kept for review"


def _groups(kept: Kept) -> Sequence[str]:
    if kept.missed:
        return kept.missed
    ending = f"{kept.outcome}: {kept.reason}" if kept.reason else kept.outcome
    return (f"not helpful, {ending}" if kept.helpful is False else ending,)


def _described(name: str, rows: Sequence[Kept]) -> str:
    questions = list(dict.fromkeys(_printable(row.question) for row in rows))
    lines = [f"{len(rows):5}  {name}", *(f"         {question}" for question in questions[:SHOWN])]
    if len(questions) > SHOWN:
        lines.append(f"         and {len(questions) - SHOWN} more")
    return "\n".join(lines)


def _printable(text: str) -> str:
    """A question without what would move a terminal's cursor or turn its writing round."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _lines(file: str) -> Iterator[Kept]:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"cannot read {file}: {why} — name a review log") from error
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            yield _kept(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{file}:{number}: no line of a review log — remove it") from error


def _kept(row: Any) -> Kept:
    names = tuple(map(str, row["missed"]))
    return Kept(str(row["question"]), str(row["outcome"]), row["reason"], row["helpful"], names)
