"""Ids and tokens: drawn whole from the system's generator, and without a pattern (check 17)."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hamn import entropy
from hamn.app import return_code, sign_in, work
from hamn.asc1.work import read_puzzle
from hamn.entropy import SystemEntropy
from tests.app.house import House, digest
from tests.app.test_codes import ID, enrolled, signed

SAMPLES, SIZE = 100_000, 16
SIGMA = SAMPLES**0.5 / 2
ROOT = Path(entropy.__file__).parents[2]


@dataclass
class Drawn:
    """Chance that remembers what it gave."""

    given: list[bytes] = field(default_factory=list)

    def bytes(self, count: int) -> bytes:
        self.given.append(SystemEntropy().bytes(count))
        return self.given[-1]


async def made_by(house: House) -> dict[str, bytes]:
    """One of everything that the server makes up and tells to somebody."""
    await enrolled(house)
    _, invite = await sign_in.invite(house.world, login="berg", duty_name="Berg", roles=[1])
    mailbox = await return_code.keep(
        house.world, h_id=digest(ID), h_auth=digest(ID), old=None, room=None
    )
    puzzle = read_puzzle(await work.ask(house.world, 1))
    return {
        "invite": invite,
        "nonce": sign_in.challenge(house.world),
        "token": (await signed(house)).token,
        "mailbox": mailbox,
        "puzzle": puzzle.nonce,
    }


@pytest.mark.check(17)
async def test_every_id_and_token_is_a_whole_draw_of_128_bits_or_more(house: House) -> None:
    chance = Drawn()
    house.world = replace(house.world, entropy=chance)

    for name, made in (await made_by(house)).items():
        assert len(made) >= SIZE, name
        assert made in chance.given, name
    assert len(set(chance.given)) == len(chance.given)


def lopsided(samples: Sequence[bytes]) -> set[int]:
    """The bits that are set more or less often than chance would have them, by four sigma."""
    counts = [0] * SIZE * 8
    for at in range(SIZE):
        for value, times in Counter(b"".join(samples)[at::SIZE]).items():
            for bit in range(8):
                counts[at * 8 + bit] += times * (value >> bit & 1)
    return {bit for bit, count in enumerate(counts) if abs(count - SAMPLES / 2) > 4 * SIGMA}


@pytest.mark.check(17)
def test_a_hundred_thousand_draws_repeat_nothing_and_lean_nowhere() -> None:
    """Of 128 bits one is that far off by itself in one run of a hundred; the same twice, never."""
    once, again = ([SystemEntropy().bytes(SIZE) for _ in range(SAMPLES)] for _ in range(2))

    assert len({*once, *again}) == 2 * SAMPLES
    assert len({each[:8] for each in once}) == len({each[8:] for each in once}) == SAMPLES
    assert lopsided(once) & lopsided(again) == set()


@pytest.mark.parametrize(
    "make",
    [lambda _: uuid.uuid4().bytes, lambda _: uuid.uuid1().bytes, lambda n: n.to_bytes(SIZE, "big")],
    ids=["a random UUID", "a UUID of time", "a counter"],
)
def test_ids_with_a_pattern_are_found(make: Callable[[int], bytes]) -> None:
    assert lopsided([make(n) for n in range(SAMPLES)])


@pytest.mark.check(17)
def test_chance_has_one_source_in_the_server_and_one_in_the_browser() -> None:
    servers = {path.name: path.read_text("utf-8") for path in (ROOT / "server").rglob("*.py")}
    pages = {path.name: path.read_text("utf-8") for path in (ROOT / "web" / "js").rglob("*.js")}
    of_server = re.compile(r"\buuid\b|urandom|getrandom|^import secrets", re.MULTILINE)
    of_pages = re.compile(r"Math\.random|randomUUID|getRandomValues\(new Uint8Array\((?!1\))")

    assert {name for name, text in servers.items() if of_server.search(text)} == {"entropy.py"}
    assert {name for name, text in pages.items() if of_pages.search(text)} == {"bytes.js"}
