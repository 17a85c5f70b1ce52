"""Return codes: 24 digits on paper that open a mailbox and lead back into a room.

The same form serves as the generated secret of staff sign-in. A code's check digits are tested
before any network use; what it opens follows from the digits and the service id alone
(protocol.md section 8).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from hamn.asc1.bytes import Chance, Refused, kdf
from hamn.asc1.hpke import KeyPair, key_pair
from hamn.asc1.labels import KdfLabel, Prefix

DIGITS = 24
CHOSEN_DIGITS = 22
ITERATIONS = 600_000


class CodeRefusal(StrEnum):
    """Why typed digits are not a code."""

    LENGTH = "not 24 digits"
    CHECK = "check digits"


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """What the server may know of a code (id, auth) and what it may not (R)."""

    id: bytes = field(repr=False)
    auth: bytes = field(repr=False)
    r: KeyPair = field(repr=False)


def make_digits(chance: Chance) -> str:
    """22 uniform digits and their two check digits."""
    uniform = _uniform_digits(chance)
    return with_check("".join(str(next(uniform)) for _ in range(CHOSEN_DIGITS)))


def with_check(chosen: str) -> str:
    """The 22 digits and the two that make the whole one more than a multiple of 97."""
    return f"{chosen}{98 - 100 * int(chosen) % 97:02d}"


def in_groups(digits: str) -> str:
    """Six groups of four, as shown and printed."""
    return " ".join(digits[start : start + 4] for start in range(0, DIGITS, 4))


def read_digits(typed: str) -> str:
    """Fold other scripts' digits, spaces and hyphens; check; 24 ASCII digits.

    Raises: Refused with a `CodeRefusal`.
    """
    folded = "".join(_fold(character) for character in typed)
    if len(folded) != DIGITS or not (folded.isascii() and folded.isdigit()):
        raise Refused(CodeRefusal.LENGTH)
    if int(folded) % 97 != 1:
        raise Refused(CodeRefusal.CHECK)
    return folded


def derive(digits: str, service: str, *, iterations: int = ITERATIONS) -> ReturnCode:
    """All that a code opens."""
    salt = Prefix.RETURN_CODE.value + service.encode()
    root = hashlib.pbkdf2_hmac("sha256", digits.encode(), salt, iterations, 32)
    return from_root(root)


def from_root(root: bytes) -> ReturnCode:
    """The three derivations from the stretched digits."""
    return ReturnCode(
        id=kdf(root, KdfLabel.CODE_ID, b"", 16),
        auth=kdf(root, KdfLabel.CODE_AUTH, b"", 32),
        r=key_pair(kdf(root, KdfLabel.CODE_X25519, b"", 32)),
    )


def _uniform_digits(chance: Chance) -> Iterator[int]:
    while True:
        for byte in chance(32):
            if byte < 250:
                yield byte % 10


def _fold(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Pd":
        return ""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
