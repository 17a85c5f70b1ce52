"""The roster's way through browsers: one draft, shown to whoever holds a root, signed there, and
published once enough have signed.

A draft stays the same bytes while signatures gather. It is made anew when the staff has changed or
three days have passed. A root reaches this server as ciphertext alone, wrapped by its holder's
account key, which only a passkey opens (protocol.md section 3.1).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from hamn.app.audit import note
from hamn.app.ports import STAFF, RosterEntry, Staff, World, Wrap
from hamn.app.proof import Answer, prove
from hamn.app.roster import RosterRefused, draft, outdated, publish
from hamn.asc1.bytes import sha256
from hamn.asc1.roster import Trust, parse_roster, signed_bytes, verify_signature
from hamn.asc1.signin import WRAP_SIZE, Method, Wrapped
from hamn.core.audit import Deed
from hamn.core.words import Malformed, Refusal, RefusalCode

DRAFT_HOURS = 72
"""So long a draft stays the same bytes: who holds a root need not be on duty on the same day."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands, and what is due."""

    seq: int
    expires: int
    """Hour; 0 where there is no roster."""
    is_due: bool
    """Somebody came, left or changed, or less than seven days remain."""
    signed: int
    """How many roots have signed the next one."""


async def standing(world: World) -> Standing:
    """The newest roster in short."""
    newest, hour = await world.store.newest_roster(), _hour(world)
    board, kept = await world.store.board_keys(), await world.store.roster_draft()
    due = outdated(newest, await world.store.all_staff(), hour, board)
    stands = kept is not None and _says_the_same(kept.data, await draft(world.store, hour), hour)
    signed = len(json.loads(kept.sig)) if kept is not None and stands else 0
    if newest is None:
        return Standing(0, 0, due, signed)
    roster = parse_roster(newest.data)
    return Standing(roster.seq, roster.expires, due, signed)


async def offer(world: World) -> RosterEntry:
    """The draft to sign: the one under way while it says what is so now, else a new one."""
    kept, hour = await world.store.roster_draft(), _hour(world)
    fresh = await draft(world.store, hour)
    if kept is not None and _says_the_same(kept.data, fresh, hour):
        return kept
    made = RosterEntry(parse_roster(fresh).seq, fresh, b"[]")
    if not await world.store.swap_roster_draft(kept, made):
        raise Refusal(RefusalCode.CAS)
    return made


async def add_signature(
    world: World, trust: Trust, by: Staff, *, digest: bytes, root: int, sig: bytes
) -> int:
    """Add a root's signature to the draft; how many more must sign. At none it stands published.

    Raises: Refusal(CAS) when it is another draft by now; Refusal(GONE) for a signature that is not
    this root's.
    """
    kept = await world.store.roster_draft()
    if kept is None or sha256(kept.data) != digest:
        raise Refusal(RefusalCode.CAS)
    message = signed_bytes(kept.seq, kept.data)
    if root >= len(trust.roots) or not verify_signature(trust.roots[root], sig, message):
        raise Refusal(RefusalCode.GONE)
    others = [line for line in json.loads(kept.sig) if line["root"] != root]
    lines = sorted([*others, {"root": root, "sig": sig.hex()}], key=lambda line: int(line["root"]))
    signatures = json.dumps(lines, separators=(",", ":")).encode()
    signed = RosterEntry(kept.seq, kept.data, signatures)
    if not await world.store.swap_roster_draft(kept, signed):
        raise Refusal(RefusalCode.CAS)
    await note(world, Deed.ROSTER_SIGNED, by.idx, detail=f"{kept.seq}, root {root}")
    missing = trust.threshold - len(lines)
    if missing <= 0:
        await _publish(world, trust, signed)
    return max(0, missing)


async def keep_root(world: World, *, answer: Answer, origins: Collection[str], wrap: Wrap) -> Staff:
    """Keep a root that its holder's browser has wrapped, with a fresh answer by a passkey.

    Raises: Refusal(GONE) when the answer is wrong; Refusal(CAS) when the member could also be let
    in by digits, which can be phished; Malformed.
    """
    if wrap.what != Wrapped.ROOT or len(wrap.kid) != 8 or len(wrap.data) != WRAP_SIZE:
        raise Malformed("not a wrapped root")
    staff = await prove(world, answer, origins)
    ways = {each.method for each in await world.store.methods(staff.idx)}
    if ways != {int(Method.PASSKEY)}:
        raise Refusal(RefusalCode.CAS)
    await world.store.put_wraps(staff.idx, [wrap], 0)
    await note(world, Deed.ROOT_KEPT, staff.idx)
    return staff


async def _publish(world: World, trust: Trust, signed: RosterEntry) -> None:
    try:
        await publish(world.store, trust, signed.data, signed.sig, _hour(world))
    except RosterRefused:
        raise Refusal(RefusalCode.CAS) from None
    world.bell.ring(STAFF)


def _says_the_same(kept: bytes, fresh: bytes, hour: int) -> bool:
    old, new = parse_roster(kept), parse_roster(fresh)
    told = (old.seq, old.prev, old.members, old.revoked, old.bg)
    is_young = hour - old.issued <= DRAFT_HOURS
    return is_young and told == (new.seq, new.prev, new.members, new.revoked, new.bg)


def _hour(world: World) -> int:
    return int(world.clock.now() // 3600)
