"""A conversation's state as bytes and back: slots only, never what people typed.

The bytes begin with the version of the content and of the code that wrote them. A state that anything else wrote is not
read: what it carries might mean something else now, and a wrong patient is worse than none.
"""

from __future__ import annotations

import msgspec

from chatbot import __version__
from chatbot.conversation import State


class Codec:
    """Writes and reads the states of one content version."""

    def __init__(self, content_version: str) -> None:
        self._tag = f"{__version__} {content_version}\n".encode()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(State)

    def encode(self, state: State) -> bytes:
        """A state as bytes; decimals keep every digit."""
        return self._tag + self._encoder.encode(state)

    def decode(self, kept: bytes) -> State | None:
        """The state that was kept; None where these bytes are none, or were written by another version."""
        if not kept.startswith(self._tag):
            return None
        try:
            return self._decoder.decode(kept[len(self._tag) :])
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
