"""Staff sign-in and sessions (protocol.md section 3.1): one signed answer to a fresh challenge.

The checks stand in the paper's order. An unknown name gets the same answer after the same work. A
session is known by the hash of its token; it ends after twelve hours, or half an hour after its
last sign of life.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hamn.app.enrolment import add_method as add_method
from hamn.app.enrolment import enrol as enrol
from hamn.app.enrolment import invite as invite
from hamn.app.enrolment import invited as invited
from hamn.app.forms import digest
from hamn.app.ports import Staff, World, Wrap
from hamn.app.proof import Answer as Answer
from hamn.app.proof import challenge as challenge
from hamn.app.proof import prove
from hamn.core.limits import Rate
from hamn.core.words import Hash, Moment, Refusal, RefusalCode

TOUCH = Rate(1 / 300, 1)
"""A session's sign of life is written down once in five minutes."""


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A new session. The token is told once and kept nowhere."""

    token: bytes
    staff: Staff
    wraps: list[Wrap]


async def finish(
    world: World,
    *,
    login: str,
    method: int,
    origin_hash: bytes,
    issued: int,
    sig: bytes,
    nonce: bytes,
    origins: Collection[str],
) -> SignedIn:
    """Open a session for who answers a challenge rightly.

    Raises: Refusal(GONE), one answer for everything that is wrong.
    """
    staff = await prove(world, Answer(login, method, origin_hash, issued, sig, nonce), origins)
    token = world.entropy.bytes(32)
    now = world.clock.now()
    await world.store.open_session(
        digest(token), staff.idx, Moment(now + world.policy.session_whole)
    )
    await _write_life(world, digest(token), staff)
    return SignedIn(token, staff, await world.store.wraps(staff.idx))


async def resume(world: World, token: bytes) -> Staff:
    """Whose session it is. Raises: Refusal(GONE) when it is over or never was."""
    now, h_token = world.clock.now(), digest(token)
    idx = await world.store.session(h_token, now)
    alive = await world.store.session(_life_of(h_token), now)
    staff = None if idx is None or alive is None else await world.store.staff(idx)
    if staff is None or staff.is_revoked:
        raise Refusal(RefusalCode.GONE)
    await _write_life(world, h_token, staff)
    return staff


async def touch(world: World, staff: Staff, h_token: Hash) -> None:
    """The session's socket is alive; cheap enough to be called at every beat."""
    if world.memory.count_try(b"touch" + h_token, TOUCH, world.clock.now()) <= 0:
        await _write_life(world, h_token, staff)


async def sign_out(world: World, token: bytes) -> None:
    """End a session."""
    await world.store.end_session(digest(token))
    await world.store.end_session(_life_of(digest(token)))


async def _write_life(world: World, h_token: Hash, staff: Staff) -> None:
    life = _life_of(h_token)
    await world.store.end_session(life)
    until = Moment(world.clock.now() + world.policy.session_idle)
    await world.store.open_session(life, staff.idx, until)


def _life_of(h_token: Hash) -> Hash:
    return digest(b"life" + h_token)
