"""The table of phases, and that what is not in it changes nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from hamn.core import conversation, presence
from hamn.core.conversation import (
    TRANSITIONS,
    ClosedWhy,
    Event,
    Member,
    Phase,
    Presence,
    begin,
    close,
    enter,
)
from hamn.core.effects import Erase
from hamn.core.permission import PERMISSIONS, Act, may
from hamn.core.policy import Policy
from hamn.core.retention import table
from hamn.core.words import Hash, Idx, Kid, Moment, Refusal, RefusalCode, Role, RoomId, Slot

NOW, POLICY = Moment(1000.0), Policy()
ROOM = RoomId(b"r" * 16)


@pytest.mark.parametrize(("phase", "event"), list(itertools.product(Phase, Event)))
def test_an_event_leads_where_the_table_says_or_is_gone(phase: Phase, event: Event) -> None:
    talk = replace(begin(ROOM, Phase.WAITING, NOW, POLICY), phase=phase)

    if event in TRANSITIONS[phase]:
        assert enter(talk, event) is TRANSITIONS[phase][event]
    else:
        with pytest.raises(Refusal) as refused:
            enter(talk, event)
        assert refused.value.code is RefusalCode.GONE


def test_nothing_leads_out_of_closed_and_everything_leads_there() -> None:
    assert TRANSITIONS[Phase.CLOSED] == {}
    for phase in set(Phase) - {Phase.CLOSED}:
        assert TRANSITIONS[phase][Event.CLOSE] is Phase.CLOSED


def test_what_is_closed_says_why_and_forgets_the_rest() -> None:
    waiting = replace(
        begin(ROOM, Phase.WAITING, NOW, POLICY), cap_hash=Hash(bytes(32)), hello_kids=(Kid(b"k"),)
    )

    ended, _ = close(waiting, ClosedWhy.END, now=NOW, policy=POLICY)
    revoked, _ = close(waiting, ClosedWhy.REVOKED, now=NOW, policy=POLICY)

    assert (ended.why, ended.cap_hash, ended.hello_kids) == (ClosedWhy.END, None, ())
    assert revoked.cap_hash == bytes(32)
    gone = presence.due(ended, now=Moment(NOW + 60), policy=POLICY)
    assert gone == (ended, (Erase(ROOM),))


def test_a_claim_is_a_lease_of_sixty_seconds_and_its_own_repeat_is_no_longer_one() -> None:
    waiting = replace(begin(ROOM, Phase.WAITING, NOW, POLICY), hello_kids=(Kid(b"k"),))
    leased, _ = conversation.claim(waiting, Idx(1), Kid(b"k"), now=NOW, policy=POLICY)

    again, _ = conversation.claim(leased, Idx(1), Kid(b"k"), now=Moment(NOW + 30), policy=POLICY)
    with pytest.raises(Refusal) as other:
        conversation.claim(leased, Idx(2), Kid(b"k"), now=Moment(NOW + 59), policy=POLICY)
    later, _ = conversation.claim(leased, Idx(2), Kid(b"k"), now=Moment(NOW + 60), policy=POLICY)

    assert (leased.lease_until, again) == (NOW + 60, leased)
    assert other.value.code is RefusalCode.BUSY
    assert later.claimed_by == 2


def test_a_waiting_place_without_its_visitor_is_kept_for_a_quarter_of_an_hour() -> None:
    waiting = begin(ROOM, Phase.WAITING, NOW, POLICY)
    away, _ = presence.visitor_present(waiting, is_here=False, now=NOW, policy=POLICY)

    kept, _ = presence.due(away, now=Moment(NOW + 899), policy=POLICY)
    gone, _ = presence.due(away, now=Moment(NOW + 900), policy=POLICY)

    assert kept.phase is Phase.WAITING
    assert (gone.phase, gone.why) == (Phase.CLOSED, ClosedWhy.EXPIRED)
    assert away.deadline == NOW + 900


def test_nobody_leaves_a_seat_that_is_not_taken() -> None:
    waiting = begin(ROOM, Phase.WAITING, NOW, POLICY)
    with pytest.raises(Refusal):
        presence.leave(waiting, Slot(0), now=NOW, policy=POLICY)


def test_what_no_role_is_given_nobody_may() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert not any(may(9, act) for act in Act)
    assert [role for role in Role if may(role, Act.JOIN_UNINVITED)] == [Role.SUPERVISOR]
    assert not may(Role.VISITOR, Act.CLAIM)
    assert not may(Role.ADVISER, Act.SEE_LIVE_ROOMS)


def test_everything_that_is_kept_has_an_end_by_the_settings_in_force() -> None:
    shorter = Policy(code_days=30)
    lines = {line.what.value: float(line.at_most) for line in table(shorter)}

    assert lines["return codes"] == 30 * 86_400
    assert lines["live frames"] == 86_400
    assert all(0 < seconds < float("inf") for seconds in lines.values())


def test_who_is_left_when_the_others_have_lost_the_room_closes_it() -> None:
    def seat(slot: int, presence: Presence) -> Member:
        idx = Idx(slot) if slot else None
        return Member(Slot(slot), idx, None, b"", presence, NOW)

    here, lost = Presence.HERE, Presence.LOST
    members = (seat(0, here), seat(1, lost), seat(2, here))
    slots = frozenset(Slot(n) for n in range(3))
    room = begin(ROOM, Phase.WAITING, NOW, POLICY)
    room = replace(room, phase=Phase.OPEN, members=members, used_slots=slots)
    ended, _ = presence.leave(room, Slot(2), now=NOW, policy=POLICY)

    assert (ended.phase, ended.why) == (Phase.CLOSED, ClosedWhy.END)
