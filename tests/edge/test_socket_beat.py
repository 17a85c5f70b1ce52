"""A connection's beat goes on however much there is to tell: whoever talks is still on duty."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

from hamn.edge.errors import Close
from hamn.edge.line import Line, PeerGone, Received
from hamn.edge.shell import DRAIN, Shell
from hamn.edge.state import Audience, Edge
from hamn.edge.wire import Drain
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


def edge_of(bell: ProcessBell) -> Edge:
    parts = {"audience": Audience.STAFF, "metrics": Metrics(), "draining": asyncio.Event()}
    return cast("Edge", SimpleNamespace(world=SimpleNamespace(bell=bell), **parts))


async def test_the_beat_is_kept_while_the_bell_never_rests() -> None:
    bell = ProcessBell()
    ear = bell.listen((b"a busy room",))
    busy = Busy(bell)
    bell.ring(b"a busy room")

    async with asyncio.timeout(60):
        await Shell(edge_of(bell), busy, ear).run()

    assert busy.beats == ENOUGH


async def test_who_came_in_just_as_it_drained_is_told_so_at_once() -> None:
    bell, said = ProcessBell(), list[object]()

    async def say(what: object) -> None:
        said.append(what)

    late = Busy(bell)
    late.beat = 3600.0
    late.line = cast("Line", SimpleNamespace(receive=late._receive, tell=say, close=say))
    edge = edge_of(bell)
    edge.draining.set()
    bell.ring(DRAIN)

    async with asyncio.timeout(5):
        await Shell(edge, late, bell.listen(())).run()

    assert said == [Drain(), Close.DRAIN]
