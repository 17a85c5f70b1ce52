"""The rota: what a day has, what opens the door, where nobody is, and nights the clock is set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.core import duty, rota
from hamn.core.duty import DoorReason, PublicStatus
from hamn.core.hours import Planned, Span
from hamn.core.policy import Policy
from hamn.core.rota import Holiday, Rota, Shift, Template
from hamn.core.waiting import Lobby, OnDuty
from hamn.core.wall import moment_at, weekday
from hamn.core.words import Idx, Kid, Moment, Role
from tests.core.test_wall import STOCKHOLM, at, day

ALM, BERG, LIND = Idx(1), Idx(2), Idx(4)
ABLE = {ALM: frozenset({1}), BERG: frozenset({1}), LIND: frozenset({2})}
FIRST = day("2026-10-19")
"""A Monday; the clock is set back in the night to Sunday the 25th."""
EVENING = (17 * 60, 22 * 60)


def weekly(
    number: int, on: int, hours: tuple[int, int], idx: Idx | None, role: int = 1
) -> Template:
    return Template(number, on, *hours, role, idx, FIRST - 7, None)


EVENINGS = Rota(
    templates=tuple(weekly(1 + on, on, EVENING, ALM) for on in range(7))
    + tuple(weekly(11 + on, on, (0, 1440), LIND, 2) for on in range(7)),
    next_number=30,
)


def planned(plan: Rota, *, needs: bool = True, days: int = 14) -> Planned:
    return rota.opening(
        plan, FIRST, FIRST + days, able=ABLE, zone=STOCKHOLM, needs_supervisor=needs
    )


def missing(plan: Rota, first: int, days: int = 1) -> list[tuple[Span, Role]]:
    found = rota.gaps(
        plan, first, first + days - 1, able=ABLE, zone=STOCKHOLM, needs_supervisor=True
    )
    return [(gap.span, gap.role) for gap in found]


def evening(on: int) -> Span:
    return Span(*(moment_at(on, minute, STOCKHOLM) for minute in EVENING))


def status(plan: Rota, now: Moment) -> PublicStatus:
    members = (
        OnDuty(idx, role, Kid(bytes(8)), b"", now, now, 1, (), None, False)
        for idx, role in ((ALM, 1), (LIND, 2))
    )
    return duty.door(Lobby(duty=tuple(members)), planned(plan), now=now, policy=Policy())


def test_a_weekly_template_makes_a_shift_on_its_weekday_while_it_is_in_force() -> None:
    ended = Rota(templates=(replace(weekly(1, 2, EVENING, ALM), last=FIRST + 2),))

    shifts = rota.shifts_from(ended, FIRST - 14, FIRST + 14)

    assert [shift.key for shift in shifts] == [(FIRST - 5, 1), (FIRST + 2, 1)]


def test_what_was_changed_stands_for_the_template_and_what_is_off_is_gone() -> None:
    late = Shift(FIRST, 1, 18 * 60, 22 * 60, 1, BERG)
    off = Shift(FIRST + 1, 2, *EVENING, 1, None, is_off=True)
    extra = Shift(FIRST, 20, 8 * 60, 9 * 60, 1, BERG)
    plan = replace(EVENINGS, shifts=(late, off, extra))

    assert [s.number for s in rota.shifts_on(plan, FIRST)] == [11, 20, 1]
    assert plan.shift((FIRST, 1)) == late
    assert plan.shift((FIRST + 1, 2)) is None


def test_a_holiday_has_no_template_shifts_or_those_of_another_day() -> None:
    shut, sunday = Holiday(FIRST, None, "Helg"), Holiday(FIRST + 1, 6, "Julafton")
    plan = replace(EVENINGS, holidays=(shut, sunday))

    assert rota.shifts_on(plan, FIRST) == ()
    assert [s.number for s in rota.shifts_on(plan, FIRST + 1)] == [17, 7]


def test_the_door_may_be_open_where_an_adviser_and_one_on_call_meet() -> None:
    short = replace(
        EVENINGS, templates=(*EVENINGS.templates[:7], weekly(11, 0, (0, 20 * 60), LIND, 2))
    )

    eight = Span(evening(FIRST).start, moment_at(FIRST, 20 * 60, STOCKHOLM))
    assert evening(FIRST) in planned(EVENINGS).spans
    assert planned(short, days=6).spans == (eight,)
    assert evening(FIRST + 1) in planned(short, needs=False).spans


def test_who_is_not_able_opens_nothing_and_leaves_a_gap() -> None:
    revoked = rota.opening(
        EVENINGS, FIRST, FIRST, able={LIND: frozenset({2})}, zone=STOCKHOLM, needs_supervisor=True
    )
    stranger = Rota(templates=(weekly(1, 0, EVENING, LIND),))

    assert revoked.spans == ()
    assert planned(stranger, needs=False).spans == ()
    assert missing(stranger, FIRST) == [(evening(FIRST), 1), (evening(FIRST), 2)]


def test_an_open_shift_is_a_gap_and_a_day_without_shifts_is_none() -> None:
    sought = replace(EVENINGS, shifts=(Shift(FIRST, 1, *EVENING, 1, None),))
    shut = replace(EVENINGS, holidays=(Holiday(FIRST, None, ""),))

    assert missing(EVENINGS, FIRST, 7) == []
    assert missing(sought, FIRST) == [(evening(FIRST), Role.ADVISER)]
    assert missing(shut, FIRST) == []


@pytest.mark.scenario(30, part="rota")
@pytest.mark.parametrize(("on", "hours"), [("2026-10-24", 9), ("2027-03-27", 7), ("2026-11-28", 8)])
def test_a_night_shift_keeps_its_wall_hours_when_the_clock_is_set(on: str, hours: int) -> None:
    night = Shift(day(on), 1, 22 * 60, 30 * 60, 1, ALM)
    after = Shift(day(on) + 1, 2, 6 * 60, 10 * 60, 1, BERG)

    spans = night.span(STOCKHOLM), after.span(STOCKHOLM)

    assert spans[0].end - spans[0].start == hours * 3600
    assert spans[0].end == spans[1].start


@pytest.mark.scenario(30, part="rota")
def test_shifts_that_meet_in_the_hour_that_is_skipped_or_doubled_leave_no_hole() -> None:
    for on in (day("2027-03-28"), day("2026-10-25")):
        shifts = [Shift(on, 1, 0, 150, 1, ALM), Shift(on, 2, 150, 360, 1, BERG)]
        whole = rota.manned(shifts, ABLE, Role.ADVISER, STOCKHOLM)

        assert whole == (Span(*(moment_at(on, minute, STOCKHOLM) for minute in (0, 360))),)


@pytest.mark.scenario(30, part="rota")
def test_what_the_page_says_on_the_night_of_winter_time_is_when_it_opens() -> None:
    on_call = weekly(2, 5, (20 * 60, 40 * 60), LIND, 2)
    night = Rota(templates=(weekly(1, 5, (22 * 60, 27 * 60), ALM), on_call))

    assert status(night, at("2026-10-24T19:59")).opens == at("2026-10-24T20:00")
    assert status(night, at("2026-10-24T20:00")).until == at("2026-10-25T01:30")
    assert status(night, at("2026-10-25T01:29")).is_open
    assert status(night, at("2026-10-25T01:30")).reason is DoorReason.LAST_ENTRY


@pytest.mark.scenario(4, part="new chats stop 30 min before")
def test_new_chats_stop_half_an_hour_before_the_last_shift_ends() -> None:
    assert status(EVENINGS, at("2026-10-19T19:29")).until == at("2026-10-19T19:30")
    late = status(EVENINGS, at("2026-10-19T19:30"))

    assert (late.is_open, late.reason) == (False, DoorReason.LAST_ENTRY)
    assert late.opens == at("2026-10-20T15:00")


def test_an_opening_too_short_for_an_entry_is_not_promised() -> None:
    plan = replace(EVENINGS, shifts=(Shift(FIRST, 20, 600, 630, 1, BERG),))

    assert status(plan, at("2026-10-19T07:00")).opens == at("2026-10-19T15:00")


def test_an_opening_without_an_end_in_sight_promises_none() -> None:
    always = tuple(weekly(21 + on, on, (0, 1440), BERG) for on in range(7))
    plan = replace(EVENINGS, templates=EVENINGS.templates + always)

    assert status(plan, at("2026-10-20T12:00")) == PublicStatus(
        True, DoorReason.OPEN, until=None, opens=None
    )


def test_when_a_member_can_be_met_is_one_window_and_nothing_else() -> None:
    short = Shift(FIRST + 1, 20, 8 * 60 + 10, 9 * 60 + 50, 1, BERG)
    plan = replace(
        EVENINGS, shifts=(short, Shift(FIRST + 2, 20, 7 * 60 + 40, 12 * 60 + 20, 1, BERG))
    )
    window = rota.next_window(
        plan, planned(plan), BERG, now=at("2026-10-19T12:00"), last=FIRST + 14
    )
    none = rota.next_window(
        EVENINGS, planned(plan), BERG, now=at("2026-10-19T12:00"), last=FIRST + 14
    )

    assert window == Span(at("2026-10-21T06:00"), at("2026-10-21T10:00"))
    assert none is None


SOMEONE = st.sampled_from([ALM, BERG, LIND, None])
HOURS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda t: (t[0], t[0] + t[1]))
TEMPLATES = st.lists(
    st.tuples(st.integers(0, 6), HOURS, SOMEONE, st.sampled_from([1, 2])), max_size=8
).map(lambda made: tuple(weekly(n, on, h, who, role) for n, (on, h, who, role) in enumerate(made)))
HOLIDAYS = st.lists(
    st.tuples(st.integers(0, 13), st.none() | st.integers(0, 6)),
    max_size=3,
    unique_by=lambda h: h[0],
).map(lambda made: tuple(Holiday(FIRST + on, like, "") for on, like in made))
ROTAS = st.builds(Rota, templates=TEMPLATES, holidays=HOLIDAYS)


def _is_on(plan: Rota, role: int, now: Moment) -> bool:
    shifts = rota.shifts_from(plan, FIRST - 2, FIRST + 16)
    return any(
        shift.role == role
        and shift.idx is not None
        and role in ABLE[shift.idx]
        and (span := shift.span(STOCKHOLM)).start <= now < span.end
        for shift in shifts
    )


@given(plan=ROTAS, second=st.integers(0, 14 * 86_400))
def test_a_moment_is_open_exactly_when_both_are_down_for_it(plan: Rota, second: int) -> None:
    now = Moment(moment_at(FIRST, 0, STOCKHOLM) + second)

    is_open = any(span.start <= now < span.end for span in planned(plan).spans)

    assert is_open == (_is_on(plan, 1, now) and _is_on(plan, 2, now))


@given(plan=ROTAS, second=st.integers(0, 14 * 86_400))
def test_planned_time_is_open_or_a_gap_and_never_both(plan: Rota, second: int) -> None:
    now = Moment(moment_at(FIRST, 0, STOCKHOLM) + second)
    shifts = rota.shifts_from(plan, FIRST - 1, FIRST + 14)
    wanted = any(
        s.role == 1 and s.span(STOCKHOLM).start <= now < s.span(STOCKHOLM).end for s in shifts
    )

    is_open = any(span.start <= now < span.end for span in planned(plan).spans)
    is_gap = any(span.start <= now < span.end for span, _ in missing(plan, FIRST, 15))

    assert is_open + is_gap == wanted


@settings(max_examples=50)
@given(plan=ROTAS, second=st.integers(0, 10 * 86_400))
def test_the_next_opening_that_is_told_is_when_the_door_opens(plan: Rota, second: int) -> None:
    now = Moment(moment_at(FIRST, 0, STOCKHOLM) + second)
    told = status(plan, now)

    if told.opens is not None:
        assert status(plan, told.opens).is_open
        assert not status(plan, Moment(told.opens - 1)).is_open
    if told.until is not None:
        assert status(plan, Moment(told.until - 1)).is_open
        assert not status(plan, told.until).is_open


def test_a_holiday_like_another_day_has_that_days_number_of_shifts() -> None:
    for like in range(7):
        plan = replace(EVENINGS, holidays=(Holiday(FIRST, like, ""),))
        usual = next(on for on in range(FIRST + 1, FIRST + 8) if weekday(on) == like)
        same = [replace(s, day=FIRST) for s in rota.shifts_on(EVENINGS, usual)]
        assert list(rota.shifts_on(plan, FIRST)) == same
