"""The link between a return code's mailbox and a live room; it is in the live store only."""

from __future__ import annotations

from hamn.app.ports import World
from hamn.core.conversation import Conversation, Phase
from hamn.core.words import Mailbox


async def rooms_of(world: World, mailbox: Mailbox) -> list[Conversation]:
    """Every conversation of a mailbox that is not over, or rests until its visitor comes back."""
    read = [await world.live.read(room) for room in await world.live.rooms()]
    talks = [found[1] for found in read if found is not None]
    return [t for t in talks if t.mailbox == mailbox and (t.phase is not Phase.CLOSED or t.rests)]


async def room_of(world: World, mailbox: Mailbox) -> Conversation | None:
    """The mailbox's conversation: an open one before others, the newest before older ones."""
    talks = await rooms_of(world, mailbox)
    return max(talks, key=lambda t: (t.phase in (Phase.OPEN, Phase.PAUSED), t.since), default=None)
