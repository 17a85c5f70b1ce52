"""Stepping back from a visitor: for a conflict of interest, or because it was abusive.

Who has a conflict never opens that conversation, its continuation or its code again. Nobody is
banned for abuse: what is kept is that a supervisor was told, and that the adviser has a break.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from hamn.core.conversation import ClosedWhy, Conversation, Event, Presence, close, enter, timed
from hamn.core.effects import Effects, Wake
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, Notice, with_member
from hamn.core.words import Idx, Moment, Refusal, RefusalCode, RoomId

MOST_NOTICES = 32
"""More than these are not kept for supervisors."""


class Tie(Enum):
    """Why a member steps back; no more is kept."""

    VISITOR = "knows_visitor"
    PERSON = "knows_person"
    OTHER = "other_tie"


def step_back(
    talk: Conversation, idx: Idx, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """The member leaves for good; alone with the visitor, the room goes to another.

    Raises: Refusal(GONE) when it is no visitor's room of theirs.
    """
    enter(talk, Event.LEAVE)
    if talk.is_staff_room or talk.staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    barred = replace(talk, barred=(*talk.barred, idx))
    staying = [m for m in talk.staff if m.idx != idx and m.presence is Presence.HERE]
    if not staying:
        return close(barred, ClosedWhy.PASSED, now=now, policy=policy)
    members = tuple(
        replace(m, presence=Presence.LEAVING, since=now) if m.idx == idx else m
        for m in talk.members
    )
    return timed(replace(barred, members=members), policy), (Wake(talk.room),)


def end_abusive(
    talk: Conversation, idx: Idx, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """The room ends at once. Raises: Refusal(GONE); Refusal(UNDECIDED) while it is acute."""
    enter(talk, Event.LEAVE)
    if talk.is_staff_room or talk.staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    if talk.owes:
        raise Refusal(RefusalCode.UNDECIDED)
    return close(talk, ClosedWhy.LIMITS, now=now, policy=policy)


def told_and_rested(lobby: Lobby, idx: Idx, room: RoomId, *, now: Moment, policy: Policy) -> Lobby:
    """Supervisors are told, once, and the member rests longer than after another talk."""
    member = lobby.on_duty(idx)
    if member is not None:
        until = Moment(now + policy.break_after_abuse)
        lobby = with_member(lobby, replace(member, wrap_up_until=until))
    return told(lobby, Notice(room, idx, now))


def told(lobby: Lobby, notice: Notice) -> Lobby:
    """Supervisors are told this, once of a conversation."""
    others = (n for n in lobby.notices if (n.id, n.kind) != (notice.id, notice.kind))
    return replace(lobby, notices=(*others, notice)[-MOST_NOTICES:])
