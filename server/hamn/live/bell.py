"""Wake-ups inside one process. A ring sets a topic in each listener's set; nothing is queued.

However often it is rung, a listener holds at most one entry per topic it listens to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence


class ProcessBell:
    """See `hamn.app.ports.Bell`; for one event loop."""

    def __init__(self) -> None:
        self._listeners: dict[bytes, set[ProcessListener]] = {}

    def ring(self, topic: bytes) -> None:
        for listener in self._listeners.get(topic, ()):
            listener.hear(topic)

    def listen(self, topics: Sequence[bytes]) -> ProcessListener:
        listener = ProcessListener(self._listeners)
        listener.add(*topics)
        return listener


class ProcessListener:
    """See `hamn.app.ports.Listener`."""

    def __init__(self, listeners: dict[bytes, set[ProcessListener]]) -> None:
        self._listeners = listeners
        self._topics: set[bytes] = set()
        self._heard: set[bytes] = set()
        self._waiter: asyncio.Future[None] | None = None

    def hear(self, topic: bytes) -> None:
        """Note a ring."""
        self._heard.add(topic)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def heard(self) -> frozenset[bytes]:
        while not self._heard:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        rung = frozenset(self._heard)
        self._heard.clear()
        return rung

    def add(self, *topics: bytes) -> None:
        self._topics.update(topics)
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(self)

    def remove(self, *topics: bytes) -> None:
        """Stop listening; a ring of the topics that was not yet told is forgotten."""
        for topic in topics:
            self._remove(topic)

    def _remove(self, topic: bytes) -> None:
        self._topics.discard(topic)
        self._heard.discard(topic)
        listeners = self._listeners.get(topic)
        if listeners is not None:
            listeners.discard(self)
            if not listeners:
                del self._listeners[topic]

    def close(self) -> None:
        self.remove(*self._topics)
