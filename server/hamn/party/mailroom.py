"""A member of staff who answers sealed messages: box keys, the list, taking, reading, replying."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from hamn.asc1 import certificate, mail
from hamn.asc1.body import BoxMessage, read_box
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import LONGEST_LIFE_HOURS, Kind
from hamn.asc1.envelope import (
    EnvelopeType,
    Opened,
    Sealing,
    open_envelope,
    parse_header,
    seal_envelope,
)
from hamn.asc1.hpke import KeyPair, new_key_pair
from hamn.asc1.mail import Mail, Reply, ReplyKind, Rewrap
from hamn.asc1.signin import Wrapped
from hamn.party.adviser import Adviser

WRAPPED_AS = {Kind.BOX: Wrapped.BK, Kind.ESCALATION: Wrapped.EK}
REPLY_HOURS = 14 * 24
WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What the staff's address has answered."""

    status: int
    content: bytes

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def told(self) -> Any:
        return json.loads(self.content)


class Mailroom:
    """One adviser's way to the box, over HTTP and with keys of their own."""

    def __init__(self, adviser: Adviser) -> None:
        self.adviser = adviser
        self.key: KeyPair | None = None
        self.cert = b""
        self.voucher: int | None = None
        """Who alone vouches for the message opened last, if a colleague sealed it again."""

    async def make_key(self, kind: Kind = Kind.BOX, *, hours_ago: int = 0) -> Answered:
        """Make a key that visitors seal to, certify it and leave it, wrapped, with the server."""
        adviser, start = self.adviser, self.adviser.service.hour - hours_ago
        self.key = new_key_pair(adviser.service.chance)
        hours = (start, start + LONGEST_LIFE_HOURS[kind])
        self.cert = adviser.certified(self.key.public, kind, hours)
        wrap = {
            "what": int(WRAPPED_AS[kind]),
            "method": 0,
            "version": 1,
            "kid": kid_of(self.key.public).hex(),
            "data": adviser.wrapped(self.key, WRAPPED_AS[kind]).hex(),
        }
        return await self.ask("PUT", "/api/keys", {"cert": self.cert.hex(), "wrap": wrap})

    async def listed(self) -> list[dict[str, Any]]:
        """The messages that wait and open with this member's keys."""
        return list((await self.ask("GET", "/api/mail")).told)

    async def claim(self, id_: str) -> Answered:
        """Take a message, or hold on to it."""
        return await self.ask("POST", f"/api/mail/{id_}/claim", {})

    async def give_back(self, id_: str) -> Answered:
        """Let it go."""
        return await self.ask("DELETE", f"/api/mail/{id_}/claim")

    async def open(self, id_: str) -> BoxMessage:
        """Read a message that was taken. Raises: LookupError; Refused."""
        answered = await self.ask("GET", f"/api/mail/{id_}")
        if answered.status != 200:
            raise LookupError("not taken, or gone")
        if parse_header(answered.content).type is EnvelopeType.BOX:
            return read_box(self._opened(answered.content, EnvelopeType.BOX).body)
        copy = self._opened(answered.content, EnvelopeType.REWRAP)
        believed = mail.believe(copy, self.adviser.believed.chain)
        self.voucher = believed.writer.idx
        return read_box(mail.read_rewrap(believed.content).old_body)

    async def share(self, line: dict[str, Any]) -> list[Answered]:
        """Seal a message again to every colleague who cannot open it."""
        return [await self._share(line["id"], bytes.fromhex(cert)) for cert in line["lacks"]]

    async def _share(self, id_: str, cert: bytes) -> Answered:
        service, chain = self.adviser.service, self.adviser.believed.chain
        kinds = frozenset({Kind.BOX, Kind.ESCALATION})
        to = certificate.check(cert, kinds=kinds, chain=chain, hour=service.hour).pub
        answered = await self.ask("GET", f"/api/mail/{id_}/rewrap")
        old = self._opened(answered.content, EnvelopeType.BOX)
        content = mail.rewrap_content(Rewrap(old.header.env_id, EnvelopeType.BOX, old.body))
        body = mail.mail_body(Mail(self.cert, service.hour, content))
        sealing = Sealing(
            EnvelopeType.REWRAP, service.chance(16), old.header.expiry, (to,), self.key
        )
        copy = seal_envelope(sealing, body, service.chance)
        return await self.ask("PUT", f"/api/mail/{id_}/rewrap", copy)

    def _opened(self, sealed: bytes, expected: EnvelopeType) -> Opened:
        if self.key is None:
            raise LookupError("no key to open with")
        hour = self.adviser.service.hour
        return open_envelope(sealed, (self.key,), expected=expected, hour=hour)

    async def reply(self, text: str, *, to: bytes, line: dict[str, Any]) -> Answered:
        """Answer a message under its code, which ends it."""
        if self.key is None:
            raise LookupError("no key to write with")
        service = self.adviser.service
        env_id = service.chance(16)
        sealing = Sealing(EnvelopeType.REPLY, env_id, service.hour + REPLY_HOURS, (to,), self.key)
        content = mail.reply_content(Reply(ReplyKind.TEXT, text))
        body = mail.mail_body(Mail(self.cert, service.hour, content))
        envelope = seal_envelope(sealing, body, service.chance)
        fields = {"ASC1-Mailbox": line["mailbox"], "ASC1-Answers": line["id"]}
        return await self.ask("PUT", f"/api/mail/{env_id.hex()}", envelope, fields)

    async def close(self, id_: str) -> Answered:
        """End a message without an answer."""
        return await self.ask("DELETE", f"/api/mail/{id_}")

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        fields: dict[str, str] | None = None,
    ) -> Answered:
        """A request of this member's session, as their pages make it."""
        is_json = isinstance(body, dict)
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        staff_url = self.adviser.service.staff_url
        given = {
            "Authorization": f"Bearer {self.adviser.token}",
            "Origin": staff_url,
            "Content-Type": "application/json" if is_json else "application/octet-stream",
            **(fields or {}),
        }
        request = urllib.request.Request(  # noqa: S310 - http and https, as the service is given
            staff_url + path, content, given, method=method
        )
        return await asyncio.to_thread(_answered, request)


def _answered(request: urllib.request.Request) -> Answered:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=WITHIN) as answer:
            return Answered(answer.status, answer.read())
    except urllib.error.HTTPError as refused:
        return Answered(refused.code, refused.read())
