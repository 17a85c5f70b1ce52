"""One conversation's frames: accept a position, tell duplicates, count acknowledgements.

The rules of protocol.md sections 7.3 and 7.6: frames and commits of a room stand in one sequence
of positions; a frame is taken once, in the order its sender gave it; it is held until every other
present member has acknowledged it, and nothing is dropped to make room. What a frame says is not
known here.

A relay has tracks exactly while its conversation is open or paused; so it alone decides about a
frame. Its values are tuples with names, since several are made for every frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from hamn.core.limits import Bucket, Rate, take
from hamn.core.policy import Policy
from hamn.core.words import (
    Epoch,
    Malformed,
    Moment,
    Pos,
    Refusal,
    RefusalCode,
    Seconds,
    Seq,
    Slot,
)

LEDGER_LINE = 128 * 1024
"""Held bytes are counted in lines of this size, so that the value stays small."""


class Track(NamedTuple):
    """One slot's line in the room's present epoch."""

    slot: Slot
    next_seq: Seq
    begins_with_leaf: bool
    """The slot received a stanza, so its frame 0 is a leaf update (0x11)."""
    start: Pos
    """Where the slot joined or rejoined; it gets nothing at or before this position."""
    acked: Pos
    """Everything through this position has been acknowledged by the slot."""
    newest: Pos
    """The newest position that another slot wrote: all that this slot can acknowledge."""
    bucket: Bucket

    def after_own(self, bucket: Bucket) -> Track:
        """The track once the slot has written one more frame."""
        slot, seq, leaf, start, acked, newest, _ = self
        return Track(slot, Seq(seq + 1), leaf, start, acked, newest, bucket)

    def after_other(self, pos: Pos) -> Track:
        """The track once another slot has written at `pos`."""
        slot, seq, leaf, start, acked, _, bucket = self
        return Track(slot, seq, leaf, start, acked, pos, bucket)


class Held(NamedTuple):
    """A line of the ledger: so many bytes were put up to this position since the line before."""

    through: Pos
    size: int


class Relay(NamedTuple):
    """The sequence of a room: the next position, the last leaf update's, and every slot's track in
    the present epoch."""

    next_pos: Pos
    pos11: Pos
    held: tuple[Held, ...]
    tracks: tuple[Track, ...]
    epoch: Epoch

    @property
    def held_bytes(self) -> int:
        """Bytes not yet acknowledged by every member, to the accuracy of one ledger line."""
        return sum(line.size for line in self.held)

    def track(self, slot: Slot) -> Track | None:
        """The track of a present slot."""
        for track in self.tracks:
            if track.slot == slot:
                return track
        return None


EMPTY = Relay(Pos(1), Pos(0), (), (), Epoch(0))


class FrameHead(NamedTuple):
    """What the clear header of a frame says, and how long the whole frame is."""

    epoch: Epoch
    slot: Slot
    seq: Seq
    is_leaf: bool
    size: int


class Accepted(NamedTuple):
    """The frame takes this position in the new value."""

    relay: Relay
    pos: Pos


@dataclass(frozen=True, slots=True)
class Stale:
    """The room has another epoch."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A frame of this number was taken before; its mark tells where."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Frames before this one are missing."""

    next_seq: Seq


@dataclass(frozen=True, slots=True)
class WrongKind:
    """A leaf update that is not due, or another frame where one is."""


@dataclass(frozen=True, slots=True)
class TooFast:
    """The sender's rate is used up."""

    wait: Seconds


@dataclass(frozen=True, slots=True)
class TooMuch:
    """The room holds all it may."""


NotAccepted: TypeAlias = Stale | Duplicate | Gap | WrongKind | TooFast | TooMuch
Answer: TypeAlias = Accepted | NotAccepted


def accept(relay: Relay, head: FrameHead, *, now: Moment, policy: Policy) -> Answer:
    """Decide about a frame, in the order of protocol.md section 7.6.

    Raises: Refusal(GONE) when the slot is no member's.
    """
    track = relay.track(head.slot)
    if track is None:
        raise Refusal(RefusalCode.GONE)
    if head.epoch != relay.epoch:
        return Stale()
    if head.seq != track.next_seq:
        return Duplicate() if head.seq < track.next_seq else Gap(track.next_seq)
    if head.is_leaf != (head.seq == 0 and track.begins_with_leaf):
        return WrongKind()
    bucket, wait = take(track.bucket, frame_rate(policy), now)
    if wait > 0:
        return TooFast(wait)
    if relay.held_bytes + head.size > policy.unacked_bytes:
        return TooMuch()
    pos = relay.next_pos
    pos11 = pos if head.is_leaf else relay.pos11
    return Accepted(_append(relay, track.after_own(bucket), head.size, pos11), pos)


def frame_rate(policy: Policy) -> Rate:
    """The rate of 7.5 rule 18."""
    return Rate(policy.frames_per_second, policy.frames_burst)


def put_commit(
    relay: Relay,
    *,
    committer: Slot,
    slots: Iterable[Slot],
    joined: frozenset[Slot],
    size: int,
    now: Moment,
    policy: Policy,
) -> tuple[Relay, Pos]:
    """Place a commit: every slot begins the new epoch, and who joins gets nothing older than it."""
    pos = relay.next_pos
    before = Pos(pos - 1)
    tracks = []
    for slot in slots:
        old = relay.track(slot)
        if old is None or slot in joined:
            bucket = old.bucket if old else frame_rate(policy).full(now)
            old = Track(slot, Seq(0), True, before, before, before, bucket)
        tracks.append(old._replace(next_seq=Seq(0), begins_with_leaf=slot != committer))
    seated = relay._replace(tracks=tuple(tracks), epoch=Epoch(relay.epoch + 1))
    author = next((track for track in tracks if track.slot == committer), None)
    return _release(_append(seated, author, size, Pos(0))), pos


def acknowledge(relay: Relay, slot: Slot, pos: Pos) -> Relay:
    """Note that a slot has everything through `pos`; acknowledgements only grow, and those of a
    slot that is no member's, or no longer, are without effect.

    Raises: Malformed when nothing stands there yet.
    """
    track = relay.track(slot)
    if track is None:
        return relay
    if not 0 <= pos < relay.next_pos:
        raise Malformed("acknowledged what was never put")
    if pos <= track.acked:
        return relay
    return _release(relay._replace(tracks=_with(relay.tracks, track._replace(acked=pos))))


def all_have(relay: Relay) -> Pos:
    """The position through which every member has everything: nothing up to it is needed."""
    newest = Pos(relay.next_pos - 1)
    return min((_has(track, newest) for track in relay.tracks), default=newest)


def needs_after(relay: Relay, slot: Slot, after: Pos) -> Pos | None:
    """Above which position a slot is sent what others wrote; None when it has it all, or has no
    seat."""
    track = relay.track(slot)
    if track is None or after >= track.newest:
        return None
    return max(after, track.start)


def _has(track: Track, newest: Pos) -> Pos:
    # A slot's own frames count as acknowledged by it (protocol.md section 16 rule 6).
    return newest if track.acked >= track.newest else track.acked


def _append(relay: Relay, author: Track | None, size: int, pos11: Pos) -> Relay:
    pos = relay.next_pos
    tracks = tuple(
        author if author and each.slot == author.slot else each.after_other(pos)
        for each in relay.tracks
    )
    return Relay(Pos(pos + 1), pos11, _noted(relay.held, pos, size), tracks, relay.epoch)


def _noted(ledger: tuple[Held, ...], pos: Pos, size: int) -> tuple[Held, ...]:
    if ledger and ledger[-1].size + size <= LEDGER_LINE:
        return (*ledger[:-1], Held(pos, ledger[-1].size + size))
    return (*ledger, Held(pos, size))


def _release(relay: Relay) -> Relay:
    through = all_have(relay)
    return relay._replace(held=tuple(line for line in relay.held if line.through > through))


def _with(tracks: tuple[Track, ...], changed: Track) -> tuple[Track, ...]:
    return tuple(changed if track.slot == changed.slot else track for track in tracks)
