"""The processes: starting, stopping, reloading, and going on where a worker dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from .conftest import ROOT, redis, running, stop_redis


def restless(service, done: threading.Event, failures: list) -> None:
    """Ask all the time, each question with one retry where a connection breaks."""
    while not done.is_set():
        for attempt in range(2):
            try:
                response = httpx.post(f"{service.url}/api/ask", json={"question": "max dose elderly"}, timeout=20)
            except httpx.TransportError as error:
                if attempt:
                    failures.append(error)
                continue
            if response.status_code != 200:
                failures.append(response.status_code)
            break


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@pytest.fixture
def content(tmp_path) -> Path:
    for part in ("intents", "answers"):
        shutil.copytree(ROOT / part, tmp_path / "content" / part)
    return tmp_path / "content"


def test_content_is_reloaded_where_it_is_flawless_and_kept_where_it_is_not(content, tmp_path):
    sources = content / "answers" / "sources.yaml"
    with running("--content", str(content), "--store", str(tmp_path / "s")) as service:
        old = service.ask("max dose elderly")
        done, failures = threading.Event(), []
        asking = threading.Thread(target=restless, args=(service, done, failures))
        asking.start()

        good = sources.read_text(encoding="utf-8")
        sources.write_text(good + "\nnonsense: [", encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        assert "answers/sources.yaml" in service.wait_for("the content is kept as it was")
        assert service.ask("max dose elderly")["content_version"] == old["content_version"]
        # A worker that has to be replaced meanwhile finds the old content, and not what lies there.
        os.kill(service.workers()[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while not service.workers() and time.monotonic() < deadline:
            time.sleep(0.1)

        sources.write_text(good + "# another version\n", encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        version = service.wait_for("the content is now").split()[-1]
        done.set()
        asking.join()
        assert failures == []
        assert version != old["content_version"]
        new = service.ask("and the starting dose?", old["conversation"])
        assert new["content_version"] == version
        assert "new conversation" in new["notice"], "what other content made of a conversation is not gone on with"

        workers = service.workers()
        service.process.kill()
        deadline = time.monotonic() + 20
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, workers)), "workers do not outlive the process that watches them"


def test_a_worker_that_dies_is_replaced_and_conversations_go_on(service, bot):
    talk = bot.conversation()
    talk.ask("max dose elderly")
    first = service.ask("max dose elderly")
    before = service.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (len(service.workers()) == 2 and before[0] not in service.workers()):
        time.sleep(0.05)
    assert before[0] not in service.workers()
    service.client.close()
    service.client = httpx.Client(base_url=service.url, timeout=20)
    second = service.ask("and the starting dose?", first["conversation"])
    assert second["text"] == talk.ask("and the starting dose?").text


def test_stopping_finishes_what_is_in_flight_and_a_restart_goes_on(tmp_path, bot):
    store = str(tmp_path / "store")
    talk = bot.conversation()
    body = {"messages": [{"role": "user", "content": "max dose elderly"}], "stream": True}
    with running("--store", store) as service:
        first = service.ask("max dose elderly")
        assert first["text"] == talk.ask("max dose elderly").text
        with service.client.stream("POST", "/v1/chat/completions", json=body) as response:
            service.process.send_signal(signal.SIGTERM)
            assert response.read().endswith(b"data: [DONE]\n\n")
        assert service.stop() == 0
        assert service.lines[-1].startswith("chatbot: listening on"), "no more is said of an ordinary end"
    with running("--store", store) as service:
        second = service.ask("and the starting dose?", first["conversation"])
        assert second["text"] == talk.ask("and the starting dose?").text
        assert second["notice"] is None


def test_two_services_share_conversations_in_redis_and_say_when_it_is_gone(bot):
    talk = bot.conversation()
    with redis() as address, running("--store", address) as one, running("--store", address) as other:
        first = one.ask("max dose elderly")
        assert first["text"] == talk.ask("max dose elderly").text
        second = other.ask("and the starting dose?", first["conversation"])
        assert second["text"] == talk.ask("and the starting dose?").text

        stop_redis(address)
        response = one.client.post("/api/ask", json={"question": "max dose"})
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "store_unavailable"
        assert response.headers["retry-after"] == "1"
        assert one.client.get("/readyz").status_code == 503
        assert one.client.get("/healthz").status_code == 200
        body = {"messages": [{"role": "user", "content": "max dose elderly"}]}
        assert one.client.post("/v1/chat/completions", json=body).status_code == 200, "it keeps nothing, so needs none"


def test_counts_are_of_all_workers_together(service):
    def asked() -> float:
        page = service.client.get("/metrics").text
        rows = [line for line in page.splitlines() if line.startswith('chatbot_requests_total{route="/api/sources"')]
        return sum(float(row.split()[-1]) for row in rows)

    before = asked()
    for _ in range(30):
        with httpx.Client(base_url=service.url) as client:
            assert client.get("/api/sources").status_code == 200
    assert {asked() for _ in range(5)} == {before + 30}


# ------------------------------------------------------------------------------------------------ the command


NOT_INSTALLED = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == {!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
"""


def chatbot(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "chatbot", *arguments], capture_output=True, text=True, encoding="utf-8", check=False,
        cwd=ROOT, timeout=60, env=os.environ | environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "x"], "--port"),
        (["--port", "70000"], "--port: the largest is 65535"),
        (["--workers", "0"], "--workers: the smallest is 1"),
        (["--allow-origin", "*"], "an origin is a scheme and a host"),
        (["--trusted-proxy", "proxy"], "--trusted-proxy"),
        (["--store", "postgres://here"], "a store is a file"),
        (["--review-log", "/nowhere/log"], "cannot write /nowhere/log"),
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1:8000"),
        (["--nonsense"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(arguments, says, tmp_path):
    done = chatbot("serve", *arguments, CHATBOT_STORE=str(tmp_path / "store"))
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_content_that_cannot_be_used_ends_as_everywhere(tmp_path):
    done = chatbot("serve", "--content", str(tmp_path))
    assert done.returncode == 4
    assert "no content here" in done.stderr


@pytest.mark.parametrize(
    ("missing", "extra", "store"), [("litestar", "web", "file"), ("redis", "redis", "redis://localhost")]
)
def test_without_the_extra_one_line_says_what_to_install(tmp_path, missing, extra, store):
    (tmp_path / "sitecustomize.py").write_text(NOT_INSTALLED.format(missing), encoding="utf-8")
    done = chatbot("serve", "--store", store, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert f"pip install 'dosing-chatbot[{extra}]'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("store", ["/proc/nowhere/store", "redis://127.0.0.1:1/0"])
def test_a_store_that_cannot_be_used_is_said_in_one_line(store):
    done = chatbot("serve", "--store", store)
    assert done.returncode == 1
    assert "conversations cannot be kept" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_review_log_is_grouped_on_standard_output(tmp_path):
    row = {
        "question": "dose of \x1b[2Jxyz",
        "outcome": "refuse",
        "reason": "other_drug",
        "helpful": None,
        "missed": ["word: xyz"],
    }
    (tmp_path / "log").write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = chatbot("review", str(tmp_path / "log"))
    assert done.returncode == 0
    assert "    1  word: xyz\n         dose of  [2Jxyz" in done.stdout


def test_help_names_every_option_and_no_secret():
    done = chatbot("serve", "--help")
    assert done.returncode == 0
    assert "--allow-origin" in done.stdout
    assert "--api-key" not in done.stdout
    assert "CHATBOT_API_KEY" in done.stdout
