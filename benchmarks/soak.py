"""A soak of the web service: `make soak` (2 minutes; `make soak MINUTES=10` by hand).

Callers on every channel talk to two workers all the time, each in conversations of its own, and hold each reply against
what a bot in this process says. Half-way a worker is killed. It fails (exit status 1) where a call failed and its one
retry failed too, where a conversation lost its patient, or where a worker's memory grew by more than a tenth.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this checkout is what is soaked, wherever another one may be installed

from chatbot import Chatbot  # noqa: E402 - the line above says which one

WORKERS = 2
CALLERS = 6
WARM_SECONDS = 20.0  # until a worker's memory is what it needs
GROWTH = 1.10
READY_SECONDS = 60
TALKS = (
    ("max dose elderly", "and the starting dose?", "and for children?", "how is it stopped?"),
    ("starting dose for a child of 8", "20 mg three times daily?", "new patient", "maximum dose"),
    ("eGFR 45, where do I start?", "and the maximum?", "thanks", "side effects"),
    ("pump starting dose after a 50 mcg bolus", "and titration?", "spinal", "concentration"),
    ("taper from 60 mg per day", "over 14 days", "dose of gabapentin", "and the maximum?"),
    ("creatinine clearance 80 year old woman 60 kg creatinine 1.2 mg/dL", "max dose?", "hello", "monitoring"),
    ("baclofen in pregnancy", "and the dose?", "she has CKD too", "starting dose"),
    ("she took 40 tablets and is drowsy", "max dose?", "it did not happen", "max dose elderly"),
)


class Server:
    """The service, with two workers."""

    def __init__(self, folder: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        options = [
            "--port",
            str(self.port),
            "--workers",
            str(WORKERS),
            "--rate-limit",
            "0",
            "--store",
            f"{folder}/store",
        ]
        self.process = subprocess.Popen([sys.executable, "-m", "chatbot", "serve", *options], cwd=ROOT)
        self.wait()

    def wait(self) -> None:
        """Wait until it answers and has all its workers."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            if len(self.workers()) == WORKERS and self._answers():
                return
            time.sleep(0.2)
        raise SystemExit("soak: the service did not start")

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="utf-8").split()
        return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def stop(self) -> int:
        """Stop it, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def memory(process: int) -> int:
    """What a process holds of its own, in kB."""
    rows = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith(("Private_Clean", "Private_Dirty")))


class Caller:
    """Calls over a connection that stays open for a talk; a call that fails is made once more, as clients do."""

    def __init__(self, port: int, counts: Counter[str]) -> None:
        self._port, self._counts = port, counts
        self._connection: HTTPConnection | None = None

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer's JSON; None, and counted as failed, where the retry failed too."""
        for attempt in range(2):
            try:
                self._connection = self._connection or HTTPConnection("127.0.0.1", self._port, timeout=30)
                self._connection.request("POST", path, json.dumps(body))
                response = self._connection.getresponse()
                answer = json.loads(response.read())
                if response.status == 200:
                    self._counts["answered"] += 1
                    return answer
                self._counts[f"status {response.status}"] += 1
            except (OSError, HTTPException, ValueError) as error:
                self._counts[f"broken, {type(error).__name__}"] += 1
                self._connection = None
            self._counts["failed" if attempt else "retried"] += 1
        return None

    def hang_up(self) -> None:
        """End the talk: the next one may meet the other worker, so that both have work."""
        if self._connection:
            self._connection.close()
            self._connection = None


def native(caller: Caller, talk: Sequence[str]) -> Iterator[str | None]:
    """The texts of a talk over our own call."""
    conversation = None
    for question in talk:
        body = {"question": question} | ({"conversation": conversation} if conversation else {})
        reply = caller.post("/api/ask", body)
        conversation = reply and reply["conversation"]
        yield reply and reply["text"]


def rasa(caller: Caller, talk: Sequence[str]) -> Iterator[str | None]:
    """The texts of a talk over Rasa's channel."""
    sender = f"{random.getrandbits(64):x}"
    for question in talk:
        bubbles = caller.post("/webhooks/rest/webhook", {"sender": sender, "message": question})
        yield bubbles and bubbles[-1]["text"]


def openai(caller: Caller, talk: Sequence[str]) -> Iterator[str | None]:
    """The texts of a talk over OpenAI's, which tells all of it each time."""
    messages: list[dict[str, str]] = []
    for question in talk:
        messages.append({"role": "user", "content": question})
        reply = caller.post("/v1/chat/completions", {"messages": messages})
        yield reply and reply["choices"][0]["message"]["content"]


def expected(bot: Chatbot) -> dict[Sequence[str], list[str]]:
    """What each talk should be told."""
    told: dict[Sequence[str], list[str]] = {}
    for talk in TALKS:
        conversation = bot.conversation()
        told[talk] = [conversation.ask(question).text for question in talk]
    return told


def call_all_the_time(
    port: int, first: int, told: dict[Sequence[str], list[str]], counts: Counter[str], done: threading.Event
) -> None:
    """One caller: talk after talk, each on another channel than the one before."""
    channels: tuple[Callable[[Caller, Sequence[str]], Iterator[str | None]], ...] = (native, rasa, openai)
    caller = Caller(port, counts)
    for place in itertools.count(first):
        talk = TALKS[place % len(TALKS)]
        for text, right in zip(channels[place % len(channels)](caller, talk), told[talk], strict=True):
            if text is not None and text != right:
                counts["wrong"] += 1
            if done.is_set():
                return
            time.sleep(0.01)
        caller.hang_up()


def soak(minutes: float) -> int:
    """Soak for so many minutes, print what was seen, and return the exit status."""
    counts: Counter[str] = Counter()
    done = threading.Event()
    told = expected(Chatbot())
    with TemporaryDirectory() as folder:
        server = Server(folder)
        callers = [
            threading.Thread(target=call_all_the_time, args=(server.port, first, told, counts, done), daemon=True)
            for first in range(CALLERS)
        ]
        for caller in callers:
            caller.start()
        half = max(minutes * 60 / 2 - WARM_SECONDS, 5)
        time.sleep(WARM_SECONDS)
        victim, survivor = server.workers()
        before = memory(survivor)
        time.sleep(half)
        os.kill(victim, signal.SIGKILL)
        print(f"killed a worker after {counts['answered']} calls", flush=True)
        time.sleep(minutes * 60 / 2)
        server.wait()
        growth = memory(survivor) / before
        done.set()
        for caller in callers:
            caller.join(30)
        status = server.stop()
    print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    print(f"memory of the worker that lived on: {before} kB, times {growth:.3f} (limit {GROWTH})")
    good = counts["answered"] and not counts["failed"] and not counts["wrong"] and growth <= GROWTH and status == 0
    print("soak: passed" if good else "soak: FAILED")
    return 0 if good else 1


def main() -> int:
    """Read how long to soak, and do it."""
    parser = argparse.ArgumentParser(description="Soak the web service.")
    parser.add_argument("--minutes", type=float, default=2)
    return soak(parser.parse_args().minutes)


if __name__ == "__main__":
    sys.exit(main())
