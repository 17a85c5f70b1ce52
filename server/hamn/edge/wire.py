"""Every socket message as a type: the contract with the browser (protocol.md sections 7.6 and 16).

A text message is JSON `{"t": name, ...}` with bytes as lower-case hex; a binary message is a frame
(0x10, 0x11), a commit (0x20) or an envelope as it stands. A class marked `binary = True` announces
that exactly one binary message follows on the same socket. Unknown names, unknown or missing
fields, and values out of range are refused: the socket closes with 4400 and says no more.

Close codes: 1012 drain, 4400 malformed, 4401 bad or ended token, 4408 nothing joined in time,
1009 too large, 1013 too slow to read, 4403 room or capability taken over elsewhere.

Over 400 lines on purpose: whoever writes a client reads one file.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

Hex16 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
HexSig = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
HexCert = Annotated[str, Meta(pattern="^[0-9a-f]{296}$")]
HexWork = Annotated[str, Meta(pattern="^[0-9a-f]{182}$")]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$")]
Login = Annotated[str, Meta(pattern="^[a-z0-9._-]{2,32}$")]
U8 = Annotated[int, Meta(ge=0, le=255)]
U16 = Annotated[int, Meta(ge=0, le=65535)]
U32 = Annotated[int, Meta(ge=0, le=4294967295)]
Slots = Annotated[list[U8], Meta(max_length=4)]


class Message(Struct, tag_field="t", forbid_unknown_fields=True, frozen=True, omit_defaults=False):
    """A text message. `binary` says whether one binary message belongs to it."""

    binary: ClassVar[bool] = False


# From the visitor ---------------------------------------------------------------------------------


class Want(Message, tag="want", frozen=True):
    """Any time: asks for proof of work. 1 chat, 3 code; 2 is the sealed message box's."""

    purpose: Annotated[int, Meta(ge=1, le=3)]


class Work(Message, tag="work", frozen=True):
    """After `want`: the answer; answered by `hi` and, for chat or box, `certs`."""

    challenge: HexWork
    answer: Hex32


class Prev(Struct, forbid_unknown_fields=True, frozen=True):
    """The room or place this tab held before, and its capability."""

    room: Hex16
    cap: Hex32


class Hello(Message, tag="hello", frozen=True):
    """After work of purpose 1, while waiting: a place, or a newer version of its envelope."""

    binary: ClassVar[bool] = True
    cap_hash: Hex32
    lang: Language
    door: Annotated[int, Meta(ge=1, le=2)]
    danger: bool
    wish: U16 | None
    prev: Prev | None
    interrupted: bool = False


class Resume(Message, tag="resume", frozen=True):
    """First message, needs no work: the same tab again, in the same place or room."""

    room: Hex16
    cap: Hex32
    pos: U32
    store: Hex16


class Ack(Message, tag="ack", frozen=True):
    """Everything of the room through `pos` has been processed; cumulative."""

    room: Hex16
    pos: U32


class End(Message, tag="end", frozen=True):
    """The visitor ends the conversation, or leaves the queue; `quick` by the quick exit."""

    quick: bool = False


class CodeProof(Struct, forbid_unknown_fields=True, frozen=True):
    """A return code's id and auth (protocol.md section 8)."""

    id: Hex16
    auth: Hex32


class Keep(Message, tag="keep", frozen=True):
    """After work of purpose 1 or 2: keep a new code. Answered `kept`."""

    h_id: Hex32
    h_auth: Hex32
    old: CodeProof | None


class UseCode(Message, tag="code", frozen=True):
    """After work of purpose 3: use a code. Answered `mail` and that many `put`, or `refuse`."""

    id: Hex16
    auth: Hex32


class DropCode(Message, tag="drop", frozen=True):
    """After work of purpose 3: end a code. Answered `done`."""

    id: Hex16
    auth: Hex32


class EraseAll(Message, tag="erase", frozen=True):
    """Erase everything under a code. Answered `done` with the receipt."""

    id: Hex16
    auth: Hex32


class Rejoin(Message, tag="rejoin", frozen=True):
    """After `code`: a type-7 envelope from the code's key for the live room it named."""

    binary: ClassVar[bool] = True
    room: Hex16
    cap_hash: Hex32


# From staff ---------------------------------------------------------------------------------------


class Auth(Message, tag="auth", frozen=True):
    """First: `name` alone asks for a nonce; then the signature; or a token alone, later."""

    name: Login | None = None
    origin_hash: Hex32 | None = None
    method: Annotated[int, Meta(ge=1, le=2)] | None = None
    issued: U32 | None = None
    sig: HexSig | None = None
    token: Hex32 | None = None


class Duty(Message, tag="duty", frozen=True):
    """Signed in: on duty with a shift certificate, off with null; `capacity` by own choice."""

    cert: HexCert | None
    capacity: Annotated[int, Meta(ge=1, le=2)] = 1


class Claim(Message, tag="claim", frozen=True):
    """On duty: take a place. Answered by `put` +b with the hello, or `refuse`."""

    place: Hex16


class Commit(Message, tag="commit", frozen=True):
    """From the claim's holder (epoch 1) or a staff slot. `certs` are of all staff slots."""

    binary: ClassVar[bool] = True
    room: Hex16
    epoch: U32
    pos11: U32
    joined: Slots
    left: Slots
    certs: Annotated[list[HexCert], Meta(max_length=4)]


class Invite(Message, tag="invite", frozen=True):
    """On duty: ask a colleague into a room, or reserve a fresh staff room."""

    room: Hex16
    to: U16


class Join(Message, tag="join", frozen=True):
    """On duty: a type-7 envelope to the member who will commit."""

    binary: ClassVar[bool] = True
    room: Hex16
    to: U16


class StaffResume(Message, tag="resume", frozen=True):
    """Signed in: what of this room comes after `pos`; answered by puts only, or `refuse gone`."""

    room: Hex16
    pos: U32
    store: Hex16


class Lost(Message, tag="lost", frozen=True):
    """On duty: this browser has lost the room's keys (7.5 rule 7)."""

    room: Hex16


class Leave(Message, tag="leave", frozen=True):
    """In a room: ask to be left out of the next commit."""

    room: Hex16


class Ready(Message, tag="ready", frozen=True):
    """On duty: the wrap-up is done; the next visitor may ring. Ours, beside protocol.md."""


class SignOut(Message, tag="out", frozen=True):
    """Signed in: end this session's token. Ours, beside protocol.md."""


VisitorMessage = (
    Want | Work | Hello | Resume | Ack | End | Keep | UseCode | DropCode | EraseAll | Rejoin
)
StaffMessage = (
    Auth
    | Duty
    | Claim
    | Commit
    | Invite
    | Join
    | StaffResume
    | Lost
    | Leave
    | Ready
    | SignOut
    | Ack
)

# From the server ----------------------------------------------------------------------------------


class WorkAsked(Message, tag="work", frozen=True):
    challenge: str


class Hi(Message, tag="hi", frozen=True):
    """To visitors after work or resume."""

    store: Hex16
    roster_seq: U32


class WrapSent(Struct, frozen=True):
    what: U8
    method: U8
    version: U32
    kid: str
    data: str


class RoomHeld(Struct, frozen=True):
    room: Hex16
    slot: U8
    epoch: U32


class StaffHi(Message, tag="hi", frozen=True):
    """After sign-in. `token` only when new; `duty`: whether this member stands on duty."""

    store: Hex16
    roster_seq: U32
    idx: U16
    duty: bool
    wraps: list[WrapSent]
    rooms: list[RoomHeld]
    token: Hex32 | None = None


class Nonce(Message, tag="nonce", frozen=True):
    nonce: Hex32


class Certs(Message, tag="certs", frozen=True):
    add: list[HexCert]


class PlaceTold(Message, tag="place", frozen=True):
    """The visitor's own place and the honest range [low, high] in minutes, null when unknown."""

    n: int
    range: tuple[int, int] | None


class WaitingPlace(Struct, frozen=True):
    place: Hex16
    lang: Language
    door: int
    danger: bool
    since: int
    """Minutes since the Unix epoch."""


class Wait(Message, tag="wait", frozen=True):
    """To staff on duty: who waits, as a difference to what was told before."""

    add: list[WaitingPlace]
    # `del` is a word of the language, so the field has another name here.
    gone: list[Hex16] = msgspec.field(name="del", default_factory=list)


class Offer(Message, tag="offer", frozen=True):
    """To the member who is rung; `until` in Unix milliseconds. `place` null: no longer.

    `back`: a visitor of this member's, who comes back by 7.5 rule 5 and is rung here first.
    """

    place: Hex16 | None
    until: int
    back: bool


class Put(Message, tag="put", frozen=True):
    """A frame, a commit (with certs), or a stored envelope (pos 0)."""

    binary: ClassVar[bool] = True
    room: Hex16
    pos: U32
    certs: list[HexCert] = []


class Ok(Message, tag="ok", frozen=True):
    """Committed to the live store. `of` is frame or commit; for a commit seq is 0."""

    of: str
    room: Hex16
    epoch: U32
    slot: U8
    seq: U32
    pos: U32


class Refuse(Message, tag="refuse", frozen=True):
    """Changed nothing; the codes of protocol.md section 7.6."""

    of: str
    code: str
    room: str | None = None
    epoch: int = 0
    seq: int = 0
    pos11: int = 0
    wait: int = 0


class Peer(Message, tag="peer", frozen=True):
    room: Hex16
    slot: U8
    state: str


class Closed(Message, tag="closed", frozen=True):
    room: Hex16
    why: str


class Drain(Message, tag="drain", frozen=True):
    """Connect again: this process is going away. The socket closes with 1012 next."""


class Kept(Message, tag="kept", frozen=True):
    mailbox: Hex16


class RoomFound(Struct, frozen=True):
    id: Hex16
    epoch: U32
    certs: list[HexCert]


class Mail(Message, tag="mail", frozen=True):
    mailbox: Hex16
    n: int
    room: RoomFound | None


class Receipt(Struct, frozen=True):
    """What was erased, the minute, and for how many days backups may still hold ciphertext."""

    codes: int
    letters: int
    rooms: int
    at: int
    backups_days: int


class Done(Message, tag="done", frozen=True):
    receipt: Receipt | None


class Rooms(Message, tag="rooms", frozen=True):
    """To supervisors on duty: live rooms and their staff, as a difference."""

    add: list[RoomFound]
    gone: list[Hex16] = msgspec.field(name="del", default_factory=list)


class Invited(Message, tag="invite", frozen=True):
    """Delivered to the one invited; `from` is the inviter's certificate."""

    room: Hex16
    sender: HexCert = msgspec.field(name="from")


class Joined(Message, tag="join", frozen=True):
    """A type-7 envelope delivered to the member who will commit; `from` null is the visitor."""

    binary: ClassVar[bool] = True
    room: Hex16
    to: U16
    sender: HexCert | None = msgspec.field(name="from")


class Wrap(Message, tag="wrap", frozen=True):
    """To staff on duty: the wrap-up holds visitors back until this minute; null: over."""

    until: int | None


class Standing(Message, tag="standing", frozen=True):
    """To staff on duty, at every change: is the door open, who is on duty, how many wait."""

    open: bool
    on_duty: list[U16]
    waiting: int
