"""What both audiences may read of whom the service trusts: `/.well-known/asc/` (protocol.md 5).

`trust.json` is part of the static bytes. Roster, signatures and log are read from the records for
each request, byte for byte as they were signed.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hamn.app.ports import Store
from hamn.edge.errors import plain
from hamn.edge.state import Audience, Edge

FOLDER = "/.well-known/asc"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
LARGEST_SEQ = 2**32 - 1


def published_routes() -> list[BaseRoute]:
    return [
        Route(f"{FOLDER}/roster.json", roster),
        Route(f"{FOLDER}/roster.sig", signatures),
        Route(f"{FOLDER}/roster-{{seq:int}}.json", earlier_roster),
        Route(f"{FOLDER}/log", log),
    ]


async def roster(request: Request) -> Response:
    entry = await _store(request).newest_roster()
    if entry is None:
        return plain(HTTPStatus.NOT_FOUND)
    return Response(entry.data, media_type=JSON, headers=_readers(request))


async def signatures(request: Request) -> Response:
    entry = await _store(request).newest_roster()
    return plain(HTTPStatus.NOT_FOUND) if entry is None else Response(entry.sig, media_type=JSON)


async def earlier_roster(request: Request) -> Response:
    seq: int = request.path_params["seq"]
    entry = await _store(request).roster(seq) if seq <= LARGEST_SEQ else None
    return plain(HTTPStatus.NOT_FOUND) if entry is None else Response(entry.data, media_type=JSON)


async def log(request: Request) -> Response:
    lines = await _store(request).log_lines()
    text = "".join(f"{line.line}\n" for line in lines)
    return Response(text, headers={"content-type": TEXT} | _readers(request))


def _readers(request: Request) -> dict[str, str]:
    """The staff's pages may read what visitors are shown; no other origin's may."""
    edge: Edge = request.app.state.edge
    origin = request.headers.get("origin", "")
    is_staff = edge.audience is Audience.VISITORS and origin in edge.staff_origins
    return {"vary": "origin"} | ({"access-control-allow-origin": origin} if is_staff else {})


def _store(request: Request) -> Store:
    edge: Edge = request.app.state.edge
    return edge.world.store
