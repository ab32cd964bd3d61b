"""Rasa's REST channel, as its web front ends call it: a message of a sender in, a list of messages out."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Router, get, post
from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from chatbot.web.channels.errors import problems
from chatbot.web.service import Answered, Service

CHANNEL = "rasa"
NOBODY = "default"  # the sender that Rasa takes where none is named: it may be anybody, so nothing is remembered
RESTART = "/restart"
# What front ends send of their own accord: no question, so no answer.
_SILENT = frozenset({RESTART, "/session_start", "/get_started", "/greet"})


class Message(Struct):
    """A message; metadata, where its structured is true, asks for the whole reply beside its text."""

    message: str
    sender: Annotated[str, Meta(max_length=200)] | None = None
    metadata: dict[str, Any] | None = None


class Button(Struct):
    """A whole question, to be shown and sent back as it is."""

    title: str
    payload: str


class Bubble(Struct, omit_defaults=True):
    """One message to show."""

    recipient_id: str
    text: str
    buttons: list[Button] | UnsetType = UNSET


class Status(Struct):
    """Whether the channel is there."""

    status: str


_PROBLEMS = problems(list[Bubble])


def router(service: Service) -> Router:
    """The calls under /webhooks/rest."""

    @get("/", summary="See whether Rasa's REST channel is there", responses=_PROBLEMS, tags=["Rasa"])
    async def status() -> Status:
        return Status("ok")

    @post("/webhook", status_code=200, summary="Send a message", responses=_PROBLEMS, tags=["Rasa"])
    async def webhook(data: JSONBody[Message]) -> list[Bubble]:
        sender = data.sender or NOBODY
        key = service.key(CHANNEL, sender)
        if data.message.strip() in _SILENT:
            if data.message.strip() == RESTART:
                await service.store.forget(key)
            return []
        if sender == NOBODY:
            return _bubbles(service.ask_alone(data.message, CHANNEL), sender)
        return _bubbles(await service.ask(data.message, key, CHANNEL, await service.store.get(key)), sender)

    return Router("/webhooks/rest", route_handlers=[status, webhook])


def _bubbles(answered: Answered, sender: str) -> list[Bubble]:
    """The reply as one bubble, a notice as one before it: the answer's text stays what it is everywhere."""
    reply = answered.reply
    buttons = [Button(question, question) for question in reply.suggestions]
    answer = Bubble(sender, reply.text, buttons or UNSET)
    return [Bubble(sender, answered.notice), answer] if answered.notice else [answer]
