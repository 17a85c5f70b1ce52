"""A small made-up service for the protocol's tests: roster, staff, and a blind server's one room.

The room does what section 7 asks of the server and no more: it gives positions, decides between
commits, and hands bytes on in order. Everything that passes is recorded.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.asc1 import certificate, entry, roster
from hamn.asc1.body import Door, Hello
from hamn.asc1.certificate import Claim, Kind
from hamn.asc1.committer import Committer, Proposal, Staff
from hamn.asc1.epoch import Written
from hamn.asc1.events import Event, Line, Step
from hamn.asc1.hpke import new_key_pair
from hamn.asc1.member import Member

NOW = 1_740_000_000
HOUR = NOW // 3600
SHIFT = frozenset({Kind.SHIFT})
SHOWN = entry.Shown("sv", 1, danger=False)


def chance(seed: int) -> Callable[[int], bytes]:
    """Bytes that look random and are the same in every run."""
    return random.Random(seed).randbytes


def ed25519(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ik(idx: int) -> bytes:
    return bytes([idx]) * 32


def roster_bytes(**changed: Any) -> bytes:
    """A roster of five, as JSON; any field may be given."""
    members = [
        {"idx": idx, "roles": [1, 2], "duty_name": f"Namn {idx}", "ed25519": ed25519(ik(idx)).hex()}
        for idx in range(1, 6)
    ]
    fields = {
        "v": 1,
        "seq": 1,
        "prev": "00" * 32,
        "issued": HOUR - 5,
        "expires": HOUR + 300,
        "members": members,
        "bg": [],
        "revoked": [],
    }
    return json.dumps(fields | changed).encode()


def successor(of: bytes, **changed: Any) -> bytes:
    """The next roster in the chain."""
    before = roster.parse_roster(of)
    return roster_bytes(**{"seq": before.seq + 1, "prev": before.hash.hex()} | changed)


def chain(*newest_first: bytes) -> roster.Chain:
    return roster.chain_of(roster.parse_roster(newest_first[0]), newest_first[1:])


CHAIN = chain(roster_bytes())


def certified(idx: int, public: bytes, **changed: Any) -> bytes:
    """A good shift certificate; any field may be given."""
    start, end = certificate.shift_hours(HOUR)
    fields: dict[str, Any] = {
        "idx": idx,
        "role": roster.Role.ADVISER,
        "kind": Kind.SHIFT,
        "not_before": start,
        "not_after": end,
        "roster_hash": CHAIN.newest.hash,
        "pub": public,
    }
    seed = changed.pop("seed", ik(idx))
    return certificate.issue(Claim(**fields | changed), seed)


def staff(idx: int, *, seed: int | None = None, **changed: Any) -> Staff:
    """A staff member on duty."""
    sk = new_key_pair(chance(seed or 1000 + idx))
    return Staff(sk, certificate.parse(certified(idx, sk.public, **changed)))


@dataclass
class Put:
    """Something the server handed on."""

    pos: int
    content: bytes
    certs: tuple[bytes, ...]
    by: str


@dataclass
class Room:
    """A blind server's room with everybody in it."""

    seed: int = 0
    now: int = NOW
    members: dict[str, Member] = field(default_factory=dict)
    committers: dict[str, Committer] = field(default_factory=dict)
    heard: dict[str, list[Event]] = field(default_factory=dict)
    held: dict[str, list[Written]] = field(default_factory=dict)
    puts: list[Put] = field(default_factory=list)
    epoch: int = 0
    pos11: int = 0
    muted: set[str] = field(default_factory=set)
    staff: dict[str, Staff] = field(default_factory=dict)
    envelopes: list[bytes] = field(default_factory=list)

    def enter(self, name: str, member: Member, committer: Committer | None = None) -> None:
        self.members[name] = member
        self.heard.setdefault(name, [])
        self.held.setdefault(name, [])
        if committer:
            self.committers[name] = committer

    def pos(self) -> int:
        return len(self.puts)

    def send(self, name: str, written: Written) -> bool:
        """A frame; False if its epoch is not the room's."""
        if written.epoch != self.epoch:
            return False
        self._hand_on(name, written.frame, ())
        if written.frame[1] == 0x11:
            self.pos11 = self.pos()
        member = self.members[name]
        slot = member.inside().slot
        member.acknowledged(epoch=written.epoch, slot=slot, seq=written.seq, pos=self.pos())
        return True

    def say(self, name: str, text: str) -> Written:
        written = self.members[name].say(text, now=self.now)
        self.send(name, written)
        return written

    def commit(self, name: str, proposal: Proposal) -> bool:
        """Compare-and-set: the first commit that saw everything wins."""
        committer = self.committers[name]
        if (proposal.epoch, proposal.pos11) != (self.epoch + 1, self.pos11):
            committer.lost()
            return False
        self.epoch, self.pos11 = proposal.epoch, 0
        ours = committer.taken(now=self.now)
        steps = self._hand_on(name, proposal.commit, proposal.certs)
        self._follow(name, ours)
        for other, step in steps.items():
            self._follow(other, step)
        return True

    def _hand_on(self, by: str, content: bytes, certs: tuple[bytes, ...]) -> dict[str, Step]:
        self.puts.append(Put(self.pos() + 1, content, certs, by))
        steps = {}
        for name, member in self.members.items():
            if name != by and name not in self.muted:
                step = member.receive(content, pos=self.pos(), now=self.now, certs=certs)
                self.heard[name] += step.events
                steps[name] = step
        return steps

    def _follow(self, name: str, step: Step) -> None:
        self.held[name] += step.held
        for written in step.send:
            self.send(name, written)

    def join(self, name: str, by: str, *, remove: tuple[int, ...] = ()) -> None:
        """A colleague asks, is announced and committed."""
        committer = self.committers[by]
        member, envelope = self.ask(name, by)
        joiner = committer.admit(envelope, self.staff[name].certificate.raw, now=self.now)
        self.send(by, committer.announce(joiner, "join", now=self.now))
        self.enter(name, member, Committer(member, self.staff[name]))
        assert self.commit(by, committer.propose(joiners=(joiner,), remove=remove))

    def ask(self, name: str, by: str) -> tuple[Member, bytes]:
        member, envelope = entry.ask_to_join(
            self.members[by].room_id,
            self.staff[name],
            self.staff[by].certificate.raw,
            chain=CHAIN,
            chance=chance(self.seed + 77 * len(self.puts) + len(name)),
            hour=self.now // 3600,
        )
        self.envelopes.append(envelope)
        return member, envelope

    def remove(self, name: str, by: str) -> None:
        slot = self.members.pop(name).inside().slot
        assert self.commit(by, self.committers[by].propose(remove=(slot,)))

    def rekey(self, by: str) -> None:
        assert self.commit(by, self.committers[by].propose())

    def lines(self, name: str) -> list[str]:
        return [event.text for event in self.heard[name] if isinstance(event, Line)]


def waiting(seed: int = 1, **facts: Any) -> tuple[Member, Hello]:
    """A visitor before the first hello."""
    draw = chance(seed)
    v = new_key_pair(draw)
    told: dict[str, Any] = {
        "v": v.public,
        "roster_hash": CHAIN.newest.hash,
        "lang": "sv",
        "door": Door.RELATIVE,
    }
    return entry.wait(draw(16), v, chain=CHAIN, chance=draw), Hello(**told | facts)


def paired(seed: int = 1, **facts: Any) -> Room:
    """A visitor and adviser A in epoch 1."""
    room = Room(seed)
    room.staff = {name: staff(idx) for idx, name in enumerate("ABCD", start=1)}
    visitor, hello = waiting(seed, **facts)
    adviser = room.staff["A"]
    envelope = entry.seal_hello(visitor, hello, [adviser.certificate], hour=HOUR)
    room.envelopes.append(envelope)
    knock = entry.open_hello(envelope, adviser, SHOWN, chain=CHAIN, hour=HOUR)
    committer = entry.pair(knock, adviser, chain=CHAIN, chance=chance(seed + 500))
    room.enter("V", visitor)
    room.enter("A", committer.member, committer)
    proposal = committer.pending
    assert proposal is not None
    assert room.commit("A", proposal)
    return room
