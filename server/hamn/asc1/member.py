"""One participant in one room: takes bytes, gives bytes, and never believes what it cannot check.

Every change goes through here: a commit that passed the checks, a frame that opened, an `ok` of
the server. A put that is refused has changed nothing. How one gets into a room is in entry.py;
this module opens no socket, reads no clock and draws chance only from the source it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from hamn.asc1.body import Hello
from hamn.asc1.bytes import Chance, Refused, utf8
from hamn.asc1.checks import (
    Accepted,
    Beginning,
    Standing,
    View,
    check_commit,
)
from hamn.asc1.control import CONTROL_NAMES, control_body, read_code, read_control, read_joining
from hamn.asc1.epoch import Epoch, Written
from hamn.asc1.events import (
    VISITOR,
    Control,
    Ended,
    Event,
    Line,
    Members,
    Missing,
    OutOfSync,
    Received,
    Sender,
    Step,
    Unreadable,
)
from hamn.asc1.frame import (
    MOST_RECEIPTS,
    FrameHeader,
    FrameRefusal,
    FrameType,
    Inner,
    Kind,
    parse_frame_header,
    read_receipt,
    receipt_body,
)
from hamn.asc1.group import COMMIT_TYPE, VISITOR_SLOT
from hamn.asc1.hpke import new_key_pair, refuse_low_order
from hamn.asc1.leaves import Leaves
from hamn.asc1.outbox import Outbox
from hamn.asc1.resume import ResumeKeys, ResumePoint
from hamn.asc1.roster import Chain

REKEY_SECONDS = 20 * 60
REKEY_LINES = 50
UNREADABLE_IN_A_ROW = 3
RELEASED_UNASKED = frozenset({Kind.RECEIPT, Kind.CONTROL})
NEVER_RESEALED = frozenset({Kind.LEAF_UPDATE, Kind.COVER})


class MemberRefusal(StrEnum):
    """Why a member does not do what it was asked to."""

    NOT_INSIDE = "no epoch yet"


class Member:
    """The state of one participant in one room."""

    __slots__ = (
        "_beginning",
        "_due",
        "_outbox",
        "_resume",
        "chain",
        "chance",
        "code_r",
        "epoch",
        "hello_r",
        "hellos",
        "leaves",
        "pos",
        "pos11",
        "room_id",
        "safety_hash",
        "seen",
        "visitor_heard",
    )

    def __init__(
        self, room_id: bytes, beginning: Beginning | None, *, chain: Chain, chance: Chance
    ) -> None:
        self.room_id = room_id
        self.chain = chain
        self.epoch: Epoch | None = None
        self.pos = 0
        self.pos11 = 0
        self.seen: set[tuple[Sender, bytes]] = set()
        self.hellos: dict[bytes, frozenset[bytes]] = {}
        self.hello_r: bytes | None = None
        self.code_r: bytes | None = None
        self.safety_hash: bytes | None = None
        self.visitor_heard = False
        self._beginning = beginning
        self.chance = chance
        self.leaves = Leaves(beginning.leaf if beginning else None)
        self._resume = ResumeKeys(room_id)
        self._outbox = Outbox()
        self._due: list[bytes] = []

    # What arrives

    def receive(self, put: bytes, *, pos: int, now: int, certs: tuple[bytes, ...] = ()) -> Step:
        """Take a put of the server: a commit or a frame; one already taken does nothing.

        `now` is the reader's clock in seconds. A commit that fails a check raises and changes
        nothing; a frame that cannot be read is an event.

        Raises: Malformed, or Refused with the reason of the check.
        """
        if pos <= self.pos:
            return Step()
        if put[1:2] == bytes((COMMIT_TYPE,)):
            step = self._take_commit(put, certs, now)
        else:
            step = self._take_frame(put, pos)
        self.pos = pos
        return step

    def acknowledged(self, *, epoch: int, slot: int, seq: int, pos: int) -> None:
        """The server has a frame of ours; an acknowledged leaf update wipes the old leaf."""
        written = self._outbox.settle(epoch, seq)
        if written is None or self.epoch is None or slot != self.epoch.slot:
            return
        if written.inner.kind is Kind.LEAF_UPDATE and epoch == self.epoch.number:
            self.leaves.replace_own(slot, written.inner.body)
            self.pos11 = max(self.pos11, pos)

    def _take_commit(self, commit: bytes, certs: tuple[bytes, ...], now: int) -> Step:
        accepted = check_commit(commit, certs, self.view(now))
        return self.adopt(accepted, now=now)

    def _take_frame(self, frame: bytes, pos: int) -> Step:
        try:
            header = parse_frame_header(frame)
            epoch = self._epoch_of(header)
            missing = epoch.missing_before(header.slot, header.seq)
            inner = epoch.read(header, frame)
            events = self._understand(header, inner, pos)
        except Refused as refusal:
            return Step(self._unreadable(frame, refusal))
        epoch.unreadable = 0
        self.visitor_heard |= header.slot == VISITOR_SLOT
        gap = (Missing(header.slot, missing),) if missing else ()
        return Step((*gap, *events))

    def _epoch_of(self, header: FrameHeader) -> Epoch:
        epoch = self.epoch
        if epoch is None or (header.room, header.epoch) != (self.room_id, epoch.number):
            raise Refused(FrameRefusal.CLOSED)
        if not epoch.hears(header.slot):
            raise Refused(FrameRefusal.CLOSED)
        update_due = header.seq == 0 and header.slot != epoch.committer
        if (header.type is FrameType.LEAF_UPDATE) != update_due:
            raise Refused(FrameRefusal.TYPE)
        return epoch

    def _unreadable(self, frame: bytes, refusal: Refused) -> tuple[Event, ...]:
        if self.epoch is None:
            return ()
        self.epoch.unreadable += 1
        told = Unreadable(frame[3] if len(frame) > 3 else 0xFF, self.epoch.unreadable)
        lost = self.epoch.unreadable >= UNREADABLE_IN_A_ROW and self.epoch.slot == VISITOR_SLOT
        if lost or refusal.reason is FrameRefusal.GAP:
            return (told, OutOfSync())
        return (told,)

    # What a frame says

    def _understand(self, header: FrameHeader, inner: Inner, pos: int) -> tuple[Event, ...]:
        match inner.kind:
            case Kind.TEXT:
                return self._take_line(header.slot, inner)
            case Kind.CONTROL:
                return self._take_control(header.slot, inner)
            case Kind.RECEIPT:
                return self._take_receipt(header.slot, inner)
            case Kind.LEAF_UPDATE:
                refuse_low_order(inner.body)
                self.leaves.heard(header.slot, inner.body)
                self.pos11 = pos
                return ()
            case Kind.END:
                return (Ended(header.slot),)
            case Kind.COVER:
                return ()

    def _sender(self, slot: int) -> Sender:
        person = self.inside().people[slot]
        return VISITOR if person.idx is None else person.idx

    def _is_new(self, slot: int, inner: Inner) -> bool:
        mark = (self._sender(slot), inner.msg_id)
        new = mark not in self.seen
        self.seen.add(mark)
        return new

    def _take_line(self, slot: int, inner: Inner) -> tuple[Event, ...]:
        text = utf8(inner.body)
        self._due.append(inner.msg_id)
        if not self._is_new(slot, inner):
            return ()
        self.inside().lines += 1
        return (Line(slot, self._sender(slot), inner.msg_id, inner.minutes, text),)

    def _take_control(self, slot: int, inner: Inner) -> tuple[Event, ...]:
        if not self._is_new(slot, inner):
            return ()
        fields = read_control(inner.body)
        name = fields.pop("t", None)
        if not isinstance(name, str) or name not in CONTROL_NAMES:
            return ()
        if name == "joining" and (announced := read_joining(fields, slot)):
            self.leaves.announced[announced.slot] = announced
        if name == "code" and slot == VISITOR_SLOT and (public := read_code(fields)):
            self.code_r = public
        return (Control(slot, name, fields),)

    def _take_receipt(self, slot: int, inner: Inner) -> tuple[Event, ...]:
        visitor_is_here = self.inside().context.entry(VISITOR_SLOT) is not None
        we_are_staff = self.inside().slot != VISITOR_SLOT
        if visitor_is_here and we_are_staff and slot != VISITOR_SLOT:
            return ()
        arrived = self._outbox.received(read_receipt(inner.body))
        return (Received(slot, arrived),) if arrived else ()

    # What we say

    def say(self, text: str, *, now: int) -> Written:
        """A line of text."""
        self.inside().lines += 1
        return self._write(Kind.TEXT, text.encode(), now)

    def control(self, name: str, fields: Mapping[str, object], *, now: int) -> Written:
        """A control message."""
        return self._write(Kind.CONTROL, control_body(name, fields), now)

    def receipt(self, *, now: int) -> Written | None:
        """A receipt for up to 14 lines that wait for one."""
        if not self._due:
            return None
        named, self._due = tuple(self._due[:MOST_RECEIPTS]), self._due[MOST_RECEIPTS:]
        return self._write(Kind.RECEIPT, receipt_body(named), now)

    def cover(self, *, now: int) -> Written:
        """A frame that says nothing."""
        return self._write(Kind.COVER, b"", now)

    def end(self, *, now: int) -> Written:
        """The last frame."""
        return self._write(Kind.END, b"", now)

    def write_again(self, line: Written) -> Written:
        """A line of an earlier epoch or room, sealed anew under its old msg_id."""
        written = self.inside().write(line.inner)
        self._outbox.add(written)
        return written

    def release(self, held: Iterable[Written]) -> tuple[Written, ...]:
        """Send lines that were held, after their writer has said yes."""
        return tuple(self.write_again(line) for line in held)

    def unsettled(self) -> tuple[Written, ...]:
        """Frames the server has not said `ok` to: the identical bytes to send again."""
        return self._outbox.unsettled()

    def unreceived(self) -> tuple[Written, ...]:
        """Lines of ours without a receipt, for a re-handshake."""
        return self._outbox.unreceived()

    def _write(self, kind: Kind, body: bytes, now: int) -> Written:
        written = self.inside().write(Inner(kind, now // 60, self.chance(16), body))
        self._outbox.add(written)
        return written

    # Epochs

    def view(self, now: int) -> View:
        """What the checks may know."""
        begun = self._beginning
        return View(
            room_id=self.room_id,
            chain=self.chain,
            hour=now // 3600,
            standing=begun.standing if begun and self.epoch is None else Standing.INSIDE,
            leaves=dict(self.leaves.own),
            own_hash=begun.own_hash if begun else None,
            hellos=dict(self.hellos),
            sealed_to=begun.sealed_to if begun else None,
            inside=self.leaves.known_in(self.epoch) if self.epoch else None,
        )

    def adopt(self, accepted: Accepted, *, now: int) -> Step:
        """Switch to an epoch whose commit was believed, or was ours and taken by the server."""
        members = self._compare(accepted)
        old, self.epoch = self.epoch, Epoch(accepted, now=now)
        self.leaves.enter(accepted)
        context = accepted.context
        self.pos11 = 0
        self._resume.add(context.epoch, self.epoch.resume_key)
        if context.epoch == 1:
            self.safety_hash = context.hash
        if members.joined & {VISITOR_SLOT} or old is None:
            self.visitor_heard = False
        update = () if self.epoch.made_it else (self._update_leaf(now),)
        again, held = self._carry_over()
        return Step((members,), (*update, *again), held)

    def _compare(self, accepted: Accepted) -> Members:
        before = self.epoch.people if self.epoch else {}
        after = accepted.people
        both = before.keys() & after.keys()
        again = {slot for slot in both if self.leaves.came_again(slot, accepted)}
        return Members(
            accepted.context,
            after,
            accepted.certificates,
            frozenset(after.keys() - before.keys()) | again,
            frozenset(before.keys() - after.keys()),
        )

    def _update_leaf(self, now: int) -> Written:
        leaf = new_key_pair(self.chance)
        self.leaves.keep(leaf)
        return self._write(Kind.LEAF_UPDATE, leaf.public, now)

    def _carry_over(self) -> tuple[tuple[Written, ...], tuple[Written, ...]]:
        """Re-seal what the old epoch left, by rule 3 of section 7.5."""
        epoch = self.inside()
        here = frozenset(epoch.people.values())
        again: list[Written] = []
        held: list[Written] = []
        for line in self._outbox.leave(epoch.number, NEVER_RESEALED):
            if line.inner.kind in RELEASED_UNASKED or here <= line.people:
                again.append(self.write_again(line))
            else:
                held.append(line)
        return tuple(again), tuple(held)

    @property
    def code_keys(self) -> frozenset[bytes]:
        """Keys R that lead back into this room: the hello's, and the last the visitor told of."""
        return frozenset(key for key in (self.hello_r, self.code_r) if key is not None)

    # Proofs and triggers

    def resume_point(self) -> ResumePoint:
        """The newest resume key, with the room and epoch it stands for."""
        epoch = self.inside()
        return ResumePoint(self.room_id, epoch.number, epoch.resume_key)

    def recognises(self, hello: Hello, env_id: bytes) -> bool:
        """Whether a hello proves to come from this room's visitor."""
        return self._resume.prove(hello, env_id)

    def rekey_due(self, now: int) -> bool:
        """Whether a staff member should commit now even if nobody comes or goes."""
        epoch = self.epoch
        if epoch is None or epoch.slot == VISITOR_SLOT:
            return False
        old = now - epoch.started >= REKEY_SECONDS or epoch.lines >= REKEY_LINES
        return old or epoch.unreadable >= UNREADABLE_IN_A_ROW

    def take_memory(self, earlier: Member) -> None:
        """Carry the memory of lines seen across a proven re-handshake."""
        self.seen |= earlier.seen

    def secrets(self) -> tuple[bytes, ...]:
        """Every key alive here, for the tests that seize them."""
        leaves = tuple(leaf.private for leaf in self.leaves.own.values())
        chains = self.epoch.secrets() if self.epoch else ()
        return (*leaves, *self._resume.alive(), *chains)

    def inside(self) -> Epoch:
        """The epoch we are in.

        Raises: Refused if there is none yet.
        """
        if self.epoch is None:
            raise Refused(MemberRefusal.NOT_INSIDE)
        return self.epoch
