"""Legal requests: registered by the manager, decided by two, kept a year."""

from __future__ import annotations

from collections.abc import Callable

from hamn.app import audit
from hamn.app.ports import Staff, World
from hamn.core import register
from hamn.core.audit import Deed
from hamn.core.register import Asker, Basis, Given, Request, Wanted
from hamn.core.words import Refusal, RefusalCode


async def requests(world: World) -> list[Request]:
    """Every request that is kept, the newest first."""
    return await world.store.requests()


async def add(
    world: World, staff: Staff, *, asker: Asker, basis: Basis, wanted: Wanted, reference: str
) -> Request:
    """A request has come. Raises: Malformed; Refusal(CAS)."""
    number = 1 + max((each.number for each in await world.store.requests()), default=0)
    now = world.clock.now()
    new = register.registered(
        number, asker=asker, basis=basis, wanted=wanted, reference=reference, now=now
    )
    if not await world.store.swap_request(None, new):
        raise Refusal(RefusalCode.CAS)
    await audit.note(
        world, Deed.REQUEST_REGISTERED, staff.idx, detail=asker.value.replace("_", " ")
    )
    return new


async def name(world: World, staff: Staff, number: int, given: Given) -> Request:
    """Name what is to be given; a second person must agree. Raises: Refusal(GONE, CAS)."""
    new = await _changed(world, number, lambda old: register.named(old, given, staff.idx))
    await audit.note(world, Deed.REQUEST_NAMED, staff.idx, detail=given.value.replace("_", " "))
    return new


async def agree(world: World, staff: Staff, number: int, given: Given) -> Request:
    """Agree to what was named. Raises: Refusal(GONE, STALE, CAS)."""
    new = await _changed(world, number, lambda old: register.agreed(old, given, staff.idx))
    await audit.note(
        world, Deed.REQUEST_DECIDED, staff.idx, new.first, given.value.replace("_", " ")
    )
    return new


async def _changed(world: World, number: int, step: Callable[[Request], Request]) -> Request:
    old = next((each for each in await world.store.requests() if each.number == number), None)
    if old is None:
        raise Refusal(RefusalCode.GONE)
    new = step(old)
    if not await world.store.swap_request(old, new):
        raise Refusal(RefusalCode.CAS)
    return new
