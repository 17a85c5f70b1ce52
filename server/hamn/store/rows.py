"""Between the values of the ports and the rows of the tables."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from hamn.app.ports import CodeRow, Letter, Staff, Wrap
from hamn.core.words import Hash, Idx, Kid, Mailbox, Moment

Cell: TypeAlias = str | int | float | bytes | None

ENDLESS = frozenset({1, 2})
"""Wraps without a last day: AK and IK."""


def bound(*values: Cell) -> dict[str, Cell]:
    """Values for $1, $2 and so on."""
    return {str(place): value for place, value in enumerate(values, 1)}


def staff_row(staff: Staff) -> dict[str, Cell]:
    roles = ",".join(str(int(role)) for role in staff.roles)
    return bound(
        staff.idx,
        staff.login,
        staff.duty_name,
        roles,
        staff.ed25519,
        staff.is_check,
        staff.is_revoked,
        staff.created,
    )


def staff_of(row: tuple[int, str, str, str, bytes, int, int, float]) -> Staff:
    idx, login, duty_name, roles, ed25519, is_check, is_revoked, created = row
    return Staff(
        idx=Idx(idx),
        login=login,
        duty_name=duty_name,
        roles=tuple(int(role) for role in roles.split(",") if role),
        ed25519=ed25519,
        is_check=bool(is_check),
        is_revoked=bool(is_revoked),
        created=Moment(created),
    )


def code_of(row: tuple[bytes, bytes, bytes, int]) -> CodeRow:
    h_id, h_auth, mailbox, expires_day = row
    return CodeRow(Hash(h_id), Hash(h_auth), Mailbox(mailbox), expires_day)


def wrap_id(idx: Idx, wrap: Wrap) -> bytes:
    """The 16 bytes that bind a sealed wrap to its place."""
    place = idx.to_bytes(4, "big") + bytes((wrap.what, wrap.method)) + wrap.kid
    return hashlib.sha256(place).digest()[:16]


def letter_of(
    row: tuple[bytes, int, bytes | None, int], readers: tuple[bytes, ...], data: bytes
) -> Letter:
    env_id, kind, mailbox, expires_day = row
    return Letter(
        env_id=env_id,
        type=kind,
        mailbox=None if mailbox is None else Mailbox(mailbox),
        readers=tuple(Kid(kid) for kid in readers),
        expires_day=expires_day,
        data=data,
    )
