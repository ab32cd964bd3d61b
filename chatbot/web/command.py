"""The commands `chatbot serve` and `chatbot review`, as the command line calls them."""

from __future__ import annotations

import os
from argparse import Namespace

from chatbot.errors import UsageError
from chatbot.web.settings import REDIS, add_options, read_settings

__all__ = ["add_options", "review", "serve"]


def serve(options: Namespace) -> int:
    """Run the service. Raises `UsageError` where the extra that it needs is not installed."""
    settings = read_settings(options, os.environ)
    try:
        if settings.store.startswith(REDIS):
            import redis  # noqa: F401 - only to see whether it is there
    except ModuleNotFoundError as error:
        raise UsageError("a store in Redis needs an extra: pip install 'dosing-chatbot[redis]'") from error
    try:
        from chatbot.web.server import serve as run
    except ModuleNotFoundError as error:
        raise UsageError("the web service needs an extra: pip install 'dosing-chatbot[web]'") from error
    return run(settings)


def review(options: Namespace) -> str:
    """The report of `chatbot review FILE`."""
    from chatbot.web.review import review as report

    return report(options.file)
