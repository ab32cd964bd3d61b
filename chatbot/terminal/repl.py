"""A conversation at a prompt, or with the lines of a pipe."""

from __future__ import annotations

import sys

from chatbot.bot import Chatbot
from chatbot.terminal.screen import lines_of_input, say, shown

LEAVE = frozenset({"quit", "exit", "bye", "/quit"})


def talk(bot: Chatbot) -> int:
    """Talk until the reader leaves. Lines from a pipe are one conversation, each answered in turn."""
    if not sys.stdin.isatty():
        conversation = bot.conversation()
        for number, line in enumerate(lines_of_input()):
            if number:
                say("")
            say(shown(conversation.ask(line)))
        return 0
    return _prompt(bot)


def _prompt(bot: Chatbot) -> int:
    medicine = bot.renderer.medicine
    say(f"Answers {medicine} dosing questions for healthcare professionals, by mouth and by intrathecal pump.")
    say('Try: "max dose elderly" or "pump starting dose".')
    say("Leave with quit or Ctrl-D.")
    conversation = bot.conversation()
    while True:
        try:
            line = input(f"{medicine}> ")
        except EOFError:
            say("")
            return 0
        except KeyboardInterrupt:
            say("\nLeave with quit or Ctrl-D.")
            continue
        if not line.strip():
            continue
        if line.strip().lower() in LEAVE:
            return 0
        say(f"\n{shown(conversation.ask(line))}\n")
