"""Our own calls under /api, for the widget and whoever writes a client; deep-chat and n8n use them unchanged."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, post
from litestar.params import JSONBody

from chatbot.rendering import describe
from chatbot.web.channels.errors import problems
from chatbot.web.channels.forms import (
    AskBody,
    DeepChat,
    Explanation,
    Feedback,
    History,
    N8n,
    NativeProblem,
    Question,
    Reply,
    Sources,
    Thanks,
)
from chatbot.web.reading import explained
from chatbot.web.service import STARTED_ANEW, Answered, Service

CHANNEL = "native"
_PROBLEMS = problems(NativeProblem)


def router(service: Service) -> Router:
    """The calls under /api."""

    @post("/ask", status_code=200, summary="Ask a question", responses=_PROBLEMS, tags=["native"])
    async def ask(data: JSONBody[AskBody]) -> Reply | History:
        return await _ask(service, data.form)

    @post("/explain", status_code=200, summary="See how a question is read", responses=_PROBLEMS, tags=["native"])
    async def explain(data: JSONBody[Question]) -> Explanation:
        state = await service.state(service.key(CHANNEL, data.conversation or ""))
        with service.limited():
            return explained(service.bot, data.question, state)

    @post("/feedback", status_code=200, summary="Say whether a reply helped", responses=_PROBLEMS, tags=["native"])
    async def feedback(data: JSONBody[Feedback]) -> Thanks:
        return Thanks(service.judged(helpful=data.helpful, question=data.question))

    @get("/sources", summary="See where the figures come from", responses=_PROBLEMS, tags=["native"])
    async def sources() -> Sources:
        return _sources(service)

    return Router("/api", route_handlers=[ask, explain, feedback, sources], type_decoders=[(_is_ask, _decode_ask)])


async def _ask(service: Service, form: Question | DeepChat | N8n) -> Reply | History:
    if isinstance(form, DeepChat):
        return _ask_with_history(service, form)
    if isinstance(form, N8n):
        return await _ask_in_session(service, form)
    conversation, lost = form.conversation, False
    if conversation is None or not await service.knows(service.key(CHANNEL, conversation)):
        # Only ids that we made up are gone on with: nobody talks another into an id that he knows.
        conversation, lost = service.new_conversation(), conversation is not None
    answered = await service.ask(form.question, service.key(CHANNEL, conversation), CHANNEL)
    if lost:
        answered = answered.saying(STARTED_ANEW)
    return as_native(answered, conversation)


def _ask_with_history(service: Service, form: DeepChat) -> Reply:
    # Who has said nothing is asked what they want to know.
    said = [message.text for message in form.messages if message.role == "user"] or [""]
    return as_native(service.ask_after(said[:-1], said[-1], "deep-chat"), None)


async def _ask_in_session(service: Service, form: N8n) -> Reply | History:
    if form.action == "loadPreviousSession":
        return History([])
    key = service.key("n8n", form.session) if form.session else None
    return as_native(await service.ask(form.text, key, "n8n"), None)


def as_native(answered: Answered, conversation: str | None) -> Reply:
    """The contract's reply without the echoed question, and what belongs to the call."""
    reply = answered.reply.to_dict()
    del reply["question"]
    return Reply(**reply, conversation=conversation, notice=answered.notice or None)


def _sources(service: Service) -> Sources:
    content = service.bot.content
    wording = content.wording["references"]
    names = ("letter", "title", "publisher", "address", "updated", "review")
    documents = [{name: getattr(document, name) for name in names} for document in content.documents.values()]
    citations = [
        {"id": row.id, "status": row.status, "citation": describe(row, wording)} for row in content.citations.values()
    ]
    return Sources(documents, citations, service.bot.renderer.disclaimer, content.version)


def _is_ask(kind: Any) -> bool:
    return kind is AskBody


def _decode_ask(_kind: Any, body: Any) -> AskBody:
    return AskBody.read(body)
