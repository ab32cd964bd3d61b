"""How a call that failed is answered, whatever failed: in the shape of its channel, and without a traceback."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException, MethodNotAllowedException, NotFoundException
from litestar.openapi.datastructures import ResponseSpec

from chatbot.web.problems import FAULT, NO_STORE, NOT_FOUND, Problem, ProblemError, in_shape
from chatbot.web.sessions import StoreError

_STATUSES = {
    400: "The request cannot be read, or is not what this call takes.",
    401: "The service asks for an API key, and this is not it.",
    408: "The request did not arrive in time.",
    413: "The request is too large.",
    422: "The question took too long to read.",
    429: "Too many requests; Retry-After says when to come again.",
    500: "A fault of the service.",
    503: "Conversations cannot be kept just now; Retry-After says when to come again.",
}


def problems(shape: Any) -> dict[int, ResponseSpec]:
    """What the OpenAPI document says of a channel's problems, which all have one shape."""
    return {
        status: ResponseSpec(data_container=shape, description=text, generate_examples=False)
        for status, text in _STATUSES.items()
    }


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The response to a call in which this was raised."""
    problem = _problem(error)
    if problem is FAULT:
        _report(error)
    body = in_shape(request.url.path, problem)
    return Response(body, status_code=problem.status, headers=dict(problem.headers), media_type="application/json")


def _problem(error: Exception) -> Problem:
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, StoreError):
        return NO_STORE
    if isinstance(error, NotFoundException):
        return NOT_FOUND
    if isinstance(error, MethodNotAllowedException):
        return Problem(405, "method_not_allowed", "This address is called in another way.", error.headers or {})
    if isinstance(error, ClientException):
        return _invalid(error)
    return FAULT


def _invalid(error: HTTPException) -> Problem:
    """A body that is no JSON, or not of the form that a call takes. Its own words are left out of what is said."""
    extra = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    said = str(extra.get("message", "")) if isinstance(extra, dict) else ""
    if not said:
        return Problem(400, "invalid_json", "The body is no JSON that can be read.")
    if said == "'data'":
        return Problem(400, "invalid_request", "The request has no body.")
    name = None if extra.get("key") == "data" else str(extra.get("key") or "") or None
    where = f" in {name}" if name else ""
    return Problem(400, "invalid_request", f"The body is not what this call takes: {said.lower()}{where}.", param=name)


def _report(error: Exception) -> None:
    """Say on standard error what failed and where; the error's own text may hold what somebody typed."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else "an unknown place"
    sys.stderr.write(f"chatbot: {type(error).__name__} at {place}\n")
