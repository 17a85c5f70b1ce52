"""What a connection has received and its one reader has not yet taken, in order.

Stands in for the framework's queue, which keeps three empty lists and a flag more for each idle
visitor, and looks at all of them for every message. Its bound is the connection's, which stops
reading while something lies here.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

Event = MutableMapping[str, Any]


class Inbox:
    """For one event loop and one reader."""

    __slots__ = ("_came", "_reader", "_turned")

    def __init__(self) -> None:
        self._came: list[Event] = []
        self._turned: list[Event] = []
        """Those that came first, the very first at the end."""
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._came and not self._turned

    def put_nowait(self, event: Event) -> None:
        self._came.append(event)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Event:
        """The next event; cancel-safe."""
        while self.empty():
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        if not self._turned:
            self._came.reverse()
            self._came, self._turned = self._turned, self._came
        return self._turned.pop()
