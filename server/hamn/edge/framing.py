"""What a request's head must look like before any parser sees it (security.md F16, checks 49, 50).

One form only: lines end in CR LF, no folded lines, each deciding field once and no
Transfer-Encoding, since no client of ours sends a body without its length. So two programs that
read the same bytes cannot disagree about where a request ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from hamn.edge.state import Caps

END = b"\r\n\r\n"
BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)|\x00")
FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n]*?)[ \t]*")
REQUEST = re.compile(rb"([A-Z]{1,16}) ([\x21-\x7e]{1,2048}) HTTP/1\.[01]")
LENGTH = re.compile(rb"[0-9]{1,9}")
ONCE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"origin",
        b"sec-fetch-site",
        b"sec-websocket-key",
        b"sec-websocket-version",
        b"upgrade",
    }
)
"""Fields that decide something: with two of them, two readers could decide differently."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head that may be read on, and how many bytes of body follow it."""

    body_bytes: int


def too_long(pending: int, caps: Caps) -> bool:
    """Whether what has come without the end of a head is already more than one may be."""
    return pending > caps.head_bytes


def is_bare(part: bytes) -> bool:
    """Whether a line ends in a lone CR or LF; a CR that ends the part may yet get its LF."""
    return BARE.search(part.removesuffix(b"\r")) is not None


def read_head(head: bytes, caps: Caps) -> Head | HTTPStatus:
    """The head up to and with its empty line, or the status it is refused with."""
    if len(head) > caps.head_bytes:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    request, *lines = head.removesuffix(END).split(b"\r\n")
    if len(lines) > caps.head_fields:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    fields = [FIELD.fullmatch(line) for line in lines]
    if is_bare(head) or not REQUEST.fullmatch(request) or None in fields:
        return HTTPStatus.BAD_REQUEST
    return _body([(found[1].lower(), found[2]) for found in fields if found], caps)


def _body(fields: list[tuple[bytes, bytes]], caps: Caps) -> Head | HTTPStatus:
    names = [name for name, _ in fields]
    if b"transfer-encoding" in names or any(names.count(name) > 1 for name in ONCE):
        return HTTPStatus.BAD_REQUEST
    lengths = [value for name, value in fields if name == b"content-length"]
    if not lengths:
        return Head(0)
    if not LENGTH.fullmatch(lengths[0]):
        return HTTPStatus.BAD_REQUEST
    length = int(lengths[0])
    return Head(length) if length <= caps.body_bytes else HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def bare_answer(
    status: HTTPStatus, sentence: str, fields: tuple[tuple[bytes, bytes], ...]
) -> bytes:
    """A whole answer as bytes, for a connection that never reached the app."""
    body = sentence.encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}".encode("ascii"),
        *(name + b": " + value for name, value in fields),
        b"cache-control: no-store",
        b"content-type: text/plain; charset=utf-8",
        b"content-length: " + str(len(body)).encode("ascii"),
        b"connection: close",
    ]
    return b"\r\n".join(lines) + END + body
