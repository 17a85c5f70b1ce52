"""Figures and the activity log over HTTP, for a manager."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import figures
from hamn.core.figures import LONGEST, Activity, Frozen
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, body_of, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, U32

Month = Annotated[str, Meta(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")]
WindowName = Annotated[str, Meta(pattern="^20[0-9]{2}(-[qh][1-4])?$")]
Amount = Annotated[int, Meta(ge=0, le=LONGEST)]


class Publish(Body, frozen=True):
    """A window to publish; `seen` is how many its maker saw published."""

    name: WindowName
    seen: U16


class DoneGiven(Body, frozen=True):
    """A line of the activity log."""

    month: Month
    kind: Activity
    times: Amount
    people: Amount


class TakenBack(Body, frozen=True):
    """A line that is taken back, by its number."""

    number: U32


def figures_routes() -> list[BaseRoute]:
    return [
        Route("/api/figures", shelf),
        Route("/api/figures", publish, methods=["POST"]),
        Route("/api/figures/{name}", one),
        Route("/api/activity", add, methods=["POST"]),
        Route("/api/activity/drop", drop, methods=["POST"]),
    ]


@told
async def shelf(_: Request, edge: Edge) -> object:
    """GET /api/figures: what was published, what may be, and the activity log."""
    found = await figures.shelf(edge.world)
    return {
        "month": found.month,
        "open": [each.name for each in found.open],
        "frozen": [{"name": each.name, "at": int(each.at // 60)} for each in found.frozen],
        "done": [
            {
                "number": each.number,
                "month": each.month,
                "kind": each.kind.value,
                "times": each.times,
                "people": each.people,
            }
            for each in found.done
        ],
    }


@told
async def one(request: Request, edge: Edge) -> object:
    """GET /api/figures/{name}: the tables and the file, as they were published."""
    return _shown(await figures.frozen(edge.world, request.path_params["name"]))


@told
async def publish(request: Request, edge: Edge) -> object:
    """POST /api/figures: the tables of a window, frozen."""
    given = await body_of(request, Publish)
    made = await figures.publish(edge.world, staff_of(request), given.name, seen=given.seen)
    return _shown(made)


@told
async def add(request: Request, edge: Edge) -> object:
    """POST /api/activity."""
    given = await body_of(request, DoneGiven)
    await figures.add_done(
        edge.world,
        staff_of(request),
        month=given.month,
        kind=given.kind,
        times=given.times,
        people=given.people,
    )
    return {}


@told
async def drop(request: Request, edge: Edge) -> object:
    """POST /api/activity/drop."""
    await figures.drop_done(edge.world, (await body_of(request, TakenBack)).number)
    return {}


def _shown(made: Frozen) -> dict[str, object]:
    return {
        "name": made.name,
        "csv": made.csv,
        "tables": [
            {"id": t.id, "rows": t.rows, "columns": t.columns, "cells": t.cells}
            for t in made.tables
        ],
    }
