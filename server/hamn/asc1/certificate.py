"""The key certificate, 148 bytes: one staff member's word that an X25519 key is theirs.

Checks run in the paper's order and each has its own reason. A certificate that travels inside
stored mail is tested against the time the mail was written, not the reader's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.asc1.bytes import Form, Malformed, Reader, Refused, sha256, u8, u16, u32
from hamn.asc1.hpke import refuse_low_order
from hamn.asc1.labels import Prefix
from hamn.asc1.roster import Chain, Role, Roster, StaffMember, verify_signature

SIZE = 148
SIGNED_SIZE = 84
TOLERANCE_HOURS = 24
SHIFT_STEP_HOURS = 6
SHIFT_LIFE_HOURS = 12


class Kind(IntEnum):
    """What the certified key is for."""

    SHIFT = 1
    BOX = 2
    ESCALATION = 3
    CASE = 4


LONGEST_LIFE_HOURS = {Kind.SHIFT: 12, Kind.BOX: 504, Kind.ESCALATION: 2880, Kind.CASE: 2880}


class CertificateRefusal(StrEnum):
    """Why a certificate is refused, in the order of the checks."""

    KIND = "wrong kind"
    LIFE = "lives too long"
    FUTURE = "not valid yet"
    EXPIRED = "expired"
    ROSTER = "unknown roster"
    MEMBER = "not a member"
    KEY = "member has another key"
    ROLE = "not a role of the member"
    REVOKED = "revoked"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says, with its own bytes."""

    raw: bytes
    idx: int
    role: Role
    kind: Kind
    not_before: int
    not_after: int
    roster_hash: bytes
    pub: bytes
    signature: bytes

    @property
    def hash(self) -> bytes:
        """H(cert) as it stands in a GroupContext."""
        return sha256(self.raw)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be certified."""

    idx: int
    role: Role
    kind: Kind
    not_before: int
    not_after: int
    roster_hash: bytes
    pub: bytes


def issue(claim: Claim, ik_seed: bytes) -> bytes:
    """Sign a claim with the staff member's identity key."""
    signed = (
        Prefix.CERTIFICATE.value
        + u16(claim.idx)
        + u8(claim.role)
        + u8(claim.kind)
        + u32(claim.not_before)
        + u32(claim.not_after)
        + claim.roster_hash
        + claim.pub
    )
    return signed + Ed25519PrivateKey.from_private_bytes(ik_seed).sign(signed)


def shift_hours(hour: int) -> tuple[int, int]:
    """When a shift certificate made now starts and ends: the same for everybody on duty."""
    start = hour - hour % SHIFT_STEP_HOURS
    return start, start + SHIFT_LIFE_HOURS


def parse(raw: bytes) -> Certificate:
    """Length, magic and known role and kind; nothing about whether to believe it."""
    if len(raw) != SIZE:
        raise Malformed(Form.LENGTH)
    reader = Reader(raw)
    reader.expect(Prefix.CERTIFICATE.value)
    idx, role, kind = reader.number(2), reader.number(1), reader.number(1)
    if role not in set(Role) - {Role.VISITOR} or kind not in set(Kind):
        raise Malformed(Form.VALUE)
    return Certificate(
        raw=raw,
        idx=idx,
        role=Role(role),
        kind=Kind(kind),
        not_before=reader.number(4),
        not_after=reader.number(4),
        roster_hash=reader.take(32),
        pub=reader.take(32),
        signature=reader.take(64),
    )


def check(raw: bytes, *, kinds: frozenset[Kind], chain: Chain, hour: int) -> Certificate:
    """Every check of section 5, in its order, by the reader's own clock.

    Raises: Malformed, or Refused with a `CertificateRefusal` or `KeyRefusal`.
    """
    certificate = parse(raw)
    _check_kind_and_life(certificate, kinds)
    if certificate.not_before > hour + TOLERANCE_HOURS:
        raise Refused(CertificateRefusal.FUTURE)
    if hour > certificate.not_after + TOLERANCE_HOURS:
        raise Refused(CertificateRefusal.EXPIRED)
    named = chain.find(certificate.roster_hash)
    recent = certificate.roster_hash in chain.recent
    if named is None or (certificate.kind is Kind.SHIFT and not recent):
        raise Refused(CertificateRefusal.ROSTER)
    _check_member(certificate, named, chain.newest)
    _check_signature(certificate, named)
    return certificate


def check_mail(
    raw: bytes, *, kinds: frozenset[Kind], chain: Chain, issued: int
) -> tuple[Certificate, bool]:
    """The checks for a certificate inside stored mail, and whether its writer has left since."""
    certificate = parse(raw)
    _check_kind_and_life(certificate, kinds)
    if certificate.not_before > issued:
        raise Refused(CertificateRefusal.FUTURE)
    if issued > certificate.not_after:
        raise Refused(CertificateRefusal.EXPIRED)
    named = chain.find(certificate.roster_hash)
    if named is None:
        raise Refused(CertificateRefusal.ROSTER)
    if certificate.idx in chain.newest.revoked:
        raise Refused(CertificateRefusal.REVOKED)
    _check_role(certificate, named.member(certificate.idx))
    _check_signature(certificate, named)
    return certificate, chain.newest.member(certificate.idx) is None


def _check_kind_and_life(certificate: Certificate, kinds: frozenset[Kind]) -> None:
    if certificate.kind not in kinds:
        raise Refused(CertificateRefusal.KIND)
    life = certificate.not_after - certificate.not_before
    if not 0 <= life <= LONGEST_LIFE_HOURS[certificate.kind]:
        raise Refused(CertificateRefusal.LIFE)


def _check_member(certificate: Certificate, named: Roster, newest: Roster) -> None:
    then, now = named.member(certificate.idx), newest.member(certificate.idx)
    _check_role(certificate, now)
    if then is None or now is None or then.ed25519 != now.ed25519:
        raise Refused(CertificateRefusal.KEY)
    if certificate.idx in newest.revoked:
        raise Refused(CertificateRefusal.REVOKED)


def _check_role(certificate: Certificate, member: StaffMember | None) -> None:
    if member is None:
        raise Refused(CertificateRefusal.MEMBER)
    if certificate.role not in member.roles:
        raise Refused(CertificateRefusal.ROLE)


def _check_signature(certificate: Certificate, named: Roster) -> None:
    member = named.member(certificate.idx)
    signed = certificate.raw[:SIGNED_SIZE]
    if member is None or not verify_signature(member.ed25519, certificate.signature, signed):
        raise Refused(CertificateRefusal.SIGNATURE)
    refuse_low_order(certificate.pub)
