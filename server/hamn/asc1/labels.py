"""Every label ASC1 puts in front of a key or a signature, in one place (protocol.md section 4).

Two uses of a secret are kept apart by their label alone, so the list is exhaustive and no label,
with its trailing byte, may be the beginning of another. No other module spells a label.
"""

from __future__ import annotations

from enum import Enum, StrEnum

KDF_PREFIX = b"ASC1 "


class KdfLabel(StrEnum):
    """Labels of KDF(ikm, label, context, length)."""

    EPOCH = "epoch"
    CONFIRM = "confirm"
    MEMBER = "member"
    EXPORT = "export"
    RESUME = "resume"
    CHAIN = "chain"
    MESSAGE = "msg"
    CHAIN_KEY = "ck"
    ENVELOPE_KEY = "env key"
    ENVELOPE_COMMIT = "env commit"
    CODE_ID = "rc id"
    CODE_AUTH = "rc auth"
    CODE_X25519 = "rc x25519"
    KEK_PRF = "kek prf"
    KEK_RECOVERY = "kek rec"
    STAFF_AUTH = "staff auth"
    SHRED_ROW = "shred row"


class HpkeInfo(Enum):
    """What stands first in the info of an HPKE stanza."""

    ENVELOPE = b"ASC1 env\0"
    COMMIT = b"ASC1 commit\0"


class Prefix(Enum):
    """What stands first in everything that is hashed, signed or authenticated."""

    KID = b"ASC1 kid"
    SAFETY = b"ASC1 safety"
    RETURN_CODE = b"ASC1 return\0"
    RECOVERY = b"ASC1 recovery\0"
    WRAP = b"ASC1 wrap\0"
    CONTEXT = b"ASC1-GC\x01"
    CERTIFICATE = b"ASC1-SC\x01"
    ROSTER = b"ASC1-RO\x01"
    RELEASE = b"ASC1-RM\x01"
    DEPLOYMENT = b"ASC1-DM\x01"
    RESUME_PROOF = b"ASC1-RS\x01"
    SIGN_IN = b"ASC1-AU\x01"


PRF_INPUT = b"ASC1 kek v1"


def kdf_info(label: KdfLabel) -> bytes:
    """The info of HKDF before its context: prefix, label and the closing zero."""
    return KDF_PREFIX + label.value.encode() + b"\0"


def every_label() -> tuple[bytes, ...]:
    """All labels as they enter a computation, each with its trailing byte where it has one."""
    derived = tuple(kdf_info(label) for label in KdfLabel)
    infos = tuple(info.value for info in HpkeInfo)
    return derived + infos + tuple(prefix.value for prefix in Prefix) + (PRF_INPUT,)
