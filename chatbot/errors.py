"""Every error the chatbot raises, each with its message, its mend and its exit status.

ChatbotError
├── UsageError          the command was called wrongly (2)
├── ContentError        intents/ or answers/ cannot be used (4); carries file and line
└── QuantityError       a text is no quantity, or a quantity cannot be written (1)
"""

from __future__ import annotations


class ChatbotError(Exception):
    """An error with one line to say and an exit status to leave with."""

    exit_status = 1


class UsageError(ChatbotError):
    """The command line, or a file it names, cannot be used as given."""

    exit_status = 2


class ContentError(ChatbotError):
    """A file of intents/ or answers/ is wrong.

    file and line say where (line counts from 1; 0 where the whole file is meant), mend says what to do.
    """

    exit_status = 4

    def __init__(self, problem: str, *, file: str = "", line: int = 0, mend: str = "") -> None:
        self.problem, self.file, self.line, self.mend = problem, file, line, mend
        place = f"{file}:{line}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{problem}{' — ' + mend if mend else ''}")


class QuantityError(ChatbotError, ValueError):
    """A text cannot be read as a quantity, or a quantity cannot be written, such as half a dose a day."""
