"""Nobody reaches an HTTP handler whose right they do not have; the rights stand in `rights.py`.

A token travels in `Authorization: Bearer` and nowhere else. Who has none, or one that is over, is
asked to sign in (401); who is signed in and holds no role for it is refused (403); an invite that
is spent, unknown or over is gone (410).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hamn.app import sign_in
from hamn.app.audit import note_seldom
from hamn.app.ports import Staff
from hamn.core.audit import Deed
from hamn.core.permission import any_may
from hamn.core.words import Refusal
from hamn.edge.rights import Door, Right
from hamn.edge.state import Edge

BEARER = re.compile(r"Bearer ([0-9a-f]{64})")
Handler = Callable[[Request], Awaitable[Response]]


def guarded(routes: Iterable[BaseRoute], rights: Mapping[str, Right]) -> list[BaseRoute]:
    """The same routes, each behind its right.

    Raises: LookupError for a route without one.
    """
    return [_guarded(each, rights) if isinstance(each, Route) else each for each in routes]


def line_of(route: Route) -> str:
    """How a route is named in the table: its method and path, for one method a route."""
    (method,) = (route.methods or set()) - {"HEAD"}
    return f"{method} {route.path}"


def staff_of(request: Request) -> Staff:
    """The member whom the guard has found; for handlers behind a session or an invite."""
    staff: Staff = request.state.staff
    return staff


def token_of(request: Request) -> bytes:
    """The bearer token. Raises: HTTPException."""
    found = BEARER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    return bytes.fromhex(found[1])


def _guarded(route: Route, rights: Mapping[str, Right]) -> Route:
    right, handler = rights[line_of(route)], route.endpoint
    if right is Door.ANYONE:
        return route
    return Route(route.path, _behind(right, handler), methods=list(route.methods or ()))


def _behind(right: Right, handler: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        edge: Edge = request.app.state.edge
        request.state.staff = await _permitted(edge, right, token_of(request))
        return await handler(request)

    return answer


async def _permitted(edge: Edge, right: Right, token: bytes) -> Staff:
    is_invite = right is Door.INVITE
    try:
        known = sign_in.invited if is_invite else sign_in.resume
        staff = await known(edge.world, token)
    except Refusal:
        over = HTTPStatus.GONE if is_invite else HTTPStatus.UNAUTHORIZED
        raise HTTPException(over) from None
    if not isinstance(right, Door) and not any_may(staff.roles, right):
        await note_seldom(edge.world, Deed.DENIED, staff.idx, detail=right.value)
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return staff
