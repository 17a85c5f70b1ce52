"""The sheet's rows over HTTP: the form a counsellor fills in, and a change that takes two."""

from __future__ import annotations

from typing import Any

from hamn.core.rows import touched
from hamn.core.words import Role
from hamn.ops.people import Person
from hamn.party.adviser import Adviser
from hamn.party.mailroom import Mailroom
from tests.edge.people import employed
from tests.faults.crowd import service_of
from tests.services import DemoServer

FAITH = {
    "id": "x_faith",
    "part": "risk",
    "place": 99,
    "removed": False,
    "seen": 0,
    "texts": {"sv": "Har blivit troende", "en": "Has become religious"},
}


async def signed_in(server: DemoServer, name: str, secret: str) -> Mailroom:
    adviser = await Adviser.arrive(service_of(server), name, secret)
    await adviser.leave()
    return Mailroom(adviser)


async def form(room: Mailroom) -> list[dict[str, Any]]:
    told = (await room.ask("GET", "/api/cases/form")).told
    assert told["form"] == "default-1"
    return list(told["rows"])


async def test_a_row_about_faith_needs_a_warning_read_by_two(demo: DemoServer) -> None:
    boss, ek = demo.person("supervisor"), demo.person("counsellor")
    lind = await signed_in(demo, boss.name, boss.secret)
    counsellor = await signed_in(demo, ek.name, ek.secret)
    (digits,) = await employed(demo, Person("tall", "Tall", (Role.SUPERVISOR,)))
    tall = await signed_in(demo, "tall", digits)
    before = await form(counsellor)
    assert [len([row for row in before if row["part"] == part]) for part in ("risk", "protective")]
    blocked = (await lind.ask("GET", "/api/rows")).told["blocked"]
    texts = [text for row in before for text in row["texts"].values()]
    assert touched(texts, blocked) == ()

    assert (await lind.ask("POST", "/api/rows", {**FAITH, "warned": False})).status == 409
    assert (await lind.ask("POST", "/api/rows", {**FAITH, "warned": True})).told == {"version": 1}
    agree = {"id": "x_faith", "seen": 1, "warned": True}
    assert (await lind.ask("POST", "/api/rows/agree", agree)).status == 409
    unread = {**agree, "warned": False}
    assert (await tall.ask("POST", "/api/rows/agree", unread)).status == 409
    (waits,) = [
        each for each in (await tall.ask("GET", "/api/rows")).told["rows"] if each["waiting"]
    ]
    assert (waits["by"], waits["mine"], waits["stands"]) == ("Lind", False, False)
    assert waits["waiting"]["touched"] == ["troende", "religious"]
    assert await form(counsellor) == before

    assert (await tall.ask("POST", "/api/rows/agree", agree)).ok
    assert "x_faith" in {row["id"] for row in await form(counsellor)}
    removed = {**FAITH, "removed": True, "seen": 2, "warned": True}
    assert (await lind.ask("POST", "/api/rows", removed)).ok
    assert (await lind.ask("POST", "/api/rows/back", {"id": "x_faith", "seen": 3})).ok
    assert "x_faith" in {row["id"] for row in await form(counsellor)}
