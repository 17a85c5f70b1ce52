"""A visitor over a real socket: work, hello, room, cut and resume, return code, erase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hamn.asc1 import certificate, mail
from hamn.asc1.body import BoxMessage, Door, Hello, box_body
from hamn.asc1.bytes import sha256
from hamn.asc1.certificate import Certificate, Kind
from hamn.asc1.code import ReturnCode
from hamn.asc1.entry import return_with_code, seal_hello, wait
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.hpke import KeyPair, new_key_pair
from hamn.asc1.member import Member
from hamn.asc1.resume import ResumePoint, with_proof
from hamn.party.ear import Ear
from hamn.party.room import News, RoomParty
from hamn.party.service import Believed, Service, believe, solved
from hamn.party.wire import Told, Wire

CHAT, BOX, CODE, INQUIRY = 1, 2, 3, 4
SHIFT = frozenset({Kind.SHIFT})
BOXES = frozenset({Kind.BOX, Kind.ESCALATION})
MESSAGE_DAYS = 14


class Visitor:
    """One visitor. `certs` are whom its hello may be sealed to, as the server tells them."""

    def __init__(self, service: Service, believed: Believed) -> None:
        self.service = service
        self.believed = believed
        self.news = News()
        self.certs: list[Certificate] = []
        self.party: RoomParty | None = None
        self.place: tuple[int, list[int] | None] | None = None
        self.cap = service.chance(32)
        self.store = ""
        self.mail: dict[str, Any] | None = None
        self.letters: list[Told] = []
        self.boxes: list[Certificate] = []
        self.promise: int | None = None
        self.mailbox: str | None = None
        self.receipt: dict[str, Any] | None = None
        self.refusals: list[dict[str, Any]] = []
        self.language, self.danger = "sv", False
        self._worked: set[int] = set()
        self._ear = Ear(self._take, self.news)
        self._wire: Wire | None = None
        self._hello: Hello | None = None
        self._code: ReturnCode | None = None

    @staticmethod
    async def arrive(service: Service) -> Visitor:
        """A visitor that has verified the roster and opened a socket."""
        visitor = Visitor(service, await believe(service))
        await visitor.connect()
        return visitor

    @property
    def member(self) -> Member:
        if self.party is None:
            raise LookupError("no place and no room yet")
        return self.party.member

    async def connect(self) -> None:
        """Open a socket; what is read from it is acted upon beside everything else."""
        self._wire = await Wire.open(self.service, staff=False)
        self._worked = set()
        if self.party is not None:
            self.party.wire = self._wire
        self._ear.listen(self._wire)

    @property
    def wire(self) -> Wire:
        if self._wire is None:
            raise LookupError("no socket")
        return self._wire

    @property
    def closed_with(self) -> int | None:
        """The close code of the last socket that ended."""
        return self._ear.closed_with

    # What a visitor does ------------------------------------------------------------------------

    async def ask(self, name: str, answer: str, **fields: object) -> Told:
        """Send a message and wait for the answer of that name. Raises: Refusal."""
        await self.wire.tell(name, **fields)
        return await self._ear.answer(answer)

    async def work(self, purpose: int) -> None:
        """Do the work for a purpose, once per socket."""
        if purpose in self._worked:
            return
        await self.wire.tell("want", purpose=purpose)
        challenge = (await self._ear.answer("work")).fields["challenge"]
        answer = await solved(bytes.fromhex(challenge))
        await self.wire.tell("work", challenge=challenge, answer=answer.hex())
        self.store = (await self._ear.answer("hi")).fields["store"]
        if purpose in (CHAT, BOX, INQUIRY):
            await self._ear.answer("certs")
        self._worked.add(purpose)

    async def heard(self, name: str) -> dict[str, Any]:
        """The next answer of this name. Raises: Refusal; TimeoutError."""
        return (await self._ear.answer(name)).fields

    async def knock(
        self,
        *,
        to: Sequence[Certificate] | None = None,
        code: ReturnCode | None = None,
        prev: ResumePoint | None = None,
        relation: int = 0,
        wish: int | None = None,
    ) -> None:
        """Take a place: seal a hello to everyone on duty, or to `to` alone."""
        old_cap = self.cap
        if code is not None:
            await self.work(CODE)
        await self.work(CHAT)
        v = new_key_pair(self.service.chance)
        member = wait(
            self.service.chance(16), v, chain=self.believed.chain, chance=self.service.chance
        )
        self.party = RoomParty(member, self.service.now)
        self.party.wire = self.wire
        self.cap, self._code = self.service.chance(32), code
        self._hello = self._first_hello(v, code, relation)
        if prev is not None:
            self._hello = with_proof(self._hello, prev, member.room_id)
        named = {"room": prev.room_id.hex(), "cap": old_cap.hex()} if prev else None
        await self._send_hello(list(to or self.certs), named, wish)

    def _first_hello(self, v: KeyPair, code: ReturnCode | None, relation: int) -> Hello:
        return Hello(
            v=v.public,
            roster_hash=self.believed.chain.newest.hash,
            lang=self.language,
            door=Door.RELATIVE,
            r=code.r.public if code else None,
            relation=relation,
            danger=self.danger,
        )

    async def _send_hello(
        self, to: list[Certificate], prev: dict[str, str] | None, wish: int | None
    ) -> None:
        if self._hello is None:
            raise LookupError("nothing was said yet")
        r = self._code.r if self._code else None
        envelope = seal_hello(self.member, self._hello, to, hour=self.service.hour, r=r)
        await self.wire.tell(
            "hello",
            envelope,
            cap_hash=sha256(self.cap).hex(),
            lang=self.language,
            door=int(self._hello.door),
            danger=self.danger,
            wish=wish,
            prev=prev,
        )

    async def say(self, text: str) -> bytes:
        """Write a line in the room."""
        if self.party is None:
            raise LookupError("no room")
        return await self.party.say(text)

    async def until_open(self, within: float = 30.0) -> None:
        """Wait for epoch 1, or whichever comes."""
        await self.news.until(
            lambda: self.party is not None and self.member.epoch is not None, within
        )

    async def cut(self) -> None:
        """Lose the socket without a goodbye."""
        self.wire.drop()
        await self._ear.ended()

    async def resume(self) -> None:
        """The same tab on a new socket: say what was processed, send what has no `ok` again."""
        await self.connect()
        pos = self.member.pos
        await self.wire.tell(
            "resume", room=self.member.room_id.hex(), cap=self.cap.hex(), pos=pos, store=self.store
        )
        await self._ear.answer("hi")
        if self.party is not None:
            await self.party.resend()

    async def keep(self, code: ReturnCode) -> str:
        """Keep a return code; its mailbox."""
        await self.wire.tell(
            "keep", h_id=sha256(code.id).hex(), h_auth=sha256(code.auth).hex(), old=None
        )
        self.mailbox = (await self._ear.answer("kept")).fields["mailbox"]
        return str(self.mailbox)

    async def use(self, code: ReturnCode) -> dict[str, Any]:
        """Open the code's mailbox: its fields, `room` among them."""
        await self.work(CODE)
        await self.wire.tell("code", id=code.id.hex(), auth=code.auth.hex())
        self.mail = (await self._ear.answer("mail")).fields
        return self.mail

    async def leave_message(self, text: str, code: ReturnCode | None = None) -> bytes:
        """Seal a message to every box and send it; its bytes. With a code an answer can come."""
        self._worked.discard(BOX)
        await self.work(BOX)
        sealing = Sealing(
            EnvelopeType.BOX,
            self.service.chance(16),
            self.service.hour + MESSAGE_DAYS * 24,
            tuple(cert.pub for cert in self.boxes),
        )
        body = box_body(BoxMessage(code.r.public if code else None, text))
        envelope = seal_envelope(sealing, body, self.service.chance)
        await self.send_message(envelope, self.mailbox if code else None)
        return envelope

    async def send_message(self, envelope: bytes, mailbox: str | None) -> None:
        """Send a sealed message; returns once it is kept. Raises: Refusal."""
        await self.wire.tell("box", envelope, mailbox=mailbox)
        await self._ear.answer("ok")

    def replies(self, code: ReturnCode) -> list[str]:
        """What staff have answered, of the letters that `use` has brought."""
        opened = [
            open_envelope(
                told.binary, (code.r,), expected=EnvelopeType.REPLY, hour=self.service.hour
            )
            for told in self.letters
        ]
        believed = [mail.believe(each, self.believed.chain) for each in opened]
        return [mail.read_reply(each.content).text for each in believed]

    async def erase_reply(self, told: Told) -> None:
        """Say that a reply was read, which erases it."""
        await self.wire.tell("ack", room=told.fields["room"], pos=0)
        await self._ear.answer("done")

    async def rejoin(self, code: ReturnCode) -> None:
        """Come back into the live room that `use` has named."""
        found = (self.mail or {})["room"]
        to = certificate.parse(bytes.fromhex(found["certs"][0]))
        member, envelope = return_with_code(
            bytes.fromhex(found["id"]),
            code.r,
            to.raw,
            chain=self.believed.chain,
            chance=self.service.chance,
            hour=self.service.hour,
        )
        self.party = RoomParty(member, self.service.now)
        self.party.wire = self.wire
        self.cap = self.service.chance(32)
        await self.wire.tell("rejoin", envelope, room=found["id"], cap_hash=sha256(self.cap).hex())

    async def erase(self, code: ReturnCode) -> dict[str, Any]:
        """Erase everything under a code; the receipt."""
        await self.work(CODE)
        await self.wire.tell("erase", id=code.id.hex(), auth=code.auth.hex())
        self.receipt = (await self._ear.answer("done")).fields["receipt"]
        return dict(self.receipt or {})

    async def end(self) -> None:
        """End the conversation, or leave the queue."""
        await self.wire.tell("end")

    async def leave(self) -> None:
        """Close the socket politely."""
        await self.wire.close()
        await self._ear.ended()

    # What a visitor is told ---------------------------------------------------------------------

    async def _take(self, told: Told) -> None:
        match told.name:
            case "certs":
                self._add_certs(told.fields["add"])
                await self._ear.put_answer(told)
            case "place":
                self.place = (told.fields["n"], told.fields["range"])
            case "promise":
                self.promise = told.fields["by"]
            case "put" if told.fields["pos"] == 0:
                self.letters.append(told)
            case "ok" if told.fields["of"] in ("box", "inquire"):
                await self._ear.put_answer(told)
            case "put" | "ok" | "peer" | "closed":
                await self._take_of_room(told)
            case "refuse":
                await self._take_refusal(told)
            case _:
                await self._ear.put_answer(told)

    async def _take_of_room(self, told: Told) -> None:
        party = self.party
        if party is None or told.fields["room"] != party.room.hex():
            return
        if told.name == "put":
            await party.take_put(told)
        elif told.name == "ok":
            party.take_ok(told.fields)
        elif told.name == "peer":
            party.heard.peers[told.fields["slot"]] = told.fields["state"]
        else:
            party.heard.closed = told.fields["why"]

    async def _take_refusal(self, told: Told) -> None:
        self.refusals.append(told.fields)
        if told.fields["of"] in ("code", "drop", "erase"):
            self._worked.discard(CODE)
        if told.fields["of"] == "frame" and self.party is not None:
            await self.party.take_refusal(told.fields)
        else:
            await self._ear.put_answer(told)

    def _add_certs(self, added: list[str]) -> None:
        chain, hour = self.believed.chain, self.service.hour
        for each in added:
            raw = bytes.fromhex(each)
            kinds = SHIFT | BOXES
            checked = certificate.check(raw, kinds=kinds, chain=chain, hour=hour)
            (self.certs if checked.kind is Kind.SHIFT else self.boxes).append(checked)
