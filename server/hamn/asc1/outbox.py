"""Our own frames on their way: not yet `ok`, and lines not yet received by the other side.

A frame is resent as identical bytes until acknowledged and never sealed anew under its number;
when its epoch ends first, it leaves here to be sealed again in the next one.
"""

from __future__ import annotations

from collections.abc import Collection

from hamn.asc1.epoch import Written
from hamn.asc1.frame import Kind


class Outbox:
    """Frames by (epoch, seq), lines by msg_id; both keep the order of writing."""

    __slots__ = ("_lines", "_unsettled")

    def __init__(self) -> None:
        self._unsettled: dict[tuple[int, int], Written] = {}
        self._lines: dict[bytes, Written] = {}

    def add(self, written: Written) -> None:
        """A frame has been sealed."""
        self._unsettled[written.epoch, written.seq] = written
        if written.inner.kind is Kind.TEXT:
            self._lines[written.inner.msg_id] = written

    def settle(self, epoch: int, seq: int) -> Written | None:
        """The server has committed it; None if that was known."""
        return self._unsettled.pop((epoch, seq), None)

    def received(self, msg_ids: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The other side has them; those that are news."""
        return tuple(each for each in msg_ids if self._lines.pop(each, None) is not None)

    def leave(self, epoch: int, never: Collection[Kind]) -> tuple[Written, ...]:
        """Take out what earlier epochs left, in order, without the kinds never sealed again."""
        old = [place for place in self._unsettled if place[0] != epoch]
        left = tuple(self._unsettled.pop(place) for place in sorted(old))
        return tuple(written for written in left if written.inner.kind not in never)

    def unsettled(self) -> tuple[Written, ...]:
        """What to send again after a broken connection."""
        return tuple(self._unsettled.values())

    def unreceived(self) -> tuple[Written, ...]:
        """Lines without a receipt."""
        return tuple(self._lines.values())
