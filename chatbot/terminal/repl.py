"""The interactive terminal, on prompt_toolkit; and the plain forms of it for pipes and terminals that obey nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chatbot.bot import Chatbot
from chatbot.terminal.screen import lines_of_input, say, shown
from chatbot.terminal.session import WORDS, Said, Session

HOW_TO_LEAVE = "Leave with quit or Ctrl-D."


@dataclass(frozen=True, slots=True)
class Settings:
    """How a terminal is to behave: whether questions are kept, whether the line is marked as it is understood."""

    history: bool = True
    marks: bool = True
    seed: int | None = None


def talk(bot: Chatbot, settings: Settings) -> int:
    """Talk until the reader leaves. Lines from a pipe are one conversation, each answered in turn."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        # prompt_toolkit would write its prompt into the output.
        return _answer_lines(bot)
    session = _session(bot, settings)
    _greet(bot)
    if os.environ.get("TERM", "dumb") == "dumb":
        return _read_plainly(session)
    return _read(session, settings)


def _answer_lines(bot: Chatbot) -> int:
    conversation = bot.conversation()
    for number, line in enumerate(lines_of_input()):
        if number:
            say("")
        say(shown(conversation.ask(line)))
    return 0


def _session(bot: Chatbot, settings: Settings) -> Session:
    from chatbot.terminal.history import state_folder

    return Session(bot, state_folder(os.environ) if settings.history else None, settings.seed)


def _greet(bot: Chatbot) -> None:
    say(f"Cited {bot.renderer.medicine} dosing, by mouth and by pump, for healthcare professionals.")
    say('Try "max dose elderly" or "pump starting dose"; /help says more.')
    say(HOW_TO_LEAVE)


def _show(said: Said) -> None:
    say(f"\n{shown(said.reply) if said.reply else said.text}\n")


def _read_plainly(session: Session) -> int:
    """The same conversation on a terminal that obeys no escapes, a screen reader's or an editor's."""
    while True:
        try:
            line = input(f"{session.bot.renderer.medicine}> ")
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


def _prompt(session: Session, settings: Settings) -> Callable[[], str]:
    """What asks for a line."""
    from chatbot.terminal.completion import Completer
    from chatbot.terminal.history import HistoryFile, history_file
    from chatbot.terminal.marks import marks
    from chatbot.terminal.prompt import prompt

    bot = session.bot
    file = HistoryFile(history_file(os.environ)) if settings.history else None
    if file and file.problem:
        print(file.problem, file=sys.stderr)
    find = Completer(bot, [(word.name, word.does) for word in WORDS]).candidates
    marked = partial(marks, bot) if settings.marks else None
    return prompt(bot.renderer.medicine, find, marks=marked, file=file)


def _read(session: Session, settings: Settings) -> int:
    ask = _prompt(session, settings)
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
        said = session.take(line)
        if said.leave:
            return 0
        _show(said)
