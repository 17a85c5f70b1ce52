"""The three halves of a roster's way as commands: draft here, sign at the root, publish here.

A draft is a folder with the roster's exact bytes, `trust.json`, and the signatures so far; nothing
in it is secret. Only signing reads a root file.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from hamn.app import roster
from hamn.asc1.roster import parse_roster, parse_trust
from hamn.clock import SystemClock
from hamn.ops.files import FileRefused
from hamn.ops.records import read_trust, records
from hamn.ops.roots import TRUST_FILE, place_of, read_root
from hamn.settings import Settings
from hamn.store.sqlite import SqliteStore

ROSTER_FILE = "roster.json"
SIGNATURES_FILE = "roster.sig"


def write_draft(settings: Settings, folder: Path) -> None:
    """Make the folder.

    Raises: FileRefused, SettingsError.
    """
    if folder.exists():
        raise FileRefused(f"{folder}: exists already and is left as it is")
    trust = read_trust(Path(settings.folders.data))
    with records(settings) as store:
        content = asyncio.run(roster.draft(store, _hour()))
    folder.mkdir(parents=True)
    (folder / TRUST_FILE).write_bytes(trust)
    (folder / ROSTER_FILE).write_bytes(content)
    (folder / SIGNATURES_FILE).write_bytes(b"[]")


def sign_draft(folder: Path, root_file: Path) -> int:
    """Add this root's signature; how many more must sign.

    Raises: FileRefused, Malformed.
    """
    trust = parse_trust(_read(folder / TRUST_FILE))
    seed = read_root(root_file)
    place = place_of(seed, trust, root_file)
    earlier = _read(folder / SIGNATURES_FILE)
    signatures = roster.sign(_read(folder / ROSTER_FILE), {place: seed}, earlier)
    (folder / SIGNATURES_FILE).write_bytes(signatures)
    return max(0, trust.threshold - signatures.count(b'"root"'))


def publish_draft(settings: Settings, folder: Path) -> int:
    """Let the signed roster stand; its number.

    Raises: FileRefused, RosterRefused, SettingsError.
    """
    content, signatures = _read(folder / ROSTER_FILE), _read(folder / SIGNATURES_FILE)
    with records(settings) as store:
        return asyncio.run(_publish(settings, store, content, signatures))


def sign_at_once(settings: Settings, root_file: Path) -> int:
    """Draft, sign and publish where root and records are in one place; the roster's number.

    Raises: FileRefused, RosterRefused, SettingsError.
    """
    trust = parse_trust(read_trust(Path(settings.folders.data)))
    seed = read_root(root_file)
    place = place_of(seed, trust, root_file)
    with records(settings) as store:
        content = asyncio.run(roster.draft(store, _hour()))
        signatures = roster.sign(content, {place: seed})
        return asyncio.run(_publish(settings, store, content, signatures))


async def _publish(
    settings: Settings, store: SqliteStore, content: bytes, signatures: bytes
) -> int:
    trust = parse_trust(read_trust(Path(settings.folders.data)))
    await roster.publish(store, trust, content, signatures, _hour())
    return parse_roster(content).seq


def _hour() -> int:
    return int(SystemClock().now() // 3600)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path}: cannot be read ({error.strerror})") from None
