"""A new member of staff: invited by a token that is told once, enrolled by their own browser.

The server never sees a key it could use: it is given public keys, and secret ones wrapped.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from hamn.app.audit import note
from hamn.app.forms import digest
from hamn.app.ports import STAFF, SignInMethod, Staff, World, Wrap
from hamn.app.proof import Answer, prove
from hamn.asc1.signin import WRAP_SIZE, Method, Wrapped, is_login_name
from hamn.core.audit import NOBODY, Deed
from hamn.core.permission import in_words
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode, Role


async def invite(
    world: World,
    *,
    login: str,
    duty_name: str,
    roles: Sequence[int],
    by: Idx = NOBODY,
    is_check: bool = False,
) -> tuple[Staff, bytes]:
    """A new member, not yet enrolled, and the token of their invite: 32 bytes, good for 72 h.

    Raises: Malformed for a login name of another form, or roles nobody has; Refusal(BUSY) when the
    name is taken.
    """
    if not is_login_name(login) or not roles or not set(roles) <= set(Role) - {Role.VISITOR}:
        raise Malformed("not a login name, or not roles of staff")
    now = world.clock.now()
    staff = Staff(
        idx=await world.store.next_idx(),
        login=login,
        duty_name=duty_name,
        roles=tuple(roles),
        ed25519=b"",
        is_check=is_check,
        is_revoked=False,
        created=now,
    )
    if not await world.store.add_staff(staff):
        raise Refusal(RefusalCode.BUSY)
    return staff, await give_invite(world, staff, by)


async def give_invite(world: World, staff: Staff, by: Idx) -> bytes:
    """The token of a new invite for somebody who has not enrolled."""
    token = world.entropy.bytes(32)
    until = Moment(world.clock.now() + world.policy.invite_kept)
    await world.store.add_invite(digest(token), staff.idx, until)
    await note(world, Deed.INVITED, by, staff.idx, in_words(staff.roles))
    return token


async def invited(world: World, token: bytes) -> Staff:
    """Whom an unspent invite is for. Raises: Refusal(GONE)."""
    idx = await world.store.invite(digest(token), world.clock.now())
    staff = None if idx is None else await world.store.staff(idx)
    if staff is None or staff.is_revoked or staff.ed25519:
        raise Refusal(RefusalCode.GONE)
    return staff


async def enrol(
    world: World, token: bytes, *, ed25519: bytes, method: SignInMethod, wraps: Sequence[Wrap]
) -> Staff:
    """Spend an invite: the member's identity key, one way to sign in, and the wrapped keys.

    Raises: Refusal(GONE); Malformed.
    """
    staff = await invited(world, token)
    _check(method, wraps)
    if len(ed25519) != 32 or {wrap.what for wrap in wraps} != {Wrapped.AK, Wrapped.IK}:
        raise Malformed("an enrolment without its keys")
    enrolled = replace(staff, ed25519=ed25519)
    now = world.clock.now()
    if not await world.store.enrol(digest(token), now, enrolled, method, wraps):
        raise Refusal(RefusalCode.GONE)
    await note(world, Deed.ENROLLED, staff.idx)
    return enrolled


async def add_method(
    world: World,
    *,
    answer: Answer,
    origins: Collection[str],
    new: SignInMethod,
    wraps: Sequence[Wrap],
) -> Staff:
    """Add a way to sign in, with a fresh answer signed by an old one.

    Raises: Refusal(GONE) when the answer is wrong; Refusal(CAS) when there is one of its kind,
    whose wrapped key would be lost, or when digits would open a root; Malformed.
    """
    staff = await prove(world, answer, origins)
    _check(new, wraps)
    if {(wrap.what, wrap.method) for wrap in wraps} != {(Wrapped.AK, new.method)}:
        raise Malformed("a new method brings the account key, wrapped for itself, and no more")
    kinds = {each.method for each in await world.store.methods(staff.idx)}
    holds_root = any(each.what == Wrapped.ROOT for each in await world.store.wraps(staff.idx))
    if new.method in kinds or (holds_root and new.method != Method.PASSKEY):
        raise Refusal(RefusalCode.CAS)
    await world.store.add_method(staff.idx, new, wraps)
    await note(world, Deed.METHOD_ADDED, staff.idx, detail=Method(new.method).name.lower())
    return staff


async def drop_method(
    world: World, *, answer: Answer, origins: Collection[str], method: int
) -> Staff:
    """Take a way to sign in away, with a fresh answer signed by another; every session ends.

    Raises: Refusal(GONE) when the answer is wrong, or there is no such way, or no other.
    """
    staff = await prove(world, answer, origins)
    kept = {each.method for each in await world.store.methods(staff.idx)}
    if method not in kept or answer.method == method:
        raise Refusal(RefusalCode.GONE)
    await world.store.drop_method(staff.idx, method)
    await world.store.end_sessions(staff.idx)
    await note(world, Deed.METHOD_DROPPED, staff.idx, detail=Method(method).name.lower())
    world.bell.ring(STAFF)
    return staff


def _check(method: SignInMethod, wraps: Sequence[Wrap]) -> None:
    if method.method not in (Method.PASSKEY, Method.DIGITS) or len(method.public_key) != 32:
        raise Malformed("not a way to sign in")
    for wrap in wraps:
        if wrap.what not in set(Wrapped) or len(wrap.kid) != 8 or len(wrap.data) != WRAP_SIZE:
            raise Malformed("not a wrapped key")
