"""Who may ask to come into a room: invited colleagues, supervisors, and a visitor with the code.

The rules of protocol.md 7.5 rules 8-13 and section 16 rule 13 as far as the server sees them. A
join is an envelope sealed to the member who will commit; the server cannot open it, keeps it as a
letter of the room, and counts it as pending until a commit takes it or its time is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hamn.core import calls
from hamn.core.calls import Call, Calls
from hamn.core.conversation import (
    Conversation,
    Event,
    PendingJoin,
    Phase,
    begin,
    enter,
    timed,
)
from hamn.core.effects import Effects, Wake
from hamn.core.permission import Act, may
from hamn.core.policy import Policy
from hamn.core.words import Hash, Idx, Kid, Moment, Refusal, RefusalCode, RoomId

MOST_PENDING = 8
"""More joins than this are not kept for one room."""


@dataclass(frozen=True, slots=True)
class JoinForm:
    """What a type-7 envelope shows to somebody without keys, and who sent it."""

    idx: Idx | None
    """None for the visitor."""
    role: int
    cert: bytes
    to: Kid
    digest: Hash
    cap_hash: Hash | None
    until: Moment


def reserve(
    room: RoomId, call: Call, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """An unused room id becomes a staff room that only its inviter may open."""
    reserved = begin(room, Phase.RESERVED, now, policy)
    return replace(reserved, invited=(call.by, call.to), calls=(call,)), (Wake(room),)


def invite(talk: Conversation, call: Call, *, policy: Policy) -> tuple[Conversation, Effects]:
    """A member, or the inviter of a reserved room, lets a colleague ask to come in.

    Raises: Refusal(GONE) when the room is not theirs; Refusal(FULL) when too many are invited.
    """
    enter(talk, Event.INVITE)
    if not _belongs(talk, call.by):
        raise Refusal(RefusalCode.GONE)
    talk = replace(talk, calls=calls.renewed(talk.calls, call))
    if call.to in talk.invited:
        return talk, ()
    if len(talk.invited) >= MOST_PENDING:
        raise Refusal(RefusalCode.FULL)
    return timed(replace(talk, invited=(*talk.invited, call.to)), policy), (Wake(talk.room),)


def calls_to(talk: Conversation, idx: Idx, now: Moment) -> Calls:
    """What a member is asked in this room, and has neither answered nor missed for good."""
    if talk.phase is Phase.CLOSED or idx in talk.barred or talk.staff_member(idx) is not None:
        return ()
    return calls.waiting(talk.calls, idx, now)


def ask(
    talk: Conversation, form: JoinForm, *, to: Idx | None, now: Moment, policy: Policy
) -> tuple[Conversation, PendingJoin, Effects]:
    """Keep a join until a commit; a newer one of the same person takes its place.

    Raises: Refusal(GONE) when nobody of that key is there, or the asker may not come in.
    """
    enter(talk, Event.JOIN)
    if not (_may_ask(talk, form) and _reads(talk, form.to, to)):
        raise Refusal(RefusalCode.GONE)
    others = tuple(join for join in talk.joins if join.idx != form.idx)
    if len(others) >= MOST_PENDING:
        raise Refusal(RefusalCode.FULL)
    join = PendingJoin(
        letter="rejoin" if form.idx is None else f"join {form.idx}",
        idx=form.idx,
        to=form.to,
        cert=form.cert,
        digest=form.digest,
        cap_hash=form.cap_hash,
        until=min(form.until, Moment(now + policy.join_kept)),
    )
    answered = calls.answered(talk.calls, form.idx)
    asked = replace(talk, joins=(*others, join), calls=answered)
    return timed(asked, policy), join, (Wake(talk.room),)


def withdraw(talk: Conversation, idx: Idx, *, policy: Policy) -> tuple[Conversation, Effects]:
    """Who asked to come in does not want to any more."""
    joins = tuple(join for join in talk.joins if join.idx != idx)
    return timed(replace(talk, joins=joins), policy), ()


def _belongs(talk: Conversation, idx: Idx) -> bool:
    if talk.phase is Phase.RESERVED:
        return talk.invited[:1] == (idx,)
    return talk.staff_member(idx) is not None


def _may_ask(talk: Conversation, form: JoinForm) -> bool:
    if form.idx is None:
        return not talk.is_staff_room
    if form.idx in talk.barred:
        return False
    known = form.idx in talk.invited or talk.staff_member(form.idx) is not None
    is_live = talk.phase is not Phase.RESERVED
    return known or (is_live and may(form.role, Act.JOIN_UNINVITED))


def _reads(talk: Conversation, kid: Kid, to: Idx | None) -> bool:
    if talk.phase is Phase.RESERVED:
        return to == talk.invited[0]
    reader = next((member for member in talk.staff if member.kid == kid), None)
    return reader is not None and to in (None, reader.idx)
