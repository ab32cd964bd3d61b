"""How large a request may be, and how long it may take to arrive. What passes has arrived whole."""

from __future__ import annotations

import asyncio

from chatbot.web.asgi import ASGIApp, Message, Receive, Scope, Send
from chatbot.web.guards.refusal import header, refuse
from chatbot.web.problems import OPENAI, TOO_LARGE, TOO_SLOW

LIMIT = 16 * 1024  # bytes
LIMIT_WITH_HISTORY = 256 * 1024  # where a protocol sends all earlier messages along
# A client that is refused in the midst of sending often sees a broken connection and not why; so this much is read on.
READ_ON = 4 * 1024 * 1024
ARRIVAL_SECONDS = 10.0


class BodyLimit:
    """Reads the body, and hands it on in one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too large or too slow; pass on the rest."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        limit = LIMIT_WITH_HISTORY if scope["path"].startswith(f"{OPENAI}/") else LIMIT
        declared = header(scope, b"content-length")
        if declared.isdecimal() and int(declared) > READ_ON:
            await refuse(scope, send, TOO_LARGE)
            return
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                body = await _read(receive, limit)
        except TimeoutError:
            await refuse(scope, send, TOO_SLOW)
            return
        if body is None:
            return
        if len(body) > limit:
            await refuse(scope, send, TOO_LARGE)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def arrived() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, arrived, send)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The body, cut off shortly after the limit; None where the client has gone."""
    body, size = b"", 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        size += len(message["body"])
        if len(body) <= limit:
            body += message["body"]
        if not message["more_body"] or size > READ_ON:
            return body
