"""How quick the web service is, each figure beside its limit: `make bench-web`.

Three things take turns, question by question, each question different: a call of the service with one worker, a bare
Starlette app on the same server that takes and sends JSON of the same size, and an `ask` in this process. So a slow or
busy machine slows all three. Then many clients call at once, first one worker and then two. Nothing here fails: a limit
that is missed is marked, and a person looks.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep, thread_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this checkout is what is timed, wherever another one may be installed

from chatbot import Chatbot  # noqa: E402 - the line above says which one

ROUNDS = 600
WARM_UP = 60
ALLOWED_MS = 1.0
CLIENTS, SECONDS = 16, 6.0
BARE = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
REPLY = {reply!r}
async def ask(request):
    await request.json()
    return JSONResponse(REPLY)
app = Starlette(routes=[Route("/api/ask", ask, methods=["POST"])])
"""


def questions() -> list[str]:
    """Questions that are all different, in one order each time."""
    asked = [
        f"{words} for a {age} year old {person}"
        for age in range(3, 93)
        for person in ("with spasticity", "on the pump", "with CKD stage 3")
        for words in ("max dose", "starting dose", "how is it titrated", "side effects")
    ]
    random.Random(1).shuffle(asked)  # noqa: S311 - an order, no secret
    return asked


@contextmanager
def running(command: list[str], port: int, folder: str) -> Iterator[tuple[int, int]]:
    """A server on a port, once it answers: its port and its process."""
    process = subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.DEVNULL, cwd=folder)
    try:
        for _ in range(600):
            # The door is open before anybody is there, so only an answer counts.
            try:
                Caller(port)("max dose")
                break
            except OSError:
                sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def service(workers: int, folder: str) -> tuple[list[str], int]:
    """The command and the port of our own service."""
    port = free_port()
    options = ["--store", f"{folder}/store{workers}", "--rate-limit", "0", "--workers", str(workers)]
    return ["chatbot", "serve", "--port", str(port), *options], port


def bare(bot: Chatbot, folder: str) -> tuple[list[str], int]:
    """The command and the port of a server that does nothing but take JSON and send JSON."""
    port = free_port()
    reply = bot.ask("max dose elderly").to_dict()
    Path(folder, "bare.py").write_text(BARE.format(reply=reply), encoding="utf-8")
    return ["uvicorn", "bare:app", "--port", str(port), "--log-level", "error", "--no-access-log"], port


class Caller:
    """Calls a server over one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __call__(self, question: str) -> None:
        """Ask, and take the whole answer."""
        body = json.dumps({"question": question})
        self._connection.request("POST", "/api/ask", body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"status {response.status}")


def processor_ms(process: int) -> float:
    """The processor's time that a process and those that it started have had so far, in milliseconds."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    spent = (Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0] for pid in (process, *children))
    return sum(map(int, spent)) / 1e6


def take_turns(runners: Mapping[str, Callable[[str], object]]) -> dict[str, list[float]]:
    """The milliseconds of each runner, question by question."""
    taken: dict[str, list[float]] = {name: [] for name in runners}
    order = list(runners)
    shuffler = random.Random(2)  # noqa: S311 - an order, no secret
    for question in questions()[:ROUNDS]:
        shuffler.shuffle(order)
        for name in order:
            start = perf_counter()
            runners[name](question)
            taken[name].append((perf_counter() - start) * 1000)
    return {name: times[WARM_UP:] for name, times in taken.items()}


async def carried(port: int) -> float:
    """Calls a second that a server answers to many clients at once."""
    asked, count = questions(), 0
    end = perf_counter() + SECONDS

    async def client(first: int) -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        place = first
        while perf_counter() < end:
            body = json.dumps({"question": asked[place % len(asked)]}).encode()
            head = f"POST /api/ask HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            headers = await reader.readuntil(b"\r\n\r\n")
            length = headers.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            place, count = place + CLIENTS, count + 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client(first) for first in range(CLIENTS)))
    return count / SECONDS


def main() -> None:
    """Print every figure beside its limit."""
    bot = Chatbot()
    with TemporaryDirectory() as folder, ExitStack() as servers:
        one, of_one = servers.enter_context(running(*service(1, folder), str(ROOT)))
        plain, of_plain = servers.enter_context(running(*bare(bot, folder), folder))
        before = processor_ms(of_one), processor_ms(of_plain)
        process_ms: list[float] = []

        def ask(question: str) -> None:
            start = thread_time()
            bot.ask(question)
            process_ms.append((thread_time() - start) * 1000)

        taken = take_turns({"POST /api/ask": Caller(one), "bare JSON POST": Caller(plain), "ask in process": ask})
        middle = {name: statistics.median(times) for name, times in taken.items()}
        for name, times in taken.items():
            print(
                f"{name:20} {middle[name]:7.2f} ms in the middle, {statistics.quantiles(times, n=20)[-1]:7.2f} at 95 %"
            )
        limit = middle["bare JSON POST"] + middle["ask in process"] + ALLOWED_MS
        verdict = "ok" if middle["POST /api/ask"] <= limit else "MISSED"
        print(f"{'POST /api/ask':20} {middle['POST /api/ask']:7.2f} ms, limit {limit:.2f} (bare + ask + 1)  {verdict}")
        ours, theirs = (processor_ms(of_one) - before[0]) / ROUNDS, (processor_ms(of_plain) - before[1]) / ROUNDS
        asked = sum(process_ms) / ROUNDS
        print(
            f"the same in processor's time, for a busy machine: {ours:.2f} ms, limit {theirs + asked + ALLOWED_MS:.2f}"
        )
        two, _ = servers.enter_context(running(*service(2, folder), str(ROOT)))
        rates = {1: 0.0, 2: 0.0}
        for workers, port in ((1, one), (2, two), (1, one), (2, two)):
            rates[workers] = max(rates[workers], asyncio.run(carried(port)))
        verdict = "ok" if rates[2] > rates[1] else "MISSED"
        print(f"{CLIENTS} clients at once: 1 worker {rates[1]:.0f} a second, 2 workers {rates[2]:.0f}  {verdict}")


if __name__ == "__main__":
    main()
