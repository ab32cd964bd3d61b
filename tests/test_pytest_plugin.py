"""The pytest plugin, tried in repositories of its own: what it collects, how a pair fails, what stays pytest's."""

from __future__ import annotations

import importlib.metadata
import os
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

import chatbot.bot
from chatbot import pairs, pytest_plugin

ROOT = Path(__file__).parents[1]

TERSE = """\
pairs:
  - id: elderly-terse
    question: max dose elderly
    expect:
      outcome: answer
      facts: [oral.elderly.maximum_dose]
      figures: [30 to 40 mg per day]
"""
ADULT_FIGURE = """\
  - id: adult-figure
    question: max dose elderly
    expect:
      figures: [80 mg per day]
"""
KNOWN = """\
  - id: known
    question: max dose elderly
    expect: {outcome: refuse}
    known_failure: no cure yet
"""
KNOWN_PASSING = KNOWN.replace("refuse", "answer")

RunPytest = Callable[..., pytest.RunResult]


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> RunPytest:
    """Runs pytest in the empty repository with this plugin alone, whether or not the package is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest("-p", "chatbot.pytest_plugin", "-p", "no:cacheprovider", *arguments)

    return run


def repository(pytester: pytest.Pytester, **files: str) -> None:
    """Write files of pairs, named without their ending."""
    for name, text in files.items():
        (pytester.path / f"{name}.pairs.yaml").write_text(text, encoding="utf-8")


def test_a_pair_is_a_test_named_by_its_id(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, maximum=TERSE + KNOWN)
    (pytester.path / "other.yaml").write_text("anything", encoding="utf-8")
    result = run_pytest("--collect-only", "-q")
    assert result.outlines[:2] == ["maximum.pairs.yaml::elderly-terse", "maximum.pairs.yaml::known"]
    result.stdout.fnmatch_lines(["2 tests collected*"])


def test_a_failure_reads_as_expected_and_got_without_a_traceback(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    repository(pytester, maximum=TERSE + ADULT_FIGURE)
    result = run_pytest()
    result.assert_outcomes(passed=1, failed=1)
    start = next(number for number, line in enumerate(result.outlines) if line.startswith("___"))
    assert " adult-figure " in result.outlines[start]
    assert result.outlines[start + 1 : start + 6] == [
        "maximum.pairs.yaml:8: adult-figure: figures",
        "  asked     max dose elderly",
        "  figures (line 11)",
        "    expected  80 mg per day",
        "    got       30 to 40 mg per day",
    ]
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


def test_a_known_failure_is_expected_to_fail_and_fails_when_it_passes(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    repository(pytester, fails=f"pairs:\n{KNOWN}", passes=f"pairs:\n{KNOWN_PASSING}")
    result = run_pytest("-rx")
    result.assert_outcomes(xfailed=1, failed=1)
    result.stdout.fnmatch_lines(["XFAIL fails.pairs.yaml::known - no cure yet"])
    result.stdout.fnmatch_lines(["passes.pairs.yaml:2: known: known_failure", "*got*passes now: remove known_failure"])


def test_runxfail_shows_what_a_known_failure_hides(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, fails=f"pairs:\n{KNOWN}")
    result = run_pytest("--runxfail")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected  refuse", "*got       answer"])


def test_a_wrong_file_is_one_line_and_the_others_still_run(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, good=TERSE, wrong="pairs:\n  - id: a\n    question: q\n    expect: {outcome: answered}\n")
    result = run_pytest("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    line = "wrong.pairs.yaml:4: outcome holds the unknown word 'answered' — did you mean 'answer'?"
    assert line in result.outlines
    assert "Traceback" not in result.stdout.str()


def test_a_fact_that_the_content_does_not_know_is_found_at_collection(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    repository(pytester, maximum=TERSE.replace("facts: [oral", "facts_absent: [orl"))
    result = run_pytest("--collect-only")
    result.stdout.fnmatch_lines(["maximum.pairs.yaml:6: *did you mean 'oral.elderly.maximum_dose'?"])


def test_a_fault_of_ours_keeps_its_traceback(
    pytester: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> None:
        raise KeyError("slot")

    monkeypatch.setattr(chatbot.bot.Chatbot, "conversation", breaks)
    repository(pytester, known=f"pairs:\n{KNOWN}")
    result = run_pytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*KeyError: 'slot'"])


def test_the_content_can_be_named_and_is_loaded_once(
    pytester: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str | None] = []
    installed = chatbot.bot.Chatbot

    def made(content: str | None = None) -> chatbot.bot.Chatbot:
        asked_for.append(content)
        return installed()

    monkeypatch.setattr(chatbot.bot, "Chatbot", made)
    repository(pytester, one=TERSE, two=TERSE)
    run_pytest("--chatbot-content", "mine").assert_outcomes(passed=2)
    assert asked_for == ["mine"]


def test_a_content_folder_without_content_is_one_line(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, maximum=TERSE)
    result = run_pytest("--chatbot-content", "absent")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["absent: no content here — *"])


def test_selection_is_pytests_own(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, maximum=TERSE + ADULT_FIGURE)
    run_pytest("maximum.pairs.yaml::elderly-terse").assert_outcomes(passed=1)
    run_pytest("-k", "adult-figure").assert_outcomes(failed=1, deselected=1)
    run_pytest("--deselect", "maximum.pairs.yaml::adult-figure").assert_outcomes(passed=1, deselected=1)


def test_reruns_of_what_failed_are_pytests_own(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, maximum=TERSE + ADULT_FIGURE)
    run_pytest("-p", "cacheprovider").assert_outcomes(passed=1, failed=1)
    run_pytest("-p", "cacheprovider", "--last-failed").assert_outcomes(failed=1)


def test_junit_reports_are_pytests_own(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    repository(pytester, maximum=TERSE + ADULT_FIGURE + KNOWN)
    run_pytest("--junitxml=report.xml")
    cases = {case.get("name"): case for case in ET.parse(pytester.path / "report.xml").iter("testcase")}  # noqa: S314
    assert set(cases) == {"elderly-terse", "adult-figure", "known"}
    assert list(cases["elderly-terse"]) == []
    failure = cases["adult-figure"].find("failure")
    assert failure is not None
    assert "expected  80 mg per day" in (failure.text or "")
    assert cases["known"].find("skipped") is not None


def test_nothing_heavy_is_imported_before_a_file_of_pairs_is_met(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "chatbot.pytest_plugin" in sys.modules
            heavy = {"yaml", "jinja2", "rapidfuzz", "prompt_toolkit", "chatbot.pairs", "chatbot.bot"}
            assert not heavy & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-p", "chatbot.pytest_plugin").assert_outcomes(passed=1)


def test_the_ending_is_the_one_that_the_command_collects() -> None:
    assert pytest_plugin.SUFFIX == pairs.SUFFIX


def test_an_installed_package_brings_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"]["pytest11"]
    assert declared == {"chatbot_pairs": pytest_plugin.__name__}
    entry = importlib.metadata.EntryPoint("chatbot_pairs", declared["chatbot_pairs"], "pytest11")
    assert entry.load() is pytest_plugin
