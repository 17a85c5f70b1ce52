"""What a participant hears on its socket: answers to what it asked, and news of everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hamn.party.room import News
from hamn.party.wire import Cut, Told, Wire


class Refusal(Exception):
    """The server has refused; `fields` are those of its message."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(f"{fields['of']}: {fields['code']}")
        self.fields = fields


class Ear:
    """Reads one socket after the other as the participant reconnects; `take` acts on messages."""

    def __init__(self, take: Callable[[Told], Awaitable[None]], news: News) -> None:
        self._take = take
        self._news = news
        self._answers: asyncio.Queue[Told] = asyncio.Queue()
        self._reading: asyncio.Task[None] | None = None
        self.closed_with: int | None = None

    def listen(self, wire: Wire) -> None:
        """Read this socket beside everything else, until it ends."""
        self._reading = asyncio.get_running_loop().create_task(self._read(wire))

    async def put_answer(self, told: Told) -> None:
        """This message answers something that was asked."""
        await self._answers.put(told)

    async def answer(self, name: str, within: float = 30.0) -> Told:
        """The next answer of this name; others are passed over.

        Raises: Refusal; TimeoutError.
        """
        async with asyncio.timeout(within):
            while True:
                told = await self._answers.get()
                if told.name == "refuse":
                    raise Refusal(told.fields)
                if told.name == name:
                    return told

    async def _read(self, wire: Wire) -> None:
        try:
            while True:
                await self._take(await wire.next())
                await self._news.tell()
        except Cut as cut:
            self.closed_with = cut.code
        except Exception as failure:  # noqa: BLE001  # told to whoever waits for news
            self._news.failed = failure
        await self._news.tell()

    async def ended(self) -> None:
        """Wait until the socket has been read to its end; the next one begins without a failure."""
        if self._reading is not None:
            await asyncio.wait({self._reading})
        self._news.failed = None
