"""The ways into a room: a visitor knocks, an adviser pairs, a colleague joins, a code returns.

Each gives a `Member` that stands before its first epoch, and the bytes to send. Whoever seals a
join checks the certificate it seals to; whoever opens a hello checks it against what the server
showed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hamn.asc1 import certificate
from hamn.asc1.body import Hello, Join, hello_body, join_body, read_hello
from hamn.asc1.bytes import Chance, Refused, sha256
from hamn.asc1.certificate import Certificate
from hamn.asc1.checks import SHIFT, Beginning, Standing
from hamn.asc1.committer import Committer, Joiner, Staff
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.group import VISITOR_SLOT, Entry
from hamn.asc1.hpke import KeyPair, new_key_pair
from hamn.asc1.member import Member
from hamn.asc1.roster import Chain, Role

HELLO_HOURS, JOIN_HOURS = 24, 1
MOST_RECIPIENTS = 16


class EntryRefusal(StrEnum):
    """Why an adviser does not answer a hello."""

    ROSTER = "hello names an unknown roster"
    SHOWN = "hello differs from what the server showed"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the server shows of a waiting visitor."""

    lang: str
    door: int
    danger: bool


@dataclass(frozen=True, slots=True)
class Knock:
    """A hello that was opened and checked."""

    env_id: bytes
    hello: Hello
    envelope_hash: bytes
    is_from_code: bool
    leaf: bytes = field(repr=False)


def wait(env_id: bytes, v: KeyPair, *, chain: Chain, chance: Chance) -> Member:
    """A visitor before any hello is sealed; env_id is the room."""
    return Member(env_id, Beginning(Standing.WAITING, v), chain=chain, chance=chance)


def seal_hello(
    waiting: Member,
    hello: Hello,
    to: Sequence[Certificate],
    *,
    hour: int,
    r: KeyPair | None = None,
) -> bytes:
    """A version of the hello, for certificates already checked; `r` when returning with a code.

    The member remembers each version and to whom it was sealed.
    """
    pubs = tuple(each.pub for each in to[:MOST_RECIPIENTS])
    sealing = Sealing(EnvelopeType.HELLO, waiting.room_id, hour + HELLO_HOURS, pubs, r)
    envelope = seal_envelope(sealing, hello_body(hello), waiting.chance)
    waiting.hellos[sha256(envelope)] = frozenset(pubs)
    return envelope


def open_hello(envelope: bytes, staff: Staff, shown: Shown, *, chain: Chain, hour: int) -> Knock:
    """Open a claimed hello and compare it with what the server showed.

    Raises: Malformed, or Refused; `EntryRefusal.ROSTER` is an alarm for all supervisors.
    """
    opened = open_envelope(envelope, (staff.sk,), expected=EnvelopeType.HELLO, hour=hour)
    hello = read_hello(opened.body, opened.header.sender)
    if chain.find(hello.roster_hash) is None:
        raise Refused(EntryRefusal.ROSTER)
    if Shown(hello.lang, hello.door, hello.danger) != shown:
        raise Refused(EntryRefusal.SHOWN)
    returning = opened.header.sender is not None
    return Knock(opened.header.env_id, hello, sha256(envelope), returning, hello.v)


def pair(knock: Knock, staff: Staff, *, chain: Chain, chance: Chance) -> Committer:
    """Answer a hello: a committer whose first proposal is pending."""
    member = Member(knock.env_id, None, chain=chain, chance=chance)
    member.hello_r = knock.hello.r
    committer = Committer(member, staff)
    visitor = Entry(VISITOR_SLOT, Role.VISITOR, knock.leaf, knock.envelope_hash)
    committer.propose_first((Joiner(visitor, None),))
    return committer


def found(room_id: bytes, staff: Staff, *, chain: Chain, chance: Chance) -> Committer:
    """A staff room before its first epoch: admit joins, then `propose_first`."""
    return Committer(Member(room_id, None, chain=chain, chance=chance), staff)


def ask_to_join(
    room_id: bytes, staff: Staff, to: bytes, *, chain: Chain, chance: Chance, hour: int
) -> tuple[Member, bytes]:
    """A colleague's join or rejoin, sealed to whom will commit it."""
    own_hash = staff.certificate.hash
    return _ask(room_id, staff.sk, to, own_hash, chain=chain, chance=chance, hour=hour)


def return_with_code(
    room_id: bytes, r: KeyPair, to: bytes, *, chain: Chain, chance: Chance, hour: int
) -> tuple[Member, bytes]:
    """A visitor's rejoin from another device, sealed to a staff member of the room."""
    return _ask(room_id, r, to, None, chain=chain, chance=chance, hour=hour)


def _ask(
    room_id: bytes,
    sender: KeyPair,
    to: bytes,
    own_hash: bytes | None,
    *,
    chain: Chain,
    chance: Chance,
    hour: int,
) -> tuple[Member, bytes]:
    certified = certificate.check(to, kinds=SHIFT, chain=chain, hour=hour)
    leaf = new_key_pair(chance)
    body = join_body(Join(leaf.public, room_id, chance(16)))
    expiry = hour + JOIN_HOURS
    sealing = Sealing(EnvelopeType.JOIN, chance(16), expiry, (certified.pub,), sender)
    envelope = seal_envelope(sealing, body, chance)
    beginning = Beginning(Standing.JOINING, leaf, own_hash or sha256(envelope), certified)
    return Member(room_id, beginning, chain=chain, chance=chance), envelope
