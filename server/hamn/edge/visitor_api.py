"""What the front page asks over HTTP: is the door open, and if not, when it opens next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from hamn.app import duty
from hamn.core.words import Moment
from hamn.edge.state import Edge


async def status(request: Request) -> JSONResponse:
    """The honest line of the front page; the same for everyone who asks.

    `until`: when the last new conversation may begin; `next`: when the hours say it opens again.
    Both in minutes of Unix time, or null.
    """
    edge: Edge = request.app.state.edge
    standing = await duty.status(edge.world)
    return JSONResponse(
        {
            "open": standing.is_open,
            "reason": standing.reason.value,
            "until": _minute(standing.until),
            "next": _minute(standing.opens),
            "needs_supervisor": edge.world.policy.needs_supervisor,
        }
    )


def _minute(moment: Moment | None) -> int | None:
    return None if moment is None else int(moment // 60)
