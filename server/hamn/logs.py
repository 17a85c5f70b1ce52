"""What the service writes down about itself: JSON lines with an allow-list of fields.

An event of our own is a fixed phrase of letters; its values come from `FIELDS` and look like names
or numbers. Of every other library only the logger's name, the level and, for an error, its type and
place are kept: their texts hold addresses and paths (security.md F3), so no text of theirs is
printed. Exceptions are told by type and place, never by what they say (protocol.md section 9).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import TextIO

from hamn.clock import utc_text

OURS = "hamn"
FIELDS = ("audience", "code", "count", "kind", "ms", "place", "port", "status", "version")
PHRASE = re.compile(r"[a-z][a-z ]{2,60}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,60}(:[0-9]{1,6})?")
LOGGER = re.compile(r"[a-z_][a-z0-9_.]{0,60}")


class Lines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": utc_text(record.created),
            "level": record.levelname.lower(),
            "from": record.name if LOGGER.fullmatch(record.name) else "unknown",
        }
        if is_ours(record.name):
            line["event"] = phrase(record.msg)
            line |= {name: value for name in FIELDS if (value := told(record, name)) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            line |= fault_fields(record.exc_info[1])
        return json.dumps(line, separators=(",", ":"))


def is_ours(logger: str) -> bool:
    return logger == OURS or logger.startswith(OURS + ".")


def phrase(message: object) -> str:
    """The event as it stands in our code; anything else may hold what somebody sent."""
    return message if isinstance(message, str) and PHRASE.fullmatch(message) else "unnamed"


def told(record: logging.LogRecord, name: str) -> object:
    """The value of an allowed field, if it is a number or looks like a name of ours."""
    value = getattr(record, name, None)
    if isinstance(value, (bool, int, float)):
        return value
    return value if isinstance(value, str) and NAME.fullmatch(value) else None


def fault_fields(error: BaseException) -> dict[str, object]:
    """An error's type and the innermost place in the code; nothing of what it says."""
    return {"kind": type(error).__name__, "place": place_of(error.__traceback__)}


def place_of(trail: TracebackType | None) -> str:
    frames = traceback.extract_tb(trail)
    if not frames:
        return "nowhere"
    file = frames[-1].filename.replace("\\", "/")
    return f"{'.'.join(file.removesuffix('.py').split('/')[-2:])}:{frames[-1].lineno}"


def set_up(stream: TextIO) -> None:
    """Send every record of the process through `Lines`; libraries only from WARNING."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.raiseExceptions = False  # its report of a bad record prints the record
    logging.captureWarnings(capture=True)
    sys.excepthook = _unhandled
    sys.unraisablehook = _unraisable


def guard(loop: asyncio.AbstractEventLoop) -> None:
    """Tell of errors that reach the loop in the same way."""
    loop.set_exception_handler(_in_the_loop)


def _unhandled(
    kind: type[BaseException], error: BaseException, trail: TracebackType | None
) -> None:
    del kind
    logging.getLogger(OURS).critical(
        "unhandled error", extra=fault_fields(error.with_traceback(trail))
    )


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    if unraisable.exc_value is not None:
        logging.getLogger(OURS).error("unraisable error", extra=fault_fields(unraisable.exc_value))


def _in_the_loop(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    del loop
    error = context.get("exception")
    fields = fault_fields(error) if isinstance(error, BaseException) else {}
    logging.getLogger(OURS).error("error in the loop", extra=fields)
