"""Proof of work: ask for it, and take an answer once (protocol.md section 12).

The service keeps nothing of a challenge but its own key, and of an answer the nonce until it
expires.
"""

from __future__ import annotations

from hamn.app.ports import World
from hamn.app.return_code import work_factor
from hamn.asc1 import work
from hamn.asc1.bytes import Malformed, Refused
from hamn.core.words import Moment, Refusal, RefusalCode

MINUTES_TO_ANSWER = 10


async def ask(world: World, purpose: int) -> bytes:
    """A challenge of the level in force, 91 bytes."""
    return work.make(
        await world.live.secret("work"),
        work.Purpose(purpose),
        world.entropy.bytes,
        candidates=world.policy.work_span,
        expires=int(world.clock.now() // 60) + MINUTES_TO_ANSWER,
        cost=world.policy.work_cost * (work_factor(world) if purpose == work.Purpose.CODE else 1),
    )


async def take(world: World, challenge: bytes, answer: bytes) -> int:
    """The purpose that a right, unexpired and unused answer was for.

    Raises: Refusal(GONE), the same for every way of being wrong.
    """
    now = world.clock.now()
    try:
        puzzle = work.check(
            challenge,
            answer,
            work_key=await world.live.secret("work"),
            purpose=work.read_puzzle(challenge).purpose,
            minute=int(now // 60),
            used=(),
        )
    except (Malformed, Refused) as wrong:
        raise Refusal(RefusalCode.GONE) from wrong
    until = Moment(now + (MINUTES_TO_ANSWER + 1) * 60)
    if not await world.live.once(b"work" + puzzle.nonce, until):
        raise Refusal(RefusalCode.GONE)
    return int(puzzle.purpose)
