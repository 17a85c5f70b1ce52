"""The board's key: made off the server, named by a roster, and the only one that opens a folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from hamn import cli
from hamn.app import roster
from hamn.app.ports import CodeRow, Letter, Staff
from hamn.asc1 import certificate
from hamn.asc1.body import BoxMessage, box_body
from hamn.asc1.bytes import kid
from hamn.asc1.certificate import Claim, Kind
from hamn.asc1.envelope import EnvelopeType, Sealing, seal_envelope
from hamn.asc1.hpke import key_pair
from hamn.asc1.mail import Mail, mail_body, record_content
from hamn.asc1.roster import Role, parse_roster, parse_trust
from hamn.core.inquiry import Inquiry
from hamn.core.words import Hash, Idx, Kid, Mailbox
from hamn.entropy import SystemEntropy
from hamn.ops.break_glass import opened
from hamn.ops.files import FileRefused
from hamn.ops.roots import compose_trust, public_half
from hamn.store.sqlite import SqliteStore
from tests.clock import NOON

HOUR, DAY = int(NOON // 3600), int(NOON // 86_400)
ROOT, IK = b"\x05" * 32, b"\x06" * 32
ALM = Staff(Idx(1), "alm", "Alm", (1,), public_half(IK), False, False, NOON)
ASKED = {"kind": "workshop", "theme": "Kanarie: källkritik"}
SAYS = {"paper": "sent", "summary": "Kanarie: hon packar"}
SETTINGS = """
[service]
id = "centre"
names = {sv = "X"}
visitor_origins = ["https://a.example"]
staff_origins = ["https://b.example"]
[folders]
data = "DATA"
"""
chance = SystemEntropy().bytes


@dataclass
class Board:
    """A centre with one adviser, whose records lie in a folder, and the board beside it."""

    folder: Path

    def says(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        done = CliRunner().invoke(cli.main, ["break-glass", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    def configured(self, command: str, *arguments: str) -> str:
        return self.says(command, "--config", str(self.folder / "hamn.toml"), *arguments)

    async def publish(self, store: SqliteStore) -> bytes:
        """A new roster; its bytes."""
        trust = parse_trust((self.folder / "data" / "trust.json").read_bytes())
        draft = await roster.draft(store, HOUR)
        await roster.publish(store, trust, draft, roster.sign(draft, {0: ROOT}), HOUR)
        return draft

    async def seal(self, store: SqliteStore, named: bytes, pub: bytes) -> None:
        """The adviser's escalation, sealed to this key and kept."""
        box, named_hash = key_pair(chance(32)), hashlib.sha256(named).digest()
        claim = Claim(1, Role.ADVISER, Kind.BOX, HOUR, HOUR + 504, named_hash, box.public)
        content = record_content(json.dumps(SAYS))
        body = mail_body(Mail(certificate.issue(claim, IK), HOUR, content))
        sealing = Sealing(EnvelopeType.ESCALATION, chance(16), HOUR + 720, (pub,), box)
        sealed = seal_envelope(sealing, body, chance)
        readers = (Kid(kid(pub)),)
        await store.put_letter(Letter(sealing.env_id, 4, None, readers, DAY + 30, sealed))

    async def ask(self, store: SqliteStore, pub: bytes) -> None:
        """What a professional asks, sealed to this key and kept under a code."""
        body = box_body(BoxMessage(b"r" * 32, json.dumps(ASKED)))
        sealed = seal_envelope(
            Sealing(EnvelopeType.INQUIRY, chance(16), HOUR, (pub,)), body, chance
        )
        mailbox = Mailbox(b"m" * 16)
        code = CodeRow(Hash(b"i" * 32), Hash(b"a" * 32), mailbox, DAY + 90)
        await store.swap_code(code.h_id, None, code)
        assert await store.add_inquiry(Inquiry(sealed[8:24], mailbox, HOUR, DAY + 30), sealed)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "trust.json").write_bytes(compose_trust("centre", [public_half(ROOT)], 1))
    (tmp_path / "hamn.toml").write_text(SETTINGS.replace("DATA", str(tmp_path / "data")))
    return Board(tmp_path)


def test_the_boards_key_opens_what_was_sealed_to_it_and_no_other_does(board: Board) -> None:
    key, folder = board.folder / "board.pem", board.folder / "out"
    pub = board.says("new", "--out", str(key)).split("add ")[1][:64]
    board.configured("add", pub)

    async def day() -> None:
        store = SqliteStore(board.folder / "data", SystemEntropy())
        try:
            await store.add_staff(ALM)
            named = await board.publish(store)
            assert parse_roster(named).bg == (bytes.fromhex(pub),)
            await board.seal(store, named, bytes.fromhex(pub))
            for each in (bytes.fromhex(pub), key_pair(chance(32)).public):
                await board.ask(store, each)
            await board.seal(store, named, key_pair(chance(32)).public)
        finally:
            store.close()

    asyncio.run(day())
    board.configured("remove", pub)
    assert "2 envelopes" in board.configured("export", "--out", str(folder))

    assert "Kanarie" not in "".join(path.read_bytes().decode("latin1") for path in folder.iterdir())
    lines = board.says("open", "--key", str(key), str(folder)).splitlines()
    said = sorted((json.loads(each) for each in lines), key=len)
    assert said == [{"says": ASKED}, {"by": "Alm", "hour": HOUR, "says": SAYS}]
    board.says("new", "--out", str(board.folder / "other.pem"))
    other = board.says("open", "--key", str(board.folder / "other.pem"), str(folder))
    assert [json.loads(each) for each in other.splitlines()] == [{"unreadable": True}] * 2
    assert "exists already" in board.says("new", "--out", str(key), code=1)
    forge(folder)
    with pytest.raises(FileRefused, match="not signed"):
        list(opened(folder, key))


def forge(folder: Path) -> None:
    """Another roster in the place of the newest."""
    path = folder / "roster-1.json"
    path.write_bytes(path.read_bytes().replace(b"Alm", b"Elm"))
