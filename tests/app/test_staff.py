"""Staff life without sockets: revoked, given other roles, enrolled again, and rooms after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hamn.app import book, desk, duty, relay, sign_in, staff
from hamn.app.ports import Staff
from hamn.core.booking import State
from hamn.core.conversation import ClosedWhy, Phase, Presence
from hamn.core.slots import Form
from hamn.core.words import Refusal, RefusalCode, RoomId, Slot
from tests.app.house import CAP, Colleague, House, digest
from tests.app.test_book import agreed, counsellors, mailbox, take, take_at, talk_of
from tests.app.test_codes import gone

ADVISER, SUPERVISOR, MANAGER = (1,), (2,), (256,)


async def by(house: House, colleague: Colleague) -> Staff:
    found = await house.world.store.staff(colleague.idx)
    assert found is not None
    return found


async def talking(house: House) -> tuple[Colleague, Colleague, Colleague, RoomId]:
    """An adviser in a conversation, a colleague on duty, and a supervisor."""
    first, second, lead = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(first, second)
    room = (await house.arrive(house.room_id(), first)).room
    await house.pair(room, first)
    return first, second, lead, room


async def joined(house: House, room: RoomId, first: Colleague, second: Colleague) -> None:
    """The colleague comes into the room, and is here."""
    await desk.invite(house.world, first.idx, room=room, to=second.idx)
    envelope = house.envelope(7, house.room_id(), [first.kid], second.cert[52:84])
    asking = {"idx": second.idx, "kid": second.kid, "cert": second.cert}
    await desk.join(house.world, envelope, **asking, room=room, to=first.idx)  # type: ignore[arg-type]
    await house.commit(room, first, 2, {0: None, 1: first, 2: second}, joined=[2])
    await relay.here(house.world, room, slot=Slot(2))


async def test_a_lone_advisers_room_closes_and_its_visitor_finds_another(
    house: House,
) -> None:
    first, second, lead, room = await talking(house)

    await staff.revoke(house.world, await by(house, lead), first.idx)

    talk, standing = await house.talk(room), await house.lobby()
    assert (talk.phase, talk.why) == (Phase.CLOSED, ClosedWhy.REVOKED)
    assert standing.on_duty(first.idx) is None
    again = house.room_id()
    await house.arrive(again, second, cap=b"\x0d" * 32, prev=(room, CAP))
    await house.heard(second)
    (place,) = (await house.lobby()).places
    assert (place.room, place.offered_to) == (again, second.idx)


async def test_a_colleague_who_is_there_goes_on_without_the_revoked(house: House) -> None:
    first, second, lead, room = await talking(house)
    await joined(house, room, first, second)

    await staff.revoke(house.world, await by(house, lead), first.idx)

    talk = await house.talk(room)
    assert talk.phase is Phase.OPEN
    assert [m.presence for m in talk.staff] == [Presence.LEAVING, Presence.HERE]
    await house.commit(room, second, 3, {0: None, 2: second}, committer=2, left=[1])
    assert [m.slot for m in (await house.talk(room)).members] == [0, 2]


async def test_a_claimed_place_goes_back_when_who_holds_it_is_revoked(house: House) -> None:
    first, second, lead = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(first, second)
    room = (await house.arrive(house.room_id(), first, second)).room
    await desk.claim(house.world, first.idx, kid=first.kid, room=room)

    await staff.revoke(house.world, await by(house, lead), first.idx)

    assert await desk.claim(house.world, second.idx, kid=second.kid, room=room)


async def test_a_revoked_member_gets_no_shift_session_or_place_back(house: House) -> None:
    first, _, lead, _ = await talking(house)
    token = await sign_in.begin(house.world, await by(house, first))

    await staff.revoke(house.world, await by(house, lead), first.idx)

    assert await gone(sign_in.resume(house.world, token)) is RefusalCode.GONE
    revoked = await by(house, first)
    again = duty.go_on(house.world, revoked, cert=first.cert, capacity=1)
    assert await gone(again) is RefusalCode.GONE
    twice = staff.revoke(house.world, await by(house, lead), first.idx)
    assert await gone(twice) is RefusalCode.GONE


async def test_another_role_ends_the_session_and_keeps_the_room_if_it_may(house: House) -> None:
    first, _, lead, room = await talking(house)
    token = await sign_in.begin(house.world, await by(house, first))

    await staff.give_roles(house.world, await by(house, lead), first.idx, [4, 1], [1])

    assert (await by(house, first)).roles == (1, 4)
    assert await gone(sign_in.resume(house.world, token)) is RefusalCode.GONE
    assert (await house.lobby()).on_duty(first.idx) is None
    assert (await house.talk(room)).phase is Phase.OPEN
    await staff.give_roles(house.world, await by(house, lead), first.idx, MANAGER, [1, 4])
    assert (await house.talk(room)).why is ClosedWhy.REVOKED


async def test_lost_keys_lead_to_a_new_number_under_the_same_name(house: House) -> None:
    first, _, lead, _ = await talking(house)
    before = await by(house, first)

    token = await staff.enrol_again(house.world, await by(house, lead), first.idx)

    old, new = await by(house, first), await sign_in.invited(house.world, token)
    assert (old.is_revoked, old.login) == (True, f"{before.login}.{old.idx}")
    assert (new.login, new.duty_name, new.roles) == (before.login, before.duty_name, before.roles)
    assert (new.idx != old.idx, new.ed25519) == (True, b"")


async def test_what_a_command_has_decided_is_done_by_the_service(house: House) -> None:
    first, _, _, room = await talking(house)
    one = await by(house, first)
    await house.world.store.swap_staff(one, replace(one, is_revoked=True))

    await staff.enforce(house.world)

    assert (await house.lobby()).on_duty(first.idx) is None
    assert (await house.talk(room)).why is ClosedWhy.REVOKED


async def test_a_calendar_is_read_while_its_member_holds_talks_and_never_after(
    house: House,
) -> None:
    ek, holm, lead = await house.employ((4,), (4,), SUPERVISOR)
    store = house.world.store
    for each in (ek, holm):
        await store.set_feed(each.idx, digest(each.kid))
    assert (await staff.of_feed(house.world, digest(ek.kid))).idx == ek.idx

    one = await by(house, ek)
    await store.swap_staff(one, replace(one, roles=ADVISER))
    assert await gone(staff.of_feed(house.world, digest(ek.kid))) is RefusalCode.GONE
    await staff.enforce(house.world)
    await staff.give_roles(house.world, await by(house, lead), holm.idx, ADVISER, [4])
    assert [await store.has_feed(each.idx) for each in (ek, holm)] == [False, False]


@pytest.mark.parametrize("way", ["revoked", "another role", "by a command"])
async def test_who_holds_no_talks_any_more_has_no_times_and_none_to_come(
    house: House, way: str
) -> None:
    ek, lead = await counsellors(house, 2)
    await take(house, mailbox(1))
    letter = await agreed(house, ek, await talk_of(house, mailbox(1)))
    key = (await book.free(house.world))[0].key

    before, by_lead = await by(house, ek), await by(house, lead)
    if way == "revoked":
        await staff.revoke(house.world, by_lead, ek.idx)
    elif way == "another role":
        await staff.give_roles(house.world, by_lead, ek.idx, ADVISER, [4])
    else:
        await house.world.store.swap_staff(before, replace(before, is_revoked=True))
        assert await gone(take_at(house, mailbox(2), key)) is RefusalCode.GONE
        await staff.enforce(house.world)

    assert (await talk_of(house, mailbox(1))).state is State.CALLED_OFF
    assert await house.world.store.letter(letter.env_id) is None
    await book.wait(house.world, mailbox(2), [Form.CHAT], language="sv", interpreter=None)
    assert await gone(take_at(house, mailbox(2), key)) is RefusalCode.GONE
    assert (await book.mine(house.world, mailbox(2), b"")).talks == ()
    assert (await house.world.store.book(0))[1].plan.series == ()


async def test_nobody_decides_about_themselves(house: House) -> None:
    _, _, lead, _ = await talking(house)
    me = await by(house, lead)

    for decided in (
        staff.revoke(house.world, me, me.idx),
        staff.enrol_again(house.world, me, me.idx),
        staff.give_roles(house.world, me, me.idx, [1], [2]),
    ):
        with pytest.raises(Refusal):
            await decided


async def test_a_licence_is_noted_and_the_session_goes_on(house: House) -> None:
    first, _, lead, _ = await talking(house)
    token = await sign_in.begin(house.world, first.staff)

    await staff.mark_licence(house.world, await by(house, lead), first.idx, is_licensed=True)

    assert (await by(house, first)).is_licensed
    assert (await sign_in.resume(house.world, token)).is_licensed
    await gone(staff.mark_licence(house.world, lead.staff, lead.idx, is_licensed=True))
