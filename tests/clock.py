"""A clock that stands still until a test moves it, forward or back."""

from __future__ import annotations

import asyncio

from hamn.core.words import Moment

NOON = Moment(1_795_262_400.0)
"""22 November 2026, 12:00 UTC: any day will do."""


class VirtualClock:
    """See `hamn.app.ports.Clock`."""

    def __init__(self, start: Moment = NOON) -> None:
        self._now = start
        self._sleepers: list[tuple[Moment, asyncio.Future[None]]] = []

    def now(self) -> Moment:
        return self._now

    async def sleep_until(self, moment: Moment) -> None:
        if moment <= self._now:
            return
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((moment, alarm))
        await alarm

    def set(self, moment: Moment) -> None:
        """Set the clock, also backwards; whoever slept until then or earlier wakes."""
        self._now = moment
        for _, alarm in (due := [sleeper for sleeper in self._sleepers if sleeper[0] <= moment]):
            if not alarm.done():
                alarm.set_result(None)
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper not in due]

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.set(Moment(self._now + seconds))
