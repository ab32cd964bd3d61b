"""What goes wrong on a call, and how each channel's clients expect to be told.

Nobody's own words stand in a problem: clients show it, and some show it as HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

RASA = "/webhooks/rest"
OPENAI = "/v1"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a call was not answered: a status, a short code for programs, a sentence for people."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    param: str | None = None
    """The field of the request that is at fault, where it is one."""


class ProblemError(Exception):
    """A problem on its way to whoever answers the call."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


_SOON = {"Retry-After": "1"}
BUSY = Problem(503, "busy", "The service could not keep up with this conversation. Please try again.", _SOON)
FAULT = Problem(500, "fault", "Something went wrong on our side. Please try again, and tell whoever runs this.")
NO_KEY = Problem(401, "no_key", "This service asks for an API key.", {"WWW-Authenticate": "Bearer"})
NO_STORE = Problem(503, "store_unavailable", "Conversations cannot be kept just now. Please try again.", _SOON)
NOT_FOUND = Problem(404, "not_found", "There is nothing at this address.")
TOO_LARGE = Problem(413, "too_large", "The request is too large.")
TOO_LONG = Problem(422, "time_limit", "This took too long to read. Please ask it in fewer words.")
TOO_SLOW = Problem(408, "timeout", "The request did not arrive in time.", {"Connection": "close"})


def too_many(wait: float) -> Problem:
    """A client that called too often, and may again in so many seconds."""
    seconds = max(int(-(-wait // 1)), 1)
    return Problem(429, "too_many_requests", "Too many requests. Please wait a moment.", {"Retry-After": str(seconds)})


def in_shape(path: str, problem: Problem) -> bytes:
    """The body that tells of a problem to the clients of a path."""
    if _within(path, RASA):
        return msgspec.json.encode(rasa_shape(problem))
    return msgspec.json.encode(openai_shape(problem) if _within(path, OPENAI) else native_shape(problem))


def native_shape(problem: Problem) -> dict[str, Any]:
    """Our own form; deep-chat shows text, n8n's chat message."""
    error = {"code": problem.code, "message": problem.message}
    return {"error": error, "text": problem.message, "message": problem.message}


def rasa_shape(problem: Problem) -> list[dict[str, str]]:
    """An array: some clients read the body without a look at the status, and an object makes them throw."""
    return [{"recipient_id": "default", "text": problem.message}]


def openai_shape(problem: Problem) -> dict[str, Any]:
    """The error form of the OpenAI API."""
    kinds = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = "server_error" if problem.status >= 500 else kinds.get(problem.status, "invalid_request_error")
    return {"error": {"message": problem.message, "type": kind, "param": problem.param, "code": problem.code}}


def _within(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
