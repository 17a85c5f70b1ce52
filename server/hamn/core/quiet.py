"""A talk in which nobody writes: its visitor is asked, it is held for a while, and then it rests.

The server cannot tell a line from a cover or a receipt, and must not (protocol.md 7.3). So the
client of whoever renews the room's keys says when nobody has written for five minutes, and when
somebody has; the deadline that follows is kept here. A room that rests is closed and emptied: its
staff are free, and its visitor is known as the same when they come back within a day.
"""

from __future__ import annotations

from dataclasses import replace

from hamn.core.conversation import (
    ClosedWhy,
    Conversation,
    Phase,
    Presence,
    close,
    timed,
)
from hamn.core.effects import Effects
from hamn.core.policy import Policy
from hamn.core.words import Idx, Moment, Refusal, RefusalCode


def hush(
    talk: Conversation, idx: Idx, *, is_quiet: bool, now: Moment, policy: Policy
) -> tuple[Conversation, Effects]:
    """A member says that nobody writes and the visitor was asked, or that somebody has written.

    Saying it twice does not put the deadline off. Raises: Refusal(GONE) when it is no open room of
    theirs with a visitor.
    """
    if talk.phase is not Phase.OPEN or talk.is_staff_room or talk.staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    asked = talk.quiet_until or Moment(now + policy.quiet_held)
    until = asked if is_quiet and not talk.owes else None
    return timed(replace(talk, quiet_until=until), policy), ()


def unasked(talk: Conversation) -> Conversation:
    """The same room without its deadline once there is nobody to ask, or nobody who would hear."""
    is_heard = talk.phase is Phase.OPEN and any(m.presence is Presence.HERE for m in talk.staff)
    return talk if is_heard else replace(talk, quiet_until=None)


def after_quiet(talk: Conversation, *, now: Moment, policy: Policy) -> tuple[Conversation, Effects]:
    """The room at rest, once it has been quiet for too long; an acute one goes on.

    One at rest still says whose code leads to it, and who held it.
    """
    if talk.quiet_until is None or talk.quiet_until > now:
        return talk, ()
    if talk.owes:
        return replace(talk, quiet_until=None), ()
    rests, effects = close(talk, ClosedWhy.IDLE, now=now, policy=policy)
    staying = (m.idx for m in talk.staff if m.presence is not Presence.LEAVING)
    return replace(rests, mailbox=talk.mailbox, held_before=next(staying, None)), effects
