"""Staff over HTTP: box keys, and the sealed messages that wait (protocol.md sections 6, 7.7, 8).

Who opens a message takes it first; who has taken it may answer it, end it or let it go. A reply is
an envelope like any other: what it says, nobody here can read. A browser that opens a message seals
it again to colleagues who cannot, and shows nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hamn.app import box, box_keys, rewrapping
from hamn.app.ports import Certificate
from hamn.asc1.envelope import EnvelopeType
from hamn.core.box import Waiting, is_held
from hamn.core.words import Mailbox, Moment, Refusal
from hamn.edge.errors import STATUS_OF
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, WrapGiven, body_of, told, wraps_of
from hamn.edge.state import Edge
from hamn.edge.wire import HexCert

ID = re.compile(r"[0-9a-f]{32}")
SEALED = "application/octet-stream"
MAILBOX, ANSWERS = "asc1-mailbox", "asc1-answers"


class BoxKey(Body, frozen=True):
    """A certificate of kind 2, 3 or 4, and the key it is for, wrapped by AK."""

    cert: HexCert
    wrap: WrapGiven


@told
async def keys(request: Request, edge: Edge) -> object:
    """GET /api/keys: one's own certificates of kinds 2, 3 and 4."""
    kept = await box_keys.own(edge.world, staff_of(request).idx, box_keys.SORTS)
    return [{"cert": each.data.hex()} for each in kept]


@told
async def add_key(request: Request, edge: Edge) -> object:
    """PUT /api/keys: a new key, or a new certificate for one."""
    staff = staff_of(request)
    given = await body_of(request, BoxKey)
    (wrap,) = wraps_of([given.wrap])
    await box_keys.register(edge.world, staff, cert=bytes.fromhex(given.cert), wrap=wrap)
    return {}


@told
async def mail(request: Request, edge: Edge) -> object:
    """GET /api/mail: the messages that wait and open with one's own keys, the oldest first."""
    staff = staff_of(request)
    now, lacking = edge.world.clock.now(), await rewrapping.lacking(edge.world, staff)
    listed = await box.listed(edge.world, staff)
    return [_line(each, now) | _lacks(lacking.get(each.env_id, ())) for each in listed]


async def original(request: Request) -> Response:
    """GET /api/mail/ENV_ID/rewrap: the envelope as it came, while a colleague cannot open it."""
    edge: Edge = request.app.state.edge
    try:
        sealed = await rewrapping.original(edge.world, staff_of(request), _id(request))
    except Refusal as refusal:
        raise HTTPException(STATUS_OF[refusal.code]) from None
    return Response(sealed, media_type=SEALED)


@told
async def rewrap(request: Request, edge: Edge) -> object:
    """PUT /api/mail/ENV_ID/rewrap: the same message, sealed to that colleague."""
    sealed = await request.body()
    await rewrapping.keep(edge.world, staff_of(request), _id(request), sealed)
    return {}


async def letter(request: Request) -> Response:
    """GET /api/mail/ENV_ID: the envelope of a message one has taken."""
    edge: Edge = request.app.state.edge
    staff = staff_of(request)
    try:
        sealed = await box.read(edge.world, staff, _id(request))
    except Refusal as refusal:
        raise HTTPException(STATUS_OF[refusal.code]) from None
    return Response(sealed, media_type=SEALED)


@told
async def claim(request: Request, edge: Edge) -> object:
    """POST /api/mail/ENV_ID/claim: take a message, or hold on to it."""
    staff = staff_of(request)
    taken = await box.claim(edge.world, staff, _id(request))
    return {"until": int(taken.claimed_until // 60)}


@told
async def give_back(request: Request, edge: Edge) -> object:
    """DELETE /api/mail/ENV_ID/claim: let it go, for others to take."""
    staff = staff_of(request)
    await box.give_back(edge.world, staff, _id(request))
    return {}


@told
async def reply(request: Request, edge: Edge) -> object:
    """PUT /api/mail/ENV_ID: a reply for a mailbox; what it answers ends with it."""
    staff = staff_of(request)
    mailbox, answers = _named(request, MAILBOX), _named(request, ANSWERS)
    sealed = await request.body()
    if mailbox is None or sealed[8:24] != _id(request):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    await box.reply(edge.world, staff, sealed, mailbox=Mailbox(mailbox), answers=answers)
    return {}


@told
async def close(request: Request, edge: Edge) -> object:
    """DELETE /api/mail/ENV_ID: end a message without an answer."""
    staff = staff_of(request)
    await box.close(edge.world, staff, _id(request))
    return {}


def _line(message: Waiting, now: Moment) -> dict[str, object]:
    held = is_held(message, now)
    return {
        "id": message.env_id.hex(),
        "type": int(EnvelopeType.BOX),
        "kids": [kid.hex() for kid in message.readers],
        "day": message.expires_day,
        "mailbox": None if message.mailbox is None else message.mailbox.hex(),
        "hour": message.hour,
        "by": int(message.answer_by // 60),
        "claimed_by": message.claimed_by if held else None,
        "until": int(message.claimed_until // 60) if held else None,
    }


def _lacks(keys: Sequence[Certificate]) -> dict[str, object]:
    return {"lacks": [each.data.hex() for each in keys]}


def _id(request: Request) -> bytes:
    found = ID.fullmatch(request.path_params["env_id"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return bytes.fromhex(found[0])


def _named(request: Request, header: str) -> bytes | None:
    given = request.headers.get(header)
    if given is None:
        return None
    if not ID.fullmatch(given):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return bytes.fromhex(given)
