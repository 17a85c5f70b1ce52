"""A conversation: waiting -> open <-> paused -> closed, its members and its deadlines.

Every change of phase stands in `TRANSITIONS`; an event that has no line there is refused as gone,
and nothing has changed. A step takes a value and returns the next one together with effects.
Offered and claimed are not phases: an offer is the lobby's matter, and a claim is a lease on a
waiting room. Commits are in commits.py, joins in joins.py; frames change the relay (relay.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.calls import Calls
from hamn.core.effects import Effects, Wake, WakeLobby
from hamn.core.owed import Acute
from hamn.core.policy import Policy
from hamn.core.relay import EMPTY, Relay
from hamn.core.words import (
    VISITOR_SLOT,
    Epoch,
    Hash,
    Idx,
    Kid,
    Mailbox,
    Moment,
    Pos,
    Refusal,
    RefusalCode,
    RoomId,
    Slot,
)


class Phase(Enum):
    """Where a conversation stands."""

    WAITING = "waiting"
    RESERVED = "reserved"
    """A staff room that nobody has opened yet."""
    OPEN = "open"
    PAUSED = "paused"
    """The visitor's socket is gone."""
    CLOSED = "closed"
    """Emptied; only that it is over, and why, can still be read for a while."""


class Event(Enum):
    """What happens to a conversation."""

    HELLO = "hello"
    CLAIM = "claim"
    LEASE_OUT = "lease out"
    INVITE = "invite"
    JOIN = "join"
    COMMIT = "commit"
    VISITOR_HERE = "visitor here"
    VISITOR_AWAY = "visitor away"
    STAFF_HERE = "staff here"
    STAFF_AWAY = "staff away"
    LEAVE = "leave"
    ACUTE = "acute"
    CLOSE = "close"


TRANSITIONS: dict[Phase, dict[Event, Phase]] = {
    Phase.WAITING: {
        Event.HELLO: Phase.WAITING,
        Event.CLAIM: Phase.WAITING,
        Event.LEASE_OUT: Phase.WAITING,
        Event.VISITOR_HERE: Phase.WAITING,
        Event.VISITOR_AWAY: Phase.WAITING,
        Event.COMMIT: Phase.OPEN,
        Event.CLOSE: Phase.CLOSED,
    },
    Phase.RESERVED: {
        Event.INVITE: Phase.RESERVED,
        Event.JOIN: Phase.RESERVED,
        Event.COMMIT: Phase.OPEN,
        Event.CLOSE: Phase.CLOSED,
    },
    Phase.OPEN: {
        Event.INVITE: Phase.OPEN,
        Event.JOIN: Phase.OPEN,
        Event.COMMIT: Phase.OPEN,
        Event.VISITOR_HERE: Phase.OPEN,
        Event.VISITOR_AWAY: Phase.PAUSED,
        Event.STAFF_HERE: Phase.OPEN,
        Event.STAFF_AWAY: Phase.OPEN,
        Event.LEAVE: Phase.OPEN,
        Event.ACUTE: Phase.OPEN,
        Event.CLOSE: Phase.CLOSED,
    },
    Phase.PAUSED: {
        Event.INVITE: Phase.PAUSED,
        Event.JOIN: Phase.PAUSED,
        Event.COMMIT: Phase.PAUSED,
        Event.VISITOR_HERE: Phase.OPEN,
        Event.VISITOR_AWAY: Phase.PAUSED,
        Event.STAFF_HERE: Phase.PAUSED,
        Event.STAFF_AWAY: Phase.PAUSED,
        Event.LEAVE: Phase.PAUSED,
        Event.ACUTE: Phase.PAUSED,
        Event.CLOSE: Phase.CLOSED,
    },
    Phase.CLOSED: {},
}


class Presence(Enum):
    """What others are told of a member (`peer` of protocol.md section 7.6)."""

    HERE = "here"
    AWAY = "away"
    LOST = "lost"
    LEAVING = "leaving"


class ClosedWhy(Enum):
    """Why a conversation ended, as told to its members."""

    END = "end"
    QUICK = "quick"
    EXPIRED = "expired"
    MOVED = "moved"
    REVOKED = "revoked"
    ERASED = "erased"
    PASSED = "passed"
    """Its member of staff had a conflict of interest; another takes it."""
    LIMITS = "limits"
    """Staff ended it because of how they were written to."""
    IDLE = "idle"
    """Nobody wrote for long: it rests, and its visitor may come back to it (quiet.py)."""


COMES_BACK = frozenset({ClosedWhy.REVOKED, ClosedWhy.PASSED, ClosedWhy.IDLE})
"""Ends after which the visitor's tab comes back, and is known as the same."""


@dataclass(frozen=True, slots=True)
class Member:
    """A seat that is taken. `idx` is None for the visitor; `cert` is the staff certificate."""

    slot: Slot
    idx: Idx | None
    kid: Kid | None
    cert: bytes
    presence: Presence
    since: Moment
    """Since when the presence holds."""


@dataclass(frozen=True, slots=True)
class PendingJoin:
    """A type-7 envelope waiting for a commit; the bytes lie in the room's letter named `letter`."""

    letter: str
    idx: Idx | None
    to: Kid
    cert: bytes
    """The joining staff member's certificate; empty for the visitor."""
    digest: Hash
    """H of the envelope: what a commit must name as the visitor's H(cert)."""
    cap_hash: Hash | None
    """A rejoining visitor's new capability, in force when the commit is taken."""
    until: Moment


@dataclass(frozen=True, slots=True)
class Conversation:
    """One room as the server knows it: who may do what next, and nothing that was said."""

    room: RoomId
    phase: Phase
    since: Moment
    """Since when the phase holds."""
    cap_hash: Hash | None
    """None in a staff room, and once there is nothing to come back to."""
    mailbox: Mailbox | None
    prev: RoomId | None
    """The conversation that this one continues; commit 1 closes it."""
    hello_kids: tuple[Kid, ...]
    held_before: Idx | None
    """Who held the conversation this one continues (7.5 rule 5)."""
    claimed_by: Idx | None
    claimed_kid: Kid | None
    lease_until: Moment | None
    visitor_here: bool
    """Whether the visitor's socket is open, waiting or in the room."""
    visitor_since: Moment
    members: tuple[Member, ...]
    used_slots: frozenset[Slot]
    epoch: Epoch
    relay: Relay
    commit_digest: Hash | None
    commit_pos: Pos
    joins: tuple[PendingJoin, ...]
    invited: tuple[Idx, ...]
    """Who may join. In a reserved staff room the first is the inviter, who makes epoch 1."""
    calls: Calls
    barred: tuple[Idx, ...]
    """Who has a conflict of interest and never comes in."""
    acute: Acute | None
    quiet_until: Moment | None
    """Nobody writes, and the visitor was asked: when the room rests, unless somebody writes."""
    settle_at: Moment | None
    """When lobby and room are compared again, so that a crash between the two heals."""
    why: ClosedWhy | None
    deadline: Moment
    """The next moment at which something must happen by itself."""

    @property
    def is_staff_room(self) -> bool:
        """Whether no visitor belongs in it."""
        return VISITOR_SLOT not in self.used_slots and self.phase is not Phase.WAITING

    def member(self, slot: Slot) -> Member | None:
        """Who sits in a slot."""
        return next((member for member in self.members if member.slot == slot), None)

    def staff_member(self, idx: Idx) -> Member | None:
        """Where a member of staff sits."""
        return next((member for member in self.members if member.idx == idx), None)

    @property
    def rests(self) -> bool:
        """Whether it is over for staff only: its visitor may still come back to it."""
        return self.why is ClosedWhy.IDLE

    @property
    def owes(self) -> bool:
        """Whether it is acute, and its log not complete."""
        return self.acute is not None and not self.acute.is_complete

    @property
    def staff(self) -> tuple[Member, ...]:
        """Members who are not the visitor."""
        return tuple(member for member in self.members if member.idx is not None)


def begin(room: RoomId, phase: Phase, now: Moment, policy: Policy) -> Conversation:
    """A room that has just come to be: WAITING for its visitor, or RESERVED for staff."""
    empty = Conversation(
        room=room,
        phase=phase,
        since=now,
        cap_hash=None,
        mailbox=None,
        prev=None,
        hello_kids=(),
        held_before=None,
        claimed_by=None,
        claimed_kid=None,
        lease_until=None,
        visitor_here=phase is Phase.WAITING,
        visitor_since=now,
        members=(),
        used_slots=frozenset(),
        epoch=Epoch(0),
        relay=EMPTY,
        commit_digest=None,
        commit_pos=Pos(0),
        joins=(),
        invited=(),
        calls=(),
        barred=(),
        acute=None,
        quiet_until=None,
        settle_at=None,
        why=None,
        deadline=now,
    )
    return timed(empty, policy)


def enter(talk: Conversation, event: Event) -> Phase:
    """The phase that follows. Raises: Refusal(GONE) when nothing of the kind may happen now."""
    following = TRANSITIONS[talk.phase].get(event)
    if following is None:
        raise Refusal(RefusalCode.GONE)
    return following


def claim(
    talk: Conversation, idx: Idx, kid: Kid, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """Lease a waiting room to the member whose claim the lobby has granted.

    Raises: Refusal(BUSY) when another holds it or its hello is not sealed to the key.
    """
    enter(talk, Event.CLAIM)
    if talk.claimed_by == idx and not _is_over(talk.lease_until, now):
        return talk, ()
    is_free = talk.claimed_by is None or _is_over(talk.lease_until, now)
    if not is_free or kid not in talk.hello_kids:
        raise Refusal(RefusalCode.BUSY, wait=1)
    lease = Moment(now + policy.lease)
    leased = replace(talk, claimed_by=idx, claimed_kid=kid, lease_until=lease)
    return timed(leased, policy), (Wake(talk.room), WakeLobby())


def lease_out(talk: Conversation, *, now: Moment, policy: Policy) -> tuple[Conversation, Effects]:
    """Take back a claim whose time is over; without effect on any other room."""
    if talk.phase is not Phase.WAITING or talk.claimed_by is None:
        return talk, ()
    if not _is_over(talk.lease_until, now):
        return talk, ()
    back = replace(talk, claimed_by=None, claimed_kid=None, lease_until=None)
    return timed(back, policy), (Wake(talk.room), WakeLobby())


def close(
    talk: Conversation, why: ClosedWhy, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """End it: what is left says that it is over, and why, until the deadline.

    A room that revocation closed, whose member stepped back, or that rests keeps its capability's
    hash, so that its visitor is known as the same when the tab comes back (7.5 rules 5, 14, 19);
    otherwise nothing remains to come back to.
    """
    phase = enter(talk, Event.CLOSE)
    bare = begin(talk.room, phase, now, policy)
    kept = talk.cap_hash if why in COMES_BACK else None
    closed = replace(
        bare,
        used_slots=talk.used_slots,
        cap_hash=kept,
        why=why,
        epoch=Epoch(talk.epoch + 1),
        barred=talk.barred,
        acute=None if why is ClosedWhy.MOVED else _left_owing(talk),
    )
    return timed(closed, policy), (Wake(talk.room), WakeLobby())


def _left_owing(talk: Conversation) -> Acute | None:
    """What the staff owe though their visitor has gone; nothing once it is complete."""
    if talk.acute is None or talk.acute.is_complete:
        return None
    inside = [member.idx for member in talk.staff if member.idx is not None]
    return replace(talk.acute, people=tuple(dict.fromkeys((*talk.acute.people, *inside))))


def closed_until(talk: Conversation, policy: Policy) -> Moment:
    """Until when a closed room's value is kept: longer while a decision is owed, or it rests."""
    if talk.rests:
        return Moment(talk.since + policy.pause)
    return Moment(talk.since + (policy.undecided_kept if talk.owes else policy.closed_kept))


def timed(talk: Conversation, policy: Policy) -> Conversation:
    """The same value with its next deadline. Every step ends with this."""
    deadline = min(_moments(talk, policy))
    return talk if deadline == talk.deadline else replace(talk, deadline=deadline)


def _is_over(until: Moment | None, now: Moment) -> bool:
    return until is None or until <= now


def _moments(talk: Conversation, policy: Policy) -> Iterator[Moment]:
    if talk.phase is Phase.CLOSED:
        yield closed_until(talk, policy)
    elif talk.phase is Phase.RESERVED:
        yield Moment(talk.since + policy.reserved)
    elif talk.phase is Phase.WAITING:
        yield from _waiting_moments(talk, policy)
    else:
        yield from _open_moments(talk, policy)


def _waiting_moments(talk: Conversation, policy: Policy) -> Iterator[Moment]:
    yield Moment(talk.since + policy.pause)
    if talk.lease_until is not None:
        yield talk.lease_until
    if not talk.visitor_here:
        yield Moment(talk.visitor_since + policy.waiting_kept)


def _open_moments(talk: Conversation, policy: Policy) -> Iterator[Moment]:
    yield expires_at(talk, policy)
    yield from (join.until for join in talk.joins)
    if talk.settle_at is not None:
        yield talk.settle_at
    if talk.quiet_until is not None:
        yield talk.quiet_until
    for member in talk.staff:
        if member.presence is Presence.AWAY:
            yield Moment(member.since + policy.lost_after)


def expires_at(talk: Conversation, policy: Policy) -> Moment:
    """When an open room ends by itself: its visitor, or all of its staff, stayed away too long."""
    missing = []
    if talk.phase is Phase.PAUSED:
        missing.append(talk.visitor_since)
    if all(member.presence in (Presence.AWAY, Presence.LOST) for member in talk.staff):
        missing.append(max((member.since for member in talk.staff), default=talk.since))
    return Moment(min(missing) + policy.pause) if missing else Moment(float("inf"))
