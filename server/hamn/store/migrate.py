"""Bringing a records file to this program's schema: numbered SQL files, forward only.

Each migration is one transaction together with its line in the table `migration`. A file that was
changed after it was applied, or a schema that is newer than this program, is refused in plain
words, and nothing is touched.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

_TABLE = (
    "CREATE TABLE IF NOT EXISTS migration"
    " (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)"
)
_APPLIED = "SELECT number, name, checksum FROM migration ORDER BY number"
_NOTE = "INSERT INTO migration (number, name, checksum) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


class SchemaRefused(Exception):
    """The file can't be brought to this program's schema; the sentence says why."""


def released() -> tuple[Migration, ...]:
    """The migrations that come with the program, in order."""
    folder = resources.files("hamn.store") / "migrations"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(
        Migration(int(name[:4]), name, (folder / name).read_text(encoding="utf-8"))
        for name in files
    )


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> int:
    """Apply what is missing; how many were applied.

    Raises: SchemaRefused, with nothing changed by it.
    """
    count = 0
    while (step := _one_step(connection, migrations)) is not None:
        count += step
    return count


def _one_step(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> int | None:
    """Apply the first missing migration in one transaction; None when none is missing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_TABLE)
        applied = connection.execute(_APPLIED).fetchall()
        _refuse_strangers(applied, migrations)
        missing = migrations[len(applied) :]
        if missing:
            _apply(connection, missing[0])
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return 1 if missing else None


def _refuse_strangers(
    applied: Sequence[tuple[int, str, str]], migrations: Sequence[Migration]
) -> None:
    if len(applied) > len(migrations):
        newest, known = applied[-1][1], migrations[-1].name
        raise SchemaRefused(
            f"the records are of a newer release ({newest}); this one knows them up to {known}"
        )
    for (number, name, checksum), migration in zip(applied, migrations, strict=False):
        if (number, checksum) != (migration.number, migration.checksum):
            raise SchemaRefused(f"the records were made by another {name} than this program's")


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    for statement in statements(migration.text):
        connection.execute(statement)
    connection.execute(_NOTE, (migration.number, migration.name, migration.checksum))


def statements(text: str) -> list[str]:
    """The statements of a migration, which SQLite itself tells apart."""
    found: list[str] = []
    gathered = ""
    for part in text.split(";")[:-1]:
        gathered += part + ";"
        if sqlite3.complete_statement(gathered):
            found.append(gathered.strip())
            gathered = ""
    return found
