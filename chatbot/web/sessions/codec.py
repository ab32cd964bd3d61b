"""A conversation's state as bytes and back: slots only, never what people typed.

The bytes begin with the version of the content and of the code that wrote them. A state that anything else wrote is not
read: what it carries might mean something else now, and a wrong patient is worse than none. An open emergency alone
outlasts that, because no dose may follow it until it is taken back.
"""

from __future__ import annotations

import msgspec

from chatbot import __version__
from chatbot.conversation import State
from chatbot.query import Reason


class _Danger(msgspec.Struct):
    """What of a state of any version is read."""

    emergency: Reason | None = None


class Codec:
    """Writes and reads the states of one content version."""

    def __init__(self, content_version: str) -> None:
        self._tag = f"{__version__} {content_version}\n".encode()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(State)
        self._danger = msgspec.msgpack.Decoder(_Danger)

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

    def outlasting(self, kept: bytes) -> State:
        """What is left of a state that another version wrote: its emergency, where one was open."""
        _, _, body = kept.partition(b"\n")
        try:
            return State(emergency=self._danger.decode(body).emergency)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return State()
