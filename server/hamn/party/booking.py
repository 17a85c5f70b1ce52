"""A talk from both sides: a visitor books with a code, a counsellor seals what is agreed."""

from __future__ import annotations

import json
from typing import Any

from hamn.asc1 import mail
from hamn.asc1.code import ReturnCode
from hamn.asc1.envelope import EnvelopeType, Sealing, seal_envelope
from hamn.asc1.mail import Mail, Reply, ReplyKind
from hamn.party.mailroom import REPLY_HOURS, Answered, Mailroom
from hamn.party.service import Service, fetch
from hamn.party.visitor import Visitor


async def free_times(service: Service) -> list[dict[str, Any]]:
    """The times that anybody can have, the next one first."""
    told = await fetch(service.visitor_url + "/api/slots")
    return list(json.loads(told or b'{"slots": []}')["slots"])


async def talks_of(visitor: Visitor, code: ReturnCode) -> list[dict[str, Any]]:
    """The talks of a code that was kept or used on this visitor's socket. Raises: Refusal."""
    return await _told(visitor, "talks", code)


async def book(
    visitor: Visitor, code: ReturnCode, time: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    """Take one of the free times; the talks as they are then. Raises: Refusal."""
    taken = {"day": time["day"], "number": time["number"], "language": language}
    return await _told(visitor, "book", code, **taken, interpreter=None, moves=None)


async def _told(
    visitor: Visitor, name: str, code: ReturnCode, **fields: object
) -> list[dict[str, Any]]:
    told = await visitor.ask(name, "talks", r=code.r.public.hex(), **fields)
    return list(told.fields["all"])


class Talks:
    """A counsellor's own talks, over HTTP; `post` holds the box key."""

    def __init__(self, post: Mailroom) -> None:
        self._post = post

    async def listed(self) -> list[dict[str, Any]]:
        """One's own, the next one first."""
        return list((await self._post.ask("GET", "/api/talks")).told)

    async def agree(self, talk: dict[str, Any], place: str = "", word: str = "") -> Answered:
        """Seal to both what is agreed, and the secret that the visitor will be known by."""
        post, service = self._post, self._post.adviser.service
        if post.key is None:
            raise LookupError("no key to write with")
        start, length = talk["start"], talk["length"]
        secret = service.chance(32).hex()
        when = {"start": start, "length": length, "idx": post.adviser.idx, "cert": None}
        text = json.dumps({**when, "room_secret": secret, "place": place, "word": word})
        after = (start + length) // 60 + REPLY_HOURS
        reply = mail.reply_content(Reply(ReplyKind.APPOINTMENT, text))
        own = self._sealed(
            EnvelopeType.APPOINTMENT, post.key.public, mail.record_content(text), after
        )
        theirs = self._sealed(
            EnvelopeType.REPLY, bytes.fromhex(talk["r"]), reply, service.hour + REPLY_HOURS
        )
        body = {"appointment": own.hex(), "reply": theirs.hex()}
        return await post.ask("PUT", f"/api/talks/{talk['id']}", body)

    def _sealed(self, type_: EnvelopeType, to: bytes, content: bytes, expiry: int) -> bytes:
        post, service = self._post, self._post.adviser.service
        sealing = Sealing(type_, service.chance(16), expiry, (to,), post.key)
        body = mail.mail_body(Mail(post.cert, service.hour, content))
        return seal_envelope(sealing, body, service.chance)
