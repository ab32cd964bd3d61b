"""A widget of others, unmodified, on a page of another origin: deep-chat speaks to us as to OpenAI."""

from __future__ import annotations

import pytest

PAGE = """<!doctype html><meta charset="utf-8"><title>deep-chat</title>
<script type="module" src="/deep-chat.js"></script><deep-chat></deep-chat>"""
# deep-chat asks its reader for a key unless the page names one; the service asks for none.
SET_UP = """([url, stream]) => {
    const chat = document.querySelector('deep-chat');
    chat.directConnection = {openAI: {key: 'none', completions: {model: 'dosing-chatbot'}}};
    chat.connect = {url, stream};
}"""


@pytest.fixture(params=[False, True], ids=["plain", "streamed"])
def deep_chat(request, contexts, service, pages, deep_chat_source):
    pages.put("/deep-chat.js", deep_chat_source, kind="text/javascript; charset=utf-8")
    page = contexts().new_page()
    page.goto(pages.put("/deep-chat", PAGE))
    page.evaluate("customElements.whenDefined('deep-chat')")
    page.evaluate(SET_UP, [f"{service}/v1/chat/completions", request.param])
    yield page
    page.close()


def test_deep_chat_shows_the_whole_answer_and_a_follow_up(deep_chat):
    box = deep_chat.locator("#text-input")
    box.click()
    deep_chat.keyboard.type("max dose elderly")
    deep_chat.keyboard.press("Enter")
    answers = deep_chat.locator(".ai-message-text")
    answers.filter(has_text="No liability is accepted.").first.wait_for()
    assert "**" not in answers.first.inner_text()
    assert "30 to 40 mg per day" in answers.first.inner_text(), "deep-chat turns no-break spaces into plain ones"
    box.click()
    deep_chat.keyboard.type("starting dose?")
    deep_chat.keyboard.press("Enter")
    answers.nth(1).filter(has_text="No liability is accepted.").wait_for()
    assert "older adults" in answers.nth(1).inner_text()
    assert deep_chat.locator(".error-message-text").count() == 0
