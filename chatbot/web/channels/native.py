"""Our own calls under /api, for the widget and whoever writes a client; deep-chat and n8n use them unchanged."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, post
from litestar.params import JSONBody

from chatbot.conversation import State
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
        name = data.conversation
        state = await service.state(service.key(CHANNEL, name)) if name else State()
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
    if form.conversation is None:
        return await _begin(service, form.question)
    key = service.key(CHANNEL, form.conversation)
    kept = await service.store.get(key)
    if kept is None:
        # Only ids that we made up are gone on with: nobody talks another into an id that he knows.
        return await _begin(service, form.question, STARTED_ANEW)
    return as_native(await service.ask(form.question, key, CHANNEL, kept), form.conversation)


async def _begin(service: Service, question: str, notice: str = "") -> Reply:
    """The reply to the first message of a conversation that gets a name of ours."""
    conversation = service.new_conversation()
    answered = await service.ask(question, service.key(CHANNEL, conversation), CHANNEL, None)
    return as_native(answered.saying(notice) if notice else answered, conversation)


def _ask_with_history(service: Service, form: DeepChat) -> Reply:
    # Who has said nothing is asked what they want to know.
    said = [message.text for message in form.messages if message.role == "user"] or [""]
    return as_native(service.ask_after(said[:-1], said[-1], "deep-chat"), None)


async def _ask_in_session(service: Service, form: N8n) -> Reply | History:
    if form.action == "loadPreviousSession":
        return History([])
    if not form.session:
        return as_native(service.ask_alone(form.text, "n8n"), None)
    key = service.key("n8n", form.session)
    return as_native(await service.ask(form.text, key, "n8n", await service.store.get(key)), None)


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
