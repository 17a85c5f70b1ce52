"""What one socket has told its peer of one room, and telling it what has changed since.

There is no queue of events between sockets. On every ring the socket reads the room's value and
sends the difference, so that a lost, doubled or late ring costs nothing: frames above the last
position told, presences that changed, joins not yet delivered, and at the end that it is over.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hamn.app import relay
from hamn.app.ports import StoredFrame, World
from hamn.asc1.bytes import sha256
from hamn.asc1.group import parse_commit
from hamn.core.conversation import Conversation, Phase, Presence
from hamn.core.words import Idx, Pos, RoomId, Slot
from hamn.edge.line import Line
from hamn.edge.wire import Closed, Joined, Peer, Put


@dataclass(slots=True)
class RoomTold:
    """`slot` is the peer's own; `pos` the last position that was put, or that it says it has."""

    room: RoomId
    slot: Slot
    pos: Pos = Pos(0)
    presences: dict[Slot, Presence] = field(default_factory=dict)
    letters: set[str] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held while the room is told, so that no two tasks tell a thing twice or out of order."""


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
    for pending in talk.joins:
        if pending.to != mine or pending.letter in told.letters:
            continue
        envelope = await world.live.letter(talk.room, pending.letter)
        if envelope is not None:
            told.letters.add(pending.letter)
            sender = pending.cert.hex() if pending.idx is not None else None
            await line.tell(Joined(talk.room.hex(), idx, sender), envelope)
