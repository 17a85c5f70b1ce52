"""Counters of the running service for its operator: totals only, nothing per room or person.

Counting is adding to a number, since it happens for every frame. The library that writes the
exposition is loaded when somebody first asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Sealed messages without an answer, escalations, referrals and requests without a decision;
    and how many of each have waited for too long."""

    messages: int = 0
    messages_late: int = 0
    escalations: int = 0
    escalations_late: int = 0
    inquiries: int = 0
    inquiries_late: int = 0


class Metrics:
    """What is counted. Every label has a fixed set of values, all of them names in our code."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._cuts: Counter[tuple[str, str]] = Counter()
        self._frames: Counter[str] = Counter()
        self._refusals: Counter[tuple[str, str]] = Counter()
        self._faults: Counter[str] = Counter()
        self._is_ready = False
        self._waiting = Waiting()

    def socket_opened(self, audience: str) -> None:
        self._open[audience] += 1

    def socket_closed(self, audience: str) -> None:
        """Once for every `socket_opened`, however the socket ended."""
        self._open[audience] -= 1

    def cut(self, audience: str, code: int) -> None:
        """The service closed a socket with this code."""
        self._cuts[audience, str(code)] += 1

    def frame(self, audience: str) -> None:
        """A frame or commit was taken."""
        self._frames[audience] += 1

    def refusal(self, audience: str, code: str) -> None:
        """`code` is the value of a `RefusalCode`."""
        self._refusals[audience, code] += 1

    def fault(self, place: str) -> None:
        """An error of our own; `place` is a name in our code, never something received."""
        self._faults[place] += 1

    def ready(self, *, is_ready: bool) -> None:
        self._is_ready = is_ready

    def waits(self, waiting: Waiting) -> None:
        """What waits for somebody to do something about it."""
        self._waiting = waiting

    def open_sockets(self) -> int:
        return self._open.total()

    def exposition(self) -> bytes:
        """The counters in the text format of `CONTENT_TYPE`."""
        from prometheus_client import (  # noqa: PLC0415 - a tenth of a second at every start
            CollectorRegistry,
            generate_latest,
        )
        from prometheus_client.registry import Collector  # noqa: PLC0415 - the same

        metrics = self

        class Counted(Collector):
            def collect(self) -> Iterator[Metric]:
                return metrics._collect()

        registry = CollectorRegistry()
        registry.register(Counted())
        return bytes(generate_latest(registry))

    def _collect(self) -> Iterator[Metric]:
        from prometheus_client.core import (  # noqa: PLC0415 - the same
            CounterMetricFamily,
            GaugeMetricFamily,
        )

        yield GaugeMetricFamily("hamn_ready", "1 while new work is taken", float(self._is_ready))
        now = self._waiting
        yield GaugeMetricFamily("hamn_messages_waiting", "Sealed messages unanswered", now.messages)
        late = now.messages_late
        yield GaugeMetricFamily("hamn_messages_late", "Of these, waiting for too long", late)
        open_ = now.escalations
        yield GaugeMetricFamily("hamn_escalations_waiting", "Escalations not decided", open_)
        late = now.escalations_late
        yield GaugeMetricFamily("hamn_escalations_late", "Of these, waiting for too long", late)
        open_ = now.inquiries
        yield GaugeMetricFamily("hamn_inquiries_waiting", "Referrals, requests not decided", open_)
        late = now.inquiries_late
        yield GaugeMetricFamily("hamn_inquiries_late", "Of these, waiting for too long", late)
        sockets = GaugeMetricFamily("hamn_sockets", "Open sockets", labels=["audience"])
        for audience, count in self._open.items():
            sockets.add_metric([audience], count)
        yield sockets
        cuts = CounterMetricFamily(
            "hamn_sockets_cut", "Sockets closed by the service", labels=["audience", "code"]
        )
        for labels, count in self._cuts.items():
            cuts.add_metric(labels, count)
        yield cuts
        frames = CounterMetricFamily("hamn_frames", "Frames taken", labels=["audience"])
        for audience, count in self._frames.items():
            frames.add_metric([audience], count)
        yield frames
        refusals = CounterMetricFamily("hamn_refusals", "Refusals", labels=["audience", "code"])
        for labels, count in self._refusals.items():
            refusals.add_metric(labels, count)
        yield refusals
        faults = CounterMetricFamily("hamn_faults", "Errors of our own", labels=["place"])
        for place, count in self._faults.items():
            faults.add_metric([place], count)
        yield faults
