"""The register of legal requests over HTTP: kept by a manager, agreed to by a second person."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import register
from hamn.core.register import LONGEST_REFERENCE, Asker, Basis, Given, Wanted
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, body_of, told
from hamn.edge.state import Edge


class Registered(Body, frozen=True):
    """A request that has come."""

    asker: Asker
    basis: Basis
    wanted: Wanted
    reference: Annotated[str, Meta(max_length=LONGEST_REFERENCE)]


class Answer(Body, frozen=True):
    """What is named, or agreed to."""

    given: Given


def register_routes() -> list[BaseRoute]:
    one = "/api/requests/{idx:int}"
    return [
        Route("/api/requests", every),
        Route("/api/requests", add, methods=["POST"]),
        Route(f"{one}/name", name, methods=["POST"]),
        Route(f"{one}/agree", agree, methods=["POST"]),
    ]


@told
async def every(request: Request, edge: Edge) -> object:
    """GET /api/requests: every request, the newest first, and who one is."""
    names = {each.idx: each.duty_name for each in await edge.world.store.all_staff()}
    return {
        "me": staff_of(request).idx,
        "requests": [
            {
                "number": each.number,
                "day": each.day,
                "asker": each.asker.value,
                "basis": each.basis.value,
                "wanted": each.wanted.value,
                "reference": each.reference,
                "given": None if each.given is None else each.given.value,
                "first": each.first,
                "names": [names.get(idx, "") for idx in (each.first, each.second) if idx],
            }
            for each in await register.requests(edge.world)
        ],
    }


@told
async def add(request: Request, edge: Edge) -> object:
    """POST /api/requests."""
    given = await body_of(request, Registered)
    made = await register.add(
        edge.world,
        staff_of(request),
        asker=given.asker,
        basis=given.basis,
        wanted=given.wanted,
        reference=given.reference,
    )
    return {"number": made.number}


@told
async def name(request: Request, edge: Edge) -> object:
    """POST /api/requests/{idx:int}/name."""
    given = (await body_of(request, Answer)).given
    await register.name(edge.world, staff_of(request), request.path_params["idx"], given)
    return {}


@told
async def agree(request: Request, edge: Edge) -> object:
    """POST /api/requests/{idx:int}/agree."""
    given = (await body_of(request, Answer)).given
    await register.agree(edge.world, staff_of(request), request.path_params["idx"], given)
    return {}
