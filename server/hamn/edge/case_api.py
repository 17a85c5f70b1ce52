"""Counselling cases over HTTP, for those who keep them (protocol.md sections 6, 7.7 and 10).

A record comes as parts: its kind, and one envelope for each member. Nothing that
they say is here: neither how anybody is doing, nor how much of anything there is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hamn.app import case as cases
from hamn.app import plan_copies
from hamn.core.case import Case, Holds
from hamn.core.words import CaseId, Idx, Mailbox, Refusal
from hamn.edge.errors import STATUS_OF
from hamn.edge.mail_api import ID, MAILBOX, SEALED
from hamn.edge.parts import parts_of
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, Nothing, body_of, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, U32


class Kept(Body, frozen=True):
    """What a record is, which version of the case its writer saw, and which record it replaces."""

    holds: Holds
    seen: U32
    replaces: U32 | None = None


class Seen(Body, frozen=True):
    """Which version of a case whoever asks was looking at."""

    seen: U32


class Admitted(Body, frozen=True):
    """A colleague who comes in."""

    idx: U16


@told
async def listed(request: Request, edge: Edge) -> object:
    """GET /api/cases: the member's own, each with what nobody can open yet."""
    staff = staff_of(request)
    own = await edge.world.store.cases_of(staff.idx)
    return {"cases": [await _shown(edge, case) for case in own]}


@told
async def begin(request: Request, edge: Edge) -> object:
    """POST /api/cases: a new one."""
    await body_of(request, Nothing)
    return await _shown(edge, await cases.begin(edge.world, staff_of(request)))


@told
async def keys(_: Request, edge: Edge) -> object:
    """GET /api/cases/keys: the newest case key of everybody who keeps cases."""
    return {"keys": [{"cert": each.data.hex()} for each in await cases.colleagues(edge.world)]}


async def record(request: Request) -> Response:
    """GET /api/cases/CASE/NUMBER: a record as it was sealed to this member."""
    edge: Edge = request.app.state.edge
    number = request.path_params["number"]
    try:
        sealed = await cases.read(edge.world, staff_of(request), _case(request), number)
    except Refusal as refusal:
        raise HTTPException(STATUS_OF[refusal.code]) from None
    return Response(sealed, media_type=SEALED)


@told
async def keep(request: Request, edge: Edge) -> object:
    """PUT /api/cases/CASE/records: a record, sealed to each member."""
    given, sealed = await parts_of(request, Kept)
    kept = await cases.keep(
        edge.world,
        staff_of(request),
        _case(request),
        sealed,
        holds=given.holds,
        seen=given.seen,
        replaces=given.replaces,
    )
    return await _shown(edge, kept)


@told
async def seal_again(request: Request, edge: Edge) -> object:
    """PUT /api/cases/CASE/NUMBER: a record for a member who cannot open it."""
    id_, number = _case(request), request.path_params["number"]
    sealed = await request.body()
    again = await cases.seal_again(edge.world, staff_of(request), id_, number, sealed)
    return await _shown(edge, again)


@told
async def admit(request: Request, edge: Edge) -> object:
    """POST /api/cases/CASE/members: a colleague comes in."""
    idx = Idx((await body_of(request, Admitted)).idx)
    return await _shown(edge, await cases.admit(edge.world, staff_of(request), _case(request), idx))


@told
async def leave(request: Request, edge: Edge) -> object:
    """DELETE /api/cases/CASE/members/IDX: a member goes."""
    idx = Idx(request.path_params["idx"])
    await cases.leave(edge.world, staff_of(request), _case(request), idx)
    return {}


@told
async def close(request: Request, edge: Edge) -> object:
    """POST /api/cases/CASE/close: counselling has ended."""
    seen = (await body_of(request, Seen)).seen
    staff = staff_of(request)
    return await _shown(edge, await cases.close(edge.world, staff, _case(request), seen=seen))


@told
async def reopen(request: Request, edge: Edge) -> object:
    """POST /api/cases/CASE/open: they have come back."""
    seen = (await body_of(request, Seen)).seen
    staff = staff_of(request)
    return await _shown(edge, await cases.reopen(edge.world, staff, _case(request), seen=seen))


@told
async def copy(request: Request, edge: Edge) -> object:
    """PUT /api/plan-copy: the visitor's copy of a plan, for a mailbox."""
    mailbox = request.headers.get(MAILBOX, "")
    if not ID.fullmatch(mailbox):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    sealed, named = await request.body(), Mailbox(bytes.fromhex(mailbox))
    await plan_copies.put(edge.world, staff_of(request), sealed, mailbox=named)
    return {}


def routes() -> list[BaseRoute]:
    return [
        Route("/api/cases", listed),
        Route("/api/cases", begin, methods=["POST"]),
        Route("/api/cases/keys", keys),
        Route("/api/cases/{case}/records", keep, methods=["PUT"]),
        Route("/api/cases/{case}/members", admit, methods=["POST"]),
        Route("/api/cases/{case}/members/{idx:int}", leave, methods=["DELETE"]),
        Route("/api/cases/{case}/close", close, methods=["POST"]),
        Route("/api/cases/{case}/open", reopen, methods=["POST"]),
        Route("/api/cases/{case}/{number:int}", record, methods=["GET"]),
        Route("/api/cases/{case}/{number:int}", seal_again, methods=["PUT"]),
        Route("/api/plan-copy", copy, methods=["PUT"]),
    ]


async def _shown(edge: Edge, case: Case) -> dict[str, object]:
    return {
        "id": case.id.hex(),
        "version": case.version,
        "members": list(case.members),
        "closed": None if case.closed_day is None else _day(case.closed_day),
        "until": _day(case.expires_day),
        "records": [
            {"n": each.number, "holds": each.holds.value, "day": _day(each.day), "by": each.by}
            for each in case.records
        ],
        "lacking": [
            {"n": number, "idx": idx} for number, idx in await cases.lacking(edge.world, case)
        ],
    }


def _day(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()


def _case(request: Request) -> CaseId:
    found = ID.fullmatch(request.path_params["case"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return CaseId(bytes.fromhex(found[0]))
