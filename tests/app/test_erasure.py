"""After a talk has ended and its time has passed, no byte of its ciphertext is left (check 34)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hamn.app import deadlines, desk, relay
from hamn.app.ports import Letter
from hamn.core.policy import Policy
from hamn.core.words import Pos, Slot
from tests.app.house import House, digest
from tests.app.test_codes import AUTH, ID, talk_with_code

PIECE = 24
"""A piece of a ciphertext that stands nowhere by chance."""


def kept(house: House) -> Iterator[tuple[str, bytes]]:
    """Every file of both stores: databases, journals, shared memory, day keys."""
    for path in house.folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def found(house: House, pieces: list[bytes]) -> set[str]:
    return {name for name, content in kept(house) if any(piece in content for piece in pieces)}


def state_of(path: Path) -> tuple[int, int, int]:
    """Whether a checkpoint was busy, how much the journal holds, and how many pages are free."""
    base = sqlite3.connect(path)
    busy, journal, _ = base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    (free,) = base.execute("PRAGMA freelist_count").fetchone()
    base.close()
    return busy, journal, free


@pytest.mark.check(34)
@pytest.mark.parametrize("end", ["ended", "left alone for a day"])
async def test_what_was_said_is_gone_from_every_file_when_its_time_has_passed(
    house: House, end: str
) -> None:
    room, _, _ = await talk_with_code(house)
    frames = [house.frame(room, 0, 1, seq, leaf=seq == 0) for seq in range(30)]
    for frame in frames:
        await relay.send(house.world, room, slot=Slot(0), frame=frame)
    pieces = [frame[100 : 100 + PIECE] for frame in frames]
    assert "live.db-wal" in found(house, pieces)

    if end == "ended":
        await desk.end(house.world, room)
        house.clock.advance(Policy().closed_kept + 1)
    else:
        await relay.away(house.world, room, slot=Slot(0))
        house.clock.advance(Policy().pause + 1)
    for _ in range(2):
        await deadlines.step(house.world)
        await deadlines.purge(house.world)
        house.clock.advance(Policy().closed_kept + 1)

    assert found(house, pieces) == set()
    assert await house.world.live.frames(room, Pos(0), 10) == []
    assert state_of(house.folder / "live.db") == (0, 0, 0)


@pytest.mark.check(34)
async def test_a_letter_and_a_code_are_gone_from_every_file_when_their_days_have_passed(
    house: House,
) -> None:
    room, mailbox, _ = await talk_with_code(house)
    await desk.end(house.world, room)
    today, env_id = int(house.clock.now() // 86_400), house.chance.bytes(16)
    letter = Letter(env_id, 3, mailbox, (), today + Policy().message_days, b"sealed already")
    await house.world.store.put_letter(letter)
    pieces = [env_id, bytes(mailbox), digest(ID), digest(AUTH)]
    assert found(house, pieces)

    house.clock.advance((Policy().code_days + 2) * 86_400)
    for _ in range(2):
        await deadlines.step(house.world)
        await deadlines.purge(house.world)
        house.clock.advance(Policy().closed_kept + 1)

    assert found(house, pieces) == set()
    (records,) = house.folder.rglob("records.db")
    assert state_of(records)[:2] == (0, 0)
