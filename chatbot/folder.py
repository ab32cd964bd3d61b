"""The content folder: where it lies, which files it has, and which version of the content they are.

Kept apart from what reads the content, so that `chatbot --version` and the terminal's prompt load nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from chatbot.errors import ContentError

SOURCES = "answers/sources.yaml"
NAMES, NAMED = "intents/vocabulary/medicine.yaml", "answers/wording.yaml"
_DOCUMENT = re.compile(r"^  (?P<letter>[A-Z]):$|^    updated: \"(?P<date>[\d-]+)\"$", re.MULTILINE)
_NAMES = (
    (NAMED, re.compile(r"^medicine: +(\S.*)$", re.MULTILINE)),
    (NAMES, re.compile(r"^names: \|\n +(\S.*)$", re.MULTILINE)),
)


def find_root(root: str | Path | None = None) -> Path:
    """The content folder: the one given, else the one installed beside this module, else the checkout's."""
    if root is not None:
        path = Path(root)
        if not (path / "intents").is_dir() or not (path / "answers").is_dir():
            raise ContentError("no content here", file=str(path), mend="name a folder that holds intents/ and answers/")
        return path
    package = Path(__file__).resolve().parent
    for path in (package / "content_files", package.parent):
        if (path / "intents").is_dir() and (path / "answers").is_dir():
            return path
    raise ContentError("intents/ and answers/ are missing", file=str(package), mend="install the package again")


def files(root: Path) -> list[Path]:
    """Every file of the content, in one order whatever order the folders list them in."""
    found = []
    for part in ("intents", "answers"):
        for folder, _, names in os.walk(root / part):
            found += [Path(folder, name) for name in names]
    return sorted(found)


def digest(root: Path) -> str:
    """The content's version: a digest of every file's name and bytes."""
    made = hashlib.sha256()
    for file in files(root):
        made.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return made.hexdigest()[:12]


def medicine(root: Path) -> str:
    """What the medicine is called: as the wording says, else its first name; '' where neither is written as usual.

    Looked for as `dates` looks, so that the prompt stands before the content is read.
    """
    for name, pattern in _NAMES:
        found = pattern.search(_text(root / name))
        if found:
            return found[1].strip("\"'")
    return ""


def dates(root: Path) -> dict[str, str]:
    """When each source document was last updated (ISO dates), by its letter.

    The lines are looked for as they are written: reading YAML would take longer than all else that --version does.
    """
    found: dict[str, str] = {}
    letter = ""
    for match in _DOCUMENT.finditer(_text(root / SOURCES)):
        letter = match["letter"] or letter
        if match["date"]:
            found[letter] = match["date"]
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
