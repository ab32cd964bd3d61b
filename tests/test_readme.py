"""What the README and the guides show is what the command prints."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINKED = re.compile(r"\]\((?!http)([^)#]+)\)")


def sessions():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in SESSION.findall(text):
        command, _, shown = block.partition("\n")
        yield pytest.param(command.removeprefix("$ "), shown.strip(), id=command)


@pytest.mark.parametrize(("command", "shown"), list(sessions()))
def test_a_session_in_the_readme_is_real(command, shown):
    name, *arguments = shlex.split(command)
    assert name == "chatbot"
    run = subprocess.run(
        [sys.executable, "-m", "chatbot", *arguments], capture_output=True, check=False, cwd=ROOT, encoding="utf-8"
    )
    assert run.stdout.replace("\N{NO-BREAK SPACE}", " ").strip() == shown


@pytest.mark.parametrize("guide", ["README.md", *(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))])
def test_every_link_leads_to_a_file(guide):
    path = ROOT / guide
    missing = [link for link in LINKED.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing


def test_the_readme_says_that_nobody_has_reviewed_the_content():
    assert "unreviewed" in (ROOT / "README.md").read_text(encoding="utf-8")
