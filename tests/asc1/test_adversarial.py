"""What an active server, a stranger or a dishonest reader may try (N1-N10, N12-N15), and bodies.

Over 400 lines on purpose: every attack of the list, side by side.

Ghosts, swapped leaves and self-removal (N1, N2, N13) are forged commits: test_checks.py has more
of them. Certificates and rosters (N4, N6) are in test_certificate.py, work (N9) in test_basics.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hamn.asc1 import body, entry, mail
from hamn.asc1.body import Door, Hello
from hamn.asc1.bytes import Malformed, Refused, kdf, kid, pad, sha256, u16
from hamn.asc1.certificate import CertificateRefusal, Kind
from hamn.asc1.checks import CommitRefusal
from hamn.asc1.committer import CommitterRefusal
from hamn.asc1.envelope import (
    EnvelopeRefusal,
    EnvelopeType,
    Sealing,
    open_envelope,
    parse_header,
    seal_envelope,
)
from hamn.asc1.events import Line, Unreadable
from hamn.asc1.frame import Inner, encode_inner, read_inner
from hamn.asc1.frame import Kind as FrameKind
from hamn.asc1.group import CommitPlan, Entry, GroupContext, build_commit
from hamn.asc1.hpke import KeyPair, KeyRefusal, key_pair, seal
from hamn.asc1.labels import HpkeInfo, KdfLabel
from hamn.asc1.mail import MailRefusal, Reply, ReplyKind
from hamn.asc1.resume import with_proof
from hamn.asc1.roster import Role
from tests.asc1.test_checks import FRESH, STRANGER, committer_not_listed, is_refused, liar, three
from tests.asc1.world import CHAIN, HOUR, NOW, certified, chance, paired, staff, waiting

A, B, R = staff(1), staff(2), key_pair(b"\x51" * 32)
ENV = bytes(range(16))


def sealed(
    type_: EnvelopeType, content: bytes, to: tuple[bytes, ...], sender: KeyPair | None = None
) -> bytes:
    return seal_envelope(Sealing(type_, ENV, HOUR + 1, to, sender), content, chance(1))


def refused(envelope: bytes, key: KeyPair, type_: EnvelopeType, hour: int = HOUR) -> object:
    with pytest.raises(Refused) as refusal:
        open_envelope(envelope, (key,), expected=type_, hour=hour)
    return refusal.value.reason


BOX = sealed(EnvelopeType.BOX, b"innehall", (A.sk.public, B.sk.public))
REPLY = sealed(EnvelopeType.REPLY, b"svar", (R.public,), A.sk)


# Envelopes


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (4, 2, EnvelopeRefusal.SUITE),
        (7, 2, EnvelopeRefusal.FLAGS),
        (5, 8, EnvelopeRefusal.TYPE),
        (5, 0, EnvelopeRefusal.TYPE),
        (7, 1, EnvelopeRefusal.MODE),
        (6, 0, EnvelopeRefusal.COUNT),
        (6, 65, EnvelopeRefusal.COUNT),
        (6, 1, EnvelopeRefusal.SIZE),
    ],
)
def test_a_header_outside_the_table_is_refused_without_keys(
    place: int, value: int, reason: object
) -> None:
    wrong = BOX[:place] + bytes([value]) + BOX[place + 1 :]

    with pytest.raises(Refused) as refusal:
        parse_header(wrong)

    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("type_", "readers", "sender", "reason"),
    [
        (EnvelopeType.REPLY, 1, None, EnvelopeRefusal.MODE),
        (EnvelopeType.BOX, 1, A.sk, EnvelopeRefusal.MODE),
        (EnvelopeType.HELLO, 17, None, EnvelopeRefusal.COUNT),
        (EnvelopeType.BOX, 0, None, EnvelopeRefusal.COUNT),
        (EnvelopeType.ESCALATION, 2, A.sk, EnvelopeRefusal.COUNT),
    ],
)
def test_nothing_outside_the_table_is_sealed(
    type_: EnvelopeType, readers: int, sender: KeyPair | None, reason: object
) -> None:
    with pytest.raises(Refused) as refusal:
        sealed(type_, b"x", (A.sk.public,) * readers, sender)

    assert refusal.value.reason is reason


def test_hellos_and_joins_are_at_most_4_kib_and_case_records_may_be_large() -> None:
    large = sealed(EnvelopeType.CASE_RECORD, bytes(30_000), (B.sk.public,), A.sk)
    opened = open_envelope(large, (B.sk,), expected=EnvelopeType.CASE_RECORD, hour=HOUR)

    assert opened.body == bytes(30_000)
    with pytest.raises(Refused) as refusal:
        sealed(EnvelopeType.JOIN, bytes(4000), (B.sk.public,), A.sk)
    assert refusal.value.reason is EnvelopeRefusal.SIZE
    with pytest.raises(Malformed):
        sealed(EnvelopeType.BOX, bytes(30_000), (B.sk.public,))


def test_only_hellos_and_joins_expire_for_the_reader() -> None:
    hello = sealed(EnvelopeType.HELLO, b"x", (A.sk.public,))

    assert open_envelope(hello, (A.sk,), expected=EnvelopeType.HELLO, hour=HOUR + 1).body == b"x"
    assert refused(hello, A.sk, EnvelopeType.HELLO, HOUR + 2) is EnvelopeRefusal.EXPIRED
    assert open_envelope(BOX, (A.sk,), expected=EnvelopeType.BOX, hour=HOUR + 9999).body


def test_exactly_the_readers_named_open_it() -> None:
    for reader in (A.sk, B.sk):
        opened = open_envelope(BOX, (reader,), expected=EnvelopeType.BOX, hour=HOUR)
        assert opened.body == b"innehall"
    assert refused(BOX, R, EnvelopeType.BOX) is EnvelopeRefusal.NOT_FOR_US
    assert refused(BOX, A.sk, EnvelopeType.REPLY) is EnvelopeRefusal.TYPE


def test_a_stanza_that_does_not_open_does_not_hide_the_next_with_the_same_kid() -> None:
    double = sealed(EnvelopeType.BOX, b"innehall", (A.sk.public, A.sk.public))
    broken = double[:40] + bytes([double[40] ^ 1]) + double[41:]

    # The first stanza is broken, so the commitment must fail, not the search.
    assert refused(broken, A.sk, EnvelopeType.BOX) is EnvelopeRefusal.COMMITMENT


def test_n3_a_reply_from_another_sender_or_replayed_under_another_id_does_not_open() -> None:
    other_sender = REPLY[:28] + B.sk.public + REPLY[60:]
    other_id = REPLY[:8] + bytes(16) + REPLY[24:]

    assert refused(other_sender, R, EnvelopeType.REPLY) is EnvelopeRefusal.NOT_FOR_US
    assert refused(other_id, R, EnvelopeType.REPLY) is EnvelopeRefusal.NOT_FOR_US


def test_n7_a_stanza_from_another_envelope_does_not_open() -> None:
    other = seal_envelope(
        Sealing(EnvelopeType.REPLY, b"\x09" * 16, HOUR + 1, (R.public,), A.sk), b"x", chance(2)
    )

    spliced = REPLY[:60] + other[60:148] + REPLY[148:]

    assert refused(spliced, R, EnvelopeType.REPLY) is EnvelopeRefusal.NOT_FOR_US


def test_n7_stanza_commitment_and_content_are_bound_together() -> None:
    wrong_commitment = REPLY[:148] + bytes(32) + REPLY[180:]
    wrong_content = REPLY[:-1] + bytes([REPLY[-1] ^ 1])

    assert refused(wrong_commitment, R, EnvelopeType.REPLY) is EnvelopeRefusal.COMMITMENT
    assert refused(wrong_content, R, EnvelopeType.REPLY) is EnvelopeRefusal.CLOSED


def test_n8_two_readers_cannot_be_given_two_content_keys() -> None:
    front = BOX[:28]
    info = HpkeInfo.ENVELOPE.value + front
    draw = chance(7)
    head = front
    for reader, cek in ((A.sk, b"\x01" * 32), (B.sk, b"\x02" * 32)):
        enc, ct = seal(reader.public, info, cek, ephemeral=key_pair(draw(32)))
        head += kid(reader.public) + enc + ct
    commitment = kdf(b"\x01" * 32, KdfLabel.ENVELOPE_COMMIT, sha256(head), 32)
    forged = head + commitment + bytes(256 + 16)

    assert refused(forged, A.sk, EnvelopeType.BOX) is EnvelopeRefusal.CLOSED
    assert refused(forged, B.sk, EnvelopeType.BOX) is EnvelopeRefusal.COMMITMENT


def test_n15_a_reader_cannot_rewrite_a_record_for_another_reader() -> None:
    opened = open_envelope(REPLY, (R,), expected=EnvelopeType.REPLY, hour=HOUR)
    forged = seal_envelope(
        Sealing(EnvelopeType.REPLY, ENV, HOUR + 1, (B.sk.public,), R), opened.body, chance(3)
    )

    claiming_a = forged[:28] + A.sk.public + forged[60:]

    assert refused(claiming_a, B.sk, EnvelopeType.REPLY) is EnvelopeRefusal.NOT_FOR_US
    with pytest.raises(Refused):
        sealed(EnvelopeType.CASE_RECORD, b"x", (B.sk.public, R.public), A.sk)


# Signed mail


def letter(cert: bytes, sender: KeyPair, type_: EnvelopeType = EnvelopeType.REPLY) -> mail.Believed:
    content = mail.reply_content(Reply(ReplyKind.TEXT, "Hej igen"))
    written = mail.mail_body(mail.Mail(cert, HOUR, content))
    envelope = sealed(type_, written, (R.public,), sender)
    opened = open_envelope(envelope, (R,), expected=type_, hour=HOUR + 200)
    return mail.believe(opened, CHAIN)


def test_a_letter_shows_who_wrote_it() -> None:
    believed = letter(A.certificate.raw, A.sk)

    assert believed.writer.idx == 1
    assert mail.read_reply(believed.content).text == "Hej igen"
    assert believed.has_left is False


def test_a_letter_with_anothers_certificate_or_of_a_wrong_kind_is_refused() -> None:
    case = certified(1, A.sk.public, kind=Kind.CASE)
    for cert, sender, type_, reason in (
        (A.certificate.raw, B.sk, EnvelopeType.REPLY, MailRefusal.SENDER),
        (case, A.sk, EnvelopeType.REPLY, CertificateRefusal.KIND),
        (A.certificate.raw, A.sk, EnvelopeType.CASE_RECORD, CertificateRefusal.KIND),
    ):
        with pytest.raises(Refused) as refusal:
            letter(cert, sender, type_)
        assert refusal.value.reason is reason


def test_records_and_re_wraps_come_back_as_written() -> None:
    rewrap = mail.Rewrap(ENV, EnvelopeType.BOX, b"gammalt")

    assert mail.read_record(mail.record_content('{"å":1}')) == '{"å":1}'
    assert mail.read_rewrap(mail.rewrap_content(rewrap)) == rewrap


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (mail.read_reply, b"\x01\x05\x00\x00"),
        (mail.read_reply, b"\x02\x01\x00\x00"),
        (mail.read_reply, b"\x01\x01\x00\x01\xff"),
        (mail.read_reply, b"\x01\x01\x00\x00x"),
        (mail.read_record, b"\x01\x00\x01"),
        (mail.read_record, b"\x01\x00\x00x"),
        (mail.read_rewrap, b"\x01" + bytes(16) + b"\x08"),
        (body.read_box, b"\x01" + bytes(32) + b"\x00\x02x"),
        (body.read_box, b"\x01" + bytes(32) + b"\x00\x01xx"),
        (body.read_join, b"\x01" + bytes(63)),
        (body.read_join, b"\x01" + bytes(65)),
        (body.read_join, b"\x02" + bytes(64)),
    ],
)
def test_bodies_of_another_form_are_malformed(
    read: Callable[[bytes], object], content: bytes
) -> None:
    with pytest.raises(Malformed):
        read(content)


HELLO = Hello(b"\x01" * 32, b"\x02" * 32, "sv", Door.RELATIVE, r=R.public)
HELLO_BODY = body.hello_body(HELLO)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 2),
        (97, 0x53),
        (98, 0x20),
        (99, 0),
        (99, 3),
        (100, 8),
        (101, 17),
        (102, 8),
        (103, 4),
        (103, 2),
        (157, 1),
    ],
)
def test_a_hello_with_a_wrong_byte_is_malformed(place: int, value: int) -> None:
    wrong = HELLO_BODY[:place] + bytes([value]) + HELLO_BODY[place + 1 :]

    with pytest.raises(Malformed):
        body.read_hello(wrong, None)


def test_a_returning_hello_must_come_from_its_own_r() -> None:
    assert body.read_hello(HELLO_BODY, R.public) == HELLO
    with pytest.raises(Malformed):
        body.read_hello(HELLO_BODY, A.sk.public)


# Rooms


def test_n1_the_server_cannot_add_a_ghost() -> None:
    room = three()
    ghost = liar(room)
    ghost.member_key = b"\x00" * 32
    ghost.senders = dict.fromkeys((0, 1, 2, 3), STRANGER)
    cert = certified(3, STRANGER.public)
    ghost.add(Entry(3, Role.ADVISER, STRANGER.public, sha256(cert)), STRANGER, cert)

    reason = is_refused(room.members["V"], ghost.commit(), ghost.certs)

    assert reason is CommitRefusal.UNANNOUNCED


def test_n2_a_leaf_swapped_by_the_server_is_noticed_by_everybody() -> None:
    room = three()
    lie = liar(room)
    lie.entry(2, leaf=STRANGER.public)

    assert is_refused(room.members["V"], lie.commit(), lie.certs) is CommitRefusal.LEAF
    assert is_refused(room.members["B"], lie.commit(), lie.certs) is CommitRefusal.OWN


def test_n3_a_commit_replayed_in_its_room_or_another_is_refused() -> None:
    room, other = three(), paired(2)
    commit = next(put for put in room.puts if put.content[1] == 0x20 and put.content[23] == 2)

    assert is_refused(room.members["V"], commit.content, commit.certs) is CommitRefusal.EPOCH
    assert is_refused(other.members["V"], commit.content, commit.certs) is CommitRefusal.ROOM


def test_n3_a_frame_replayed_is_not_shown_again() -> None:
    room, other = paired(), paired(2)
    room.say("A", "Hej")
    frame = room.puts[-1].content

    again = room.members["V"].receive(frame, pos=room.pos() + 1, now=NOW)
    elsewhere = other.members["V"].receive(frame, pos=other.pos() + 1, now=NOW)

    assert again.events == (Unreadable(1, 1),)
    assert elsewhere.events == (Unreadable(1, 1),)


def test_n3_a_hello_replayed_gives_the_visitor_no_second_epoch() -> None:
    room = paired()
    knock = entry.open_hello(
        room.envelopes[0], A, entry.Shown("sv", 1, danger=False), chain=CHAIN, hour=HOUR
    )
    second = entry.pair(knock, A, chain=CHAIN, chance=chance(9)).pending
    assert second is not None

    reason = is_refused(room.members["V"], second.commit, second.certs)

    assert reason is CommitRefusal.EPOCH


def test_n3_a_join_replayed_is_refused() -> None:
    room = paired()
    _, envelope = room.ask("B", "A")
    raw = room.staff["B"].certificate.raw
    room.committers["A"].admit(envelope, raw, now=NOW)

    with pytest.raises(Refused) as refusal:
        room.committers["A"].admit(envelope, raw, now=NOW)

    assert refusal.value.reason is CommitterRefusal.REPLAYED


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sender": certified(3, b"\x05" * 32)}, CommitterRefusal.SENDER),
        ({"sender": certified(2, B.sk.public, kind=Kind.BOX)}, CertificateRefusal.KIND),
        ({"room": b"\x99" * 16}, CommitterRefusal.ROOM),
        ({"leaf": bytes(32)}, KeyRefusal.LOW_ORDER),
        ({"leaf": None}, CommitterRefusal.LEAF),
        ({"now": NOW + 2 * 3600}, EnvelopeRefusal.EXPIRED),
    ],
)
def test_a_join_that_is_not_what_it_says_is_refused(
    changed: dict[str, Any], reason: object
) -> None:
    room = paired()
    used = room.members["V"].inside().context.entries[0].leaf
    leaf = changed.get("leaf", STRANGER.public) or used
    asked = body.Join(leaf, changed.get("room", room.members["A"].room_id), bytes(16))
    envelope = sealed(EnvelopeType.JOIN, body.join_body(asked), (A.sk.public,), B.sk)
    sender = changed.get("sender", B.certificate.raw)

    with pytest.raises(Refused) as refusal:
        room.committers["A"].admit(envelope, sender, now=changed.get("now", NOW))

    assert refusal.value.reason is reason


def test_a_colleague_who_comes_back_in_another_role_is_refused() -> None:
    room = paired()
    room.join("B", "A")
    again = certified(2, B.sk.public, role=Role.SUPERVISOR)
    asked = body.Join(STRANGER.public, room.members["A"].room_id, bytes(16))
    envelope = sealed(EnvelopeType.JOIN, body.join_body(asked), (A.sk.public,), B.sk)

    with pytest.raises(Refused) as refusal:
        room.committers["A"].admit(envelope, again, now=NOW)

    assert refusal.value.reason is CommitterRefusal.ROLE


def test_n5_a_low_order_key_in_hello_or_leaf_update_leads_nowhere() -> None:
    visitor, hello = waiting(1)
    low = replace(hello, v=bytes(32))
    envelope = entry.seal_hello(visitor, low, [A.certificate], hour=HOUR)
    shown = entry.Shown("sv", 1, danger=False)
    knock = entry.open_hello(envelope, A, shown, chain=CHAIN, hour=HOUR)

    with pytest.raises(Refused) as refusal:
        entry.pair(knock, A, chain=CHAIN, chance=chance(1))

    assert refusal.value.reason is KeyRefusal.LOW_ORDER


def test_n5_a_low_order_leaf_update_is_unreadable_and_not_remembered() -> None:
    room = paired()
    before = room.members["A"].leaves.newest[0]
    room.muted = {"V"}
    proposal = room.committers["A"].propose()
    room.commit("A", proposal)
    visitor = room.members["V"]
    visitor.receive(proposal.commit, pos=room.pos(), now=NOW, certs=proposal.certs)
    epoch = visitor.inside()
    twin = type(epoch)(_accepted_again(visitor, proposal.commit), now=NOW)

    low = twin.write(Inner(FrameKind.LEAF_UPDATE, 0, bytes(16), bytes(32)))
    step = room.members["A"].receive(low.frame, pos=room.pos() + 1, now=NOW)

    assert step.events == (Unreadable(0, 1),)
    assert room.members["A"].leaves.newest[0] == before


def _accepted_again(visitor: Any, commit: bytes) -> Any:
    from hamn.asc1.checks import Accepted
    from hamn.asc1.group import keys_of, open_seed, parse_commit

    header = parse_commit(commit)
    stanza = header.stanza(0)
    leaf = next(key for key in visitor.leaves.own.values() if kid(key.public) == stanza.kid)  # type: ignore[union-attr]
    sender = next(
        entry.leaf for entry in paired().members["A"].inside().context.entries if entry.slot == 1
    )
    seed = open_seed(stanza, leaf, sender, header.context.hash)  # type: ignore[arg-type]
    epoch = visitor.inside()
    return Accepted(
        header.context,
        keys_of(seed, header.context.hash),
        1,
        0,
        leaf,
        epoch.certificates,
        epoch.people,
    )


def test_n12_a_forged_re_handshake_is_not_recognised() -> None:
    room = paired()
    visitor, hello = waiting(6)
    point = room.members["V"].resume_point()
    proven = with_proof(hello, point, visitor.room_id)
    adviser = room.members["A"]

    assert adviser.recognises(proven, visitor.room_id)
    for forged in (
        replace(proven, v=STRANGER.public),
        replace(proven, proof=bytes(32)),
        replace(proven, prev_epoch=2),
        replace(proven, prev_room=b"\x09" * 16),
    ):
        assert not adviser.recognises(forged, visitor.room_id)
    assert not adviser.recognises(proven, b"\x08" * 16)


def test_n13_a_committer_who_leaves_itself_out_is_refused() -> None:
    room = three()
    lie = liar(room)
    committer_not_listed(lie)

    assert is_refused(room.members["V"], lie.commit(), lie.certs) is CommitRefusal.COMMITTER


def test_n14_the_server_cannot_make_an_epoch_for_a_joiner() -> None:
    room = three()
    member, _ = room.ask("C", "A")
    own_leaf = next(iter(member.leaves.own))
    entries = (
        Entry(1, Role.ADVISER, FRESH.public, A.certificate.hash),
        Entry(3, Role.ADVISER, own_leaf, room.staff["C"].certificate.hash),
    )
    context = GroupContext(member.room_id, 7, CHAIN.newest.hash, bytes(32), entries)
    plan = CommitPlan(context, 1, b"\x01" * 32, {3: STRANGER}, b"\x02" * 32)
    forged = build_commit(plan, {3: key_pair(b"\x03" * 32)})
    certs = (A.certificate.raw, room.staff["C"].certificate.raw)

    with pytest.raises(Refused):
        member.receive(forged, pos=1, now=NOW, certs=certs)

    assert member.epoch is None


# Frames


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (FrameKind.TEXT, b"x" * 4001),
        (FrameKind.CONTROL, b"x" * 4068),
        (FrameKind.RECEIPT, b""),
        (FrameKind.RECEIPT, b"\x0f" + bytes(16 * 15)),
        (FrameKind.RECEIPT, b"\x01" + bytes(15)),
        (FrameKind.LEAF_UPDATE, bytes(31)),
        (FrameKind.END, b"x"),
        (FrameKind.COVER, b"x"),
    ],
)
def test_what_a_frame_may_not_carry_is_neither_written_nor_read(
    kind: FrameKind, content: bytes
) -> None:
    with pytest.raises(Malformed):
        encode_inner(Inner(kind, 0, bytes(16), content))
    front = bytes((kind, 0)) + bytes(25) + u16(len(content))
    with pytest.raises(Malformed):
        read_inner(pad(front + content))


@pytest.mark.parametrize("front", [b"\x00\x00", b"\x07\x00", b"\x01\x01"])
def test_an_unknown_kind_or_flag_is_malformed(front: bytes) -> None:
    with pytest.raises(Malformed):
        read_inner(front + bytes(254))


def test_text_that_is_not_utf_8_is_unreadable() -> None:
    room = paired()
    written = room.members["A"].inside().write(Inner(FrameKind.TEXT, 0, bytes(16), b"\xff"))

    step = room.members["V"].receive(written.frame, pos=room.pos() + 1, now=NOW)

    assert step.events == (Unreadable(1, 1),)


def test_a_message_frame_where_a_leaf_update_is_due_is_unreadable() -> None:
    room = paired()
    proposal = room.committers["A"].propose()
    room.muted = {"V"}
    room.commit("A", proposal)
    forged = b"\x01\x10\x01\x00" + room.members["A"].room_id + b"\0\0\0\x02\0\0\0\0" + bytes(272)

    step = room.members["A"].receive(forged, pos=room.pos() + 1, now=NOW)

    assert step.events == (Unreadable(0, 1),)
    assert not any(isinstance(event, Line) for event in step.events)
