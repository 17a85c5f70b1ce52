"""Bytes on a socket, for what no well-behaved client would send."""

from __future__ import annotations

import asyncio
import base64
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; status 0 when the connection was closed without one."""

    status: int
    headers: dict[str, str]
    body: bytes


SWITCHED = b"HTTP/1.1 101 "


async def exchange(port: int, sent: bytes, within: float = 30.0) -> bytes:
    """Everything that comes back until the other side closes; of a socket that was opened, until
    half a second of silence."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    try:
        writer.write(sent)
        async with asyncio.timeout(within):
            while part := await _part(reader, patient=not received.startswith(SWITCHED)):
                received += part
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return received


async def _part(reader: asyncio.StreamReader, *, patient: bool) -> bytes:
    if patient:
        return await reader.read(65536)
    try:
        async with asyncio.timeout(0.5):
            return await reader.read(65536)
    except TimeoutError:
        return b""


async def ask(port: int, sent: bytes, within: float = 30.0) -> Answer:
    """One request as bytes, and its answer."""
    return parse(await exchange(port, sent, within))


def parse(received: bytes) -> Answer:
    if not received:
        return Answer(0, {}, b"")
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Answer(
        int(status.split(" ")[1]), {name.lower(): value for name, _, value in pairs}, body
    )


def request(port: int, path: str, method: str = "GET", *fields: str) -> bytes:
    """A request of good form, with more header fields if wanted."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def handshake(port: int, path: str, *fields: str) -> bytes:
    """A WebSocket handshake; the Origin is among `fields` or absent."""
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", *upgrade]
    return ("\r\n".join([*lines, f"Sec-WebSocket-Key: {key}", *fields]) + "\r\n\r\n").encode(
        "latin-1"
    )
