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

from hamn.core import slots, tally

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
Asked = Annotated[str, Meta(pattern="^(talk|help|hand_over)$")]
"""What a colleague is asked in for: a talk among staff, to be of help, or to take over."""


DecisionCode = Annotated[
    str,
    Meta(pattern="^(visitor_112|we_112|visitor_reports|we_report|police|nothing_known|not_acute)$"),
]
DebriefCode = Annotated[str, Meta(pattern="^(planned|held|declined)$")]


class Message(Struct, tag_field="t", forbid_unknown_fields=True, frozen=True, omit_defaults=False):
    """A text message. `binary` says whether one binary message belongs to it."""

    binary: ClassVar[bool] = False


# From the visitor ---------------------------------------------------------------------------------


class Want(Message, tag="want", frozen=True):
    """Any time: asks for proof of work. 1 chat, 2 box, 3 code."""

    purpose: Annotated[int, Meta(ge=1, le=4)]


class Work(Message, tag="work", frozen=True):
    """After `want`: the answer; answered by `hi`, for box `promise`, for chat or box `certs`."""

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
    """Everything of the room through `pos` has been processed; cumulative. Of a visitor, with pos
    0 and the id of a reply that was put: it has been read; it is erased, and answered `done`."""

    room: Hex16
    pos: U32


class End(Message, tag="end", frozen=True):
    """The visitor ends the conversation, or leaves the queue; `quick` by the quick exit."""

    quick: bool = False


class Box(Message, tag="box", frozen=True):
    """After work of purpose 2, which it uses up: a sealed message. `mailbox` as told on this
    socket by `kept` or `mail`, or null: then no answer can reach the visitor. Answered `promise`
    and `ok`, or `refuse`."""

    binary: ClassVar[bool] = True
    mailbox: Hex16 | None


class Inquire(Message, tag="inquire", frozen=True):
    """After work of purpose 4, which it uses up, and with a code kept or used on this socket: what
    a professional asks, sealed. Answered `ok` or `refuse`."""

    binary: ClassVar[bool] = True


class AskInquiries(Message, tag="inquiries", frozen=True):
    """With a code kept or used on this socket: how everything stands that was asked under it."""


class CodeProof(Struct, forbid_unknown_fields=True, frozen=True):
    """A return code's id and auth (protocol.md section 8)."""

    id: Hex16
    auth: Hex32


class Keep(Message, tag="keep", frozen=True):
    """After work of purpose 1, 2 or 4: keep a new code. Answered `kept`."""

    h_id: Hex32
    h_auth: Hex32
    old: CodeProof | None


class UseCode(Message, tag="code", frozen=True):
    """After work of purpose 3: use a code. Answered `mail` and that many `put`, or `refuse`. With
    `wish` the answer says when that member can next be met."""

    id: Hex16
    auth: Hex32
    wish: U16 | None = None


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


class AskTalks(Message, tag="talks", frozen=True):
    """With a code kept or used on this socket: its talks. `r` is the public half of that code."""

    r: Hex32


class BookTalk(Message, tag="book", frozen=True):
    """With a code: take a time, or say yes to one that is held. `moves` lets another one go."""

    day: U32
    number: U32
    language: Language
    interpreter: Language | None
    r: Hex32
    moves: Hex16 | None


class LetGo(Message, tag="unbook", frozen=True):
    """With a code: cancel a talk, or say no to a time that is held."""

    id: Hex16


class WaitFor(Message, tag="wish", frozen=True):
    """With a code: wait for a time in one of these forms; in none: no longer."""

    forms: Annotated[list[slots.Form], Meta(max_length=3)]
    language: Language
    interpreter: Language | None


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
    """On duty: ask a colleague into a room, or reserve a fresh staff room (`talk`)."""

    room: Hex16
    to: U16
    why: Asked = "help"


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


class Quiet(Message, tag="quiet", frozen=True):
    """In a visitor's room: for five minutes nobody has written, and the visitor was asked; with
    `quiet` false somebody has. After a quarter of an hour more the room rests: `closed idle`."""

    room: Hex16
    quiet: bool


class Sound(Message, tag="acute", frozen=True):
    """In a visitor's room: a life may be in danger; supervisors are paged until one answers."""

    room: Hex16


class Answer(Message, tag="answer", frozen=True):
    """A supervisor on duty: answers the page of an acute room."""

    room: Hex16


class Decide(Message, tag="decide", frozen=True):
    """Of those concerned: names a decision; a second who names the same makes it stand."""

    room: Hex16
    code: DecisionCode


class MarkDebrief(Message, tag="debrief", frozen=True):
    """Of those concerned: what becomes of the talk with colleagues afterwards."""

    room: Hex16
    code: DebriefCode


class Child(Message, tag="child", frozen=True):
    """In a visitor's room: the visitor is a child; supervisors are told, without content."""

    room: Hex16


class Conflict(Message, tag="conflict", frozen=True):
    """In a visitor's room: one has a tie; the room goes to another, and its code never back."""

    room: Hex16
    tie: Annotated[str, Meta(pattern="^(knows_visitor|knows_person|other_tie)$")]


class Abuse(Message, tag="abuse", frozen=True):
    """In a visitor's room: it ends politely; supervisors are told and the sender gets a break."""

    room: Hex16


class Seen(Message, tag="seen", frozen=True):
    """A supervisor on duty: a notice was seen."""

    id: Hex16


class Stay(Message, tag="stay", frozen=True):
    """On duty: stay on half an hour past the planned end of the shift."""


class Ready(Message, tag="ready", frozen=True):
    """On duty: the wrap-up is done; the next visitor may ring. Ours, beside protocol.md."""


class TallyForm(Struct, forbid_unknown_fields=True, frozen=True):
    """One conversation in the codes of `core/tally.py`; there is no place for text."""

    channel: tally.Channel
    relation: tally.Relation
    milieu: tally.Milieu
    phase: tally.Phase
    age: tally.Age
    gender: tally.Gender | None
    outcomes: Annotated[list[tally.Outcome], Meta(min_length=1, max_length=14)]
    wait: tally.Wait
    length: tally.Length
    language: tally.Language
    visit: tally.Visit

    def form(self) -> tally.Form:
        given = msgspec.structs.asdict(self)
        return tally.Form(**given | {"outcomes": frozenset(self.outcomes)})


class Tally(Message, tag="tally", frozen=True):
    """Signed in: the forms of a shift, counted once per batch. Ours, beside protocol.md."""

    batch: Hex16
    forms: Annotated[list[TallyForm], Meta(min_length=1, max_length=24)]


class SignOut(Message, tag="out", frozen=True):
    """Signed in: end this session's token. Ours, beside protocol.md."""


VisitorMessage = (
    Want
    | Work
    | Hello
    | Resume
    | Ack
    | End
    | Box
    | Keep
    | UseCode
    | DropCode
    | EraseAll
    | Rejoin
    | AskTalks
    | BookTalk
    | LetGo
    | WaitFor
    | Inquire
    | AskInquiries
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
    | Quiet
    | Sound
    | Answer
    | Decide
    | MarkDebrief
    | Stay
    | Child
    | Conflict
    | Abuse
    | Seen
    | Ready
    | Tally
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
    certs: list[HexCert]
    """Of the colleagues in it, one of whom may let this member in again (7.5 rule 7)."""


class AuditHead(Struct, frozen=True):
    """The newest line of the audit log: its number and the chain's hash there."""

    n: int
    hash: Hex32


class StaffHi(Message, tag="hi", frozen=True):
    """After sign-in. `token` only when new; `duty`: whether this member stands on duty; `roles` as
    this server keeps them, a manager's among them; `audit`: to compare with what was seen before.
    """

    store: Hex16
    roster_seq: U32
    idx: U16
    duty: bool
    wraps: list[WrapSent]
    rooms: list[RoomHeld]
    roles: list[int]
    audit: AuditHead
    token: Hex32 | None = None


class Nonce(Message, tag="nonce", frozen=True):
    nonce: Hex32


class Certs(Message, tag="certs", frozen=True):
    add: list[HexCert]


class Promise(Message, tag="promise", frozen=True):
    """By when a sealed message is answered, in minutes: after work of purpose 2 for one that is
    left now, before `ok` for the one that was left. Ours, beside protocol.md."""

    by: U32


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
    """Committed to the live store. `of` is frame or commit; for a commit seq is 0. Of a sealed
    message, `of` box, and of what a professional asks, `of` inquire: committed to the records;
    `room` is its id and all else 0."""

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


class Window(Struct, frozen=True):
    """From and until which minute."""

    start: int
    end: int


class Mail(Message, tag="mail", frozen=True):
    """`by`: a message of this code waits, to be answered by this minute; else null. `talks`: so
    many talks of this code are to be told on `talks`, and `inquiries` likewise. `meets`: when the
    member who was wished for can next be met, in whole hours; null when that is not known, and for
    whom this code asks about beside another member in one day."""

    mailbox: Hex16
    n: int
    room: RoomFound | None
    by: U32 | None
    talks: int
    inquiries: int
    meets: Window | None


class Receipt(Struct, frozen=True):
    """What was erased and at which minute; for how many days backups may still hold ciphertext, and
    how long remains what carries no code: escalations, and what is kept of counselling."""

    codes: int
    letters: int
    plans: int
    rooms: int
    talks: int
    inquiries: int
    at: int
    backups_days: int
    escalation_days: int
    case_days: int


class TalkTold(Struct, frozen=True):
    """`start` and `opens` in minutes of Unix time: the talk, and the door to it; `wall`: its start
    as a minute of the centre's day; `until`: while it is held; `reply`: the envelope that follows,
    null until the counsellor has sealed it."""

    id: Hex16
    day: int
    number: int
    start: int
    wall: int
    opens: int
    length: int
    form: slots.Form
    language: Language
    interpreter: Language | None
    idx: U16
    state: str
    until: int | None
    reply: Hex16 | None


class WishTold(Struct, frozen=True):
    forms: list[slots.Form]
    language: Language
    interpreter: Language | None


class TalksTold(Message, tag="talks", frozen=True):
    """Everything of this code: its talks, the wish for a time; and n `put`s follow."""

    all: list[TalkTold]
    wish: WishTold | None
    n: int


class InquiryTold(Struct, frozen=True):
    """`until`: the last day on which it is kept; `answered`: an envelope follows, under its id."""

    id: Hex16
    hour: int
    state: str
    reason: str | None
    until: int
    answered: bool


class InquiriesTold(Message, tag="inquiries", frozen=True):
    """Everything that was asked under this code; and n `put`s follow."""

    all: list[InquiryTold]
    n: int


class Done(Message, tag="done", frozen=True):
    receipt: Receipt | None


class Rooms(Message, tag="rooms", frozen=True):
    """To supervisors on duty: live rooms and their staff, as a difference."""

    add: list[RoomFound]
    gone: list[Hex16] = msgspec.field(name="del", default_factory=list)


class Invited(Message, tag="invite", frozen=True):
    """Delivered to the one invited; `from` is the inviter's certificate. `again`: told at `hi`, for
    it has not been answered yet."""

    room: Hex16
    why: Asked
    sender: HexCert = msgspec.field(name="from")
    again: bool = False


class Joined(Message, tag="join", frozen=True):
    """A type-7 envelope delivered to the member who will commit; `from` null is the visitor."""

    binary: ClassVar[bool] = True
    room: Hex16
    to: U16
    sender: HexCert | None = msgspec.field(name="from")


class Wrap(Message, tag="wrap", frozen=True):
    """To staff on duty: the wrap-up holds visitors back until this minute; null: over."""

    until: int | None


class Letters(Message, tag="letters", frozen=True):
    """To staff who may answer, at every change: how many sealed messages wait, how many of them
    for too long, and by which minute the next is to be answered. Ours, beside protocol.md."""

    waiting: int
    late: int
    by: U32 | None


class EscalationsTold(Message, tag="escalations", frozen=True):
    """To staff, at every change: to those who may see how escalations stand, how many wait for a
    decision, how many of them for too long, and how many for a second name; to those who may send
    one, how many questions about theirs there are; to supervisors, how many referrals and requests
    wait, and how many of them for too long. Ours, beside protocol.md."""

    waiting: int
    late: int
    named: int
    notes: int
    inquiries: int = 0
    inquiries_late: int = 0


class MemberOnBoard(Struct, frozen=True):
    """A member on duty; `heard`: their page was heard from within a minute."""

    idx: U16
    role: int
    since: int
    rooms: int
    capacity: int
    wraps: bool
    heard: bool


class RoomOnBoard(Struct, frozen=True):
    """An open conversation: its staff, and whether the visitor's line holds."""

    id: Hex16
    staff: list[U16]
    here: bool


class Board(Message, tag="board", frozen=True):
    """To supervisors on duty, at every change: who is on duty, which rooms are open. Ours."""

    duty: list[MemberOnBoard]
    rooms: list[RoomOnBoard]


class Tallied(Message, tag="tallied", frozen=True):
    """The batch is counted, now or before; its forms may be forgotten."""

    batch: Hex16


class RotaChanged(Message, tag="rota", frozen=True):
    """To staff: how often the rota has been changed; read it again over HTTP."""

    version: U32


class BookChanged(Message, tag="book", frozen=True):
    """To staff who hold talks or publish times: how often the book was changed; read it again."""

    version: U32


class Standing(Message, tag="standing", frozen=True):
    """To staff, at every change: is the door open, and why; who is on duty, how many wait."""

    open: bool
    reason: str
    on_duty: list[U16]
    waiting: int


class DecidedTold(Struct, frozen=True):
    """`second` null: it does not stand yet. `at` in minutes."""

    code: str
    first: U16
    second: U16 | None
    at: int


class AcuteRoom(Struct, frozen=True):
    """`to` is paged until `until` (Unix milliseconds); `over`: the visitor has gone."""

    room: Hex16
    by: U16
    since: int
    to: U16 | None
    until: int
    answered: U16 | None
    log: list[DecidedTold]
    debrief: str | None
    complete: bool
    over: bool


class AcuteTold(Message, tag="acute", frozen=True):
    """To supervisors on duty and to those concerned, at every change: all acute rooms of theirs."""

    rooms: list[AcuteRoom]


class NoticeTold(Struct, frozen=True):
    """What `by` has told at a minute of Unix time: `abuse`, that a conversation was ended as such;
    `child`, that a visitor is one."""

    id: Hex16
    by: U16
    at: int
    kind: str


class Notices(Message, tag="notices", frozen=True):
    """To supervisors on duty, at every change: what none of them has seen yet."""

    all: list[NoticeTold]


class ShiftTold(Message, tag="shift", frozen=True):
    """To staff on duty, at every change: the minute at which the planned shift ends, if one does,
    and until when they stay on."""

    ends: int | None
    stays: int | None
