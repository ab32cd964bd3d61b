"""What stands before every route, each refusal in every channel's shape."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import openai
import pytest

from chatbot.web.guards.proxy import Proxy
from chatbot.web.guards.rate_limit import _network
from chatbot.web.settings import network

from .conftest import Running, running

DESK = "https://desk.example.org"
KEY = "a-key"
KEYED = {"Authorization": f"Bearer {KEY}"}
CALLS = {
    "native": ("/api/ask", {"question": "max dose elderly"}),
    "rasa": ("/webhooks/rest/webhook", {"message": "max dose elderly"}),
    "openai": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "max dose elderly"}]}),
}
SHAPES = {
    "native": lambda told: set(told) == {"error", "text", "message"},
    "rasa": lambda told: isinstance(told, list) and set(told[0]) == {"recipient_id", "text"},
    "openai": lambda told: set(told) == {"error"} and set(told["error"]) == {"message", "type", "param", "code"},
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[Running]:
    """A service with every guard on; each client named by the proxy has a rate limit of its own."""
    folder = tmp_path_factory.mktemp("guarded")
    with running(
        "--workers", "2", "--store", str(folder / "store"), "--allow-origin", DESK, "--trusted-proxy", "127.0.0.0/8",
        "--rate-limit", "6", "--access-log", "--review-log", str(folder / "review"), CHATBOT_API_KEY=KEY,
    ) as service:  # fmt: skip
        service.review_log = folder / "review"
        yield service


def post(service, channel, *, client, headers=None, content=None):
    path, body = CALLS[channel]
    headers = KEYED | {"X-Forwarded-For": client, "Origin": DESK} | (headers or {})
    return service.client.post(path, **({"content": content} if content else {"json": body}), headers=headers)


@pytest.mark.parametrize("channel", CALLS)
def test_who_calls_too_often_waits_whichever_worker_answers(guarded, channel):
    client = f"10.0.0.{list(CALLS).index(channel)}"
    responses = [post(guarded, channel, client=client) for _ in range(9)]
    assert [response.status_code for response in responses] == [200] * 6 + [429] * 3
    assert 1 <= int(responses[-1].headers["retry-after"]) <= 10
    assert SHAPES[channel](responses[-1].json())
    assert responses[-1].headers["access-control-allow-origin"] == DESK, "the page may read why"
    assert responses[-1].headers["access-control-expose-headers"] == "Retry-After"
    assert post(guarded, channel, client=f"10.0.1.{client[-1]}").status_code == 200, "another client is another"


def test_what_watches_the_service_is_not_limited_and_needs_no_key(guarded):
    for _ in range(10):
        assert guarded.client.get("/healthz").status_code == 200
        assert guarded.client.get("/readyz").json()["status"] == "ready"


@pytest.mark.parametrize("channel", CALLS)
@pytest.mark.parametrize("brought", ["", "Bearer no", f"Basic {KEY}"])
def test_without_the_key_there_is_no_answer(guarded, channel, brought):
    response = post(guarded, channel, client=f"10.1.{len(brought)}.{len(channel)}", headers={"Authorization": brought})
    assert response.status_code == 401
    assert SHAPES[channel](response.json())
    assert response.headers["access-control-allow-origin"] == DESK


@pytest.mark.parametrize("path", ["/metrics", "/api/sources", "/schema/openapi.json", "/v1/models", "/nothing"])
def test_nothing_else_is_open(guarded, path):
    assert guarded.client.get(path, headers={"X-Forwarded-For": f"10.2.0.{len(path)}"}).status_code == 401


def test_the_key_may_come_in_a_header_of_its_own(guarded):
    response = post(guarded, "native", client="10.3.0.1", headers={"Authorization": "", "X-API-Key": KEY})
    assert response.status_code == 200


def test_openais_client_brings_the_key_and_is_told_of_a_wrong_one(guarded):
    for key, client in ((KEY, "10.4.0.1"), ("wrong", "10.4.0.2")):
        named = {"X-Forwarded-For": client}
        with openai.OpenAI(base_url=f"{guarded.url}/v1", api_key=key, max_retries=0, default_headers=named) as caller:
            if key == KEY:
                assert caller.models.list().data
            else:
                with pytest.raises(openai.AuthenticationError):
                    caller.models.list()


def test_a_preflight_of_an_allowed_page_is_answered_without_key_or_limit(guarded):
    asked = {"Origin": DESK, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path, _ in CALLS.values():
        response = guarded.client.options(path, headers=asked)
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == DESK
        assert "POST" in response.headers["access-control-allow-methods"]
        assert "Authorization" in response.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{DESK}.evil.example", "http://desk.example.org", f"{DESK}:8443"]
)
def test_a_page_that_is_not_allowed_gets_no_leave(guarded, origin):
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = guarded.client.options("/api/ask", headers=asked)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    response = post(guarded, "native", client=f"10.5.0.{len(origin)}", headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("channel", CALLS)
@pytest.mark.parametrize("size", [300_000, 1_000_000, 5_000_000])
def test_a_body_that_is_too_large_is_refused_in_the_channels_shape(guarded, channel, size):
    response = post(guarded, channel, client=f"10.6.{size % 251}.{len(channel)}", content=b"x" * size)
    assert response.status_code == 413
    assert SHAPES[channel](response.json())
    assert response.headers["access-control-allow-origin"] == DESK


def test_a_body_that_does_not_say_its_size_is_measured(guarded):
    pieces = (b"x" * 1000 for _ in range(100))
    path, _ = CALLS["native"]
    assert guarded.client.post(path, content=pieces, headers=KEYED).status_code == 413


def test_a_body_just_within_the_limit_is_read(service):
    question = "max dose elderly" + " " * (16 * 1024 - len('{"question":"max dose elderly"}'))
    body = f'{{"question":"{question}"}}'
    assert len(body) == 16 * 1024
    assert service.client.post("/api/ask", content=body).status_code == 200
    assert service.client.post("/api/ask", content=body + " ").status_code == 413


def test_every_response_bears_the_headers_and_sets_no_cookie(guarded):
    responses = [
        guarded.client.get("/healthz"), guarded.client.get("/nothing"), post(guarded, "native", client="10.7.0.1"),
        post(guarded, "openai", client="10.7.0.2", headers={"Authorization": ""}),
    ]  # fmt: skip
    for response in responses:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert not {"set-cookie", "server"} & set(response.headers)


def test_the_access_log_holds_no_query_no_words_no_client(guarded):
    before = len(guarded.lines)
    name = "zebedee-secret"
    headers = KEYED | {"X-Forwarded-For": "203.0.113.77", "X-Name": name}
    guarded.client.post(f"/api/ask?q={name}", json={"question": name, "conversation": name}, headers=headers)
    guarded.client.get(f"/{name}", headers=headers)
    assert "POST /api/ask 200" in guarded.wait_for("POST /api/ask", after=before)
    assert "GET other 404" in guarded.wait_for("GET other", after=before)
    written = "".join(guarded.lines)
    assert name not in written
    assert "203.0.113" not in written


def test_what_is_no_http_is_refused_and_the_service_goes_on(service):
    where = urlsplit(service.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=5)
    connection.connect()
    connection.sock.sendall(b"\x16\x03\x01 no http at all\r\n\r\n")
    assert b"400" in connection.sock.recv(200)
    connection.close()
    assert service.client.get("/healthz").status_code == 200


def test_the_review_log_keeps_what_it_should_on_every_channel(guarded):
    def call(path: str, body: dict) -> dict:
        call.count += 1
        return guarded.client.post(path, json=body, headers=KEYED | {"X-Forwarded-For": f"10.8.0.{call.count}"}).json()

    call.count = 0
    for question in ("max dose elderly", "dose of gabapentin", "Mr Smith: dose of gabapentin", "MRN 4471 pregnant"):
        call("/api/ask", {"question": question})
    call("/webhooks/rest/webhook", {"message": "baclofen in pregnancy"})
    call("/v1/chat/completions", {"messages": [{"role": "user", "content": "dose of digoxin"}]})
    down = {"helpful": False, "question": "how is it titrated?", "conversation": "any"}
    assert call("/api/feedback", down) == {"kept": True}
    assert call("/api/feedback", down | {"helpful": True}) == {"kept": False}
    assert call("/api/feedback", down | {"question": "Mr Smith: how is it titrated?"}) == {"kept": False}
    rows = [json.loads(line)["question"] for line in guarded.review_log.read_text(encoding="utf-8").splitlines()]
    assert rows[-4:] == ["dose of gabapentin", "baclofen in pregnancy", "dose of digoxin", "how is it titrated?"]
    assert not any("Smith" in row or "4471" in row for row in rows)


# ------------------------------------------------------------------------------------------------ proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, 10.0.0.9", "203.0.113.5"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_for_whom_it_asks(peer, forwarded, client):
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["client"][0])

    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    run = Proxy(app, (network("10.0.0.0/8"),))(scope, None, None)
    with pytest.raises(StopIteration):
        run.send(None)
    assert seen == [client]


def test_all_addresses_of_one_network_of_ipv6_are_one_client():
    assert _network("2001:db8:1:2::1") == _network("2001:db8:1:2:ffff::9")
    assert _network("2001:db8:1:2::1") != _network("2001:db8:1:3::1")
    assert _network("::ffff:192.0.2.1") == _network("192.0.2.1") != _network("192.0.2.2")
