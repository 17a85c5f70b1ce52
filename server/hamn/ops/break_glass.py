"""The board's key: escalations, referrals and requests can be opened when every supervisor is lost.

It is the `bg` of protocol.md sections 5 and 10. The key is made and used on a machine of the board,
never on the server. Its public half stands in the roster once a root has signed that; what was
sealed to it is taken out as files, which only that machine can open.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from hamn.asc1.body import read_box
from hamn.asc1.bytes import Chance, Refused, kid
from hamn.asc1.envelope import EnvelopeType, open_envelope, parse_header
from hamn.asc1.hpke import KeyPair, key_pair
from hamn.asc1.mail import believe, read_record
from hamn.asc1.roster import Chain, chain_of, parse_roster, parse_trust, verify
from hamn.core.words import Kid
from hamn.ops.files import FileRefused, read_secret, write_secret
from hamn.ops.records import read_trust, records
from hamn.ops.roots import TRUST_FILE
from hamn.settings import Settings
from hamn.store.sqlite import SqliteStore

ROSTER, SIGNATURES, ENVELOPE = "roster-{seq}.json", "roster.sig", "{env_id}.aev1"


def new_key(path: Path, chance: Chance) -> bytes:
    """Write a new key to `path`; its public half.

    Raises: FileRefused when the file exists.
    """
    pair = key_pair(chance(32))
    key = X25519PrivateKey.from_private_bytes(pair.private)
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return pair.public


def name_key(settings: Settings, pub: bytes, *, is_gone: bool = False) -> None:
    """The next roster names this key, or no longer does; a root signs it."""
    with records(settings) as store:
        asyncio.run(store.drop_board_key(pub) if is_gone else store.add_board_key(pub))


def take_out(settings: Settings, folder: Path) -> int:
    """Write every envelope for a key of the board into a new folder, with what their writers are
    believed by; how many. Nothing in it can be read without the board's key.

    Raises: FileRefused, SettingsError.
    """
    if folder.exists():
        raise FileRefused(f"{folder}: exists already and is left as it is")
    trust = read_trust(Path(settings.folders.data))
    with records(settings) as store:
        rosters, signatures = asyncio.run(_rosters(store))
        kids = {Kid(kid(pub)) for each in rosters for pub in parse_roster(each).bg}
        letters = asyncio.run(_letters(store, kids))
    folder.mkdir(mode=0o700, parents=True)
    (folder / TRUST_FILE).write_bytes(trust)
    (folder / SIGNATURES).write_bytes(signatures)
    for content in rosters:
        (folder / ROSTER.format(seq=parse_roster(content).seq)).write_bytes(content)
    for env_id, sealed in letters.items():
        (folder / ENVELOPE.format(env_id=env_id.hex())).write_bytes(sealed)
    return len(letters)


def opened(folder: Path, key_file: Path) -> Iterator[str]:
    """Each envelope of a folder in words, one JSON line each: who wrote it, when, and what.

    Raises: FileRefused; Malformed for a file that is not of its form.
    """
    key = _key(key_file)
    chain = _believed(folder)
    for path in sorted(folder.glob(ENVELOPE.format(env_id="*"))):
        yield json.dumps(_line(path.read_bytes(), key, chain), ensure_ascii=False)


def _line(sealed: bytes, key: KeyPair, chain: Chain) -> dict[str, object]:
    try:
        if parse_header(sealed).type is EnvelopeType.INQUIRY:
            asked = open_envelope(sealed, (key,), expected=EnvelopeType.INQUIRY, hour=0)
            return {"says": json.loads(read_box(asked.body).text)}
        mail = open_envelope(sealed, (key,), expected=EnvelopeType.ESCALATION, hour=0)
        believed = believe(mail, chain)
        said: object = json.loads(read_record(believed.content))
    except (Refused, ValueError):
        return {"unreadable": True}
    named = chain.find(believed.writer.roster_hash)
    member = None if named is None else named.member(believed.writer.idx)
    by = "" if member is None else member.duty_name
    return {"by": by, "hour": believed.issued, "says": said}


async def _rosters(store: SqliteStore) -> tuple[list[bytes], bytes]:
    """Every roster that stands, the newest first, and the signatures of that one."""
    newest = await store.newest_roster()
    if newest is None:
        raise FileRefused("there is no roster yet")
    found = [newest.data]
    for seq in range(newest.seq - 1, 0, -1):
        before = await store.roster(seq)
        if before is None:
            break
        found.append(before.data)
    return found, newest.sig


async def _letters(store: SqliteStore, kids: set[Kid]) -> dict[bytes, bytes]:
    found = [each for key in kids for each in await store.letters(mailbox=None, reader=key)]
    letters = {each.env_id: each.data for each in found if each.type == EnvelopeType.ESCALATION}
    for each in await store.inquiries():
        form = (await store.inquiry_papers(each.record)).form
        if form is not None and kids & {Kid(name) for name in parse_header(form).kids}:
            letters[each.record] = form
    return letters


def _believed(folder: Path) -> Chain:
    """The folder's rosters, as of when the newest was issued: it may be opened years later."""
    contents = [path.read_bytes() for path in folder.glob(ROSTER.format(seq="*"))]
    if not contents:
        raise FileRefused(f"{folder}: holds no roster")
    ordered = sorted(contents, key=lambda content: -parse_roster(content).seq)
    newest, signatures = ordered[0], (folder / SIGNATURES).read_bytes()
    trust = parse_trust((folder / TRUST_FILE).read_bytes())
    hour = parse_roster(newest).issued
    try:
        return chain_of(verify(newest, signatures, trust, hour=hour, held=0), ordered[1:])
    except Refused:
        raise FileRefused(f"{folder}: its rosters are not signed as trust.json asks") from None


def _key(path: Path) -> KeyPair:
    try:
        key = load_pem_private_key(read_secret(path), password=None)
    except (ValueError, TypeError):
        raise FileRefused(f"{path}: is not a key file") from None
    if not isinstance(key, X25519PrivateKey):
        raise FileRefused(f"{path}: is not an X25519 key")
    return key_pair(key.private_bytes_raw())
