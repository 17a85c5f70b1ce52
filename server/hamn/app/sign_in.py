"""Staff sign-in and sessions (protocol.md section 3.1): one signed answer to a fresh challenge.

The checks stand in the paper's order. An unknown name gets the same answer after the same work. A
session is known by the hash of its token; it ends after twelve hours, or half an hour after the
member last did something. To be on duty is to do something: who is on call is reachable although
nobody has rung for hours, and the desk locks its screen by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hamn.app.audit import note, note_seldom
from hamn.app.enrolment import add_method as add_method
from hamn.app.enrolment import drop_method as drop_method
from hamn.app.enrolment import enrol as enrol
from hamn.app.enrolment import invite as invite
from hamn.app.enrolment import invited as invited
from hamn.app.forms import digest
from hamn.app.ports import Staff, World, Wrap
from hamn.app.proof import Answer as Answer
from hamn.app.proof import challenge as challenge
from hamn.app.proof import prove
from hamn.asc1.signin import Method
from hamn.core.audit import Deed
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
    bucket: bytes = b"",
) -> SignedIn:
    """Open a session for who answers a challenge rightly.

    Raises: Refusal(GONE), one answer for everything that is wrong.
    """
    answer = Answer(login, method, origin_hash, issued, sig, nonce, bucket)
    staff = await prove(world, answer, origins)
    write = note_seldom if staff.is_check else note
    await write(world, Deed.SIGNED_IN, staff.idx, detail=Method(method).name.lower())
    return SignedIn(await begin(world, staff), staff, await world.store.wraps(staff.idx))


async def begin(world: World, staff: Staff) -> bytes:
    """The token of a new session, for a member who has been proved to be there."""
    token = world.entropy.bytes(32)
    until = Moment(world.clock.now() + world.policy.session_whole)
    await world.store.open_session(digest(token), staff.idx, until)
    await _write_life(world, digest(token), staff)
    return token


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


async def is_alive(world: World, h_token: Hash) -> bool:
    """Whether a session goes on: neither too old, nor idle for too long, nor ended."""
    now = world.clock.now()
    whole = await world.store.session(h_token, now)
    return whole is not None and await world.store.session(_life_of(h_token), now) is not None


async def touch(world: World, staff: Staff, h_token: Hash) -> None:
    """The member does something; cheap enough to be called at every message."""
    if world.memory.count_try(b"touch" + h_token, TOUCH, world.clock.now()) <= 0:
        await _write_life(world, h_token, staff)


async def sign_out(world: World, staff: Staff, h_token: Hash) -> None:
    """End a session."""
    await world.store.end_session(h_token)
    await world.store.end_session(_life_of(h_token))
    await note(world, Deed.SIGNED_OUT, staff.idx)


async def _write_life(world: World, h_token: Hash, staff: Staff) -> None:
    until = Moment(world.clock.now() + world.policy.session_idle)
    await world.store.open_session(_life_of(h_token), staff.idx, until)


def _life_of(h_token: Hash) -> Hash:
    return digest(b"life" + h_token)
