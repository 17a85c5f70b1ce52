"""The seven checks of section 7.2, one by one: a commit by a member who lies in one place.

Over 400 lines on purpose: one test for every check, in their order.

The liar holds all of a committer's keys, so nothing but the check under test can refuse the
commit. Every refusal must also leave the reader as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from hamn.asc1 import entry
from hamn.asc1.bytes import Malformed, Refused, sha256
from hamn.asc1.certificate import CertificateRefusal
from hamn.asc1.checks import CommitRefusal
from hamn.asc1.committer import Committer, Joiner
from hamn.asc1.group import (
    CommitPlan,
    Entry,
    GroupContext,
    GroupRefusal,
    build_commit,
    parse_commit,
)
from hamn.asc1.hpke import KeyPair, key_pair
from hamn.asc1.member import Member
from hamn.asc1.roster import Role
from tests.asc1.world import (
    CHAIN,
    HOUR,
    NOW,
    SHOWN,
    Room,
    certified,
    chain,
    chance,
    paired,
    roster_bytes,
    staff,
    successor,
    waiting,
)

FRESH = key_pair(b"\x41" * 32)
STRANGER = key_pair(b"\x42" * 32)


@dataclass
class Liar:
    """A's next commit in a room of V, A and B, in parts that a test may change."""

    context: GroupContext
    senders: dict[int, KeyPair]
    member_key: bytes | None
    certs: tuple[bytes, ...]
    committer: int = 1
    seed: bytes = field(default=b"\x77" * 32)
    after: Callable[[bytes], bytes] = field(default=lambda commit: commit)

    def entry(self, slot: int, **changed: object) -> None:
        """Change one entry."""
        entries = tuple(
            replace(each, **changed) if each.slot == slot else each  # type: ignore[arg-type]
            for each in self.context.entries
        )
        self.context = replace(self.context, entries=entries)

    def add(self, new: Entry, sender: KeyPair, cert: bytes | None = None) -> None:
        """List somebody more."""
        self.context = replace(self.context, entries=(*self.context.entries, new))
        self.senders[new.slot] = sender
        self.certs = (*self.certs, cert) if cert else self.certs

    def drop(self, slot: int) -> None:
        """List somebody less."""
        kept = tuple(each for each in self.context.entries if each.slot != slot)
        self.context = replace(self.context, entries=kept)

    def commit(self) -> bytes:
        """The bytes."""
        plan = CommitPlan(self.context, self.committer, self.seed, self.senders, self.member_key)
        draw = chance(4)
        ephemerals = {slot: key_pair(draw(32)) for slot in self.context.slots}
        return self.after(build_commit(plan, ephemerals))


def three() -> Room:
    room = paired()
    room.join("B", "A")
    return room


def liar(room: Room, name: str = "A") -> Liar:
    """An honest next commit, until a test changes it."""
    a = room.members[name]
    epoch = a.inside()
    own = a.leaves.settled()
    assert own is not None
    entries = tuple(
        replace(each, leaf=FRESH.public if each.slot == epoch.slot else a.leaves.newest[each.slot])
        for each in epoch.context.entries
    )
    context = GroupContext(
        a.room_id, epoch.number + 1, CHAIN.newest.hash, epoch.confirm_tag, entries
    )
    certs = tuple(each.raw for each in epoch.certificates.values())
    senders = dict.fromkeys(context.slots, own)
    return Liar(context, senders, epoch.member_key, certs, epoch.slot)


def is_refused(reader: Member, commit: bytes, certs: tuple[bytes, ...]) -> object:
    """The reason of the refusal; the reader must be as before."""
    before = (reader.pos, reader.epoch, dict(reader.leaves.own), set(reader.leaves.seen))
    with pytest.raises(Refused) as refusal:
        reader.receive(commit, pos=reader.pos + 1, now=NOW, certs=certs)
    assert before == (reader.pos, reader.epoch, reader.leaves.own, reader.leaves.seen)
    return refusal.value.reason


def test_the_honest_commit_is_accepted() -> None:
    room = three()
    lie = liar(room)

    room.members["V"].receive(lie.commit(), pos=room.pos() + 1, now=NOW, certs=lie.certs)

    assert room.members["V"].inside().number == 3


# Checks 1 to 3


def another_room(lie: Liar) -> None:
    lie.context = replace(lie.context, room_id=b"\x99" * 16)


def skipped_epoch(lie: Liar) -> None:
    lie.context = replace(lie.context, epoch=4)


def same_epoch(lie: Liar) -> None:
    lie.context = replace(lie.context, epoch=2)


def slots_out_of_order(lie: Liar) -> None:
    lie.context = replace(lie.context, entries=lie.context.entries[::-1])


def slot_twice(lie: Liar) -> None:
    lie.context = replace(lie.context, entries=(*lie.context.entries, lie.context.entries[-1]))


def five_members(lie: Liar) -> None:
    for slot in (3, 4):
        lie.add(Entry(slot, Role.ADVISER, STRANGER.public, bytes(32)), STRANGER)


def alone(lie: Liar) -> None:
    lie.drop(0)
    lie.drop(2)


def visitor_as_staff(lie: Liar) -> None:
    lie.entry(0, role=Role.ADVISER)


def staff_as_visitor(lie: Liar) -> None:
    lie.entry(2, role=Role.VISITOR)


def unknown_roster(lie: Liar) -> None:
    lie.context = replace(lie.context, roster_hash=b"\x55" * 32)


def other_history(lie: Liar) -> None:
    lie.context = replace(lie.context, prev_confirm=b"\x55" * 32)


# Check 4


def missing_certificate(lie: Liar) -> None:
    sk = STRANGER.public
    ghost = certified(3, sk)
    lie.add(Entry(3, Role.ADVISER, sk, sha256(ghost)), STRANGER)


def ghost_member(lie: Liar) -> None:
    ghost = certified(3, STRANGER.public)
    lie.add(Entry(3, Role.ADVISER, STRANGER.public, sha256(ghost)), STRANGER, ghost)


def ghost_of_its_own_making(lie: Liar) -> None:
    ghost = certified(3, STRANGER.public, seed=b"\x66" * 32)
    lie.add(Entry(3, Role.ADVISER, STRANGER.public, sha256(ghost)), STRANGER, ghost)


def same_person_twice(lie: Liar) -> None:
    twin = certified(2, STRANGER.public)
    lie.add(Entry(3, Role.ADVISER, STRANGER.public, sha256(twin)), STRANGER, twin)


def another_role(lie: Liar) -> None:
    lie.entry(2, role=Role.SUPERVISOR)


def another_hello(lie: Liar) -> None:
    lie.entry(0, cert_hash=b"\x55" * 32)


def unannounced_certificate(lie: Liar) -> None:
    renewed = certified(2, STRANGER.public)
    lie.entry(2, cert_hash=sha256(renewed))
    lie.certs = (*lie.certs, renewed)


def own_certificate_changed(lie: Liar) -> None:
    renewed = certified(1, STRANGER.public)
    lie.entry(1, cert_hash=sha256(renewed))
    lie.certs = (*lie.certs, renewed)


# Check 5


def committer_not_listed(lie: Liar) -> None:
    lie.drop(1)


def visitor_commits(lie: Liar) -> None:
    lie.committer = 0


def committers_old_leaf(lie: Liar) -> None:
    lie.entry(1, leaf=lie.senders[1].public)


def swapped_leaf(lie: Liar) -> None:
    lie.entry(2, leaf=STRANGER.public)


def swapped_own_leaf(lie: Liar) -> None:
    lie.entry(0, leaf=STRANGER.public)


# Checks 6 and 7


def from_the_shift_key(lie: Liar) -> None:
    lie.senders[0] = staff(1).sk


def from_a_stranger(lie: Liar) -> None:
    lie.senders[0] = STRANGER


def without_our_stanza(lie: Liar) -> None:
    lie.after = lambda commit: _without_stanza(commit, 0)


def with_anothers_kid(lie: Liar) -> None:
    lie.after = lambda commit: _changed(commit, 30 + 93 + 66 * 3 + 2)


def other_confirm_tag(lie: Liar) -> None:
    lie.after = lambda commit: _changed(commit, len(commit) - 64)


def other_member_tag(lie: Liar) -> None:
    lie.member_key = b"\x55" * 32


def _changed(commit: bytes, place: int) -> bytes:
    return commit[:place] + bytes([commit[place] ^ 1]) + commit[place + 1 :]


def _without_stanza(commit: bytes, number: int) -> bytes:
    start = 30 + 93 + 66 * 3
    first = start + 1 + 89 * number
    return commit[:start] + b"\x01" + commit[start + 1 : first] + commit[first + 89 :]


LIES: list[tuple[Callable[[Liar], None], object]] = [
    (another_room, CommitRefusal.ROOM),
    (skipped_epoch, CommitRefusal.EPOCH),
    (same_epoch, CommitRefusal.EPOCH),
    (slots_out_of_order, CommitRefusal.SLOTS),
    (slot_twice, CommitRefusal.SLOTS),
    (five_members, CommitRefusal.MEMBERS),
    (alone, CommitRefusal.MEMBERS),
    (visitor_as_staff, CommitRefusal.VISITOR),
    (staff_as_visitor, CommitRefusal.VISITOR),
    (unknown_roster, CommitRefusal.ROSTER),
    (other_history, CommitRefusal.PREV),
    (missing_certificate, CommitRefusal.CERTIFICATE),
    (ghost_member, CommitRefusal.UNANNOUNCED),
    (ghost_of_its_own_making, CertificateRefusal.SIGNATURE),
    (same_person_twice, CommitRefusal.IDX),
    (another_role, CommitRefusal.ROLE),
    (another_hello, CommitRefusal.CHANGED),
    (unannounced_certificate, CommitRefusal.UNANNOUNCED),
    (own_certificate_changed, CommitRefusal.CHANGED),
    (committer_not_listed, CommitRefusal.COMMITTER),
    (visitor_commits, CommitRefusal.COMMITTER),
    (committers_old_leaf, CommitRefusal.OLD_LEAF),
    (swapped_leaf, CommitRefusal.LEAF),
    (swapped_own_leaf, CommitRefusal.OWN),
    (from_the_shift_key, GroupRefusal.STANZA),
    (from_a_stranger, GroupRefusal.STANZA),
    (without_our_stanza, GroupRefusal.STANZA),
    (with_anothers_kid, GroupRefusal.STANZA),
    (other_confirm_tag, GroupRefusal.CONFIRM_TAG),
    (other_member_tag, GroupRefusal.MEMBER_TAG),
]


@pytest.mark.parametrize(("tell", "reason"), LIES, ids=lambda each: getattr(each, "__name__", ""))
def test_a_commit_that_lies_is_refused_and_changes_nothing(
    tell: Callable[[Liar], None], reason: object
) -> None:
    room = three()
    lie = liar(room)

    tell(lie)

    assert is_refused(room.members["V"], lie.commit(), lie.certs) is reason


def test_a_slot_once_used_is_not_given_again() -> None:
    room = three()
    room.remove("B", "A")
    lie = liar(room)
    lie.context = replace(lie.context, epoch=4)
    again = certified(3, STRANGER.public)
    lie.add(Entry(2, Role.ADVISER, STRANGER.public, sha256(again)), STRANGER, again)

    assert is_refused(room.members["V"], lie.commit(), lie.certs) is CommitRefusal.REUSED


def test_a_member_revoked_meanwhile_is_refused() -> None:
    room = three()
    lie = liar(room)
    newer = chain(successor(roster_bytes(), revoked=[2]), roster_bytes())
    room.members["V"].chain = newer

    reason = is_refused(room.members["V"], lie.commit(), lie.certs)

    assert reason is CertificateRefusal.REVOKED


def test_an_announcement_by_another_than_the_committer_does_not_count() -> None:
    room = three()
    member, envelope = room.ask("C", "A")
    raw = room.staff["C"].certificate.raw
    joiner = room.committers["A"].admit(envelope, raw, now=NOW)
    fields = {"idx": 3, "slot": 3, "role": 1, "leaf": sha256(joiner.entry.leaf).hex(), "why": "x"}
    room.send("B", room.members["B"].control("joining", fields, now=NOW))

    proposal = room.committers["A"].propose(joiners=(joiner,))

    reason = is_refused(room.members["V"], proposal.commit, proposal.certs)
    assert reason is CommitRefusal.UNANNOUNCED
    assert member.epoch is None


def test_a_leaf_other_than_the_announced_one_is_refused() -> None:
    room = three()
    _, envelope = room.ask("C", "A")
    raw = room.staff["C"].certificate.raw
    joiner = room.committers["A"].admit(envelope, raw, now=NOW)
    room.send("A", room.committers["A"].announce(joiner, "join", now=NOW))

    other = Joiner(replace(joiner.entry, leaf=STRANGER.public), joiner.certificate)
    proposal = room.committers["A"].propose(joiners=(other,))

    reason = is_refused(room.members["V"], proposal.commit, proposal.certs)
    assert reason is CommitRefusal.UNANNOUNCED


def test_a_rejoin_as_another_person_is_refused_even_if_announced() -> None:
    room = three()
    certificate_of_c = room.staff["C"].certificate
    new = Entry(2, Role.ADVISER, STRANGER.public, certificate_of_c.hash)
    joiner = Joiner(new, certificate_of_c)
    room.send("A", room.committers["A"].announce(joiner, "join", now=NOW))

    proposal = room.committers["A"].propose(joiners=(joiner,))

    reason = is_refused(room.members["V"], proposal.commit, proposal.certs)
    assert reason is CommitRefusal.CHANGED


# A waiting visitor


def answered(**changed: object) -> tuple[Member, Committer]:
    """A waiting visitor whose hello is sealed to A, and the committer of staff `by`."""
    visitor, hello = waiting(1)
    a, b = staff(1), staff(2)
    envelope = entry.seal_hello(visitor, hello, [a.certificate, b.certificate], hour=HOUR)
    if changed.get("only_a"):
        visitor.hellos = {key: frozenset({a.sk.public}) for key in visitor.hellos}
    by = b if changed.get("by_b") else a
    knock = entry.open_hello(envelope, by, SHOWN, chain=CHAIN, hour=HOUR)
    if changed.get("envelope_hash"):
        knock = replace(knock, envelope_hash=b"\x55" * 32)
    return visitor, entry.pair(knock, by, chain=CHAIN, chance=chance(6))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"envelope_hash": True}, CommitRefusal.HELLO),
        ({"only_a": True, "by_b": True}, CommitRefusal.NOT_SEALED_TO),
    ],
)
def test_a_waiting_visitor_believes_only_whom_its_own_hello_was_sealed_to(
    changed: dict[str, object], reason: CommitRefusal
) -> None:
    visitor, committer = answered(**changed)
    proposal = committer.pending
    assert proposal is not None

    assert is_refused(visitor, proposal.commit, proposal.certs) is reason


def test_a_waiting_visitor_takes_epoch_1_only_once() -> None:
    visitor, committer = answered()
    _, second = answered(by_b=True)
    assert committer.pending is not None
    assert second.pending is not None
    visitor.receive(committer.pending.commit, pos=1, now=NOW, certs=committer.pending.certs)

    reason = is_refused(visitor, second.pending.commit, second.pending.certs)

    assert reason is CommitRefusal.EPOCH


def test_a_waiting_visitor_refuses_a_room_that_already_has_three() -> None:
    visitor, committer = answered()
    extra = staff(2)
    entry_of = Entry(2, Role.ADVISER, STRANGER.public, extra.certificate.hash)
    assert committer.pending is not None
    v_leaf = next(iter(visitor.leaves.own))
    v_entry = Entry(0, Role.VISITOR, v_leaf, next(iter(visitor.hellos)))

    joiners = (Joiner(v_entry, None), Joiner(entry_of, extra.certificate))
    proposal = committer.propose_first(joiners)

    assert is_refused(visitor, proposal.commit, proposal.certs) is CommitRefusal.VISITOR


def test_a_waiting_visitor_refuses_an_expired_certificate() -> None:
    visitor, committer = answered()
    proposal = committer.pending
    assert proposal is not None

    with pytest.raises(Refused) as refusal:
        visitor.receive(proposal.commit, pos=1, now=NOW + 40 * 3600, certs=proposal.certs)

    assert refusal.value.reason is CertificateRefusal.EXPIRED
    assert visitor.epoch is None


def test_a_waiting_visitor_refuses_a_later_epoch() -> None:
    visitor, _ = waiting(1)
    lie = liar(three())
    lie.context = replace(lie.context, room_id=visitor.room_id)

    assert is_refused(visitor, lie.commit(), lie.certs) is CommitRefusal.EPOCH


# A joiner


def test_a_joiner_believes_only_the_one_it_sealed_to() -> None:
    room = three()
    member, envelope = room.ask("C", "A")
    raw = room.staff["C"].certificate.raw
    joiner = room.committers["A"].admit(envelope, raw, now=NOW)
    b = room.committers["B"]
    room.send("B", b.announce(joiner, "join", now=NOW))

    proposal = b.propose(joiners=(joiner,))

    assert is_refused(member, proposal.commit, proposal.certs) is CommitRefusal.NOT_SEALED_TO


def test_a_joiner_refuses_an_entry_that_is_not_its_own() -> None:
    room = three()
    member, envelope = room.ask("C", "A")
    raw = room.staff["C"].certificate.raw
    joiner = room.committers["A"].admit(envelope, raw, now=NOW)
    as_d = Joiner(
        replace(joiner.entry, cert_hash=room.staff["D"].certificate.hash),
        room.staff["D"].certificate,
    )

    proposal = room.committers["A"].propose(joiners=(as_d,))

    assert is_refused(member, proposal.commit, proposal.certs) is CommitRefusal.OWN


# Form


@pytest.mark.parametrize("place", [0, 1, 2, 24, 27, 28, 29, 30])
def test_a_changed_byte_of_the_front_is_malformed(place: int) -> None:
    commit = liar(three()).commit()

    with pytest.raises(Malformed):
        parse_commit(_changed(commit, place))


def test_a_byte_too_many_or_too_few_is_malformed() -> None:
    commit = liar(three()).commit()

    for wrong in (commit + b"\0", commit[:-1]):
        with pytest.raises(Malformed):
            parse_commit(wrong)


def test_front_and_list_must_name_the_same_room_and_epoch() -> None:
    commit = liar(three()).commit()

    for place in (4, 23):
        with pytest.raises(Malformed):
            parse_commit(_changed(commit, place))
