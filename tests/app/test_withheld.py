"""What a visitor is told of a decision: nothing before it stands, and only under a living code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from hamn.app import erase, escalate, return_code
from hamn.core.escalation import Decision, State
from hamn.core.words import Mailbox, RefusalCode
from tests.app.house import House
from tests.app.test_box import AUTH, ID, refused
from tests.app.test_escalate import RECORD, centre


def env_id_of(sealed: bytes) -> bytes:
    return sealed[8:24]


async def test_the_visitors_note_lies_under_the_code_once_the_decision_stands(
    house: House,
) -> None:
    here = await centre(house)
    mailbox, note = await here.read_with_code(), here.note()

    grave = here.choice(Decision.COUNSELLING, is_grave=True)
    assert await here.decides(grave, (mailbox, note)) is State.NAMED
    assert await here.under_the_code() == []
    assert await here.agrees(Decision.COUNSELLING) is State.DECIDED

    assert await here.under_the_code() == [note]
    again = here.note()
    assert await here.decides(here.choice(Decision.CLOSED), (mailbox, again)) is State.CLOSED
    assert sorted(await here.under_the_code()) == sorted([note, again])
    assert await house.world.store.filed(RECORD) == []


async def test_a_note_of_a_decision_that_was_taken_back_is_never_told(house: House) -> None:
    here = await centre(house)
    mailbox, note = await here.read_with_code(), here.note()
    police = here.choice(Decision.POLICE)
    await here.decides(police, (mailbox, note))
    await escalate.take_back(house.world, here.lind.staff, RECORD)
    assert await house.world.store.letter(env_id_of(note)) is None

    await here.decides(police)
    await here.agrees(Decision.POLICE)

    assert await here.under_the_code() == []


async def test_while_a_decision_waits_nothing_ties_the_code_to_its_escalation(
    house: House,
) -> None:
    here = await centre(house)
    mailbox, note = await here.read_with_code(), here.note()
    await here.decides(here.choice(Decision.POLICE), (mailbox, note))

    kept = await house.world.store.letter(env_id_of(note))
    assert kept is not None
    assert (kept.mailbox, kept.readers) == (None, ())
    await escalate.answer(house.world, here.alm.staff, RECORD, here.copies(here.writer_pub))
    assert await house.world.store.letter(env_id_of(note)) is None


async def test_a_name_for_what_was_read_is_not_one_for_what_was_named_anew(house: House) -> None:
    here = await centre(house)
    mailbox = await here.read_with_code()
    police = here.choice(Decision.POLICE)
    await here.decides(police, (mailbox, here.note()))
    seen = (await here.read(here.ek)).escalation.named
    assert seen is not None
    await escalate.take_back(house.world, here.lind.staff, RECORD)
    await here.decides(police, (mailbox, here.note()))

    late = escalate.agree(house.world, here.ek.staff, RECORD, seen)
    assert await refused(late) is RefusalCode.CAS
    assert await here.under_the_code() == []


@pytest.mark.parametrize("end", [erase.erase_by_code, return_code.drop])
async def test_what_no_code_opens_any_more_is_told_nobody(
    house: House, end: Callable[..., Awaitable[object]]
) -> None:
    here = await centre(house)
    mailbox, note = await here.read_with_code(), here.note()
    await here.decides(here.choice(Decision.POLICE), (mailbox, note))

    await end(house.world, id=ID, auth=AUTH)
    await here.agrees(Decision.POLICE)

    assert await house.world.store.letters(mailbox=mailbox, reader=None) == []
    assert await house.world.store.letter(env_id_of(note)) is None


async def test_a_note_for_no_code_changes_nothing(house: House) -> None:
    here = await centre(house)
    await here.read_with_code()
    work = here.decides(here.choice(Decision.COUNSELLING), (Mailbox(b"x" * 16), here.note()))

    assert await refused(work) is RefusalCode.GONE
    assert (await escalate.listed(house.world))[0].state is State.READ
