"""The widget's file: under its own name, asked for again each time, and under the hash of its bytes, kept for ever."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from chatbot.web.problems import NOT_FOUND, ProblemError

FOLDER = Path(__file__).with_name("widget")
NAME = "widget.js"
_TYPE = "text/javascript"  # Litestar adds the charset
_REVALIDATE = "public, no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"


class Widget(NamedTuple):
    """The file as it is served. digest names its bytes, integrity is what a page may hold it to."""

    plain: bytes
    packed: bytes
    digest: str
    integrity: str

    @classmethod
    def of(cls, folder: Path) -> Widget | None:
        """The widget of a folder; None where there is none."""
        try:
            plain = (folder / NAME).read_bytes()
        except OSError:
            return None
        integrity = f"sha384-{base64.b64encode(hashlib.sha384(plain).digest()).decode()}"
        return cls(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:16], integrity)

    @property
    def address(self) -> str:
        """Where these very bytes are, and never others."""
        return f"/widget/{self.digest}/{NAME}"


def router(folder: Path = FOLDER) -> Router:
    """The widget's addresses."""
    widget = Widget.of(folder)

    def there() -> Widget:
        if widget is None:
            raise ProblemError(NOT_FOUND)
        return widget

    @get(f"/{NAME}")
    async def latest(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _sent(request, there(), _REVALIDATE)

    @get(f"/widget/{{digest:str}}/{NAME}")
    async def pinned(request: Request[Any, Any, Any], digest: FromPath[str]) -> Response[bytes]:
        if digest != there().digest:
            raise ProblemError(NOT_FOUND)
        return _sent(request, there(), _FOR_EVER)

    @get("/widget.json")
    async def embedding() -> dict[str, str]:
        return {"src": there().address, "integrity": there().integrity}

    return Router("/", route_handlers=[latest, pinned, embedding], include_in_schema=False)


def _sent(request: Request[Any, Any, Any], widget: Widget, keep: str) -> Response[bytes]:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{widget.digest}{"-gzip" if packed else ""}"'
    headers = {"ETag": tag, "Cache-Control": keep, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    return Response(widget.packed if packed else widget.plain, headers=headers, media_type=_TYPE)
