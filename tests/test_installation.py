"""The package as people install it: a checkout, an editable install and a wheel find the same intents/ and answers/.

Everything here is built and installed without the network: it is pointed at a port where nothing listens.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import chatbot
from chatbot.cache import SWITCH

for needed in ("build", "hatchling", "pip"):
    pytest.importorskip(needed, reason=f"building needs {needed}: pip install -e '.[test]'")

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ("intents", "answers")
MADE_BY_MACHINES = ("__pycache__", ".pyc")
SOURCE_FOLDERS = ("chatbot", *CONTENT, "tests", "docs", "benchmarks")
SOURCE_FILES = (".ci/run", "Makefile", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
SURROUNDINGS = {
    SWITCH: "1",
    "PYTHONUTF8": "1",
    "PIP_NO_INDEX": "1",
    "PIP_CONFIG_FILE": os.devnull,
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
}
LENT = ("jinja2", "prompt_toolkit", "yaml", "rapidfuzz", "hatchling", "pip")
QUESTION = "max dose elderly"
REPORT = """
import json, os
import chatbot
content = chatbot.Chatbot().content
print(json.dumps({
    "package": os.path.dirname(chatbot.__file__), "content": str(content.root), "version": content.version,
    "facts": len(content.facts), "intents": len(content.intents),
}))
"""


@dataclass(frozen=True)
class Environment:
    """A Python that has the chatbot, where its package and its content should lie, and what surrounds it."""

    python: Path
    package: Path
    content: Path
    settings: Mapping[str, str]


def run(command: Sequence[str | Path], *, cwd: Path, **settings: str) -> str:
    """What a command prints; it fails the test with all that the command said."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | SURROUNDINGS | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def files_under(folder: Path) -> Iterator[Path]:
    """The files that people wrote in a folder."""
    for file in folder.rglob("*"):
        if file.is_file() and not any(part in file.name or part in file.parts for part in MADE_BY_MACHINES):
            yield file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was built from it alone."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def in_sdist(built: Path) -> dict[str, bytes]:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        files = {member.name.partition("/")[2]: archive.extractfile(member) for member in archive if member.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def empty_environment(folder: Path) -> tuple[Path, Path]:
    """A new environment with the chatbot's dependencies and pip but not the chatbot: its Python and its site-packages.

    A path file lends it the packages of the environment that runs this. Path files over there are not obeyed, so that
    an editable chatbot of that one stays out of sight.
    """
    run([sys.executable, "-m", "venv", "--without-pip", folder], cwd=folder.parent)
    places = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    packages = Path(places["purelib"])
    lent = dict.fromkeys(Path(str(importlib.import_module(name).__file__)).parents[1] for name in LENT)
    (packages / "lent.pth").write_text("".join(f"{place}\n" for place in lent), encoding="utf-8")
    return Path(places["scripts"]) / "python", packages


def install(python: Path, *what: str | Path) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--ignore-installed", "--no-build-isolation")
    run([python, "-m", "pip", "install", *quiet, *what], cwd=python.parent)


@pytest.fixture(scope="module", params=["checkout", "editable", "wheel"])
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    python, packages = empty_environment(tmp_path_factory.mktemp(request.param) / "venv")
    if request.param == "checkout":
        return Environment(python, ROOT / "chatbot", ROOT, {"PYTHONPATH": str(ROOT)})
    if request.param == "editable":
        install(python, "--editable", ROOT)
        return Environment(python, ROOT / "chatbot", ROOT, {})
    install(python, request.getfixturevalue("wheel"))
    return Environment(python, packages / "chatbot", packages / "chatbot" / "content_files", {})


def test_the_content_is_found_from_another_working_directory(environment, tmp_path):
    report = json.loads(run([environment.python, "-c", REPORT], cwd=tmp_path, **environment.settings))
    assert Path(report.pop("package")) == environment.package
    assert Path(report.pop("content")) == environment.content
    here = chatbot.Chatbot(ROOT).content
    assert report == {"version": here.version, "facts": len(here.facts), "intents": len(here.intents)}


def test_a_question_is_answered_as_in_the_checkout(environment, tmp_path):
    printed = run(
        [environment.python, "-m", "chatbot", "ask", "--json", QUESTION], cwd=tmp_path, **environment.settings
    )
    assert json.loads(printed) == chatbot.Chatbot(ROOT).ask(QUESTION).to_dict()


@pytest.mark.parametrize("environment", ["editable", "wheel"], indirect=True)
def test_an_installed_chatbot_brings_its_command(environment, tmp_path):
    command = environment.python.parent / "chatbot"
    assert run([command, "--version"], cwd=tmp_path).startswith(f"chatbot {chatbot.__version__}, content ")
    assert chatbot.Chatbot(ROOT).ask(QUESTION).text in run([command, "ask", QUESTION], cwd=tmp_path)


def test_the_wheel_holds_every_file_of_the_content_and_of_the_package(in_wheel):
    expected = {
        f"chatbot/content_files/{file.relative_to(ROOT).as_posix()}": file.read_bytes()
        for part in CONTENT
        for file in files_under(ROOT / part)
    }
    expected |= {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files_under(ROOT / "chatbot")}
    held = {name: data for name, data in in_wheel.items() if ".dist-info/" not in name}
    assert sorted(held) == sorted(expected)
    assert [name for name, data in expected.items() if held[name] != data] == []
    assert "chatbot/py.typed" in held


def test_the_source_distribution_holds_what_the_checkout_holds(in_sdist):
    files = [
        *(ROOT / name for name in SOURCE_FILES),
        *(file for part in SOURCE_FOLDERS for file in files_under(ROOT / part)),
    ]
    expected = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
    assert sorted(expected.keys() - in_sdist.keys()) == []
    assert [name for name, data in expected.items() if in_sdist[name] != data] == []


def test_nothing_made_by_machines_is_distributed(in_sdist, in_wheel):
    names = [*in_sdist, *in_wheel]
    assert [name for name in names if name.startswith(".venv") or any(part in name for part in MADE_BY_MACHINES)] == []


@pytest.fixture(scope="module")
def metadata(in_wheel: dict[str, bytes]) -> Message:
    (name,) = (name for name in in_wheel if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(in_wheel[name])


def test_the_metadata_says_what_is_installed(metadata, in_wheel):
    assert metadata["Name"] == "dosing-chatbot"
    assert metadata["Version"] == chatbot.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert any(name.endswith("/licenses/LICENSE") for name in in_wheel)


def test_only_these_packages_are_required(metadata):
    required = {line.split(">=")[0].lower() for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert required == {"jinja2", "prompt-toolkit", "pyyaml", "rapidfuzz"}


def test_every_entry_point_leads_to_something_that_is_there(in_wheel):
    (name,) = (name for name in in_wheel if name.endswith(".dist-info/entry_points.txt"))
    points = ConfigParser(delimiters=("=",))
    points.read_string(in_wheel[name].decode())
    assert {group: dict(points[group]) for group in points.sections()} == {
        "console_scripts": {"chatbot": "chatbot.terminal.cli:main"},
        "pytest11": {"chatbot_pairs": "chatbot.pytest_plugin"},
    }
    for group in points.sections():
        for target in points[group].values():
            assert f"{target.partition(':')[0].replace('.', '/')}.py" in in_wheel
