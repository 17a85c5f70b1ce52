"""Times for talks: published once or every week, moved, taken back; right on the odd nights."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.slots import (
    MOST_OF_ONE,
    MOST_SERIES,
    Form,
    Plan,
    Published,
    end,
    move,
    publish,
    slots_of,
    withdraw,
)
from hamn.core.wall import day_of, weekday
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode

STOCKHOLM = ZoneInfo("Europe/Stockholm")
EK, ASK = Idx(5), Idx(6)
ABLE = frozenset({EK, ASK})
TODAY = day_of(Moment(datetime(2026, 3, 26, tzinfo=STOCKHOLM).timestamp()), STOCKHOLM)
EVENING = Published(EK, TODAY, 18 * 60 + 30, 45, Form.CHAT, ("sv", "en"), weekly=True)


def plan_of(*asked: Published) -> Plan:
    plan = Plan()
    for each in asked:
        plan = publish(plan, each, able=ABLE, today=TODAY)
    return plan


def test_what_comes_every_week_comes_every_week_and_what_comes_once_once() -> None:
    plan = plan_of(EVENING, replace(EVENING, day=TODAY + 1, weekly=False))

    days = [slot.day - TODAY for slot in slots_of(plan, TODAY, TODAY + 20)]

    assert days == [0, 1, 7, 14]


@pytest.mark.scenario(30, part="a time keeps its hour by the wall on the nights the clock is set")
@pytest.mark.parametrize("night", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_a_time_keeps_its_hour_when_the_clock_is_set(night: datetime) -> None:
    sunday = day_of(Moment(night.replace(tzinfo=STOCKHOLM).timestamp()), STOCKHOLM)
    asked = replace(EVENING, day=sunday - 7)
    plan = publish(Plan(), asked, able=ABLE, today=sunday - 7)

    spans = [slot.span(STOCKHOLM) for slot in slots_of(plan, sunday - 7, sunday + 7)]

    walls = [datetime.fromtimestamp(span.start, STOCKHOLM).strftime("%H:%M") for span in spans]
    assert walls == ["18:30"] * 3
    assert [span.end - span.start for span in spans] == [45 * 60] * 3
    assert spans[1].start - spans[0].start != spans[2].start - spans[1].start


def test_times_that_are_over_do_not_count_and_one_member_has_not_all_there_are() -> None:
    (standing,) = plan_of(EVENING).series
    over = replace(standing, first=TODAY - 1, last=TODAY - 1)
    past = Plan(tuple(replace(over, number=n) for n in range(MOST_SERIES)), next_number=MOST_SERIES)
    assert len(publish(past, EVENING, able=ABLE, today=TODAY).series) == MOST_SERIES + 1

    mine = [replace(standing, number=n, weekday=(standing.weekday + 1) % 7) for n in range(500)]
    for count, idx, code in ((MOST_OF_ONE, EK, "full"), (MOST_OF_ONE, ASK, ""), (500, ASK, "full")):
        plan = Plan(tuple(mine[:count]), next_number=500)
        assert outcome(plan, replace(EVENING, idx=idx)) == code


def outcome(plan: Plan, asked: Published) -> str:
    try:
        publish(plan, asked, able=ABLE, today=TODAY)
    except Refusal as refused:
        return refused.code.value
    return ""


def test_nobody_has_two_talks_at_once() -> None:
    plan = plan_of(EVENING)

    for start in (18 * 60, 19 * 60):
        once = replace(EVENING, day=TODAY + 7, start=start, weekly=False, length=60)
        with pytest.raises(Refusal) as refused:
            publish(plan, once, able=ABLE, today=TODAY)
        assert refused.value.code is RefusalCode.CAS
    for other in (replace(EVENING, idx=ASK), replace(EVENING, start=19 * 60 + 30)):
        assert len(publish(plan, other, able=ABLE, today=TODAY).series) == 2


def test_a_talk_at_midnight_reaches_into_the_next_day() -> None:
    late = replace(EVENING, start=23 * 60 + 30, length=90)
    early = replace(EVENING, day=TODAY + 1, start=30, weekly=False)

    with pytest.raises(Refusal):
        plan_of(late, early)
    with pytest.raises(Refusal):
        plan_of(early, late)


@pytest.mark.parametrize(
    "wrong",
    [{"start": 18 * 60 + 10}, {"length": 5}, {"length": 240}, {"languages": ()}, {"start": -30}],
)
def test_a_time_that_cannot_be_is_no_time(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        publish(Plan(), replace(EVENING, **wrong), able=ABLE, today=TODAY)  # type: ignore[arg-type]


def test_only_who_holds_talks_has_times_and_only_from_today_on() -> None:
    for wrong in (replace(EVENING, idx=Idx(9)), replace(EVENING, day=TODAY - 1)):
        with pytest.raises(Refusal):
            publish(Plan(), wrong, able=ABLE, today=TODAY)


def test_one_day_is_taken_back_and_from_a_day_on_all() -> None:
    plan = plan_of(EVENING)
    (number,) = (series.number for series in plan.series)

    plan = withdraw(plan, (TODAY + 7, number), today=TODAY)
    plan = end(plan, number, TODAY + 21, today=TODAY)

    assert [slot.day - TODAY for slot in slots_of(plan, TODAY, TODAY + 60)] == [0, 14]
    assert plan.slot((TODAY + 7, number)) is None
    with pytest.raises(Refusal):
        withdraw(plan, (TODAY + 7, number), today=TODAY)


def test_a_time_is_moved_once_or_from_a_day_on() -> None:
    plan = plan_of(EVENING)
    (number,) = (series.number for series in plan.series)
    later = replace(EVENING, day=TODAY + 7, start=20 * 60)

    once = move(plan, (TODAY + 7, number), replace(later, weekly=False), able=ABLE, today=TODAY)
    every = move(plan, (TODAY + 7, number), later, able=ABLE, today=TODAY)

    assert [slot.start for slot in slots_of(once, TODAY, TODAY + 14)] == [1110, 1200, 1110]
    assert [slot.start for slot in slots_of(every, TODAY, TODAY + 14)] == [1110, 1200, 1200]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 47), st.sampled_from([15, 45, 90, 180])),
        max_size=12,
    ),
    st.booleans(),
)
def test_published_times_of_one_member_never_meet(
    wanted: list[tuple[int, int, int]], weekly: bool
) -> None:
    plan = Plan()
    for day, half, length in wanted:
        asked = replace(EVENING, day=TODAY + day, start=half * 30, length=length, weekly=weekly)
        try:
            plan = publish(plan, asked, able=ABLE, today=TODAY)
        except Refusal:
            continue
    found = slots_of(plan, TODAY, TODAY + 40)
    begins = [slot.day * 1440 + slot.start for slot in found]
    ends = [begin + slot.length for begin, slot in zip(begins, found, strict=True)]
    assert all(after <= begin for after, begin in zip(ends, begins[1:], strict=False))
    assert all(weekday(slot.day) == (weekday(TODAY) + slot.day - TODAY) % 7 for slot in found)
