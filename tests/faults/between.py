"""Somebody who owns the server: passes messages on between clients and it, and changes what it
tells (security.md checks 39, 40). It holds no key of anybody's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from hamn.asc1.frame import FrameType
from hamn.party.wire import ANNOUNCES

COMMIT = 0x20

Message = tuple[dict[str, Any], bytes]
"""What the server tells: the text as fields, and the binary message it announces, if any."""
Change = Callable[[dict[str, Any], bytes], list[Message]]


def unchanged(fields: dict[str, Any], binary: bytes) -> list[Message]:
    """Pass it on as it came."""
    return [(fields, binary)]


class Between:
    """Serves a port in front of another; `change` is asked about everything the server tells."""

    def __init__(self, port: int, to: int, path: str = "/ws/visitor") -> None:
        self.change: Change = unchanged
        self._port = port
        self._to = f"ws://localhost:{to}{path}"
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(self._pass_on, "127.0.0.1", self._port, compression=None)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _pass_on(self, client: ServerConnection) -> None:
        assert client.request is not None
        origin = client.request.headers["Origin"]
        async with connect(
            self._to,
            origin=origin,  # type: ignore[arg-type]  # a NewType of str
            compression=None,
            proxy=None,
            user_agent_header=None,
        ) as there:
            ways = [
                asyncio.ensure_future(_say(client, there)),
                asyncio.ensure_future(self._tell(there, client)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _tell(self, there: ClientConnection, client: ServerConnection) -> None:
        async for text in there:
            fields = json.loads(text)
            binary = await there.recv() if fields["t"] in ANNOUNCES else b""
            assert isinstance(binary, bytes)
            for told, with_it in self.change(fields, binary):
                await client.send(json.dumps(told))
                if told["t"] in ANNOUNCES:
                    await client.send(with_it)


async def _say(client: ServerConnection, there: ClientConnection) -> None:
    try:
        async for message in client:
            await there.send(message)
    except ConnectionClosed:
        return


def gathering(count: int, release: Callable[[list[Message]], list[Message]]) -> Change:
    """Hold so many frames of text back, then pass on what `release` makes of them."""
    held: list[Message] = []

    def change(fields: dict[str, Any], binary: bytes) -> list[Message]:
        if fields["t"] != "put" or binary[1] != FrameType.MESSAGE or len(held) == count:
            return [(fields, binary)]
        held.append((fields, binary))
        return release(held) if len(held) == count else []

    return change


def on_commit(exchange: Callable[[dict[str, Any], bytes], Message]) -> Change:
    """Change every commit that is put."""

    def change(fields: dict[str, Any], binary: bytes) -> list[Message]:
        is_commit = fields["t"] == "put" and binary[1] == COMMIT
        return [exchange(fields, binary)] if is_commit else [(fields, binary)]

    return change
