"""The vectors of `asc1_more.json`: each is a command of peer.md and the answer it must get (T2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.asc1 import peer

FILE = Path(__file__).parent.parent / "vectors" / "asc1_more.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["about"])
def test_the_answer_is_the_known_one(vector: dict[str, Any]) -> None:
    answer = peer.answer(vector["ask"])

    assert {key: answer[key] for key in vector["answer"]} == vector["answer"]


def test_every_command_of_the_peers_has_a_vector() -> None:
    assert {vector["ask"]["cmd"] for vector in VECTORS} == set(peer.COMMANDS)
