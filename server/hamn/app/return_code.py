"""The return code: kept as hashes, compared in constant time, one answer for unknown and expired.

A code opens a mailbox, and through it the live room it belongs to (protocol.md section 8). The
link between mailbox and room is in the live store only.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from hamn.app import plan_copies
from hamn.app.change import Change, change
from hamn.app.forms import digest
from hamn.app.mailboxes import room_of
from hamn.app.ports import CodeRow, Letter, World
from hamn.asc1.envelope import EnvelopeType
from hamn.core.booking import asked_about
from hamn.core.conversation import Conversation, Phase
from hamn.core.limits import per_hour
from hamn.core.retention import last_day
from hamn.core.words import Hash, Mailbox, Moment, Refusal, RefusalCode, RoomId

IN_ALL = b"codes in all"
CODES_PER_ROOM = per_hour(10)
"""A visitor who comes back into a room does no work for a code."""
HARDER = 16
"""How much harder the work gets when too many wrong codes come in all."""


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What a code opens. `room` is the live conversation to rejoin, if there is one; `answer_by`
    what was promised for a message of this code that waits."""

    mailbox: Mailbox
    letters: tuple[Letter, ...]
    room: Conversation | None
    answer_by: Moment | None = None
    talks: int = 0
    """How many talks of this code are still spoken of (core/booking.py)."""
    inquiries: int = 0
    """How many referrals and requests lie under it."""


async def keep(
    world: World,
    *,
    h_id: Hash,
    h_auth: Hash,
    old: tuple[bytes, bytes] | None,
    room: RoomId | None,
) -> Mailbox:
    """Keep a new code, and bind its mailbox to the visitor's room. With `old` both open the same.

    Raises: Refusal(GONE) when `old` is not known, or the code is another's; Refusal(BUSY) after
    too many from one room.
    """
    _count(world, room)
    mailbox = Mailbox(world.entropy.bytes(16))
    if old is not None:
        mailbox = (await known_row(world, old[0], old[1])).mailbox
    row = CodeRow(h_id, h_auth, mailbox, _last_day(world))
    if not await world.store.swap_code(h_id, None, row):
        standing = await world.store.code(h_id, _today(world))
        if standing is None or not hmac.compare_digest(standing.h_auth, h_auth):
            raise Refusal(RefusalCode.GONE)
        mailbox = standing.mailbox  # the answer to the first try was lost
    elif old is None:
        world.memory.note_made(mailbox, world.clock.now())
    if room is not None:
        talk = await change(world, room, lambda talk: _bound(talk, mailbox))
        for idx in talk.barred:
            await world.store.bar(mailbox, idx)
    return mailbox


async def use(world: World, *, id: bytes, auth: bytes, bucket: bytes = b"") -> Found:  # noqa: A002
    """Open a mailbox with a code, which then lives on for its whole time again.

    `bucket` stands for where the try comes from; without one only the tries in all are counted.

    Raises: Refusal(BUSY) after too many tries; Refusal(GONE) for unknown and expired alike.
    """
    row = await known_row(world, id, auth, bucket=bucket)
    await world.store.swap_code(row.h_id, row, replace(row, expires_day=_last_day(world)))
    copy = await plan_copies.found(world, row.mailbox, _last_day(world))
    letters = await world.store.letters(mailbox=row.mailbox, reader=None)
    _, book = await world.store.book(_today(world))
    replies = tuple(
        letter
        for letter in letters
        if letter.type == EnvelopeType.REPLY and letter.env_id not in book.envelopes
    )
    talk = await room_of(world, row.mailbox)
    is_live = talk is not None and talk.phase in (Phase.OPEN, Phase.PAUSED)
    waiting = [each for each in await world.store.messages() if each.mailbox == row.mailbox]
    by = min((message.answer_by for message in waiting), default=None)
    talks = len(asked_about(book, row.mailbox, world.clock.now()))
    asked = sum(1 for each in await world.store.inquiries() if each.mailbox == row.mailbox)
    return Found(row.mailbox, (*copy, *replies), talk if is_live else None, by, talks, asked)


async def drop(world: World, *, id: bytes, auth: bytes, bucket: bytes = b"") -> None:  # noqa: A002
    """End a code; others of its mailbox go on. Raises: as `use`."""
    row = await known_row(world, id, auth, bucket=bucket)
    await world.store.swap_code(row.h_id, row, None)


async def known_row(
    world: World,
    id: bytes,  # noqa: A002
    auth: bytes,
    *,
    bucket: bytes = b"",
) -> CodeRow:
    """The row of a code that was rightly shown. Raises: as `use`."""
    now, policy = world.clock.now(), world.policy
    if bucket:
        rate = per_hour(policy.code_tries_per_hour)
        wait = world.memory.count_try(b"code" + bucket, rate, now)
        if wait > 0:
            raise Refusal(RefusalCode.BUSY, wait=int(wait) + 1)
    row = await world.store.code(digest(id), _today(world))
    # An unknown code is compared too, so that it takes the same time.
    is_right = hmac.compare_digest(row.h_auth if row else bytes(32), digest(auth))
    if row is None or not is_right:
        world.memory.count_try(IN_ALL, per_hour(policy.code_tries_in_all), now)
        raise Refusal(RefusalCode.GONE)
    return row


def work_factor(world: World) -> int:
    """How many times the usual work a try costs: more after too many wrong codes in all."""
    rate = per_hour(world.policy.code_tries_in_all)
    return HARDER if world.memory.would_wait(IN_ALL, rate, world.clock.now()) > 0 else 1


def _count(world: World, room: RoomId | None) -> None:
    if room is None:
        return
    wait = world.memory.count_try(b"keep" + room, CODES_PER_ROOM, world.clock.now())
    if wait > 0:
        raise Refusal(RefusalCode.BUSY, wait=int(wait) + 1)


def _bound(talk: Conversation, mailbox: Mailbox) -> Change:
    if talk.phase is Phase.CLOSED:
        raise Refusal(RefusalCode.GONE)
    return Change(talk if talk.mailbox == mailbox else replace(talk, mailbox=mailbox))


def _today(world: World) -> int:
    return last_day(world.clock.now(), 0)


def _last_day(world: World) -> int:
    return last_day(world.clock.now(), world.policy.code_days)
