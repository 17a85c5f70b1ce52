"""The sheet's rows over HTTP: as a counsellor fills them in, and as two people change them.

A row holds no count and no weight: there is nothing about it but its words and where it stands.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import rows
from hamn.core.rows import FORM, LONGEST, Part, Row, touched
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, body_of, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, Language

RowId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
PerLanguage = Annotated[dict[Language, Words], Meta(min_length=1, max_length=8)]


class RowGiven(Body, frozen=True):
    """A row as it shall stand; `warned`: the rule about faith and origin was read."""

    id: RowId
    part: Part
    place: U16
    texts: PerLanguage
    removed: bool
    seen: U16
    warned: bool


class Agreed(Body, frozen=True):
    """Another person agrees to what waits."""

    id: RowId
    seen: U16
    warned: bool


class TakenBack(Body, frozen=True):
    """What waits is taken back."""

    id: RowId
    seen: U16


@told
async def form(_: Request, edge: Edge) -> object:
    """GET /api/cases/form: the rows of a new sheet."""
    standing = await rows.in_force(edge.world, edge.form)
    return {"form": FORM, "rows": [_shown(row) for row in standing]}


@told
async def listed(request: Request, edge: Edge) -> object:
    """GET /api/rows: every row, what waits, and the words that ask for a second look."""
    idx = staff_of(request).idx
    names = {each.idx: each.duty_name for each in await edge.world.store.all_staff()}
    found = (await rows.kept(edge.world, edge.form)).values()
    blocked = edge.form.blocked
    return {
        "blocked": list(blocked),
        "rows": [
            {
                **_shown(row),
                "version": kept.version,
                "stands": kept.standing is not None and not kept.standing.is_removed,
                "waiting": _waiting(kept.waiting, blocked),
                "by": names.get(kept.by, "") if kept.by is not None else "",
                "mine": kept.by == idx,
            }
            for kept in found
            for row in [kept.standing or kept.waiting]
            if row is not None and (kept.waiting is not None or not row.is_removed)
        ],
    }


@told
async def propose(request: Request, edge: Edge) -> object:
    """POST /api/rows: a row is added, reworded or removed, once another person agrees."""
    given = await body_of(request, RowGiven)
    texts = tuple((language, text.strip()) for language, text in given.texts.items())
    row = Row(given.id, given.part, given.place, texts, given.removed)
    staff = staff_of(request)
    version = await rows.propose(
        edge.world, staff, edge.form, row, seen=given.seen, warned=given.warned
    )
    return {"version": version}


@told
async def agree(request: Request, edge: Edge) -> object:
    """POST /api/rows/agree: what waits stands from now on."""
    given = await body_of(request, Agreed)
    staff = staff_of(request)
    version = await rows.confirm(
        edge.world, staff, edge.form, given.id, seen=given.seen, warned=given.warned
    )
    return {"version": version}


@told
async def take_back(request: Request, edge: Edge) -> object:
    """POST /api/rows/back: what waits is taken back."""
    given = await body_of(request, TakenBack)
    staff = staff_of(request)
    return {"version": await rows.withdraw(edge.world, staff, edge.form, given.id, seen=given.seen)}


def routes() -> list[BaseRoute]:
    return [
        Route("/api/cases/form", form),
        Route("/api/rows", listed, methods=["GET"]),
        Route("/api/rows", propose, methods=["POST"]),
        Route("/api/rows/agree", agree, methods=["POST"]),
        Route("/api/rows/back", take_back, methods=["POST"]),
    ]


def _shown(row: Row) -> dict[str, object]:
    return {"id": row.id, "part": row.part.value, "place": row.place, "texts": dict(row.texts)}


def _waiting(row: Row | None, blocked: tuple[str, ...]) -> dict[str, object] | None:
    if row is None:
        return None
    words = touched([text for _, text in row.texts], blocked)
    return {**_shown(row), "removed": row.is_removed, "touched": list(words)}
