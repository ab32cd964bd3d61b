"""How often one client may call. Counted in the store, so for all workers together; clients are kept as hashes."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from chatbot.web.asgi import ASGIApp, Receive, Scope, Send
from chatbot.web.guards.refusal import is_open, refuse
from chatbot.web.problems import too_many
from chatbot.web.sessions import Store, StoreError, hashed

MINUTE = 60.0
NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all that share these


class RateLimit:
    """Lets so many calls a minute through, and says when to come again."""

    def __init__(self, app: ASGIApp, store: Store, calls_per_minute: int) -> None:
        self._app, self._store = app, store
        self._cost = MINUTE / calls_per_minute if calls_per_minute else 0.0
        self._secret = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a client that calls too often; pass on the rest."""
        if scope["type"] == "http" and self._cost and not is_open(scope["path"]):
            try:
                wait = await self._store.take(await self._key(scope), self._cost, MINUTE)
            except StoreError:
                wait = 0.0  # what needs the store says so itself, and what does not goes on without
            if wait > 0:
                await refuse(scope, send, too_many(wait))
                return
        await self._app(scope, receive, send)

    async def _key(self, scope: Scope) -> str:
        self._secret = self._secret or await self._store.secret()
        return hashed(_network(scope["client"][0] if scope["client"] else ""), self._secret)


@lru_cache(maxsize=1024)
def _network(client: str) -> str:
    """A client's address, or what of it is the same for all its addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if not isinstance(address, IPv6Address):
        return client
    return str(address.ipv4_mapped or int(address) >> (128 - NETWORK_BITS))
