"""Five hundred forged tokens, on sockets and over HTTP: one answer, nothing learnt (check 18)."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from statistics import median

import pytest
import pytest_asyncio

from hamn.party.adviser import Adviser, Desk
from hamn.party.visitor import Visitor
from tests.edge.people import on_duty, paired, parted, socket_of, waiting, whole_answer
from tests.edge.raw import exchange, request
from tests.edge.raw_frames import faults
from tests.faults.crowd import service_of
from tests.services import DemoServer

TRIES, TIMED = 500, 300


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody who talks, somebody who waits, and whoever tries to be them."""

    server: DemoServer
    adviser: Adviser
    talking: Visitor
    desk: Desk
    waiting: Visitor
    ended_cap: bytes

    def forged(self, number: int) -> object:
        """The number-th token that is not right for anybody's room."""
        right, own = self.talking.cap, self.waiting.cap
        bit = secrets.randbelow(256)
        flipped = (int.from_bytes(right, "big") ^ 1 << bit).to_bytes(32, "big")
        kinds: tuple[object, ...] = (
            secrets.token_hex(32),
            flipped.hex(),
            own.hex(),
            self.ended_cap.hex(),
            self.adviser.token,
            bytes(32).hex(),
            right.hex()[: secrets.randbelow(64)],
            right.hex() + "00",
            "",
            [],
            [right.hex()],
            {"cap": right.hex()},
            None,
            True,
            secrets.randbits(64),
        )
        return kinds[number % len(kinds)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(demo: DemoServer) -> AsyncIterator[Scene]:
    adviser = await on_duty(demo)
    ended, desk = await paired(demo, adviser, "127.44.5.20")
    await parted(ended, adviser, desk)
    talking, desk = await paired(demo, adviser, "127.44.5.21")
    waits = await waiting(service_of(demo, "127.44.5.22"), adviser)
    yield Scene(demo, adviser, talking, desk, waits, ended.cap)
    await waits.end()
    await parted(talking, adviser, desk)
    await adviser.leave()
    assert await faults(demo.port + 2) == 0


async def resumed(scene: Scene, room: str, cap: object) -> str:
    """All that a stranger is told who names a room and shows a token."""
    async with socket_of(scene.server) as wire:
        await wire.tell("resume", room=room, cap=cap, pos=0, store=scene.talking.store)
        return await whole_answer(wire)


async def signed_in(scene: Scene, token: object) -> str:
    async with socket_of(scene.server, staff=True) as wire:
        await wire.tell("auth", token=token)
        return await whole_answer(wire)


def is_well_formed(token: object) -> bool:
    return isinstance(token, str) and len(token) == 64


@pytest.mark.check(18)
async def test_five_hundred_forged_tokens_have_the_answer_of_what_never_was(scene: Scene) -> None:
    never = await resumed(scene, "5a" * 16, secrets.token_hex(32))
    rooms = [each.member.room_id.hex() for each in (scene.talking, scene.waiting)]
    for number in range(TRIES):
        token, room = scene.forged(number), rooms[number // 15 % 2]
        if token == scene.waiting.cap.hex():
            room = rooms[0]
        answer = await resumed(scene, room, token)
        assert answer == (never if is_well_formed(token) else "4400"), number

    assert '"code": "gone"' in never
    assert scene.waiting.place == (1, None)
    assert scene.talking.party is not None
    assert scene.talking.party.heard.closed is None


@pytest.mark.check(18)
async def test_every_forged_token_of_staff_ends_with_one_code(scene: Scene) -> None:
    for number in range(90):
        token = scene.forged(number)
        if token in (scene.adviser.token, None):  # theirs, or the beginning of a sign-in
            continue
        assert await signed_in(scene, token) == ("4401" if is_well_formed(token) else "4400")


@pytest.mark.check(18)
async def test_every_forged_bearer_has_one_answer_byte_for_byte(scene: Scene) -> None:
    port, found = scene.server.port + 1, set()
    for number in range(90):
        token = scene.forged(number)
        if token != scene.adviser.token:
            field = f"Authorization: Bearer {token}"
            found.add(await exchange(port, request(port, "/api/me", "GET", field)))

    assert len(found) == 1
    assert found.pop().startswith(b"HTTP/1.1 401 ")


@pytest.mark.check(18, part="the difference in time is measured, docs/figures.md states it")
async def test_a_room_that_is_there_answers_as_one_that_is_not(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    rooms, cap = (scene.talking.member.room_id.hex(), "5a" * 16), secrets.token_hex(32)
    took: dict[str, list[float]] = {room: [] for room in rooms}
    answers = set()
    for number in range(2 * TIMED):
        began = time.perf_counter()
        answers.add(await resumed(scene, rooms[number % 2], cap))
        took[rooms[number % 2]].append(time.perf_counter() - began)

    there, nowhere = (1000 * median(took[room]) for room in rooms)
    record_property("difference_ms", there - nowhere)
    assert len(answers) == 1
