"""What the interactive terminal answers to a line: a reply, or what one of its own words does. No input or output.

A session's only variable is an immutable `Talk`, so that two terminals never share anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chatbot.bot import Chatbot
from chatbot.conversation import State
from chatbot.explain import explain
from chatbot.query import Outcome, Topic
from chatbot.reply import Reply

if TYPE_CHECKING:
    from chatbot.quiz.rounds import Quiz

LIKE = 60  # how like a word of the terminal (per cent) an unknown one must be for "Did you mean …?"
LEAVE = frozenset({"quit", "exit", "bye", "q", ":q"})  # words that leave without a stroke before them
MOST_EXAMPLES = 8
STOP = frozenset({"stop", "/stop", "end"})
REPLACE = "--replace"


class Word(NamedTuple):
    """A word of the terminal, what may stand behind it, and what it does."""

    name: str
    takes: str
    does: str


WORDS = (
    Word("/help", "[topic]", "what can be asked, and these words"),
    Word("/examples", "[topic]", "questions to try"),
    Word("/why", "", "how the last question was read"),
    Word("/sources", "", "the documents behind the answers"),
    Word("/context", "", "what is kept from earlier questions"),
    Word("/new", "", "forget the patient and begin again"),
    Word("/save", "FILE", "write this conversation to a Markdown file"),
    Word("/quiz", "[topic]", "practise: ten questions, stop ends it"),
    Word("/quit", "", "leave (so do quit, exit, bye and Ctrl-D)"),
)
FOLLOW_UPS = (
    'Follow-ups lean on what was asked ("and in children?", "no, I meant the pump"); "new patient" begins again. '
    "Ages, weights and doses are read with their units, and shown as they were read. "
    "Do not type patients' names or record numbers: nothing here needs them."
)
KEYS = (
    ("Tab", "offers whole questions like what is typed"),
    ("Right", "takes the grey suggestion from earlier questions"),
    ("Up, Ctrl-R", "earlier questions: those that begin alike, or hold what is typed"),
    ("Ctrl-C", "clears the line"),
)


START = State()


@dataclass(frozen=True, slots=True)
class Talk:
    """A session so far: what the next message meets, the last question with what it met, and all that was said."""

    state: State = START
    asked: str = ""
    met: State = START
    said: tuple[tuple[str, Reply], ...] = ()
    quiz: Quiz | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a line is answered with: Markdown text, and the reply that it is of, if it is one."""

    text: str
    reply: Reply | None = None
    leave: bool = False


@dataclass(slots=True)
class Session:
    """One terminal's conversation. state_folder is where missed quiz questions are kept; None keeps them nowhere."""

    bot: Chatbot
    state_folder: Path | None = None
    seed: int | None = None  # of the quiz; None asks in another order each time
    talk: Talk = field(default_factory=Talk)

    def take(self, line: str) -> Said:
        """The answer to a line that the reader sent."""
        words = line.split()
        first = words[0].lower() if words else ""
        if len(words) == 1 and first in LEAVE:
            return Said("", leave=True)
        if first == "help" and len(words) == 1:
            first = "/help"
        if first.startswith("/") and first not in STOP:
            return self._word(first, words[1:])
        return self._quizzed(line) if self.talk.quiz else self._asked(line)

    def _asked(self, line: str) -> Said:
        met = self.talk.state
        reply, state = self.bot.reply(line, met)
        self.talk = replace(self.talk, state=state, asked=line, met=met, said=(*self.talk.said, (line, reply)))
        return Said(reply.text, reply)

    # ------------------------------------------------------------------------------------------------ its own words

    def _word(self, name: str, rest: Sequence[str]) -> Said:
        does = {
            "/help": self._help,
            "/examples": self._examples,
            "/why": self._why,
            "/sources": self._sources,
            "/context": self._context,
            "/new": self._new,
            "/save": self._save,
            "/quiz": self._quiz,
        }
        if name in ("/quit", "/exit", "/bye"):
            return Said("", leave=True)
        if name in does:
            return Said(does[name](rest))
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extractOne

        near = extractOne(name[:20], [word.name for word in WORDS], scorer=ratio, score_cutoff=LIKE)
        return Said(f"There is no such word here. Did you mean {near[0] if near else '/help'}?")

    def _help(self, rest: Sequence[str]) -> str:
        if rest:
            return self._examples(rest)
        width = max(len(f"{word.name} {word.takes}") for word in WORDS)
        lines = [
            self.bot.renderer.chat("help"),
            "",
            FOLLOW_UPS,
            "",
            *(f"* {f'{word.name} {word.takes}':<{width}}  {word.does}" for word in WORDS),
            "",
            *(f"* {key}: {does}" for key, does in KEYS),
            "",
            f"Topics for /help and /examples: {self._topics()}.",
        ]
        return "\n".join(lines)

    def _topics(self) -> str:
        labels = self.bot.renderer.wording["topics"]
        return ", ".join(str(labels[topic]).lower() for topic in Topic if topic is not Topic.CALCULATION)

    def _examples(self, rest: Sequence[str]) -> str:
        topic = self._topic(rest)
        if rest and topic is None:
            return f"No such topic. There are: {self._topics()}."
        from chatbot.terminal.completion import examples

        heading = str(self.bot.renderer.wording["topics"][topic]) if topic else "Questions to try"
        found = examples(self.bot, topic)
        return "\n".join([f"{heading}:", "", *(f"* {example}" for example in found[:MOST_EXAMPLES] if example)])

    def _topic(self, rest: Sequence[str]) -> Topic | None:
        """The topic that words name: by its own name, else by what they would ask."""
        named = " ".join(rest).lower()
        labels = self.bot.renderer.wording["topics"]
        for topic in Topic:
            if named and named in (topic.value, topic.value.replace("_", " "), str(labels[topic]).lower()):
                return topic
        asks = self.bot.understand(named, State()).asks if named else ()
        return asks[0].topic if asks else None

    def _why(self, _rest: Sequence[str]) -> str:
        if not self.talk.asked:
            return "Nothing was asked yet."
        return explain(self.bot, self.talk.asked, self.talk.met)

    def _sources(self, _rest: Sequence[str]) -> str:
        return self.bot.renderer.chat("references")

    def _context(self, _rest: Sequence[str]) -> str:
        kept = list(_kept(self.bot, self.talk.state))
        if not kept:
            return "Nothing is kept: the next question stands alone."
        return "\n".join(["Kept for the next question (/new forgets it):", "", *(f"* {line}" for line in kept)])

    def _new(self, _rest: Sequence[str]) -> str:
        self.talk = replace(self.talk, state=State(), quiz=None)
        return self.bot.renderer.chat("new_patient")

    def _save(self, rest: Sequence[str]) -> str:
        over = REPLACE in rest
        name = " ".join(word for word in rest if word != REPLACE)
        if not name:
            return "Where to? Name a file: /save FILE"
        if not self.talk.said:
            return "Nothing was asked yet, so there is nothing to save."
        try:
            with Path(name).expanduser().open("w" if over else "x", encoding="utf-8") as file:
                file.write(transcript(self.talk))
        except FileExistsError:
            return f"The file is there already. To replace it: /save {REPLACE} FILE"
        except (OSError, ValueError, RuntimeError) as error:
            return f"The file was not written: {getattr(error, 'strerror', None) or 'no such place'}."
        return "Saved."

    # ------------------------------------------------------------------------------------------------ quiz

    def _quiz(self, rest: Sequence[str]) -> str:
        from chatbot.quiz import rounds, store

        topic = self._topic(rest)
        if rest and topic is None:
            return f"No such topic. There are: {self._topics()}."
        missed = store.load(self.state_folder) if self.state_folder else ()
        begun = rounds.begin(self.bot, topic, seed=self.seed, missed=missed)
        if begun is None:
            return "There is no question on that topic yet."
        self.talk = replace(self.talk, quiz=begun)
        return begun.question

    def _quizzed(self, line: str) -> Said:
        """An answer in a quiz, unless the line tells of an emergency, which ends it."""
        from chatbot.quiz import rounds

        if self.bot.understand(line, State()).outcome is Outcome.EMERGENCY:
            self.talk = replace(self.talk, quiz=None)
            return self._asked(line)
        now = self.talk.quiz
        if now is None or line.strip().lower() in STOP:
            self.talk = replace(self.talk, quiz=None)
            return Said("The quiz is over.")
        text, after = rounds.answer(self.bot, now, line)
        if after.is_over:
            self.talk = replace(self.talk, quiz=None)
            return Said("\n\n".join(filter(None, (text, self._keep(rounds.missed_of(after))))))
        self.talk = replace(self.talk, quiz=after)
        return Said(f"{text}\n\n{after.question}")

    def _keep(self, missed: Sequence[str]) -> str:
        """Keep what was missed for the next quiz; a line where that cannot be done."""
        from chatbot.quiz import store

        try:
            if self.state_folder:
                store.save(self.state_folder, missed)
        except OSError as error:
            return f"What was missed could not be kept: {error.strerror or 'the folder cannot be written'}."
        return ""


def transcript(talk: Talk) -> str:
    """A conversation as Markdown: each message as it was typed, quoted, and its reply."""
    parts = []
    for line, reply in talk.said:
        typed = "".join(char if char.isprintable() else " " for char in line)
        # Indented, so that no mark of Markdown or HTML in it is obeyed.
        parts.append(f"    {typed}\n\n{reply.text}\n")
    return "\n".join(parts)


def _kept(bot: Chatbot, state: State) -> Iterator[str]:
    """What a conversation carries into the next message, a line each."""
    wording = bot.renderer.wording
    if state.emergency:
        yield "an emergency was spoken of: no dose is shown until it is said that it did not happen"
    groups = [str(wording["populations"][group]) for group in state.person.asked]
    if groups:
        yield f"patient: {', '.join(groups)}"
    told = bot.renderer.workings.told(state.figures.of_patient)
    if told:
        yield f"numbers: {told}"
    if state.topics:
        yield f"topic: {', '.join(str(wording['topics'][topic]).lower() for topic in state.topics)}"
    if state.route:
        yield f"route: {wording['routes'][state.route]}"
    if state.origins:
        yield f"origin: {', '.join(str(wording['origins'][origin]) for origin in state.origins)}"
