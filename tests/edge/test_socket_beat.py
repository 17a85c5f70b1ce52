"""A connection's beat goes on however much there is to tell: whoever talks is still on duty."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

from hamn.edge.line import Line, PeerGone, Received
from hamn.edge.shell import Shell
from hamn.edge.state import Audience, Edge
from hamn.live.bell import ProcessBell
from hamn.metrics import Metrics

ENOUGH = 3


class Busy:
    """A connection that is rung at every turn of the loop, and counts its beats."""

    beat = 0.02

    def __init__(self, bell: ProcessBell) -> None:
        self.line = cast("Line", SimpleNamespace(receive=self._receive))
        self._bell = bell
        self._enough = asyncio.Event()
        self.beats = 0

    async def _receive(self, within: float | None) -> Received:
        del within
        await self._enough.wait()
        raise PeerGone

    def waits(self) -> float | None:
        return None

    async def take(self, received: Received) -> None:
        raise AssertionError(received)

    async def bring_up(self, rung: frozenset[bytes]) -> None:
        self.beats += not rung
        if self.beats == ENOUGH:
            self._enough.set()
        await asyncio.sleep(0)
        self._bell.ring(b"a busy room")

    async def leave(self) -> None:
        pass


async def test_the_beat_is_kept_while_the_bell_never_rests() -> None:
    bell = ProcessBell()
    ear = bell.listen((b"a busy room",))
    world = SimpleNamespace(bell=bell)
    edge = cast(
        "Edge",
        SimpleNamespace(
            world=world, audience=Audience.STAFF, metrics=Metrics(), draining=asyncio.Event()
        ),
    )
    busy = Busy(bell)
    bell.ring(b"a busy room")

    async with asyncio.timeout(5):
        await Shell(edge, busy, ear).run()

    assert busy.beats == ENOUGH
