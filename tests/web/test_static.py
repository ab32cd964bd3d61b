"""The widget's addresses, with a file of the tests' own in its place."""

from __future__ import annotations

import base64
import gzip
import hashlib

import httpx
import pytest
from prometheus_client import CollectorRegistry

from chatbot.web.app import create_app
from chatbot.web.settings import Settings

SCRIPT = b"customElements.define('dosing-chat', class extends HTMLElement {});\n"


@pytest.fixture
def get(bot, tmp_path):
    (tmp_path / "widget.js").write_bytes(SCRIPT)
    app = create_app(
        Settings(store=str(tmp_path / "s"), api_key="k"), bot, registry=CollectorRegistry(), widget=tmp_path
    )

    def get(path: str, **headers: str) -> httpx.Response:
        async def call():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path, headers={"accept-encoding": "identity"} | headers)

        import asyncio

        return asyncio.run(call())

    return get


def test_any_page_may_load_the_widget_and_hold_it_to_its_hash(get):
    response = get("/widget.js", origin="https://anywhere.example")
    assert response.content == SCRIPT
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "public, no-cache"
    digest = base64.b64encode(hashlib.sha384(SCRIPT).digest()).decode()
    assert get("/widget.json").json()["integrity"] == f"sha384-{digest}"


def test_the_same_file_is_not_sent_twice(get):
    tag = get("/widget.js").headers["etag"]
    response = get("/widget.js", **{"if-none-match": tag})
    assert response.status_code == 304
    assert response.content == b""
    assert get("/widget.js", **{"if-none-match": '"other"'}).status_code == 200


def test_the_address_with_the_hash_is_kept_for_ever(get):
    source = get("/widget.json").json()["src"]
    response = get(source)
    assert response.content == SCRIPT
    assert "immutable" in response.headers["cache-control"]
    assert get("/widget/0123456789abcdef/widget.js").status_code == 404


def test_it_is_sent_packed_to_who_unpacks(get):
    response = get("/widget.js", **{"accept-encoding": "gzip, br"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == SCRIPT
    assert response.headers["vary"] == "Accept-Encoding"
    assert int(response.headers["content-length"]) == len(gzip.compress(SCRIPT, mtime=0))
    assert response.headers["etag"] != get("/widget.js").headers["etag"]


def test_a_service_without_the_widget_says_that_it_is_not_there(bot, tmp_path):
    app = create_app(Settings(store=str(tmp_path / "s")), bot, registry=CollectorRegistry(), widget=tmp_path)

    async def call():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get("/widget.js")

    import asyncio

    assert asyncio.run(call()).status_code == 404
