"""What is kept, where and for how long: one table, from the settings in force.

Pages that tell visitors what is kept are made from this table, so that words and behaviour cannot
differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hamn.core.policy import Policy
from hamn.core.words import Moment, Seconds

DAY = Seconds(24 * 3600)
AUDIT_KEPT = Seconds(365 * DAY)
"""How long a line of the audit log is kept; then an anchor stands for it."""


REGISTER_KEPT = 365
"""For how many days a legal request stays in the register."""


class What(Enum):
    """Everything that is kept at all, in this release."""

    FRAMES = "live frames"
    WAITING = "waiting places"
    CLOSED = "that a conversation is over, and why"
    MESSAGE = "sealed messages and replies"
    ESCALATION = "escalations, after the last touch"
    INQUIRY = "referrals and requests, after their decision"
    BOOKING = "booked talks, counted from their time"
    WISH = "that somebody waits for a time"
    CODE = "return codes"
    PLAN_COPY = "the visitor's copy of an action plan"
    CASE = "counselling cases, since their closing or last change"
    INVITE = "staff invites"
    SESSION = "staff sessions"
    LEGAL_REQUEST = "legal requests"
    AUDIT = "what staff did, without content"
    BACKUP = "backups"


class Under(Enum):
    """What is kept under a return code, and erased with it at once when its holder asks."""

    CODE = "the code itself, and the one before"
    LETTER = "messages and replies"
    PLAN_COPY = "the copy of an action plan"
    INQUIRY = "referrals and requests"
    TALK = "booked talks"
    WISH = "the wish for a time"
    CONFLICT = "who is not to be the adviser"


class Where(Enum):
    """In which place."""

    LIVE = "live store"
    RECORDS = "records"
    OPERATOR = "the operator's place"


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: at most for so long. Frames go as soon as every member has them."""

    what: What
    where: Where
    at_most: Seconds


def table(policy: Policy) -> tuple[Kept, ...]:
    """Every line, by the settings in force."""
    return (
        Kept(What.FRAMES, Where.LIVE, policy.pause),
        Kept(What.WAITING, Where.LIVE, policy.waiting_kept),
        Kept(What.CLOSED, Where.LIVE, policy.closed_kept),
        Kept(What.MESSAGE, Where.RECORDS, days(policy.message_days)),
        Kept(What.ESCALATION, Where.RECORDS, days(policy.escalation_days)),
        Kept(What.INQUIRY, Where.RECORDS, days(policy.inquiry_days)),
        Kept(What.BOOKING, Where.RECORDS, days(policy.booking_days)),
        Kept(What.WISH, Where.RECORDS, days(policy.wish_days)),
        Kept(What.CODE, Where.RECORDS, days(policy.code_days)),
        Kept(What.PLAN_COPY, Where.RECORDS, days(policy.code_days)),
        Kept(What.CASE, Where.RECORDS, days(policy.case_days)),
        Kept(What.INVITE, Where.RECORDS, policy.invite_kept),
        Kept(What.SESSION, Where.RECORDS, policy.session_whole),
        Kept(What.LEGAL_REQUEST, Where.RECORDS, days(REGISTER_KEPT)),
        Kept(What.AUDIT, Where.RECORDS, AUDIT_KEPT),
        Kept(What.BACKUP, Where.OPERATOR, days(policy.backup_days)),
    )


def days(count: int) -> Seconds:
    """So many days."""
    return Seconds(count * DAY)


def last_day(now: Moment, count: int) -> int:
    """The day number, from the Unix epoch, on which something ends that is kept for days."""
    return int(now // DAY) + count
