"""That someone is a certain member of staff: a challenge, and the one way to check its answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from hamn.app.audit import note_seldom
from hamn.app.ports import Staff, World
from hamn.asc1 import signin
from hamn.asc1.bytes import Refused, sha256
from hamn.core.audit import Deed
from hamn.core.limits import Rate
from hamn.core.words import Idx, Moment, Refusal, RefusalCode, Seconds

NOBODY = Idx(0)
SLOWED = Seconds(30)
FORGIVEN_AFTER = Seconds(600)


def challenge(world: World) -> bytes:
    """A fresh nonce, good for one answer within 60 s."""
    nonce = world.entropy.bytes(32)
    world.memory.add_challenge(nonce, Moment(world.clock.now() + world.policy.nonce))
    return nonce


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A challenge answered: by whom, how, where and when (in minutes)."""

    login: str
    method: int
    origin_hash: bytes
    issued: int
    sig: bytes
    nonce: bytes
    bucket: bytes = b""
    """Where it comes from, in two bytes (edge/bucket.py), or nothing."""


async def prove(world: World, answer: Answer, origins: Collection[str]) -> Staff:
    """The member who has signed the challenge.

    After ten wrong answers for a name, or from a bucket, further wrong ones are answered late; a
    right one is never kept waiting, so that nobody can lock a member out.

    Raises: Refusal(GONE), one answer for everything that is wrong.
    """
    is_fresh = world.memory.spend_challenge(answer.nonce, world.clock.now())
    staff = await world.store.staff_by_login(answer.login)
    public = await _public_key(world, staff, answer.method)
    is_right = _is_right(world, answer, public, origins)
    if staff is None or staff.is_revoked or not (is_fresh and is_right):
        if staff is not None:
            await note_seldom(world, Deed.SIGN_IN_REFUSED, about=staff.idx)
        await _slow_down(world, answer)
        raise Refusal(RefusalCode.GONE)
    return staff


def _is_right(world: World, answer: Answer, public: bytes, origins: Collection[str]) -> bool:
    try:
        signin.check(
            signin.Challenge(
                answer.origin_hash,
                sha256(answer.login.encode()),
                signin.Method(answer.method),
                answer.nonce,
                answer.issued,
            ),
            answer.sig,
            public=public,
            origin_hashes=[sha256(origin.encode()) for origin in origins],
            minute=int(world.clock.now() // 60),
        )
    except (Refused, ValueError):
        return False
    return True


async def _public_key(world: World, staff: Staff | None, method: int) -> bytes:
    """The key kept for a member and method; a key that nobody holds for everyone else."""
    secret = await world.live.secret("nobody")
    nobody = signin.auth_public(secret, signin.Method.PASSKEY)
    methods = await world.store.methods(staff.idx if staff else NOBODY)
    kept = (each.public_key for each in methods if each.method == method)
    return next(kept, nobody)


async def _slow_down(world: World, answer: Answer) -> None:
    """Wait, when there were too many wrong answers for this name, or from this bucket.

    What is counted for a name lies in the live store, so that a crash forgives nothing; names are
    told apart by two bytes, so that a flood of names fills nothing. What is counted for a bucket
    of addresses is never written down.
    """
    now, most = world.clock.now(), world.policy.sign_in_tries
    rate = Rate(1 / 60, most)
    wait = world.memory.count_try(b"sign-in" + answer.bucket, rate, now) if answer.bucket else 0.0
    if not await _is_among(world, answer.login, most) or wait > 0:
        await world.clock.sleep_until(Moment(now + SLOWED))


async def _is_among(world: World, login: str, most: int) -> bool:
    """Whether this wrong answer is among the first so many within ten minutes."""
    secret = await world.live.secret("tries")
    name = hmac.digest(secret, login.encode(), hashlib.sha256)[:2]
    until = Moment(world.clock.now() + FORGIVEN_AFTER)
    for number in range(most):
        if await world.live.once(b"wrong sign-in" + name + bytes((number,)), until):
            return True
    return False
