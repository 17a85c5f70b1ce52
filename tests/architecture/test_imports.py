"""Which way imports run (the map in docs/map.md): what import-linter's layers cannot say.

`make check` runs the layers themselves; here stand the standard-library list of `core`, the
packages that each room may use, and the rule of the browser's `asc1` and `model`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

import pytest

from tests.architecture.tree import PACKAGE, ROOT, imported_modules, ours, room_of, text_of

CORE_MAY = frozenset(
    {"collections.abc", "dataclasses", "datetime", "enum", "hashlib", "hmac", "math", "typing"}
)
PACKAGES = {
    "core": frozenset[str](),
    "app": frozenset[str](),
    "asc1": frozenset({"cryptography"}),
    "party": frozenset({"cryptography", "websockets"}),
    "live": frozenset({"aiosqlite", "cryptography", "msgspec"}),
    "store": frozenset({"aiosqlite", "cryptography", "msgspec"}),
    "edge": frozenset({"babel", "brotli", "jinja2", "markupsafe", "msgspec", "prometheus_client"})
    | {"starlette", "uvicorn", "websockets"},
}
# The modules of asc1 that work with content keys, and the verbs for it: the server has no use for
# them. It checks certificates and reads the clear header of an envelope or a commit.
WITH_CONTENT_KEYS = frozenset({"committer", "entry", "epoch", "hpke", "member", "outbox", "resume"})
OPENS = re.compile("open|seal|encrypt|decrypt|derive")


def wrong_in_core(source: str) -> list[str]:
    """What a module of `core` imports that it may not: anything that waits, reads or draws."""
    return [
        name
        for name in imported_modules(source)
        if name not in CORE_MAY and not name.startswith("hamn.core.")
    ]


def wrong_packages(room: str, source: str) -> list[str]:
    """The third-party packages that a room imports without leave."""
    tops = {name.partition(".")[0] for name in imported_modules(source)}
    return sorted(tops - sys.stdlib_module_names - {"hamn"} - PACKAGES[room])


def wrong_use_of_asc1(room: str, source: str) -> list[str]:
    """`asc1` knows only itself; rules and stores never use it; the server never opens content."""
    inner = [name for name in imported_modules(source) if name.startswith("hamn.")]
    if room == "asc1":
        return [name for name in inner if not name.startswith("hamn.asc1")]
    used = [name.split(".")[2:] for name in inner if name.startswith("hamn.asc1.")]
    if room in {"app", "edge"}:
        reached = [*used, *([*name, word] for name in used for word in words_of(name[-1], source))]
        used = [name for name in reached if name[0] in WITH_CONTENT_KEYS or OPENS.match(name[-1])]
    return [".".join(name) for name in used]


def words_of(module: str, source: str) -> list[str]:
    """What a source takes from a module that it imported whole."""
    return re.findall(rf"(?<![\w.]){module}\.(\w+)", source)


def modules(*rooms: str) -> Iterator[Path]:
    yield from (path for path in ours("server/hamn/**/*.py") if room_of(path) in rooms)


def test_core_imports_only_what_is_pure() -> None:
    found = {path: wrong_in_core(text_of(path)) for path in modules("core")}

    assert found
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "def f():\n    import time",
        "from datetime import datetime\nimport asyncio",
        "from hamn.app import ports",
        "import logging",
        "import msgspec",
        "from random import choice",
    ],
)
def test_the_list_of_core_catches(line: str) -> None:
    assert wrong_in_core(line)


def test_the_list_of_core_lets_pure_things_through() -> None:
    source = "from __future__ import annotations\nimport math\nfrom hamn.core.words import Seconds"
    assert wrong_in_core(source) == []


@pytest.mark.parametrize("room", PACKAGES)
def test_a_room_uses_only_its_packages(room: str) -> None:
    found = {path: wrong_packages(room, text_of(path)) for path in modules(room)}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_list_of_packages_catches() -> None:
    assert wrong_packages("edge", "import aiosqlite") == ["aiosqlite"]
    assert wrong_packages("app", "from starlette.requests import Request") == ["starlette"]
    assert wrong_packages("store", "import aiosqlite") == []


@pytest.mark.check(57, part="no module of the server can fetch an address")
def test_the_server_fetches_nothing() -> None:
    fetching = (
        "aiohttp",
        "ftplib",
        "http.client",
        "httpx",
        "requests",
        "smtplib",
        "urllib.request",
    )
    serving = modules(
        "core", "app", "live", "store", "edge", "sqlite", "serve", "wiring", "metrics"
    )

    found = {(path, name) for path in serving for name in imported_modules(text_of(path))}

    assert {(path, name) for path, name in found if name.startswith(fetching)} == set()


def test_sqlite_is_spoken_only_where_bytes_are_kept() -> None:
    speakers = {
        room_of(path)
        for path in ours("server/hamn/**/*.py")
        if any(name.partition(".")[0] == "sqlite3" for name in imported_modules(text_of(path)))
    }

    assert speakers <= {"live", "store", "ops", "sqlite"}


@pytest.mark.parametrize("room", ["asc1", "core", "app", "edge", "live", "store"])
def test_asc1_is_used_for_certificates_and_never_to_open_content(room: str) -> None:
    found = {path: wrong_use_of_asc1(room, text_of(path)) for path in modules(room)}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_rule_of_asc1_catches() -> None:
    assert wrong_use_of_asc1("asc1", "from hamn.core import words")
    assert wrong_use_of_asc1("core", "from hamn.asc1 import certificate")
    assert wrong_use_of_asc1("edge", "from hamn.asc1 import hpke")
    assert wrong_use_of_asc1("edge", "from hamn.asc1.hpke import seal")
    assert wrong_use_of_asc1("edge", "from hamn.asc1 import certificate") == []
    assert wrong_use_of_asc1("edge", "from hamn.asc1.envelope import parse_header") == []
    assert wrong_use_of_asc1("app", "from hamn.asc1.envelope import open_envelope")
    assert wrong_use_of_asc1("app", "from hamn.asc1 import envelope\nenvelope.seal(a)")
    assert wrong_use_of_asc1("app", "from hamn.asc1 import group\ngroup.parse_commit(a)") == []


def test_every_room_of_the_list_exists() -> None:
    assert {room for room in PACKAGES if not (PACKAGE / room).is_dir()} == set()


def layers_hold(folder: Path, files: dict[str, str]) -> bool:
    """Whether a package of these files keeps the layers that `make check` runs."""
    rooms = {"app", "core", "edge", "live", "ops", "store"}
    for name in {f"hamn/{room}/__init__.py" for room in rooms} | {"hamn/__init__.py", *files}:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files.get(name, ""))
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    result = subprocess.run(
        [*command, *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in result.stdout, result.stdout + result.stderr
    return result.returncode == 0


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("hamn/core/a.py", "from hamn.app import b"),
        ("hamn/app/b.py", "def f():\n    from hamn.store import c"),
        ("hamn/store/c.py", "import hamn.live"),
        ("hamn/edge/d.py", "from hamn import wiring"),
    ],
)
def test_the_layers_catch_an_import_outward(tmp_path: Path, path: str, source: str) -> None:
    assert not layers_hold(tmp_path, {"hamn/wiring.py": "", path: source})


def test_the_layers_let_an_import_inward_through(tmp_path: Path) -> None:
    inward = {"hamn/edge/d.py": "from hamn.app import b", "hamn/app/b.py": "import hamn.core"}

    assert layers_hold(tmp_path, inward)


# --- the browser ----------------------------------------------------------------------------------

JS_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")


def js_imports(path: Path, source: str) -> list[str]:
    """What a script imports: our files by their path from the root, anything else by its name."""
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", source, flags=re.DOTALL)
    folder = path.parent.as_posix()
    names = JS_IMPORT.findall(code)
    return [normpath(f"{folder}/{name}") if name.startswith(".") else name for name in names]


def scripts(folder: str) -> list[Path]:
    return ours(f"web/js/{folder}/**/*.js")


@pytest.mark.parametrize(("folder", "may"), [("asc1", ("asc1",)), ("model", ("model", "asc1"))])
def test_the_pure_scripts_import_only_pure_scripts(folder: str, may: tuple[str, ...]) -> None:
    homes = tuple(f"web/js/{name}/" for name in may)

    imports = {(p, name) for p in scripts(folder) for name in js_imports(p, text_of(p))}

    assert {(path, name) for path, name in imports if not name.startswith(homes)} == set()


def test_every_import_of_a_script_is_a_file_of_ours() -> None:
    known = {path.as_posix() for path in ours("web/js/**/*.js")}

    imports = {(p, i) for p in ours("web/js/**/*.js") for i in js_imports(p, text_of(p))}

    assert {(path, name) for path, name in imports if name not in known} == set()


def test_the_reader_of_script_imports_sees_every_form() -> None:
    path = Path("web/js/asc1/room.js")
    source = """
        import { a } from "./bytes.js";
        import "../ui/socket.js";
        export { b } from './code.js';
        const later = await import("left-pad");
        // import "./not-this.js";
    """

    assert js_imports(path, source) == [
        "web/js/asc1/bytes.js",
        "web/js/ui/socket.js",
        "web/js/asc1/code.js",
        "left-pad",
    ]
