"""The headers that every response bears, unless its route says otherwise."""

from __future__ import annotations

from chatbot.web.asgi import ASGIApp, Message, Receive, Scope, Send

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class Headers:
    """Adds what is not there already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its response."""

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(row for row in ALWAYS if row[0] not in there)]
            await send(message)

        await self._app(scope, receive, completed if scope["type"] == "http" else send)
