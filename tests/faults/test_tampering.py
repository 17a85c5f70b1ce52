"""Whoever owns the server changes what it tells: no client shows it as genuine (checks 39, 40)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from hamn.asc1 import certificate
from hamn.asc1.bytes import Refused
from hamn.asc1.certificate import Claim
from hamn.asc1.events import Missing, OutOfSync, Unreadable
from hamn.asc1.group import parse_commit, safety_phrase
from hamn.asc1.hpke import new_key_pair
from hamn.party.adviser import Adviser, Desk
from hamn.party.room import RoomParty
from hamn.party.visitor import Visitor
from tests.edge.people import on_duty, paired, parted, understood, waiting
from tests.faults.between import Between, Change, Message, gathering, on_commit, unchanged
from tests.faults.crowd import service_of
from tests.faults.proxy import detour
from tests.ports import free_ports
from tests.services import DemoServer

ONE, TWO = "Jag hörs av på torsdag.", "Ring inte hem."
HEADER = 28
WARNINGS = (Unreadable, Missing, OutOfSync)


@dataclass(frozen=True)
class Stage:
    """Advisers who reach the server, and visitors who reach somebody in between."""

    server: DemoServer
    between: Between
    adviser: Adviser
    colleague: Adviser

    @contextlib.asynccontextmanager
    async def talk(self, change: Change = unchanged) -> AsyncIterator[tuple[Visitor, Desk]]:
        """A visitor and the adviser, paired honestly; from then on, what is told is changed."""
        self.between.change = unchanged
        visitor, desk = await paired(self.server, self.adviser, "127.44.6.1")
        self.between.change = change
        try:
            yield visitor, desk
        finally:
            self.between.change = unchanged
            await parted(visitor, self.adviser, desk)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(demo: DemoServer) -> AsyncIterator[Stage]:
    port = free_ports(1)
    adviser, colleague = await on_duty(demo), await on_duty(demo, place=1)
    patch = pytest.MonkeyPatch()
    ports = {demo.port: port, demo.port + 1: demo.port + 1}
    patch.setattr("hamn.party.wire.connect", detour(ports))
    try:
        async with Between(port, demo.port) as between:
            yield Stage(demo, between, adviser, colleague)
    finally:
        patch.undo()
        await adviser.leave()
        await colleague.leave()


async def reaction(visitor: Visitor) -> str:
    """What a reader's side makes of it: "refused", or the first warning that it shows."""

    def warnings() -> list[str]:
        assert visitor.party is not None
        events = visitor.party.heard.events
        return [type(event).__name__ for event in events if isinstance(event, WARNINGS)]

    try:
        await visitor.news.until(lambda: bool(warnings()))
    except Refused:
        return "refused"
    return warnings()[0]


def texts(visitor: Visitor) -> list[str]:
    assert visitor.party is not None
    return [line.text for line in visitor.party.heard.lines]


def changed(at: int, bit: int = 1) -> Callable[[list[Message]], list[Message]]:
    """The frame with one bit flipped."""

    def release(held: list[Message]) -> list[Message]:
        ((fields, frame),) = held
        at_ = at % len(frame)
        return [(fields, frame[:at_] + bytes([frame[at_] ^ bit]) + frame[at_ + 1 :])]

    return release


@pytest.mark.check(39, part="a flipped bit anywhere")
@pytest.mark.parametrize("at", [0, 1, 2, 3, 4, 19, 20, 23, 24, 27, 28, 60, 150, -17, -16, -1])
async def test_a_flipped_bit_is_never_shown_as_a_line(stage: Stage, at: int) -> None:
    async with stage.talk(gathering(1, changed(at))) as (visitor, desk):
        await desk.party.say(ONE)

        assert await reaction(visitor) in ("refused", "Unreadable")
        assert texts(visitor) == []


CUT: dict[str, Callable[[bytes], bytes]] = {
    "one byte": lambda frame: frame[:-1],
    "the tag": lambda frame: frame[:-16],
    "all but the head": lambda frame: frame[:HEADER],
    "into the head": lambda frame: frame[:10],
    "everything": lambda frame: frame[:3],
    "another of its sizes": lambda frame: frame + bytes(1068 - len(frame)),
    "some more": lambda frame: frame + b"\0",
}


@pytest.mark.check(39, part="truncated or made longer")
@pytest.mark.parametrize("how", CUT)
async def test_a_frame_of_another_length_is_never_shown(stage: Stage, how: str) -> None:
    def release(held: list[Message]) -> list[Message]:
        return [(fields, CUT[how](frame)) for fields, frame in held]

    async with stage.talk(gathering(1, release)) as (visitor, desk):
        await desk.party.say(ONE)

        assert await reaction(visitor) in ("refused", "Unreadable")
        assert texts(visitor) == []


def swapped(held: list[Message]) -> list[Message]:
    """Two frames at each other's positions."""
    (first, frame), (second, other) = held
    return [(first, other), (second, frame)]


def swapped_inside(held: list[Message]) -> list[Message]:
    """Two ciphertexts under each other's heads."""
    (first, frame), (second, other) = held
    return [
        (first, frame[:HEADER] + other[HEADER:]),
        (second, other[:HEADER] + frame[HEADER:]),
    ]


@pytest.mark.check(39, part="swapped and reordered")
async def test_lines_in_another_order_are_shown_with_a_warning(stage: Stage) -> None:
    async with stage.talk(gathering(2, swapped)) as (visitor, desk):
        await desk.party.say(ONE)
        await desk.party.say(TWO)

        assert await reaction(visitor) == "Missing"
        assert visitor.party is not None
        kinds = [type(event).__name__ for event in visitor.party.heard.events]
        assert kinds.index("Missing") < kinds.index("Line")


@pytest.mark.check(39, part="swapped under each other's heads")
async def test_swapped_ciphertexts_are_unreadable(stage: Stage) -> None:
    async with stage.talk(gathering(2, swapped_inside)) as (visitor, desk):
        await desk.party.say(ONE)
        await desk.party.say(TWO)

        assert await reaction(visitor) == "Unreadable"
        assert texts(visitor) == []


@pytest.mark.check(39, part="left out")
async def test_a_line_left_out_is_missed(stage: Stage) -> None:
    async with stage.talk(gathering(1, lambda held: [])) as (visitor, desk):
        await desk.party.say(ONE)
        await desk.party.say(TWO)

        assert await reaction(visitor) == "Missing"
        await visitor.news.until(lambda: bool(texts(visitor)))
        assert texts(visitor) == [TWO]


@pytest.mark.check(39, part="told twice")
async def test_a_line_told_again_is_shown_once(stage: Stage) -> None:
    def again(held: list[Message]) -> list[Message]:
        ((fields, frame),) = held
        return [(fields, frame), (fields, frame), (fields | {"pos": fields["pos"] + 1}, frame)]

    async with stage.talk(gathering(1, again)) as (visitor, desk):
        await desk.party.say(ONE)

        assert await reaction(visitor) == "Unreadable"
        assert texts(visitor) == [ONE]


@pytest.mark.check(39, part="replayed in another room")
@pytest.mark.parametrize("is_renamed", [False, True], ids=["as it was", "under the room's name"])
async def test_a_line_of_another_room_is_never_shown(stage: Stage, is_renamed: bool) -> None:
    kept: list[bytes] = []

    def keep(held: list[Message]) -> list[Message]:
        kept.append(held[0][1])
        return held

    async with stage.talk(gathering(1, keep)) as (visitor, desk):
        await understood(desk.party, _party(visitor), visitor.news, ONE)

    def replay(held: list[Message]) -> list[Message]:
        ((fields, frame),) = held
        old = kept[0]
        return [(fields, old[:4] + frame[4:20] + old[20:] if is_renamed else old)]

    async with stage.talk(gathering(1, replay)) as (visitor, desk):
        await desk.party.say(TWO)

        assert await reaction(visitor) in ("refused", "Unreadable")
        assert texts(visitor) == []


def _party(visitor: Visitor) -> RoomParty:
    assert visitor.party is not None
    return visitor.party


# Somebody in between (check 40) -------------------------------------------------------------------


def mallorys(size: int) -> bytes:
    """The chance by which somebody in between makes keys."""
    return b"\x5a" * size


def leaf_exchanged(slot: int) -> Callable[[dict[str, Any], bytes], Message]:
    """A member's leaf in the context is one of somebody else's."""

    def exchange(fields: dict[str, Any], commit: bytes) -> Message:
        leaf = parse_commit(commit).context.entries[slot].leaf
        return fields, commit.replace(leaf, new_key_pair(mallorys).public)

    return exchange


def certificate_exchanged(fields: dict[str, Any], commit: bytes) -> Message:
    """The adviser's certificate is one that somebody else has signed, and so is its hash."""
    (cert,) = fields["certs"]
    fake = forged(bytes.fromhex(cert))
    of_real, of_fake = (certificate.parse(each).hash for each in (bytes.fromhex(cert), fake))
    return fields | {"certs": [fake.hex()]}, commit.replace(of_real, of_fake)


def certificate_left_out(fields: dict[str, Any], commit: bytes) -> Message:
    return fields | {"certs": []}, commit


def forged(cert: bytes) -> bytes:
    """A certificate that says the same of another key, signed by nobody on the roster."""
    real = certificate.parse(cert)
    life = (real.not_before, real.not_after, real.roster_hash)
    claim = Claim(real.idx, real.role, real.kind, *life, new_key_pair(mallorys).public)
    return certificate.issue(claim, bytes(32))


EXCHANGES = {
    "the visitor's leaf": leaf_exchanged(0),
    "the adviser's leaf": leaf_exchanged(1),
    "the certificate": certificate_exchanged,
    "no certificate": certificate_left_out,
}


async def refused(visitor: Visitor) -> None:
    """The client says that what it was told is not to be believed."""
    with pytest.raises(Refused):
        await visitor.news.until(lambda: False)


@pytest.mark.check(40, part="a key exchanged when a room is made")
@pytest.mark.parametrize("what", EXCHANGES)
async def test_a_visitor_enters_no_room_with_an_exchanged_key(stage: Stage, what: str) -> None:
    stage.between.change = on_commit(EXCHANGES[what])
    visitor = await waiting(service_of(stage.server, "127.44.6.2"), stage.adviser)
    place = visitor.member.room_id.hex()
    await stage.adviser.news.until(lambda: place in stage.adviser.waiting)
    desk = await stage.adviser.accept(place)

    await refused(visitor)
    assert visitor.member.epoch is None
    assert _party(visitor).heard.members is None
    stage.between.change = unchanged
    await parted(visitor, stage.adviser, desk)


@pytest.mark.check(40, part="a key exchanged in the middle of a talk")
@pytest.mark.parametrize("what", ["the visitor's leaf", "the adviser's leaf", "the certificate"])
async def test_a_visitor_follows_into_no_epoch_with_an_exchanged_key(
    stage: Stage, what: str
) -> None:
    async with stage.talk() as (visitor, desk):
        await understood(desk.party, _party(visitor), visitor.news, ONE)
        await understood(_party(visitor), desk.party, stage.adviser.news, TWO)
        before, safety = visitor.member.epoch, visitor.member.safety_hash
        stage.between.change = on_commit(EXCHANGES[what])
        await stage.adviser.rekey(desk)
        await desk.party.say(TWO)

        await refused(visitor)
        assert visitor.member.epoch is before
        assert visitor.member.safety_hash == safety
        assert texts(visitor) == [ONE]


@pytest.mark.check(40, part="a forged certificate of who is on duty")
async def test_nobody_knocks_at_a_forged_certificate(stage: Stage) -> None:
    def forging(fields: dict[str, Any], binary: bytes) -> list[Message]:
        if fields["t"] == "certs":
            fields["add"] = [forged(bytes.fromhex(cert)).hex() for cert in fields["add"]]
        return [(fields, binary)]

    stage.between.change = forging
    visitor = await Visitor.arrive(service_of(stage.server, "127.44.6.3"))
    working = asyncio.ensure_future(visitor.work(1))

    await refused(visitor)
    assert visitor.certs == []
    working.cancel()
    await asyncio.wait({working})
    stage.between.change = unchanged
    await visitor.leave()


@pytest.mark.check(40, part="the safety phrase differs when somebody stands in between")
async def test_two_who_compare_their_phrase_notice_who_stands_in_between(stage: Stage) -> None:
    async with stage.talk() as (visitor, desk):
        assert phrase(visitor.member.safety_hash) == phrase(desk.party.member.safety_hash)
        safety = visitor.member.safety_hash
        await understood(_party(visitor), desk.party, stage.adviser.news, TWO)
        await stage.adviser.rekey(desk)
        await understood(desk.party, _party(visitor), visitor.news, ONE)
        assert visitor.member.safety_hash == safety == desk.party.member.safety_hash

    # A colleague turned traitor answers the visitor, and asks the adviser in the visitor's place.
    visitor, traitors_desk = await paired(stage.server, stage.colleague, "127.44.6.4")
    async with stage.talk() as (traitor, desk):
        await understood(_party(visitor), traitors_desk.party, stage.colleague.news, ONE)
        await understood(_party(traitor), desk.party, stage.adviser.news, ONE)

        assert phrase(visitor.member.safety_hash) != phrase(desk.party.member.safety_hash)
        members = _party(visitor).heard.members
        assert members is not None
        assert [person.idx for person in members.people.values() if person.idx is not None] == [
            stage.colleague.idx
        ]
    await parted(visitor, stage.colleague, traitors_desk)


def phrase(safety_hash: bytes | None) -> tuple[int, ...]:
    assert safety_hash is not None
    return safety_phrase(safety_hash)
