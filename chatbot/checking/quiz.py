"""The quiz (answers/quiz.yaml): its texts, and questions that it can ask of no fact."""

from __future__ import annotations

from chatbot.checking import texts
from chatbot.checking.folder import Folder
from chatbot.checking.texts import SLOT
from chatbot.content import FACTS, QUIZ, QUIZ_TEXTS, QuizQuestion
from chatbot.documents import Rows, Table
from chatbot.quantity import Quantity
from chatbot.quiz.figures import MEASURED

QUESTION_SLOTS = ("medicine", "how", "who", "origin")


def quiz(folder: Folder) -> None:
    """Figures, slots and style of each text, and questions that are never asked."""
    if QUIZ in folder.findings.unusable:
        return
    if QUIZ not in folder.tables:
        folder.add("no wording of the quiz", QUIZ, 0, "add the file: its questions and marks are said with it")
        return
    table = folder.tables[QUIZ]
    for key, slots in QUIZ_TEXTS.items():
        if not isinstance(table.get(key), Rows | Table | None):
            _text(folder, f"{key!r} of the quiz", table, key, slots)
    rows = table.get("questions")
    for entry in rows if isinstance(rows, Rows) else ():
        if isinstance(entry, Table) and "question" in entry:
            _text(folder, "a question of the quiz", entry, "question", QUESTION_SLOTS)
    facts_are_sound = not any(finding.file.startswith(FACTS) for finding in folder.findings.found)
    for question in folder.content.quiz_questions if folder.whole and facts_are_sound else ():
        _asked(folder, question)


def _text(folder: Folder, what: str, table: Table, key: str, slots: tuple[str, ...]) -> None:
    line = table.lines[key]
    if texts.text(folder, what, table[key], QUIZ, line, slots):
        texts.style(folder, what, SLOT.sub("#", table[key]), QUIZ, line)


def _asked(folder: Folder, question: QuizQuestion) -> None:
    """Report a question that fits no fact, or figures in a unit that no answer is read in."""
    facts = [fact for fact in folder.content.facts if question.fits(fact)]
    named = " and ".join(map(repr, question.figures))
    if not facts:
        scope = f"{question.topic} ({question.detail})" if question.detail else str(question.topic)
        problem = f"the quiz asks for {named} of {scope}, and no fact holds that"
        folder.add(problem, QUIZ, question.line, "mend the topic, the detail or the names of the values")
    for fact in facts:
        for key in question.figures:
            value = fact.values[key]
            if isinstance(value, Quantity) and value.unit not in MEASURED:
                problem = f"the quiz asks for {key!r} of {fact.id}, and no answer is read in {value.unit}"
                folder.add(problem, QUIZ, question.line, f"ask for a value in one of {', '.join(MEASURED)}")
