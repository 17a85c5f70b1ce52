"""The sheet's rows: those that came with the service, changed in editions, each by two people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from hamn.app import audit
from hamn.app.ports import Staff, World
from hamn.core import rows as rules
from hamn.core.audit import Deed
from hamn.core.rows import ROW, Kept, Part, Row
from hamn.core.texts import NO_LANGUAGE, Edition, newest
from hamn.core.words import Idx, Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Form:
    """What came with the service: the rows, and how words begin that ask for a second look."""

    seeds: tuple[Row, ...] = ()
    blocked: tuple[str, ...] = ()


async def kept(world: World, form: Form) -> dict[str, Kept]:
    """Every row that stands or waits, by its id."""
    found = {row.id: Kept(row) for row in form.seeds}
    for (key, _), edition in newest(await world.store.editions()).items():
        if key.startswith(ROW):
            found[key.removeprefix(ROW)] = _decoded(edition)
    return found


async def in_force(world: World, form: Form) -> list[Row]:
    """The rows of a new sheet."""
    return rules.in_force((await kept(world, form)).values())


async def propose(
    world: World, staff: Staff, form: Form, row: Row, *, seen: int, warned: bool
) -> int:
    """A row is added, reworded or removed once another person agrees; its version.

    Raises: Refusal(CAS) when somebody was first; Malformed and Refusal(GAP) as the rules say.
    """
    old = (await kept(world, form)).get(row.id, Kept(None))
    new = rules.propose(old, row, staff.idx, blocked=form.blocked, warned=warned)
    return await _put(world, staff, row.id, new, seen, Deed.ROW_PROPOSED)


async def confirm(
    world: World, staff: Staff, form: Form, id_: str, *, seen: int, warned: bool
) -> int:
    """Another person agrees to what waits. Raises: Refusal, as the rules say and CAS."""
    return await _step(
        world,
        staff,
        form,
        id_,
        seen,
        Deed.ROW_AGREED,
        lambda old: rules.confirm(old, staff.idx, blocked=form.blocked, warned=warned),
    )


async def withdraw(world: World, staff: Staff, form: Form, id_: str, *, seen: int) -> int:
    """What waits is taken back. Raises: Refusal(GONE); Refusal(CAS)."""
    return await _step(world, staff, form, id_, seen, Deed.ROW_TAKEN_BACK, rules.withdraw)


async def _step(
    world: World,
    staff: Staff,
    form: Form,
    id_: str,
    seen: int,
    deed: Deed,
    rule: Callable[[Kept], Kept],
) -> int:
    old = (await kept(world, form)).get(id_)
    if old is None:
        raise Refusal(RefusalCode.GONE)
    if old.version != seen:
        raise Refusal(RefusalCode.CAS)
    return await _put(world, staff, id_, rule(old), seen, deed)


async def _put(world: World, staff: Staff, id_: str, new: Kept, seen: int, deed: Deed) -> int:
    text = json.dumps(_encoded(new), ensure_ascii=False)
    now = world.clock.now()
    edition = Edition(ROW + id_, NO_LANGUAGE, seen + 1, text, staff.idx, now)
    if not await world.store.add_edition(edition):
        raise Refusal(RefusalCode.CAS)
    await audit.note(world, deed, staff.idx)
    return seen + 1


def _encoded(new: Kept) -> dict[str, object]:
    def row(value: Row | None) -> object:
        return None if value is None else asdict(value) | {"part": value.part.value}

    return {"standing": row(new.standing), "waiting": row(new.waiting), "by": new.by}


def _decoded(edition: Edition) -> Kept:
    fields = json.loads(edition.text)
    by = None if fields["by"] is None else Idx(fields["by"])
    found = Kept(_row(fields["standing"]), edition.version)
    return replace(found, waiting=_row(fields["waiting"]), by=by)


def _row(fields: dict[str, object] | None) -> Row | None:
    if fields is None:
        return None
    return Row(
        id=str(fields["id"]),
        part=Part(fields["part"]),
        place=int(str(fields["place"])),
        texts=tuple((one, other) for one, other in _pairs(fields["texts"])),
        is_removed=bool(fields["is_removed"]),
    )


def _pairs(value: object) -> list[tuple[str, str]]:
    return [(str(one), str(other)) for one, other in value] if isinstance(value, list) else []
