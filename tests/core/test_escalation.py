"""An escalation: read before it is decided, two names where life is at stake, never forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.escalation import (
    TRANSITIONS,
    Decision,
    Duty,
    Escalation,
    Event,
    Named,
    NoReport,
    Reason,
    State,
    agree,
    begin,
    due,
    duty,
    is_late,
    is_open,
    name,
    needs_two,
    says_enough,
    take_back,
    touch,
)
from hamn.core.policy import Policy, ReportingMode
from hamn.core.words import Idx, Moment, Refusal, RefusalCode, Seconds

POLICY = Policy()
NOW = Moment(1_800_000_000.0)
DAY = 86_400
ALM, LIND, EK = Idx(1), Idx(2), Idx(3)
SENT = begin(b"r" * 16, ALM, now=NOW, policy=POLICY)
READ = touch(SENT, Event.READ, now=NOW, policy=POLICY)
TALK = Named(Decision.COUNSELLING, Reason.SUPPORT, LIND)


def decided(old: Escalation, choice: Named, law: Duty = Duty.ADVISED) -> Escalation:
    return name(old, choice, duty=law, now=NOW, policy=POLICY)


def agreed(old: Escalation, decision: Decision, idx: Idx) -> Escalation:
    """A second name by somebody who was shown what waits, and names this decision."""
    seen = replace(old.named or TALK, decision=decision)
    return agree(old, seen, idx, now=NOW, policy=POLICY)


def test_nothing_is_decided_that_nobody_has_read() -> None:
    with pytest.raises(Refusal) as refusal:
        decided(SENT, TALK)

    assert refusal.value.code is RefusalCode.GONE
    assert decided(READ, TALK).state is State.DECIDED


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (TALK, State.DECIDED),
        (replace(TALK, is_grave=True), State.NAMED),
        (replace(TALK, decision=Decision.POLICE), State.NAMED),
        (replace(TALK, decision=Decision.REPORT_OF_CONCERN), State.NAMED),
        (replace(TALK, decision=Decision.CLOSED), State.CLOSED),
        (replace(TALK, decision=Decision.CLOSED, is_grave=True), State.NAMED),
    ],
)
def test_a_decision_stands_at_once_or_waits_for_a_second_name(choice: Named, state: State) -> None:
    assert decided(READ, choice).state is state


def test_the_second_name_is_anothers_and_names_the_same() -> None:
    waits = decided(READ, replace(TALK, decision=Decision.POLICE))

    for idx, decision in ((LIND, Decision.POLICE), (EK, Decision.COUNSELLING)):
        with pytest.raises(Refusal) as refusal:
            agreed(waits, decision, idx)
        assert refusal.value.code is RefusalCode.CAS
    stands = agreed(waits, Decision.POLICE, EK)

    assert stands.state is State.DECIDED
    assert stands.named is not None
    assert (stands.named.first, stands.named.second) == (LIND, EK)


SEEN = replace(TALK, decision=Decision.POLICE)


@pytest.mark.parametrize(
    "other",
    [
        replace(SEEN, reason=Reason.LIFE),
        replace(SEEN, is_grave=True),
        replace(SEEN, no_report=NoReport.ADULT),
        replace(SEEN, sealed=b"another"),
        replace(SEEN, first=EK),
        replace(SEEN, second=EK),
    ],
)
def test_the_second_name_is_for_all_that_was_shown_and_nothing_else(other: Named) -> None:
    waits = decided(READ, SEEN)

    with pytest.raises(Refusal) as refusal:
        agree(waits, other, Idx(4), now=NOW, policy=POLICY)

    assert refusal.value.code is RefusalCode.CAS
    assert agree(waits, SEEN, Idx(4), now=NOW, policy=POLICY).state is State.DECIDED


def test_closing_where_life_is_at_stake_takes_two_and_ends_it() -> None:
    waits = decided(READ, replace(TALK, decision=Decision.CLOSED, is_grave=True))

    assert agreed(waits, Decision.CLOSED, EK).state is State.CLOSED


def test_nobody_decides_past_a_name_that_waits_and_it_can_be_taken_back() -> None:
    waits = decided(READ, replace(TALK, is_grave=True))

    for other in (TALK, replace(TALK, decision=Decision.CLOSED), replace(TALK, is_grave=True)):
        with pytest.raises(Refusal) as refusal:
            decided(waits, other)
        assert refusal.value.code is RefusalCode.GONE
    opened = take_back(waits, now=NOW, policy=POLICY)

    assert (opened.state, opened.named) == (State.READ, None)


def test_what_the_adviser_adds_is_to_be_read_and_decided_anew() -> None:
    later = Moment(NOW + 3 * DAY)
    answered = touch(decided(READ, TALK), Event.ANSWER, now=later, policy=POLICY)

    assert (answered.state, answered.named) == (State.SENT, None)
    assert not is_late(answered, later, POLICY)
    waiting = touch(READ, Event.ANSWER, now=later, policy=POLICY)
    assert is_late(waiting, later, POLICY)


@pytest.mark.parametrize(("hours", "late"), [(23, False), (24, True), (9999, True)])
def test_what_is_not_decided_within_the_centres_limit_is_late(hours: int, late: bool) -> None:
    at = Moment(SENT.hour * 3600.0 + hours * 3600)

    assert is_late(SENT, at, POLICY) is late
    assert is_late(READ, at, POLICY) is late
    assert is_late(decided(READ, replace(TALK, is_grave=True)), at, POLICY) is late
    assert not is_late(decided(READ, TALK), at, POLICY)


def test_the_limit_is_the_centres() -> None:
    hourly = replace(POLICY, escalation_alarm=Seconds(3600))

    assert due(SENT, hourly) == Moment(SENT.hour * 3600.0 + 3600)


def test_whoever_touches_it_keeps_it_for_thirty_days_more() -> None:
    later = Moment(NOW + 10 * DAY)

    assert SENT.expires_day == int(NOW // DAY) + 30
    assert touch(READ, Event.ASK, now=later, policy=POLICY).expires_day == int(later // DAY) + 30
    assert touch(READ, Event.READ, now=Moment(NOW - DAY), policy=POLICY) == READ


@pytest.mark.parametrize(
    ("mode", "is_licensed", "law"),
    [
        (ReportingMode.RECOMMENDATION, False, Duty.ADVISED),
        (ReportingMode.RECOMMENDATION, True, Duty.BY_LAW),
        (ReportingMode.MIXED, False, Duty.PER_CASE),
        (ReportingMode.MIXED, True, Duty.BY_LAW),
        (ReportingMode.STATUTORY, False, Duty.BY_LAW),
        (ReportingMode.STATUTORY, True, Duty.BY_LAW),
    ],
)
def test_who_is_bound_to_report(mode: ReportingMode, is_licensed: bool, law: Duty) -> None:
    assert duty(mode, is_licensed=is_licensed) is law


@pytest.mark.parametrize(
    ("law", "why", "is_enough"),
    [
        (Duty.ADVISED, None, True),
        (Duty.PER_CASE, None, False),
        (Duty.PER_CASE, NoReport.NOT_UNDER_DUTY, True),
        (Duty.BY_LAW, None, False),
        (Duty.BY_LAW, NoReport.NOT_UNDER_DUTY, False),
        (Duty.BY_LAW, NoReport.ADULT, True),
    ],
)
def test_who_may_be_bound_says_why_there_is_no_report(
    law: Duty, why: NoReport | None, is_enough: bool
) -> None:
    choice = replace(TALK, no_report=why)

    assert says_enough(choice, law) is is_enough
    assert says_enough(replace(choice, decision=Decision.REPORT_OF_CONCERN), law)
    if not is_enough:
        with pytest.raises(Refusal) as refusal:
            decided(READ, choice, law)
        assert refusal.value.code is RefusalCode.STALE


Step = st.one_of(
    st.tuples(st.sampled_from([Event.READ, Event.ASK, Event.ANSWER])),
    st.tuples(
        st.just(Event.NAME),
        st.sampled_from(Decision),
        st.sampled_from([LIND, EK]),
        st.booleans(),
    ),
    st.tuples(st.just(Event.AGREE), st.sampled_from(Decision), st.sampled_from([LIND, EK])),
    st.tuples(st.just(Event.TAKE_BACK)),
)


def after(old: Escalation, step: tuple[object, ...]) -> Escalation:
    match step:
        case (Event.NAME, Decision() as decision, int() as idx, bool() as is_grave):
            return decided(old, Named(decision, Reason.LIFE, Idx(idx), is_grave=is_grave))
        case (Event.AGREE, Decision() as decision, int() as idx):
            return agreed(old, decision, Idx(idx))
        case (Event.TAKE_BACK,):
            return take_back(old, now=NOW, policy=POLICY)
        case (Event() as event,):
            return touch(old, event, now=NOW, policy=POLICY)
    raise AssertionError(step)


@given(st.lists(Step, max_size=12))
def test_what_takes_two_names_never_stands_with_one(steps: list[tuple[object, ...]]) -> None:
    value, was_read = SENT, False
    for step in steps:
        try:
            value = after(value, step)
        except Refusal:
            continue
        was_read = was_read or step[0] is Event.READ
        if value.state in (State.DECIDED, State.CLOSED):
            assert was_read
            assert value.named is not None
            assert not needs_two(value.named) or value.named.second not in (None, value.named.first)
        else:
            assert is_open(value)


def test_what_is_closed_stays_closed() -> None:
    assert TRANSITIONS[State.CLOSED] == {}
    closed = decided(READ, replace(TALK, decision=Decision.CLOSED))

    with pytest.raises(Refusal):
        touch(closed, Event.READ, now=NOW, policy=POLICY)
