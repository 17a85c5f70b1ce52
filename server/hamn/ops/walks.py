"""What `make demo` prints of the role-plays: who is who, which code, and which page to open."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from hamn.asc1.code import in_groups
from hamn.clock import SystemClock
from hamn.edge import catalogue
from hamn.entropy import SystemEntropy
from hamn.ops import role_plays
from hamn.ops.demo import Demo, people
from hamn.ops.play_papers import case_name
from hamn.ops.plays import Kept, Play, Plays, talk_time
from hamn.ops.role_plays import RolePlays, filled
from hamn.ops.shift import STEPPED_IN
from hamn.party.service import Service
from hamn.settings import web_root

PAGES = "en"
"""The language of the pages that a walk leads to."""
USUAL_PORT = 8080


def plays_of(demo: Demo) -> Callable[[], Awaitable[None]]:
    """Make what is missing of the role-plays, then tell how to walk through them.

    On standard error: the last line of standard output is for scripts.
    """
    service = Service(demo.visitor_url, demo.staff_url, SystemEntropy().bytes, SystemClock().now)

    async def made_and_told() -> None:
        secrets = {each["name"]: each["secret"] for each in people(demo)}
        texts = role_plays.read()
        try:
            kept = await Plays(service, secrets, texts, demo.operator).make()
            offered = int((await talk_time(service, ("sv", PAGES)))["start"])
        except STEPPED_IN as failure:
            why = {"why": type(failure).__name__}
            print(filled(texts.told.not_made, why, str), file=sys.stderr, flush=True)
        else:
            print(told(kept, texts, demo, offered), file=sys.stderr, flush=True)

    return made_and_told


def told(kept: Kept, texts: RolePlays, demo: Demo, offered: int) -> str:
    """All three walks; `offered` is the minute of a time that can still be had."""
    page = catalogue.read(web_root() / "locale", (PAGES,))[PAGES]
    where = {
        "visitor": demo.visitor_url,
        "staff": demo.staff_url,
        "brother": "make brother" + ("" if demo.port == USUAL_PORT else f" PORT={demo.port}"),
    }
    mother = {
        **_of_code(kept.mother),
        "case": case_name(kept.mother.case),
        "when": when(kept.mother.starts or 0),
    }
    teacher = {**_of_code(kept.teacher), "when": when(offered)}
    told_of: tuple[tuple[str, str, dict[str, str], bool], ...] = (
        (texts.mother.title, texts.mother.walk, mother, kept.mother.is_gone),
        (texts.brother.title, texts.brother.walk, {}, False),
        (texts.teacher.title, texts.teacher.walk, teacher, kept.teacher.is_gone),
    )
    parts = [filled(texts.told.opening, {}, page.text) + "\n"]
    for number, (title, walk, values, is_gone) in enumerate(told_of, 1):
        text = texts.told.gone if is_gone else filled(walk, {**where, **values}, page.text)
        parts.append(f"{number}. {title}\n\n{text}\n")
    return "\n".join(parts)


def when(minute: int) -> str:
    """A moment by the clock of this machine, as a browser here shows it."""
    here = datetime.fromtimestamp(minute * 60, UTC).astimezone()
    return f"{here:%A} {here.day} {here:%B at %H:%M}"


def _of_code(play: Play) -> dict[str, str]:
    return {"code": in_groups(play.digits)}
