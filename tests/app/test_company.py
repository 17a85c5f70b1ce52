"""Who else comes into a room: colleagues, supervisors, the visitor with the code, staff rooms."""

from __future__ import annotations

import pytest

from hamn.app import deadlines, desk, relay
from hamn.core.conversation import ClosedWhy, Phase
from hamn.core.words import Pos, Refusal, RoomId, Slot
from tests.app.house import CAP, Colleague, House, digest

ADVISER, SUPERVISOR = (1,), (2,)


def pub(colleague: Colleague) -> bytes:
    return colleague.cert[52:84]


async def test_a_colleague_who_is_invited_joins_and_the_first_may_leave(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    await desk.invite(house.world, first.idx, room=room, to=second.idx)
    envelope = house.envelope(7, house.room_id(), [first.kid], pub(second))

    await desk.join(
        house.world,
        envelope,
        idx=second.idx,
        kid=second.kid,
        cert=second.cert,
        room=room,
        to=first.idx,
    )
    await house.commit(room, first, 2, {0: None, 1: first, 2: second}, joined=[2])
    await desk.leave(house.world, room, slot=Slot(1))
    await house.commit(room, second, 3, {0: None, 2: second}, committer=2, left=[1])

    standing = await house.lobby()
    assert [m.slot for m in (await house.talk(room)).members] == [0, 2]
    assert standing.on_duty(first.idx).rooms == ()  # type: ignore[union-attr]
    assert standing.on_duty(first.idx).wrap_up_until is not None  # type: ignore[union-attr]
    assert standing.on_duty(second.idx).rooms == (room,)  # type: ignore[union-attr]


async def test_a_call_waits_for_an_answer_or_ten_minutes(house: House) -> None:
    first, second = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    await desk.invite(house.world, first.idx, room=room, to=second.idx, why="hand_over")
    await house.reopen()

    ((asked_in, call),) = await desk.calls(house.world, second.idx)
    assert (asked_in, call.by, call.why) == (room, first.idx, "hand_over")
    assert await desk.calls(house.world, first.idx) == []
    house.clock.advance(600)
    assert await desk.calls(house.world, second.idx) == []


async def test_a_call_that_was_answered_or_whose_room_is_over_is_told_no_more(
    house: House,
) -> None:
    first, second, third = await house.employ(ADVISER, ADVISER, ADVISER)
    await house.on_duty(first, second, third)
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    for colleague in (second, second, third):
        await desk.invite(house.world, first.idx, room=room, to=colleague.idx)
    envelope = house.envelope(7, house.room_id(), [first.kid], pub(second))
    asking = {"idx": second.idx, "kid": second.kid, "cert": second.cert}
    await desk.join(house.world, envelope, **asking, room=room, to=first.idx)  # type: ignore[arg-type]

    assert await desk.calls(house.world, second.idx) == []
    assert len(await desk.calls(house.world, third.idx)) == 1
    await desk.end(house.world, room)
    assert await desk.calls(house.world, third.idx) == []


async def test_who_was_not_invited_may_not_ask_to_join(house: House) -> None:
    first, second, supervisor = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(first, second, supervisor)
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)

    for who, may in ((second, False), (supervisor, True)):
        envelope = house.envelope(7, house.room_id(), [first.kid], pub(who))
        asked = desk.join(
            house.world,
            envelope,
            idx=who.idx,
            kid=who.kid,
            cert=who.cert,
            room=room,
            to=first.idx,
        )
        if may:
            await asked
        else:
            with pytest.raises(Refusal):
                await asked

    assert [join.idx for join in (await house.talk(room)).joins] == [supervisor.idx]


async def test_a_visitor_who_rejoins_with_the_code_replaces_the_capability(
    house: House,
) -> None:
    first, _ = await house.two_on_duty()
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    await house.send(room, 0, 1, 0, leaf=True)
    envelope = house.envelope(7, house.room_id(), [first.kid], b"\x02" * 32)
    new = digest(b"\x0e" * 32)

    await desk.rejoin(house.world, envelope, room=room, cap_hash=new)
    before = (await house.talk(room)).cap_hash
    with pytest.raises(Refusal):
        await rejoined(house, room, first, bytes(32))
    taken = await rejoined(house, room, first, digest(envelope))

    talk = await house.talk(room)
    assert (before, talk.cap_hash, talk.joins) == (digest(CAP), new, ())
    older = await relay.pending(house.world, room, slot=Slot(0), after=Pos(0))
    assert [each.pos for each in older] == [taken.pos]


async def rejoined(house: House, room: RoomId, by: Colleague, named: bytes) -> relay.Taken:
    seats: dict[int, Colleague | None] = {0: None, 1: by}
    return await house.commit(room, by, 2, seats, joined=[0], pos11=2, visitor_hash=named)


async def test_a_staff_room_is_opened_by_its_inviter_alone(house: House) -> None:
    first, second = await house.two_on_duty()
    room = house.room_id()
    await desk.invite(house.world, first.idx, room=room, to=second.idx)
    for who in (first, second):
        envelope = house.envelope(7, house.room_id(), [first.kid], pub(who))
        await desk.join(
            house.world,
            envelope,
            idx=who.idx,
            kid=who.kid,
            cert=who.cert,
            room=room,
            to=first.idx,
        )
    seats: dict[int, Colleague | None] = {1: first, 2: second}

    with pytest.raises(Refusal):
        await house.commit(room, second, 1, {1: second, 2: first}, joined=[1, 2])
    await house.commit(room, first, 1, seats, joined=[1, 2])

    talk = await house.talk(room)
    assert (talk.is_staff_room, talk.phase) == (True, Phase.OPEN)
    assert all(member.rooms == () for member in (await house.lobby()).duty)
    await desk.leave(house.world, room, slot=Slot(2))
    assert (await house.talk(room)).why is ClosedWhy.END


async def test_a_reserved_staff_room_that_is_not_used_is_given_up(house: House) -> None:
    first, second = await house.two_on_duty()
    room = house.room_id()
    await desk.invite(house.world, first.idx, room=room, to=second.idx)

    house.clock.advance(600)
    await deadlines.step(house.world)

    assert (await house.talk(room)).why is ClosedWhy.EXPIRED
