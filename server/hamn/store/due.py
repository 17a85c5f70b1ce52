"""Deleting what has expired, in batches so small that nobody waits for them, and its day keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable

from hamn.core.words import Moment
from hamn.store import statements as sql
from hamn.store.rows import Cell, bound
from hamn.store.shred import DayKeys, day_of

BATCH = 500
SECONDS_AN_HOUR = 3600

Write = Callable[[Callable[[sqlite3.Connection], int]], Awaitable[int]]


async def erase_due(now: Moment, write: Write, alone: Write, keys: DayKeys) -> int:
    """Destroy the keys of days that have passed, then delete all that is over; how many rows went.

    The keys go first: a stop in between leaves rows that nobody can open.
    """
    today = day_of(now)
    await alone(lambda _: keys.destroy_before(today))
    return sum([await _emptied(write, *limit) for limit in _limits(now, today)])


def _limits(now: Moment, today: int) -> tuple[tuple[str, Cell], ...]:
    return (
        (sql.ERASE_INVITES_DUE, now),
        (sql.ERASE_SESSIONS_DUE, now),
        (sql.ERASE_CERTIFICATES_DUE, int(now // SECONDS_AN_HOUR)),
        (sql.ERASE_CODES_DUE, today),
        (sql.ERASE_LETTERS_DUE, today),
        (sql.ERASE_WRAPS_DUE, today),
    )


async def _emptied(write: Write, statement: str, limit: Cell) -> int:
    gone = 0
    while True:
        batch = await write(lambda db: db.execute(statement, bound(limit, BATCH)).rowcount)
        gone += batch
        if batch < BATCH:
            return gone
