"""One worker: an app with a bot of its own, in a process that the watcher started."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from multiprocessing import parent_process

from chatbot.web.asgi import ASGIApp, Receive, Scope, Send
from chatbot.web.settings import Settings

# Looking for objects in circles every 700 new ones, as is usual, takes a tenth of a question's time.
OBJECTS_BETWEEN_LOOKS = 20_000


def worker(settings: Settings) -> ASGIApp:
    """The app of one worker, in a process of its own."""
    from chatbot.bot import Chatbot
    from chatbot.web.app import create_app

    app = Outlived(create_app(settings, Chatbot(settings.content)))
    gc.collect()
    gc.freeze()  # what is loaded now stays, and need not be looked through again and again
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    return app


class Outlived:
    """An app that stops its process where the watcher that started it is gone, however that ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin to look out with the app's own start."""
        watcher = parent_process()
        if scope["type"] == "lifespan" and watcher is not None:
            asyncio.get_running_loop().add_reader(watcher.sentinel, _stop_quietly)
        await self._app(scope, receive, send)


def _stop_quietly() -> None:
    watcher = parent_process()
    if watcher is not None:
        asyncio.get_running_loop().remove_reader(watcher.sentinel)
    os.kill(os.getpid(), signal.SIGTERM)
