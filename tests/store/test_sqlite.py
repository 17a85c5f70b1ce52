"""The embedded records file: its settings, a full disk, a command that runs beside the service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hamn.app.ports import StoreFull
from hamn.core.words import Idx
from hamn.sqlite.files import PRAGMAS, read_back
from hamn.store.sqlite import SqliteStore
from tests.contract.test_records import ANNA, BO, TODAY, TOKEN, letter, midnight
from tests.entropy import SeededEntropy


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path, SeededEntropy())
    yield store
    store.close()


@pytest.mark.check(7, part="records, while it serves")
async def test_the_settings_stand_on_both_connections(store: SqliteStore) -> None:
    for connection in (store._writer, store._reader):
        assert read_back(connection) == dict(PRAGMAS)


@pytest.mark.check(8, part="records")
async def test_a_full_disk_changes_nothing_and_is_got_over(store: SqliteStore) -> None:
    await store.add_staff(ANNA)
    big = replace(letter(1), data=bytes(60_000))
    (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreFull):
        await store.put_letter(big)
    assert await store.letter(big.env_id) is None

    store._writer.execute("PRAGMA max_page_count = 1000000")
    await store.put_letter(big)
    assert await store.letter(big.env_id) == big


async def test_a_command_beside_the_service_shares_its_records(
    store: SqliteStore, tmp_path: Path
) -> None:
    beside = SqliteStore(tmp_path, SeededEntropy(2))
    await asyncio.gather(store.add_staff(ANNA), beside.add_staff(BO))
    numbers = await asyncio.gather(*(one.next_idx() for one in (store, beside) for _ in range(20)))
    await asyncio.gather(
        *((store, beside)[n % 2].put_letter(letter(n, day=TODAY + n)) for n in range(1, 20))
    )
    await store.erase_due(midnight(TODAY + 10))

    assert len(set(numbers)) == 40
    assert await store.all_staff() == await beside.all_staff() == [ANNA, BO]
    kept = [letter(n, day=TODAY + n) for n in range(10, 20)]
    for one in (store, beside):
        assert await one.letters(mailbox=letter(1).mailbox, reader=None) == kept
    beside.close()


async def test_a_member_who_is_not_there_gets_no_keys(store: SqliteStore) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await store.add_invite(TOKEN, Idx(9), midnight(TODAY))
