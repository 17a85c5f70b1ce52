"""The records store's escalations: kept with their envelopes, swapped, re-sealed and ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hamn.app.ports import Sealing, Store
from hamn.app.shelves import Filed
from hamn.core.escalation import (
    Decision,
    Escalation,
    Named,
    NoReport,
    Paper,
    Reason,
    State,
)
from hamn.core.retention import Under
from hamn.core.words import Idx
from tests.contract.engines import Engine
from tests.contract.test_records import (
    ANNA,
    BO,
    KID,
    MAILBOX,
    OTHER_MAILBOX,
    TODAY,
    letter,
    midnight,
)

NEW = Escalation(b"r" * 16, Idx(1), 498_672, TODAY + 30)
OTHER = replace(NEW, record=b"s" * 16, hour=NEW.hour - 5, by=Idx(2))
NAMED = Named(
    Decision.POLICE,
    Reason.LIFE,
    Idx(1),
    is_grave=True,
    no_report=NoReport.ADULT,
    sealed=b"d" * 16,
    second=Idx(2),
)


def paper(number: int, kind: Paper = Paper.SENT, day: int = TODAY + 30) -> Filed:
    return Filed(kind, replace(letter(number, day=day, mailbox=None), type=4))


WITHHELD = Filed(Paper.REPLY, replace(paper(9).letter, type=0, mailbox=MAILBOX, readers=()))


async def two(store: Store) -> None:
    await store.add_staff(ANNA)
    await store.add_staff(BO)


async def test_an_escalation_is_kept_with_its_envelopes_once(store: Store) -> None:
    await two(store)

    assert await store.add_escalation(NEW, [paper(1), paper(2)])
    assert not await store.add_escalation(NEW, [paper(3)])
    assert not await store.add_escalation(OTHER, [paper(4), paper(1)])

    assert await store.escalation(NEW.record) == NEW
    assert await store.escalation(OTHER.record) is None
    assert await store.letter(paper(4).letter.env_id) is None
    assert [each.letter.env_id for each in await store.filed(NEW.record)] == [
        paper(1).letter.env_id,
        paper(2).letter.env_id,
    ]


async def test_they_are_listed_by_their_hour(store: Store) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1)])
    await store.add_escalation(OTHER, [paper(2)])

    assert await store.escalations() == [OTHER, NEW]


async def test_every_code_comes_back_as_it_was(store: Store) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1)])
    decided = replace(NEW, state=State.DECIDED, named=NAMED)
    plain = replace(
        decided, named=replace(NAMED, is_grave=False, no_report=None, second=None, first=Idx(2))
    )

    for old, new in ((NEW, decided), (decided, plain), (plain, NEW)):
        assert await store.swap_escalation(old, new)
        assert await store.escalation(NEW.record) == new


async def test_of_those_who_change_one_at_once_one_wins(store: Store) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1)])
    rivals = [replace(NEW, hour=NEW.hour + n) for n in range(1, 9)]

    won = await asyncio.gather(
        *(
            store.swap_escalation(NEW, rival, [paper(10 + at, Paper.DECISION)])
            for at, rival in enumerate(rivals)
        )
    )

    assert sum(won) == 1
    assert await store.escalation(NEW.record) == rivals[won.index(True)]
    assert [each.paper for each in await store.filed(NEW.record)] == [Paper.SENT, Paper.DECISION]


async def test_a_later_day_seals_everything_anew_and_the_old_days_key_opens_nothing(
    store: Store,
) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1)])
    later = replace(NEW, expires_day=TODAY + 31)

    assert await store.swap_escalation(NEW, later, [paper(2, Paper.NOTE)])
    await store.erase_due(midnight(TODAY + 31))

    kept = await store.filed(NEW.record)
    assert [each.letter.data for each in kept] == [paper(1).letter.data, paper(2).letter.data]
    assert {each.letter.expires_day for each in kept} == {TODAY + 31}


async def test_a_letter_that_leaves_the_folder_outlives_it(store: Store) -> None:
    await two(store)
    told = replace(WITHHELD.letter, type=3, expires_day=TODAY + 14)
    await store.add_escalation(NEW, [WITHHELD, paper(2)])

    mail = Sealing((told, letter(3)), (told.env_id,))
    assert await store.swap_escalation(NEW, None, mail=mail)

    kept = {each.env_id: each for each in await store.letters(mailbox=MAILBOX, reader=None)}
    assert kept == {each.env_id: each for each in (told, letter(3))}
    assert await store.filed(NEW.record) == []


async def test_a_reply_in_a_folder_says_only_inside_for_which_mailbox(
    store: Store, engine: Engine
) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1), WITHHELD])
    later = replace(NEW, expires_day=TODAY + 31)
    assert await store.swap_escalation(NEW, later)

    (_, kept) = await store.filed(NEW.record)
    assert (kept.letter.mailbox, kept.letter.data) == (MAILBOX, WITHHELD.letter.data)
    assert await store.letters(mailbox=MAILBOX, reader=None) == []
    assert await store.letters(mailbox=None, reader=KID) == [
        (await store.filed(NEW.record))[0].letter
    ]
    assert bytes(MAILBOX) not in engine.bytes_kept()


async def test_what_is_to_leave_a_folder_leaves_it_once(store: Store) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1), WITHHELD])
    env_id = WITHHELD.letter.env_id

    assert not await store.swap_escalation(NEW, OTHER, mail=Sealing(drop=(env_id, b"?" * 16)))
    assert len(await store.filed(NEW.record)) == 2
    assert await store.swap_escalation(NEW, replace(NEW, hour=1), mail=Sealing(drop=(env_id,)))
    assert await store.letter(env_id) is None


async def test_who_erases_everything_erases_what_waits_for_them(store: Store) -> None:
    await two(store)
    others = Filed(Paper.REPLY, replace(paper(3).letter, mailbox=OTHER_MAILBOX, readers=()))
    await store.add_escalation(NEW, [paper(1), WITHHELD, others])

    assert (await store.erase_mailbox(MAILBOX))[Under.LETTER] == 1

    assert await store.filed(NEW.record) == [paper(1), others]
    told = replace(WITHHELD.letter, type=3)
    assert not await store.swap_escalation(NEW, None, mail=Sealing((told,), (told.env_id,)))


async def test_what_has_ended_leaves_no_byte(store: Store, engine: Engine) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1), paper(2)])
    await store.add_escalation(OTHER, [paper(3)])

    assert await store.swap_escalation(NEW, None)
    await store.purge()

    assert await store.escalation(NEW.record) is None
    assert await store.filed(NEW.record) == []
    assert NEW.record not in engine.bytes_kept()
    assert paper(1).letter.env_id not in engine.bytes_kept()
    assert len(await store.filed(OTHER.record)) == 1


async def test_it_ends_with_its_last_day(store: Store) -> None:
    await two(store)
    await store.add_escalation(NEW, [paper(1)])

    await store.erase_due(midnight(TODAY + 30))
    assert await store.filed(NEW.record) != []
    assert await store.erase_due(midnight(TODAY + 31)) == 2

    assert await store.escalations() == []
    assert await store.letters(mailbox=None, reader=KID) == []


async def test_the_boards_keys_are_kept_once_each(store: Store) -> None:
    for pub in (b"b" * 32, b"a" * 32, b"b" * 32):
        await store.add_board_key(pub)
    assert await store.board_keys() == [b"a" * 32, b"b" * 32]

    await store.drop_board_key(b"a" * 32)
    assert await store.board_keys() == [b"b" * 32]


async def test_a_licence_is_kept(store: Store) -> None:
    await store.add_staff(replace(ANNA, is_licensed=True))
    await store.add_staff(BO)

    assert [each.is_licensed for each in await store.all_staff()] == [True, False]
    assert await store.swap_staff(BO, replace(BO, is_licensed=True))
    assert (await store.staff(Idx(2))) == replace(BO, is_licensed=True)
