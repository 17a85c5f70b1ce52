"""The live store in one SQLite file, for a service of one process.

Writes go through one writer in groups (work.py). Reads are done in the event loop on a
connection of their own: they see every commit that was answered, and take microseconds. The newest
values and frames are also kept in memory (recent.py); that is true only while nobody else writes,
so the file is held by a lock.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from hamn.app.ports import Entropy, Mark, StoredFrame, Version
from hamn.core.conversation import Conversation
from hamn.core.relay import Relay
from hamn.core.waiting import Lobby
from hamn.core.words import Epoch, Hash, Moment, Pos, RoomId, Seq, Slot
from hamn.live import codec, statements
from hamn.live.recent import Recent
from hamn.live.work import (
    AddOrigin,
    Append,
    Erase,
    SeeOnce,
    Swap,
    SwapLobby,
    Work,
    apply,
    forget_once,
)
from hamn.sqlite.files import open_reader, open_writer
from hamn.sqlite.writer import GroupCommit, Runner, ThreadRunner

STORE_ID = "store id"
FORM = "form"
NOTHING = Pos(0)
LOST = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class LiveStoreTaken(Exception):
    """Another process serves from this file."""


class SqliteLive:
    """See `hamn.app.ports.Live`."""

    def __init__(
        self, path: Path, entropy: Entropy, *, runner: Callable[[str], Runner] = ThreadRunner
    ) -> None:
        """Open the store at `path`, or make it.

        Raises: LiveStoreTaken when another process has it.
        """
        self._lock = _hold(path)
        self._entropy = entropy
        self._writer = _open(path, entropy)
        self._reader = open_reader(path)
        self._runner = runner("live writer")
        self._commits: GroupCommit[Work] = GroupCommit(
            self._writer, apply, self._note, self._runner
        )
        (newest,) = self._reader.execute(statements.NEWEST_VERSION).fetchone()
        self._numbers = count(newest + 1)
        self._recent = Recent()
        self._lobby: tuple[Version, Lobby] | None = None

    def close(self) -> None:
        """Finish what was given to the writer, and let the file go."""
        self._runner.stop()
        self._reader.close()
        self._writer.close()
        os.close(self._lock)

    async def store_id(self) -> bytes:
        (data,) = self._reader.execute(statements.READ_ORIGIN, (STORE_ID,)).fetchone()
        return bytes(data)

    async def secret(self, name: str) -> bytes:
        key = f"secret {name}"
        kept = self._reader.execute(statements.READ_ORIGIN, (key,)).fetchone()
        if kept is None:
            await self._commits.do(AddOrigin(key, self._entropy.bytes(32)))
            kept = self._reader.execute(statements.READ_ORIGIN, (key,)).fetchone()
        return bytes(kept[0])

    async def read(self, room: RoomId) -> tuple[Version, Conversation] | None:
        if (recent := self._recent.value(room)) is not None:
            return recent
        row = self._reader.execute(statements.READ_ROOM, (room,)).fetchone()
        if row is None:
            return None
        # Asked after the value: a commit in between can only make it too high, which is safe.
        (highest,) = self._reader.execute(statements.HIGHEST_POS, (room,)).fetchone()
        found = (Version(row[0]), codec.conversation(row[1], row[2]))
        self._recent.found(room, found, Pos(highest))
        return found

    async def swap(
        self,
        room: RoomId,
        version: Version,
        new: Conversation,
        *,
        put: Sequence[StoredFrame] = (),
        letters: Sequence[tuple[str, bytes | None]] = (),
        erase_through: Pos = NOTHING,
        forget_marks: bool = False,
    ) -> bool:
        number = next(self._numbers)
        has_won = await self._commits.do(
            Swap(room, version.number, number, new, put, letters, erase_through, forget_marks)
        )
        return bool(has_won)

    async def relay(self, room: RoomId) -> tuple[Version, Relay] | None:
        if (recent := self._recent.relay(room)) is not None:
            return recent
        found = await self.read(room)
        return None if found is None else (found[0], found[1].relay)

    async def append(
        self,
        room: RoomId,
        version: Version,
        new: Relay,
        *,
        put: StoredFrame | None = None,
        erase_through: Pos = NOTHING,
    ) -> bool:
        number = next(self._numbers)
        work = Append(room, version.number, number, new, put, erase_through)
        return bool(await self._commits.do(work))

    async def frames(self, room: RoomId, after: Pos, limit: int) -> list[StoredFrame]:
        if (recent := self._recent.frames(room, after, limit)) is not None:
            return recent
        rows = self._reader.execute(statements.FRAMES_AFTER, (room, after, limit)).fetchall()
        return [
            StoredFrame(pos, epoch, slot, seq, bool(is_commit), digest, data)
            for pos, epoch, slot, seq, is_commit, digest, data in rows
        ]

    async def mark(self, room: RoomId, epoch: Epoch, slot: Slot, seq: Seq) -> Mark | None:
        row = self._reader.execute(statements.READ_MARK, (room, epoch, slot, seq)).fetchone()
        return None if row is None else Mark(Pos(row[0]), Hash(row[1]))

    async def letter(self, room: RoomId, name: str) -> bytes | None:
        row = self._reader.execute(statements.READ_LETTER, (room, name)).fetchone()
        return None if row is None else bytes(row[0])

    async def erase(self, room: RoomId) -> None:
        await self._commits.do(Erase(room))

    async def rooms(self) -> list[RoomId]:
        return [RoomId(room) for (room,) in self._reader.execute(statements.ROOMS).fetchall()]

    async def due(self, now: Moment, limit: int) -> list[RoomId]:
        rows = self._reader.execute(statements.DUE, (now, limit)).fetchall()
        return [RoomId(room) for (room,) in rows]

    async def next_deadline(self) -> Moment | None:
        (moment,) = self._reader.execute(statements.NEXT_DEADLINE).fetchone()
        return None if moment is None else Moment(moment)

    async def lobby(self) -> tuple[Version, Lobby]:
        if self._lobby is None:
            row = self._reader.execute(statements.READ_LOBBY).fetchone()
            if row is None:
                return Version.absent(), Lobby()
            self._lobby = (Version(row[0]), codec.lobby(row[1]))
        return self._lobby

    async def swap_lobby(self, version: Version, new: Lobby) -> bool:
        return bool(await self._commits.do(SwapLobby(version.number, next(self._numbers), new)))

    async def once(self, key: bytes, until: Moment) -> bool:
        return bool(await self._commits.do(SeeOnce(key, until)))

    async def purge(self, now: Moment) -> None:
        await self._commits.alone(lambda db: forget_once(db, now))
        await self._commits.purge()

    def _note(self, work: Work, outcome: object) -> None:
        """Keep what was committed in step with the values in memory."""
        match work:
            case Append() if outcome:
                self._recent.appended(work)
            case Swap() if outcome:
                self._recent.swapped(work)
            case SwapLobby() if outcome:
                self._lobby = (Version(work.number), work.new)
            case Erase():
                self._recent.erased(work.room)
            case _:
                pass


def _hold(path: Path) -> int:
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise LiveStoreTaken from error
    return lock


def _open(path: Path, entropy: Entropy) -> sqlite3.Connection:
    """The file if it is whole and of this program's form, else a new one in its place."""
    if path.exists() and (connection := _opened(path)) is not None:
        return connection
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return _made(path, entropy)


def _opened(path: Path) -> sqlite3.Connection | None:
    try:
        connection = open_writer(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in LOST:
            return None
        raise
    # Killed before its tables stood, or written by another release.
    if connection.execute(statements.HAS_ORIGIN).fetchone() == (1,):
        row = connection.execute(statements.READ_ORIGIN, (FORM,)).fetchone()
        if row is not None and row[0] == codec.form():
            return connection
    connection.close()
    return None


def _made(path: Path, entropy: Entropy) -> sqlite3.Connection:
    connection = open_writer(path)
    connection.execute("BEGIN IMMEDIATE")
    for table in statements.TABLES.split(";"):
        connection.execute(table)
    connection.execute(statements.ADD_ORIGIN, (STORE_ID, entropy.bytes(16)))
    connection.execute(statements.ADD_ORIGIN, (FORM, codec.form()))
    connection.execute("COMMIT")
    return connection
