"""The sealed message box: by when a message is answered, when it is late, and who answers it.

A message that waits is a value: which keys open it, the hour it came, what was promised, and the
one member of staff who has taken it. What it says, and in which language, nobody here can know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hamn.core.hours import AlwaysOpen, Opening, OpeningHours, Planned, next_start, span_at
from hamn.core.policy import Policy
from hamn.core.words import Idx, Kid, Mailbox, Moment, Refusal, RefusalCode

HOUR = 3600
OPENS_AFTER = 14 * 24
"""Hours that a box key still opens for after the last message may have been sealed to it."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message nobody has answered yet."""

    env_id: bytes
    mailbox: Mailbox | None
    """Where an answer goes; without a return code none can."""
    readers: tuple[Kid, ...]
    expires_day: int
    hour: int
    """When it came, as an hour from the Unix epoch: nothing finer is kept."""
    answer_by: Moment
    claimed_by: Idx | None = None
    claimed_until: Moment = Moment(0.0)
    rewrapped: tuple[Kid, ...] = ()
    """Keys that a colleague has sealed it to since."""

    @property
    def openers(self) -> frozenset[Kid]:
        """Every key that opens it, as it came or as a colleague has sealed it again."""
        return frozenset(self.readers) | frozenset(self.rewrapped)


def answer_by(opening: Opening, now: Moment, policy: Policy) -> Moment:
    """By when a message that is left now is answered (domain.md section 3.2).

    Within 24 hours, or 32 when those end on a Saturday or Sunday. Where nobody works for so long,
    the truth: shortly after the centre has opened again, by its rota or its hours.
    """
    if isinstance(opening, AlwaysOpen):
        return Moment(now + policy.answer_within)
    soon = datetime.fromtimestamp(now + policy.answer_within, opening.zone)
    is_weekend = soon.weekday() >= SATURDAY
    latest = now + (policy.answer_at_most if is_weekend else policy.answer_within)
    return Moment(max(latest, _worked(opening, now, policy)))


def _worked(opening: OpeningHours | Planned, now: Moment, policy: Policy) -> float:
    """When somebody has been there for long enough to read and write."""
    span = span_at(opening, now)
    if span is not None and span.end - now >= policy.answer_takes:
        return now + policy.answer_takes
    start = next_start(opening, now)
    return now if start is None else start + policy.answer_takes


def is_late(message: Waiting, now: Moment, policy: Policy) -> bool:
    """Whether it has waited so long that every desk is told."""
    return now >= message.hour * HOUR + policy.answer_alarm


def late_at(messages: tuple[Waiting, ...], policy: Policy) -> Moment | None:
    """When the oldest of these is or was late."""
    hours = [message.hour for message in messages]
    return Moment(min(hours) * HOUR + policy.answer_alarm) if hours else None


def is_held(message: Waiting, now: Moment) -> bool:
    """Whether somebody has taken it and is still at it."""
    return message.claimed_by is not None and now < message.claimed_until


def claim(message: Waiting, idx: Idx, *, now: Moment, policy: Policy) -> Waiting:
    """Take a message, or hold on to it. Raises: Refusal(CAS) while a colleague has it."""
    if is_held(message, now) and message.claimed_by != idx:
        raise Refusal(RefusalCode.CAS)
    return replace(message, claimed_by=idx, claimed_until=Moment(now + policy.answer_lease))


def give_back(message: Waiting, idx: Idx) -> Waiting:
    """Let a message go, for others to take; nothing happens to one that is another's."""
    if message.claimed_by != idx:
        return message
    return replace(message, claimed_by=None, claimed_until=Moment(0.0))


def need_hold(message: Waiting, idx: Idx, now: Moment) -> None:
    """Raises: Refusal(CAS) unless this member has taken the message."""
    if message.claimed_by != idx or not is_held(message, now):
        raise Refusal(RefusalCode.CAS)


def has_room(messages: tuple[Waiting, ...], *, mailbox: Mailbox | None, policy: Policy) -> bool:
    """Whether one more may wait: in all, and for one return code."""
    of_code = sum(1 for each in messages if mailbox is not None and each.mailbox == mailbox)
    return len(messages) < policy.box_at_most and of_code < policy.box_per_code


def still_seals(not_after: int, hour: int) -> bool:
    """Whether a box or escalation key may be sealed to: it opens for 14 days afterwards."""
    return hour <= not_after - OPENS_AFTER
