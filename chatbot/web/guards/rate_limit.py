"""How often one client may call. Counted in the store, so for all workers together; clients are kept as hashes."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from chatbot.web.asgi import ASGIApp, Receive, Scope, Send
from chatbot.web.guards.refusal import is_open, refuse
from chatbot.web.problems import too_many
from chatbot.web.sessions import Store, StoreError, hashed

MINUTE = 60.0
LOTS = 100  # in which a worker takes a minute's calls: one by one where fewer are allowed
MOST_CLIENTS = 10_000  # whose lots a worker holds
NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all that share these


class RateLimit:
    """Lets so many calls a minute through, and says when to come again."""

    def __init__(self, app: ASGIApp, store: Store, calls_per_minute: int) -> None:
        self._app, self._store = app, store
        self._cost = MINUTE / calls_per_minute if calls_per_minute else 0.0
        self._lot = max(calls_per_minute // LOTS, 1)
        self._secret = b""
        self._left: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a client that calls too often; pass on the rest."""
        if scope["type"] == "http" and self._cost and not is_open(scope["path"]):
            try:
                wait = await self._wait(_network(scope["client"][0] if scope["client"] else ""))
            except StoreError:
                wait = 0.0  # what needs the store says so itself, and what does not goes on without
            if wait > 0:
                await refuse(scope, send, too_many(wait))
                return
        await self._app(scope, receive, send)

    async def _wait(self, client: str) -> float:
        """Seconds that a client has to wait; calls are taken from the store in lots while there are many left."""
        left = self._left.get(client, 0)
        if left:
            self._left[client] = left - 1
            return 0.0
        self._secret = self._secret or await self._store.secret()
        key = hashed(client, self._secret)
        if self._lot > 1 and not await self._store.take(key, self._cost * self._lot, MINUTE):
            if len(self._left) >= MOST_CLIENTS:
                self._left.clear()
            self._left[client] = self._lot - 1
            return 0.0
        return await self._store.take(key, self._cost, MINUTE)


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
