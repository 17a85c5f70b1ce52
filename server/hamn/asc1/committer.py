"""A staff member's half of a room: who is let in, and the commits that say so.

The committer is always listed and never removes itself. A proposal changes nothing here until the
server has taken it; its bytes are kept so that a lost `ok` can be asked for again. Compare-and-set
on the server decides between two (protocol.md sections 7.2, 7.5 and 16).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from hamn.asc1 import certificate
from hamn.asc1.body import read_join
from hamn.asc1.bytes import ZEROS_32, Refused, sha256
from hamn.asc1.certificate import Certificate
from hamn.asc1.checks import SHIFT, Accepted, Announced, people_of
from hamn.asc1.control import joining_fields
from hamn.asc1.envelope import EnvelopeType, Opened, open_envelope
from hamn.asc1.epoch import Epoch, Written
from hamn.asc1.events import Step
from hamn.asc1.group import (
    FIRST_STAFF_SLOT,
    MOST_MEMBERS,
    VISITOR_SLOT,
    CommitPlan,
    Entry,
    GroupContext,
    build_commit,
    ephemerals_for,
    keys_of,
)
from hamn.asc1.hpke import KeyPair, new_key_pair, refuse_low_order
from hamn.asc1.member import Member
from hamn.asc1.roster import Role


class CommitterRefusal(StrEnum):
    """Why a committer does not let somebody in or does not commit."""

    REPLAYED = "join seen before"
    SENDER = "not from whom it says"
    ROOM = "join for another room"
    ROLE = "another role than before"
    LEAF = "leaf seen before"
    MEMBERS = "number of members"
    SELF = "nobody removes themselves"
    UNACKED_LEAF = "our leaf update is not acknowledged"
    PENDING = "a commit of ours is not settled"
    NOTHING_PENDING = "no commit of ours is pending"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who we are while on duty."""

    sk: KeyPair = field(repr=False)
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody whose join was checked and who may be committed."""

    entry: Entry
    certificate: Certificate | None

    def announcement(self, by: int) -> Announced:
        """What the room is told before."""
        idx = self.certificate.idx if self.certificate else None
        entry = self.entry
        return Announced(by, idx, entry.slot, entry.role, sha256(entry.leaf))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A commit and what the server must be told with it."""

    commit: bytes = field(repr=False)
    epoch: int
    pos11: int
    joined: tuple[int, ...]
    left: tuple[int, ...]
    certs: tuple[bytes, ...]


class Committer:
    """Lets people into one room and takes them out, on behalf of one staff member."""

    __slots__ = (
        "_accepted",
        "_chance",
        "_joins_seen",
        "_slots_given",
        "member",
        "pending",
        "staff",
    )

    def __init__(self, member: Member, staff: Staff) -> None:
        self.member = member
        self.staff = staff
        self.pending: Proposal | None = None
        self._accepted: Accepted | None = None
        self._chance = member.chance
        self._joins_seen: set[bytes] = set()
        self._slots_given: dict[int, int] = {}

    # Letting in

    def admit(self, envelope: bytes, sender: bytes | None, *, now: int) -> Joiner:
        """Check a join or rejoin; `sender` is the certificate the server put with it, or None
        for a visitor who comes back with the code.

        Raises: Malformed, or Refused with the reason of the check.
        """
        keys = (self.staff.sk,)
        opened = open_envelope(envelope, keys, expected=EnvelopeType.JOIN, hour=now // 3600)
        if opened.header.env_id in self._joins_seen:
            raise Refused(CommitterRefusal.REPLAYED)
        certified = self._check_sender(opened, sender, now)
        join = read_join(opened.body)
        if join.room_id != self.member.room_id:
            raise Refused(CommitterRefusal.ROOM)
        refuse_low_order(join.leaf)
        if join.leaf in self.member.leaves.seen:
            raise Refused(CommitterRefusal.LEAF)
        role = certified.role if certified else Role.VISITOR
        slot = self._slot_for(certified) if certified else VISITOR_SLOT
        cert_hash = certified.hash if certified else sha256(envelope)
        self._joins_seen.add(opened.header.env_id)
        return Joiner(Entry(slot, role, join.leaf, cert_hash), certified)

    def announce(self, joiner: Joiner, why: str, *, now: int) -> Written:
        """Tell the room who is about to be committed."""
        announced = joiner.announcement(self._epoch().slot)
        self.member.leaves.announced[announced.slot] = announced
        return self.member.control("joining", joining_fields(announced, why), now=now)

    def _check_sender(self, opened: Opened, sender: bytes | None, now: int) -> Certificate | None:
        if sender is None:
            if opened.header.sender not in self.member.code_keys:
                raise Refused(CommitterRefusal.SENDER)
            return None
        chain = self.member.chain
        certified = certificate.check(sender, kinds=SHIFT, chain=chain, hour=now // 3600)
        if certified.pub != opened.header.sender:
            raise Refused(CommitterRefusal.SENDER)
        return certified

    def _slot_for(self, certified: Certificate) -> int:
        """The slot they had, or one never used before."""
        epoch = self.member.epoch
        for slot, before in epoch.certificates.items() if epoch else ():
            if before.idx == certified.idx:
                if before.role is not certified.role:
                    raise Refused(CommitterRefusal.ROLE)
                return slot
        if certified.idx not in self._slots_given:
            used = self.member.leaves.used_slots | set(self._slots_given.values())
            self._slots_given[certified.idx] = max(used | {FIRST_STAFF_SLOT}) + 1
        return self._slots_given[certified.idx]

    # Committing

    def propose(
        self, *, joiners: tuple[Joiner, ...] = (), remove: Collection[int] = ()
    ) -> Proposal:
        """A commit for the next epoch: members as they are, plus, minus, and fresh keys.

        Raises: Refused with a `CommitterRefusal`.
        """
        epoch = self._epoch()
        if self.pending is not None and self.pending.epoch > epoch.number:
            raise Refused(CommitterRefusal.PENDING)
        own = self.member.leaves.settled()
        if own is None:
            raise Refused(CommitterRefusal.UNACKED_LEAF)
        if epoch.slot in remove:
            raise Refused(CommitterRefusal.SELF)
        leaf = new_key_pair(self._chance)
        entries = self._next_entries(epoch, leaf, joiners, remove)
        new = {joiner.entry.slot for joiner in joiners}
        senders = {entry.slot: self.staff.sk if entry.slot in new else own for entry in entries}
        certified = {slot: epoch.certificates[slot] for slot in epoch.certificates}
        certified |= {each.entry.slot: each.certificate for each in joiners if each.certificate}
        return self._seal(
            GroupContext(
                self.member.room_id,
                epoch.number + 1,
                self.member.chain.newest.hash,
                epoch.confirm_tag,
                entries,
            ),
            leaf,
            senders,
            certified,
            joined=tuple(sorted(new)),
            left=tuple(sorted(remove)),
        )

    def propose_first(self, joiners: tuple[Joiner, ...]) -> Proposal:
        """The commit that makes epoch 1: of a visitor's room, or of a staff room."""
        leaf = new_key_pair(self._chance)
        ours = self.staff.certificate
        own = Entry(FIRST_STAFF_SLOT, ours.role, leaf.public, ours.hash)
        entries = _in_order([own, *(joiner.entry for joiner in joiners)])
        certified = {each.entry.slot: each.certificate for each in joiners if each.certificate}
        context = GroupContext(
            self.member.room_id, 1, self.member.chain.newest.hash, ZEROS_32, entries
        )
        return self._seal(
            context,
            leaf,
            {entry.slot: self.staff.sk for entry in entries},
            {FIRST_STAFF_SLOT: ours, **certified},
            joined=context.slots,
            left=(),
        )

    def taken(self, *, now: int) -> Step:
        """The server has taken our commit: switch to its epoch."""
        accepted, epoch = self._accepted, self.member.epoch
        if accepted is None or accepted.context.epoch != (epoch.number if epoch else 0) + 1:
            raise Refused(CommitterRefusal.NOTHING_PENDING)
        self.lost()
        self._slots_given = {}
        return self.member.adopt(accepted, now=now)

    def lost(self) -> None:
        """Another commit was first: forget ours and all its secrets."""
        self.pending, self._accepted = None, None

    def _next_entries(
        self,
        epoch: Epoch,
        leaf: KeyPair,
        joiners: tuple[Joiner, ...],
        remove: Collection[int],
    ) -> tuple[Entry, ...]:
        new = {joiner.entry.slot: joiner.entry for joiner in joiners}
        stay = [
            Entry(each.slot, each.role, self.member.leaves.newest[each.slot], each.cert_hash)
            for each in epoch.context.entries
            if each.slot not in {*new, *remove, epoch.slot}
        ]
        before = epoch.context.entry(epoch.slot)
        own = [Entry(before.slot, before.role, leaf.public, before.cert_hash)] if before else []
        return _in_order([*own, *stay, *new.values()])

    def _seal(
        self,
        context: GroupContext,
        leaf: KeyPair,
        senders: dict[int, KeyPair],
        certified: dict[int, Certificate],
        *,
        joined: tuple[int, ...],
        left: tuple[int, ...],
    ) -> Proposal:
        if not 2 <= len(context.entries) <= MOST_MEMBERS:
            raise Refused(CommitterRefusal.MEMBERS)
        epoch = self.member.epoch
        slot = epoch.slot if epoch else FIRST_STAFF_SLOT
        member_key = epoch.member_key if epoch else None
        plan = CommitPlan(context, slot, self._chance(32), senders, member_key)
        commit = build_commit(plan, ephemerals_for(plan, self._chance))
        listed = {each: certified[each] for each in context.slots if each != VISITOR_SLOT}
        people = people_of(context, listed, self.member.chain)
        keys = keys_of(plan.seed, context.hash)
        self._accepted = Accepted(context, keys, slot, slot, leaf, listed, people)
        certs = tuple(each.raw for each in listed.values())
        self.pending = Proposal(commit, context.epoch, self.member.pos11, joined, left, certs)
        return self.pending

    def _epoch(self) -> Epoch:
        return self.member.inside()


def _in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.slot))
