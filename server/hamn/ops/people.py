"""Members of staff as the operator adds them: by invite, or with keys made here (demo and check).

An invite is a link with a token after `#`, which no server log can hold; it is spent once and ends
after 72 hours. Whoever follows it makes their own keys in their own browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.app.ports import SignInMethod, Staff, Store, Wrap
from hamn.asc1.bytes import Chance, kid, sha256
from hamn.asc1.code import make_digits
from hamn.asc1.signin import (
    Method,
    Wrapped,
    WrapPlace,
    auth_public,
    is_login_name,
    kek,
    root_from_digits,
    wrap,
)
from hamn.core.audit import Deed, noted
from hamn.core.permission import in_words
from hamn.core.words import Hash, Moment, Role

INVITE_HOURS = 72
ROLES = {role.name.lower(): role for role in Role if role is not Role.VISITOR}


class PersonRefused(Exception):
    """The member was not added; the text says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be added."""

    login: str
    duty_name: str
    roles: tuple[Role, ...]
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """What a member with a generated secret is given and keeps."""

    digits: str = field(repr=False)
    method: SignInMethod
    wraps: tuple[Wrap, ...] = field(repr=False)
    ed25519: bytes


async def add(store: Store, person: Person, now: Moment) -> Staff:
    """Keep a member who has no key yet.

    Raises: PersonRefused.
    """
    if not is_login_name(person.login):
        raise PersonRefused(f"{person.login}: a login name is 2 to 32 of a-z 0-9 . _ -")
    staff = Staff(
        idx=await store.next_idx(),
        login=person.login,
        duty_name=person.duty_name,
        roles=tuple(int(role) for role in person.roles),
        ed25519=b"",
        is_check=person.is_check,
        is_revoked=False,
        created=now,
    )
    if not await store.add_staff(staff):
        raise PersonRefused(f"{person.login}: is taken")
    return staff


async def invite(store: Store, person: Person, now: Moment, chance: Chance) -> str:
    """Keep a member and an invite for them; the token.

    Raises: PersonRefused.
    """
    staff = await store.staff_by_login(person.login)
    if staff is None:
        staff = await add(store, person, now)
    elif staff.ed25519:
        raise PersonRefused(f"{person.login}: has enrolled already")
    await store.note(noted(now, Deed.INVITED, about=staff.idx, detail=in_words(person.roles)))
    token = chance(32)
    await store.add_invite(Hash(sha256(token)), staff.idx, Moment(now + INVITE_HOURS * 3600))
    return token.hex()


async def revoke(store: Store, login: str, now: Moment) -> None:
    """End a member's part at once; the running service hears of it within a second.

    Raises: PersonRefused.
    """
    staff = await store.staff_by_login(login)
    if staff is None or staff.is_revoked:
        raise PersonRefused(f"{login}: is not a member of staff")
    if not await store.swap_staff(staff, replace(staff, is_revoked=True)):
        raise PersonRefused(f"{login}: was changed just now; look again")
    await store.end_sessions(staff.idx)
    await store.note(noted(now, Deed.REVOKED, about=staff.idx))


async def add_with_secret(
    store: Store, person: Person, *, service: str, now: Moment, chance: Chance
) -> str:
    """Keep a member with keys made here; the 24 digits they sign in with.

    Raises: PersonRefused.
    """
    staff = await add(store, person, now)
    token = Hash(chance(32))
    keys = make_keys(staff, service, chance)
    await store.add_invite(token, staff.idx, Moment(now + 60))
    enrolled = replace(staff, ed25519=keys.ed25519)
    if not await store.enrol(token, now, enrolled, keys.method, keys.wraps):
        raise PersonRefused(f"{person.login}: could not be enrolled")
    await store.note(noted(now, Deed.ENROLLED, about=staff.idx, detail=in_words(person.roles)))
    return keys.digits


def make_keys(staff: Staff, service: str, chance: Chance) -> Keys:
    """A generated secret, and AK and IK wrapped under it (protocol.md section 3.1)."""
    digits = make_digits(chance)
    root = root_from_digits(digits, service=service, name=staff.login)
    ak, ik = chance(32), chance(32)
    ed25519 = Ed25519PrivateKey.from_private_bytes(ik).public_key().public_bytes_raw()
    ak_at = WrapPlace(staff.idx, Wrapped.AK, Method.DIGITS, 1, bytes(8))
    ik_at = WrapPlace(staff.idx, Wrapped.IK, Method.NONE, 1, kid(ed25519))
    wraps = (
        _wrap(ak_at, wrap(ak, kek(root, Method.DIGITS), ak_at, chance)),
        _wrap(ik_at, wrap(ik, ak, ik_at, chance)),
    )
    method = SignInMethod(int(Method.DIGITS), auth_public(root, Method.DIGITS), b"")
    return Keys(digits, method, wraps, ed25519)


def _wrap(place: WrapPlace, data: bytes) -> Wrap:
    return Wrap(int(place.what), int(place.method), place.version, place.kid, data)
