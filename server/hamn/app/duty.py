"""Shifts: going on and off duty, being heard from, the door, and the keys visitors seal to."""

from __future__ import annotations

from hamn.app.audit import note
from hamn.app.change import change_lobby
from hamn.app.forms import read_certificate
from hamn.app.ports import Certificate, Staff, World
from hamn.app.rota import opening, shift_end
from hamn.asc1.bytes import Refused
from hamn.asc1.certificate import Kind, check
from hamn.asc1.roster import Chain, chain_of, parse_roster
from hamn.core import duty
from hamn.core.audit import Deed
from hamn.core.duty import PublicStatus
from hamn.core.offers import number_of
from hamn.core.permission import Act, in_words, may
from hamn.core.presence import holders
from hamn.core.waiting import Lobby, OnDuty, honest_range
from hamn.core.words import Idx, Kid, Malformed, Refusal, RefusalCode, RoomId

MOST_AT_ONCE = 2
"""Two conversations only by the adviser's own choice (product.md section 4)."""


async def go_on(world: World, staff: Staff, *, cert: bytes, capacity: int) -> None:
    """Begin or renew a shift with a shift certificate.

    Raises: Refusal(GONE) for whatever is wrong with the certificate; Malformed.
    """
    if not 1 <= capacity <= MOST_AT_ONCE:
        raise Malformed("a capacity that nobody has")
    now = world.clock.now()
    hour = int(now // 3600)
    chain = await roster_chain(world)
    try:
        checked = check(cert, kinds=frozenset({Kind.SHIFT}), chain=chain, hour=hour)
    except Refused as refused:
        raise Refusal(RefusalCode.GONE) from refused
    shift = read_certificate(cert)
    if shift.idx != staff.idx or staff.is_revoked or not may(shift.role, Act.GO_ON_DUTY):
        raise Refusal(RefusalCode.GONE)
    await world.store.put_certificate(
        Certificate(shift.kid, shift.idx, Kind.SHIFT, checked.not_after, cert)
    )
    member = OnDuty(
        idx=staff.idx,
        role=shift.role,
        kid=shift.kid,
        cert=cert,
        since=now,
        heard=now,
        capacity=capacity,
        rooms=await _held(world, staff.idx),
        wrap_up_until=None,
        is_check=staff.is_check,
        ends=await shift_end(world, staff.idx),
    )
    before = await lobby(world)
    await change_lobby(world, lambda lobby: duty.go_on(lobby, member))
    if before.on_duty(staff.idx) is None and not staff.is_check:
        await note(world, Deed.ON_DUTY, staff.idx, detail=in_words([shift.role]))


async def stay(world: World, idx: Idx) -> None:
    """Stay on past the planned end of the shift."""
    now, policy = world.clock.now(), world.policy
    await change_lobby(world, lambda lobby: duty.stay(lobby, idx, now=now, policy=policy))


async def go_off(world: World, idx: Idx) -> None:
    """End a shift."""
    before = (await lobby(world)).on_duty(idx)
    await change_lobby(world, lambda lobby: duty.go_off(lobby, idx))
    if before is not None and not before.is_check:
        await note(world, Deed.OFF_DUTY, idx)


async def heard(world: World, idx: Idx) -> None:
    """The member's socket is alive; called at most every 20 s."""
    now = world.clock.now()
    await change_lobby(world, lambda lobby: duty.heard(lobby, idx, now))


async def ready(world: World, idx: Idx) -> None:
    """End a wrap-up early."""
    await change_lobby(world, lambda lobby: duty.ready(lobby, idx))


async def status(world: World) -> PublicStatus:
    """Whether the door is open, and until or from when."""
    hours, now = await opening(world), world.clock.now()
    return duty.door(await lobby(world), hours, now=now, policy=world.policy)


async def lobby(world: World) -> Lobby:
    """Who waits and who is on duty."""
    return (await world.live.lobby())[1]


async def place(world: World, room: RoomId) -> tuple[int, tuple[int, int] | None] | None:
    """A visitor's number in the line and the honest range in minutes; None without a place."""
    standing = await lobby(world)
    number = number_of(standing, room)
    return None if number is None else (number, honest_range(standing))


async def certs(world: World) -> list[bytes]:
    """Whom a waiting visitor may seal to: who answers now."""
    there = duty.answering(await lobby(world), now=world.clock.now(), policy=world.policy)
    return [member.cert for member in there if may(member.role, Act.CLAIM)]


async def kid_of(world: World, idx: Idx) -> Kid:
    """The shift key a member is on duty with. Raises: Refusal(GONE) when they are not."""
    return (await _on_duty(world, idx)).kid


async def cert_of(world: World, idx: Idx) -> bytes:
    """The certificate a member is on duty with. Raises: Refusal(GONE) when they are not."""
    return (await _on_duty(world, idx)).cert


async def roster_chain(world: World, back: int = 1) -> Chain:
    """The newest roster and so many before it. Raises: Refusal(GONE) when there is none."""
    newest = await world.store.newest_roster()
    if newest is None:
        raise Refusal(RefusalCode.GONE)
    earlier = []
    for seq in range(newest.seq - 1, max(0, newest.seq - 1 - back), -1):
        before = await world.store.roster(seq)
        if before is None:
            break
        earlier.append(before.data)
    return chain_of(parse_roster(newest.data), earlier)


async def _on_duty(world: World, idx: Idx) -> OnDuty:
    member = (await lobby(world)).on_duty(idx)
    if member is None:
        raise Refusal(RefusalCode.GONE)
    return member


async def _held(world: World, idx: Idx) -> tuple[RoomId, ...]:
    now, held = world.clock.now(), []
    for room in await world.live.rooms():
        found = await world.live.read(room)
        if found is not None and idx in holders(found[1], now=now, policy=world.policy):
            held.append(room)
    return tuple(held)
