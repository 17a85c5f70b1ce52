"""No score, sum, colour, rank or count of anybody: not in tables, answers, words, marks or scripts.

What a sheet says is words (domain.md section 2.5, scenario 25). Each test looks where such a thing
would have to stand, and is tried on a sample that has one.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from hamn.edge import case_api, rows_api
from tests.architecture.test_catalogues import forms, messages
from tests.architecture.tree import ROOT, ours, text_of

NUMBERED = re.compile(
    r"score|\bpoints\b|\bsum\b|\btotals?\b|percent|\brating|ranking|\brank\b|\bgrade|\bweight|"
    r"\blevel|severity|average|median|traffic.?light|probabilit|predict|riskniv|poäng|\bsumman?\b|"
    r"procent|betyg|rangordn|trafikljus|genomsnitt|sannolikhet|\bnivå",
    re.IGNORECASE,
)
SCRIPTS = [
    path
    for path in ours("web/js/**/*.js")
    if path.name.startswith(("case", "plan-copy", "row-edit", "rows"))
]
SERVER = [
    Path(f"server/hamn/{name}.py")
    for name in (
        *("core/case", "core/rows", "app/case", "app/rows", "app/plan_copies"),
        *("edge/case_api", "edge/rows_api", "store/cases", "party/casework"),
    )
]
COLUMNS = {
    "case_file": {"id", "version", "closed_day", "expires_day"},
    "case_member": {"id", "place", "idx"},
    "case_record": {"id", "number", "holds", "day", "by_idx"},
    "case_letter": {"id", "number", "idx", "env_id", "kid", "expires_day", "data"},
    "plan_copy": {"mailbox", "env_id", "kid", "expires_day", "data"},
}
"""A column more is looked at in a review: nothing here may grow with how anybody is."""
COUNTED = re.compile(r"\bcount\(|\bsum\(|\bavg\(|\.reduce\(|\blen\(.*rows|rows\.length [><]")
BY_STATE = re.compile(
    r"data-(?:state|change|flag|answer|basis)|\.(?:clear|some|not.?seen|more|less)\b"
)


def schema() -> dict[str, set[str]]:
    """The tables of cases and their columns, by the migrations."""
    database = sqlite3.connect(":memory:")
    for path in sorted((ROOT / "server/hamn/store/migrations").glob("*.sql")):
        database.executescript(path.read_text(encoding="utf-8"))
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
    tables = [name for name in names if name.startswith(("case_", "plan_"))]
    found = {}
    for table in tables:
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        found[table] = columns
    return {table: columns for table, columns in found.items() if columns and "_idx" not in table}


def test_no_table_of_cases_has_room_for_one() -> None:
    assert {name: columns for name, columns in schema().items() if name in COLUMNS} == COLUMNS
    assert not [name for name in schema() if NUMBERED.search(name)]


def test_no_statement_about_cases_counts() -> None:
    lines = text_of(Path("server/hamn/store/statements.py")).splitlines()
    about = [line for line in lines if "case_" in line or "plan_copy" in line]

    assert len(about) > 10
    assert [line for line in about if COUNTED.search(line)] == []
    assert COUNTED.search("SELECT count(*) FROM case_record")


@pytest.mark.parametrize("path", [*SCRIPTS, *SERVER], ids=str)
def test_no_script_or_rule_about_cases_has_one(path: Path) -> None:
    text = text_of(path)
    code = re.sub(r'"""[\s\S]*?"""|/\*[\s\S]*?\*/|#.*', "", text)

    assert NUMBERED.findall(code) == []
    assert COUNTED.findall(code) == []
    assert NUMBERED.search("const riskScore = 7;")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_word_of_the_sheet_the_plan_or_their_pages_names_one(language: str) -> None:
    groups = ("factor.", "case.", "plan.", "rows.")
    said = {key: forms(each) for key, each in messages(language).items() if key.startswith(groups)}

    assert len(said) > 150
    assert {key for key, words in said.items() if any(NUMBERED.search(each) for each in words)} == (
        set()
    )
    assert all(NUMBERED.search(each) for each in ("Riskpoäng", "Risk level"))


def test_nothing_looks_different_by_what_a_row_says() -> None:
    sheets = "".join(text_of(path) for path in ours("web/css/case.css"))
    scripts = "".join(text_of(path) for path in SCRIPTS)

    assert BY_STATE.findall(sheets) == []
    assert (
        re.findall(r"(?:className|dataset|style)[^\n,})]*\b(?:state|change|flags?)\b", scripts)
        == []
    )
    assert BY_STATE.search("[data-state=clear] { color: red }")


def test_no_address_counts_anybody() -> None:
    paths = [str(getattr(route, "path", "")) for route in (*case_api.routes(), *rows_api.routes())]

    assert len(paths) > 10
    assert [path for path in paths if NUMBERED.search(path) or "count" in path] == []
