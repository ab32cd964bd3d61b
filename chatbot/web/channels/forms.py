"""Requests and responses under /api: validation and the OpenAPI document are made from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(max_length=200)]  # an id of a conversation, ours or a client's


class Question(Struct):
    """A question, in a conversation that an earlier reply named, or in a new one."""

    question: str
    conversation: Name | None = None


class DeepChatMessage(Struct):
    """A message as deep-chat sends it."""

    role: str
    text: str = ""


class DeepChat(Struct):
    """deep-chat's request: the messages so far, or the last one alone."""

    messages: Annotated[list[DeepChatMessage], Meta(min_length=1)]


class N8n(Struct):
    """The request of n8n's chat: a message of a session, or the wish to see the earlier ones."""

    action: Annotated[str, Meta(pattern="^(sendMessage|loadPreviousSession)$")]
    session: Name = field(name="sessionId", default="")
    text: str = field(name="chatInput", default="")


class Feedback(Struct):
    """A thumb up or down; the question only where the reader agrees that it is kept for review."""

    helpful: bool
    conversation: Name | None = None
    question: str | None = None


class AskBody:
    """Any of the forms that a question comes in."""

    forms = {"question": Question, "messages": DeepChat, "action": N8n}  # noqa: RUF012 - by the field that tells them

    def __init__(self, form: Question | DeepChat | N8n) -> None:
        self.form = form

    @classmethod
    def read(cls, body: object) -> AskBody:
        """The form that a body has. Raises `msgspec.ValidationError`."""
        if not isinstance(body, dict):
            raise msgspec.ValidationError("Expected `object`")
        kind = next((form for name, form in cls.forms.items() if name in body), Question)
        return cls(msgspec.convert(body, kind))


class AskSchema(OpenAPISchemaPlugin):
    """Tells the OpenAPI document what `AskBody` takes."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether it is that body."""
        return value is AskBody

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ARG002
        """One of its forms."""
        forms = [FieldDefinition.from_annotation(form) for form in AskBody.forms.values()]
        return Schema(any_of=[schema_creator.for_field_definition(form) for form in forms])


class Reply(Struct):
    """A reply; text alone is complete. notice, where there is one, is shown beside it."""

    outcome: str
    reason: str | None
    queries: list[dict[str, Any]]
    facts: list[str]
    calculations: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    declined: list[str]
    warnings: list[str]
    text: str
    references: list[dict[str, Any]]
    suggestions: list[str]
    disclaimer: str
    content_version: str
    conversation: str | None
    notice: str | None


class Explanation(Struct):
    """Where each thing stands in a question and what it was taken for: offsets in code points, and no word of it."""

    tokens: list[dict[str, int]]
    corrections: list[dict[str, int]]
    concepts: list[dict[str, Any]]
    quantities: list[dict[str, Any]]
    unread: list[dict[str, int]]
    candidates: list[list[dict[str, Any]]]
    rule: str
    outcome: str
    reason: str | None
    queries: list[dict[str, Any]]
    facts: list[str]
    content_version: str


class Thanks(Struct):
    """Whether the question was kept for review."""

    kept: bool


class Sources(Struct):
    """The documents that all figures come from, and the publications that these cite."""

    documents: list[dict[str, str]]
    citations: list[dict[str, str]]
    disclaimer: str
    content_version: str


class History(Struct):
    """The earlier messages of a session, of which none are kept."""

    data: list[str]


class Error(Struct):
    """What went wrong, for programs."""

    code: str
    message: str


class NativeProblem(Struct):
    """What went wrong; deep-chat shows text, n8n's chat message."""

    error: Error
    text: str
    message: str
