"""A professional who refers somebody and a supervisor who answers: in Python, as second clients."""

from __future__ import annotations

import json
from typing import Any

from hamn.asc1 import mail
from hamn.asc1.body import BoxMessage, box_body, read_box
from hamn.asc1.bytes import u32
from hamn.asc1.certificate import Kind
from hamn.asc1.code import ReturnCode
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.mail import Mail, Reply, ReplyKind
from hamn.party.mailroom import REPLY_HOURS, Answered, Mailroom
from hamn.party.visitor import INQUIRY, Visitor

LIVES_HOURS = 30 * 24


class Asker:
    """One return code's way to ask, and to see how it stands."""

    def __init__(self, visitor: Visitor, code: ReturnCode) -> None:
        self._visitor = visitor
        self._code = code

    async def readers(self) -> list[bytes]:
        """Whom it is sealed to: supervisors that the roster vouches for, and the board."""
        visitor = self._visitor
        await visitor.work(INQUIRY)
        supervisors = [each.pub for each in visitor.boxes if each.kind is Kind.ESCALATION]
        return [*supervisors, *visitor.believed.chain.newest.bg]

    async def ask(self, says: dict[str, Any]) -> bytes:
        """Ask under a code that is kept first; the id of what was asked. Raises: Refusal."""
        readers = await self.readers()
        await self._visitor.keep(self._code)
        await self._visitor.wire.tell("inquire", self.sealed(says, readers))
        return bytes.fromhex((await self._visitor.heard("ok"))["room"])

    def sealed(self, says: dict[str, Any], to: list[bytes]) -> bytes:
        """What is asked, for these keys."""
        service = self._visitor.service
        expiry = service.hour + LIVES_HOURS
        sealing = Sealing(EnvelopeType.INQUIRY, service.chance(16), expiry, tuple(to))
        text = json.dumps(says, ensure_ascii=False)
        body = box_body(BoxMessage(self._code.r.public, text))
        return seal_envelope(sealing, body, service.chance)

    async def standing(self) -> list[dict[str, Any]]:
        """How everything stands under the code, once it was kept or shown; `answer` is what was
        sealed."""
        visitor = self._visitor
        visitor.letters = []
        await visitor.wire.tell("inquiries")
        told = await visitor.heard("inquiries")
        await visitor.news.until(lambda: len(visitor.letters) == told["n"])
        sealed = {each.fields["room"]: each.binary for each in visitor.letters}
        return [{**each, "answer": self._opened(sealed.get(each["id"]))} for each in told["all"]]

    def _opened(self, sealed: bytes | None) -> dict[str, Any] | None:
        if sealed is None:
            return None
        keys, hour = (self._code.r,), self._visitor.service.hour
        opened = open_envelope(sealed, keys, expected=EnvelopeType.REPLY, hour=hour)
        believed = mail.believe(opened, self._visitor.believed.chain)
        says: dict[str, Any] = json.loads(mail.read_reply(believed.content).text)
        return says


class Answerer:
    """One supervisor: `writes` holds their box key, `reads` the key that opens."""

    def __init__(self, writes: Mailroom, reads: Mailroom) -> None:
        self.ask = writes.ask
        self._writes = writes
        self._reads = reads

    async def listed(self) -> list[dict[str, Any]]:
        """How every one stands."""
        return list((await self.ask("GET", "/api/inquiries")).told)

    async def read(self, record: bytes) -> BoxMessage:
        """What is asked, and the key an answer goes to. Raises: LookupError; Refused."""
        answered = await self.ask("GET", f"/api/inquiries/{record.hex()}")
        if answered.status != 200:
            raise LookupError("not for this member, or gone")
        return self.opened(bytes.fromhex(answered.told["data"]))

    def opened(self, sealed: bytes) -> BoxMessage:
        """What one envelope says. Raises: LookupError; Refused."""
        key, hour = self._reads.key, self._reads.adviser.service.hour
        if key is None:
            raise LookupError("no key to open with")
        inquiry = EnvelopeType.INQUIRY
        return read_box(open_envelope(sealed, (key,), expected=inquiry, hour=hour).body)

    async def decide(
        self, record: bytes, state: str, reason: str, *, text: str = "", to: bytes | None
    ) -> Answered:
        """A decision, and what its asker reads of it; `to` None: nobody is told."""
        codes = {"state": state, "reason": reason}
        says = {"v": 1, "record": record.hex(), **codes, "text": text}
        parts = [json.dumps(codes).encode(), *([] if to is None else [self._sealed(says, to)])]
        body = b"".join(u32(len(part)) + part for part in parts)
        return await self.ask("POST", f"/api/inquiries/{record.hex()}/decide", body)

    def _sealed(self, says: dict[str, Any], to: bytes) -> bytes:
        service, key = self._writes.adviser.service, self._writes.key
        content = mail.reply_content(Reply(ReplyKind.INQUIRY, json.dumps(says)))
        body = mail.mail_body(Mail(self._writes.cert, service.hour, content))
        expiry = service.hour + REPLY_HOURS
        sealing = Sealing(EnvelopeType.REPLY, service.chance(16), expiry, (to,), key)
        return seal_envelope(sealing, body, service.chance)
