"""A client of a room says that nobody writes there, or that somebody has (core/quiet.py)."""

from __future__ import annotations

from hamn.app.change import Change, change
from hamn.app.ports import World
from hamn.core import quiet
from hamn.core.conversation import Conversation
from hamn.core.words import Idx, RoomId


async def hush(world: World, idx: Idx, *, room: RoomId, is_quiet: bool) -> None:
    """A member in the room says so. Raises: Refusal."""

    def step(talk: Conversation) -> Change:
        now, policy = world.clock.now(), world.policy
        return Change(*quiet.hush(talk, idx, is_quiet=is_quiet, now=now, policy=policy))

    await change(world, room, step)
