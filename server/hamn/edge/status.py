"""What the operator's machines ask on the third listener: may new work come, and the counters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hamn.metrics import CONTENT_TYPE, Metrics, Waiting

Faults = Callable[[], Awaitable[list[str]]]
"""What keeps the service from taking new work, as fixed names; nothing when all is well."""
Standing = Callable[[], Awaitable[Waiting]]
"""What waits for somebody, and for how long."""


def operator_app(metrics: Metrics, faults: Faults, standing: Standing) -> Starlette:
    """`/readyz` and `/metrics`; never for the public."""

    async def ready(request: Request) -> Response:
        del request
        found = await faults()
        metrics.ready(is_ready=not found)
        status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
        return JSONResponse({"ready": not found, "faults": found}, status_code=status)

    async def exposition(request: Request) -> Response:
        del request
        found = await faults()
        metrics.ready(is_ready=not found)
        if "store" not in found:
            metrics.waits(await standing())
        return Response(metrics.exposition(), headers={"content-type": CONTENT_TYPE})

    return Starlette(routes=[Route("/readyz", ready), Route("/metrics", exposition)])
