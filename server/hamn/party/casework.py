"""A member of staff who keeps cases: a case key, records sealed to each member, a plan's copy."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import Any

from hamn.asc1 import certificate, mail
from hamn.asc1.bytes import Refused, u32
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import LONGEST_LIFE_HOURS, Kind
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.hpke import KeyPair, new_key_pair
from hamn.asc1.mail import Believed, Mail, Reply, ReplyKind
from hamn.asc1.signin import Wrapped
from hamn.party.adviser import Adviser
from hamn.party.mailroom import REPLY_HOURS, Answered, Mailroom

CASE = frozenset({Kind.CASE})
YEAR = 366 * 24


class Casework:
    """One counsellor's way to their cases, over HTTP and with a key of their own."""

    def __init__(self, adviser: Adviser) -> None:
        self._adviser = adviser
        self.post = Mailroom(adviser)
        self.key: KeyPair | None = None
        self.cert = b""

    async def make_key(self) -> Answered:
        """Make a case key, certify it and leave it, wrapped, with the server."""
        adviser = self._adviser
        self.key = new_key_pair(adviser.service.chance)
        start = adviser.service.hour
        hours = (start, start + LONGEST_LIFE_HOURS[Kind.CASE])
        self.cert = adviser.certified(self.key.public, Kind.CASE, hours)
        kid, data = kid_of(self.key.public), adviser.wrapped(self.key, Wrapped.CK)
        place = {"what": int(Wrapped.CK), "method": 0, "version": 1}
        wrap = {**place, "kid": kid.hex(), "data": data.hex()}
        return await self.post.ask("PUT", "/api/keys", {"cert": self.cert.hex(), "wrap": wrap})

    async def readers(self) -> dict[int, bytes]:
        """Whose newest case key is which, as far as the roster vouches for it."""
        told = (await self.post.ask("GET", "/api/cases/keys")).told["keys"]
        chain, hour = self._adviser.believed.chain, self._adviser.service.hour
        found: dict[int, bytes] = {}
        for each in told:
            raw = bytes.fromhex(each["cert"])
            with contextlib.suppress(Refused):
                checked = certificate.check(raw, kinds=CASE, chain=chain, hour=hour)
                found[checked.idx] = checked.pub
        return found

    async def begin(self) -> dict[str, Any]:
        """A new case."""
        return dict((await self.post.ask("POST", "/api/cases", {})).told)

    async def listed(self) -> list[dict[str, Any]]:
        """The cases this member is in."""
        return list((await self.post.ask("GET", "/api/cases")).told["cases"])

    async def keep(
        self, case: dict[str, Any], holds: str, fields: dict[str, Any], *, to: Iterable[int] = ()
    ) -> Answered:
        """A record for all members of a case, or for others than those."""
        readers = await self.readers()
        sealed = [self.sealed(fields, readers[idx]) for idx in (to or case["members"])]
        head = json.dumps({"holds": holds, "seen": case["version"]}).encode()
        parts = b"".join(u32(len(each)) + each for each in (head, *sealed))
        return await self.post.ask("PUT", f"/api/cases/{case['id']}/records", parts)

    async def seal_again(self, id_: str, number: int, to: int) -> Answered:
        """A record that one can open, for a member who cannot."""
        fields = json.loads(mail.read_record((await self.open(id_, number)).content))
        sealed = self.sealed(fields, (await self.readers())[to])
        return await self.post.ask("PUT", f"/api/cases/{id_}/{number}", sealed)

    async def open(self, id_: str, number: int) -> Believed:
        """A record, and who sealed it. Raises: LookupError; Refused."""
        answered = await self.post.ask("GET", f"/api/cases/{id_}/{number}")
        if answered.status != 200 or self.key is None:
            raise LookupError("not a member's, or gone")
        opened = open_envelope(
            answered.content,
            (self.key,),
            expected=EnvelopeType.CASE_RECORD,
            hour=self._adviser.service.hour,
        )
        return mail.believe(opened, self._adviser.believed.chain)

    def sealed(self, fields: dict[str, Any], to: bytes) -> bytes:
        """One envelope of a record."""
        service = self._adviser.service
        content = mail.record_content(json.dumps(fields, ensure_ascii=False))
        body = mail.mail_body(Mail(self.cert, service.hour, content))
        expiry, env_id = service.hour + YEAR, service.chance(16)
        sealing = Sealing(EnvelopeType.CASE_RECORD, env_id, expiry, (to,), self.key)
        return seal_envelope(sealing, body, service.chance)

    async def give_copy(self, plan: dict[str, Any], *, to: bytes, mailbox: str) -> Answered:
        """The visitor's copy of a plan, under their code; written with the box key."""
        service = self._adviser.service
        if self.post.key is None:
            raise LookupError("no key to write with")
        content = mail.reply_content(Reply(ReplyKind.PLAN, json.dumps(plan, ensure_ascii=False)))
        body = mail.mail_body(Mail(self.post.cert, service.hour, content))
        expiry, env_id = service.hour + REPLY_HOURS, service.chance(16)
        sealing = Sealing(EnvelopeType.REPLY, env_id, expiry, (to,), self.post.key)
        envelope = seal_envelope(sealing, body, service.chance)
        return await self.post.ask("PUT", "/api/plan-copy", envelope, {"ASC1-Mailbox": mailbox})
