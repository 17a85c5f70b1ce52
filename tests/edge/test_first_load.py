"""What the visitor's page loads: little, nothing that only types describe, nothing of the staff."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hamn.edge.assets import closure, closure_later, imports_later_of, imports_of
from tests.bench.first_load import first_load
from tests.services import DemoServer

WEB = Path("web")
STAFF_ONLY = {
    "js/asc1/draft.js",
    "js/asc1/identity.js",
    "js/asc1/roster.js",
    "js/asc1/signin.js",
    "js/asc1/staff-member.js",
    "js/session/staff.js",
    "js/session/shift.js",
    "js/session/rooms.js",
    "js/session/held.js",
    "js/session/unlock.js",
    "js/session/practice.js",
    "js/session/enrol.js",
}


LATER = {
    "js/box.js",
    "js/session/box.js",
    "js/asc1/bodies.js",
    "js/asc1/log.js",
    "js/asc1/opening.js",
    "js/visitor-later.js",
    "js/session/paper.js",
    "js/session/signs.js",
    "js/session/witness.js",
    "js/asc1/code.js",
    "js/elements/code-field.js",
    "js/elements/return-code.js",
    "js/elements/safety-phrase.js",
    "js/elements/talk-asked.js",
    "js/ui/sheet.js",
}


def scripts() -> dict[str, bytes]:
    return {path.relative_to(WEB).as_posix(): path.read_bytes() for path in WEB.glob("js/**/*.js")}


def test_a_visitor_loads_no_types_and_nothing_of_the_staff() -> None:
    files = scripts()
    loaded = set(closure(files, "js/visitor.js"))

    assert "js/asc1/frame.js" in loaded
    assert "js/session/views.js" in files
    assert "js/session/views.js" not in loaded
    assert set(files) >= STAFF_ONLY
    assert not STAFF_ONLY & loaded


def test_what_is_not_needed_for_the_talk_comes_later() -> None:
    files = scripts()

    later = set(closure_later(files, "js/visitor.js"))

    assert later >= LATER
    assert "js/elements/quick-exit.js" in closure(files, "js/visitor.js")
    assert not STAFF_ONLY & later


async def test_the_open_chat_is_reached_with_less_than_forty_kilobytes(demo: DemoServer) -> None:
    loaded = await asyncio.to_thread(first_load, demo.port)

    assert 30_000 < loaded < 40_000


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import { a } from "./b.js";', ["js/b.js"]),
        ('import { a,\n  c } from "../b.js";', ["b.js"]),
        ('import "./b.js";', ["js/b.js"]),
        ('export { a } from "./b.js";', ["js/b.js"]),
        ('const a = await import("./b.js");', []),
        ('/** @import {A} from "./b.js" */', []),
        ('  /** @type {import("./b.js").A} */\n  a;', []),
    ],
)
def test_what_a_comment_names_is_not_loaded(source: str, found: list[str]) -> None:
    assert imports_of("js/a.js", source) == found


def test_what_is_imported_in_the_middle_comes_later() -> None:
    source = 'import "./a.js"; const { b } = await import("../b.js"); /* import("./c.js") */'

    assert imports_later_of("js/a.js", source) == ["b.js"]
