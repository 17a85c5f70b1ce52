"""Every route of both apps, on one screen.

Outermost the header set, then the gate, then the pages that were ready before anybody asked; what
is left is answered here. Visitors and staff share no app, only the world behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from hamn.edge import staff_api, visitor_api
from hamn.edge.bucket import Buckets
from hamn.edge.errors import SENTENCES, plain
from hamn.edge.gate import Gate
from hamn.edge.headers import Fields, Headers
from hamn.edge.published import published_routes
from hamn.edge.seats import Seats
from hamn.edge.staff_socket import staff_socket
from hamn.edge.state import Audience, Edge
from hamn.edge.static import Shelf, Static
from hamn.edge.visitor_socket import visitor_socket


async def healthz(request: Request) -> Response:
    """The process answers; nothing more (readiness is the operator's listener's matter)."""
    del request
    return Response()


ROUTES: dict[Audience, list[BaseRoute]] = {
    Audience.VISITORS: [
        WebSocketRoute("/ws/visitor", visitor_socket),
        Route("/api/status", visitor_api.status),
        Route("/healthz", healthz),
        *published_routes(),
    ],
    Audience.STAFF: [
        WebSocketRoute("/ws/staff", staff_socket),
        Route("/api/enrol/begin", staff_api.begin, methods=["POST"]),
        Route("/api/enrol", staff_api.enrol, methods=["POST"]),
        Route("/api/me", staff_api.me),
        Route("/api/challenge", staff_api.challenge, methods=["POST"]),
        Route("/api/method", staff_api.add_method, methods=["POST"]),
        Route("/healthz", healthz),
        *published_routes(),
    ],
}


def app_of(edge: Edge, pages: Mapping[str, Static], fields: Fields) -> ASGIApp:
    """The whole app of one audience."""
    inner = Starlette(
        routes=ROUTES[edge.audience],
        exception_handlers={HTTPException: told_plainly, Exception: fault},
    )
    inner.router.redirect_slashes = False
    inner.state.edge = edge
    inner.state.seats = Seats()
    inner.state.buckets = Buckets()
    gate = Gate(Shelf(inner, pages=pages), hosts=edge.hosts, origins=edge.origins)
    return Headers(gate, fields=fields)


async def told_plainly(request: Request, refusal: Exception) -> Response:
    """A status of the framework, in our sentence."""
    del request
    status = HTTPStatus(refusal.status_code if isinstance(refusal, HTTPException) else 500)
    return plain(status if status in SENTENCES else HTTPStatus.BAD_REQUEST)


async def fault(request: Request, error: Exception) -> Response:
    """A bug of ours: one sentence; type and place are logged by the server."""
    edge: Edge = request.app.state.edge
    edge.metrics.fault(edge.audience.value)
    del error
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR)
