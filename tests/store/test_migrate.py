"""Migrations: from every released schema to this one, whole or not at all, never backwards."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hamn.app.ports import LogLine
from hamn.core.words import Idx
from hamn.sqlite.files import open_writer
from hamn.store.migrate import Migration, SchemaRefused, migrate, released, statements
from hamn.store.sqlite import FILE, KEYS_FOLDER, SqliteStore
from tests.clock import NOON
from tests.contract.test_records import AK, ANNA, BK, BO, CODE, DIGITS, IK, TODAY, TOKEN, letter
from tests.entropy import SeededEntropy
from tests.store.saved.save import CERTIFICATE, ROSTER, SESSION

SAVED = Path(__file__).parent / "saved"
FIRST = Migration(1, "0001_first.sql", "CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1);")
SECOND = Migration(2, "0002_second.sql", "ALTER TABLE a ADD COLUMN y TEXT;")
BROKEN = Migration(
    2, "0002_broken.sql", "INSERT INTO a VALUES (2);\nINSERT INTO nowhere VALUES (3);"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "records.db")
    yield connection
    connection.close()


@pytest.mark.check(80, part="every released schema to the present one, with its data")
@pytest.mark.parametrize("name", sorted(file.stem for file in SAVED.glob("*.db")))
async def test_a_saved_file_of_every_release_comes_up_with_its_data(
    name: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(SAVED / f"{name}.db", home / FILE)
    shutil.copytree(SAVED / f"{name}-keys", home / KEYS_FOLDER)

    store = SqliteStore(home, SeededEntropy(2))

    assert await store.all_staff() == [ANNA, BO]
    assert await store.methods(Idx(1)) == [DIGITS]
    assert await store.wraps(Idx(1)) == [AK, IK, BK]
    assert await store.invite(TOKEN, NOON) == Idx(2)
    assert await store.session(SESSION, NOON) == Idx(1)
    assert await store.newest_roster() == ROSTER
    assert await store.log_lines() == [LogLine(1, "one")]
    assert await store.certificates(1, TODAY * 24) == [CERTIFICATE]
    assert await store.codes_of(CODE.mailbox) == [CODE]
    assert await store.letters(mailbox=CODE.mailbox, reader=None) == [letter(1)]
    assert await store.next_idx() == 3
    store.close()


def test_what_is_missing_is_applied_once_and_in_order(database: sqlite3.Connection) -> None:
    assert migrate(database, [FIRST]) == 1
    assert migrate(database, [FIRST, SECOND]) == 1
    assert migrate(database, [FIRST, SECOND]) == 0

    assert database.execute("SELECT x, y FROM a").fetchall() == [(1, None)]
    names = database.execute("SELECT name FROM migration ORDER BY number").fetchall()
    assert names == [("0001_first.sql",), ("0002_second.sql",)]


def test_a_migration_that_fails_changes_nothing(database: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(database, [FIRST, BROKEN])

    assert database.execute("SELECT x FROM a").fetchall() == [(1,)]
    assert database.execute("SELECT count(*) FROM migration").fetchone() == (1,)
    assert migrate(database, [FIRST, SECOND]) == 1


@pytest.mark.check(80, part="a newer schema is refused")
def test_a_newer_schema_is_refused_in_plain_words(database: sqlite3.Connection) -> None:
    migrate(database, [FIRST, SECOND])
    before = list(database.iterdump())

    with pytest.raises(SchemaRefused, match=r"newer release \(0002_second\.sql\)"):
        migrate(database, [FIRST])

    assert list(database.iterdump()) == before


def test_a_migration_that_was_changed_afterwards_is_refused(database: sqlite3.Connection) -> None:
    migrate(database, [FIRST])
    changed = Migration(1, FIRST.name, FIRST.text + " ")

    with pytest.raises(SchemaRefused, match=r"another 0001_first\.sql"):
        migrate(database, [changed, SECOND])

    assert database.execute("SELECT count(*) FROM migration").fetchone() == (1,)


def test_released_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in released()] == list(range(1, len(released()) + 1))


def test_statements_are_told_apart_by_sqlite_and_none_is_lost() -> None:
    text = "-- a note; with a mark\nCREATE TABLE a (\n x TEXT DEFAULT ';'\n);\n\nDROP TABLE a;\n"

    assert [found.split("\n")[-1] for found in statements(text)] == [");", "DROP TABLE a;"]
    for migration in released():
        assert "".join("".join(statements(migration.text)).split()) == "".join(
            migration.text.split()
        )


@pytest.mark.check(76, part="the records' files")
async def test_nobody_else_may_read_the_records(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = SqliteStore(home, SeededEntropy())
    await store.add_staff(ANNA)

    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.iterdir())}
    store.close()

    files = ("records.db", "records.db-wal", "records.db-shm")
    assert found == {"home": 0o700, KEYS_FOLDER: 0o700, **dict.fromkeys(files, 0o600)}
