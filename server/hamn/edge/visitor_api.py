"""What visitors' pages ask over HTTP: is the door open, or when next; which talks can be had."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from hamn.app import book, box, duty
from hamn.core.wall import minute_of
from hamn.core.words import Moment
from hamn.edge.state import Edge


async def status(request: Request) -> JSONResponse:
    """The honest line of the front page; the same for everyone who asks.

    `until`: when the last new conversation may begin; `next`: when the hours say it opens again;
    `message`: by when a sealed message that is left now is answered, null while nobody could open
    one. All in minutes of Unix time, or null.
    """
    edge: Edge = request.app.state.edge
    standing = await duty.status(edge.world)
    return JSONResponse(
        {
            "open": standing.is_open,
            "reason": standing.reason.value,
            "until": _minute(standing.until),
            "next": _minute(standing.opens),
            "message": _minute(await box.promise(edge.world)),
            "needs_supervisor": edge.world.policy.needs_supervisor,
        }
    )


async def slots(request: Request) -> JSONResponse:
    """The times for talks that anybody can have; the same for everyone who asks.

    A time is named by its day and number; `start` in minutes of Unix time, `wall` the minute of the
    centre's day.
    """
    world = request.app.state.edge.world
    found = [(slot, slot.span(world.zone)) for slot in await book.free(world)]
    listed = [
        {
            "day": slot.day,
            "number": slot.number,
            "start": int(span.start // 60),
            "wall": minute_of(span.start, world.zone),
            "length": slot.length,
            "form": slot.form.value,
            "languages": list(slot.languages),
        }
        for slot, span in sorted(found, key=lambda pair: (pair[1].start, pair[0].number))
    ]
    return JSONResponse({"now": int(world.clock.now() // 60), "slots": listed})


def _minute(moment: Moment | None) -> int | None:
    return None if moment is None else int(moment // 60)
