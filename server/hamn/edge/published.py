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
from hamn.edge.state import Edge

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
    return plain(HTTPStatus.NOT_FOUND) if entry is None else Response(entry.data, media_type=JSON)


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
    return Response(text, headers={"content-type": TEXT})


def _store(request: Request) -> Store:
    edge: Edge = request.app.state.edge
    return edge.world.store
