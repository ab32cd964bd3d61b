"""Rasa's REST channel, over the wire."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

WEBHOOK = "/webhooks/rest/webhook"


def send(service, message: str, sender: str | None = None) -> list[dict]:
    body = {"message": message} | ({"sender": sender} if sender else {})
    # As Rasa's own widget sends it.
    response = service.client.post(WEBHOOK, content=json.dumps(body), headers={"Content-Type": "text/plain"})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_reply_is_one_bubble_with_whole_questions_as_buttons(service, bot):
    expected = bot.ask("max dose elderly")
    assert send(service, "max dose elderly", "s1") == [
        {
            "recipient_id": "s1",
            "text": expected.text,
            "buttons": [{"title": question, "payload": question} for question in expected.suggestions],
        }
    ]


def test_a_sender_has_a_memory(service):
    sender = str(uuid4())
    send(service, "max dose elderly", sender)
    assert "older adults" in send(service, "and the starting dose?", sender)[0]["text"].splitlines()[0]


@pytest.mark.parametrize("sender", [None, "default"])
def test_nobody_has_none(service, bot, sender):
    send(service, "max dose elderly", sender)
    [bubble] = send(service, "starting dose?", sender)
    assert bubble["text"] == bot.ask("starting dose?").text
    assert bubble["recipient_id"] == "default"


def test_a_sender_of_rasa_is_not_a_session_of_n8n(service, bot):
    name = str(uuid4())
    send(service, "max dose elderly", name)
    body = {"action": "sendMessage", "sessionId": name, "chatInput": "starting dose?"}
    assert service.client.post("/api/ask", json=body).json()["text"] == bot.ask("starting dose?").text


def test_restart_forgets_and_what_front_ends_send_by_themselves_is_not_answered(service, bot):
    sender = str(uuid4())
    send(service, "max dose elderly", sender)
    assert send(service, "/restart", sender) == []
    assert send(service, "/session_start", sender) == []
    assert send(service, "starting dose?", sender)[0]["text"] == bot.ask("starting dose?").text


def test_a_notice_is_a_bubble_of_its_own_and_the_answer_stays_what_it_is(service, bot):
    question = "John Smith, MRN 4471: max dose?"
    notice, answer = send(service, question)
    assert "leave out names" in notice["text"]
    assert answer["text"] == bot.ask(question).text


def test_the_channel_says_that_it_is_there(service):
    assert service.client.get("/webhooks/rest/").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"message": 1}', b'{"message": "hi", "sender": {}}', b"x" * 20_000]
)
def test_errors_are_arrays_too(service, body):
    response = service.client.post(WEBHOOK, content=body)
    assert response.status_code in (400, 413)
    [bubble] = response.json()
    assert set(bubble) == {"recipient_id", "text"}


def test_an_address_that_is_not_there_is_told_as_an_array(service):
    response = service.client.get("/webhooks/rest/nothing")
    assert response.status_code == 404
    assert isinstance(response.json(), list)
