"""HPKE, RFC 9180, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, base and auth mode.

The AEAD is a parameter so that the RFC's own answers can be checked; ASC1 uses AES-256-GCM.
A shared X25519 result of all zeros is refused everywhere. Ephemeral keys are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import Chance, Refused, hkdf_expand, hkdf_extract, u16

KEM_ID = 0x0020
KDF_ID = 0x0001
KEM_SUITE = b"KEM" + u16(KEM_ID)


class KeyRefusal(StrEnum):
    """Why a key or a ciphertext is refused."""

    LOW_ORDER = "low order"
    CLOSED = "does not open"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair."""

    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True)
class Aead:
    """An AES-GCM of RFC 9180: its number and the length of its key."""

    number: int
    key_length: int


@dataclass(frozen=True, slots=True)
class Context:
    """The key and nonce of a single-shot encryption."""

    key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)


AES_128_GCM = Aead(1, 16)
AES_256_GCM = Aead(2, 32)


def key_pair(private: bytes) -> KeyPair:
    """The pair of a private key."""
    return KeyPair(
        private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    )


def new_key_pair(chance: Chance) -> KeyPair:
    """A fresh pair."""
    return key_pair(chance(32))


def exchange(private: bytes, public: bytes) -> bytes:
    """The shared secret of two keys; all zeros is refused."""
    ours = X25519PrivateKey.from_private_bytes(private)
    try:
        return ours.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:  # the library's answer to a shared secret of all zeros
        raise Refused(KeyRefusal.LOW_ORDER) from error


def refuse_low_order(public: bytes) -> None:
    """A trial exchange: a clamped key times a point of low order is zero, whatever the key."""
    exchange(b"\x01" * 32, public)


def seal(
    to: bytes,
    info: bytes,
    content: bytes,
    *,
    ephemeral: KeyPair,
    sender: KeyPair | None = None,
    aad: bytes = b"",
    aead: Aead = AES_256_GCM,
) -> tuple[bytes, bytes]:
    """Encrypt to a public key, in auth mode if there is a sender: (enc, ciphertext)."""
    shared = exchange(ephemeral.private, to)
    kem_context = ephemeral.public + to
    if sender is not None:
        shared += exchange(sender.private, to)
        kem_context += sender.public
    context = _schedule(_kem_secret(shared, kem_context), info, sender is not None, aead)
    return ephemeral.public, AESGCM(context.key).encrypt(context.nonce, content, aad)


def open_sealed(
    recipient: KeyPair,
    enc: bytes,
    ciphertext: bytes,
    info: bytes,
    *,
    sender: bytes | None = None,
    aad: bytes = b"",
    aead: Aead = AES_256_GCM,
) -> bytes:
    """Decrypt, in auth mode if a sender's public key is given."""
    shared = exchange(recipient.private, enc)
    kem_context = enc + recipient.public
    if sender is not None:
        shared += exchange(recipient.private, sender)
        kem_context += sender
    context = _schedule(_kem_secret(shared, kem_context), info, sender is not None, aead)
    try:
        return AESGCM(context.key).decrypt(context.nonce, ciphertext, aad)
    except InvalidTag as error:
        raise Refused(KeyRefusal.CLOSED) from error


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + ikm)


def _labeled_expand(suite: bytes, prk: bytes, labeled: bytes, length: int) -> bytes:
    return hkdf_expand(prk, u16(length) + b"HPKE-v1" + suite + labeled, length)


def _kem_secret(shared: bytes, kem_context: bytes) -> bytes:
    eae = _labeled_extract(KEM_SUITE, b"", b"eae_prk", shared)
    return _labeled_expand(KEM_SUITE, eae, b"shared_secret" + kem_context, 32)


def _schedule(shared: bytes, info: bytes, authenticated: bool, aead: Aead) -> Context:
    suite = b"HPKE" + u16(KEM_ID) + u16(KDF_ID) + u16(aead.number)
    mode = b"\x02" if authenticated else b"\x00"
    psk_id_hash = _labeled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(suite, b"", b"info_hash", info)
    context = mode + psk_id_hash + info_hash
    secret = _labeled_extract(suite, shared, b"secret", b"")
    key = _labeled_expand(suite, secret, b"key" + context, aead.key_length)
    nonce = _labeled_expand(suite, secret, b"base_nonce" + context, 12)
    return Context(key, nonce)
