"""Cases over real requests: a sheet and a plan sealed to those who keep them, and a plan's copy.

The server is then taken as it stands: neither its files nor its memory, nor the keys of an adviser
or of a counsellor who was taken off the case, tell anything of it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from hamn.asc1 import mail
from hamn.asc1.envelope import EnvelopeType, open_envelope
from hamn.core.words import Role
from hamn.ops.people import Person
from hamn.party.adviser import Adviser
from hamn.party.casework import Casework
from hamn.party.visitor import Visitor
from tests.edge.people import employed
from tests.edge.test_socket_box import with_code
from tests.faults.crowd import service_of
from tests.faults.scanner import Scanner
from tests.services import DemoServer

CANARY = "Kanarie: han sover inte och farmor håller dörren öppen"
SHEET = {"v": 1, "holds": "sheet", "day": "2026-11-29", "summary": CANARY}
PLAN = {"v": 1, "holds": "plan", "aim": "Kanarie: han vill tillbaka till träningen"}
COPY = {"v": 1, "aim": "Kanarie: tillbaka till träningen, med farmor"}
Four = list[tuple[Adviser, Casework]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def four(demo: DemoServer) -> AsyncIterator[Four]:
    """Four counsellors, signed in, with a case key each."""
    people = [Person(f"cn{n}", f"Cn{n}", (Role.COUNSELLOR,)) for n in range(4)]
    digits = await employed(demo, *people)
    found = []
    for person, secret in zip(people, digits, strict=True):
        adviser = await Adviser.arrive(service_of(demo), person.login, secret)
        work = Casework(adviser)
        assert (await work.make_key()).ok
        found.append((adviser, work))
    yield found
    for adviser, _ in found:
        await adviser.leave()


async def texts(work: Casework, case: dict[str, Any]) -> list[dict[str, Any]]:
    """Every record of a case, as this member reads it."""
    opened = [await work.open(case["id"], each["n"]) for each in case["records"]]
    return [json.loads(mail.read_record(each.content)) for each in opened]


@pytest.mark.check(32, part="a case: files, memory, an adviser, who was taken off")
@pytest.mark.check(22, part="a case of others is as one that is not there")
async def test_a_seized_server_and_who_left_tell_nothing_of_a_case(
    demo: DemoServer, four: Four
) -> None:
    (_, mine), (two, theirs) = four[:2]
    case = await mine.begin()
    assert (await mine.keep(case, "sheet", SHEET)).status == 200
    (case,) = await mine.listed()
    assert (await mine.post.ask("POST", f"/api/cases/{case['id']}/members", {"idx": two.idx})).ok
    (case,) = await theirs.listed()
    number = case["records"][0]["n"]
    assert case["lacking"] == [{"n": number, "idx": two.idx}]
    assert (await mine.seal_again(case["id"], number, two.idx)).ok
    assert (await mine.post.ask("GET", f"/api/cases/{case['id']}/{number}")).ok

    # Both read, and both write.
    (case,) = await theirs.listed()
    assert (await theirs.keep(case, "plan", PLAN)).ok
    (case,) = await mine.listed()
    assert await texts(mine, case) == await texts(theirs, case) == [SHEET, PLAN]

    # One is taken off: what she fetched before is hers, what is there is not.
    off = await mine.post.ask("DELETE", f"/api/cases/{case['id']}/members/{two.idx}")
    assert off.ok
    (case,) = await mine.listed()
    assert (await mine.keep(case, "sheet", {**SHEET, "day": "2026-12-01"})).ok
    assert await theirs.listed() == []
    records = [f"/api/cases/{case['id']}/{each['n']}" for each in case["records"]]
    gone = [await theirs.post.ask("GET", path) for path in records]
    assert {each.status for each in gone} == {410}
    unknown = await theirs.post.ask("GET", f"/api/cases/{'ab' * 16}/1")
    assert (unknown.status, unknown.content) == (gone[0].status, gone[0].content)

    scanner = Scanner({"sheet": CANARY.encode(), "plan": str(PLAN["aim"]).encode()})
    places = [demo.data, demo.log_path, demo.live]
    assert await asyncio.to_thread(scanner.in_files, places) == set()
    assert await asyncio.to_thread(scanner.in_memory, demo.pid) == set()


async def test_a_case_wants_a_plan_or_a_reason_and_a_version_that_was_seen(four: Four) -> None:
    _, mine = four[2]
    case = await mine.begin()
    path, seen = f"/api/cases/{case['id']}", {"seen": case["version"]}
    assert (await mine.post.ask("POST", f"{path}/close", seen)).status == 409
    for wrong in (b"", b"\0\0\0\x09{}", b'\0\0\0\x1a{"holds":"score","seen":1}   '):
        assert (await mine.post.ask("PUT", f"{path}/records", wrong)).status == 400
    assert (await mine.keep(case, "reason", {"why": "Hon ville inte."})).ok
    assert (await mine.post.ask("POST", f"{path}/close", seen)).status == 409

    (case,) = await mine.listed()
    closed = await mine.post.ask("POST", f"{path}/close", {"seen": case["version"]})
    assert closed.told["closed"] is not None
    opened = await mine.post.ask("POST", f"{path}/open", {"seen": closed.told["version"]})
    assert opened.told["closed"] is None
    assert (await mine.post.ask("GET", "/api/cases/nowhere/1")).status == 404


async def test_a_full_sheet_for_four_members_is_not_too_large(four: Four) -> None:
    _, mine = four[0]
    case = await mine.begin()
    for adviser, _ in four[1:]:
        path = f"/api/cases/{case['id']}/members"
        case = (await mine.post.ask("POST", path, {"idx": adviser.idx})).told

    kept = await mine.keep(case, "sheet", {**SHEET, "notes": ["å" * 500] * 31})

    assert (kept.status, kept.told["lacking"]) == (200, [])
    over = await mine.post.ask("PUT", f"/api/cases/{case['id']}/records", bytes(300_000))
    assert over.status == 413


async def test_a_plan_copy_waits_under_the_code_until_the_visitor_erases_it(
    demo: DemoServer, four: Four
) -> None:
    one, mine = four[3]
    assert (await mine.post.make_key()).ok
    visitor, code = await with_code(demo, "127.44.7.1")
    mailbox = str(visitor.mailbox)
    await visitor.leave()
    nobody = await mine.give_copy(COPY, to=code.r.public, mailbox=secrets.token_hex(16))
    assert nobody.status == 410
    for aim in ("first", COPY["aim"]):
        given = await mine.give_copy({**COPY, "aim": aim}, to=code.r.public, mailbox=mailbox)
        assert given.ok
    assert (await mine.post.ask("PUT", "/api/plan-copy", b"", {"ASC1-Mailbox": "?"})).status == 400

    visitor = await Visitor.arrive(service_of(demo, "127.44.7.1"))
    for _ in range(2):
        assert (await visitor.use(code))["n"] == 1
        await visitor.news.until(lambda: len(visitor.letters) > 0)
    opened = open_envelope(
        visitor.letters[0].binary, (code.r,), expected=EnvelopeType.REPLY, hour=one.service.hour
    )
    believed = mail.believe(opened, one.believed.chain)
    assert json.loads(mail.read_reply(believed.content).text) == COPY
    assert believed.writer.idx == one.idx
    await visitor.erase_reply(visitor.letters[0])
    assert (await visitor.use(code))["n"] == 0
    await visitor.leave()
