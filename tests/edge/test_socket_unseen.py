"""Nobody listens unseen: every role tries every message to get a key or a frame of a room.

What a stranger may be told of a room it is not in is nothing; whoever is let in stands in the
visitor's list of members before anything that is written is theirs to read.
"""

from __future__ import annotations

import asyncio
import secrets
import typing
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from hamn.asc1.entry import ask_to_join
from hamn.asc1.frame import Kind
from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.edge import wire as words
from hamn.entropy import SystemEntropy
from hamn.ops.demo import SERVICE, Demo, prepare
from hamn.ops.people import Person as Colleague
from hamn.ops.people import add_with_secret
from hamn.party.adviser import Adviser, Desk
from hamn.party.room import RoomParty
from hamn.party.visitor import Visitor
from hamn.party.wire import Wire
from hamn.store.sqlite import SqliteStore
from tests.edge.people import Tape, answer, paired, taped, understood
from tests.faults.crowd import service_of
from tests.services import DemoServer

ROLES = (Role.ADVISER, Role.SUPERVISOR, Role.INTERPRETER, Role.COUNSELLOR)
ABOUT_ROOMS = (
    words.Claim,
    words.Commit,
    words.Invite,
    words.Join,
    words.StaffResume,
    words.Lost,
    words.Leave,
    words.Ack,
    words.Quiet,
    words.Sound,
    words.Answer,
    words.Decide,
    words.MarkDebrief,
    words.Child,
    words.Conflict,
    words.Abuse,
    words.Seen,
)
"""What names a room, or the notice of one; all other messages of staff name none."""


@dataclass(frozen=True, slots=True)
class Night:
    """Alm talks with a visitor; a stranger of every role is on duty."""

    tape: Tape
    visitor: Visitor
    alm: Adviser
    desk: Desk
    strangers: dict[Role, Adviser] = field(default_factory=dict)

    @property
    def room(self) -> bytes:
        return self.desk.party.room

    @property
    def party(self) -> RoomParty:
        assert self.visitor.party is not None
        return self.visitor.party

    def puts_to(self, wire: Wire) -> list[int]:
        """Positions of this room that a socket was given."""
        told = [each for each in self.tape.told_to(wire) if each.name == "put"]
        return [each.fields["pos"] for each in told if each.fields["room"] == self.room.hex()]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def night(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    server = DemoServer.in_folder(tmp_path_factory.mktemp("night"))
    secrets_of = await asyncio.to_thread(_with_everyone, server.data, server.port)
    with taped() as tape:
        async with server:
            person = server.person("adviser")
            service = service_of(server, "127.44.8.1")
            alm = await Adviser.arrive(service, person.name, person.secret)
            await alm.go_on(2)
            visitor, desk = await paired(server, alm, "127.44.8.2")
            night = Night(tape, visitor, alm, desk)
            for role, digits in secrets_of.items():
                stranger = await Adviser.arrive(service, role.name.lower(), digits)
                await stranger.go_on(2)
                night.strangers[role] = stranger
            yield night
            for each in (alm, *night.strangers.values()):
                each.wire.drop()


def _with_everyone(data: Path, port: int) -> dict[Role, str]:
    """A demo's folder with one more member of each role; their secrets."""
    prepare(Demo(port, data))
    chance = SystemEntropy().bytes
    store = SqliteStore(data, SystemEntropy())
    try:
        return {
            role: asyncio.run(
                add_with_secret(
                    store,
                    Colleague(role.name.lower(), role.name.title(), (role,)),
                    service=SERVICE,
                    now=SystemClock().now(),
                    chance=chance,
                )
            )
            for role in ROLES
        }
    finally:
        store.close()


def fields_of(message: type[words.Message], night: Night, stranger: Adviser) -> dict[str, object]:
    """The message as somebody would send it who knows all that can be known from outside."""
    room = night.room.hex()
    epoch = night.desk.party.member.inside()
    certs = [night.alm.make_shift().certificate.raw.hex()]
    certs.append(stranger.make_shift().certificate.raw.hex())
    given: dict[type[words.Message], dict[str, object]] = {
        words.Claim: {"place": room},
        words.Commit: {
            "room": room,
            "epoch": epoch.number + 1,
            "pos11": night.desk.party.member.pos11,
            "joined": [2],
            "left": [],
            "certs": certs,
        },
        words.Invite: {"room": room, "to": stranger.idx},
        words.Join: {"room": room, "to": stranger.idx},
        words.StaffResume: {"room": room, "pos": 0, "store": stranger.store},
        words.Ack: {"room": room, "pos": 0},
        words.Quiet: {"room": room, "quiet": True},
        words.Decide: {"room": room, "code": "police"},
        words.MarkDebrief: {"room": room, "code": "held"},
        words.Conflict: {"room": room, "tie": "other_tie"},
        words.Seen: {"id": room},
    }
    return given.get(message, {"room": room})


def test_every_message_that_names_a_room_is_tried() -> None:
    naming = {
        each
        for each in typing.get_args(words.StaffMessage)
        if {"room", "place", "id"} & set(each.__struct_fields__)
    }

    assert naming == set(ABOUT_ROOMS)


@pytest.mark.parametrize("role", ROLES)
async def test_no_message_of_any_role_gives_a_frame_of_a_room_one_is_not_in(
    role: Role, night: Night
) -> None:
    stranger = night.strangers[role]
    for message in ABOUT_ROOMS:
        tag = str(message.__struct_config__.tag)
        binary = _envelope(night, stranger) if message is words.Join else None
        if message is words.Commit:
            binary = _commit_with(night, stranger)
        wire = await Wire.open(stranger.service, staff=True)
        await wire.tell("auth", token=stranger.token)
        assert await answer(wire) == "hi"
        await wire.tell(tag, binary, **fields_of(message, night, stranger))
        await understood(night.party, night.desk.party, night.alm.news, secrets.token_hex(4))
        await wire.tell("auth", name="nobody")
        assert (await answer(wire)) in ("gone", "nonce")
        assert night.puts_to(wire) == []
        wire.drop()
    assert night.party.heard.members is not None
    assert sorted(night.party.heard.members.context.slots) == [0, 1]


@pytest.mark.parametrize("role", ROLES)
async def test_who_asks_to_come_in_is_not_given_anything_before_a_commit(
    role: Role, night: Night
) -> None:
    stranger = await _again(night.strangers[role])
    await night.alm.invite(night.room, stranger.idx)
    await stranger.join(night.room, night.alm.make_shift().certificate.raw)
    await night.alm.news.until(lambda: bool(night.desk.joins))
    await understood(night.party, night.desk.party, night.alm.news, f"innan {role.name}")

    assert night.puts_to(stranger.wire) == []
    night.desk.joins.clear()
    await stranger.go(night.room)
    stranger.wire.drop()


async def test_a_rogue_adviser_cannot_let_anybody_in_behind_the_visitors_back(night: Night) -> None:
    lind = await _again(night.strangers[Role.SUPERVISOR])
    await lind.join(night.room, night.alm.make_shift().certificate.raw)
    await night.alm.news.until(lambda: bool(night.desk.joins))
    told = night.desk.joins.pop(0)
    joiner = night.desk.committer.admit(
        told.binary, bytes.fromhex(told.fields["from"]), now=int(night.alm.service.now())
    )
    night.desk.committer.propose(joiners=(joiner,))  # nobody was told before
    await night.alm.propose(night.desk)
    with pytest.raises(Exception, match="announced"):
        await night.visitor.news.until(lambda: night.party.heard.closed is not None)

    frames = [event for event in night.party.heard.events if getattr(event, "slot", 0) == 2]
    assert frames == []
    assert sorted(night.party.heard.members.context.slots) == [0, 1]  # type: ignore[union-attr]
    assert Kind.TEXT not in [each.inner.kind for each in night.party.member.unsettled()]


async def _again(stranger: Adviser) -> Adviser:
    """The same member on a new socket."""
    stranger.rooms.clear()
    await stranger.resume()
    return stranger


def _envelope(night: Night, stranger: Adviser) -> bytes:
    _, envelope = ask_to_join(
        night.room,
        stranger.make_shift(),
        stranger.make_shift().certificate.raw,
        chain=stranger.believed.chain,
        chance=stranger.service.chance,
        hour=stranger.service.hour,
    )
    return envelope


def _commit_with(night: Night, stranger: Adviser) -> bytes:
    """A commit of the next epoch in Alm's name, with the stranger in it."""
    made = night.desk.committer.propose().commit
    night.desk.committer.lost()
    return made
