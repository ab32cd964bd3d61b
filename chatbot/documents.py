"""YAML read strictly: every value keeps its line, and what PyYAML would swallow is an error.

A key that stands twice, an octal-looking ``010``, ``1_000``, ``no`` for false and ``2.50`` are all refused with file
and line, because each of them would be read as something other than what its author sees.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.errors import ContentError

if TYPE_CHECKING:
    import yaml

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]")
_TRUTHS = {"true": True, "false": False}
_CAPTURED = {"yes", "no", "on", "off", "y", "n"}


class Table(dict[str, Any]):
    """A YAML mapping that knows where it stands: `line` of the mapping, `lines` of each key's value."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: dict[str, int] = {}


class Rows(list[Any]):
    """A YAML sequence that knows the line of each item."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def read_yaml(path: Path, name: str) -> Table:
    """The mapping that a YAML file holds; name is how findings call the file. Errors are `ContentError`s."""
    import yaml  # here, because content that is cached is not parsed

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"cannot be read ({type(error).__name__})", file=name, mend="save it as UTF-8 text"
        ) from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is no valid YAML"
        raise ContentError(str(problem), file=name, line=mark.line + 1 if mark else 0, mend="mend the YAML") from error
    if node is None:
        return Table(name, 1)
    if _shape(node) != "mapping":
        raise ContentError("the file holds no mapping", file=name, line=1, mend="begin it with a key and a colon")
    return _table(node, name)


def _convert(node: yaml.Node, file: str) -> Any:
    if _shape(node) == "mapping":
        return _table(node, file)
    if _shape(node) == "sequence":
        rows = Rows()
        for child in node.value:
            rows.append(_convert(child, file))
            rows.lines.append(child.start_mark.line + 1)
        return rows
    return _scalar(node, file)


def _shape(node: yaml.Node) -> str:
    """mapping, sequence or scalar: asked by name, so that yaml need not be imported to ask."""
    return str(getattr(node, "id", ""))


def _table(node: yaml.Node, file: str) -> Table:
    table = Table(file, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise ContentError("a key is not a word", file=file, line=line, mend="use a plain word as the key")
        if key in table:
            raise ContentError(
                f"the key {key!r} stands twice",
                file=file,
                line=line,
                mend=f"remove one (first in line {table.lines[key]})",
            )
        table[key] = _convert(value_node, file)
        # A block scalar's text begins on the line after its bar.
        table.lines[key] = value_node.start_mark.line + 1
    return table


def _scalar(node: yaml.Node, file: str) -> Any:
    text, line = node.value, node.start_mark.line + 1
    if node.tag.endswith(":str"):
        return text
    if node.tag.endswith(":null"):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if text in _TRUTHS:
        return _TRUTHS[text]
    if text.lower() in _CAPTURED or text.lower() in _TRUTHS:
        raise ContentError(f"{text!r} would be read as true or false", file=file, line=line, mend="put it in quotes")
    if node.tag.endswith(":timestamp"):
        raise ContentError(f"{text!r} would be read as a date", file=file, line=line, mend="put it in quotes")
    raise ContentError(
        f"{text!r} would be read as another number", file=file, line=line, mend="write it plainly, or put it in quotes"
    )
