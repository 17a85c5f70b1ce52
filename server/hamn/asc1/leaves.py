"""What one member knows about slots and leaves: its own private halves, and everybody's newest.

A leaf opens one seed. Its private half lives until the server has the leaf update that replaces
it; then it is let go, so that a recorded commit cannot be opened with later keys.
"""

from __future__ import annotations

from hamn.asc1.bytes import sha256
from hamn.asc1.checks import Accepted, Announced, Inside
from hamn.asc1.epoch import Epoch
from hamn.asc1.hpke import KeyPair


class Leaves:
    """Our own leaf keys, the newest public leaf of each slot, and who has been announced."""

    __slots__ = ("announced", "newest", "own", "seen", "used_slots")

    def __init__(self, first: KeyPair | None) -> None:
        self.own: dict[bytes, KeyPair] = {first.public: first} if first else {}
        self.newest: dict[int, bytes] = {}
        self.seen: set[bytes] = set()
        self.used_slots: set[int] = set()
        self.announced: dict[int, Announced] = {}

    def enter(self, accepted: Accepted) -> None:
        """A new epoch: its list holds the newest leaves, and one of them opened the seed."""
        entries = accepted.context.entries
        self.own = {accepted.leaf.public: accepted.leaf}
        self.newest = {entry.slot: entry.leaf for entry in entries}
        self.seen |= {entry.leaf for entry in entries}
        self.used_slots |= {entry.slot for entry in entries}
        self.announced = {}

    def keep(self, leaf: KeyPair) -> None:
        """A fresh leaf of ours, about to be sent."""
        self.own[leaf.public] = leaf

    def replace_own(self, slot: int, public: bytes) -> None:
        """The server has our leaf update: only the new private half stays."""
        self.own = {public: self.own[public]}
        self.newest[slot] = public

    def heard(self, slot: int, public: bytes) -> None:
        """Another slot's leaf update."""
        self.newest[slot] = public
        self.seen.add(public)

    def settled(self) -> KeyPair | None:
        """Our newest leaf, or None while a leaf update of ours is not acknowledged."""
        return next(iter(self.own.values())) if len(self.own) == 1 else None

    def came_again(self, slot: int, accepted: Accepted) -> bool:
        """Whether a slot's entry in a new epoch is the one that was announced."""
        told, entry = self.announced.get(slot), accepted.context.entry(slot)
        return told is not None and entry is not None and told.leaf_hash == sha256(entry.leaf)

    def known_in(self, epoch: Epoch) -> Inside:
        """What the checks of the next commit may know."""
        return Inside(
            slot=epoch.slot,
            context=epoch.context,
            confirm_tag=epoch.confirm_tag,
            member_key=epoch.member_key,
            newest_leaves=dict(self.newest),
            seen_leaves=frozenset(self.seen),
            used_slots=frozenset(self.used_slots),
            certificates=epoch.certificates,
            people=epoch.people,
            announced=dict(self.announced),
        )
