"""Claims and commits: how a place becomes a conversation, and a conversation gets its next epoch.

A claim is two steps, the lobby's and the room's; the lobby's lease protects the first until the
second is done, and a commit is taken only by what the room says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hamn.app import acute
from hamn.app.arrivals import close_room
from hamn.app.audit import note
from hamn.app.change import CERTS, HELLO, Change, Step, change, change_lobby, settle
from hamn.app.forms import read_certificate, read_commit
from hamn.app.ports import StoredFrame, World
from hamn.app.relay import Taken
from hamn.core import commits, conversation
from hamn.core.audit import Deed
from hamn.core.commits import CommitForm, Proposal, ShiftCert
from hamn.core.conversation import ClosedWhy, Conversation
from hamn.core.permission import Act, may
from hamn.core.waiting import claim as claim_place
from hamn.core.waiting import give_back
from hamn.core.words import (
    Hash,
    Idx,
    Kid,
    Malformed,
    Pos,
    Refusal,
    RefusalCode,
    Role,
    RoomId,
    Seq,
    Slot,
)

SHIFT_KIND = 1
REGISTERED_HOURS = 24
"""A shift certificate stays good for so long after its end, 36 h in all (section 16 rule 8)."""
CERT_SIZE = 148
MOST_CERTS = 32
"""So many certificates of a room are kept for those who come back."""


@dataclass(frozen=True, slots=True)
class VisitorAuthor:
    """The visitor of a room."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class StaffAuthor:
    """A member of staff, with the shift key they are on duty with."""

    idx: Idx
    kid: Kid


Author: TypeAlias = VisitorAuthor | StaffAuthor


class _Repeat(Exception):
    """The commit that made the present epoch, once more."""

    def __init__(self, pos: Pos) -> None:
        super().__init__()
        self.pos = pos


async def claim(world: World, idx: Idx, *, kid: Kid, room: RoomId) -> bytes:
    """Lease a place to a member on duty, and hand out the hello.

    Raises: Refusal(BUSY) when it cannot be had now; Refusal(GONE).
    """
    _, lobby = await world.live.lobby()
    member = lobby.on_duty(idx)
    if member is None or not may(member.role, Act.CLAIM):
        raise Refusal(RefusalCode.GONE)
    now, policy = world.clock.now(), world.policy
    await change_lobby(
        world, lambda lobby: claim_place(lobby, idx, kid, room, now=now, policy=policy)
    )
    try:
        await change(
            world,
            room,
            lambda talk: Change(*conversation.claim(talk, idx, kid, now=now, policy=policy)),
        )
    except Refusal:
        await change_lobby(world, lambda lobby: give_back(lobby, room))
        await settle(world, room)
        raise
    hello = await world.live.letter(room, HELLO)
    if hello is None:
        raise Refusal(RefusalCode.GONE)
    return hello


async def commit(
    world: World,
    commit: bytes,
    *,
    author: Author,
    pos11: Pos,
    joined: Sequence[Slot],
    left: Sequence[Slot],
    certs: Sequence[bytes],
) -> Taken:
    """Take a commit if it is the room's next, and answer a repeated one as the first time.

    Raises: Refusal; Malformed.
    """
    if not isinstance(author, StaffAuthor):
        raise Malformed("only staff commit")
    form = read_commit(commit)
    proposal = Proposal(
        form=form,
        idx=author.idx,
        kid=author.kid,
        pos11=pos11,
        joined=frozenset(joined),
        left=frozenset(left),
        certs=await _registered(world, form, certs),
    )
    kept = await world.live.letter(form.room, CERTS) or b""
    try:
        talk = await change(world, form.room, _taking(world, proposal, commit, kept))
    except _Repeat as repeat:
        return _taken(form, repeat.pos)
    await settle(world, form.room)
    await close_continued(world, talk)
    if form.epoch > 1 and not talk.is_staff_room:
        await _note_supervisors(world, form, talk, joined)
    return _taken(form, talk.commit_pos)


async def _note_supervisors(
    world: World, form: CommitForm, talk: Conversation, joined: Sequence[Slot]
) -> None:
    for seat in form.seats:
        member = talk.member(seat.slot)
        if seat.slot in joined and seat.role == Role.SUPERVISOR and member and member.idx:
            await note(world, Deed.SUPERVISOR_JOINED, member.idx)


async def close_continued(world: World, talk: Conversation) -> None:
    """Commit 1 of a room closes the one it continues (7.5 rule 5)."""
    if talk.prev is not None and talk.epoch == 1:
        old = await world.live.read(talk.prev)
        if old is not None:
            await acute.carry_on(world, old[1], talk.room)
        await close_room(world, talk.prev, ClosedWhy.MOVED)


def _taking(world: World, proposal: Proposal, data: bytes, kept: bytes) -> Step:
    def step(talk: Conversation) -> Change:
        if commits.is_repeat(talk, proposal):
            raise _Repeat(talk.commit_pos)
        now, policy = world.clock.now(), world.policy
        commits.check(talk, proposal, policy=policy)
        taken, pos, effects = commits.take(talk, proposal, now=now, policy=policy)
        form = proposal.form
        stored = StoredFrame(pos, form.epoch, form.committer, Seq(0), True, form.digest, data)
        used = [(name, None) for name in commits.taken_letters(talk, proposal)]
        letters = (*used, (CERTS, _with_certs(kept, proposal)))
        return Change(taken, effects, put=(stored,), letters=letters, is_new_epoch=True)

    return step


def _taken(form: CommitForm, pos: Pos) -> Taken:
    return Taken(form.epoch, form.committer, Seq(0), pos)


async def _registered(
    world: World, form: CommitForm, certs: Sequence[bytes]
) -> dict[Hash, ShiftCert]:
    hour = int(world.clock.now() // 3600)
    listed = await world.store.certificates(SHIFT_KIND, hour - REGISTERED_HOURS)
    known = {certificate.data for certificate in listed}
    found = await world.live.read(form.room)
    if found is not None:
        known |= {member.cert for member in found[1].members}
    parsed = [read_certificate(raw) for raw in certs]
    return {cert.hash: cert for cert in parsed if cert.data in known}


def _with_certs(kept: bytes, proposal: Proposal) -> bytes:
    named = {seat.cert_hash for seat in proposal.form.seats}
    lines = [kept[at : at + CERT_SIZE] for at in range(0, len(kept), CERT_SIZE)]
    fresh = [cert.data for cert in proposal.certs.values() if cert.hash in named]
    return b"".join(list(dict.fromkeys([*lines, *fresh]))[-MOST_CERTS:])
