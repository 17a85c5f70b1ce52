"""The clock on the wall: minutes become moments in order, also on the nights it is set."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.wall import day_of, hours_of, moment_at, weekday
from hamn.core.words import Moment

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = [STOCKHOLM, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("when", "minute", "expected"),
    [
        ("2026-11-29", 17 * 60, "2026-11-29T16:00"),
        ("2026-11-29", 26 * 60, "2026-11-30T01:00"),
        ("2027-03-28", 119, "2027-03-28T00:59"),
        ("2027-03-28", 120, "2027-03-28T01:00"),
        ("2027-03-28", 150, "2027-03-28T01:00"),
        ("2027-03-28", 180, "2027-03-28T01:00"),
        ("2027-03-27", 24 * 60 + 150, "2027-03-28T01:00"),
        ("2026-10-25", 150, "2026-10-25T00:30"),
        ("2026-10-25", 180, "2026-10-25T02:00"),
    ],
)
def test_a_minute_by_the_wall_is_a_moment(when: str, minute: int, expected: str) -> None:
    assert moment_at(day(when), minute, STOCKHOLM) == at(expected)


def test_two_days_a_year_have_an_hour_less_or_more() -> None:
    assert hours_of(day("2027-03-28"), STOCKHOLM) == 23
    assert hours_of(day("2026-10-25"), STOCKHOLM) == 25
    assert hours_of(day("2026-11-29"), STOCKHOLM) == 24


def test_a_day_begins_at_the_centres_midnight_and_has_its_weekday() -> None:
    assert day_of(at("2026-11-29T22:59"), STOCKHOLM) == day("2026-11-29")
    assert day_of(at("2026-11-29T23:00"), STOCKHOLM) == day("2026-11-30")
    assert [weekday(day(f"2026-11-{n}")) for n in (29, 30)] == [6, 0]


@given(
    zone=st.sampled_from(ZONES),
    on=st.integers(day("2026-01-01"), day("2028-01-01")),
    some=st.integers(0, 2880),
    other=st.integers(0, 2880),
)
def test_later_by_the_wall_is_never_earlier(zone: ZoneInfo, on: int, some: int, other: int) -> None:
    first, second = sorted((some, other))

    assert moment_at(on, first, zone) <= moment_at(on, second, zone)
    assert moment_at(on, 1440 + some, zone) == moment_at(on + 1, some, zone)
