"""Referrals and requests through a real server, with clients of our own and forms that are none."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from hamn.asc1.bytes import Refused, u32
from hamn.asc1.certificate import Kind
from hamn.asc1.code import ReturnCode, from_root
from hamn.party.adviser import Adviser
from hamn.party.ear import Refusal
from hamn.party.inquiries import Answerer, Asker
from hamn.party.mailroom import Mailroom
from hamn.party.visitor import Visitor
from tests.faults.crowd import service_of
from tests.services import DemoServer

SAYS = {"v": 1, "kind": "referral", "text": "Kanarie: en ung man i vår grupp vill bort"}
ANSWER = "Ring oss på måndag före tolv."


@dataclass(slots=True)
class Centre:
    """Lind, who reads; Alm, who has a box key and no part in it."""

    server: DemoServer
    lind: Adviser
    answers: Answerer
    alm: Answerer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def centre(demo: DemoServer) -> AsyncIterator[Centre]:
    people, rooms = [], []
    for role, kinds in (("supervisor", (Kind.ESCALATION, Kind.BOX)), ("adviser", (Kind.BOX,))):
        person = demo.person(role, 0)
        adviser = await Adviser.arrive(service_of(demo), person.name, person.secret)
        people.append(adviser)
        for kind in kinds:
            rooms.append(Mailroom(adviser))
            assert (await rooms[-1].make_key(kind)).status == 200
    reads, writes, box = rooms
    yield Centre(demo, people[0], Answerer(writes, reads), Answerer(box, box))
    for each in people:
        await each.leave()


async def arrive(server: DemoServer, source: str) -> tuple[Visitor, ReturnCode]:
    visitor = await Visitor.arrive(service_of(server, source))
    return visitor, from_root(secrets.token_bytes(32))


async def test_what_a_professional_asks_is_answered_under_their_code(centre: Centre) -> None:
    visitor, code = await arrive(centre.server, "127.44.8.1")
    record = await Asker(visitor, code).ask(SAYS)
    lind = centre.lind
    await lind.news.until(lambda: (lind.escalations or {}).get("inquiries") == 1)
    asked = await centre.answers.read(record)
    decided = await centre.answers.decide(record, "accepted", "agreed", text=ANSWER, to=asked.r)
    await visitor.leave()

    again, _ = await arrive(centre.server, "127.44.8.1")
    assert (await again.use(code))["n"] == 0
    (told,) = await Asker(again, code).standing()
    assert (decided.told["state"], decided.told["by"]) == ("accepted", lind.idx)
    assert (told["id"], told["state"], told["reason"]) == (record.hex(), "accepted", "agreed")
    codes = {"state": "accepted", "reason": "agreed"}
    assert told["answer"] == {"v": 1, "record": record.hex(), **codes, "text": ANSWER}
    await again.erase(code)
    assert again.receipt is not None
    assert again.receipt["inquiries"] == 1
    assert await centre.answers.listed() == []


async def test_an_adviser_is_given_nothing_and_opens_nothing(centre: Centre) -> None:
    visitor, code = await arrive(centre.server, "127.44.8.2")
    asker = Asker(visitor, code)
    record = await asker.ask(SAYS)

    for path in ("/api/inquiries", f"/api/inquiries/{record.hex()}"):
        assert (await centre.alm.ask("GET", path)).status == 403
    told = (await centre.answers.ask("GET", f"/api/inquiries/{record.hex()}")).told
    with pytest.raises(Refused):
        centre.alm.opened(bytes.fromhex(told["data"]))
    assert [each["state"] for each in await asker.standing()] == ["read"]
    await visitor.leave()


async def test_without_work_or_a_code_nothing_is_asked_and_nothing_told(centre: Centre) -> None:
    visitor, code = await arrive(centre.server, "127.44.8.3")
    asker = Asker(visitor, code)

    with pytest.raises(Refusal):
        await asker.standing()
    await asker.ask(SAYS)
    for to in (None, [secrets.token_bytes(32)]):
        sealed = asker.sealed(SAYS, to or await asker.readers())
        await visitor.wire.tell("inquire", sealed)
        with pytest.raises(Refusal):
            await visitor.heard("ok")
    assert len(await asker.standing()) == 1
    await visitor.leave()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (u32(9) + b"{}", 400),
        (u32(2) + b"{}", 400),
        (b'\0\0\0\x26{"state":"accepted","reason":"agreed"}', 400),
        (b'\0\0\0\x24{"state":"closed","reason":"unknown"}', 400),
        (b'\0\0\0\x22{"state":"closed","reason":"done"}', 410),
    ],
)
async def test_a_decision_of_another_form_is_refused(
    centre: Centre, body: bytes, status: int
) -> None:
    path = f"/api/inquiries/{'ee' * 16}/decide"

    assert (await centre.answers.ask("POST", path, body)).status == status
    assert (await centre.answers.ask("GET", "/api/inquiries/zz")).status == 404
