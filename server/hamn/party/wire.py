"""A client's socket: messages out, messages in, binary ones joined to what announced them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hamn.party.service import Service

ANNOUNCES = frozenset({"put", "join"})


class Cut(Exception):
    """The socket has ended. `code` is its close code, 1006 when there was none."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the server, with its binary one where it announces one."""

    name: str
    fields: dict[str, Any]
    binary: bytes


class Wire:
    """One connection. Nothing is sent again here, and nothing kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    @staticmethod
    async def open(service: Service, *, staff: bool) -> Wire:
        """Connect as a browser of ours would, but without a browser's headers.

        Raises: OSError or InvalidStatus when there is no way in.
        """
        url, origin = service.socket(staff=staff)
        source = (service.source, 0) if service.source else None
        extra = {"local_addr": source} if source else {}
        connection = await connect(
            url,
            origin=origin,  # type: ignore[arg-type]  # a NewType of str
            compression=None,
            proxy=None,
            user_agent_header=None,
            ping_interval=None,
            max_size=64 * 1024,
            open_timeout=10,
            close_timeout=2,
            **extra,  # type: ignore[arg-type]
        )
        return Wire(connection)

    async def tell(self, name: str, binary: bytes | None = None, /, **fields: object) -> None:
        """Send a message, and its binary one at once after it.

        Raises: Cut.
        """
        await self.tell_raw(json.dumps({"t": name, **fields}), binary)

    async def tell_raw(self, text: str, binary: bytes | None = None) -> None:
        """Send any text, well-formed or not."""
        async with self._turn:
            await self._send(text)
            if binary is not None:
                await self._send(binary)

    async def send(self, frame: bytes) -> None:
        """Send a bare binary message."""
        async with self._turn:
            await self._send(frame)

    async def _send(self, message: str | bytes) -> None:
        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise Cut(closed.rcvd.code if closed.rcvd else 1006) from closed

    async def next(self) -> Told:
        """The next message.

        Raises: Cut.
        """
        fields = json.loads(await self._receive())
        name = fields.pop("t")
        binary = await self._receive() if name in ANNOUNCES and fields.get("binary", True) else b""
        if isinstance(binary, str):
            raise TypeError("a binary message was announced")
        return Told(name, fields, binary)

    async def _receive(self) -> str | bytes:
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            raise Cut(closed.rcvd.code if closed.rcvd else 1006) from closed

    def drop(self) -> None:
        """Let the connection vanish without a goodbye."""
        self._connection.transport.abort()

    async def close(self) -> None:
        """Say goodbye."""
        await self._connection.close()
