"""The records store: sealed messages that wait, who has taken one, and their end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hamn.app.ports import Letter, Store
from hamn.core.box import Waiting
from hamn.core.words import Idx, Kid, Moment
from tests.clock import NOON
from tests.contract.engines import Engine
from tests.contract.test_records import ANNA, BO, MAILBOX, TODAY, letter, midnight

NEW_KID = Kid(b"new-kid!")
SOON = Moment(NOON + 1800)


def waiting(of: Letter, *, hour: int = TODAY * 24) -> Waiting:
    by = Moment(NOON + 86_400)
    return Waiting(of.env_id, of.mailbox, of.readers, of.expires_day, hour, by)


async def two_of_staff(store: Store) -> None:
    await store.add_staff(ANNA)
    await store.add_staff(BO)


async def test_a_message_is_kept_once_with_its_waiting(store: Store) -> None:
    one, other = letter(1), letter(2, mailbox=None)
    assert await store.put_message(other, waiting(other, hour=7))
    assert await store.put_message(one, waiting(one, hour=6))

    assert not await store.put_message(replace(one, data=b"other"), waiting(one, hour=9))

    assert await store.messages() == [waiting(one, hour=6), waiting(other, hour=7)]
    assert await store.letter(one.env_id) == one


async def test_two_who_take_a_message_at_once_leave_one_winner(store: Store) -> None:
    await two_of_staff(store)
    free = waiting(letter(1))
    await store.put_message(letter(1), free)

    taken = [replace(free, claimed_by=Idx(n), claimed_until=SOON) for n in (1, 2)]
    won = await asyncio.gather(*(store.swap_message(free, each) for each in taken))

    assert sorted(won) == [False, True]
    assert await store.messages() == [taken[won.index(True)]]
    assert await store.swap_message(taken[won.index(True)], free)
    assert await store.messages() == [free]


async def test_an_answer_ends_the_message_and_is_kept_in_the_same_step(store: Store) -> None:
    await two_of_staff(store)
    free = waiting(letter(1))
    held = replace(free, claimed_by=Idx(1), claimed_until=SOON)
    await store.put_message(letter(1), free)
    reply = replace(letter(2), type=3)
    await store.swap_message(free, held)

    assert not await store.answer_message(free, reply)
    assert await store.letter(reply.env_id) is None
    assert await store.answer_message(held, reply)

    assert await store.messages() == []
    assert await store.letters(mailbox=MAILBOX, reader=None) == [reply]
    assert not await store.answer_message(held, replace(reply, env_id=b"z" * 16))


async def test_a_message_ends_without_an_answer(store: Store) -> None:
    await store.put_message(letter(1), waiting(letter(1)))

    assert await store.answer_message(waiting(letter(1)), None)
    assert (await store.messages(), await store.letter(letter(1).env_id)) == ([], None)


async def test_erasing_a_mailbox_takes_its_messages(store: Store) -> None:
    mine, others = letter(1), letter(2, mailbox=None)
    for each in (mine, others):
        await store.put_message(each, waiting(each))

    assert sum((await store.erase_mailbox(MAILBOX)).values()) == 1
    assert await store.messages() == [waiting(others)]


async def test_a_message_ends_with_its_last_day(store: Store) -> None:
    short, long = letter(1, day=TODAY), letter(2, day=TODAY + 1)
    for each in (short, long):
        await store.put_message(each, waiting(each))

    assert await store.erase_due(midnight(TODAY + 1)) >= 1
    assert await store.messages() == [waiting(long)]


async def test_a_message_is_kept_once_for_a_key_it_was_not_sealed_to(store: Store) -> None:
    free = waiting(letter(1))
    await store.put_message(letter(1), free)

    kept = [await store.put_rewrap(free, NEW_KID, data) for data in (b"rewrap-canary", b"other")]

    assert kept == [True, False]
    assert await store.rewrap(free.env_id, NEW_KID) == b"rewrap-canary"
    assert await store.rewrap(free.env_id, Kid(b"8" * 8)) is None
    assert await store.messages() == [replace(free, rewrapped=(NEW_KID,))]
    assert not await store.put_rewrap(waiting(letter(2)), NEW_KID, b"of no message")


@pytest.mark.check(34, part="a message that was sealed again")
async def test_what_was_sealed_again_ends_with_its_message(engine: Engine) -> None:
    store = engine.store()
    free = waiting(letter(1))
    await store.put_message(letter(1), free)
    await store.put_rewrap(free, NEW_KID, b"rewrap-canary")
    assert b"rewrap-canary" not in engine.bytes_kept()

    assert await store.answer_message(free, None)
    await store.purge()

    assert await store.rewrap(free.env_id, NEW_KID) is None
    assert b"new-kid!" not in engine.bytes_kept()


async def test_a_new_number_of_the_same_member_is_barred_where_the_old_one_is(
    store: Store,
) -> None:
    await two_of_staff(store)
    await store.bar(MAILBOX, ANNA.idx)

    await store.bar_as(ANNA.idx, BO.idx)
    await store.bar_as(ANNA.idx, BO.idx)

    assert await store.barred(MAILBOX) == {ANNA.idx, BO.idx}
