"""The widget as a part of somebody else's page."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request

from tests.browser.chat import ROOT, Chat

SOURCE = ROOT / "chatbot" / "web" / "widget" / "widget.js"
MOST_BYTES = 15_000


def test_the_widget_weighs_little_as_it_is_served(service):
    with urllib.request.urlopen(f"{service}/widget.js") as served:  # noqa: S310 - our own service
        assert len(gzip.compress(served.read(), 9)) <= MOST_BYTES


def test_a_page_may_hold_the_widget_to_its_bytes(visit, service):
    with urllib.request.urlopen(f"{service}/widget.json") as served:  # noqa: S310 - our own service
        pinned = json.load(served)
    script = f'integrity="{pinned["integrity"]}" crossorigin="anonymous"'
    answer = visit(address=pinned["src"], script=script).ask("max dose elderly")
    assert "30 to 40" in answer.inner_text(), "the service is found above the address that names the bytes"


def test_the_example_is_a_page_that_works(contexts, service, pages):
    example = (ROOT / "examples" / "embed.html").read_text(encoding="utf-8")
    assert "No API key belongs in a page" in example
    chat = Chat(contexts().new_page())
    chat.page.goto(pages.put("/embed.html", example.replace("http://127.0.0.1:8000", service)))
    assert "30 to 40" in chat.ask("max dose elderly").inner_text()
    chat.page.close()


def test_nothing_is_ever_parsed_as_html():
    source = SOURCE.read_text(encoding="utf-8")
    assert not re.search(r"(inner|outer)HTML|insertAdjacent|document\.write|\beval\b|new Function|\.style\b", source)


def test_a_page_without_the_element_gets_a_launcher(visit):
    chat = visit("", script='data-text-open="Ask us" data-theme="dark"')
    assert chat.widget.get_attribute("theme") == "dark"
    chat.button("Ask us").click()
    assert chat.widget.get_by_role("dialog", name="Dosing questions").is_visible()
    chat.button("Close").click()
    assert not chat.widget.get_by_role("dialog").is_visible()


def test_the_launcher_can_be_switched_off(visit):
    chat = visit("", script='data-launcher="off"')
    assert chat.page.evaluate("customElements.get('dosing-chat') !== undefined")
    assert chat.page.locator("dosing-chat").count() == 0


def test_two_on_one_page_keep_apart_also_over_a_reload(visit):
    chat = visit("<dosing-chat></dosing-chat><dosing-chat></dosing-chat>", viewport={"width": 900, "height": 1600})
    second = Chat(chat.page, nth=1)
    chat.ask("max dose elderly")
    second.ask("max dose in children")
    chat.page.reload()
    assert chat.questions.locator("p").all_inner_texts() == ["max dose elderly"]
    assert second.questions.locator("p").all_inner_texts() == ["max dose in children"]
    assert "older adults" in chat.ask("starting dose?").locator(".understood").inner_text()
    assert "children" in second.ask("starting dose?").locator(".understood").inner_text()


def test_the_page_names_another_service_where_it_wants(visit, service):
    chat = visit(f'<dosing-chat server="{service}/elsewhere"></dosing-chat>', complains="404")
    with chat.page.expect_request("**/elsewhere/api/ask"):
        chat.box.fill("max dose elderly")
        chat.box.press("Enter")


def test_no_cookie_no_referrer_and_no_other_host(visit, service, pages):
    chat = visit()
    requests = []
    chat.page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks the function
    chat.page.reload()
    chat.ask("max dose elderly")
    assert {re.match(r"https?://[^/]+", request.url)[0] for request in requests} <= {service, pages.origin}
    asked = next(request for request in requests if request.url.endswith("/api/ask") and request.method == "POST")
    assert "cookie" not in asked.all_headers()
    assert "referer" not in asked.all_headers()
    assert chat.page.context.cookies() == []


def test_a_page_sets_colours_by_custom_properties(visit):
    chat = visit()
    chat.widget.evaluate("element => element.style.setProperty('--dosing-chat-accent', 'rgb(90, 20, 120)')")
    send = chat.button("Send")
    assert send.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(90, 20, 120)"


def words():
    """Every word of the widget with its default, as its source has them."""
    table = re.search(r"const WORDS = \{(.*?)\n  \};", SOURCE.read_text(encoding="utf-8"), re.DOTALL)[1]
    return dict(re.findall(r'"?([\w-]+)"?:\s*"(.*)"', table))


def test_every_word_can_be_said_otherwise_and_is_documented():
    documented = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    missing = [
        name
        for name, default in words().items()
        if f"| `text-{name.replace('_', '-')}` | {default.replace('|', chr(92) + '|')} |" not in documented
    ]
    assert len(words()) > 40
    assert missing == []


def test_words_are_taken_from_attributes(visit):
    chat = visit('<dosing-chat text-title="Dosisfragen" text-box="Ihre Frage" text-patient="Patient/in: {who}" '
                 'text-elderly="ältere Erwachsene"></dosing-chat>')  # fmt: skip
    assert chat.widget.get_by_role("region", name="Dosisfragen").is_visible()
    assert chat.widget.get_by_role("textbox", name="Ihre Frage").is_visible()
    chat.ask("max dose elderly")
    assert chat.widget.get_by_text("Patient/in: ältere Erwachsene").is_visible()


def test_the_methods_are_there_for_the_page(visit):
    chat = visit("")
    chat.widget.evaluate("element => { element.open(); return element.ask('max dose elderly'); }")
    assert "30 to 40" in chat.answer_to("max dose elderly").inner_text()
