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
        for topic in topics:
            listener.add(topic)
        return listener


class ProcessListener:
    """See `hamn.app.ports.Listener`."""

    def __init__(self, listeners: dict[bytes, set[ProcessListener]]) -> None:
        self._listeners = listeners
        self._topics: set[bytes] = set()
        self._heard: set[bytes] = set()
        self._armed = asyncio.Event()

    def hear(self, topic: bytes) -> None:
        """Note a ring."""
        self._heard.add(topic)
        self._armed.set()

    async def heard(self) -> frozenset[bytes]:
        await self._armed.wait()
        self._armed.clear()
        rung = frozenset(self._heard)
        self._heard.clear()
        return rung

    def add(self, topic: bytes) -> None:
        self._topics.add(topic)
        self._listeners.setdefault(topic, set()).add(self)

    def remove(self, topic: bytes) -> None:
        """Stop listening; a ring of the topic that was not yet told is forgotten."""
        self._topics.discard(topic)
        self._heard.discard(topic)
        listeners = self._listeners.get(topic)
        if listeners is not None:
            listeners.discard(self)
            if not listeners:
                del self._listeners[topic]

    def close(self) -> None:
        for topic in tuple(self._topics):
            self.remove(topic)
