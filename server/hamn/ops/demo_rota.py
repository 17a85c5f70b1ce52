"""The demo's rota: someone at all hours, one on call, and what a rota looks like in daily life."""

from __future__ import annotations

from dataclasses import replace

from hamn.app.ports import Staff, Store
from hamn.core.rota import Holiday, Rota, Shift, Swap, Template
from hamn.core.wall import DAY, weekday
from hamn.core.words import Idx, Role

TURNS = ((6 * 60, 14 * 60), (14 * 60, 22 * 60), (22 * 60, 30 * 60))
BEFORE = 60
"""Days for which it looks as if it had been planned."""
SOUGHT_AFTER, FREE_AFTER, ASKED_AFTER = 9, 16, 4
"""So many days after the first: a shift that nobody has, a day without shifts, a swap."""


async def lay_out(store: Store, today: int) -> None:
    """Plan for everyone of the demo, if nothing was planned yet."""
    _, is_made = await store.rota_mark()
    if is_made:
        return
    version, old = await store.rota(0)
    staff = [each for each in await store.all_staff() if not each.is_check]
    await store.swap_rota(version, old, made_up(staff, today, old.next_number))


def made_up(staff: list[Staff], today: int, number: int) -> Rota:
    """Three shifts of advisers a day in turn, and a supervisor on call around the clock."""
    advisers = [each.idx for each in staff if Role.ADVISER in each.roles]
    on_call = [each.idx for each in staff if Role.SUPERVISOR in each.roles]
    planned = [
        (on, start, end, Role.ADVISER, advisers[(on + turn) % len(advisers)])
        for on in range(7)
        for turn, (start, end) in enumerate(TURNS)
    ] + [(on, 0, DAY, Role.SUPERVISOR, on_call[0]) for on in range(7)]
    templates = tuple(
        Template(number + at, on, start, end, role, idx, today - BEFORE, None)
        for at, (on, start, end, role, idx) in enumerate(planned)
    )
    rota = Rota(templates=templates, next_number=number + len(templates))
    return _lived_in(rota, today, advisers)


def _lived_in(rota: Rota, today: int, advisers: list[Idx]) -> Rota:
    sought = _evening(rota, today + SOUGHT_AFTER)
    asked = _evening(rota, today + ASKED_AFTER)
    colleague = next(idx for idx in advisers if idx != asked.idx)
    return replace(
        rota,
        shifts=(replace(sought, idx=None),),
        holidays=(Holiday(today + FREE_AFTER, None, ""),),
        swaps=(Swap(asked.day, asked.number, colleague, None),),
    )


def _evening(rota: Rota, day: int) -> Shift:
    return next(
        Shift(day, each.number, each.start, each.end, each.role, each.idx)
        for each in rota.templates
        if each.weekday == weekday(day) and each.start == TURNS[1][0]
    )
