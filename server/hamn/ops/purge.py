"""`hamn purge --now`: what is due in the records goes at once, beside the running service.

Live conversations are not touched: only the process that holds them may change them, and it erases
what is due by itself, within seconds.
"""

from __future__ import annotations

import asyncio

from hamn.clock import SystemClock
from hamn.ops.records import records
from hamn.settings import Settings
from hamn.store.sqlite import SqliteStore


def purge(settings: Settings) -> int:
    """How many rows went."""
    with records(settings) as store:
        return asyncio.run(_purge(store))


async def _purge(store: SqliteStore) -> int:
    count = await store.erase_due(SystemClock().now())
    await store.purge()
    return count
