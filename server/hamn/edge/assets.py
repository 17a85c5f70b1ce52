"""The files that pages load: read once, named by the hash of all of them, never changed after.

Under `/s/<12 hex>/` lie `web/js`, `web/css`, `web/icons` and the words for scripts. The folder's
name changes with any byte in it, so browsers may keep everything. Modules import each other by
relative paths; the list of a page's modules is found by reading those imports.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hamn.edge.catalogue import Catalogue
from hamn.edge.state import Audience

FOLDERS = ("js", "css", "icons")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
IMPORT = re.compile(
    r'^\s*(?:import|export)\b[^"\';]*?\bfrom\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"', re.MULTILINE
)
LATER = re.compile(r'\bimport\(\s*"(\.[^"]+)"')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHARED_WORDS = ("card", "note", "talk")
WORDS_OF = {
    Audience.VISITORS: (*SHARED_WORDS, "problem", "visitor"),
    Audience.STAFF: (*SHARED_WORDS, "desk", "enrol"),
}
"""Which groups of keys the scripts of an audience are given; `page` is for templates alone."""


@dataclass(frozen=True, slots=True)
class Module:
    """A script as a page names it."""

    path: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file by its name in the tree, and the folder's name."""

    files: Mapping[str, bytes]
    version: str

    def path(self, name: str) -> str:
        return f"/s/{self.version}/{name}"

    def integrity(self, name: str) -> str:
        digest = hashlib.sha256(self.files[name]).digest()
        return "sha256-" + base64.b64encode(digest).decode("ascii")

    def module(self, name: str) -> Module:
        return Module(self.path(name), self.integrity(name))

    def modules(self, entry: str) -> list[Module]:
        """The entry and all that it imports, as they are to be preloaded."""
        return [self.module(name) for name in closure(self.files, entry)]


def strings_name(language: str, audience: Audience) -> str:
    return f"strings-{language}.{audience.value}.json"


def gather(root: Path, catalogues: Mapping[str, Catalogue]) -> Assets:
    """Read the tree below `root`, and add the words for scripts, per language and audience."""
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in TYPES
    }
    for audience, groups in WORDS_OF.items():
        for language, catalogue in catalogues.items():
            files[strings_name(language, audience)] = _json(catalogue.of_groups(groups))
    return Assets(files, _version(files))


def closure(files: Mapping[str, bytes], entry: str) -> list[str]:
    """The entry and every module below it, each once, those imported first at the end."""
    found: dict[str, None] = {}
    open_names = [entry] if entry in files else []
    while open_names:
        name = open_names.pop()
        if name not in found and name in files:
            found[name] = None
            open_names += imports_of(name, files[name].decode())
    return list(found)


def imports_of(name: str, source: str) -> list[str]:
    """What a module imports, by names in the tree; types named in comments are not loaded."""
    source = COMMENT.sub("", source)
    relative = ["".join(pair) for pair in IMPORT.findall(source)] + LATER.findall(source)
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in relative]


def content_type(name: str) -> str:
    return TYPES[posixpath.splitext(name)[1]]


def _version(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return whole.hexdigest()[:12]


def _json(words: object) -> bytes:
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
