"""Staff sign-in: a root secret, the key that signs the server's challenge, and the wraps.

The root is a passkey's PRF output or comes from 24 generated digits; either unlocks the same AK,
and AK unlocks everything else. The server checks one signature and never sees the root
(protocol.md section 3.1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import Chance, Form, Malformed, Refused, kdf, sha256, u8, u16, u32
from hamn.asc1.labels import KdfLabel, Prefix
from hamn.asc1.roster import verify_signature

ITERATIONS = 1_000_000
TOLERANCE_MINUTES = 2
WRAP_SIZE = 12 + 32 + 16
LOGIN_NAME = re.compile(r"[a-z0-9._-]{2,32}", re.ASCII)


class Method(IntEnum):
    """How a root secret came about; 0 stands in wraps under AK."""

    NONE = 0
    PASSKEY = 1
    DIGITS = 2


class Wrapped(IntEnum):
    """Which key a wrap holds."""

    AK = 1
    IK = 2
    BK = 3
    EK = 4
    CK = 5
    ROOT = 6


class SignInRefusal(StrEnum):
    """Why a sign-in is refused, in the order of the checks; the peer gets one answer for all."""

    TIME = "too old or too early"
    ORIGIN = "not a staff origin"
    SIGNATURE = "signature"
    WRAP = "does not open"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is signed: where, who, how, for which nonce and when (minutes)."""

    origin_hash: bytes
    name_hash: bytes
    method: Method
    nonce: bytes
    issued: int


@dataclass(frozen=True, slots=True)
class WrapPlace:
    """What binds a wrap to its owner, its key and its version."""

    idx: int
    what: Wrapped
    method: Method
    version: int
    kid: bytes


def is_login_name(name: str) -> bool:
    """Whether a login name has the allowed form."""
    return LOGIN_NAME.fullmatch(name) is not None


def root_from_digits(
    digits: str, *, service: str, name: str, iterations: int = ITERATIONS
) -> bytes:
    """The root behind a generated secret."""
    salt = Prefix.RECOVERY.value + service.encode() + b"\0" + name.encode()
    return hashlib.pbkdf2_hmac("sha256", digits.encode(), salt, iterations, 32)


def auth_seed(root: bytes, method: Method) -> bytes:
    """The Ed25519 seed that signs challenges."""
    return kdf(root, KdfLabel.STAFF_AUTH, u8(method), 32)


def auth_public(root: bytes, method: Method) -> bytes:
    """The key the server stores for a name and a method."""
    key = Ed25519PrivateKey.from_private_bytes(auth_seed(root, method))
    return key.public_key().public_bytes_raw()


def kek(root: bytes, method: Method) -> bytes:
    """The key that opens AK."""
    label = KdfLabel.KEK_PRF if method is Method.PASSKEY else KdfLabel.KEK_RECOVERY
    return kdf(root, label, b"", 32)


def challenge(origin: str, name: str, method: Method, *, nonce: bytes, issued: int) -> Challenge:
    """What a client at this origin signs for this nonce."""
    return Challenge(sha256(origin.encode()), sha256(name.encode()), method, nonce, issued)


def signed_bytes(challenge: Challenge) -> bytes:
    """The bytes under the signature."""
    return (
        Prefix.SIGN_IN.value
        + challenge.origin_hash
        + challenge.name_hash
        + u8(challenge.method)
        + challenge.nonce
        + u32(challenge.issued)
    )


def sign(challenge: Challenge, root: bytes) -> bytes:
    """Answer a challenge."""
    key = Ed25519PrivateKey.from_private_bytes(auth_seed(root, challenge.method))
    return key.sign(signed_bytes(challenge))


def check(
    challenge: Challenge,
    signature: bytes,
    *,
    public: bytes,
    origin_hashes: Collection[bytes],
    minute: int,
) -> None:
    """The server's checks after the nonce: time, origin, signature.

    For an unknown name call it with a key nobody holds, so that the answer takes the same time.

    Raises: Refused with a `SignInRefusal`.
    """
    good = verify_signature(public, signature, signed_bytes(challenge))
    if abs(challenge.issued - minute) > TOLERANCE_MINUTES:
        raise Refused(SignInRefusal.TIME)
    if challenge.origin_hash not in origin_hashes:
        raise Refused(SignInRefusal.ORIGIN)
    if not good:
        raise Refused(SignInRefusal.SIGNATURE)


def wrap(secret: bytes, key: bytes, place: WrapPlace, chance: Chance) -> bytes:
    """32 secret bytes under a key, bound to their place."""
    nonce = chance(12)
    return nonce + AESGCM(key).encrypt(nonce, secret, _aad(place))


def unwrap(wrapped: bytes, key: bytes, place: WrapPlace) -> bytes:
    """The secret of a wrap, or a refusal if key or place is another.

    Raises: Malformed, or Refused with `SignInRefusal.WRAP`.
    """
    if len(wrapped) != WRAP_SIZE:
        raise Malformed(Form.LENGTH)
    try:
        return AESGCM(key).decrypt(wrapped[:12], wrapped[12:], _aad(place))
    except InvalidTag as error:
        raise Refused(SignInRefusal.WRAP) from error


def _aad(place: WrapPlace) -> bytes:
    front = Prefix.WRAP.value + u16(place.idx) + u8(place.what) + u8(place.method)
    return front + u32(place.version) + place.kid
