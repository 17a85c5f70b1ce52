"""Which commit the server takes, and what it makes of the room (protocol.md section 7.2).

The checks stand in the paper's order, after section 16 rules 4 and 12: the commit that made the
present epoch is answered again; otherwise compare-and-set decides before anything is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hamn.core.conversation import (
    Conversation,
    Event,
    Member,
    PendingJoin,
    Phase,
    Presence,
    enter,
    timed,
)
from hamn.core.effects import Effects, Wake, WakeLobby
from hamn.core.policy import Policy
from hamn.core.relay import put_commit
from hamn.core.words import (
    VISITOR_SLOT,
    Epoch,
    Hash,
    Idx,
    Kid,
    Malformed,
    Moment,
    Pos,
    Refusal,
    RefusalCode,
    Role,
    RoomId,
    Slot,
)

FIRST_STAFF_SLOT = Slot(1)


@dataclass(frozen=True, slots=True)
class Seat:
    """One slot of a commit's member list."""

    slot: Slot
    role: int
    cert_hash: Hash


@dataclass(frozen=True, slots=True)
class CommitForm:
    """What a commit shows to somebody without keys."""

    room: RoomId
    epoch: Epoch
    committer: Slot
    seats: tuple[Seat, ...]
    stanza_slots: tuple[Slot, ...]
    digest: Hash
    size: int


@dataclass(frozen=True, slots=True)
class ShiftCert:
    """A shift certificate that came along with a commit."""

    idx: Idx
    role: int
    kid: Kid
    data: bytes
    hash: Hash


@dataclass(frozen=True, slots=True)
class Proposal:
    """A commit as a member of staff sends it. `certs` are those the server has registered."""

    form: CommitForm
    idx: Idx
    kid: Kid
    pos11: Pos
    joined: frozenset[Slot]
    left: frozenset[Slot]
    certs: Mapping[Hash, ShiftCert]


def is_repeat(talk: Conversation, proposal: Proposal) -> bool:
    """Whether this very commit made the present epoch: it is answered with its position again."""
    own = talk.staff_member(proposal.idx)
    is_theirs = own is not None and own.slot == proposal.form.committer
    is_same = talk.commit_digest == proposal.form.digest
    return talk.phase in (Phase.OPEN, Phase.PAUSED) and is_theirs and is_same


def check(talk: Conversation, proposal: Proposal, *, policy: Policy) -> None:
    """Refuse what must not become the room's next epoch, in the order of protocol.md section 7.2.

    Raises: Refusal; Malformed for a commit that breaks the form.
    """
    enter(talk, Event.COMMIT)
    form = proposal.form
    _check_committer(talk, proposal)
    if form.epoch != talk.epoch + 1 or proposal.pos11 != talk.relay.pos11:
        raise Refusal(RefusalCode.CAS, epoch=talk.epoch, pos11=talk.relay.pos11)
    _check_slots(talk, proposal, policy)
    for seat in form.seats:
        if seat.slot == VISITOR_SLOT:
            _check_visitor(talk, proposal, seat)
        else:
            _check_staff(talk, proposal, seat)


def take(
    talk: Conversation, proposal: Proposal, *, now: Moment, policy: Policy
) -> tuple[Conversation, Pos, Effects]:
    """The room in its new epoch; `check` has let the commit pass."""
    form = proposal.form
    relay, pos = put_commit(
        talk.relay,
        committer=form.committer,
        slots=[seat.slot for seat in form.seats],
        joined=proposal.joined,
        size=form.size,
        now=now,
        policy=policy,
    )
    taken = replace(
        talk,
        phase=_phase(talk),
        since=now if talk.phase is Phase.WAITING else talk.since,
        cap_hash=_cap_hash(talk, proposal),
        claimed_by=None,
        claimed_kid=None,
        lease_until=None,
        members=tuple(_member(talk, proposal, seat, now) for seat in form.seats),
        used_slots=talk.used_slots | {seat.slot for seat in form.seats},
        epoch=form.epoch,
        relay=relay,
        commit_digest=form.digest,
        commit_pos=pos,
        joins=tuple(join for join in talk.joins if join not in _taken_joins(talk, proposal)),
        settle_at=Moment(now + policy.settle_after),
    )
    return timed(taken, policy), pos, (Wake(talk.room), WakeLobby())


def taken_letters(talk: Conversation, proposal: Proposal) -> tuple[str, ...]:
    """The envelopes that a taken commit has used up."""
    hello = ("hello",) if form_is_first(proposal) and not talk.is_staff_room else ()
    return hello + tuple(join.letter for join in _taken_joins(talk, proposal))


def form_is_first(proposal: Proposal) -> bool:
    """Whether the commit makes epoch 1."""
    return proposal.form.epoch == 1


def _check_committer(talk: Conversation, proposal: Proposal) -> None:
    if talk.epoch == 0:
        first = talk.claimed_by if talk.phase is Phase.WAITING else talk.invited[0]
        if proposal.idx != first:
            raise Refusal(RefusalCode.GONE)
        return
    member = talk.member(proposal.form.committer)
    if member is None or member.idx != proposal.idx:
        if talk.staff_member(proposal.idx) is not None:
            raise Malformed("not the committer's own slot")
        raise Refusal(RefusalCode.GONE)


def _check_slots(talk: Conversation, proposal: Proposal, policy: Policy) -> None:
    form = proposal.form
    slots = [seat.slot for seat in form.seats]
    if len(slots) > policy.members_at_most:
        raise Refusal(RefusalCode.FULL)
    present = {member.slot for member in talk.members}
    _form(len(slots) >= 2 and slots == sorted(set(slots)))
    _form(set(slots) == (present | proposal.joined) - proposal.left)
    _form(not (proposal.joined - present) & talk.used_slots)
    if talk.epoch == 0:
        _form(proposal.joined == set(slots))
    _form((VISITOR_SLOT in slots) != talk.is_staff_room)
    if talk.phase is Phase.WAITING:
        _form(slots == [VISITOR_SLOT, FIRST_STAFF_SLOT])
    _form(form.committer in slots)
    _form(list(form.stanza_slots) == [slot for slot in slots if slot != form.committer])


def _check_visitor(talk: Conversation, proposal: Proposal, seat: Seat) -> None:
    _form(seat.role == Role.VISITOR)
    if seat.slot not in proposal.joined or talk.phase is Phase.WAITING:
        return
    join = _join(talk, None)
    if join is None or join.digest != seat.cert_hash or join.to != proposal.kid:
        raise Refusal(RefusalCode.GONE)


def _check_staff(talk: Conversation, proposal: Proposal, seat: Seat) -> None:
    cert = proposal.certs.get(seat.cert_hash)
    if cert is None:
        raise Refusal(RefusalCode.GONE)
    _form(seat.role == cert.role != Role.VISITOR)
    own = [s for s in proposal.form.seats if _is_of(proposal, s, cert.idx)]
    _form(len(own) == 1)
    before = talk.member(seat.slot)
    _form(before is None or before.idx == cert.idx)
    if seat.slot not in proposal.joined:
        return
    if talk.epoch == 0 and seat.slot == proposal.form.committer:
        if (cert.idx, cert.kid) != (proposal.idx, proposal.kid):
            raise Refusal(RefusalCode.GONE)
        return
    join = _join(talk, cert.idx)
    if join is None or join.cert != cert.data or join.to != proposal.kid:
        raise Refusal(RefusalCode.GONE)


def _is_of(proposal: Proposal, seat: Seat, idx: Idx) -> bool:
    cert = proposal.certs.get(seat.cert_hash)
    return cert is not None and cert.idx == idx


def _join(talk: Conversation, idx: Idx | None) -> PendingJoin | None:
    return next((join for join in talk.joins if join.idx == idx), None)


def _taken_joins(talk: Conversation, proposal: Proposal) -> tuple[PendingJoin, ...]:
    joined = [seat for seat in proposal.form.seats if seat.slot in proposal.joined]
    hashes = {proposal.certs[s.cert_hash].data for s in joined if s.slot != VISITOR_SLOT}
    visitor = any(seat.slot == VISITOR_SLOT for seat in joined)
    return tuple(j for j in talk.joins if (visitor if j.idx is None else j.cert in hashes))


def _cap_hash(talk: Conversation, proposal: Proposal) -> Hash | None:
    rejoin = next((j for j in _taken_joins(talk, proposal) if j.idx is None), None)
    return rejoin.cap_hash if rejoin else talk.cap_hash


def _phase(talk: Conversation) -> Phase:
    phase = enter(talk, Event.COMMIT)
    if talk.phase is Phase.WAITING and not talk.visitor_here:
        return Phase.PAUSED
    return phase


def _member(talk: Conversation, proposal: Proposal, seat: Seat, now: Moment) -> Member:
    before = talk.member(seat.slot)
    if seat.slot == VISITOR_SLOT:
        shown = Presence.HERE if talk.visitor_here else Presence.AWAY
        return before or Member(seat.slot, None, None, b"", shown, now)
    cert = proposal.certs[seat.cert_hash]
    if before is not None and seat.slot not in proposal.joined:
        return replace(before, cert=cert.data)
    return Member(seat.slot, cert.idx, cert.kid, cert.data, Presence.HERE, now)


def _form(holds: bool) -> None:
    if not holds:
        raise Malformed("a commit that does not follow from the room")
