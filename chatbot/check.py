"""`chatbot check`: all that is wrong with a content folder, each finding with its file, line and mend.

Loading (chatbot/content.py) finds what cannot be read as content. Here is what can be read and would still mislead: a
phrase in two topics, a figure outside the facts, a fact that no pair asks for, wording that no reply uses or that one
would miss, a template that is never reached. What the code asks of the content is named in the tables at the top of the
modules of chatbot/checking/.
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.checking.calculations import calculations, needed_values
from chatbot.checking.comparisons import comparisons
from chatbot.checking.facts import facts, pairs, unreviewed
from chatbot.checking.folder import Folder
from chatbot.checking.phrases import intents, vocabulary
from chatbot.checking.quiz import quiz
from chatbot.checking.templates import TEMPLATES, templates
from chatbot.checking.wording import subjects, wording
from chatbot.content import VOCABULARY, Findings, load
from chatbot.errors import ContentError


def check(root: str | None, *, reviewed: bool) -> list[ContentError]:
    """Everything wrong with a content folder (None: the installed one), sorted by file and line.

    reviewed: report the facts that no person has reviewed as well. Raises `ContentError` where there is no content.
    """
    findings = Findings(strict=False)
    folder = Folder(load(root, findings), findings)
    for step in _STEPS:
        step(folder)
    if reviewed:
        unreviewed(folder)
    return sorted(findings.found, key=lambda error: (error.file, error.line, error.problem))


def _read_by_something(folder: Folder) -> None:
    """Files that loading passes over in silence."""
    for file in folder.files:
        name = folder.name(file)
        template = name.startswith(TEMPLATES) and name.endswith(".md.j2")
        words = name.startswith(VOCABULARY) and file.suffix == ".txt"
        if not (file.suffix in (".yaml", ".md") or template or words or file.name.startswith(".")):
            folder.add("nothing reads this file", name, 1, "remove it, or give it the ending .yaml (templates: .md.j2)")


_STEPS: tuple[Callable[[Folder], None], ...] = (
    _read_by_something,
    facts,
    pairs,
    intents,
    vocabulary,
    subjects,
    wording,
    calculations,
    needed_values,
    comparisons,
    quiz,
    templates,
)
