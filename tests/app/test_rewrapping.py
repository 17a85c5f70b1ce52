"""Messages sealed again for colleagues who open nothing of them: for whom, by whom, until when."""

from __future__ import annotations

import pytest

from hamn.app import box, rewrapping, staff
from hamn.app.ports import BOX
from hamn.asc1.bytes import kid as kid_of
from hamn.core.words import Kid, Mailbox, Malformed, RefusalCode
from tests.app.house import Colleague, House
from tests.app.test_box import refused, sealed, with_code, with_key


def again(house: House, pub: bytes, sender: bytes, *, hours: int = 1) -> bytes:
    env_id = house.chance.bytes(16)
    return house.envelope(6, env_id, [Kid(kid_of(pub))], sender, hours=hours)


async def left(house: House, *pubs: bytes, mailbox: Mailbox | None = None) -> bytes:
    kept = await box.leave(house.world, sealed(house, *pubs), mailbox=mailbox)
    return kept.env_id


async def who_lacks(house: House, colleague: Colleague) -> list[list[int]]:
    """For each message that the colleague opens: whose keys do not."""
    found = await rewrapping.lacking(house.world, colleague.staff)
    return [[each.idx for each in keys] for keys in found.values()]


async def test_a_new_colleague_is_let_in_to_what_came_before_and_nobody_twice(
    house: House,
) -> None:
    anna, bo, cy = await house.employ((1,), (1,), (1,))
    old = [await with_key(house, each) for each in (anna, bo)]
    message = await left(house, *old)
    ear = house.world.bell.listen((BOX,))
    new = await with_key(house, cy)

    assert await ear.heard() == {BOX}
    assert (await who_lacks(house, anna), await who_lacks(house, cy)) == ([[cy.idx]], [])
    assert await box.listed(house.world, cy.staff) == []
    copy = again(house, new, old[0])
    await rewrapping.keep(house.world, anna.staff, message, copy)
    late = rewrapping.keep(house.world, bo.staff, message, again(house, new, old[1]))

    assert await refused(late) is RefusalCode.GONE
    assert await who_lacks(house, anna) == []
    await box.claim(house.world, cy.staff, message)
    assert await box.read(house.world, cy.staff, message) == copy


async def test_who_opens_the_original_is_given_the_original(house: House) -> None:
    anna, bo = await house.employ((1,), (1,))
    old = await with_key(house, anna)
    envelope = sealed(house, old)
    message = (await box.leave(house.world, envelope, mailbox=None)).env_id
    new = await with_key(house, bo)
    await rewrapping.keep(house.world, anna.staff, message, again(house, new, old))

    await box.claim(house.world, anna.staff, message)

    assert await box.read(house.world, anna.staff, message) == envelope
    assert await rewrapping.lacking(house.world, bo.staff) == {}


async def test_only_who_opens_it_reads_or_seals_it_again_and_with_their_own_key(
    house: House,
) -> None:
    anna, bo, cy = await house.employ((1,), (1,), (1,))
    old = await with_key(house, anna)
    message = await left(house, old)
    new, other = await with_key(house, bo), await with_key(house, cy)
    keep, original = rewrapping.keep, rewrapping.original

    assert len(await original(house.world, anna.staff, message)) > 256
    assert await refused(original(house.world, bo.staff, message)) is RefusalCode.GONE
    for by, copy in (
        (bo, again(house, other, new)),
        (anna, again(house, new, other)),
        (anna, again(house, old, old)),
    ):
        assert await refused(keep(house.world, by.staff, message, copy)) is RefusalCode.GONE
    with pytest.raises(Malformed):
        await keep(house.world, anna.staff, message, again(house, new, old, hours=2))
    assert await box.listed(house.world, bo.staff) == []


async def test_a_lost_key_does_not_get_round_a_conflict_of_interest(house: House) -> None:
    anna, bo = await house.employ((1,), (1,))
    old, mailbox = await with_key(house, anna), await with_code(house)
    await left(house, old, mailbox=mailbox)
    await house.world.store.bar(mailbox, bo.idx)

    await staff.enrol_again(house.world, anna.staff, bo.idx)

    new = max(each.idx for each in await house.world.store.all_staff())
    assert await house.world.store.barred(mailbox) == {bo.idx, new}
    await with_key(house, bo)
    assert await who_lacks(house, anna) == []


async def test_the_log_tells_once_that_somebody_was_let_in(house: House) -> None:
    anna, bo = await house.employ((1,), (1,))
    old = await with_key(house, anna)
    messages = [await left(house, old) for _ in range(2)]
    new = await with_key(house, bo)

    for message in messages:
        await rewrapping.keep(house.world, anna.staff, message, again(house, new, old))

    told = [each for each in await house.world.store.audit(0, 99) if each.what.startswith("let a")]
    assert [(each.by, each.about, each.detail) for each in told] == [(anna.idx, bo.idx, "")]
