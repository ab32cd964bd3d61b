"""Runs the service: one process that watches, and the workers that answer.

The watching process takes what content there is when it starts, keeps a copy, and gives that to every worker: one that
has to be replaced finds what the others have, whatever has become of the folder since. A signal HUP takes the content
anew, where `chatbot check` finds nothing wrong with it. The watcher itself answers nothing.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from uvicorn.supervisors import Multiprocess

from chatbot.content import load
from chatbot.errors import ContentError, UsageError
from chatbot.folder import digest, find_root
from chatbot.web.sessions import open_store
from chatbot.web.settings import SHARED_METRICS, Settings, default_store
from chatbot.web.worker import worker

READY_SECONDS = 60  # for a worker to load its content, or to answer its watcher


def serve(settings: Settings) -> int:
    """Serve until a signal INT or TERM. Raises `ChatbotError` where that cannot begin."""
    if not settings.store:
        settings = replace(settings, store=str(default_store(os.environ)))
    with TemporaryDirectory(prefix="chatbot-serve-") as folder:
        home = Path(folder)
        os.environ[SHARED_METRICS] = str(home / "metrics")
        (home / "metrics").mkdir()
        # What workers derive from their copy of the content is of no use to anybody after them.
        os.environ["XDG_CACHE_HOME"] = str(home / "cache")
        contents = Contents(settings.content, home)
        contents.take()
        asyncio.run(_try_store(settings))
        with listening(settings.host, settings.port) as door:
            watcher = Watcher(replace(settings, port=door.getsockname()[1]), contents, [door])
            watcher.run()
    return watcher.status


async def _try_store(settings: Settings) -> None:
    """Raise `StoreError` here, in one line, and not in every worker."""
    store = open_store(settings.store, settings.memory_minutes * 60)
    try:
        await store.check()
        await store.secret()
    finally:
        await store.close()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address. Raises `UsageError` where none can."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=kind, backlog=2048)
    except OSError as error:
        cure = "choose another with --host and --port"
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror or error} — {cure}") from error


class Contents:
    """The content that workers are given: copies of the folder, each made and looked through before it is used."""

    def __init__(self, named: str | None, home: Path) -> None:
        self._named, self._home = named, home
        self.taken = ""
        """The folder of the copy in use."""

    def take(self) -> None:
        """Take the content as it is now. Raises `ContentError` where it cannot be used."""
        copy = self._copy()
        load(copy)
        self.taken = str(copy)

    def take_if_flawless(self) -> None:
        """Take the content as it is now. Raises the first finding of `chatbot check` where it has any."""
        from chatbot.check import check  # here, because it is only needed for a signal

        copy = self._copy()
        for finding in check(str(copy), reviewed=False):
            raise finding
        self.taken = str(copy)

    def drop_others(self) -> None:
        """Remove the copies that no worker uses any more."""
        for copy in self._home.glob("content-*"):
            if str(copy) != self.taken:
                shutil.rmtree(copy, ignore_errors=True)

    def _copy(self) -> Path:
        root = find_root(self._named)
        try:
            copy = self._home / f"content-{digest(root)}"
            for part in ("intents", "answers"):
                shutil.copytree(root / part, copy / part, dirs_exist_ok=True)
        except OSError as error:
            raise ContentError(f"the content cannot be read: {error.strerror or error}", file=str(root)) from error
        return copy


class Watcher(Multiprocess):
    """Starts the workers, replaces one that dies, and passes on the signals to stop and to reload."""

    def __init__(self, settings: Settings, contents: Contents, sockets: list[socket.socket]) -> None:
        self._settings, self._contents = settings, contents
        self.status = 0
        super().__init__(self._configured(), sockets)

    def _configured(self) -> uvicorn.Config:
        settings = replace(self._settings, content=self._contents.taken)
        return uvicorn.Config(
            partial(worker, settings),
            factory=True,
            workers=settings.workers,
            proxy_headers=False,  # the service's own guard does that
            server_header=False,
            access_log=False,
            log_level="error",
            timeout_graceful_shutdown=settings.stop_seconds,
            timeout_worker_healthcheck=READY_SECONDS,
        )

    def init_processes(self) -> None:
        """Start the workers, and say where they listen once they do."""
        super().init_processes()
        if all(process.wait_until_ready(READY_SECONDS, self.should_exit) for process in self.processes):
            settings = self._settings
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            workers = "1 worker" if settings.workers == 1 else f"{settings.workers} workers"
            _say(f"listening on http://{host}:{settings.port} ({workers}); Ctrl+C stops it")
        elif not self.should_exit.is_set():
            self.status = 1
            _say("the workers did not start")
            self.should_exit.set()

    def handle_hup(self) -> None:
        """Put workers with the new content in the place of the old, one after the other, if it is flawless."""
        try:
            self._contents.take_if_flawless()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the service goes on with the old
            _say(f"the content is kept as it was: {error}")
            return
        self.config = self._configured()
        old = set(self.processes)
        self.restart_all()
        if old.isdisjoint(self.processes):
            self._contents.drop_others()
            _say(f"the content is now {digest(Path(self._contents.taken))}")
        elif not self.should_exit.is_set():
            _say("some workers still have the old content: send the signal again")


def _say(line: str) -> None:
    sys.stderr.write(f"chatbot: {line}\n")
    sys.stderr.flush()
