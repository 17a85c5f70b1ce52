"""Three listeners in one process, and how they end: no conversation is cut by an upgrade.

On the first SIGTERM or SIGINT the public listeners close, so that who is sent away connects to
another process; then every socket says `drain` and closes with 1012 by itself, and after a bounded
wait the rest is closed. A second signal ends it at once. Nothing a library logs can name an
address or a path (logs.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import stat
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn
import uvloop
from starlette.types import ASGIApp

from hamn import logs
from hamn.app import box, deadlines, escalate, inquire, relay, staff
from hamn.app.audit import note
from hamn.app.tasks import keep_doing
from hamn.core.audit import Deed
from hamn.edge.listener import Guard, GuardedSocket
from hamn.edge.shell import DRAIN
from hamn.edge.state import Audience, Caps
from hamn.edge.status import operator_app
from hamn.metrics import Waiting
from hamn.settings import SettingsError, digest_of
from hamn.wiring import House, fields_of

log = logging.getLogger("hamn.serve")

DRAIN_SECONDS = 4.0
STEP_SECONDS = 0.05
STAFF_SECONDS = 1.0
TEXTS_SECONDS = 1.0
PURGE_LATE_SECONDS = 2 * 3600
BACKLOG = 2048
COLLECT_AFTER = 20_000
"""New values between two looks for those that nobody holds."""
OPERATOR_CAPS = Caps(connections=64)


class Listener(uvicorn.Server):
    """A uvicorn server that leaves signals alone and can stop listening before it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    def stop_listening(self) -> None:
        for server in self.servers:
            server.close()

    def open_sockets(self) -> int:
        return sum(
            isinstance(each, GuardedSocket) and not each.close_sent
            for each in self.server_state.connections
        )


@dataclass(slots=True)
class Ending:
    """How far the end has come; signals move it on."""

    listeners: tuple[Listener, ...]
    asked: asyncio.Event

    def on_signal(self) -> None:
        if self.asked.is_set():
            for listener in self.listeners:
                listener.should_exit = listener.force_exit = True
        self.asked.set()


Beside = Callable[[], Awaitable[None]]
"""What goes on beside the serving, once every listener answers (the demo's shift)."""


def run(house: House, opened: Callable[[], None], beside: Beside | None = None) -> None:
    """Serve until a signal; `opened` is called once every listener answers."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(house, opened, beside))


async def serve(house: House, opened: Callable[[], None], beside: Beside | None = None) -> None:
    loop = asyncio.get_running_loop()
    logs.guard(loop)
    listen = house.settings.listen
    visitors, staff = (house.edge(audience) for audience in Audience)
    fields = fields_of(staff)
    operator = operator_app(house.metrics, lambda: faults(house), partial(_standing, house))
    listeners = (
        listener(house.app(visitors), Guard(visitors.caps, fields_of(visitors))),
        listener(house.app(staff), Guard(staff.caps, fields)),
        listener(operator, Guard(OPERATOR_CAPS, fields)),
    )
    sockets = [bind(listen.visitors), bind(listen.staff), bind(listen.operator)]
    ending = Ending(listeners, asyncio.Event())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.on_signal)
    await relay.everyone_away(house.world)
    await note(house.world, Deed.SETTINGS, detail=digest_of(house.settings))
    async with asyncio.TaskGroup() as group:
        for each, bound in zip(listeners, sockets, strict=True):
            group.create_task(each.serve(sockets=[bound]))
        chores = [
            group.create_task(keep_doing(partial(deadlines.run, house.world), _chore_failed)),
            group.create_task(keep_doing(partial(watch_staff, house), _chore_failed)),
            group.create_task(keep_doing(partial(watch_texts, house), _chore_failed)),
        ]
        group.create_task(_end(house, ending, chores))
        await _until(lambda: all(each.started for each in listeners))
        log.info("serving")
        _spare_collector()
        opened()
        if beside is not None:
            chores.append(group.create_task(_beside(beside)))
    log.info("ended")


async def _beside(act: Beside) -> None:
    try:
        await act()
    except Exception as failure:  # noqa: BLE001 - it must not end the service
        _chore_failed(failure)


def _spare_collector() -> None:
    """What stands after the start stays: the collector need not walk it again and again, nor stop
    at every few hundred values that frames are made of."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def _chore_failed(failure: Exception) -> None:
    log.error("chore failed", extra=logs.fault_fields(failure))


async def _end(house: House, ending: Ending, chores: list[asyncio.Task[None]]) -> None:
    await ending.asked.wait()
    log.info("draining")
    visitors, staff, _ = ending.listeners
    for each in (visitors, staff):
        each.stop_listening()
    house.draining.set()
    house.world.bell.ring(DRAIN)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await _until(lambda: visitors.open_sockets() + staff.open_sockets() == 0)
    for each in ending.listeners:
        each.should_exit = True
    for chore in chores:
        chore.cancel()


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(STEP_SECONDS)


def listener(app: ASGIApp, guard: Guard) -> Listener:
    """A server with every default that would tell about a visitor turned off."""
    caps = guard.caps
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", guard.http()),
        ws=cast("type[asyncio.Protocol]", guard.socket()),
        ws_max_size=caps.message_bytes,
        ws_ping_interval=caps.ping_every,
        ws_ping_timeout=caps.pong_within,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )
    return Listener(config)


def bind(address: str) -> socket.socket:
    """A listening socket at `HOST:PORT`, `[HOST]:PORT` or `unix:/path`.

    Raises: SettingsError.
    """
    try:
        return _bind_path(address[5:]) if address.startswith("unix:") else _bind_port(address)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not HOST:PORT or unix:/path"
        raise SettingsError(f"listen: {address}: {reason}") from None


def _bind_port(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, int(port)))
    bound.listen(BACKLOG)
    bound.setblocking(False)
    return bound


def _bind_path(path: str) -> socket.socket:
    """Left behind by a killed process, a socket's path is taken over; another file never is."""
    if os.path.lexists(path) and stat.S_ISSOCK(os.lstat(path).st_mode):
        Path(path).unlink()
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(path)
    Path(path).chmod(0o660)  # the proxy in front is in our group
    bound.listen(BACKLOG)
    bound.setblocking(False)
    return bound


async def faults(house: House) -> list[str]:
    """Why no new work should come, as fixed names."""
    found: list[str] = []
    if house.draining.is_set():
        found.append("draining")
    try:
        deadline = await house.world.live.next_deadline()
        roster = await house.world.store.newest_roster()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a store, it is not ready
        log.error("store fails", extra=logs.fault_fields(error))
        return [*found, "store"]
    if roster is None:
        found.append("no roster")
    if deadline is not None and deadline < house.world.clock.now() - PURGE_LATE_SECONDS:
        found.append("purge late")
    return found


async def _standing(house: House) -> Waiting:
    letters = await box.standing(house.world)
    escalations = await escalate.standing(house.world)
    asked = await inquire.standing(house.world)
    numbers = (letters.waiting, letters.late, escalations.waiting, escalations.late)
    return Waiting(*numbers, asked.waiting, asked.late)


async def watch_staff(house: House) -> None:
    """A roster may be published, or a member revoked, by a command of another process: what that
    means is done, and the staff woken."""
    seen = None
    while True:
        newest = await _changes(house)
        if newest != seen:
            seen = newest
            await staff.enforce(house.world)
        await asyncio.sleep(STAFF_SECONDS)


async def _changes(house: House) -> tuple[int, int]:
    entry: Any = await house.world.store.newest_roster()
    return 0 if entry is None else int(entry.seq), await house.world.store.staff_changes()


async def watch_texts(house: House) -> None:
    """A manager may have edited a text, here or through another process: pages follow."""
    seen = 0
    while True:
        count = await house.world.store.edition_count()
        if count != seen:
            await house.publish()
            seen = count
        await asyncio.sleep(TEXTS_SECONDS)
