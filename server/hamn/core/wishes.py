"""Who waits for a time for a talk, and what is held for them as it comes free (booking.py).

The first one comes first, and whoever was offered a time stands last after that. How many wait has
an end, and strangers with new codes have a share of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hamn.core import booking
from hamn.core.booking import TRY_AGAIN, Asked, Book, Now, State, Talk, Wish
from hamn.core.slots import Slot, SlotKey
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode


def wait_for(book: Book, wish: Wish, now: Now) -> Book:
    """Wait for a time; a newer wish of the same code stands where the old one stood.

    Raises: Refusal(BUSY) while as many wait as may, in all or of new codes.
    """
    old = book.wish(wish.mailbox)
    others = tuple(each for each in book.wishes if each.mailbox != wish.mailbox)
    if not wish.forms:
        return replace(book, wishes=others)
    if old is None and not _may_wait(others, wish.mailbox, now):
        raise Refusal(RefusalCode.BUSY, wait=TRY_AGAIN)
    kept = wish if old is None else replace(wish, hour=old.hour)
    return replace(book, wishes=tuple(sorted((*others, kept), key=lambda each: each.hour)))


def serve(
    book: Book, ids: Sequence[bytes], barred: Callable[[Mailbox], frozenset[Idx]], now: Now
) -> Book:
    """Hold free times for who waits, the first one first; `ids` are as many as they are.

    A time that she said no to, or let pass, is not held for her again. Of all that is to come no
    more than half is held, but for the few that new codes may have.
    """
    book = booking.tidied(book, now.moment)
    left, had = list(booking.free(book, now)), _had(book)
    held = sum(talk.state is State.HELD for talk in book.talks)
    most = max(now.policy.bookings_by_new, (held + len(left)) // 2)
    for wish, id_ in zip(book.wishes, ids, strict=False):
        talks = had.get(wish.mailbox, ())
        if held >= most or any(talk.state is State.HELD for talk in talks):
            continue
        asked = Asked(id_, wish.mailbox, wish.language, wish.interpreter, barred(wish.mailbox))
        keys = {talk.key for talk in talks}
        slot = next((s for s in left if s.key not in keys and _fits(s, wish, asked)), None)
        served = book if slot is None else _held_if_room(book, slot.key, asked, now)
        if served is not book:
            held += 1
            left = _without(left, served.talks[-1], now)
            book = _behind(served, wish, now)
    return book


def _had(book: Book) -> dict[Mailbox, list[Talk]]:
    had: dict[Mailbox, list[Talk]] = {}
    for talk in book.talks:
        had.setdefault(talk.mailbox, []).append(talk)
    return had


def _without(left: Sequence[Slot], held: Talk, now: Now) -> list[Slot]:
    return [slot for slot in left if slot.idx != held.idx or booking.is_open(slot, (held,), now)]


def _may_wait(others: Sequence[Wish], mailbox: Mailbox, now: Now) -> bool:
    of_new = sum(each.mailbox in now.new for each in others)
    is_over = mailbox in now.new and of_new >= now.policy.bookings_by_new
    return not is_over and len(others) < now.policy.wishes_at_most


def _fits(slot: Slot, wish: Wish, asked: Asked) -> bool:
    is_right = slot.form in wish.forms and booking.speaks(slot, wish.language, wish.interpreter)
    return is_right and slot.idx not in asked.barred


def _held_if_room(book: Book, key: SlotKey, asked: Asked, now: Now) -> Book:
    until = Moment(now.moment + now.policy.offer_kept)
    try:
        return booking.hold(book, key, asked, until, now)
    except Refusal:
        return book


def _behind(book: Book, wish: Wish, now: Now) -> Book:
    """Who was offered a time stands last, so that nobody who does not answer keeps it from all."""
    others = tuple(each for each in book.wishes if each != wish)
    return replace(book, wishes=(*others, replace(wish, hour=int(now.moment // 3600))))
