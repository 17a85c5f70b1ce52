"""`hamn audit verify` and `show`: the log of what staff did, checked line by line, and read.

A line that was changed, removed, put elsewhere or cut off is found by the chain, the anchor and the
head that is kept beside it. Somebody who rewrites all of them is found by a head from outside, as a
member's screen shows it: that is what `--head` is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from hamn.core.audit import Line, Link, check
from hamn.core.words import Hash
from hamn.ops.records import records
from hamn.settings import Settings
from hamn.store.sqlite import SqliteStore

HEAD = re.compile("([0-9]{1,12}):([0-9a-f]{64})")
AT_ONCE = 1000


class AuditBroken(Exception):
    """The log does not hold; the text says where and how, in plain words."""


async def verify(settings: Settings, heads: Sequence[str] = ()) -> str:
    """One sentence that says what holds.

    Raises: AuditBroken, SettingsError.
    """
    known = [_head(text) for text in heads]
    with records(settings) as store:
        anchor, head = await store.audit_ends()
        broken = check(anchor, await _lines(store), head, *known)
    if broken is not None:
        raise AuditBroken(f"the audit log does not hold at line {broken.seq}: {broken.why}")
    lines = head.seq - anchor.seq
    return f"{lines} lines hold, from {anchor.seq + 1}. Head: {head.seq}:{head.hash.hex()}"


async def shown(settings: Settings) -> list[str]:
    """Every line as text, its cells apart by tabs."""
    with records(settings) as store:
        return [_text(line) for line in await _lines(store)]


async def _lines(store: SqliteStore) -> list[Line]:
    found: list[Line] = []
    while part := await store.audit(found[-1].seq if found else -1, AT_ONCE):
        found += part
    return found


def _text(line: Line) -> str:
    at = datetime.fromtimestamp(line.at * 60, UTC).strftime("%Y-%m-%d %H:%M")
    about = "" if line.about is None else str(line.about)
    return "\t".join((str(line.seq), at, line.what, str(line.by), about, line.detail))


def _head(text: str) -> Link:
    found = HEAD.fullmatch(text)
    if found is None:
        raise AuditBroken(f"{text}: is not NUMBER:HASH")
    return Link(int(found[1]), Hash(bytes.fromhex(found[2])))
