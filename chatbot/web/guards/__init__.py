"""What stands before every route, in one order: headers, CORS, body limit, trusted proxy, rate limit, key.

Each guard is pure ASGI. CORS comes before all that may refuse, so that a page can read why it was refused.
"""

from __future__ import annotations

from chatbot.web.asgi import ASGIApp
from chatbot.web.guards.body_limit import BodyLimit
from chatbot.web.guards.cors import Cors
from chatbot.web.guards.headers import Headers
from chatbot.web.guards.key import Key
from chatbot.web.guards.proxy import Proxy
from chatbot.web.guards.rate_limit import RateLimit
from chatbot.web.sessions import Store
from chatbot.web.settings import Settings


def guarded(app: ASGIApp, settings: Settings, store: Store) -> ASGIApp:
    """An app behind all guards. Read from the bottom: that is the order in which a request meets them."""
    app = Key(app, settings.api_key)
    app = RateLimit(app, store, settings.rate_limit)
    app = Proxy(app, settings.trusted_proxies)
    app = BodyLimit(app)
    app = Cors(app, settings.allowed_origins)
    return Headers(app)
