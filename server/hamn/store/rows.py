"""Between the values of the ports and the rows of the tables."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from hamn.app.ports import CodeRow, Letter, Staff, Wrap
from hamn.core.box import Waiting
from hamn.core.escalation import Decision, Escalation, Named, NoReport, Reason, State
from hamn.core.words import Hash, Idx, Kid, Mailbox, Moment

Cell: TypeAlias = str | int | float | bytes | None

ENDLESS = frozenset({1, 2, 6})
"""Wraps without a last day: AK, IK and a root."""


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
        staff.is_licensed,
    )


def staff_of(row: tuple[int, str, str, str, bytes, int, int, float, int]) -> Staff:
    idx, login, duty_name, roles, ed25519, is_check, is_revoked, created, is_licensed = row
    return Staff(
        idx=Idx(idx),
        login=login,
        duty_name=duty_name,
        roles=tuple(int(role) for role in roles.split(",") if role),
        ed25519=ed25519,
        is_check=bool(is_check),
        is_revoked=bool(is_revoked),
        created=Moment(created),
        is_licensed=bool(is_licensed),
    )


def code_of(row: tuple[bytes, bytes, bytes, int]) -> CodeRow:
    h_id, h_auth, mailbox, expires_day = row
    return CodeRow(Hash(h_id), Hash(h_auth), Mailbox(mailbox), expires_day)


def wrap_id(idx: Idx, wrap: Wrap) -> bytes:
    """The 16 bytes that bind a sealed wrap to its place."""
    place = idx.to_bytes(4, "big") + bytes((wrap.what, wrap.method)) + wrap.kid
    return hashlib.sha256(place).digest()[:16]


def rewrap_id(env_id: bytes, kid: bytes) -> bytes:
    """The 16 bytes that bind a message, sealed again, to its place."""
    return hashlib.sha256(env_id + kid).digest()[:16]


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


def waiting_of(
    row: tuple[bytes, bytes | None, int, int, float, int | None, float],
    readers: tuple[bytes, ...],
    rewrapped: tuple[bytes, ...],
) -> Waiting:
    env_id, mailbox, expires_day, hour, answer_by, claimed_by, claimed_until = row
    return Waiting(
        env_id=env_id,
        mailbox=None if mailbox is None else Mailbox(mailbox),
        readers=tuple(Kid(kid) for kid in readers),
        expires_day=expires_day,
        hour=hour,
        answer_by=Moment(answer_by),
        claimed_by=None if claimed_by is None else Idx(claimed_by),
        claimed_until=Moment(claimed_until),
        rewrapped=tuple(Kid(kid) for kid in rewrapped),
    )


def escalation_row(value: Escalation) -> dict[str, Cell]:
    front = (value.record, value.by, value.hour, value.expires_day, value.state.value)
    named = value.named
    if named is None:
        return bound(*front, None, None, False, None, None, None, None)
    no_report = None if named.no_report is None else named.no_report.value
    codes = (named.decision.value, named.reason.value, named.is_grave, no_report)
    return bound(*front, *codes, named.sealed, named.first, named.second)


Codes: TypeAlias = tuple[
    str | None, str | None, int, str | None, bytes | None, int | None, int | None
]


def escalation_of(front: tuple[bytes, int, int, int, str], codes: Codes) -> Escalation:
    record, by, hour, day, state = front
    return Escalation(record, Idx(by), hour, day, State(state), _named_of(codes))


def _named_of(codes: Codes) -> Named | None:
    decision, reason, is_grave, no_report, sealed, first, second = codes
    if decision is None or sealed is None or first is None:
        return None
    return Named(
        Decision(decision),
        Reason(reason),
        Idx(first),
        is_grave=bool(is_grave),
        no_report=None if no_report is None else NoReport(no_report),
        sealed=sealed,
        second=None if second is None else Idx(second),
    )
