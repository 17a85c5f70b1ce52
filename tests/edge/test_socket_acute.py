"""An acute room over real sockets: paged in turn, answered once, decided by two, then closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hamn.app import acute
from hamn.core.acute import Debrief, Decision
from hamn.core.audit import Deed
from hamn.core.words import Refusal, RefusalCode, RoomId
from tests.app.house import House
from tests.edge.people import Tape, on_duty, paired, parted, taped, understood
from tests.services import DemoServer

ADVISER, SUPERVISOR = (1,), (2,)


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


async def test_the_page_goes_to_supervisors_alone_and_the_room_stays_until_two_have_decided(
    demo: DemoServer,
) -> None:
    alm, lind = await on_duty(demo), await on_duty(demo, "supervisor")
    berg = await on_duty(demo, place=1)
    visitor, desk = await paired(demo, alm, "127.44.9.1")
    assert visitor.party is not None
    room = desk.party.room.hex()
    await alm.wire.tell("acute", room=room)
    await lind.news.until(lambda: [each["to"] for each in lind.acute] == [lind.idx])
    await lind.wire.tell("answer", room=room)
    await alm.news.until(lambda: [each["answered"] for each in alm.acute] == [lind.idx])
    await alm.go(desk.party.room)
    await alm.news.until(lambda: bool(alm.refusals))
    for who in (alm, lind):
        await who.wire.tell("decide", room=room, code="visitor_112")
    await lind.wire.tell("debrief", room=room, code="planned")
    await alm.news.until(lambda: [each["complete"] for each in alm.acute] == [True])
    await understood(visitor.party, desk.party, alm.news, "de är på väg")
    await alm.go(desk.party.room)
    await alm.news.until(lambda: desk.party.heard.closed == "end")

    assert [each["code"] for each in alm.refusals] == ["undecided"]
    assert berg.acute == []
    await parted(visitor, alm, desk)
    for each in (alm, lind, berg):
        each.wire.drop()


async def test_who_is_paged_knows_the_way_into_the_room_before_the_page_is_heard(
    demo: DemoServer,
) -> None:
    """A page that is answered at once would lead nowhere."""
    alm = await on_duty(demo)
    visitor, desk = await paired(demo, alm, "127.44.9.2")
    room = desk.party.room.hex()
    await alm.wire.tell("acute", room=room)
    await alm.news.until(lambda: [each["room"] for each in alm.acute] == [room])
    with taped() as tape:
        lind = await on_duty(demo, "supervisor")
        await lind.news.until(lambda: [each["room"] for each in lind.acute] == [room])
        told = [each.name for each in tape.told_to(lind.wire)]

    assert "rooms" in told[: told.index("acute")]
    await lind.wire.tell("answer", room=room)
    for who in (alm, lind):
        await who.wire.tell("decide", room=room, code="not_acute")
    await lind.wire.tell("debrief", room=room, code="declined")
    await alm.news.until(lambda: [each["complete"] for each in alm.acute] == [True])
    await parted(visitor, alm, desk)
    for each in (alm, lind):
        each.wire.drop()


async def test_a_supervisor_who_comes_on_duty_again_is_told_the_live_rooms_again(
    demo: DemoServer,
) -> None:
    alm = await on_duty(demo)
    visitor, desk = await paired(demo, alm, "127.44.9.3")
    room = desk.party.room.hex()

    def told(tape: Tape, what: str) -> list[object]:
        rooms = [each.fields for each in tape.told_to(lind.wire) if each.name == "rooms"]
        return [each if what == "del" else each["id"] for one in rooms for each in one[what]]

    with taped() as tape:
        lind = await on_duty(demo, "supervisor")
        await lind.news.until(lambda: told(tape, "add")[-1:] == [room])
        await lind.go_off()
        await lind.news.until(lambda: told(tape, "del")[-1:] == [room])
        before = told(tape, "add")
        await lind.go_on()
        await lind.news.until(lambda: told(tape, "add") == [*before, room])
    await parted(visitor, alm, desk)
    for each in (alm, lind):
        each.wire.drop()


async def test_what_was_decided_stands_in_the_audit_log_with_two_names_and_no_room(
    house: House,
) -> None:
    alm, lind = await house.employ(ADVISER, SUPERVISOR)
    await house.on_duty(alm, lind)
    room = RoomId(house.room_id())
    await house.arrive(room, alm)
    await house.pair(room, alm)
    await acute.sound(house.world, alm.idx, room=room)
    await acute.answer(house.world, lind.idx, room=room)
    for who in (alm, lind, lind):
        await acute.decide(house.world, who.idx, room=room, code=Decision.POLICE)
    await acute.debrief(house.world, alm.idx, room=room, code=Debrief.HELD)

    lines = await house.world.store.audit(0, 50)
    told = [(line.what, line.by, line.about, line.detail) for line in lines]
    assert told.count((Deed.DECIDED.value, alm.idx, lind.idx, "police")) >= 1
    assert (Deed.PAGE_ANSWERED.value, lind.idx, None, "") in told
    assert room.hex() not in repr(lines)


async def test_a_kill_loses_neither_the_page_nor_what_was_decided(house: House) -> None:
    alm, lind = await house.employ(ADVISER, SUPERVISOR)
    await house.on_duty(alm, lind)
    room = RoomId(house.room_id())
    await house.arrive(room, alm)
    await house.pair(room, alm)
    await acute.sound(house.world, alm.idx, room=room)
    await house.reopen()

    assert [page.to for page in (await house.lobby()).pages] == [lind.idx]
    await acute.answer(house.world, lind.idx, room=room)
    await acute.decide(house.world, alm.idx, room=room, code=Decision.WE_CALL_112)
    await house.reopen()
    talk = await house.talk(room)
    assert talk.acute is not None
    assert [entry.first for entry in talk.acute.log] == [alm.idx]


async def test_an_adviser_cannot_answer_a_page_nor_a_stranger_decide(house: House) -> None:
    alm, berg, lind = await house.employ(ADVISER, ADVISER, SUPERVISOR)
    await house.on_duty(alm, berg, lind)
    room = RoomId(house.room_id())
    await house.arrive(room, alm)
    await house.pair(room, alm)
    await acute.sound(house.world, alm.idx, room=room)
    for refused in (
        acute.answer(house.world, alm.idx, room=room),
        acute.decide(house.world, berg.idx, room=room, code=Decision.POLICE),
        acute.decide(house.world, lind.idx, room=room, code=Decision.POLICE),
    ):
        with pytest.raises(Refusal) as refusal:
            await refused
        assert refusal.value.code is RefusalCode.GONE
