"""A member of staff who sends, reads and decides escalations: in Python, as a second client."""

from __future__ import annotations

import json
from typing import Any

from hamn.asc1 import certificate, mail
from hamn.asc1.bytes import u32
from hamn.asc1.certificate import Kind
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.mail import Mail
from hamn.party.mailroom import Answered, Mailroom

LIVES_HOURS = 30 * 24


class Escalations:
    """One member's way to them: `writes` holds their box key, `reads` the key that opens."""

    def __init__(self, writes: Mailroom, reads: Mailroom | None = None) -> None:
        self._mailroom = writes
        self.ask = writes.ask
        self._reads = reads or writes

    async def readers(self) -> list[bytes]:
        """Whom a copy is sealed to: supervisors that the roster vouches for, and the board."""
        adviser = self._mailroom.adviser
        told = (await self._mailroom.ask("GET", "/api/escalations/readers")).told
        chain, hour = adviser.believed.chain, adviser.service.hour
        kinds = frozenset({Kind.ESCALATION})
        checked = [
            certificate.check(bytes.fromhex(cert), kinds=kinds, chain=chain, hour=hour)
            for cert in told["certs"]
        ]
        return [*(each.pub for each in checked), *chain.newest.bg]

    async def send(self, record: bytes, **says: object) -> Answered:
        """A new one, with a copy for each who reads them."""
        copies = await self.copies({"paper": "sent", "record": record.hex(), **says})
        return await self.post("/api/escalations", {"record": record.hex()}, copies)

    async def decide(self, record: bytes, decision: str, reason: str, *, grave: bool) -> Answered:
        """A decision, and the sealed record of it."""
        codes = {"decision": decision, "reason": reason}
        says = {"paper": "decision", "record": record.hex(), "day": 0, "note": "", **codes}
        copies = await self.copies(says)
        path = f"/api/escalations/{record.hex()}/decide"
        head = {**codes, "grave": grave, "no_report": None, "mailbox": None}
        return await self.post(path, head, copies)

    async def copies(self, says: dict[str, Any]) -> list[bytes]:
        """One envelope for each who reads them."""
        return [self._sealed(says, to) for to in await self.readers()]

    async def read(self, record: bytes) -> list[dict[str, Any]]:
        """What its envelopes say. Raises: LookupError; Refused."""
        answered = await self._mailroom.ask("GET", f"/api/escalations/{record.hex()}")
        if answered.status != 200:
            raise LookupError("not for this member, or gone")
        return [self.opened(bytes.fromhex(each["data"])) for each in answered.told["papers"]]

    async def post(self, path: str, head: dict[str, Any], letters: list[bytes]) -> Answered:
        """A body of parts: JSON first, then envelopes."""
        parts = (json.dumps(head).encode(), *letters)
        body = b"".join(u32(len(part)) + part for part in parts)
        return await self._mailroom.ask("POST", path, body)

    def _sealed(self, says: dict[str, Any], to: bytes) -> bytes:
        service, key = self._mailroom.adviser.service, self._mailroom.key
        if key is None:
            raise LookupError("no key to write with")
        content = mail.record_content(json.dumps(says, ensure_ascii=False))
        body = mail.mail_body(Mail(self._mailroom.cert, service.hour, content))
        expiry = service.hour + LIVES_HOURS
        sealing = Sealing(EnvelopeType.ESCALATION, service.chance(16), expiry, (to,), key)
        return seal_envelope(sealing, body, service.chance)

    def opened(self, sealed: bytes) -> dict[str, Any]:
        """What one envelope says. Raises: LookupError; Refused."""
        adviser, key = self._reads.adviser, self._reads.key
        if key is None:
            raise LookupError("no key to open with")
        hour = adviser.service.hour
        opened = open_envelope(sealed, (key,), expected=EnvelopeType.ESCALATION, hour=hour)
        believed = mail.believe(opened, adviser.believed.chain)
        says: dict[str, Any] = json.loads(mail.read_record(believed.content))
        return says
