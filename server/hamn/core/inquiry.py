"""An inquiry: a professional refers somebody, or asks for a workshop or a lecture.

Received -> read -> accepted or declined -> closed; every way stands in `TRANSITIONS`. Who asks for
what, and of whom, only supervisors read; here are its hour, how it stands, and why, in one code.

Nothing is decided that nobody has read. What is decided changes what its asker is told, so whoever
accepts or declines says so in a sealed answer, too. It is kept for the centre's days after that,
and where nobody decides for as many days from when it came; with closing, what was asked ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.policy import Policy
from hamn.core.retention import last_day
from hamn.core.words import Idx, Mailbox, Malformed, Moment, Refusal, RefusalCode

HOUR = 3600


class State(Enum):
    """Where an inquiry stands."""

    RECEIVED = "received"
    READ = "read"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CLOSED = "closed"


class Reason(Enum):
    """Why it is decided so, in one code."""

    AGREED = "agreed"
    PARTLY = "partly"
    NOT_OURS = "not_ours"
    ELSEWHERE = "elsewhere"
    NO_ROOM = "no_room"
    NO_CONSENT = "no_consent"
    TOO_LITTLE = "too_little"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    UNREADABLE = "unreadable"


REASONS: dict[State, frozenset[Reason]] = {
    State.ACCEPTED: frozenset({Reason.AGREED, Reason.PARTLY}),
    State.DECLINED: frozenset(
        {
            Reason.NOT_OURS,
            Reason.ELSEWHERE,
            Reason.NO_ROOM,
            Reason.NO_CONSENT,
            Reason.TOO_LITTLE,
        }
    ),
    State.CLOSED: frozenset({Reason.DONE, Reason.WITHDRAWN, Reason.UNREADABLE}),
}
"""What can be decided, and why it may be."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.READ}),
    State.READ: frozenset({State.READ, State.ACCEPTED, State.DECLINED, State.CLOSED}),
    State.ACCEPTED: frozenset({State.ACCEPTED, State.DECLINED, State.CLOSED}),
    State.DECLINED: frozenset({State.ACCEPTED, State.DECLINED, State.CLOSED}),
    State.CLOSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One inquiry as the server knows it."""

    record: bytes
    """16 bytes: the id of the envelope in which it came."""
    mailbox: Mailbox
    """Where its asker reads how it stands."""
    hour: int
    """When it came, as an hour from the Unix epoch: nothing finer is kept."""
    expires_day: int
    state: State = State.RECEIVED
    reason: Reason | None = None
    by: Idx | None = None
    """Who has decided last."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a supervisor decides."""

    state: State
    reason: Reason
    by: Idx


def begin(record: bytes, mailbox: Mailbox, *, now: Moment, policy: Policy) -> Inquiry:
    """An inquiry that has just come."""
    return Inquiry(record, mailbox, int(now // HOUR), last_day(now, policy.inquiry_days))


def read(old: Inquiry) -> Inquiry:
    """A supervisor has opened it. Raises: Refusal(GONE) once it is closed."""
    if old.state is State.CLOSED:
        raise Refusal(RefusalCode.GONE)
    return replace(old, state=State.READ) if old.state is State.RECEIVED else old


def decide(old: Inquiry, choice: Choice, *, now: Moment, policy: Policy) -> Inquiry:
    """A supervisor decides, or decides otherwise. Closing what was decided keeps it no longer.

    Raises: Refusal(GONE) while nobody has read it, and once it is closed; Malformed for what is no
    decision, or no reason for it.
    """
    if choice.reason not in REASONS.get(choice.state, ()):
        raise Malformed("no reason for this")
    if choice.state not in TRANSITIONS[old.state]:
        raise Refusal(RefusalCode.GONE)
    is_new = choice.state is not State.CLOSED or is_open(old)
    day = last_day(now, policy.inquiry_days) if is_new else old.expires_day
    return replace(old, state=choice.state, reason=choice.reason, by=choice.by, expires_day=day)


def needs_answer(state: State) -> bool:
    """Whether it is nothing without a sealed answer. What nobody can open can be closed."""
    return state is not State.CLOSED


def has_room(kept: Iterable[Inquiry], *, mailbox: Mailbox, policy: Policy) -> bool:
    """Whether one more may come: in all, and for one return code."""
    waiting = [each for each in kept if is_open(each)]
    of_code = sum(1 for each in waiting if each.mailbox == mailbox)
    return len(waiting) < policy.inquiries_at_most and of_code < policy.inquiries_per_code


def is_open(inquiry: Inquiry) -> bool:
    """Whether it waits for a decision."""
    return inquiry.state in (State.RECEIVED, State.READ)


def is_late(inquiry: Inquiry, now: Moment, policy: Policy) -> bool:
    """Whether it has waited for a decision beyond the centre's limit, which escalations have."""
    return is_open(inquiry) and now >= due(inquiry, policy)


def due(inquiry: Inquiry, policy: Policy) -> Moment:
    """By when it is to be decided."""
    return Moment(inquiry.hour * HOUR + policy.escalation_alarm)
