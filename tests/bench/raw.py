"""A WebSocket client with next to no cost of its own, so that the load does not become the measure.

It masks with zeros (RFC 6455 section 5.3 lets a client choose its key), never fragments, and hands
every message on as it stands. For loopback and for measuring only.
"""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Callable
from typing import cast

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
MASK = bytes(4)


def message(opcode: int, payload: bytes) -> bytes:
    """One frame from the client, masked with zeros."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, 0x80 | size) + MASK + payload
    return struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size) + MASK + payload


class RawSocket(asyncio.Protocol):
    """One connection; `on_message(opcode, payload)` is called for every text and binary message."""

    def __init__(self, on_message: Callable[[RawSocket, int, bytes], None]) -> None:
        self._on_message = on_message
        self._buffer = b""
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed during the handshake"))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._is_open and not self._handshake_done():
            return
        self._read_frames()

    def _handshake_done(self) -> bool:
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError("no way in"))
            return False
        self._is_open, self._buffer = True, rest
        self.opened.set_result(None)
        return True

    def _read_frames(self) -> None:
        buffer, at, end = self._buffer, 0, len(self._buffer)
        while end - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, start = (buffer[at + 2] << 8) | buffer[at + 3], at + 4
            if end < start + size:
                break
            opcode = buffer[at] & 0xF
            self._take(opcode, buffer[start : start + size])
            at = start + size
        self._buffer = buffer[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.send(PONG, payload)
        elif opcode != CLOSE:
            self._on_message(self, opcode, payload)

    def send(self, opcode: int, payload: bytes) -> None:
        assert self.transport is not None
        self.transport.write(message(opcode, payload))


async def connect(
    port: int, path: str, on_message: Callable[[RawSocket, int, bytes], None]
) -> RawSocket:
    """Open a socket on loopback with the Origin of that port's pages."""
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: RawSocket(on_message), "127.0.0.1", port)
    key = base64.b64encode(bytes(16)).decode()
    head = (
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    )
    assert client.transport is not None
    client.transport.write(head.encode())
    await client.opened
    return client
