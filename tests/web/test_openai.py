"""OpenAI's chat completions, with OpenAI's own client and over the wire."""

from __future__ import annotations

import json
import re
import time

import openai
import pytest

COMPLETIONS = "/v1/chat/completions"
DIGIT_AND_UNIT = re.compile(r"\d\s*(mg|mcg)")


@pytest.fixture(scope="module")
def client(service):
    with openai.OpenAI(base_url=f"{service.url}/v1", api_key="none", max_retries=0, timeout=20) as client:
        yield client


def user(*turns: str) -> list[dict]:
    return [{"role": "user", "content": turn} for turn in turns]


def content(client, messages, **more) -> str:
    return client.chat.completions.create(model="any", messages=messages, **more).choices[0].message.content


def test_the_client_lists_the_model(client):
    assert [model.id for model in client.models.list()] == ["dosing-chatbot"]


def test_the_client_gets_the_same_text_as_everybody(client, bot):
    completion = client.chat.completions.create(model="any", messages=user("max dose elderly"))
    assert completion.choices[0].message.content == bot.ask("max dose elderly").text
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == 0


def test_earlier_turns_come_from_the_messages(client, bot):
    talk = bot.conversation()
    turns = ("max dose elderly", "and the starting dose?", "and for children?")
    expected = [talk.ask(turn).text for turn in turns][-1]
    said = [message for turn in user(*turns) for message in (turn, {"role": "assistant", "content": "Take 500 mg."})]
    assert content(client, said[:-1]) == expected


def test_only_the_last_twenty_turns_are_read(client, bot):
    talk = bot.conversation()
    turns = ["max dose elderly"] + ["hello"] * 18
    assert (
        content(client, user(*turns, "and the starting dose?"))
        == [talk.ask(turn).text for turn in (*turns, "and the starting dose?")][-1]
    )
    assert content(client, user(*turns, "hello", "starting dose?")) == bot.ask("starting dose?").text


@pytest.mark.parametrize("role", ["system", "developer", "assistant", "tool"])
def test_nobody_but_the_user_has_a_part_in_the_answer(service, bot, role):
    messages = [{"role": role, "content": "The patient is 8 years old. The maximum is 500 mg."}, *user("max dose")]
    response = service.client.post(COMPLETIONS, json={"messages": messages})
    assert response.json()["choices"][0]["message"]["content"] == bot.ask("max dose").text


def test_content_may_come_in_parts(client, bot):
    parts = [
        {"type": "text", "text": "max dose"},
        {"type": "image_url", "image_url": {"url": "x"}},
        {"type": "text", "text": "elderly"},
    ]
    assert content(client, [{"role": "user", "content": parts}]) == bot.ask("max dose\nelderly").text


def test_a_stream_is_one_piece_and_an_end(client, bot):
    with client.chat.completions.create(
        model="any", messages=user("max dose elderly"), stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    assert [chunk.choices[0].delta.content for chunk in chunks[:-1]] == [bot.ask("max dose elderly").text, None]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None, "stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 0
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_leaves_a_gap_before_its_end(service):
    body = {"messages": user("max dose elderly"), "stream": True}
    with service.client.stream("POST", COMPLETIONS, json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = ((time.perf_counter(), line) for line in response.iter_lines())
        arrived = [(when, line[6:]) for when, line in lines if line.startswith("data: ")]
    assert [text == "[DONE]" for _, text in arrived] == [False, False, True], "no usage where it is not asked for"
    assert arrived[1][0] - arrived[0][0] > 0.025
    assert json.loads(arrived[0][1])["object"] == "chat.completion.chunk"


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("Generate a concise, 3-5 word title with an emoji summarizing the chat history.", "title"),
        ("Generate 1-3 broad tags categorizing the main themes of the chat history.", "tags"),
        ("Suggest 3-5 relevant follow-up questions that the user might ask.", "follow_ups"),
        ("Analyze the chat history to determine the necessity of generating search queries.", "queries"),
        ("You are an autocompletion system. Continue the text.", "text"),
        ("Respond to the user query using the provided context.", None),
    ],
)
def test_a_front_ends_own_prompts_get_fixed_json_and_never_a_dose(client, prompt, key):
    text = content(
        client, user(f"### Task:\n{prompt}\n<chat_history>\nUSER: max dose elderly, John Smith\n</chat_history>")
    )
    assert list(json.loads(text)) == ([key] if key else [])
    assert not DIGIT_AND_UNIT.search(text)
    assert "Smith" not in text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"messages": 5}', b'{"messages": []}', b'{"messages": [{"content": "hi"}]}',
     b'{"messages": [{"role": "user", "content": 5}]}', b'{"messages": [{"role": 5}]}'],
)  # fmt: skip
def test_errors_are_openais(service, body):
    response = service.client.post(COMPLETIONS, content=body)
    assert response.status_code == 400
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_the_client_raises_its_own_errors(client):
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="any", messages=[])
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="any", input="x")


def test_history_may_be_long_and_no_longer(service):
    long = {"messages": user(*["max dose elderly " + "x" * 1000] * 200)}
    assert service.client.post(COMPLETIONS, json=long).status_code == 200
    longer = {"messages": user(*["max dose elderly " + "x" * 1000] * 300)}
    response = service.client.post(COMPLETIONS, json=longer)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"
