"""The one place that reads the machine's clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from hamn.core.words import Moment

LONGEST_NAP = 60.0


class SystemClock:
    """The machine's time."""

    def now(self) -> Moment:
        return Moment(time.time())

    async def sleep_until(self, moment: Moment) -> None:
        """In naps, so that a clock that was set is noticed."""
        while (left := moment - self.now()) > 0:
            await asyncio.sleep(min(left, LONGEST_NAP))


def utc_text(seconds: float) -> str:
    """A moment for people and logs, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
