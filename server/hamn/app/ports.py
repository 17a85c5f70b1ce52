"""What the use cases need of the world, as Protocols: two stores, bell, clock and chance.
Over 400 lines on purpose: who writes a store reads one file.

Every docstring tells the caller's duty and the guarantee. Implementations decide nothing: a value
comes in, and is kept or not. The same contract tests run against each of them, and none may rely on
memory shared between processes or on a transaction that spans two rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Protocol

from hamn.app.memory import Memory
from hamn.app.shelves import (
    Books,
    Cases,
    Counters,
    Editions,
    Escalations,
    Figures,
    Held,
    Inquiries,
    Register,
)
from hamn.core.audit import Line, Link, Note
from hamn.core.booking import Book
from hamn.core.box import Waiting
from hamn.core.conversation import Conversation
from hamn.core.duty import ALWAYS, Opening
from hamn.core.policy import Policy
from hamn.core.relay import Relay
from hamn.core.rota import Rota
from hamn.core.waiting import Lobby
from hamn.core.words import Epoch, Hash, Idx, Kid, Mailbox, Moment, Pos, RoomId, Seq, Slot


class Clock(Protocol):
    """Time as the service sees it."""

    def now(self) -> Moment:
        """The present moment; may jump when the machine's clock is set."""

    async def sleep_until(self, moment: Moment) -> None:
        """Return at or shortly after `moment`."""


class Entropy(Protocol):
    """Chance for ids, tokens and keys."""

    def bytes(self, count: int) -> bytes:
        """`count` bytes from the system's generator."""


class Bell(Protocol):
    """Wake-ups between sockets: hints without content. A ring may be lost or doubled; the listener
    re-reads the value, so a hint never carries one."""

    def ring(self, topic: bytes) -> None:
        """Wake every listener of `topic` (a room id, a seat in it, or one of LOBBY and STAFF)."""

    def listen(self, topics: Sequence[bytes]) -> Listener:
        """A listener that is already armed: rings from this call on are not missed."""


class Listener(Protocol):
    """One socket's ear. `topics` can be changed while it listens."""

    async def heard(self) -> frozenset[bytes]:
        """Wait for at least one ring; the topics rung since the last call. Cancel-safe."""

    def add(self, *topics: bytes) -> None: ...

    def remove(self, *topics: bytes) -> None: ...

    def close(self) -> None: ...


LOBBY = b"lobby"
"""Rung when a place, an offer or someone's duty has changed."""
BOX = b"box"
"""Rung when a sealed message has come, was taken or let go, or has ended."""
STAFF = b"staff"
"""Rung when a session has ended, a member was revoked or changed, or a new roster stands."""


def seat(room: RoomId, slot: Slot) -> bytes:
    """The topic rung when a frame was put for this slot; any other change rings the room."""
    return room + bytes((slot,))


@dataclass(frozen=True, slots=True)
class Version:
    """An opaque mark of the value that was read; give it back to `swap`. `absent()` matches nothing
    stored yet."""

    number: int

    @staticmethod
    def absent() -> Version:
        return Version(0)


@dataclass(frozen=True, slots=True, repr=False)
class StoredFrame:
    """A frame or commit as it stands in the room's sequence."""

    pos: Pos
    epoch: Epoch
    """The epoch it belongs to; for a commit the new one."""
    slot: Slot
    seq: Seq
    is_commit: bool
    digest: Hash
    data: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """That a frame was taken before: its position and hash (protocol.md section 16 rule 6)."""

    pos: Pos
    digest: Hash


class Live(Protocol):
    """The live store: whatever it has answered True for survives kill -9 of the server.

    All writes of one call are one atomic step. Each of a room's values shares the room's partition;
    the lobby is a partition of its own. A room's value has one version and is kept in two parts,
    the relay and the rest: `swap` replaces both, `append` the relay alone.
    """

    async def store_id(self) -> bytes:
        """16 random bytes made with the store; another value means that its content was lost."""

    async def secret(self, name: str) -> bytes:
        """32 random bytes made once per store and name (work key, bucket salt)."""

    async def read(self, room: RoomId) -> tuple[Version, Conversation] | None:
        """The room's newest value, or None when there is none (any more)."""

    async def swap(
        self,
        room: RoomId,
        version: Version,
        new: Conversation,
        *,
        put: Sequence[StoredFrame] = (),
        letters: Sequence[tuple[str, bytes | None]] = (),
        erase_through: Pos = Pos(0),
        forget_marks: bool = False,
    ) -> bool:
        """Replace the value if it is still the one read, together with: frames and their marks put,
        named letters set (or removed with None), the bytes of frames up to `erase_through`
        (inclusive) deleted, marks of earlier epochs than `new`'s forgotten. False: someone was
        first, nothing has changed. A commit leaves no mark. Concurrent calls share a group commit.
        `new.deadline` is kept as the room's next deadline.

        Raises: StoreFull when the disk has no room; nothing has changed.
        """

    async def relay(self, room: RoomId) -> tuple[Version, Relay] | None:
        """The relay of the room's newest value, or None when there is no room (any more)."""

    async def append(
        self,
        room: RoomId,
        version: Version,
        new: Relay,
        *,
        put: StoredFrame | None = None,
        erase_through: Pos = Pos(0),
    ) -> bool:
        """A `swap` of the relay alone, for the one hot path; the deadline stays. `put` is not a
        commit, and `Version.absent()` matches nothing. Raises: StoreFull; nothing has changed."""

    async def frames(self, room: RoomId, after: Pos, limit: int) -> list[StoredFrame]:
        """Frames and commits still held with a position above `after`, in rising position."""

    async def mark(self, room: RoomId, epoch: Epoch, slot: Slot, seq: Seq) -> Mark | None:
        """The mark of a frame that was put in this epoch, its bytes held or not."""

    async def letter(self, room: RoomId, name: str) -> bytes | None:
        """A named envelope of the room: `hello`, or a pending join."""

    async def erase(self, room: RoomId) -> None:
        """Delete the room's value, frames, marks and letters. Without effect when there is none."""

    async def rooms(self) -> list[RoomId]:
        """Every room held (start-up, supervisors, erasing by mailbox)."""

    async def due(self, now: Moment, limit: int) -> list[RoomId]:
        """Rooms whose deadline has passed, earliest first."""

    async def next_deadline(self) -> Moment | None:
        """The earliest deadline of all rooms."""

    async def lobby(self) -> tuple[Version, Lobby]:
        """Who waits and who is on duty; an empty lobby with `Version.absent()` at first."""

    async def swap_lobby(self, version: Version, new: Lobby) -> bool:
        """Replace the lobby if it is still the one read."""

    async def once(self, key: bytes, until: Moment) -> bool:
        """True the first time `key` is seen before `until`; how a nonce is made single-use."""

    async def purge(self, now: Moment) -> None:
        """Forget keys of `once` whose time is over, and leave no deleted byte in file or journal.

        Raises: PurgeBlocked when the journal could not be emptied; call again.
        """


class StoreFull(Exception):
    """The disk has no room; nothing was changed and nothing may be acknowledged."""


class PurgeBlocked(Exception):
    """A reader kept the journal from being emptied."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff, as kept. `ed25519` is empty until enrolment; `is_check` marks the member
    that `hamn check` signs in as, who rings nobody and counts nowhere."""

    idx: Idx
    login: str
    duty_name: str
    roles: tuple[int, ...]
    ed25519: bytes
    is_check: bool
    is_revoked: bool
    created: Moment
    is_licensed: bool = False
    """By profession bound to report a concern about a child, whatever the centre's work is."""


@dataclass(frozen=True, slots=True, repr=False)
class Wrap:
    """A wrapped key as in protocol.md section 3.1: what 1 AK 2 IK 3 BK 4 EK 5 CK."""

    what: int
    method: int
    version: int
    kid: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class SignInMethod:
    """A way to sign in: 1 passkey (credential = its id, for allowCredentials) or 2 digits."""

    method: int
    public_key: bytes
    credential: bytes


@dataclass(frozen=True, slots=True, repr=False)
class RosterEntry:
    """A signed roster: its exact bytes and the exact bytes of roster.sig."""

    seq: int
    data: bytes
    sig: bytes


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the transparency log (protocol.md section 5), without its newline."""

    n: int
    line: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A registered key certificate (148 bytes) and the hour its use ends."""

    kid: Kid
    idx: Idx
    kind: int
    not_after: int
    data: bytes


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A return code as the server knows it: hashes, a mailbox, and the day it ends unused."""

    h_id: Hash
    h_auth: Hash
    mailbox: Mailbox
    expires_day: int


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A sealed envelope in records. `readers` are the kids of its stanzas."""

    env_id: bytes
    type: int
    mailbox: Mailbox | None
    readers: tuple[Kid, ...]
    expires_day: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Sealing:
    """Envelopes that come and go with a change."""

    put: tuple[Letter, ...] = ()
    drop: tuple[bytes, ...] = ()


class Store(
    Books, Cases, Counters, Editions, Escalations, Figures, Held, Inquiries, Register, Protocol
):
    """The records store. Every method is one transaction. Envelopes and wrapped BK, EK and CK are
    kept encrypted under the key of their last day, and end with it (protocol.md section 9)."""

    async def add_staff(self, staff: Staff) -> bool:
        """Keep a new member; False when the login name is taken."""

    async def next_idx(self) -> Idx:
        """A number that no member has ever had."""

    async def staff(self, idx: Idx) -> Staff | None: ...

    async def staff_by_login(self, login: str) -> Staff | None: ...

    async def all_staff(self) -> list[Staff]: ...

    async def swap_staff(self, old: Staff, new: Staff) -> bool:
        """Replace the row if it still equals `old`; the number of `staff_changes` rises."""

    async def staff_changes(self) -> int:
        """How often a member was changed, by whichever process."""

    async def add_invite(self, h_token: Hash, idx: Idx, until: Moment) -> None: ...

    async def invite(self, h_token: Hash, now: Moment) -> Idx | None:
        """Whom an unspent invite is for; it stays unspent."""

    async def enrol(
        self, h_token: Hash, now: Moment, staff: Staff, method: SignInMethod, wraps: Sequence[Wrap]
    ) -> bool:
        """Spend the invite and keep the member, the method and the wraps, all or nothing."""

    async def methods(self, idx: Idx) -> list[SignInMethod]: ...

    async def add_method(self, idx: Idx, method: SignInMethod, wraps: Sequence[Wrap]) -> None: ...

    async def drop_method(self, idx: Idx, method: int) -> None:
        """Remove a way to sign in, and AK as it was wrapped for it."""

    async def wraps(self, idx: Idx) -> list[Wrap]: ...

    async def put_wraps(self, idx: Idx, wraps: Sequence[Wrap], last_use_day: int) -> None:
        """Add or replace by (what, method, kid); AK and IK have no last day."""

    async def open_session(self, h_token: Hash, idx: Idx, until: Moment) -> None:
        """Keep it until then; one that stands is given the new end, whoever else does so too."""

    async def session(self, h_token: Hash, now: Moment) -> Idx | None:
        """Whose unexpired session this is; None also for a revoked member."""

    async def end_session(self, h_token: Hash) -> None: ...

    async def end_sessions(self, idx: Idx) -> None: ...

    async def add_roster(self, entry: RosterEntry, log: LogLine) -> bool:
        """Keep a roster and its log line if its seq is one above the newest, the first being 1, and
        the line follows the newest line."""

    async def roster_draft(self) -> RosterEntry | None:
        """The next roster while roots sign it; gone once any roster is added."""

    async def swap_roster_draft(self, old: RosterEntry | None, new: RosterEntry) -> bool:
        """Replace the draft if it still stands as `old`."""

    async def newest_roster(self) -> RosterEntry | None: ...

    async def roster(self, seq: int) -> RosterEntry | None: ...

    async def log_lines(self) -> list[LogLine]: ...

    async def add_log_line(self, line: LogLine) -> bool:
        """Append if `n` is one above the newest; the first line may be 0 or 1."""

    async def put_certificate(self, certificate: Certificate) -> None:
        """Keep it beside earlier ones of the same key; without effect when it is kept already."""

    async def certificates(self, kind: int, hour: int) -> list[Certificate]:
        """Registered certificates of a kind whose not_after has not passed."""

    async def rota_mark(self) -> tuple[int, bool]:
        """How often the rota was changed, and whether it has any shift at all; cheap to ask."""

    async def rota(self, first: int) -> tuple[int, Rota]:
        """How often it was changed, and the rota: every template, and of holidays, changed shifts
        and swaps those from a first day on."""

    async def swap_rota(self, version: int, old: Rota, new: Rota) -> bool:
        """Replace what `rota` gave by what was made of it, if it was changed so often still."""

    async def code(self, h_id: Hash, day: int) -> CodeRow | None:
        """An unexpired code's row."""

    async def swap_code(self, h_id: Hash, old: CodeRow | None, new: CodeRow | None) -> bool:
        """Add, replace or remove a code if it still stands as `old`."""

    async def codes_of(self, mailbox: Mailbox) -> list[CodeRow]: ...

    async def bar(self, mailbox: Mailbox, idx: Idx) -> None:
        """Mark that a member never opens this mailbox; kept as long as one of its codes."""

    async def barred(self, mailbox: Mailbox) -> frozenset[Idx]:
        """Who is marked so."""

    async def bar_as(self, old: Idx, new: Idx) -> None:
        """Mark a member wherever another is marked: one who has a new number is the same one."""

    async def put_letter(self, letter: Letter) -> None:
        """Keep or replace an envelope under the key of its last day."""

    async def letters(self, *, mailbox: Mailbox | None, reader: Kid | None) -> list[Letter]:
        """Envelopes of a mailbox, or for a reader; those whose day key is gone are absent."""

    async def letter(self, env_id: bytes) -> Letter | None: ...

    async def drop_letter(self, env_id: bytes) -> None: ...

    async def put_message(self, letter: Letter, waiting: Waiting) -> bool:
        """Keep an envelope and that it waits; False when one of this id is there already."""

    async def messages(self) -> list[Waiting]:
        """Every message that waits, the oldest first. One ends with its envelope."""

    async def swap_message(self, old: Waiting, new: Waiting) -> bool:
        """Change who has taken a message, if it still stands as `old`."""

    async def put_rewrap(self, message: Waiting, kid: Kid, data: bytes) -> bool:
        """Keep a message as sealed again for one key, under the key of its last day, if it waits
        still and there is none for that key."""

    async def rewrap(self, env_id: bytes, kid: Kid) -> bytes | None:
        """A message as sealed again for one key."""

    async def answer_message(self, old: Waiting, reply: Letter | None) -> bool:
        """End a message that still stands as `old`, its envelope with it, and keep the reply."""

    async def swap_book(self, version: int, old: Book, new: Book, sealed: Sealing) -> bool:
        """Replace what `book` gave by what was made of it, if it was changed so often still, and in
        the same step keep and remove envelopes."""

    async def note(self, note: Note) -> Line:
        """Append a deed to the audit log, and raise its head, in one step."""

    async def audit(self, after: int, limit: int) -> list[Line]:
        """Lines above a number, as they stand, in rising number."""

    async def audit_ends(self) -> tuple[Link, Link]:
        """The anchor that stands for expired lines, and the head."""

    async def erase_due(self, now: Moment) -> int:
        """Delete what has expired and destroy the day keys that have passed; how many rows went."""

    async def purge(self) -> None:
        """Leave no deleted byte in file or journal.

        Raises: PurgeBlocked when the journal could not be emptied; call again.
        """


@dataclass(frozen=True, slots=True)
class World:
    """Everything a use case may touch."""

    live: Live
    store: Store
    bell: Bell
    clock: Clock
    entropy: Entropy
    policy: Policy
    hours: Opening = ALWAYS
    """The hours of the settings, which stand until a rota is made."""
    zone: tzinfo = UTC
    """The centre's, which rota and hours are written in."""
    memory: Memory = field(default_factory=Memory)
