"""The key that every call must bring, where one is set: as a bearer token, as other APIs take it, or in X-API-Key."""

from __future__ import annotations

import hmac

from chatbot.web.asgi import ASGIApp, Receive, Scope, Send
from chatbot.web.guards.refusal import header, is_open, refuse
from chatbot.web.problems import NO_KEY


class Key:
    """Lets through who brings the key. The widget's files and the health checks are open."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app, self._key = app, key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse who brings no key; pass on the rest."""
        if scope["type"] == "http" and self._key and not is_open(scope["path"]) and not self._brings_key(scope):
            await refuse(scope, send, NO_KEY)
            return
        await self._app(scope, receive, send)

    def _brings_key(self, scope: Scope) -> bool:
        kind, _, token = header(scope, b"authorization").partition(" ")
        brought = token.strip() if kind.lower() == "bearer" else header(scope, b"x-api-key")
        return hmac.compare_digest(brought.encode("latin-1"), self._key)
