"""N1 and N12 to N14 again, after random histories of joins, hand-over, leaving and coming back."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.asc1.bytes import Refused, sha256
from hamn.asc1.checks import CommitRefusal
from hamn.asc1.committer import Committer
from hamn.asc1.group import CommitPlan, Entry, GroupContext, build_commit
from hamn.asc1.hpke import key_pair
from hamn.asc1.resume import with_proof
from hamn.asc1.roster import Role
from tests.asc1.test_checks import FRESH, STRANGER, is_refused, liar
from tests.asc1.world import CHAIN, NOW, Room, certified, paired, waiting

SEEDS = st.integers(0, 10_000)
ACTS = ("say", "join", "remove", "hand over", "rejoin", "rekey")


def evening(seed: int, steps: int = 12) -> Room:
    """A room after a random evening; the visitor and at least one member of staff are in it."""
    room, draw = paired(seed), random.Random(seed)
    for number in range(steps):
        staff = [name for name in room.members if name != "V"]
        fresh = [name for name in "ABCD" if name not in room.heard]
        act = draw.choice(ACTS)
        if act == "say":
            room.say(draw.choice(list(room.members)), f"rad {number}")
        elif act == "join" and fresh and len(room.members) < 4:
            room.join(fresh[0], draw.choice(staff))
        elif act == "hand over" and fresh and len(room.members) < 4:
            leaver = draw.choice(staff)
            room.join(fresh[0], leaver)
            room.remove(leaver, fresh[0])
        elif act == "remove" and len(staff) > 1:
            by, gone = draw.sample(staff, 2)
            room.remove(gone, by)
        elif act == "rejoin" and len(staff) > 1:
            comes_back(room, *draw.sample(staff, 2))
        elif act == "rekey":
            room.rekey(draw.choice(staff))
    return room


def comes_back(room: Room, name: str, by: str) -> None:
    """A member who lost the keys is let in again, by a colleague who holds the epoch."""
    member, envelope = room.ask(name, by)
    committer = room.committers[by]
    joiner = committer.admit(envelope, room.staff[name].certificate.raw, now=room.now)
    room.members.pop(name)
    room.send(by, committer.announce(joiner, "again", now=room.now))
    room.enter(name, member, Committer(member, room.staff[name]))
    assert room.commit(by, committer.propose(joiners=(joiner,)))


def somebody(room: Room) -> str:
    return next(name for name in room.members if name != "V")


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_everybody_who_is_listed_agrees_and_nobody_else_can_read(seed: int) -> None:
    room = evening(seed)
    tags = {member.inside().confirm_tag for member in room.members.values()}
    slots = {tuple(member.inside().context.slots) for member in room.members.values()}
    heard = {name: len(room.lines(name)) for name in room.heard}
    room.say("V", "bara till er som är här")

    assert (len(tags), len(slots)) == (1, 1)
    for name in room.heard:
        is_reader = name in room.members and name != "V"
        assert len(room.lines(name)) == heard[name] + is_reader


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_n1_no_ghost_gets_in_whatever_went_before(seed: int) -> None:
    room = evening(seed)
    ghost = liar(room, somebody(room))
    cert = certified(5, STRANGER.public, role=Role.SUPERVISOR)
    slot = 1 + max(room.members["V"].leaves.used_slots)
    ghost.add(Entry(slot, Role.SUPERVISOR, STRANGER.public, sha256(cert)), STRANGER, cert)

    reason = is_refused(room.members["V"], ghost.commit(), ghost.certs)
    assert (reason is CommitRefusal.UNANNOUNCED) == (len(room.members) < 4)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_n12_only_the_newest_proof_of_this_very_visitor_is_recognised(seed: int) -> None:
    room = evening(seed)
    visitor, hello = waiting(seed + 1)
    adviser = room.members[somebody(room)]
    proven = with_proof(hello, room.members["V"].resume_point(), visitor.room_id)

    assert adviser.recognises(proven, visitor.room_id)
    for forged in (
        replace(proven, v=STRANGER.public),
        replace(proven, proof=bytes(32)),
        replace(proven, prev_epoch=proven.prev_epoch + 1),
    ):
        assert not adviser.recognises(forged, visitor.room_id)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_n13_whoever_commits_is_listed_whatever_went_before(seed: int) -> None:
    room = evening(seed)
    lie = liar(room, somebody(room))
    lie.drop(lie.committer)
    reason = is_refused(room.members["V"], lie.commit(), lie.certs)
    assert (reason is CommitRefusal.COMMITTER) == (len(room.members) > 2)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_n14_the_server_makes_no_epoch_for_who_joins_or_comes_back(seed: int) -> None:
    room = evening(seed)
    asked = somebody(room)
    comer = next((name for name in "ABCD" if name not in room.heard), None) or asked
    member, _ = room.ask(comer, asked)
    committer = room.staff[asked].certificate
    entries = (
        Entry(1, Role.ADVISER, FRESH.public, committer.hash),
        Entry(9, Role.ADVISER, next(iter(member.leaves.own)), room.staff[comer].certificate.hash),
    )
    context = GroupContext(member.room_id, 30, CHAIN.newest.hash, bytes(32), entries)
    plan = CommitPlan(context, 1, b"\x01" * 32, {9: STRANGER}, b"\x02" * 32)
    forged = build_commit(plan, {9: key_pair(b"\x03" * 32)})

    with pytest.raises(Refused):
        member.receive(
            forged, pos=1, now=NOW, certs=(committer.raw, room.staff[comer].certificate.raw)
        )
    assert member.epoch is None
