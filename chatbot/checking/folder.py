"""A content folder under check: what was loaded, its YAML as written, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from chatbot.content import Content, Findings
from chatbot.documents import Rows, Table


@dataclass(frozen=True)
class Folder:
    """A content folder as loaded, its YAML as written, and what was found wrong with it."""

    content: Content
    findings: Findings

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every YAML file that can be read, by its name."""
        return self.findings.tables

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file of intents/ and answers/."""
        parts = (self.content.root / part for part in ("intents", "answers"))
        return tuple(sorted(file for part in parts for file in part.rglob("*") if file.is_file()))

    @property
    def whole(self) -> bool:
        """Whether loading left nothing out: only then is what nobody names really named by nobody."""
        return not self.findings.unusable

    def name(self, file: Path) -> str:
        """A file as findings call it."""
        return file.relative_to(self.content.root).as_posix()

    def add(self, problem: str, file: str, line: int, mend: str) -> None:
        """Report one finding."""
        self.findings.add(problem, file, line, mend)

    def reported(self, file: str, line: int) -> bool:
        """Whether a finding stands there already."""
        return any((error.file, error.line) == (file, line) for error in self.findings.found)

    def line_with(self, piece: str, file: str, first: int) -> int:
        """The line, from the first on, in which a piece of a text stands; the first where it is broken over two."""
        text = (self.content.root / file).read_text(encoding="utf-8").splitlines()
        return next((number for number, line in enumerate(text[first - 1 :], start=first) if piece in line), first)


def items(value: Any) -> Iterator[tuple[str, int]]:
    """The items of a list of YAML with their lines; nothing where it is none."""
    if isinstance(value, Rows):
        yield from ((str(item), line) for item, line in zip(value, value.lines, strict=True))
