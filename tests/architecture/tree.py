"""The project's files as the house rules see them: what is ours, without what tools made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "server" / "hamn"
MADE_BY_TOOLS = frozenset({".git", ".hypothesis", ".venv", "node_modules", "__pycache__", "dist"})


def ours(pattern: str = "**/*") -> list[Path]:
    """The files that match, relative to the root, sorted."""
    return sorted(
        path.relative_to(ROOT)
        for path in ROOT.glob(pattern)
        if path.is_file() and not is_made_by_a_tool(path.relative_to(ROOT))
    )


def is_made_by_a_tool(path: Path) -> bool:
    return any(
        part in MADE_BY_TOOLS or part.endswith("_cache") or part.startswith("demo-data")
        for part in path.parts
    )


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def room_of(path: Path) -> str:
    """The part of the package a module lives in, or its own name at the top."""
    inside = (ROOT / path).relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported_modules(source: str) -> Iterator[str]:
    """Every module that a source imports, anywhere in it, with full dotted names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            module = node.module or ""
            inner = module.partition(".")[0] == "hamn"
            yield from (f"{module}.{alias.name}" if inner else module for alias in node.names)
