"""One conversation's frames: accept a position, tell duplicates, count acknowledgements (protocol.md 7.3, 7.6)."""

from __future__ import annotations

from dataclasses import dataclass

from hamn.core.words import Pos, Seq, Slot


@dataclass(frozen=True, slots=True)
class Track:
    """One slot's line in the room's present epoch."""

    slot: Slot
    next_seq: Seq
    begins_with_leaf: bool
    """The slot received a stanza, so its frame 0 is a leaf update (0x11)."""
    start: Pos
    """Where the slot joined or rejoined; it gets nothing at or before this position but the commit there."""
    acked: Pos
    """Everything through this position has been acknowledged by the slot."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The sequence of a room: the next position, the last leaf update's, and every slot's track."""

    next_pos: Pos
    pos11: Pos
    held_bytes: int
    """Bytes of frames not yet acknowledged by every member."""
    tracks: tuple[Track, ...]
