"""What failures look like from outside: failure -> status, close code, sentence, in one table.

A sentence names no id, address, path or anything received, and is the same for what has expired,
was erased and never existed.
"""

from __future__ import annotations

from enum import IntEnum
from http import HTTPStatus

from starlette.responses import PlainTextResponse

from hamn.core.words import RefusalCode


class Close(IntEnum):
    """Why a socket was closed (protocol.md section 7.6)."""

    TOO_LARGE = 1009
    FAULT = 1011
    DRAIN = 1012
    TOO_SLOW = 1013
    MALFORMED = 4400
    SIGN_IN = 4401
    TAKEN_OVER = 4403
    NOTHING_JOINED = 4408


CLOSE_REASONS = {
    Close.TOO_LARGE: "message too large",
    Close.FAULT: "error",
    Close.DRAIN: "drain",
    Close.TOO_SLOW: "reading too slowly",
    Close.MALFORMED: "malformed",
    Close.SIGN_IN: "sign in again",
    Close.TAKEN_OVER: "taken over elsewhere",
    Close.NOTHING_JOINED: "nothing joined in time",
}

SENTENCES = {
    HTTPStatus.BAD_REQUEST: "The request is malformed.",
    HTTPStatus.UNAUTHORIZED: "Sign in again.",
    HTTPStatus.FORBIDDEN: "This may not be asked for from here, or not by you.",
    HTTPStatus.NOT_FOUND: "There is nothing here.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This method is not in use here.",
    HTTPStatus.CONFLICT: "Somebody was first.",
    HTTPStatus.GONE: "Not known, or no longer valid.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Only JSON is taken here.",
    HTTPStatus.MISDIRECTED_REQUEST: "This service has another name.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request's head is too large.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something is wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too busy at the moment. Try again soon.",
}


STATUS_OF = {
    RefusalCode.STALE: HTTPStatus.CONFLICT,
    RefusalCode.CAS: HTTPStatus.CONFLICT,
    RefusalCode.GAP: HTTPStatus.CONFLICT,
    RefusalCode.FULL: HTTPStatus.CONFLICT,
    RefusalCode.GONE: HTTPStatus.GONE,
    RefusalCode.UNDECIDED: HTTPStatus.CONFLICT,
    RefusalCode.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}


def plain(status: HTTPStatus) -> PlainTextResponse:
    """The bare answer for a failure; for a socket it refuses the handshake."""
    return PlainTextResponse(SENTENCES[status] + "\n", status_code=status)
