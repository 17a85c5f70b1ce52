"""Enrolment by invite and further ways to sign in, over HTTP as the staff's pages ask."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.app.ports import Staff
from hamn.asc1 import signin
from hamn.asc1.signin import Method
from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops.people import Person, invite
from hamn.party.adviser import Adviser
from hamn.party.service import Service
from hamn.store.sqlite import SqliteStore
from tests.edge.raw import Answer, ask, request
from tests.services import DemoServer

chance = SystemEntropy().bytes


@dataclass(frozen=True, slots=True)
class Api:
    """The staff's address, as its own pages use it."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    async def post(self, path: str, token: str, body: object, *fields: str) -> Answer:
        content = json.dumps(body).encode()
        given = fields or ("Content-Type: application/json",)
        own = (f"Origin: {self.origin}", "Sec-Fetch-Site: same-origin")
        bearer = f"Authorization: Bearer {token}"
        length = f"Content-Length: {len(content)}"
        return await ask(
            self.port, request(self.port, path, "POST", bearer, length, *own, *given) + content
        )

    async def get(self, path: str, token: str) -> Answer:
        return await ask(
            self.port, request(self.port, path, "GET", f"Authorization: Bearer {token}")
        )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone with an invite, and the keys their browser would make."""

    login: str
    root: bytes
    ik: bytes

    def enrolment(self, nonce: str, origin: str) -> dict[str, Any]:
        challenge = signin.challenge(
            origin,
            self.login,
            Method.DIGITS,
            nonce=bytes.fromhex(nonce),
            issued=int(SystemClock().now() // 60),
        )
        key = Ed25519PrivateKey.from_private_bytes(self.ik)
        return {
            "method": 2,
            "public_key": signin.auth_public(self.root, Method.DIGITS).hex(),
            "credential": "",
            "ed25519": key.public_key().public_bytes_raw().hex(),
            "wraps": [self.wrap(1, 2), self.wrap(2, 0)],
            "nonce": nonce,
            "origin_hash": challenge.origin_hash.hex(),
            "issued": challenge.issued,
            "auth_sig": signin.sign(challenge, self.root).hex(),
            "ik_sig": key.sign(signin.signed_bytes(challenge)).hex(),
        }

    @staticmethod
    def wrap(what: int, method: int) -> dict[str, Any]:
        return {"what": what, "method": method, "version": 1, "kid": "00" * 8, "data": "ab" * 60}


@pytest.fixture
def store(demo: DemoServer) -> Iterator[SqliteStore]:
    """The records of the running service, as a command beside it opens them."""
    opened = SqliteStore(Path(demo.data), SystemEntropy())
    yield opened
    opened.close()


async def invited(store: SqliteStore, login: str) -> str:
    person = Person(login, login.capitalize(), (Role.ADVISER,))
    return await invite(store, person, SystemClock().now(), chance)


async def member(store: SqliteStore, login: str) -> Staff:
    staff = await store.staff_by_login(login)
    assert staff is not None
    return staff


async def test_an_invite_is_spent_once_and_its_keys_are_kept(
    demo: DemoServer, store: SqliteStore
) -> None:
    api, token = Api(demo.port + 1), await invited(store, "hav")
    begun = json.loads((await api.post("/api/enrol/begin", token, {})).body)
    newcomer = Newcomer("hav", chance(32), chance(32))
    body = newcomer.enrolment(begun["nonce"], api.origin)

    enrolled = await api.post("/api/enrol", token, body)
    again = await api.post("/api/enrol", token, body)

    assert (begun["login"], begun["duty_name"], begun["roles"]) == ("hav", "Hav", [1])
    assert enrolled.status == 200
    assert again.status == 410
    assert (await member(store, "hav")).ed25519.hex() == body["ed25519"]
    assert len(await store.wraps((await member(store, "hav")).idx)) == 2


@pytest.mark.parametrize("name", ["auth_sig", "ik_sig", "nonce", "origin_hash", "issued"])
async def test_keys_that_nobody_holds_are_refused(
    demo: DemoServer, store: SqliteStore, name: str
) -> None:
    login = f"gran-{name}".replace("_", "-")
    api, token = Api(demo.port + 1), await invited(store, login)
    begun = json.loads((await api.post("/api/enrol/begin", token, {})).body)
    body = Newcomer(login, chance(32), chance(32)).enrolment(begun["nonce"], api.origin)
    wrong = body[name] - 9 if name == "issued" else chance(len(body[name]) // 2).hex()

    assert (await api.post("/api/enrol", token, {**body, name: wrong})).status == 403
    assert (await member(store, login)).ed25519 == b""


async def test_a_token_nobody_was_given_opens_nothing(demo: DemoServer) -> None:
    api = Api(demo.port + 1)

    assert (await api.post("/api/enrol/begin", "0" * 64, {})).status == 410
    assert (await api.post("/api/enrol/begin", "short", {})).status == 401
    assert (await api.get("/api/me", "0" * 64)).status == 401


@pytest.mark.check(47, part="enrolment")
@pytest.mark.parametrize("wrong", [None, [], {}, True, "x", -1, 2**70, 1.5, "00" * 4000, [{}] * 99])
@pytest.mark.parametrize("name", ["method", "public_key", "credential", "wraps", "nonce", "issued"])
async def test_another_type_in_a_field_is_a_malformed_request(
    demo: DemoServer, store: SqliteStore, name: str, wrong: object
) -> None:
    api = Api(demo.port + 1)
    body = Newcomer("x", chance(32), chance(32)).enrolment("00" * 32, api.origin)
    if name == "wraps" and wrong == []:
        wrong = [[]]

    token = await invited(store, f"x{secrets.token_hex(4)}")
    answer = await api.post("/api/enrol", token, {**body, name: wrong})

    assert answer.status == 400
    assert answer.body == b"The request is malformed.\n"


async def test_a_body_must_be_json_of_the_known_form(demo: DemoServer, store: SqliteStore) -> None:
    api, token = Api(demo.port + 1), await invited(store, "asp")

    form = await api.post("/api/enrol/begin", token, {}, "Content-Type: text/plain")
    extra = await api.post("/api/enrol/begin", token, {"extra": 1})

    assert (form.status, extra.status) == (415, 400)


async def test_a_member_adds_a_way_to_sign_in_with_one_that_stands(
    demo: DemoServer, store: SqliteStore
) -> None:
    api, alm = Api(demo.port + 1), demo.person("adviser", 0)
    token = await signed_in(demo, alm.name, alm.secret)
    me = json.loads((await api.get("/api/me", token)).body)
    nonce = json.loads((await api.post("/api/challenge", token, {})).body)["nonce"]
    root = signin.root_from_digits(alm.secret, service=me["service"], name=alm.name)
    challenge = signin.challenge(
        api.origin,
        alm.name,
        Method.DIGITS,
        nonce=bytes.fromhex(nonce),
        issued=int(SystemClock().now() // 60),
    )
    body = {
        "by": 2,
        "nonce": nonce,
        "origin_hash": challenge.origin_hash.hex(),
        "issued": challenge.issued,
        "sig": signin.sign(challenge, root).hex(),
        "method": 1,
        "public_key": signin.auth_public(chance(32), Method.PASSKEY).hex(),
        "credential": "c0ffee",
        "wraps": [Newcomer.wrap(1, 1)],
    }
    forged = signin.sign(replace(challenge, nonce=chance(32)), root).hex()

    assert (await api.post("/api/method", token, {**body, "sig": forged})).status == 410
    body["nonce"] = json.loads((await api.post("/api/challenge", token, {})).body)["nonce"]
    fresh = replace(challenge, nonce=bytes.fromhex(str(body["nonce"])))
    body["sig"] = signin.sign(fresh, root).hex()
    assert (await api.post("/api/method", token, body)).status == 200
    ways = json.loads((await api.get("/api/me", token)).body)["methods"]
    assert {"method": 1, "credential": "c0ffee"} in ways
    assert {"method": 2, "credential": ""} in ways


async def signed_in(demo: DemoServer, login: str, secret: str) -> str:
    service = Service(demo.visitor_url, demo.staff_url, chance, SystemClock().now)
    adviser = await Adviser.arrive(service, login, secret)
    return str(adviser.token)
