"""`hamn disclosure-report`: everything that the service holds about one code or one room.

Both stores are read as they lie, beside the running service, and every row is told in which the
code's hash, its mailbox or the room stands, whatever table it is in. What is sealed is told by its
size: there is no key to it here. Whoever is asked for data can show this, and nothing else exists.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from hamn.asc1.bytes import Refused
from hamn.asc1.code import derive, read_digits
from hamn.ops.records import read_trust
from hamn.settings import Settings
from hamn.sqlite.files import open_reader
from hamn.sqlite.found import Cell, Row, found, rows
from hamn.store.sqlite import FILE
from hamn.wiring import live_place

DAY_SECONDS = 86_400
VALUES = {"room", "lobby", "relay"}
"""Tables of the live store whose `value` is fields, not ciphertext."""


class NotAsked(Exception):
    """What was typed is no return code, or no id of a conversation."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row as it is told: in which store and table, and each field in words."""

    store: str
    table: str
    fields: tuple[tuple[str, str], ...]


def of_code(settings: Settings, typed: str) -> list[Held]:
    """Everything that hangs on a return code.

    Raises: NotAsked for what is no code.
    """
    try:
        code = derive(read_digits(typed), settings.service.id)
    except Refused:
        raise NotAsked("that is no return code: 24 digits, of which the last two check") from None
    h_id = hashlib.sha256(code.id).digest()
    kept = _records(settings, [h_id])
    mailboxes = {cell for row in kept for name, cell in row.cells if name == "mailbox" and cell}
    return _told("records", kept) + _live(
        settings, {h_id, *(each for each in mailboxes if isinstance(each, bytes))}
    )


def of_room(settings: Settings, room: bytes) -> list[Held]:
    """Everything about one conversation."""
    return _told("records", _records(settings, [room])) + _live(settings, {room})


def read_room(typed: str) -> bytes:
    """The id of a conversation. Raises: NotAsked."""
    if re.fullmatch("[0-9a-f]{32}", typed) is None:
        raise NotAsked("an id of a conversation has 32 hex digits")
    return bytes.fromhex(typed)


def lines(held: Iterable[Held]) -> Iterator[str]:
    """The report as an operator prints it."""
    every = list(held)
    for each in every:
        yield f"{each.store}, {each.table}"
        yield from (f"    {name}: {words}" for name, words in each.fields)
    yield f"{len(every)} rows. What is sealed nobody can read here: the keys are in browsers."


def _records(settings: Settings, values: Iterable[bytes]) -> list[Row]:
    with closing(open_reader(Path(settings.folders.data) / FILE)) as db:
        return found(db, values)


def _live(settings: Settings, values: set[bytes]) -> list[Held]:
    """Rows of the live store, and of the lobby the parts alone that speak of them."""
    file = live_place(settings, read_trust(Path(settings.folders.data))).file
    if not file.exists():
        return []
    with closing(open_reader(file)) as db:
        rooms = {
            room
            for row in rows(db, "room")
            for room in [dict(row.cells)["room"]]
            if isinstance(room, bytes) and (room in values or _speaks_of(row, values))
        }
        kept = found(db, rooms | values)
        lobby = [part for row in rows(db, "lobby") for part in _parts(row, rooms | values)]
    return _told("live store", kept) + lobby


def _parts(lobby: Row, values: set[bytes]) -> Iterator[Held]:
    """What the waiting line and who is on duty have to do with one of these, and no more of it."""
    for name, parts in _decoded(lobby).items():
        for part in parts:
            if values & set(_bytes_in(part)):
                yield Held("live store", f"lobby, {name}", tuple(_plain("", part)))


def _speaks_of(row: Row, values: set[bytes]) -> bool:
    return bool(values & set(_bytes_in(_decoded(row))))


def _decoded(row: Row) -> Any:
    value = dict(row.cells).get("value")
    return msgspec.msgpack.decode(value) if isinstance(value, bytes) else {}


def _bytes_in(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _bytes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _bytes_in(each)


def _told(store: str, kept: Iterable[Row]) -> list[Held]:
    return [Held(store, row.table, tuple(_fields(row))) for row in kept]


def _fields(row: Row) -> Iterator[tuple[str, str]]:
    for name, cell in row.cells:
        if name == "value" and row.table in VALUES:
            value = _decoded(row)
            yield from _plain("" if isinstance(value, dict) else name, value)
        else:
            yield name, _words(name, cell)


def _plain(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields of a value, each by its way from the top."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _plain(f"{name}.{key}".lstrip("."), each)
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for place, each in enumerate(value, 1):
            yield from _plain(f"{name} {place}", each)
    elif isinstance(value, list):
        yield name, ", ".join(_words(name, each) for each in value) or "-"
    else:
        yield name, _words(name, value)


def _words(name: str, cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bytes):
        return cell.hex() if len(cell) <= 32 else f"{len(cell)} bytes, sealed"
    if name.endswith("_day") and isinstance(cell, int):
        return datetime.fromtimestamp(cell * DAY_SECONDS, UTC).date().isoformat()
    return str(cell)
