"""The visitor's copy of an action plan: one for each mailbox, for as long as a code of it lives.

It is a reply (type 3) sealed to the code's key, kept apart from other replies: reading it does not
end it, a newer one takes its place, and nothing here says which case it comes from.
"""

from __future__ import annotations

import contextlib

from hamn.app import audit, box_keys
from hamn.app.forms import read_letter
from hamn.app.ports import Letter, PurgeBlocked, Staff, World
from hamn.app.shelves import PlanCopy
from hamn.asc1.envelope import EnvelopeType
from hamn.core.audit import Deed
from hamn.core.booking import State
from hamn.core.case import follows
from hamn.core.permission import Act, any_may
from hamn.core.retention import last_day
from hamn.core.words import Idx, Mailbox, Refusal, RefusalCode


async def put(world: World, staff: Staff, sealed: bytes, *, mailbox: Mailbox) -> None:
    """Keep a copy as long as the mailbox has a code.

    Raises: Refusal(GONE) for a mailbox without a code, a sender whose key is not this member's, or
    over a copy of a colleague with whom they share nothing; Refusal(CAS); Malformed.
    """
    head = read_letter(sealed, EnvelopeType.REPLY)
    (reader,) = head.kids
    codes = await world.store.codes_of(mailbox)
    is_barred = staff.idx in await world.store.barred(mailbox)
    if not codes or is_barred or head.sender not in await box_keys.own_kids(world, staff.idx):
        raise Refusal(RefusalCode.GONE)
    day = max(code.expires_day for code in codes)
    standing = await world.store.copy_of(mailbox)
    if standing is not None and not await _may_replace(world, staff.idx, standing):
        await audit.note_seldom(world, Deed.COPY_REFUSED, staff.idx, standing.by)
        raise Refusal(RefusalCode.GONE)
    copy = PlanCopy(mailbox, staff.idx, head.env_id, reader, day, sealed)
    if not await world.store.put_copy(copy, over=standing):
        raise Refusal(RefusalCode.CAS)


async def _may_replace(world: World, idx: Idx, standing: PlanCopy) -> bool:
    """Their own, that of a colleague who is gone or whose case they are in, or one for a visitor
    who has booked a talk with them; one that is only held is no visitor's word."""
    if standing.by == idx or follows(await world.store.cases_of(idx), standing.by):
        return True
    writer = await world.store.staff(standing.by)
    if writer is None or writer.is_revoked or not any_may(writer.roles, Act.KEEP_CASES):
        return True
    _, book = await world.store.book(last_day(world.clock.now(), 0))
    theirs = [talk for talk in book.talks if (talk.mailbox, talk.idx) == (standing.mailbox, idx)]
    return any(talk.state in (State.BOOKED, State.DONE) for talk in theirs)


async def found(world: World, mailbox: Mailbox, last_day: int) -> tuple[Letter, ...]:
    """The copy of a mailbox whose code was just shown, if there is one; it lives as the code."""
    copy = await world.store.copy_of(mailbox)
    if copy is not None and copy.expires_day < last_day:
        copy = await world.store.keep_copy(mailbox, last_day)
    if copy is None:
        return ()
    return (Letter(copy.env_id, EnvelopeType.REPLY, mailbox, (copy.kid,), last_day, copy.data),)


async def erase(world: World, mailbox: Mailbox, env_id: bytes) -> bool:
    """The visitor does not want the copy any more; False when this is not the copy."""
    if not await world.store.drop_copy(mailbox, env_id):
        return False
    with contextlib.suppress(PurgeBlocked):  # a reader was there; the next round gets it
        await world.store.purge()
    return True
