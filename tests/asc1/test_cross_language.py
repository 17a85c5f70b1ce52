"""Both implementations side by side (T3): each opens what the other seals, in all four directions.

The two peers are driven over pipes by the commands of peer.md; what one makes, both must make
byte for byte, and what is changed on the way, both must refuse.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.asc1.test_more_vectors import VECTORS

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
CHANGED = {"open": "envelope", "open_commit": "commit", "open_frame": "frame", "unwrap": "wrap"}


class Peer:
    """A process that answers JSON lines."""

    def __init__(self, *command: str) -> None:
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def ask(self, ask: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(ask) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def peers() -> Iterator[dict[str, Peer]]:
    assert NODE is not None, "Node comes with the development requirements"
    started = {
        "python": Peer(sys.executable, "tests/asc1/peer.py"),
        "javascript": Peer(NODE, "tests/js/peer.mjs"),
    }
    yield started
    for peer in started.values():
        peer.close()


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the reason of its refusal."""
    return {key: value for key, value in answer.items() if key != "error"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["about"])
@pytest.mark.parametrize("language", ["python", "javascript"])
def test_both_languages_know_every_answer(
    peers: dict[str, Peer], language: str, vector: dict[str, Any]
) -> None:
    answer = told(peers[language].ask(vector["ask"]))

    assert {key: answer.get(key) for key in vector["answer"]} == vector["answer"]


DIRECTIONS = [
    (sealer, opener) for sealer in ("python", "javascript") for opener in ("python", "javascript")
]


def key(number: int) -> str:
    return bytes([number]).hex() * 32


@pytest.mark.parametrize(("sealer", "opener"), DIRECTIONS)
def test_an_envelope_sealed_in_one_opens_in_the_other(
    peers: dict[str, Peer], sealer: str, opener: str
) -> None:
    to = peers[opener].ask({"cmd": "public", "private": key(2)})["public"]
    body = {"cmd": "box_body", "r": "", "text": "Å, vad skönt att du skrev. 🙂"}
    sealed = peers[sealer].ask(
        {
            "cmd": "seal",
            "type": 2,
            "env_id": key(9)[:32],
            "expiry": 500_000,
            "to": [to],
            "sender": "",
            "cek": key(11),
            "ephemerals": [key(12)],
            "body": peers[sealer].ask(body)["body"],
        }
    )["envelope"]

    ask = {"cmd": "open", "envelope": sealed, "type": 2, "private": key(2), "hour": 499_999}
    opened = peers[opener].ask(ask)
    read = peers[opener].ask({"cmd": "read_box_body", "body": opened["body"]})

    assert read["text"] == body["text"]


@pytest.mark.parametrize(("sealer", "opener"), DIRECTIONS)
@pytest.mark.parametrize("note", ["Kort.", "Å" * 12_000], ids=["small", "large"])
def test_a_case_record_sealed_in_one_is_read_in_the_other(
    peers: dict[str, Peer], sealer: str, opener: str, note: str
) -> None:
    by, other = peers[sealer], peers[opener]
    pub = by.ask({"cmd": "public", "private": key(7)})["public"]
    claim = {"idx": 4, "role": 4, "kind": 4, "not_before": 499_000, "not_after": 501_880}
    made = {"cmd": "certificate", "seed": key(1), "roster": key(3), "pub": pub, **claim}
    fields = {"v": 1, "holds": "sheet", "rows": {"p01_trusted_adult": {"note": note}}}
    record = {"cmd": "record_body", "issued": 499_900, "fields": fields}
    body = by.ask({**record, "certificate": by.ask(made)["certificate"]})["body"]
    asked = {"cmd": "seal", "type": 9, "env_id": key(9)[:32], "expiry": 508_000, "body": body}
    to = other.ask({"cmd": "public", "private": key(2)})["public"]
    keys = {"to": [to], "sender": key(7), "cek": key(11), "ephemerals": [key(12)]}
    sealed = by.ask({**asked, **keys})["envelope"]
    assert len(sealed) // 2 == 28 + 32 + 88 + 32 + 16 + (256 if len(note) < 9 else 65_536)

    ask = {"cmd": "open", "envelope": sealed, "type": 9, "private": key(2), "hour": 509_000}
    opened = other.ask(ask)
    read = {"cmd": "read_record_body", "body": opened["body"], "sender": opened["sender"]}

    assert told(other.ask(read)) == {"ok": True, "issued": 499_900, "fields": fields}
    assert other.ask({**ask, "private": key(5)})["ok"] is False


@pytest.mark.parametrize(("sealer", "opener"), DIRECTIONS)
def test_a_room_committed_in_one_is_entered_in_the_other(
    peers: dict[str, Peer], sealer: str, opener: str
) -> None:
    one, other = peers[sealer], peers[opener]
    publics = {n: other.ask({"cmd": "public", "private": key(n)})["public"] for n in (1, 2, 3)}
    listed = {
        "cmd": "context",
        "room": key(9)[:32],
        "epoch": 1,
        "roster": key(10),
        "prev_confirm": "",
        "slots": [
            {"slot": 0, "role": 0, "leaf": publics[1], "cert": key(11)},
            {"slot": 1, "role": 1, "leaf": publics[3], "cert": key(12)},
        ],
    }
    context = one.ask(listed)["context"]
    commit = one.ask(
        {
            "cmd": "commit",
            "context": context,
            "committer": 1,
            "seed": key(13),
            "senders": {"0": key(2)},
            "ephemerals": {"0": key(14)},
            "member_key": "",
        }
    )["commit"]

    entered = other.ask(
        {
            "cmd": "open_commit",
            "commit": commit,
            "slot": 0,
            "leaf": key(1),
            "sender": publics[2],
            "member_key": "",
        }
    )
    keys = other.ask({"cmd": "keys", "seed": entered["seed"], "context": context})
    frame = one.ask(
        {
            "cmd": "frame",
            "type": 16,
            "slot": 1,
            "room": key(9)[:32],
            "epoch": 1,
            "seq": 2,
            "chain": one.ask({"cmd": "keys", "seed": key(13), "context": context})["chains"]["1"],
            "confirm_tag": entered["confirm_tag"],
            "kind": 1,
            "minutes": 29_000_000,
            "msg_id": key(15)[:32],
            "last_slot": 255,
            "last_seq": 0,
            "body": "välkommen".encode().hex(),
        }
    )["frame"]
    read = other.ask(
        {
            "cmd": "open_frame",
            "frame": frame,
            "chain": keys["chains"]["1"],
            "confirm_tag": keys["confirm_tag"],
        }
    )

    assert entered["context"] == context
    assert bytes.fromhex(read["body"]).decode() == "välkommen"


@pytest.mark.parametrize("language", ["python", "javascript"])
@pytest.mark.parametrize(
    "vector",
    [
        each
        for each in VECTORS
        if each["ask"]["cmd"] in CHANGED
        and each["answer"]["ok"]
        # A joiner was not in the epoch before: it cannot check what stands there for others.
        and each["ask"].get("slot", 0) == 0
    ],
    ids=lambda vector: vector["about"],
)
def test_a_changed_bit_is_refused_in_both(
    peers: dict[str, Peer], language: str, vector: dict[str, Any]
) -> None:
    name = CHANGED[vector["ask"]["cmd"]]
    sealed = bytes.fromhex(vector["ask"][name])

    for place in range(0, len(sealed), max(1, len(sealed) // 7)):
        wrong = sealed[:place] + bytes([sealed[place] ^ 0x10]) + sealed[place + 1 :]
        answer = peers[language].ask(vector["ask"] | {name: wrong.hex()})
        assert answer["ok"] is False
