"""A visitor comes: hello, newer versions of it, and leaving the line (protocol.md 7.5 rules 5, 6).

The place is taken before the room is begun, so that a room without a place cannot come to be; a
crash in between leaves a place without a room, which `settle` takes away.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from hamn.app.book import is_meeting
from hamn.app.change import (
    HELLO,
    Change,
    change,
    change_lobby,
    change_or_begin,
    changed,
    settle,
)
from hamn.app.counting import contact
from hamn.app.forms import SealedLetter, digest, read_letter
from hamn.app.mailboxes import room_of
from hamn.app.ports import World
from hamn.app.rota import opening
from hamn.asc1.envelope import EnvelopeType
from hamn.core import conversation
from hamn.core.conversation import ClosedWhy, Conversation, Event, Phase, begin, enter, timed
from hamn.core.duty import door as door_of
from hamn.core.duty import refusal
from hamn.core.effects import Wake, WakeLobby
from hamn.core.permission import Act, any_may
from hamn.core.returning import Before, after, continued, lost_with_the_store
from hamn.core.tally import Total
from hamn.core.waiting import Lobby, Place, leave_place, new_place, take_place
from hamn.core.words import (
    Hash,
    Idx,
    Mailbox,
    Malformed,
    Refusal,
    RefusalCode,
    RoomId,
)

LONGEST_HELLO = 25 * 3600
"""A hello lives for 24 hours at most, counted in whole ones."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A hello with everything that came along with it."""

    letter: SealedLetter
    envelope: bytes
    cap_hash: Hash
    mailbox: Mailbox | None
    before: Before

    @property
    def room(self) -> RoomId:
        return RoomId(self.letter.env_id)


async def hello(
    world: World,
    envelope: bytes,
    *,
    cap_hash: Hash,
    language: str,
    door: int,
    danger: bool,
    wish: Idx | None,
    prev: tuple[RoomId, bytes] | None,
    mailbox: Mailbox | None,
    returning: bool,
    says_interrupted: bool = False,
) -> Conversation:
    """Take a place with a first hello, or renew it with a newer version of the same.

    Who says that a talk has just been cut off is believed (domain.md section 7, 2): it changes the
    order among those who wait, and nothing else.

    Raises: Refusal(GONE) when the door is closed, or the room is another's; Refusal(FULL) when too
    many wait; Malformed.
    """
    letter = read_letter(envelope, EnvelopeType.HELLO)
    if (letter.sender is not None) != returning:
        raise Malformed("a hello in another mode than its work was for")
    now = world.clock.now()
    if not now < letter.expires <= now + LONGEST_HELLO:
        raise Refusal(RefusalCode.GONE)
    _, lobby = await world.live.lobby()
    before = await _before(world, lobby, prev, mailbox if returning else None)
    asked = _Asked(letter, envelope, cap_hash, mailbox, before)
    found = await world.live.read(asked.room)
    if found is not None and not _is_same(found[1].cap_hash, cap_hash):
        raise Refusal(RefusalCode.GONE)
    if found is not None and found[1].phase is not Phase.WAITING:
        return found[1]
    only = _only_for(lobby, letter) or await _met_by(world, lobby, letter, mailbox)
    if found is None and only is None and not before.is_known:
        await _need_open_door(world, lobby)
    fresh = new_place(asked.room, now, language=language, door=door, danger=danger)
    wished = await _wished(world, wish) if returning else None
    fresh = replace(fresh, wish=wished, only=only, kids=letter.kids, interrupted=says_interrupted)
    if mailbox is not None:
        fresh = replace(fresh, barred=tuple(sorted(await world.store.barred(mailbox))))
    place = continued(fresh, before, now=now, policy=world.policy)
    talk = await _stand_in_line(world, asked, place)
    if found is None and only is None and not before.is_known:
        await contact(world, Total.CONTACTS_STARTED)
    return talk


async def withdraw(world: World, room: RoomId) -> None:
    """A waiting visitor leaves."""

    def step(talk: Conversation) -> Change:
        if talk.phase is not Phase.WAITING:
            raise Refusal(RefusalCode.GONE)
        now, policy = world.clock.now(), world.policy
        return changed(talk, *conversation.close(talk, ClosedWhy.END, now=now, policy=policy))

    place = (await world.live.lobby())[1].place(room)
    await change(world, room, step)
    await settle(world, room)
    if place is not None and place.only is None:
        await contact(world, Total.LEFT_IN_QUEUE)


async def close_room(world: World, room: RoomId, why: ClosedWhy) -> bool:
    """Close a room of any phase, and whether there was one to close."""
    found = await world.live.read(room)
    if found is None or found[1].phase is Phase.CLOSED:
        return False

    def step(talk: Conversation) -> Change:
        if talk.phase is Phase.CLOSED:
            return Change(talk)
        now, policy = world.clock.now(), world.policy
        return changed(talk, *conversation.close(talk, why, now=now, policy=policy))

    await change(world, room, step)
    await settle(world, room)
    return True


async def _stand_in_line(world: World, asked: _Asked, place: Place) -> Conversation:
    replaced = asked.before.replaces

    def take(lobby: Lobby) -> Lobby:
        if replaced is not None and replaced.room != place.room:
            lobby = leave_place(lobby, replaced.room)
        is_known = asked.before.interrupted
        return take_place(lobby, place, policy=world.policy, is_known=is_known)

    await change_lobby(world, take)
    talk = await change_or_begin(world, asked.room, lambda talk: _begun(world, asked, place, talk))
    # Deadlines may have found the place before its room was there, and taken it away.
    await change_lobby(world, take)
    if replaced is not None and replaced.room != place.room:
        await close_room(world, replaced.room, ClosedWhy.MOVED)
    return talk


async def _begun(world: World, asked: _Asked, place: Place, talk: Conversation | None) -> Change:
    if talk is None:
        talk = begin(asked.room, Phase.WAITING, world.clock.now(), world.policy)
        talk = replace(
            talk,
            cap_hash=asked.cap_hash,
            prev=asked.before.continues,
            held_before=asked.before.first,
            barred=place.barred,
        )
    elif not _is_same(talk.cap_hash, asked.cap_hash):
        raise Refusal(RefusalCode.GONE)
    enter(talk, Event.HELLO)
    mailbox = asked.mailbox or talk.mailbox
    renewed = replace(talk, hello_kids=asked.letter.kids, mailbox=mailbox)
    effects = (Wake(asked.room), WakeLobby())
    return Change(timed(renewed, world.policy), effects, letters=((HELLO, asked.envelope),))


async def _before(
    world: World,
    lobby: Lobby,
    prev: tuple[RoomId, bytes] | None,
    mailbox: Mailbox | None,
) -> Before:
    now, policy = world.clock.now(), world.policy
    if prev is not None:
        found = await world.live.read(prev[0])
        if found is None:
            return lost_with_the_store(prev[0], lobby)
        if _is_same(found[1].cap_hash, digest(prev[1])):
            return after(found[1], lobby, now=now, policy=policy)
    if mailbox is not None and (old := await room_of(world, mailbox)) is not None:
        return after(old, lobby, now=now, policy=policy)
    return Before()


def _is_same(kept: Hash | None, shown: Hash) -> bool:
    return kept is not None and hmac.compare_digest(kept, shown)


def _only_for(lobby: Lobby, letter: SealedLetter) -> Idx | None:
    """The member of `hamn check`, when a hello is sealed to it and to nobody else."""
    checks = {member.kid: member.idx for member in lobby.duty if member.is_check}
    idxs = {checks.get(kid) for kid in letter.kids}
    return idxs.pop() if len(idxs) == 1 else None


async def _met_by(
    world: World, lobby: Lobby, letter: SealedLetter, mailbox: Mailbox | None
) -> Idx | None:
    """The counsellor on duty with whom this code has a talk now, when the hello is sealed to them
    and to nobody else: the door of the chat is no matter then."""
    named = (member.idx for member in lobby.duty if (member.kid,) == letter.kids)
    idx = next(named, None) if letter.sender is not None else None
    if idx is None or mailbox is None:
        return None
    return idx if await is_meeting(world, mailbox, idx) else None


async def _wished(world: World, wish: Idx | None) -> Idx | None:
    """Who is wished for, if they are still there to be met; told to who has a code alone."""
    staff = None if wish is None else await world.store.staff(wish)
    is_there = staff is not None and not staff.is_revoked and any_may(staff.roles, Act.CLAIM)
    return wish if is_there else None


async def _need_open_door(world: World, lobby: Lobby) -> None:
    hours, now = await opening(world), world.clock.now()
    code = refusal(door_of(lobby, hours, now=now, policy=world.policy))
    if code is not None:
        raise Refusal(code)
