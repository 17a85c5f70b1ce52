"""An escalation: more than a chat is asked for, a supervisor reads it, and what becomes of it.

Sent -> read -> (named by one) -> decided -> closed. Every change of state stands in `TRANSITIONS`;
an event that has no line there is refused as gone. What it says, and how urgent it is, only those
read whom it is sealed to; here are who, when, and codes from closed lists (domain.md section 3.5).

Nothing is decided that nobody has read. Where life is at stake, and before anything is told to an
authority about somebody, a decision stands once a second person has named the same. Closing erases
what was sealed; so do 30 days in which nobody touched it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.policy import Policy, ReportingMode
from hamn.core.retention import last_day
from hamn.core.words import Idx, Moment, Refusal, RefusalCode

HOUR = 3600
MOST_LETTERS = 400
"""Envelopes of one escalation: every supervisor's copy of it, of answers and of decisions."""


class State(Enum):
    """Where an escalation stands."""

    SENT = "sent"
    """There is something in it that no supervisor has read."""
    READ = "read"
    NAMED = "named"
    """One has named a decision that asks for a second name."""
    DECIDED = "decided"
    CLOSED = "closed"


class Event(Enum):
    """What happens to it."""

    READ = "read"
    ASK = "ask back"
    ANSWER = "answer"
    NAME = "name"
    AGREE = "agree"
    TAKE_BACK = "take back"
    DECIDE = "decide"
    CLOSE = "close"


class Paper(Enum):
    """What an envelope of an escalation is."""

    SENT = "sent"
    ANSWER = "answer"
    """More from the adviser, who was asked."""
    DECISION = "decision"
    NOTE = "note"
    """A question to the adviser, sealed to them alone."""
    REPLY = "reply"
    """What the visitor is told once a decision stands."""


class Decision(Enum):
    """What a supervisor can decide."""

    COUNSELLING = "counselling"
    CONSULTATION = "consultation"
    REPORT_OF_CONCERN = "report_of_concern"
    POLICE = "police"
    MUNICIPALITY = "municipality"
    CLOSED = "closed"


class Reason(Enum):
    """Why, in one code."""

    LIFE = "life"
    CHILD = "child"
    CRIME = "crime"
    SUPPORT = "support"
    PATTERN = "pattern"
    WISH = "wish"
    ENOUGH = "enough"
    TOO_LITTLE = "too_little"


class NoReport(Enum):
    """Why one who may have a duty to report a concern makes no report."""

    ADULT = "adult"
    NO_SUSPICION = "no_suspicion"
    ALREADY = "already"
    UNKNOWN_WHO = "unknown_who"
    NOT_UNDER_DUTY = "not_under_duty"


class Duty(Enum):
    """How far whoever decides is bound by law to report a concern about a child."""

    ADVISED = "advised"
    PER_CASE = "per_case"
    """The centre does both kinds of work: it is said of each escalation."""
    BY_LAW = "by_law"


BY_TWO = frozenset({Decision.REPORT_OF_CONCERN, Decision.POLICE})
"""Decisions that ask for two names whatever the urgency."""

TRANSITIONS: dict[State, dict[Event, State]] = {
    State.SENT: {Event.READ: State.READ, Event.ANSWER: State.SENT},
    State.READ: {
        Event.READ: State.READ,
        Event.ASK: State.READ,
        Event.ANSWER: State.SENT,
        Event.NAME: State.NAMED,
        Event.DECIDE: State.DECIDED,
        Event.CLOSE: State.CLOSED,
    },
    State.NAMED: {
        Event.READ: State.NAMED,
        Event.ASK: State.NAMED,
        Event.ANSWER: State.SENT,
        Event.AGREE: State.DECIDED,
        Event.TAKE_BACK: State.READ,
        Event.CLOSE: State.CLOSED,
    },
    State.DECIDED: {
        Event.READ: State.DECIDED,
        Event.ASK: State.DECIDED,
        Event.ANSWER: State.SENT,
        Event.NAME: State.NAMED,
        Event.DECIDE: State.DECIDED,
        Event.CLOSE: State.CLOSED,
    },
    State.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class Named:
    """A decision by its codes, and who named it."""

    decision: Decision
    reason: Reason
    first: Idx
    is_grave: bool = False
    """Whether life is at stake, as whoever read it says."""
    no_report: NoReport | None = None
    sealed: bytes = b""
    """The id of its sealed record's first envelope: the same codes named anew are another one."""
    second: Idx | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """One escalation as the server knows it."""

    record: bytes
    """16 bytes, which stand inside every one of its envelopes, too."""
    by: Idx
    """The adviser who sent it."""
    hour: int
    """When it came, as an hour from the Unix epoch: nothing finer is kept."""
    expires_day: int
    state: State = State.SENT
    named: Named | None = None
    """The newest decision."""


def begin(record: bytes, by: Idx, *, now: Moment, policy: Policy) -> Escalation:
    """An escalation that has just been sent."""
    return Escalation(record, by, int(now // HOUR), last_day(now, policy.escalation_days))


def touch(old: Escalation, event: Event, *, now: Moment, policy: Policy) -> Escalation:
    """Somebody read it, asked back or answered: it is kept from now on.

    Raises: Refusal(GONE) when that cannot happen to it.
    """
    state = _after(old, event)
    named = None if state is State.SENT else old.named
    is_anew = state is State.SENT and not is_open(old)
    hour = int(now // HOUR) if is_anew else old.hour
    return _kept(replace(old, state=state, named=named, hour=hour), now, policy)


def name(old: Escalation, choice: Named, *, duty: Duty, now: Moment, policy: Policy) -> Escalation:
    """A supervisor decides; where it takes two, this is the first name.

    Raises: Refusal(GONE) while nobody has read it, while another's name waits for a second, and
    when it is over; Refusal(STALE) when it is not said why there is no report.
    """
    if not says_enough(choice, duty):
        raise Refusal(RefusalCode.STALE)
    if needs_two(choice):
        event = Event.NAME
    else:
        event = Event.CLOSE if choice.decision is Decision.CLOSED else Event.DECIDE
    if event is Event.CLOSE and old.state is State.NAMED:
        raise Refusal(RefusalCode.GONE)
    named = replace(choice, second=None)
    return _kept(replace(old, state=_after(old, event), named=named), now, policy)


def agree(old: Escalation, seen: Named, idx: Idx, *, now: Moment, policy: Policy) -> Escalation:
    """A second person names the same: it stands. `seen` is all that they were shown of it.

    Raises: Refusal(GONE) where no name waits; Refusal(CAS) where anything else was named than they
    were shown, and for whoever is the first name already.
    """
    if old.state is not State.NAMED or old.named is None:
        raise Refusal(RefusalCode.GONE)
    if old.named != seen or old.named.first == idx:
        raise Refusal(RefusalCode.CAS)
    event = Event.CLOSE if seen.decision is Decision.CLOSED else Event.AGREE
    named = replace(old.named, second=idx)
    return _kept(replace(old, state=_after(old, event), named=named), now, policy)


def take_back(old: Escalation, *, now: Moment, policy: Policy) -> Escalation:
    """The first name is taken back, or a colleague does not agree: it is open again.

    Raises: Refusal(GONE) where no name waits.
    """
    state = _after(old, Event.TAKE_BACK)
    return _kept(replace(old, state=state, named=None), now, policy)


def needs_two(choice: Named) -> bool:
    """Whether a decision stands only with a second name."""
    return choice.is_grave or choice.decision in BY_TWO


def duty(mode: ReportingMode, *, is_licensed: bool) -> Duty:
    """What the law asks of somebody who decides, by the centre's setting and their own licence."""
    if mode is ReportingMode.STATUTORY or is_licensed:
        return Duty.BY_LAW
    return Duty.PER_CASE if mode is ReportingMode.MIXED else Duty.ADVISED


def says_enough(choice: Named, duty: Duty) -> bool:
    """Whether it is said why no report is made, where that may be a duty."""
    if choice.decision is Decision.REPORT_OF_CONCERN or duty is Duty.ADVISED:
        return True
    if choice.no_report is NoReport.NOT_UNDER_DUTY:
        return duty is Duty.PER_CASE
    return choice.no_report is not None


def is_open(escalation: Escalation) -> bool:
    """Whether it waits for a decision."""
    return escalation.state not in (State.DECIDED, State.CLOSED)


def is_late(escalation: Escalation, now: Moment, policy: Policy) -> bool:
    """Whether it has waited for a decision beyond the centre's limit."""
    return is_open(escalation) and now >= due(escalation, policy)


def due(escalation: Escalation, policy: Policy) -> Moment:
    """By when it is to be decided."""
    return Moment(escalation.hour * HOUR + policy.escalation_alarm)


def _after(old: Escalation, event: Event) -> State:
    following = TRANSITIONS[old.state].get(event)
    if following is None:
        raise Refusal(RefusalCode.GONE)
    return following


def _kept(escalation: Escalation, now: Moment, policy: Policy) -> Escalation:
    day = max(escalation.expires_day, last_day(now, policy.escalation_days))
    return replace(escalation, expires_day=day)
