"""Compare-and-swap through the use cases is linearisable, and nothing is half done."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from hamn.app import relay
from hamn.app.change import change
from hamn.app.ports import World
from hamn.app.relay import Taken
from hamn.core.conversation import Conversation
from hamn.core.words import Pos, Refusal, RefusalCode, RoomId, Slot
from tests.app.house import House

Record = tuple[int, int, Taken]
"""When an operation began and ended, by one counter, and what it was answered."""


async def open_room(house: House) -> RoomId:
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    await house.pair(room, adviser)
    return room


@pytest.mark.parametrize("seed", range(20))
async def test_positions_follow_real_time_across_processes(house: House, seed: int) -> None:
    room, chance = await open_room(house), random.Random(seed)
    await house.send(room, 0, 1, 0, leaf=True)
    worlds = [house.world, house.another_process()]
    ticks, history = iter(range(10_000)), list[Record]()

    async def write(slot: int, first: int) -> None:
        for seq in range(first, first + 12):
            frame = house.frame(room, slot, 1, seq)
            began = next(ticks)
            taken = await until_taken(chance.choice(worlds), room, slot, frame)
            history.append((began, next(ticks), taken))
            await asyncio.sleep(chance.random() / 500)

    async def read(slot: int) -> None:
        for _ in range(12):
            talk = await house.talk(room)
            newest = Pos(talk.relay.next_pos - 1)
            with contextlib.suppress(Refusal):  # busy: a later one says the same
                await relay.ack(chance.choice(worlds), room, slot=Slot(slot), pos=newest)
            await asyncio.sleep(chance.random() / 500)

    await asyncio.gather(write(0, 1), write(1, 0), read(0), read(1))

    positions = sorted(taken.pos for _, _, taken in history)
    assert positions == list(range(3, 27))
    for _, ended, earlier in history:
        later = [taken for began, _, taken in history if began > ended]
        assert all(earlier.pos < taken.pos for taken in later)


async def until_taken(world: World, room: RoomId, slot: int, frame: bytes) -> Taken:
    while True:
        try:
            return await relay.send(world, room, slot=Slot(slot), frame=frame)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.BUSY:
                raise
            await asyncio.sleep(0)


async def test_a_step_that_refuses_changes_nothing_and_wakes_nobody(house: House) -> None:
    room = await open_room(house)
    before = await house.world.live.read(room)
    ear = house.world.bell.listen([room])

    def refuse(_: Conversation) -> None:
        raise Refusal(RefusalCode.FULL)

    with pytest.raises(Refusal):
        await change(house.world, room, refuse)  # type: ignore[arg-type]

    assert await house.world.live.read(room) == before
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await ear.heard()
    ear.close()


async def test_a_room_that_never_was_is_gone_for_every_use(house: House) -> None:
    nowhere = house.room_id()
    with pytest.raises(Refusal) as sent:
        await house.send(nowhere, 0, 1, 0)
    with pytest.raises(Refusal) as came:
        await relay.here(house.world, nowhere, slot=Slot(0))

    await relay.away(house.world, nowhere, slot=Slot(0))
    await relay.ack(house.world, nowhere, slot=Slot(0), pos=Pos(1))

    assert {sent.value.code, came.value.code} == {RefusalCode.GONE}
    assert await relay.pending(house.world, nowhere, slot=Slot(0), after=Pos(0)) == []
    assert await house.world.live.rooms() == []
