"""Which pages may call from a browser: exact origins, no credentials. The widget's files any page may load."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.web.asgi import ASGIApp, Message, Receive, Scope, Send
from chatbot.web.guards.refusal import header, is_widget

# Any header may be sent but for Authorization, which a star does not cover.
_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"*, Authorization, Content-Type"),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)


class Cors:
    """Answers preflights, and marks every response to an allowed page, refusals included."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app, self._origins = app, frozenset(origins)
        self._unmarked = [(b"vary", b"Origin")] if self._origins else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        marks = self._marks(scope)
        if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
            allowed = len(marks) > 1
            headers = [*marks, *(_PREFLIGHT if allowed else ((b"content-length", b"0"),))]
            await send({"type": "http.response.start", "status": 204 if allowed else 403, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *marks]
            await send(message)

        await self._app(scope, receive, marked)

    def _marks(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers for this page; only Vary, so that no cache mixes pages up, where it is not allowed."""
        if is_widget(scope["path"]):
            return [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]
        origin = header(scope, b"origin")
        if origin not in self._origins:
            return self._unmarked
        allowed = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [*self._unmarked, allowed, (b"access-control-expose-headers", b"Retry-After")]
