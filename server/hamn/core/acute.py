"""An acute room: supervisors are paged until one answers, and what is decided has two names.

Nothing here says what was written (domain.md section 3.4): only who, when, and codes from closed
lists. A visitor may always leave; what the staff owe then stays until it is complete.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from hamn.core.conversation import Conversation, Event, enter, timed
from hamn.core.effects import Effects, Wake, WakeLobby
from hamn.core.owed import Acute, Decided
from hamn.core.policy import Policy
from hamn.core.words import Idx, Moment, Refusal, RefusalCode


class Decision(Enum):
    """What two members can have decided together."""

    VISITOR_CALLS_112 = "visitor_112"
    WE_CALL_112 = "we_112"
    VISITOR_REPORTS = "visitor_reports"
    WE_REPORT = "we_report"
    POLICE = "police"
    NOTHING_KNOWN = "nothing_known"
    NOT_ACUTE = "not_acute"


class Debrief(Enum):
    """What becomes of the talk with colleagues afterwards."""

    PLANNED = "planned"
    HELD = "held"
    DECLINED = "declined"


MOST_DECISIONS = 16
"""More than these are not kept for one room."""


def sound(
    talk: Conversation, idx: Idx, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """A member of a visitor's room says that a life may be in danger; twice is as once.

    Raises: Refusal(GONE) when it is no room of theirs.
    """
    enter(talk, Event.ACUTE)
    if talk.is_staff_room or talk.staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    if talk.acute is not None:
        return talk, ()
    return _with(talk, Acute(by=idx, since=now), policy)


def answer(talk: Conversation, idx: Idx, *, policy: Policy) -> tuple[Conversation, Effects]:
    """A supervisor answers the page; the first one does.

    Raises: Refusal(GONE) when nothing is acute; Refusal(BUSY) when another has answered.
    """
    acute = _acute(talk)
    if acute.answered_by == idx:
        return talk, ()
    if acute.answered_by is not None:
        raise Refusal(RefusalCode.BUSY, wait=1)
    return _with(talk, replace(acute, answered_by=idx), policy)


def decide(
    talk: Conversation, idx: Idx, code: Decision, *, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """One of those concerned names what is decided; another who names the same makes it stand.

    Raises: Refusal(GONE) for anyone else; Refusal(FULL) when too much was decided.
    """
    acute = _acute(talk, idx)
    same = [(at, entry) for at, entry in enumerate(acute.log) if entry.code == code.value]
    if any(idx in (entry.first, entry.second) for _, entry in same):
        return talk, ()
    for at, entry in same:
        if entry.second is None:
            stands = replace(entry, second=idx, at=now)
            return _with(talk, replace(acute, log=_put(acute.log, at, stands)), policy)
    if len(acute.log) >= MOST_DECISIONS:
        raise Refusal(RefusalCode.FULL)
    entry = Decided(code.value, idx, None, now)
    return _with(talk, replace(acute, log=(*acute.log, entry)), policy)


def mark_debrief(
    talk: Conversation, idx: Idx, code: Debrief, *, policy: Policy
) -> tuple[Conversation, Effects]:
    """One of those concerned says what becomes of the debrief. Raises: as `decide`."""
    return _with(talk, replace(_acute(talk, idx), debrief=code.value), policy)


def standing(talk: Conversation) -> tuple[Decided, ...]:
    """Decisions with two names."""
    log = talk.acute.log if talk.acute else ()
    return tuple(entry for entry in log if entry.second is not None)


def inherit(
    talk: Conversation, old: Conversation, *, policy: Policy
) -> tuple[Conversation, Effects]:
    """The same visitor in a new room: what the old one owes is owed here, by the same people."""
    if talk.acute is not None or old.acute is None:
        return talk, ()
    return _with(talk, replace(old.acute, people=concerned(old)), policy)


def concerned(talk: Conversation) -> tuple[Idx, ...]:
    """Who may decide: who sounded it, who answered, and the staff in the room."""
    if talk.acute is None:
        return ()
    inside = [member.idx for member in talk.staff if member.idx is not None]
    named = [talk.acute.by, *talk.acute.people, *inside]
    if talk.acute.answered_by is not None:
        named.append(talk.acute.answered_by)
    return tuple(dict.fromkeys(named))


def _acute(talk: Conversation, idx: Idx | None = None) -> Acute:
    if talk.acute is None or (idx is not None and idx not in concerned(talk)):
        raise Refusal(RefusalCode.GONE)
    return talk.acute


def _with(talk: Conversation, acute: Acute, policy: Policy) -> tuple[Conversation, Effects]:
    changed = timed(replace(talk, acute=acute), policy)
    return changed, (Wake(talk.room), WakeLobby())


def _put(log: tuple[Decided, ...], at: int, entry: Decided) -> tuple[Decided, ...]:
    return (*log[:at], entry, *log[at + 1 :])
