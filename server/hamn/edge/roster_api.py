"""The roster over HTTP, for who holds a root: what stands, the draft, signatures, wrapped roots."""

from __future__ import annotations

import json
from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import roster_signing
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, Nothing, Signed, WrapGiven, answer_of, body_of, told, wraps_of
from hamn.edge.state import Edge
from hamn.edge.wire import Hex32, HexSig

Place = Annotated[int, Meta(ge=0, le=63)]


class Signature(Body, frozen=True):
    """A root's signature over the draft whose hash is named; `root` counts from 0 in trust.json."""

    hash: Hex32
    root: Place
    sig: HexSig


class WrappedRoot(Signed, frozen=True):
    """A root wrapped by the account key, with a challenge signed by the passkey."""

    wraps: Annotated[list[WrapGiven], Meta(min_length=1, max_length=1)]


def roster_routes() -> list[BaseRoute]:
    return [
        Route("/api/roster", standing),
        Route("/api/roster/draft", draft, methods=["POST"]),
        Route("/api/roster/sign", sign, methods=["POST"]),
        Route("/api/roster/root", keep_root, methods=["POST"]),
    ]


@told
async def standing(request: Request, edge: Edge) -> object:
    """GET /api/roster."""
    del request
    found = await roster_signing.standing(edge.world)
    trust = edge.trust
    return {
        "seq": found.seq,
        "expires": found.expires,
        "due": found.is_due,
        "roots": len(trust.roots),
        "t": trust.threshold,
        "signed": found.signed,
    }


@told
async def draft(request: Request, edge: Edge) -> object:
    """POST /api/roster/draft: the exact text to sign, and which roots have."""
    await body_of(request, Nothing)
    made = await roster_signing.offer(edge.world)
    signed = [line["root"] for line in json.loads(made.sig)]
    return {"roster": made.data.decode(), "signed": signed}


@told
async def sign(request: Request, edge: Edge) -> object:
    """POST /api/roster/sign: how many more must."""
    given = await body_of(request, Signature)
    missing = await roster_signing.add_signature(
        edge.world,
        edge.trust,
        staff_of(request),
        digest=bytes.fromhex(given.hash),
        root=given.root,
        sig=bytes.fromhex(given.sig),
    )
    return {"missing": missing}


@told
async def keep_root(request: Request, edge: Edge) -> object:
    """POST /api/roster/root: a root, as nobody but its holder can open it."""
    given = await body_of(request, WrappedRoot)
    (wrap,) = wraps_of(given.wraps)
    await roster_signing.keep_root(
        edge.world,
        answer=answer_of(staff_of(request), given),
        origins=edge.staff_origins,
        wrap=wrap,
    )
    return {}
