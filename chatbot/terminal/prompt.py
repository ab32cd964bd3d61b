"""The input line: completion, suggestions, history, marks and keys. Only this module imports prompt_toolkit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.terminal.completion import Candidate
    from chatbot.terminal.history import HistoryFile
    from chatbot.terminal.marks import Mark

# Weight and underline, never colour: they are seen on every terminal, and NO_COLOR changes nothing.
STYLE = Style.from_dict(
    {
        "number": "bold",
        "slot": "underline",
        "danger": "bold reverse",
        "unread": "italic",
        "auto-suggestion": "fg:ansibrightblack",
        "completion-menu.meta.completion": "noreverse",
    }
)
MARKED = frozenset({"number", "slot", "danger", "unread"})

Find = Callable[[str], "Iterable[Candidate]"]
Marks = Callable[[str], "Iterable[Mark]"]
Load = Callable[[], object]


class _Completer(Completer):
    """Candidates for the whole line, with the grey note of each."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        typed = document.text
        for candidate in self._find(typed):
            yield Completion(candidate.text, start_position=-document.cursor_position, display_meta=candidate.note)


class _Kept(History):
    """Earlier questions, from the file and of this session."""

    def __init__(self, file: HistoryFile) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._file.load())

    def store_string(self, string: str) -> None:
        self._file.append(string)


class _Marker(Lexer):
    """Marks the words and numbers of the line as they will be read."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = document.lines
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        marks = [mark for mark in self._marks(document.text) if mark.kind in MARKED]

        def marked(number: int) -> StyleAndTextTuples:
            return _styled(lines[number], starts[number], marks) if number < len(lines) else []

        return marked


def _styled(line: str, start: int, marks: Iterable[Mark]) -> StyleAndTextTuples:
    """One line in pieces with their styles; start: where it begins in the whole text."""
    pieces: StyleAndTextTuples = []
    done = 0
    for mark in marks:
        first, last = max(mark.start - start, done), min(mark.end - start, len(line))
        if first < last:
            pieces += [("", line[done:first]), (f"class:{mark.kind}", line[first:last])]
            done = last
    return [*pieces, ("", line[done:])]


def prompt(
    name: str, find: Find, *, marks: Marks | None, file: HistoryFile | None, load: Load | None = None
) -> Callable[[], str]:
    """What asks for a line. It raises EOFError on Ctrl-D and KeyboardInterrupt on Ctrl-C in an empty line.

    load is run in the background once the prompt stands; a `ChatbotError` that it raises is raised here too.
    """
    typing_a_word = Condition(lambda: session.default_buffer.text.startswith("/"))
    session: PromptSession[str] = PromptSession(
        f"{name}> ",
        completer=_Completer(find),
        complete_while_typing=typing_a_word,
        # Up and Down search what begins like the line, but in a "/" word they move in its menu.
        enable_history_search=~typing_a_word,
        auto_suggest=AutoSuggestFromHistory(),
        history=_Kept(file) if file else None,
        lexer=_Marker(marks) if marks else None,
        key_bindings=_keys(find),
        style=STYLE,
        include_default_pygments_style=False,
        reserve_space_for_menu=4,
    )
    if load:
        _load_when_shown(session.app, load)
    return session.prompt


def _load_when_shown(app: Application[str], load: Load) -> None:
    """Run load in the background once the screen was drawn for the first time; then draw what it brings."""

    async def run() -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(None, load)
        except ChatbotError as error:
            app.exit(exception=error)
        else:
            app.invalidate()

    def shown(_: object) -> None:
        app.after_render -= shown
        app.create_background_task(run())

    app.after_render += shown


def _keys(find: Find) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        if not event.current_buffer.text:
            event.app.exit(exception=KeyboardInterrupt, style="class:aborting")
        event.current_buffer.reset()

    @keys.add("tab")
    def _(event: KeyPressEvent) -> None:
        _complete(event.current_buffer, list(find(event.current_buffer.text)))

    return keys


def _complete(buffer: Buffer, candidates: list[Candidate]) -> None:
    """Step on in an open menu; else insert the only candidate, or open the menu of several."""
    if buffer.complete_state:
        buffer.complete_next()
    elif len(candidates) == 1:
        buffer.document = Document(candidates[0].text)
    else:
        buffer.start_completion(select_first=False)
