"""A TCP proxy on loopback that cuts, half-cuts, stalls and slices what passes through it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import connect


def detour(ports: dict[int, int]) -> Callable[..., connect]:
    """Connects to the proxy before a port, and asks for the port's own host all the same."""

    def connecting(url: str, **given: Any) -> connect:
        port = urlsplit(url).port
        assert port is not None
        return connect(url, host="127.0.0.1", port=ports[port], **given)

    return connecting


class Harm(Enum):
    """What befalls the connections that are open at the moment."""

    CUT = "both ways at once"
    HALF_CUT = "the server's answers are lost, then both ways end"
    STALL = "nothing moves for a while, then all of it"
    SLICE = "one byte at a time for a while"


class Proxy:
    """Forwards one port to another, unharmed until told otherwise."""

    def __init__(self, port: int, to: int) -> None:
        self._port = port
        self._to = to
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._moving = asyncio.Event()
        self._moving.set()
        self._is_slicing = False
        self._loses_answers = False
        self._left: int | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._abort()

    async def harm(self, harm: Harm, seconds: float) -> None:
        """Let it happen; afterwards everything works again."""
        match harm:
            case Harm.CUT:
                self._abort()
            case Harm.HALF_CUT:
                self._loses_answers = True
                await asyncio.sleep(seconds)
                self._abort()
                self._loses_answers = False
            case Harm.STALL:
                self._moving.clear()
                await asyncio.sleep(seconds)
                self._moving.set()
            case Harm.SLICE:
                self._is_slicing = True
                await asyncio.sleep(seconds)
                self._is_slicing = False

    async def cut_after(self, size: int, turns: int) -> None:
        """Cut after so many more bytes, wherever in a message that is, or after so many turns."""
        self._left = size
        for _ in range(turns):
            if self._left is None:
                return
            await asyncio.sleep(0)
        self._abort()

    def _abort(self) -> None:
        self._left = None
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, there, lambda: False))
                group.create_task(self._pass(there_reader, writer, lambda: self._loses_answers))
        except* OSError:
            pass
        finally:
            for each in (writer, there):
                each.transport.abort()
                self._open.discard(each)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        is_lost: Callable[[], bool],
    ) -> None:
        while data := await reader.read(16_384):
            await self._moving.wait()
            if self._left is not None and len(data) >= self._left:
                writer.write(data[: self._left])
                self._abort()
            elif not is_lost():
                self._left = self._left and self._left - len(data)
                await self._write(writer, data)
        raise ConnectionResetError

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        pieces = [data]
        if self._is_slicing:
            pieces = [data[at : at + 1] for at in range(len(data))]
        for piece in pieces:
            writer.write(piece)
            step: Awaitable[None] = asyncio.sleep(0) if len(piece) == 1 else writer.drain()
            await step
