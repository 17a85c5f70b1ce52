"""The audit log: what staff did, one line a deed, each chained to the one before.

A line names members by their number, and holds no content and no trace of a visitor. Where lines
have expired, an anchor (sequence, hash) stands for them; the head stands beside the lines, and
staff are shown it at sign-in, so that a tail that was cut off shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from hamn.core.words import Hash, Idx, Moment

NOBODY = Idx(0)
"""Who acts where no member does: the operator at the command line, or the service itself."""
LONGEST_DETAIL = 64
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 ,.-")


class Deed(Enum):
    """What is written down. A new deed of staff is one more line here."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    DENIED = "denied"
    INVITED = "invited"
    ENROLLED = "enrolled"
    METHOD_ADDED = "sign-in method added"
    METHOD_DROPPED = "sign-in method taken away"
    ROLES_CHANGED = "roles changed"
    RE_ENROLS = "keys lost, enrols again"
    REVOKED = "revoked"
    ROOT_KEPT = "root key taken in"
    ROSTER_SIGNED = "roster signed"
    ROSTER_PUBLISHED = "roster published"
    ON_DUTY = "on duty"
    OFF_DUTY = "off duty"
    ACUTE = "acute sounded"
    PAGE_ANSWERED = "page answered"
    DECIDED = "decided in an acute room"
    DEBRIEF = "debrief"
    REWRAPPED = "let a colleague open earlier messages"
    CONFLICT = "conflict of interest"
    ABUSE = "ended as abusive"
    ESCALATED = "escalated"
    ESCALATION_READ = "escalation read"
    ESCALATION_ASKED = "asked back about an escalation"
    ESCALATION_NAMED = "named a decision on an escalation"
    ESCALATION_TAKEN_BACK = "decision on an escalation taken back"
    ESCALATION_DECIDED = "escalation decided"
    INQUIRY_READ = "referral or request read"
    INQUIRY_DECIDED = "referral or request decided"
    LICENSED = "licence marked"
    SUPERVISOR_JOINED = "supervisor joined a conversation"
    TEXT_EDITED = "text edited"
    LINE_EDITED = "help line edited"
    LINE_CALLED = "help line called"
    ROW_PROPOSED = "row of the sheet proposed"
    ROW_AGREED = "row of the sheet agreed to"
    ROW_TAKEN_BACK = "row of the sheet taken back"
    CASE_BEGUN = "case begun"
    CASE_ADMITTED = "case opened to a colleague"
    CASE_LEFT = "taken off a case"
    CASE_CLOSED = "case closed"
    COPY_REFUSED = "kept from replacing a plan copy"
    PLANNED = "rota changed"
    REQUEST_REGISTERED = "legal request registered"
    REQUEST_NAMED = "answer to a legal request named"
    REQUEST_DECIDED = "answer to a legal request decided"
    FIGURES_FROZEN = "figures published"
    TIMES = "times for talks changed"
    SETTINGS = "settings in force"


BY_THE_HOUR = frozenset(
    {
        *(Deed.SUPERVISOR_JOINED, Deed.CONFLICT, Deed.ABUSE, Deed.ESCALATED),
        *(Deed.CASE_BEGUN, Deed.CASE_ADMITTED, Deed.CASE_LEFT, Deed.CASE_CLOSED),
        Deed.COPY_REFUSED,
    }
)
"""Deeds that a visitor is near: their time is told to the hour."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain; everything up to it is vouched for by its hash."""

    seq: int
    hash: Hash


BEGINNING = Link(0, Hash(bytes(32)))


@dataclass(frozen=True, slots=True)
class Note:
    """One deed: in which minute of Unix time, by whom, about whom. `detail` is from a closed list
    or a number: short, and of few letters, so that nothing a person wrote can stand there."""

    at: int
    what: str
    by: Idx
    about: Idx | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if len(self.detail) > LONGEST_DETAIL or not set(self.detail) <= _PLAIN:
            raise ValueError("a detail of another form")


@dataclass(frozen=True, slots=True)
class Line:
    """A note in its place. As read back it may say anything; `check` tells."""

    seq: int
    at: int
    what: str
    by: int
    about: int | None
    detail: str
    hash: Hash


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the log is not what was written, and how it shows."""

    seq: int
    why: str


def noted(
    now: Moment, deed: Deed, by: Idx = NOBODY, about: Idx | None = None, detail: str = ""
) -> Note:
    """A deed of this moment."""
    minute = int(now // 60)
    at = minute - minute % 60 if deed in BY_THE_HOUR else minute
    return Note(at, deed.value, by, about, detail)


def follow(before: Link, note: Note) -> Line:
    """The line that a note becomes after everything before it."""
    seq = before.seq + 1
    made = Line(seq, note.at, note.what, note.by, note.about, note.detail, before.hash)
    return Line(seq, note.at, note.what, note.by, note.about, note.detail, _hash(before, made))


def link_of(line: Line) -> Link:
    """The place a line holds in the chain."""
    return Link(line.seq, line.hash)


def check(anchor: Link, lines: Iterable[Line], *heads: Link) -> Broken | None:
    """The first place where the chain does not hold, from the anchor to every head that is known:
    the one that is kept beside the lines, and those that people remember."""
    at = anchor
    wanted = {head.seq: head.hash for head in heads}
    for line in lines:
        if line.seq != at.seq + 1:
            return Broken(at.seq + 1, "a line is missing or out of its place")
        if line.hash != _hash(at, line):
            return Broken(line.seq, "a line was changed")
        at = link_of(line)
        if wanted.pop(at.seq, at.hash) != at.hash:
            return Broken(line.seq, "another line stood here")
    if wanted.pop(anchor.seq, anchor.hash) != anchor.hash:
        return Broken(anchor.seq, "another line stood here")
    if any(seq > at.seq for seq in wanted):
        return Broken(at.seq + 1, "lines are cut off")
    return None


def _hash(before: Link, line: Line) -> Hash:
    about = "" if line.about is None else str(line.about)
    cells = (str(line.seq), str(line.at), line.what, str(line.by), about, line.detail)
    told = b"".join(_sized(cell.encode("utf-8", "surrogatepass")) for cell in cells)
    return Hash(hashlib.sha256(before.hash + told).digest())


def _sized(cell: bytes) -> bytes:
    return len(cell).to_bytes(4, "big") + cell
