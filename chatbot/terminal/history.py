"""The file of earlier questions: one person's own, readable by nobody else, without what identifies a patient."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from errno import EEXIST
from io import FileIO
from pathlib import Path

SWITCH = "CHATBOT_NO_HISTORY"  # set to anything: questions are kept in memory only
MOST_ENTRIES = 1_000
MOST_BYTES = 1 << 20  # read from the end of the file, so that an old one costs no more than a young one
OTHERS = 0o077  # what a mode must not allow
_BREAK = re.compile(r"\\([n\\])")  # how the lines of one question are joined in the file


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the chatbot keeps what it learns of its reader: ``$XDG_STATE_HOME/chatbot``, or under ``~/.local/state``.

    The path is not absolute where no home folder is known.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if state.is_absolute():
        return state / "chatbot"
    # Path.home raises where there is none.
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111
    return Path(home) / ".local" / "state" / "chatbot"


def history_file(environment: Mapping[str, str]) -> Path:
    """Where earlier questions are kept."""
    return state_folder(environment) / "history"


def is_off(environment: Mapping[str, str], flag: bool) -> bool:
    """Whether nothing is to be kept: by a flag of the command line, or by the environment."""
    return flag or bool(environment.get(SWITCH))


class HistoryFile:
    """Earlier questions, each on a line of a file in the chatbot's own folder.

    problem is '' or one line that says why nothing can be written, so that history stays in memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = self._try()
        self._last = next(reversed(self.load()), "")

    def load(self) -> list[str]:
        """The last questions, oldest first; bytes that are no UTF-8 as U+FFFD."""
        try:
            data, whole = self._tail()
        except OSError:
            return []
        lines = data.split(b"\n")[0 if whole else 1 :]  # the first may have lost its beginning
        entries = (_printable(_BREAK.sub(_unescaped, line.decode("utf-8", "replace"))) for line in lines)
        return [entry for entry in entries if entry][-MOST_ENTRIES:]

    def append(self, line: str) -> None:
        """Keep a question, unless it is blank, is the last one again, or holds what identifies a person."""
        from chatbot.privacy import holds_identifier  # here, because the first prompt stands sooner without

        entry = _printable(line)
        if self.problem or not entry or entry == self._last or holds_identifier(line):
            return
        written = entry.replace("\\", "\\\\").replace("\n", "\\n")
        try:
            with self._open() as stream:
                # One write, so that no other terminal's line gets between its parts.
                stream.write(f"{_end_of_line(stream)}{written}\n".encode())
        except OSError as error:
            self.problem = self._because(error)
            return
        self._last = entry

    def _tail(self) -> tuple[bytes, bool]:
        """The end of the file, and whether that is all of it."""
        if not self._path.is_file():
            return b"", True  # a pipe would never open
        with self._path.open("rb") as stream:
            before = max(stream.seek(0, os.SEEK_END) - MOST_BYTES, 0)
            stream.seek(before)
            return stream.read(), not before

    def _try(self) -> str:
        """Make the folder and the file, closed to others. Returns why that failed, or ''."""
        if not self._path.is_absolute():
            return "History stays in memory: no home folder is known."
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _close_to_others(self._path.parent, 0o700)
            self._open().close()
        except OSError as error:
            return self._because(error)
        return ""

    def _open(self) -> FileIO:
        """The file, to be read and added to without a buffer."""
        if self._path.exists() and not self._path.is_file():
            raise FileExistsError(EEXIST, "it is there, and is no file")
        stream = FileIO(self._path, "a+", opener=_open_private)
        _close_to_others(self._path, 0o600)
        return stream

    def _because(self, error: OSError) -> str:
        return " ".join(_printable(f"History stays in memory: {self._path}: {error.strerror}.").split())


def _open_private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _close_to_others(path: Path, mode: int) -> None:
    """Take from others what an earlier program, or a hand, allowed them."""
    if path.stat().st_mode & OTHERS:
        path.chmod(mode)


def _end_of_line(stream: FileIO) -> str:
    """What ends a line that was cut short, such as by a full disk: without it the next would grow onto it."""
    if not stream.seek(0, os.SEEK_END):
        return ""
    stream.seek(-1, os.SEEK_END)
    return "" if stream.read(1) == b"\n" else "\n"


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def _printable(text: str) -> str:
    """Text without control characters, its line ends kept and other white space as spaces."""
    lines = ("".join(" " if char.isspace() else char for char in line) for line in text.splitlines())
    return "\n".join("".join(filter(str.isprintable, line)).rstrip() for line in lines).strip()
