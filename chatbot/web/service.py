"""What every channel calls: a question in, a reply out, the conversation kept between the two."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.privacy import holds_identifier
from chatbot.reply import Reply
from chatbot.web.deadline import Limited
from chatbot.web.metrics import Metrics
from chatbot.web.problems import BUSY, ProblemError
from chatbot.web.review import ReviewLog
from chatbot.web.sessions import Store, hashed
from chatbot.web.sessions.codec import Codec
from chatbot.web.settings import Settings

ATTEMPTS = 20  # of a message whose conversation others are talking in at the same moment
LOOKED_THROUGH = 16 * 1024  # characters of a question, for what names a person; longer ones come with a history
ID_BYTES = 18  # of the ids we issue

IDENTIFIER = "Please leave out names, dates of birth and record numbers: no answer needs them."
STARTED_ANEW = "What was said before is no longer kept, the patient included. This was answered as a new conversation."


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and what the surface should say beside it ('' for nothing). text is the same on every channel."""

    reply: Reply
    notice: str = ""

    def saying(self, notice: str) -> Answered:
        """The same with another notice before its own."""
        return replace(self, notice=f"{notice} {self.notice}".rstrip())


class Service:
    """One bot behind all channels. Keeps nothing of its own between calls."""

    def __init__(self, settings: Settings, bot: Chatbot, store: Store, metrics: Metrics) -> None:
        self.settings, self.bot, self.store, self.metrics = settings, bot, store, metrics
        self.review = ReviewLog(settings.review_log)
        self._codec = Codec(bot.content.version)
        self._secret = settings.secret.encode()

    async def prepare(self) -> None:
        """Whatever the first question should not wait for."""
        self._secret = self._secret or await self.store.secret()
        self.bot.warm_up()

    # ------------------------------------------------------------------------------------------- conversations

    @staticmethod
    def new_conversation() -> str:
        """An id that nobody can guess."""
        return secrets.token_urlsafe(ID_BYTES)

    def key(self, channel: str, conversation: str) -> str:
        """Under which a conversation is kept: hashed, so that the store holds no client's ids."""
        return hashed(f"{channel}\0{conversation}", self._secret)

    # ------------------------------------------------------------------------------------------------ questions

    def ask_alone(self, question: str, channel: str) -> Answered:
        """The reply to a message that belongs to no conversation."""
        return self._answered(question, self._reply(question, State())[0], channel)

    async def ask(self, question: str, key: str, channel: str, kept: bytes | None) -> Answered:
        """The reply to a message of a conversation. kept: what the store keeps under its key."""
        before = kept
        for attempt in range(ATTEMPTS):
            if attempt:
                before = await self.store.get(key)
            state = self._codec.decode(before) if before else State()
            reply, after = self._reply(question, state or self._codec.outlasting(before or b""))
            if await self.store.swap(key, before, self._codec.encode(after)):
                answered = self._answered(question, reply, channel)
                if state is None:
                    self.metrics.restarted(channel)
                    return answered.saying(STARTED_ANEW)
                return answered
        raise ProblemError(BUSY)

    def ask_after(self, earlier: Iterable[str], question: str, channel: str) -> Answered:
        """The reply to a message after earlier ones, which the client tells; all of them share one time limit."""
        state = State()
        with self.limited():
            for message in earlier:
                _, state = self.bot.reply(readable(message), state)
            reply, _ = self.bot.reply(readable(question), state)
        return self._answered(question, reply, channel)

    def limited(self) -> Limited:
        """Within this, work stops when its time is up."""
        return Limited(self.settings.time_limit)

    def judged(self, question: str | None, *, helpful: bool) -> bool:
        """Count a thumb up or down; say whether the question that came with it is kept for review."""
        self.metrics.judged(helpful=helpful)
        if helpful or question is None:
            return False
        with self.limited():
            return self.review.unhelpful(self.bot, readable(question))

    async def state(self, key: str) -> State:
        """What a conversation remembers, for those who only look."""
        kept = await self.store.get(key)
        return (self._codec.decode(kept) if kept else None) or State()

    def _reply(self, question: str, state: State) -> tuple[Reply, State]:
        with self.limited():
            return self.bot.reply(readable(question), state)

    def _answered(self, question: str, reply: Reply, channel: str) -> Answered:
        self.metrics.answered(channel, reply)
        named = holds_identifier(question[:LOOKED_THROUGH])
        if not named:
            self.review.unanswered(self.bot, question, reply)
        return Answered(reply, IDENTIFIER if named else "")


def readable(text: str) -> str:
    """A text without half surrogate pairs, which nothing could write out again."""
    return text.encode("utf-8", "replace").decode()
