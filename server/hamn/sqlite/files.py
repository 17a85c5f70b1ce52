"""How every SQLite file of the service is opened, and how it is left without a deleted byte.

The pragmas below are set and then read back: a file that can't keep them is refused, because a
silent default would either lose what was acknowledged or keep what was erased. Nothing here knows
a table.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from hamn.app.ports import PurgeBlocked, StoreFull

PRAGMAS: tuple[tuple[str, int | str], ...] = (
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("secure_delete", 1),
    ("temp_store", 2),
    ("trusted_schema", 0),
    ("foreign_keys", 1),
    ("wal_autocheckpoint", 1000),
)
"""Name and the value that must be read back (synchronous 2 is FULL, temp_store 2 is memory)."""

BUSY_MS = 5000
PURGE_BUSY_MS = 50
"""How long emptying the journal may wait for a reader, while writers wait behind it."""

PAGES_A_TURN = 500
"""So few free pages are given back at a time that no commit waits long."""


class PragmaRefused(Exception):
    """SQLite didn't take a setting that the promises stand on."""


def open_writer(path: Path) -> sqlite3.Connection:
    """A connection that may write, to a file that only its owner can read; made if it is absent."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    connection = _connect(path)
    try:
        # Before the first table, so that the pages of what was erased can be given back.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _settle(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can't write."""
    connection = _connect(path)
    _settle(connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def read_back(connection: sqlite3.Connection) -> dict[str, int | str]:
    """The pragmas as they stand."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name, _ in PRAGMAS}


def give_back(connection: sqlite3.Connection) -> int:
    """Give some free pages back to the file system; how many are left."""
    # It frees one page per step; `execute` would take the first step only.
    connection.executescript(f"PRAGMA incremental_vacuum({PAGES_A_TURN})")
    (left,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(left)


def empty_journal(connection: sqlite3.Connection) -> None:
    """Bring the journal into the file and truncate it, so that no deleted byte is left in it.

    Raises: PurgeBlocked when a reader held it.
    """
    connection.execute(f"PRAGMA busy_timeout = {PURGE_BUSY_MS}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    if busy:
        raise PurgeBlocked


def told(error: sqlite3.Error) -> Exception:
    """What a failed write means for the caller: StoreFull when the disk took no more bytes."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return StoreFull()
    return error


def roll_back(connection: sqlite3.Connection) -> None:
    """Leave the transaction, if the failure has not ended it already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return connection


def _settle(connection: sqlite3.Connection) -> None:
    for name, value in PRAGMAS:
        connection.execute(f"PRAGMA {name} = {value}")
    standing = read_back(connection)
    for name, value in PRAGMAS:
        if standing[name] != value:
            raise PragmaRefused(name)
