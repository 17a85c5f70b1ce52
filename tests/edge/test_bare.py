"""Scripts without comments: every token stays, every line keeps its number, nothing is guessed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.edge.bare import Unclear, bare

SCRIPTS = sorted(Path("web/js").rglob("*.js"))
NODE = Path(".venv/bin/node")


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("/** About. */\nlet a;\n", "\nlet a;\n"),
        ("a; // one\n  b;\n", "a;\nb;\n"),
        ("/*\n\n*/a", "\n\na"),
        ("return/* a */b", "return b"),
        ("\"//\" + '/*' /* a */", "\"//\" + '/*' "),
        (r'"\"//"; // "', r'"\"//"; '),
        ("`//\n  ${a /* a */ + `/*${{}}`} //`", "`//\n  ${a  + `/*${{}}`} //`"),
        (r"`\${/*`", r"`\${/*`"),
        ("x = /[/*]\\//g; // a", "x = /[/*]\\//g; "),
        ("a / b // c", "a / b "),
        ("(a) / b[0] / c", "(a) / b[0] / c"),
        ("if (a(b)) /'/.test(c)", "if (a(b)) /'/.test(c)"),
        ("a.return / b", "a.return / b"),
        ("return /'/", "return /'/"),
    ],
)
def test_comments_go_and_nothing_else(source: str, left: str) -> None:
    assert bare(source) == left


@pytest.mark.parametrize(
    "source",
    [
        "} /a/",
        "{} /a/",
        "a++ /b",
        '"a',
        "`a",
        "`${a",
        "/* a",
        "x = /a",
        "{",
        "}",
        ") / a",
        "`${{}`",
    ],
)
def test_what_is_not_certain_is_refused(source: str) -> None:
    with pytest.raises(Unclear):
        bare(source)


TOKENS = ("a", "return ", '"/*\\""', "'//'", "`/*`", "`${b}//`", "= /[/]'/g", "(c) / 2", "{}", ";")
GAPS = (" ", "\n", "/* ' */", '/**\n * ` "\n */', "// ${ ' \n", "\n  // a\n")


@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(GAPS))))
def test_every_token_stays_in_its_line(parts: list[tuple[str, str]]) -> None:
    source = "".join(token + gap for token, gap in parts)
    plain = "".join(token + ("\n" * gap.count("\n") or " ") for token, gap in parts)

    left = bare(source)

    assert [line.split() for line in left.split("\n")] == [
        line.split() for line in plain.split("\n")
    ]
    assert bare(left) == left


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_every_script_is_read_for_certain(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    left = bare(source)

    assert bare(left) == left
    assert left.count("\n") == source.count("\n")
    assert not re.search(r"^\s*(?:/\*|\*/|//)", left, re.MULTILINE)


def test_the_protocol_without_comments_gives_every_known_answer(tmp_path: Path) -> None:
    for path in SCRIPTS:
        served = tmp_path / path
        served.parent.mkdir(parents=True, exist_ok=True)
        served.write_text(bare(path.read_text(encoding="utf-8")), encoding="utf-8")
    for folder in ("js/asc1", "vectors"):
        (tmp_path / "tests" / folder).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / folder).symlink_to(Path("tests", folder).resolve())
    test = "tests/js/asc1/known-answers.test.js"

    ran = subprocess.run(
        [NODE.resolve(), "--preserve-symlinks", "--preserve-symlinks-main", "--test", test],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout.decode()
