"""Colleagues in a room, over real sockets: supervisors, hand-over, staff rooms, coming in again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from hamn.asc1.roster import Role
from hamn.party.adviser import Adviser, Desk
from hamn.party.room import RoomParty
from hamn.party.visitor import Visitor
from tests.edge.people import on_duty, paired, parted, understood
from tests.services import DemoServer


@dataclass(frozen=True, slots=True)
class Evening:
    """A visitor with Alm; Berg and the supervisor Lind are on duty."""

    visitor: Visitor
    alm: Adviser
    berg: Adviser
    lind: Adviser
    desk: Desk

    @property
    def room(self) -> bytes:
        return self.desk.party.room

    @property
    def party(self) -> RoomParty:
        assert self.visitor.party is not None
        return self.visitor.party

    def seen(self) -> list[int]:
        """Who the visitor sees in the room, as slots."""
        members = self.party.heard.members
        return [] if members is None else sorted(members.context.slots)

    async def agreed(self) -> None:
        """The visitor is asked, and says yes."""
        await self.visitor.news.until(lambda: bool(self.party.controls("joining")))
        await self.party.control(
            "may", idx=self.party.controls("joining")[-1].fields["idx"], ok=True
        )

    async def in_with(self, who: Adviser, why: str) -> Desk:
        """A colleague joins and is let in; the visitor sees it."""
        await who.join(self.room, self.alm.make_shift().certificate.raw)
        await self.alm.let_in(self.desk, why)
        desk = who.rooms[self.room]
        await who.news.until(lambda: desk.party.heard.members is not None)
        slot = desk.party.member.inside().slot
        await self.visitor.news.until(lambda: slot in self.seen())
        return desk


@pytest_asyncio.fixture(loop_scope="session")
async def evening(demo: DemoServer) -> AsyncIterator[Evening]:
    alm, berg = await on_duty(demo), await on_duty(demo, place=1)
    lind = await on_duty(demo, "supervisor")
    visitor, desk = await paired(demo, alm, "127.44.7.1")
    yield Evening(visitor, alm, berg, lind, desk)
    await parted(visitor, alm, alm.rooms.get(desk.party.room, desk))
    for each in (alm, berg, lind):
        each.wire.drop()


async def test_a_supervisor_is_told_of_live_rooms_by_id_and_staff_alone(evening: Evening) -> None:
    lind, room = evening.lind, evening.room
    await lind.news.until(lambda: room in lind.live)

    assert lind.live[room] == [evening.alm.make_shift().certificate.raw]
    assert evening.berg.live == {}


async def test_a_supervisor_comes_and_goes_and_every_line_is_read_by_who_was_seen(
    evening: Evening,
) -> None:
    await understood(evening.party, evening.desk.party, evening.alm.news, "förut")
    inside = await evening.in_with(evening.lind, "supervisor")
    await understood(evening.party, inside.party, evening.lind.news, "efter")
    await evening.lind.go(evening.room)
    await evening.alm.news.until(lambda: evening.desk.party.heard.peers.get(2) == "leaving")
    await evening.alm.rekey(evening.desk, remove=(2,))
    await evening.lind.news.until(lambda: inside.party.heard.closed is not None)
    await evening.visitor.news.until(lambda: evening.seen() == [0, 1])
    await understood(evening.party, evening.desk.party, evening.alm.news, "sedan")

    assert [line.text for line in inside.party.heard.lines] == ["efter"]
    assert evening.party.member.inside().context.entry(1).role is Role.ADVISER  # type: ignore[union-attr]


async def test_who_takes_over_removes_who_hands_over_and_no_line_is_lost(evening: Evening) -> None:
    await evening.alm.invite(evening.room, evening.berg.idx, "hand_over")
    await evening.berg.follow(evening.room)
    await asyncio.gather(evening.alm.let_in(evening.desk, "hand_over"), evening.agreed())
    berg = evening.berg.rooms[evening.room]
    await evening.berg.news.until(lambda: berg.party.heard.members is not None)
    await understood(berg.party, evening.party, evening.visitor.news, "hej, jag heter Berg")
    await understood(evening.party, evening.desk.party, evening.alm.news, "hej")
    await evening.alm.go(evening.room)
    await evening.berg.news.until(lambda: berg.party.heard.peers.get(1) == "leaving")
    await evening.berg.rekey(berg, remove=(1,))
    await evening.alm.news.until(lambda: evening.desk.party.heard.closed is not None)
    await understood(evening.party, berg.party, evening.berg.news, "tack")

    assert [line.text for line in berg.party.heard.lines] == ["hej", "tack"]
    assert "tack" not in [line.text for line in evening.desk.party.heard.lines]
    evening.berg.rooms.pop(evening.room)


async def test_a_staff_room_opens_for_those_two_and_the_visitor_hears_nothing(
    evening: Evening,
) -> None:
    before = list(evening.party.heard.events)
    aside = await evening.alm.call(evening.lind.idx)
    inside = await evening.lind.follow(aside.party.room)
    await evening.alm.let_in(aside)
    await evening.lind.news.until(lambda: inside.party.heard.members is not None)
    await understood(inside.party, aside.party, evening.alm.news, "vad har hänt")
    await understood(aside.party, inside.party, evening.lind.news, "vet inte än")
    await evening.lind.go(aside.party.room)
    await evening.alm.news.until(lambda: aside.party.heard.closed == "end")

    assert evening.party.heard.events == before
    assert evening.desk.party.heard.closed is None


async def test_a_join_that_is_taken_back_can_not_be_committed(evening: Evening) -> None:
    await evening.lind.join(evening.room, evening.alm.make_shift().certificate.raw)
    await evening.alm.news.until(lambda: bool(evening.desk.joins))
    await evening.lind.go(evening.room)
    await evening.lind.invite(evening.room, evening.alm.idx)  # answered after what came before
    await evening.lind.news.until(lambda: bool(evening.lind.refusals))

    with pytest.raises(Exception, match="gone"):
        await evening.alm.let_in(evening.desk, "supervisor")
    assert evening.seen() == [0, 1]


async def test_whoever_lost_the_keys_comes_in_again_by_a_colleague(evening: Evening) -> None:
    inside = await evening.in_with(evening.lind, "supervisor")
    await evening.alm.wire.tell("lost", room=evening.room.hex())
    await evening.lind.news.until(lambda: inside.party.heard.peers.get(1) == "lost")
    await evening.alm.join(evening.room, evening.lind.make_shift().certificate.raw)
    await evening.lind.let_in(inside, "again")
    back = evening.alm.rooms[evening.room]
    await evening.alm.news.until(lambda: back.party.heard.members is not None)
    await understood(evening.party, back.party, evening.alm.news, "bra")
    await evening.lind.news.until(lambda: inside.party.heard.peers.get(1) == "here")

    assert back.party.member.inside().slot == 1
    assert evening.seen() == [0, 1, 2]
