"""The interactive terminal, on prompt_toolkit; and the plain forms of it for pipes and terminals that obey nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chatbot.terminal.loading import Loading
from chatbot.terminal.screen import lines_of_input, say, shown

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.terminal.completion import Candidate, Completer
    from chatbot.terminal.marks import Mark
    from chatbot.terminal.session import Said, Session

HOW_TO_LEAVE = "Leave with quit or Ctrl-D."


@dataclass(frozen=True, slots=True)
class Settings:
    """How a terminal is to behave: whether questions are kept, whether the line is marked as it is understood."""

    history: bool = True
    marks: bool = True
    seed: int | None = None


def talk(open_bot: Callable[[], Chatbot], medicine: str, settings: Settings) -> int:
    """Talk until the reader leaves. Lines from a pipe are one conversation, each answered in turn.

    open_bot makes the chatbot: in a terminal that is begun when the prompt stands. medicine: what the prompt is called.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        # prompt_toolkit would write its prompt into the output.
        return _answer_lines(open_bot())
    loading = Loading(lambda: _session(open_bot(), settings))
    _greet(medicine)
    if os.environ.get("TERM", "dumb") == "dumb":
        return _read_plainly(loading.get(), medicine)
    return _read(loading, medicine, settings)


def _answer_lines(bot: Chatbot) -> int:
    conversation = bot.conversation()
    for number, line in enumerate(lines_of_input()):
        if number:
            say("")
        say(shown(conversation.ask(line)))
    return 0


def _session(bot: Chatbot, settings: Settings) -> Session:
    from chatbot.terminal.history import state_folder
    from chatbot.terminal.session import Session

    return Session(bot, state_folder(os.environ) if settings.history else None, settings.seed)


def _greet(medicine: str) -> None:
    say(f"Cited {medicine} dosing, by mouth and by pump, for healthcare professionals.")
    say('Try "max dose elderly" or "pump starting dose"; /help says more.')
    say(HOW_TO_LEAVE)


def _show(said: Said) -> None:
    say(f"\n{shown(said.reply) if said.reply else said.text}\n")


def _read_plainly(session: Session, medicine: str) -> int:
    """The same conversation on a terminal that obeys no escapes, a screen reader's or an editor's."""
    while True:
        try:
            line = input(f"{medicine}> ")
        except EOFError:
            say("")
            return 0
        except KeyboardInterrupt:
            say(f"\n{HOW_TO_LEAVE}")
            continue
        if not line.strip():
            continue
        said = session.take(line)
        if said.leave:
            return 0
        _show(said)


def _prompt(loading: Loading[Session], medicine: str, settings: Settings) -> Callable[[], str]:
    """What asks for a line."""
    from chatbot.terminal.history import HistoryFile, history_file
    from chatbot.terminal.prompt import prompt

    file = HistoryFile(history_file(os.environ)) if settings.history else None
    if file and file.problem:
        print(file.problem, file=sys.stderr)
    marked = _marker(loading) if settings.marks else None

    def load() -> None:
        loading.get().bot.warm_up()

    return prompt(medicine, _finder(loading), marks=marked, file=file, load=load)


def _finder(loading: Loading[Session]) -> Callable[[str], Iterable[Candidate]]:
    """What finds candidates for a line, once the chatbot is there."""

    @cache
    def completer() -> Completer:
        from chatbot.terminal.completion import Completer
        from chatbot.terminal.session import WORDS

        return Completer(loading.get().bot, [(word.name, word.does) for word in WORDS])

    def find(typed: str) -> Iterable[Candidate]:
        return completer().candidates(typed)

    return find


def _marker(loading: Loading[Session]) -> Callable[[str], Iterable[Mark]]:
    """What marks a line as it will be read; nothing as long as nothing can read it."""

    def marked(text: str) -> Iterable[Mark]:
        if not (text and loading.is_ready):
            return ()
        from chatbot.terminal.marks import marks

        return marks(loading.get().bot, text)

    return marked


def _read(loading: Loading[Session], medicine: str, settings: Settings) -> int:
    ask = _prompt(loading, medicine, settings)
    while True:
        try:
            line = ask()
        except EOFError:
            return 0
        except KeyboardInterrupt:
            say(HOW_TO_LEAVE)
            continue
        if not line.strip():
            continue
        said = loading.get().take(line)
        if said.leave:
            return 0
        _show(said)
