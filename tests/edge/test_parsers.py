"""Half a minute of input for every parser that a stranger reaches (check 56; `make fuzz` goes on).

Whatever comes is read, or refused in the one declared way. Inputs are the protocol's own vectors
with bits turned, parts left out, repeated, exchanged and grown, and noise.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hamn.app.forms import read_certificate, read_commit, read_frame, read_letter
from hamn.asc1 import certificate, code, envelope, frame, group, roster, signin, work
from hamn.asc1.bytes import Refused
from hamn.asc1.envelope import EnvelopeType
from hamn.core.words import Malformed
from hamn.edge import wire as words

SECONDS = 30.0
VECTORS = Path(__file__).parent.parent / "vectors"
PLACE = signin.WrapPlace(1, signin.Wrapped.IK, signin.Method.DIGITS, 1, bytes(8))
PARSERS: dict[str, Callable[[bytes], object]] = {
    "frame": read_frame,
    "commit": read_commit,
    "hello": lambda data: read_letter(data, EnvelopeType.HELLO),
    "join": lambda data: read_letter(data, EnvelopeType.JOIN),
    "certificate": read_certificate,
    "envelope head": envelope.parse_header,
    "frame head": frame.parse_frame_header,
    "commit parts": group.parse_commit,
    "certificate parts": certificate.parse,
    "puzzle": work.read_puzzle,
    "roster": roster.parse_roster,
    "trust": roster.parse_trust,
    "wrap": lambda data: signin.unwrap(data, bytes(32), PLACE),
    "return code": lambda data: code.read_digits(data.decode("utf-8", "replace")),
    "visitor's message": msgspec.json.Decoder(words.VisitorMessage).decode,
    "message of staff": msgspec.json.Decoder(words.StaffMessage).decode,
}
DECLARED = (Malformed, Refused, msgspec.DecodeError)


def values(of: Any) -> Iterator[bytes]:
    """Every piece of bytes in a vector file."""
    if isinstance(of, dict):
        yield json.dumps(of).encode()
        for each in of.values():
            yield from values(each)
    elif isinstance(of, list):
        for each in of:
            yield from values(each)
    elif isinstance(of, str):
        with contextlib.suppress(ValueError):
            yield bytes.fromhex(of)


SEEDS = [each for path in VECTORS.glob("*.json") for each in values(json.loads(path.read_text()))]


def changed(chance: random.Random, data: bytes) -> bytes:
    """The same with one thing done to it."""
    at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    match chance.randrange(7):
        case 0:
            return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + data[to:]
        case 3:
            return data[:to] + data[at:]
        case 4:
            return data[:at] + chance.randbytes(chance.randrange(64)) + data[at:]
        case 5:
            return data[:at] + chance.choice(SEEDS)[:4096] + data[to:]
        case _:
            return chance.randbytes(chance.randrange(700))


@pytest.mark.check(56)
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_its_input_or_refuses_it_in_the_declared_way(name: str) -> None:
    parse, chance = PARSERS[name], random.Random()
    until, tried = time.monotonic() + SECONDS / len(PARSERS), 0
    while time.monotonic() < until:
        data = chance.choice(SEEDS)
        for _ in range(chance.randrange(1, 5)):
            data = changed(chance, data)
            with contextlib.suppress(*DECLARED):
                parse(data)
            tried += 1

    assert tried > 100
