"""The widget for everyone: axe, the keyboard, narrow and zoomed windows, motion, and what a screen reader is told."""

from __future__ import annotations

import json

import pytest

from tests.browser.chat import BUILD

NARROW = {"viewport": {"width": 320, "height": 640}}
DARK = {"color_scheme": "dark"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
INLINE, LAUNCHER = "<dosing-chat person></dosing-chat>", ""
SCHEDULE = ["max dose elderly", "titrate to 60 mg per day in adults"]
EMERGENCY = ["he took 30 tablets of baclofen"]

STATES = {
    "light": (INLINE, SCHEDULE, {}),
    "dark": (INLINE, SCHEDULE, DARK),
    "choices": (INLINE, ["baclofen"], {}),
    "emergency": (INLINE, EMERGENCY, {}),
    "launcher": (LAUNCHER, SCHEDULE, {}),
    "narrow": (LAUNCHER, SCHEDULE, NARROW),
    "narrow-emergency": (LAUNCHER, EMERGENCY, NARROW | DARK),
    "forced-colors": (INLINE, SCHEDULE, {"forced_colors": "active"}),
}


def open_state(visit, state):
    body, questions, options = STATES[state]
    chat = visit(body, script="data-person", **options)
    if body == LAUNCHER:
        chat.button("Ask a dosing question").click()
    for question in questions:
        chat.ask(question)
    return chat


def screenshot(name):
    """Where a picture for people to look at is kept."""
    BUILD.mkdir(parents=True, exist_ok=True)
    return BUILD / f"{name}.png"


def violations(chat, axe_source):
    chat.page.evaluate(axe_source)
    run = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(({violations}) => violations)"
    return [
        f"{rule['id']}: {rule['help']}: {json.dumps(node['target'])} {node['html'][:200]} {node['failureSummary']}"
        for rule in chat.page.evaluate(run, TAGS)
        for node in rule["nodes"]
    ]


SMALL = """root => [...root.shadowRoot.querySelectorAll('button, a, summary, textarea')]
    .map((element) => [element.outerHTML, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_nothing_is_too_small_to_press(visit, axe_source, state):
    chat = open_state(visit, state)
    chat.page.screenshot(path=screenshot(state))
    assert violations(chat, axe_source) == []
    assert chat.widget.evaluate(SMALL) == []


def test_axe_finds_nothing_in_a_closed_launcher_nor_in_two_of_one_page(visit, axe_source):
    chat = visit(LAUNCHER)
    chat.page.screenshot(path=screenshot("launcher-closed"))
    assert violations(chat, axe_source) == []
    assert violations(visit(INLINE * 2), axe_source) == []


def test_axe_finds_nothing_where_a_question_is_kept_and_feedback_asked(visit, axe_source):
    chat = visit(complains="ERR_INTERNET_DISCONNECTED")
    chat.ask("max dose elderly")
    chat.button("Not helpful").click()
    chat.widget.get_by_text("References (1)").click()
    chat.page.context.set_offline(True)
    chat.box.fill("starting dose?")
    chat.box.press("Enter")
    chat.button("Try again").wait_for()
    assert violations(chat, axe_source) == []


FOCUSED = """() => {
    const element = document.querySelector('dosing-chat').shadowRoot.activeElement;
    return element && (element.getAttribute('aria-label') ?? element.textContent);
}"""


def test_everything_is_done_by_keyboard_alone(visit):
    chat = visit(LAUNCHER)
    keys, focused = chat.page.keyboard, lambda: chat.page.evaluate(FOCUSED)
    keys.press("Tab")
    assert focused() == "Ask a dosing question"
    keys.press("Enter")
    assert focused() == "Your question"
    keys.type("max dose elderly")
    keys.press("Enter")
    chat.answer_to("max dose elderly")
    assert focused() == "Your question"
    walked = []
    while not walked or walked[-1] != "Close":
        keys.press("Shift+Tab")
        walked.append(focused())
        assert len(walked) < 20
    for name in ("New patient", "Not helpful", "What is the starting dose by mouth in older adults?", "Conversation"):
        assert name in walked
    while focused() != "What is the starting dose by mouth in older adults?":
        keys.press("Tab")
    keys.press("Enter")
    chat.answer_to("What is the starting dose")
    assert focused() == "Your question"
    keys.press("Escape")
    assert focused() == "Ask a dosing question"
    assert not chat.widget.get_by_role("dialog").is_visible()


def test_the_keyboard_leaves_the_panel_as_it_came(visit):
    chat = visit(LAUNCHER + '<a href="#end">after</a>')
    chat.button("Ask a dosing question").click()
    names = set()
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        names.add(chat.page.evaluate("document.activeElement.textContent"))
    assert "after" in names, "a panel that lies over the page is no trap"


def test_a_line_break_is_typed_with_shift(visit):
    chat = visit()
    chat.box.press_sequentially("max dose")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("elderly")
    assert chat.box.input_value() == "max dose\nelderly"


def test_the_log_is_there_before_the_first_message_and_is_polite(visit):
    chat = visit()
    assert chat.log.get_attribute("aria-live") == "polite"
    assert chat.log.evaluate("log => { log.first = true; return log.isConnected; }")
    chat.ask("max dose elderly")
    assert chat.log.evaluate("log => log.first"), "a screen reader follows the same log"
    assert chat.log.locator("[role=alert], [role=status]").count() == 0, "no live region stands in another"


WIDE = """root => [document.documentElement, ...root.shadowRoot.querySelectorAll('*')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1
        && !(element instanceof SVGElement) && getComputedStyle(element).display !== 'inline')
    .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("body", [INLINE, LAUNCHER], ids=["inline", "launcher"])
def test_a_narrow_window_scrolls_in_one_direction_only(visit, body):
    chat = visit(body, **NARROW)
    if body == LAUNCHER:
        chat.button("Ask a dosing question").click()
    chat.ask("titrate to 60 mg per day")
    chat.ask("baclofen " + "x" * 200)
    # A window of 640 px at 200 % zoom holds 320 CSS pixels, one of 1280 by 1024 at 400 % holds 320 by 256.
    for height in (640, 256):
        chat.page.set_viewport_size({"width": 320, "height": height})
        assert chat.widget.evaluate(WIDE) == []
        chat.box.click()
        assert chat.box.evaluate(IN_SIGHT)


IN_SIGHT = """element => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
}"""

PARTED = """root => {
    const parted = [], walker = document.createTreeWalker(root.shadowRoot, NodeFilter.SHOW_TEXT);
    let found = 0;
    while (walker.nextNode()) {
        for (const match of walker.currentNode.data.matchAll(/\\d\\u00a0\\S/g)) {
            const range = document.createRange();
            range.setStart(walker.currentNode, match.index);
            range.setEnd(walker.currentNode, match.index + 3);
            const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
            found++;
            if (tops.size > 1) parted.push(walker.currentNode.data);
        }
    }
    return [found, parted];
}"""


def test_no_line_break_comes_between_a_number_and_its_unit(visit):
    chat = visit()
    for question in ("max dose", "titrate to 60 mg per day", "is 20 mg tds too much for a 78 year old?"):
        chat.ask(question)
    for width in (240, 320, 375, 520, 900):
        chat.page.set_viewport_size({"width": width, "height": 700})
        found, parted = chat.widget.evaluate(PARTED)
        assert found > 20
        assert parted == []


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_where_the_reader_wants_no_motion(visit, motion, moves):
    chat = visit(reduced_motion=motion)
    answer = chat.ask("max dose elderly")
    style = "element => getComputedStyle(element).animationName !== 'none'"
    assert answer.evaluate(style) is moves


def test_the_theme_follows_the_reader_unless_the_page_says_otherwise(visit):
    chat = visit()
    red = "element => Number(getComputedStyle(element).backgroundColor.match(/\\d+/)[0])"
    for theme, scheme, dark in (
        ("", "light", False),
        ("", "dark", True),
        ("light", "dark", False),
        ("dark", "light", True),
    ):
        chat.page.emulate_media(color_scheme=scheme)
        chat.widget.evaluate("(element, theme) => element.setAttribute('theme', theme)", theme)
        assert (chat.widget.get_by_role("region").evaluate(red) < 128) is dark
