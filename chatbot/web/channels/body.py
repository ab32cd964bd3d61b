"""Requests whose body is JSON, whatever their Content-Type says: some chat front ends send it as plain text."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException


class JsonRequest(Request[Any, Any, Any]):
    """A request that cannot fail in more than one way over its body."""

    async def json(self) -> Any:
        """The body's value. Raises `SerializationException` where it has none, for whichever reason."""
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            # What decodes JSON says so itself of all else that is wrong with it.
            raise SerializationException("no UTF-8, or nested too deeply") from error
