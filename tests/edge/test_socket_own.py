"""What a visitor is told is its own: an allow-list over all that fifty are told (23, 24)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from hamn.edge import wire as words
from hamn.party.adviser import Adviser, Desk
from hamn.party.service import believe
from hamn.party.visitor import Visitor
from hamn.party.wire import Told
from tests.edge.people import Tape, on_duty, parted, taped, understood, values
from tests.edge.raw import exchange, request
from tests.faults import crowd
from tests.faults.crowd import service_of
from tests.faults.scanner import Scanner
from tests.services import DemoServer

VISITORS, ROOMS = 50, 4
TELLABLE = (
    words.WorkAsked,
    words.Hi,
    words.Certs,
    words.PlaceTold,
    words.Put,
    words.Ok,
    words.Peer,
    words.Closed,
    words.Kept,
)
"""What a visitor who does nothing wrong is told, in its exact form."""
WORDS_TOLD = {"frame", "here", "away", "lost", "leaving", "end"}
NUMBERS = {"n", "range", "pos", "epoch", "slot", "seq", "roster_seq"}


@dataclass(frozen=True, slots=True)
class Evening:
    """Everybody who came, and all that was said."""

    server: DemoServer
    tape: Tape
    visitors: list[Visitor]
    advisers: list[Adviser]
    desks: list[Desk]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evening]:
    """Fifty visitors; four of them talk, one of those ends, one waiting leaves."""
    room_for_all = {"HAMN_POLICY__WAITING_AT_LEAST": str(VISITORS)}
    folder = tmp_path_factory.mktemp("evening")
    async with DemoServer.in_folder(folder, room_for_all) as server:
        with taped() as tape:
            advisers = [await on_duty(server), await on_duty(server, place=1)]
            visitors = await come(server)
            desks = [await answered(visitors[at], advisers[at % 2]) for at in range(ROOMS)]
            for visitor, desk in zip(visitors, desks, strict=False):
                assert visitor.party is not None
                await understood(desk.party, visitor.party, visitor.news, "hej")
            await parted(visitors[0], advisers[0], desks[0])
            await visitors[-1].end()
            await advisers[1].news.until(lambda: len(advisers[1].waiting) == VISITORS - ROOMS - 1)
            yield Evening(server, tape, visitors, advisers, desks)
        for wire in [each.wire for each in visitors[1:]] + [each.wire for each in advisers]:
            wire.drop()


async def come(server: DemoServer) -> list[Visitor]:
    """Fifty visitors in line, every fifth with a return code."""
    service = service_of(server)
    believed = await believe(service)
    visitors = [Visitor(service, believed) for _ in range(VISITORS)]
    for at, visitor in enumerate(visitors):
        await visitor.connect()
        await visitor.work(1)
        if at % 5 == 0:
            fields = {"h_id": f"{at:064x}", "h_auth": "ab" * 32, "old": None}
            await visitor.wire.tell("keep", **fields)
            visitor.mailbox = (await visitor._ear.answer("kept")).fields["mailbox"]
        await visitor.knock()
    return visitors


async def answered(visitor: Visitor, adviser: Adviser) -> Desk:
    place = visitor.member.room_id.hex()
    await adviser.news.until(lambda: place in adviser.waiting)
    desk = await adviser.accept(place)
    await visitor.until_open()
    return desk


def strays(told: Told, own: set[str]) -> list[str]:
    """What in a message is neither the visitor's own nor of a closed vocabulary."""
    if told.name in ("work", "hi"):
        own = own | {str(told.fields.get("challenge")), str(told.fields.get("store"))}
    texts = [value for value in values(told.fields) if isinstance(value, str)]
    keys = {key for key, value in told.fields.items() if isinstance(value, int)}
    return [text for text in texts if text not in own | WORDS_TOLD] + sorted(keys - NUMBERS)


@pytest.mark.check(23)
async def test_fifty_visitors_are_told_of_nothing_but_their_own(evening: Evening) -> None:
    on_duty_now = {adviser.make_shift().certificate.raw.hex() for adviser in evening.advisers}
    assert evening.server.on_call
    on_duty_now.add(evening.server.on_call.cert)
    for visitor in evening.visitors:
        own = on_duty_now | {visitor.member.room_id.hex(), visitor.mailbox or ""}
        told = evening.tape.told_to(visitor.wire)
        assert told
        assert [stray for each in told for stray in strays(each, own)] == []
        for each in told:
            form = next(form for form in TELLABLE if form.__struct_config__.tag == each.name)
            msgspec.json.decode(json.dumps({"t": each.name, **each.fields}), type=form)
            assert not each.binary or each.binary[4:20] == visitor.member.room_id


@pytest.mark.check(23, part="who waits learns its place and no more")
async def test_who_waits_is_told_its_own_place_alone(evening: Evening) -> None:
    for visitor in evening.visitors[ROOMS:]:
        told = evening.tape.told_to(visitor.wire)
        assert {each.name for each in told} <= {"work", "hi", "certs", "kept", "place", "closed"}
        places = [each.fields["n"] for each in told if each.name == "place"]
        assert places == sorted(places, reverse=True), "nobody falls back"
    last = [visitor.place for visitor in evening.visitors[ROOMS:-1]]
    assert [place[0] for place in last if place] == list(range(1, len(last) + 1))


@pytest.mark.check(24, part="no answer, address or log holds a token, capability or nonce")
async def test_no_token_is_in_any_answer_or_log(evening: Evening) -> None:
    server, tape = evening.server, evening.tape
    secret = {f"cap {at}": visitor.cap for at, visitor in enumerate(evening.visitors)}
    secret |= {f"token {each.login}": bytes.fromhex(each.token) for each in evening.advisers}
    for at, (_, told) in enumerate(tape.told):
        for name in ("nonce", "challenge"):
            if name in told.fields:
                secret[f"{name} {at}"] = bytes.fromhex(told.fields[name])[:16]
    scanner = Scanner(secret)
    token = evening.advisers[0].token
    fields = (f"Authorization: Bearer {token}", f"Referer: {server.staff_url}/?token={token}")
    asked = [
        (port, path)
        for port in (server.port, server.port + 1, server.port + 2)
        for path in await paths_of(port)
    ]
    answers = [await exchange(port, request(port, path, "GET", *fields)) for port, path in asked]

    assert len(asked) > 20
    assert [hit for each in answers for hit in scanner.in_bytes(each, "answer")] == []
    assert scanner.in_files([server.log_path]) == set()
    assert scanner.in_bytes(token.encode(), "planted"), "the scan finds a token"


async def paths_of(port: int) -> list[str]:
    """What there is on a listener, and what there is not."""
    page = (await exchange(port, request(port, "/"))).decode("utf-8", "replace")
    linked = re.findall(r'(?:href|src)="(/[^"#]*)"', page)
    wellknown = [f"/.well-known/asc/{name}" for name in ("trust.json", "roster.json", "log")]
    others = ["/", "/healthz", "/readyz", "/metrics", "/api/status", "/api/mail", "/nowhere"]
    return sorted({*linked, *wellknown, *others})


async def test_nobody_is_left_waiting_whom_an_adviser_answered_at_once(tmp_path: Path) -> None:
    """An adviser may answer between a visitor's hello and the first ring her socket hears."""
    async with DemoServer.in_folder(tmp_path) as server:
        adviser = await on_duty(server)
        for _ in range(30):
            visitor = await Visitor.arrive(service_of(server))
            await visitor.knock()
            pair = await crowd.answered(visitor, [adviser])
            await parted(visitor, adviser, pair.desk)
        adviser.wire.drop()
