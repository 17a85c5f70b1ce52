"""The same adviser again: one window, told to who has a code; nobody else is rung for them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hamn.app import desk
from hamn.app.rota import next_meeting
from hamn.core.conversation import Conversation
from hamn.core.retention import DAY
from hamn.core.rota import Shift, with_shift
from hamn.core.wall import day_of
from hamn.core.words import Idx, Mailbox
from tests.app.house import Colleague, House, digest

ZONE = ZoneInfo("Europe/Stockholm")
CODE = Mailbox(b"c" * 16)


async def planned(house: House, who: Colleague) -> None:
    """From eight to twelve, the day after tomorrow."""
    today = day_of(house.clock.now(), ZONE)
    version, plan = await house.world.store.rota(today)
    shift = Shift(today + 2, who.idx, 8 * 60, 12 * 60, 1, who.idx)
    assert await house.world.store.swap_rota(version, plan, with_shift(plan, shift))


async def back(house: House, wish: Idx, *to: Colleague, returning: bool = True) -> Conversation:
    sender = b"\x05" * 32 if returning else b""
    return await desk.hello(
        house.world,
        house.envelope(1, house.room_id(), [each.kid for each in to], sender),
        cap_hash=digest(b"\x0e" * 32),
        language="sv",
        door=1,
        danger=False,
        wish=wish,
        prev=None,
        mailbox=Mailbox(house.room_id()) if returning else None,
        returning=returning,
    )


async def test_the_next_window_is_that_of_the_rota_and_nobody_s_who_is_gone(house: House) -> None:
    alm, berg = await house.two_on_duty()
    await planned(house, alm)
    window = await next_meeting(house.world, alm.idx, mailbox=CODE)

    assert window is not None
    assert window.end - window.start == 4 * 3600
    assert window.start > house.clock.now()
    for idx in (berg.idx, Idx(99)):
        assert await next_meeting(house.world, idx, mailbox=Mailbox(house.room_id())) is None


async def test_with_one_code_nobody_reads_when_everybody_works(house: House) -> None:
    staff = await house.employ((1,), (1,), (1,), (1,), (1,))
    for each in staff:
        await planned(house, each)

    async def told(code: Mailbox, bucket: bytes = b"") -> list[Idx]:
        asked = [each.idx for each in staff + staff]
        return [
            idx
            for idx in asked
            if await next_meeting(house.world, idx, mailbox=code, bucket=bucket)
        ]

    first = staff[0].idx
    assert await told(CODE) == [first, first]
    house.clock.advance(DAY + 1)
    assert await told(CODE) == [first, first], "it is told again tomorrow"


async def test_with_many_codes_one_address_is_told_of_few(house: House) -> None:
    staff = await house.employ((1,), (1,), (1,), (1,), (1,))
    for each in staff:
        await planned(house, each)

    asked = [
        await next_meeting(
            house.world, each.idx, mailbox=Mailbox(house.room_id()), bucket=b"address"
        )
        for each in staff
    ]
    assert [window is not None for window in asked] == [True] * 3 + [False] * 2


async def test_who_has_a_code_waits_for_one_member_and_who_has_none_for_anybody(
    house: House,
) -> None:
    alm, berg = await house.employ((1,), (1,))
    await house.on_duty(berg)
    with_code = await back(house, alm.idx, berg)
    without = await back(house, alm.idx, berg, returning=False)
    strange = await back(house, Idx(99), berg)

    wished = {place.room: place.wish for place in (await house.lobby()).places}
    assert wished == {with_code.room: alm.idx, without.room: None, strange.room: None}
