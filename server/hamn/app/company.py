"""Who else comes into a room and who goes: invitations, joins, leaving, losing and ending."""

from __future__ import annotations

from hamn.app.arrivals import close_room
from hamn.app.change import Change, change, change_lobby, change_or_begin, changed, settle
from hamn.app.forms import SealedLetter, read_certificate, read_letter
from hamn.app.ports import World
from hamn.asc1.envelope import EnvelopeType
from hamn.core import duty, joins, presence
from hamn.core.calls import Call
from hamn.core.conversation import ClosedWhy, Conversation, Phase, Presence
from hamn.core.joins import JoinForm
from hamn.core.permission import Act, may
from hamn.core.words import (
    Hash,
    Idx,
    Kid,
    Malformed,
    Moment,
    Refusal,
    RefusalCode,
    Role,
    RoomId,
    Slot,
)

LONGEST_JOIN = 2 * 3600
"""A join lives for an hour at most, counted in whole ones."""


async def invite(world: World, idx: Idx, *, room: RoomId, to: Idx, why: str = "help") -> None:
    """Let a colleague ask to come in; an unused room id becomes a staff room of the inviter's. It
    is kept until it is answered, or for ten minutes: their line may be down.

    Raises: Refusal.
    """
    _, lobby = await world.live.lobby()
    shift, colleague = lobby.on_duty(idx), await world.store.staff(to)
    if shift is None or not may(shift.role, Act.INVITE) or idx == to:
        raise Refusal(RefusalCode.GONE)
    if colleague is None or colleague.is_revoked:
        raise Refusal(RefusalCode.GONE)

    async def step(talk: Conversation | None) -> Change:
        now, policy = world.clock.now(), world.policy
        call = Call(to, idx, why, Moment(now + policy.reserved))
        if talk is None:
            return Change(*joins.reserve(room, call, now=now, policy=policy))
        return Change(*joins.invite(talk, call, policy=policy))

    await change_or_begin(world, room, step)


async def join(
    world: World, envelope: bytes, *, idx: Idx, kid: Kid, cert: bytes, room: RoomId, to: Idx
) -> None:
    """A member of staff asks the member `to` to be let in, or back in.

    Raises: Refusal; Malformed when the envelope is not the sender's own.
    """
    letter = _read(world, envelope)
    shift = read_certificate(cert)
    if letter.sender != kid or (shift.idx, shift.kid) != (idx, kid):
        raise Malformed("a join that another key has sealed")
    form = _form(letter, idx=idx, role=shift.role, cert=cert, cap_hash=None)
    await _ask(world, room, form, envelope, to)


async def withdraw_join(world: World, room: RoomId, idx: Idx) -> Conversation:
    """A member of staff does not ask to come in any more; who is in already stays."""
    return await change(
        world, room, lambda talk: Change(*joins.withdraw(talk, idx, policy=world.policy))
    )


async def rejoin(world: World, envelope: bytes, *, room: RoomId, cap_hash: Hash) -> None:
    """The visitor, who has shown the room's return code, asks to be let back in.

    Raises: Refusal; Malformed.
    """
    letter = _read(world, envelope)
    form = _form(letter, idx=None, role=Role.VISITOR, cert=b"", cap_hash=cap_hash)
    await _ask(world, room, form, envelope, None)


async def leave(world: World, room: RoomId, *, slot: Slot) -> None:
    """A member asks to go; the visitor, and the last of the staff, close the room."""

    def step(talk: Conversation) -> Change:
        now, policy = world.clock.now(), world.policy
        return changed(talk, *presence.leave(talk, slot, now=now, policy=policy))

    await change(world, room, step)
    await settle(world, room)


async def end(world: World, room: RoomId, *, is_quick: bool = False) -> None:
    """The visitor ends the conversation; staff are told when it was by the quick exit."""
    await close_room(world, room, ClosedWhy.QUICK if is_quick else ClosedWhy.END)


async def lost(world: World, idx: Idx, *, room: RoomId) -> None:
    """A member has lost the room's keys (7.5 rule 7); the visitor's tab does what is needed.

    Raises: Refusal(GONE) when it is no room of theirs.
    """

    def step(talk: Conversation) -> Change:
        member = talk.staff_member(idx)
        if member is None:
            raise Refusal(RefusalCode.GONE)
        now, policy = world.clock.now(), world.policy
        made = presence.staff_present(talk, member.slot, Presence.LOST, now=now, policy=policy)
        return Change(*made)

    await change(world, room, step)


async def named_after_loss(world: World, idx: Idx, *, room: RoomId) -> None:
    """A member resumes a room that this store has lost: its visitor is offered to them first."""
    if await world.live.read(room) is not None:
        return
    now, policy = world.clock.now(), world.policy
    await change_lobby(world, lambda lobby: duty.remember(lobby, idx, room, now=now, policy=policy))


async def staff_rooms(world: World, idx: Idx) -> list[Conversation]:
    """The live rooms in which a member has a seat."""
    read = [await world.live.read(room) for room in await world.live.rooms()]
    talks = [found[1] for found in read if found is not None]
    live = [talk for talk in talks if talk.phase in (Phase.OPEN, Phase.PAUSED)]
    return [talk for talk in live if talk.staff_member(idx) is not None]


async def calls(world: World, idx: Idx) -> list[tuple[RoomId, Call]]:
    """What colleagues ask of a member, and wait to be answered."""
    now, asked = world.clock.now(), []
    for room in await world.live.rooms():
        found = await world.live.read(room)
        asked += [(room, call) for call in joins.calls_to(found[1], idx, now)] if found else []
    return asked


def _read(world: World, envelope: bytes) -> SealedLetter:
    letter = read_letter(envelope, EnvelopeType.JOIN)
    now = world.clock.now()
    if not now < letter.expires <= now + LONGEST_JOIN:
        raise Refusal(RefusalCode.GONE)
    return letter


def _form(
    letter: SealedLetter, *, idx: Idx | None, role: int, cert: bytes, cap_hash: Hash | None
) -> JoinForm:
    return JoinForm(idx, role, cert, letter.kids[0], letter.digest, cap_hash, letter.expires)


async def _ask(world: World, room: RoomId, form: JoinForm, envelope: bytes, to: Idx | None) -> None:
    def step(talk: Conversation) -> Change:
        now, policy = world.clock.now(), world.policy
        asked, join, effects = joins.ask(talk, form, to=to, now=now, policy=policy)
        return Change(asked, effects, letters=((join.letter, envelope),))

    await change(world, room, step)
