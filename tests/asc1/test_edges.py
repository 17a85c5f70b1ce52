"""Edges that the other tests do not reach: ill-formed fields, unknown numbers, states too early."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hamn.asc1 import certificate, frame, roster, work
from hamn.asc1.bytes import Malformed, Refused, sha256
from hamn.asc1.certificate import CertificateRefusal
from hamn.asc1.checks import CommitRefusal
from hamn.asc1.control import read_code, read_control, read_joining
from hamn.asc1.events import Control
from hamn.asc1.group import (
    CommitPlan,
    Entry,
    GroupRefusal,
    build_commit,
    check_tags,
    keys_of,
    parse_commit,
)
from hamn.asc1.member import MemberRefusal
from hamn.asc1.roster import Role
from tests.asc1.test_checks import STRANGER, is_refused, liar, three
from tests.asc1.world import CHAIN, HOUR, NOW, SHIFT, certified, paired, roster_bytes, waiting


@pytest.mark.parametrize("place", [10, 11])
def test_an_unknown_role_or_kind_is_malformed(place: int) -> None:
    raw = certified(1, STRANGER.public)

    for value in (0, 5):
        with pytest.raises(Malformed):
            certificate.parse(raw[:place] + bytes([value]) + raw[place + 1 :])


def test_mail_that_names_an_unknown_roster_is_refused() -> None:
    raw = certified(1, STRANGER.public, roster_hash=b"\x55" * 32)

    with pytest.raises(Refused) as refusal:
        certificate.check_mail(raw, kinds=SHIFT, chain=CHAIN, issued=HOUR)

    assert refusal.value.reason is CertificateRefusal.ROSTER


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"7", b"[" * 4000])
def test_an_ill_formed_control_message_says_nothing(content: bytes) -> None:
    assert read_control(content) == {}


def test_ill_formed_fields_announce_nobody_and_name_no_code() -> None:
    good = {"idx": 3, "slot": 3, "role": 1, "leaf": "00" * 32}

    assert read_joining(good, 1) is not None
    for wrong in ({"idx": "3"}, {"slot": 300}, {"role": 9}, {"leaf": "00"}):
        assert read_joining(good | wrong, 1) is None
    assert read_code({"r": 5}) is None


def test_a_control_message_sent_twice_is_told_once() -> None:
    room = paired()
    written = room.members["V"].control("writing", {"on": True}, now=NOW)
    room.send("V", written)

    room.send("V", room.members["V"].write_again(written))

    told = [event for event in room.heard["A"] if isinstance(event, Control)]
    assert len(told) == 1


def test_a_cover_shows_nothing() -> None:
    room = paired()
    before = len(room.heard["A"])

    room.send("V", room.members["V"].cover(now=NOW))

    assert len(room.heard["A"]) == before


def test_nothing_can_be_said_before_the_first_epoch() -> None:
    visitor, _ = waiting(1)

    with pytest.raises(Refused) as refusal:
        visitor.say("för tidigt", now=NOW)

    assert refusal.value.reason is MemberRefusal.NOT_INSIDE
    assert visitor.receive(bytes(300), pos=1, now=NOW).events == ()


def test_an_ok_for_an_unknown_frame_changes_nothing() -> None:
    room = paired()
    leaves = dict(room.members["V"].leaves.own)

    room.members["V"].acknowledged(epoch=1, slot=0, seq=77, pos=99)

    assert room.members["V"].leaves.own == leaves


def test_a_newcomer_cannot_be_the_committer() -> None:
    room = three()
    raw = room.staff["C"].certificate.raw
    fields = {
        "idx": 3,
        "slot": 3,
        "role": 1,
        "leaf": sha256(STRANGER.public).hex(),
        "why": "x",
    }
    lie = liar(room)
    lie.add(Entry(3, Role.ADVISER, STRANGER.public, sha256(raw)), STRANGER, raw)
    lie.committer = 3
    visitor = room.members["V"]
    room.send("A", room.members["A"].control("joining", fields, now=NOW))
    visitor.leaves.announced[3] = replace(visitor.leaves.announced[3], by=3)

    assert is_refused(visitor, lie.commit(), lie.certs) is CommitRefusal.COMMITTER


def test_a_joiner_that_is_not_listed_is_refused() -> None:
    room = three()
    member, _ = room.ask("C", "A")
    lie = liar(room)

    assert is_refused(member, lie.commit(), lie.certs) is CommitRefusal.OWN


def test_the_first_epoch_has_no_member_tag() -> None:
    room = paired()
    commit = room.puts[0].content
    header = parse_commit(commit)
    plan = CommitPlan(header.context, 1, b"\x01" * 32, {0: STRANGER}, b"\x02" * 32)
    tagged = build_commit(plan, {0: STRANGER})
    keys = keys_of(plan.seed, header.context.hash)

    with pytest.raises(Refused) as refusal:
        check_tags(tagged, parse_commit(tagged), keys, None)

    assert refusal.value.reason is GroupRefusal.MEMBER_TAG


def test_unknown_numbers_are_malformed() -> None:
    room = paired()
    commit = room.puts[0].content
    written = room.members["A"].say("x", now=NOW).frame
    puzzle = work.make(b"k", work.Purpose.CHAT, bytes, candidates=0, expires=1)
    role_of_slot_0 = 30 + 93 + 1

    with pytest.raises(Malformed):
        parse_commit(commit[:role_of_slot_0] + b"\x09" + commit[role_of_slot_0 + 1 :])
    with pytest.raises(Malformed):
        frame.parse_frame_header(written[:1] + b"\x12" + written[2:])
    with pytest.raises(Malformed):
        work.read_puzzle(puzzle[:26] + b"\x09" + puzzle[27:])
    with pytest.raises(Malformed):
        work.read_puzzle(puzzle[:-1])


def test_rosters_and_signatures_of_another_form_are_malformed() -> None:
    member = {"idx": 1, "roles": [0], "duty_name": "x", "ed25519": "00" * 32}
    trust = roster.Trust("stod", (bytes(32),), 1, ())

    with pytest.raises(Malformed):
        roster.parse_roster(roster_bytes(members=[member]))
    with pytest.raises(Malformed):
        roster.parse_roster(roster_bytes(members=[member | {"roles": [1], "duty_name": 5}]))
    with pytest.raises(Malformed):
        roster.verify(roster_bytes(), b"[7]", trust, hour=HOUR)


def test_a_drawn_number_beyond_the_last_whole_round_is_drawn_again() -> None:
    pieces = [b"\xff\xff", b"\x00\x05"]

    assert work.uniform(200, lambda count: pieces.pop(0)[:count]) == 5
