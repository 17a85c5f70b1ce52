"""Who is in a room's epoch, and the commit that makes one (protocol.md sections 7.1, 7.2).

The GroupContext lists the members; its hash goes into every key of the epoch, so that two members
who see different lists share no key. `parse_commit` needs no key and is all the server uses. Which
commit a client may believe is decided in checks.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hamn.asc1.bytes import (
    Chance,
    Form,
    Malformed,
    Reader,
    Refused,
    decimals,
    kdf,
    kid,
    mac,
    same,
    sha256,
    u8,
    u16,
    u32,
)
from hamn.asc1.hpke import KeyPair, key_pair, open_sealed, seal
from hamn.asc1.labels import HpkeInfo, KdfLabel, Prefix
from hamn.asc1.roster import Role

VERSION, COMMIT_TYPE, SUITE = 1, 0x20, 1
FIRST_COMMITTER = 0xFF
VISITOR_SLOT, FIRST_STAFF_SLOT = 0, 1
MOST_MEMBERS = 4
ENTRY_SIZE, CONTEXT_FRONT = 66, 93
STANZA_SIZE = 88
NO_TAG = bytes(32)


class GroupRefusal(StrEnum):
    """Why a commit's sealed part is refused."""

    STANZA = "stanza"
    CONFIRM_TAG = "confirm tag"
    MEMBER_TAG = "member tag"


@dataclass(frozen=True, slots=True)
class Entry:
    """One slot of a GroupContext."""

    slot: int
    role: Role
    leaf: bytes
    cert_hash: bytes


@dataclass(frozen=True, slots=True)
class GroupContext:
    """The member list of an epoch and what it stands on."""

    room_id: bytes
    epoch: int
    roster_hash: bytes
    prev_confirm: bytes
    entries: tuple[Entry, ...]

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots listed, as they stand."""
        return tuple(entry.slot for entry in self.entries)

    def entry(self, slot: int) -> Entry | None:
        """The entry of a slot, if it is listed."""
        return next((entry for entry in self.entries if entry.slot == slot), None)

    def encode(self) -> bytes:
        """The bytes that are hashed."""
        front = Prefix.CONTEXT.value + self.room_id + u32(self.epoch) + self.roster_hash
        listed = b"".join(
            u8(each.slot) + u8(each.role) + each.leaf + each.cert_hash for each in self.entries
        )
        return front + self.prev_confirm + u8(len(self.entries)) + listed

    @property
    def hash(self) -> bytes:
        """h = H(GC)."""
        return sha256(self.encode())


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """All that follows from a seed and a GroupContext, but the chains."""

    secret: bytes = field(repr=False)
    confirm_tag: bytes
    member_key: bytes = field(repr=False)
    export: bytes = field(repr=False)
    resume_key: bytes = field(repr=False)

    def chain(self, slot: int) -> bytes:
        """The first chain key of a slot."""
        return kdf(self.secret, KdfLabel.CHAIN, u8(slot), 32)


@dataclass(frozen=True, slots=True)
class SeedStanza:
    """The seed of an epoch, sealed to one slot's leaf."""

    slot: int
    kid: bytes
    enc: bytes
    sealed: bytes

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return u8(self.slot) + self.kid + self.enc + self.sealed


@dataclass(frozen=True, slots=True)
class CommitHeader:
    """Everything a commit shows to somebody without keys: its form is good, no more is said."""

    room_id: bytes
    epoch: int
    committer: int
    context: GroupContext
    stanzas: tuple[SeedStanza, ...]
    confirm_tag: bytes
    member_tag: bytes

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of the new epoch."""
        return self.context.slots

    @property
    def stanza_slots(self) -> tuple[int, ...]:
        """The slots that get the seed."""
        return tuple(stanza.slot for stanza in self.stanzas)

    def stanza(self, slot: int) -> SeedStanza | None:
        """The stanza of a slot."""
        return next((stanza for stanza in self.stanzas if stanza.slot == slot), None)


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """What a committer decides: the list, the seed, and with which key each slot is served."""

    context: GroupContext
    committer: int
    seed: bytes = field(repr=False)
    senders: Mapping[int, KeyPair] = field(repr=False)
    member_key: bytes | None = field(repr=False)


def keys_of(seed: bytes, h: bytes) -> EpochKeys:
    """The key schedule."""
    secret = kdf(seed, KdfLabel.EPOCH, h, 32)
    confirm_key = kdf(secret, KdfLabel.CONFIRM, b"", 32)
    return EpochKeys(
        secret=secret,
        confirm_tag=mac(confirm_key, h),
        member_key=kdf(secret, KdfLabel.MEMBER, b"", 32),
        export=kdf(secret, KdfLabel.EXPORT, b"", 32),
        resume_key=kdf(secret, KdfLabel.RESUME, b"", 32),
    )


def safety_phrase(h: bytes) -> tuple[int, ...]:
    """The five numbers two people may compare by telephone, from H(GC_1)."""
    return decimals(sha256(Prefix.SAFETY.value + h), 5)


def parse_context(content: bytes) -> GroupContext:
    """Magic and sizes; the rules about slots are in checks.py."""
    reader = Reader(content)
    reader.expect(Prefix.CONTEXT.value)
    room_id, epoch, roster_hash = reader.take(16), reader.number(4), reader.take(32)
    prev_confirm, count = reader.take(32), reader.number(1)
    entries = tuple(_entry(reader) for _ in range(count))
    reader.end()
    return GroupContext(room_id, epoch, roster_hash, prev_confirm, entries)


def build_commit(plan: CommitPlan, ephemerals: Mapping[int, KeyPair]) -> bytes:
    """Seal the seed to every listed slot but the committer's own."""
    context = plan.context
    content = context.encode()
    h = sha256(content)
    to = [entry for entry in context.entries if entry.slot != plan.committer]
    stanzas = b"".join(_seal_seed(plan, entry, ephemerals[entry.slot], h).encode() for entry in to)
    shown = FIRST_COMMITTER if context.epoch == 1 else plan.committer
    front = u8(VERSION) + u8(COMMIT_TYPE) + u8(SUITE) + u8(shown) + context.room_id
    front += u32(context.epoch) + u32(0) + u16(len(content)) + content
    front += u8(len(to)) + stanzas + keys_of(plan.seed, h).confirm_tag
    return front + (mac(plan.member_key, front) if plan.member_key else NO_TAG)


def ephemerals_for(plan: CommitPlan, chance: Chance) -> dict[int, KeyPair]:
    """One fresh ephemeral key per stanza."""
    return {slot: key_pair(chance(32)) for slot in plan.context.slots if slot != plan.committer}


def parse_commit(commit: bytes) -> CommitHeader:
    """Form and sizes of a commit, without any key.

    Raises: Malformed.
    """
    reader = Reader(commit)
    reader.expect(u8(VERSION) + u8(COMMIT_TYPE) + u8(SUITE))
    shown, room_id, epoch = reader.number(1), reader.take(16), reader.number(4)
    reader.expect(u32(0))
    context = parse_context(reader.take(reader.number(2)))
    stanzas = tuple(_stanza(reader) for _ in range(reader.number(1)))
    confirm_tag, member_tag = reader.take(32), reader.take(32)
    reader.end()
    if (shown == FIRST_COMMITTER) != (epoch == 1) or epoch == 0:
        raise Malformed(Form.VALUE)
    if (context.room_id, context.epoch) != (room_id, epoch):
        raise Malformed(Form.VALUE)
    committer = FIRST_STAFF_SLOT if epoch == 1 else shown
    return CommitHeader(room_id, epoch, committer, context, stanzas, confirm_tag, member_tag)


def open_seed(stanza: SeedStanza, leaf: KeyPair, sender: bytes, h: bytes) -> bytes:
    """The seed of an epoch, if the stanza is for this leaf and from this sender."""
    if stanza.kid != kid(leaf.public):
        raise Refused(GroupRefusal.STANZA)
    info = HpkeInfo.COMMIT.value + h
    try:
        seed = open_sealed(leaf, stanza.enc, stanza.sealed, info, sender=sender)
    except Refused as error:
        raise Refused(GroupRefusal.STANZA) from error
    return seed


def check_tags(
    commit: bytes, header: CommitHeader, keys: EpochKeys, member_key: bytes | None
) -> None:
    """confirm_tag, then member_tag for those who were in the epoch before."""
    if not same(header.confirm_tag, keys.confirm_tag):
        raise Refused(GroupRefusal.CONFIRM_TAG)
    if header.epoch == 1 and header.member_tag != NO_TAG:
        raise Refused(GroupRefusal.MEMBER_TAG)
    if member_key is not None and not same(header.member_tag, mac(member_key, commit[:-32])):
        raise Refused(GroupRefusal.MEMBER_TAG)


def _seal_seed(plan: CommitPlan, entry: Entry, ephemeral: KeyPair, h: bytes) -> SeedStanza:
    enc, sealed = seal(
        entry.leaf,
        HpkeInfo.COMMIT.value + h,
        plan.seed,
        ephemeral=ephemeral,
        sender=plan.senders[entry.slot],
    )
    return SeedStanza(entry.slot, kid(entry.leaf), enc, sealed)


def _entry(reader: Reader) -> Entry:
    slot, role = reader.number(1), reader.number(1)
    if role not in set(Role):
        raise Malformed(Form.VALUE)
    return Entry(slot, Role(role), reader.take(32), reader.take(32))


def _stanza(reader: Reader) -> SeedStanza:
    return SeedStanza(reader.number(1), reader.take(8), reader.take(32), reader.take(48))
