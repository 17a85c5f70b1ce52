"""Texts and help lines as a manager edits them: a newer edition each time, none is lost.

What came with the service stands until the first edition. Pages are rendered again by whoever sees
that there are more editions than before (`serve.py`); nothing here knows a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from hamn.app import audit
from hamn.app.ports import Staff, World
from hamn.core.audit import Deed
from hamn.core.texts import (
    LINE,
    NO_LANGUAGE,
    Edition,
    HelpLine,
    called,
    edited,
    fault,
    is_editable,
    newest,
)
from hamn.core.wall import day_of
from hamn.core.words import Malformed, Refusal, RefusalCode

TEXTS = ("name", "about", "hours")
Originals = Mapping[tuple[str, str], str]
"""(key, language) -> the wording that came with the service."""


async def edit(
    world: World,
    staff: Staff,
    originals: Originals,
    *,
    key: str,
    language: str,
    seen: int,
    text: str,
) -> int:
    """Let a new wording stand; its version.

    Raises: Refusal(GONE) for a text that is not edited; Refusal(CAS) when somebody was first;
    Malformed when it loses a place, is too long or holds a control character.
    """
    original = originals.get((key, language))
    if original is None or not is_editable(key):
        raise Refusal(RefusalCode.GONE)
    if fault(original, text):
        raise Malformed("a wording that cannot stand")
    await _add(world, Edition(key, language, seen + 1, text.strip(), staff.idx, world.clock.now()))
    await audit.note(world, Deed.TEXT_EDITED, staff.idx)
    return seen + 1


async def lines(world: World, seeds: Sequence[HelpLine]) -> list[tuple[HelpLine, int]]:
    """The help lines in force in their order, each with the version that its next edit has seen."""
    found = newest(await world.store.editions())
    known = {line.id: (line, 0) for line in seeds}
    for (key, _), edition in found.items():
        if key.startswith(LINE):
            known[key.removeprefix(LINE)] = (decoded(edition.text), edition.version)
    standing = [each for each in known.values() if not each[0].is_removed]
    return sorted(standing, key=lambda each: (each[0].place, each[0].id))


async def edit_line(
    world: World, staff: Staff, seeds: Sequence[HelpLine], line: HelpLine, *, seen: int
) -> int:
    """Change, add or remove a help line; its version. Raises: Refusal(CAS)."""
    old = {each.id: each for each, _ in await lines(world, seeds)}.get(line.id)
    return await _put_line(world, staff, edited(old, line), seen, Deed.LINE_EDITED)


async def call_line(
    world: World, staff: Staff, seeds: Sequence[HelpLine], line_id: str, *, seen: int
) -> int:
    """Somebody has called it today. Raises: Refusal(GONE); Refusal(CAS)."""
    old = {each.id: each for each, _ in await lines(world, seeds)}.get(line_id)
    if old is None:
        raise Refusal(RefusalCode.GONE)
    checked = called(old, today(world))
    return await _put_line(world, staff, checked, seen, Deed.LINE_CALLED)


def today(world: World) -> int:
    """The day by the clock on the centre's wall."""
    return day_of(world.clock.now(), world.zone)


def decoded(text: str) -> HelpLine:
    """A help line as an edition holds it."""
    fields = json.loads(text)
    texts = {name: tuple((one, other) for one, other in fields[name]) for name in TEXTS}
    return HelpLine(**fields | texts)


async def _put_line(world: World, staff: Staff, line: HelpLine, seen: int, deed: Deed) -> int:
    text = json.dumps(asdict(line), ensure_ascii=False)
    await _add(
        world,
        Edition(LINE + line.id, NO_LANGUAGE, seen + 1, text, staff.idx, world.clock.now()),
    )
    await audit.note(world, deed, staff.idx)
    return seen + 1


async def _add(world: World, edition: Edition) -> None:
    if not await world.store.add_edition(edition):
        raise Refusal(RefusalCode.CAS)
