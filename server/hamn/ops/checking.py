"""`hamn check` as a command: where to ask, as whom, and how the steps are told."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hamn import settings
from hamn.ops.begin import CHECK_FILE
from hamn.ops.check import Outcome, run
from hamn.ops.files import read_secret
from hamn.settings import SettingsError

DEMO_DATA = Path("demo-data")
"""Where the Makefile lets a demo keep its things."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed; what is empty comes from the settings."""

    url: str
    staff_url: str
    data: Path | None
    config: Path
    as_json: bool


def check_and_tell(asked: Asked) -> bool:
    """Whether every step went well.

    Raises: FileRefused, SettingsError.
    """
    visitor, staff, data = _where(asked)
    digits = read_secret(data / CHECK_FILE).decode("ascii", "replace").strip()
    outcome = asyncio.run(run(visitor, staff, digits))
    print(json.dumps(outcome.as_json()) if asked.as_json else told(outcome))
    return outcome.ok


def told(outcome: Outcome) -> str:
    """A line per step, with its time."""
    lines = [
        f"{'ok' if each.ok else 'FAILED':<7}{each.name:<16}{each.ms:8.1f} ms  {each.problem}"
        for each in outcome.steps
    ]
    verdict = "All is well." if outcome.ok else "Something is wrong."
    return "\n".join([*lines, verdict])


def _where(asked: Asked) -> tuple[str, str, Path]:
    """Addresses and folder: as typed, else from the settings file."""
    url, staff = asked.url.rstrip("/"), asked.staff_url.rstrip("/")
    data = asked.data or _demo_data(asked)
    if url and data:
        return url, staff or neighbour(url), data
    chosen = settings.load(asked.config, os.environ)
    url = url or chosen.service.visitor_origins[0]
    staff = staff or chosen.service.staff_origins[0]
    return url, staff, data or Path(chosen.folders.data)


def _demo_data(asked: Asked) -> Path | None:
    """Beside a demo started with `make demo`, nothing needs to be said."""
    is_demo = (DEMO_DATA / CHECK_FILE).is_file() and not asked.config.is_file()
    return DEMO_DATA if asked.url and is_demo else None


def neighbour(url: str) -> str:
    """The staff's address of a demo: the next port.

    Raises: SettingsError when the address has no port.
    """
    parts = urlsplit(url)
    if parts.port is None:
        raise SettingsError(f"{url}: has no port, so say --staff-url too")
    return f"{parts.scheme}://{parts.hostname}:{parts.port + 1}"
