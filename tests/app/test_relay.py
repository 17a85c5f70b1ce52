"""Frames taken once, in order, and held for whoever is away; erased when everybody has them."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import replace

import pytest

from hamn.app import deadlines, desk, relay
from hamn.app.ports import StoredFrame, World, seat
from hamn.core.conversation import ClosedWhy, Phase, Presence
from hamn.core.policy import Policy
from hamn.core.words import Malformed, Pos, Refusal, RefusalCode, RoomId, Slot
from tests.app.house import Colleague, House

ADVISER = (1,)
VISITOR, STAFF = Slot(0), Slot(1)


async def open_room(house: House) -> tuple[RoomId, Colleague]:
    """A conversation in which the visitor has sent their leaf update, at position 2."""
    (adviser,) = await house.employ(ADVISER)
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    await house.pair(room, adviser)
    await house.send(room, 0, 1, 0, leaf=True)
    await relay.here(house.world, room, slot=STAFF)
    return room, adviser


def unhurried(house: House) -> None:
    """Enough time for the rate of 7.5 rule 18."""
    house.clock.advance(8)


@pytest.mark.check(10, part="the server takes a frame once, also after a restart")
async def test_a_frame_sent_a_hundred_times_is_put_once_also_after_a_restart(
    house: House,
) -> None:
    room, _ = await open_room(house)
    frame = house.frame(room, 0, 1, 1)

    first = await relay.send(house.world, room, slot=VISITOR, frame=frame)
    for _ in range(50):
        assert await relay.send(house.world, room, slot=VISITOR, frame=frame) == first
    await house.reopen()
    for _ in range(50):
        assert await relay.send(house.world, room, slot=VISITOR, frame=frame) == first
    held = await relay.pending(house.world, room, slot=STAFF, after=Pos(2))

    assert [each.data for each in held] == [frame]


async def test_another_frame_under_a_taken_number_breaks_the_form(house: House) -> None:
    room, _ = await open_room(house)
    await house.send(room, 0, 1, 1)
    before = await house.talk(room)

    with pytest.raises(Malformed):
        await house.send(room, 0, 1, 1)

    assert await house.talk(room) == before


@pytest.mark.check(11, part="the server's cursors, 1,000 random cut points")
async def test_a_thousand_cuts_leave_no_gap_and_no_duplicate(house: House) -> None:
    room, adviser = await open_room(house)
    chance = random.Random(11)
    sent: dict[int, list[bytes]] = {0: [], 1: []}
    got: dict[int, list[StoredFrame]] = {0: [], 1: []}
    at = {0: Pos(1), 1: Pos(2)}
    next_seq = {0: 1, 1: 0}
    for _ in range(1_000):
        slot = chance.choice((0, 1))
        for _ in range(chance.randrange(3)):
            frame = house.frame(room, slot, 1, next_seq[slot])
            await relay.send(house.world, room, slot=Slot(slot), frame=frame)
            sent[slot].append(frame)
            next_seq[slot] += 1
        reader = chance.choice((0, 1))
        await cut_and_resume(house, room, reader, at, got, chance)
        unhurried(house)
        await house.heard(adviser)
    for reader in (0, 1):
        got[reader] += await relay.pending(house.world, room, slot=Slot(reader), after=at[reader])

    assert [each.data for each in got[0]] == sent[1]
    assert [each.data for each in got[1]] == sent[0]
    assert all(later.pos > earlier.pos for g in got.values() for earlier, later in pairs(g))


async def cut_and_resume(
    house: House,
    room: RoomId,
    reader: int,
    at: dict[int, Pos],
    got: dict[int, list[StoredFrame]],
    chance: random.Random,
) -> None:
    """Read what is pending, lose the socket somewhere in it, and perhaps the acknowledgement."""
    await relay.here(house.world, room, slot=Slot(reader))
    held = await relay.pending(house.world, room, slot=Slot(reader), after=at[reader])
    seen = held[: chance.randint(0, len(held))]
    got[reader] += seen
    if seen:
        at[reader] = seen[-1].pos
        if chance.random() < 0.5:
            await relay.ack(house.world, room, slot=Slot(reader), pos=at[reader])
    await relay.away(house.world, room, slot=Slot(reader))


def pairs(held: list[StoredFrame]) -> list[tuple[StoredFrame, StoredFrame]]:
    return list(itertools.pairwise(held))


async def test_a_frame_goes_when_every_member_has_it(house: House) -> None:
    room, _ = await open_room(house)
    await relay.ack(house.world, room, slot=VISITOR, pos=Pos(1))
    await relay.ack(house.world, room, slot=STAFF, pos=Pos(2))
    sent = await house.send(room, 0, 1, 1)

    before = await house.world.live.frames(room, Pos(0), 10)
    await relay.ack(house.world, room, slot=STAFF, pos=sent.pos)

    assert [each.pos for each in before] == [sent.pos]
    assert await house.world.live.frames(room, Pos(0), 10) == []
    assert (await house.talk(room)).relay.held_bytes == 0


async def test_a_relay_has_tracks_exactly_while_frames_may_pass(house: House) -> None:
    (adviser,) = await house.employ(ADVISER)
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    seen = [(await house.talk(room)).relay]
    await house.pair(room, adviser)
    await house.commit(room, adviser, 2, {0: None, 1: adviser}, pos11=0)
    await relay.away(house.world, room, slot=VISITOR)
    seen.append((await house.talk(room)).relay)
    await desk.end(house.world, room)
    seen.append((await house.talk(room)).relay)

    slots = [tuple(track.slot for track in each.tracks) for each in seen]
    assert (slots, [each.epoch for each in seen]) == ([(), (0, 1), ()], [0, 2, 0])


async def test_a_frame_wakes_those_it_is_for_and_no_other(house: House) -> None:
    room, _ = await open_room(house)
    theirs = house.world.bell.listen([seat(room, STAFF)])
    others = house.world.bell.listen([room, seat(room, VISITOR)])

    await house.send(room, 0, 1, 1)

    assert await theirs.heard() == {seat(room, STAFF)}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await others.heard()


async def test_a_gap_a_stale_epoch_and_an_early_line_are_refused(house: House) -> None:
    room, adviser = await open_room(house)
    before = await house.talk(room)

    with pytest.raises(Refusal) as gap:
        await house.send(room, 0, 1, 7)
    with pytest.raises(Refusal) as stale:
        await house.send(room, 0, 2, 1)
    with pytest.raises(Malformed):
        await house.send(room, 1, 1, 0, leaf=True)

    assert (gap.value.code, gap.value.seq) == (RefusalCode.GAP, 1)
    assert (stale.value.code, stale.value.epoch) == (RefusalCode.STALE, 1)
    assert await house.talk(room) == before
    await house.commit(room, adviser, 2, {0: None, 1: adviser}, pos11=2)
    with pytest.raises(Malformed):
        await house.send(room, 0, 2, 0)


async def test_who_is_too_fast_waits_and_loses_nothing(house: House) -> None:
    room, _ = await open_room(house)
    for seq in range(1, 40):
        await house.send(room, 0, 1, seq)

    with pytest.raises(Refusal) as refused:
        await house.send(room, 0, 1, 40)
    house.clock.advance(refused.value.wait)

    assert refused.value.code is RefusalCode.BUSY
    assert (await house.send(room, 0, 1, 40)).seq == 40


async def test_a_full_room_refuses_and_takes_again_when_there_is_room(house: House) -> None:
    house.world = with_policy(house, Policy(needs_supervisor=False, unacked_bytes=3_000))
    room, _ = await open_room(house)
    await relay.ack(house.world, room, slot=VISITOR, pos=Pos(1))
    taken = [await house.send(room, 0, 1, seq) for seq in range(1, 8)]

    with pytest.raises(Refusal) as refused:
        await house.send(room, 0, 1, 8)
    await relay.ack(house.world, room, slot=STAFF, pos=taken[-1].pos)

    assert refused.value.code is RefusalCode.FULL
    assert (await house.send(room, 0, 1, 8)).seq == 8


def with_policy(house: House, policy: Policy) -> World:
    return replace(house.world, policy=policy)


@pytest.mark.check(12, part="the server's order, sessions of rooms and deadlines")
@pytest.mark.parametrize("jump", [3600.0, -3600.0, 86_000.0, -86_400.0])
async def test_a_clock_that_jumps_changes_no_order_and_ends_nothing_early(
    house: House, jump: float
) -> None:
    room, _ = await open_room(house)
    await house.send(room, 0, 1, 1)
    await house.send(room, 1, 1, 0)

    house.clock.advance(jump)
    await deadlines.step(house.world)
    house.clock.advance(8)
    await house.send(room, 0, 1, 2)
    to_staff = await relay.pending(house.world, room, slot=STAFF, after=Pos(2))

    assert [each.seq for each in to_staff] == [1, 2]
    assert (await house.talk(room)).phase is Phase.OPEN
    await relay.away(house.world, room, slot=VISITOR)
    house.clock.advance(24 * 3600 + 1)
    await deadlines.step(house.world)
    assert (await house.talk(room)).why is ClosedWhy.EXPIRED


@pytest.mark.check(16, part="the server says so, and offers the visitor who returns first")
async def test_an_adviser_who_vanishes_is_away_then_lost(house: House) -> None:
    room, _ = await open_room(house)

    await relay.away(house.world, room, slot=STAFF)
    shown = [(await house.talk(room)).members[1].presence]
    house.clock.advance(60)
    await deadlines.step(house.world)
    shown.append((await house.talk(room)).members[1].presence)

    assert shown == [Presence.AWAY, Presence.LOST]


async def test_after_a_restart_everyone_is_away_and_comes_back(house: House) -> None:
    room, _ = await open_room(house)
    sent = await house.send(room, 0, 1, 1)

    await house.reopen()
    shown = [member.presence for member in (await house.talk(room)).members]
    phase = (await house.talk(room)).phase
    await relay.here(house.world, room, slot=VISITOR)
    await relay.here(house.world, room, slot=STAFF)

    assert (shown, phase) == ([Presence.AWAY, Presence.AWAY], Phase.PAUSED)
    assert (await house.talk(room)).phase is Phase.OPEN
    held = await relay.pending(house.world, room, slot=STAFF, after=Pos(2))
    assert [each.pos for each in held] == [sent.pos]


async def test_a_long_pause_frees_the_adviser_and_keeps_the_room(house: House) -> None:
    room, adviser = await open_room(house)
    await relay.away(house.world, room, slot=VISITOR)
    for _ in range(16):
        house.clock.advance(60)
        await house.heard(adviser)
        await deadlines.step(house.world)

    _, lobby = await house.world.live.lobby()
    assert [member.rooms for member in lobby.duty] == [()]
    assert (await house.talk(room)).phase is Phase.PAUSED


async def test_an_ended_room_keeps_nothing_but_that_it_ended(house: House) -> None:
    room, _ = await open_room(house)
    await desk.end(house.world, room)
    talk = await house.talk(room)

    assert (talk.phase, talk.why, talk.cap_hash) == (Phase.CLOSED, ClosedWhy.END, None)
    assert await house.world.live.frames(room, Pos(0), 10) == []
    assert await house.world.live.letter(room, "certs") is None
    house.clock.advance(61)
    await deadlines.step(house.world)
    assert await house.world.live.rooms() == []
