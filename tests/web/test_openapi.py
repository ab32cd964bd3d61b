"""The OpenAPI document, and the service held to it by requests that are made up from it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

CALLS = [
    ("post", "/api/ask"), ("post", "/api/explain"), ("post", "/api/feedback"), ("get", "/api/sources"),
    ("get", "/webhooks/rest"), ("post", "/webhooks/rest/webhook"), ("get", "/v1/models"),
    ("post", "/v1/chat/completions"),
]  # fmt: skip


@pytest.fixture(scope="module")
def document(service):
    return service.client.get("/schema/openapi.json").json()


@pytest.fixture(scope="module")
def schema(service):
    return schemathesis.openapi.from_url(f"{service.url}/schema/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_what_the_document_says_is_what_the_service_does(schema, method, path, mode):
    call = schema[path][method]
    if mode is GenerationMode.NEGATIVE and method == "get":
        pytest.skip("a call that takes nothing cannot be given anything wrong")

    @given(call.as_strategy(generation_mode=mode))
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    def holds(case):
        case.call_and_validate()

    holds()


def test_the_document_names_every_call_and_nothing_that_is_only_for_machines(document):
    assert {(method, path) for path, calls in document["paths"].items() for method in calls} == set(CALLS)


def test_every_call_tells_its_problems_in_its_channels_shape(document):
    shapes = {"/api": "NativeProblem", "/v1": "OpenaiProblem"}
    for path, calls in document["paths"].items():
        for call in calls.values():
            told = str(call["responses"]["429"]["content"])
            expected = next((shape for prefix, shape in shapes.items() if path.startswith(prefix)), "Bubble")
            assert expected in told, path
