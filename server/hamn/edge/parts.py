"""A body of parts: each u32 length ‖ bytes; first JSON of a route's form, then envelopes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from hamn.edge.staff_api import Body

SEALED = "application/octet-stream"
Given = TypeVar("Given", bound=Body)


async def parts_of(request: Request, form: type[Given]) -> tuple[Given, list[bytes]]:
    """What a request brings. Raises: HTTPException."""
    if request.headers.get("content-type", "").split(";")[0].strip() != SEALED:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body, parts, at = await request.body(), list[bytes](), 0
    while at < len(body):
        end = at + 4 + int.from_bytes(body[at : at + 4], "big")
        if end > len(body):
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        parts.append(body[at + 4 : end])
        at = end
    try:
        return msgspec.json.decode(parts[0] if parts else b"", type=form), parts[1:]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
