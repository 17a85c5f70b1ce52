"""The live store: swaps, frames, marks, letters, deadlines, the lobby and keys of one use."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from hamn.app.ports import Live, Mark, Version
from hamn.core.waiting import Lobby
from hamn.core.words import Epoch, Hash, Moment, Pos, RoomId, Seq, Slot
from tests.clock import NOON
from tests.contract.engines import Engine
from tests.contract.values import ABSENT, everything, frame, room_id, talk, version_of

ROOM = room_id(1)


def digest(data: bytes) -> Hash:
    return Hash(hashlib.sha256(data).digest())


# --- swaps ----------------------------------------------------------------------------------------


async def test_a_value_comes_back_as_it_was_put(live: Live) -> None:
    assert await live.read(ROOM) is None

    assert await live.swap(ROOM, ABSENT, talk())

    kept = await live.read(ROOM)
    assert kept is not None
    assert kept[1] == talk()
    assert kept[0] != ABSENT


async def test_a_swap_against_an_older_value_changes_nothing(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(pos=1), put=[frame(1)], letters=[("hello", b"first")])
    older = await version_of(live, ROOM)
    await live.swap(ROOM, older, talk(pos=2), put=[frame(2)])
    before = await everything(live, ROOM)

    won = await live.swap(
        ROOM,
        older,
        talk(pos=9, deadline=NOON - 9, epoch=7),
        put=[frame(9)],
        letters=[("hello", None), ("join 1", b"late")],
        erase_through=Pos(2),
        forget_marks=True,
    )

    assert won is False
    assert await everything(live, ROOM) == before
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(9)) is None


async def test_a_room_that_is_there_is_not_begun_again(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(pos=1))
    before = await everything(live, ROOM)

    assert await live.swap(ROOM, ABSENT, talk(pos=2), put=[frame(1)]) is False

    assert await everything(live, ROOM) == before


async def test_a_room_that_was_erased_is_not_brought_back_by_an_old_version(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk())
    old = await version_of(live, ROOM)
    await live.erase(ROOM)

    assert await live.swap(ROOM, old, talk(pos=2)) is False
    assert await live.read(ROOM) is None


async def test_an_old_version_does_not_fit_a_room_of_the_same_name(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk())
    old = await version_of(live, ROOM)
    await live.erase(ROOM)
    await live.swap(ROOM, ABSENT, talk(pos=5))

    assert await live.swap(ROOM, old, talk(pos=2)) is False
    assert (await everything(live, ROOM))[0] == (await version_of(live, ROOM), talk(pos=5))


async def test_of_a_thousand_racing_swaps_exactly_one_wins_each_round(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(pos=1))

    for turn in range(2, 5):
        version = await version_of(live, ROOM)
        rivals = [talk(pos=1000 * turn + n) for n in range(1000)]
        won = await asyncio.gather(*(live.swap(ROOM, version, rival) for rival in rivals))
        kept = await live.read(ROOM)
        assert sum(won) == 1
        assert kept is not None
        assert kept[1] == rivals[won.index(True)]


async def test_a_loser_does_not_disturb_those_who_commit_with_it(live: Live) -> None:
    rooms = [room_id(n) for n in range(1, 41)]
    for n, room in enumerate(rooms, 1):
        await live.swap(room, ABSENT, talk(n))
    versions = [await version_of(live, room) for room in rooms]
    stale = [ABSENT if n % 4 == 0 else version for n, version in enumerate(versions)]

    won = await asyncio.gather(
        *(
            live.swap(room, version, talk(n, pos=2), put=[frame(1)])
            for n, (room, version) in enumerate(zip(rooms, stale, strict=True), 1)
        )
    )

    assert won == [n % 4 != 0 for n in range(40)]
    held = [len(await live.frames(room, Pos(0), 10)) for room in rooms]
    assert held == [int(fine) for fine in won]


async def test_a_faulty_swap_fails_alone(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(), put=[frame(1)])
    version = await version_of(live, ROOM)
    others = [room_id(n) for n in range(2, 12)]
    before = await everything(live, ROOM)

    outcomes = await asyncio.gather(
        live.swap(ROOM, version, talk(pos=2), put=[frame(1)]),  # the position is taken
        *(live.swap(room, ABSENT, talk(n)) for n, room in enumerate(others, 2)),
        return_exceptions=True,
    )

    assert isinstance(outcomes[0], Exception)
    assert outcomes[1:] == [True] * 10
    assert (await everything(live, ROOM))[:4] == before[:4]


async def test_a_caller_that_went_away_leaves_a_store_that_goes_on(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(pos=1))
    gone = asyncio.ensure_future(live.swap(ROOM, await version_of(live, ROOM), talk(pos=2)))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await live.once(b"anything that waits for the writer", NOON)

    assert await live.swap(ROOM, await version_of(live, ROOM), talk(pos=3))


async def test_rooms_are_all_rooms(live: Live) -> None:
    for n in (3, 1, 2):
        await live.swap(room_id(n), ABSENT, talk(n))
    await live.erase(room_id(1))

    assert set(await live.rooms()) == {room_id(2), room_id(3)}


# --- frames, marks, letters -----------------------------------------------------------------------


async def test_frames_come_in_rising_position_from_after_a_position(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(), put=[frame(2), frame(1)])
    await live.swap(ROOM, await version_of(live, ROOM), talk(), put=[frame(4, slot=1), frame(3)])

    assert await live.frames(ROOM, Pos(0), 10) == [frame(1), frame(2), frame(3), frame(4, slot=1)]
    assert await live.frames(ROOM, Pos(1), 2) == [frame(2), frame(3)]
    assert await live.frames(ROOM, Pos(4), 10) == []
    assert await live.frames(room_id(2), Pos(0), 10) == []


async def test_a_commit_stays_a_commit(live: Live) -> None:
    commit = replace(frame(1), is_commit=True, data=bytes(range(256)) * 250)
    await live.swap(ROOM, ABSENT, talk(), put=[commit])

    assert await live.frames(ROOM, Pos(0), 10) == [commit]


async def test_frames_go_when_they_are_erased_and_their_marks_stay(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(epoch=1), put=[frame(1), frame(2), frame(3)])

    await live.swap(ROOM, await version_of(live, ROOM), talk(epoch=1, pos=4), erase_through=Pos(2))

    assert await live.frames(ROOM, Pos(0), 10) == [frame(3)]
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(2)) == Mark(Pos(2), digest(b"frame 2"))


async def test_marks_are_told_apart_by_epoch_slot_and_number(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(epoch=1), put=[frame(1)])

    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(1)) is not None
    assert await live.mark(ROOM, Epoch(2), Slot(0), Seq(1)) is None
    assert await live.mark(ROOM, Epoch(1), Slot(1), Seq(1)) is None
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(2)) is None
    assert await live.mark(room_id(2), Epoch(1), Slot(0), Seq(1)) is None


async def test_marks_of_earlier_epochs_are_forgotten_when_asked(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(epoch=1), put=[frame(1), frame(2, epoch=2)])
    await live.swap(ROOM, await version_of(live, ROOM), talk(epoch=2))
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(1)) is not None

    await live.swap(
        ROOM,
        await version_of(live, ROOM),
        talk(epoch=2),
        put=[frame(3, epoch=2)],
        forget_marks=True,
    )

    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(1)) is None
    assert await live.mark(ROOM, Epoch(2), Slot(0), Seq(2)) is not None
    assert await live.mark(ROOM, Epoch(2), Slot(0), Seq(3)) is not None


async def test_letters_are_set_replaced_and_removed(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(), letters=[("hello", b"one"), ("join 1", b"two")])
    await live.swap(
        ROOM, await version_of(live, ROOM), talk(), letters=[("hello", b"new"), ("join 1", None)]
    )

    assert await live.letter(ROOM, "hello") == b"new"
    assert await live.letter(ROOM, "join 1") is None
    assert await live.letter(room_id(2), "hello") is None


async def test_a_room_that_is_erased_leaves_nothing_and_touches_no_other(live: Live) -> None:
    for n in (1, 2):
        await live.swap(
            room_id(n), ABSENT, talk(n), put=[frame(1)], letters=[("hello", b"a letter")]
        )
    other = (await everything(live, room_id(2)))[:4]

    await live.erase(ROOM)
    await live.erase(ROOM)

    assert await everything(live, ROOM) == (None, [], [], [None, None], [room_id(2)])
    assert await live.mark(ROOM, Epoch(1), Slot(0), Seq(1)) is None
    assert (await everything(live, room_id(2)))[:4] == other


# --- deadlines ------------------------------------------------------------------------------------


async def test_due_rooms_come_earliest_first_and_no_more_than_asked(live: Live) -> None:
    assert await live.next_deadline() is None
    for n, late in ((1, 30), (2, 10), (3, 20), (4, 40)):
        await live.swap(room_id(n), ABSENT, talk(n, deadline=NOON + late))

    assert await live.next_deadline() == NOON + 10
    assert await live.due(Moment(NOON + 9.9), 10) == []
    assert await live.due(Moment(NOON + 30), 10) == [room_id(2), room_id(3), room_id(1)]
    assert await live.due(Moment(NOON + 30), 2) == [room_id(2), room_id(3)]


async def test_a_swap_moves_the_deadline_and_an_erasure_ends_it(live: Live) -> None:
    for n in (1, 2):
        await live.swap(room_id(n), ABSENT, talk(n, deadline=NOON + n))

    await live.swap(ROOM, await version_of(live, ROOM), talk(deadline=NOON + 99))
    assert await live.next_deadline() == NOON + 2
    await live.erase(room_id(2))
    assert await live.next_deadline() == NOON + 99


async def test_a_clock_that_jumps_back_makes_nothing_due(live: Live) -> None:
    await live.swap(ROOM, ABSENT, talk(deadline=NOON))

    assert await live.due(Moment(NOON - 86_400), 10) == []
    assert await live.due(Moment(NOON + 86_400), 10) == [ROOM]


# --- the lobby ------------------------------------------------------------------------------------


async def test_the_lobby_is_empty_at_first(live: Live) -> None:
    assert await live.lobby() == (Version.absent(), Lobby())


async def test_of_racing_lobby_swaps_one_wins_and_the_others_change_nothing(live: Live) -> None:
    for turn in range(3):
        version, _ = await live.lobby()
        rivals = [Lobby(waits=(turn, n)) for n in range(300)]
        won = await asyncio.gather(*(live.swap_lobby(version, rival) for rival in rivals))
        assert sum(won) == 1
        assert (await live.lobby())[1] == rivals[won.index(True)]


# --- keys of one use ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [b"a nonce", b""])
async def test_a_key_counts_once(live: Live, key: bytes) -> None:
    seen = await asyncio.gather(*(live.once(key, Moment(NOON + 60)) for _ in range(50)))

    assert sorted(seen) == [False] * 49 + [True]
    assert await live.once(key + b"!", Moment(NOON + 60))


async def test_a_key_is_forgotten_only_when_its_time_is_over(live: Live) -> None:
    await live.once(b"short", Moment(NOON + 60))
    await live.once(b"long", Moment(NOON + 90))

    await live.purge(Moment(NOON + 59))
    assert not await live.once(b"short", Moment(NOON + 60))
    await live.purge(Moment(NOON + 60))
    assert await live.once(b"short", Moment(NOON + 120))
    assert not await live.once(b"long", Moment(NOON + 120))


# --- restarts -------------------------------------------------------------------------------------


async def test_all_of_it_survives_a_restart(engine: Engine) -> None:
    live = engine.live()
    await live.swap(ROOM, ABSENT, talk(epoch=1), put=[frame(1)], letters=[("hello", b"letter")])
    await live.swap_lobby(Version.absent(), Lobby(waits=(7,)))
    await live.append(ROOM, await version_of(live, ROOM), talk(pos=3).relay, put=frame(2))
    await live.once(b"nonce", NOON)
    before = await everything(live, ROOM), await live.lobby(), await live.secret("work")

    engine.close()
    live = engine.live()

    assert (await everything(live, ROOM), await live.lobby(), await live.secret("work")) == before
    assert not await live.once(b"nonce", NOON)
    assert await live.swap(ROOM, await version_of(live, ROOM), talk(pos=2))


async def test_the_store_id_changes_when_the_content_was_lost_and_only_then(engine: Engine) -> None:
    first = await engine.live().store_id()
    engine.close()
    again = await engine.live().store_id()
    engine.close()
    engine.lose_live()
    after_loss = await engine.live().store_id()

    assert len(first) == 16
    assert again == first
    assert after_loss != first


async def test_secrets_are_made_once_per_name_and_store(engine: Engine) -> None:
    live = engine.live()
    made = await asyncio.gather(*(live.secret("work") for _ in range(20)))
    other = await live.secret("buckets")
    engine.close()
    engine.lose_live()
    after_loss = await engine.live().secret("work")

    assert len(set(made)) == 1
    assert len({made[0], other, after_loss}) == 3
    assert {len(secret) for secret in (made[0], other, after_loss)} == {32}


# --- nothing is left ------------------------------------------------------------------------------

CANARIES = {name: name.encode() * 40 for name in ("frame-canary", "letter-canary", "kid-canary")}


async def fill_with_canaries(live: Live, room: RoomId, number: int) -> None:
    value = replace(talk(number), invited=(), cap_hash=digest(b"capability-canary"))
    put = [frame(n, data=CANARIES["frame-canary"] + bytes([n])) for n in range(1, 60)]
    letters = [("hello", CANARIES["letter-canary"]), ("join 1", CANARIES["kid-canary"])]
    assert await live.swap(room, ABSENT, value, put=put, letters=letters)


@pytest.mark.check(34, part="live store")
async def test_after_erasure_and_purge_no_byte_of_a_room_is_left(engine: Engine) -> None:
    live = engine.live()
    for n in range(1, 9):
        await fill_with_canaries(live, room_id(n), n)
    needles = [*CANARIES.values(), digest(b"capability-canary"), room_id(5)]
    kept = engine.bytes_kept()
    assert all(needle in kept for needle in needles)

    for n in range(1, 9):
        await live.erase(room_id(n))
    await live.purge(NOON)

    kept = engine.bytes_kept()
    assert [needle for needle in needles if needle in kept] == []


@pytest.mark.check(34, part="acknowledged frames")
async def test_an_acknowledged_frame_leaves_no_byte_after_the_purge(engine: Engine) -> None:
    live = engine.live()
    await fill_with_canaries(live, ROOM, 1)
    assert CANARIES["frame-canary"] in engine.bytes_kept()

    await live.swap(ROOM, await version_of(live, ROOM), talk(pos=60), erase_through=Pos(59))
    await live.purge(NOON)

    assert CANARIES["frame-canary"] not in engine.bytes_kept()
    assert CANARIES["letter-canary"] in engine.bytes_kept()
