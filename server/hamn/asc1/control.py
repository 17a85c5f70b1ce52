"""Control messages between members: a closed list, and the two that change what a member believes.

`joining` announces a slot before a commit; `code` tells which return code leads back into the
room. An unknown name is ignored, ill-formed fields likewise: a control message can refuse nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from hamn.asc1.bytes import Refused, unhex, unsigned, utf8
from hamn.asc1.checks import Announced
from hamn.asc1.roster import Role

CONTROL_NAMES = frozenset(
    {
        *("joining", "may", "met", "card", "code", "code_ok", "writing"),
        *("escalation", "escalation_ok", "still", "here", "closing", "child", "time"),
    }
)


def control_body(name: str, fields: Mapping[str, object]) -> bytes:
    """A control message as the body of a frame."""
    told = {"t": name, **fields}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def read_control(body: bytes) -> dict[str, object]:
    """The fields of a control message with its name under `t`; empty if it is ill-formed."""
    try:
        fields = json.loads(utf8(body))
    except (ValueError, RecursionError, Refused):
        return {}
    return fields if isinstance(fields, dict) else {}


def joining_fields(announced: Announced, why: str) -> dict[str, object]:
    """The fields of `joining`."""
    return {
        "idx": announced.idx,
        "slot": announced.slot,
        "role": int(announced.role),
        "leaf": announced.leaf_hash.hex(),
        "why": why,
    }


def read_joining(fields: Mapping[str, object], by: int) -> Announced | None:
    """What a `joining` announces, or None if it is ill-formed."""
    try:
        idx = None if fields.get("idx") is None else unsigned(fields.get("idx"), 16)
        role = Role(unsigned(fields.get("role"), 8))
        leaf_hash = unhex(fields.get("leaf"), 32)
        return Announced(by, idx, unsigned(fields.get("slot"), 8), role, leaf_hash)
    except (Refused, ValueError):
        return None


def read_code(fields: Mapping[str, object]) -> bytes | None:
    """The public key R of a `code` message, or None if it is ill-formed."""
    try:
        return unhex(fields.get("r"), 32)
    except Refused:
        return None
