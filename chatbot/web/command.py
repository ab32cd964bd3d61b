"""The commands `chatbot serve` and `chatbot review`, as the command line calls them."""

from __future__ import annotations

import os
from argparse import Namespace
from importlib.util import find_spec

from chatbot.errors import UsageError
from chatbot.web.settings import REDIS, add_options, read_settings

__all__ = ["add_options", "review", "serve"]


def serve(options: Namespace) -> int:
    """Run the service. Raises `UsageError` where the extra that it needs is not installed."""
    settings = read_settings(options, os.environ)
    _must_be_installed("web", "uvicorn", "litestar", "prometheus_client", "msgspec")
    if settings.store.startswith(REDIS):
        _must_be_installed("redis", "redis")
    from chatbot.web.server import serve as run

    return run(settings)


def _must_be_installed(extra: str, *packages: str) -> None:
    """Look whether packages are there, without importing them: the workers do, the watching process need not."""
    for package in packages:
        try:
            found = find_spec(package)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise UsageError(f"{package} is not installed: pip install 'dosing-chatbot[{extra}]'")


def review(options: Namespace) -> str:
    """The report of `chatbot review FILE`."""
    from chatbot.web.review import review as report

    return report(options.file)
