"""The borders inside the package: who imports whom, what a call loads, and what is public."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chatbot

PACKAGE = Path(chatbot.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

PUBLIC = ["Chatbot", "ChatbotError", "ContentError", "Conversation", "Query", "Reply", "UsageError", "__version__"]
SURFACES = ("chatbot.terminal", "chatbot.web", "chatbot.pytest_plugin")
REPLYING = ("chatbot.conversation", "chatbot.rendering", "chatbot.reply", "chatbot.bot")
# Each layer, and what it knows nothing of. Whoever is not named here may import what they like.
KNOWS_NOTHING_OF = {
    "chatbot.language": ("chatbot.dosing", *REPLYING, *SURFACES),
    "chatbot.dosing": ("chatbot.language", *REPLYING, *SURFACES),
    "chatbot.content": ("chatbot.language", "chatbot.dosing", "chatbot.bot", *SURFACES),
    "chatbot.conversation": ("chatbot.rendering", "chatbot.bot", *SURFACES),
    "chatbot.rendering": ("chatbot.language", "chatbot.conversation", "chatbot.bot", *SURFACES),
    "chatbot.bot": SURFACES,
    "chatbot.terminal": ("chatbot.web",),
    "chatbot.web": ("chatbot.terminal",),
}  # fmt: skip
# The command line starts the service, and knows no more of it.
DOORS = {("chatbot.terminal.cli", "chatbot.web.command")}
# Outside packages that are slow to load, and the only modules that may name them.
ONLY_IMPORTED_BY = {
    "prompt_toolkit": {"chatbot.terminal.prompt"},
    "yaml": {"chatbot.documents", "chatbot.pairs"},
    "jinja2": {"chatbot.rendering", "chatbot.checking.templates"},
}
# What the web service stands on: only that part of the package may name it.
OF_THE_WEB = ("litestar", "msgspec", "prometheus_client", "redis", "uvicorn")
HEAVY = ("yaml", "jinja2", "rapidfuzz", "prompt_toolkit")
MEDICINES = ("baclofen", "lioresal")


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every name that a module imports, anywhere in it, with its line; relative imports are made absolute."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            home = ".".join([*up, *([node.module] if node.module else [])])
            # "from chatbot import dosing" names a module too.
            yield from ((f"{home}.{alias.name}", node.lineno) for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def loaded_by(code: str, *, stdin: str = "", **settings: str) -> tuple[str, set[str]]:
    """What a fresh process prints, and the modules that it holds in the end, by their full names."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        input=stdin, capture_output=True, text=True, encoding="utf-8", check=False, cwd=PACKAGE.parent,
        env=os.environ | {"PYTHONUTF8": "1"} | settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *printed, modules = done.stdout.splitlines()
    return "\n".join(printed), set(json.loads(modules))


def test_the_import_reader_sees_every_form_of_import(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "chatbot")
    module = tmp_path / "chatbot" / "language" / "module.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        "import chatbot.a\nfrom chatbot import b\nfrom ..dosing import c\nfrom .. import d\nfrom . import e\n"
        "def late():\n    from chatbot.f import g\n",
        encoding="utf-8",
    )
    assert {name for name, _ in imports_of(module)} == {
        "chatbot.a", "chatbot.b", "chatbot.dosing.c", "chatbot.d", "chatbot.language.e", "chatbot.f.g",
    }  # fmt: skip


@pytest.mark.parametrize("layer", KNOWS_NOTHING_OF)
def test_a_layer_imports_nothing_it_should_know_nothing_of(layer):
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}"
        for path in MODULES
        if within(name_of(path), layer)
        for name, line in imports_of(path)
        if any(within(name, other) for other in KNOWS_NOTHING_OF[layer])
        and not any(name_of(path) == who and within(name, door) for who, door in DOORS)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", ONLY_IMPORTED_BY)
def test_a_slow_package_is_imported_in_its_one_place(package):
    importers = {name_of(path) for path in MODULES for name, _ in imports_of(path) if within(name, package)}
    assert importers <= ONLY_IMPORTED_BY[package]


def test_only_the_web_imports_what_the_web_stands_on():
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}"
        for path in MODULES
        if not within(name_of(path), "chatbot.web")
        for name, line in imports_of(path)
        if any(within(name, package) for package in OF_THE_WEB)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "code",
    [
        "import chatbot",
        "from chatbot.terminal.cli import build_parser; build_parser().format_help()",
        "import sys; from chatbot.terminal.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass",
    ],
    ids=["import chatbot", "chatbot --help", "chatbot --version"],
)
def test_what_needs_no_content_loads_nothing_heavy(code):
    _, loaded = loaded_by(code)
    assert loaded.isdisjoint({*HEAVY, "importlib.metadata"})


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(["ask", "max dose elderly"], ""), (["ask", "--jsonl"], "max dose elderly\n"), ([], "max dose elderly\n")],
    ids=["ask", "ask --jsonl", "lines of a pipe"],
)
def test_a_question_that_is_no_conversation_at_a_terminal_loads_no_prompt_and_no_web(arguments, stdin, tmp_path):
    for _ in ("the first time", "and again, with what the first time kept"):
        code = f"from chatbot.terminal.cli import main; main({arguments!r})"
        printed, loaded = loaded_by(code, stdin=stdin, XDG_CACHE_HOME=str(tmp_path))
        assert "per day" in printed, "the question was not answered, so this proves nothing"
        assert loaded.isdisjoint({"prompt_toolkit", "asyncio", "http", "pytest", *OF_THE_WEB})


def test_the_public_names_are_these_and_no_others():
    assert sorted(chatbot.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_what_its_home_defines(name):
    value = getattr(chatbot, name)
    if name != "__version__":
        assert getattr(importlib.import_module(value.__module__), name) is value


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Chatbox'"):
        _ = chatbot.Chatbox


def test_no_medicine_is_named_in_python():
    found = [
        f"{path.relative_to(PACKAGE.parent)}:{number}: {line.strip()[:80]}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if any(medicine in line.lower() for medicine in MEDICINES)
    ]
    assert not found, "a medicine's name is content (intents/vocabulary/):\n" + "\n".join(found)


def test_type_checkers_are_told_that_the_package_is_typed():
    assert (PACKAGE / "py.typed").is_file()
