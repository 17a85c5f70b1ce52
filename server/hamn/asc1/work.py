"""Proof of work without identity: a puzzle the server can make and forget (section 12).

The server keeps only the nonces of puzzles already answered, until they expire; that memory is
the caller's. Everything else stands in the challenge under the server's own MAC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from hamn.asc1.bytes import (
    Chance,
    Form,
    Malformed,
    Reader,
    Refused,
    mac,
    same,
    sha256,
    u8,
    u16,
    u32,
)

COST = 5_000
QUIET, NORMAL, UNDER_ATTACK = 0, 200, 5_000
PUZZLE_SIZE = 27
CHALLENGE_SIZE = PUZZLE_SIZE + 32 + 32
ANSWER_SIZE = 32


class Purpose(IntEnum):
    """What the work is for."""

    CHAT = 1
    BOX = 2
    CODE = 3
    INQUIRY = 4


class WorkRefusal(StrEnum):
    """Why an answer is refused, in the order of the checks; the peer gets one answer for all."""

    LENGTH = "length"
    MAC = "not our puzzle"
    PURPOSE = "another purpose"
    EXPIRED = "expired"
    USED = "used before"
    ANSWER = "wrong answer"


@dataclass(frozen=True, slots=True)
class Puzzle:
    """The clear part of a challenge."""

    nonce: bytes
    cost: int
    candidates: int
    expires: int
    purpose: Purpose


def make(
    work_key: bytes,
    purpose: Purpose,
    chance: Chance,
    *,
    candidates: int,
    expires: int,
    cost: int = COST,
) -> bytes:
    """A challenge: the answer is one of `candidates` + 1 keys, each `cost` rounds away."""
    puzzle = chance(16) + u32(cost) + u16(candidates) + u32(expires) + u8(purpose)
    front = puzzle + sha256(_answer(puzzle, uniform(candidates, chance), cost))
    return front + mac(work_key, front)


def uniform(most: int, chance: Chance) -> int:
    """A number in [0, most], each with the same chance."""
    limit = 0x10000 - 0x10000 % (most + 1)
    while (drawn := int.from_bytes(chance(2), "big")) >= limit:
        pass
    return drawn % (most + 1)


def read_puzzle(challenge: bytes) -> Puzzle:
    """The clear part of a challenge."""
    if len(challenge) != CHALLENGE_SIZE:
        raise Malformed(Form.LENGTH)
    reader = Reader(challenge)
    nonce, cost, candidates = reader.take(16), reader.number(4), reader.number(2)
    expires, purpose = reader.number(4), reader.number(1)
    if purpose not in set(Purpose):
        raise Malformed(Form.VALUE)
    return Puzzle(nonce, cost, candidates, expires, Purpose(purpose))


def solve(challenge: bytes) -> bytes:
    """Try every candidate in order."""
    puzzle = read_puzzle(challenge)
    front, goal = challenge[:PUZZLE_SIZE], challenge[PUZZLE_SIZE : PUZZLE_SIZE + 32]
    for candidate in range(puzzle.candidates + 1):
        answer = _answer(front, candidate, puzzle.cost)
        if sha256(answer) == goal:
            return answer
    raise Refused(WorkRefusal.ANSWER)


def check(
    challenge: bytes,
    answer: bytes,
    *,
    work_key: bytes,
    purpose: Purpose,
    minute: int,
    used: Collection[bytes],
) -> Puzzle:
    """Check an answer in the paper's order; the caller then remembers the nonce until it expires.

    Raises: Malformed, or Refused with a `WorkRefusal`.
    """
    if len(challenge) != CHALLENGE_SIZE or len(answer) != ANSWER_SIZE:
        raise Refused(WorkRefusal.LENGTH)
    if not same(mac(work_key, challenge[: PUZZLE_SIZE + 32]), challenge[PUZZLE_SIZE + 32 :]):
        raise Refused(WorkRefusal.MAC)
    puzzle = read_puzzle(challenge)
    if puzzle.purpose is not purpose:
        raise Refused(WorkRefusal.PURPOSE)
    if minute > puzzle.expires:
        raise Refused(WorkRefusal.EXPIRED)
    if puzzle.nonce in used:
        raise Refused(WorkRefusal.USED)
    if not same(sha256(answer), challenge[PUZZLE_SIZE : PUZZLE_SIZE + 32]):
        raise Refused(WorkRefusal.ANSWER)
    return puzzle


def _answer(puzzle: bytes, candidate: int, cost: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", u32(candidate), puzzle, cost, 32)
