"""One content for everyone, plain and compressed, with its ETag.

Brotli is smaller than gzip and far slower to make. Either is made in a thread when the first
browser that takes it asks, and kept.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

import brotli
from starlette.types import ASGIApp, Receive, Scope, Send

from hamn.edge.errors import plain
from hamn.edge.gate import READING

SMALLEST_COMPRESSED = 200
"""Below this a gzip head costs more than it saves."""


class Squeezed:
    """A compressed form of a content, made when it is first asked for."""

    __slots__ = ("_made", "_squeeze")

    def __init__(self, squeeze: Callable[[bytes], bytes]) -> None:
        self._squeeze = squeeze
        self._made = b""

    async def of(self, content: bytes) -> bytes:
        if not self._made:
            self._made = await asyncio.to_thread(self._squeeze, content)
        return self._made


def _brotli() -> Squeezed:
    return Squeezed(brotli.compress)


def _gzip() -> Squeezed:
    return Squeezed(partial(gzip.compress, compresslevel=9, mtime=0))


@dataclass(frozen=True, slots=True)
class Static:
    """An ASGI app that answers with the same bytes for everyone; GET and HEAD alone reach it."""

    content: bytes
    media_type: str
    tag: str
    extra: tuple[tuple[bytes, bytes], ...]
    brotli: Squeezed = field(default_factory=_brotli, repr=False)
    gzip: Squeezed = field(default_factory=_gzip, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        body, tag, encoding = await self._variant(scope)
        fields = [(b"etag", tag), (b"vary", b"accept-encoding"), *self.extra]
        status = HTTPStatus.OK
        if tag in _asked(scope, b"if-none-match"):
            status, body = HTTPStatus.NOT_MODIFIED, b""
        else:
            fields.append((b"content-type", self.media_type.encode("ascii")))
            fields.append((b"content-length", str(len(body)).encode("ascii")))
            fields += [(b"content-encoding", encoding)] if encoding else []
        await send({"type": "http.response.start", "status": int(status), "headers": fields})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )

    async def _variant(self, scope: Scope) -> tuple[bytes, bytes, bytes]:
        taken = _asked(scope, b"accept-encoding")
        forms = ((b"br", "br", self.brotli), (b"gzip", "gz", self.gzip))
        for name, mark, form in forms if len(self.content) >= SMALLEST_COMPRESSED else ():
            if name in taken and len(body := await form.of(self.content)) < len(self.content):
                return body, f'"{self.tag}-{mark}"'.encode("ascii"), name
        return self.content, f'"{self.tag}"'.encode("ascii"), b""


class Shelf:
    """ASGI middleware: answers for the paths it has, and lets everything else pass.

    A path is looked up whole, so there is no way out of the table (check 52). The table may be
    given newer pages while it is in use.
    """

    def __init__(self, app: ASGIApp, *, pages: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._pages.get(scope["path"]) if scope["type"] == "http" else None
        if page is None:
            await self._app(scope, receive, send)
        elif scope["method"] in READING:
            await page(scope, receive, send)
        else:
            await plain(HTTPStatus.METHOD_NOT_ALLOWED)(scope, receive, send)


def static(
    content: bytes, media_type: str, *, extra: tuple[tuple[bytes, bytes], ...] = ()
) -> Static:
    return Static(content, media_type, hashlib.sha256(content).hexdigest()[:24], extra)


def _asked(scope: Scope, name: bytes) -> frozenset[bytes]:
    """The members of a list header, without what says how much each is liked; q=0 is a no."""
    members: set[bytes] = set()
    for key, value in scope["headers"]:
        if key == name:
            for member in value.split(b","):
                token, _, weight = member.strip().partition(b";")
                if weight.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}:
                    members.add(token.strip().removeprefix(b"W/"))
    return frozenset(members)
