"""Drives the Python implementation by JSON lines, for the tests across languages (see peer.md).

Each line carries everything its command needs. Refusals are answers; anything else is a bug and
ends the process. Over 400 lines on purpose: all commands stand side by side.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from hamn.asc1 import (
    body,
    certificate,
    code,
    envelope,
    frame,
    group,
    mail,
    roster,
    signin,
    transparency,
    work,
)
from hamn.asc1.bytes import Refused, kid
from hamn.asc1.hpke import KeyPair, key_pair

Fields = dict[str, Any]


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


def pair(text: str) -> KeyPair | None:
    return key_pair(raw(text)) if text else None


def public(ask: Fields) -> Fields:
    own = key_pair(raw(ask["private"])).public
    return {"public": own.hex(), "kid": kid(own).hex()}


def hello_body(ask: Fields) -> Fields:
    hello = body.Hello(
        v=raw(ask["v"]),
        r=raw(ask["r"]) or None,
        roster_hash=raw(ask["roster"]),
        lang=ask["lang"],
        door=body.Door(ask["door"]),
        topic=ask["topic"],
        relation=ask["relation"],
        age=ask["age"],
        danger=bool(ask["flags"] & body.DANGER),
        prev_room=raw(ask["prev_room"]) or body.NO_ROOM,
        prev_epoch=ask["prev_epoch"],
        proof=raw(ask["proof"]) or bytes(32),
        room_secret=raw(ask["room_secret"]) or None,
    )
    return {"body": body.hello_body(hello).hex()}


def read_hello_body(ask: Fields) -> Fields:
    hello = body.read_hello(raw(ask["body"]), raw(ask["sender"]) or None)
    flags = (body.DANGER if hello.danger else 0) | (body.APPOINTMENT if hello.room_secret else 0)
    return {
        "v": hello.v.hex(),
        "r": (hello.r or b"").hex(),
        "roster": hello.roster_hash.hex(),
        "lang": hello.lang,
        "door": int(hello.door),
        "topic": hello.topic,
        "relation": hello.relation,
        "age": hello.age,
        "flags": flags,
        "prev_room": hello.prev_room.hex(),
        "prev_epoch": hello.prev_epoch,
        "proof": hello.proof.hex(),
        "room_secret": (hello.room_secret or b"").hex(),
    }


def box_body(ask: Fields) -> Fields:
    message = body.BoxMessage(raw(ask["r"]) or None, ask["text"])
    return {"body": body.box_body(message).hex()}


def read_box_body(ask: Fields) -> Fields:
    message = body.read_box(raw(ask["body"]))
    return {"r": (message.r or b"").hex(), "text": message.text}


def join_body(ask: Fields) -> Fields:
    join = body.Join(raw(ask["leaf"]), raw(ask["room"]), raw(ask["random"]))
    return {"body": body.join_body(join).hex()}


def read_join_body(ask: Fields) -> Fields:
    join = body.read_join(raw(ask["body"]))
    return {"leaf": join.leaf.hex(), "room": join.room_id.hex(), "random": join.random.hex()}


def reply_body(ask: Fields) -> Fields:
    content = mail.reply_content(mail.Reply(mail.ReplyKind(ask["kind"]), ask["text"]))
    written = mail.mail_body(mail.Mail(raw(ask["certificate"]), ask["issued"], content))
    return {"body": written.hex()}


def mail_of(ask: Fields) -> mail.Mail:
    """The common part of signed mail, from whom it claims."""
    read = mail.read_mail(raw(ask["body"]))
    if certificate.parse(read.certificate).pub != raw(ask["sender"]):
        raise Refused(mail.MailRefusal.SENDER)
    return read


def record_body(ask: Fields) -> Fields:
    content = mail.record_content(
        json.dumps(ask["fields"], ensure_ascii=False, separators=(",", ":"))
    )
    written = mail.mail_body(mail.Mail(raw(ask["certificate"]), ask["issued"], content))
    return {"body": written.hex()}


def read_record_body(ask: Fields) -> Fields:
    read = mail_of(ask)
    return {"issued": read.issued, "fields": json.loads(mail.read_record(read.content))}


def read_reply_body(ask: Fields) -> Fields:
    read = mail_of(ask)
    reply = mail.read_reply(read.content)
    return {
        "certificate": read.certificate.hex(),
        "issued": read.issued,
        "kind": int(reply.kind),
        "text": reply.text,
    }


def rewrap_body(ask: Fields) -> Fields:
    old = mail.Rewrap(
        raw(ask["env_id"]), envelope.EnvelopeType(ask["old_type"]), raw(ask["old_body"])
    )
    content = mail.rewrap_content(old)
    written = mail.mail_body(mail.Mail(raw(ask["certificate"]), ask["issued"], content))
    return {"body": written.hex()}


def read_rewrap_body(ask: Fields) -> Fields:
    read = mail.read_mail(raw(ask["body"]))
    if certificate.parse(read.certificate).pub != raw(ask["sender"]):
        raise Refused(mail.MailRefusal.SENDER)
    old = mail.read_rewrap(read.content)
    return {
        "certificate": read.certificate.hex(),
        "issued": read.issued,
        "env_id": old.old_env_id.hex(),
        "old_type": int(old.old_type),
        "old_body": old.old_body.hex(),
    }


def drawn(pieces: list[str]) -> Callable[[int], bytes]:
    """A source of chance that gives the pieces in turn."""
    queue = [raw(piece) for piece in pieces]
    return lambda count: queue.pop(0)[:count]


def seal(ask: Fields) -> Fields:
    sealing = envelope.Sealing(
        envelope.EnvelopeType(ask["type"]),
        raw(ask["env_id"]),
        ask["expiry"],
        tuple(raw(each) for each in ask["to"]),
        pair(ask["sender"]),
    )
    chance = drawn([ask["cek"], *ask["ephemerals"]])
    return {"envelope": envelope.seal_envelope(sealing, raw(ask["body"]), chance).hex()}


def open_(ask: Fields) -> Fields:
    opened = envelope.open_envelope(
        raw(ask["envelope"]),
        (key_pair(raw(ask["private"])),),
        expected=envelope.EnvelopeType(ask["type"]),
        hour=ask["hour"],
    )
    return {
        "env_id": opened.header.env_id.hex(),
        "expiry": opened.header.expiry,
        "sender": (opened.header.sender or b"").hex(),
        "body": opened.body.hex(),
    }


def make_certificate(ask: Fields) -> Fields:
    claim = certificate.Claim(
        ask["idx"],
        roster.Role(ask["role"]),
        certificate.Kind(ask["kind"]),
        ask["not_before"],
        ask["not_after"],
        raw(ask["roster"]),
        raw(ask["pub"]),
    )
    return {"certificate": certificate.issue(claim, raw(ask["seed"])).hex()}


def check_log(ask: Fields) -> Fields:
    lines = transparency.check_log(raw(ask["log"]))
    return {"lines": [{"kind": kind.value, "told": told.hex()} for kind, told in lines]}


def check_certificate(ask: Fields) -> Fields:
    newest, *earlier = (raw(each) for each in ask["rosters"])
    checked = certificate.check(
        raw(ask["certificate"]),
        kinds=frozenset({certificate.Kind(ask["kind"])}),
        chain=roster.chain_of(roster.parse_roster(newest), earlier),
        hour=ask["hour"],
    )
    return {"idx": checked.idx, "role": int(checked.role), "pub": checked.pub.hex()}


def check_roster(ask: Fields) -> Fields:
    trust = roster.parse_trust(raw(ask["trust"]))
    checked = roster.verify(
        raw(ask["roster"]), raw(ask["signatures"]), trust, hour=ask["hour"], held=ask["held"]
    )
    fingerprint = " ".join(f"{group:04d}" for group in trust.fingerprint)
    return {"seq": checked.seq, "hash": checked.hash.hex(), "fingerprint": fingerprint}


def context(ask: Fields) -> Fields:
    entries = tuple(
        group.Entry(each["slot"], roster.Role(each["role"]), raw(each["leaf"]), raw(each["cert"]))
        for each in ask["slots"]
    )
    prev = raw(ask["prev_confirm"]) or bytes(32)
    made = group.GroupContext(raw(ask["room"]), ask["epoch"], raw(ask["roster"]), prev, entries)
    return {"context": made.encode().hex(), "hash": made.hash.hex()}


def keys(ask: Fields) -> Fields:
    listed = group.parse_context(raw(ask["context"]))
    made = group.keys_of(raw(ask["seed"]), listed.hash)
    return {
        "confirm_tag": made.confirm_tag.hex(),
        "member_key": made.member_key.hex(),
        "export": made.export.hex(),
        "resume_key": made.resume_key.hex(),
        "chains": {str(slot): made.chain(slot).hex() for slot in listed.slots},
    }


def commit(ask: Fields) -> Fields:
    plan = group.CommitPlan(
        group.parse_context(raw(ask["context"])),
        ask["committer"],
        raw(ask["seed"]),
        {int(slot): key_pair(raw(key)) for slot, key in ask["senders"].items()},
        raw(ask["member_key"]) or None,
    )
    ephemerals = {int(slot): key_pair(raw(key)) for slot, key in ask["ephemerals"].items()}
    return {"commit": group.build_commit(plan, ephemerals).hex()}


def open_commit(ask: Fields) -> Fields:
    sealed = raw(ask["commit"])
    header = group.parse_commit(sealed)
    stanza = header.stanza(ask["slot"])
    if stanza is None:
        raise Refused(group.GroupRefusal.STANZA)
    h = header.context.hash
    seed = group.open_seed(stanza, key_pair(raw(ask["leaf"])), raw(ask["sender"]), h)
    made = group.keys_of(seed, h)
    group.check_tags(sealed, header, made, raw(ask["member_key"]) or None)
    return {
        "seed": seed.hex(),
        "context": header.context.encode().hex(),
        "confirm_tag": made.confirm_tag.hex(),
    }


def chain_at(chain_key: bytes, seq: int) -> frame.MessageKey:
    for _ in range(seq):
        chain_key = frame.step(chain_key)[1]
    return frame.step(chain_key)[0]


def make_frame(ask: Fields) -> Fields:
    header = frame.FrameHeader(
        frame.FrameType(ask["type"]), ask["slot"], raw(ask["room"]), ask["epoch"], ask["seq"], 0
    )
    inner = frame.Inner(
        frame.Kind(ask["kind"]),
        ask["minutes"],
        raw(ask["msg_id"]),
        raw(ask["body"]),
        ask["last_slot"],
        ask["last_seq"],
    )
    key = chain_at(raw(ask["chain"]), ask["seq"])
    return {"frame": frame.seal_frame(header, inner, key, raw(ask["confirm_tag"])).hex()}


def open_frame(ask: Fields) -> Fields:
    header = frame.parse_frame_header(raw(ask["frame"]))
    key = chain_at(raw(ask["chain"]), header.seq)
    inner = frame.open_frame(raw(ask["frame"]), key, raw(ask["confirm_tag"]))
    return {
        "slot": header.slot,
        "seq": header.seq,
        "kind": int(inner.kind),
        "minutes": inner.minutes,
        "msg_id": inner.msg_id.hex(),
        "last_slot": inner.last_slot,
        "last_seq": inner.last_seq,
        "body": inner.body.hex(),
    }


def proof(ask: Fields) -> Fields:
    made = body.resume_proof(
        raw(ask["resume_key"]),
        env_id=raw(ask["env_id"]),
        v=raw(ask["v"]),
        prev_room=raw(ask["prev_room"]),
        prev_epoch=ask["prev_epoch"],
    )
    return {"proof": made.hex()}


def safety(ask: Fields) -> Fields:
    return {"values": list(group.safety_phrase(raw(ask["hash"])))}


def read_code(ask: Fields) -> Fields:
    digits = code.read_digits(ask["text"])
    derived = code.derive(digits, ask["service"], iterations=ask["iterations"])
    return {
        "digits": digits,
        "id": derived.id.hex(),
        "auth": derived.auth.hex(),
        "r": derived.r.public.hex(),
    }


def sign_in(ask: Fields) -> Fields:
    method, root = signin.Method(ask["method"]), raw(ask["root"])
    asked = signin.challenge(
        ask["origin"], ask["name"], method, nonce=raw(ask["nonce"]), issued=ask["issued"]
    )
    return {
        "auth_public": signin.auth_public(root, method).hex(),
        "signed": signin.signed_bytes(asked).hex(),
        "sig": signin.sign(asked, root).hex(),
        "kek": signin.kek(root, method).hex(),
    }


def place_of(ask: Fields) -> signin.WrapPlace:
    what, method = signin.Wrapped(ask["what"]), signin.Method(ask["method"])
    return signin.WrapPlace(ask["idx"], what, method, ask["version"], raw(ask["kid"]))


def wrap(ask: Fields) -> Fields:
    chance = drawn([ask["nonce"]])
    wrapped = signin.wrap(raw(ask["secret"]), raw(ask["key"]), place_of(ask), chance)
    return {"wrap": wrapped.hex()}


def unwrap(ask: Fields) -> Fields:
    return {"secret": signin.unwrap(raw(ask["wrap"]), raw(ask["key"]), place_of(ask)).hex()}


def solve(ask: Fields) -> Fields:
    return {"answer": work.solve(raw(ask["challenge"])).hex()}


COMMANDS: dict[str, Callable[[Fields], Fields]] = {
    "public": public,
    "hello_body": hello_body,
    "read_hello_body": read_hello_body,
    "box_body": box_body,
    "read_box_body": read_box_body,
    "join_body": join_body,
    "read_join_body": read_join_body,
    "reply_body": reply_body,
    "read_reply_body": read_reply_body,
    "rewrap_body": rewrap_body,
    "read_rewrap_body": read_rewrap_body,
    "record_body": record_body,
    "read_record_body": read_record_body,
    "seal": seal,
    "open": open_,
    "certificate": make_certificate,
    "check_certificate": check_certificate,
    "check_log": check_log,
    "check_roster": check_roster,
    "context": context,
    "keys": keys,
    "commit": commit,
    "open_commit": open_commit,
    "frame": make_frame,
    "open_frame": open_frame,
    "proof": proof,
    "safety": safety,
    "code": read_code,
    "sign_in": sign_in,
    "wrap": wrap,
    "unwrap": unwrap,
    "solve": solve,
}


def answer(ask: Fields) -> Fields:
    """One command's answer; a refusal is an answer too."""
    try:
        return {"ok": True, **COMMANDS[ask["cmd"]](ask)}
    except Refused as refusal:
        return {"ok": False, "error": refusal.reason.value}


def main() -> None:
    """Answer line by line until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
