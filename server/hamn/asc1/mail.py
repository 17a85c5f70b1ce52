"""Signed mail: bodies that carry their writer's certificate and the hour they were written.

Reply, escalation, appointment, case record and re-wrap. The certificate's key must be the
envelope's sender; everything is tested against the hour the mail names, so that it can be read
long after the writer's shift. What the JSON inside means is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from hamn.asc1.body import BODY_VERSION
from hamn.asc1.bytes import Form, Malformed, Reader, Refused, u8, u16, u32, utf8
from hamn.asc1.certificate import SIZE, Certificate, Kind, check_mail
from hamn.asc1.envelope import EnvelopeType, Opened
from hamn.asc1.roster import Chain

SENDER_KINDS = {
    EnvelopeType.REPLY: frozenset({Kind.SHIFT, Kind.BOX, Kind.ESCALATION}),
    EnvelopeType.ESCALATION: frozenset({Kind.SHIFT, Kind.BOX}),
    EnvelopeType.APPOINTMENT: frozenset({Kind.SHIFT, Kind.BOX, Kind.ESCALATION}),
    EnvelopeType.REWRAP: frozenset({Kind.SHIFT, Kind.BOX, Kind.ESCALATION}),
    EnvelopeType.CASE_RECORD: frozenset({Kind.CASE}),
}


class ReplyKind(IntEnum):
    """What a reply carries."""

    TEXT = 1
    APPOINTMENT = 2
    PLAN = 3
    INQUIRY = 4


class MailRefusal(StrEnum):
    """Why mail is refused beyond its certificate."""

    SENDER = "certificate is not the sender's"


@dataclass(frozen=True, slots=True)
class Mail:
    """The common part of signed mail and, unread, what follows it."""

    certificate: bytes
    issued: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Believed:
    """Mail whose writer has been checked."""

    writer: Certificate
    has_left: bool
    issued: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer under a return code: text, or the JSON of an appointment, a plan's copy, or of what
    became of an inquiry."""

    kind: ReplyKind
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rewrap:
    """Old mail sealed again for a colleague; vouches for the re-wrapper only."""

    old_env_id: bytes
    old_type: EnvelopeType
    old_body: bytes = field(repr=False)


def mail_body(mail: Mail) -> bytes:
    """The body of any signed mail."""
    return mail.certificate + u32(mail.issued) + mail.content


def read_mail(body: bytes) -> Mail:
    """Take the common part off; nothing is checked yet."""
    reader = Reader(body)
    return Mail(reader.take(SIZE), reader.number(4), reader.rest())


def believe(opened: Opened, chain: Chain) -> Believed:
    """Check who wrote an opened envelope of a signed type.

    Raises: Malformed, or Refused with a `MailRefusal` or a certificate's reason.
    """
    mail = read_mail(opened.body)
    certificate, has_left = check_mail(
        mail.certificate,
        kinds=SENDER_KINDS[opened.header.type],
        chain=chain,
        issued=mail.issued,
    )
    if certificate.pub != opened.header.sender:
        raise Refused(MailRefusal.SENDER)
    return Believed(certificate, has_left, mail.issued, mail.content)


def reply_content(reply: Reply) -> bytes:
    """What stands after the common part of a reply."""
    text = reply.text.encode()
    return BODY_VERSION + u8(reply.kind) + u16(len(text)) + text


def read_reply(content: bytes) -> Reply:
    """Read what stands after the common part of a reply."""
    reader = Reader(content)
    reader.expect(BODY_VERSION)
    kind = reader.number(1)
    if kind not in set(ReplyKind):
        raise Malformed(Form.VALUE)
    text = reader.take(reader.number(2))
    reader.end()
    return Reply(ReplyKind(kind), utf8(text))


def record_content(text: str) -> bytes:
    """The JSON of an escalation, an appointment or a case record."""
    content = text.encode()
    return BODY_VERSION + u16(len(content)) + content


def read_record(content: bytes) -> str:
    """The JSON text of an escalation, an appointment or a case record."""
    reader = Reader(content)
    reader.expect(BODY_VERSION)
    text = reader.take(reader.number(2))
    reader.end()
    return utf8(text)


def rewrap_content(rewrap: Rewrap) -> bytes:
    """What stands after the common part of a re-wrap."""
    return BODY_VERSION + rewrap.old_env_id + u8(rewrap.old_type) + rewrap.old_body


def read_rewrap(content: bytes) -> Rewrap:
    """Read what stands after the common part of a re-wrap."""
    reader = Reader(content)
    reader.expect(BODY_VERSION)
    old_env_id, old_type = reader.take(16), reader.number(1)
    if old_type not in set(EnvelopeType):
        raise Malformed(Form.VALUE)
    return Rewrap(old_env_id, EnvelopeType(old_type), reader.rest())
