"""Referrals and requests: left by a professional, read and answered by supervisors, then erased.

The server sees that one waits, since which hour, and how it stands; whether it is about a person or
a workshop, and what it says, is sealed to every supervisor's escalation key and every `bg` key of
the roster, and to nobody else. It is no message of the box: no adviser opens it, and nobody seals
it again for a colleague.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from hamn.app import audit, box_keys, escalate
from hamn.app.forms import read_letter
from hamn.app.ports import BOX, PurgeBlocked, Staff, StoreFull, World
from hamn.asc1.envelope import EnvelopeType
from hamn.core import inquiry
from hamn.core.audit import Deed
from hamn.core.inquiry import Choice, Inquiry, State
from hamn.core.limits import Rate
from hamn.core.permission import Act, any_may
from hamn.core.retention import DAY
from hamn.core.words import Kid, Mailbox, Malformed, Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Standing:
    """What every supervisor is told: how many wait for a decision, and how many for too long."""

    waiting: int = 0
    late: int = 0


async def send(world: World, sealed: bytes, *, mailbox: Mailbox, bucket: bytes = b"") -> Inquiry:
    """Keep what a professional asks. The same one again is answered as the first time.

    Raises: Refusal(CAS) when it is not for exactly those who read these now; Refusal(FULL) after
    too many from one place, for one code, or in all; Refusal(GONE) for one that is over, where
    nobody could read it, and for a mailbox without a code; Malformed.
    """
    head = read_letter(sealed, EnvelopeType.INQUIRY)
    standing = await world.store.inquiry(head.env_id)
    if standing is not None:
        return await _same(world, standing, mailbox, sealed)
    now, policy = world.clock.now(), world.policy
    if head.expires <= now or not await world.store.codes_of(mailbox):
        raise Refusal(RefusalCode.GONE)
    await _need_all(world, head.kids)
    if not inquiry.has_room(await world.store.inquiries(), mailbox=mailbox, policy=policy):
        raise Refusal(RefusalCode.FULL)
    rate = Rate(policy.inquiries_per_day / DAY, policy.inquiries_per_day)
    if bucket and world.memory.count_try(b"inquiry" + bucket, rate, now) > 0:
        raise Refusal(RefusalCode.FULL)
    new = inquiry.begin(head.env_id, mailbox, now=now, policy=policy)
    await _add(world, new, sealed)
    return new


async def _need_all(world: World, kids: tuple[Kid, ...]) -> None:
    """Sealed to every supervisor and the board's keys, once each, and to nobody else."""
    supervisors = {each.kid for each in await escalate.readers(world)}
    if not supervisors:
        raise Refusal(RefusalCode.GONE)
    if len(kids) != len(set(kids)):
        raise Malformed("a reader twice")
    if set(kids) != supervisors | await escalate.board(world):
        raise Refusal(RefusalCode.CAS)


async def _same(world: World, standing: Inquiry, mailbox: Mailbox, sealed: bytes) -> Inquiry:
    papers = await world.store.inquiry_papers(standing.record)
    if standing.mailbox != mailbox or papers.form != sealed:
        raise Refusal(RefusalCode.GONE)
    return standing


async def _add(world: World, new: Inquiry, sealed: bytes) -> None:
    try:
        is_new = await world.store.add_inquiry(new, sealed)
    except StoreFull as full:
        raise Refusal(RefusalCode.BUSY, wait=5) from full
    if not is_new:
        raise Refusal(RefusalCode.BUSY, wait=1)
    world.bell.ring(BOX)


async def of_code(world: World, mailbox: Mailbox) -> list[tuple[Inquiry, bytes | None]]:
    """How everything stands that was asked under a code, with what was answered."""
    mine = [each for each in await world.store.inquiries() if each.mailbox == mailbox]
    return [(each, (await world.store.inquiry_papers(each.record)).answer) for each in mine]


async def listed(world: World) -> list[Inquiry]:
    """How every one stands, the oldest first; no content."""
    return await world.store.inquiries()


async def read(world: World, staff: Staff, record: bytes) -> tuple[Inquiry, bytes]:
    """The envelope, if this supervisor's own keys open it; it has then been read.

    Raises: Refusal(GONE).
    """
    old = await _found(world, record)
    form = (await world.store.inquiry_papers(record)).form
    own = {each.kid for each in await box_keys.own(world, staff.idx)}
    if form is None or not own & set(read_letter(form, EnvelopeType.INQUIRY).kids):
        raise Refusal(RefusalCode.GONE)
    new = await _changed(world, old, inquiry.read)
    if old.state is State.RECEIVED:
        await audit.note(world, Deed.INQUIRY_READ, staff.idx)
    return new, form


async def decide(
    world: World, staff: Staff, record: bytes, choice: Choice, sealed: bytes | None
) -> Inquiry:
    """A supervisor decides; the answer lies under the asker's code. Closing ends what was asked.

    Raises: Refusal(GONE), as `core.inquiry.decide`, and for an answer whose sender's key is not
    this member's; Refusal(CAS) where a colleague was first; Malformed without an answer that is
    needed.
    """
    if sealed is None and inquiry.needs_answer(choice.state):
        raise Malformed("decided without an answer")
    if sealed is not None:
        sender = read_letter(sealed, EnvelopeType.REPLY).sender
        if sender not in await box_keys.own_kids(world, staff.idx):
            raise Refusal(RefusalCode.GONE)
    old = await _found(world, record)

    def step(old: Inquiry) -> Inquiry:
        return inquiry.decide(old, choice, now=world.clock.now(), policy=world.policy)

    new = await _changed(world, old, step, sealed)
    codes = f"{choice.state.value}, {choice.reason.value}".replace("_", " ")
    await audit.note(world, Deed.INQUIRY_DECIDED, staff.idx, detail=codes)
    return new


async def standing(world: World) -> Standing:
    """How many wait, for supervisors and for the operator's counters."""
    now, policy = world.clock.now(), world.policy
    kept = [each for each in await world.store.inquiries() if inquiry.is_open(each)]
    return Standing(len(kept), sum(1 for each in kept if inquiry.is_late(each, now, policy)))


def may_see(staff: Staff) -> bool:
    """Whether this member is told how they stand."""
    return any_may(staff.roles, Act.ANSWER_INQUIRIES)


async def _found(world: World, record: bytes) -> Inquiry:
    found = await world.store.inquiry(record)
    if found is None:
        raise Refusal(RefusalCode.GONE)
    return found


async def _changed(
    world: World,
    old: Inquiry,
    step: Callable[[Inquiry], Inquiry],
    answer: bytes | None = None,
) -> Inquiry:
    """Step, swap; what is closed loses what was asked in the same step, from file and journal."""
    new = step(old)
    is_over = new.state is State.CLOSED
    if new != old or answer is not None:
        kept = await world.store.swap_inquiry(old, new, answer=answer, keeps_form=not is_over)
        if not kept:
            raise Refusal(RefusalCode.CAS)
        world.bell.ring(BOX)
    if is_over:
        with contextlib.suppress(PurgeBlocked):  # a reader was there; the next round gets it
            await world.store.purge()
    return new
