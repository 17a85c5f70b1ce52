"""Five hundred visitors, every switch for debugging set, and not a word about any (check 31)."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.edge.people import coded, on_duty, parted, socket_of, understood
from tests.edge.raw import exchange, request
from tests.edge.raw_frames import RawSocket
from tests.faults.scanner import Scanner
from tests.services import DemoServer

VISITORS, AT_ONCE = 500, 25
DEBUG = {
    "DEBUG": "1",
    "LOG_LEVEL": "DEBUG",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONWARNINGS": "default",
    "STARLETTE_DEBUG": "1",
    "UVICORN_ACCESS_LOG": "1",
    "UVICORN_LOG_LEVEL": "trace",
    "WEBSOCKETS_LOG_LEVEL": "DEBUG",
}


@dataclass(slots=True)
class Traces:
    """All that somebody who came could be known by."""

    texts: set[str] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)
    keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    def found_in(self, written: str) -> list[str]:
        numbers = set(map(int, re.findall(r"\b\d{4,5}\b", written)))
        hits = Scanner(self.keys).in_bytes(written.encode(), "log")
        texts = [text for text in self.texts if text in written]
        return [*texts, *map(str, self.ports & numbers), *(hit.label for hit in hits)]


def address(number: int) -> str:
    return f"127.44.{100 + number // 200}.{1 + number % 200}"


async def come_by(server: DemoServer, traces: Traces, number: int) -> None:
    """Look at pages, open a socket, try another's token, ask for work, send nonsense, and go."""
    mark, agent = f"mark-{secrets.token_hex(6)}", f"Agent-{secrets.token_hex(6)}/7.7"
    room, cap = secrets.token_hex(16), secrets.token_hex(32)
    source = address(number)
    traces.texts |= {mark, agent, source, room}
    traces.keys[f"cap {number}"] = bytes.fromhex(cap)
    fields = (f"User-Agent: {agent}", f"Referer: http://localhost:{server.port}/{mark}")
    page = request(server.port, f"/sv/{mark}?room={room}", "GET", *fields, f"Cookie: a={cap}")
    await exchange(server.port, page)
    raw = await RawSocket.open(server.port, f"/ws/visitor?room={room}&token={cap}", *fields)
    await raw.send(b"\x81\x83\0\0\0\0{x}")
    await raw.end()
    raw.shut()
    async with socket_of(server, source=source) as wire:
        traces.ports.add(wire._connection.local_address[1])
        await wire.tell("resume", room=room, cap=cap, pos=0, store=secrets.token_hex(16))
        await wire.tell("want", purpose=1)
        await wire.tell_raw(f'{{"t": "{mark}", "nick": "{mark}"}}')


async def a_talk(server: DemoServer, traces: Traces) -> None:
    """Two people talk, one comes back after a cut, and erases it all with the code."""
    adviser = await on_duty(server)
    visitor, desk, code = await coded(server, adviser, address(VISITORS))
    traces.texts |= {address(VISITORS), "127.44.2.9", visitor.member.room_id.hex(), adviser.login}
    traces.keys |= {"cap": visitor.cap, "token": bytes.fromhex(adviser.token), "code": code.id}
    there, line = visitor.party, f"rad {secrets.token_hex(8)}"
    assert there is not None
    traces.texts.add(line)
    await understood(there, desk.party, adviser.news, line)
    await visitor.cut()
    await visitor.resume()
    await visitor.erase(code)
    await parted(visitor, adviser, desk)
    await adviser.leave()


@pytest.mark.fault
@pytest.mark.check(31)
async def test_five_hundred_visitors_leave_no_trace_in_what_is_written(tmp_path: Path) -> None:
    async with DemoServer.in_folder(tmp_path, DEBUG) as server:
        told, traces, gate = len(server.log()), Traces(), asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                await come_by(server, traces, number)

        async with asyncio.TaskGroup() as group:
            for number in range(VISITORS):
                group.create_task(one(number))
        await a_talk(server, traces)
        await server.terminate()
        written = server.log()[told:]
        kept = Scanner({text: text.encode() for text in traces.texts if text.startswith("127.")})

        assert written.count('"event":"refused"') >= VISITORS
        assert traces.found_in(written) == []
        assert kept.in_files([server.data, tmp_path]) == set()
        assert len(traces.texts) > 4 * VISITORS
        assert traces.found_in(f"from {address(7)}:{min(traces.ports)}"), "the scan finds a trace"
