"""Which socket of this process sits where: the newest one for a seat wins, the other is ended.

A seat is a visitor's place or room, or a staff member's number. This is a convenience of one
process and no truth: who may sit is decided from the live store.
"""

from __future__ import annotations

from typing import Protocol

from hamn.edge.errors import Close
from hamn.edge.wire import Message

Seat = bytes | int
"""A room id for its visitor, or a staff member's idx."""


class Seated(Protocol):
    """What holds a seat."""

    def unseat(self, code: Close) -> None:
        """End this socket soon; called at most once."""

    async def pass_on(self, message: Message) -> None:
        """Tell its peer something."""


class Seats:
    """The seats of one listener."""

    def __init__(self) -> None:
        self._seated: dict[Seat, Seated] = {}

    def take(self, seat: Seat, socket: Seated) -> None:
        """Sit down; who sat there is ended."""
        before = self._seated.get(seat)
        self._seated[seat] = socket
        if before is not None and before is not socket:
            before.unseat(Close.TAKEN_OVER)

    def give_up(self, seat: Seat, socket: Seated) -> bool:
        """Rise, and whether the seat was still this socket's: only then is its member away."""
        if self._seated.get(seat) is not socket:
            return False
        del self._seated[seat]
        return True

    def at(self, seat: Seat) -> Seated | None:
        """Who sits there."""
        return self._seated.get(seat)
