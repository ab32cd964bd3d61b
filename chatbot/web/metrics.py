"""Counts for Prometheus, the same from whichever worker is asked: the workers add up in files that they share.

No count is kept by client, conversation or question. The folder is named in the environment before
this module is first imported; without one the counts are one process's.
"""

from __future__ import annotations

import os
import sys
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from chatbot.reply import Reply
from chatbot.web.asgi import ASGIApp, Message, Receive, Scope, Send
from chatbot.web.settings import SHARED_METRICS

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """All that is counted. One for a process, except in tests, which give each its own registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        # Looking them up takes longer than counting.
        self._of_route: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "chatbot_requests", "Requests by address and status.", ("route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "chatbot_request_seconds",
            "Time to the end of the response.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._replies = Counter(
            "chatbot_replies",
            "Replies by channel and how they ended.",
            ("channel", "outcome", "reason"),
            registry=registry,
        )
        self._feedback = Counter("chatbot_feedback", "Thumbs up and down.", ("helpful",), registry=registry)
        self._restarted = Counter(
            "chatbot_conversations_restarted", "Conversations that could not be gone on with.", ("channel",),
            registry=registry,
        )  # fmt: skip

    def requested(self, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        if (route, status) not in self._of_route:
            self._of_route[route, status] = self._requests.labels(route, str(status)), self._seconds.labels(route)
        count, times = self._of_route[route, status]
        count.inc()
        times.observe(seconds)

    def answered(self, channel: str, reply: Reply) -> None:
        """A question was replied to."""
        self._replies.labels(channel, str(reply.outcome), str(reply.reason or "")).inc()

    def judged(self, *, helpful: bool) -> None:
        """A reader gave a thumb up or down."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def restarted(self, channel: str) -> None:
        """A conversation began anew, because what was kept of it could not be used."""
        self._restarted.labels(channel).inc()

    def page(self) -> bytes:
        """What Prometheus reads."""
        if SHARED_METRICS not in os.environ:
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)


class Observer:
    """Outermost of all: counts and times every request, and writes the access log where one is wanted."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: frozenset[str], *, log: bool) -> None:
        self._app, self._metrics, self._routes, self._log = app, metrics, routes, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at the response as it goes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, size = perf_counter(), 500, 0

        async def seen(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        # An address that is not one of ours could hold anything.
        path = scope["path"].rstrip("/")
        route = path if path in self._routes else "other"
        try:
            await self._app(scope, receive, seen)
        finally:
            seconds = perf_counter() - start
            self._metrics.requested(route, status, seconds)
            if self._log:
                line = f"{scope['method'][:10]} {route} {status} {seconds * 1000:.1f} ms {size} bytes"
                sys.stderr.write(f"{line}\n")
