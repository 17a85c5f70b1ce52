"""A demo served inside the test's own process, for limits that no setting reaches.

Its people, stores, listeners and sockets are those of `hamn demo`; only the caps of a connection,
the policy's numbers, the clock, and whatever constants a test puts in place, are others.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from hamn.app import deadlines
from hamn.app.ports import Clock
from hamn.edge.listener import Guard, GuardedSocket
from hamn.edge.state import Audience
from hamn.ops.demo import Demo, people, prepare, settings_of
from hamn.serve import Listener, bind, listener
from hamn.wiring import House, fields_of, opened
from tests.services import DemoServer, OnCall, Person, people_of_the_run

HELD_BY_SYSTEM = 8 * 1024
HARDLY_A_FRAME = {"FRAMES_PER_SECOND": "0.01"}
"""No frame after the first forty."""


class InsideServer(DemoServer):
    """A `DemoServer` without a process."""

    shelves: Mapping[Audience, Sequence[str]] = {}
    """The paths of every page and file, by whom they are for."""
    _doors: Sequence[Listener] = ()

    @property
    def apps(self) -> Mapping[Audience, ASGIApp]:
        """What stands behind each door, to be spoken to without a socket."""
        made = (door.config.loaded_app for door in self._doors)
        return dict(zip(Audience, made, strict=True))

    def unsent(self) -> int:
        """How many bytes wait at most for one reader."""
        connections = [each for door in self._doors for each in door.server_state.connections]
        sockets = [each for each in connections if isinstance(each, GuardedSocket)]
        return max((each.transport.get_write_buffer_size() for each in sockets), default=0)

    @classmethod
    @contextlib.asynccontextmanager
    async def serving(
        cls,
        folder: Path,
        visitors: Mapping[str, Any],
        staff: Mapping[str, Any],
        *,
        policy: Mapping[str, str] = HARDLY_A_FRAME,
        clock: Clock | None = None,
    ) -> AsyncIterator[InsideServer]:
        """Serve, with these caps for connections, these numbers, and this clock if any."""
        server = cls.in_folder(folder)
        demo = Demo(server.port, server.data)
        numbers = {f"HAMN_POLICY__{name}": number for name, number in policy.items()}
        settings = settings_of(demo, {"HAMN_FOLDERS__LIVE": str(server.live), **numbers})
        await asyncio.to_thread(people_of_the_run, server.data, in_turns=False)
        await asyncio.to_thread(prepare, demo)
        server.visitor_url, server.staff_url = demo.visitor_url, demo.staff_url
        server.people = tuple(Person(**each) for each in people(demo))
        with opened(settings, is_demo=True) as house:
            if clock is not None:
                house = replace(house, world=replace(house.world, clock=clock))
            given = {Audience.VISITORS: visitors, Audience.STAFF: staff}
            doors = [_door(house, audience, caps) for audience, caps in given.items()]
            server._doors = doors
            server.shelves = {audience: tuple(house._shelf(audience)) for audience in Audience}
            serves = [
                asyncio.ensure_future(door.serve(sockets=[_bound(server.port + at)]))
                for at, door in enumerate(doors)
            ]
            chore = asyncio.ensure_future(deadlines.run(house.world))
            try:
                await OnCall().begin(server)
                yield server
            finally:
                chore.cancel()
                for door in doors:
                    door.should_exit = door.force_exit = True
                await asyncio.gather(*serves, chore, return_exceptions=True)
                shutil.rmtree(server.live, ignore_errors=True)


def _bound(port: int) -> socket.socket:
    """A listening socket whose connections leave little to the system to hold."""
    bound = bind(f"127.0.0.1:{port}")
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD_BY_SYSTEM)
    return bound


def _door(house: House, audience: Audience, caps: Mapping[str, Any]) -> Listener:
    edge = house.edge(audience)
    edge = replace(edge, caps=replace(edge.caps, **caps))
    return listener(house.app(edge), Guard(edge.caps, fields_of(edge)))
