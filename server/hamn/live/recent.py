"""The newest values and frames of busy rooms in memory, so that a line just kept is not read again.

Only what was committed comes in, in the order of the commits, and it leaves with its room. Of each
room the frames above a floor are all here; whoever asks from below it reads the file. Value and
relay are put together only when somebody asks for the whole.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field, replace

from hamn.app.ports import StoredFrame, Version
from hamn.core.conversation import Conversation
from hamn.core.relay import Relay
from hamn.core.words import Pos, RoomId
from hamn.live.work import Append, Swap

MAX_ROOMS = 1024
MAX_BYTES = 64 * 1024
"""Of the frames of one room."""


@dataclass(slots=True, repr=False)
class _Room:
    version: Version
    value: Conversation
    """With the relay as it was when the whole was last asked for."""
    relay: Relay
    floor: Pos
    frames: list[StoredFrame] = field(default_factory=list)
    held: int = 0
    """Bytes of the frames."""

    def whole(self) -> Conversation:
        """The value with its newest relay."""
        if self.value.relay is not self.relay:
            self.value = replace(self.value, relay=self.relay)
        return self.value

    def put(self, frame: StoredFrame) -> None:
        if frame.pos > self.floor:
            insort(self.frames, frame, key=_pos)
            self.held += len(frame.data)
            self._shrink()

    def erase_through(self, pos: Pos) -> None:
        """Forget the frames up to a position; 0 is none."""
        if pos:
            self._drop(bisect_right(self.frames, pos, key=_pos))

    def _shrink(self) -> None:
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
        return None if kept is None else (kept.version, kept.whole())

    def relay(self, room: RoomId) -> tuple[Version, Relay] | None:
        """The relay of the room's newest value, if it is here."""
        kept = self._rooms.get(room)
        return None if kept is None else (kept.version, kept.relay)

    def frames(self, room: RoomId, after: Pos, limit: int) -> list[StoredFrame] | None:
        """The frames above `after`; None when the file must be asked."""
        kept = self._rooms.get(room)
        if kept is None or after < kept.floor:
            return None
        above = bisect_right(kept.frames, after, key=_pos)
        return kept.frames[above : above + limit]

    def found(self, room: RoomId, kept: tuple[Version, Conversation], highest: Pos) -> None:
        """A value was read from the file, whose frames reach up to `highest`."""
        version, value = kept
        self._keep(room, _Room(version, value, value.relay, highest))

    def swapped(self, swap: Swap) -> None:
        """A swap was committed."""
        kept = self._rooms.pop(swap.room, None)
        version = Version(swap.number)
        if swap.old == 0:
            kept = _Room(version, swap.new, swap.new.relay, floor=Pos(0))
        if kept is None:
            return
        kept.version, kept.value, kept.relay = version, swap.new, swap.new.relay
        for frame in swap.put:
            kept.put(frame)
        kept.erase_through(swap.erase_through)
        self._keep(swap.room, kept)

    def appended(self, append: Append) -> None:
        """An append was committed."""
        kept = self._rooms.pop(append.room, None)
        if kept is None:
            return
        kept.version, kept.relay = Version(append.number), append.relay
        if append.put is not None:
            kept.put(append.put)
        kept.erase_through(append.erase_through)
        self._keep(append.room, kept)

    def erased(self, room: RoomId) -> None:
        """A room was erased."""
        self._rooms.pop(room, None)

    def _keep(self, room: RoomId, kept: _Room) -> None:
        self._rooms[room] = kept
        if len(self._rooms) > MAX_ROOMS:
            del self._rooms[next(iter(self._rooms))]


def _pos(frame: StoredFrame) -> Pos:
    return frame.pos
