"""Stepping back: a conflict of interest stays with the code; an abusive end bans nobody."""

from __future__ import annotations

import pytest

from hamn.app import deadlines, desk, return_code, stepping
from hamn.core.audit import Deed
from hamn.core.conversation import ClosedWhy
from hamn.core.stepping import Tie
from hamn.core.words import Mailbox, Refusal, RefusalCode, RoomId, Slot
from tests.app.house import CAP, Colleague, House, digest

ADVISER, SUPERVISOR = (1,), (2,)
ID, AUTH = b"i" * 16, b"a" * 32
DAY = 86_400


async def talking(house: House, colleague: Colleague, *to: Colleague) -> RoomId:
    room = (await house.arrive(house.room_id(), *to)).room
    await house.pair(room, colleague)
    return room


async def kept(house: House, room: RoomId) -> Mailbox:
    return await return_code.keep(
        house.world, h_id=digest(ID), h_auth=digest(AUTH), old=None, room=room
    )


async def asks(house: House, who: Colleague, room: RoomId, of: Colleague) -> None:
    envelope = house.envelope(7, house.room_id(), [of.kid], who.cert[52:84])
    cert = who.cert
    await desk.join(
        house.world, envelope, idx=who.idx, kid=who.kid, cert=cert, room=room, to=of.idx
    )


async def refused(house: House, colleague: Colleague, room: RoomId) -> RefusalCode:
    with pytest.raises(Refusal) as refusal:
        await desk.claim(house.world, colleague.idx, kid=colleague.kid, room=room)
    return refusal.value.code


async def test_the_visitor_goes_on_with_another_and_never_with_who_stepped_back(
    house: House,
) -> None:
    alm, berg = await house.two_on_duty()
    room = await talking(house, alm, alm, berg)
    await stepping.conflict(house.world, alm.idx, room=room, tie=Tie.VISITOR)
    assert (await house.talk(room)).why is ClosedWhy.PASSED
    again = await house.arrive(house.room_id(), alm, berg, prev=(room, CAP), cap=b"\x0d" * 32)

    place = (await house.lobby()).place(again.room)
    assert place is not None
    assert (place.barred, place.offered_to, place.interrupted) == ((alm.idx,), berg.idx, True)
    assert await refused(house, alm, again.room) is RefusalCode.BUSY
    await house.pair(again.room, berg)
    assert (await house.talk(again.room)).barred == (alm.idx,)


async def test_the_mark_stays_with_the_code_whenever_it_was_made_and_goes_with_it(
    house: House,
) -> None:
    alm, berg = await house.two_on_duty()
    room = await talking(house, alm, alm, berg)
    await stepping.conflict(house.world, alm.idx, room=room, tie=Tie.PERSON)
    again = await house.arrive(house.room_id(), alm, berg, prev=(room, CAP), cap=b"\x0d" * 32)
    mailbox = await kept(house, again.room)
    await house.reopen()
    await house.on_duty(alm, berg)
    assert await house.world.store.barred(mailbox) == {alm.idx}

    house.clock.advance(91 * DAY)
    await deadlines.purge(house.world)
    assert await house.world.store.barred(mailbox) == frozenset()


async def test_whoever_comes_back_with_the_code_is_not_rung_there_either(house: House) -> None:
    alm, berg = await house.two_on_duty()
    room = await talking(house, alm, alm, berg)
    mailbox = await kept(house, room)
    await stepping.conflict(house.world, alm.idx, room=room, tie=Tie.OTHER)
    house.clock.advance(3600)
    await deadlines.step(house.world)
    await house.on_duty(alm, berg)
    envelope = house.envelope(1, house.room_id(), [alm.kid, berg.kid], b"\x05" * 32)
    back = await desk.hello(
        house.world,
        envelope,
        cap_hash=digest(b"\x0e" * 32),
        language="sv",
        door=1,
        danger=False,
        wish=None,
        prev=None,
        mailbox=mailbox,
        returning=True,
    )

    assert (await house.talk(back.room)).barred == (alm.idx,)
    assert await refused(house, alm, back.room) is RefusalCode.BUSY


async def test_in_company_only_who_has_the_conflict_goes_and_cannot_join_again(
    house: House,
) -> None:
    alm, lind = await house.employ(ADVISER, SUPERVISOR)
    await house.on_duty(alm, lind)
    room = await talking(house, alm, alm)
    await asks(house, lind, room, alm)
    await house.commit(room, alm, 2, {0: None, 1: alm, 2: lind}, joined=[2])
    await stepping.conflict(house.world, lind.idx, room=room, tie=Tie.PERSON)
    await house.commit(room, alm, 3, {0: None, 1: alm}, left=[2])

    assert [m.slot for m in (await house.talk(room)).members] == [Slot(0), Slot(1)]
    with pytest.raises(Refusal):
        await asks(house, lind, room, alm)


async def test_only_a_code_is_kept_of_why(house: House) -> None:
    alm, berg = await house.two_on_duty()
    room = await talking(house, alm, alm, berg)
    await stepping.conflict(house.world, alm.idx, room=room, tie=Tie.VISITOR)

    lines = await house.world.store.audit(0, 20)
    told = [(line.by, line.detail) for line in lines if line.what == Deed.CONFLICT.value]
    assert told == [(alm.idx, "knows visitor")]
    assert room.hex() not in repr(lines)


async def test_an_abusive_end_tells_supervisors_rests_the_adviser_and_bans_nobody(
    house: House,
) -> None:
    alm, berg, lind = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(alm, berg, lind)
    room = await talking(house, alm, alm, berg)
    await stepping.abuse(house.world, alm.idx, room=room)

    standing = await house.lobby()
    talk = await house.talk(room)
    assert (talk.why, talk.cap_hash) == (ClosedWhy.LIMITS, None)
    assert [(each.by, each.id) for each in standing.notices] == [(alm.idx, room)]
    assert standing.on_duty(alm.idx).wrap_up_until == house.clock.now() + 1200  # type: ignore[union-attr]
    fresh = await house.arrive(house.room_id(), alm, berg)
    assert (await house.lobby()).place(fresh.room).offered_to == berg.idx  # type: ignore[union-attr]
    with pytest.raises(Refusal):
        await stepping.seen(house.world, alm.idx, notice=room)
    await stepping.seen(house.world, lind.idx, notice=room)
    assert (await house.lobby()).notices == ()


async def test_of_a_child_supervisors_are_told_once_without_content_and_the_talk_goes_on(
    house: House,
) -> None:
    alm, berg, lind = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(alm, berg, lind)
    room = await talking(house, alm, alm, berg)
    await stepping.child(house.world, alm.idx, room=room)
    await stepping.child(house.world, alm.idx, room=room)
    with pytest.raises(Refusal):
        await stepping.child(house.world, berg.idx, room=room)

    told = [(each.kind, each.by) for each in (await house.lobby()).notices]
    assert told == [("child", alm.idx)]
    assert (await house.talk(room)).why is None
