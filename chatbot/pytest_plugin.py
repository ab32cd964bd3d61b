"""Collects ``*.pairs.yaml`` in anyone's repository: one test a pair, named by its id. docs/pairs.md tells the format.

JUnit reports, reruns and selection are pytest's own. The chatbot is imported and loaded when the first file of pairs is
met, so that test runs without any pay nothing for this plugin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from chatbot.bot import Chatbot
    from chatbot.pairs import Pair, Result

SUFFIX = ".pairs.yaml"  # as in chatbot.pairs, which is not imported before there is a file to read
BOT = pytest.StashKey["Chatbot"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--chatbot-content``."""
    group = parser.getgroup("chatbot", "question→answer pairs of the chatbot")
    group.addoption(
        "--chatbot-content",
        metavar="PATH",
        help=f"the folder with intents/ and answers/ that *{SUFFIX} files are run against (default: the installed one)",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PairsFile | None:
    """Take every file of pairs."""
    return PairsFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class PairDiffersError(AssertionError):
    """A pair whose reply is not what it expects; its result tells every difference."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"{result.pair.id} differs")
        self.result = result


class PairsFile(pytest.File):
    """A file of pairs. One that cannot be used is a collection error of one line, with file, line and mend."""

    def collect(self) -> Iterator[PairItem]:
        """An item for each pair."""
        from chatbot.pairs import load_pairs

        facts = frozenset(fact.id for fact in _bot(self.config).content.facts)
        for pair in load_pairs(self.path, self.nodeid, facts):
            yield PairItem.from_parent(self, name=pair.id, pair=pair)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str | TerminalRepr:  # type: ignore[override]
        """A wrong file or wrong content in one line, anything else as pytest shows it."""
        return str(excinfo.value) if isinstance(excinfo.value, ChatbotError) else super().repr_failure(excinfo)


class PairItem(pytest.Item):
    """A pair as a test."""

    def __init__(self, *, name: str, parent: pytest.Collector, pair: Pair) -> None:
        super().__init__(name, parent)
        self.pair = pair

    def runtest(self) -> None:
        """Put the pair to the chatbot. One that fails as it is known to is an expected failure."""
        from chatbot.pairs import ask

        result = ask(self.pair, _bot(self.config))
        if result.known:
            pytest.xfail(self.pair.known_failure)
        if result.differences:
            raise PairDiffersError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str | TerminalRepr:  # type: ignore[override]
        """Expected above got for every difference, without a traceback; a fault of ours keeps its own."""
        if isinstance(excinfo.value, PairDiffersError):
            from chatbot.pairs import describe

            return describe(excinfo.value.result)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the pair stands (pytest counts lines from 0), and its id."""
        return self.path, self.pair.line - 1, self.pair.id


def _bot(config: pytest.Config) -> Chatbot:
    """The session's one chatbot."""
    if BOT not in config.stash:
        from chatbot.bot import Chatbot

        config.stash[BOT] = Chatbot(config.getoption("chatbot_content"))
    return config.stash[BOT]
