"""How the service runs: one frozen value, made from the command line, then the environment, then the defaults."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from math import inf
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chatbot.errors import UsageError

Network = IPv4Network | IPv6Network
PREFIX = "CHATBOT_"  # of the environment's variables: --rate-limit is CHATBOT_RATE_LIMIT
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"  # names the folder in which workers add up what they count
REDIS = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `chatbot serve` was asked for. Secrets stay out of what is printed of it."""

    content: str | None = None
    """The content folder; None: the installed one."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes a free one, and says which."""
    workers: int = 1
    store: str = ""
    """Where conversations are kept: a file of SQLite, or the address of a Redis."""
    memory_minutes: float = 30
    """How long a conversation is kept after its last message."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of the pages that may call the service from a browser, each exact."""
    trusted_proxies: tuple[Network, ...] = ()
    """Who may say in X-Forwarded-For for whom a request is made."""
    rate_limit: int = 1200
    """Requests a minute that a client may make, all of them at once if it likes; 0 sets no limit."""
    time_limit: float = 2.0
    """Seconds that reading and answering one question may take."""
    stop_seconds: int = 10
    """How long a stopping worker waits for what is in flight."""
    review_log: str = ""
    """The file that keeps questions for review; '' keeps none."""
    access_log: bool = False
    """Whether a line is written for each request: never its address, query string, body or client."""
    api_key: str = field(default="", repr=False)
    """What every call must bring; '' asks for none."""
    secret: str = field(default="", repr=False)
    """What clients' own ids are hashed with; '' lets the store make one up and keep it."""


def address(text: str) -> str:
    """A store's address or file."""
    if "://" in text and not text.startswith(REDIS):
        raise ValueError("a store is a file, or an address that begins with redis://, rediss:// or unix://")
    return text


def origin(text: str) -> str:
    """An origin as browsers send it: scheme, host and port, in lower case and without a path."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise ValueError("an origin is a scheme and a host, such as https://desk.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def network(text: str) -> Network:
    """An address or a network of addresses."""
    return ip_network(text.strip(), strict=False)


def at_least(least: float, kind: Callable[[str], Any] = int, most: float = inf) -> Callable[[str], Any]:
    """What reads a number that is no smaller than least and no larger than most."""

    def read(text: str) -> Any:
        number = kind(text)
        if not number >= least:
            raise ValueError(f"the smallest is {least}")
        if number > most:
            raise ValueError(f"the largest is {most}")
        return number

    return read


def yes_or_no(text: str) -> bool:
    """A switch in the environment."""
    if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off", ""):
        raise ValueError("write 1 or 0")
    return text.lower() in ("1", "true", "yes", "on")


class Option(NamedTuple):
    """A setting as people give it: how it is read, its help, and whether it may be given several times."""

    name: str
    read: Callable[[str], Any]
    metavar: str
    help: str
    several: bool = False
    switch: bool = False
    secret: bool = False  # only from the environment: a command line can be seen by everybody on the machine

    @property
    def flag(self) -> str:
        """As on the command line; one of several is named in the singular."""
        name = {"allowed_origins": "allow_origin", "trusted_proxies": "trusted_proxy"}.get(self.name, self.name)
        return f"--{name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """As in the environment; several are parted by commas."""
        return PREFIX + self.name.upper()


OPTIONS = (
    Option("host", str, "ADDRESS", "the address to listen on (default: 127.0.0.1, this machine alone)"),
    Option("port", at_least(0, most=65535), "N", "the port to listen on (default: 8000; 0: any free one)"),
    Option("workers", at_least(1), "N", "processes that answer (default: 1)"),
    Option("store", address, "FILE|URL", "where conversations are kept: a file, or redis://…"),
    Option("memory_minutes", at_least(0.01, float), "N", "how long a conversation is remembered (default: 30)"),
    Option(
        "allowed_origins", origin, "ORIGIN", "a page that may call, as https://desk.example; repeatable", several=True
    ),
    Option("trusted_proxies", network, "NETWORK", "a proxy whose X-Forwarded-For holds; repeatable", several=True),
    Option("rate_limit", at_least(0), "N", "requests a minute and client (default: 1200; 0: no limit)"),
    Option("time_limit", at_least(0.01, float), "SECONDS", "for one question (default: 2)"),
    Option("stop_seconds", at_least(0), "SECONDS", "to finish what is in flight when stopping (default: 10)"),
    Option("review_log", str, "FILE", "keep unanswered and thumbs-down questions here, none that names a person"),
    Option("access_log", yes_or_no, "", "write a line for each request, without addresses or questions", switch=True),
    Option("api_key", str, "", "", secret=True),
    Option("secret", str, "", "", secret=True),
)


def add_options(parser: ArgumentParser) -> None:
    """Let a parser take what `chatbot serve` takes."""
    for option in OPTIONS:
        if option.secret:
            continue
        if option.switch:
            parser.add_argument(option.flag, dest=option.name, action="store_const", const="1", help=option.help)
        else:
            parser.add_argument(
                option.flag, dest=option.name, metavar=option.metavar, help=option.help,
                action="append" if option.several else "store",
            )  # fmt: skip
    parser.epilog = (
        "Every option may stand in the environment instead: CHATBOT_RATE_LIMIT and so on; CHATBOT_ALLOWED_ORIGINS and "
        "CHATBOT_TRUSTED_PROXIES are parted by commas. Only there: CHATBOT_API_KEY, which every call must then bring, "
        "and CHATBOT_SECRET, with which clients' ids are hashed."
    )


def read_settings(options: Namespace, environment: Mapping[str, str]) -> Settings:
    """The settings that a command line and an environment make. Raises `UsageError` where one cannot be read."""
    values: dict[str, Any] = {"content": options.content}
    for option in OPTIONS:
        given = getattr(options, option.name, None)
        if given is not None:
            values[option.name] = _value(option, given, option.flag)
        elif option.variable in environment:
            text = environment[option.variable]
            several = [part for part in text.split(",") if part.strip()]
            values[option.name] = _value(option, several if option.several else text, option.variable)
    settings = Settings(**values)
    if settings.review_log:
        _must_be_writable(Path(settings.review_log))
    return settings


def _value(option: Option, given: str | list[str], name: str) -> Any:
    try:
        return tuple(option.read(text.strip()) for text in given) if isinstance(given, list) else option.read(given)
    except ValueError as error:
        raise UsageError(f"{name}: {error} — see 'chatbot serve --help'") from error


def _must_be_writable(file: Path) -> None:
    """Say at the start, and not at the first question, that a file cannot be written."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror} — name another file with --review-log") from error


def default_store(environment: Mapping[str, str]) -> Path:
    """The file that keeps conversations where none is named: ``$XDG_STATE_HOME/chatbot/conversations.sqlite``."""
    home = environment.get("XDG_STATE_HOME")
    return (Path(home) if home else Path("~/.local/state").expanduser()) / "chatbot" / "conversations.sqlite"
