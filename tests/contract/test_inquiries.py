"""The records store's referrals and requests: kept sealed, swapped, re-sealed and ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hamn.app.ports import Store
from hamn.app.shelves import Papers
from hamn.core.inquiry import Inquiry, Reason, State
from hamn.core.retention import Under
from hamn.core.words import Hash, Mailbox
from tests.contract.engines import Engine
from tests.contract.test_records import ANNA, CODE, MAILBOX, TODAY, midnight

NEW = Inquiry(b"r" * 16, MAILBOX, 498_672, TODAY + 30)
OTHER = replace(NEW, record=b"s" * 16, hour=NEW.hour - 5, mailbox=Mailbox(b"o" * 16))
FORM, ANSWER = b"what was asked, sealed", b"what was answered, sealed"
OTHERS = replace(CODE, h_id=Hash(b"j" * 32), mailbox=OTHER.mailbox)
YES = replace(NEW, state=State.ACCEPTED, reason=Reason.AGREED, by=ANNA.idx)


async def with_codes(store: Store) -> None:
    await store.add_staff(ANNA)
    for code in (CODE, OTHERS):
        await store.swap_code(code.h_id, None, code)


async def test_an_inquiry_is_kept_with_its_envelope_once(store: Store) -> None:
    await with_codes(store)

    assert await store.add_inquiry(NEW, FORM)
    assert not await store.add_inquiry(replace(NEW, hour=1), b"another")
    await store.add_inquiry(OTHER, b"another")

    assert await store.inquiry(NEW.record) == NEW
    assert await store.inquiry(b"x" * 16) is None
    assert await store.inquiry_papers(NEW.record) == Papers(FORM, None)
    assert await store.inquiry_papers(b"x" * 16) == Papers(None, None)
    assert await store.inquiries() == [OTHER, NEW]


async def test_of_those_who_change_one_at_once_one_wins(store: Store) -> None:
    await with_codes(store)
    await store.add_inquiry(NEW, FORM)
    rivals = [replace(YES, expires_day=TODAY + n) for n in range(30, 38)]

    won = await asyncio.gather(
        *(store.swap_inquiry(NEW, rival, answer=bytes([at])) for at, rival in enumerate(rivals))
    )

    assert sum(won) == 1
    assert await store.inquiry(NEW.record) == rivals[won.index(True)]
    assert await store.inquiry_papers(NEW.record) == Papers(FORM, bytes([won.index(True)]))


async def test_an_answer_stays_until_another_comes_and_a_later_day_opens_both(store: Store) -> None:
    await with_codes(store)
    await store.add_inquiry(NEW, FORM)
    later = replace(YES, expires_day=TODAY + 31)

    assert await store.swap_inquiry(NEW, YES, answer=b"before")
    assert await store.swap_inquiry(YES, YES, answer=ANSWER)
    assert await store.swap_inquiry(YES, later)
    await store.erase_due(midnight(TODAY + 31))

    assert await store.inquiry_papers(NEW.record) == Papers(FORM, ANSWER)


async def test_what_was_asked_ends_by_itself_and_leaves_no_byte(
    store: Store, engine: Engine
) -> None:
    await with_codes(store)
    await store.add_inquiry(NEW, FORM)
    closed = replace(YES, state=State.CLOSED, reason=Reason.DONE)

    assert await store.swap_inquiry(NEW, closed, answer=ANSWER, keeps_form=False)
    await store.purge()

    assert await store.inquiry_papers(NEW.record) == Papers(None, ANSWER)
    assert FORM not in engine.bytes_kept()


async def test_it_ends_with_its_last_day_or_with_its_code(store: Store, engine: Engine) -> None:
    await with_codes(store)
    await store.add_inquiry(NEW, FORM)
    await store.add_inquiry(OTHER, FORM)

    assert (await store.erase_mailbox(MAILBOX))[Under.INQUIRY] == 1
    await store.purge()
    assert NEW.record not in engine.bytes_kept()
    await store.erase_due(midnight(TODAY + 30))
    assert await store.inquiries() == [OTHER]
    assert await store.erase_due(midnight(TODAY + 31)) == 1

    assert await store.inquiries() == []


async def test_nothing_is_kept_for_a_mailbox_that_no_code_opens(store: Store) -> None:
    assert not await store.add_inquiry(NEW, FORM)

    assert await store.inquiry(NEW.record) is None
