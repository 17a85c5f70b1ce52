"""WebSocket frames as bytes (RFC 6455), for what no library would send, and what comes back."""

from __future__ import annotations

import asyncio
import os
import re
import struct
from dataclasses import dataclass

from tests.edge.raw import ask, handshake, request

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10


@dataclass(frozen=True, slots=True)
class Came:
    """One frame of the server."""

    opcode: int
    data: bytes
    first: int

    @property
    def code(self) -> int:
        """The close code; 1005 when a close frame has none."""
        return int(struct.unpack("!H", self.data[:2])[0]) if len(self.data) >= 2 else 1005


def frame(
    opcode: int,
    data: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    length: bytes | None = None,
) -> bytes:
    """A frame of a client; `length` replaces the length field, masked or not."""
    first = (FIN if fin else 0) | rsv | opcode
    key = os.urandom(4) if masked else b""
    field = _length(len(data)) if length is None else length
    field = bytes([field[0] | (0x80 if masked else 0)]) + field[1:]
    body = bytes(byte ^ key[at % 4] for at, byte in enumerate(data)) if masked else data
    return bytes([first]) + field + key + body


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([size])
    return b"\x7e" + struct.pack("!H", size) if size < 65536 else b"\x7f" + struct.pack("!Q", size)


def close(code: int, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, struct.pack("!H", code) + reason)


class RawSocket:
    """A socket after its handshake; everything sent on it is bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.head = b""

    @staticmethod
    async def open(port: int, path: str, *fields: str, window: int | None = None) -> RawSocket:
        """Connect as one of our own pages would; `window` limits what the reader's side holds."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=window or 2**16)
        raw = RawSocket(reader, writer)
        writer.write(handshake(port, path, f"Origin: http://localhost:{port}", *fields))
        raw.head = await reader.readuntil(b"\r\n\r\n")
        return raw

    async def send(self, sent: bytes) -> None:
        self._writer.write(sent)
        await self._writer.drain()

    async def next(self, within: float = 30.0) -> Came | None:
        """The next frame, or None when the connection has ended."""
        try:
            async with asyncio.timeout(within):
                first, second = await self._reader.readexactly(2)
                size = second & 0x7F
                if size >= 126:
                    raw = await self._reader.readexactly(2 if size == 126 else 8)
                    size = int.from_bytes(raw, "big")
                return Came(first & 0x0F, await self._reader.readexactly(size), first)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def end(self, within: float = 30.0) -> int:
        """The code it is closed with, 1006 when it ends without one."""
        while (came := await self.next(within)) is not None:
            if came.opcode == CLOSE:
                return came.code
        return 1006

    def shut(self) -> None:
        self._writer.transport.abort()


async def faults(port: int) -> float:
    """How many errors of its own the server has counted, as its operator's listener tells."""
    answer = await ask(port, request(port, "/metrics"))
    assert answer.status == 200
    assert b"# TYPE hamn_faults" in answer.body
    found = re.findall(rb"^hamn_faults_total\{[^}]*\} ([0-9.e+]+)$", answer.body, re.MULTILINE)
    return sum(float(value) for value in found)
