"""A page with the widget on it, and how a test drives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "browser"  # screenshots, and the packages that only these tests use


class Chat:
    """A page with the widget, driven as a reader drives it: by what can be seen and read out."""

    def __init__(self, page: Any, nth: int = 0) -> None:
        """nth: which of the widgets on the page."""
        self.page = page
        self.widget = page.locator("dosing-chat").nth(nth)
        self.box = self.widget.get_by_role("textbox")
        self.log = self.widget.get_by_role("log")
        self.questions, self.answers = self.log.locator(".question"), self.log.locator(".answer:not(.intro)")
        self.complaints: list[str] = []  # of the console
        page.on(
            "console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def ask(self, question: str) -> Any:
        """Types a question and sends it; the answer, once it is there."""
        self.box.fill(question)
        self.box.press("Enter")
        return self.answer_to(question)

    def answer_to(self, question: str) -> Any:
        """The answer that follows a question in the log, once it is there."""
        asked = self.questions.filter(has_text=question).last
        answer = asked.locator("xpath=following-sibling::*[1]")
        answer.wait_for()
        return answer

    def button(self, name: str) -> Any:
        return self.widget.get_by_role("button", name=name, exact=True)
