"""A talk at rest: its adviser is free, and its visitor comes back to them by tab or by code."""

from __future__ import annotations

from hamn.app import deadlines, desk, erase, quiet, return_code
from hamn.core.conversation import ClosedWhy
from hamn.core.waiting import Place
from hamn.core.words import Mailbox, RoomId
from tests.app.house import CAP, Colleague, House, digest

ID, AUTH = b"i" * 16, b"a" * 32
AGAIN = b"\x0d" * 32


async def at_rest(house: House, alm: Colleague, *to: Colleague) -> tuple[RoomId, Mailbox]:
    room = (await house.arrive(house.room_id(), alm, *to)).room
    await house.pair(room, alm)
    mailbox = await return_code.keep(
        house.world, h_id=digest(ID), h_auth=digest(AUTH), old=None, room=room
    )
    await quiet.hush(house.world, alm.idx, room=room, is_quiet=True)
    house.clock.advance(house.policy.quiet_held)
    await house.heard(alm, *to)
    await deadlines.step(house.world)
    assert (await house.talk(room)).why is ClosedWhy.IDLE
    return room, mailbox


async def place_of(house: House, room: RoomId) -> Place:
    place = (await house.lobby()).place(room)
    assert place is not None
    return place


async def later(house: House, *heard: Colleague) -> None:
    house.clock.advance(1200)
    await house.heard(*heard)
    await deadlines.step(house.world)


async def test_the_adviser_wraps_up_and_is_free_for_others(house: House) -> None:
    (alm,) = await house.employ((1,))
    await house.on_duty(alm)
    await at_rest(house, alm)

    shift = (await house.lobby()).on_duty(alm.idx)
    assert shift is not None
    assert (shift.rooms, shift.wrap_up_until) == ((), house.clock.now() + house.policy.wrap_up)


async def test_by_the_tab_the_visitor_comes_back_first_in_line_and_to_who_held_it(
    house: House,
) -> None:
    alm, berg = await house.two_on_duty()
    room, _ = await at_rest(house, alm, berg)
    await house.reopen()
    await later(house, alm, berg)
    back = await house.arrive(house.room_id(), alm, berg, prev=(room, CAP), cap=AGAIN)

    place = await place_of(house, back.room)
    assert (place.interrupted, place.first, place.offered_to) == (True, alm.idx, alm.idx)
    wrong = await house.arrive(house.room_id(), alm, berg, prev=(room, AGAIN), cap=b"\x0e" * 32)
    assert (await place_of(house, wrong.room)).first is None


async def test_by_the_code_too_until_it_is_erased(house: House) -> None:
    alm, berg = await house.two_on_duty()
    room, mailbox = await at_rest(house, alm, berg)
    await later(house, alm, berg)
    envelope = house.envelope(1, house.room_id(), [alm.kid, berg.kid], b"\x05" * 32)
    back = await desk.hello(
        house.world,
        envelope,
        cap_hash=digest(AGAIN),
        language="sv",
        door=1,
        danger=False,
        wish=None,
        prev=None,
        mailbox=mailbox,
        returning=True,
    )
    assert (await place_of(house, back.room)).first == alm.idx

    assert (await return_code.use(house.world, id=ID, auth=AUTH)).room is None
    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)
    assert receipt.rooms == 2
    assert await house.world.live.read(room) is None
