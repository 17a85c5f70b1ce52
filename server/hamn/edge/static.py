"""Bytes that were ready before anybody asked: one content, plain and compressed, with its ETag.

Gzip is made at start. Brotli is smaller and far slower to make: it is made in a thread when the
first browser that takes it asks, and kept.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import brotli
from starlette.types import ASGIApp, Receive, Scope, Send

from hamn.edge.errors import plain
from hamn.edge.gate import READING

SMALLEST_COMPRESSED = 200
"""Below this a gzip head costs more than it saves."""


class Squeezed:
    """The brotli form of a content, made when it is first asked for."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made = b""

    async def of(self, content: bytes) -> bytes:
        if not self._made:
            self._made = await asyncio.to_thread(brotli.compress, content)
        return self._made


@dataclass(frozen=True, slots=True)
class Static:
    """An ASGI app that answers with the same bytes for everyone; GET and HEAD alone reach it."""

    content: bytes
    compressed: bytes
    media_type: str
    tag: str
    extra: tuple[tuple[bytes, bytes], ...]
    squeezed: Squeezed = field(default_factory=Squeezed, repr=False)

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
        taken = _asked(scope, b"accept-encoding") if self.compressed else frozenset[bytes]()
        if b"br" in taken:
            squeezed = await self.squeezed.of(self.content)
            return squeezed, f'"{self.tag}-br"'.encode("ascii"), b"br"
        if b"gzip" in taken:
            return self.compressed, f'"{self.tag}-gz"'.encode("ascii"), b"gzip"
        return self.content, f'"{self.tag}"'.encode("ascii"), b""


class Shelf:
    """ASGI middleware: answers for the paths it has, and lets everything else pass.

    A path is looked up whole, so there is no way out of the table (check 52).
    """

    def __init__(self, app: ASGIApp, *, pages: Mapping[str, Static]) -> None:
        self._app = app
        self._pages = dict(pages)

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
    compressed = gzip.compress(content, 9, mtime=0) if len(content) >= SMALLEST_COMPRESSED else b""
    if len(compressed) >= len(content):
        compressed = b""
    return Static(content, compressed, media_type, hashlib.sha256(content).hexdigest()[:24], extra)


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
