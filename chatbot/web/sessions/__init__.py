"""Where conversations are kept between two messages, and who has asked how often: a store that all workers share.

Two stores behave the same: a file of SQLite for one machine, Redis for several. Keys are hashes, values are bytes: a
store knows neither clients nor conversations.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

from chatbot.errors import ChatbotError
from chatbot.web.settings import REDIS

__all__ = ["Store", "StoreError", "hashed", "open_store"]


HASH_BYTES = 20


class StoreError(ChatbotError):
    """The store cannot be read or written just now."""


class Store(Protocol):
    """What a store does. Everything raises `StoreError` where it cannot be reached."""

    async def get(self, key: str) -> bytes | None:
        """What is kept under a key and has not expired."""

    async def swap(self, key: str, before: bytes | None, after: bytes) -> bool:
        """Keep after, if before is still what is kept (None: nothing); say whether it was.

        So two messages of one conversation at the same time cannot lose each other's: who comes second reads again.
        """

    async def forget(self, key: str) -> None:
        """Keep nothing under a key."""

    async def take(self, key: str, cost: float, burst: float) -> float:
        """Seconds to wait before a client may call again; 0 where it may now, and the call is counted.

        cost: seconds that one call uses up. burst: seconds that may be used ahead of time.
        """

    async def secret(self) -> bytes:
        """A secret that all who share the store share; made up when it is first asked for."""

    async def check(self) -> None:
        """Raise `StoreError` unless the store can be written."""

    async def close(self) -> None:
        """Let go of files and connections."""


def hashed(name: str, secret: bytes) -> str:
    """A key that tells nobody without the secret which client or conversation it belongs to."""
    key = secret if len(secret) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.blake2b(secret).digest()
    return hashlib.blake2b(name.encode("utf-8", "replace"), key=key, digest_size=HASH_BYTES).hexdigest()


def open_store(address: str, memory_seconds: float) -> Store:
    """The store of an address: redis://…, or else a file. Raises `StoreError` where it cannot be opened."""
    if address.startswith(REDIS):
        from chatbot.web.sessions.redis import RedisStore

        return RedisStore(address, memory_seconds)
    from chatbot.web.sessions.sqlite import SqliteStore

    return SqliteStore(address, memory_seconds)
