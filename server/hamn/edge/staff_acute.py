"""What stops the usual course on a staff socket: an acute room, a conflict, an abusive end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hamn.app import acute, stepping
from hamn.app.ports import World
from hamn.core.acute import Debrief, Decision
from hamn.core.stepping import Tie
from hamn.core.words import RoomId
from hamn.edge import wire
from hamn.edge.staff_rooms import StaffRooms


def acute_acts(
    rooms: StaffRooms, world: World
) -> dict[type, Callable[[Any, bytes], Awaitable[None]]]:
    """What each of these messages does."""

    async def sound(message: wire.Sound, _: bytes) -> None:
        await acute.sound(world, rooms.idx, room=_room(message.room))

    async def answer(message: wire.Answer, _: bytes) -> None:
        await acute.answer(world, rooms.idx, room=_room(message.room))

    async def decide(message: wire.Decide, _: bytes) -> None:
        code = Decision(message.code)
        await acute.decide(world, rooms.idx, room=_room(message.room), code=code)

    async def debrief(message: wire.MarkDebrief, _: bytes) -> None:
        code = Debrief(message.code)
        await acute.debrief(world, rooms.idx, room=_room(message.room), code=code)

    async def conflict(message: wire.Conflict, _: bytes) -> None:
        tie = Tie(message.tie)
        await stepping.conflict(world, rooms.idx, room=_room(message.room), tie=tie)

    async def abuse(message: wire.Abuse, _: bytes) -> None:
        await stepping.abuse(world, rooms.idx, room=_room(message.room))

    async def seen(message: wire.Seen, _: bytes) -> None:
        await stepping.seen(world, rooms.idx, notice=bytes.fromhex(message.id))

    return {
        wire.Conflict: conflict,
        wire.Abuse: abuse,
        wire.Seen: seen,
        wire.Sound: sound,
        wire.Answer: answer,
        wire.Decide: decide,
        wire.MarkDebrief: debrief,
    }


def _room(room: str) -> RoomId:
    return RoomId(bytes.fromhex(room))
