"""What the README and the guides show is what the command prints."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINKED = re.compile(r"\]\((?!http)([^)#]+)\)")
SCORE = re.compile(r"\b\d+\.\d\d\b")  # of what is weighed: other after each new phrase


def recorder():
    """docs/record.py, which writes what is shown."""
    spec = importlib.util.spec_from_file_location("record", ROOT / "docs" / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("file", recorder().RECORDED, ids=lambda file: file.name)
def test_every_session_that_is_shown_is_real(file):
    shown = file.read_text(encoding="utf-8")
    assert SCORE.sub("", recorder().recorded(shown)) == SCORE.sub("", shown)


@pytest.mark.parametrize("guide", ["README.md", *(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))])
def test_every_link_leads_to_a_file(guide):
    path = ROOT / guide
    missing = [link for link in LINKED.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing


def test_the_readme_says_that_nobody_has_reviewed_the_content():
    assert "unreviewed" in (ROOT / "README.md").read_text(encoding="utf-8")
