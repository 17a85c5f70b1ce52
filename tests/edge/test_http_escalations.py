"""Escalations through a real server: two clients of our own, and bodies that nobody should send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from hamn.asc1.bytes import Refused, u32
from hamn.asc1.certificate import Kind
from hamn.party.adviser import Adviser
from hamn.party.escalations import Escalations
from hamn.party.mailroom import Mailroom
from tests.faults.crowd import service_of
from tests.services import DemoServer

SAYS = {"about": "pattern", "urgency": 3, "summary": "Tre samtal om samma grupp", "ask": ""}


@dataclass(slots=True)
class Centre:
    """Alm, who sends; Lind, who reads; Dal, who has a box key and no part in it."""

    server: DemoServer
    alm: Escalations
    lind: Escalations
    dal: Escalations
    people: list[Adviser]


async def _keys(server: DemoServer, role: str, place: int, kind: Kind) -> tuple[Adviser, Mailroom]:
    person = server.person(role, place)
    adviser = await Adviser.arrive(service_of(server), person.name, person.secret)
    room = Mailroom(adviser)
    assert (await room.make_key(kind)).status == 200
    return adviser, room


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def centre(demo: DemoServer) -> AsyncIterator[Centre]:
    alm, alms = await _keys(demo, "adviser", 0, Kind.BOX)
    dal, dals = await _keys(demo, "adviser", 2, Kind.BOX)
    lind, reads = await _keys(demo, "supervisor", 0, Kind.ESCALATION)
    writes = Mailroom(lind)
    await writes.make_key()
    made = (Escalations(alms), Escalations(writes, reads), Escalations(dals))
    yield Centre(demo, *made, people=[alm, lind, dal])
    for each in (alm, lind, dal):
        await each.leave()


async def test_what_one_sends_the_other_reads_and_decides(centre: Centre) -> None:
    record = b"\x01" * 16
    sent = await centre.alm.send(record, **SAYS)
    lind = centre.people[1]
    await lind.news.until(lambda: (lind.escalations or {}).get("waiting") == 1)

    (says,) = await centre.lind.read(record)
    decided = await centre.lind.decide(record, "counselling", "support", grave=True)

    assert sent.told["state"] == "sent"
    assert says == {"paper": "sent", "record": record.hex(), **SAYS}
    assert decided.told["state"] == "named"
    assert decided.told["named"]["first"] == lind.idx
    path, named = f"/api/escalations/{record.hex()}/agree", decided.told["named"]
    seen = {name: named[name] for name in named if name != "second"}
    assert (await centre.lind.ask("POST", path, {"decision": "counselling"})).status == 400
    assert (await centre.lind.ask("POST", path, seen)).status == 409
    assert [each["paper"] for each in await centre.lind.read(record)] == ["sent", "decision"]
    assert (centre.people[0].escalations or {}).get("waiting", 0) == 0


async def test_an_adviser_is_given_no_envelope_and_opens_none(centre: Centre) -> None:
    record = b"\x02" * 16
    await centre.alm.send(record, **SAYS)

    for each in (centre.alm, centre.dal):
        with pytest.raises(LookupError):
            await each.read(record)
    (copy, *_) = await centre.alm.copies({"paper": "sent", "record": record.hex(), **SAYS})
    for each in (centre.alm, centre.dal):
        with pytest.raises(Refused, match="no stanza opens"):
            each.opened(copy)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (u32(2) + b"{}", 400),
        (u32(9) + b"{}", 400),
        (u32(2**32 - 1), 400),
        (u32(45) + b'{"record":"' + b"0" * 32 + b'"}', 409),
        (u32(45) + b'{"record":"' + b"0" * 32 + b'"}' + u32(3) + b"abc", 400),
        (bytes(288 * 1024 + 1), 413),
    ],
    ids=["nothing", "no parts", "no record", "short", "endless", "no copies", "noise", "too large"],
)
async def test_a_body_of_another_form_changes_nothing(
    centre: Centre, body: bytes, status: int
) -> None:
    kept = (await centre.lind.ask("GET", "/api/escalations")).told["escalations"]

    assert (await centre.alm.ask("POST", "/api/escalations", body)).status == status
    assert (await centre.lind.ask("GET", "/api/escalations")).told["escalations"] == kept


async def test_json_where_parts_are_due_and_an_id_of_another_form(centre: Centre) -> None:
    assert (await centre.alm.ask("POST", "/api/escalations", {"record": "00" * 16})).status == 415
    assert (await centre.lind.ask("GET", "/api/escalations/nothing")).status == 404
