"""A referral or a request: read before it is decided, never undecided unseen, kept for its days."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.inquiry import (
    REASONS,
    TRANSITIONS,
    Choice,
    Inquiry,
    Reason,
    State,
    begin,
    decide,
    has_room,
    is_late,
    is_open,
    needs_answer,
    read,
)
from hamn.core.policy import Policy
from hamn.core.words import Idx, Mailbox, Malformed, Moment, Refusal, RefusalCode, Seconds

POLICY = Policy()
NOW = Moment(1_800_000_000.0)
DAY = 86_400
MINE = Mailbox(b"m" * 16)
NEW = begin(b"r" * 16, MINE, now=NOW, policy=POLICY)
YES = Choice(State.ACCEPTED, Reason.AGREED, Idx(2))
NO = Choice(State.DECLINED, Reason.NOT_OURS, Idx(3))
OVER = Choice(State.CLOSED, Reason.DONE, Idx(2))


def decided(old: Inquiry, choice: Choice, days: float = 0) -> Inquiry:
    return decide(old, choice, now=Moment(NOW + days * DAY), policy=POLICY)


def test_nothing_is_decided_that_nobody_has_read() -> None:
    with pytest.raises(Refusal) as refusal:
        decided(NEW, YES)

    assert refusal.value.code is RefusalCode.GONE
    assert decided(read(NEW), YES) == replace(
        NEW, state=State.ACCEPTED, reason=Reason.AGREED, by=Idx(2)
    )


@pytest.mark.parametrize(
    "choice",
    [
        Choice(State.READ, Reason.AGREED, Idx(2)),
        Choice(State.RECEIVED, Reason.DONE, Idx(2)),
        Choice(State.ACCEPTED, Reason.NOT_OURS, Idx(2)),
        Choice(State.DECLINED, Reason.DONE, Idx(2)),
        Choice(State.CLOSED, Reason.AGREED, Idx(2)),
    ],
)
def test_what_is_no_decision_or_no_reason_for_it_is_malformed(choice: Choice) -> None:
    with pytest.raises(Malformed):
        decided(read(NEW), choice)


def test_a_decision_can_be_another_until_it_is_closed() -> None:
    value = decided(decided(decided(read(NEW), YES), NO), YES)

    closed = decided(value, OVER)

    assert (value.state, value.by) == (State.ACCEPTED, Idx(2))
    with pytest.raises(Refusal):
        decided(closed, YES)
    with pytest.raises(Refusal):
        read(closed)


def test_only_what_is_closed_needs_no_answer() -> None:
    assert [state for state in REASONS if needs_answer(state)] == [State.ACCEPTED, State.DECLINED]


def test_reading_again_changes_nothing() -> None:
    for value in (read(NEW), decided(read(NEW), NO)):
        assert read(value) == value


@pytest.mark.parametrize(("hours", "late"), [(23, False), (24, True), (700, True)])
def test_what_is_not_decided_within_the_centres_limit_is_late(hours: int, late: bool) -> None:
    at = Moment(NEW.hour * 3600.0 + hours * 3600)

    assert is_late(NEW, at, POLICY) is late
    assert is_late(read(NEW), at, POLICY) is late
    assert not any(is_late(decided(read(NEW), each), at, POLICY) for each in (YES, NO, OVER))
    assert is_late(NEW, at, replace(POLICY, escalation_alarm=Seconds(3600)))


def test_it_is_kept_for_thirty_days_after_its_decision_and_closing_keeps_it_no_longer() -> None:
    today = int(NOW // DAY)
    assert NEW.expires_day == read(NEW).expires_day == today + 30

    accepted = decided(read(NEW), YES, days=20)

    assert accepted.expires_day == today + 50
    assert decided(accepted, OVER, days=25).expires_day == today + 50
    assert decided(read(NEW), OVER, days=5).expires_day == today + 35


def test_so_many_may_wait_for_one_code_and_in_all() -> None:
    small = replace(POLICY, inquiries_per_code=2, inquiries_at_most=3)
    waits, other = [NEW, read(NEW)], replace(NEW, mailbox=Mailbox(b"o" * 16))

    assert not has_room(waits, mailbox=MINE, policy=small)
    assert has_room([NEW, decided(read(NEW), NO)], mailbox=MINE, policy=small)
    assert has_room(waits, mailbox=other.mailbox, policy=small)
    assert not has_room([*waits, other], mailbox=Mailbox(b"n" * 16), policy=small)


STEPS = st.lists(
    st.tuples(st.sampled_from(State), st.sampled_from(Reason), st.floats(0, 20)), max_size=10
)


@given(STEPS)
def test_whatever_happens_it_is_read_first_has_a_reason_and_ends(
    steps: list[tuple[State, Reason, float]],
) -> None:
    value, at = NEW, 0.0
    for state, reason, days in steps:
        at += days
        with contextlib.suppress(Refusal, Malformed):
            choice = Choice(state, reason, Idx(2))
            value = read(value) if state is State.READ else decided(value, choice, at)

    assert is_open(value) == (value.reason is None)
    assert value == NEW or State.READ in {state for state, *_ in steps}
    assert value.reason in REASONS.get(value.state, {None})
    assert NEW.expires_day <= value.expires_day <= int((NOW + at * DAY) // DAY) + 30
    assert set(TRANSITIONS) == set(State)
