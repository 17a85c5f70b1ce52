"""Counters of the running service for its operator: totals only, nothing per room, person or address.

The registry is the service's own, so that nothing a library registers by itself is printed.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What is counted. Every label has a fixed set of values."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=True)
        self._sockets = Gauge("hamn_sockets", "Open sockets", ["audience"], registry=self._registry)
        self._closed = Counter(
            "hamn_sockets_closed",
            "Sockets closed by the service",
            ["audience", "code"],
            registry=self._registry,
        )
        self._frames = Counter(
            "hamn_frames", "Frames and commits taken", ["audience"], registry=self._registry
        )
        self._refusals = Counter(
            "hamn_refusals", "Refusals by code", ["audience", "code"], registry=self._registry
        )
        self._faults = Counter(
            "hamn_faults", "Errors of our own, by place", ["place"], registry=self._registry
        )
        self._ready = Gauge("hamn_ready", "1 while new work is taken", registry=self._registry)

    def socket_opened(self, audience: str) -> None:
        self._sockets.labels(audience).inc()

    def socket_closed(self, audience: str) -> None:
        """Once for every `socket_opened`, however the socket ended."""
        self._sockets.labels(audience).dec()

    def cut(self, audience: str, code: int) -> None:
        """The service closed a socket with this code."""
        self._closed.labels(audience, str(code)).inc()

    def frame(self, audience: str) -> None:
        self._frames.labels(audience).inc()

    def refusal(self, audience: str, code: str) -> None:
        self._refusals.labels(audience, code).inc()

    def fault(self, place: str) -> None:
        """`place` is a name in our code, never something received."""
        self._faults.labels(place).inc()

    def ready(self, *, is_ready: bool) -> None:
        self._ready.set(1 if is_ready else 0)

    def exposition(self) -> bytes:
        return generate_latest(self._registry)
