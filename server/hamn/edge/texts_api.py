"""Texts and help lines over HTTP, for a manager: what stands, what stood before, and a new wording.

A wording is taken by the version that its writer has seen; whoever was second is told so. Pages
follow within seconds (`serve.py`), as the same bytes for everyone.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import publishing
from hamn.core.texts import LONGEST, HelpLine, is_due, newest, places
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import decoded, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, Language

Key = Annotated[str, Meta(pattern="^[a-z]+\\.[a-z0-9_]{1,40}$")]
LineId = Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]
Phone = Annotated[str, Meta(pattern="^[0-9 +-]{0,24}$")]
Url = Annotated[str, Meta(pattern="^(https://[!-~]{1,200})?$")]
Text = Annotated[str, Meta(max_length=LONGEST)]
Short = Annotated[str, Meta(max_length=200)]
PerLanguage = Annotated[dict[Language, Short], Meta(max_length=8)]


class Wording(Struct, frozen=True, forbid_unknown_fields=True):
    """A new wording of a text; `seen` is the version its writer was looking at, 0 the first."""

    key: Key
    language: Language
    seen: U16
    text: Text


class LineGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A help line as it shall stand from now on."""

    id: LineId
    seen: U16
    place: U16
    phone: Phone
    url: Url
    for_young: bool
    name: PerLanguage
    about: PerLanguage
    hours: PerLanguage
    removed: bool


class Called(Struct, frozen=True, forbid_unknown_fields=True):
    """ "I called it today"."""

    id: LineId
    seen: U16


_wording = msgspec.json.Decoder(Wording)
_line = msgspec.json.Decoder(LineGiven)
_called = msgspec.json.Decoder(Called)


@told
async def texts(_: Request, edge: Edge) -> object:
    """GET /api/texts: every text that may be edited, as it came and as it stands."""
    standing = newest(await edge.world.store.editions())
    return {
        "texts": [
            {
                "key": key,
                "language": language,
                "original": original,
                "text": edition.text if edition else original,
                "version": edition.version if edition else 0,
                "places": sorted(places(original)),
            }
            for (key, language), original in edge.originals.items()
            for edition in [standing.get((key, language))]
        ]
    }


@told
async def history(request: Request, edge: Edge) -> object:
    """GET /api/texts/{key}/{language}: every edition, the newest first."""
    key, language = request.path_params["key"], request.path_params["language"]
    names = {each.idx: each.duty_name for each in await edge.world.store.all_staff()}
    return {
        "editions": [
            {
                "version": each.version,
                "text": each.text,
                "by": names.get(each.idx, ""),
                "at": int(each.at // 60),
            }
            for each in await edge.world.store.history(key, language)
        ]
    }


@told
async def edit(request: Request, edge: Edge) -> object:
    """POST /api/texts: a new wording stands."""
    given = await decoded(request, _wording)
    version = await publishing.edit(
        edge.world,
        staff_of(request),
        edge.originals,
        key=given.key,
        language=given.language,
        seen=given.seen,
        text=given.text,
    )
    return {"version": version}


@told
async def lines(_: Request, edge: Edge) -> object:
    """GET /api/lines: the help lines in their order, and which are to be called."""
    today = publishing.today(edge.world)
    found = await publishing.lines(edge.world, edge.seeds)
    return {
        "today": today,
        "lines": [
            {
                **_shown(line),
                "version": version,
                "called": line.called,
                "due": is_due(line, today),
            }
            for line, version in found
        ],
    }


@told
async def edit_line(request: Request, edge: Edge) -> object:
    """POST /api/lines: a line is changed, added or removed."""
    given = await decoded(request, _line)
    line = HelpLine(
        id=given.id,
        place=given.place,
        phone=given.phone.strip(),
        url=given.url,
        for_young=given.for_young,
        name=tuple(given.name.items()),
        about=tuple(given.about.items()),
        hours=tuple(given.hours.items()),
        is_removed=given.removed,
    )
    staff = staff_of(request)
    return {
        "version": await publishing.edit_line(edge.world, staff, edge.seeds, line, seen=given.seen)
    }


@told
async def call_line(request: Request, edge: Edge) -> object:
    """POST /api/lines/called: somebody has called this line today."""
    given = await decoded(request, _called)
    staff = staff_of(request)
    version = await publishing.call_line(edge.world, staff, edge.seeds, given.id, seen=given.seen)
    return {"version": version}


def routes() -> list[BaseRoute]:
    return [
        Route("/api/texts", texts),
        Route("/api/texts", edit, methods=["POST"]),
        Route("/api/texts/{key}/{language}", history),
        Route("/api/lines", lines),
        Route("/api/lines", edit_line, methods=["POST"]),
        Route("/api/lines/called", call_line, methods=["POST"]),
    ]


def _shown(line: HelpLine) -> dict[str, object]:
    return {
        "id": line.id,
        "place": line.place,
        "phone": line.phone,
        "url": line.url,
        "for_young": line.for_young,
        "name": dict(line.name),
        "about": dict(line.about),
        "hours": dict(line.hours),
    }
