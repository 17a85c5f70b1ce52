"""Staff life: who is staff, invited, given other roles, revoked; each by another member of staff.

What is decided acts at once: sessions end before anybody is told, shifts and rooms are left
(protocol.md 7.5 rule 14), and sockets hear of it by the bell. Nobody decides about themselves.
Visitors believe the roster alone, so that a root must sign what has changed as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hamn.app import audit, book, case, duty, enrolment
from hamn.app.change import Change, change, change_lobby, changed, settle
from hamn.app.ports import STAFF, Certificate, SignInMethod, Staff, World
from hamn.asc1.certificate import Kind
from hamn.core import presence
from hamn.core.audit import Deed
from hamn.core.conversation import Conversation, Phase
from hamn.core.permission import Act, any_may, in_words
from hamn.core.waiting import give_back
from hamn.core.words import Hash, Idx, Malformed, Refusal, RefusalCode, Role, RoomId


@dataclass(frozen=True, slots=True)
class Member:
    """A member as colleagues who administer see them."""

    staff: Staff
    methods: tuple[SignInMethod, ...]
    newest_key: Certificate | None
    """The box key that messages are sealed to; a browser renews it at sign-in."""
    is_on_duty: bool


async def members(world: World) -> list[Member]:
    """Everybody who is or was staff; the member of `hamn check` is nobody's colleague."""
    on_duty = {entry.idx for entry in (await duty.lobby(world)).duty}
    keys = {each.idx: each for each in await world.store.certificates(Kind.BOX, 0)}
    return [
        Member(
            staff,
            tuple(await world.store.methods(staff.idx)),
            keys.get(staff.idx),
            staff.idx in on_duty,
        )
        for staff in await world.store.all_staff()
        if not staff.is_check
    ]


async def invite_again(world: World, by: Staff, idx: Idx) -> bytes:
    """Another invite for somebody who has not enrolled yet; the token.

    Raises: Refusal(GONE).
    """
    staff = await _other(world, by, idx)
    if staff.ed25519:
        raise Refusal(RefusalCode.GONE)
    return await enrolment.give_invite(world, staff, by.idx)


async def enrol_again(world: World, by: Staff, idx: Idx) -> bytes:
    """A member has lost their keys (protocol.md section 10): the old number is revoked for good,
    and an invite leads to new keys under a new one; its token. A conflict of interest goes along.

    Raises: Refusal(GONE).
    """
    staff = await _other(world, by, idx)
    if not staff.ed25519:
        raise Refusal(RefusalCode.GONE)
    freed = f"{staff.login[:24]}.{staff.idx}"
    await _changed(world, staff, replace(staff, is_revoked=True, login=freed))
    await audit.note(world, Deed.RE_ENROLS, by.idx, staff.idx)
    new, token = await enrolment.invite(
        world, login=staff.login, duty_name=staff.duty_name, roles=staff.roles, by=by.idx
    )
    await world.store.bar_as(staff.idx, new.idx)
    return token


async def give_roles(
    world: World, by: Staff, idx: Idx, roles: Sequence[int], seen: Sequence[int]
) -> None:
    """Other roles, if those that were seen still stand. Their sessions end; what they may no longer
    do, they no longer do.

    Raises: Refusal(GONE), Refusal(CAS); Malformed for roles nobody has.
    """
    if not roles or not set(roles) <= set(Role) - {Role.VISITOR}:
        raise Malformed("not roles of staff")
    staff = await _other(world, by, idx)
    if set(staff.roles) != set(seen):
        raise Refusal(RefusalCode.CAS)
    given = tuple(sorted(set(roles)))
    await _changed(world, staff, replace(staff, roles=given))
    await audit.note(world, Deed.ROLES_CHANGED, by.idx, idx, in_words(given))


async def mark_licence(world: World, by: Staff, idx: Idx, *, is_licensed: bool) -> None:
    """Whether a member is by profession bound to report a concern. Their sessions go on.

    Raises: Refusal(GONE), Refusal(CAS).
    """
    staff = await _other(world, by, idx)
    if not await world.store.swap_staff(staff, replace(staff, is_licensed=is_licensed)):
        raise Refusal(RefusalCode.CAS)
    world.bell.ring(STAFF)
    await audit.note(world, Deed.LICENSED, by.idx, idx, "yes" if is_licensed else "no")


async def revoke(world: World, by: Staff, idx: Idx) -> None:
    """End somebody's part in this, at once and for good.

    Raises: Refusal(GONE).
    """
    staff = await _other(world, by, idx)
    await _changed(world, staff, replace(staff, is_revoked=True))
    await audit.note(world, Deed.REVOKED, by.idx, idx)


async def enforce(world: World) -> None:
    """See to it that nobody does what they may no longer do; also for what a command of another
    process has decided."""
    for staff in await world.store.all_staff():
        if staff.is_revoked or not any_may(staff.roles, Act.WRITE):
            await _leave_everything(world, staff.idx)
        if staff.is_revoked or not any_may(staff.roles, Act.KEEP_CASES):
            await case.drop_member(world, staff.idx)
        await _end_feed(world, staff)
    world.bell.ring(STAFF)
    await book.end_leavers(world)


async def of_feed(world: World, h_token: Hash) -> Staff:
    """Whose calendar has this address. Raises: Refusal(GONE), also once they hold no talks."""
    idx = await world.store.feed(h_token)
    staff = None if idx is None else await world.store.staff(idx)
    if staff is None or not _holds_talks(staff):
        raise Refusal(RefusalCode.GONE)
    return staff


def _holds_talks(staff: Staff) -> bool:
    return not staff.is_revoked and any_may(staff.roles, Act.HOLD_TALKS)


async def _end_feed(world: World, staff: Staff) -> None:
    """The address of a calendar ends with what it is for, and does not come back with it."""
    if not _holds_talks(staff) and await world.store.has_feed(staff.idx):
        await world.store.set_feed(staff.idx, None)


async def _other(world: World, by: Staff, idx: Idx) -> Staff:
    staff = await world.store.staff(idx)
    if staff is None or staff.is_revoked or staff.is_check or staff.idx == by.idx:
        raise Refusal(RefusalCode.GONE)
    return staff


async def _changed(world: World, old: Staff, new: Staff) -> None:
    if not await world.store.swap_staff(old, new):
        raise Refusal(RefusalCode.CAS)
    await world.store.end_sessions(old.idx)
    world.bell.ring(STAFF)
    await duty.go_off(world, old.idx)
    await _end_feed(world, new)
    if new.is_revoked or not any_may(new.roles, Act.KEEP_CASES):
        await case.drop_member(world, old.idx)
    if new.is_revoked or not any_may(new.roles, Act.WRITE):
        await _leave_everything(world, old.idx)
    await book.end_leavers(world)


async def _leave_everything(world: World, idx: Idx) -> None:
    await duty.go_off(world, idx)
    for room in await world.live.rooms():
        found = await world.live.read(room)
        if found is not None and _is_in(found[1], idx):
            await _leave(world, room, idx)


async def _leave(world: World, room: RoomId, idx: Idx) -> None:
    def step(talk: Conversation) -> Change:
        now, policy = world.clock.now(), world.policy
        return changed(talk, *presence.revoke(talk, idx, now=now, policy=policy))

    try:
        talk = await change(world, room, step)
        if talk.phase is Phase.WAITING:
            await change_lobby(world, lambda lobby: give_back(lobby, room))
    except Refusal as refusal:
        if refusal.code is not RefusalCode.GONE:
            raise
    await settle(world, room)


def _is_in(talk: Conversation, idx: Idx) -> bool:
    return talk.claimed_by == idx or talk.staff_member(idx) is not None
