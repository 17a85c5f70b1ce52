"""Booking, step by step: times are published, taken, moved, let go, and sealed (core/booking.py).

Every step is one change of the whole book, taken from one alone; who waits for a time is served in
the same step. What is agreed about a talk lies among the letters and ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hamn.app import box_keys
from hamn.app.forms import read_letter
from hamn.app.ports import LOBBY, Letter, Sealing, Staff, World
from hamn.asc1.bytes import kid
from hamn.asc1.envelope import EnvelopeType
from hamn.core import booking, slots, wishes
from hamn.core.booking import Asked, Book, Now, State, Talk, Wish
from hamn.core.limits import Rate
from hamn.core.permission import Act, any_may, may
from hamn.core.retention import DAY
from hamn.core.slots import Form, Plan, Published, Slot, SlotKey
from hamn.core.words import Idx, Kid, Mailbox, Malformed, Moment, Refusal, RefusalCode, Role

TRIES = 8
BEFORE = 31
"""Days before today that pages may look at."""
KEY_SIZE = 32
Step = Callable[[Book, Now], Book]


@dataclass(frozen=True, slots=True)
class Mine:
    """What a return code has of the book: talks, a wish, and what is agreed, sealed to it."""

    talks: tuple[Talk, ...]
    wish: Wish | None
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The times of some days, as staff see them, and who holds talks."""

    version: int
    plan: Plan
    slots: tuple[Slot, ...]
    talks: tuple[Talk, ...]
    staff: tuple[Staff, ...]


def now_of(world: World) -> Now:
    now = world.clock.now()
    return Now(now, world.zone, world.policy, world.memory.new_ones(now))


async def free(world: World) -> tuple[Slot, ...]:
    """The times that anybody can have."""
    now = now_of(world)
    _, book = await world.store.book(now.today - BEFORE)
    able = await _able(world)
    return tuple(slot for slot in booking.free(book, now) if slot.idx in able)


async def mine(world: World, mailbox: Mailbox, r: bytes) -> Mine:
    """Everything of a code; `r`, if it is told, is the public half of the one in use. Raises:
    Malformed; Refusal(BUSY)."""
    if r:
        _need_key(r)
    now = now_of(world)
    _, book = await world.store.book(now.today - BEFORE)
    if r and booking.known_by(book, mailbox, r) != book:
        book = await change(world, lambda book, _: booking.known_by(book, mailbox, r))
    talks = booking.tidied(book, now.moment).of(mailbox)
    kept = [await world.store.letter(talk.reply) for talk in talks if talk.reply is not None]
    letters = tuple(letter for letter in kept if letter is not None)
    return Mine(talks, book.wish(mailbox), letters)


async def take(
    world: World,
    mailbox: Mailbox,
    key: SlotKey,
    *,
    language: str,
    interpreter: str | None,
    r: bytes,
    moves: bytes | None,
    bucket: bytes = b"",
) -> None:
    """A visitor books a time, or says yes to one that is held for her.

    Raises: Refusal(CAS) when somebody was first; Refusal(GONE), also for a mailbox whose last code
    has ended; Refusal(FULL) for too many under this code; Refusal(BUSY), also for too many from
    this bucket or of new codes; Malformed.
    """
    _need_key(r)
    _, old = await world.store.book(now_of(world).today)
    if not any(talk.key == key for talk in old.of(mailbox)):  # not asked once more, nor held
        _count(world, b"talk", bucket)
    asked = await _asked(world, mailbox, language, interpreter, moves)
    await change(world, lambda book, now: booking.book_time(book, key, asked, r, now), by=mailbox)


async def let_go(world: World, mailbox: Mailbox, id: bytes) -> None:  # noqa: A002
    """A visitor cancels, or says no. Raises: Refusal(GONE)."""
    await change(world, lambda book, now: booking.cancel(book, id, mailbox, now))


async def wait(
    world: World,
    mailbox: Mailbox,
    forms: Sequence[Form],
    *,
    language: str,
    interpreter: str | None,
    bucket: bytes = b"",
) -> None:
    """A visitor waits for a time in one of these forms; in none: no longer.

    Raises: Refusal(BUSY), also for too many from this bucket, of new codes or in all;
    Refusal(GONE) for a mailbox whose last code has ended.
    """
    _, old = await world.store.book(now_of(world).today)
    if forms and old.wish(mailbox) is None:
        _count(world, b"wish", bucket)
    hour = int(world.clock.now() // 3600)
    last_day = hour // 24 + world.policy.wish_days
    wish = Wish(mailbox, tuple(dict.fromkeys(forms)), language, interpreter, hour, last_day)
    by = mailbox if forms else None
    await change(world, lambda book, now: wishes.wait_for(book, wish, now), by=by)


async def is_meeting(world: World, mailbox: Mailbox, idx: Idx) -> bool:
    """Whether the door to a talk of this code with this member is open now."""
    now = now_of(world)
    _, book = await world.store.book(now.today)
    talks = (talk for talk in book.of(mailbox) if talk.idx == idx)
    return any(booking.is_on(talk, now.moment, now.policy) for talk in talks)


# Staff --------------------------------------------------------------------------------------------


async def look(world: World, first: int, days: int) -> Look:
    """The times of some days."""
    version, book = await world.store.book(first)
    able = await _able(world)
    staff = tuple(each for each in await world.store.all_staff() if each.idx in able)
    last = first + days - 1
    talks = tuple(talk for talk in book.talks if first <= talk.key[0] <= last)
    return Look(version, book.plan, slots.slots_of(book.plan, first, last), talks, staff)


async def publish(world: World, staff: Staff, asked: Published) -> None:
    """One more time. Raises: Refusal(GONE) for a time of somebody else's; as `slots.publish`."""
    _need_own(staff, asked.idx)
    able = await _able(world)
    await _plan(world, lambda plan, today: slots.publish(plan, asked, able=able, today=today))


async def end(world: World, staff: Staff, key: SlotKey) -> None:
    """No longer, from that day on. Talks that are booked stand. Raises: Refusal(GONE)."""
    await _plan(world, lambda plan, today: slots.end(*_owned(plan, staff, key), today=today))


async def withdraw(world: World, staff: Staff, key: SlotKey) -> None:
    """Not on that day. A talk that is booked stands. Raises: Refusal(GONE)."""

    def step(plan: Plan, today: int) -> Plan:
        _owned(plan, staff, key)
        return slots.withdraw(plan, key, today=today)

    await _plan(world, step)


async def move(world: World, staff: Staff, key: SlotKey, to: Published) -> None:
    """A time at another hour. Raises: as what it is made of."""
    _need_own(staff, to.idx)
    able = await _able(world)

    def step(plan: Plan, today: int) -> Plan:
        _owned(plan, staff, key)
        return slots.move(plan, key, to, able=able, today=today)

    await _plan(world, step)


async def own(world: World, staff: Staff) -> list[tuple[Talk, bytes | None]]:
    """A member's own talks, the next one first, and what is sealed for them."""
    now = now_of(world)
    _, book = await world.store.book(now.today)
    talks = [talk for talk in booking.tidied(book, now.moment).talks if talk.idx == staff.idx]
    return [(talk, await _sealed(world, talk)) for talk in sorted(talks, key=lambda t: t.start)]


async def agree(
    world: World,
    staff: Staff,
    id: bytes,  # noqa: A002
    *,
    appointment: bytes,
    reply: bytes | None,
) -> None:
    """What is agreed, sealed to the member (type 5) and to the visitor (type 3); without a reply
    the first alone is sealed anew.

    Raises: Refusal(GONE) for another's talk or key; Malformed.
    """
    head = read_letter(appointment, EnvelopeType.APPOINTMENT)
    own_kids = await box_keys.own_kids(world, staff.idx)
    answer = None if reply is None else read_letter(reply, EnvelopeType.REPLY)
    senders = {head.sender} if answer is None else {head.sender, answer.sender}
    if not senders <= own_kids or not set(head.kids) <= own_kids:
        raise Refusal(RefusalCode.GONE)
    talk = await _owned_talk(world, staff, id)
    if answer is not None and answer.kids != (Kid(kid(talk.r)),):
        raise Refusal(RefusalCode.GONE)
    letters = [_letter(EnvelopeType.APPOINTMENT, talk, head.env_id, head.kids, appointment)]
    if answer is not None and reply is not None:
        letters.append(_letter(EnvelopeType.REPLY, talk, answer.env_id, answer.kids, reply))
    env_id = None if answer is None else answer.env_id
    await change(
        world, lambda book, _: booking.agree(book, id, head.env_id, env_id), put=tuple(letters)
    )


async def attend(world: World, staff: Staff, id: bytes, state: State) -> None:  # noqa: A002
    """A talk was held, or nobody came. Raises: Refusal(GONE)."""
    await _owned_talk(world, staff, id)
    await change(world, lambda book, now: booking.attend(book, id, state, now))


async def call_off(world: World, staff: Staff, id: bytes) -> None:  # noqa: A002
    """The centre cannot keep a talk; its visitor is told when she looks. Raises: Refusal(GONE)."""
    if Role.SUPERVISOR not in staff.roles:
        await _owned_talk(world, staff, id)
    await change(world, lambda book, _: booking.call_off(book, id))


async def offer(
    world: World, mailbox: Mailbox, key: SlotKey, *, language: str, interpreter: str | None
) -> None:
    """Staff hold a time for a visitor who has a code, be it new or not.

    Raises: as `booking.hold`; Refusal(GONE).
    """
    asked = await _asked(world, mailbox, language, interpreter, None)
    until = Moment(world.clock.now() + world.policy.offer_kept)

    def step(book: Book, now: Now) -> Book:
        return booking.hold(book, key, asked, until, replace(now, new=frozenset()))

    await change(world, step, by=mailbox)


async def end_leavers(world: World) -> None:
    """Who holds no talks any more has no times, and their talks to come are called off.

    Raises: as `change`.
    """
    await change(world, lambda book, _: book)


async def change(
    world: World, step: Step, *, put: tuple[Letter, ...] = (), by: Mailbox | None = None
) -> Book:
    """Change the book, which knows leavers no more, and serve who waits for a time. `by` comes to
    have something, and so needs a code: erasing changes the book, so that what was read before it
    is not put back.

    Raises: what the step raises; Refusal(GONE) for a `by` without a code; Refusal(BUSY).
    """
    barred: dict[Mailbox, frozenset[Idx]] = {}
    for _ in range(TRIES):
        now = now_of(world)
        version, old = await world.store.book(now.today - BEFORE)
        if by is not None and not await world.store.codes_of(by):
            raise Refusal(RefusalCode.GONE)
        able = await _able(world)
        changed = step(booking.without_leavers(old, able, now), now)
        for who in {wish.mailbox for wish in changed.wishes} - barred.keys():
            barred[who] = await world.store.barred(who)
        ids = [world.entropy.bytes(16) for _ in changed.wishes]
        new = wishes.serve(changed, ids, barred.__getitem__, now)
        if new == old:
            return new
        sealed = Sealing(put, tuple(old.envelopes - new.envelopes))
        if await world.store.swap_book(version, old, new, sealed):
            world.bell.ring(LOBBY)
            return new
    raise Refusal(RefusalCode.BUSY, wait=1)


async def _plan(world: World, step: Callable[[Plan, int], Plan]) -> None:
    def whole(book: Book, now: Now) -> Book:
        return Book(step(book.plan, now.today), book.talks, book.wishes)

    await change(world, whole)


def _count(world: World, what: bytes, bucket: bytes) -> None:
    # Without a bucket the limits of new codes hold alone (core/booking.py, core/wishes.py).
    rate = Rate(world.policy.bookings_per_day / DAY, world.policy.bookings_per_day)
    wait = world.memory.count_try(what + bucket, rate, world.clock.now()) if bucket else 0
    if wait > 0:
        raise Refusal(RefusalCode.BUSY, wait=int(wait) + 1)


async def _able(world: World) -> frozenset[Idx]:
    """Who holds talks: enrolled, not revoked, and nobody's check."""
    return frozenset(
        each.idx
        for each in await world.store.all_staff()
        if each.ed25519
        and not each.is_revoked
        and not each.is_check
        and any_may(each.roles, Act.HOLD_TALKS)
    )


async def _asked(
    world: World, mailbox: Mailbox, language: str, interpreter: str | None, moves: bytes | None
) -> Asked:
    barred = await world.store.barred(mailbox)
    return Asked(world.entropy.bytes(16), mailbox, language, interpreter, barred, moves)


async def _sealed(world: World, talk: Talk) -> bytes | None:
    letter = None if talk.sealed is None else await world.store.letter(talk.sealed)
    return None if letter is None else letter.data


async def _owned_talk(world: World, staff: Staff, id_: bytes) -> Talk:
    _, book = await world.store.book(now_of(world).today)
    talk = book.talk(id_)
    if talk is None or talk.idx != staff.idx:
        raise Refusal(RefusalCode.GONE)
    return talk


def _letter(
    type_: EnvelopeType, talk: Talk, env_id: bytes, readers: tuple[Kid, ...], sealed: bytes
) -> Letter:
    return Letter(env_id, int(type_), talk.mailbox, readers, talk.last_day, sealed)


def _owned(plan: Plan, staff: Staff, key: SlotKey) -> tuple[Plan, int, int]:
    series = plan.find(key[1])
    if series is None:
        raise Refusal(RefusalCode.GONE)
    _need_own(staff, series.idx)
    return plan, series.number, key[0]


def _need_own(staff: Staff, idx: Idx) -> None:
    is_planner = any(may(role, Act.PLAN) for role in staff.roles)
    if not is_planner and idx != staff.idx:
        raise Refusal(RefusalCode.GONE)


def _need_key(r: bytes) -> None:
    if len(r) != KEY_SIZE:
        raise Malformed("a key of another size")
