"""Heads and messages of bad form, and those that never end."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.edge.framing import Head, read_head
from hamn.edge.state import Caps
from hamn.party.adviser import Adviser
from tests.edge.raw import ask, exchange, handshake, request
from tests.faults.crowd import service_of
from tests.services import DemoServer

CAPS = Caps()
START = "GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n"
BAD_HEADS = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\n\r\n",
    "Transfer-Encoding : chunked\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "Content-Length: 5, 5\r\n\r\nhello",
    "Content-Length: +5\r\n\r\nhello",
    "Content-Length: -1\r\n\r\n",
    "Content-Length: 0x5\r\n\r\nhello",
    "Content-Length: \r\n\r\n",
    "X: a\r\n folded\r\n\r\n",
    "X: a\r\n\tfolded\r\n\r\n",
    "X: a\nY: b\r\n\r\n",
    "X: a\rY: b\r\n\r\n",
    "X: a\0b\r\n\r\n",
    "X Y: a\r\n\r\n",
    ": a\r\n\r\n",
    "no colon\r\n\r\n",
]
BAD_STARTS = [
    "GET /healthz HTTP/1.1\nHost: localhost:{port}\n\n",
    "GET  /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
    "GET /healthz\r\n\r\n",
    "GET /healthz HTTP/2.0\r\nHost: localhost:{port}\r\n\r\n",
    "GET /health z HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
    "get /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
    "GET /\x7f HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
    "\r\nGET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
]


@pytest.mark.check(49)
@pytest.mark.parametrize("sent", [START + bad for bad in BAD_HEADS] + BAD_STARTS)
async def test_a_head_that_could_be_read_in_two_ways_is_refused(
    demo: DemoServer, sent: str
) -> None:
    answer = await ask(demo.port, sent.format(port=demo.port).encode())

    assert answer.status == 400
    assert answer.headers["connection"] == "close"


@pytest.mark.check(50)
async def test_large_heads_are_refused(demo: DemoServer) -> None:
    too_large = request(demo.port, "/healthz", "GET", "X: " + "y" * 16_384)
    too_many = request(demo.port, "/healthz", "GET", *(f"X{n}: y" for n in range(63)))
    just_right = request(demo.port, "/healthz", "GET", *(f"X{n}: y" for n in range(62)))
    endless = b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000

    assert (await ask(demo.port, too_large)).status == 431
    assert (await ask(demo.port, too_many)).status == 431
    assert (await ask(demo.port, just_right)).status == 200
    assert (await ask(demo.port, endless)).status == 431


@pytest.mark.check(51, part="a large body")
async def test_a_large_body_is_refused_before_it_is_read(demo: DemoServer) -> None:
    port = demo.port + 1
    sent = request(
        port, "/api/enrol", "POST", "Content-Length: 1000000", "Content-Type: text/plain"
    )

    assert (await ask(port, sent)).status == 413


async def test_requests_sent_in_one_go_are_answered_in_turn(demo: DemoServer) -> None:
    one = START.format(port=demo.port).encode() + b"\r\n"
    last = request(demo.port, "/healthz")

    received = await exchange(demo.port, one + one + last)

    assert received.count(b"HTTP/1.1 200 OK") == 3


async def test_a_body_in_pieces_reaches_the_app_whole(demo: DemoServer) -> None:
    port = demo.port + 1
    own = f"Origin: http://localhost:{port}"
    person = demo.person("adviser")
    adviser = await Adviser.arrive(service_of(demo), person.name, person.secret)
    token = f"Authorization: Bearer {adviser.token}"
    fields = (own, token, "Content-Type: application/json", "Content-Length: 2")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in (request(port, "/api/challenge", "POST", *fields), b"{", b"}"):
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.05)
    received = await reader.read(65536)
    writer.close()
    await adviser.leave()

    assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.check(61, part="half-open")
async def test_a_head_that_never_ends_is_given_up(demo: DemoServer) -> None:
    started = time.monotonic()
    received = await asyncio.gather(
        exchange(demo.port, b"", within=60),
        exchange(demo.port, b"GET / HTTP/1.1\r\nHost: loc", within=60),
    )

    assert list(received) == [b"", b""]
    assert 8 < time.monotonic() - started < 30


@pytest.mark.check(53, part="pieces")
async def test_a_message_in_endless_pieces_is_cut(demo: DemoServer) -> None:
    own = f"Origin: http://localhost:{demo.port}"
    masked = bytes([0x80, 0, 0, 0, 0])
    pieces = bytes([0x02]) + masked + (bytes([0x00]) + masked) * 10_000

    received = await exchange(demo.port, handshake(demo.port, "/ws/visitor", own))
    assert received.startswith(b"HTTP/1.1 101 ")
    reader, writer = await asyncio.open_connection("127.0.0.1", demo.port)
    writer.write(handshake(demo.port, "/ws/visitor", own))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(pieces)
    answer = await asyncio.wait_for(reader.read(65536), 30)
    writer.close()

    assert answer[:1] == b"\x88"
    assert int.from_bytes(answer[2:4], "big") == 1009


@pytest.mark.check(49, part="parser")
@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_a_status(head: bytes) -> None:
    found = read_head(head + b"\r\n\r\n", CAPS)

    assert isinstance(found, Head) or found in {400, 413, 431}


@given(st.integers(0, 65536))
def test_the_length_of_a_body_is_read_as_it_stands(length: int) -> None:
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"

    assert read_head(head.encode(), CAPS) == Head(length)
