"""From a hello to a conversation, and what a race, a lapse or a crash makes of it."""

from __future__ import annotations

import asyncio

import pytest

from hamn.app import deadlines, desk, duty, relay
from hamn.core.conversation import ClosedWhy, Phase
from hamn.core.words import Malformed, Refusal, RefusalCode, Slot
from tests.app.house import CAP, Colleague, House

ADVISER, SUPERVISOR = (1,), (2,)


async def test_a_visitor_who_waits_is_rung_claimed_and_talked_with(house: House) -> None:
    first, _ = await house.two_on_duty()

    room = (await house.arrive(house.room_id(), first)).room
    rung = (await house.lobby()).places[0].offered_to
    taken = await house.pair(room, first)

    assert rung == first.idx
    assert (taken.epoch, taken.slot, taken.pos) == (1, 1, 1)
    talk = await house.talk(room)
    assert (talk.phase, [m.slot for m in talk.members]) == (Phase.OPEN, [0, 1])
    assert not (await house.lobby()).places
    assert (await house.lobby()).on_duty(first.idx).rooms == (room,)  # type: ignore[union-attr]


@pytest.mark.check(15)
async def test_of_two_advisers_who_claim_at_once_exactly_one_wins(house: House) -> None:
    first, second = await house.two_on_duty()
    here, there = house.world, house.another_process()

    for turn in range(1_000):
        room = (await house.arrive(house.room_id(), first, second)).room
        worlds = (here, there) if turn % 2 else (there, here)
        answers = await asyncio.gather(
            desk.claim(worlds[0], first.idx, kid=first.kid, room=room),
            desk.claim(worlds[1], second.idx, kid=second.kid, room=room),
            return_exceptions=True,
        )
        lost = [answer for answer in answers if isinstance(answer, Refusal)]
        won = [answer for answer in answers if isinstance(answer, bytes)]
        assert (len(won), [each.code for each in lost]) == (1, [RefusalCode.BUSY])
        holder = (await house.talk(room)).claimed_by
        assert holder == (first, second)[answers.index(won[0])].idx
        await desk.withdraw(house.world, room)
        assert all(member.rooms == () for member in (await house.lobby()).duty)


async def test_a_lease_that_runs_out_gives_the_place_back_where_it_stood(house: House) -> None:
    first, second = await house.two_on_duty()
    early = (await house.arrive(house.room_id(), first, second)).room
    house.clock.advance(1)
    late = (await house.arrive(house.room_id(), first, second)).room
    await desk.claim(house.world, first.idx, kid=first.kid, room=early)

    house.clock.advance(59)
    await house.heard(first, second)
    await deadlines.step(house.world)
    held = (await house.talk(early)).claimed_by
    house.clock.advance(2)
    await deadlines.step(house.world)

    assert held == first.idx
    assert (await house.talk(early)).claimed_by is None
    assert await duty.place(house.world, early) == (1, None)
    assert await duty.place(house.world, late) == (2, None)
    assert (await house.lobby()).place(early).offered_to is not None  # type: ignore[union-attr]


async def test_a_commit_after_the_lease_is_gone_and_changes_nothing(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first, second)).room
    await desk.claim(house.world, first.idx, kid=first.kid, room=room)
    house.clock.advance(61)
    await deadlines.step(house.world)
    before = await house.talk(room)

    with pytest.raises(Refusal) as refused:
        await house.commit(room, first, 1, {0: None, 1: first}, joined=[0, 1])

    assert refused.value.code is RefusalCode.GONE
    assert await house.talk(room) == before


async def test_who_does_not_answer_is_followed_by_the_next(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first, second)).room
    rung = []
    for _ in range(4):
        rung.append((await house.lobby()).place(room).offered_to)  # type: ignore[union-attr]
        house.clock.advance(30)
        await house.heard(first, second)
        await deadlines.step(house.world)

    assert rung == [first.idx, second.idx, first.idx, second.idx]


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
async def test_a_crash_between_lobby_and_room_heals_by_deadlines(
    house: House, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    first, _ = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await kill_after(house, monkeypatch, steps)

    await ignore(house.pair(room, first))
    monkeypatch.undo()
    await house.reopen()
    await relay.here(house.world, room, slot=Slot(0))
    for _ in range(8):
        house.clock.advance(10)
        await house.heard(first)
        await deadlines.step(house.world)

    talk, standing = await house.talk(room), await house.lobby()
    member = standing.on_duty(first.idx)
    assert member is not None
    if talk.phase is Phase.WAITING:
        assert (talk.claimed_by, member.rooms) == (None, ())
        assert standing.place(room) is not None
    else:
        assert (standing.places, member.rooms) == ((), (room,))


async def test_the_same_commit_again_is_answered_with_its_position(house: House) -> None:
    first, _ = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await desk.claim(house.world, first.idx, kid=first.kid, room=room)
    data = house.commit_bytes(room, 1, {0: None, 1: first})
    seats: dict[int, Colleague | None] = {0: None, 1: first}

    once = await house.commit(room, first, 1, seats, joined=[0, 1], data=data)
    await house.send(room, 0, 1, 0, leaf=True)
    again = await house.commit(room, first, 1, seats, joined=[0, 1], data=data)

    assert once == again
    assert (await house.talk(room)).epoch == 1


async def test_a_commit_that_does_not_know_the_last_leaf_update_loses(house: House) -> None:
    first, _ = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    leaf = await house.send(room, 0, 1, 0, leaf=True)
    before = await house.talk(room)

    with pytest.raises(Refusal) as refused:
        await house.commit(room, first, 2, {0: None, 1: first})

    assert (refused.value.code, refused.value.pos11) == (RefusalCode.CAS, leaf.pos)
    assert await house.talk(room) == before


async def test_a_server_made_seat_or_a_foreign_certificate_is_not_taken(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)

    with pytest.raises(Refusal) as unasked:
        await house.commit(room, first, 2, {0: None, 1: first, 2: second}, joined=[2])
    with pytest.raises(Malformed):
        await house.commit(room, first, 2, {0: None, 1: first, 2: second})
    with pytest.raises(Refusal) as foreign:
        await house.commit(room, second, 2, {0: None, 1: first})

    assert (unasked.value.code, foreign.value.code) == (RefusalCode.GONE, RefusalCode.GONE)
    assert (await house.talk(room)).epoch == 1


async def test_a_reload_while_waiting_keeps_the_place(house: House) -> None:
    first, _ = await house.two_on_duty()
    old = (await house.arrive(house.room_id(), first)).room
    house.clock.advance(5)
    await house.arrive(house.room_id(), first)

    new = (await house.arrive(house.room_id(), first, prev=(old, CAP))).room

    assert await duty.place(house.world, new) == (1, None)
    assert len((await house.lobby()).places) == 2
    assert (await house.talk(old)).why is ClosedWhy.MOVED


async def test_a_reload_in_a_conversation_is_offered_to_the_same_adviser_first(
    house: House,
) -> None:
    first, second = await house.two_on_duty()
    old = (await house.arrive(house.room_id(), first)).room
    await house.pair(old, first)
    waiting = (await house.arrive(house.room_id(), second)).room
    await house.pair(waiting, second)

    new = (await house.arrive(house.room_id(), first, second, prev=(old, CAP))).room
    rung = (await house.lobby()).place(new).offered_to  # type: ignore[union-attr]
    await house.pair(new, first)

    assert rung == first.idx
    assert (await house.talk(old)).why is ClosedWhy.MOVED
    member = (await house.lobby()).on_duty(first.idx)
    assert member is not None
    assert (member.rooms, member.wrap_up_until) == ((new,), None)


@pytest.mark.check(21, part="a capability or an id that is not exactly right opens nothing")
async def test_a_wrong_capability_is_no_way_back(house: House) -> None:
    first, second = await house.two_on_duty()
    old = (await house.arrive(house.room_id(), first)).room
    await house.pair(old, first)
    wrong = [b"\x0d" * 32, CAP[:-1], CAP + b"\0", CAP.upper() + b" ", b""]

    for cap in wrong:
        new = await house.arrive(house.room_id(), second, prev=(old, cap))
        place = (await house.lobby()).place(new.room)
        assert place is not None
        assert (new.prev, place.interrupted, place.first) == (None, False, None)
        await desk.withdraw(house.world, new.room)

    assert (await house.talk(old)).phase is Phase.OPEN


async def test_a_check_member_is_offered_its_own_hello_alone_also_while_closed(
    house: House,
) -> None:
    first, check = await house.employ(ADVISER, ADVISER, check=[1])
    await house.on_duty(check)

    assert not (await duty.status(house.world)).is_open
    assert await duty.certs(house.world) == []
    room = (await house.arrive(house.room_id(), check)).room
    await house.on_duty(first)

    assert (await house.lobby()).place(room).offered_to == check.idx  # type: ignore[union-attr]
    with pytest.raises(Refusal):
        await desk.claim(house.world, first.idx, kid=first.kid, room=room)


async def test_a_closed_door_turns_a_hello_away_and_keeps_nothing(house: House) -> None:
    (first,) = await house.employ(ADVISER)

    with pytest.raises(Refusal) as refused:
        await house.arrive(house.room_id(), first)

    assert refused.value.code is RefusalCode.GONE
    assert await house.world.live.rooms() == []


async def ignore(work: object) -> None:
    try:
        await work  # type: ignore[misc]
    except Killed:
        return


class Killed(Exception):
    """The process ends here."""


async def kill_after(house: House, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let so many writes through; the next one never reaches the store."""
    left = steps - 1

    def counted(name: str) -> None:
        real = getattr(type(house.world.live), name)

        async def write(*given: object, **named: object) -> object:
            nonlocal left
            if left <= 0:
                raise Killed
            left -= 1
            return await real(*given, **named)

        monkeypatch.setattr(type(house.world.live), name, write)

    counted("swap")
    counted("swap_lobby")


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_a_crash_within_a_hello_is_healed_by_the_hello_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    first, _ = await house.two_on_duty()
    room = house.room_id()
    await kill_after(house, monkeypatch, steps)
    await ignore(house.arrive(room, first))
    monkeypatch.undo()
    await house.reopen()
    house.clock.advance(1)
    await deadlines.step(house.world)

    await house.arrive(room, first)
    await relay.here(house.world, room, slot=Slot(0))
    await house.heard(first)
    await deadlines.step(house.world)

    assert (await house.talk(room)).phase is Phase.WAITING
    assert [each.offered_to for each in (await house.lobby()).places] == [first.idx]


@pytest.mark.parametrize("steps", [1, 2])
async def test_a_crash_within_an_end_frees_the_adviser_in_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    first, _ = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    await kill_after(house, monkeypatch, steps)
    await ignore(desk.end(house.world, room))
    monkeypatch.undo()
    await house.reopen()

    if steps == 1:
        await desk.end(house.world, room)
    await deadlines.step(house.world)

    assert (await house.talk(room)).why is ClosedWhy.END
    assert (await house.lobby()).on_duty(first.idx).rooms == ()  # type: ignore[union-attr]


async def test_after_a_lost_store_a_named_room_brings_its_adviser_first(house: House) -> None:
    first, second = await house.two_on_duty()
    lost = house.room_id()

    room = (await house.arrive(house.room_id(), first, second, prev=(lost, CAP))).room
    held = (await house.lobby()).place(room).offered_to  # type: ignore[union-attr]
    await desk.named_after_loss(house.world, second.idx, room=lost)

    assert held is None
    assert (await house.lobby()).place(room).offered_to == second.idx  # type: ignore[union-attr]


async def test_when_nine_wait_the_ninth_is_told_that_it_is_full(house: House) -> None:
    first, second = await house.two_on_duty()
    for _ in range(8):
        await house.arrive(house.room_id(), first, second)
    ninth = house.room_id()

    with pytest.raises(Refusal) as refused:
        await house.arrive(ninth, first)

    assert refused.value.code is RefusalCode.FULL
    assert await relay.look(house.world, ninth) is None
    assert len((await house.lobby()).places) == 8


async def test_a_newer_hello_is_what_the_adviser_gets(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room

    await house.arrive(room, first, second)
    hello = await desk.claim(house.world, second.idx, kid=second.kid, room=room)
    with pytest.raises(Refusal) as stolen:
        await house.arrive(room, first, cap=b"\x0f" * 32)

    assert hello.count(second.kid) == 1
    assert stolen.value.code is RefusalCode.GONE
    assert len((await house.lobby()).places) == 1


async def test_who_left_a_room_that_they_never_entered_rings_at_once_with_who_is_in_it_alone(
    house: House,
) -> None:
    (alm,) = await house.employ((1,))
    await house.on_duty(alm)
    refused = (await house.arrive(house.room_id(), alm)).room
    await house.pair(refused, alm)
    again = await house.arrive(house.room_id(), alm, prev=(refused, CAP), cap=b"\x0d" * 32)

    place = (await house.lobby()).place(again.room)
    assert place is not None
    assert place.offered_to == alm.idx
    await house.pair(again.room, alm)
    assert (await house.talk(refused)).why is ClosedWhy.MOVED
