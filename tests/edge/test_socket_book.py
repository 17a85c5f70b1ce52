"""Booking over real sockets and requests: a time is taken once, told to its code alone, and read by
a calendar that knows nothing of who comes."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from hamn.asc1.bytes import sha256
from hamn.asc1.code import ReturnCode, from_root
from hamn.party.adviser import Adviser
from hamn.party.mailroom import Mailroom
from hamn.party.wire import Wire
from tests.edge.people import answer, do_work, next_answer, socket_of
from tests.edge.raw import ask, request
from tests.faults.crowd import service_of
from tests.services import DemoServer

BOX, CODE = 2, 3
VISITOR_FIELDS = {"day", "number", "start", "wall", "length", "form", "languages"}


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[DemoServer]:
    async with DemoServer.in_folder(tmp_path, on_call=False) as server:
        yield server


async def slots(server: DemoServer) -> list[dict[str, Any]]:
    got = await ask(server.port, request(server.port, "/api/slots"))
    return list(json.loads(got.body)["slots"])


def wanted(slot: dict[str, Any], code: ReturnCode) -> dict[str, Any]:
    place = {"day": slot["day"], "number": slot["number"], "language": "sv"}
    return {**place, "interpreter": None, "r": code.r.public.hex(), "moves": None}


async def with_code(wire: Wire) -> ReturnCode:
    """A code that this socket has kept."""
    code = from_root(secrets.token_bytes(32))
    await do_work(wire, BOX)
    hashes = {"h_id": sha256(code.id).hex(), "h_auth": sha256(code.auth).hex()}
    await wire.tell("keep", **hashes, old=None)
    assert (await next_answer(wire)).name == "kept"
    return code


async def test_a_time_is_taken_once_and_told_to_its_code_alone(server: DemoServer) -> None:
    slot = (await slots(server))[3]
    assert set(slot) == VISITOR_FIELDS
    async with socket_of(server) as one, socket_of(server) as other:
        mine, theirs = await with_code(one), await with_code(other)
        await one.tell("book", **wanted(slot, mine))
        (talk,) = (await next_answer(one)).fields["all"]
        await other.tell("book", **wanted(slot, theirs))
        refused = (await next_answer(other)).fields
        await other.tell("talks", r=theirs.r.public.hex())
        nothing = (await next_answer(other)).fields
        await other.tell("unbook", id=talk["id"])
        gone = (await next_answer(other)).fields

    assert (talk["state"], talk["start"], talk["reply"]) == ("booked", slot["start"], None)
    assert (refused["of"], refused["code"]) == ("book", "cas")
    assert (nothing["all"], nothing["n"]) == ([], 0)
    assert (gone["of"], gone["code"]) == ("unbook", "gone")
    assert slot not in await slots(server)


async def test_the_code_brings_its_talks_back_and_without_one_there_are_none(
    server: DemoServer,
) -> None:
    slot = (await slots(server))[3]
    async with socket_of(server) as wire:
        await wire.tell("talks", r="ab" * 32)
        assert (await next_answer(wire)).fields["code"] == "gone"
        code = await with_code(wire)
        await wire.tell("book", **wanted(slot, code))
        assert len((await next_answer(wire)).fields["all"]) == 1
    async with socket_of(server) as wire:
        await do_work(wire, CODE)
        await wire.tell("code", id=code.id.hex(), auth=code.auth.hex())
        assert (await next_answer(wire)).fields["talks"] == 1
        await wire.tell("talks", r=code.r.public.hex())
        (talk,) = (await next_answer(wire)).fields["all"]
    assert talk["start"] == slot["start"]


async def test_a_calendar_reads_times_from_a_secret_address_until_it_is_taken_back(
    server: DemoServer,
) -> None:
    slot = (await slots(server))[3]
    async with socket_of(server) as wire:
        await wire.tell("book", **wanted(slot, await with_code(wire)))
        talk = (await next_answer(wire)).fields["all"][0]
    person = server.person("counsellor")
    holm = Mailroom(await Adviser.arrive(service_of(server), person.name, person.secret))

    path = (await holm.ask("POST", "/api/feed", {})).told["path"]
    port = server.port + 1
    read = await ask(port, request(port, path))
    assert (read.status, read.body.count(b"BEGIN:VEVENT")) == (200, 1)
    assert talk["id"].encode() not in read.body
    assert b"Ek" not in read.body
    assert (await holm.ask("GET", "/api/feed")).told == {"is_on": True}
    again = (await holm.ask("POST", "/api/feed", {})).told["path"]
    assert (await ask(port, request(port, path))).status == 410
    await holm.ask("DELETE", "/api/feed")
    assert (await ask(port, request(port, again))).status == 410


async def test_who_has_erased_everything_asks_nothing_more_on_the_same_socket(
    server: DemoServer,
) -> None:
    first, other = (await slots(server))[3:5]
    async with socket_of(server) as wire:
        code = await with_code(wire)
        await wire.tell("book", **wanted(first, code))
        assert await answer(wire) == "talks"
        await do_work(wire, CODE)
        await wire.tell("erase", id=code.id.hex(), auth=code.auth.hex())
        assert (await next_answer(wire)).fields["receipt"]["talks"] == 1
        for name, asked in (
            ("talks", {"r": code.r.public.hex()}),
            ("book", wanted(other, code)),
            ("wish", {"forms": ["chat"], "language": "sv", "interpreter": None}),
            ("inquiries", {}),
        ):
            await wire.tell(name, **asked)
            assert await answer(wire) == "gone"
    assert {first["start"], other["start"]} <= {slot["start"] for slot in await slots(server)}


def keeping(code: ReturnCode, **old: str) -> dict[str, Any]:
    hashes = {"h_id": sha256(code.id).hex(), "h_auth": sha256(code.auth).hex()}
    return {**hashes, "old": old or None}


async def test_one_work_is_good_for_one_code_and_for_the_codes_that_follow_it(
    server: DemoServer,
) -> None:
    one, other, third = (from_root(secrets.token_bytes(32)) for _ in range(3))
    async with socket_of(server) as wire:
        await do_work(wire, BOX)
        for asked, told in (
            (keeping(one), "kept"),
            (keeping(other), "gone"),
            (keeping(one), "kept"),
            (keeping(other, id=one.id.hex(), auth=one.auth.hex()), "kept"),
            (keeping(third, id=one.id.hex(), auth="ab" * 32), "gone"),
            (keeping(third, id=one.id.hex(), auth=one.auth.hex()), "gone"),
        ):
            await wire.tell("keep", **asked)
            assert await answer(wire) == told
        await do_work(wire, BOX)
        await wire.tell("keep", **keeping(third))
        assert await answer(wire) == "kept"
