"""The live store: appends change a room's relay alone, and compete with swaps for its value."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

from hamn.app.ports import Live, Mark
from hamn.core.words import Epoch, Hash, Pos, Seq, Slot
from tests.clock import NOON
from tests.contract.values import ABSENT, everything, frame, room_id, talk, version_of

ROOM = room_id(1)


def digest(data: bytes) -> Hash:
    return Hash(hashlib.sha256(data).digest())


async def test_an_append_changes_the_relay_and_nothing_else(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(epoch=1), put=[frame(1)], letters=[("hello", b"one")])
    relay = talk(pos=3).relay

    assert await live.append(ROOM, await version_of(live, ROOM), relay, put=frame(2))

    version = await version_of(live, ROOM)
    assert await live.relay(ROOM) == (version, relay)
    assert await live.read(ROOM) == (version, replace(talk(epoch=1), relay=relay))
    assert await live.frames(ROOM, Pos(0), 10) == [frame(1), frame(2)]
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(2)) == Mark(Pos(2), digest(b"frame 2"))
    assert await live.letter(ROOM, "hello") == b"one"
    assert await live.due(NOON, 10) == [ROOM]


async def test_an_append_without_a_frame_erases_what_everybody_has(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1), frame(2)])
    relay, version = talk(pos=3).relay, await version_of(live, ROOM)

    assert await live.append(ROOM, version, relay, erase_through=Pos(1))

    assert await live.frames(ROOM, Pos(0), 10) == [frame(2)]
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(1)) is not None


async def test_an_append_against_an_older_value_changes_nothing(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1)])
    older = await version_of(live, ROOM)
    await live.append(ROOM, older, talk(pos=3).relay, put=frame(2))
    before = await everything(live, ROOM)

    for stale in (older, ABSENT):
        relay = talk(pos=9).relay
        assert not await live.append(ROOM, stale, relay, put=frame(9), erase_through=Pos(2))

    assert not await live.swap(ROOM, older, talk(pos=9), put=[frame(9)])
    assert await everything(live, ROOM) == before


async def test_nothing_is_appended_to_a_room_that_is_not_there(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk())
    old = await version_of(live, ROOM)
    await live.erase(ROOM)

    for version in (old, ABSENT):
        assert not await live.append(ROOM, version, talk(pos=2).relay, put=frame(1))

    assert (await live.relay(ROOM), await live.rooms()) == (None, [])
    assert await live.frames(ROOM, Pos(0), 10) == []


async def test_of_a_thousand_racing_appends_and_swaps_exactly_one_wins(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk())
    version = await version_of(live, ROOM)

    won = await asyncio.gather(
        *(live.append(ROOM, version, talk(pos=n).relay, put=frame(n)) for n in range(1, 501)),
        *(live.swap(ROOM, version, talk(pos=n), put=[frame(n)]) for n in range(501, 1001)),
    )

    winner = won.index(True) + 1
    assert sum(won) == 1
    assert await live.relay(ROOM) == (await version_of(live, ROOM), talk(pos=winner).relay)
    assert await live.frames(ROOM, Pos(0), 10) == [frame(winner)]
