"""Frames on their way: taken once and in order, held until everybody has them, sent on return.

A frame is answered only when the live store has it (protocol.md sections 7.3 and 7.6). Presence is
here too, since it is what a socket reports of a room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hamn.app.change import Append, Change, append, change, change_lobby, newly_had, settle
from hamn.app.forms import SealedFrame, read_frame
from hamn.app.ports import StoredFrame, World, seat
from hamn.core import presence
from hamn.core.conversation import Conversation, Phase, Presence
from hamn.core.effects import Effects
from hamn.core.relay import (
    Accepted,
    Duplicate,
    Gap,
    NotAccepted,
    Relay,
    Stale,
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


class Taken(NamedTuple):
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
    head = sealed.head
    if sealed.room != room or head.slot != slot:
        raise Malformed("a frame of another seat")

    def step(relay: Relay) -> Append:
        answer = accept(relay, head, now=world.clock.now(), policy=world.policy)
        if not isinstance(answer, Accepted):
            raise _refused(answer, relay.epoch)
        stored = StoredFrame(answer.pos, head.epoch, slot, head.seq, False, sealed.digest, frame)
        return Append(answer.relay, stored)

    try:
        made = await append(world, room, step)
    except _Repeat:
        return Taken(head.epoch, slot, head.seq, await _taken_before(world, room, sealed))
    for track in made.tracks:
        if track.slot != slot:
            world.bell.ring(seat(room, track.slot))
    return Taken(head.epoch, slot, head.seq, Pos(made.next_pos - 1))


async def ack(world: World, room: RoomId, *, slot: Slot, pos: Pos) -> None:
    """The member in `slot` has everything through `pos`; without effect once the room is over.

    Raises: Malformed when nothing stands there yet.
    """

    def step(relay: Relay) -> Append:
        made = acknowledge(relay, slot, pos)
        return Append(made, erase_through=newly_had(relay, made))

    if await world.live.relay(room) is not None:
        await append(world, room, step)


async def pending(world: World, room: RoomId, *, slot: Slot, after: Pos) -> list[StoredFrame]:
    """What others wrote above `after`, in rising position; empty when there is nothing (more)."""
    found = await world.live.relay(room)
    start = None if found is None else needs_after(found[1], slot, after)
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


def _refused(answer: NotAccepted, epoch: Epoch) -> Exception:
    match answer:
        case Stale():
            return Refusal(RefusalCode.STALE, epoch=epoch)
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
    head = sealed.head
    mark = await world.live.mark(room, head.epoch, head.slot, head.seq)
    if mark is None:
        # A commit came between reading the room and reading the mark.
        found = await world.live.relay(room)
        raise Refusal(RefusalCode.STALE, epoch=found[1].epoch if found else 0)
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
