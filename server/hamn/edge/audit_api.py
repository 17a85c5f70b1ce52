"""The audit log over HTTP: what a browser remembers of it, and its lines for who may read them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hamn.app import audit
from hamn.core.audit import Line, Link
from hamn.edge.state import Edge

LARGEST = 2**53
AT_ONCE = 200


def audit_routes() -> list[BaseRoute]:
    return [
        Route("/api/audit/{n:int}", link),
        Route("/api/audit", lines),
    ]


async def link(request: Request) -> Response:
    """GET /api/audit/N: the chain's hash at a line, to compare with what was seen there; 410 when
    it has expired."""
    n: int = request.path_params["n"]
    edge: Edge = request.app.state.edge
    found = await audit.link_at(edge.world, n) if n <= LARGEST else None
    if found is None:
        raise HTTPException(HTTPStatus.GONE)
    return JSONResponse(_link(found))


async def lines(request: Request) -> Response:
    """GET /api/audit: the newest lines, oldest of them first, and both ends of the chain."""
    world = request.app.state.edge.world
    anchor, head = await world.store.audit_ends()
    found = await world.store.audit(max(0, head.seq - AT_ONCE), AT_ONCE)
    before = await audit.link_at(world, found[0].seq - 1) if found else anchor
    told = [_line(each) for each in found]
    ends = {"head": _link(head), "before": _link(before or anchor)}
    return JSONResponse({**ends, "lines": told})


def _link(link: Link) -> dict[str, object]:
    return {"n": link.seq, "hash": link.hash.hex()}


def _line(line: Line) -> dict[str, object]:
    return {
        "n": line.seq,
        "at": line.at,
        "what": line.what,
        "by": line.by,
        "about": line.about,
        "detail": line.detail,
        "hash": line.hash.hex(),
    }
