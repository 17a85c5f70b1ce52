"""Perform what a stored step asked for: the only switch over `Effect`. Twice does no harm."""

from __future__ import annotations

from typing import assert_never

from hamn.app.ports import LOBBY, World
from hamn.core.effects import Effects, Erase, Wake, WakeLobby


async def perform(world: World, effects: Effects) -> None:
    """Perform effects in order, each once."""
    for effect in dict.fromkeys(effects):
        match effect:
            case Wake(topic):
                world.bell.ring(topic)
            case WakeLobby():
                world.bell.ring(LOBBY)
            case Erase(room):
                await world.live.erase(room)
                world.bell.ring(room)
            case _:
                assert_never(effect)
