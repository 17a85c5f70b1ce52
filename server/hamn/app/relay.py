"""Frames on their way: taken once and in order, held until everybody has them, sent on return.

A frame is answered only when the live store has it (protocol.md sections 7.3 and 7.6). Presence is
here too, since it is what a socket reports of a room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hamn.app.change import Change, change, change_lobby, settle
from hamn.app.forms import SealedFrame, read_frame
from hamn.app.ports import StoredFrame, World
from hamn.core import presence
from hamn.core.conversation import Conversation, Event, Phase, Presence, enter
from hamn.core.effects import Effects, Wake
from hamn.core.relay import (
    Accepted,
    Duplicate,
    Gap,
    NotAccepted,
    TooFast,
    TooMuch,
    WrongKind,
    accept,
    acknowledge,
    needs_after,
)
from hamn.core.waiting import set_here
from hamn.core.words import (
    VISITOR_SLOT,
    Epoch,
    Malformed,
    Pos,
    Refusal,
    RefusalCode,
    RoomId,
    Seq,
    Slot,
)

PAGE = 64
"""Frames read from the store at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was committed to the live store, and where it stands. `seq` is 0 for a commit."""

    epoch: Epoch
    slot: Slot
    seq: Seq
    pos: Pos


class _Repeat(Exception):
    """The frame was taken before."""


async def send(world: World, room: RoomId, *, slot: Slot, frame: bytes) -> Taken:
    """Take a frame from the member in `slot`.

    Raises: Refusal; Malformed for another's frame, a wrong kind, or another frame under a number
    that was taken.
    """
    sealed = read_frame(frame)
    if sealed.room != room or sealed.head.slot != slot:
        raise Malformed("a frame of another seat")
    at = Pos(0)

    def step(talk: Conversation) -> Change:
        nonlocal at
        made, at = _accepted(world, talk, sealed)
        stored = StoredFrame(at, sealed.epoch, slot, sealed.head.seq, False, sealed.digest, frame)
        return Change(made, (Wake(room),), put=(stored,))

    try:
        await change(world, room, step)
    except _Repeat:
        at = await _taken_before(world, room, sealed)
    return Taken(sealed.epoch, slot, sealed.head.seq, at)


async def ack(world: World, room: RoomId, *, slot: Slot, pos: Pos) -> None:
    """The member in `slot` has everything through `pos`; without effect once the room is over.

    Raises: Malformed when nothing stands there yet.
    """

    def step(talk: Conversation) -> Change:
        if talk.phase is Phase.CLOSED:
            return Change(talk)
        relay = acknowledge(talk.relay, slot, pos)
        return Change(talk if relay is talk.relay else replace(talk, relay=relay))

    if await look(world, room) is not None:
        await change(world, room, step)


async def pending(world: World, room: RoomId, *, slot: Slot, after: Pos) -> list[StoredFrame]:
    """What others wrote above `after`, in rising position; empty when there is nothing (more)."""
    talk = await look(world, room)
    start = None if talk is None else needs_after(talk.relay, slot, after)
    while start is not None:
        held = await world.live.frames(room, start, PAGE)
        others = [frame for frame in held if frame.slot != slot]
        if others or len(held) < PAGE:
            return others
        start = held[-1].pos
    return []


async def here(world: World, room: RoomId, *, slot: Slot) -> None:
    """The member's socket is open. Raises: Refusal(GONE) when there is no such room or seat."""
    await _present(world, room, slot, is_here=True)


async def away(world: World, room: RoomId, *, slot: Slot) -> None:
    """The member's socket is gone; without effect once the room is over."""
    try:
        await _present(world, room, slot, is_here=False)
    except Refusal as refusal:
        if refusal.code is not RefusalCode.GONE:
            raise


async def everyone_away(world: World) -> None:
    """After a start: no socket has survived. Sockets that come back say so themselves."""
    for room in await world.live.rooms():
        await change(world, room, _stepping(world, presence.everyone_away))
        await settle(world, room)


async def look(world: World, room: RoomId) -> Conversation | None:
    """The room's newest value."""
    found = await world.live.read(room)
    return None if found is None else found[1]


def _accepted(world: World, talk: Conversation, sealed: SealedFrame) -> tuple[Conversation, Pos]:
    enter(talk, Event.FRAME)
    if talk.member(sealed.head.slot) is None:
        raise Refusal(RefusalCode.GONE)
    if sealed.epoch != talk.epoch:
        raise Refusal(RefusalCode.STALE, epoch=talk.epoch)
    answer = accept(talk.relay, sealed.head, now=world.clock.now(), policy=world.policy)
    if not isinstance(answer, Accepted):
        raise _refused(answer, talk.epoch)
    return replace(talk, relay=answer.relay), answer.pos  # no deadline hangs on frames


def _refused(answer: NotAccepted, epoch: Epoch) -> Exception:
    match answer:
        case Duplicate():
            return _Repeat()
        case Gap(next_seq):
            return Refusal(RefusalCode.GAP, epoch=epoch, seq=next_seq)
        case TooFast(wait):
            return Refusal(RefusalCode.BUSY, wait=int(wait) + 1)
        case TooMuch():
            return Refusal(RefusalCode.FULL, wait=5)
        case WrongKind():
            return Malformed("a leaf update where none is due, or none where one is")


async def _taken_before(world: World, room: RoomId, sealed: SealedFrame) -> Pos:
    mark = await world.live.mark(room, sealed.epoch, sealed.head.slot, sealed.head.seq)
    if mark is None:
        # A commit came between reading the room and reading the mark.
        talk = await look(world, room)
        raise Refusal(RefusalCode.STALE, epoch=talk.epoch if talk else 0)
    if mark.digest != sealed.digest:
        raise Malformed("another frame under the same number")
    return mark.pos


async def _present(world: World, room: RoomId, slot: Slot, *, is_here: bool) -> None:
    now, policy = world.clock.now(), world.policy

    def step(talk: Conversation) -> Change:
        if slot == VISITOR_SLOT:
            return Change(*presence.visitor_present(talk, is_here=is_here, now=now, policy=policy))
        shown = Presence.HERE if is_here else Presence.AWAY
        return Change(*presence.staff_present(talk, slot, shown, now=now, policy=policy))

    talk = await change(world, room, step)
    if talk.phase is Phase.WAITING:
        await change_lobby(world, lambda lobby: set_here(lobby, room, is_here=is_here))
    elif slot == VISITOR_SLOT and is_here:
        await settle(world, room)


Evolve = Callable[..., tuple[Conversation, Effects]]


def _stepping(world: World, evolve: Evolve) -> Callable[[Conversation], Change]:
    def step(talk: Conversation) -> Change:
        return Change(*evolve(talk, now=world.clock.now(), policy=world.policy))

    return step
