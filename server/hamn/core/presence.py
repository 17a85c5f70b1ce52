"""Here, away, lost, leaving: what becomes of a conversation as its members come and go.

Rules 4, 7, 14 and 15 of protocol.md section 7.5, and the deadlines that follow from them.
"""

from __future__ import annotations

from dataclasses import replace

from hamn.core import calls
from hamn.core.conversation import (
    ClosedWhy,
    Conversation,
    Event,
    Member,
    Phase,
    Presence,
    close,
    closed_until,
    enter,
    expires_at,
    lease_out,
    timed,
)
from hamn.core.effects import Effects, Erase, Wake, WakeLobby
from hamn.core.policy import Policy
from hamn.core.quiet import after_quiet, unasked
from hamn.core.words import VISITOR_SLOT, Idx, Moment, Refusal, RefusalCode, Slot


def visitor_present(
    talk: Conversation, *, is_here: bool, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """The visitor's socket has come or gone."""
    phase = enter(talk, Event.VISITOR_HERE if is_here else Event.VISITOR_AWAY)
    if talk.visitor_here == is_here and talk.phase is phase:
        return talk, ()
    shown = Presence.HERE if is_here else Presence.AWAY
    changed = replace(
        talk,
        phase=phase,
        since=talk.since if phase is talk.phase else now,
        visitor_here=is_here,
        visitor_since=now,
        members=_shown(talk, VISITOR_SLOT, shown, now),
        settle_at=_earliest(talk.settle_at, Moment(now if is_here else now + policy.hold)),
    )
    return timed(unasked(changed), policy), (Wake(talk.room), WakeLobby())


def staff_present(
    talk: Conversation, slot: Slot, presence: Presence, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """A member of staff has come, gone, or lost the keys of the room.

    Raises: Refusal(GONE) when the slot is nobody's.
    """
    enter(talk, Event.STAFF_HERE if presence is Presence.HERE else Event.STAFF_AWAY)
    member = talk.member(slot)
    if member is None or member.idx is None:
        raise Refusal(RefusalCode.GONE)
    is_lost = member.presence is Presence.LOST and presence is Presence.AWAY
    if is_lost or member.presence in (presence, Presence.LEAVING):
        return talk, ()
    changed = unasked(replace(talk, members=_shown(talk, slot, presence, now)))
    return timed(changed, policy), (Wake(talk.room),)


def leave(
    talk: Conversation, slot: Slot, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """A member asks to go (7.5 rule 14): the visitor and the last of the staff close the room.

    Raises: Refusal(GONE) when the slot is nobody's; Refusal(UNDECIDED) when the last of the staff
    would close an acute room whose log is not complete.
    """
    enter(talk, Event.LEAVE)
    if talk.member(slot) is None:
        raise Refusal(RefusalCode.GONE)
    gone = (Presence.LEAVING, Presence.LOST)
    staying = [m for m in talk.staff if m.slot != slot and m.presence not in gone]
    # A staff room of one has nobody to commit with.
    enough = 2 if talk.is_staff_room else 1
    if slot == VISITOR_SLOT or len(staying) < enough:
        if slot != VISITOR_SLOT and talk.owes:
            raise Refusal(RefusalCode.UNDECIDED)
        return close(talk, ClosedWhy.END, now=now, policy=policy)
    changed = replace(talk, members=_shown(talk, slot, Presence.LEAVING, now))
    return timed(changed, policy), (Wake(talk.room),)


def revoke(
    talk: Conversation, idx: Idx, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """A member may no longer take part (7.5 rule 14): a colleague who is here commits without them;
    where nobody is, the room is closed, and the visitor's tab finds another adviser."""
    if talk.phase is Phase.WAITING and talk.claimed_by == idx:
        talk = replace(talk, lease_until=now)
        return lease_out(talk, now=now, policy=policy)
    member = talk.staff_member(idx)
    if talk.phase is Phase.CLOSED or member is None:
        return talk, ()
    others = [m for m in talk.staff if m.idx != idx and m.presence is Presence.HERE]
    if len(others) < (2 if talk.is_staff_room else 1):
        return close(talk, ClosedWhy.REVOKED, now=now, policy=policy)
    changed = replace(
        talk,
        members=_shown(talk, member.slot, Presence.LEAVING, now),
        joins=tuple(join for join in talk.joins if join.idx != idx),
        invited=tuple(each for each in talk.invited if each != idx),
        calls=calls.without(talk.calls, idx),
    )
    return timed(changed, policy), (Wake(talk.room), WakeLobby())


def everyone_away(
    talk: Conversation, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """No socket has survived a restart."""
    if talk.phase in (Phase.CLOSED, Phase.RESERVED):
        return talk, ()
    if not talk.is_staff_room:
        talk, _ = visitor_present(talk, is_here=False, now=now, policy=policy)
    for member in talk.staff:
        if member.presence is Presence.HERE:
            talk, _ = staff_present(talk, member.slot, Presence.AWAY, now=now, policy=policy)
    return talk, (Wake(talk.room), WakeLobby())


def holders(talk: Conversation, *, now: Moment, policy: Policy) -> frozenset[Idx]:
    """Whose capacity the conversation uses: nobody's once its visitor has been away for long."""
    if talk.phase is Phase.WAITING and talk.claimed_by is not None:
        return frozenset({talk.claimed_by})
    if talk.is_staff_room or talk.phase not in (Phase.OPEN, Phase.PAUSED):
        return frozenset()
    if talk.phase is Phase.PAUSED and now >= talk.visitor_since + policy.hold:
        return frozenset()
    staying = (m for m in talk.staff if m.presence is not Presence.LEAVING)
    return frozenset(member.idx for member in staying if member.idx is not None)


def due(talk: Conversation, *, now: Moment, policy: Policy) -> tuple[Conversation, Effects]:
    """Everything that must have happened by itself by now, once."""
    if talk.phase is Phase.CLOSED:
        is_over = now >= closed_until(talk, policy)
        return talk, (Erase(talk.room),) if is_over else ()
    if _is_expired(talk, now, policy):
        return close(talk, ClosedWhy.EXPIRED, now=now, policy=policy)
    talk, effects = after_quiet(talk, now=now, policy=policy)
    if talk.rests:
        return talk, effects
    talk, effects = lease_out(talk, now=now, policy=policy)
    for member in talk.staff:
        if member.presence is Presence.AWAY and now >= member.since + policy.lost_after:
            talk, more = staff_present(talk, member.slot, Presence.LOST, now=now, policy=policy)
            effects += more
    joins = tuple(join for join in talk.joins if join.until > now)
    settle_at = None if talk.settle_at and talk.settle_at <= now else talk.settle_at
    return timed(replace(talk, joins=joins, settle_at=settle_at), policy), effects


def _is_expired(talk: Conversation, now: Moment, policy: Policy) -> bool:
    if talk.phase is Phase.RESERVED:
        return now >= talk.since + policy.reserved
    if talk.phase is Phase.WAITING:
        kept = Moment(talk.visitor_since + policy.waiting_kept)
        is_left = not talk.visitor_here and now >= kept
        return is_left or now >= talk.since + policy.pause
    return now >= expires_at(talk, policy)


def _shown(talk: Conversation, slot: Slot, presence: Presence, now: Moment) -> tuple[Member, ...]:
    return tuple(
        replace(member, presence=presence, since=now) if member.slot == slot else member
        for member in talk.members
    )


def _earliest(first: Moment | None, second: Moment) -> Moment:
    return second if first is None else min(first, second)
