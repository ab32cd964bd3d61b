"""OpenAI's chat completions, so that chat front ends and client libraries can take the chatbot for a model.

The client sends the whole conversation each time, so nothing is kept here: its user turns are gone through again. What
it says as the system or as the assistant has no part in an answer. Nothing is streamed word by word: clients lose words
of fast streams, and half a dose is a wrong one.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import time
from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Router, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Schema
from litestar.params import JSONBody
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from chatbot.web.channels.errors import problems
from chatbot.web.service import Service

CHANNEL = "openai"
EVENTS = "text/event-stream"
MODEL = "dosing-chatbot"
MOST_TURNS = 20  # of the user's, the last ones; earlier ones are not read
GAP_SECONDS = 0.04  # between the answer and the end of the stream; clients lost text below 30 ms
# How a front end's own prompts begin, and what each kind is answered with: never a dose, never the chat's words.
TASK = "### task:"
_TASKS = (
    ("title", '{"title": "Dosing question"}'),
    ("follow-up", '{"follow_ups": []}'),
    ("tags", '{"tags": []}'),
    ("queries", '{"queries": []}'),
    ("autocompletion", '{"text": ""}'),
)
_TASK_LENGTH = 200  # characters of a prompt that say what it is for


class Part(Struct):
    """A part of a message; only text is read."""

    type: str
    text: str | None = None


class Message(Struct):
    """A message of the conversation."""

    role: str
    content: str | list[Part] | None = None

    def said(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(Struct):
    """What else a stream should hold."""

    include_usage: bool | None = None


class Completion(Struct):
    """A request for the reply to the last message of the user. What else clients send is passed over."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class Usage(Struct):
    """Tokens that were paid for: none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Said(Struct, omit_defaults=True):
    """A message of the assistant, or a piece of one."""

    role: Literal["assistant"] | UnsetType = UNSET
    content: str | UnsetType = UNSET
    refusal: str | UnsetType | None = UNSET


class Choice(Struct):
    """The one choice there is."""

    index: int = 0
    message: Said | UnsetType = UNSET
    delta: Said | UnsetType = UNSET
    logprobs: None = None
    finish_reason: str | None = None


class Completed(Struct):
    """A completion, or a piece of a streamed one."""

    id: str
    object: str
    created: int
    model: str
    choices: list[Choice]
    usage: Usage | UnsetType = UNSET


class Model(Struct):
    """A model."""

    id: str
    object: str
    created: int
    owned_by: str


class Models(Struct):
    """The models there are."""

    object: str
    data: list[Model]


class Error(Struct):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenaiProblem(Struct):
    """What went wrong, as OpenAI's API tells it."""

    error: Error


_PROBLEMS = problems(OpenaiProblem)
_STREAMED = {"X-Accel-Buffering": "no"}  # a proxy that gathers pieces would make one burst of them


def router(service: Service) -> Router:
    """The calls under /v1."""

    @get("/models", summary="List the one model", responses=_PROBLEMS, tags=["OpenAI"])
    async def models() -> Models:
        return Models("list", [Model(MODEL, "model", 0, MODEL)])

    @post(
        "/chat/completions",
        status_code=200,
        summary="Get a completion",
        responses=_PROBLEMS,
        tags=["OpenAI"],
        operation_class=Streamable,
    )
    async def complete(data: JSONBody[Completion]) -> Completed:
        # Who has said nothing is asked what they want to know.
        said = [message.said() for message in data.messages if message.role == "user"] or [""]
        text = _answer(service, said)
        made = Completed(f"chatcmpl-{secrets.token_hex(12)}", "chat.completion", int(time()), MODEL, [])
        if data.stream:
            usage = data.stream_options is not None and bool(data.stream_options.include_usage)
            # The return type tells the document of the plain response; `Streamable` adds the other.
            return cast("Completed", EventStream(_events(made, text, usage=usage), headers=_STREAMED))
        made.choices = [Choice(message=Said("assistant", text, None), finish_reason="stop")]
        made.usage = Usage()
        return made

    return Router("/v1", route_handlers=[models, complete])


def _answer(service: Service, turns: Sequence[str]) -> str:
    if _is_task(turns[-1]):
        return _task_answer(turns[-1])
    earlier = [turn for turn in turns[-MOST_TURNS:-1] if not _is_task(turn)]
    return service.ask_after(earlier, turns[-1], CHANNEL).reply.text


def _is_task(turn: str) -> bool:
    return turn.lstrip()[: len(TASK)].lower() == TASK


def _task_answer(turn: str) -> str:
    asked = turn.lstrip()[:_TASK_LENGTH].lower()
    return next((answer for word, answer in _TASKS if word in asked), "{}")


@dataclass
class Streamable(Operation):
    """A call that is answered with events where the client asks for a stream."""

    def __post_init__(self) -> None:
        """Tell the OpenAPI document so."""
        answered = (self.responses or {})["200"]
        if isinstance(answered, OpenAPIResponse) and answered.content:
            events = Schema(description="Chunks of the completion, then [DONE].")
            answered.content[EVENTS] = OpenAPIMediaType(schema=events)


class EventStream(Stream):
    """A stream of events, whatever type the call's plain response has."""

    def to_asgi_response(self, *args: Any, **more: Any) -> ASGIResponse:
        """See `Stream.to_asgi_response`."""
        return super().to_asgi_response(*args, **more | {"media_type": EVENTS})


async def _events(made: Completed, text: str, *, usage: bool) -> AsyncIterator[bytes]:
    """The whole answer as one piece, a gap, the end."""
    made.object = "chat.completion.chunk"
    made.choices = [Choice(delta=Said("assistant", text))]
    yield _event(made)
    await asyncio.sleep(GAP_SECONDS)
    made.choices = [Choice(delta=Said(), finish_reason="stop")]
    yield _event(made)
    if usage:
        made.choices, made.usage = [], Usage()
        yield _event(made)
    yield b"data: [DONE]\n\n"


def _event(made: Completed) -> bytes:
    return b"data: " + msgspec.json.encode(made) + b"\n\n"
