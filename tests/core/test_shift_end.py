"""The end of a shift: nobody new rings half an hour before, nothing is cut, and one may stay on."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hamn.core.duty import go_on, stay
from hamn.core.offers import offer
from hamn.core.policy import Policy
from hamn.core.rota import Rota, Shift, ends_at, with_shift
from hamn.core.waiting import Lobby, OnDuty
from hamn.core.wall import moment_at
from hamn.core.words import Idx, Moment, Role, Seconds
from tests.core.test_waiting import place, room, shift

POLICY = Policy(needs_supervisor=False, heard_within=Seconds(10_000))
NOW, ENDS = Moment(100_000.0), Moment(103_600.0)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
SPRING = 20_541
"""29 March 2026: the night that the clock is set forward."""
ALM = Idx(1)


def ending(ends: Moment | None = ENDS, *, heard: float = NOW) -> OnDuty:
    return replace(shift(ALM, Moment(heard)), ends=ends)


def rings(lobby: Lobby, now: float) -> Idx | None:
    return offer(lobby, now=Moment(now), policy=POLICY).places[0].offered_to


@given(st.integers(0, 7200))
def test_nobody_new_rings_in_the_last_half_hour_nor_after(seconds: int) -> None:
    lobby = Lobby(places=(place(1, NOW),), duty=(ending(),))
    rung = rings(lobby, NOW + seconds)

    assert rung == (ALM if NOW + seconds < ENDS - 1800 else None)


def test_a_visitor_of_ones_own_who_comes_back_rings_whatever_the_hour() -> None:
    returns = replace(place(1, NOW), prev=room(9))
    lobby = Lobby(places=(returns,), duty=(replace(ending(), rooms=(room(9),)),))

    assert rings(lobby, ENDS - 60) == ALM


def test_without_a_planned_end_it_rings_all_night() -> None:
    assert rings(Lobby(places=(place(1, NOW),), duty=(ending(None),)), NOW + 9000) == ALM


def test_who_stays_on_keeps_what_is_here_gets_nobody_new_and_may_stay_again() -> None:
    lobby = Lobby(places=(place(1, NOW),), duty=(replace(ending(), rooms=(room(9),), capacity=2),))
    once = stay(lobby, ALM, now=Moment(ENDS - 300), policy=POLICY)
    twice = stay(once, ALM, now=Moment(ENDS + 600), policy=POLICY)

    assert (once.duty[0].stays, twice.duty[0].stays) == (ENDS + 1800, ENDS + 3600)
    assert rings(once, ENDS - 300) is None
    assert once.duty[0].rooms == (room(9),)
    assert go_on(once, ending()).duty[0].stays == ENDS + 1800
    assert stay(Lobby(duty=(ending(None),)), ALM, now=NOW, policy=POLICY).duty[0].stays is None


@given(minute=st.integers(0, 1439), length=st.integers(30, 600), at=st.integers(-120, 720))
def test_the_end_is_that_of_the_members_own_shift_also_when_the_clock_is_set(
    minute: int, length: int, at: int
) -> None:
    own = Shift(SPRING, 1, minute, minute + length, Role.ADVISER, ALM)
    plan = with_shift(Rota(), own)
    span = own.span(STOCKHOLM)
    now = Moment(moment_at(SPRING, minute, STOCKHOLM) + at * 60)
    found = ends_at(plan, ALM, now=now, zone=STOCKHOLM, today=SPRING)

    is_on = span.start < span.end and span.start - 3600 <= now < span.end
    assert found == (span.end if is_on else None)
    assert ends_at(plan, Idx(2), now=now, zone=STOCKHOLM, today=SPRING) is None
