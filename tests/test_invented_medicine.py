"""Another medicine is another content folder: nothing of the project's own shows through.

The folder is made here: three facts, two topics, its own vocabulary; the project's examples of the two topics, its
wording and its templates, with the medicine exchanged and what speaks of facts that are not there left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from chatbot import Chatbot, Reply
from chatbot.folder import find_root
from chatbot.query import Outcome, Reason
from tests.dose_style import findings

TOPICS = ("starting_dose", "maximum_dose")
EXAMPLES = (*TOPICS, "chat", "off_topic")
# As few examples as somebody may begin with.
FEW = {
    "starting_dose": {"topic": "starting_dose", "asks": [{"phrases": "starting dose\nfirst dose\nhow do i start"}]},
    "maximum_dose": {"topic": "maximum_dose", "asks": [{"phrases": "maximum dose\nmax dose\nhighest dose"}]},
    "chat": {"chat": [{"kind": "greeting", "phrases": "hello\ngood morning"}]},
    "off_topic": {"phrases": "what is the weather\nwho won the match"},
}
FILES = {
    "intents/vocabulary/words.yaml": """\
names: zorbafen
other_medicines: |
  baclofen
  tizanidine
population:
  adult: |
    adult
  elderly: |
    elderly
    older adult
  pediatric: |
    child
route:
  oral: by mouth
  intrathecal: pump
dose_words: |
  dose
negations: |
  not
  no
joiners: |
  and
questions: |
  what
  how
attachments: |
  in
  with
new_patient: |
  new patient
emergency:
  overdose: overdosed
  person: she
""",
    "answers/sources.yaml": """\
documents:
  Z:
    title: Zorbafen in practice
    publisher: The Zorbafen Society
    address: https://example.org/zorbafen
    updated: "2025-03-09"
    review: pending human review
citations:
  Z1:
    status: listed
    title: A trial of zorbafen
    year: 2024
  Z2:
    status: unknown
""",
    "answers/facts/oral.yaml": """\
facts:
- id: oral.adult.starting_dose
  topic: starting_dose
  route: oral
  population: adult
  values:
    dose: 7 mg
    times_per_day: 2 times/day
  says: The source starts adults at **{dose} {times_per_day}** by mouth.
  cites: [Z1]
- id: oral.adult.maximum_dose
  topic: maximum_dose
  route: oral
  population: adult
  values:
    daily_dose: 35 mg/day
  says: The source's maximum for adults by mouth is **{daily_dose}**.
  cites: [Z1, Z2]
- id: oral.elderly.maximum_dose
  topic: maximum_dose
  route: oral
  population: elderly
  values:
    daily_dose: 14-21 mg/day
  says: The source's maximum for older adults by mouth is **{daily_dose}**.
  cites: [Z2]
""",
}
OWN_FIGURES = ("5 mg", "15 mg", "80 mg", "40 mg", "500 mcg")
ABOUT_BACLOFEN = (
    "what is the maximum dose of baclofen?",
    "baclofen starting dose",
    "max dose baclofen elderly",
    "BACLOFEN max dose in adults by mouth",
)
ANYTHING = (
    "what is the maximum dose of zorbafen in adults?",
    "max dose elderly",
    "zorbafen starting dose",
    "starting dose in a child",
    "max dose by pump",
    "zorbafen",
    "and in children?",
    "starting dose and max dose",
    "hello",
    "what can you do",
    "what is the weather",
    "dose of tizanidine",
    "she has overdosed",
    "new patient",
    "",
    "7 mg by pump?",
    *ABOUT_BACLOFEN,
)


def written(root: Path, *, few: bool = False) -> Path:
    """The folder of the invented medicine, with the project's examples or with few."""
    own = find_root()
    for name in EXAMPLES:
        projects = (own / "intents" / f"{name}.yaml").read_text(encoding="utf-8").replace("baclofen", "zorbafen")
        file = root / "intents" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(FEW[name]) if few else projects, encoding="utf-8")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copytree(own / "answers" / "templates", root / "answers" / "templates")
    wording = yaml.safe_load((own / "answers" / "wording.yaml").read_text(encoding="utf-8"))
    wording |= {"medicine": "zorbafen", "clarify_topics": list(TOPICS), "next": {"starting_dose": ["maximum_dose"]}}
    del wording["emergency_facts"]
    text = yaml.safe_dump(wording, allow_unicode=True, sort_keys=False, width=1000)
    (root / "answers" / "wording.yaml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("zorbafen"))


@pytest.fixture(scope="module")
def own() -> Chatbot:
    """The chatbot of the project's own content."""
    return Chatbot()


@pytest.fixture(scope="module")
def bot(content: Path) -> Chatbot:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHATBOT_NO_CACHE", "1")
        return Chatbot(content=content)


def run(content: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh `chatbot ask` process on the folder, started elsewhere."""
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "CHATBOT_NO_CACHE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "chatbot", "ask", "--content", str(content), *arguments],
        capture_output=True,
        check=False,
        cwd=content,
        encoding="utf-8",
        env=surroundings | {"PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize(
    ("question", "facts", "figure", "cited"),
    [
        ("what is the maximum dose of zorbafen in adults?", ["oral.adult.maximum_dose"], "35 mg per day", ["Z1", "Z2"]),
        ("max dose elderly", ["oral.elderly.maximum_dose"], "14 to 21 mg per day", ["Z2"]),
        ("zorbafen starting dose", ["oral.adult.starting_dose"], "7 mg twice daily", ["Z1"]),
        ("zorbofen starting dose", ["oral.adult.starting_dose"], "7 mg twice daily", ["Z1"]),
    ],
)
def test_an_answer_is_of_its_facts_and_cites_them(bot, question, facts, figure, cited):
    reply = bot.ask(question)
    assert (reply.outcome, list(reply.facts)) == (Outcome.ANSWER, facts)
    assert figure in reply.text.replace("\u00a0", " ").replace("**", "")
    assert [reference.id for reference in reply.references] == cited
    assert "The Zorbafen Society" in reply.text


def test_both_topics_of_a_question_are_answered(bot):
    reply = bot.ask("starting dose of zorbafen? maximum dose of zorbafen?")
    assert [(row.query.topic, row.outcome) for row in reply.queries] == [
        ("starting_dose", Outcome.ANSWER),
        ("maximum_dose", Outcome.ANSWER),
    ]


def test_what_its_sources_do_not_say_is_unknown(bot):
    for question in ("starting dose of zorbafen in a child", "maximum dose of zorbafen by pump"):
        reply = bot.ask(question)
        assert (reply.outcome, reply.reason, reply.facts) == (Outcome.UNKNOWN, Reason.NOT_IN_SOURCES, ()), question


def test_a_follow_up_leans_on_what_was_asked(bot):
    talk = bot.conversation()
    talk.ask("what is the maximum dose of zorbafen in adults?")
    assert talk.ask("elderly?").facts == ("oral.elderly.maximum_dose",)


def said(reply: Reply) -> str:
    """All that a reply says, without the reader's own words and without the names of medicines that it declines."""
    told = reply.to_dict()
    del told["question"], told["declined"]
    return json.dumps(told, ensure_ascii=False).replace("\u00a0", " ").lower()


@pytest.mark.parametrize("question", ANYTHING)
def test_no_reply_speaks_of_the_projects_own_medicine(bot, question):
    reply = bot.ask(question)
    assert "baclofen" not in said(reply)
    assert findings(reply, bot.content) == []


def test_the_questions_bring_every_kind_of_reply(bot):
    assert {bot.ask(question).outcome for question in ANYTHING} == set(Outcome)


def test_its_help_names_it(bot):
    assert "zorbafen" in bot.ask("what can you do").text


@pytest.mark.parametrize("question", ABOUT_BACLOFEN)
def test_a_question_about_baclofen_gets_no_dose(bot, question):
    reply = bot.ask(question)
    assert (reply.outcome, reply.reason) == (Outcome.REFUSE, Reason.OTHER_DRUG)
    assert (reply.facts, reply.references) == ((), ())
    assert not [figure for figure in ("35 mg", "7 mg", "21 mg", *OWN_FIGURES) if figure in said(reply)]


@pytest.mark.parametrize(
    "question",
    [
        "what is the maximum dose of zorbafen?",
        "max dose of zorbafen in adults",
        "how much zorbafen can a child have",
        "zorbafen max dose",
        "zorbafen starting dose in the elderly",
        "zorbafen titration schedule",
    ],
)
def test_the_projects_own_content_gives_no_dose_of_the_invented_medicine(own, question):
    reply = own.ask(question)
    assert reply.outcome in (Outcome.CLARIFY, Outcome.REFUSE)
    assert reply.facts == ()


def test_the_command_answers_from_the_folder(content):
    done = run(content, "what is the maximum dose of zorbafen in adults?")
    assert (done.returncode, done.stderr) == (0, "")
    assert "35 mg per day" in done.stdout.replace("\u00a0", " ").replace("**", "")
    assert "baclofen" not in done.stdout.lower()


def test_the_command_refuses_baclofen(content, own):
    done = run(content, "--json", "what is the maximum dose of baclofen?")
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["reason"]) == (3, "refuse", "other_drug")
    assert told["content_version"] != own.content.version


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="words are weighed as if there were many examples: of few, only the examples themselves are read",
)
def test_a_folder_of_few_examples_is_enough(tmp_path, monkeypatch):
    monkeypatch.setenv("CHATBOT_NO_CACHE", "1")
    few = Chatbot(content=written(tmp_path, few=True))
    assert few.ask("what is the maximum dose of zorbafen in adults?").facts == ("oral.adult.maximum_dose",)
