"""The files that pages load: read once, named by the hash of all of them, never changed after.

Under `/s/<12 hex>/` lie `web/js`, `web/css`, `web/icons` and what comes later for visitors. The
folder's name changes with any byte in it, so browsers may keep everything. Scripts are the files of
the tree without their comments; the sheets of a page are joined into one. Modules import each other
by relative paths; the lists of a page's modules are found by reading those imports. What a page
needs at once it names itself; what it imports later stands, with its words, in a list of its own.
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

from hamn.edge.bare import bare
from hamn.edge.catalogue import Catalogue, Words
from hamn.edge.state import Audience

FOLDERS = ("js", "icons")
SHEETS = {
    Audience.VISITORS: ("tokens", "base", "talk", "visitor"),
    Audience.STAFF: ("tokens", "base", "talk", "desk", "staff", "escalation"),
}
"""The sheets of an audience's pages, in their order; `paper` comes beside them where needed."""
PAPER = "css/paper.css"
BOX = "css/box.css"
"""The sheets of the sealed message box and of booking come with their scripts."""
BOOK = "css/book.css"
ROTA = "css/rota.css"
OFFICE = "css/office.css"
ESCALATION = "css/escalation.css"
"""To visitors it comes when one is shown."""
CASE = "css/case.css"
INQUIRY = "css/inquiry.css"
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
    Audience.STAFF: (
        *(*SHARED_WORDS, "desk", "enrol", "rota", "texts", "staff", "figures", "requests"),
        *("escalate", "factor", "inbox", "inquiry", "case", "plan", "rows", "times"),
    ),
}
"""Which groups of keys the scripts of an audience are given; `page` is for templates alone."""
ENTRY_WITH_LATER = "js/visitor.js"
WORDS_FOR_LATER = (
    *("note.not_renewed", "note.passed", "note.reconnected", "note.returned_code"),
    *("note.time_offered", "note.unproven"),
    *("visitor.ended_expired", "visitor.ended_limits", "visitor.ended_moved"),
    "visitor.ended_revoked",
    *("note.still_", "visitor.back", "visitor.rests", "visitor.still", "talk.closing_"),
    *("card.help", "page.child_", "page.duty_", "page.other_", "page.wish", "visitor.wish_"),
    *("page.after_", "page.age", "page.at_work", "page.relation", "page.topic", "page.unsaid"),
    *("page.back", "page.close", "page.code_open", "page.end", "page.erase", "page.safety"),
    *("escalate.", "factor.", "plan."),
    *("talks.", "page.book_wait", "page.code_label"),
    *("box.", "talk.ask", "talk.held", "talk.joining", "visitor.after_hours", "visitor.alone"),
    *("page.message_wait", "talk.when_", "visitor.message_by"),
    *("visitor.code_", "visitor.erase_", "visitor.receipt"),
)
"""Beginnings of the keys that are asked for once what comes later is here, or by staff alone."""
FACTS = ("page.relation", "page.topic", "page.age")
"""What visitors choose of before a talk, and staff read."""


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
        return integrity(self.files[name])

    def module(self, name: str) -> Module:
        return Module(self.path(name), self.integrity(name))

    def modules(self, entry: str) -> list[Module]:
        """All that the entry imports at once, as it is to be preloaded beside the entry itself."""
        return [self.module(name) for name in closure(self.files, entry) if name != entry]


def integrity(content: bytes) -> str:
    """What a page says of a file, so that the browser takes no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def sheet_name(audience: Audience) -> str:
    return f"css/{audience.value}.css"


def later_name(language: str) -> str:
    return f"later-{language}.json"


def words_at_once(catalogue: Catalogue, audience: Audience) -> bytes:
    """What scripts say, for the page itself; `<` cannot end the element that it stands in."""
    later = words_for_later(catalogue) if audience is Audience.VISITORS else {}
    words = catalogue.of_groups(WORDS_OF[audience])
    if audience is Audience.STAFF:
        facts = catalogue.of_groups(("page",))
        words |= {key: text for key, text in facts.items() if key.startswith(FACTS)}
    return _inside({key: text for key, text in words.items() if key not in later})


def words_begun(catalogue: Catalogue, beginnings: tuple[str, ...]) -> bytes:
    """The same for a page that names the beginnings of its own keys."""
    words = catalogue.of_groups(tuple(each.partition(".")[0] for each in beginnings))
    return _inside({key: text for key, text in words.items() if key.startswith(beginnings)})


def _inside(words: dict[str, Words]) -> bytes:
    return _json(words).replace(b"<", b"\\u003c")


def words_for_later(catalogue: Catalogue) -> dict[str, Words]:
    groups = (*WORDS_OF[Audience.VISITORS], "box", "escalate", "factor", "page", "plan", "talks")
    words = catalogue.of_groups(groups)
    return {key: text for key, text in words.items() if key.startswith(WORDS_FOR_LATER)}


def gather(root: Path, catalogues: Mapping[str, Catalogue]) -> Assets:
    """Read the tree below `root`, and add what comes later, per language."""
    files = {
        path.relative_to(root).as_posix(): _as_served(path)
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in TYPES
    }
    for audience, sheets in SHEETS.items():
        parts = [root / "css" / f"{name}.css" for name in sheets]
        joined = "".join(COMMENT.sub("", path.read_text(encoding="utf-8")) for path in parts)
        files[sheet_name(audience)] = joined.encode()
    for sheet in (PAPER, BOX, BOOK, ROTA, OFFICE, ESCALATION, CASE, INQUIRY):
        files[sheet] = (root / sheet).read_bytes()
    hashes = {name: integrity(files[name]) for name in closure_later(files, ENTRY_WITH_LATER)}
    for language, catalogue in catalogues.items():
        later = {"scripts": hashes, "words": words_for_later(catalogue)}
        files[later_name(language)] = _json(later)
    return Assets(files, _version(files))


def _as_served(path: Path) -> bytes:
    content = path.read_bytes()
    return bare(content.decode()).encode() if path.suffix == ".js" else content


def closure(files: Mapping[str, bytes], entry: str, *, later: bool = False) -> list[str]:
    """The entry and every module below it, each once; with `later` also those imported later."""
    found: dict[str, None] = {}
    open_names = [entry] if entry in files else []
    while open_names:
        name = open_names.pop()
        if name not in found and name in files:
            found[name] = None
            source = files[name].decode()
            open_names += imports_of(name, source)
            open_names += imports_later_of(name, source) if later else []
    return list(found)


def closure_later(files: Mapping[str, bytes], entry: str) -> list[str]:
    """What an entry does not load at once, but may import later."""
    now = set(closure(files, entry))
    return [name for name in closure(files, entry, later=True) if name not in now]


def imports_of(name: str, source: str) -> list[str]:
    """What a module imports at once, by names in the tree; comments load nothing."""
    return _named(name, ["".join(pair) for pair in IMPORT.findall(COMMENT.sub("", source))])


def imports_later_of(name: str, source: str) -> list[str]:
    """What a module imports when it is needed."""
    return _named(name, LATER.findall(COMMENT.sub("", source)))


def _named(name: str, relative: list[str]) -> list[str]:
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
