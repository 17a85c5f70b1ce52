"""Every HTTP route and every socket message, for every role and every state of a session.

The tables that say who gets through stand in `matrix.py`; one that is missing there, or in
`edge/rights.py`, fails.
"""

from __future__ import annotations

import re
import typing
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from starlette.routing import Route

from hamn.app import sign_in
from hamn.app.memory import Memory
from hamn.app.ports import Staff, World
from hamn.clock import SystemClock
from hamn.core.audit import Deed, Note
from hamn.core.permission import PERMISSIONS, Act
from hamn.core.policy import Policy
from hamn.core.words import Moment, Role
from hamn.edge import rights, wire
from hamn.edge.line import Closing, Received
from hamn.edge.permit import guarded, line_of
from hamn.edge.routes import ROUTES
from hamn.edge.staff_socket import StaffConnection
from hamn.edge.state import Audience
from hamn.entropy import SystemEntropy
from hamn.live.bell import ProcessBell
from hamn.ops.people import Person, add_with_secret, invite
from hamn.store.sqlite import SqliteStore
from tests.clock import VirtualClock
from tests.edge.matrix import EVERYONE, FRAME, HTTP, ROLES, SOCKET
from tests.edge.people import on_duty, waiting
from tests.edge.raw import ask, request
from tests.faults.crowd import service_of
from tests.services import DemoServer

DENIED = {401, 403, 410}
chance = SystemEntropy().bytes


# --- the tables are whole -------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience)
def test_every_route_has_its_right_and_its_line(audience: Audience) -> None:
    lines = sorted(line_of(route) for route in ROUTES[audience] if isinstance(route, Route))

    assert sorted(rights.HTTP[audience]) == lines
    assert sorted(HTTP[audience]) == lines


def test_every_message_has_its_right_and_its_line() -> None:
    staff, visitors = typing.get_args(wire.StaffMessage), typing.get_args(wire.VisitorMessage)

    assert set(rights.STAFF_SOCKET) == set(SOCKET) == set(staff)
    assert set(rights.VISITOR_SOCKET) == set(visitors)


def test_a_service_with_a_route_that_has_no_right_does_not_start() -> None:
    async def handler(_: object) -> None: ...

    with pytest.raises(LookupError):
        guarded([Route("/api/new", handler)], rights.HTTP[Audience.STAFF])


def test_what_a_visitor_may_do_no_role_of_staff_may_but_write() -> None:
    visitors = {cast("Act", right) for right in rights.VISITOR_SOCKET.values()}

    assert visitors <= PERMISSIONS[Role.VISITOR]
    for role in ROLES.values():
        assert visitors & PERMISSIONS[role] <= {Act.WRITE}


def test_a_number_that_is_no_role_may_nothing() -> None:
    assert set(PERMISSIONS) == set(Role)


# --- HTTP -----------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bearers(demo: DemoServer) -> AsyncIterator[dict[str, str]]:
    """One bearer token for each letter of the matrix."""
    store = SqliteStore(Path(demo.data), SystemEntropy())
    world = World(
        live=cast("Any", None),
        store=store,
        bell=ProcessBell(),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        policy=Policy(),
    )
    adviser = await on_duty(demo)
    visitor = await waiting(service_of(demo), adviser)
    try:
        found = {"V": visitor.cap.hex(), "T": await _invite(store), "N": ""}
        for letter, role in ROLES.items():
            staff = await _member(store, letter, role)
            found[letter] = (await sign_in.begin(world, staff)).hex()
        yield found | await _over(world, store)
    finally:
        await visitor.leave()
        await adviser.leave()
        store.close()


async def _invite(store: SqliteStore) -> str:
    person = Person("invited", "Invited", (Role.SUPERVISOR,))
    return await invite(store, person, SystemClock().now(), chance)


async def _member(store: SqliteStore, letter: str, role: Role) -> Staff:
    person = Person(f"walk-{letter.lower()}", letter, (role,))
    now = SystemClock().now()
    await add_with_secret(store, person, service="hamn-demo", now=now, chance=chance)
    staff = await store.staff_by_login(person.login)
    assert staff is not None
    return staff


async def _over(world: World, store: SqliteStore) -> dict[str, str]:
    """A session that ran out, and one whose member was revoked; both of someone who may all."""
    long_ago = replace(world, clock=VirtualClock(Moment(SystemClock().now() - 13 * 3600)))
    expired = await sign_in.begin(long_ago, await _member(store, "X", Role.SUPERVISOR))
    disabled = await _member(store, "D", Role.SUPERVISOR)
    token = await sign_in.begin(world, disabled)
    await store.swap_staff(disabled, replace(disabled, is_revoked=True))
    return {"X": expired.hex(), "D": token.hex()}


async def got_through(port: int, line: str, bearer: str) -> bool:
    """Whether whoever holds this token reaches the handler of a route."""
    method, path = line.split(" ")
    own = [f"Origin: http://localhost:{port}", "Content-Type: application/json"]
    if bearer:
        own.append(f"Authorization: Bearer {bearer}")
    if method != "GET":
        own.append("Content-Length: 2")
    about_one = re.search(r"{(env_id|record|case|name|idx:int|id|token)}", path) is not None
    path = path.replace("{token}", "ab" * 32).replace("{idx:int}", "65000")
    path = re.sub(r"{(env_id|record|case|id)}", "ab" * 16, path)
    path = re.sub(r"\{\w+:int\}", "1", path)
    answer = await ask(
        port, request(port, path, method, *own) + (b"{}" if method != "GET" else b"")
    )
    assert answer.status not in {0, 405, 404, 500}
    # A message or a member that is not there is gone, for whoever may ask for one.
    return answer.status not in (DENIED - {410} if about_one else DENIED)


@pytest.mark.check(19)
@pytest.mark.parametrize(
    ("audience", "line"), [(audience, line) for audience in Audience for line in HTTP[audience]]
)
async def test_who_reaches_a_route(
    demo: DemoServer, bearers: dict[str, str], audience: Audience, line: str
) -> None:
    port = demo.port + (audience is Audience.STAFF)
    if "begin" in line:  # what spends or counts is asked last
        bearers = dict(sorted(bearers.items(), key=lambda item: item[0] == "T"))

    through = {letter for letter, token in bearers.items() if await got_through(port, line, token)}

    assert through == set(HTTP[audience][line])
    assert set(bearers) == set(EVERYONE)


# --- sockets --------------------------------------------------------------------------------------


class Deaf:
    """A line to a peer, of which only refusals are kept."""

    def __init__(self) -> None:
        self.told: list[wire.Message] = []

    async def tell(self, message: wire.Message, _: bytes | None = None) -> None:
        self.told.append(message)


def connection(roles: tuple[int, ...] | None) -> tuple[StaffConnection, list[object]]:
    """A staff socket of a member with these roles (or of nobody yet), and what reached its acts."""
    reached: list[object] = []

    async def noting(note: Note) -> None:
        assert note.what == Deed.DENIED.value

    metrics = SimpleNamespace(refusal=lambda *_: None)
    world = SimpleNamespace(
        bell=ProcessBell(), memory=Memory(), clock=SystemClock(), store=SimpleNamespace(note=noting)
    )
    edge = SimpleNamespace(world=world, metrics=metrics, audience=Audience.STAFF)
    made = StaffConnection(cast("Any", edge), cast("Any", None), cast("Any", Deaf()))

    async def reach(message: object, _: bytes = b"") -> None:
        reached.append(message)

    made._acts = dict.fromkeys(made._acts, reach)
    made._auth = made._rooms.frame = reach  # type: ignore[method-assign,assignment]
    if roles is not None:
        made._staff = cast("Any", SimpleNamespace(idx=7, roles=roles))
    return made, reached


def sample(message: type[wire.Message]) -> wire.Message:
    """A message of this type; nobody looks into it."""
    fields = dict.fromkeys(message.__struct_fields__, "ab" * 16)
    return message(**fields)


async def reaches(roles: tuple[int, ...] | None, message: wire.Message | None) -> bool:
    """Whether a message, or a frame, reaches its act; nobody's socket is closed instead."""
    made, reached = connection(roles)
    is_stranger = roles is None and not isinstance(message, wire.Auth)
    with pytest.raises(Closing, match="sign in") if is_stranger else nullcontext():
        await made.take(Received(message, bytes(300)))
    return bool(reached)


@pytest.mark.check(20, part="every message of staff x every role")
@pytest.mark.parametrize("letter", [*ROLES, "N"])
async def test_who_reaches_the_act_of_a_message(letter: str) -> None:
    roles = (int(ROLES[letter]),) if letter in ROLES else None
    for message, letters in SOCKET.items():
        assert await reaches(roles, sample(message)) == (letter in letters), message
    assert await reaches(roles, None) == (letter in FRAME)


@pytest.mark.check(20, part="who holds two roles may do what either may")
async def test_two_roles_are_the_sum_of_both() -> None:
    for message, letters in SOCKET.items():
        both = (Role.MANAGER, Role.INTERPRETER)
        assert await reaches(both, sample(message)) == bool(set("MI") & set(letters)), message


async def test_an_act_that_is_refused_is_answered_like_one_about_nothing() -> None:
    made, _ = connection((Role.MANAGER,))

    await made.take(Received(sample(wire.Claim), b""))

    (told,) = cast("Deaf", made.line).told
    assert isinstance(told, wire.Refuse)
    assert (told.of, told.code) == ("claim", "gone")
