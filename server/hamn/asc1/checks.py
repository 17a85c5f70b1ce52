"""The seven checks a client makes before it believes a commit (protocol.md sections 7.2 and 16.1).

They run in the paper's order over values only, so a commit that fails any of them has changed
nothing. Every check has its own reason. What happens after they pass is in member.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from hamn.asc1 import certificate
from hamn.asc1.bytes import ZEROS_32, Refused, sha256
from hamn.asc1.certificate import Certificate, CertificateRefusal, Kind
from hamn.asc1.group import (
    FIRST_STAFF_SLOT,
    MOST_MEMBERS,
    VISITOR_SLOT,
    CommitHeader,
    Entry,
    EpochKeys,
    GroupContext,
    GroupRefusal,
    check_tags,
    keys_of,
    open_seed,
    parse_commit,
)
from hamn.asc1.hpke import KeyPair
from hamn.asc1.roster import Chain, Role

SHIFT = frozenset({Kind.SHIFT})


class CommitRefusal(StrEnum):
    """Why a client does not believe a commit, in the order of the checks."""

    ROOM = "another room"
    EPOCH = "not the next epoch"
    MEMBERS = "number of members"
    SLOTS = "slots out of order"
    VISITOR = "slot 0 is the visitor and only it"
    IDX = "a person twice"
    REUSED = "a slot used before"
    ROSTER = "unknown roster"
    PREV = "another history"
    CERTIFICATE = "a certificate is missing"
    ROLE = "role and certificate disagree"
    CHANGED = "a member changed unannounced"
    UNANNOUNCED = "a member nobody announced"
    COMMITTER = "committer is not a listed staff member"
    OLD_LEAF = "committer's leaf is not fresh"
    LEAF = "not the newest leaf"
    OWN = "own entry is not ours"
    HELLO = "not a hello we sent"
    NOT_SEALED_TO = "committer is not whom we sealed to"


class Standing(Enum):
    """In which state a commit finds the client."""

    WAITING = "waiting"
    INSIDE = "inside"
    JOINING = "joining"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How this client stands before its first epoch in the room."""

    standing: Standing
    leaf: KeyPair = field(repr=False)
    own_hash: bytes | None = None
    sealed_to: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits in a slot: a staff member (idx and Ed25519 key), or a visitor known by a hello."""

    idx: int | None
    key: bytes


@dataclass(frozen=True, slots=True)
class Announced:
    """What a member said by `joining` before a commit."""

    by: int
    idx: int | None
    slot: int
    role: Role
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Inside:
    """What a member of an epoch knows about it."""

    slot: int
    context: GroupContext
    confirm_tag: bytes
    member_key: bytes = field(repr=False)
    newest_leaves: Mapping[int, bytes]
    seen_leaves: frozenset[bytes]
    used_slots: frozenset[int]
    certificates: Mapping[int, Certificate]
    people: Mapping[int, Person]
    announced: Mapping[int, Announced]


@dataclass(frozen=True, slots=True)
class View:
    """What a client knows when a commit arrives; `inside` is there when it stands inside."""

    room_id: bytes
    chain: Chain
    hour: int
    standing: Standing
    leaves: Mapping[bytes, KeyPair] = field(repr=False)
    own_hash: bytes | None = None
    hellos: Mapping[bytes, frozenset[bytes]] = field(default_factory=dict)
    sealed_to: Certificate | None = None
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A commit that passed every check, and what it makes true."""

    context: GroupContext
    keys: EpochKeys
    committer: int
    slot: int
    leaf: KeyPair
    certificates: Mapping[int, Certificate]
    people: Mapping[int, Person]


def check_commit(commit: bytes, certs: tuple[bytes, ...], view: View) -> Accepted:
    """All seven checks.

    Raises: Malformed, or Refused with the reason of the first check that fails.
    """
    header = parse_commit(commit)
    _check_place(header, view)
    _check_list(header.context, view)
    _check_history(header, view)
    certificates = _check_certificates(header, certs, view)
    own = _check_committer_and_leaves(header, certificates, view)
    leaf = view.leaves[own.leaf]
    keys = _check_stanza(header, certificates, own, view)
    member_key = view.inside.member_key if view.inside else None
    check_tags(commit, header, keys, member_key)
    people = people_of(header.context, certificates, view.chain)
    return Accepted(header.context, keys, header.committer, own.slot, leaf, certificates, people)


def people_of(
    context: GroupContext, certificates: Mapping[int, Certificate], chain: Chain
) -> dict[int, Person]:
    """Who sits where; a visitor who comes back with the code alone is another person."""
    return {
        entry.slot: person_of(certificates[entry.slot], chain)
        if entry.slot in certificates
        else Person(None, entry.cert_hash)
        for entry in context.entries
    }


def person_of(certified: Certificate, chain: Chain) -> Person:
    """The staff member behind a certificate that was checked under this chain."""
    roster = chain.find(certified.roster_hash)
    member = roster.member(certified.idx) if roster else None
    if member is None:
        raise Refused(CertificateRefusal.MEMBER)
    return Person(member.idx, member.ed25519)


def _check_place(header: CommitHeader, view: View) -> None:
    """Check 1: the room, and an epoch this client can take."""
    if header.room_id != view.room_id:
        raise Refused(CommitRefusal.ROOM)
    if view.inside is not None and header.epoch != view.inside.context.epoch + 1:
        raise Refused(CommitRefusal.EPOCH)
    if view.standing is Standing.WAITING and header.epoch != 1:
        raise Refused(CommitRefusal.EPOCH)


def _check_list(context: GroupContext, view: View) -> None:
    """Check 2: the list by itself. (No idx twice: with the certificates, check 4.)"""
    if not 2 <= len(context.entries) <= MOST_MEMBERS:
        raise Refused(CommitRefusal.MEMBERS)
    if list(context.slots) != sorted(set(context.slots)):
        raise Refused(CommitRefusal.SLOTS)
    if any((each.slot == VISITOR_SLOT) != (each.role is Role.VISITOR) for each in context.entries):
        raise Refused(CommitRefusal.VISITOR)
    _check_first_epoch(context, view)
    if view.inside is not None:
        new = set(context.slots) - set(view.inside.context.slots)
        if new & view.inside.used_slots:
            raise Refused(CommitRefusal.REUSED)
    if context.roster_hash not in view.chain.recent:
        raise Refused(CommitRefusal.ROSTER)


def _check_first_epoch(context: GroupContext, view: View) -> None:
    """With a visitor, epoch 1 is exactly slots 0 and 1."""
    has_visitor = VISITOR_SLOT in context.slots or view.standing is Standing.WAITING
    first = context.epoch == 1
    if first and has_visitor and context.slots != (VISITOR_SLOT, FIRST_STAFF_SLOT):
        raise Refused(CommitRefusal.VISITOR)


def _check_history(header: CommitHeader, view: View) -> None:
    """Check 3: it continues what this client was part of."""
    expected = view.inside.confirm_tag if view.inside else None
    if header.epoch == 1:
        expected = ZEROS_32
    if expected is not None and header.context.prev_confirm != expected:
        raise Refused(CommitRefusal.PREV)


def _check_certificates(
    header: CommitHeader, certs: tuple[bytes, ...], view: View
) -> dict[int, Certificate]:
    """Check 4: every staff slot is certified; who was here before is unchanged or announced."""
    at_hand = {sha256(raw): raw for raw in certs}
    found: dict[int, Certificate] = {}
    for entry in header.context.entries:
        if entry.slot != VISITOR_SLOT:
            found[entry.slot] = _certificate_of(entry, at_hand, view)
    idxs = [each.idx for each in found.values()]
    if len(set(idxs)) != len(idxs):
        raise Refused(CommitRefusal.IDX)
    if view.inside is not None:
        for entry in header.context.entries:
            _check_continuity(entry, found.get(entry.slot), header.committer, view)
    return found


def _certificate_of(entry: Entry, at_hand: Mapping[bytes, bytes], view: View) -> Certificate:
    known = view.inside.certificates.get(entry.slot) if view.inside else None
    if known is not None and known.hash == entry.cert_hash:
        certified = known
        if certified.idx in view.chain.newest.revoked:
            raise Refused(CertificateRefusal.REVOKED)
    else:
        if entry.cert_hash not in at_hand:
            raise Refused(CommitRefusal.CERTIFICATE)
        raw = at_hand[entry.cert_hash]
        certified = certificate.check(raw, kinds=SHIFT, chain=view.chain, hour=view.hour)
    if certified.role is not entry.role:
        raise Refused(CommitRefusal.ROLE)
    return certified


def _check_continuity(
    entry: Entry, certified: Certificate | None, committer: int, view: View
) -> None:
    inside = view.inside
    if inside is None:
        return
    before = inside.context.entry(entry.slot)
    if before is not None and (before.role, before.cert_hash) == (entry.role, entry.cert_hash):
        return
    if before is not None and entry.slot in (inside.slot, committer):
        raise Refused(CommitRefusal.CHANGED)
    idx = certified.idx if certified else None
    if not _is_announced(entry, idx, committer, inside):
        raise Refused(CommitRefusal.UNANNOUNCED)
    if before is None:
        return
    person = person_of(certified, view.chain) if certified else None
    if before.role is not entry.role or (person and person != inside.people[entry.slot]):
        raise Refused(CommitRefusal.CHANGED)


def _is_announced(entry: Entry, idx: int | None, committer: int, inside: Inside) -> bool:
    told = inside.announced.get(entry.slot)
    expected = Announced(committer, idx, entry.slot, entry.role, sha256(entry.leaf))
    return told == expected


def _check_committer_and_leaves(
    header: CommitHeader, certificates: Mapping[int, Certificate], view: View
) -> Entry:
    """Check 5: the committer and every leaf; returns this client's own entry."""
    committer = header.context.entry(header.committer)
    if committer is None or committer.slot not in certificates:
        raise Refused(CommitRefusal.COMMITTER)
    if view.inside is not None:
        return _check_leaves_inside(header, committer, certificates, view.inside, view)
    own = next((each for each in header.context.entries if each.leaf in view.leaves), None)
    if own is None or own.slot == committer.slot:
        raise Refused(CommitRefusal.OWN)
    certified = certificates[committer.slot]
    if view.standing is Standing.WAITING:
        _check_hello(own, certified, view)
    else:
        _check_sealed_to(own, certified, view)
    return own


def _check_leaves_inside(
    header: CommitHeader,
    committer: Entry,
    certificates: Mapping[int, Certificate],
    inside: Inside,
    view: View,
) -> Entry:
    if committer.slot not in inside.newest_leaves:
        raise Refused(CommitRefusal.COMMITTER)
    if committer.leaf in inside.seen_leaves:
        raise Refused(CommitRefusal.OLD_LEAF)
    for entry in header.context.entries:
        others = entry.slot not in (committer.slot, inside.slot)
        if others and entry.leaf != inside.newest_leaves.get(entry.slot):
            certified = certificates.get(entry.slot)
            idx = certified.idx if certified else None
            if not _is_announced(entry, idx, committer.slot, inside):
                raise Refused(CommitRefusal.LEAF)
    own = header.context.entry(inside.slot)
    if own is None or own.slot == committer.slot or own.leaf not in view.leaves:
        raise Refused(CommitRefusal.OWN)
    return own


def _check_hello(own: Entry, committer: Certificate, view: View) -> None:
    if own.slot != VISITOR_SLOT or own.cert_hash not in view.hellos:
        raise Refused(CommitRefusal.HELLO)
    if committer.pub not in view.hellos[own.cert_hash]:
        raise Refused(CommitRefusal.NOT_SEALED_TO)


def _check_sealed_to(own: Entry, committer: Certificate, view: View) -> None:
    if own.cert_hash != view.own_hash:
        raise Refused(CommitRefusal.OWN)
    wanted = view.sealed_to
    if wanted is None or (committer.idx, committer.pub) != (wanted.idx, wanted.pub):
        raise Refused(CommitRefusal.NOT_SEALED_TO)


def _check_stanza(
    header: CommitHeader, certificates: Mapping[int, Certificate], own: Entry, view: View
) -> EpochKeys:
    """Check 6: our stanza, from the key the committer must use towards us."""
    expected = tuple(slot for slot in header.slots if slot != header.committer)
    stanza = header.stanza(own.slot)
    if header.stanza_slots != expected or stanza is None:
        raise Refused(GroupRefusal.STANZA)
    sender = certificates[header.committer].pub
    if view.inside is not None:
        sender = view.inside.newest_leaves[header.committer]
    h = header.context.hash
    return keys_of(open_seed(stanza, view.leaves[own.leaf], sender, h), h)
