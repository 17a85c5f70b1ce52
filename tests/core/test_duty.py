"""The door: who must be there, the hours on the wall, and the nights the clock is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hamn.core import duty
from hamn.core.duty import DoorReason, OpeningHours
from hamn.core.hours import next_start, span_at
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty
from hamn.core.words import Idx, Kid, Moment, RoomId

STOCKHOLM = ZoneInfo("Europe/Stockholm")
EVENINGS = OpeningHours(((((17 * 60), (22 * 60)),),) * 7, STOCKHOLM)
NIGHTS = OpeningHours((((0, 6 * 60), (22 * 60, 24 * 60)),) * 7, STOCKHOLM)
POLICY = Policy()


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def there(role: int, now: Moment, *, check: bool = False) -> OnDuty:
    idx = Idx(role)
    return OnDuty(idx, role, Kid(bytes(8)), b"", now, now, 1, (), None, check)


def reason(lobby: Lobby, now: Moment, policy: Policy = POLICY) -> DoorReason:
    status = duty.door(lobby, EVENINGS, now=now, policy=policy)
    assert status.is_open == (status.reason is DoorReason.OPEN)
    return status.reason


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-01-12T15:59", DoorReason.HOURS),
        ("2026-01-12T16:00", DoorReason.OPEN),
        ("2026-01-12T20:29", DoorReason.OPEN),
        ("2026-01-12T20:30", DoorReason.LAST_ENTRY),
        ("2026-01-12T21:00", DoorReason.HOURS),
        ("2026-07-13T15:00", DoorReason.OPEN),
        ("2026-07-13T19:30", DoorReason.LAST_ENTRY),
    ],
)
def test_the_door_follows_the_clock_on_the_wall(when: str, expected: DoorReason) -> None:
    now = at(when)
    assert reason(Lobby(duty=(there(1, now), there(2, now))), now) is expected


def test_an_adviser_alone_opens_only_where_no_supervisor_is_needed() -> None:
    now = at("2026-01-12T17:00")
    alone = Lobby(duty=(there(1, now),))

    assert reason(alone, now) is DoorReason.NO_SUPERVISOR
    assert reason(alone, now, Policy(needs_supervisor=False)) is DoorReason.OPEN
    assert reason(Lobby(duty=(there(2, now),)), now) is DoorReason.NO_ADVISER


def test_who_was_not_heard_for_a_minute_and_the_check_member_open_nothing() -> None:
    now = at("2026-01-12T17:00")
    silent = Lobby(duty=(there(1, Moment(now - 61)), there(2, now)))
    check = Lobby(duty=(there(1, now, check=True), there(2, now)))

    assert reason(silent, now) is DoorReason.NO_ADVISER
    assert reason(check, now) is DoorReason.NO_ADVISER


def test_a_night_across_midnight_is_one_opening_also_when_the_clock_is_set() -> None:
    ordinary = span_at(NIGHTS, at("2026-01-12T23:30"))
    spring = span_at(NIGHTS, at("2026-03-29T00:30"))
    autumn = span_at(NIGHTS, at("2026-10-25T00:30"))

    assert ordinary is not None
    assert spring is not None
    assert autumn is not None
    assert ordinary.end - ordinary.start == 8 * 3600
    assert spring.end - spring.start == 7 * 3600
    assert autumn.end - autumn.start == 9 * 3600


def test_the_next_opening_is_found_a_week_ahead_and_never_invented() -> None:
    mondays = OpeningHours((((600, 660),), (), (), (), (), (), ()), STOCKHOLM)
    never = OpeningHours(((),) * 7, STOCKHOLM)

    assert next_start(mondays, at("2026-01-12T09:30")) == at("2026-01-19T09:00")
    assert next_start(never, at("2026-01-12T09:30")) is None


def test_a_shift_carried_on_keeps_its_rooms_and_when_it_began() -> None:
    first = there(1, Moment(100.0))
    room = RoomId(bytes(16))
    held = Lobby(duty=(replace(first, rooms=(room,)),))

    carried = duty.go_on(held, there(1, Moment(200.0))).duty[0]

    assert (carried.since, carried.heard, carried.rooms) == (100.0, 200.0, (room,))
