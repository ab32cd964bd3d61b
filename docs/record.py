"""Records what the README and the guides show: sessions are played again, and what is said is written.

Run it after a change of wording: ``python docs/record.py``. A test holds the texts to what it writes.

Recorded are three kinds of blocks: ``terminal`` (what stands behind each prompt is typed again), ``console`` (the
command behind ``$`` is run again) and ``json`` behind a line that names its command.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from chatbot import Chatbot  # noqa: E402 - the line above says which one
from chatbot.terminal.screen import WIDEST, drawn, laid_out  # noqa: E402
from chatbot.terminal.session import Session  # noqa: E402

RECORDED = (ROOT / "README.md", ROOT / "docs" / "terminal.md")
NBSP = "\N{NO-BREAK SPACE}"
TERMINAL = re.compile(r"(?<=^```terminal\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"(?<=^```console\n)\$ (chatbot (?:ask|explain)[^\n]*)\n.*?(?=^```$)", re.MULTILINE | re.DOTALL)
OBJECT = re.compile(r"(`(chatbot ask --json [^`]*)`[^\n]*\n\n```json\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SHORTENED = ("text", "citation", "disclaimer", "content_version")  # long, or other after each change of content


def recorded(text: str) -> str:
    """A text with every session in it as it goes now."""
    text = TERMINAL.sub(lambda match: _played(match[1]), text)
    text = CONSOLE.sub(lambda match: f"$ {match[1]}\n{_run(match[1])}\n", text)
    return OBJECT.sub(lambda match: f"{match[1]}{_shortened(_run(match[2]))}\n", text)


def _played(block: str) -> str:
    """A session again: its prompts and typed lines kept, everything between them said anew, 80 columns wide."""
    bot = Chatbot()
    session, prompt = Session(bot, seed=1), f"{bot.renderer.medicine}> "
    parts = []
    for line in block.splitlines():
        if not line.startswith(prompt):
            continue
        said = session.take(line.removeprefix(prompt))
        text = drawn(said.reply, WIDEST) if said.reply else said.text
        shown = laid_out(text, WIDEST, bold=False).replace(NBSP, " ")
        parts.append(line if said.leave else f"{line}\n\n{shown}\n")
    return "\n".join(parts) + "\n"


def _run(command: str) -> str:
    """What a command of ours prints."""
    _, *arguments = shlex.split(command)
    call = [sys.executable, "-m", "chatbot", *arguments]
    done = subprocess.run(call, capture_output=True, check=False, cwd=ROOT, encoding="utf-8")
    return done.stdout.replace(NBSP, " ").strip()


def _shortened(printed: str) -> str:
    """A reply object with its long texts left out."""

    def shorten(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: "…" if key in SHORTENED else shorten(item) for key, item in value.items()}
        return [shorten(item) for item in value] if isinstance(value, list) else value

    return json.dumps(shorten(json.loads(printed)), ensure_ascii=False, indent=2)


def main() -> None:
    """Write every session anew."""
    for file in RECORDED:
        file.write_text(recorded(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
