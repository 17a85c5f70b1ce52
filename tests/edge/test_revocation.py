"""What is decided about a member acts at once: their socket ends, no frame passes, no way back in.

And a session ends by itself, also on a socket that answers every ping.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from hamn.asc1 import signin
from hamn.asc1.signin import Method
from hamn.clock import SystemClock
from hamn.core.words import Moment, Role
from hamn.edge.staff_socket import HEARD_EVERY, StaffConnection
from hamn.ops.people import Person
from hamn.party.adviser import Adviser
from hamn.party.service import Service
from tests.clock import VirtualClock
from tests.edge.inside import InsideServer
from tests.edge.people import answer, employed, on_duty, paired, socket_of, taped
from tests.edge.test_http_enrol import Api, Newcomer
from tests.faults.crowd import service_of
from tests.services import DemoServer

AT_ONCE = 2.0
"""By itself, a socket would notice at its next beat; check 26 wants it within two seconds."""


async def by_supervisor(server: DemoServer, path: str, idx: int, body: object) -> dict[str, str]:
    """What a supervisor asks of /api/staff, and is answered."""
    lind = server.person("supervisor")
    supervisor = await Adviser.arrive(service_of(server), lind.name, lind.secret)
    told = await Api(server.port + 1).post(f"/api/staff/{idx}/{path}", supervisor.token, body)
    await supervisor.leave()
    assert told.status == 200, told
    found: dict[str, str] = json.loads(told.body)
    return found


async def signed(server: DemoServer, member: Adviser, **more: object) -> dict[str, object]:
    """A fresh challenge, signed with the member's digits."""
    api = Api(server.port + 1)
    nonce = json.loads((await api.post("/api/challenge", member.token, {})).body)["nonce"]
    root = signin.root_from_digits(member._digits, service="hamn-demo", name=member.login)
    issued = int(SystemClock().now() // 60)
    challenge = signin.challenge(
        api.origin, member.login, Method.DIGITS, nonce=bytes.fromhex(nonce), issued=issued
    )
    sig = signin.sign(challenge, root).hex()
    front = {"by": 2, "nonce": nonce, "origin_hash": challenge.origin_hash.hex()}
    return {**front, "issued": issued, "sig": sig, "method": 1, **more}


async def drop_passkey(server: DemoServer, member: Adviser) -> None:
    """The member has a passkey, and takes it away again."""
    api = Api(server.port + 1)
    public = signin.auth_public(secrets.token_bytes(32), Method.PASSKEY).hex()
    new = {"public_key": public, "credential": "", "wraps": [Newcomer.wrap(1, 1)]}
    body = await signed(server, member, **new)
    assert (await api.post("/api/method", member.token, body)).status == 200
    body = await signed(server, member)
    assert (await api.post("/api/method/drop", member.token, body)).status == 200


async def sign_out(server: DemoServer, member: Adviser) -> None:
    del server
    await member.wire.tell("out")
    await member.news.until(lambda: member.closed_with is not None, AT_ONCE)


Way = Callable[[DemoServer, Adviser], Awaitable[object]]
WAYS: dict[str, Way] = {
    "revoked": lambda server, member: by_supervisor(server, "revoke", member.idx, {}),
    "keys lost": lambda server, member: by_supervisor(server, "again", member.idx, {}),
    "other roles": lambda server, member: by_supervisor(
        server, "roles", member.idx, {"roles": [1, 4], "seen": [1]}
    ),
    "no longer in rooms": lambda server, member: by_supervisor(
        server, "roles", member.idx, {"roles": [256], "seen": [1]}
    ),
    "a way to sign in taken away": drop_passkey,
    "signed out": sign_out,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def members(demo: DemoServer) -> dict[str, tuple[str, str]]:
    """An adviser for each way; login and secret."""
    people = [Person(f"leaver-{at}", f"Leaver {at}", (Role.ADVISER,)) for at in range(len(WAYS))]
    found = await employed(demo, *people)
    logins = [(each.login, secret) for each, secret in zip(people, found, strict=True)]
    return dict(zip(WAYS, logins, strict=True))


@pytest.mark.check(26)
@pytest.mark.parametrize("way", WAYS)
async def test_what_is_decided_ends_the_socket_and_no_frame_follows(
    demo: DemoServer, members: dict[str, tuple[str, str]], way: str
) -> None:
    member = await Adviser.arrive(service_of(demo, "127.44.6.1"), *members[way])
    await member.go_on(2)
    visitor, _ = await paired(demo, member, "127.44.6.2")
    assert visitor.party is not None
    with taped() as tape:
        await WAYS[way](demo, member)
        decided, after = time.monotonic(), len(tape.told_to(member.wire))
        writing = asyncio.ensure_future(visitor.party.say("efter"))
        await member.news.until(lambda: member.closed_with is not None, AT_ONCE)
        told = tape.told_to(member.wire)[after:]

    assert time.monotonic() - decided < AT_ONCE < HEARD_EVERY
    assert member.closed_with == 4401
    assert [each for each in told if each.name == "put"] == []
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=member.token)
        assert await answer(wire) == "4401"
    assert (await Api(demo.port + 1).get("/api/me", member.token)).status == 401
    writing.cancel()
    await visitor.leave()


@pytest.mark.check(27)
async def test_nobody_touches_another_members_ways_to_sign_in(demo: DemoServer) -> None:
    api = Api(demo.port + 1)
    alm, berg = await on_duty(demo), await on_duty(demo, place=1)
    new = {"public_key": "ab" * 32, "credential": "", "wraps": [Newcomer.wrap(1, 1)]}
    others = await signed(demo, berg, **new)

    for body in (
        others,  # signed by another
        {**await signed(demo, alm, **new), "sig": "00" * 64},
        {**await signed(demo, alm, **new), "login": berg.login},
        {**await signed(demo, alm, **new), "idx": berg.idx},
    ):
        for path in ("/api/method", "/api/method/drop"):
            assert (await api.post(path, alm.token, body)).status in {400, 410}
    for path in (f"/api/method/{berg.idx}", f"/api/staff/{berg.idx}/method"):
        assert (await api.post(path, alm.token, others)).status == 404
    for each in (alm, berg):
        ways = json.loads((await api.get("/api/me", each.token)).body)["methods"]
        assert [way["method"] for way in ways] == [2]
        await each.leave()


@pytest.mark.check(27, part="the last way to sign in, and one of a kind")
async def test_a_member_keeps_a_way_to_sign_in(demo: DemoServer) -> None:
    api, dal = Api(demo.port + 1), demo.person("adviser", 2)
    member = await Adviser.arrive(service_of(demo), dal.name, dal.secret)
    new = {"public_key": "ab" * 32, "credential": "", "wraps": [Newcomer.wrap(1, 2)]}

    last = await api.post("/api/method/drop", member.token, await signed(demo, member, method=2))
    twice = await api.post("/api/method", member.token, await signed(demo, member, method=2, **new))

    assert (last.status, twice.status) == (410, 409)
    await member.leave()


async def test_nobody_decides_about_themselves_or_by_what_is_no_longer_so(demo: DemoServer) -> None:
    api, lind = Api(demo.port + 1), demo.person("supervisor")
    supervisor = await Adviser.arrive(service_of(demo), lind.name, lind.secret)
    token, own = supervisor.token, supervisor.idx

    for path in ("revoke", "again", "invite"):
        assert (await api.post(f"/api/staff/{own}/{path}", token, {})).status == 410
        assert (await api.post(f"/api/staff/65000/{path}", token, {})).status == 410
    stale = {"roles": [2], "seen": [4]}
    assert (await api.post("/api/staff/1/roles", token, stale)).status == 409
    assert (await api.post("/api/staff/1/roles", token, {"roles": [9], "seen": [1]})).status == 400
    assert supervisor.closed_with is None
    await supervisor.leave()


# --- how long a session lasts ---------------------------------------------------------------------


async def later(clock: VirtualClock, member: Adviser, minutes: int) -> None:
    """Minutes pass, one after the other, while the socket answers every ping."""
    for _ in range(minutes):
        clock.advance(60)
        if member.closed_with is None:
            await (await member.wire._connection.ping())
        await asyncio.sleep(0.15)


@pytest.mark.check(28)
async def test_a_session_ends_idle_or_old_on_a_socket_that_answers_pings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StaffConnection, "beat", 0.1)
    clock = VirtualClock(Moment(time.time()))
    async with InsideServer.serving(tmp_path, {}, {}, clock=clock) as server:
        service = Service(server.visitor_url, server.staff_url, secrets.token_bytes, clock.now)
        alm, berg = server.person("adviser", 0), server.person("adviser", 1)
        idle = await Adviser.arrive(service, alm.name, alm.secret)
        busy = await Adviser.arrive(service, berg.name, berg.secret)
        await busy.go_on()

        await later(clock, idle, 24)
        assert idle.closed_with is None
        await later(clock, idle, 7)
        await idle.news.until(lambda: idle.closed_with is not None, AT_ONCE)
        assert [idle.closed_with, busy.closed_with] == [4401, None]

        clock.advance(11 * 3600 + 35 * 60)
        await busy.news.until(lambda: busy.closed_with is not None, AT_ONCE)
        assert busy.closed_with == 4401


# --- guessing -------------------------------------------------------------------------------------


async def wrong(server: DemoServer, login: str, within: float = 30.0) -> str | None:
    """A wrong answer to a challenge; what comes within that time, or None."""
    async with socket_of(server, staff=True) as wire:
        await wire.tell("auth", name=login)
        assert await answer(wire) == "nonce"
        issued = int(time.time() // 60)
        fields = {"origin_hash": "00" * 32, "method": 2, "issued": issued, "sig": "00" * 64}
        await wire.tell("auth", **fields)
        try:
            async with asyncio.timeout(within):
                return await answer(wire)
        except TimeoutError:
            return None


@pytest.mark.check(29)
async def test_guessing_is_slowed_also_after_a_kill_and_locks_nobody_out(tmp_path: Path) -> None:
    async with DemoServer.in_folder(tmp_path) as server:
        alm, berg = server.person("adviser", 0), server.person("adviser", 1)
        for _ in range(10):
            assert await wrong(server, alm.name) == "gone"
        assert await wrong(server, alm.name, 1.0) is None

        await server.restart()

        assert await wrong(server, alm.name, 1.0) is None
        assert await wrong(server, berg.name) == "gone"
        for each in (alm, berg):
            async with asyncio.timeout(60):
                member = await Adviser.arrive(service_of(server), each.name, each.secret)
            await member.leave()
