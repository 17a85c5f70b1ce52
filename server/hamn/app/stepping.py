"""Stepping back: for a conflict of interest, and from a conversation that was abusive.

A conflict is kept by number with the visitor's mailbox, as long as one of its codes lives, and its
reason as a code in the audit log. After an abusive end nothing is kept of the visitor.
"""

from __future__ import annotations

from dataclasses import replace

from hamn.app.audit import note_seldom
from hamn.app.change import Change, change, change_lobby, changed, settle
from hamn.app.ports import World
from hamn.core import stepping
from hamn.core.audit import Deed
from hamn.core.conversation import Conversation
from hamn.core.permission import Act, may
from hamn.core.stepping import Tie
from hamn.core.waiting import Lobby, Notice
from hamn.core.words import Idx, Refusal, RefusalCode, RoomId


async def conflict(world: World, idx: Idx, *, room: RoomId, tie: Tie) -> None:
    """The room goes to another, and this member can never open it or its code again.

    Raises: Refusal.
    """
    await _allowed(world, idx)
    found = await world.live.read(room)
    if found is None or found[1].staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    if found[1].mailbox is not None:
        await world.store.bar(found[1].mailbox, idx)

    def step(talk: Conversation) -> Change:
        now, policy = world.clock.now(), world.policy
        return changed(talk, *stepping.step_back(talk, idx, now=now, policy=policy))

    await change(world, room, step)
    await settle(world, room)
    await note_seldom(world, Deed.CONFLICT, idx, detail=tie.value.replace("_", " "))


async def abuse(world: World, idx: Idx, *, room: RoomId) -> None:
    """The room ends politely, supervisors are told, and the member rests. Raises: Refusal."""
    await _allowed(world, idx)
    now, policy = world.clock.now(), world.policy

    def step(talk: Conversation) -> Change:
        return changed(talk, *stepping.end_abusive(talk, idx, now=now, policy=policy))

    await change(world, room, step)
    await settle(world, room)
    await change_lobby(
        world, lambda lobby: stepping.told_and_rested(lobby, idx, room, now=now, policy=policy)
    )
    await note_seldom(world, Deed.ABUSE, idx)


async def child(world: World, idx: Idx, *, room: RoomId) -> None:
    """The visitor is a child, and is not turned away: supervisors are told. Raises: Refusal."""
    await _allowed(world, idx)
    found = await world.live.read(room)
    if found is None or found[1].is_staff_room or found[1].staff_member(idx) is None:
        raise Refusal(RefusalCode.GONE)
    notice = Notice(room, idx, world.clock.now(), "child")
    await change_lobby(world, lambda lobby: stepping.told(lobby, notice))


async def seen(world: World, idx: Idx, *, notice: bytes) -> None:
    """A supervisor has seen a notice. Raises: Refusal."""
    _, lobby = await world.live.lobby()
    shift = lobby.on_duty(idx)
    if shift is None or not may(shift.role, Act.SEE_NOTICES):
        raise Refusal(RefusalCode.GONE)

    def without(lobby: Lobby) -> Lobby:
        kept: tuple[Notice, ...] = tuple(n for n in lobby.notices if n.id != notice)
        return replace(lobby, notices=kept)

    await change_lobby(world, without)


async def _allowed(world: World, idx: Idx) -> None:
    _, lobby = await world.live.lobby()
    shift = lobby.on_duty(idx)
    if shift is None or not may(shift.role, Act.STEP_BACK):
        raise Refusal(RefusalCode.GONE)
