"""Known answers: RFC 9180 (T1) and the ASC1 vectors as far as they are in force (T2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hamn.asc1 import code, frame, group, hpke
from hamn.asc1.body import read_hello
from hamn.asc1.bytes import Refused, kid, sha256
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, parse_header, seal_envelope
from hamn.asc1.mail import read_mail
from hamn.asc1.roster import Role

VECTORS = Path(__file__).parent.parent / "vectors"
ASC1: dict[str, Any] = json.loads((VECTORS / "asc1.json").read_text())
RFC9180: list[dict[str, Any]] = json.loads((VECTORS / "rfc9180_x25519.json").read_text())
AES_128 = [each for each in RFC9180 if each["aead_id"] == "1" and each["mode"] in "02"]

V, A, B = (hpke.key_pair(bytes([number]) * 32) for number in (1, 2, 3))
ROOM = bytes(range(16))
ROSTER = sha256(b"roster")
SEED = b"\x07" * 32
EXPIRY = 0x0005D000


def known(name: str) -> bytes:
    return bytes.fromhex(ASC1[name])


def drawn(*numbers: int) -> Any:
    """A source that gives 32 times each number, in turn."""
    queue = [bytes([number]) * 32 for number in numbers]
    return lambda count: queue.pop(0)[:count]


def first_context() -> group.GroupContext:
    visitor = group.Entry(0, Role.VISITOR, V.public, sha256(known("hello")))
    adviser = group.Entry(1, Role.ADVISER, A.public, sha256(b"certA"))
    return group.GroupContext(ROOM, 1, ROSTER, bytes(32), (visitor, adviser))


@pytest.mark.parametrize("answer", AES_128, ids=["base", "auth"])
def test_rfc_9180_base_and_auth_mode_seal_and_open_as_the_rfc_says(answer: dict[str, Any]) -> None:
    first = answer["enc_list"][0]
    auth = answer["mode"] == "2"
    recipient = hpke.key_pair(bytes.fromhex(answer["skRm"]))
    sender = hpke.key_pair(bytes.fromhex(answer["skSm"])) if auth else None
    info, aad = bytes.fromhex(answer["info"]), bytes.fromhex(first["aad"])

    enc, ct = hpke.seal(
        recipient.public,
        info,
        bytes.fromhex(first["pt"]),
        ephemeral=hpke.key_pair(bytes.fromhex(answer["skEm"])),
        sender=sender,
        aad=aad,
        aead=hpke.AES_128_GCM,
    )
    opened = hpke.open_sealed(
        recipient,
        enc,
        ct,
        info,
        sender=sender.public if sender else None,
        aad=aad,
        aead=hpke.AES_128_GCM,
    )

    assert (enc.hex(), ct.hex()) == (answer["enc"], first["ct"])
    assert opened.hex() == first["pt"]


def test_the_group_context_and_its_keys_are_the_known_ones() -> None:
    context = first_context()
    keys = group.keys_of(SEED, context.hash)

    assert context.encode() == known("GC")
    assert context.hash == known("h_gc")
    assert group.parse_context(known("GC")) == context
    assert keys.confirm_tag == known("confirm")
    assert keys.member_key == known("member")
    assert keys.export == known("export")
    assert keys.chain(0) == known("chain0")
    assert keys.chain(1) == known("chain1")


def test_the_safety_phrase_is_the_known_one() -> None:
    assert list(group.safety_phrase(known("h_gc"))) == [1404, 1457, 674, 563, 1062]


def test_the_stanza_of_a_commit_is_the_known_one() -> None:
    plan = group.CommitPlan(first_context(), 1, SEED, {0: A}, None)

    commit = group.build_commit(plan, {0: hpke.key_pair(b"\x0d" * 32)})

    stanza = group.parse_commit(commit).stanzas[0]
    assert stanza.encode()[1:] == known("stanza")
    assert group.open_seed(stanza, V, A.public, known("h_gc")) == SEED


def test_the_hello_envelope_is_the_known_one_and_its_older_body_is_refused() -> None:
    sealing = Sealing(EnvelopeType.HELLO, ROOM, EXPIRY, (A.public, B.public))
    body = b"\x01" + V.public + b"hej"

    envelope = seal_envelope(sealing, body, drawn(9, 10, 11))
    opened = open_envelope(envelope, (B,), expected=EnvelopeType.HELLO, hour=EXPIRY)

    assert envelope == known("hello")
    assert opened.body == body
    assert parse_header(envelope).kids == (kid(A.public), kid(B.public))
    with pytest.raises(Refused):
        read_hello(opened.body, None)


def test_the_reply_envelope_is_the_known_one_and_its_older_body_is_refused() -> None:
    sealing = Sealing(EnvelopeType.REPLY, ROOM, EXPIRY, (V.public,), A)

    envelope = seal_envelope(sealing, b"svar", drawn(8, 12))
    opened = open_envelope(envelope, (V,), expected=EnvelopeType.REPLY, hour=EXPIRY)

    assert envelope == known("reply")
    assert opened.body == b"svar"
    with pytest.raises(Refused):
        read_mail(opened.body)


def test_the_first_two_frames_are_the_known_ones() -> None:
    chain = frame.SendChain(known("chain0"))
    first = frame.Inner(
        frame.Kind.TEXT, 29_000_000, bytes(16), "Jag är orolig för min son".encode()
    )
    second = frame.Inner(frame.Kind.TEXT, 29_000_000, b"\x01" * 16, b"x" * 300, 1, 0)
    sealed = []
    for inner in (first, second):
        seq, key = chain.next()
        header = frame.FrameHeader(frame.FrameType.MESSAGE, 0, ROOM, 1, seq, 0)
        sealed.append(frame.seal_frame(header, inner, key, known("confirm")))
    reader = frame.ReceiveChain(known("chain0"))

    assert sealed[0] == known("frame0")
    assert sha256(sealed[1]) == known("frame1_sha")
    assert reader.open(sealed[0], 0, known("confirm")) == first
    assert reader.open(sealed[1], 1, known("confirm")) == second


def test_a_return_code_derives_as_known() -> None:
    told = "ek-sol-bat-hus-mjolk-vinter-cykel-lampa"

    derived = code.derive(told, "https://stod.example")

    assert derived.id.hex() == ASC1["rc"]["id"]
    assert derived.auth.hex() == ASC1["rc"]["auth"]
    assert derived.r.private.hex() == ASC1["rc"]["x"]
