"""The return code that a visitor has kept or shown on a socket, for all that is asked under it."""

from __future__ import annotations

from hamn.app.ports import World
from hamn.core.limits import Rate, take
from hamn.core.words import Mailbox, Refusal, RefusalCode

ASKS = Rate(0.5, 20)
"""How often one socket may ask for something under its code."""


class ShownCode:
    """Whose code it is, by its mailbox; that a room has a code is no showing of it."""

    def __init__(self, world: World) -> None:
        self.mailbox: Mailbox | None = None
        self._world = world
        self._asks = ASKS.full(world.clock.now())

    def need(self) -> Mailbox:
        """The mailbox, for one more question.

        Raises: Refusal(GONE) without a code; Refusal(BUSY) after too many questions.
        """
        if self.mailbox is None:
            raise Refusal(RefusalCode.GONE)
        self._asks, wait = take(self._asks, ASKS, self._world.clock.now())
        if wait > 0:
            raise Refusal(RefusalCode.BUSY, wait=int(wait) + 1)
        return self.mailbox
