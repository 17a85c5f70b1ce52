"""Looks for secrets where a seized server could hold them: files, and the memory of a process.

A secret is looked for as it stands, as text in UTF-16, in hex, in base64 at each of its three
phases, percent-encoded, and as a string in JSON. What is found is named by label and place, never
shown.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

PIECE = 16 * 2**20
LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)")


@dataclass(frozen=True, slots=True)
class Hit:
    """Which secret, in which form, where."""

    label: str
    form: str
    where: str


def forms(secret: bytes) -> dict[str, bytes]:
    """Every way in which a secret may stand somewhere."""
    found = {"plain": secret, "hex": secret.hex().encode(), "HEX": secret.hex().upper().encode()}
    found |= {f"base64 {phase}": _inner_base64(secret, phase) for phase in range(3)}
    found |= {
        f"base64url {phase}": _inner_base64(secret, phase).translate(bytes.maketrans(b"+/", b"-_"))
        for phase in range(3)
    }
    found["percent"] = quote_from_bytes(secret, safe="").encode()
    try:
        text = secret.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        found["utf-16"] = text.encode("utf-16-le")
        found["escaped"] = text.encode("unicode_escape")
        found["json"] = json.dumps(text, ensure_ascii=False)[1:-1].encode()
        found["json in ascii"] = json.dumps(text)[1:-1].encode()
    return found


def _inner_base64(secret: bytes, phase: int) -> bytes:
    """What of a secret's base64 does not depend on the bytes around it."""
    encoded = base64.b64encode(bytes(phase) + secret)
    start = -(-phase * 8 // 6) if phase else 0
    end = (phase + len(secret)) * 8 // 6
    return encoded[start:end]


class Scanner:
    """Looks for many secrets at once."""

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._named: dict[bytes, tuple[str, str]] = {}
        for label, secret in secrets.items():
            for form, written in forms(secret).items():
                self._named.setdefault(written, (label, form))
        longest_first = sorted(self._named, key=len, reverse=True)
        self._overlap = max(map(len, longest_first)) - 1
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first)))

    def in_bytes(self, data: bytes, where: str) -> set[Hit]:
        return {Hit(*self._named[found], where) for found in self._pattern.findall(data)}

    def in_files(self, paths: Iterable[Path]) -> set[Hit]:
        """What stands in these files and in everything below these folders."""
        hits: set[Hit] = set()
        for path in files_below(paths):
            hits |= self.in_bytes(path.read_bytes(), path.name)
        return hits

    def in_memory(self, pid: int) -> set[Hit]:
        """What stands in a process's readable memory.

        Raises: PermissionError when it may not be read: nothing was looked at then.
        """
        hits: set[Hit] = set()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start, end, name in regions(pid):
                before = b""
                for at in range(start, end, PIECE):
                    memory.seek(at)
                    try:
                        piece = memory.read(min(PIECE, end - at))
                    except OSError:
                        break
                    hits |= self.in_bytes(before + piece, name or "memory")
                    before = piece[-self._overlap :]
        return hits


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """Every regular file among and below these."""
    for path in paths:
        inside = path.rglob("*") if path.is_dir() else [path]
        yield from (each for each in inside if each.is_file() and not each.is_symlink())


def regions(pid: int) -> Iterator[tuple[int, int, str]]:
    """The memory a process has written or could have: start, end and name, files' code left out."""
    for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines():
        found = LINE.match(line)
        if found is None or not found[3].startswith("rw") or found[4] in ("[vvar]", "[vsyscall]"):
            continue
        yield int(found[1], 16), int(found[2], 16), found[4].rsplit("/", 1)[-1]
