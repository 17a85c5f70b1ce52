"""The embedded live store's file: its settings, its lock, a full disk, a form it can't read."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from hamn.app.ports import PurgeBlocked, StoredFrame, StoreFull
from hamn.core.words import Pos
from hamn.live import codec
from hamn.live.recent import MAX_ROOMS
from hamn.live.sqlite import LiveStoreTaken, SqliteLive
from hamn.sqlite.files import PRAGMAS, PragmaRefused, open_reader, open_writer, read_back
from hamn.sqlite.writer import LoopRunner, ThreadRunner
from tests.clock import NOON
from tests.contract.values import ABSENT, everything, frame, room_id, talk, version_of
from tests.entropy import SeededEntropy

ROOM = room_id(1)
Open = Callable[[], SqliteLive]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live.db"


@pytest.fixture(params=[ThreadRunner, LoopRunner])
def open_live(path: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    opened: list[SqliteLive] = []
    seeds = count()

    def open_one() -> SqliteLive:
        while opened:
            opened.pop().close()
        opened.append(SqliteLive(path, SeededEntropy(next(seeds)), runner=request.param))
        return opened[-1]

    yield open_one
    for live in opened:
        live.close()


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.check(7)
def test_the_settings_are_read_back(path: Path) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "trusted_schema": 0,
        "foreign_keys": 1,
        "wal_autocheckpoint": 1000,
    }
    for connect in (open_writer, open_reader):
        connection = connect(path)
        assert read_back(connection) == expected
        connection.close()


@pytest.mark.check(7, part="live store, while it serves")
def test_the_settings_stand_on_both_connections(open_live: Open) -> None:
    live = open_live()

    for connection in (live._writer, live._reader):
        assert read_back(connection) == dict(PRAGMAS)


@pytest.mark.check(7, part="a setting that does not hold")
def test_a_file_that_does_not_keep_a_setting_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hamn.sqlite.files.PRAGMAS", (*PRAGMAS, ("page_count", 77)))

    with pytest.raises(PragmaRefused, match="page_count"):
        open_writer(path)


@pytest.mark.check(76, part="the live store's files")
async def test_nobody_else_may_read_the_files(path: Path, open_live: Open) -> None:
    await open_live().swap(ROOM, ABSENT, talk())

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes == dict.fromkeys(("live.db", "live.db-wal", "live.db-shm", "live.db.lock"), 0o600)


def test_a_second_process_may_not_have_the_file(path: Path, open_live: Open) -> None:
    open_live()

    with pytest.raises(LiveStoreTaken):
        SqliteLive(path, SeededEntropy())


# --- what is found at the start -------------------------------------------------------------------


async def test_a_file_of_another_form_counts_as_lost(
    open_live: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk())
    first = await live.store_id()
    monkeypatch.setattr(codec, "form", lambda: bytes(32))

    again = open_live()

    assert await again.rooms() == []
    assert await again.store_id() != first


@pytest.mark.parametrize("found", [b"", b"no database at all, but long enough to be looked at" * 9])
async def test_a_file_that_is_no_store_is_replaced(
    path: Path, open_live: Open, found: bytes
) -> None:
    path.write_bytes(found)
    path.with_name("live.db-wal").write_bytes(b"left over")

    live = open_live()

    assert await live.swap(ROOM, ABSENT, talk())
    assert await live.rooms() == [ROOM]


# --- a full disk ----------------------------------------------------------------------------------


@pytest.mark.check(8, part="live store")
async def test_a_full_disk_answers_nobody_and_is_got_over(path: Path, open_live: Open) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1)])
    before = await everything(live, ROOM)
    fill_up(live)

    outcomes = await asyncio.gather(
        *(live.swap(room_id(n), ABSENT, talk(n), put=[big_frame()]) for n in range(2, 40)),
        live.swap(ROOM, await version_of(live, ROOM), talk(pos=2), put=[big_frame()]),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {StoreFull}
    assert await everything(live, ROOM) == before
    assert await live.rooms() == [ROOM]

    make_room(live)
    assert await live.swap(ROOM, await version_of(live, ROOM), talk(pos=2), put=[big_frame()])
    assert integrity(path) == "ok"


LIMITED = """
import asyncio, pathlib, resource, sys
from hamn.app.ports import StoreFull
from hamn.live.sqlite import SqliteLive
from tests.contract.values import ABSENT, frame, room_id, talk
from tests.entropy import SeededEntropy

async def main():
    live = SqliteLive(pathlib.Path(sys.argv[1]), SeededEntropy())
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    answered = []
    for n in range(1, 40):
        try:
            assert await live.swap(room_id(n), ABSENT, talk(n), put=[frame(1, data=bytes(50_000))])
            answered.append(n)
        except StoreFull:
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert await live.swap(room_id(99), ABSENT, talk(99))
    print(*answered, 99)

asyncio.run(main())
"""


def answered_under_a_limit(path: Path) -> list[int]:
    """The rooms that a process was told are kept, whose files could not grow for a while."""
    root = Path(__file__).parents[2]
    place = {**os.environ, "PYTHONPATH": f"{root / 'server'}{os.pathsep}{root}"}
    command = [sys.executable, "-c", LIMITED, str(path)]
    said = subprocess.run(command, cwd=root, env=place, check=True, capture_output=True).stdout
    return [int(word) for word in said.split()]


@pytest.mark.fault
@pytest.mark.check(8, part="live store, a real limit of the system")
async def test_a_file_that_may_not_grow_loses_nothing_that_was_answered(
    path: Path, open_live: Open
) -> None:
    answered = answered_under_a_limit(path)

    assert 3 < len(answered) < 39
    assert set(await open_live().rooms()) == {room_id(n) for n in answered}
    assert integrity(path) == "ok"


def big_frame() -> StoredFrame:
    return frame(2, data=bytes(60_000))


def fill_up(live: SqliteLive) -> None:
    """The file may not grow: SQLite then answers as it does on a full disk."""
    pages = live._writer.execute("PRAGMA page_count").fetchone()[0]
    live._writer.execute(f"PRAGMA max_page_count = {pages}")


def make_room(live: SqliteLive) -> None:
    live._writer.execute("PRAGMA max_page_count = 1000000")


def integrity(path: Path) -> str:
    connection = sqlite3.connect(path)
    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return str(answer)


# --- purging --------------------------------------------------------------------------------------


@pytest.mark.check(34, part="checkpoint and free list")
async def test_the_journal_is_empty_and_no_page_is_free_after_a_purge(
    path: Path, open_live: Open
) -> None:
    live = open_live()
    for n in range(1, 30):
        await live.swap(room_id(n), ABSENT, talk(n), put=[frame(1, data=bytes(9000))])
    pages = live._reader.execute("PRAGMA page_count").fetchone()[0]
    for n in range(1, 30):
        await live.erase(room_id(n))

    await live.purge(NOON)

    assert path.with_name("live.db-wal").stat().st_size == 0
    assert live._reader.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert path.stat().st_size < 4096 * pages / 2


async def test_a_reader_in_the_way_is_told_and_does_no_harm(path: Path, open_live: Open) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk())
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN")
    stranger.execute("SELECT * FROM room").fetchall()
    await live.swap(ROOM, await version_of(live, ROOM), talk(pos=2))

    with pytest.raises(PurgeBlocked):
        await live.purge(NOON)

    assert await live.swap(ROOM, await version_of(live, ROOM), talk(pos=3))
    stranger.close()
    await live.purge(NOON)


# --- the values in memory -------------------------------------------------------------------------


async def test_values_that_no_longer_fit_in_memory_are_read_from_the_file(open_live: Open) -> None:
    live = open_live()
    many = range(1, MAX_ROOMS + 50)
    await asyncio.gather(*(live.swap(room_id(n), ABSENT, talk(n, pos=n)) for n in many))

    kept = [await live.read(room_id(n)) for n in many]

    assert [value and value[1] for value in kept] == [talk(n, pos=n) for n in many]
    assert len(live._recent) == MAX_ROOMS


async def test_a_frame_that_was_answered_is_seen_at_once(open_live: Open) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk())
    for pos in range(1, 100):
        await live.swap(ROOM, await version_of(live, ROOM), talk(pos=pos + 1), put=[frame(pos)])
        assert await live.frames(ROOM, Pos(pos - 1), 9) == [frame(pos)]


async def test_frames_that_no_longer_fit_in_memory_are_read_from_the_file(open_live: Open) -> None:
    live = open_live()
    frames = [frame(pos, data=bytes([pos]) * 30_000) for pos in range(1, 9)]
    await live.swap(ROOM, ABSENT, talk())
    for pos, one in enumerate(frames, 1):
        await live.swap(ROOM, await version_of(live, ROOM), talk(pos=pos + 1), put=[one])

    assert live._recent.frames(ROOM, Pos(5), 9) is None
    for after in range(9):
        assert await live.frames(ROOM, Pos(after), 9) == frames[after:]
        assert await live.frames(ROOM, Pos(after), 2) == frames[after : after + 2]


async def test_an_erased_frame_or_room_is_not_in_memory(open_live: Open) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1), frame(2)])
    await live.swap(ROOM, await version_of(live, ROOM), talk(pos=3), erase_through=Pos(1))
    assert live._recent.frames(ROOM, Pos(0), 9) == [frame(2)]

    await live.erase(ROOM)

    assert live._recent.value(ROOM) is None
    assert live._recent.frames(ROOM, Pos(0), 9) is None


async def test_a_value_read_while_a_commit_is_on_its_way_hides_no_frame(open_live: Open) -> None:
    live = open_live()
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1)])
    live = open_live()
    version = await version_of(live, ROOM)
    live._recent.erased(ROOM)

    swap = asyncio.ensure_future(live.swap(ROOM, version, talk(pos=3), put=[frame(2)]))
    while not swap.done():
        await live.read(ROOM)
        await asyncio.sleep(0)

    assert await live.frames(ROOM, Pos(0), 9) == [frame(1), frame(2)]
    assert await live.frames(ROOM, Pos(1), 9) == [frame(2)]
    assert (await everything(live, ROOM))[0] == (await version_of(live, ROOM), talk(pos=3))
