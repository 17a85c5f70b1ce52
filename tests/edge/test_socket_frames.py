"""Frames that no browser sends: RFC 6455 to the letter, and sizes (checks 33, 53, 54)."""

from __future__ import annotations

import asyncio
import os
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.edge.raw_frames import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    RawSocket,
    close,
    faults,
    frame,
)
from tests.services import DemoServer

WANT = b'{"t":"want","purpose":1}'
AE = "ä".encode()
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


@asynccontextmanager
async def opened(server: DemoServer, *fields: str) -> AsyncIterator[RawSocket]:
    raw = await RawSocket.open(server.port, "/ws/visitor", *fields)
    try:
        yield raw
    finally:
        raw.shut()


PROTOCOL_ERRORS = {
    "unmasked text": frame(TEXT, WANT, masked=False),
    "unmasked binary": frame(BINARY, b"x" * 300, masked=False),
    "unmasked ping": frame(PING, b"x", masked=False),
    "unmasked close": frame(CLOSE, struct.pack("!H", 1000), masked=False),
    "rsv1 on text": frame(TEXT, WANT, rsv=RSV1),
    "rsv1 on binary": frame(BINARY, WANT, rsv=RSV1),
    "rsv2": frame(TEXT, WANT, rsv=RSV2),
    "rsv3": frame(TEXT, WANT, rsv=RSV3),
    "all three": frame(TEXT, WANT, rsv=RSV1 | RSV2 | RSV3),
    "rsv1 on ping": frame(PING, b"", rsv=RSV1),
    "rsv1 on close": frame(CLOSE, struct.pack("!H", 1000), rsv=RSV1),
    "rsv1 on a later piece": frame(TEXT, b"{", fin=False) + frame(CONT, b"}", rsv=RSV1),
    **{f"opcode {code:#x}": frame(code, b"x") for code in (3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF)},
    "reserved opcode, empty": frame(3),
    "a later piece first": frame(CONT, b"x"),
    "an unfinished later piece first": frame(CONT, b"x", fin=False),
    "a second beginning": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "text inside binary": frame(BINARY, b"x", fin=False) + frame(TEXT, b"}"),
    "ping of 126": frame(PING, b"x" * 126),
    "pong of 126": frame(PONG, b"x" * 126),
    "close of 126": frame(CLOSE, struct.pack("!H", 1000) + b"x" * 124),
    "ping of 65536": frame(PING, b"x" * 65536),
    "ping in pieces": frame(PING, b"x", fin=False),
    "pong in pieces": frame(PONG, b"x", fin=False),
    "close in pieces": frame(CLOSE, struct.pack("!H", 1000), fin=False),
    "close of one byte": frame(CLOSE, b"\x03"),
    **{
        f"close with {code}": close(code)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535)
    },
}
BAD_TEXT = {
    "a lone byte": frame(TEXT, b"\xff"),
    "an overlong slash": frame(TEXT, b"\xc0\xaf"),
    "half a letter": frame(TEXT, AE[:1]),
    "a surrogate": frame(TEXT, b"\xed\xa0\x80"),
    "above the last letter": frame(TEXT, b"\xf4\x90\x80\x80"),
    "inside JSON": frame(TEXT, b'{"t":"\xfe"}'),
    "half a letter at the end of pieces": frame(TEXT, b"{", fin=False) + frame(CONT, AE[:1]),
    "a letter broken by a wrong piece": frame(TEXT, AE[:1], fin=False) + frame(CONT, b"\xff"),
    "in the reason of a close": close(1000, b"\xff\xfe"),
}


@pytest.mark.check(54)
@pytest.mark.parametrize("name", PROTOCOL_ERRORS)
async def test_what_breaks_the_protocol_ends_with_1002(demo: DemoServer, name: str) -> None:
    async with opened(demo) as raw:
        await raw.send(PROTOCOL_ERRORS[name])

        assert await raw.end() == 1002
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(54)
@pytest.mark.parametrize("name", BAD_TEXT)
async def test_text_that_is_no_utf8_ends_with_1007(demo: DemoServer, name: str) -> None:
    async with opened(demo) as raw:
        await raw.send(BAD_TEXT[name])

        assert await raw.end() == 1007
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(54)
@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999])
async def test_a_goodbye_is_answered_with_the_same_code(demo: DemoServer, code: int) -> None:
    async with opened(demo) as raw:
        await raw.send(close(code, "på".encode()))

        assert await raw.end() == code


@pytest.mark.check(54)
async def test_a_goodbye_without_a_code_is_answered(demo: DemoServer) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(CLOSE))
        came = await raw.next()

        assert came is not None
        assert came.opcode == CLOSE
        assert came.code in (1000, 1005)


@pytest.mark.check(54)
@pytest.mark.parametrize("data", [b"", b"x" * 125], ids=["empty", "longest"])
async def test_a_ping_is_answered_between_the_pieces_of_a_message(
    demo: DemoServer, data: bytes
) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(TEXT, WANT[:7], fin=False) + frame(PING, data) + frame(PONG, b"?"))
        await raw.send(frame(CONT, b"", fin=False) + frame(CONT, WANT[7:]))
        pong, answer = await raw.next(), await raw.next()

        assert pong is not None
        assert (pong.opcode, pong.data) == (PONG, data)
        assert answer is not None
        assert answer.data.startswith(b'{"t":"work"')


@pytest.mark.check(54)
async def test_one_byte_at_a_time_is_a_message_too(demo: DemoServer) -> None:
    async with opened(demo) as raw:
        for byte in frame(TEXT, WANT):
            await raw.send(bytes([byte]))
            await asyncio.sleep(0)
        answer = await raw.next()

        assert answer is not None
        assert answer.data.startswith(b'{"t":"work"')


@pytest.mark.check(54)
async def test_nothing_is_done_after_a_goodbye(demo: DemoServer) -> None:
    async with opened(demo) as raw:
        await raw.send(close(1000) + frame(TEXT, WANT))
        came = await raw.next()

        assert came is not None
        assert came.opcode == CLOSE
        assert await raw.next() is None


@pytest.mark.check(54)
@pytest.mark.parametrize("size", [b"\x7e\x00\x05", b"\x7f" + struct.pack("!Q", 5)])
async def test_a_length_in_too_many_bytes_is_no_way_around_a_limit(
    demo: DemoServer, size: bytes
) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(TEXT, b"hello", length=size))

        assert await raw.end() in (1002, 4400)


@pytest.mark.check(53)
@pytest.mark.parametrize("size", [65_537, 1_000_000])
async def test_a_message_above_the_limit_ends_with_1009(demo: DemoServer, size: int) -> None:
    for opcode in (TEXT, BINARY):
        async with opened(demo) as raw:
            await raw.send(frame(opcode, b"x" * size))

            assert await raw.end() == 1009


@pytest.mark.check(53)
@pytest.mark.parametrize("size", [2**31, 2**63 - 1])
async def test_an_announced_size_is_refused_before_it_comes(demo: DemoServer, size: int) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(BINARY, b"x", length=b"\x7f" + struct.pack("!Q", size)))

        assert await raw.end() == 1009


@pytest.mark.check(53)
async def test_a_length_with_its_highest_bit_is_refused(demo: DemoServer) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(BINARY, b"x", length=b"\x7f" + struct.pack("!Q", 2**63)))

        assert await raw.end() in (1002, 1009)


@pytest.mark.check(53)
async def test_the_largest_message_is_read_and_then_judged(demo: DemoServer) -> None:
    async with opened(demo) as raw:
        await raw.send(frame(BINARY, b"x" * 65_536))

        assert await raw.end() == 4400


@pytest.mark.check(53)
@pytest.mark.parametrize("size", [0, 1, 2_000], ids=["empty", "tiny", "large"])
async def test_ten_thousand_pieces_are_not_gathered(demo: DemoServer, size: int) -> None:
    async with opened(demo) as raw:
        pieces = frame(CONT, b"x" * size, fin=False) * 100
        await raw.send(frame(BINARY, b"x", fin=False))
        with_end = asyncio.ensure_future(raw.end())
        for _ in range(100):
            try:
                await raw.send(pieces)
            except ConnectionError:
                break

        assert await with_end in (1009, 1006)
    async with opened(demo) as raw:
        await raw.send(frame(BINARY, b"x", fin=False) + frame(CONT, b"x" * size, fin=False) * 70)

        assert await raw.end() == 1009


@pytest.mark.check(33)
@pytest.mark.parametrize("path", ["/ws/visitor", "/ws/staff"])
async def test_compression_is_never_agreed_to(demo: DemoServer, path: str) -> None:
    port = demo.port + path.endswith("staff")
    raw = await RawSocket.open(port, path, OFFER)
    assert raw.head.startswith(b"HTTP/1.1 101")
    assert b"sec-websocket-extensions" not in raw.head.lower()

    squeezed = zlib.compressobj(wbits=-15)
    bomb = squeezed.compress(WANT + b" " * 60_000) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    await raw.send(frame(TEXT, bomb[:-4], rsv=RSV1))
    assert await raw.end() == 1002
    raw.shut()


@pytest.mark.check(33)
async def test_fifty_bombs_are_refused_unopened(
    demo: DemoServer, record_property: Callable[[str, object], None]
) -> None:
    squeezed = zlib.compressobj(9, wbits=-15)
    bomb = squeezed.compress(bytes(15 * 2**20)) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    process = psutil.Process(demo.pid)
    before = process.memory_info().rss

    async def drop() -> int:
        async with opened(demo, OFFER) as raw:
            await raw.send(frame(BINARY, bomb[:60_000], rsv=RSV1))
            return await raw.end()

    codes = await asyncio.gather(*(drop() for _ in range(50)))
    record_property("rss_rise_bytes", process.memory_info().rss - before)

    assert set(codes) == {1002}
    assert process.memory_info().rss - before < 15 * 2**20, "less than one bomb, opened"


async def test_text_that_is_no_utf8_is_not_written_down(demo: DemoServer) -> None:
    marker = b"marker-" + os.urandom(4).hex().encode()
    async with opened(demo) as raw:
        await raw.send(frame(TEXT, marker + b"\xff"))
        await raw.end()

    assert marker.decode() not in Path(demo.log_path).read_text("utf-8")
