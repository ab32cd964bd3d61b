"""Templates: parsed, reached by a reply, without figures, and naming only what they are handed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from jinja2 import Environment, TemplateSyntaxError, meta

from chatbot.checking.folder import Folder
from chatbot.checking.texts import FIGURE
from chatbot.query import Topic

TEMPLATES = "answers/templates"
# The templates that chatbot/rendering.py writes with, and what it hands them. A topic's own template gets `section`.
FRAMES: Mapping[str, frozenset[str]] = {
    "answer": frozenset(
        {
            "heading",
            "read",
            "sections",
            "choices",
            "comparisons",
            "comparisons_lead",
            "cautions",
            "asides",
            "references",
            "documents",
            "references_heading",
            "disclaimer",
        }
    ),
    "section": frozenset({"section"}),
    "clarify": frozenset({"question", "suggestions"}),
    "refuse": frozenset({"line"}),
    "chat": frozenset({"line", "documents", "disclaimer"}),
    "emergency": frozenset(
        {
            "first",
            "steps",
            "still",
            "facts",
            "facts_lead",
            "references",
            "documents",
            "references_heading",
            "disclaimer",
        }
    ),
}


def templates(folder: Folder) -> None:
    """Frames that are missing, and what is wrong with each template that is there."""
    root = folder.content.root / TEMPLATES
    # Only read here, never rendered.
    jinja = Environment(autoescape=False)  # noqa: S701
    sources = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in sorted(root.glob("*.md.j2"))}
    frames = {f"{name}.md.j2": variables for name, variables in FRAMES.items()}
    frames |= {f"{topic}.md.j2": frozenset({"section"}) for topic in Topic}
    for name in FRAMES:
        if f"{name}.md.j2" not in sources:
            folder.add(f"the template {name}.md.j2 is missing", TEMPLATES, 0, "add it: replies are written with it")
    includes = {name: _template(folder, jinja, name, sources, frames.get(name)) for name in sources}
    reached = {name for name in sources if name in frames}
    while more := {inner for name in reached for inner in includes.get(name, ())} - reached:
        reached |= more
    for name in sources:
        if name not in reached:
            mend = "name it after a topic, include it in another template, or remove it"
            folder.add("no reply reaches this template", f"{TEMPLATES}/{name}", 1, mend)


def _template(
    folder: Folder, jinja: Environment, name: str, sources: Mapping[str, str], variables: frozenset[str] | None
) -> Collection[str]:
    """Report what is wrong with one template; the names of those that it includes."""
    file, source = f"{TEMPLATES}/{name}", sources[name]
    try:
        tree = jinja.parse(source, name)
        named = meta.find_undeclared_variables(tree)  # an unknown filter is an error of syntax here
    except TemplateSyntaxError as error:
        folder.add(str(error.message), file, error.lineno, "mend the template")
        return ()
    for figure, line in _template_figures(jinja, source):
        folder.add(f"the template holds the figure {figure!r}", file, line, "let a fact or a limit hold it")
    if variables is not None:
        for variable in sorted(named - variables - set(jinja.globals)):
            mend = f"use one of {', '.join(sorted(variables))}"
            folder.add(f"the template names the unknown {variable!r}", file, _first_line(source, variable), mend)
    included = {inner for inner in meta.find_referenced_templates(tree) if inner}
    for inner in sorted(included - set(sources)):
        mend = "add that template, or mend the name"
        folder.add(f"the template includes {inner}, which is not there", file, _first_line(source, inner), mend)
    return included


def _template_figures(jinja: Environment, source: str) -> Iterator[tuple[str, int]]:
    """Figures that a reader could see: in the text, in quoted text, and numbers beyond the 0 and 1 that count rows."""
    for line, kind, text in jinja.lex(source):
        if kind == "data" or (kind == "string" and not text.endswith((".j2'", '.j2"'))):
            for figure in FIGURE.finditer(text):
                yield figure[0], line + text.count("\n", 0, figure.start())
        elif kind == "float" or (kind == "integer" and text not in ("0", "1")):
            yield text, line


def _first_line(source: str, word: str) -> int:
    lines = enumerate(source.splitlines(), start=1)
    return next((number for number, line in lines if re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", line)), 1)
