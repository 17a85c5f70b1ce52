"""Staff administration over HTTP, for supervisors and managers: who is staff, invited, given other
roles, revoked. What is decided about somebody ends their socket before it is answered.

A token of an invite is told once, to whoever invites; the page makes a link of it, with the token
after `#`, which no server log can hold.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import enrolment, staff
from hamn.app.staff import Member
from hamn.core.words import Idx
from hamn.edge.errors import Close
from hamn.edge.permit import staff_of
from hamn.edge.seats import Seats
from hamn.edge.staff_api import Body, Nothing, body_of, told
from hamn.edge.state import Edge
from hamn.edge.wire import Login

Name = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
Roles = Annotated[list[Annotated[int, Meta(ge=1, le=256)]], Meta(min_length=1, max_length=5)]
HOURS_A_BOX_KEY = 504


class Invitation(Body, frozen=True):
    """Who is to come."""

    login: Login
    duty_name: Name
    roles: Roles


class NewRoles(Body, frozen=True):
    """Other roles; `seen` are those that stood on the screen."""

    roles: Roles
    seen: list[int]


class Licence(Body, frozen=True):
    """Whether a member is by profession bound to report a concern about a child."""

    licensed: bool


def people_routes() -> list[BaseRoute]:
    one = "/api/staff/{idx:int}"
    return [
        Route("/api/staff", everybody),
        Route("/api/staff", invite, methods=["POST"]),
        Route(f"{one}/invite", invite_again, methods=["POST"]),
        Route(f"{one}/again", enrol_again, methods=["POST"]),
        Route(f"{one}/roles", give_roles, methods=["POST"]),
        Route(f"{one}/licence", mark_licence, methods=["POST"]),
        Route(f"{one}/revoke", revoke, methods=["POST"]),
    ]


@told
async def everybody(request: Request, edge: Edge) -> object:
    """GET /api/staff."""
    del request
    return {"members": [_line(each) for each in await staff.members(edge.world)]}


@told
async def invite(request: Request, edge: Edge) -> object:
    """POST /api/staff: a new member, and the token of their invite."""
    given = await body_of(request, Invitation)
    _, token = await enrolment.invite(
        edge.world,
        login=given.login,
        duty_name=given.duty_name.strip(),
        roles=sorted(set(given.roles)),
        by=staff_of(request).idx,
    )
    return {"token": token.hex()}


@told
async def invite_again(request: Request, edge: Edge) -> object:
    """POST /api/staff/IDX/invite: another invite, where the first was lost."""
    await body_of(request, Nothing)
    token = await staff.invite_again(edge.world, staff_of(request), _idx(request))
    return {"token": token.hex()}


@told
async def enrol_again(request: Request, edge: Edge) -> object:
    """POST /api/staff/IDX/again: keys are lost; an invite to new ones under a new number."""
    await body_of(request, Nothing)
    _unseat(request)
    token = await staff.enrol_again(edge.world, staff_of(request), _idx(request))
    _unseat(request)
    return {"token": token.hex()}


@told
async def give_roles(request: Request, edge: Edge) -> object:
    """POST /api/staff/IDX/roles."""
    given = await body_of(request, NewRoles)
    _unseat(request)
    await staff.give_roles(edge.world, staff_of(request), _idx(request), given.roles, given.seen)
    _unseat(request)
    return {}


@told
async def mark_licence(request: Request, edge: Edge) -> object:
    """POST /api/staff/IDX/licence."""
    given = await body_of(request, Licence)
    by, idx = staff_of(request), _idx(request)
    await staff.mark_licence(edge.world, by, idx, is_licensed=given.licensed)
    return {}


@told
async def revoke(request: Request, edge: Edge) -> object:
    """POST /api/staff/IDX/revoke."""
    await body_of(request, Nothing)
    _unseat(request)
    await staff.revoke(edge.world, staff_of(request), _idx(request))
    _unseat(request)
    return {}


def _idx(request: Request) -> Idx:
    return Idx(min(request.path_params["idx"], 2**32))


def _unseat(request: Request) -> None:
    """Nothing more passes through their socket: before it is decided, since what passes while the
    records are written would pass too late, and after it, for a socket that came in between."""
    seats: Seats = request.app.state.seats
    seat = seats.at(_idx(request))
    if seat is not None and _idx(request) != staff_of(request).idx:
        seat.unseat(Close.SIGN_IN)


def _line(member: Member) -> dict[str, object]:
    who, key = member.staff, member.newest_key
    return {
        "idx": who.idx,
        "login": who.login,
        "duty_name": who.duty_name,
        "roles": list(who.roles),
        "enrolled": bool(who.ed25519),
        "revoked": who.is_revoked,
        "licensed": who.is_licensed,
        "since": int(who.created // 60),
        "methods": sorted({each.method for each in member.methods}),
        "key_renewed": None if key is None else (key.not_after - HOURS_A_BOX_KEY) * 60,
        "on_duty": member.is_on_duty,
    }
