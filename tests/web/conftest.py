"""Real services for the tests: `chatbot serve` in processes of its own, and a Redis of the tests' own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from redis import Redis

from chatbot import Chatbot

ROOT = Path(__file__).parents[2]
LISTENING = re.compile(r"listening on (http://\S+)")
START_SECONDS = 60


class Running:
    """A service that runs, and what it has written on standard error so far."""

    def __init__(self, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chatbot", "serve", "--port", "0", *options],
            stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env=os.environ | environment,
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = LISTENING.search(self.wait_for("listening on"))[1]
        self.client = httpx.Client(base_url=self.url, timeout=20)

    def _read(self) -> None:
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def wait_for(self, words: str, *, after: int = 0) -> str:
        """The first line with these words, from so many lines on."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            for line in self.lines[after:]:
                if words in line:
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"no {words!r} in: {self.lines}")

    def ask(self, question: str, conversation: str | None = None) -> dict:
        """A reply over the native call."""
        body = {"question": question} | ({"conversation": conversation} if conversation else {})
        response = self.client.post("/api/ask", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        command = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children.split()}
        return [pid for pid, arguments in command.items() if b"spawn_main" in arguments]

    def stop(self) -> int:
        """Stop it as a system does, and return its exit status."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self._reader.join(5)
        self.process.stderr.close()
        return status


@contextmanager
def running(*options: str, **environment: str) -> Iterator[Running]:
    """A service for one test."""
    service = Running(*options, **environment)
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture(scope="session")
def bot() -> Chatbot:
    return Chatbot()


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Iterator[Running]:
    """The service as it comes, with two workers and no limit to what the tests may ask."""
    store = tmp_path_factory.mktemp("store") / "conversations.sqlite"
    with running("--workers", "2", "--store", str(store), "--rate-limit", "0") as service:
        yield service


@contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis of its own on a free port, with nothing kept on disk."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed (Debian: apt-get install redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", "/"], stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(500):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def stop_redis(address: str) -> None:
    """Stop the Redis at an address, and wait until it is gone."""
    with Redis.from_url(address) as client:
        client.shutdown(nosave=True)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis for all tests of the store."""
    with redis() as address:
        yield address
