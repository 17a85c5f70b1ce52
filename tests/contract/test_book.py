"""The records store: the book of talks is one value, taken from one who changes it and no other."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hamn.app.ports import CodeRow, Sealing, Store
from hamn.core.booking import Book, State, Talk, Wish
from hamn.core.retention import Under
from hamn.core.slots import Form, Plan, Series
from hamn.core.words import Hash, Idx, Mailbox, Moment
from tests.clock import NOON
from tests.contract.engines import Engine
from tests.contract.test_records import ANNA, BO, MAILBOX, OTHER_MAILBOX, TODAY, letter, midnight

NOTHING = Sealing()
EVERY = Series(1, Idx(1), 5, 1110, 45, Form.CHAT, ("sv", "en"), TODAY, None)
ONCE = Series(2, Idx(2), 6, 600, 60, Form.MEETING, ("so",), TODAY + 1, TODAY + 1)
TALK = Talk(
    id=b"t" * 16,
    key=(TODAY, 1),
    idx=Idx(1),
    start=int(NOON // 60),
    length=45,
    form=Form.CHAT,
    language="sv",
    interpreter=None,
    mailbox=MAILBOX,
    state=State.BOOKED,
    last_day=TODAY + 14,
    r=b"r" * 32,
    sealed=letter(1).env_id,
    reply=letter(2).env_id,
)
HELD = replace(
    TALK, id=b"h" * 16, key=(TODAY + 1, 2), form=Form.MEETING, interpreter="so", sealed=None,
    mailbox=OTHER_MAILBOX, state=State.HELD, until=Moment(NOON + 60), moves=b"x" * 16, r=b"",
    reply=None, start=TALK.start + 60,
)  # fmt: skip
WISH = Wish(OTHER_MAILBOX, (Form.CHAT, Form.PHONE), "en", None, TODAY * 24, TODAY + 28)
WHOLE = Book(Plan((EVERY, ONCE), frozenset({(TODAY + 7, 1)}), 3), (TALK, HELD), (WISH,))


async def kept(store: Store, book: Book = WHOLE) -> int:
    """The book is kept with its envelopes; its number of changes."""
    for staff in (ANNA, BO):
        await store.add_staff(staff)
    version, old = await store.book(0)
    sealed = (replace(letter(1), type=5), replace(letter(2), type=5))
    assert await store.swap_book(version, old, book, Sealing(put=sealed))
    return await store.book_mark()


async def test_the_book_is_read_as_it_was_written(engine: Engine) -> None:
    await kept(engine.store())
    engine.close()
    store = engine.store()

    version, book = await store.book(0)

    assert (version, book) == (1, WHOLE)
    assert await store.letter(letter(1).env_id) == replace(letter(1), type=5)
    assert (await store.book(TODAY + 8))[1].plan.off == frozenset()


async def test_of_a_hundred_who_change_it_at_once_one_does(store: Store) -> None:
    version = await kept(store)
    others = [replace(WHOLE, talks=(replace(TALK, length=n),)) for n in range(1, 101)]

    won = await asyncio.gather(*(store.swap_book(version, WHOLE, each, NOTHING) for each in others))

    assert sum(won) == 1
    assert await store.book(0) == (version + 1, others[won.index(True)])


async def test_envelopes_come_and_go_in_the_same_step(store: Store) -> None:
    version = await kept(store)
    new = replace(WHOLE, talks=(replace(TALK, sealed=None, reply=letter(3).env_id), HELD))
    sealed = Sealing((letter(3),), (letter(1).env_id, letter(2).env_id))

    assert not await store.swap_book(version - 1, WHOLE, new, sealed)
    assert await store.letter(letter(3).env_id) is None
    assert await store.swap_book(version, WHOLE, new, sealed)

    assert [await store.letter(letter(n).env_id) for n in (1, 2, 3)] == [None, None, letter(3)]


async def test_erasing_takes_talks_wishes_and_what_is_sealed_and_nobody_writes_them_again(
    store: Store,
) -> None:
    version = await kept(store)

    assert (await store.erase_mailbox(MAILBOX))[Under.TALK] == 1
    assert (await store.erase_mailbox(OTHER_MAILBOX))[Under.TALK] == 1
    assert set((await store.erase_mailbox(Mailbox(b"?" * 16))).values()) == {0}

    assert (await store.book(0))[1] == replace(WHOLE, talks=(), wishes=())
    assert await store.letter(letter(1).env_id) is None
    again = replace(WHOLE, talks=(replace(TALK, state=State.DONE), HELD))
    assert not await store.swap_book(version, WHOLE, again, NOTHING)


async def test_talks_and_wishes_end_with_their_last_day(store: Store) -> None:
    version = await kept(store)

    await store.erase_due(midnight(TODAY + 14))
    assert (await store.book(0))[1].talks == (TALK, HELD)
    await store.erase_due(midnight(TODAY + 15))
    assert (await store.book(0))[1].talks == ()
    await store.erase_due(midnight(TODAY + 60))
    left = (await store.book(0))[1]
    assert (left.wishes, left.plan.off) == ((), frozenset())
    assert not await store.swap_book(version, WHOLE, replace(WHOLE, talks=(TALK,)), NOTHING)


async def test_a_time_that_is_over_ends_once_no_talk_names_it_and_its_number_is_not_given_again(
    store: Store,
) -> None:
    long = replace(HELD, last_day=TODAY + 40)
    await kept(store, replace(WHOLE, talks=(TALK, long)))

    for day, left in ((32, (EVERY, ONCE)), (33, (EVERY, ONCE)), (41, (EVERY,))):
        await store.erase_due(midnight(TODAY + day))
        plan = (await store.book(0))[1].plan
        assert (plan.series, plan.next_number) == (left, 3)


async def test_talks_to_come_and_wishes_that_no_code_opens_any_more_end(store: Store) -> None:
    over = replace(TALK, mailbox=OTHER_MAILBOX, reply=None)
    ahead = replace(HELD, sealed=letter(2).env_id)
    version = await kept(store, replace(WHOLE, talks=(over, ahead)))
    row = CodeRow(Hash(b"h" * 32), Hash(b"a" * 32), OTHER_MAILBOX, TODAY + 90)
    await store.swap_code(row.h_id, None, row)
    await store.erase_due(NOON)
    assert await store.book(0) == (version, replace(WHOLE, talks=(over, ahead)))

    await store.swap_code(row.h_id, row, None)
    await store.erase_due(NOON)

    assert await store.book(0) == (version + 1, replace(WHOLE, talks=(over,), wishes=()))
    assert await store.letter(letter(1).env_id) is not None
    assert await store.letter(letter(2).env_id) is None


async def test_a_member_has_one_address_for_the_calendar_or_none(store: Store) -> None:
    await kept(store)
    one, other = Hash(b"1" * 32), Hash(b"2" * 32)

    for h_token in (one, other):
        await store.set_feed(Idx(1), h_token)
    assert [await store.feed(each) for each in (one, other)] == [None, Idx(1)]
    assert (await store.has_feed(Idx(1)), await store.has_feed(Idx(2))) == (True, False)
    await store.set_feed(Idx(1), None)
    assert await store.feed(other) is None
