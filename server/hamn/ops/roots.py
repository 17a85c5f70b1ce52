"""Root keys and `trust.json`: made and used where the operator is, never read by the service.

A root is an Ed25519 key in a PKCS8 PEM file of its own. `trust.json` names the roots' public
halves and how many of them must sign a roster (protocol.md section 5).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from hamn.asc1.bytes import Chance
from hamn.asc1.roster import Trust, parse_trust
from hamn.ops.files import FileRefused, read_secret, write_secret

TRUST_FILE = "trust.json"


def new_root(path: Path, chance: Chance) -> bytes:
    """Write a new root key to `path`; its public half.

    Raises: FileRefused when the file exists.
    """
    key = Ed25519PrivateKey.from_private_bytes(chance(32))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(path, pem)
    return key.public_key().public_bytes_raw()


def read_root(path: Path) -> bytes:
    """The seed of the root key in a file.

    Raises: FileRefused.
    """
    try:
        key = load_pem_private_key(read_secret(path), password=None)
    except (ValueError, TypeError):
        raise FileRefused(f"{path}: is not a key file") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise FileRefused(f"{path}: is not an Ed25519 key")
    return key.private_bytes_raw()


def public_half(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def compose_trust(service: str, roots: Sequence[bytes], threshold: int) -> bytes:
    """The bytes of `trust.json`.

    Raises: Malformed when the threshold does not fit the roots.
    """
    fields = {"v": 1, "service": service, "roots": [root.hex() for root in roots], "t": threshold}
    content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    parse_trust(content)
    return content


def add_root(data: Path, public: bytes) -> Trust:
    """Let one more root stand in the data folder's `trust.json`, after those that do; how many must
    sign stays, and so does every signature.

    Raises: FileRefused when it stands there already or the file cannot be written; Malformed.
    """
    path = data / TRUST_FILE
    before = parse_trust(path.read_bytes())
    if public in before.roots:
        raise FileRefused(f"{path}: has this root already")
    content = compose_trust(before.service, (*before.roots, public), before.threshold)
    new = path.with_suffix(".new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        raise FileRefused(f"{path}: cannot be written ({error.strerror})") from None
    return parse_trust(content)


def place_of(seed: bytes, trust: Trust, path: Path) -> int:
    """Which of the roots in `trust.json` this key is.

    Raises: FileRefused when it is none of them.
    """
    try:
        return trust.roots.index(public_half(seed))
    except ValueError:
        raise FileRefused(f"{path}: is not one of the roots in trust.json") from None


def fingerprint(trust: Trust) -> str:
    """The root fingerprint as it is printed on posters."""
    return " ".join(f"{value:04}" for value in trust.fingerprint)
