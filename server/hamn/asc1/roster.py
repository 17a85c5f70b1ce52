"""Who may speak for the service: `trust.json`, the signed roster, and the chain behind it.

Roots and threshold are read from `trust.json` and nowhere else; a roster cannot vouch for itself.
A roster's exact bytes are signed, so there is no canonical form. Earlier rosters are valid only by
the hash chain. This module fetches nothing and keeps nothing (protocol.md section 5).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hamn.asc1.bytes import (
    ZEROS_32,
    Form,
    Malformed,
    Refused,
    decimals,
    sha256,
    u32,
    unhex,
    unsigned,
    utf8,
)
from hamn.asc1.labels import Prefix

VERSION = 1
LONGEST_LIFE_HOURS = 336
TOLERANCE_HOURS = 24
LONGEST_WALK = 64


class Role(IntEnum):
    """Who somebody is in a room."""

    VISITOR = 0
    ADVISER = 1
    SUPERVISOR = 2
    INTERPRETER = 3
    COUNSELLOR = 4


class RosterRefusal(StrEnum):
    """Why a roster is refused, in the order of the checks."""

    SIGNATURES = "too few valid signatures"
    VERSION = "version"
    EXPIRED = "expired"
    FUTURE = "issued in the future"
    ROLLBACK = "older than one already held"
    CHAIN = "not the predecessor"
    TOO_FAR = "chain too long"


@dataclass(frozen=True, slots=True)
class Trust:
    """The roots, how many of them must sign, and the service they speak for."""

    service: str
    roots: tuple[bytes, ...]
    threshold: int
    fingerprint: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A line of the roster; the duty name is a pseudonym."""

    idx: int
    roles: frozenset[Role]
    duty_name: str
    ed25519: bytes


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster whose form is good; whether it is to be believed is `verify`'s matter."""

    hash: bytes
    seq: int
    prev: bytes
    issued: int
    expires: int
    members: tuple[StaffMember, ...]
    bg: tuple[bytes, ...]
    revoked: frozenset[int]

    def member(self, idx: int) -> StaffMember | None:
        """The line with this idx, if it stands here."""
        return next((member for member in self.members if member.idx == idx), None)


@dataclass(frozen=True, slots=True)
class Chain:
    """The believed roster and its predecessors, newest first."""

    rosters: tuple[Roster, ...]

    @property
    def newest(self) -> Roster:
        """The roster that rules now."""
        return self.rosters[0]

    @property
    def recent(self) -> frozenset[bytes]:
        """Hashes of the newest roster and its predecessor."""
        return frozenset({self.newest.hash, self.newest.prev} - {ZEROS_32})

    def find(self, roster_hash: bytes) -> Roster | None:
        """The roster of this hash, if it is in the chain."""
        return next((each for each in self.rosters if each.hash == roster_hash), None)


class ChangeKind(StrEnum):
    """What happened to a member between two rosters."""

    ADDED = "added"
    REMOVED = "removed"
    REVOKED = "revoked"
    REKEYED = "rekeyed"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a staff member must be shown before going on."""

    idx: int
    duty_name: str
    kind: ChangeKind


def parse_trust(content: bytes) -> Trust:
    """Read the bytes of `trust.json`."""
    fields = _json_object(content)
    if unsigned(fields.get("v"), 8) != VERSION:
        raise Malformed(Form.VALUE)
    roots = tuple(unhex(root, 32) for root in _list(fields.get("roots")))
    threshold = unsigned(fields.get("t"), 16)
    if not 1 <= threshold <= len(roots) or len(set(roots)) != len(roots):
        raise Malformed(Form.VALUE)
    return Trust(_text(fields.get("service")), roots, threshold, decimals(sha256(content), 8))


def parse_roster(content: bytes) -> Roster:
    """Read the bytes of a roster; says nothing about who signed it."""
    fields = _json_object(content)
    issued, expires = unsigned(fields.get("issued"), 32), unsigned(fields.get("expires"), 32)
    members = tuple(_staff_member(each) for each in _list(fields.get("members")))
    if not 0 <= expires - issued <= LONGEST_LIFE_HOURS:
        raise Malformed(Form.VALUE)
    if len({member.idx for member in members}) != len(members):
        raise Malformed(Form.VALUE)
    return Roster(
        hash=sha256(content),
        seq=unsigned(fields.get("seq"), 32),
        prev=unhex(fields.get("prev"), 32),
        issued=issued,
        expires=expires,
        members=members,
        bg=tuple(unhex(key, 32) for key in _list(fields.get("bg"))),
        revoked=frozenset(unsigned(idx, 16) for idx in _list(fields.get("revoked"))),
    )


def signed_bytes(seq: int, content: bytes) -> bytes:
    """What a root signs for a roster."""
    return Prefix.ROSTER.value + u32(seq) + sha256(content)


def sign_roster(content: bytes, roots: dict[int, bytes]) -> bytes:
    """`roster.sig` by the roots given as {place in trust.json: Ed25519 seed}."""
    message = signed_bytes(parse_roster(content).seq, content)
    lines = [
        {"root": place, "sig": Ed25519PrivateKey.from_private_bytes(seed).sign(message).hex()}
        for place, seed in sorted(roots.items())
    ]
    return json.dumps(lines, separators=(",", ":")).encode()


def verify(content: bytes, signatures: bytes, trust: Trust, *, hour: int, held: int = 0) -> Roster:
    """Check a roster in the order of section 5.

    `hour` is the reader's own clock, `held` the newest seq this reader has accepted (0 if none).

    Raises: Refused with a `RosterRefusal`, or Malformed.
    """
    fields = _json_object(content)
    message = signed_bytes(unsigned(fields.get("seq"), 32), content)
    if len(_valid_roots(message, signatures, trust)) < trust.threshold:
        raise Refused(RosterRefusal.SIGNATURES)
    if fields.get("v") != VERSION or isinstance(fields.get("v"), bool):
        raise Refused(RosterRefusal.VERSION)
    roster = parse_roster(content)
    if hour > roster.expires + TOLERANCE_HOURS:
        raise Refused(RosterRefusal.EXPIRED)
    if roster.issued > hour + TOLERANCE_HOURS:
        raise Refused(RosterRefusal.FUTURE)
    if roster.seq < held:
        raise Refused(RosterRefusal.ROLLBACK)
    return roster


def extend_back(chain: Chain, earlier: bytes) -> Chain:
    """One step back along `prev`; the bytes need no signature, the chain vouches for them."""
    oldest = chain.rosters[-1]
    if len(chain.rosters) > LONGEST_WALK:
        raise Refused(RosterRefusal.TOO_FAR)
    if sha256(earlier) != oldest.prev:
        raise Refused(RosterRefusal.CHAIN)
    roster = parse_roster(earlier)
    if roster.seq != oldest.seq - 1:
        raise Refused(RosterRefusal.CHAIN)
    return Chain((*chain.rosters, roster))


def chain_of(newest: Roster, earlier: Iterable[bytes]) -> Chain:
    """A believed roster and the bytes of those before it, newest of them first."""
    chain = Chain((newest,))
    for content in earlier:
        chain = extend_back(chain, content)
    return chain


def changes(old: Roster, new: Roster) -> tuple[Change, ...]:
    """What differs for each member, for the alarm at sign-in, ordered by idx."""
    before = {member.idx: member for member in old.members}
    after = {member.idx: member for member in new.members}
    fresh_revoked = new.revoked - old.revoked
    found = [
        Change(idx, (after.get(idx) or before[idx]).duty_name, kind)
        for idx in sorted(before | after)
        if (kind := _change(before.get(idx), after.get(idx), revoked=idx in fresh_revoked))
    ]
    return tuple(found)


def _change(
    before: StaffMember | None, after: StaffMember | None, *, revoked: bool
) -> ChangeKind | None:
    if before is None:
        return ChangeKind.ADDED
    if after is None:
        return ChangeKind.REMOVED
    if revoked:
        return ChangeKind.REVOKED
    if before.ed25519 != after.ed25519:
        return ChangeKind.REKEYED
    return ChangeKind.ROLES if before.roles != after.roles else None


def _valid_roots(message: bytes, signatures: bytes, trust: Trust) -> frozenset[int]:
    valid: set[int] = set()
    for line in _list(_json(signatures)):
        if not isinstance(line, dict):
            raise Malformed(Form.VALUE)
        place, signature = unsigned(line.get("root"), 16), unhex(line.get("sig"), 64)
        if place < len(trust.roots) and verify_signature(trust.roots[place], signature, message):
            valid.add(place)
    return frozenset(valid)


def verify_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # the latter for a key of another length
        return False
    return True


def _staff_member(fields: object) -> StaffMember:
    if not isinstance(fields, dict):
        raise Malformed(Form.VALUE)
    roles = [unsigned(role, 8) for role in _list(fields.get("roles"))]
    if not set(roles) <= set(Role) - {Role.VISITOR}:
        raise Malformed(Form.VALUE)
    return StaffMember(
        idx=unsigned(fields.get("idx"), 16),
        roles=frozenset(Role(role) for role in roles),
        duty_name=_text(fields.get("duty_name")),
        ed25519=unhex(fields.get("ed25519"), 32),
    )


def _json(content: bytes) -> object:
    try:
        parsed: object = json.loads(utf8(content))
    except (ValueError, RecursionError) as error:
        raise Malformed(Form.TEXT) from error
    return parsed


def _json_object(content: bytes) -> dict[str, object]:
    parsed = _json(content)
    if not isinstance(parsed, dict):
        raise Malformed(Form.VALUE)
    return parsed


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Malformed(Form.VALUE)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed(Form.VALUE)
    return value
