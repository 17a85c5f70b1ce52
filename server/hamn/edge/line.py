"""One socket as messages: what was received in its form, and what is told, in order.

A text message is decoded by the audience's union of types (wire.py); one that announces a binary
message is handed on together with it, and nothing may come between. A peer that stops reading is
given up: at most the transport's own buffer waits for it (security.md check 63), since frames are
read from the store only when there is room to send them. What is told goes to the connection
itself (listener.py) and not through the framework, since that happens twice for every frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hamn.core.words import Malformed
from hamn.edge.errors import CLOSE_REASONS, Close
from hamn.edge.state import Caps
from hamn.edge.wire import Message

UNSENT_WITHIN = 20
"""Seconds that one message, with its binary one, may wait for a reader."""

_Given = TypeVar("_Given")

_encoder = msgspec.json.Encoder()


class PeerGone(Exception):
    """The peer's side of the socket has ended."""


class Closing(Exception):
    """We end the socket; the code says why."""

    def __init__(self, code: Close) -> None:
        super().__init__(CLOSE_REASONS[code])
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A text message with its binary one where it announces one, or a bare binary message."""

    message: Message | None
    binary: bytes


class Outlet(Protocol):
    """The connection below the socket, for what is told."""

    writable: asyncio.Event
    """Set while the transport takes more, and once there is nobody to write to."""

    def post(self, text: bytes, binary: bytes | None) -> bool:
        """Write a text message, and after it a binary one; False when the peer has gone."""


class Line:
    """The socket after `accept`. `receive` is for one reader; `tell` may be called by several."""

    def __init__(
        self, websocket: WebSocket, caps: Caps, decoder: msgspec.json.Decoder[Any]
    ) -> None:
        self._websocket = websocket
        self._outlet: Outlet = websocket.state.outlet
        self._caps = caps
        self._decoder = decoder
        self._turn = asyncio.Lock()
        self._is_deaf = False

    async def receive(self, within: float | None) -> Received:
        """The next message.

        Raises: PeerGone; Malformed; Closing when nothing came `within` seconds.
        """
        text, binary = await self._next(within)
        if text is None:
            return Received(None, binary)
        message = self._decode(text)
        if message.binary:
            binary = await self._announced()
        return Received(message, binary)

    async def _announced(self) -> bytes:
        text, binary = await self._next(self._caps.message_within)
        if text is not None:
            raise Malformed("a binary message is due")
        return binary

    async def _next(self, within: float | None) -> tuple[str | None, bytes]:
        try:
            event = await _bounded(self._websocket.receive(), within)
        except TimeoutError as too_long:
            raise Closing(Close.NOTHING_JOINED) from too_long
        if event["type"] == "websocket.disconnect":
            raise PeerGone
        binary = event.get("bytes")
        return (event["text"], b"") if binary is None else (None, binary)

    def _decode(self, text: str) -> Message:
        try:
            message: Message = self._decoder.decode(text)
        except (msgspec.DecodeError, RecursionError, ValueError) as wrong:
            raise Malformed("not a message of ours") from wrong
        if _names_twice(text):
            raise Malformed("a field twice")
        return message

    async def tell(self, message: Message, binary: bytes | None = None) -> None:
        """Send a message, and at once after it the binary one it announces.

        A peer that has gone is told nothing, which is no failure: what it sent before it went is
        still to be read, to its last word. `receive` tells when that is done.

        Raises: Closing when the peer does not read.
        """
        if self._is_deaf:
            return
        text = _encoder.encode(message)
        async with self._turn:
            if not self._outlet.writable.is_set():
                await self._until_writable()
            self._is_deaf = not self._outlet.post(text, binary)

    async def _until_writable(self) -> None:
        try:
            await _bounded(self._outlet.writable.wait(), UNSENT_WITHIN)
        except TimeoutError as too_slow:
            raise Closing(Close.TOO_SLOW) from too_slow

    async def close(self, code: Close) -> None:
        """Say why and end; without effect when the peer was first."""
        try:
            async with asyncio.timeout(1):
                await self._websocket.close(int(code), CLOSE_REASONS[code])
        except (TimeoutError, OSError, RuntimeError, WebSocketDisconnect):
            return


async def _bounded(awaited: Awaitable[_Given], within: float | None) -> _Given:
    """What is awaited. Raises: TimeoutError when it takes longer than that, if there is a bound."""
    if within is None:
        return await awaited
    async with asyncio.timeout(within):
        return await awaited


def _names_twice(text: str) -> bool:
    """Whether a message has a field twice, or a backslash by which it could hide one.

    For what was decoded as a message of ours only: its values hold no quotes and no escapes, and a
    field of an inner object has the name of none outside.
    """
    parts = text.split('"')
    names = [
        name
        for name, after in zip(parts[1::2], parts[2::2], strict=False)
        if after.lstrip().startswith(":")
    ]
    return "\\" in text or len(names) != len(set(names))
