"""What both sockets share: the life of a connection, and what a failure looks like from outside.

A connection reads until its peer is gone, a rule is broken, its seat is taken elsewhere, or the
process drains. Beside the reading, one task listens to the bell and brings the peer up to date.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import Protocol

from hamn.app.ports import Listener
from hamn.asc1.bytes import Refused
from hamn.core.words import Malformed, Refusal
from hamn.edge.errors import Close
from hamn.edge.line import Closing, Line, PeerGone, Received
from hamn.edge.state import Edge
from hamn.edge.wire import Drain, Message, Refuse

log = logging.getLogger("hamn.edge")

_OPENED = itertools.count(1)

DRAIN = b"drain"
"""Rung once `draining` is set."""


class Connection(Protocol):
    """What an audience's socket does; `Shell` decides when."""

    line: Line

    @property
    def beat(self) -> float | None:
        """How many seconds lie between two calls of `bring_up` without a topic; None for never."""

    def waits(self) -> float | None:
        """How many seconds it may take to join something; None once it has."""

    async def take(self, received: Received) -> None:
        """Act on one message."""

    async def bring_up(self, rung: frozenset[bytes]) -> None:
        """Tell the peer what has changed under these topics."""

    async def leave(self) -> None:
        """The connection is over: give up seats, mark members away."""


class Shell:
    """Runs one connection from `accept` to its end."""

    def __init__(self, edge: Edge, connection: Connection, ear: Listener) -> None:
        self._edge = edge
        self._connection = connection
        self._ear = ear
        self.opened = next(_OPENED)
        """The how-manieth of this process."""
        self._own_topic = b"socket" + self.opened.to_bytes(8, "big")
        self._ending: Close | None = None
        self._is_beat_due = False
        self._timer: asyncio.TimerHandle | None = None
        ear.add(self._own_topic)
        ear.add(DRAIN)

    def unseat(self, code: Close) -> None:
        """End this connection soon, with this code."""
        self._ending = code
        self._edge.world.bell.ring(self._own_topic)

    async def pass_on(self, message: Message) -> None:
        """Tell this peer something that another socket of the process was asked to deliver."""
        await self._connection.line.tell(message)

    async def run(self) -> None:
        """Read and tell until something ends it; then say why and leave everything in order."""
        audience = self._edge.audience.value
        self._edge.metrics.socket_opened(audience)
        try:
            code = await self._until_it_ends()
            if code is not None:
                self._edge.metrics.cut(audience, int(code))
                await self._connection.line.close(code)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._ear.close()
            self._edge.metrics.socket_closed(audience)
            await self._connection.leave()

    async def _until_it_ends(self) -> Close | None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell())
                await self._read()
        except ExceptionGroup as failures:
            return self._code_for(_first(failures))
        return None

    def _code_for(self, failure: Exception) -> Close | None:
        match failure:
            case PeerGone():
                return None
            case Closing():
                return failure.code
            case Malformed() | Refused():
                log.info("refused", extra={"kind": type(failure).__name__})
                return Close.MALFORMED
        log.error("fault", extra={"kind": type(failure).__name__}, exc_info=failure)
        self._edge.metrics.fault(self._edge.audience.value)
        return Close.FAULT

    async def _read(self) -> None:
        connection, now = self._connection, asyncio.get_running_loop().time
        until: float | None = None
        while True:
            within = connection.waits()
            if within is None:
                until = None
            elif until is None:
                until = now() + within
            received = await connection.line.receive(None if until is None else until - now())
            self._end_if_asked()
            await connection.take(received)

    async def _tell(self) -> None:
        self._wind_up()
        if self._edge.draining.is_set():  # rung before there was an ear for it
            self._edge.world.bell.ring(self._own_topic)
        while True:
            rung = await self._ear.heard()
            if self._is_beat_due:
                self._is_beat_due = False
                await self._connection.bring_up(frozenset())
            if self._edge.draining.is_set():
                await self._connection.line.tell(Drain())
                raise Closing(Close.DRAIN)
            self._end_if_asked()
            await self._connection.bring_up(rung)
            self._end_if_asked()

    def _end_if_asked(self) -> None:
        if self._ending is not None:
            raise Closing(self._ending)

    def _wind_up(self) -> None:
        """Ring ourselves at the next beat, however often others ring in between."""
        if self._connection.beat is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._connection.beat, self._on_beat)

    def _on_beat(self) -> None:
        self._is_beat_due = True
        self._edge.world.bell.ring(self._own_topic)
        self._wind_up()


def refused(of: str, refusal: Refusal, room: bytes | None = None) -> Refuse:
    """A refusal as it is told."""
    return Refuse(
        of=of,
        code=refusal.code.value,
        room=room.hex() if room is not None else None,
        epoch=refusal.epoch,
        seq=refusal.seq,
        pos11=refusal.pos11,
        wait=refusal.wait,
    )


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    inner = failures.exceptions[0]
    return _first(inner) if isinstance(inner, ExceptionGroup) else inner
