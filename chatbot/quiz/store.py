"""What was missed in the quiz, kept for the next time: ids of facts in a file of the reader's own, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

FILE = "quiz.json"
LARGEST = 1_000_000  # bytes; a larger file is not ours
KEY = "missed"


def load(folder: Path) -> tuple[str, ...]:
    """The ids kept in a folder; none where there is no file, or one that cannot be read."""
    try:
        with (folder / FILE).open("rb") as stream:
            kept = json.loads(stream.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return ()
    ids = kept.get(KEY) if isinstance(kept, dict) else None
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        return ()
    return tuple(dict.fromkeys(ids))


def save(folder: Path, missed: Sequence[str]) -> None:
    """Keep ids in a folder, which is made where it is not there. Raises `OSError` where that cannot be done.

    The file is put in place whole, and only its owner can read it.
    """
    import tempfile  # here, because it is dear and seldom needed

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")  # it can be read by its owner only
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({KEY: list(dict.fromkeys(missed))}, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        made.replace(folder / FILE)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
