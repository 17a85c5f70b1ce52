"""Day keys: how a row is sealed, what a destroyed key ends, and that yesterday's copy is closed."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import kdf, u32
from hamn.asc1.labels import KdfLabel
from hamn.core.words import Idx, Moment
from hamn.store.shred import ROW_LABEL, DayKeys, day_of
from hamn.store.sqlite import SqliteStore
from tests.contract.test_records import ANNA, BK, TODAY, letter, midnight
from tests.entropy import SeededEntropy

ROW = bytes(range(16))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> DayKeys:
    return DayKeys(folder, SeededEntropy())


def test_a_row_is_sealed_as_the_protocol_says(keys: DayKeys, folder: Path) -> None:
    row = keys.seal("letter", ROW, TODAY, b"content")

    day_key = (folder / f"{TODAY}.key").read_bytes()
    key = kdf(day_key, KdfLabel.SHRED_ROW, ROW, 32)
    assert len(day_key) == 32
    assert AESGCM(key).decrypt(row[:12], row[12:], b"letter\0" + ROW + u32(TODAY)) == b"content"
    assert ROW_LABEL == b"ASC1 shred row\0"


def test_a_row_opens_in_its_own_place_only(keys: DayKeys) -> None:
    row = keys.seal("letter", ROW, TODAY, b"content")
    keys.seal("letter", ROW, TODAY + 1, b"so that the next day has a key")

    assert keys.open("letter", ROW, TODAY, row) == b"content"
    assert keys.open("wrap", ROW, TODAY, row) is None
    assert keys.open("letter", ROW[::-1], TODAY, row) is None
    assert keys.open("letter", ROW, TODAY + 1, row) is None
    assert keys.open("letter", ROW, TODAY, row[:-1] + bytes([row[-1] ^ 1])) is None
    assert keys.open("letter", ROW, TODAY, b"") is None


def test_rows_of_a_day_share_no_nonce_and_no_bytes(keys: DayKeys) -> None:
    rows = {keys.seal("letter", ROW, TODAY, b"the same") for _ in range(100)}

    assert len({row[:12] for row in rows}) == 100
    assert len({row[12:] for row in rows}) == 100


def test_a_destroyed_day_opens_nothing_and_later_days_stay(keys: DayKeys) -> None:
    rows = {day: keys.seal("letter", ROW, day, b"content") for day in range(TODAY, TODAY + 4)}

    assert keys.destroy_before(TODAY + 2) == 2

    opened = [keys.open("letter", ROW, day, row) for day, row in rows.items()]
    assert opened == [None, None, b"content", b"content"]
    assert keys.days() == [TODAY + 2, TODAY + 3]
    assert keys.destroy_before(TODAY + 2) == 0


def test_a_key_is_overwritten_and_synced_before_it_is_unlinked(
    keys: DayKeys, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.seal("letter", ROW, TODAY, b"content")
    path = folder / f"{TODAY}.key"
    key, same_file = path.read_bytes(), os.open(path, os.O_RDONLY)
    synced: list[bool] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    keys.destroy_before(TODAY + 1)

    left = os.pread(same_file, 64, 0)
    os.close(same_file)
    assert (len(left), left == key) == (32, False)
    assert synced == [False, True]
    assert not path.exists()


@pytest.mark.check(76, part="day keys")
def test_nobody_else_may_read_a_key(keys: DayKeys, folder: Path) -> None:
    keys.seal("letter", ROW, TODAY, b"content")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_two_processes_that_make_a_days_key_at_once_agree_on_the_first(
    keys: DayKeys, folder: Path
) -> None:
    row = keys.seal("letter", ROW, TODAY, b"content")
    first = (folder / f"{TODAY}.key").read_bytes()

    made = DayKeys(folder, SeededEntropy(2))._make(TODAY)

    assert made == first
    assert keys.open("letter", ROW, TODAY, row) == b"content"
    assert [path.name for path in folder.iterdir()] == [f"{TODAY}.key"]


def test_what_a_killed_maker_left_goes_with_its_day(keys: DayKeys, folder: Path) -> None:
    left = folder / f"{TODAY}.0123.new"
    left.write_bytes(b"k" * 32)

    assert keys.days() == []
    keys.destroy_before(TODAY)
    assert left.exists()
    keys.destroy_before(TODAY + 1)
    assert not left.exists()


@pytest.mark.parametrize(
    ("now", "day"), [(0.0, 0), (86_399.9, 0), (86_400.0, 1), (TODAY * 86_400.0 + 1, TODAY)]
)
def test_days_are_counted_in_utc(now: float, day: int) -> None:
    assert day_of(Moment(now)) == day


async def test_yesterdays_copy_of_the_records_opens_nothing_after_the_day(tmp_path: Path) -> None:
    """Seized server S3: the key is destroyed, then yesterday's database is put back."""
    home, copy = tmp_path / "home", tmp_path / "copy.db"
    store = SqliteStore(home, SeededEntropy())
    await store.add_staff(ANNA)
    await store.put_letter(letter(1))
    await store.put_wraps(Idx(1), [BK], TODAY)
    await store.purge()
    store.close()
    shutil.copy(home / "records.db", copy)

    assert await opened_from(home, copy) == ([letter(1)], [BK])
    store = SqliteStore(home, SeededEntropy(2))
    await store.erase_due(midnight(TODAY + 1))
    store.close()

    assert await opened_from(home, copy) == ([], [])


async def opened_from(home: Path, copy: Path) -> tuple[list[object], list[object]]:
    """What the records hold once the copy lies in their place."""
    shutil.copy(copy, home / "records.db")
    store = SqliteStore(home, SeededEntropy(3))
    letters = await store.letters(mailbox=letter(1).mailbox, reader=None)
    wraps = await store.wraps(Idx(1))
    store.close()
    return [*letters], [*wraps]
