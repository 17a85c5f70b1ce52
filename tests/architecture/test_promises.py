"""The record of promises says whole only where a whole test passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.promises import ROOT, Outcome, Proof, main, standing

pytest_plugins = ["pytester"]


def proof(outcome: Outcome = "passed", part: str | None = None, test: str = "test_a") -> Proof:
    return Proof("check", 7, part, test, outcome)


def test_a_number_without_tests_stands_as_nothing() -> None:
    assert standing([]) == "-"


def test_a_passing_whole_test_makes_the_number_whole() -> None:
    assert standing([proof(), proof(part="the first half")]) == "whole"


def test_parts_alone_never_make_a_whole() -> None:
    assert standing([proof(part="a"), proof(part="b")]) == "in part: a; b"


def test_one_failing_test_breaks_the_number() -> None:
    assert standing([proof(), proof("failed", test="test_b")]) == "BROKEN: test_b"


def test_a_skipped_test_proves_nothing() -> None:
    assert standing([proof("skipped")]) == "skipped"


RUN = """
    import pytest

    @pytest.mark.check(7)
    def test_kept(): pass

    @pytest.mark.check(8, part="half")
    def test_half(): pass

    @pytest.mark.scenario(3)
    def test_broken(): assert False
"""


@pytest.fixture(autouse=True)
def the_plugin_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_run_records_what_became_of_each_number(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makeini("[pytest]\nmarkers =\n check(n, part=None): x\n scenario(n, part=None): x\n")
    pytester.makepyfile(RUN)

    pytester.runpytest_subprocess("-p", "tests.promises", "--promises=kept.json", *workers)

    proofs = json.loads((pytester.path / "kept.json").read_text())["proofs"]
    found = {(p["kind"], p["number"], p["part"], p["outcome"]) for p in proofs}
    assert found == {
        ("check", 7, None, "passed"),
        ("check", 8, "half", "passed"),
        ("scenario", 3, None, "failed"),
    }


@pytest.mark.parametrize("mark", ["check()", "check(85)", "check(1, 2)", 'scenario(1, "a part")'])
def test_an_ill_formed_mark_stops_the_run(pytester: pytest.Pytester, mark: str) -> None:
    pytester.makepyfile(f"import pytest\n@pytest.mark.{mark}\ndef test_a(): pass\n")

    result = pytester.runpytest_subprocess("-p", "tests.promises")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*must name one number*"])


def test_a_record_of_other_code_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kept.json"
    path.write_text(json.dumps({"digest": "another", "proofs": []}))

    assert main(path) == 0

    assert "another state of the code" in capsys.readouterr().out
