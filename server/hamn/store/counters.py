"""Counters in the records: added to in one step, read by period. No row knows when it changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from hamn.core.tally import CounterKey
from hamn.core.words import Moment
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import bound


class Counters(Part):
    """See `hamn.app.shelves.Counters`."""

    async def count(
        self,
        counts: Mapping[CounterKey, int],
        *,
        batch: bytes | None = None,
        until: Moment | None = None,
    ) -> bool:
        def add(db: sqlite3.Connection) -> bool:
            if batch is not None and not db.execute(sql.ADD_BATCH, bound(batch, until)).rowcount:
                return False
            for key, amount in sorted(counts.items()):
                db.execute(sql.COUNT, bound(key.period, key.first, key.second, amount))
            return True

        return await self._write(add)

    async def counters(self, period: str) -> dict[CounterKey, int]:
        rows = self._reader.execute(sql.COUNTERS, bound(period)).fetchall()
        return {CounterKey(period, first, second): amount for first, second, amount in rows}
