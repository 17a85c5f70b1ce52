"""Rooms and frames to keep."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hamn.app.ports import Live, StoredFrame, Version
from hamn.core.conversation import Conversation, Phase, begin
from hamn.core.policy import Policy
from hamn.core.words import Epoch, Hash, Moment, Pos, RoomId, Seq, Slot
from tests.clock import NOON

ABSENT = Version.absent()


def room_id(number: int) -> RoomId:
    """An id that looks like chance, so that its bytes can be searched for."""
    return RoomId(hashlib.sha256(b"room %d" % number).digest()[:16])


def talk(number: int = 1, *, deadline: float = NOON, epoch: int = 0, pos: int = 1) -> Conversation:
    """A conversation whose next position tells it apart from its other values."""
    fresh = begin(room_id(number), Phase.WAITING, NOON, Policy())
    relay = fresh.relay._replace(next_pos=Pos(pos))
    return replace(fresh, deadline=Moment(deadline), epoch=Epoch(epoch), relay=relay)


def frame(pos: int, *, epoch: int = 1, slot: int = 0, data: bytes | None = None) -> StoredFrame:
    """A frame whose number is its position, so that frames of an epoch never collide."""
    content = b"frame %d" % pos if data is None else data
    digest = Hash(hashlib.sha256(content).digest())
    return StoredFrame(
        Pos(pos), Epoch(epoch), Slot(slot), Seq(pos), is_commit=False, digest=digest, data=content
    )


async def version_of(live: Live, room: RoomId) -> Version:
    """The version to swap against."""
    kept = await live.read(room)
    return ABSENT if kept is None else kept[0]


async def everything(live: Live, room: RoomId) -> tuple[object, ...]:
    """All that the store tells of a room, to compare before and after."""
    held = await live.frames(room, Pos(0), 1000)
    marks = [await live.mark(room, f.epoch, f.slot, f.seq) for f in held]
    letters = [await live.letter(room, name) for name in ("hello", "join 1")]
    deadlines = await live.due(Moment(float("inf")), 1000)
    return await live.read(room), held, marks, letters, deadlines
