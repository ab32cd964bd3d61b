"""For whom a trusted proxy makes a request. From anybody else, X-Forwarded-For is a claim and is not read."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from chatbot.web.asgi import ASGIApp, Receive, Scope, Send
from chatbot.web.guards.refusal import header
from chatbot.web.settings import Network


class Proxy:
    """Puts the client that a trusted proxy names in the place of the proxy."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as from the client."""
        if scope["type"] == "http" and self._trusted and self._is_trusted(_peer(scope)):
            # Each proxy adds at the right whom it heard from: the first from there that is no proxy of ours.
            named = [_address(part) for part in reversed(header(scope, b"x-forwarded-for").split(","))]
            client = next((address for address in named if address and not self._is_trusted(address)), None)
            if client:
                scope["client"] = (str(client), 0)
        await self._app(scope, receive, send)

    def _is_trusted(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def _peer(scope: Scope) -> IPv4Address | IPv6Address | None:
    return _address(scope["client"][0]) if scope["client"] else None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is; one of IPv4 in IPv6's clothes is taken out of them."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
