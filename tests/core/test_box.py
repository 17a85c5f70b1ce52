"""The sealed message box: what is promised, when it is late, and that one member answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.box import (
    Waiting,
    answer_by,
    claim,
    give_back,
    has_room,
    is_late,
    late_at,
    need_hold,
    still_seals,
)
from hamn.core.hours import AlwaysOpen, OpeningHours, Planned, Span
from hamn.core.policy import Policy
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = ((9 * 60, 17 * 60),)
WEEKDAYS = OpeningHours((OFFICE,) * 5 + ((), ()), STOCKHOLM)
EVERY_DAY = OpeningHours((OFFICE,) * 7, STOCKHOLM)
POLICY = Policy()
ANNA, BO = Idx(1), Idx(2)
NOW = Moment(1_800_000_000.0)
MESSAGE = Waiting(b"e" * 16, Mailbox(b"m" * 16), (), 20_900, int(NOW // 3600), Moment(NOW + 1))


def at(text: str) -> Moment:
    """A moment by the centre's clock, as 2026-03-05 22:10."""
    return Moment(datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).timestamp())


@pytest.mark.parametrize(
    ("hours", "left", "promised"),
    [
        (WEEKDAYS, "2026-03-04 22:10", "2026-03-05 22:10"),  # Wednesday
        (WEEKDAYS, "2026-03-01 23:00", "2026-03-02 23:00"),  # Sunday to Monday
        (WEEKDAYS, "2026-03-06 08:30", "2026-03-07 16:30"),  # Friday: somebody works that day
        (WEEKDAYS, "2026-03-06 16:30", "2026-03-09 10:00"),  # Friday, too short before closing
        (EVERY_DAY, "2026-03-06 22:10", "2026-03-08 06:10"),  # Friday to a weekend: 32 hours
        (EVERY_DAY, "2026-03-07 22:10", "2026-03-09 06:10"),
    ],
)
def test_what_is_promised(hours: OpeningHours, left: str, promised: str) -> None:
    assert answer_by(hours, at(left), POLICY) == at(promised)


def test_without_hours_it_is_a_day() -> None:
    assert answer_by(AlwaysOpen(), NOW, POLICY) == NOW + 24 * 3600


def test_a_centre_that_never_opens_promises_no_earlier_than_it_could() -> None:
    never = OpeningHours(((),) * 7, STOCKHOLM)

    assert answer_by(never, at("2026-03-04 12:00"), POLICY) == at("2026-03-05 12:00")


moments = st.floats(at("2026-01-01 00:00"), at("2028-01-01 00:00"), allow_nan=False).map(Moment)


@given(moments)
def test_where_somebody_works_every_day_it_is_never_more_than_32_hours(now: Moment) -> None:
    assert 24 * 3600 <= answer_by(EVERY_DAY, now, POLICY) - now <= 32 * 3600


@given(moments)
def test_somebody_has_always_been_there_for_an_hour_before(now: Moment) -> None:
    by = answer_by(WEEKDAYS, now, POLICY)
    worked = sum(
        1
        for minute in range(int(now // 60) + 1, int(by // 60))
        if (wall := datetime.fromtimestamp(minute * 60, STOCKHOLM)).weekday() < 5
        and 9 <= wall.hour < 17
    )

    assert worked >= 58  # of 60, the first and last minute being cut


@pytest.mark.parametrize(("waited", "late"), [(20 * 3600 - 1, False), (20 * 3600, True)])
def test_a_message_is_late_after_twenty_hours(waited: float, late: bool) -> None:
    came = Moment(MESSAGE.hour * 3600.0)

    assert is_late(MESSAGE, Moment(came + waited), POLICY) is late
    assert late_at((replace(MESSAGE, hour=MESSAGE.hour + 5), MESSAGE), POLICY) == came + 72_000
    assert late_at((), POLICY) is None


def test_one_member_takes_it_and_a_colleague_is_second() -> None:
    taken = claim(MESSAGE, ANNA, now=NOW, policy=POLICY)

    with pytest.raises(Refusal) as refused:
        claim(taken, BO, now=Moment(NOW + 1799), policy=POLICY)
    assert refused.value.code is RefusalCode.CAS
    assert claim(taken, ANNA, now=Moment(NOW + 60), policy=POLICY).claimed_until == NOW + 1860
    need_hold(taken, ANNA, NOW)


def test_a_lease_that_runs_out_gives_it_to_others() -> None:
    taken = claim(MESSAGE, ANNA, now=NOW, policy=POLICY)
    later = Moment(NOW + 1800)

    with pytest.raises(Refusal):
        need_hold(taken, ANNA, later)
    assert claim(taken, BO, now=later, policy=POLICY).claimed_by == BO


def test_only_who_has_it_lets_it_go() -> None:
    taken = claim(MESSAGE, ANNA, now=NOW, policy=POLICY)

    assert give_back(taken, BO) is taken
    assert give_back(taken, ANNA) == MESSAGE
    with pytest.raises(Refusal):
        need_hold(MESSAGE, ANNA, NOW)


def test_there_is_room_for_three_of_a_code_and_so_many_in_all() -> None:
    other = replace(MESSAGE, mailbox=None)
    three = (MESSAGE,) * 3

    assert has_room((MESSAGE,) * 2 + (other,) * 9, mailbox=MESSAGE.mailbox, policy=POLICY)
    assert not has_room(three, mailbox=MESSAGE.mailbox, policy=POLICY)
    assert has_room((other,) * 299, mailbox=None, policy=POLICY)
    assert not has_room((other,) * 300, mailbox=None, policy=POLICY)


def test_a_box_key_is_sealed_to_for_a_week_of_its_three() -> None:
    made, ends = 1000, 1000 + 504

    assert still_seals(ends, made + 7 * 24)
    assert not still_seals(ends, made + 7 * 24 + 1)


def test_a_rota_promises_by_when_somebody_is_down_for_a_shift() -> None:
    shift = Span(at("2026-03-09 18:00"), at("2026-03-09 21:00"))
    planned = Planned((shift,), at("2026-05-01 00:00"), STOCKHOLM)

    assert answer_by(planned, at("2026-03-06 12:00"), POLICY) == at("2026-03-09 19:00")
    assert answer_by(planned, at("2026-03-09 18:30"), POLICY) == at("2026-03-10 18:30")
