"""Records the sessions of docs/terminal.md: what stands after a prompt is typed again, and what is said is written.

Run it after a change of wording: ``python docs/record.py``. A test holds the guide to what it writes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from chatbot import Chatbot  # noqa: E402 - the line above says which one
from chatbot.terminal.screen import WIDEST, drawn, laid_out  # noqa: E402
from chatbot.terminal.session import Session  # noqa: E402

GUIDE = ROOT / "docs" / "terminal.md"
BLOCK = re.compile(r"(?<=^```terminal\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


def recorded(block: str) -> str:
    """A session again: its prompts and typed lines kept, everything between them said anew, 80 columns wide."""
    bot = Chatbot()
    session, prompt = Session(bot, seed=1), f"{bot.renderer.medicine}> "
    parts = []
    for line in block.splitlines():
        if not line.startswith(prompt):
            continue
        said = session.take(line.removeprefix(prompt))
        text = drawn(said.reply, WIDEST) if said.reply else said.text
        shown = laid_out(text, WIDEST, bold=False).replace("\N{NO-BREAK SPACE}", " ")
        parts.append(line if said.leave else f"{line}\n\n{shown}\n")
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write every session of the guide anew."""
    text = GUIDE.read_text(encoding="utf-8")
    GUIDE.write_text(BLOCK.sub(lambda match: recorded(match[1]), text), encoding="utf-8")


if __name__ == "__main__":
    main()
