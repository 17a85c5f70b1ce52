"""Which socket of this process sits where: who sits down last wins, and the other is ended.

Two sockets with the same capability are one page that has connected again. What was on its way on
the line it gave up may be read last; of these two the one that was opened later sits.

A seat is a visitor's place or room, or a staff member's number. This is a convenience of one
process and no truth: who may sit is decided from the live store.
"""

from __future__ import annotations

from typing import Protocol

from hamn.core.words import Hash
from hamn.edge.errors import Close
from hamn.edge.wire import Message

Seat = bytes | int
"""A room id for its visitor, or a staff member's idx."""


class Seated(Protocol):
    """What holds a seat."""

    @property
    def opened(self) -> int:
        """The how-manieth socket of this process it is."""

    def unseat(self, code: Close) -> None:
        """End this socket soon; called at most once."""

    async def pass_on(self, message: Message) -> None:
        """Tell its peer something."""


class Seats:
    """The seats of one listener."""

    def __init__(self) -> None:
        self._seated: dict[Seat, tuple[Seated, Hash | None]] = {}

    def take(self, seat: Seat, socket: Seated, cap_hash: Hash | None = None) -> None:
        """Sit down, by a capability if it takes one; who sat there is ended."""
        before, shown = self._seated.get(seat, (None, None))
        if before is not None and before is not socket:
            is_late = shown is not None and shown == cap_hash and before.opened > socket.opened
            (socket if is_late else before).unseat(Close.TAKEN_OVER)
            if is_late:
                return
        self._seated[seat] = socket, cap_hash

    def give_up(self, seat: Seat, socket: Seated) -> bool:
        """Rise, and whether the seat was still this socket's: only then is its member away."""
        if self.at(seat) is not socket:
            return False
        del self._seated[seat]
        return True

    def at(self, seat: Seat) -> Seated | None:
        """Who sits there."""
        return self._seated.get(seat, (None, None))[0]
