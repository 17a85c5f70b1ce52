"""Positions, duplicates and acknowledgements over random histories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hamn.core.policy import Policy
from hamn.core.relay import (
    EMPTY,
    Accepted,
    Duplicate,
    FrameHead,
    Gap,
    Relay,
    TooMuch,
    WrongKind,
    accept,
    acknowledge,
    all_have,
    needs_after,
    put_commit,
)
from hamn.core.words import Epoch, Moment, Pos, Seq, Slot

NOW = Moment(0.0)
POLICY = Policy(frames_per_second=1e9, frames_burst=1_000_000)
SLOTS = (Slot(0), Slot(1), Slot(2))


def opened(*slots: Slot) -> Relay:
    """A room after commit 1 by slot 1, at position 1."""
    made, _ = put_commit(
        EMPTY,
        committer=Slot(1),
        slots=slots,
        joined=frozenset(slots),
        size=400,
        now=NOW,
        policy=POLICY,
    )
    return made


def head(slot: Slot, seq: int, *, leaf: bool = False, size: int = 300) -> FrameHead:
    return FrameHead(Epoch(1), slot, Seq(seq), leaf, size)


steps = st.lists(
    st.tuples(st.sampled_from(SLOTS), st.integers(-2, 2), st.booleans(), st.integers(0, 3)),
    max_size=80,
)


@given(steps)
def test_any_history_gives_rising_positions_and_erases_only_what_all_have(
    history: list[tuple[Slot, int, bool, int]],
) -> None:
    relay, put, had = opened(*SLOTS), {1: Slot(1)}, dict.fromkeys(SLOTS, 0)
    for slot, offset, leaf, back in history:
        track = relay.track(slot)
        assert track is not None
        match accept(relay, head(slot, track.next_seq + offset, leaf=leaf), now=NOW, policy=POLICY):
            case Accepted(relay, pos):
                assert offset == 0
                assert leaf == (slot != 1 and track.next_seq == 0)
                assert pos == max(put) + 1
                put[pos] = slot
            case Duplicate():
                assert offset < 0
            case Gap(next_seq):
                assert offset > 0
                assert next_seq == track.next_seq
            case WrongKind():
                assert leaf != (slot != 1 and track.next_seq == 0)
        pos = Pos(max(0, relay.next_pos - 1 - back))
        relay = acknowledge(relay, slot, pos)
        had[slot] = max(had[slot], pos)
        for erased in range(1, all_have(relay) + 1):
            assert all(had[s] >= erased or put[erased] == s for s in SLOTS)
    for slot in SLOTS:
        relay = acknowledge(relay, slot, Pos(relay.next_pos - 1))
    assert (all_have(relay), relay.held_bytes) == (relay.next_pos - 1, 0)


@given(st.lists(st.sampled_from([300, 1068, 4140, 16428]), max_size=400))
def test_the_room_never_holds_more_than_it_may_and_says_so(sizes: list[int]) -> None:
    relay, seq, total = opened(Slot(0), Slot(1)), 0, 400
    small = Policy(unacked_bytes=256 * 1024, frames_per_second=1e9, frames_burst=10**6)
    for size in sizes:
        answer = accept(relay, head(Slot(1), seq, size=size), now=NOW, policy=small)
        if isinstance(answer, Accepted):
            relay, seq, total = answer.relay, seq + 1, total + size
        else:
            assert answer == TooMuch()
            assert total + size > 256 * 1024
        assert relay.held_bytes == total <= 256 * 1024
        assert len(relay.held) <= 4


def test_who_joins_gets_nothing_older_than_its_commit() -> None:
    relay = opened(Slot(0), Slot(1))
    sent = accept(relay, head(Slot(1), 0), now=NOW, policy=POLICY)
    assert isinstance(sent, Accepted)

    joined, pos = put_commit(
        sent.relay,
        committer=Slot(1),
        slots=SLOTS,
        joined=frozenset({Slot(2)}),
        size=400,
        now=NOW,
        policy=POLICY,
    )

    assert needs_after(joined, Slot(2), Pos(0)) == pos - 1
    assert needs_after(joined, Slot(0), Pos(1)) == 1
    assert needs_after(joined, Slot(3), Pos(0)) is None


def test_who_leaves_holds_nothing_back() -> None:
    relay = acknowledge(opened(*SLOTS), Slot(0), Pos(1))
    assert all_have(relay) == 0

    gone, pos = put_commit(
        relay,
        committer=Slot(1),
        slots=(Slot(0), Slot(1)),
        joined=frozenset(),
        size=400,
        now=NOW,
        policy=POLICY,
    )

    assert all_have(gone) == 1
    assert all_have(acknowledge(gone, Slot(0), pos)) == pos
