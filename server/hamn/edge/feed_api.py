"""A member's own talks as a calendar that reads itself again: an address that only they know.

The address is a token, of which a hash is kept; another one or none at the press of a button, and
it ends with the member's part in talks. In the calendar stand times and one neutral title, the same
for all: nothing of any visitor.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hamn.app import book, staff
from hamn.app.forms import digest
from hamn.core.booking import State, Talk
from hamn.core.words import Refusal
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Nothing, body_of, told
from hamn.edge.state import Edge

TOKEN = re.compile(r"[0-9a-f]{64}")
CALENDAR = "text/calendar; charset=utf-8"
STANDS = (State.BOOKED, State.DONE)


@told
async def has_feed(request: Request, edge: Edge) -> object:
    """GET /api/feed: whether there is an address."""
    return {"is_on": await edge.world.store.has_feed(staff_of(request).idx)}


@told
async def new_feed(request: Request, edge: Edge) -> object:
    """POST /api/feed: a new address, told once; an earlier one ends."""
    await body_of(request, Nothing)
    token = edge.world.entropy.bytes(32)
    await edge.world.store.set_feed(staff_of(request).idx, digest(token))
    return {"path": f"/feed/{token.hex()}.ics"}


@told
async def no_feed(request: Request, edge: Edge) -> object:
    """DELETE /api/feed: the address ends."""
    await edge.world.store.set_feed(staff_of(request).idx, None)
    return {}


async def feed(request: Request) -> Response:
    """GET /feed/TOKEN.ics: the member's talks, for who has the address."""
    edge: Edge = request.app.state.edge
    found = TOKEN.fullmatch(request.path_params["token"].removesuffix(".ics"))
    if found is None:
        raise HTTPException(HTTPStatus.GONE)
    try:
        member = await staff.of_feed(edge.world, digest(bytes.fromhex(found[0])))
    except Refusal:
        raise HTTPException(HTTPStatus.GONE) from None
    talks = [talk for talk, _ in await book.own(edge.world, member) if talk.state in STANDS]
    calendar = calendar_of(talks, edge.calendar_title, edge.world.clock.now())
    return Response(calendar, media_type=CALENDAR)


def feed_routes() -> list[Route]:
    return [
        Route("/api/feed", has_feed),
        Route("/api/feed", new_feed, methods=["POST"]),
        Route("/api/feed", no_feed, methods=["DELETE"]),
        Route("/feed/{token}", feed),
    ]


def calendar_of(talks: list[Talk], title: str, now: float) -> str:
    """RFC 5545: times in UTC, so that every calendar shows them right, summer and winter."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hamn//Hamn//EN"]
    events = [line for talk in talks for line in _event(talk, title, now)]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""])


def _event(talk: Talk, title: str, now: float) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{digest(talk.id).hex()[:32]}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(talk.begins)}",
        f"DTEND:{_utc(talk.ends)}",
        f"SUMMARY:{title}",
        "END:VEVENT",
    ]


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")
