"""Clocks that jump by an hour or a day (check 12).

What ends by time is data with a moment in it, so a clock that jumps moves its end by the jump and
by no more: nothing is erased earlier than that, and nothing lives for ever.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from hamn.app import deadlines, relay, sign_in
from hamn.app.ports import Letter
from hamn.core.conversation import Phase
from hamn.core.policy import Policy
from hamn.core.words import Pos, Refusal, Slot
from tests.app.house import House, digest
from tests.app.test_codes import ID, enrolled, signed, talk_with_code

HOUR, DAY = 3600.0, 86_400.0
JUMPS = [HOUR, -HOUR, DAY, -DAY]
STEPS = 40
"""Into how many looks a life is divided."""

jumping = pytest.mark.parametrize("jump", JUMPS)


async def life_of(
    house: House, is_alive: Callable[[], Awaitable[bool]], within: float, jump: float
) -> float:
    """How many seconds it still lives after the clock has jumped, to the first look after."""
    house.clock.advance(jump)
    lived = 0.0
    while await is_alive():
        house.clock.advance(step(within, jump))
        lived += step(within, jump)
        await deadlines.step(house.world)
        await deadlines.purge(house.world)
        assert lived <= latest(within, jump), "it lives for ever"
    return lived


def step(within: float, jump: float) -> float:
    return (within + abs(jump)) / STEPS


def latest(within: float, jump: float) -> float:
    return max(0.0, within - jump) + 2 * step(within, jump)


def moved_by_the_jump(lived: float, within: float, jump: float) -> bool:
    """Whether it ended as much earlier or later as the clock had jumped, and no more."""
    return within - jump <= lived <= latest(within, jump) or (within <= jump and lived == 0)


@pytest.mark.check(12)
@jumping
async def test_a_paused_room_is_kept_for_its_day_but_for_the_jump(
    house: House, jump: float
) -> None:
    room, _, _ = await talk_with_code(house)
    await relay.away(house.world, room, slot=Slot(0))

    async def is_kept() -> bool:
        found = await house.world.live.read(room)
        return found is not None and found[1].phase is Phase.PAUSED

    lived = await life_of(house, is_kept, Policy().pause, jump)
    assert moved_by_the_jump(lived, Policy().pause, jump)


@pytest.mark.check(12)
@jumping
async def test_a_place_is_held_for_who_is_gone_but_for_the_jump(house: House, jump: float) -> None:
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    await relay.away(house.world, room, slot=Slot(0))

    async def is_held() -> bool:
        await house.heard(adviser)
        return (await house.lobby()).place(room) is not None

    lived = await life_of(house, is_held, Policy().waiting_kept, jump)
    assert moved_by_the_jump(lived, Policy().waiting_kept, jump)


@pytest.mark.check(12)
@jumping
@pytest.mark.parametrize("what", ["code", "letter"])
async def test_what_is_kept_for_days_is_kept_so_long_but_for_the_jump(
    house: House, what: str, jump: float
) -> None:
    _, mailbox, _ = await talk_with_code(house)
    days = {"code": Policy().code_days, "letter": Policy().message_days}[what]
    letter = Letter(b"\x07" * 16, 3, mailbox, (), today(house) + days, b"sealed")
    await house.world.store.put_letter(letter)

    async def is_kept() -> bool:
        if what == "code":
            return await house.world.store.code(digest(ID), today(house)) is not None
        return await house.world.store.letter(letter.env_id) is not None

    # Days are whole ones: what ends on a day ends with it.
    lived = await life_of(house, is_kept, (days + 1) * DAY, jump)
    assert days * DAY - jump <= lived <= latest((days + 1) * DAY, jump)


def today(house: House) -> int:
    return int(house.clock.now() // DAY)


@pytest.mark.check(12)
@jumping
@pytest.mark.parametrize("is_busy", [True, False], ids=["busy", "idle"])
async def test_no_session_lives_for_ever(house: House, jump: float, is_busy: bool) -> None:
    await enrolled(house)
    token = (await signed(house)).token
    within = Policy().session_whole if is_busy else Policy().session_idle

    async def is_open() -> bool:
        """Without asking for it: to ask is a sign of life."""
        now, life = house.clock.now(), digest(b"life" + digest(token))
        return await house.world.store.session(life, now) is not None

    async def is_known() -> bool:
        try:
            await sign_in.resume(house.world, token)
        except Refusal:
            return False
        return True

    lived = await life_of(house, is_known if is_busy else is_open, within, jump)
    assert lived <= latest(within, jump)
    assert not await is_known()


@pytest.mark.check(12)
@pytest.mark.parametrize("jump", [*JUMPS, 30 * DAY])
async def test_a_talk_in_which_both_are_there_is_ended_by_no_jump(
    house: House, jump: float
) -> None:
    room, _, adviser = await talk_with_code(house)
    await house.send(room, 0, 1, 0, leaf=True)
    for seq in range(1, 4):
        house.clock.advance(jump if seq % 2 else -jump)
        await deadlines.step(house.world)
        await deadlines.purge(house.world)
        await house.heard(adviser)
        await house.send(room, 0, 1, seq)

    held = await relay.pending(house.world, room, slot=Slot(1), after=Pos(2))
    assert [(each.seq, each.pos) for each in held] == [(1, 3), (2, 4), (3, 5)]
    assert (await house.talk(room)).phase is Phase.OPEN
