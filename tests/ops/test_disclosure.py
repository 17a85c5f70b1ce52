"""What is printed of one code or one room is everything that is there, and nothing readable."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hamn.app import desk, relay, return_code
from hamn.app.ports import Letter
from hamn.asc1.code import ReturnCode, derive, with_check
from hamn.core.words import Mailbox, RoomId, Slot
from hamn.ops import disclosure
from hamn.ops.disclosure import Held
from hamn.settings import Settings, settle
from tests.app.house import Colleague, House, digest
from tests.architecture.tree import text_of

DIGITS = with_check("1234567890123456789012")
CANARY = b"sealed already, nobody reads this"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def code() -> ReturnCode:
    return derive(DIGITS, "stod")


def settings_of(house: House) -> Settings:
    (house.folder / "records" / "trust.json").write_bytes(b"{}")
    service = {
        "id": "stod",
        "names": {"sv": "Stöd"},
        "visitor_origins": ["https://a.example"],
        "staff_origins": ["https://b.example"],
    }
    folders = {"data": str(house.folder / "records"), "live": str(house.folder)}
    return settle({"service": service, "folders": folders})


async def talk(house: House, code: ReturnCode) -> tuple[RoomId, Mailbox, Colleague]:
    """A live conversation with a code, a line on its way, and a reply that waits."""
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    h_id, h_auth = digest(code.id), digest(code.auth)
    kept = await return_code.keep(house.world, h_id=h_id, h_auth=h_auth, old=None, room=room)
    await house.pair(room, adviser)
    frame = house.frame(room, 0, 1, 0, leaf=True)
    await relay.send(house.world, room, slot=Slot(0), frame=frame)
    day = int(house.clock.now() // 86_400)
    letter = Letter(b"\x07" * 16, 3, kept, (adviser.kid,), day + 14, CANARY)
    await house.world.store.put_letter(letter)
    return room, kept, adviser


def places(held: list[Held]) -> set[tuple[str, str]]:
    return {(each.store, each.table) for each in held}


def fields(held: list[Held]) -> set[tuple[str, str, str]]:
    """Store, table and field, whatever the number of a part."""
    return {
        (each.store, each.table, re.sub(r" \d+", "", name))
        for each in held
        for name, _ in each.fields
    }


def sampled() -> set[tuple[str, str, str]]:
    """The same as the handbook shows it."""
    sample = text_of(Path("docs/handbook.md")).partition("## Asked for data")[2]
    lines = re.findall(r"^\| (records|live store) \| ([a-z_, ]+) \| (.*?) \|", sample, re.MULTILINE)
    return {(*line[:2], name) for line in lines for name in re.findall(r"`([^`]+)`", line[2])}


def dumped(house: House, *values: bytes) -> set[tuple[str, str]]:
    """Every table of both files of which a row has one of these bytes anywhere in it."""
    found = set()
    for store, path in (
        ("records", house.folder / "records" / "records.db"),
        ("live store", house.folder / "live.db"),
    ):
        with closing(sqlite3.connect(path)) as db:
            names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in names:
                for row in db.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608
                    cells = [cell for cell in row if isinstance(cell, bytes)]
                    if any(value in cell for value in values for cell in cells):
                        found.add((store, table))
    return found


@pytest.mark.check(36)
async def test_a_live_talk_is_told_in_the_fields_of_the_sample_and_nothing_else_is_there(
    house: House, code: ReturnCode
) -> None:
    room, mailbox, _ = await talk(house, code)
    held = disclosure.of_code(settings_of(house), DIGITS)

    told = {name.split(",")[0] for _, name in places(held)}
    here = dumped(house, room, mailbox, digest(code.id), b"\x07" * 16)
    assert {name for _, name in here} == told
    assert fields(held) == sampled()
    words = "\n".join(disclosure.lines(held))
    assert CANARY.decode() not in words
    assert "bytes, sealed" in words


@pytest.mark.check(36)
async def test_an_ended_talk_leaves_its_code_and_its_reply_alone(
    house: House, code: ReturnCode
) -> None:
    room, _, _ = await talk(house, code)
    await desk.end(house.world, room)
    house.clock.advance(house.policy.closed_kept + 1)
    await house.world.live.erase(room)

    assert disclosure.of_room(settings_of(house), room) == []
    assert places(disclosure.of_code(settings_of(house), DIGITS)) == {
        ("records", "code"),
        ("records", "letter"),
        ("records", "letter_reader"),
    }


async def test_a_room_is_told_and_no_other(house: House, code: ReturnCode) -> None:
    room, _, adviser = await talk(house, code)
    other = (await house.arrive(house.room_id(), adviser, cap=b"o" * 32)).room
    held = disclosure.of_room(settings_of(house), room)

    assert {("live store", name) for name in ("room", "relay", "frame")} <= places(held)
    words = "\n".join(disclosure.lines(held))
    assert room.hex() in words
    assert other.hex() not in words
    waiting = disclosure.of_room(settings_of(house), other)
    assert ("live store", "lobby, places") in places(waiting)


@pytest.mark.parametrize("typed", ["", "1234", "1" * 24])
def test_what_is_no_code_is_refused_in_a_sentence(typed: str, house: House) -> None:
    with pytest.raises(disclosure.NotAsked):
        disclosure.of_code(settings_of(house), typed)


@pytest.mark.parametrize("typed", ["", "xyz", "AB" * 16])
def test_what_is_no_id_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(disclosure.NotAsked):
        disclosure.read_room(typed)
