"""Which promises have a passing test: the numbers that tests carry, and the table of them.

A test says `@pytest.mark.scenario(n)` (acceptance scenarios 1-32) or `@pytest.mark.check(n)`
(security checks 1-84), with `part="..."` when it proves only a part. A run with `--promises FILE`
records what became of each; `python -m tests.promises FILE` prints the table. A number counts as
whole only when a test without `part` passed; one failing test breaks it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pytest

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = {"scenario": range(1, 33), "check": range(1, 85)}
SOURCES = ("config", "server", "tests", "web")
PROPERTY = "promise"

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One test's word on one number."""

    kind: str
    number: int
    part: str | None
    test: str
    outcome: Outcome


def digest_of_sources(root: Path = ROOT) -> str:
    """The state of the code as one string, so that a stale record can be told from a fresh one."""
    digest = hashlib.sha256()
    for path in sorted(path for name in SOURCES for path in (root / name).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


# --- recording ------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", type=Path, default=None, help="record the promises kept here")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--promises")
    if path is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(path, digest_of_sources()), "promise-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each promise on the test's report, which also travels from a worker to the recorder."""
    for item in items:
        for kind in NUMBERS:
            for mark in item.iter_markers(kind):
                item.user_properties.append((PROPERTY, promise(kind, mark)))


def promise(kind: str, mark: pytest.Mark) -> tuple[str, int, str | None]:
    """The number and part that a mark names.

    Raises: UsageError when the mark is ill-formed or the number does not exist.
    """
    part = mark.kwargs.get("part")
    numbers = [number for number in mark.args if number in NUMBERS[kind]]
    if len(numbers) != 1 or len(mark.args) != 1 or set(mark.kwargs) - {"part"}:
        raise pytest.UsageError(
            f"{mark} must name one number of {NUMBERS[kind]} and at most a part"
        )
    return kind, numbers[0], part


class Recorder:
    """Collects the proofs of one run and writes them when it ends."""

    def __init__(self, path: Path, digest: str) -> None:
        self.path = path
        self.digest = digest
        self.proofs: dict[tuple[str, int, str | None, str], Proof] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == PROPERTY and isinstance(value, (list, tuple)):
                kind, number, part = value
                key = (kind, number, part, report.nodeid)
                worst = worse(self.proofs.get(key), report)
                self.proofs[key] = Proof(kind, number, part, report.nodeid, worst)

    def pytest_sessionfinish(self) -> None:
        record = {
            "digest": self.digest,
            "proofs": [asdict(proof) for proof in self.proofs.values()],
        }
        self.path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def worse(before: Proof | None, report: pytest.TestReport) -> Outcome:
    """A test passes when set-up, call and tear-down all do."""
    order: tuple[Outcome, ...] = ("passed", "skipped", "failed")
    return max(before.outcome if before else "passed", report.outcome, key=order.index)


# --- printing -------------------------------------------------------------------------------------


def standing(proofs: Iterable[Proof]) -> str:
    """What the tests of one number say together: broken, whole, in part, skipped or nothing."""
    found = list(proofs)
    passed = [proof for proof in found if proof.outcome == "passed"]
    if any(proof.outcome == "failed" for proof in found):
        return "BROKEN: " + ", ".join(sorted({p.test for p in found if p.outcome == "failed"}))
    if any(proof.part is None for proof in passed):
        return "whole"
    if passed:
        return "in part: " + "; ".join(sorted({str(proof.part) for proof in passed}))
    return "skipped" if found else "-"


def table(proofs: Iterable[Proof]) -> Iterator[str]:
    """One line per number, and the sums."""
    by_number = defaultdict(list)
    for proof in proofs:
        by_number[proof.kind, proof.number].append(proof)
    for kind, numbers in NUMBERS.items():
        said = {number: standing(by_number[kind, number]) for number in numbers}
        whole = sum(line == "whole" for line in said.values())
        parts = sum(line.startswith("in part") for line in said.values())
        yield f"{kind}s: {whole} whole, {parts} in part, of {len(numbers)}"
        yield from (f"  {kind} {number:>2}  {line}" for number, line in said.items())


def main(path: Path) -> int:
    if not path.exists():
        print("No test run is recorded yet: run `make test` first.")
        return 1
    record = json.loads(path.read_text(encoding="utf-8"))
    for line in table(Proof(**proof) for proof in record["proofs"]):
        print(line)
    if record["digest"] != digest_of_sources():
        print("This record is of another state of the code than this one: run `make test` again.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
