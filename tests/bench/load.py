"""The load: as many frames as are taken in some seconds, and the time to `ok` at a steady rate.

The visitors' and advisers' sockets are taken over by raw ones (`resume`, as after a lost line), so
that one processor can drive what another one serves. What counts is a frame that was relayed to
the adviser's socket, committed, and acknowledged to the visitor's.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.centre import OpenRoom
from tests.bench.raw import BINARY, TEXT, RawSocket, connect

WINDOW = 4
ACK_EVERY = 16
WARM_UP = 0.3
LOOK_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames per second, and microseconds of the server's processor that each took: the second
    stays true on a machine that others use too."""

    per_second: float
    cpu_us: float


@dataclass(slots=True)
class Lane:
    """One room under load."""

    room: OpenRoom
    socket: RawSocket | None = None
    next_frame: int = 0
    acked: int = 0
    relayed: int = 0
    sent_at: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def send_next(self) -> None:
        """The next frame, if one is left."""
        if self.next_frame < len(self.room.frames) and self.socket is not None:
            self.sent_at.append(time.perf_counter())
            self.socket.send(BINARY, self.room.frames[self.next_frame])
            self.next_frame += 1


class Load:
    """All lanes, and the advisers' sockets that read them."""

    def __init__(self, port: int, rooms: list[OpenRoom]) -> None:
        self._port = port
        self.lanes = [Lane(room) for room in rooms]
        self._by_socket: dict[RawSocket, Lane] = {}
        self._by_room = {lane.room.room.hex(): lane for lane in self.lanes}
        self._is_flooding = False

    async def take_over(self) -> None:
        """Resume every room on a raw socket."""
        for lane in self.lanes:
            visitor = lane.room.visitor
            await visitor.cut()
            lane.socket = await connect(self._port, "/ws/visitor", self._visitor_told)
            self._by_socket[lane.socket] = lane
            self._tell(
                lane.socket,
                t="resume",
                room=lane.room.room.hex(),
                cap=visitor.cap.hex(),
                pos=visitor.member.pos,
                store=visitor.store,
            )
        for adviser in {id(lane.room.adviser): lane.room.adviser for lane in self.lanes}.values():
            await adviser.cut()
            socket = await connect(self._port + 1, "/ws/staff", self._adviser_told)
            self._tell(socket, t="auth", token=adviser.token)
            for desk in adviser.rooms.values():
                member = desk.party.member
                room = member.room_id.hex()
                self._tell(socket, t="resume", room=room, pos=member.pos, store=adviser.store)
        await asyncio.sleep(1)

    @staticmethod
    def _tell(socket: RawSocket, **fields: object) -> None:
        socket.send(TEXT, json.dumps(fields).encode())

    def _visitor_told(self, socket: RawSocket, opcode: int, payload: bytes) -> None:
        if opcode == TEXT and payload.startswith(b'{"t":"ok"'):
            lane = self._by_socket[socket]
            lane.took.append(time.perf_counter() - lane.sent_at[lane.acked])
            lane.acked += 1
            if self._is_flooding:
                lane.send_next()
        elif opcode == TEXT and payload.startswith(b'{"t":"refuse"'):
            raise AssertionError(payload.decode())

    def _adviser_told(self, socket: RawSocket, opcode: int, payload: bytes) -> None:
        if opcode != TEXT or not payload.startswith(b'{"t":"put"'):
            return
        lane = self._by_room[payload[19:51].decode()]
        lane.relayed += 1
        if lane.relayed % ACK_EVERY == 0:
            pos = json.loads(payload)["pos"]
            self._tell(socket, t="ack", room=lane.room.room.hex(), pos=pos)

    async def flood(self, seconds: float, cpu: Callable[[], float]) -> Rate:
        """Frames that were relayed, committed and acknowledged, until the first lane runs dry."""
        self._is_flooding = True
        for lane in self.lanes:
            for _ in range(WINDOW):
                lane.send_next()
        await asyncio.sleep(WARM_UP)
        rate = await measured(self._done, cpu, seconds, self._is_dry)
        self._is_flooding = False
        await asyncio.sleep(1)
        return rate

    def _is_dry(self) -> bool:
        return any(lane.next_frame == len(lane.room.frames) for lane in self.lanes)

    def _done(self) -> int:
        return sum(min(lane.acked, lane.relayed) for lane in self.lanes)

    async def steady(self, per_second: int, seconds: float) -> list[float]:
        """Seconds from sending to `ok`, at a steady rate spread over all rooms."""
        for lane in self.lanes:
            lane.took.clear()
        started = time.perf_counter()
        for number in range(int(per_second * seconds)):
            due = started + number / per_second
            if (left := due - time.perf_counter()) > 0.0005:
                await asyncio.sleep(left)
            self.lanes[number % len(self.lanes)].send_next()
        await asyncio.sleep(1)
        return sorted(took for lane in self.lanes for took in lane.took)


async def measured(
    done: Callable[[], int],
    cpu: Callable[[], float],
    seconds: float,
    is_over: Callable[[], bool] = lambda: False,
) -> Rate:
    """How fast something counts up, for so long or until it is over."""
    frames, burnt, started = done(), cpu(), time.perf_counter()
    until = started + seconds
    while time.perf_counter() < until and not is_over():
        await asyncio.sleep(LOOK_EVERY)
    frames, burnt = done() - frames, cpu() - burnt
    return Rate(frames / (time.perf_counter() - started), burnt / max(frames, 1) * 1e6)


async def flood_bare(
    port: int, pairs: int, frame: bytes, seconds: float, cpu: Callable[[], float]
) -> Rate:
    """Messages through the bare relay, with the same windows and number of pairs."""
    relayed = 0
    senders: dict[RawSocket, RawSocket] = {}

    def arrived(socket: RawSocket, opcode: int, _: bytes) -> None:
        nonlocal relayed
        if opcode == BINARY:
            relayed += 1
            senders[socket].send(BINARY, frame)

    for number in range(pairs):
        sender = await connect(port, f"/pair/{number}/a", arrived)
        reader = await connect(port, f"/pair/{number}/b", arrived)
        senders[reader] = sender
    for sender in senders.values():
        for _ in range(WINDOW):
            sender.send(BINARY, frame)
    await asyncio.sleep(WARM_UP)
    return await measured(lambda: relayed, cpu, seconds)
