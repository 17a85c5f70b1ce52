"""`hamn demo --shift` against a running demo: the whole evening, at a quick pace."""

from __future__ import annotations

import pytest
import pytest_asyncio

from hamn.ops.demo import PLAYING
from hamn.ops.evening import read
from hamn.ops.shift import Shift
from tests.faults.crowd import service_of
from tests.services import DemoServer, demo

__all__ = ["demo"]

PACE = 0.06
"""Seconds for a minute of the shift."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(demo: DemoServer) -> list[str]:
    """The evening as it was told, line by line, without the hour."""
    lines: list[str] = []
    secrets = {person.name: person.secret for person in demo.people}
    shift = Shift(service_of(demo), read(), lines.append, PACE)
    await shift.play(secrets, PLAYING)
    return [line[7:] for line in lines]


def test_it_begins_on_duty_and_ends(told: list[str]) -> None:
    assert told[0] == "Lind, Berg, Dal go on duty."
    assert told[-1] == "The shift is over."


def test_everyone_who_comes_is_received_and_leaves(told: list[str]) -> None:
    came = [line for line in told if line.startswith("A visitor comes")]
    went = [line for line in told if line.startswith("A visitor leaves") or "waited long" in line]

    assert len(came) == len(went) == len(read().visit)
    assert "A visitor could not be received." not in told


@pytest.mark.parametrize(
    "sign", ["answers", "connection is lost", "nothing was lost", "hands over"]
)
def test_a_newcomer_sees_each_thing_happen(told: list[str], sign: str) -> None:
    assert any(sign in line for line in told)
