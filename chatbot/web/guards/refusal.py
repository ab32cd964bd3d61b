"""How a guard refuses: with the problem in the shape that the path's clients read."""

from __future__ import annotations

from chatbot.web.asgi import Scope, Send
from chatbot.web.problems import Problem, in_shape

# Open to everybody: asked by machines that watch the service, and by pages that load the widget.
WATCHED = frozenset({"/healthz", "/readyz"})
WIDGET = "/widget"


def is_open(path: str) -> bool:
    """Whether a path asks for no key and counts towards no limit."""
    return path in WATCHED or is_widget(path)


def is_widget(path: str) -> bool:
    """Whether a path is one of the widget's files, which any page may load."""
    return path.startswith((f"{WIDGET}.", f"{WIDGET}/"))


def header(scope: Scope, name: bytes) -> str:
    """A header of the request, '' where it has none; several of one name are one list."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


async def refuse(scope: Scope, send: Send, problem: Problem) -> None:
    """Answer a request with a problem."""
    body = in_shape(scope["path"], problem)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})
