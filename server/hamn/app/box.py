"""The sealed message box: left by a visitor, taken by one member of staff, answered under the code.

The server sees that a message waits, since which hour, which keys open it and where an answer
goes; nothing of what it says. An answered message ends in the same step in which its answer is
kept.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from hamn.app import box_keys, plan_copies, rota
from hamn.app.forms import read_letter
from hamn.app.ports import BOX, Letter, PurgeBlocked, Staff, StoreFull, World
from hamn.asc1.envelope import EnvelopeType
from hamn.core import box
from hamn.core.box import Waiting
from hamn.core.limits import Rate
from hamn.core.retention import DAY, last_day
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Standing:
    """What every desk is told: how many wait, how many for too long, and the next promise."""

    waiting: int
    late: int
    answer_by: Moment | None


async def promise(world: World) -> Moment | None:
    """By when a message that is left now is answered; None while nobody could open one."""
    if not await box_keys.has_readers(world):
        return None
    return box.answer_by(await rota.opening(world), world.clock.now(), world.policy)


async def leave(
    world: World, sealed: bytes, *, mailbox: Mailbox | None, bucket: bytes = b""
) -> Waiting:
    """Keep a visitor's message. The same one again is answered as the first time.

    Raises: Refusal(FULL) after too many from one place, for one code, or in all; Refusal(GONE) for
    one that is over or that nobody here can open; Malformed.
    """
    head = read_letter(sealed, EnvelopeType.BOX)
    waiting = tuple(await world.store.messages())
    standing = await world.store.letter(head.env_id)
    if standing is not None:
        return _same(standing, sealed, waiting)
    now, policy = world.clock.now(), world.policy
    keys = {certificate.kid for certificate in await box_keys.sealing(world)}
    if head.expires <= now or not keys & set(head.kids):
        raise Refusal(RefusalCode.GONE)
    if not box.has_room(waiting, mailbox=mailbox, policy=policy):
        raise Refusal(RefusalCode.FULL)
    rate = Rate(policy.box_per_day / DAY, policy.box_per_day)
    if bucket and world.memory.count_try(b"box" + bucket, rate, now) > 0:
        raise Refusal(RefusalCode.FULL)
    day = min(int((head.expires - 1) // DAY), last_day(now, policy.message_days))
    letter = Letter(head.env_id, EnvelopeType.BOX, mailbox, head.kids, day, sealed)
    by = box.answer_by(await rota.opening(world), now, policy)
    message = Waiting(head.env_id, mailbox, head.kids, day, int(now // box.HOUR), by)
    await _keep(world, letter, message)
    return message


async def _keep(world: World, letter: Letter, message: Waiting) -> None:
    try:
        is_new = await world.store.put_message(letter, message)
    except StoreFull as full:
        raise Refusal(RefusalCode.BUSY, wait=5) from full
    if not is_new:
        raise Refusal(RefusalCode.BUSY, wait=1)
    world.bell.ring(BOX)


def _same(standing: Letter, sealed: bytes, waiting: tuple[Waiting, ...]) -> Waiting:
    found = next((each for each in waiting if each.env_id == standing.env_id), None)
    if standing.data != sealed or found is None:
        raise Refusal(RefusalCode.GONE)
    return found


async def standing(world: World) -> Standing:
    """How the box stands, for everyone who may answer."""
    now, policy = world.clock.now(), world.policy
    messages = await world.store.messages()
    late = sum(1 for message in messages if box.is_late(message, now, policy))
    by = min((message.answer_by for message in messages), default=None)
    return Standing(len(messages), late, by)


async def listed(world: World, staff: Staff) -> list[Waiting]:
    """The messages that a member's own keys open, the oldest first."""
    kids = {certificate.kid for certificate in await box_keys.own(world, staff.idx)}
    mine = [each for each in await world.store.messages() if kids & each.openers]
    return [each for each in mine if not await _is_barred(world, each.mailbox, staff.idx)]


async def claim(world: World, staff: Staff, env_id: bytes) -> Waiting:
    """Take a message, or hold on to it.

    Raises: Refusal(CAS) while a colleague has it; Refusal(GONE).
    """
    old = await _found(world, staff, env_id)
    new = box.claim(old, staff.idx, now=world.clock.now(), policy=world.policy)
    if not await world.store.swap_message(old, new):
        raise Refusal(RefusalCode.CAS)
    world.bell.ring(BOX)
    return new


async def give_back(world: World, staff: Staff, env_id: bytes) -> None:
    """Let a message go, for others to take. Raises: Refusal(GONE)."""
    old = await _found(world, staff, env_id)
    new = box.give_back(old, staff.idx)
    if new != old and await world.store.swap_message(old, new):
        world.bell.ring(BOX)


async def read(world: World, staff: Staff, env_id: bytes) -> bytes:
    """The envelope of a message that this member has taken, as it came or as a colleague has sealed
    it again. Raises: as `close`."""
    message = await _held(world, staff, env_id)
    kids = {certificate.kid for certificate in await box_keys.own(world, staff.idx)}
    letter = await world.store.letter(env_id) if kids & set(message.readers) else None
    again = [await world.store.rewrap(env_id, kid) for kid in kids & set(message.rewrapped)]
    sealed = [each for each in again if each is not None] if letter is None else [letter.data]
    if not sealed:
        raise Refusal(RefusalCode.GONE)
    return sealed[0]


async def close(world: World, staff: Staff, env_id: bytes) -> None:
    """End a message without an answer: it came without a code, or there is nothing to answer.

    Raises: Refusal(CAS) unless this member has taken it; Refusal(GONE).
    """
    await _end(world, await _held(world, staff, env_id), None)


async def reply(
    world: World, staff: Staff, sealed: bytes, *, mailbox: Mailbox, answers: bytes | None
) -> None:
    """Keep a reply for a code, and end the message that it answers, in one step.

    Raises: Refusal(CAS) unless this member has taken that message; Refusal(GONE) for a mailbox
    without a code, or a sender whose key is not this member's; Malformed.
    """
    letter = await written(world, staff, sealed, mailbox)
    if answers is None:
        await world.store.put_letter(letter)
        return
    message = await _held(world, staff, answers)
    if message.mailbox != mailbox:
        raise Refusal(RefusalCode.GONE)
    await _end(world, message, letter)


async def written(world: World, staff: Staff, sealed: bytes, mailbox: Mailbox) -> Letter:
    """A reply as it is kept, from now. Raises: Refusal(GONE), Malformed, as `reply`."""
    head = read_letter(sealed, EnvelopeType.REPLY)
    is_own = head.sender in await box_keys.own_kids(world, staff.idx)
    if not is_own or not await world.store.codes_of(mailbox):
        raise Refusal(RefusalCode.GONE)
    now = world.clock.now()
    day = min(int((head.expires - 1) // DAY), last_day(now, world.policy.message_days))
    return Letter(head.env_id, EnvelopeType.REPLY, mailbox, head.kids, day, sealed)


async def read_and_erased(world: World, mailbox: Mailbox, env_id: bytes) -> None:
    """A reply was read, or a plan's copy is not wanted: it goes at once, from file and journal."""
    if await plan_copies.erase(world, mailbox, env_id):
        return
    letter = await world.store.letter(env_id)
    if letter is None or (letter.mailbox, letter.type) != (mailbox, EnvelopeType.REPLY):
        return
    await world.store.drop_letter(env_id)
    with contextlib.suppress(PurgeBlocked):  # a reader was there; the next round gets it
        await world.store.purge()


async def _end(world: World, message: Waiting, answer: Letter | None) -> None:
    if not await world.store.answer_message(message, answer):
        raise Refusal(RefusalCode.CAS)
    world.bell.ring(BOX)
    with contextlib.suppress(PurgeBlocked):
        await world.store.purge()


async def _held(world: World, staff: Staff, env_id: bytes) -> Waiting:
    message = await _found(world, staff, env_id)
    box.need_hold(message, staff.idx, world.clock.now())
    return message


async def _is_barred(world: World, mailbox: Mailbox | None, idx: Idx) -> bool:
    """Whether a conflict of interest keeps this member from that mailbox."""
    return mailbox is not None and idx in await world.store.barred(mailbox)


async def _found(world: World, staff: Staff, env_id: bytes) -> Waiting:
    for message in await listed(world, staff):
        if message.env_id == env_id:
            return message
    raise Refusal(RefusalCode.GONE)
