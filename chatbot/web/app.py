"""The service as an ASGI app: routes behind guards, all of them watched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from litestar import Litestar, Response, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Tag
from prometheus_client import REGISTRY, CollectorRegistry

from chatbot import __version__
from chatbot.bot import Chatbot
from chatbot.web import static
from chatbot.web.asgi import ASGIApp
from chatbot.web.channels import native, openai, rasa
from chatbot.web.channels.body import JsonRequest
from chatbot.web.channels.errors import answer_problem
from chatbot.web.channels.forms import AskSchema
from chatbot.web.guards import guarded
from chatbot.web.metrics import CONTENT_TYPE, Metrics, Observer
from chatbot.web.service import Service
from chatbot.web.sessions import open_store
from chatbot.web.settings import Settings

DESCRIPTION = "Answers dosing questions from cited facts. For healthcare professionals; the content is unreviewed."


def create_app(
    settings: Settings, bot: Chatbot, *, registry: CollectorRegistry = REGISTRY, widget: Path = static.FOLDER
) -> ASGIApp:
    """The app for a bot. Raises `StoreError` where conversations cannot be kept."""
    store = open_store(settings.store, settings.memory_minutes * 60)
    service = Service(settings, bot, store, Metrics(registry))

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await service.prepare()
        yield
        await store.close()

    channels = [native.router(service), rasa.router(service), openai.router(service)]
    app = Litestar(
        [*channels, static.router(widget), _watch(service)],
        lifespan=[lifespan],
        openapi_config=_document(),
        request_class=JsonRequest,
        exception_handlers={Exception: answer_problem},
        plugins=[AskSchema()],
        logging_config=None,
    )
    routes = frozenset(route.path for route in app.routes)
    return Observer(guarded(cast("ASGIApp", app), settings, store), service.metrics, routes, log=settings.access_log)


def _document() -> OpenAPIConfig:
    tags = [
        Tag("native", "Our own calls. The forms of deep-chat and n8n are taken too."),
        Tag("Rasa", "Rasa's REST channel."),
        Tag("OpenAI", "OpenAI's chat completions."),
    ]
    return OpenAPIConfig(
        title="Dosing chatbot", version=__version__, description=DESCRIPTION, tags=tags, path="/schema",
        render_plugins=[JsonRenderPlugin()],
    )  # fmt: skip


def _watch(service: Service) -> Router:
    """What machines ask that watch the service."""

    @get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @get("/readyz")
    async def readyz() -> dict[str, str]:
        await service.store.check()
        return {"status": "ready", "content_version": service.bot.content.version}

    @get("/metrics")
    async def metrics() -> Response[bytes]:
        return Response(service.metrics.page(), media_type=CONTENT_TYPE)

    return Router("/", route_handlers=[healthz, readyz, metrics], include_in_schema=False)
