"""The pieces of work of the live store's writer, and how a group of them is done.

Each swap or append of a group wins or loses by its own version and disturbs no other. What the
winners bring along is written in one go at the group's end, or before a piece that must see it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from hamn.app.ports import StoredFrame
from hamn.core.conversation import Conversation
from hamn.core.relay import Relay
from hamn.core.waiting import Lobby
from hamn.core.words import Moment, Pos, RoomId
from hamn.live import codec, statements


@dataclass(frozen=True, slots=True, repr=False)
class Swap:
    """One room's swap: from version `old` to version `number`, 0 for none."""

    room: RoomId
    old: int
    number: int
    new: Conversation
    put: Sequence[StoredFrame]
    letters: Sequence[tuple[str, bytes | None]]
    erase_through: Pos
    forget_marks: bool


@dataclass(slots=True, repr=False)
class Append:
    """One room's append: a new relay, and the frame it takes."""

    room: RoomId
    old: int
    number: int
    relay: Relay
    put: StoredFrame | None
    erase_through: Pos


@dataclass(frozen=True, slots=True, repr=False)
class SwapLobby:
    """The lobby's swap."""

    old: int
    number: int
    new: Lobby


@dataclass(frozen=True, slots=True)
class Erase:
    """Everything of a room goes."""

    room: RoomId


@dataclass(frozen=True, slots=True, repr=False)
class SeeOnce:
    """A key that counts the first time only."""

    key: bytes
    until: Moment


@dataclass(frozen=True, slots=True, repr=False)
class AddOrigin:
    """Something made once per store."""

    name: str
    data: bytes


Work = Swap | Append | SwapLobby | Erase | SeeOnce | AddOrigin
Row = tuple[object, ...]


@dataclass(slots=True, repr=False)
class _Brought:
    """What the winners of a group bring along, by statement."""

    values: list[Row] = field(default_factory=list)
    erased: list[Row] = field(default_factory=list)
    forgotten: list[Row] = field(default_factory=list)
    frames: list[Row] = field(default_factory=list)
    marks: list[Row] = field(default_factory=list)
    letters: list[Row] = field(default_factory=list)
    dropped: list[Row] = field(default_factory=list)

    def take(self, won: Swap | Append) -> None:
        if won.erase_through:
            self.erased.append((won.room, won.erase_through))
        if isinstance(won, Swap):
            self._take_value(won)
            for put in won.put:
                self._take_frame(won.room, put)
        elif won.put is not None:
            self._take_frame(won.room, won.put)

    def _take_frame(self, room: RoomId, put: StoredFrame) -> None:
        spot = (room, put.epoch, put.slot, put.seq, put.pos, put.digest)
        if not put.is_commit:  # a repeated commit is known by the room's commit_digest
            self.marks.append(spot)
        self.frames.append((*spot, put.is_commit, put.data))

    def _take_value(self, swap: Swap) -> None:
        room, new = swap.room, swap.new
        self.values.append((room, new.deadline, codec.encode(new)))
        if swap.forget_marks:
            self.forgotten.append((room, new.epoch))
        for name, data in swap.letters:
            (self.dropped if data is None else self.letters).append(
                (room, name) if data is None else (room, name, data)
            )

    def write(self, connection: sqlite3.Connection) -> None:
        for statement, rows in (
            (statements.PUT_ROOM, self.values),
            (statements.FORGET_MARKS_BEFORE, self.forgotten),
            (statements.PUT_MARK, self.marks),
            (statements.PUT_FRAME, self.frames),
            (statements.ERASE_FRAMES_THROUGH, self.erased),
            (statements.DROP_LETTER, self.dropped),
            (statements.PUT_LETTER, self.letters),
        ):
            if rows:
                connection.executemany(statement, rows)


def apply(connection: sqlite3.Connection, group: list[Work]) -> list[object]:
    """Do a group's work inside the writer's transaction; True or False for each piece."""
    brought = _Brought()
    outcomes: list[object] = []
    for work in group:
        if isinstance(work, Append | Swap):
            has_won = _is_first(connection, work)
            if has_won:
                brought.take(work)
            outcomes.append(has_won)
            continue
        if isinstance(work, Erase):
            brought.write(connection)
            brought = _Brought()
        outcomes.append(_single(connection, work))
    brought.write(connection)
    return outcomes


def _is_first(connection: sqlite3.Connection, work: Swap | Append) -> bool:
    if isinstance(work, Append):
        row = (work.number, codec.encode(work.relay), work.room, work.old)
        return connection.execute(statements.SWAP_RELAY, row).rowcount == 1
    row = (work.number, codec.encode(work.new.relay), work.room, work.old)
    if work.old == 0:
        return connection.execute(statements.ADD_RELAY, row[:3]).rowcount == 1
    return connection.execute(statements.SWAP_RELAY, row).rowcount == 1


def _single(connection: sqlite3.Connection, work: SwapLobby | Erase | SeeOnce | AddOrigin) -> bool:
    if isinstance(work, Erase):
        for statement in statements.ERASE:
            connection.execute(statement, (work.room,))
        return True
    return connection.execute(*_asked(work)).rowcount == 1


def _asked(work: SwapLobby | SeeOnce | AddOrigin) -> tuple[str, tuple[str | bytes | float, ...]]:
    match work:
        case SwapLobby(old=0):
            return statements.ADD_LOBBY, (work.number, codec.encode(work.new))
        case SwapLobby():
            return statements.SWAP_LOBBY, (work.number, codec.encode(work.new), work.old)
        case SeeOnce():
            return statements.SEE_ONCE, (work.key, work.until)
        case AddOrigin():
            return statements.ADD_ORIGIN, (work.name, work.data)


def forget_once(connection: sqlite3.Connection, now: Moment) -> None:
    """Forget the keys whose time is over."""
    connection.execute(statements.FORGET_ONCE, (now,))
