"""The rota over HTTP: who reads, who plans, what a member does with a shift, what is malformed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hamn.clock import SystemClock
from hamn.core.audit import Deed
from hamn.entropy import SystemEntropy
from hamn.party.adviser import Adviser
from hamn.store.sqlite import SqliteStore
from tests.edge.raw import ask, request
from tests.faults.crowd import service_of
from tests.services import DemoServer

TODAY = int(SystemClock().now() // 86_400)
FAR = TODAY + 200
"""A day that nothing is planned for but what a test plans."""
EVENING = {"start": 1020, "end": 1320}
SPRING = (date(2027, 3, 28) - date(1970, 1, 1)).days - 30
"""A month before the clocks are set in Stockholm, which is 31 weeks before they are set back."""

IN_TURNS = True


@dataclass(slots=True)
class Member:
    """One of the demo's people, signed in."""

    port: int
    idx: int
    token: str

    async def look(self, first: int, days: int = 1) -> dict[str, Any]:
        status, seen = await self.get(f"/api/rota/{first}/{days}")
        assert status == 200
        return dict(seen)

    async def get(self, path: str) -> tuple[int, Any]:
        bearer = f"Authorization: Bearer {self.token}"
        answer = await ask(self.port, request(self.port, path, "GET", bearer))
        return answer.status, json.loads(answer.body) if answer.status == 200 else None

    async def act(self, path: str, **body: object) -> int:
        content = json.dumps(body).encode()
        fields = (
            f"Authorization: Bearer {self.token}",
            f"Content-Length: {len(content)}",
            "Content-Type: application/json",
            f"Origin: http://localhost:{self.port}",
        )
        head = request(self.port, f"/api/rota/{path}", "POST", *fields)
        return (await ask(self.port, head + content)).status

    async def plan(self, act: str, **body: object) -> int:
        seen = (await self.look(TODAY))["version"]
        return await self.act("plan", act=act, **{"seen": seen, **body})


async def member(demo: DemoServer, role: str, place: int = 0) -> Member:
    person = demo.person(role, place)
    adviser = await Adviser.arrive(service_of(demo), person.name, person.secret)
    await adviser.leave()
    return Member(demo.port + 1, adviser.idx, adviser.token)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alm(demo: DemoServer) -> Member:
    return await member(demo, "adviser", 0)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def berg(demo: DemoServer) -> Member:
    return await member(demo, "adviser", 1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lind(demo: DemoServer) -> Member:
    return await member(demo, "supervisor")


async def shift_on(lind: Member, day: int, idx: int | None) -> int:
    """A shift on a day on which no template holds; its number."""
    assert await lind.plan("holiday", day=day, like=None, name="") == 200
    assert await lind.plan("add", day=day, role=1, idx=idx, **EVENING) == 200
    return max(int(each["number"]) for each in (await lind.look(day))["shifts"])


def of(seen: dict[str, Any], number: int) -> dict[str, Any]:
    return next(each for each in seen["shifts"] if each["number"] == number)


async def test_a_supervisor_plans_and_everyone_reads_it(alm: Member, lind: Member) -> None:
    number = await shift_on(lind, FAR, alm.idx)

    seen = await alm.look(FAR)

    shift = of(seen, number)
    assert (shift["day"], shift["start"], shift["end"], shift["idx"]) == (FAR, 1020, 1320, alm.idx)
    assert not shift["weekly"]
    assert {each["name"] for each in seen["members"]} == {"Alm", "Berg", "Dal", "Ek", "Lind"}
    assert seen["zone"] == "Europe/Stockholm"


async def test_planning_is_written_down_and_falling_ill_is_not(
    demo: DemoServer, alm: Member, lind: Member
) -> None:
    number = await shift_on(lind, FAR + 20, alm.idx)
    before = await deeds(demo)
    assert await alm.act("own", act="sick", day=FAR + 20, number=number) == 200

    assert await deeds(demo) == before
    assert (Deed.PLANNED.value, lind.idx, "add") in before


async def deeds(demo: DemoServer) -> list[tuple[str, int, str]]:
    """What the audit log says, as a command beside the service reads it."""
    store = SqliteStore(Path(demo.data), SystemEntropy())
    try:
        lines = await store.audit(0, 1_000)
    finally:
        store.close()
    return [(line.what, line.by, line.detail) for line in lines]


async def test_an_adviser_plans_nothing(alm: Member) -> None:
    before = await alm.look(FAR)
    body = {"day": FAR, "role": 1, "idx": alm.idx, **EVENING}

    assert await alm.plan("add", **body) == 403
    after = await alm.look(FAR)
    assert after | {"now": 0, "today": 0} == before | {"now": 0, "today": 0}


async def test_what_was_seen_too_long_ago_changes_nothing(alm: Member, lind: Member) -> None:
    old = (await lind.look(TODAY))["version"]
    number = await shift_on(lind, FAR + 1, alm.idx)

    assert await lind.plan("cancel", seen=old, day=FAR + 1, number=number) == 409
    assert of(await lind.look(FAR + 1), number)["idx"] == alm.idx


async def test_a_member_falls_ill_and_a_colleague_takes_the_shift(
    alm: Member, berg: Member, lind: Member
) -> None:
    number = await shift_on(lind, FAR + 2, alm.idx)
    key = {"day": FAR + 2, "number": number}

    assert await berg.act("own", act="sick", **key) == 410
    assert await alm.act("own", act="sick", **key) == 200
    assert of(await lind.look(FAR + 2), number)["idx"] is None
    assert await berg.act("own", act="take", **key) == 200
    assert of(await lind.look(FAR + 2), number)["idx"] == berg.idx


async def test_two_members_swap_and_the_one_who_was_asked_decides(
    alm: Member, berg: Member, lind: Member
) -> None:
    given = await shift_on(lind, FAR + 3, alm.idx)
    back = await shift_on(lind, FAR + 4, berg.idx)
    key = {"day": FAR + 3, "number": given}
    ask_ = {"act": "ask", "to": berg.idx, "back": [FAR + 4, back], **key}

    assert await alm.act("own", **ask_) == 200
    assert (await berg.look(FAR + 3))["swaps"] == [
        {"day": FAR + 3, "number": given, "to": berg.idx, "back": [FAR + 4, back]}
    ]
    assert await alm.act("own", act="answer", yes=True, **key) == 410
    assert await berg.act("own", act="answer", yes=True, **key) == 200
    seen = await lind.look(FAR + 3, 2)
    assert (of(seen, given)["idx"], of(seen, back)["idx"]) == (berg.idx, alm.idx)
    assert seen["swaps"] == []


async def test_a_question_is_withdrawn_or_denied(alm: Member, berg: Member, lind: Member) -> None:
    number = await shift_on(lind, FAR + 5, alm.idx)
    key = {"day": FAR + 5, "number": number}

    for who, answer in ((alm, {"act": "withdraw"}), (berg, {"act": "answer", "yes": False})):
        assert await alm.act("own", act="ask", to=berg.idx, back=None, **key) == 200
        assert await who.act("own", **answer, **key) == 200
        seen = await lind.look(FAR + 5)
        assert (seen["swaps"], of(seen, number)["idx"]) == ([], alm.idx)


def newest(seen: dict[str, Any]) -> dict[str, Any]:
    return dict(max(seen["shifts"], key=lambda each: int(each["number"])))


async def test_what_comes_every_week_begins_changes_and_ends(lind: Member) -> None:
    day = FAR + 6
    body = {"role": 1, "idx": None}
    assert await lind.plan("add weekly", day=day, **body, **EVENING) == 200
    first = newest(await lind.look(day))
    hours = {"start": 600, "end": 660, "day": day + 7, "number": first["number"]}
    assert await lind.plan("change weekly", **body, **hours) == 200
    later = newest(await lind.look(day + 7))
    assert await lind.plan("end weekly", day=day + 14, number=later["number"]) == 200

    assert first["weekly"]
    assert (first["start"], later["start"]) == (1020, 600)
    assert of(await lind.look(day), first["number"]) == first
    numbers = {each["number"] for each in (await lind.look(day + 14))["shifts"]}
    assert not {first["number"], later["number"]} & numbers


async def test_a_holiday_is_made_and_unmade(lind: Member) -> None:
    day = FAR + 8
    assert await lind.plan("holiday", day=day, like=None, name="Julafton") == 200
    seen = await lind.look(day)

    assert seen["holidays"] == [{"day": day, "like": None, "name": "Julafton"}]
    assert seen["shifts"] == []
    assert await lind.plan("no holiday", day=day) == 200
    assert (await lind.look(day))["holidays"] == []


async def test_a_shift_is_changed_and_taken_out(alm: Member, lind: Member) -> None:
    day = FAR + 9
    number = await shift_on(lind, day, alm.idx)
    body = {"day": day, "number": number}

    assert await lind.plan("change", role=1, idx=None, start=600, end=700, **body) == 200
    assert of(await lind.look(day), number)["start"] == 600
    assert await lind.plan("cancel", **body) == 200
    assert number not in [each["number"] for each in (await lind.look(day))["shifts"]]


async def test_nobody_is_down_twice(alm: Member, lind: Member) -> None:
    await shift_on(lind, FAR + 10, alm.idx)

    assert await lind.plan("add", day=FAR + 10, role=1, idx=alm.idx, **EVENING) == 409


@pytest.mark.scenario(30, part="rota")
async def test_the_day_the_clock_is_set_says_so(lind: Member) -> None:
    odd: dict[str, int] = {}
    for first in range(SPRING, SPRING + 360, 60):
        odd |= (await lind.look(first, 60))["odd_days"]

    assert odd == {str(SPRING + 30): 23, str(SPRING + 30 + 7 * 31): 25}


@pytest.mark.parametrize("path", ["/api/rota/0/1", "/api/rota/20000/63", "/api/rota/100001/1"])
async def test_days_out_of_range_are_malformed(lind: Member, path: str) -> None:
    assert (await lind.get(path))[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"act": "add"},
        {"act": "sick", "day": FAR, "number": 1, "more": 1},
        {"act": "add", "seen": 0, "day": FAR, "start": 60, "end": 3000, "role": 1, "idx": None},
        {"act": "add", "seen": 0, "day": -1, "start": 60, "end": 90, "role": 1, "idx": None},
        {"act": "add", "seen": 0, "day": "1", "start": 60, "end": 90, "role": 1, "idx": None},
        {"act": "holiday", "seen": 0, "day": FAR, "like": 7, "name": ""},
    ],
)
async def test_what_is_no_act_is_malformed(lind: Member, body: dict[str, object]) -> None:
    assert await lind.act("plan", **body) == 400
    assert await lind.act("own", **body) == 400
