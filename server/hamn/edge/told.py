"""What one socket has told its peer of one room, and telling it what has changed since.

There is no queue of events between sockets. On every ring the socket reads the room's value and
sends the difference, so that a lost, doubled or late ring costs nothing: frames above the last
position told, presences that changed, joins not yet delivered, and at the end that it is over. A
ring of its own seat alone says that frames were put, and no more than those is read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hamn.app import erase, relay, rota
from hamn.app.ports import StoredFrame, World, seat
from hamn.app.return_code import Found
from hamn.asc1.bytes import sha256
from hamn.asc1.group import parse_commit
from hamn.core.conversation import Conversation, Phase, Presence
from hamn.core.words import Hash, Idx, Mailbox, Pos, RoomId, Slot
from hamn.edge.line import Line
from hamn.edge.wire import (
    Closed,
    Done,
    Joined,
    Mail,
    Peer,
    Put,
    Receipt,
    RoomFound,
    RoomHeld,
    Window,
)


@dataclass(slots=True)
class RoomTold:
    """`slot` is the peer's own; `pos` the last position that was put, or that it says it has."""

    room: RoomId
    slot: Slot
    pos: Pos = Pos(0)
    presences: dict[Slot, Presence] = field(default_factory=dict)
    joins: set[Hash] = field(default_factory=set)
    """By their digests: a person who asks again is told of again."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held while the room is told, so that no two tasks tell a thing twice or out of order."""

    @property
    def topics(self) -> tuple[bytes, bytes]:
        """What rings when the room changes, and when a frame was put for this slot."""
        return self.room, seat(self.room, self.slot)


async def tell_frames(line: Line, world: World, told: RoomTold) -> bool:
    """Send the frames that the peer lacks, up to the first commit; whether there was none, for what
    a commit changes is more than a put. The caller holds `told.turn`."""
    while held := await relay.pending(world, told.room, slot=told.slot, after=told.pos):
        for stored in held:
            if stored.is_commit:
                return False
            await line.tell(Put(told.room.hex(), stored.pos), stored.data)
            told.pos = stored.pos
    return True


async def tell_puts(
    line: Line, world: World, told: RoomTold, talk: Conversation, below: Pos | None = None
) -> None:
    """Send every frame and commit the peer lacks, in strictly rising position; or only those below
    a position. The caller holds `told.turn`."""
    while held := await relay.pending(world, told.room, slot=told.slot, after=told.pos):
        for stored in held:
            if below is not None and stored.pos >= below:
                return
            certs = await commit_certs(world, talk, stored) if stored.is_commit else []
            await line.tell(Put(told.room.hex(), stored.pos, certs), stored.data)
            told.pos = stored.pos


async def commit_certs(world: World, talk: Conversation, stored: StoredFrame) -> list[str]:
    """The certificates that a commit's context names, as far as the room knows them."""
    wanted = {entry.cert_hash for entry in parse_commit(stored.data).context.entries}
    known = [member.cert for member in talk.members if member.cert]
    kept = await world.live.letter(talk.room, "certs") or b""
    known += [kept[at : at + 148] for at in range(0, len(kept), 148)]
    return sorted({cert.hex() for cert in known if sha256(cert) in wanted})


async def tell_presences(line: Line, told: RoomTold, talk: Conversation) -> None:
    """Send how the others' presence has changed."""
    for member in talk.members:
        if member.slot == told.slot or told.presences.get(member.slot) is member.presence:
            continue
        is_news = member.slot in told.presences or member.presence is not Presence.HERE
        told.presences[member.slot] = member.presence
        if is_news:
            await line.tell(Peer(told.room.hex(), member.slot, member.presence.value))


async def tell_closed(line: Line, room: RoomId, talk: Conversation | None) -> None:
    """Say that a room is over; what was erased, ran out or never was gets one answer."""
    why = talk.why.value if talk and talk.phase is Phase.CLOSED and talk.why else "expired"
    await line.tell(Closed(room.hex(), why))


async def tell_joins(
    line: Line, world: World, told: RoomTold, talk: Conversation, idx: Idx
) -> None:
    """Deliver each pending join that is sealed to this member's shift key, once a connection."""
    mine = next((member.kid for member in talk.members if member.idx == idx), talk.claimed_kid)
    is_inviter = talk.phase is Phase.RESERVED and talk.invited[:1] == (idx,)
    for pending in talk.joins:
        if not (is_inviter or pending.to == mine) or pending.digest in told.joins:
            continue
        envelope = await world.live.letter(talk.room, pending.letter)
        if envelope is not None and sha256(envelope) == pending.digest:
            told.joins.add(pending.digest)
            sender = pending.cert.hex() if pending.idx is not None else None
            await line.tell(Joined(talk.room.hex(), idx, sender), envelope)


def live_room(talk: Conversation) -> RoomFound:
    """A live room and whom one may ask to be let in."""
    certs = [member.cert.hex() for member in talk.members if member.cert]
    return RoomFound(talk.room.hex(), talk.epoch, certs)


def erased(receipt: erase.Receipt) -> Done:
    """A receipt as it is told."""
    gone = (receipt.codes, receipt.letters, receipt.plans, receipt.rooms, receipt.talks)
    kept = (receipt.backups_days, receipt.escalation_days, receipt.case_days)
    return Done(Receipt(*gone, receipt.inquiries, int(receipt.at // 60), *kept))


async def tell_mail(
    line: Line, world: World, found: Found, wish: int | None, bucket: bytes
) -> set[bytes]:
    """Tell what a code opens, and when who is wished for can next be met; the replies' ids."""
    room = None if found.room is None else live_room(found.room)
    by = None if found.answer_by is None else int(found.answer_by // 60)
    meets = None if wish is None else await _meets(world, Idx(wish), found.mailbox, bucket)
    numbers = (found.talks, found.inquiries)
    await line.tell(Mail(found.mailbox.hex(), len(found.letters), room, by, *numbers, meets))
    for letter in found.letters:
        await line.tell(Put(letter.env_id.hex(), 0), letter.data)
    return {letter.env_id for letter in found.letters}


async def _meets(world: World, idx: Idx, mailbox: Mailbox, bucket: bytes) -> Window | None:
    span = await rota.next_meeting(world, idx, mailbox=mailbox, bucket=bucket)
    return None if span is None else Window(int(span.start // 60), int(span.end // 60))


def slot_of(talk: Conversation | None, idx: Idx) -> Slot | None:
    """Where a member of staff sits in a room."""
    member = talk.staff_member(idx) if talk else None
    return member.slot if member else None


def seat_of(talk: Conversation, idx: Idx) -> RoomHeld:
    """A room in which a member has a seat, and the colleagues who may let them in again."""
    certs = [member.cert.hex() for member in talk.staff if member.idx != idx]
    return RoomHeld(talk.room.hex(), slot_of(talk, idx) or 0, talk.epoch, certs)
