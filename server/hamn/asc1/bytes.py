"""The bytes under everything: numbers, hashes, key derivation, padding, a bounds-checked reader.

A peer's bytes that break the form raise `Malformed`; a peer's bytes of good form that break a
rule raise `Refused` with a typed reason. Neither carries any of the bytes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from enum import StrEnum

from hamn.asc1.labels import KdfLabel, Prefix, kdf_info

Chance = Callable[[int], bytes]
"""A source of random bytes, given by the caller."""

PADDED_SIZES = (256, 1024, 4096, 16384)
LARGE_SIZE = 65536
ZEROS_32 = bytes(32)


class Refused(Exception):
    """What the peer sent is not allowed; nothing has changed."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Form(StrEnum):
    """Why bytes are not of the form the protocol gives them."""

    LENGTH = "length"
    MAGIC = "magic"
    VALUE = "value"
    PADDING = "padding"
    TEXT = "text"


class Malformed(Refused):
    """The bytes are not of the form they claim."""


def u8(number: int) -> bytes:
    """One byte."""
    return number.to_bytes(1, "big")


def u16(number: int) -> bytes:
    """Two bytes, big-endian."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def sha256(content: bytes) -> bytes:
    """H(x) of the protocol."""
    return hashlib.sha256(content).digest()


def mac(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(key, content, "sha256")


def same(first: bytes, second: bytes) -> bool:
    """Whether two MACs are equal, in constant time."""
    return hmac.compare_digest(first, second)


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """The first half of RFC 5869."""
    return mac(salt, ikm)


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """The second half of RFC 5869."""
    okm, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = mac(prk, block + info + u8(counter))
        okm += block
    return okm[:length]


def kdf(ikm: bytes, label: KdfLabel, context: bytes, length: int) -> bytes:
    """KDF(ikm, label, ctx, L) of the protocol: HKDF-SHA256 with an empty salt."""
    return hkdf_expand(hkdf_extract(b"", ikm), kdf_info(label) + context, length)


def kid(public: bytes) -> bytes:
    """The eight bytes that name a public key."""
    return sha256(Prefix.KID.value + public)[:8]


def pad(content: bytes, *, large: bool = False) -> bytes:
    """Zeros up to the smallest size that fits; only case records may take the large one."""
    for size in (*PADDED_SIZES, LARGE_SIZE) if large else PADDED_SIZES:
        if len(content) <= size:
            return content + bytes(size - len(content))
    raise Malformed(Form.LENGTH)


def unpad(padded: bytes, length: int) -> bytes:
    """The first `length` bytes; the rest must be zeros."""
    if length > len(padded):
        raise Malformed(Form.LENGTH)
    if any(padded[length:]):
        raise Malformed(Form.PADDING)
    return padded[:length]


def unhex(text: object, size: int) -> bytes:
    """Exactly `size` bytes of lower-case hex."""
    if not isinstance(text, str) or len(text) != 2 * size:
        raise Malformed(Form.LENGTH)
    if not set(text) <= set("0123456789abcdef"):
        raise Malformed(Form.TEXT)
    return bytes.fromhex(text)


def unsigned(number: object, bits: int) -> int:
    """A JSON number that is a whole one and fits in so many bits."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 1 << bits:
        raise Malformed(Form.VALUE)
    return number


def utf8(content: bytes) -> str:
    """Text, or `Malformed`."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Malformed(Form.TEXT) from error


def decimals(digest: bytes, count: int) -> tuple[int, ...]:
    """The first `count` 11-bit values of a hash, to be read aloud as four digits each."""
    bits = int.from_bytes(digest, "big") >> (8 * len(digest) - 11 * count)
    return tuple(bits >> 11 * (count - 1 - place) & 0x7FF for place in range(count))


class Reader:
    """Takes a message apart from the front and never reads beyond its end."""

    __slots__ = ("_content", "_offset")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._offset = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        end = self._offset + count
        if end > len(self._content):
            raise Malformed(Form.LENGTH)
        taken = self._content[self._offset : end]
        self._offset = end
        return taken

    def number(self, size: int) -> int:
        """The next big-endian number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def expect(self, content: bytes) -> None:
        """The next bytes must be exactly these."""
        if self.take(len(content)) != content:
            raise Malformed(Form.MAGIC)

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._content) - self._offset)

    def end(self) -> None:
        """Nothing may be left."""
        if self._offset != len(self._content):
            raise Malformed(Form.LENGTH)
