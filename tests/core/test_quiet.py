"""A talk in which nobody writes: held, then at rest; never while acute, or nobody can hear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core import presence, quiet
from hamn.core.acute import sound
from hamn.core.conversation import ClosedWhy, Conversation, Member, Phase, Presence, begin
from hamn.core.effects import Erase
from hamn.core.policy import Policy
from hamn.core.words import Hash, Idx, Kid, Mailbox, Moment, Refusal, RoomId, Slot

NOW, POLICY = Moment(1000.0), Policy()
HELD = POLICY.quiet_held
ALM = Idx(1)


def talk() -> Conversation:
    here = Presence.HERE
    alm = Member(Slot(1), ALM, Kid(b"k"), b"", here, NOW)
    members = (Member(Slot(0), None, None, b"", here, NOW), alm)
    room = begin(RoomId(b"r" * 16), Phase.WAITING, NOW, POLICY)
    mailbox, cap = Mailbox(b"m" * 16), Hash(b"c" * 32)
    slots = frozenset({Slot(0), Slot(1)})
    return replace(
        room, phase=Phase.OPEN, members=members, used_slots=slots, mailbox=mailbox, cap_hash=cap
    )


def hushed(room: Conversation, at: float = NOW, *, is_quiet: bool = True) -> Conversation:
    made, _ = quiet.hush(room, ALM, is_quiet=is_quiet, now=Moment(at), policy=POLICY)
    return made


def due(room: Conversation, at: float) -> Conversation:
    return presence.due(room, now=Moment(at), policy=POLICY)[0]


def test_it_is_held_a_quarter_of_an_hour_and_then_rests_for_a_day() -> None:
    asked = hushed(talk())
    rests = due(asked, NOW + HELD)

    assert asked.deadline == NOW + HELD
    assert due(asked, NOW + HELD - 1).phase is Phase.OPEN
    assert (rests.phase, rests.why, rests.members) == (Phase.CLOSED, ClosedWhy.IDLE, ())
    assert (rests.cap_hash, rests.mailbox, rests.held_before) == (b"c" * 32, b"m" * 16, ALM)
    assert rests.deadline == NOW + HELD + POLICY.pause
    gone = presence.due(rests, now=rests.deadline, policy=POLICY)
    assert gone == (rests, (Erase(rests.room),))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 1200)), max_size=12))
def test_it_never_rests_earlier_than_the_time_it_is_held_after_who_asked_last(
    said: list[tuple[bool, int]],
) -> None:
    room, at, since = talk(), float(NOW), None
    for is_quiet, later in said:
        at += later
        room = due(room, at)
        if room.rests:
            assert since is not None
            assert at - since >= HELD
            return
        room = hushed(room, at, is_quiet=is_quiet)
        since = (since or at) if is_quiet else None
    assert room.quiet_until == (None if since is None else since + HELD)


def test_who_writes_in_time_keeps_it_open() -> None:
    stirred = hushed(hushed(talk()), NOW + HELD - 1, is_quiet=False)

    assert due(stirred, NOW + 10 * HELD).phase is Phase.OPEN


def test_an_acute_room_never_rests_while_its_log_is_owed() -> None:
    acute, _ = sound(hushed(talk()), ALM, now=NOW, policy=POLICY)
    later = due(acute, NOW + HELD)

    assert (later.phase, later.quiet_until) == (Phase.OPEN, None)
    assert hushed(later, NOW + HELD).quiet_until is None


def test_nobody_is_waited_for_whose_line_is_gone_or_who_would_not_be_heard() -> None:
    asked = hushed(talk())
    left, _ = presence.visitor_present(asked, is_here=False, now=NOW, policy=POLICY)
    deaf, _ = presence.staff_present(asked, Slot(1), Presence.AWAY, now=NOW, policy=POLICY)

    assert (left.quiet_until, deaf.quiet_until) == (None, None)


def test_only_who_is_in_an_open_room_may_say_so() -> None:
    for room, idx in ((talk(), Idx(2)), (replace(talk(), phase=Phase.PAUSED), ALM)):
        with pytest.raises(Refusal):
            quiet.hush(room, idx, is_quiet=True, now=NOW, policy=POLICY)
