"""What the visitor's page loads: nothing that only types describe, nothing that only staff need."""

from __future__ import annotations

from pathlib import Path

import pytest

from hamn.edge.assets import closure, imports_of

WEB = Path("web")
STAFF_ONLY = {
    "js/asc1/bodies.js",
    "js/asc1/draft.js",
    "js/asc1/identity.js",
    "js/asc1/opening.js",
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


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import { a } from "./b.js";', ["js/b.js"]),
        ('import { a,\n  c } from "../b.js";', ["b.js"]),
        ('import "./b.js";', ["js/b.js"]),
        ('export { a } from "./b.js";', ["js/b.js"]),
        ('const a = await import("./b.js");', ["js/b.js"]),
        ('/** @import {A} from "./b.js" */', []),
        ('  /** @type {import("./b.js").A} */\n  a;', []),
    ],
)
def test_what_a_comment_names_is_not_loaded(source: str, found: list[str]) -> None:
    assert imports_of("js/a.js", source) == found
