"""Deleting what has expired, in batches so small that nobody waits for them, and its day keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial

from hamn.core.retention import AUDIT_KEPT
from hamn.core.words import Moment
from hamn.store import audit
from hamn.store import book_statements as talks
from hamn.store import inquiry_statements as asked
from hamn.store import statements as sql
from hamn.store.rows import Cell, bound
from hamn.store.shred import DayKeys, day_of

BATCH = 500
SECONDS_AN_HOUR = 3600
SLOTS_KEPT = 31
"""Days for which times that are over, or were taken back, stay known; pages show no older ones."""

Write = Callable[[Callable[[sqlite3.Connection], int]], Awaitable[int]]


async def erase_due(now: Moment, write: Write, alone: Write, keys: DayKeys) -> int:
    """Destroy the keys of days that have passed, then delete all that is over; how many rows went.

    The keys go first: a stop in between leaves rows that nobody can open.
    """
    today = day_of(now)
    await alone(lambda _: keys.destroy_before(today))
    gone = sum([await _emptied(write, *limit) for limit in _limits(now, today)])
    gone += await _all_of(write, lambda db: db.execute(sql.ERASE_CONFLICTS_DUE, (BATCH,)).rowcount)
    for limit in _book_limits(today):
        gone += await _all_of(write, partial(_of_book, limit=limit))
    gone += await write(lambda db: _unopened(db, int(now // 60)))
    since = int((now - AUDIT_KEPT) // 60)
    return gone + await _all_of(write, lambda db: audit.expire(db, since, BATCH))


def _limits(now: Moment, today: int) -> tuple[tuple[str, Cell], ...]:
    return (
        (sql.ERASE_BATCHES_DUE, now),
        (sql.ERASE_INVITES_DUE, now),
        (sql.ERASE_SESSIONS_DUE, now),
        (sql.ERASE_CERTIFICATES_DUE, int(now // SECONDS_AN_HOUR)),
        (sql.ERASE_CODES_DUE, today),
        (sql.ERASE_REQUESTS_DUE, today),
        (sql.ERASE_LETTERS_DUE, today),
        (sql.ERASE_ESCALATIONS_DUE, today),
        (asked.ERASE_DUE, today),
        (sql.ERASE_WRAPS_DUE, today),
        (sql.ERASE_CASES_DUE, today),
        (sql.ERASE_PLAN_COPIES_DUE, today),
    )


def _book_limits(today: int) -> tuple[tuple[str, Cell], ...]:
    return (
        (talks.ERASE_TALKS_DUE, today),
        (talks.ERASE_WISHES_DUE, today),
        (talks.ERASE_SLOTS_DUE, today - SLOTS_KEPT),
        (talks.ERASE_SERIES_DUE, today - SLOTS_KEPT),
    )


def _of_book(db: sqlite3.Connection, limit: tuple[str, Cell]) -> int:
    # Who has read the book before this puts nothing back.
    statement, day = limit
    gone = db.execute(statement, bound(day, BATCH)).rowcount
    if gone:
        db.execute(talks.RAISE_BOOK_ANYHOW)
    return gone


def _unopened(db: sqlite3.Connection, minute: int) -> int:
    # Talks to come and wishes that no code opens any more.
    db.execute(talks.ERASE_SEALED_UNOPENED, bound(minute))
    gone = db.execute(talks.ERASE_TALKS_UNOPENED, bound(minute)).rowcount
    gone += db.execute(talks.ERASE_WISHES_UNOPENED).rowcount
    if gone:
        db.execute(talks.RAISE_BOOK_ANYHOW)
    return gone


async def _emptied(write: Write, statement: str, limit: Cell) -> int:
    return await _all_of(write, lambda db: db.execute(statement, bound(limit, BATCH)).rowcount)


async def _all_of(write: Write, step: Callable[[sqlite3.Connection], int]) -> int:
    gone = 0
    while True:
        batch = await write(step)
        gone += batch
        if batch < BATCH:
            return gone
