"""The transparency log: one line per roster, release and deployment, each chained to the last."""

from __future__ import annotations

import json
from enum import StrEnum

from hamn.asc1.bytes import ZEROS_32, Form, Malformed, Refused, sha256, unhex, unsigned, utf8
from hamn.asc1.roster import Chain


class LogKind(StrEnum):
    """What a line of the log tells of."""

    ROSTER = "roster"
    RELEASE = "release"
    DEPLOY = "deploy"


class LogRefusal(StrEnum):
    """Why a log is not believed."""

    NUMBER = "a line is missing"
    CHAIN = "a line was changed"
    UNTOLD = "the newest roster is not in it"


def append(log: bytes, kind: LogKind, digest: bytes) -> bytes:
    """The log with one more line."""
    lines = log.splitlines()
    prev = sha256(lines[-1]) if lines else ZEROS_32
    line = {"n": len(lines), "kind": kind.value, "sha256": digest.hex(), "prev": prev.hex()}
    return log + json.dumps(line, separators=(",", ":")).encode() + b"\n"


def check_log(log: bytes) -> tuple[tuple[LogKind, bytes], ...]:
    """Every line's kind and hash; the chain must hold from the first to the last."""
    prev = ZEROS_32
    entries: list[tuple[LogKind, bytes]] = []
    for place, line in enumerate(log.splitlines()):
        fields = _line(line)
        if unsigned(fields.get("n"), 32) != place:
            raise Refused(LogRefusal.NUMBER)
        if unhex(fields.get("prev"), 32) != prev:
            raise Refused(LogRefusal.CHAIN)
        entries.append((_kind(fields.get("kind")), unhex(fields.get("sha256"), 32)))
        prev = sha256(line)
    return tuple(entries)


def tells_of(log: bytes, chain: Chain) -> None:
    """The log must end with these rosters. Raises: Refused; Malformed."""
    told = [digest for kind, digest in check_log(log) if kind is LogKind.ROSTER]
    believed = [each.hash for each in reversed(chain.rosters)]
    if told[-len(believed) :] != believed:
        raise Refused(LogRefusal.UNTOLD)


def _line(line: bytes) -> dict[str, object]:
    try:
        fields: object = json.loads(utf8(line))
    except (ValueError, RecursionError) as error:
        raise Malformed(Form.TEXT) from error
    if not isinstance(fields, dict):
        raise Malformed(Form.VALUE)
    return fields


def _kind(value: object) -> LogKind:
    if value not in list(LogKind):
        raise Malformed(Form.VALUE)
    return LogKind(str(value))
