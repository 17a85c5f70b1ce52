"""Changing the rota: what a supervisor plans, what members agree on, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.core import planning, rota
from hamn.core.planning import Hours, Now
from hamn.core.rota import Holiday, Rota, Shift, Swap
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode
from tests.core.test_rota import ABLE, ALM, BERG, EVENING, EVENINGS, FIRST, LIND
from tests.core.test_wall import STOCKHOLM, at

NOW = Now(at("2026-10-19T10:00"), STOCKHOLM, ABLE)
LATER = replace(NOW, moment=at("2026-10-20T21:00"))
TODAY, TOMORROW = FIRST, FIRST + 1
MONDAY, TUESDAY = (TODAY, 1), (TOMORROW, 2)
BERGS = (TODAY + 2, 30)
PLAN = replace(EVENINGS, shifts=(Shift(*BERGS, 8 * 60, 12 * 60, 1, BERG),), next_number=31)


def refused(act: Callable[[], object], code: RefusalCode) -> bool:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code is code


def is_refused(code: RefusalCode, act: Callable[..., Rota], *values: object) -> bool:
    return refused(lambda: act(PLAN, *values, NOW), code)


def holder(plan: Rota, key: tuple[int, int]) -> Idx | None:
    shift = plan.shift(key)
    assert shift is not None
    return shift.idx


def test_a_template_is_there_every_week_from_its_day() -> None:
    plan = planning.add_template(PLAN, TOMORROW, Hours(480, 720, 1, BERG), NOW)

    days = [shift.day for shift in rota.shifts_from(plan, TODAY, TODAY + 20) if shift.number == 31]

    assert days == [TOMORROW, TOMORROW + 7, TOMORROW + 14]
    assert plan.next_number == 32


def test_a_template_that_ends_leaves_what_has_been() -> None:
    changed = planning.change_shift(PLAN, (TODAY + 7, 1), Hours(*EVENING, 1, BERG), NOW)
    plan = planning.end_template(changed, 1, TODAY + 7, NOW)

    assert holder(plan, MONDAY) == ALM
    assert plan.shift((TODAY + 7, 1)) is None
    assert plan.shifts == PLAN.shifts


def test_a_template_that_never_was_in_force_is_gone_without_a_trace() -> None:
    plan = planning.add_template(PLAN, TOMORROW, Hours(480, 720, 1, BERG), NOW)

    assert planning.end_template(plan, 31, TOMORROW, NOW).templates == PLAN.templates
    assert refused(lambda: planning.end_template(PLAN, 31, TOMORROW, NOW), RefusalCode.GONE)


def test_every_week_can_be_otherwise_from_a_day_on() -> None:
    plan = planning.change_template(PLAN, 1, TODAY + 7, Hours(*EVENING, 1, BERG), NOW)

    assert [s.idx for s in rota.shifts_on(plan, TODAY) if s.role == 1] == [ALM]
    assert [s.idx for s in rota.shifts_on(plan, TODAY + 7) if s.role == 1] == [BERG]


def test_one_shift_is_added_changed_and_taken_out() -> None:
    added = planning.add_shift(PLAN, TODAY, Hours(780, 900, 1, BERG), NOW)
    changed = planning.change_shift(added, (TODAY, 31), Hours(780, 840, 1, None), NOW)

    assert added.shift((TODAY, 31)) == Shift(TODAY, 31, 780, 900, 1, BERG)
    assert changed.shift((TODAY, 31)) == Shift(TODAY, 31, 780, 840, 1, None)
    assert planning.cancel_shift(changed, (TODAY, 31), NOW).shifts == PLAN.shifts
    assert planning.cancel_shift(PLAN, MONDAY, NOW).shift(MONDAY) is None


def test_a_holiday_forgets_changes_of_template_shifts_and_keeps_others() -> None:
    changed = planning.change_shift(PLAN, (TODAY + 2, 3), Hours(*EVENING, 1, BERG), NOW)
    made = planning.set_holiday(changed, Holiday(TODAY + 2, None, "Röd dag"), NOW)

    assert rota.shifts_on(made, TODAY + 2) == PLAN.shifts
    assert planning.unset_holiday(made, TODAY + 2, NOW) == PLAN
    assert refused(lambda: planning.unset_holiday(PLAN, TODAY, NOW), RefusalCode.GONE)


@pytest.mark.parametrize(
    "holiday", [Holiday(TODAY, 7, ""), Holiday(TODAY, None, "x" * 41), Holiday(TODAY, None, "\n")]
)
def test_a_holiday_of_no_form_is_malformed(holiday: Holiday) -> None:
    with pytest.raises(Malformed):
        planning.set_holiday(PLAN, holiday, NOW)


@pytest.mark.parametrize(
    "hours",
    [
        Hours(-1, 60, 1, ALM),
        Hours(1440, 1500, 1, ALM),
        Hours(60, 60, 1, ALM),
        Hours(60, 1501, 1, ALM),
        Hours(60, 120, 3, ALM),
    ],
)
def test_hours_and_roles_that_no_shift_has_are_malformed(hours: Hours) -> None:
    with pytest.raises(Malformed):
        planning.add_shift(PLAN, TODAY, hours, NOW)


def test_nobody_is_down_for_what_they_may_not_do() -> None:
    for who, role in ((LIND, 1), (ALM, 2), (Idx(9), 1)):
        hours = Hours(60, 120, role, who)
        assert is_refused(RefusalCode.GONE, planning.add_shift, TOMORROW, hours)


def test_nobody_is_down_twice_at_once_across_midnight_either() -> None:
    night = Hours(22 * 60, 30 * 60, 1, ALM)
    plan = planning.add_shift(PLAN, TODAY, night, NOW)

    for hours in (Hours(21 * 60, 23 * 60, 1, ALM), Hours(*EVENING, 1, ALM)):
        assert is_refused(RefusalCode.FULL, planning.add_shift, TODAY, hours)
    early = Hours(5 * 60, 7 * 60, 1, ALM)
    assert refused(lambda: planning.add_shift(plan, TOMORROW, early, NOW), RefusalCode.FULL)
    assert refused(lambda: planning.add_template(plan, TOMORROW, early, NOW), RefusalCode.FULL)
    assert planning.add_shift(plan, TOMORROW, replace(early, start=360), NOW) != plan


def test_what_has_ended_stays_as_it_was() -> None:
    hours = Hours(*EVENING, 1, None)
    for act in (
        lambda: planning.change_shift(PLAN, MONDAY, hours, LATER),
        lambda: planning.cancel_shift(PLAN, MONDAY, LATER),
        lambda: planning.add_shift(PLAN, TODAY, hours, LATER),
        lambda: planning.add_template(PLAN, TODAY, hours, LATER),
        lambda: planning.end_template(PLAN, 1, TODAY, LATER),
        lambda: planning.set_holiday(PLAN, Holiday(TODAY, None, ""), LATER),
        lambda: planning.call_in_sick(PLAN, MONDAY, ALM, LATER),
    ):
        assert refused(act, RefusalCode.GONE)


def test_a_sick_call_opens_the_shift_and_leaves_nothing_of_the_member() -> None:
    plan = planning.call_in_sick(PLAN, MONDAY, ALM, NOW)

    assert plan.shift(MONDAY) == Shift(*MONDAY, *EVENING, 1, None)
    assert refused(lambda: planning.call_in_sick(PLAN, MONDAY, BERG, NOW), RefusalCode.GONE)
    assert refused(lambda: planning.call_in_sick(plan, MONDAY, ALM, NOW), RefusalCode.GONE)


def test_an_open_shift_is_taken_by_one_who_may_and_is_free() -> None:
    plan = planning.call_in_sick(PLAN, MONDAY, ALM, NOW)

    assert holder(planning.take_open(plan, MONDAY, BERG, NOW), MONDAY) == BERG
    assert refused(lambda: planning.take_open(plan, MONDAY, LIND, NOW), RefusalCode.GONE)
    assert refused(lambda: planning.take_open(PLAN, MONDAY, BERG, NOW), RefusalCode.CAS)


def test_a_colleague_who_says_yes_has_the_shift() -> None:
    asked = planning.ask_swap(PLAN, Swap(*MONDAY, BERG, None), ALM, NOW)

    assert holder(asked, MONDAY) == ALM
    assert refused(
        lambda: planning.answer_swap(asked, MONDAY, LIND, NOW, is_yes=True), RefusalCode.GONE
    )
    yes = planning.answer_swap(asked, MONDAY, BERG, NOW, is_yes=True)
    assert (holder(yes, MONDAY), yes.swaps) == (BERG, ())
    assert planning.answer_swap(asked, MONDAY, BERG, NOW, is_yes=False) == PLAN
    assert planning.withdraw_swap(asked, MONDAY, ALM, NOW) == PLAN


def test_two_shifts_are_exchanged_or_neither() -> None:
    asked = planning.ask_swap(PLAN, Swap(*MONDAY, BERG, BERGS), ALM, NOW)
    yes = planning.answer_swap(asked, MONDAY, BERG, NOW, is_yes=True)
    gone = planning.call_in_sick(asked, BERGS, BERG, NOW)

    assert (holder(yes, MONDAY), holder(yes, BERGS)) == (BERG, ALM)
    assert gone.swaps == ()
    assert refused(
        lambda: planning.answer_swap(gone, MONDAY, BERG, NOW, is_yes=True), RefusalCode.GONE
    )


def test_a_swap_is_asked_only_of_who_could_take_it_and_by_who_has_it() -> None:
    for swap, idx, code in (
        (Swap(*MONDAY, LIND, None), ALM, RefusalCode.GONE),
        (Swap(*MONDAY, ALM, None), ALM, RefusalCode.GONE),
        (Swap(*MONDAY, BERG, None), BERG, RefusalCode.GONE),
        (Swap(*MONDAY, BERG, TUESDAY), ALM, RefusalCode.GONE),
    ):
        assert is_refused(code, planning.ask_swap, swap, idx)
    busy = planning.add_shift(PLAN, TODAY, Hours(21 * 60, 23 * 60, 1, BERG), NOW)
    swap = Swap(*MONDAY, BERG, None)
    assert refused(lambda: planning.ask_swap(busy, swap, ALM, NOW), RefusalCode.FULL)


DAYS = st.integers(TODAY - 1, TODAY + 8)
KEYS = st.tuples(DAYS, st.integers(1, 36))
WHO = st.sampled_from([ALM, BERG, LIND])
ANY_HOURS = st.builds(
    Hours,
    st.integers(0, 1439),
    st.integers(1, 2000),
    st.sampled_from([1, 2]),
    st.none() | WHO,
)
ACTS = st.one_of(
    st.tuples(st.just(planning.add_template), DAYS, ANY_HOURS),
    st.tuples(st.just(planning.change_template), st.integers(1, 36), DAYS, ANY_HOURS),
    st.tuples(st.just(planning.add_shift), DAYS, ANY_HOURS),
    st.tuples(st.just(planning.change_shift), KEYS, ANY_HOURS),
    st.tuples(st.just(planning.cancel_shift), KEYS),
    st.tuples(st.just(planning.take_open), KEYS, WHO),
    st.tuples(st.just(planning.call_in_sick), KEYS, WHO),
    st.tuples(
        st.just(planning.set_holiday),
        st.builds(Holiday, DAYS, st.none() | st.integers(0, 6), st.just("")),
    ),
    st.tuples(st.just(planning.unset_holiday), DAYS),
    st.tuples(
        st.just(planning.ask_swap),
        st.builds(
            lambda key, to, back: Swap(key[0], key[1], to, back), KEYS, WHO, st.none() | KEYS
        ),
        WHO,
    ),
    st.tuples(st.just(_yes := lambda *a: planning.answer_swap(*a, is_yes=True)), KEYS, WHO),
)


def _after(plan: Rota, acts: list[tuple[Callable[..., Rota], ...]]) -> Rota:
    for act, *given_ in acts:
        try:
            plan = act(plan, *given_, NOW)
        except (Refusal, Malformed):
            continue
    return plan


@settings(max_examples=60)
@given(acts=st.lists(ACTS, max_size=12))
def test_whatever_is_done_nobody_is_down_twice_and_what_has_been_stays(
    acts: list[tuple[Callable[..., Rota], ...]],
) -> None:
    plan = _after(PLAN, acts)

    shifts = rota.shifts_from(plan, TODAY - 2, TODAY + 35)
    held = [shift for shift in shifts if shift.idx is not None]
    assert not [(a, b) for a in held for b in held if planning._overlap(a, b)]
    assert all(shift.role in ABLE[shift.idx] for shift in held if shift.idx)
    past = rota.shifts_from(PLAN, TODAY - 3, TODAY - 2)
    assert rota.shifts_from(plan, TODAY - 3, TODAY - 2) == past
    keys = {shift.key for shift in shifts}
    assert {key for swap in plan.swaps for key in (swap.key, swap.back) if key} <= keys


def test_the_moment_decides_and_not_the_day() -> None:
    noon = replace(NOW, moment=Moment(at("2026-10-19T20:00") - 1))
    over = replace(NOW, moment=at("2026-10-19T20:00"))

    assert planning.call_in_sick(PLAN, MONDAY, ALM, noon) != PLAN
    assert refused(lambda: planning.call_in_sick(PLAN, MONDAY, ALM, over), RefusalCode.GONE)
