"""Texts and help lines over HTTP: what a manager changes everyone sees, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from hamn.clock import SystemClock
from hamn.core.wall import date_of
from hamn.party.adviser import Adviser
from tests.edge.raw import ask, request
from tests.faults.crowd import service_of
from tests.services import DemoServer

TODAY = int(SystemClock().now() // 86_400)
LEAD = ("page.lead", "sv")


@dataclass(slots=True)
class Manager:
    """Lind, signed in."""

    port: int
    token: str

    async def get(self, path: str) -> Any:
        bearer = f"Authorization: Bearer {self.token}"
        answer = await ask(self.port, request(self.port, path, "GET", bearer))
        assert answer.status == 200
        return json.loads(answer.body)

    async def post(self, path: str, **body: object) -> int:
        content = json.dumps(body).encode()
        fields = (
            f"Authorization: Bearer {self.token}",
            f"Content-Length: {len(content)}",
            "Content-Type: application/json",
            f"Origin: http://localhost:{self.port}",
        )
        return (await ask(self.port, request(self.port, path, "POST", *fields) + content)).status

    async def text(self, key: str, language: str) -> dict[str, Any]:
        found = (await self.get("/api/texts"))["texts"]
        return next(each for each in found if (each["key"], each["language"]) == (key, language))

    async def line(self, line_id: str) -> dict[str, Any]:
        found = (await self.get("/api/lines"))["lines"]
        return next((each for each in found if each["id"] == line_id), {})


@pytest_asyncio.fixture(loop_scope="session")
async def lind(demo: DemoServer) -> Manager:
    person = demo.person("supervisor")
    adviser = await Adviser.arrive(service_of(demo), person.name, person.secret)
    await adviser.leave()
    return Manager(demo.port + 1, adviser.token)


async def page(demo: DemoServer, path: str) -> tuple[str, str]:
    """A page's bytes as text, and its ETag."""
    answer = await ask(demo.port, request(demo.port, path))
    assert answer.status == 200
    return answer.body.decode(), answer.headers["etag"]


async def until_said(demo: DemoServer, path: str, words: str) -> str:
    async with asyncio.timeout(60):
        while words not in (said := await page(demo, path))[0]:
            await asyncio.sleep(0.1)
    return said[1]


async def test_a_new_wording_is_on_the_same_page_for_everyone(
    demo: DemoServer, lind: Manager
) -> None:
    seen = (await lind.text(*LEAD))["version"]
    _, before = await page(demo, "/sv")
    words = "Du får vara orolig här. <b>Vi</b> lyssnar."
    assert await lind.post("/api/texts", key=LEAD[0], language="sv", seen=seen, text=words) == 200

    after = await until_said(demo, "/sv", "Du får vara orolig här. &lt;b&gt;Vi&lt;/b&gt; lyssnar.")
    assert after != before
    assert await page(demo, "/sv") == await page(demo, "/")
    assert "orolig här" not in (await page(demo, "/en"))[0]


async def test_the_second_of_two_editors_is_told_and_what_stood_can_be_read(lind: Manager) -> None:
    key, language = "desk.phrase_1a", "sv"
    seen = (await lind.text(key, language))["version"]
    answers = await asyncio.gather(
        *(
            lind.post("/api/texts", key=key, language=language, seen=seen, text=f"Hej {n}")
            for n in range(2)
        )
    )

    assert sorted(answers) == [200, 409]
    (edition,) = (await lind.get(f"/api/texts/{key}/{language}"))["editions"]
    assert (edition["by"], edition["version"]) == ("Lind", seen + 1)


@pytest.mark.parametrize(
    ("key", "text", "status"),
    [
        ("page.keep_1_until", "För alltid.", 410),
        ("page.anonymous_short", "Inte alls.", 410),
        ("page.nothing", "Ord", 410),
        ("page.lead", "   ", 400),
        ("page.lead", "Efter {days} dagar", 400),
        ("page.lead", "a" * 1001, 400),
        ("page.lead", "Uppåt\u202eväg", 400),
    ],
)
async def test_a_promise_of_the_software_is_not_edited_nor_a_form_broken(
    key: str, text: str, status: int, lind: Manager
) -> None:
    assert await lind.post("/api/texts", key=key, language="sv", seen=0, text=text) == status


async def test_a_call_sets_the_day_and_another_number_takes_it_back(
    demo: DemoServer, lind: Manager
) -> None:
    line = await lind.line("bris")
    assert (line["called"], line["due"]) == (None, True)
    assert await lind.post("/api/lines/called", id="bris", seen=line["version"]) == 200
    called = await lind.line("bris")
    assert called["due"] is False
    assert abs(called["called"] - TODAY) <= 1
    await until_said(demo, "/sv/help", date_of(called["called"]).isoformat())

    given = {name: called[name] for name in ("id", "place", "url", "for_young", "name", "about")}
    changed = {**given, "hours": {}, "phone": "116 112", "seen": called["version"]}
    assert await lind.post("/api/lines", removed=False, **changed) == 200
    assert (await lind.line("bris"))["due"] is True
    await until_said(demo, "/en/help", "116 112")


async def test_a_line_is_added_and_removed(demo: DemoServer, lind: Manager) -> None:
    new = {
        "id": "harbour",
        "place": 9,
        "phone": "010-1",
        "url": "",
        "for_young": False,
        "name": {"sv": "Hamnens vänner"},
        "about": {"sv": "Lyssnar."},
        "hours": {},
    }
    assert await lind.post("/api/lines", seen=0, removed=False, **new) == 200
    await until_said(demo, "/sv", "Hamnens vänner")
    assert await lind.post("/api/lines", seen=1, removed=True, **new) == 200
    assert await lind.line("harbour") == {}
    assert await lind.post("/api/lines/called", id="harbour", seen=2) == 410


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "javascript:alert(1)"},
        {"url": "http://example.org"},
        {"phone": "<b>1"},
        {"name": {"sv": "a" * 201}},
        {"called": 1},
    ],
    ids=str,
)
async def test_a_line_that_could_harm_or_lies_about_a_call_is_malformed(
    wrong: dict[str, object], lind: Manager
) -> None:
    line = {
        "id": "bad",
        "place": 1,
        "phone": "",
        "url": "",
        "for_young": False,
        "name": {"sv": "Namn"},
        "about": {},
        "hours": {},
    }
    assert await lind.post("/api/lines", seen=0, removed=False, **{**line, **wrong}) == 400
