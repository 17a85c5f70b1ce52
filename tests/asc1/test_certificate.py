"""Certificates and rosters: every check in its order, and the threshold of roots (T6, N4, N6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hamn.asc1 import certificate, roster
from hamn.asc1.bytes import Malformed, Refused, sha256
from hamn.asc1.certificate import CertificateRefusal, Kind
from hamn.asc1.checks import person_of
from hamn.asc1.hpke import KeyRefusal, key_pair
from hamn.asc1.roster import ChangeKind, Role, RosterRefusal
from hamn.asc1.transparency import LogKind, LogRefusal, append, check_log, tells_of
from tests.asc1.world import (
    CHAIN,
    HOUR,
    SHIFT,
    certified,
    chain,
    ed25519,
    ik,
    roster_bytes,
    successor,
)

PUB = key_pair(b"\x05" * 32).public
START, END = certificate.shift_hours(HOUR)
ROOTS = {place: bytes([0x20 + place]) * 32 for place in range(3)}


def reason_of(raw: bytes, *, hour: int = HOUR, by: roster.Chain = CHAIN) -> object:
    with pytest.raises(Refused) as refusal:
        certificate.check(raw, kinds=SHIFT, chain=by, hour=hour)
    return refusal.value.reason


def test_a_good_certificate_is_148_bytes_and_believed() -> None:
    raw = certified(1, PUB)

    checked = certificate.check(raw, kinds=SHIFT, chain=CHAIN, hour=HOUR)

    assert len(raw) == 148
    assert (checked.idx, checked.role, checked.pub) == (1, Role.ADVISER, PUB)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": Kind.BOX}, CertificateRefusal.KIND),
        ({"not_after": START + 13}, CertificateRefusal.LIFE),
        ({"not_after": START - 1}, CertificateRefusal.LIFE),
        ({"not_before": HOUR + 25, "not_after": HOUR + 30}, CertificateRefusal.FUTURE),
        ({"not_before": HOUR - 35, "not_after": HOUR - 25}, CertificateRefusal.EXPIRED),
        ({"roster_hash": b"\x55" * 32}, CertificateRefusal.ROSTER),
        ({"idx": 9, "seed": ik(1)}, CertificateRefusal.MEMBER),
        ({"role": Role.COUNSELLOR}, CertificateRefusal.ROLE),
        ({"seed": ik(2)}, CertificateRefusal.SIGNATURE),
        ({"pub": bytes(32)}, KeyRefusal.LOW_ORDER),
    ],
)
def test_each_fault_of_a_certificate_has_its_own_refusal(
    changed: dict[str, Any], reason: object
) -> None:
    fields = {"idx": 1} | changed

    assert reason_of(certified(fields.pop("idx"), fields.pop("pub", PUB), **fields)) is reason


@pytest.mark.parametrize("hour", [START - 24, END + 24])
def test_24_hours_of_a_wrong_clock_are_forgiven(hour: int) -> None:
    checked = certificate.check(certified(1, PUB), kinds=SHIFT, chain=CHAIN, hour=hour)

    assert checked.idx == 1


def test_a_revoked_member_is_refused() -> None:
    newer = chain(successor(roster_bytes(), revoked=[1]), roster_bytes())

    assert reason_of(certified(1, PUB), by=newer) is CertificateRefusal.REVOKED


def test_a_re_keyed_member_is_refused_under_the_old_key() -> None:
    members = json.loads(roster_bytes())["members"]
    members[0]["ed25519"] = ed25519(ik(99)).hex()
    newer = chain(successor(roster_bytes(), members=members), roster_bytes())

    assert reason_of(certified(1, PUB), by=newer) is CertificateRefusal.KEY


def test_a_shift_certificate_may_name_the_predecessor_but_nothing_older() -> None:
    first = roster_bytes()
    second = successor(first)
    third = successor(second)

    by_second = certificate.check(
        certified(1, PUB), kinds=SHIFT, chain=chain(second, first), hour=HOUR
    )

    assert by_second.idx == 1
    assert reason_of(certified(1, PUB), by=chain(third, second, first)) is CertificateRefusal.ROSTER


def test_a_box_certificate_may_name_any_roster_of_the_chain() -> None:
    first = roster_bytes()
    second = successor(first)
    long = chain(successor(second), second, first)
    raw = certified(1, PUB, kind=Kind.BOX, not_after=START + 504)

    checked = certificate.check(raw, kinds=frozenset({Kind.BOX}), chain=long, hour=HOUR)

    assert checked.kind is Kind.BOX


@pytest.mark.parametrize("raw", [b"", bytes(148), certified(1, PUB)[:-1], certified(1, PUB) + b"x"])
def test_other_bytes_are_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        certificate.parse(raw)


def test_mail_is_tested_against_the_hour_it_was_written_without_tolerance() -> None:
    raw = certified(1, PUB)

    written, has_left = certificate.check_mail(raw, kinds=SHIFT, chain=CHAIN, issued=END)
    for issued, reason in (
        (START - 1, CertificateRefusal.FUTURE),
        (END + 1, CertificateRefusal.EXPIRED),
    ):
        with pytest.raises(Refused) as refusal:
            certificate.check_mail(raw, kinds=SHIFT, chain=CHAIN, issued=issued)
        assert refusal.value.reason is reason

    assert (written.idx, has_left) == (1, False)


def test_mail_of_one_who_has_left_is_marked_and_of_one_revoked_refused() -> None:
    gone = [each for each in json.loads(roster_bytes())["members"] if each["idx"] != 1]
    left = chain(successor(roster_bytes(), members=gone), roster_bytes())
    revoked = chain(successor(roster_bytes(), members=gone, revoked=[1]), roster_bytes())
    raw = certified(1, PUB)

    assert certificate.check_mail(raw, kinds=SHIFT, chain=left, issued=HOUR)[1] is True
    with pytest.raises(Refused) as refusal:
        certificate.check_mail(raw, kinds=SHIFT, chain=revoked, issued=HOUR)
    assert refusal.value.reason is CertificateRefusal.REVOKED


# Rosters


def trust_bytes(t: int) -> bytes:
    roots = [ed25519(seed).hex() for seed in ROOTS.values()]
    return json.dumps({"v": 1, "service": "stod", "roots": roots, "t": t}).encode()


def signed(content: bytes, *places: int) -> bytes:
    return roster.sign_roster(content, {place: ROOTS[place] for place in places})


def refused(content: bytes, signatures: bytes, *, t: int = 1, **given: int) -> object:
    trust = roster.parse_trust(trust_bytes(t))
    with pytest.raises(Refused) as refusal:
        roster.verify(
            content, signatures, trust, hour=given.get("hour", HOUR), held=given.get("held", 0)
        )
    return refusal.value.reason


@pytest.mark.parametrize("t", [1, 2, 3])
def test_t_different_roots_must_sign(t: int) -> None:
    content = roster_bytes()
    trust = roster.parse_trust(trust_bytes(t))

    believed = roster.verify(content, signed(content, *range(t)), trust, hour=HOUR)

    assert believed.hash == sha256(content)
    assert refused(content, signed(content, *range(t - 1)), t=t) is RosterRefusal.SIGNATURES


def test_one_root_twice_counts_once() -> None:
    content = roster_bytes()
    once = json.loads(signed(content, 0))

    twice = json.dumps([*once, *once]).encode()

    assert refused(content, twice, t=2) is RosterRefusal.SIGNATURES


def test_a_signature_by_no_root_or_for_another_roster_does_not_count() -> None:
    content, other = roster_bytes(), roster_bytes(seq=2)
    stranger = roster.sign_roster(content, {0: b"\x77" * 32})
    beyond = roster.sign_roster(content, {3: ROOTS[0]})

    for signatures in (stranger, beyond, signed(other, 0)):
        assert refused(content, signatures) is RosterRefusal.SIGNATURES


@pytest.mark.parametrize(
    ("changed", "given", "reason"),
    [
        ({"v": 2}, {}, RosterRefusal.VERSION),
        ({"issued": HOUR - 100, "expires": HOUR - 25}, {}, RosterRefusal.EXPIRED),
        ({"issued": HOUR + 25, "expires": HOUR + 30}, {}, RosterRefusal.FUTURE),
        ({"seq": 4}, {"held": 5}, RosterRefusal.ROLLBACK),
    ],
)
def test_each_fault_of_a_roster_has_its_own_refusal(
    changed: dict[str, Any], given: dict[str, int], reason: object
) -> None:
    content = roster_bytes(**changed)
    signatures = [{"root": 0, "sig": _sign(roster.signed_bytes(changed.get("seq", 1), content))}]

    assert refused(content, json.dumps(signatures).encode(), **given) is reason


def _sign(message: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(ROOTS[0]).sign(message).hex()


@pytest.mark.parametrize("hour", [HOUR - 5 - 24, HOUR + 300 + 24])
def test_a_roster_at_the_edge_of_the_tolerance_is_believed(hour: int) -> None:
    content = roster_bytes()
    trust = roster.parse_trust(trust_bytes(1))

    assert roster.verify(content, signed(content, 0), trust, hour=hour, held=1).seq == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        roster_bytes(expires=HOUR + 400),
        roster_bytes(prev="00"),
        roster_bytes(seq=True),
        roster_bytes(seq=-1),
        roster_bytes(bg=["zz" * 32]),
        roster_bytes(members=[{}]),
        roster_bytes(members=[7]),
        roster_bytes(members=json.loads(roster_bytes())["members"][:1] * 2),
        roster_bytes(revoked=[70000]),
        roster_bytes(revoked=None),
    ],
)
def test_a_roster_of_another_form_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        roster.parse_roster(content)


@pytest.mark.parametrize("changed", [{"t": 0}, {"t": 4}, {"v": 2}, {"service": 3}, {"roots": []}])
def test_trust_that_cannot_be_met_is_malformed(changed: dict[str, Any]) -> None:
    content = json.dumps(json.loads(trust_bytes(1)) | changed).encode()

    with pytest.raises(Malformed):
        roster.parse_trust(content)


def test_the_fingerprint_is_eight_numbers_below_2048() -> None:
    fingerprint = roster.parse_trust(trust_bytes(1)).fingerprint
    bits = "".join(f"{number:011b}" for number in fingerprint)

    assert len(fingerprint) == 8
    assert int(bits, 2).to_bytes(11, "big") == sha256(trust_bytes(1))[:11]


def test_only_the_true_predecessor_extends_the_chain() -> None:
    first = roster_bytes()
    newest = roster.Chain((roster.parse_roster(successor(first)),))
    skipping = roster.Chain((roster.parse_roster(successor(first, seq=3)),))

    assert roster.extend_back(newest, first).find(sha256(first)) is not None
    for by, earlier in ((newest, roster_bytes(issued=HOUR - 6)), (skipping, first)):
        with pytest.raises(Refused) as refusal:
            roster.extend_back(by, earlier)
        assert refusal.value.reason is RosterRefusal.CHAIN


def test_the_chain_is_walked_64_steps_and_no_further() -> None:
    contents = [roster_bytes()]
    for _ in range(65):
        contents.append(successor(contents[-1]))
    newest_first = contents[::-1]

    walked = chain(*newest_first[:65])

    assert len(walked.rosters) == 65
    with pytest.raises(Refused) as refusal:
        roster.extend_back(walked, newest_first[65])
    assert refusal.value.reason is RosterRefusal.TOO_FAR


def test_every_change_between_two_rosters_is_told() -> None:
    old = roster_bytes()
    members = json.loads(old)["members"]
    rekeyed = members[1] | {"ed25519": ed25519(ik(99)).hex()}
    roles = members[2] | {"roles": [4]}
    added = members[0] | {"idx": 6}
    new = successor(old, members=[rekeyed, roles, members[3], members[4], added], revoked=[4])

    told = roster.changes(roster.parse_roster(old), roster.parse_roster(new))

    assert [(change.idx, change.kind) for change in told] == [
        (1, ChangeKind.REMOVED),
        (2, ChangeKind.REKEYED),
        (3, ChangeKind.ROLES),
        (4, ChangeKind.REVOKED),
        (6, ChangeKind.ADDED),
    ]


def test_the_transparency_log_notices_a_line_changed_or_missing() -> None:
    log = append(append(b"", LogKind.ROSTER, b"\x01" * 32), LogKind.DEPLOY, b"\x02" * 32)
    log = append(log, LogKind.RELEASE, b"\x03" * 32)
    lines = log.splitlines(keepends=True)

    assert [kind for kind, _ in check_log(log)] == ["roster", "deploy", "release"]
    for wrong, reason in (
        (lines[0] + lines[2], LogRefusal.NUMBER),
        (log.replace(b"01" * 32, b"04" * 32, 1), LogRefusal.CHAIN),
    ):
        with pytest.raises(Refused) as refusal:
            check_log(wrong)
        assert refusal.value.reason is reason


def test_a_roster_is_looked_for_at_the_end_of_the_log() -> None:
    first = roster_bytes()
    second = successor(first)
    believed = chain(second, first)
    log = append(append(b"", LogKind.ROSTER, sha256(first)), LogKind.DEPLOY, b"\x02" * 32)
    whole = append(log, LogKind.ROSTER, sha256(second))

    tells_of(whole, believed)

    for wrong in (b"", log, append(whole, LogKind.ROSTER, b"\x03" * 32)):
        with pytest.raises(Refused) as refusal:
            tells_of(wrong, believed)
        assert refusal.value.reason is LogRefusal.UNTOLD


@pytest.mark.parametrize(
    "line", [b"x\n", b"[]\n", b'{"n":0,"kind":"party","sha256":"","prev":""}\n']
)
def test_a_log_of_another_form_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        check_log(line)


def test_nobody_stands_behind_a_certificate_outside_the_chain() -> None:
    parsed = certificate.parse(certified(9, PUB, seed=ik(1)))

    with pytest.raises(Refused) as refusal:
        person_of(parsed, CHAIN)

    assert refusal.value.reason is CertificateRefusal.MEMBER
