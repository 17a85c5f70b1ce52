"""An acute room: paged until answered, decided by two, and the visitor may always leave."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core import acute
from hamn.core.acute import Debrief, Decision
from hamn.core.conversation import ClosedWhy, Conversation, Phase, begin, close
from hamn.core.offers import next_deadline, offer
from hamn.core.policy import Policy
from hamn.core.presence import due, leave, visitor_present
from hamn.core.settling import agree
from hamn.core.waiting import Lobby, OnDuty, Page
from hamn.core.words import (
    Idx,
    Kid,
    Moment,
    Refusal,
    RefusalCode,
    Role,
    RoomId,
    Seconds,
    Slot,
)
from tests.core.test_waiting import first_commit, place, room, shift

POLICY = Policy(needs_supervisor=False, heard_within=Seconds(600))
ALM, LIND, MO, STRANGER = Idx(1), Idx(8), Idx(9), Idx(5)
NOW = Moment(1000.0)
ROOM = room(1)


def supervisor(idx: Idx, since: float = 0.0, heard: float = NOW) -> OnDuty:
    fresh = shift(idx, Moment(since), role=Role.SUPERVISOR)
    return replace(fresh, heard=Moment(heard))


def talking() -> Conversation:
    waits = replace(begin(ROOM, Phase.WAITING, NOW, POLICY), hello_kids=(Kid(bytes([1]) * 8),))
    claimed = replace(waits, claimed_by=ALM, claimed_kid=Kid(bytes([1]) * 8))
    return first_commit(claimed, ALM, NOW)


def sounded() -> Conversation:
    return acute.sound(talking(), ALM, now=NOW, policy=POLICY)[0]


def answered() -> Conversation:
    return acute.answer(sounded(), LIND, policy=POLICY)[0]


def decided(talk: Conversation, *who: Idx, code: Decision = Decision.POLICE) -> Conversation:
    for idx in who:
        talk, _ = acute.decide(talk, idx, code, now=NOW, policy=POLICY)
    return talk


def complete() -> Conversation:
    talk = decided(answered(), ALM, LIND)
    return acute.mark_debrief(talk, LIND, Debrief.PLANNED, policy=POLICY)[0]


def paged(lobby: Lobby, talk: Conversation, now: float) -> tuple[Lobby, Page]:
    lobby = agree(lobby, ROOM, talk, now=Moment(now), policy=POLICY)
    lobby = offer(lobby, now=Moment(now), policy=POLICY)
    return lobby, lobby.pages[0]


def test_each_supervisor_is_paged_for_half_a_minute_and_then_the_next_and_round_again() -> None:
    lobby = Lobby(duty=(supervisor(LIND), supervisor(MO, 1.0), shift(ALM, NOW)))
    pages = []
    for seconds in (0, 29, 30, 60, 90):
        lobby, page = paged(lobby, sounded(), NOW + seconds)
        pages.append(page)

    assert [page.to for page in pages] == [LIND, LIND, MO, LIND, MO]
    assert pages[-1].until == NOW + 120
    assert next_deadline(lobby, now=Moment(NOW + 90), policy=POLICY) == NOW + 120


def test_an_answered_page_rings_nobody_and_a_second_supervisor_is_told_so() -> None:
    lobby = Lobby(duty=(supervisor(LIND), supervisor(MO)))
    lobby, _ = paged(lobby, sounded(), NOW)
    _, page = paged(lobby, answered(), NOW + 40)

    assert (page.to, page.is_answered) == (None, True)
    with pytest.raises(Refusal) as refusal:
        acute.answer(answered(), MO, policy=POLICY)
    assert refusal.value.code is RefusalCode.BUSY


@given(
    there=st.lists(st.booleans(), min_size=1, max_size=4),
    steps=st.lists(st.integers(1, 45), max_size=12),
)
def test_somebody_is_paged_whenever_a_supervisor_is_there_and_all_come_in_turn(
    there: list[bool], steps: list[int]
) -> None:
    heard = [NOW if is_there else 0.0 for is_there in there]
    duty = tuple(supervisor(Idx(10 + n), n, heard=at) for n, at in enumerate(heard))
    able = {member.idx for member, is_there in zip(duty, there, strict=True) if is_there}
    turns: list[Idx | None] = []
    lobby, now = Lobby(duty=duty), NOW
    for step in [0, *steps]:
        now = Moment(now + step)
        lobby, page = paged(lobby, sounded(), now)
        assert page.to in able if able else page.to is None
        assert page.until <= now + POLICY.page
        turns += [page.to] if not turns or page.until == now + POLICY.page else []
    for start in range(0, len(turns) - len(able) + 1, max(1, len(able))):
        assert set(turns[start : start + len(able)]) == able


def test_whoever_has_an_acute_room_is_not_rung_for_another() -> None:
    lobby = Lobby(places=(place(2, NOW),), duty=(shift(ALM, NOW, capacity=2),))
    assert offer(lobby, now=NOW, policy=POLICY).places[0].offered_to == ALM
    lobby, _ = paged(lobby, sounded(), NOW)
    assert lobby.places[0].offered_to is None


@given(
    names=st.lists(
        st.tuples(st.sampled_from([ALM, LIND]), st.sampled_from(list(Decision))), max_size=12
    ),
    is_answered=st.booleans(),
)
def test_a_decision_stands_only_with_two_names_one_of_them_who_answered(
    names: list[tuple[Idx, Decision]], is_answered: bool
) -> None:
    talk = answered() if is_answered else sounded()
    by_code: dict[Decision, set[Idx]] = {}
    for idx, code in names:
        if idx == LIND and not is_answered:
            with pytest.raises(Refusal):
                acute.decide(talk, idx, code, now=NOW, policy=POLICY)
            continue
        talk, _ = acute.decide(talk, idx, code, now=NOW, policy=POLICY)
        by_code.setdefault(code, set()).add(idx)

    both = [code for code, who in by_code.items() if len(who) == 2]
    assert talk.acute is not None
    assert talk.acute.is_decided == bool(both)
    assert {entry.code for entry in acute.standing(talk)} == {code.value for code in both}


def test_the_last_of_the_staff_cannot_close_it_before_the_log_is_complete() -> None:
    for talk in (sounded(), answered(), decided(answered(), ALM, LIND)):
        with pytest.raises(Refusal) as refusal:
            leave(talk, Slot(1), now=NOW, policy=POLICY)
        assert refusal.value.code is RefusalCode.UNDECIDED
    assert leave(complete(), Slot(1), now=NOW, policy=POLICY)[0].phase is Phase.CLOSED


def test_a_visitor_leaves_at_once_and_the_log_can_still_be_completed_for_a_day() -> None:
    gone, _ = close(answered(), ClosedWhy.QUICK, now=NOW, policy=POLICY)
    assert gone.phase is Phase.CLOSED
    assert due(gone, now=Moment(NOW + 3600), policy=POLICY)[1] == ()
    gone = decided(gone, ALM, LIND)
    gone, _ = acute.mark_debrief(gone, ALM, Debrief.HELD, policy=POLICY)
    assert gone.acute is not None
    assert gone.acute.is_complete
    assert due(gone, now=Moment(NOW + 61), policy=POLICY)[1] != ()


def test_a_stranger_neither_sounds_nor_decides_and_a_staff_room_is_never_acute() -> None:
    reserved = begin(RoomId(bytes(16)), Phase.RESERVED, NOW, POLICY)
    with pytest.raises(Refusal):
        acute.sound(reserved, ALM, now=NOW, policy=POLICY)
    with pytest.raises(Refusal):
        acute.sound(talking(), STRANGER, now=NOW, policy=POLICY)
    with pytest.raises(Refusal):
        acute.decide(answered(), STRANGER, Decision.POLICE, now=NOW, policy=POLICY)
    with pytest.raises(Refusal):
        acute.mark_debrief(answered(), STRANGER, Debrief.HELD, policy=POLICY)


def test_who_comes_back_in_a_new_room_brings_along_what_is_owed() -> None:
    away, _ = visitor_present(decided(answered(), ALM), is_here=False, now=NOW, policy=POLICY)
    fresh, _ = acute.inherit(talking(), away, policy=POLICY)
    assert fresh.acute is not None
    assert fresh.acute.log == away.acute.log  # type: ignore[union-attr]
    assert set(acute.concerned(fresh)) == {ALM, LIND}
