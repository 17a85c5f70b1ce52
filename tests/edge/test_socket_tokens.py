"""Forged tokens of every kind, wherever a token is shown (checks 18, 21; protocol.md N10).

What is wrong has one answer for each message, byte for byte, whoever it was made up from; and the
one it was aimed at notices nothing.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from hamn.asc1.bytes import sha256
from hamn.asc1.code import ReturnCode, in_groups, make_digits
from hamn.edge import wire as words
from hamn.party.adviser import Adviser, Desk
from hamn.party.visitor import Visitor
from hamn.party.wire import Told, Wire
from tests.edge.people import (
    Tape,
    answer,
    coded,
    do_work,
    next_answer,
    on_duty,
    paired,
    parted,
    socket_of,
    taped,
    understood,
    values,
    waiting,
    whole_answer,
)
from tests.edge.raw_frames import faults
from tests.edge.test_socket_states import binary_of
from tests.faults.crowd import service_of
from tests.services import DemoServer

CHAT, CODE = 1, 3


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody in a room with a code, somebody else with a room and a code of their own."""

    adviser: Adviser
    victim: Visitor
    desk: Desk
    code: ReturnCode
    other: Visitor
    others_code: ReturnCode
    ended: Visitor
    tape: Tape

    @property
    def told(self) -> list[Told]:
        """All that the one aimed at was ever told."""
        return self.tape.told_to(self.victim.wire)

    def wrong_secrets(self, right: bytes, others: bytes) -> dict[str, bytes]:
        """Secrets of the right size that are not the right one."""
        return {
            "random": secrets.token_bytes(32),
            "zeros": bytes(32),
            "first bit": bytes([right[0] ^ 0x80]) + right[1:],
            "last bit": right[:-1] + bytes([right[-1] ^ 1]),
            "backwards": right[::-1],
            "its hash": sha256(right),
            "another's": others,
            "staff token": bytes.fromhex(self.adviser.token),
        }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def company(demo: DemoServer) -> AsyncIterator[Company]:
    with taped() as tape:
        adviser = await on_duty(demo)
        colleague = await on_duty(demo, place=2)
        ended, endeds_desk = await paired(demo, colleague, "127.44.5.9")
        await parted(ended, colleague, endeds_desk)
        await colleague.leave()
        victim, desk, code = await coded(demo, adviser, "127.44.5.1")
        other, others_desk, others_code = await coded(demo, adviser, "127.44.5.2")
        there = victim.party
        assert there is not None
        await understood(there, desk.party, adviser.news, "hej")
        await understood(desk.party, there, victim.news, "hej du")
        yield Company(adviser, victim, desk, code, other, others_code, ended, tape)
        await parted(victim, adviser, desk)
        await parted(other, adviser, others_desk)
        await adviser.leave()


def ill_formed(right: bytes) -> dict[str, Any]:
    """What is no 32 bytes in hex."""
    return {
        "a digit less": right.hex()[:-1],
        "a byte less": right[:-1].hex(),
        "a byte more": right.hex() + "00",
        "capitals": right.hex().upper().replace("0", "A"),
        "empty": "",
        "spaces": " " * 64,
        "null": None,
        "a number": 7,
        "a truth": True,
        "an array": [],
        "an array of it": [right.hex()],
        "an object": {"$ne": ""},
        "sixty thousand digits": "0" * 60_000,
    }


Ask = Callable[[Company, Any], dict[str, Any]]
CODED: Ask = lambda c, auth: {"id": c.code.id.hex(), "auth": auth}  # noqa: E731
ASKS: dict[str, Ask] = {
    "resume": lambda c, cap: {
        "room": c.victim.member.room_id.hex(),
        "cap": cap,
        "pos": 0,
        "store": c.victim.store,
    },
    "code": CODED,
    "drop": CODED,
    "erase": CODED,
    "keep": lambda c, auth: {
        "h_id": "ab" * 32,
        "h_auth": "cd" * 32,
        "old": {"id": c.code.id.hex(), "auth": auth},
    },
}
UNKNOWN: dict[str, dict[str, Any]] = {
    "resume": {"room": "5a" * 16},
    **{verb: {"id": "5a" * 16} for verb in ("code", "drop", "erase")},
    "keep": {"old": {"id": "5a" * 16, "auth": "5a" * 32}},
}


def secrets_of(company: Company, verb: str) -> tuple[bytes, bytes]:
    """The right secret and another person's."""
    if verb == "resume":
        return company.victim.cap, company.other.cap
    return company.code.auth, company.others_code.auth


async def asked(server: DemoServer, verb: str, fields: dict[str, Any]) -> str:
    """All that a stranger who has done the work is told."""
    async with socket_of(server) as wire:
        if verb != "resume":
            await do_work(wire, CHAT if verb == "keep" else CODE)
        await wire.tell(verb, **fields)
        return await whole_answer(wire)


@pytest.mark.check(18, part="every kind of wrong secret has one answer")
@pytest.mark.parametrize("verb", ASKS)
async def test_every_forged_secret_has_the_answer_of_what_never_was(
    demo: DemoServer, company: Company, verb: str
) -> None:
    right, others = secrets_of(company, verb)
    before = company.told
    unknown = await asked(demo, verb, ASKS[verb](company, right.hex()) | UNKNOWN[verb])
    found = {
        kind: await asked(demo, verb, ASKS[verb](company, wrong.hex()))
        for kind, wrong in company.wrong_secrets(right, others).items()
    }
    malformed = {
        kind: await asked(demo, verb, ASKS[verb](company, wrong))
        for kind, wrong in ill_formed(right).items()
    }

    assert json.loads(unknown)["code"] == "gone"
    assert found == dict.fromkeys(found, unknown)
    assert malformed == dict.fromkeys(malformed, "4400")
    assert [told for told in company.told[len(before) :] if told.name != "ok"] == []
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(18, part="what is too large ends with one code")
@pytest.mark.parametrize("verb", ASKS)
async def test_a_secret_of_a_megabyte_is_not_read(
    demo: DemoServer, company: Company, verb: str
) -> None:
    assert await asked(demo, verb, ASKS[verb](company, "0" * 2**20)) == "1009"


@pytest.mark.check(18, part="what has ended has the answer of what never was")
async def test_the_right_secret_of_an_ended_room_is_worth_nothing(
    demo: DemoServer, company: Company
) -> None:
    gone = ASKS["resume"](company, company.ended.cap.hex())
    never = gone | {"room": "5a" * 16}

    ended = gone | {"room": company.ended.member.room_id.hex()}
    assert await asked(demo, "resume", ended) == await asked(demo, "resume", never)


@pytest.mark.check(18, part="N10: the capability of another room")
async def test_a_capability_opens_its_own_room_alone(demo: DemoServer, company: Company) -> None:
    async with socket_of(demo) as wire:
        fields = ASKS["resume"](company, company.other.cap.hex())
        await wire.tell("resume", **fields)
        assert await answer(wire) == "gone"
        frame = bytes([1, 0x10, 1, 0]) + company.victim.member.room_id + bytes(276)
        await wire.send(frame)
        assert await answer(wire) == "4400"


@pytest.mark.check(18, part="sign-in tokens of staff")
async def test_every_forged_token_of_staff_ends_the_same_way(
    demo: DemoServer, company: Company
) -> None:
    right = bytes.fromhex(company.adviser.token)
    forged = company.wrong_secrets(right, company.victim.cap)
    forged["staff token"] = company.code.auth
    colleague = await on_duty(demo, place=1)
    signed_out = colleague.token
    await colleague.wire.tell("out")
    await colleague.news.until(lambda: colleague.closed_with is not None)
    wrong: dict[str, object] = {kind: each.hex() for kind, each in forged.items()}
    wrong["signed out"] = signed_out
    malformed = {kind: each for kind, each in ill_formed(right).items() if each is not None}

    assert {kind: await signed_in(demo, each) for kind, each in wrong.items()} == dict.fromkeys(
        wrong, "4401"
    )
    assert {kind: await signed_in(demo, each) for kind, each in malformed.items()} == dict.fromkeys(
        malformed, "4400"
    )
    assert company.adviser.closed_with is None


async def signed_in(server: DemoServer, token: object) -> str:
    async with socket_of(server, staff=True) as wire:
        await wire.tell("auth", token=token)
        return await whole_answer(wire)


@pytest.mark.check(18, part="a place that names another's room as the one before")
async def test_a_forged_past_leaves_the_room_it_names_alone(
    demo: DemoServer, company: Company
) -> None:
    room = company.victim.member.room_id.hex()
    right, others = secrets_of(company, "resume")
    before = company.told
    for wrong in company.wrong_secrets(right, others).values():
        async with socket_of(demo) as wire:
            await do_work(wire, CHAT)
            await knock(wire, prev={"room": room, "cap": wrong.hex()})
            while (told := await wire.next()).name != "place":
                assert told.name == "certs"
            await wire.tell("end")
            assert await answer(wire) == "closed"
        heard = [each for told in company.tape.told_to(wire) for each in values(told.fields)]
        assert room not in heard
        assert company.adviser.offer != room
    assert company.told == before


async def knock(wire: Wire, **prev: Any) -> None:
    fields = {"cap_hash": "ab" * 32, "lang": "sv", "door": 1, "danger": False, "wish": None}
    await wire.tell("hello", binary_of(words.Hello), **fields, **prev)


@pytest.mark.check(18, part="a code opens the rejoin of its own room alone")
async def test_a_code_lets_nobody_into_another_room(demo: DemoServer, company: Company) -> None:
    room = company.victim.member.room_id.hex()
    letter = binary_of(words.Rejoin)
    async with socket_of(demo) as wire:
        await do_work(wire, CODE)
        await wire.tell("rejoin", letter, room=room, cap_hash="ab" * 32)
        before = await whole_answer(wire)
        code = company.others_code
        await wire.tell("code", id=code.id.hex(), auth=code.auth.hex())
        assert (await next_answer(wire)).fields["room"]["id"] == company.other.member.room_id.hex()
        await wire.tell("rejoin", letter, room=room, cap_hash="ab" * 32)
        assert await whole_answer(wire) == before
        await wire.tell("rejoin", letter, room="5a" * 16, cap_hash="ab" * 32)
        assert await whole_answer(wire) == before
    assert json.loads(before)["code"] == "gone"


@pytest.mark.check(18, part="who was aimed at goes on undisturbed")
async def test_after_all_of_it_the_two_still_talk(demo: DemoServer, company: Company) -> None:
    there, here = company.victim.party, company.desk.party
    assert there is not None
    await understood(there, here, company.adviser.news, "är du kvar?")
    await understood(here, there, company.victim.news, "ja")
    stranger = Visitor(service_of(demo), company.victim.believed)
    await stranger.connect()
    assert (await stranger.use(company.code))["room"]["id"] == here.room.hex()
    await stranger.leave()


TYPED = {
    "a name": "Anna",
    "an address": "anna@example.org",
    "a code as shown": in_groups(make_digits(secrets.token_bytes)),
    "a code": make_digits(secrets.token_bytes),
    "a code in other digits": make_digits(secrets.token_bytes).translate(
        {ord("0") + n: 0x0660 + n for n in range(10)}
    ),
    "a pattern": "%",
    "a star": "*",
    "letters that look alike": "\u0430" * 32,
    "a quote": "' OR 1=1 --",
}


@pytest.mark.check(21, part="nothing typed selects a conversation")
@pytest.mark.parametrize("name", TYPED)
async def test_nothing_typed_is_taken_for_an_id(
    demo: DemoServer, company: Company, name: str
) -> None:
    typed = TYPED[name]
    cap, auth = company.victim.cap.hex(), company.code.auth.hex()
    for fields in (
        ASKS["resume"](company, cap) | {"t": "resume", "room": typed},
        {"t": "code", "id": typed, "auth": auth},
        {"t": "erase", "id": typed, "auth": auth},
        {"t": "ack", "room": typed, "pos": 0},
    ):
        async with socket_of(demo) as wire:
            await wire.tell_raw(json.dumps(fields))
            assert await answer(wire) == "4400"


@pytest.mark.check(21, part="a room's id in another case or with spaces is none")
async def test_an_id_is_taken_as_it_was_given_or_not_at_all(
    demo: DemoServer, company: Company
) -> None:
    room, cap = company.victim.member.room_id.hex(), company.victim.cap.hex()
    for way in (f" {room}", f"{room} ", f"{room}\u200b", room.upper() + "A", f"{room[:8]}-"):
        async with socket_of(demo) as wire:
            await wire.tell("resume", **(ASKS["resume"](company, cap) | {"room": way}))
            assert await answer(wire) == "4400"


@pytest.mark.check(21, part="every text a visitor can send is hex of a fixed size, or a language")
def test_no_message_has_a_field_for_words() -> None:
    schemas = msgspec.json.schema_components([words.VisitorMessage])[1]
    texts = {
        (name, key): rule.get("pattern", "")
        for name, schema in schemas.items()
        for key, given in schema.get("properties", {}).items()
        for rule in given.get("anyOf", [given])
        if rule.get("type") == "string"
    }
    patterns = set(texts.values())

    assert len(texts) > 10
    assert all(re.fullmatch(r"\^\[0-9a-f\]\{\d+\}\$", each) for each in patterns - {"^[a-z]{2}$"})
    languages = [key for key, pattern in texts.items() if pattern == "^[a-z]{2}$"]
    asked = [(name, key) for name in ("BookTalk", "WaitFor") for key in ("language", "interpreter")]
    assert sorted(languages) == sorted([("Hello", "lang"), *asked])
    closed = {name for name, schema in schemas.items() if "properties" not in schema}
    assert {name: schemas[name]["enum"] for name in closed} == {
        "Form": ["chat", "meeting", "phone"]
    }


@pytest.mark.check(18, part="a waiting place goes on for its own capability alone")
async def test_a_waiting_place_is_not_taken_over_with_anothers_capability(
    demo: DemoServer, company: Company
) -> None:
    colleague = await on_duty(demo, place=2)
    visitor = await waiting(service_of(demo, "127.44.5.7"), colleague)
    place = visitor.member.room_id.hex()
    async with socket_of(demo) as wire:
        await do_work(wire, CHAT)
        await knock(wire, prev={"room": place, "cap": company.other.cap.hex()})
        while (await wire.next()).name != "place":
            pass
        await wire.tell("end")
        assert await answer(wire) == "closed"

    desk = await colleague.accept(place)
    await visitor.until_open()
    await parted(visitor, colleague, desk)
    await colleague.leave()
