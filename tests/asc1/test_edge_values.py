"""Values at the edge of what X25519, Ed25519, AES-GCM and HKDF take (T7), in both languages.

`tests/vectors/edges.json` was computed by independent arithmetic, not with this code: points of low
order and encodings out of the ordinary, signatures that are nearly right, seals that are cut, and
derivations as short and as long as they may be. `tests/js/asc1/edges.test.js` walks the same file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import Refused, hkdf_expand, hkdf_extract
from hamn.asc1.hpke import exchange
from hamn.asc1.roster import verify_signature

EDGES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "edges.json").read_text()
)


def edges(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("edge", EDGES[kind], ids=lambda edge: edge["about"])


def raw(edge: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(edge[name]) for name in names]


@edges("x25519")
def test_an_exchange_gives_what_the_ladder_gives_or_is_refused(edge: dict[str, Any]) -> None:
    if edge["shared"]:
        assert exchange(*raw(edge, "private", "public")).hex() == edge["shared"]
    else:
        with pytest.raises(Refused):
            exchange(*raw(edge, "private", "public"))


@edges("ed25519")
def test_a_signature_is_right_in_every_bit_or_wrong(edge: dict[str, Any]) -> None:
    public, sig, message = raw(edge, "public", "sig", "message")
    assert verify_signature(public, sig, message) is edge["ok"]


@edges("aes_gcm")
def test_a_seal_opens_whole_or_not_at_all(edge: dict[str, Any]) -> None:
    key, nonce, sealed, aad = raw(edge, "key", "nonce", "sealed", "aad")
    if edge["plain"] is None:
        with pytest.raises((InvalidTag, ValueError)):
            AESGCM(key).decrypt(nonce, sealed, aad)
    else:
        assert AESGCM(key).decrypt(nonce, sealed, aad).hex() == edge["plain"]


@edges("hkdf")
def test_a_derivation_is_as_long_as_was_asked(edge: dict[str, Any]) -> None:
    salt, ikm, info = raw(edge, "salt", "ikm", "info")
    if edge["okm"] is None:
        with pytest.raises((ValueError, OverflowError)):
            hkdf_expand(hkdf_extract(salt, ikm), info, edge["length"])
    else:
        assert hkdf_expand(hkdf_extract(salt, ikm), info, edge["length"]).hex() == edge["okm"]
