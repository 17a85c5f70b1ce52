"""The two commands and the locks: what a stranger relies on before the first line runs."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, text_of

LOCKS = ("runtime", "build", "dev", "lock")


def pinned(lock: str) -> dict[str, str]:
    """Each package of a lock with the block of text that pins it."""
    blocks = re.split(r"\n(?=\S)", text_of(Path(f"config/requirements/{lock}.txt")))
    return {block.partition("==")[0]: block for block in blocks if "==" in block}


def needs(lines: list[str]) -> set[str]:
    """Requirements without the reasons beside them."""
    bare = (line.partition("#")[0].replace(" ", "") for line in lines)
    return {line.replace("'", '"') for line in bare if line and not line.startswith("-")}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_package_has_hashes(lock: str) -> None:
    packages = pinned(lock)

    assert packages
    assert [name for name, block in packages.items() if "--hash=sha256:" not in block] == []


def test_what_the_package_declares_is_what_the_runtime_lock_is_made_from() -> None:
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]

    source = text_of(Path("config/requirements/runtime.in")).splitlines()

    assert needs(project["dependencies"]) == needs(source)


@pytest.mark.check(77, part="hashes pinned, starlette at or above its security floor")
def test_starlette_is_at_or_above_its_security_floor() -> None:
    version = re.match(r"starlette==(\d+)\.(\d+)\.(\d+)", pinned("runtime")["starlette"])

    assert version is not None
    assert tuple(int(part) for part in version.groups()) >= (1, 3, 1)


def test_every_reason_stands_beside_its_ignored_rule() -> None:
    text = text_of(Path("pyproject.toml"))
    ignored = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.flake8")]

    lines = [line for line in ignored.splitlines() if re.match(r"\s*\"", line)]

    assert [line for line in lines if "#" not in line and not line.rstrip().endswith("[")] == []


def test_every_noqa_and_type_ignore_of_the_server_names_its_rule() -> None:
    bare = re.compile(r"#\s*noqa(?!: ?[A-Z]+\d)|#\s*type: ignore(?!\[)")
    files = sorted((ROOT / "server").rglob("*.py"))

    assert [path for path in files if bare.search(path.read_text(encoding="utf-8"))] == []


def test_the_makefile_stays_a_front_door() -> None:
    text = text_of(Path("Makefile"))
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)

    assert targets is not None
    assert text.count("\n") <= 90
    explained = set(re.findall(r"^([a-z]+):.*## \w", text, re.MULTILINE))
    assert explained == set(targets[1].split())


def test_make_alone_explains_the_commands() -> None:
    said = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "make demo" in said.stdout
    assert "make test" in said.stdout


def test_the_build_machine_runs_make_test() -> None:
    path = ROOT / ".ci" / "run"

    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").splitlines()[-1] == "make test"


def test_the_lock_of_the_type_checker_has_hashes() -> None:
    text = text_of(Path("package-lock.json"))

    assert text.count('"version"') == text.count('"integrity"')
