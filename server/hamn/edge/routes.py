"""Every route of both apps, on one screen; who may use each stands in `rights.py`.

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

from hamn.edge import case_api, mail_api, rota_api, rows_api, staff_api, texts_api, visitor_api
from hamn.edge.audit_api import audit_routes
from hamn.edge.bucket import Buckets
from hamn.edge.errors import SENTENCES, plain
from hamn.edge.escalation_api import escalation_routes
from hamn.edge.feed_api import feed_routes
from hamn.edge.figures_api import figures_routes
from hamn.edge.gate import Gate
from hamn.edge.headers import Fields, Headers
from hamn.edge.inquiry_api import inquiry_routes
from hamn.edge.people_api import people_routes
from hamn.edge.permit import guarded
from hamn.edge.published import published_routes
from hamn.edge.register_api import register_routes
from hamn.edge.rights import HTTP
from hamn.edge.roster_api import roster_routes
from hamn.edge.seats import Seats
from hamn.edge.staff_socket import staff_socket
from hamn.edge.state import Audience, Edge
from hamn.edge.static import Shelf
from hamn.edge.times_api import times_routes
from hamn.edge.visitor_socket import visitor_socket


async def healthz(request: Request) -> Response:
    """The process answers; nothing more (readiness is the operator's listener's matter)."""
    del request
    return Response()


ROUTES: dict[Audience, list[BaseRoute]] = {
    Audience.VISITORS: [
        WebSocketRoute("/ws/visitor", visitor_socket),
        Route("/api/status", visitor_api.status),
        Route("/api/slots", visitor_api.slots),
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
        Route("/api/method/drop", staff_api.drop_method, methods=["POST"]),
        Route("/api/rota/{first:int}/{days:int}", rota_api.look),
        Route("/api/rota/plan", rota_api.plan, methods=["POST"]),
        Route("/api/rota/own", rota_api.own, methods=["POST"]),
        Route("/api/keys", mail_api.keys, methods=["GET"]),
        Route("/api/keys", mail_api.add_key, methods=["PUT"]),
        Route("/api/mail", mail_api.mail),
        Route("/api/mail/{env_id}", mail_api.letter, methods=["GET"]),
        Route("/api/mail/{env_id}", mail_api.reply, methods=["PUT"]),
        Route("/api/mail/{env_id}", mail_api.close, methods=["DELETE"]),
        Route("/api/mail/{env_id}/rewrap", mail_api.original, methods=["GET"]),
        Route("/api/mail/{env_id}/rewrap", mail_api.rewrap, methods=["PUT"]),
        Route("/api/mail/{env_id}/claim", mail_api.claim, methods=["POST"]),
        Route("/api/mail/{env_id}/claim", mail_api.give_back, methods=["DELETE"]),
        *escalation_routes(),
        *inquiry_routes(),
        *rows_api.routes(),
        *case_api.routes(),
        *audit_routes(),
        *people_routes(),
        *times_routes(),
        *feed_routes(),
        *texts_api.routes(),
        *figures_routes(),
        *register_routes(),
        *roster_routes(),
        Route("/healthz", healthz),
        *published_routes(),
    ],
}


def app_of(edge: Edge, pages: Mapping[str, ASGIApp], fields: Fields) -> ASGIApp:
    """The whole app of one audience.

    Raises: LookupError for a route whose right does not stand in `rights.py`.
    """
    inner = Starlette(
        routes=guarded(ROUTES[edge.audience], HTTP[edge.audience]),
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
