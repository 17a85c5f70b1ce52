"""A centre for measuring: many advisers on duty, rooms open, frames sealed beforehand.

Everything is made with the real protocol over real sockets; only staff sign-in is shortened, by
sessions written into the records before the server starts. Limits that exist to slow one sender
down are raised in the settings, so that the machine is measured and not the limit.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.app import roster
from hamn.app.ports import SignInMethod
from hamn.asc1.bytes import sha256
from hamn.asc1.roster import parse_trust
from hamn.core.words import Hash, Idx, Moment, Role
from hamn.entropy import SystemEntropy
from hamn.ops import roots
from hamn.ops.people import Person, add
from hamn.party.adviser import Adviser
from hamn.party.service import Service, believe
from hamn.party.visitor import Visitor
from hamn.store.sqlite import SqliteStore

SERVICE = "hamn-bench"
ROOMS_EACH = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """A member of staff with a session that is open before anybody signed in."""

    login: str
    idx: int
    ik: bytes
    token: bytes


def settings_text(data: Path, port: int) -> str:
    """A settings file with the limits of a single sender out of the way."""
    return f"""
[service]
id = "{SERVICE}"
names = {{ sv = "Hamn", en = "Hamn" }}
visitor_origins = ["http://localhost:{port}"]
staff_origins = ["http://localhost:{port + 1}"]

[listen]
visitors = "127.0.0.1:{port}"
staff = "127.0.0.1:{port + 1}"
operator = "127.0.0.1:{port + 2}"

[folders]
data = "{data}"

[opening]
always = true
needs_supervisor = false

[policy]
frames_per_second = 1000000.0
frames_burst = 1000000
waiting_at_least = 1000
"""


async def found(data: Path, advisers: int) -> list[Desk]:
    """Make the data folder: trust, members, sessions, a signed roster."""
    data.mkdir(mode=0o700, parents=True)
    entropy, now = SystemEntropy(), Moment(time.time())
    root = roots.new_root(data.parent / "root.pem", entropy.bytes)
    trust_bytes = roots.compose_trust(SERVICE, [root], 1)
    (data / roots.TRUST_FILE).write_bytes(trust_bytes)
    store = SqliteStore(data, entropy)
    try:
        desks = [await _add(store, number, now) for number in range(advisers)]
        hour = int(now // 3600)
        content = await roster.draft(store, hour)
        seed = roots.read_root(data.parent / "root.pem")
        signatures = roster.sign(content, {0: seed})
        await roster.publish(store, parse_trust(trust_bytes), content, signatures, hour)
    finally:
        store.close()
    return desks


async def _add(store: SqliteStore, number: int, now: Moment) -> Desk:
    staff = await add(store, Person(f"bench{number}", f"Rad {number}", (Role.ADVISER,)), now)
    ik, token, invite = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(ik).public_key().public_bytes_raw()
    until = Moment(now + 3600)
    await store.add_invite(Hash(invite), staff.idx, until)
    enrolled = replace(staff, ed25519=public)
    await store.enrol(Hash(invite), now, enrolled, SignInMethod(2, public, b""), [])
    for opened in (sha256(token), sha256(b"life" + sha256(token))):  # as app/sign_in.py keeps it
        await store.open_session(Hash(opened), Idx(staff.idx), until)
    return Desk(staff.login, staff.idx, ik, token)


@dataclass(slots=True)
class OpenRoom:
    """A room that is open, and frames of its visitor that were sealed and not yet sent."""

    visitor: Visitor
    adviser: Adviser
    frames: list[bytes]

    @property
    def room(self) -> bytes:
        return self.visitor.member.room_id


async def open_rooms(port: int, desks: list[Desk], rooms: int, frames: int) -> list[OpenRoom]:
    """Put advisers on duty, let visitors in one after the other, seal their frames."""
    base = "http://localhost:"
    service = Service(f"{base}{port}", f"{base}{port + 1}", secrets.token_bytes, time.time)
    believed = await believe(service)
    advisers = []
    for desk in desks:
        adviser = Adviser(service, believed, desk.login, "")
        await adviser.connect()
        await adviser.enter(desk.token.hex(), desk.idx, desk.ik)
        await adviser.go_on(ROOMS_EACH)
        advisers.append(adviser)
    opened = []
    for number in range(rooms):
        visitor = Visitor(service, believed)
        await visitor.connect()
        adviser = advisers[number // ROOMS_EACH]
        await visitor.knock(to=[adviser.make_shift().certificate])
        place = visitor.member.room_id.hex()
        await adviser.news.until(partial(adviser.waiting.__contains__, place), within=60)
        await adviser.accept(place)
        await visitor.until_open()
        opened.append(OpenRoom(visitor, adviser, []))
    for each in opened:
        await each.visitor.news.until(partial(_is_settled, each.visitor))
    await asyncio.sleep(0.5)
    for each in opened:
        each.frames = sealed(each.visitor, frames)
    return opened


def _is_settled(visitor: Visitor) -> bool:
    return not visitor.member.unsettled()


def sealed(visitor: Visitor, count: int) -> list[bytes]:
    """Frames of 1068 bytes: lines of 400 letters."""
    now = int(time.time())
    return [visitor.member.say("x" * 400, now=now).frame for _ in range(count)]
