"""Figures: published once for a window that is over, then the same for ever; the activity log."""

from __future__ import annotations

from dataclasses import dataclass

from hamn.app import audit
from hamn.app.counting import month_of
from hamn.app.ports import Staff, World
from hamn.core import figures
from hamn.core.audit import Deed
from hamn.core.figures import LONGEST, Activity, Done, Frozen, Window
from hamn.core.tally import CounterKey
from hamn.core.words import Malformed, Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that was published, what may be published now, and the activity log."""

    frozen: tuple[Frozen, ...]
    open: tuple[Window, ...]
    done: tuple[Done, ...]
    month: str


async def shelf(world: World) -> Shelf:
    """What the manager's page shows."""
    frozen = await world.store.frozen()
    month = month_of(world.clock.now())
    taken = [each for made in frozen for each in made.months]
    done = await world.store.done()
    return Shelf(tuple(frozen), tuple(figures.free(month, taken)), tuple(done), month)


async def publish(world: World, staff: Staff, name: str, *, seen: int) -> Frozen:
    """Make the tables of a window and freeze them.

    Raises: Refusal(GONE) for a window that is not over, is no window, or touches one that was
    published; Refusal(CAS) when somebody has published meanwhile.
    """
    standing = await shelf(world)
    window = next((each for each in standing.open if each.name == name), None)
    if len(standing.frozen) != seen:
        raise Refusal(RefusalCode.CAS)
    if window is None:
        raise Refusal(RefusalCode.GONE)
    counters: dict[CounterKey, int] = {}
    for period in (*window.months, *filter(None, (window.year,))):
        counters |= await world.store.counters(period)
    tables = figures.tables(window, counters, standing.done)
    csv, now = figures.csv(window, tables), world.clock.now()
    made = Frozen(name, window.months, tables, csv, staff.idx, now)
    if not await world.store.freeze(made, seen=seen):
        raise Refusal(RefusalCode.CAS)
    await audit.note(world, Deed.FIGURES_FROZEN, staff.idx, detail=name)
    return made


async def frozen(world: World, name: str) -> Frozen:
    """What was published of a window. Raises: Refusal(GONE)."""
    for made in await world.store.frozen():
        if made.name == name:
            return made
    raise Refusal(RefusalCode.GONE)


async def add_done(
    world: World, staff: Staff, *, month: str, kind: Activity, times: int, people: int
) -> None:
    """A line more in the activity log.

    Raises: Malformed for a month to come, or numbers of no size; Refusal(GONE) for a month whose
    figures were published.
    """
    standing = await shelf(world)
    if month > standing.month or not (0 < times <= LONGEST and 0 <= people <= LONGEST):
        raise Malformed("an activity of no month or size")
    _refuse_taken(standing, month)
    number = 1 + max((each.number for each in standing.done), default=0)
    if not await world.store.add_done(Done(number, month, kind, times, people, staff.idx)):
        raise Refusal(RefusalCode.CAS)


async def drop_done(world: World, number: int) -> None:
    """A line is taken back. Raises: Refusal(GONE), also when its month was published."""
    standing = await shelf(world)
    found = next((each for each in standing.done if each.number == number), None)
    if found is None:
        raise Refusal(RefusalCode.GONE)
    _refuse_taken(standing, found.month)
    await world.store.drop_done(number)


def _refuse_taken(standing: Shelf, month: str) -> None:
    if any(month in made.months for made in standing.frozen):
        raise Refusal(RefusalCode.GONE)
