"""The newest values and frames of busy rooms in memory, so that a line just kept is not read again.

Only what was committed comes in, in the order of the commits, and it leaves with its room. Of each
room the frames above a floor are all here; whoever asks from below it reads the file.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from hamn.app.ports import StoredFrame, Version
from hamn.core.conversation import Conversation
from hamn.core.words import Pos, RoomId
from hamn.live.work import Swap

MAX_ROOMS = 1024
MAX_BYTES = 64 * 1024
"""Of the frames of one room."""


@dataclass(slots=True, repr=False)
class _Room:
    version: Version
    value: Conversation
    floor: Pos
    frames: list[StoredFrame] = field(default_factory=list)
    held: int = 0
    """Bytes of the frames."""

    def put(self, frame: StoredFrame) -> None:
        if frame.pos > self.floor:
            insort(self.frames, frame, key=_pos)
            self.held += len(frame.data)

    def erase_through(self, pos: Pos) -> None:
        self._drop(bisect_right(self.frames, pos, key=_pos))

    def shrink(self) -> None:
        """Raise the floor until the frames above it are few enough."""
        while self.held > MAX_BYTES:
            self.floor = self.frames[0].pos
            self._drop(1)

    def _drop(self, count: int) -> None:
        if count:
            self.held -= sum(len(frame.data) for frame in self.frames[:count])
            del self.frames[:count]


class Recent:
    """What is in memory; at most so many rooms, those that were swapped last."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, _Room] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def value(self, room: RoomId) -> tuple[Version, Conversation] | None:
        """The room's newest value, if it is here."""
        kept = self._rooms.get(room)
        return None if kept is None else (kept.version, kept.value)

    def frames(self, room: RoomId, after: Pos, limit: int) -> list[StoredFrame] | None:
        """The frames above `after`; None when the file must be asked."""
        kept = self._rooms.get(room)
        if kept is None or after < kept.floor:
            return None
        above = bisect_right(kept.frames, after, key=_pos)
        return kept.frames[above : above + limit]

    def found(self, room: RoomId, kept: tuple[Version, Conversation], highest: Pos) -> None:
        """A value was read from the file, whose frames reach up to `highest`."""
        self._keep(room, _Room(*kept, floor=highest))

    def swapped(self, swap: Swap) -> None:
        """A swap was committed."""
        kept = self._rooms.pop(swap.room, None)
        version = Version(swap.number)
        if swap.old == 0:
            kept = _Room(version, swap.new, floor=Pos(0))
        if kept is None:
            return
        kept.version, kept.value = version, swap.new
        for frame in swap.put:
            kept.put(frame)
        if swap.erase_through:
            kept.erase_through(swap.erase_through)
        kept.shrink()
        self._keep(swap.room, kept)

    def erased(self, room: RoomId) -> None:
        """A room was erased."""
        self._rooms.pop(room, None)

    def _keep(self, room: RoomId, kept: _Room) -> None:
        self._rooms[room] = kept
        if len(self._rooms) > MAX_ROOMS:
            del self._rooms[next(iter(self._rooms))]


def _pos(frame: StoredFrame) -> Pos:
    return frame.pos
