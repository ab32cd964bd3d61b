"""What is derived from content, kept between processes: a fresh `ask` then costs no parsing.

The key is a digest of every byte of the content and of this package's files, so that an edit of either is seen at once.
A file that is not the reader's own, or that cannot be read, is passed over; where nothing can be written, nothing is
kept.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

T = TypeVar("T")
SWITCH = "CHATBOT_NO_CACHE"  # set to anything: nothing is kept or read
KEPT_FILES = 8  # older ones go when a new one is written


def folder() -> Path:
    """Where derived data is kept: ``$XDG_CACHE_HOME/chatbot``, or ``~/.cache/chatbot``."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path("~/.cache").expanduser()) / "chatbot"


def derived(root: Path, version: str, build: Callable[[], T]) -> T:
    """What build makes of the content folder root, from the cache if it is there. version: a digest of its bytes."""
    if os.environ.get(SWITCH):
        return build()
    file = folder() / f"{_key(root, version)}.pickle"
    try:
        return cast(T, _read(file))
    except Exception:  # noqa: BLE001 - a damaged or foreign file may fail in any way; what it held is built again
        made = build()
        _write(file, made)
        return made


def _key(root: Path, version: str) -> str:
    digest = hashlib.sha256(f"{root}\0{version}\0{sys.version}".encode())
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        status = file.stat()
        digest.update(f"{file}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    return digest.hexdigest()[:32]


def _read(file: Path) -> object:
    with file.open("rb") as stream:
        status = os.fstat(stream.fileno())
        if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
            raise PermissionError(f"{file} is writable by others")
        return pickle.load(stream)  # noqa: S301 - a file of the reader's own, checked above


def _write(file: Path, made: object) -> None:
    """Put the file in place whole, so that a reader never meets half of it."""
    import tempfile  # here, because it is dear and seldom needed

    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(made, stream, protocol=pickle.HIGHEST_PROTOCOL)
        Path(name).replace(file)
        kept = sorted(file.parent.glob("*.pickle"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in kept[KEPT_FILES:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
