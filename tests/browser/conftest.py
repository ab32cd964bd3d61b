"""A real browser, on a page of one origin that embeds the widget of a service on another."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chat import BUILD, ROOT, Chat

AXE, DEEP_CHAT = "axe-core@4.14.1", "deep-chat@2.4.2"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 5_000
STARTED_IN = 30  # seconds
# Beyond what embedding asks for: no page's rules may be stricter than what the widget keeps.
STRICTER = "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Help desk</title>
<script src="{service}{address}" defer {script}></script>
</head>
<body><main><h1>Help desk</h1>{body}</main></body>
</html>"""


@pytest.fixture(scope="package")
def browser():
    """Chromium, once for all tests of this package."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (on Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Pages(http.server.ThreadingHTTPServer):
    """Serves whatever a test puts into `bodies`, each path with its own Content-Security-Policy."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.bodies: dict[str, tuple[str, str, bytes]] = {}
        self.origin = f"http://127.0.0.1:{self.server_port}"

    def put(self, path: str, body: str | bytes, *, policy: str = "", kind: str = "text/html; charset=utf-8") -> str:
        self.bodies[path] = (kind, policy, body.encode() if isinstance(body, str) else body)
        return self.origin + path


class PageHandler(http.server.BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        kind, policy, body = self.server.bodies.get(self.path, ("", "", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="package")
def pages() -> Iterator[Pages]:
    with Pages() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="package")
def service(pages, tmp_path_factory) -> Iterator[str]:
    """`chatbot serve`, as people start it, for pages of the other origin alone; its address."""
    pytest.importorskip("litestar", reason="the extra [web] is not installed")
    folder = tmp_path_factory.mktemp("service")
    said = folder / "said"
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0", "--rate-limit", "0"]
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--store", str(folder / "talks.sqlite"), "--allow-origin", pages.origin], stderr=log, cwd=ROOT
        )
    try:
        yield _address(process, said)
    finally:
        process.terminate()
        process.wait(STARTED_IN)


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    """The address that a starting service says it listens on."""
    for _ in range(STARTED_IN * 20):
        found = re.search(r"listening on (http://\S+)", said.read_text(encoding="utf-8"))
        if found:
            return found[1]
        assert process.poll() is None, said.read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError(f"the service did not start within {STARTED_IN} s: {said.read_text(encoding='utf-8')}")


# ------------------------------------------------------------------------------------------------ pages with the widget


@pytest.fixture(scope="package")
def contexts(browser) -> Callable[..., Any]:
    """Browser contexts by their options. Each page of one is a tab of its own, with a sessionStorage of its own."""
    made: dict[str, Any] = {}

    def context_with(**options: Any) -> Any:
        key = json.dumps(options, sort_keys=True)
        if key not in made:
            made[key] = browser.new_context(**options)
            made[key].set_default_timeout(WAIT_MS)
        return made[key]

    return context_with


@pytest.fixture
def visit(contexts, service, pages) -> Iterator[Callable[..., Chat]]:
    """Opens a page under a strict policy; in the end no console of any may have complained of anything unexpected."""
    visits: list[tuple[Chat, str]] = []

    def open_page(
        body: str = "<dosing-chat></dosing-chat>",
        *,
        address: str = "/widget.js",
        script: str = "",
        complains: str = "",
        **options: Any,
    ) -> Chat:
        """A page with the widget.

        body: of the page's main part; address: of the script; script: its other attributes; complains: what the console
        may say; options: of the browser's context.
        """
        policy = f"default-src 'none'; script-src {service}; connect-src {service}; {STRICTER}"
        page = pages.put("/", PAGE.format(service=service, address=address, script=script, body=body), policy=policy)
        chat = Chat(
            contexts(**{"viewport": {"width": 900, "height": 720}, "reduced_motion": "reduce"} | options).new_page()
        )
        visits.append((chat, complains))
        chat.page.goto(page)
        return chat

    yield open_page
    for chat, _ in visits:
        chat.page.context.set_offline(False)
        chat.page.close()
    for chat, complains in visits:
        assert [said for said in chat.complaints if not (complains and complains in said)] == []


# ------------------------------------------------------------------------------------------------ others' packages


@functools.cache
def packed(name: str) -> Path:
    """The archive of an npm package, fetched once into build/; the test is skipped where that is not possible."""
    npm = shutil.which("npm")
    archive = BUILD / "npm" / (name.replace("@", "-") + ".tgz")
    if archive.exists():
        return archive
    if not npm:
        pytest.skip(f"{name} is not here, and npm, which fetches it, is not installed")
    archive.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "pack", "--silent", name], cwd=archive.parent, capture_output=True, text=True, check=False, timeout=120
    )
    if not archive.exists():
        pytest.skip(f"npm could not fetch {name}: {done.stderr.strip()[:200]}")
    return archive


def member(archive: Path, name: str) -> str:
    with tarfile.open(archive) as files:
        found = files.extractfile(name)
        assert found, f"{archive} holds no {name}"
        return found.read().decode()


@pytest.fixture(scope="package")
def axe_source() -> str:
    return member(packed(AXE), "package/axe.min.js")


@pytest.fixture(scope="package")
def deep_chat_source() -> str:
    return member(packed(DEEP_CHAT), "package/dist/deepChat.bundle.js")
