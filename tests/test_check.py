"""`chatbot check` reports each thing that can be wrong with content: once, where it stands, with what to do.

Most tests break one thing of the project's own content and expect exactly one finding more, which also shows that what
refers to the broken thing is not reported as well.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot import check as module
from chatbot.check import check
from chatbot.content import find_root, load
from chatbot.errors import ContentError
from chatbot.quantity import UNITS
from chatbot.query import Origin, Population, Route, Topic

ORAL, ALTERNATIVES = "answers/facts/oral.yaml", "answers/facts/alternatives.yaml"
SOURCES, SUBJECTS, WORDING = "answers/sources.yaml", "answers/subjects.yaml", "answers/wording.yaml"
MAXIMUM, SILENT, CHAT, OFF_TOPIC = (
    f"intents/{name}.yaml" for name in ("maximum_dose", "subjects", "chat", "off_topic")
)
PEOPLE, MEDICINE, DANGER = (f"intents/vocabulary/{name}.yaml" for name in ("people", "medicine", "emergencies"))
OTHERS, ROUTES = (f"intents/vocabulary/{name}.yaml" for name in ("other_medicines", "routes"))
CLARIFY = "answers/templates/clarify.md.j2"
PACKAGE = Path(module.__file__).parent


@dataclass(frozen=True)
class Break:
    """One thing broken: in file, the first old becomes new (no old: new is added at the end, also of a new file).

    The finding's line must be the one in which the text at ends, and problem a part of what it says.
    """

    file: str
    old: str
    new: str
    at: str
    problem: str


LOADING = {
    # YAML
    "broken YAML": Break(
        ORAL, "topic: starting_dose", "topic: starting: dose", "topic: starting: dose", "mapping values are not allowed"
    ),
    "a key twice": Break(
        ORAL, "  route: oral\n", "  route: oral\n  topic: titration\n", "  topic: titration", "stands twice"
    ),
    "an octal number": Break(ALTERNATIVES, "step: 1", "step: 01", "step: 01", "'01' would be read as another number"),
    "an underscore": Break(ALTERNATIVES, "step: 1", "step: 1_0", "step: 1_0", "'1_0' would be read as another number"),
    "no for false": Break(ALTERNATIVES, "step: 1", "step: no", "step: no", "'no' would be read as true or false"),
    "a trailing zero": Break(ALTERNATIVES, "step: 1", "step: 2.50", "step: 2.50", "'2.50' would be read as another"),
    "a file that is a list": Break("intents/new.yaml", "", "- phrases\n", "- phrases", "holds no mapping"),
    "sources that cannot be read": Break(SOURCES, "  A:", "  A: :", "  A: :", "mapping values are not allowed"),
    "subjects that cannot be read": Break(
        SUBJECTS, "subjects:", "subjects: :", "subjects: :", "mapping values are not allowed"
    ),
    "wording that cannot be read": Break(
        WORDING, "routes:", "routes: :", "routes: :", "mapping values are not allowed"
    ),
    # facts
    "an unknown key": Break(
        ORAL, "  route: oral", "  dose: 5 mg\n  route: oral", "dose: 5 mg", "an unknown key 'dose'"
    ),
    "a missing key": Break(ORAL, "  population: adult\n", "", "id: oral.adult.starting_dose", "no 'population'"),
    "an unknown topic": Break(ORAL, "topic: titration", "topic: titrating", "titrating", "unknown topic 'titrating'"),
    "an unknown route": Break(ORAL, "route: oral", "route: mouth", "route: mouth", "unknown route 'mouth'"),
    "an unknown population": Break(ORAL, ": adult\n", ": adults\n", ": adults", "unknown population 'adults'"),
    "an unknown origin": Break(ORAL, ": adult\n", ": adult\n  origin: hip\n", "origin: hip", "unknown origin 'hip'"),
    "a slot without a value": Break(ORAL, "{daily_dose} in all", "{daily} in all", "{daily} in all", "names {daily}"),
    "a range upside down": Break(ORAL, "40-80 mg/day", "80-40 mg/day", "80-40 mg/day", "range upside down"),
    "an unknown unit": Break(ORAL, "dose: 5 mg", "dose: 5 tablets", "dose: 5 tablets", "unknown unit"),
    "a value with no unit": Break(ORAL, "dose: 5 mg", 'dose: "5"', 'dose: "5"', "is no quantity"),
    "a dose with a trailing zero": Break(ORAL, "dose: 5 mg", "dose: 5.0 mg", "dose: 5.0 mg", "is no quantity"),
    "a value that is empty": Break(ORAL, "dose: 5 mg", "dose:", "    dose:\n", "the value 'dose' is empty"),
    "values that are a list": Break(
        ALTERNATIVES, "values:\n    step: 1", "values: [1]", "values: [1]", "is no mapping"
    ),
    "half a dose a day": Break(ORAL, "3 times/day", "0.5 times/day", "0.5 times/day", "no whole number of doses"),
    "no source": Break(ORAL, "cites: [A1]", "cites: []", "cites: []", "has no source"),
    "an unknown citation": Break(ORAL, "cites: [A1]", "cites: [A77]", "cites: [A77]", "cites A77"),
    "a citation that is no list": Break(ORAL, "cites: [A1]", "cites: A1", "cites: A1", "'cites' of a fact is no list"),
    "a fact twice": Break(
        ORAL,
        "oral.adult.titration",
        "oral.adult.starting_dose",
        "[A1]\n\n- id: oral.adult.starting_dose",
        "stands twice",
    ),
    "facts that are no list": Break("answers/facts/new.yaml", "", "facts: none\n", "facts: none", "'facts' is no list"),
    # sources
    "an unknown resolution": Break(SOURCES, "    status: listed", "    status: sure", "status: sure", "unknown status"),
    "a citation of no document": Break(
        SOURCES, "", "\n  Z1:\n    status: unknown\n", "Z1:\n    status", "no known document"
    ),
    "a document without its date": Break(
        SOURCES,
        '    updated: "2026-02-18"\n',
        "",
        "title: Baclofen dosing regimen for adults",
        "document A has no 'updated'",
    ),
    # subjects
    "a subject near a dose": Break(
        SUBJECTS, "near: []", "near: [oral.adult.titration]", "near: [oral.adult.t", "a dose"
    ),
    "a subject near an amount": Break(
        SUBJECTS, "near: []", "near: [oral.adult.adverse_effects]", "near: [oral.adult.adv", "a dose"
    ),
    "a subject near nothing": Break(SUBJECTS, "near: []", "near: [some.fact]", "near: [some.fact]", "near some.fact"),
    "a subject without a name": Break(
        SUBJECTS, "    named: fertility\n", "", "fertility:\n    condition", "no 'named'"
    ),
    "a subject without wording": Break(
        SILENT, "", "  - subject: fruit\n    phrases: an apple\n", "subject: fruit", "'fruit' has no wording"
    ),
    # intents and vocabulary
    "an unknown topic of phrases": Break(MAXIMUM, "maximum_dose", "the_maximum", "topic: the_maximum", "unknown topic"),
    "an odd character": Break(MAXIMUM, "      max dose\n", "      max dose?\n", "max dose?", "more than plain words"),
    "a capital letter": Break(MAXIMUM, "      max dose\n", "      Max dose\n", "Max dose", "more than plain words"),
    "an unknown key of a file": Break(OFF_TOPIC, "", "more: x\n", "more: x", "unknown key 'more'"),
    "an unknown kind of chat": Break(CHAT, "kind: thanks", "kind: thank", "kind: thank\n", "unknown kind of chat"),
    "a file without an intent": Break("intents/new.yaml", "", "asks: []\n", "asks", "the file holds no intent"),
    "an unknown slot": Break(MEDICINE, "exact_names:", "exact_name:", "exact_name:", "unknown slot 'exact_name'"),
    "an unknown group": Break(ROUTES, "", "kin:\n  infant: |\n    some babe\n", "infant: |", "unknown group 'infant'"),
    "a file that nothing reads": Break(
        "answers/words.yaml", "", "medicine: x\n", "medicine", "nothing reads this file"
    ),
}

CHECKING = {
    # files
    "another ending": Break("answers/facts/new.yml", "", "facts: []\n", "facts", "nothing reads this file"),
    # facts
    "a figure in a sentence": Break(ORAL, "starts adults at", "starts 18 adults at", "18 adults", "the figure '18'"),
    "a figure in a folded line": Break(
        ORAL,
        "effects increase significantly",
        "effects above 60 mg increase",
        "effects above 60 mg",
        "the figure '60 mg'",
    ),
    "a percentage in the other sentence": Break(
        ORAL, "are seen, and they depend", "are seen in 5 %, and they", "are seen in 5 %", "the figure '5 %'"
    ),
    "a dose in words": Break(
        ORAL, "starts adults at", "starts at five mg", "starts at five mg", "the figure 'five mg'"
    ),
    "a symbol beside a figure": Break(ORAL, "by mouth, {", "by mouth, ≥ {", "by mouth, ≥ {", "symbol beside a figure"),
    "a dash between figures": Break(
        ORAL, "**{dose} {times_per_day}**", "**{dose}–{dose}**", "**{dose}–{dose}**", "joins two figures"
    ),
    "a unit after a figure": Break(ORAL, "{daily_dose} in all", "{daily_dose} mg", "{daily_dose} mg", "types a unit"),
    "a directive": Break(ORAL, "The source starts adults at", "You should start at", "You should", "tells a person"),
    "a short form": Break(ORAL, "by mouth, {", "PO, {", "PO, {", "holds a short form"),
    "an open slot": Break(ORAL, "{daily_dose} in all", "{daily_dose in all", "{daily_dose in all", "does not close it"),
    "an open bold mark": Break(
        ORAL, "**{dose} {times_per_day}**", "**{dose} {times_per_day}", "**{dose}", "not close it"
    ),
    "a range of frequencies": Break(
        ORAL,
        "values:\n    times_per_day: 3 times/day",
        "values:\n    times_per_day: 2-3 times/day",
        "2-3 times/day",
        "more than one number of doses a day",
    ),
    "a daily dose that is no product": Break(ORAL, "15 mg/day", "20 mg/day", "20 mg/day", "is 15\u00a0mg per day"),
    "a range upside down in a list": Break(
        "answers/facts/oral_children.yaml", "at: [1 month,", "at: [3-1 months,", "at: [3-1", "upside down"
    ),
    "half a review": Break(
        ORAL, "  cites: [A1]\n", "  cites: [A1]\n  reviewed_by: M\n", "reviewed_by", "half a review"
    ),
    "a review on no day": Break(
        ORAL,
        "  cites: [A1]\n",
        "  cites: [A1]\n  reviewed_by: M\n  reviewed_on: May\n",
        "reviewed_on: May",
        "is no date",
    ),
    # phrases
    "a phrase in two topics": Break(OFF_TOPIC, "", "  upper limit\n", "\n  upper limit\n", "in maximum_dose too"),
    "a phrase in two topics but for its endings": Break(
        OFF_TOPIC, "", "  upper limits\n", "  upper limits", "stands in maximum_dose too"
    ),
    "a phrase twice": Break(
        MAXIMUM,
        "      upper end\n",
        "      upper end\n      upper limit\n",
        "upper end\n      upper limit",
        "stands twice",
    ),
    "a phrase with a figure": Break(
        MAXIMUM, "      upper end\n", "      upper end 5\n", "upper end 5", "the figure '5'"
    ),
    "a phrase with a dose in words": Break(
        MAXIMUM, "      upper end\n", "      is ten mg the upper end\n", "is ten mg", "the figure 'ten mg'"
    ),
    "a detail of no fact": Break(
        MAXIMUM, "detail: reported_higher", "detail: high", "detail: high", "the detail 'high'"
    ),
    "a name that is another medicine's": Break(
        OTHERS, "", "  more: |\n    lioresal\n", "    lioresal", "stands in names too"
    ),
    "a phrase of two populations": Break(
        PEOPLE,
        "    pensioner\n",
        "    pensioner\n    teenager\n",
        "pensioner\n    teenager",
        "population.pediatric too",
    ),
    "a word in two lines of synonyms": Break(
        "intents/vocabulary/synonyms.yaml",
        "  usual: usual",
        "  usual: launching usual",
        "launching usual",
        "stands in synonyms.start too",
    ),
    "a lone number": Break(DANGER, "    ambulance\n", "    ambulance\n    112\n", "    112", "met by any number"),
    "a number that means a population": Break(
        PEOPLE, "    teenager\n", "    teenager\n    under 18s\n", "under 18s", "met by any number"
    ),
    "a dose in the vocabulary": Break(PEOPLE, "    teenager\n", "    teenager\n    on 5 mg\n", "on 5 mg", "a figure"),
    "words of danger that no rule reads": Break(
        DANGER, "  self_harm: |", "  harm: |\n    x\n  self_harm: |", "  harm:", "harm"
    ),
    # subjects
    "an unknown place": Break(SUBJECTS, "[labelling,", "[leaflet,", "[leaflet,", "unknown place 'leaflet'"),
    "a figure in a name": Break(
        SUBJECTS, "named: a missed dose", "named: a missed 5 mg", "missed 5 mg", "holds a figure"
    ),
    "a subject nobody asks for": Break(
        SUBJECTS,
        "subjects:\n",
        "subjects:\n  stars:\n    named: stars\n    look: [labelling]\n",
        "named: stars",
        "stars",
    ),
    # wording
    "a figure in the wording": Break(
        WORDING, "oral: by mouth", "oral: by mouth 5 mg", "by mouth 5 mg", "figure '5 mg'"
    ),
    "a percentage in the wording": Break(WORDING, "adult: adults", "adult: all %", "all %", "the figure '%'"),
    "an unknown slot of the wording": Break(
        WORDING, "{taper}", "{tapering}", "{tapering}", "the unknown slot {tapering}"
    ),
    "a slot where none is filled": Break(WORDING, "oral: by mouth", "oral: a {way}", "a {way}", "unknown slot {way}"),
    "an open slot of the wording": Break(WORDING, "{taper}", "{{taper}", "{{taper}", "does not close it"),
    "wording that is no text": Break(WORDING, "oral: by mouth", "oral: 7", "oral: 7", "is no text"),
    "wording that is empty": Break(WORDING, "oral: by mouth", "oral:", "routes:\n  oral:", "misses 'oral'"),
    "a part that is no mapping": Break(
        WORDING,
        "routes:\n  oral: by mouth\n  intrathecal: by intrathecal pump",
        "routes: two",
        "routes: two",
        "no mapping",
    ),
    "an unknown part": Break(WORDING, "", "words: {a: b}\n", "words: {a", "'words', which no reply uses"),
    "an unknown topic to choose from": Break(
        WORDING,
        "clarify_topics: [starting_dose",
        "clarify_topics: [start",
        "clarify_topics: [start",
        "unknown topic 'start'",
    ),
    "an unknown topic to offer next": Break(
        WORDING, "[stopping, monitoring]", "[stop]", "[stop]", "unknown topic 'stop'"
    ),
    "topics that are no list": Break(
        WORDING, "regimen: [stopping, monitoring]", "regimen: stopping", "regimen: stopping", "'next.regimen'"
    ),
    "steps that are no list": Break(
        WORDING,
        "    withdrawal:\n      - ",
        "    withdrawal: >-\n      - ",
        "withdrawal: >-",
        "'emergency.do.withdrawal'",
    ),
    "a limit that is no quantity": Break(WORDING, "65 years", "retired at 65", "retired at 65", "is no quantity"),
    "a limit upside down": Break(WORDING, "2-17 years", "17-2 years", "17-2 years", "upside down"),
    "an emergency that shows a dose": Break(
        WORDING, "overdose: [", "overdose: [oral.adult.maximum_dose, ", "overdose: [oral.adult", "holds a dose"
    ),
    "an emergency that shows nothing known": Break(WORDING, "overdose: [", "overdose: [x, ", "overdose: [x", "fact x"),
    # templates
    "a template that is not reached": Break(
        "answers/templates/start.md.j2", "", "{{ section.lead }}\n", "{{ section", "no reply reaches this template"
    ),
    "a template with broken Jinja": Break(CLARIFY, "{%- for", "{%- fro", "{%- fro", "unknown tag 'fro'"),
    "an unknown filter": Break(
        CLARIFY, "{{- question }}", "{{- question | shout }}", "shout", "No filter named 'shout'"
    ),
    "an unknown slot of a template": Break(CLARIFY, "{{- question }}", "{{- text }}", "{{- text", "the unknown 'text'"),
    "a dose in a template": Break(CLARIFY, "{{- question }}", "{{- question }} 5 mg", "5 mg", "the figure '5 mg'"),
    "a percentage in a template": Break(CLARIFY, "{{- question }}", "{{- question }} %", "question }} %", "figure '%'"),
    "a figure in a template's quotes": Break(CLARIFY, "{{ choice }}", "{{ 'over 60' }}", "over 60", "the figure '60'"),
    "a number that a template works with": Break(CLARIFY, "loop.index }}", "loop.index * 80 }}", "* 80", "figure '80'"),
    "a template that is not there": Break(
        CLARIFY, "{{- question }}", '{{- question }}{% include "lost.md.j2" %}', "lost.md.j2", "includes lost.md.j2"
    ),
}


# The parts of the wording whose first key stands in one line.
PARTS = [*sorted({name for name in module.WORDING_PARTS if "." not in name} - {"emergency"}), "look"]


@pytest.fixture(scope="session")
def content(tmp_path_factory) -> Path:
    """The project's own content, without its pairs, nor the phrases of most topics and lists of words, for speed."""
    folder = tmp_path_factory.mktemp("content")
    for part in ("intents", "answers"):
        shutil.copytree(find_root() / part, folder / part)
    for path in (*folder.glob("intents/*.yaml"), *folder.glob("intents/vocabulary/*.txt")):
        if path.relative_to(folder).as_posix() not in (MAXIMUM, SILENT, CHAT, OFF_TOPIC):
            path.unlink()
    return folder


@pytest.fixture(scope="session")
def found(content) -> Callable[[], list[ContentError]]:
    """What is found in the copy beyond what the unbroken copy has: that is the one test's matter to report."""
    own = {(finding.file, finding.problem) for finding in check(str(content), reviewed=False)}

    def found() -> list[ContentError]:
        findings = check(str(content), reviewed=False)
        return [finding for finding in findings if (finding.file, finding.problem) not in own]

    return found


@pytest.fixture
def change(content) -> Iterator[Callable[[str, str, str], None]]:
    """Change a file of the copy for one test: the first old becomes new (no old: new is added at the end)."""
    kept: dict[Path, str | None] = {}

    def change(file: str, old: str, new: str) -> None:
        path = content / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{file} holds {old!r} no longer: break something else"
        kept.setdefault(path, text if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text.replace(old, new, 1) if old else text.rstrip("\n") + "\n" * bool(text) + new, encoding="utf-8"
        )

    yield change
    for path, text in kept.items():
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    shutil.rmtree(content / "tests", ignore_errors=True)


def line_of(content: Path, case: Break) -> int:
    text = (content / case.file).read_text(encoding="utf-8")
    assert case.at in text, f"the broken {case.file} does not hold {case.at!r}"
    return text.count("\n", 0, text.index(case.at) + len(case.at.rstrip())) + 1


def places(findings: list[ContentError]) -> list[tuple[str, int]]:
    return [(finding.file, finding.line) for finding in findings]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in {**LOADING, **CHECKING}.items()])
def test_one_broken_thing_is_one_finding_in_its_place(content, found, change, case):
    change(case.file, case.old, case.new)
    findings = found()
    assert places(findings) == [(case.file, line_of(content, case))], [str(finding) for finding in findings]
    assert case.problem in findings[0].problem
    assert findings[0].mend


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in LOADING.items()])
def test_what_cannot_be_read_also_stops_the_chatbot_from_starting(content, change, case):
    change(case.file, case.old, case.new)
    with pytest.raises(ContentError) as error:
        load(content)
    assert (error.value.file, error.value.line) == (case.file, line_of(content, case))


def test_the_projects_own_content_has_no_finding_but_for_pairs_to_come():
    findings = [finding for finding in check(None, reviewed=False) if "pairs that it needs" not in finding.problem]
    assert [str(finding) for finding in findings] == []


# ---------------------------------------------------------------------------------------------------- wording, files


def first_keys(content: Path) -> dict[str, tuple[int, str]]:
    """For each part of the wording the number and the text of the line after its name: its first key."""
    lines = (content / WORDING).read_text(encoding="utf-8").splitlines()
    numbers = {part: lines.index(f"{part}:") + 1 for part in PARTS}
    return {part: (number + 1, lines[number]) for part, number in numbers.items()}


def test_every_part_of_the_wording_must_have_its_keys(content, found, change):
    first = first_keys(content)
    for part, (_, text) in first.items():
        change(WORDING, f"\n{part}:\n{text}\n", f"\n{part}:\n")
    missing = {
        f"{part!r} of the wording misses {text.partition(':')[0].strip()!r}" for part, (_, text) in first.items()
    }
    assert missing - {finding.problem for finding in found()} == set()


def test_no_part_of_the_wording_may_have_a_key_that_no_reply_uses(content, found, change):
    first = first_keys(content)
    value = {"limits": "2 years"}
    for part, (_, text) in first.items():
        change(WORDING, f"\n{part}:\n{text}\n", f"\n{part}:\n  too_many: {value.get(part, 'words')}\n{text}\n")
    # A place to look may be added: subjects name it.
    expected = [
        (number + earlier, f"{part!r} of the wording has 'too_many', which no reply uses")
        for earlier, (part, (number, _)) in enumerate(sorted(first.items(), key=lambda item: item[1]))
        if part != "look"
    ]
    assert [(finding.line, finding.problem) for finding in found()] == expected


def test_a_part_of_the_wording_that_is_missing_is_reported(found, change):
    parts = [*PARTS, "emergency", "declined", "disclaimer"]
    for part in parts:
        change(WORDING, f"\n{part}:", f"\n{part}_gone:")
    missing = {f"the wording misses {part!r}" for part in parts}
    assert missing - {finding.problem for finding in found()} == set()


def test_words_without_which_a_danger_is_passed_over_are_asked_for(found, change):
    change(DANGER, "  self_harm: |", "  lethal_: |")
    problems = [finding.problem for finding in found()]
    assert problems == ["no phrase of 'emergency.self_harm'", "no rule reads the words of danger 'lethal_'"]


def test_a_frame_without_its_template_is_reported(content, found, change):
    text = (content / CLARIFY).read_text(encoding="utf-8")
    change(CLARIFY, text, "")
    (content / CLARIFY).unlink()
    findings = found()
    assert [(finding.file, finding.problem) for finding in findings] == [
        ("answers/templates", "the template clarify.md.j2 is missing")
    ]


def test_a_template_that_only_an_unreached_one_includes_is_not_reached(found, change):
    change("answers/templates/one.md.j2", "", '{% include "two.md.j2" %}\n')
    change("answers/templates/two.md.j2", "", "two\n")
    assert places(found()) == [
        ("answers/templates/one.md.j2", 1),
        ("answers/templates/two.md.j2", 1),
    ]


def test_all_findings_are_reported_by_file_and_line(found, change):
    change(WORDING, "oral: by mouth", "oral: by mouth 5 mg")
    change(ORAL, "40-80 mg/day", "80-40 mg/day")
    change(ORAL, "cites: [A1]", "cites: []")
    change(MAXIMUM, "      max dose\n", "      max dose!\n")
    places_ = places(found())
    assert [file for file, _ in places_] == [ORAL, ORAL, WORDING, MAXIMUM]
    assert places_ == sorted(places_)


def test_a_folder_without_content_is_an_error_and_no_finding(tmp_path):
    with pytest.raises(ContentError, match="no content here"):
        check(str(tmp_path), reviewed=False)


# ---------------------------------------------------------------------------------------------------- review, pairs


def test_every_fact_that_no_person_has_reviewed_is_reported_when_asked(content, change):
    change(ORAL, "  cites: [A1]\n", '  cites: [A1]\n  reviewed_by: M. Example, MD\n  reviewed_on: "2026-03-01"\n')
    facts = load(content).facts
    findings = [finding for finding in check(str(content), reviewed=True) if "no person" in finding.problem]
    reported = {finding.problem.rpartition(" ")[2]: (finding.file, finding.line) for finding in findings}
    assert reported == {fact.id: (fact.file, fact.line) for fact in facts if fact.id != "oral.adult.starting_dose"}
    assert not any("no person" in finding.problem for finding in check(str(content), reviewed=False))


def pairs(fact: str, count: int) -> str:
    rows = (f"  - {{id: p{row}, question: how, expect: {{facts: [{fact}]}}}}\n" for row in range(count))
    return "pairs:\n" + "".join(rows)


@pytest.mark.parametrize(("count", "enough"), [(1, False), (2, False), (3, True)])
def test_a_fact_needs_three_pairs_that_bring_it_up(content, change, count, enough):
    first, other, *_ = load(content).facts
    change("tests/pairs/some.pairs.yaml", "", pairs(first.id, count))
    missing = [finding for finding in check(str(content), reviewed=False) if "pairs that it needs" in finding.problem]
    assert ((first.file, first.line) not in places(missing)) == enough
    assert (other.file, other.line) in places(missing)


def test_pairs_that_cannot_be_read_are_reported_and_no_fact_with_them(found, change):
    change("tests/pairs/some.pairs.yaml", "", pairs("some.fact", 1))
    findings = found()
    assert places(findings) == [("tests/pairs/some.pairs.yaml", 2)]
    assert "some.fact" in findings[0].problem


def test_content_without_a_folder_of_pairs_is_asked_for_none(content):
    assert not any("pairs that it needs" in finding.problem for finding in check(str(content), reviewed=False))


# ---------------------------------------------------------------------------------------------------- the tables


def strings(path: Path) -> set[str]:
    """The texts that stand in the code of a file or folder, the checks themselves left out."""
    files = [path] if path.is_file() else [file for file in path.rglob("*.py") if file.name != "check.py"]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("table", ["NOTES", "CLARIFY", "LIMITS", "PLACES", "EMERGENCIES"])
def test_the_checks_ask_for_no_wording_that_the_code_does_not_use(table):
    assert set(getattr(module, table)) - strings(PACKAGE) == set()


def test_the_checks_know_the_words_of_danger_that_the_rules_combine():
    calls = (
        node for node in ast.walk(ast.parse((PACKAGE / "language/safety.py").read_text())) if isinstance(node, ast.Call)
    )
    methods = ("any", "all", "near", "count")
    asked = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in methods)
    words = {word.value for call in asked for word in call.args if isinstance(word, ast.Constant)}
    assert set(module.EMERGENCY_WORDS) == words | {"retracted"}


def test_the_checks_know_the_templates_that_replies_are_written_with_and_their_slots():
    frames: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse((PACKAGE / "rendering.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
            names = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            for name in names:
                frames.setdefault(name, set()).update(keyword.arg for keyword in node.keywords)
    assert {name: set(variables) for name, variables in module.FRAMES.items()} == frames


# ---------------------------------------------------------------------------------------------------- the guide

GUIDE = Path(__file__).parents[1] / "docs/content.md"


def test_the_guides_examples_can_be_added_to_the_content_as_they_stand(found, change):
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    for file, text in blocks:
        change(file, "", text)
    assert [str(finding) for finding in found()] == []


@pytest.mark.parametrize(
    "words", [Topic, Route, Population, Origin, UNITS], ids=["topic", "route", "population", "origin", "unit"]
)
def test_the_guide_names_every_word_of_the_vocabulary(words):
    text = GUIDE.read_text(encoding="utf-8")
    assert [word for word in map(str, words) if f"`{word}`" not in text] == []
