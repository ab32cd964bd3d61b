"""What a reader does with the widget, and what it does in return."""

from __future__ import annotations

import json
import re

import pytest

NBSP = "\u00a0"
ASK, FEEDBACK = "**/api/ask", "**/api/feedback"
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def has_focus(locator):
    return locator.evaluate("element => element.getRootNode().activeElement === element")


def wait_for_text(locator, text):
    locator.filter(has_text=text).wait_for()


# ------------------------------------------------------------------------------------------------ answers


def test_a_question_is_answered_with_what_was_understood_and_the_figure_in_bold(visit):
    chat = visit()
    answer = chat.ask("max dose elderly")
    assert answer.locator(".understood").inner_text() == "Maximum dose · by mouth · older adults (route assumed)"
    assert answer.locator("strong").all_text_contents() == [f"30 to 40{NBSP}mg per day"]
    assert chat.box.input_value() == ""
    assert has_focus(chat.box)


def test_the_references_unfold(visit):
    answer = visit().ask("max dose elderly")
    reference = answer.get_by_text("Guideline Directed Topic Overview")
    assert not reference.is_visible()
    answer.get_by_text("References (1)").click()
    assert reference.is_visible()
    assert answer.get_by_text("pending human review").is_visible()


def test_what_the_service_says_beside_an_answer_stands_above_it(visit):
    answer = visit().ask("John Smith dob 1/2/1950 max dose elderly?")
    assert answer.get_by_text("Please leave out names, dates of birth and record numbers").is_visible()
    assert "older adults" in answer.locator(".understood").inner_text()


def test_the_disclaimer_is_always_in_sight_and_said_once(visit):
    chat = visit()
    assert chat.widget.get_by_text("For healthcare professionals").is_visible()
    chat.ask("max dose elderly")
    chat.ask("titrate to 60 mg per day")
    disclaimer = chat.widget.get_by_text("No liability is accepted")
    assert disclaimer.count() == 1
    assert disclaimer.is_visible()


def test_a_follow_up_leans_on_the_patient_whom_the_chip_shows(visit):
    chat = visit()
    chat.ask("max dose elderly")
    assert chat.widget.get_by_text("Patient: older adults").is_visible()
    assert "older adults" in chat.ask("starting dose?").locator(".understood").inner_text()


def test_new_patient_drops_the_patient(visit):
    chat = visit()
    chat.ask("max dose elderly")
    chat.button("New patient").click()
    chat.answer_to("new patient")
    assert chat.widget.get_by_text("Patient:").count() == 0
    assert "population assumed" in chat.ask("starting dose?").locator(".understood").inner_text().replace("and ", "")
    assert chat.widget.get_by_text("Patient:").count() == 0, "an assumed population is nobody's"


def test_a_quick_reply_asks_its_question_and_leaves_the_reader_in_the_box(visit):
    chat = visit()
    chat.ask("max dose elderly")
    chat.button("What is the starting dose by mouth in older adults?").click()
    answer = chat.answer_to("What is the starting dose")
    assert "Starting dose" in answer.locator(".understood").inner_text()
    assert has_focus(chat.box)


def test_choices_are_numbered_and_answered_by_button_or_by_number(visit):
    chat = visit()
    choices = chat.ask("baclofen").get_by_role("listitem")
    assert choices.count() == 4
    choices.nth(2).get_by_role("button").click()
    assert "Maximum dose" in chat.answer_to("What is the maximum dose").locator(".understood").inner_text()
    chat.button("Clear the conversation").click()
    chat.ask("baclofen")
    assert "Titration" in chat.ask("2").locator(".understood").inner_text()


def test_a_schedule_is_a_table_and_a_chart_that_says_what_it_shows(visit):
    answer = visit().ask("titrate to 60 mg per day")
    rows = answer.get_by_role("table").get_by_role("row").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["Day", "Dose", "Times per day", "Daily dose"],
        ["1 to 3", f"5{NBSP}mg", "3", f"15{NBSP}mg"],
        ["4 to 6", f"10{NBSP}mg", "3", f"30{NBSP}mg"],
        ["7 to 9", f"15{NBSP}mg", "3", f"45{NBSP}mg"],
        ["10 on", f"20{NBSP}mg", "3", f"60{NBSP}mg"],
    ]
    assert answer.get_by_text("Days 1 to 3").count() == 0, "the table stands in place of the list"
    described = answer.get_by_role("img").get_attribute("aria-label")
    assert described.startswith(f"Daily dose by day. Day 1 to 3: 15{NBSP}mg per day; ")
    assert described.endswith(f"Day 10 on: 60{NBSP}mg per day.")


def test_the_days_of_a_taper_with_the_same_dose_are_one_row(visit):
    answer = visit().ask("taper from 30 mg per day over 14 days")
    days = answer.get_by_role("table").get_by_role("rowheader").all_inner_texts()
    assert days == ["1 to 2", "3 to 4", "5 to 7", "8 to 9", "10 to 12", "13 to 14", "15"]
    assert answer.get_by_role("cell").last.inner_text() == "none"
    assert answer.get_by_role("img").count() == 1


# ------------------------------------------------------------------------------------------------ emergencies


def test_an_emergency_is_alerted_and_told_in_words_and_stays_until_another_patient(visit):
    chat = visit("<dosing-chat person></dosing-chat>")
    alert = chat.widget.get_by_role("alert").first
    answer = chat.ask("he took 30 tablets of baclofen")
    wait_for_text(alert, "Emergency: This may be an overdose. Call the local emergency number now.")
    assert answer.get_by_text("Emergency", exact=True).is_visible()
    assert answer.get_by_role("button", name="Talk to a person").is_visible()
    assert not re.search(r"\d+\s?mg", answer.inner_text())
    chat.ask("thanks")
    assert alert.is_visible(), "small talk ends no emergency"
    chat.ask("max dose?")
    assert not re.search(r"\d+\s?mg", chat.answers.last.inner_text())
    chat.button("New patient").click()
    chat.answer_to("new patient")
    assert alert.inner_text() == ""


def test_an_emergency_that_goes_on_is_alerted_once(visit):
    chat = visit()
    chat.ask("he took 30 tablets of baclofen")
    alert = chat.widget.get_by_role("alert").first
    alert.evaluate(
        "element => new MutationObserver(() => (element.changed = true)).observe(element, {childList: true})"
    )
    chat.ask("max dose?")
    assert chat.answers.last.get_by_text("An emergency was spoken of before").is_visible()
    assert not alert.evaluate("element => element.changed ?? false")


# ------------------------------------------------------------------------------------------------ what goes wrong


def test_offline_the_question_is_kept_and_sent_when_the_connection_is_back(visit):
    chat = visit(complains=OFFLINE)
    chat.page.context.set_offline(True)
    chat.box.fill("max dose elderly")
    chat.box.press("Enter")
    wait_for_text(chat.widget.get_by_role("alert"), "You are offline. Your question is kept")
    assert chat.box.input_value() == "max dose elderly"
    assert chat.questions.count() == 0
    chat.page.context.set_offline(False)
    assert "30 to 40" in chat.answer_to("max dose elderly").inner_text()
    assert chat.widget.get_by_text("You are offline").count() == 0
    assert chat.questions.count() == 1
    assert has_focus(chat.box)


def test_a_question_that_was_changed_meanwhile_is_not_sent_by_itself(visit):
    chat = visit(complains=OFFLINE)
    chat.page.context.set_offline(True)
    chat.box.fill("max dose elderly")
    chat.box.press("Enter")
    chat.widget.get_by_text("You are offline").wait_for()
    chat.box.fill("max dose elderly, no, in")
    chat.page.context.set_offline(False)
    chat.page.wait_for_function("navigator.onLine")
    chat.page.wait_for_timeout(100)
    assert chat.questions.count() == 0
    assert chat.box.input_value() == "max dose elderly, no, in"


def test_where_the_service_is_not_reached_the_reader_tries_again(visit):
    chat = visit(complains="ERR_FAILED")
    chat.page.route(ASK, lambda route: route.abort())
    chat.box.fill("max dose elderly")
    chat.box.press("Enter")
    chat.widget.get_by_text("The service cannot be reached. Your question is kept.").wait_for()
    chat.page.unroute(ASK)
    chat.button("Try again").click()
    assert "30 to 40" in chat.answer_to("max dose elderly").inner_text()
    assert has_focus(chat.box)


def test_an_error_is_said_in_words_and_the_question_kept(visit):
    chat = visit(complains="status of")
    cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    body = json.dumps({"error": {"code": "too_large", "message": "This question is too long."}})
    for status, headers, sent, said in (
        (429, {"Retry-After": "7"}, body, "Please try again in 7 seconds; your question is kept."),
        (413, {}, body, "This question is too long."),
        (502, {}, "<h1>Bad gateway</h1>", "The service could not take this question. It is kept."),
    ):
        answer = {"status": status, "headers": cors | headers, "body": sent}
        chat.page.route(ASK, lambda route, *, answer=answer: route.fulfill(**answer))
        chat.box.fill("max dose elderly")
        chat.box.press("Enter")
        wait_for_text(chat.widget.get_by_role("alert"), said)
        assert chat.box.input_value() == "max dose elderly"
        assert chat.questions.count() == 0


def test_while_an_answer_is_slow_a_status_of_its_own_says_so(visit):
    chat = visit()
    held = []
    chat.page.route(ASK, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the function it is given
    chat.box.fill("max dose elderly")
    chat.box.press("Enter")
    typing = chat.widget.get_by_role("status").filter(has_text="Looking it up")
    typing.wait_for()
    assert chat.log.get_by_text("Looking it up").count() == 0
    assert chat.answers.count() == 0, "only finished messages enter the log"
    chat.box.fill("typed meanwhile")
    chat.box.press("Enter")
    assert chat.box.input_value() == "typed meanwhile"
    held[0].continue_()
    chat.answer_to("max dose elderly")
    assert typing.count() == 0
    assert chat.box.input_value() == "typed meanwhile"


HOSTILE = [
    "<img src=x onerror=window.hit=1> max dose",
    "[max dose](javascript:window.hit=1)",
    "<script>window.hit=1</script>",
    "max\u202edose\u2066 elderly \x1b[2Jnow",
]


def test_hostile_words_of_the_reader_are_shown_as_words(visit):
    chat = visit()
    for number, text in enumerate(HOSTILE):
        chat.box.fill(text)
        chat.box.press("Enter")
        chat.answers.nth(number).wait_for()
        question = chat.questions.nth(number).locator("p")
        assert "<" not in question.inner_html()
        shown = question.inner_text()
        assert not re.search(r"[\x00-\x1f\u202a-\u202e\u2066-\u2069]", shown)
        assert shown.replace(" ", "") == re.sub(r"[\x1b\u202e\u2066 ]", "", text)
    assert chat.page.evaluate("window.hit") is None


def test_a_reply_is_never_read_as_html_nor_as_a_link(visit):
    chat = visit()
    text = "**a** <img src=x onerror=window.hit=1>\n\n* [b](javascript:window.hit=1)\n\n<b>c</b> **d <i>e</i>**"

    def answer(route):
        fetched = route.fetch()
        route.fulfill(response=fetched, json=fetched.json() | {"text": text})

    chat.page.route(ASK, answer)
    body = chat.ask("max dose elderly").locator("div[lang]")
    assert body.locator("img, a, b, i").count() == 0
    assert "<img src=x onerror=window.hit=1>" in body.inner_text()
    assert chat.page.evaluate("window.hit") is None


# ------------------------------------------------------------------------------------------------ keeping


def test_a_reload_keeps_the_conversation_and_what_was_being_typed(visit):
    chat = visit()
    chat.ask("max dose elderly")
    chat.box.fill("starting d")
    chat.page.reload()
    assert chat.questions.locator("p").all_inner_texts() == ["max dose elderly"]
    assert chat.answers.locator(".understood").count() == 1
    assert chat.widget.get_by_text("Patient: older adults").is_visible()
    assert chat.button("What is the starting dose by mouth in older adults?").is_visible()
    assert chat.box.input_value() == "starting d"
    assert "kept from before" in chat.ask("starting dose?").locator(".understood").inner_text()


def test_a_reload_while_a_question_is_under_way_brings_it_back_into_the_box(visit):
    chat = visit()
    chat.page.route(ASK, lambda _: None)
    chat.box.fill("max dose elderly")
    chat.box.press("Enter")
    chat.questions.first.wait_for()
    chat.page.reload()
    assert chat.questions.count() == 0
    assert chat.box.input_value() == "max dose elderly"


def test_a_reload_keeps_an_open_emergency_and_an_open_panel(visit):
    chat = visit("", script="data-theme=light")
    chat.button("Ask a dosing question").click()
    chat.ask("he took 30 tablets of baclofen")
    chat.page.reload()
    assert chat.widget.get_by_role("dialog").is_visible()
    wait_for_text(chat.widget.get_by_role("alert").first, "Emergency: This may be an overdose.")


def test_the_patient_is_forgotten_when_the_service_forgets(visit):
    chat = visit(timezone_id="UTC")  # a context of its own, for a clock of its own
    chat.page.clock.install()
    chat.ask("max dose elderly")
    chat.page.clock.fast_forward("29:00")
    assert chat.widget.get_by_text("Patient: older adults").is_visible()
    chat.page.clock.fast_forward("01:01")
    assert chat.widget.get_by_text("Patient:").count() == 0
    assert chat.widget.get_by_text("please name the patient again").is_visible()
    chat.page.reload()
    assert chat.questions.count() == 0


def test_a_conversation_is_cleared_and_that_can_be_undone(visit):
    chat = visit()
    chat.ask("max dose elderly")
    chat.box.fill("starting d")
    chat.button("Clear the conversation").click()
    assert chat.questions.count() == 0
    assert chat.box.input_value() == "starting d"
    assert chat.widget.get_by_text("Patient:").count() == 0
    chat.button("Undo").click()
    assert chat.questions.count() == 1
    chat.button("Clear the conversation").click()
    chat.page.reload()
    assert chat.questions.count() == 0
    assert "assumed" in chat.ask("starting dose?").locator(".understood").inner_text()


def test_the_conversation_is_downloaded_as_markdown_with_typed_text_inert(visit):
    chat = visit()
    chat.ask("max dose elderly")
    chat.ask("[x](javascript:alert(1)) max dose")
    with chat.page.expect_download() as started:
        chat.button("Download the conversation").click()
    assert re.fullmatch(r"dosing-chat-\d{4}-\d\d-\d\d\.md", started.value.suggested_filename)
    text = started.value.path().read_text(encoding="utf-8")
    assert "> max dose elderly\n" in text
    assert f"**30 to 40{NBSP}mg per day**" in text
    assert "No liability is accepted" in text
    assert r"> \[x\]\(javascript:alert\(1\)\) max dose" in text


# ------------------------------------------------------------------------------------------------ feedback, a person


def sent_feedback(chat):
    sent = []
    chat.page.on("request", lambda request: sent.append(request) if request.url.endswith("/api/feedback") else None)
    return lambda: [row.post_data_json for row in sent if row.method == "POST"]


def test_a_thumb_up_is_sent_without_the_question(visit):
    chat = visit()
    sent = sent_feedback(chat)
    chat.ask("max dose elderly")
    with chat.page.expect_response(FEEDBACK) as answered:
        chat.button("Helpful").click()
    assert answered.value.ok
    (body,) = sent()
    assert body.keys() == {"conversation", "helpful"}
    assert body["helpful"] is True
    wait_for_text(chat.widget.get_by_role("status"), "Thank you.")
    assert chat.button("Helpful").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize(("choice", "question"), [("Send it along", "max dose elderly"), ("Leave it out", None)])
def test_a_thumb_down_asks_before_it_sends_the_question_along(visit, choice, question):
    chat = visit()
    sent = sent_feedback(chat)
    chat.ask("max dose elderly")
    chat.button("Not helpful").click()
    assert has_focus(chat.button("Send it along"))
    assert sent() == []
    with chat.page.expect_response(FEEDBACK) as answered:
        chat.button(choice).click()
    assert answered.value.ok
    (body,) = sent()
    assert body["helpful"] is False
    assert body.get("question") == question
    assert has_focus(chat.button("Not helpful"))


def test_feedback_that_cannot_be_sent_says_so_and_can_be_sent_again(visit):
    chat = visit(complains="ERR_FAILED")
    chat.ask("max dose elderly")
    chat.page.route(FEEDBACK, lambda route: route.abort())
    chat.button("Helpful").click()
    chat.widget.get_by_text("That could not be sent.").wait_for()
    chat.page.unroute(FEEDBACK)
    chat.button("Try again").click()
    wait_for_text(chat.widget.get_by_role("status"), "Thank you.")
    assert chat.widget.get_by_text("That could not be sent.").count() == 0


LISTEN = "document.addEventListener('dosing-chat-person', (event) => { window.heard = event.detail; })"


def test_talk_to_a_person_is_an_event_that_the_page_hears(visit):
    chat = visit("<dosing-chat person></dosing-chat>")
    chat.page.evaluate(LISTEN)
    chat.ask("max dose elderly")
    chat.button("Talk to a person").click()
    heard = chat.page.evaluate("window.heard")
    assert heard["conversation"]
    assert "max dose elderly" in heard["transcript"]


def test_talk_to_a_person_is_a_link_where_the_page_names_one(visit):
    chat = visit('<dosing-chat person-href="https://desk.example.org/"></dosing-chat>')
    link = chat.widget.get_by_role("link", name="Talk to a person")
    assert link.get_attribute("href") == "https://desk.example.org/"
    assert link.get_attribute("rel") == "noopener noreferrer", (
        "what opens in a tab of its own knows nothing of this one"
    )


def test_talk_to_a_person_follows_no_script_and_no_broken_link(visit):
    hrefs = ("javascript:window.hit=1", "http://[", "data:text/html,x")
    chat = visit("".join(f'<dosing-chat person-href="{href}"></dosing-chat>' for href in hrefs))
    assert chat.page.get_by_role("link").count() == 0
    for button in chat.page.get_by_role("button", name="Talk to a person").all():
        button.click()
    assert chat.page.evaluate("window.hit") is None


def test_without_a_person_nobody_is_offered(visit):
    assert visit().widget.get_by_text("Talk to a person").count() == 0
