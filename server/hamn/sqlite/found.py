"""Every row of a file in which one of some values stands, whatever the tables are.

Ids of 16 bytes that stand in a row that was found are looked for as well, and so on until nothing
new comes: so a table that nobody here knows of cannot be forgotten. Nothing is changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

ID_BYTES = 16
Cell: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A row of a table, by its columns."""

    table: str
    cells: tuple[tuple[str, Cell], ...]

    @property
    def ids(self) -> frozenset[bytes]:
        return frozenset(
            cell for _, cell in self.cells if isinstance(cell, bytes) and len(cell) == ID_BYTES
        )


def found(db: sqlite3.Connection, values: Iterable[bytes]) -> list[Row]:
    """The rows in which a value is a whole cell, and those that their ids lead to."""
    known, rows = set[bytes](), dict[Row, None]()
    wanted = set(values)
    while new := wanted - known:
        known |= new
        for row in _holding(db, new):
            rows[row] = None
            wanted |= row.ids
    return list(rows)


def rows(db: sqlite3.Connection, table: str) -> list[Row]:
    """Every row of a table."""
    columns = _columns(db, table)
    every = db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name of the schema
    return [Row(table, tuple(zip(columns, cells, strict=True))) for cells in every]


def _holding(db: sqlite3.Connection, values: set[bytes]) -> list[Row]:
    return [
        row
        for table in _tables(db)
        for row in rows(db, table)
        if values & {cell for _, cell in row.cells if isinstance(cell, bytes)}
    ]


def _tables(db: sqlite3.Connection) -> list[str]:
    text = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [name for (name,) in db.execute(f"{text} ORDER BY name").fetchall()]


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
