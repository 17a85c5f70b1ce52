"""That someone is a certain member of staff: a challenge, and the one way to check its answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hamn.app.ports import Staff, World
from hamn.asc1 import signin
from hamn.asc1.bytes import Refused, sha256
from hamn.core.limits import Rate
from hamn.core.words import Idx, Moment, Refusal, RefusalCode, Seconds

NOBODY = Idx(0)
SLOWEST = Seconds(30)


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


async def prove(world: World, answer: Answer, origins: Collection[str]) -> Staff:
    """The member who has signed the challenge.

    After ten wrong answers for a name, further wrong ones are answered ever later; a right one is
    never kept waiting, so that nobody can lock a member out.

    Raises: Refusal(GONE), one answer for everything that is wrong.
    """
    is_fresh = world.memory.spend_challenge(answer.nonce, world.clock.now())
    staff = await world.store.staff_by_login(answer.login)
    public = await _public_key(world, staff, answer.method)
    is_right = _is_right(world, answer, public, origins)
    if staff is None or staff.is_revoked or not (is_fresh and is_right):
        await _slow_down(world, answer.login)
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


async def _slow_down(world: World, login: str) -> None:
    now = world.clock.now()
    rate = Rate(1 / 60, world.policy.sign_in_tries)
    wait = world.memory.count_try(b"sign-in" + sha256(login.encode()), rate, now)
    if wait > 0:
        await world.clock.sleep_until(Moment(now + min(wait, SLOWEST)))
