"""The command ``chatbot``: arguments in, answers to standard output, all else in one line to standard error.

Exit status: 0; 1 where `test` or `check` found something or the fault is ours; 2 for a usage error; 3 where a single
`ask` was not answered; 4 where the content is invalid.
"""

from __future__ import annotations

import os
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from chatbot import __version__
from chatbot.errors import ChatbotError, UsageError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.reply import Reply

NOT_ANSWERED = 3
UNANSWERED = ("clarify", "unknown", "refuse")

EPILOG = """\
examples:
  chatbot                                 open the interactive terminal
  chatbot ask "max dose elderly"          one reply
  chatbot ask --json "pump starting dose" the same as a JSON object
  chatbot ask --jsonl < questions.txt     a reply object a line
  chatbot explain "itb start"             how a question was read
  chatbot test tests/pairs                run question→answer pairs
  chatbot check                           validate intents/ and answers/
  chatbot serve                           the web service and its widget
"""


class _Parser(ArgumentParser):
    """A parser whose errors are ours: one line, with what to do.

    learn adds options that are looked up only where they are asked for.
    """

    learn: Callable[[ArgumentParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.learn:
            self.learn(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} — see 'chatbot --help'")


class _Version(Action):
    """Says which program and which content this is; looked up only where it is asked for."""

    def __call__(self, parser: ArgumentParser, namespace: Namespace, *_: object) -> None:
        from chatbot.folder import dates, digest, find_root

        root = find_root(namespace.content)
        documents = ", ".join(f"document {letter} of {date}" for letter, date in dates(root).items())
        print(f"chatbot {__version__}, content {digest(root)}{f' ({documents})' if documents else ''}")
        parser.exit()


def build_parser() -> ArgumentParser:
    """The command's arguments."""
    from argparse import RawDescriptionHelpFormatter

    parser = _Parser(
        prog="chatbot",
        description="Answers dosing questions from cited facts, offline. For healthcare professionals.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which program and which content this is")
    common = _Parser(add_help=False)
    common.add_argument(
        "--content", metavar="PATH", help="a folder with intents/ and answers/ (default: the installed one)"
    )
    parser.add_argument(
        "--content", metavar="PATH", help="a folder with intents/ and answers/ (default: the installed one)"
    )
    parser.add_argument("--no-history", action="store_true", help="keep no questions of the interactive terminal")
    parser.add_argument("--no-marks", action="store_true", help="do not mark what is understood while typing")
    parser.add_argument("--seed", type=int, metavar="N", help="ask the quiz in the same order each time")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    ask = commands.add_parser("ask", parents=[common], help="one reply, or a reply for each line of standard input")
    ask.add_argument("question", nargs="*", help="the question (with --jsonl: none)")
    forms = ask.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print the reply object")
    forms.add_argument(
        "--jsonl", action="store_true", help='read a question or {"turns": [...]} a line, print an object a line'
    )
    forms.add_argument("--as-pair", action="store_true", help="print the question and its reply as a pair to review")

    explain = commands.add_parser("explain", parents=[common], help="how a question was read")
    explain.add_argument("question", nargs="+", help="the question")

    test = commands.add_parser("test", parents=[common], help="run question→answer pairs")
    test.add_argument("files", nargs="*", metavar="FILES", help="files or folders (default: the content's own pairs)")

    check = commands.add_parser("check", parents=[common], help="validate intents/, answers/ and templates")
    check.add_argument("--reviewed", action="store_true", help="also report every fact that no person has reviewed")

    serve = commands.add_parser("serve", parents=[common], help="the web service and its widget")
    serve.learn = _learn_to_serve
    review = commands.add_parser("review", help="what a service's review log holds, by what was not understood")
    review.add_argument("file", metavar="FILE", help="the log")
    return parser


def _learn_to_serve(parser: ArgumentParser) -> None:
    from chatbot.web.command import add_options

    add_options(parser)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    try:
        return _run(build_parser().parse_args(arguments))
    except ChatbotError as error:
        print(f"chatbot: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        # The reader has gone (| head); what it took is all it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _run(options: Namespace) -> int:
    commands = {
        "ask": _ask, "explain": _explain, "test": _test, "check": _check, "serve": _serve, "review": _review,
        None: _talk,
    }  # fmt: skip
    return commands[options.command](options)


def _bot(options: Namespace) -> Chatbot:
    from chatbot.bot import Chatbot

    return Chatbot(options.content)


def _ask(options: Namespace) -> int:
    from chatbot.terminal.screen import readable, say, shown

    if options.jsonl:
        if options.question:
            raise UsageError("--jsonl reads questions from standard input: give none as an argument")
        return _ask_lines(options)
    if not options.question:
        raise UsageError('no question: give one, as in chatbot ask "max dose elderly"')
    reply = _bot(options).ask(readable(" ".join(options.question)))
    if options.json:
        import json

        say(json.dumps(reply.to_dict(), ensure_ascii=False, indent=2), exact=True)
    elif options.as_pair:
        from chatbot.pairs import as_pair

        say(as_pair(reply), exact=True)
    else:
        say(shown(reply))
    return NOT_ANSWERED if reply.outcome in UNANSWERED else 0


def _ask_lines(options: Namespace) -> int:
    import json

    from chatbot.terminal.screen import lines_of_input, say

    bot = _bot(options)
    for line in lines_of_input():
        say(json.dumps(_reply_to_line(bot, line).to_dict(), ensure_ascii=False), exact=True)
    return 0


def _reply_to_line(bot: Chatbot, line: str) -> Reply:
    """The reply to a line of --jsonl: a plain question, or an object with turns, of which the last is answered."""
    import json

    if not line.lstrip().startswith("{"):
        return bot.ask(line)
    try:
        turns = json.loads(line)["turns"]
    except (ValueError, KeyError, TypeError):
        turns = None
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return bot.invalid_line()
    talk = bot.conversation()
    # JSON may spell half a surrogate pair, which nothing could write out again.
    return [talk.ask(turn.encode("utf-8", "replace").decode()) for turn in turns][-1]


def _explain(options: Namespace) -> int:
    from chatbot.explain import explain
    from chatbot.terminal.screen import readable, say

    say(explain(_bot(options), readable(" ".join(options.question))))
    return 0


def _test(options: Namespace) -> int:
    from chatbot.pairs import run
    from chatbot.terminal.screen import say

    report, failed = run(options.files, _bot(options))
    say(report)
    return 1 if failed else 0


def _check(options: Namespace) -> int:
    from chatbot.check import check
    from chatbot.terminal.screen import say

    findings = check(options.content, reviewed=options.reviewed)
    for finding in findings:
        say(str(finding))
    print(f"chatbot: {len(findings)} finding{'' if len(findings) == 1 else 's'}", file=sys.stderr)
    return 1 if findings else 0


def _serve(options: Namespace) -> int:
    from chatbot.web.command import serve

    return serve(options)


def _review(options: Namespace) -> int:
    from chatbot.terminal.screen import say
    from chatbot.web.command import review

    say(review(options))
    return 0


def _talk(options: Namespace) -> int:
    from functools import partial

    from chatbot.folder import find_root, medicine
    from chatbot.terminal.history import is_off
    from chatbot.terminal.repl import Settings, talk

    return talk(
        partial(_bot, options),
        medicine(find_root(options.content)),
        Settings(history=not is_off(os.environ, options.no_history), marks=not options.no_marks, seed=options.seed),
    )
