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


class What(Enum):
    """Everything that is kept at all, in this release."""

    FRAMES = "live frames"
    WAITING = "waiting places"
    CLOSED = "that a conversation is over, and why"
    MESSAGE = "sealed messages and replies"
    CODE = "return codes"
    INVITE = "staff invites"
    SESSION = "staff sessions"
    BACKUP = "backups"


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
        Kept(What.CODE, Where.RECORDS, days(policy.code_days)),
        Kept(What.INVITE, Where.RECORDS, policy.invite_kept),
        Kept(What.SESSION, Where.RECORDS, policy.session_whole),
        Kept(What.BACKUP, Where.OPERATOR, days(policy.backup_days)),
    )


def days(count: int) -> Seconds:
    """So many days."""
    return Seconds(count * DAY)


def last_day(now: Moment, count: int) -> int:
    """The day number, from the Unix epoch, on which something ends that is kept for days."""
    return int(now // DAY) + count
