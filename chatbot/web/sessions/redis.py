"""Conversations in Redis, for several machines. Each write is one script that Redis runs whole."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chatbot.web.sessions import StoreError

PATIENCE_SECONDS = 2.0  # how long a call waits for Redis
PREFIX = "chatbot:"
# Redis knows no "nothing is kept" among a script's arguments, so that is said by a first argument of its own.
_SWAP = """
local kept = redis.call('GET', KEYS[1])
if ARGV[1] == '0' and kept or ARGV[1] == '1' and kept ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
"""
# Times are milliseconds of Redis's own clock, so that machines need not agree on theirs.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + ARGV[1]
if free > now + ARGV[2] then return free - now - ARGV[2] end
redis.call('SET', KEYS[1], free, 'PX', math.max(math.ceil(free - now), 1))
return 0
"""


class RedisStore:
    """A store in Redis; the connection is made when it is first needed, and again where it was lost."""

    def __init__(self, address: str, memory_seconds: float) -> None:
        self._milliseconds = max(int(memory_seconds * 1000), 1)
        try:
            self._redis = Redis.from_url(
                address,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                retry=Retry(NoBackoff(), 1),  # where Redis was started again, the first call finds that out
            )
        except ValueError as error:
            raise StoreError(f"no address of a Redis: {error}") from error
        self._swap = self._redis.register_script(_SWAP)
        self._take = self._redis.register_script(_TAKE)

    async def get(self, key: str) -> bytes | None:
        """See `Store.get`."""
        async with _errors():
            return cast("bytes | None", await self._redis.get(f"{PREFIX}talk:{key}"))

    async def swap(self, key: str, before: bytes | None, after: bytes) -> bool:
        """See `Store.swap`."""
        known = "0" if before is None else "1"
        async with _errors():
            done = await self._call(self._swap, f"{PREFIX}talk:{key}", known, before or b"", after, self._milliseconds)
        return bool(done)

    async def forget(self, key: str) -> None:
        """See `Store.forget`."""
        async with _errors():
            await self._redis.delete(f"{PREFIX}talk:{key}")

    async def take(self, key: str, cost: float, burst: float) -> float:
        """See `Store.take`."""
        async with _errors():
            wait = await self._call(self._take, f"{PREFIX}calls:{key}", cost * 1000, burst * 1000)
        return float(wait) / 1000

    async def secret(self) -> bytes:
        """See `Store.secret`."""
        async with _errors():
            await self._redis.set(f"{PREFIX}secret", secrets.token_bytes(32), nx=True)
            return cast("bytes", await self._redis.get(f"{PREFIX}secret"))

    async def check(self) -> None:
        """See `Store.check`."""
        async with _errors():
            await self._redis.set(f"{PREFIX}check", f"{time():.0f}", ex=60)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._redis.aclose()

    @staticmethod
    async def _call(script: Any, key: str, *arguments: str | bytes | float) -> Any:
        return await script(keys=[key], args=list(arguments))


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreError(f"conversations cannot be kept: {type(error).__name__}") from error
