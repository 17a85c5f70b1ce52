"""Supervisors over HTTP: referrals and requests of professionals (protocol.md sections 7.7, 10)."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import inquire
from hamn.core import inquiry
from hamn.core.inquiry import Choice, Inquiry, Reason, State
from hamn.edge.parts import parts_of
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, told
from hamn.edge.state import Edge

ID = re.compile(r"[0-9a-f]{32}")


class Decided(Body, frozen=True):
    """What is decided, by its codes."""

    state: State
    reason: Reason


def inquiry_routes() -> list[BaseRoute]:
    one = "/api/inquiries/{record}"
    return [
        Route("/api/inquiries", listed),
        Route(one, read),
        Route(f"{one}/decide", decide, methods=["POST"]),
    ]


@told
async def listed(request: Request, edge: Edge) -> object:
    """GET /api/inquiries: how every one stands."""
    del request
    return [_line(each, edge) for each in await inquire.listed(edge.world)]


@told
async def read(request: Request, edge: Edge) -> object:
    """GET /api/inquiries/RECORD: its envelope, for who can open it; it has been read."""
    found, form = await inquire.read(edge.world, staff_of(request), _record(request))
    return {**_line(found, edge), "data": form.hex()}


@told
async def decide(request: Request, edge: Edge) -> object:
    """POST /api/inquiries/RECORD/decide: a decision, and the answer that lies under the code."""
    given, letters = await parts_of(request, Decided)
    if len(letters) > 1:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    staff, answer = staff_of(request), letters[0] if letters else None
    choice = Choice(given.state, given.reason, staff.idx)
    made = await inquire.decide(edge.world, staff, _record(request), choice, answer)
    return _line(made, edge)


def _line(value: Inquiry, edge: Edge) -> dict[str, object]:
    now, policy = edge.world.clock.now(), edge.world.policy
    return {
        "record": value.record.hex(),
        "hour": value.hour,
        "state": value.state.value,
        "reason": None if value.reason is None else value.reason.value,
        "by": value.by,
        "until": value.expires_day,
        "due": int(inquiry.due(value, policy) // 60),
        "late": inquiry.is_late(value, now, policy),
    }


def _record(request: Request) -> bytes:
    found = ID.fullmatch(request.path_params["record"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return bytes.fromhex(found[0])
