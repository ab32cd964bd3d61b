"""A chatbot for dosing questions: offline, deterministic, every figure cited.

from chatbot import Chatbot
reply = Chatbot().ask("max dose elderly")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Chatbot", "ChatbotError", "ContentError", "Conversation", "Query", "Reply", "UsageError", "__version__"]

if TYPE_CHECKING:
    from chatbot.bot import Chatbot, Conversation
    from chatbot.errors import ChatbotError, ContentError, UsageError
    from chatbot.query import Query
    from chatbot.reply import Reply

_HOMES = {
    "Chatbot": "bot", "Conversation": "bot", "ChatbotError": "errors", "ContentError": "errors", "UsageError": "errors",
    "Query": "query", "Reply": "reply",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Names are imported when they are first used, so that `chatbot --version` loads none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"chatbot.{_HOMES[name]}"), name)
