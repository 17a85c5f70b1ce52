"""A whole service in a folder, without sockets: its world, its staff, and bytes of the right form.

The server is blind, so envelopes, commits and frames here have honest headers and noise inside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hamn.app import desk, duty, relay
from hamn.app.ports import Live, LogLine, RosterEntry, Staff, Store, World
from hamn.asc1 import certificate, group, roster
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.bytes import u8, u16, u32
from hamn.asc1.certificate import Claim, Kind
from hamn.asc1.hpke import key_pair
from hamn.core.conversation import Conversation
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby
from hamn.core.words import Hash, Idx, Kid, Mailbox, Pos, RoomId, Slot
from hamn.live.bell import ProcessBell
from hamn.live.sqlite import SqliteLive
from hamn.sqlite.writer import Runner, ThreadRunner
from hamn.store.sqlite import SqliteStore
from tests.clock import NOON, VirtualClock
from tests.entropy import SeededEntropy

HOUR = int(NOON // 3600)
CAP = b"\x0c" * 32


@dataclass(frozen=True)
class Colleague:
    """A member of staff and the shift key they bring."""

    staff: Staff
    cert: bytes

    @property
    def idx(self) -> Idx:
        return self.staff.idx

    @property
    def kid(self) -> Kid:
        return Kid(kid_of(certificate.parse(self.cert).pub))

    @property
    def author(self) -> desk.StaffAuthor:
        return desk.StaffAuthor(self.idx, self.kid)


class House:
    """The service; `reopen` is kill -9 and start."""

    def __init__(
        self,
        folder: Path,
        policy: Policy | None = None,
        runner: Callable[[str], Runner] = ThreadRunner,
    ) -> None:
        self.folder = folder
        self._runner = runner
        self.clock = VirtualClock()
        self.chance = SeededEntropy(7)
        self.policy = policy or Policy(needs_supervisor=False)
        self._stores: list[SqliteLive | SqliteStore] = []
        self.world = self._opened()

    def _opened(self) -> World:
        live: Live
        store: Store
        self._stores = [
            live := SqliteLive(self.folder / "live.db", self.chance, runner=self._runner),
            store := SqliteStore(self.folder / "records", self.chance, runner=self._runner),
        ]
        return World(live, store, ProcessBell(), self.clock, self.chance, self.policy)

    def close(self) -> None:
        while self._stores:
            self._stores.pop().close()

    async def reopen(self) -> None:
        """Everything that was only in memory is gone."""
        self.close()
        self.world = self._opened()
        await relay.everyone_away(self.world)

    def another_process(self) -> World:
        """The same stores, seen by a process with its own memory."""
        return replace(self.world, memory=type(self.world.memory)())

    async def employ(self, *roles: Sequence[int], check: Sequence[int] = ()) -> list[Colleague]:
        """Staff with these roles, on one roster; `check` says which of them are check members."""
        people = []
        for number, held in enumerate(roles):
            idx = await self.world.store.next_idx()
            people.append(
                Staff(
                    idx,
                    f"member{idx}",
                    f"Namn {idx}",
                    tuple(held),
                    _public(idx),
                    number in check,
                    False,
                    NOON,
                )
            )
            assert await self.world.store.add_staff(people[-1])
        data = _roster(people)
        entry, line = RosterEntry(1, data, b"[]"), LogLine(0, "{}")
        assert await self.world.store.add_roster(entry, line)
        return [Colleague(each, self.certified(each, data)) for each in people]

    def certified(self, staff: Staff, data: bytes) -> bytes:
        start, end = certificate.shift_hours(HOUR)
        role, pub = roster.Role(staff.roles[0]), key_pair(self.chance.bytes(32)).public
        named = hashlib.sha256(data).digest()
        claim = Claim(staff.idx, role, Kind.SHIFT, start, end, named, pub)
        return certificate.issue(claim, _seed(staff.idx))

    async def on_duty(self, *colleagues: Colleague, capacity: int = 1) -> None:
        for each in colleagues:
            await duty.go_on(self.world, each.staff, cert=each.cert, capacity=capacity)

    async def two_on_duty(self) -> tuple[Colleague, Colleague]:
        """Two advisers, ready."""
        first, second = await self.employ((1,), (1,))
        await self.on_duty(first, second)
        return first, second

    async def lobby(self) -> Lobby:
        """Who waits and who is on duty."""
        return await duty.lobby(self.world)

    async def heard(self, *colleagues: Colleague) -> None:
        for each in colleagues:
            await duty.heard(self.world, each.idx)

    def room_id(self) -> RoomId:
        return RoomId(self.chance.bytes(16))

    async def arrive(
        self,
        room: RoomId,
        *to: Colleague,
        cap: bytes = CAP,
        danger: bool = False,
        prev: tuple[RoomId, bytes] | None = None,
        mailbox: Mailbox | None = None,
    ) -> Conversation:
        """A first-time visitor's hello, sealed to these."""
        return await desk.hello(
            self.world,
            self.envelope(1, room, [each.kid for each in to]),
            cap_hash=digest(cap),
            language="sv",
            door=1,
            danger=danger,
            wish=None,
            prev=prev,
            mailbox=mailbox,
            returning=False,
        )

    def envelope(
        self,
        type_: int,
        env_id: bytes,
        kids: Sequence[Kid],
        sender: bytes = b"",
        *,
        hours: int = 1,
    ) -> bytes:
        front = b"AEV1" + u8(1) + u8(type_) + u8(len(kids)) + u8(bool(sender))
        hour = int(self.clock.now() // 3600)
        head = front + env_id + u32(hour + hours) + sender
        stanzas = b"".join(kid + self.chance.bytes(80) for kid in kids)
        return head + stanzas + self.chance.bytes(32 + 256 + 16)

    async def pair(self, room: RoomId, colleague: Colleague) -> relay.Taken:
        """Claim and commit epoch 1."""
        await desk.claim(self.world, colleague.idx, kid=colleague.kid, room=room)
        seats = {0: None, 1: colleague}
        return await self.commit(room, colleague, 1, seats, joined=[0, 1])

    async def commit(
        self,
        room: RoomId,
        by: Colleague,
        epoch: int,
        seats: dict[int, Colleague | None],
        *,
        committer: int = 1,
        joined: Sequence[int] = (),
        left: Sequence[int] = (),
        pos11: int = 0,
        data: bytes | None = None,
        visitor_hash: bytes = bytes(32),
    ) -> relay.Taken:
        made = data or self.commit_bytes(room, epoch, seats, committer, visitor_hash)
        return await desk.commit(
            self.world,
            made,
            author=by.author,
            pos11=Pos(pos11),
            joined=[Slot(slot) for slot in joined],
            left=[Slot(slot) for slot in left],
            certs=[each.cert for each in seats.values() if each is not None],
        )

    def commit_bytes(
        self,
        room: RoomId,
        epoch: int,
        seats: dict[int, Colleague | None],
        committer: int = 1,
        visitor_hash: bytes = bytes(32),
    ) -> bytes:
        entries = tuple(
            group.Entry(
                slot,
                roster.Role.VISITOR if each is None else certificate.parse(each.cert).role,
                self.chance.bytes(32),
                visitor_hash if each is None else hashlib.sha256(each.cert).digest(),
            )
            for slot, each in sorted(seats.items())
        )
        context = group.GroupContext(room, epoch, bytes(32), bytes(32), entries).encode()
        shown = group.FIRST_COMMITTER if epoch == 1 else committer
        front = u8(1) + u8(0x20) + u8(1) + u8(shown) + room + u32(epoch) + u32(0)
        others = [slot for slot in sorted(seats) if slot != committer]
        stanzas = b"".join(u8(slot) + self.chance.bytes(88) for slot in others)
        return front + u16(len(context)) + context + u8(len(others)) + stanzas + bytes(64)

    def frame(self, room: RoomId, slot: int, epoch: int, seq: int, *, leaf: bool = False) -> bytes:
        kind = 0x11 if leaf else 0x10
        front = u8(1) + u8(kind) + u8(1) + u8(slot) + room + u32(epoch) + u32(seq)
        return front + self.chance.bytes(300 - len(front))

    async def send(
        self, room: RoomId, slot: int, epoch: int, seq: int, *, leaf: bool = False
    ) -> relay.Taken:
        made = self.frame(room, slot, epoch, seq, leaf=leaf)
        return await relay.send(self.world, room, slot=Slot(slot), frame=made)

    async def talk(self, room: RoomId) -> Conversation:
        talk = await relay.look(self.world, room)
        assert talk is not None
        return talk


def digest(content: bytes) -> Hash:
    return Hash(hashlib.sha256(content).digest())


def _seed(idx: int) -> bytes:
    return bytes([idx]) * 32


def _public(idx: int) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(_seed(idx)).public_key().public_bytes_raw()


def _roster(people: Sequence[Staff]) -> bytes:
    members = [
        {"idx": p.idx, "roles": p.roles, "duty_name": p.duty_name, "ed25519": p.ed25519.hex()}
        for p in people
    ]
    fields = {"v": 1, "seq": 1, "prev": "00" * 32, "issued": HOUR - 1, "expires": HOUR + 300}
    return json.dumps({**fields, "members": members, "bg": [], "revoked": []}).encode()
