"""Every message in every state: what is taken, what is refused, what ends the socket (check 20).

The tables name every type of wire.py; a new message without a line here fails.
"""

from __future__ import annotations

import json
import secrets
import time
import typing

import msgspec
import pytest

from hamn.core import tally
from hamn.edge import wire as words
from hamn.party.visitor import Visitor
from hamn.party.wire import Cut, Wire
from tests.edge.people import (
    answer,
    do_work,
    envelope,
    in_a_word,
    next_answer,
    on_duty,
    paired,
    parted,
    socket_of,
    taped,
    waiting,
)
from tests.edge.raw_frames import faults
from tests.faults.crowd import service_of
from tests.services import DemoServer

SILENCE = "nothing"
HEX16, HEX32, CERT = "ab" * 16, "cd" * 32, "ef" * 148
Table = dict[type[words.Message], dict[str, str]]

VISITOR: Table = {
    words.Want: {
        "new": "work",
        "worked": "work",
        "waiting": "work",
        "open": "work",
        "over": "work",
    },
    words.Work: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.Resume: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.Ack: {
        "new": "gone",
        "worked": "gone",
        "waiting": SILENCE,
        "open": SILENCE,
        "over": "gone",
    },
    words.UseCode: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.DropCode: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.EraseAll: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.Rejoin: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.AskTalks: {
        **dict.fromkeys(("new", "worked", "waiting", "open"), "gone"),
        "over": "talks",
    },
    words.BookTalk: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.LetGo: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.WaitFor: {
        **dict.fromkeys(("new", "worked", "waiting", "open"), "gone"),
        "over": "talks",
    },
    words.Inquire: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.AskInquiries: {
        **dict.fromkeys(("new", "worked", "waiting", "open"), "gone"),
        "over": "inquiries",
    },
    words.Box: dict.fromkeys(("new", "worked", "waiting", "open", "over"), "gone"),
    words.Keep: {
        "new": "gone",
        "worked": "kept",
        "waiting": "kept",
        "open": "kept",
        "over": "gone",  # the code that was kept while it was open
    },
    words.End: {
        "new": "gone",
        "worked": "gone",
        "waiting": "closed",
        "open": "closed",
        "over": "gone",
    },
    words.Hello: {"new": "gone", "worked": SILENCE, "over": SILENCE},
}
"""In this order, so that what ends a state is its last; a hello is answered by `place` alone."""

STAFF: Table = {
    words.Auth: {"new": "nonce", "off": "nonce", "on": "nonce", "elsewhere": "nonce"},
    words.Claim: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Commit: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Invite: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Join: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.StaffResume: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Lost: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Leave: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Quiet: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Sound: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Answer: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Decide: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.MarkDebrief: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Child: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Conflict: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Abuse: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Seen: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Ack: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.Ready: {"new": "4401", "off": SILENCE, "on": SILENCE, "elsewhere": SILENCE},
    words.Tally: {"new": "4401"},
    words.Stay: {"new": "4401", "off": SILENCE, "on": SILENCE, "elsewhere": SILENCE},
    words.Duty: {"new": "4401", "off": "gone", "on": "gone", "elsewhere": "gone"},
    words.SignOut: {"new": "4401", "off": "4401"},
}


FORM = {
    "channel": next(iter(tally.Channel)).value,
    "relation": next(iter(tally.Relation)).value,
    "milieu": next(iter(tally.Milieu)).value,
    "phase": next(iter(tally.Phase)).value,
    "age": next(iter(tally.Age)).value,
    "gender": None,
    "outcomes": [next(iter(tally.Outcome)).value],
    "wait": next(iter(tally.Wait)).value,
    "length": next(iter(tally.Length)).value,
    "language": next(iter(tally.Language)).value,
    "visit": next(iter(tally.Visit)).value,
}
"""The wrap-up form at its shortest."""


def named(message: type[words.Message]) -> str:
    return str(message.__struct_config__.tag)


def fields_of(message: type[words.Message], room: str) -> dict[str, object]:
    """A message of good form about this room; nothing in it is known to the server."""
    given: dict[type[words.Message], dict[str, object]] = {
        words.Want: {"purpose": 1},
        words.Work: {"challenge": "00" * 91, "answer": HEX32},
        words.Hello: {
            "cap_hash": HEX32,
            "lang": "sv",
            "door": 1,
            "danger": False,
            "wish": None,
            "prev": None,
        },
        words.Resume: {"room": room, "cap": HEX32, "pos": 0, "store": HEX16},
        words.Ack: {"room": room, "pos": 0},
        words.Keep: {"h_id": secrets.token_hex(32), "h_auth": HEX32, "old": None},
        words.UseCode: {"id": HEX16, "auth": HEX32},
        words.DropCode: {"id": HEX16, "auth": HEX32},
        words.EraseAll: {"id": HEX16, "auth": HEX32},
        words.Rejoin: {"room": room, "cap_hash": HEX32},
        words.AskTalks: {"r": HEX32},
        words.BookTalk: {
            "day": 1,
            "number": 1,
            "language": "sv",
            "interpreter": None,
            "r": HEX32,
            "moves": None,
        },
        words.LetGo: {"id": HEX16},
        words.WaitFor: {"forms": ["chat"], "language": "sv", "interpreter": None},
        words.Box: {"mailbox": None},
        words.Auth: {"name": "nobody"},
        words.Duty: {"cert": CERT, "capacity": 1},
        words.Claim: {"place": room},
        words.Commit: {
            "room": room,
            "epoch": 2,
            "pos11": 0,
            "joined": [],
            "left": [],
            "certs": [],
        },
        words.Invite: {"room": room, "to": 65535},
        words.Join: {"room": room, "to": 65535},
        words.StaffResume: {"room": room, "pos": 0, "store": HEX16},
        words.Lost: {"room": room},
        words.Leave: {"room": room},
        words.Quiet: {"room": room, "quiet": True},
        words.Sound: {"room": room},
        words.Answer: {"room": room},
        words.Decide: {"room": room, "code": "police"},
        words.Tally: {"batch": room, "forms": [FORM]},
        words.Child: {"room": room},
        words.Conflict: {"room": room, "tie": "other_tie"},
        words.Abuse: {"room": room},
        words.Seen: {"id": room},
        words.MarkDebrief: {"room": room, "code": "held"},
    }
    return given.get(message, {})


def test_every_message_of_the_wire_has_its_line() -> None:
    assert set(VISITOR) == set(typing.get_args(words.VisitorMessage))
    assert set(STAFF) == set(typing.get_args(words.StaffMessage))


def test_every_sample_is_of_good_form() -> None:
    for table, union in ((VISITOR, words.VisitorMessage), (STAFF, words.StaffMessage)):
        for message in table:
            text = json.dumps({"t": named(message), **fields_of(message, HEX16)})
            assert isinstance(msgspec.json.decode(text, type=union), message)


async def tried(
    wire: Wire, message: type[words.Message], room: str, binary: bytes | None, table: Table
) -> str:
    """The answer to a message; SILENCE when none comes before that to what is asked next."""
    after = words.Auth if table is STAFF else words.Resume
    barrier = ("nonce", None) if table is STAFF else ("refuse", "resume")
    try:
        await wire.tell(named(message), binary, **fields_of(message, room))
        await wire.tell(named(after), **fields_of(after, HEX16))
        heard = [await next_answer(wire) for _ in range(1 + (message is after))]
        while (heard[-1].name, heard[-1].fields.get("of")) != barrier:
            heard.append(await next_answer(wire))
        if message is words.End and len(heard) == 1:
            heard.insert(0, await next_answer(wire))  # what a ring brings may come a little later
    except Cut as cut:
        return str(cut.code)
    return SILENCE if len(heard) == 1 else in_a_word(heard[0])


async def row(
    wire: Wire, state: str, room: str, table: Table, commit: bytes = b"", key: bytes = b""
) -> dict[str, str]:
    """What every message of this state's column comes to."""
    found = {}
    for message in (message for message in table if state in table[message]):
        binary = binary_of(message, commit, key)
        found[named(message)] = await tried(wire, message, room, binary, table)
    return found


def column(state: str, table: Table) -> dict[str, str]:
    return {named(message): states[state] for message, states in table.items() if state in states}


def binary_of(message: type[words.Message], commit: bytes = b"", key: bytes = b"") -> bytes | None:
    if not message.binary:
        return None
    if message is words.Commit:
        return commit or bytes(400)
    kind = {words.Hello: 1, words.Box: 2}.get(message, 7)
    sender = key or secrets.token_bytes(32) if kind == 7 else b""
    hour = int(time.time() // 3600)
    return envelope(kind, secrets.token_bytes(16), hour, sender)


async def bare(server: DemoServer, visitor: Visitor) -> Wire:
    """The visitor's place or room on a socket whose answers nobody else reads."""
    wire = await Wire.open(service_of(server), staff=False)
    room, store, pos = visitor.member.room_id.hex(), visitor.store, visitor.member.pos
    await wire.tell("resume", room=room, cap=visitor.cap.hex(), pos=pos, store=store)
    assert await answer(wire) == "hi"
    return wire


@pytest.mark.check(20, part="a visitor who has joined nothing")
async def test_who_has_done_no_work_gets_work_and_nothing_else(demo: DemoServer) -> None:
    async with socket_of(demo) as wire:
        assert await row(wire, "new", HEX16, VISITOR) == column("new", VISITOR)
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(20, part="a visitor after work")
async def test_work_opens_the_door_to_a_place_and_a_code_only(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    async with socket_of(demo) as wire:
        await do_work(wire, 1)
        assert await row(wire, "worked", HEX16, VISITOR) == column("worked", VISITOR)
    await adviser.leave()


@pytest.mark.check(20, part="a visitor who waits, talks, and has ended")
async def test_a_visitor_acts_in_its_own_place_and_room_only(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    visitor = await waiting(service_of(demo), adviser)
    wire = await bare(demo, visitor)
    room = visitor.member.room_id.hex()
    assert await row(wire, "waiting", room, VISITOR) == column("waiting", VISITOR)

    visitor, desk = await paired(demo, adviser, "127.44.1.1")
    wire = await bare(demo, visitor)
    room = visitor.member.room_id.hex()
    other = await tried(wire, words.Ack, HEX16, None, VISITOR)
    assert other == "gone"
    assert await row(wire, "open", room, VISITOR) == column("open", VISITOR)
    assert await row(wire, "over", room, VISITOR) == column("over", VISITOR)
    wire.drop()
    await parted(visitor, adviser, desk)
    await adviser.leave()
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(20, part="a commit names its own room")
async def test_a_commit_lends_no_seat_in_a_room_it_is_not_of(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    visitor, desk = await paired(demo, adviser, "127.44.1.3")
    colleague = await on_duty(demo, place=1)
    with taped() as tape:
        other, others_desk = await paired(demo, colleague, "127.44.1.4")
        commit = tape.commits()[-1]
    room = desk.party.room.hex()
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=colleague.token)
        assert await answer(wire) == "hi"
        await wire.tell("commit", commit, **fields_of(words.Commit, room))
        assert await answer(wire) == "4400"
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=colleague.token)
        assert await answer(wire) == "hi"
        for verb in (words.Leave, words.Ack):
            assert await tried(wire, verb, room, None, STAFF) == "gone"
    assert desk.party.heard.closed is None
    await parted(visitor, adviser, desk)
    await other.leave()
    await adviser.leave()
    assert others_desk.party.heard.closed is None


@pytest.mark.check(20, part="staff before sign-in")
@pytest.mark.parametrize("message", STAFF)
async def test_nothing_but_sign_in_is_possible_before_it(
    demo: DemoServer, message: type[words.Message]
) -> None:
    async with socket_of(demo, staff=True) as wire:
        found = await tried(wire, message, HEX16, binary_of(message), STAFF)
        assert found == STAFF[message]["new"]


@pytest.mark.check(20, part="staff off and on duty, in their own room and another's")
async def test_staff_act_on_duty_and_in_their_own_rooms_only(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    with taped() as tape:
        visitor, desk = await paired(demo, adviser, "127.44.1.2")
        commit = tape.commits()[-1]
    room = desk.party.room.hex()
    colleague = await on_duty(demo, place=1)
    await colleague.go_off()
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=colleague.token)
        assert await answer(wire) == "hi"
        assert await row(wire, "off", room, STAFF, commit) == column("off", STAFF) | {"out": "4401"}
    colleague = await on_duty(demo, place=1)
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=colleague.token)
        assert await answer(wire) == "hi"
        key, mine = (
            colleague.make_shift().sk.public,
            commit.replace(desk.party.room, bytes.fromhex(HEX16)),
        )
        assert await row(wire, "on", HEX16, STAFF, mine, key) == column("on", STAFF)
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=colleague.token)
        assert await answer(wire) == "hi"
        assert await row(wire, "elsewhere", room, STAFF, commit, key) == column("elsewhere", STAFF)
    assert desk.party.heard.closed is None
    await parted(visitor, adviser, desk)
    await adviser.leave()
    assert await faults(demo.port + 2) == 0
