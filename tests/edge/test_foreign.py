"""Another site's page, in the browser of a member who is signed in, changes nothing (check 45).

It has the member's token here, which no other site could have: what refuses it is the gate alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from hamn.app import sign_in
from hamn.app.ports import World
from hamn.clock import SystemClock
from hamn.core.policy import Policy
from hamn.core.words import Role
from hamn.edge.rights import HTTP
from hamn.edge.state import Audience
from hamn.entropy import SystemEntropy
from hamn.live.bell import ProcessBell
from hamn.ops.people import Person, add_with_secret
from hamn.store.sqlite import SqliteStore
from tests.edge.raw import ask, handshake, request
from tests.services import DemoServer

JSON, FORM = "Content-Type: application/json", "Content-Type: application/x-www-form-urlencoded"
EVIL = "Origin: https://evil.example"
SHAPES = {
    "a form": (EVIL, FORM, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"),
    "a fetch without cors": (EVIL, "Content-Type: text/plain", "Sec-Fetch-Site: cross-site"),
    "a fetch that says it is json": (EVIL, JSON, "Sec-Fetch-Site: cross-site"),
    "a page of a sibling host": (
        "Origin: http://evil.localhost",
        JSON,
        "Sec-Fetch-Site: same-site",
    ),
    "an origin that is hidden": ("Origin: null", JSON),
    "no origin at all": (JSON,),
    "our origin, sent by another": ("Sec-Fetch-Site: cross-site", JSON),
}
CHANGING = [line for line in HTTP[Audience.STAFF] if not line.startswith("GET ")]
READING = [line for line in HTTP[Audience.STAFF] if line.startswith("GET ")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def token(demo: DemoServer) -> AsyncIterator[str]:
    """The session of a member who may do everything that any role may."""
    store, chance = SqliteStore(Path(demo.data), SystemEntropy()), SystemEntropy().bytes
    roles = tuple(role for role in Role if role is not Role.VISITOR)
    now, person = SystemClock().now(), Person("all", "All", roles)
    await add_with_secret(store, person, service="hamn-demo", now=now, chance=chance)
    staff = await store.staff_by_login("all")
    assert staff is not None
    parts = (cast("Any", None), store, ProcessBell(), SystemClock(), SystemEntropy(), Policy())
    yield (await sign_in.begin(World(*parts), staff)).hex()
    store.close()


def state(server: DemoServer) -> list[str]:
    """Everything in the records but how long sessions last."""
    with sqlite3.connect(Path(server.data) / "records.db") as db:
        lines = [line for line in db.iterdump() if 'INTO "session"' not in line]
    db.close()
    return lines


def filled(line: str) -> tuple[str, str]:
    """Method and path of a route, about something that is there."""
    method, path = line.split(" ")
    for name in ("{idx:int}", "{n:int}", "{first:int}", "{days:int}", "{seq:int}"):
        path = path.replace(name, "1")
    return method, path.replace("{env_id}", "ab" * 16)


@pytest.mark.check(45)
@pytest.mark.parametrize("line", CHANGING)
async def test_no_other_site_changes_anything(demo: DemoServer, token: str, line: str) -> None:
    port, (method, path) = demo.port + 1, filled(line)
    before = state(demo)
    for shape, fields in SHAPES.items():
        own = [f"Origin: http://localhost:{port}"] if shape.startswith("our origin") else []
        told = (f"Authorization: Bearer {token}", "Content-Length: 2", *own, *fields)
        answer = await ask(port, request(port, path, method, *told) + b"{}")
        assert answer.status == 403, shape
    image = await ask(port, request(port, path, "GET", f"Authorization: Bearer {token}"))

    assert image.status in {200, 400, 404, 405, 410}
    assert state(demo) == before


@pytest.mark.check(45, part="reading changes nothing")
async def test_reading_changes_nothing(demo: DemoServer, token: str) -> None:
    port, before = demo.port + 1, state(demo)
    for line in READING:
        method, path = filled(line)
        answer = await ask(port, request(port, path, method, f"Authorization: Bearer {token}"))
        assert answer.status < 500, line

    assert state(demo) == before


@pytest.mark.check(45, part="signing out, and all else that goes over the socket")
@pytest.mark.parametrize("origin", [EVIL, "Origin: null", "Origin: http://evil.localhost"])
async def test_no_other_site_gets_a_socket_to_sign_anybody_out(
    demo: DemoServer, origin: str
) -> None:
    answer = await ask(demo.port + 1, handshake(demo.port + 1, "/ws/staff", origin))

    assert answer.status == 403
