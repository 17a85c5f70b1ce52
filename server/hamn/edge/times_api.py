"""Times for talks and talks over HTTP, for staff (protocol.md section 8).

A counsellor publishes their own times, a supervisor everybody's; who holds a talk seals what is
agreed about it. Days are counted from 1970-01-01 in the centre's calendar, minutes are of the day
by the clock on its wall.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from hamn.app import book
from hamn.app.audit import note
from hamn.app.ports import Staff, World
from hamn.core import slots
from hamn.core.audit import Deed
from hamn.core.booking import TAKES_TIME, State, Talk
from hamn.core.slots import Form, Published, Slot
from hamn.core.wall import day_of
from hamn.core.words import Idx, Mailbox
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, body_of, decoded, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, Hex16, Language

MOST_DAYS = 62
ID = re.compile(r"[0-9a-f]{32}")
Day = Annotated[int, Meta(ge=0, le=slots.LAST_DAY)]
Number = Annotated[int, Meta(ge=1, le=2**31)]
Minute = Annotated[int, Meta(ge=0, le=1439)]
Length = Annotated[int, Meta(ge=slots.SHORTEST, le=slots.LONGEST)]
Languages = Annotated[list[Language], Meta(min_length=1, max_length=slots.MOST_LANGUAGES)]
Sealed = Annotated[str, Meta(pattern="^([0-9a-f]{2}){64,20000}$")]


class Act(Struct, frozen=True, forbid_unknown_fields=True, tag_field="act"):
    """One change of the times."""


class Times(Act, frozen=True):
    """A time as it is published; `idx`: who holds the talk."""

    idx: U16
    day: Day
    start: Minute
    length: Length
    form: Form
    languages: Languages
    weekly: bool

    @property
    def asked(self) -> Published:
        when = (self.day, self.start, self.length)
        return Published(Idx(self.idx), *when, self.form, tuple(self.languages), self.weekly)


class Publish(Times, tag="publish", frozen=True):
    """One more time."""

    async def step(self, world: World, staff: Staff) -> None:
        await book.publish(world, staff, self.asked)


class Move(Times, tag="move", frozen=True):
    """The time of `from_day` and number at another hour; `weekly`: from then on every one."""

    from_day: Day
    number: Number

    async def step(self, world: World, staff: Staff) -> None:
        await book.move(world, staff, (self.from_day, self.number), self.asked)


class Withdraw(Act, tag="withdraw", frozen=True):
    """Not on that day."""

    day: Day
    number: Number

    async def step(self, world: World, staff: Staff) -> None:
        await book.withdraw(world, staff, (self.day, self.number))


class End(Act, tag="end", frozen=True):
    """No longer, from that day on."""

    day: Day
    number: Number

    async def step(self, world: World, staff: Staff) -> None:
        await book.end(world, staff, (self.day, self.number))


class Offer(Body, frozen=True):
    """A time for a visitor whose code opens this mailbox."""

    mailbox: Hex16
    day: Day
    number: Number
    language: Language
    interpreter: Language | None


class Agreed(Body, frozen=True):
    """What is agreed about a talk: a type 5 envelope, and a type 3 or null when that one stands."""

    appointment: Sealed
    reply: Sealed | None


class Stands(Body, frozen=True):
    """How it stands with a talk."""

    state: Literal["done", "missed", "called off"]


TimesAct: TypeAlias = Publish | Move | Withdraw | End
_acts: msgspec.json.Decoder[TimesAct] = msgspec.json.Decoder(TimesAct)


@told
async def look(request: Request, edge: Edge) -> object:
    """GET /api/times/FIRST/DAYS: the times of some days, whose they are, and which are taken."""
    first, days = request.path_params["first"], request.path_params["days"]
    if not (1 <= first <= slots.LAST_DAY and 1 <= days <= MOST_DAYS):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    world, seen = edge.world, await book.look(edge.world, first, days)
    free = {slot.key for slot in await book.free(edge.world)}
    taken = {talk.key: talk.state.value for talk in seen.talks if talk.state in TAKES_TIME}
    weekly = {each.number for each in seen.plan.series if each.first != each.last}
    return {
        "version": seen.version,
        "zone": str(world.zone),
        "today": day_of(world.clock.now(), world.zone),
        "now": int(world.clock.now() // 60),
        "members": [{"idx": each.idx, "name": each.duty_name} for each in seen.staff],
        "slots": [
            {
                **_slot(slot, world),
                "free": slot.key in free,
                "state": taken.get(slot.key),
                "weekly": slot.number in weekly,
            }
            for slot in seen.slots
        ],
    }


@told
async def change(request: Request, edge: Edge) -> object:
    """POST /api/times: publish, move or take back times; it is written down."""
    act: TimesAct = await decoded(request, _acts)
    staff = staff_of(request)
    await act.step(edge.world, staff)
    kind = str(act.__struct_config__.tag)
    await note(edge.world, Deed.TIMES, staff.idx, detail=kind)
    return {"version": await edge.world.store.book_mark()}


@told
async def offer(request: Request, edge: Edge) -> object:
    """POST /api/times/offer: hold a time for a visitor who has a code."""
    given = await body_of(request, Offer)
    await book.offer(
        edge.world,
        Mailbox(bytes.fromhex(given.mailbox)),
        (given.day, given.number),
        language=given.language,
        interpreter=given.interpreter,
    )
    return {}


@told
async def talks(request: Request, edge: Edge) -> object:
    """GET /api/talks: one's own talks, the next one first, and what is sealed for them."""
    mine = await book.own(edge.world, staff_of(request))
    return [_talk(talk, sealed) for talk, sealed in mine]


@told
async def agree(request: Request, edge: Edge) -> object:
    """PUT /api/talks/ID: what is agreed, sealed to both."""
    given = await body_of(request, Agreed)
    await book.agree(
        edge.world,
        staff_of(request),
        _id(request),
        appointment=bytes.fromhex(given.appointment),
        reply=None if given.reply is None else bytes.fromhex(given.reply),
    )
    return {}


@told
async def stand(request: Request, edge: Edge) -> object:
    """POST /api/talks/ID: a talk was held, nobody came, or the centre cannot keep it."""
    given = await body_of(request, Stands)
    staff, state = staff_of(request), State(given.state)
    if state is State.CALLED_OFF:
        await book.call_off(edge.world, staff, _id(request))
    else:
        await book.attend(edge.world, staff, _id(request), state)
    return {}


def times_routes() -> list[Route]:
    return [
        Route("/api/times/{first:int}/{days:int}", look),
        Route("/api/times", change, methods=["POST"]),
        Route("/api/times/offer", offer, methods=["POST"]),
        Route("/api/talks", talks),
        Route("/api/talks/{id}", agree, methods=["PUT"]),
        Route("/api/talks/{id}", stand, methods=["POST"]),
    ]


def _slot(slot: Slot, world: World) -> dict[str, object]:
    span = slot.span(world.zone)
    return {
        "day": slot.day,
        "number": slot.number,
        "idx": slot.idx,
        "start": slot.start,
        "length": slot.length,
        "form": slot.form.value,
        "languages": list(slot.languages),
        "from": int(span.start // 60),
    }


def _talk(talk: Talk, sealed: bytes | None) -> dict[str, object]:
    return {
        "id": talk.id.hex(),
        "day": talk.key[0],
        "number": talk.key[1],
        "start": talk.start,
        "length": talk.length,
        "form": talk.form.value,
        "language": talk.language,
        "interpreter": talk.interpreter,
        "mailbox": talk.mailbox.hex(),
        "state": talk.state.value,
        "r": talk.r.hex(),
        "sealed": None if sealed is None else sealed.hex(),
        "agreed": talk.reply is not None,
    }


def _id(request: Request) -> bytes:
    found = ID.fullmatch(request.path_params["id"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return bytes.fromhex(found[0])
