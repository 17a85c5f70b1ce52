"""The roster's way: drafted from the records, signed by roots elsewhere, published when enough did.

A draft holds everyone who has enrolled, so that signing it is the one act that lets a person in.
A published roster is checked as any reader checks it before a byte of it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hamn.app.ports import LogLine, RosterEntry, Staff, Store
from hamn.asc1.bytes import ZEROS_32, Refused, sha256
from hamn.asc1.roster import (
    LONGEST_LIFE_HOURS,
    Roster,
    Trust,
    parse_roster,
    sign_roster,
    verify,
)
from hamn.asc1.transparency import LogKind, append
from hamn.core.audit import Deed, noted
from hamn.core.words import IN_ROSTER, Moment


class RosterRefused(Exception):
    """The roster was not published; the text says why, in plain words."""


async def draft(store: Store, hour: int) -> bytes:
    """The next roster's bytes, with every member who is enrolled."""
    before = await store.newest_roster()
    everyone = await store.all_staff()
    fields = {
        "v": 1,
        "seq": 1 if before is None else before.seq + 1,
        "prev": (ZEROS_32 if before is None else sha256(before.data)).hex(),
        "issued": hour,
        "expires": hour + LONGEST_LIFE_HOURS,
        "members": [_member(each) for each in everyone if _may_enter(each)],
        "bg": [pub.hex() for pub in await store.board_keys()],
        "revoked": [each.idx for each in everyone if each.is_revoked],
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def sign(content: bytes, seeds: dict[int, bytes], earlier: bytes = b"[]") -> bytes:
    """`roster.sig` with the given roots' signatures added to those that stand there."""
    new = json.loads(sign_roster(content, seeds))
    kept = [line for line in json.loads(earlier) if line["root"] not in seeds]
    lines = sorted([*kept, *new], key=lambda line: int(line["root"]))
    return json.dumps(lines, separators=(",", ":")).encode()


async def publish(
    store: Store, trust: Trust, content: bytes, signatures: bytes, hour: int
) -> Roster:
    """Keep a roster and append its line to the log.

    Raises: RosterRefused, and nothing has changed.
    """
    before = await store.newest_roster()
    held = 0 if before is None else before.seq
    try:
        roster = verify(content, signatures, trust, hour=hour, held=held)
    except Refused as refused:
        raise RosterRefused(f"the roster is refused: {refused.reason.value}") from None
    prev = ZEROS_32 if before is None else sha256(before.data)
    entry = RosterEntry(roster.seq, content, signatures)
    line = log_line(await store.log_lines(), content)
    if roster.prev != prev or not await store.add_roster(entry, line):
        raise RosterRefused("another roster was published since this one was drafted; draft again")
    await store.note(noted(Moment(hour * 3600), Deed.ROSTER_PUBLISHED, detail=str(roster.seq)))
    return roster


def log_line(lines: Sequence[LogLine], content: bytes) -> LogLine:
    """The log's next line, for a roster."""
    before = "".join(f"{each.line}\n" for each in lines).encode()
    text = append(before, LogKind.ROSTER, sha256(content)).splitlines()[-1].decode()
    return LogLine(len(lines), text)


def outdated(
    newest: RosterEntry | None, everyone: Sequence[Staff], hour: int, board: Sequence[bytes] = ()
) -> bool:
    """Whether a new roster is due: someone enrolled, left or changed, the board has another key, or
    under 7 days remain."""
    if newest is None:
        return True
    roster = parse_roster(newest.data)
    stands = {m.idx: (m.ed25519, frozenset(m.roles), m.duty_name) for m in roster.members}
    should = {
        each.idx: (each.ed25519, frozenset(_roles(each)), each.duty_name)
        for each in everyone
        if _may_enter(each)
    }
    revoked = frozenset(each.idx for each in everyone if each.is_revoked)
    is_other = stands != should or revoked != roster.revoked or set(board) != set(roster.bg)
    return is_other or roster.expires - hour < 7 * 24


def _may_enter(staff: Staff) -> bool:
    return bool(staff.ed25519 and _roles(staff)) and not staff.is_revoked


def _roles(staff: Staff) -> list[int]:
    """The roles that a roster gives; a manager's is a matter of this server alone."""
    return sorted(int(role) for role in set(staff.roles) & IN_ROSTER)


def _member(staff: Staff) -> dict[str, object]:
    return {
        "idx": staff.idx,
        "roles": _roles(staff),
        "duty_name": staff.duty_name,
        "ed25519": staff.ed25519.hex(),
    }
