"""How the service ends and begins again, what it writes down, and what it forbids itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.testclient import TestClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from hamn.edge.status import operator_app
from hamn.metrics import Metrics, Waiting
from tests.edge.raw import ask, exchange, handshake, request
from tests.services import DemoServer

FROM = "127.44.3.7"
AGENT = "Marker-Agent/7.7"
MARKER = "marker-4f1d"


async def open_socket(server: DemoServer, path: str = "/ws/visitor") -> ClientConnection:
    port = server.port + path.endswith("staff")
    return await connect(f"ws://localhost:{port}{path}", origin=Origin(f"http://localhost:{port}"))


async def closed_with(client: ClientConnection) -> tuple[list[str], int]:
    """What was still said, and the close code."""
    said: list[str] = []
    try:
        async with asyncio.timeout(10):
            while True:
                said.append(str(await client.recv()))
    except ConnectionClosed as closed:
        return said, closed.rcvd.code if closed.rcvd else 1006


@pytest_asyncio.fixture(loop_scope="session")
async def server(demo: DemoServer) -> AsyncIterator[DemoServer]:
    """A running demo; a test may end it."""
    if not demo.is_running:
        await demo.start()
    yield demo


@pytest.mark.check(2, part="sockets")
async def test_a_drain_sends_everyone_elsewhere_and_ends_in_time(server: DemoServer) -> None:
    clients = [await open_socket(server) for _ in range(5)]
    clients.append(await open_socket(server, "/ws/staff"))

    started = time.monotonic()
    status = await server.terminate()
    ends = await asyncio.gather(*(closed_with(client) for client in clients))

    assert status == 0
    assert time.monotonic() - started < 5
    assert ends == [(['{"t":"drain"}'], 1012)] * 6


@pytest.mark.check(2, part="listeners first")
async def test_nobody_who_is_sent_away_lands_here_again(server: DemoServer) -> None:
    client = await open_socket(server)
    os.kill(server.pid, signal.SIGTERM)

    assert await client.recv() == '{"t":"drain"}'
    for port in (server.port, server.port + 1):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
    await client.close()
    await server.terminate()


async def test_a_client_that_never_answers_holds_nothing_up(server: DemoServer) -> None:
    own = f"Origin: http://localhost:{server.port}"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(handshake(server.port, "/ws/visitor", own))
        assert b" 101 " in await asyncio.to_thread(client.recv, 4096)

        started = time.monotonic()
        assert await server.terminate() == 0
        assert time.monotonic() - started < 5


def test_readiness_ends_when_the_drain_begins() -> None:
    found: list[str] = []

    async def faults() -> list[str]:
        return found

    async def standing() -> Waiting:
        return Waiting(3, 1, 5, 2)

    asked = TestClient(operator_app(Metrics(), faults, standing))
    assert asked.get("/readyz").status_code == 200
    assert "hamn_ready 1.0" in asked.get("/metrics").text
    assert "hamn_messages_waiting 3.0" in asked.get("/metrics").text
    assert "hamn_messages_late 1.0" in asked.get("/metrics").text
    assert "hamn_escalations_waiting 5.0" in asked.get("/metrics").text
    assert "hamn_escalations_late 2.0" in asked.get("/metrics").text
    found.append("draining")

    assert asked.get("/readyz").status_code == 503
    assert asked.get("/readyz").json() == {"ready": False, "faults": ["draining"]}
    assert "hamn_ready 0.0" in asked.get("/metrics").text


async def test_a_restart_serves_the_same_people(server: DemoServer) -> None:
    before = server.people
    roster = await ask(server.port, request(server.port, "/.well-known/asc/roster.json"))
    await server.restart()

    assert server.people == before
    again = await ask(server.port, request(server.port, "/.well-known/asc/roster.json"))
    assert again.body == roster.body


@pytest.mark.check(31, part="addresses, paths, agents, tokens over HTTP and sockets")
async def test_nothing_is_written_down_about_who_came(server: DemoServer) -> None:
    ports = [await visit(server, number) for number in range(20)]
    await server.terminate()
    written = server.log()

    logged = [line for line in written.splitlines() if line.startswith('{"at"')]
    told = {line: json.loads(line) for line in logged}
    assert {"serving", "draining", "refused", "ended"} <= {
        line.get("event") for line in told.values()
    }
    known = {"at", "level", "from", "event", "kind", "place"}
    assert all(set(line) <= known for line in told.values())
    for trace in (FROM, AGENT, MARKER, "/ws/", "healthz", "0" * 64, *map(str, ports)):
        assert trace not in "\n".join(logged)


async def visit(server: DemoServer, number: int) -> int:
    """One visitor who leaves traces in every way there is; the port they came from."""
    own = (f"Origin: http://localhost:{server.port}", f"User-Agent: {AGENT}")
    client = socket.socket()
    client.bind((FROM, 0))
    client.connect(("127.0.0.1", server.port))
    port: int = client.getsockname()[1]
    with client:
        client.sendall(handshake(server.port, f"/ws/visitor?{MARKER}", *own))
        assert b" 101 " in await asyncio.to_thread(client.recv, 4096)
        client.sendall(b"\x81\x83\0\0\0\0{x}")
        await asyncio.to_thread(client.recv, 4096)
    for sent in (
        request(server.port, f"/{MARKER}?{number}", "GET", *own),
        request(server.port, "/healthz", "GET", "Authorization: Bearer " + "0" * 64),
        f"GET /{MARKER} HTTP/1.1\nUser-Agent: {AGENT}\n\n".encode(),
        handshake(server.port, f"/ws/visitor/{MARKER}", f"User-Agent: {AGENT}"),
    ):
        await exchange(server.port, sent)
    return port


@pytest.mark.check(31, part="the scan finds what a library would print")
async def test_the_scan_would_find_what_uvicorn_prints_by_itself(tmp_path: Path) -> None:
    """A positive control: uvicorn as it comes, with the same visit."""
    program = (
        "import uvicorn\n"
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'websocket.accept'})\n"
        "    await receive()\n"
        "uvicorn.run(app, port=0, access_log=False, lifespan='off', log_level='info')\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    written = ""
    try:
        while "running on" not in written:
            written += (await asyncio.wait_for(process.stderr.readline(), 20)).decode()
        port = int(written.rsplit(":", 1)[1].split(" ")[0])
        sent = handshake(port, f"/ws/{MARKER}", "Origin: http://localhost")
        client = socket.create_connection(("127.0.0.1", port), source_address=(FROM, 0))
        client.sendall(sent)
        written += (await asyncio.wait_for(process.stderr.readline(), 20)).decode()
        client.close()
    finally:
        process.kill()
        await process.wait()

    assert FROM in written
    assert MARKER in written


@pytest.mark.check(76, part="modes, umask, core")
async def test_files_are_for_their_owner_and_memory_is_on_no_disk(server: DemoServer) -> None:
    limits = Path(f"/proc/{server.pid}/limits").read_text("ascii")
    status = Path(f"/proc/{server.pid}/status").read_text("ascii")

    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert "Umask:\t0077" in status
    for path in (server.data, *server.data.rglob("*")):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


@pytest.mark.check(61, part="own limits")
async def test_a_full_house_of_visitors_leaves_the_staffs_door_open(tmp_path: Path) -> None:
    limit = {"HAMN_LISTEN__VISITOR_CONNECTIONS": "20"}
    async with DemoServer.in_folder(tmp_path, limit) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]

        refused = await ask(server.port, request(server.port, "/healthz"))
        staff = await ask(server.port + 1, request(server.port + 1, "/healthz"))
        for each in idle:
            each.close()
        await server.until_answering(f"{server.visitor_url}/healthz")

    assert (refused.status, staff.status) == (503, 200)
    assert refused.headers["x-frame-options"] == "DENY"


async def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letters.txt").write_text("mine")
    server = DemoServer.in_folder(tmp_path)
    server.spawn()
    while server.is_running:
        await asyncio.sleep(0.05)

    assert "holds something that is not a demo" in server.log()
    assert (tmp_path / "data" / "letters.txt").read_text() == "mine"
