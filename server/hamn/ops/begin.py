"""`hamn init`: a data folder, a settings file and the member that `hamn check` signs in as.

No secret of the centre is made here but that member's; roots come from elsewhere as public keys.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from hamn.asc1.roster import Trust, parse_trust
from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops.files import FileRefused, write_secret
from hamn.ops.people import Person, add_with_secret
from hamn.ops.roots import TRUST_FILE, compose_trust
from hamn.settings import config_root
from hamn.store.sqlite import SqliteStore

CHECK_FILE = "check.secret"
CHECK = Person("check", "check", (Role.ADVISER,), is_check=True)
EXAMPLE = "hamn.example.toml"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a centre decides before anything else."""

    config: Path
    data: Path
    service: str
    visitor_origin: str
    staff_origin: str
    roots: tuple[bytes, ...]
    threshold: int


def begin(wanted: Beginning) -> Trust:
    """Make everything; nothing that is there already is touched.

    Raises: FileRefused, SettingsError.
    """
    trust_path = wanted.data / TRUST_FILE
    for path in (wanted.config, trust_path):
        if path.exists():
            raise FileRefused(f"{path}: exists already and is left as it is")
    wanted.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust_bytes = compose_trust(wanted.service, wanted.roots, wanted.threshold)
    asyncio.run(add_check_member(wanted.data, wanted.service))
    trust_path.write_bytes(trust_bytes)
    wanted.config.write_text(settings_text(wanted), encoding="utf-8")
    return parse_trust(trust_bytes)


async def add_check_member(data: Path, service: str) -> None:
    """Keep the member and its secret, which only this folder holds."""
    entropy = SystemEntropy()
    store = SqliteStore(data, entropy)
    try:
        now = SystemClock().now()
        digits = await add_with_secret(store, CHECK, service=service, now=now, chance=entropy.bytes)
    finally:
        store.close()
    write_secret(data / CHECK_FILE, digits.encode())


def settings_text(wanted: Beginning) -> str:
    """The example with this centre's answers in it."""
    text = (config_root() / EXAMPLE).read_text(encoding="utf-8")
    answers = {
        "hamn-example": wanted.service,
        "https://stod.example": wanted.visitor_origin,
        "https://personal.example": wanted.staff_origin,
        "/var/lib/hamn": str(wanted.data),
    }
    for example, answer in answers.items():
        text = text.replace(f'"{example}"', f'"{answer}"')
    return text
