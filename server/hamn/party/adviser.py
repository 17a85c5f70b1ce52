"""A member of staff over a real socket: sign-in, duty, claim, rooms, joins, cut and resume."""

from __future__ import annotations

import asyncio
from typing import Any

from hamn.asc1 import certificate, signin
from hamn.asc1.bytes import Refused
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Claim, Kind, shift_hours
from hamn.asc1.committer import Committer, Staff
from hamn.asc1.entry import Shown, ask_to_join, found, open_hello, pair
from hamn.asc1.hpke import KeyPair, new_key_pair
from hamn.asc1.roster import Role
from hamn.party.ear import Ear
from hamn.party.lobby import Lobby
from hamn.party.room import News, RoomParty
from hamn.party.service import Believed, Service, believe
from hamn.party.wire import Told, Wire

OF_LOBBY = frozenset(
    {
        "wait",
        "offer",
        "standing",
        "letters",
        "escalations",
        "rota",
        "board",
        "rooms",
        "wrap",
        "shift",
        "invite",
        "acute",
        "notices",
    }
)


class Desk:
    """One room of an adviser: the committer beside the party."""

    def __init__(self, committer: Committer, party: RoomParty) -> None:
        self.committer = committer
        self.party = party
        self.joins: list[Told] = []


class Adviser(Lobby):
    """One signed-in member of staff."""

    def __init__(self, service: Service, believed: Believed, login: str, digits: str) -> None:
        super().__init__()
        self.service = service
        self.believed = believed
        self.login = login
        self._digits = digits
        self.news = News()
        self.idx = 0
        self.token = ""
        self.store = ""
        self.staff: Staff | None = None
        self.rooms: dict[bytes, Desk] = {}
        self.held: list[str] = []
        """Rooms that the server says this member holds, at sign-in; their keys may be gone."""
        self.refusals: list[dict[str, Any]] = []
        self._ik = self._ak = b""
        self._wire: Wire | None = None
        self._ear = Ear(self._take, self.news)

    @staticmethod
    async def arrive(service: Service, login: str, digits: str) -> Adviser:
        """An adviser that has verified the roster and signed in."""
        adviser = Adviser(service, await believe(service), login, digits)
        root = await adviser.root()
        await adviser.connect()
        await adviser.sign_in(root)
        return adviser

    @property
    def closed_with(self) -> int | None:
        """The close code of the last socket that ended."""
        return self._ear.closed_with

    @property
    def ik(self) -> bytes:
        """The identity key, for a browser that goes in again with `enter`."""
        return self._ik

    @property
    def wire(self) -> Wire:
        if self._wire is None:
            raise LookupError("no socket")
        return self._wire

    async def connect(self) -> None:
        """Open a socket."""
        self._wire = await Wire.open(self.service, staff=True)
        for desk in self.rooms.values():
            desk.party.wire = self._wire
        self._ear.listen(self._wire)

    # Sign-in and duty ----------------------------------------------------------------------------

    async def root(self) -> bytes:
        """What the digits become; it takes its time, and a socket that joins nothing is ended."""
        service = self.believed.trust.service
        return await asyncio.to_thread(
            signin.root_from_digits, self._digits, service=service, name=self.login
        )

    async def sign_in(self, root: bytes) -> None:
        """Answer the server's challenge with the generated secret and open the wraps."""
        method = signin.Method.DIGITS
        await self.wire.tell("auth", name=self.login)
        nonce = bytes.fromhex((await self._ear.answer("nonce")).fields["nonce"])
        url, now = self.service.staff_url, int(self.service.now() // 60)
        challenge = signin.challenge(url, self.login, method, nonce=nonce, issued=now)
        await self.wire.tell(
            "auth",
            origin_hash=challenge.origin_hash.hex(),
            method=int(method),
            issued=challenge.issued,
            sig=signin.sign(challenge, root).hex(),
        )
        hi = (await self._ear.answer("hi")).fields
        self.idx, self.store, self.token = hi["idx"], hi["store"], hi["token"]
        self.held = [each["room"] for each in hi["rooms"]]
        self._ik = self._open_wraps(hi["wraps"], signin.kek(root, method))

    def _open_wraps(self, wraps: list[dict[str, Any]], kek: bytes) -> bytes:
        opened: dict[int, bytes] = {}
        for wrapped in sorted(wraps, key=lambda each: int(each["what"])):
            what = signin.Wrapped(wrapped["what"])
            method = signin.Method(wrapped["method"])
            if what is signin.Wrapped.AK and method is not signin.Method.DIGITS:
                continue
            kid = bytes.fromhex(wrapped["kid"])
            place = signin.WrapPlace(self.idx, what, method, wrapped["version"], kid)
            key = kek if what is signin.Wrapped.AK else opened[signin.Wrapped.AK]
            opened[what] = signin.unwrap(bytes.fromhex(wrapped["data"]), key, place)
        self._ak = opened[signin.Wrapped.AK]
        return opened[signin.Wrapped.IK]

    def certified(self, pub: bytes, kind: Kind, hours: tuple[int, int]) -> bytes:
        """A certificate of this member for a key of theirs."""
        roster = self.believed.chain.newest
        line = roster.member(self.idx)
        if line is None:
            raise LookupError("not on the roster yet")
        role = Role.SUPERVISOR if Role.SUPERVISOR in line.roles else min(line.roles)
        claim = Claim(self.idx, role, kind, *hours, roster.hash, pub)
        return certificate.issue(claim, self._ik)

    def wrapped(self, key: KeyPair, what: signin.Wrapped) -> bytes:
        """A private key as the server keeps it."""
        place = signin.WrapPlace(self.idx, what, signin.Method.NONE, 1, kid_of(key.public))
        return signin.wrap(key.private, self._ak, place, self.service.chance)

    async def enter(self, token: str, idx: int, ik: bytes) -> None:
        """Go in with a session that is open already and an identity key that is known."""
        self.token, self.idx, self._ik = token, idx, ik
        await self.sign_in_again()

    async def sign_in_again(self) -> None:
        """The token of this session on a new socket."""
        await self.wire.tell("auth", token=self.token)
        self.store = (await self._ear.answer("hi")).fields["store"]

    def make_shift(self) -> Staff:
        """A fresh shift key and its certificate; the same for the rest of the shift."""
        if self.staff is None:
            sk = new_key_pair(self.service.chance)
            cert = self.certified(sk.public, Kind.SHIFT, shift_hours(self.service.hour))
            self.staff = Staff(sk, certificate.parse(cert))
        return self.staff

    async def go_on(self, capacity: int = 1) -> None:
        """On duty; returns once the server counts it."""
        staff = self.make_shift()
        await self.wire.tell("duty", cert=staff.certificate.raw.hex(), capacity=capacity)
        await self.news.until(lambda: self.idx in (self.standing or {}).get("on_duty", ()))

    async def go_off(self) -> None:
        """Off duty."""
        await self.wire.tell("duty", cert=None)
        await self.news.until(lambda: self.idx not in (self.standing or {}).get("on_duty", ()))

    # Rooms ---------------------------------------------------------------------------------------

    async def accept(self, place: str | None = None, within: float = 30.0) -> Desk:
        """Claim the place that rings, or the one named; open its hello and make epoch 1.

        Raises: Refusal when another was first.
        """
        if place is None:
            await self.news.until(lambda: self.offer is not None, within)
            place = self.offer
        if place is None:
            raise LookupError("nobody rings")
        shown = self.waiting[place]
        await self.wire.tell("claim", place=place)
        put = await self._ear.answer("put")
        knock = open_hello(
            put.binary,
            self.make_shift(),
            Shown(shown["lang"], shown["door"], shown["danger"]),
            chain=self.believed.chain,
            hour=self.service.hour,
        )
        committer = pair(
            knock, self.make_shift(), chain=self.believed.chain, chance=self.service.chance
        )
        return await self._open(committer)

    async def _open(self, committer: Committer) -> Desk:
        party = RoomParty(committer.member, self.service.now)
        party.wire = self.wire
        desk = Desk(committer, party)
        self.rooms[committer.member.room_id] = desk
        await self.propose(desk)
        return desk

    async def propose(self, desk: Desk) -> None:
        """Send the pending commit; returns when the server has taken it."""
        pending = desk.committer.pending
        if pending is None:
            raise LookupError("no commit is pending")
        await self.wire.tell(
            "commit",
            pending.commit,
            room=desk.party.room.hex(),
            epoch=pending.epoch,
            pos11=pending.pos11,
            joined=list(pending.joined),
            left=list(pending.left),
            certs=[cert.hex() for cert in pending.certs],
        )
        await self._ear.answer("ok")

    async def abandon(self) -> None:
        """Leave the rooms of an earlier run, whose keys are gone."""
        for room in self.held:
            await self.wire.tell("resume", room=room, pos=0, store=self.store)
            await self.wire.tell("leave", room=room)

    async def let_in(self, desk: Desk, why: str = "colleague") -> None:
        """Announce and commit the join that waits longest; a staff room begins with it."""
        await self.news.until(lambda: bool(desk.joins))
        told = desk.joins.pop(0)
        sender = bytes.fromhex(told.fields["from"]) if told.fields["from"] else None
        now = int(self.service.now())
        joiner = desk.committer.admit(told.binary, sender, now=now)
        if desk.party.member.epoch is None:
            desk.committer.propose_first((joiner,))
        else:
            await self.wire.send(desk.committer.announce(joiner, why, now=now).frame)
            if why == "hand_over":
                await self.news.until(lambda: bool(desk.party.controls("may")))
            desk.committer.propose(joiners=(joiner,))
        await self.propose(desk)

    async def rekey(self, desk: Desk, remove: tuple[int, ...] = ()) -> None:
        """Commit a fresh epoch, without some slots."""
        desk.committer.propose(remove=remove)
        await self.propose(desk)

    async def join(self, room: bytes, to_cert: bytes) -> None:
        """Ask a colleague to be let into a room; the room opens when the commit is put."""
        to = certificate.parse(to_cert)
        member, envelope = ask_to_join(
            room,
            self.make_shift(),
            to_cert,
            chain=self.believed.chain,
            chance=self.service.chance,
            hour=self.service.hour,
        )
        party = RoomParty(member, self.service.now)
        party.wire = self.wire
        self.rooms[room] = Desk(Committer(member, self.make_shift()), party)
        await self.wire.tell("join", envelope, room=room.hex(), to=to.idx)

    async def invite(self, room: bytes, to: int, why: str = "help") -> None:
        """Ask a colleague in."""
        await self.wire.tell("invite", room=room.hex(), to=to, why=why)

    async def follow(self, room: bytes, within: float = 30.0) -> Desk:
        """Go into the room that a colleague asks us into."""
        await self.news.until(lambda: room in self.invites, within)
        await self.join(room, self.invites.pop(room)[1])
        return self.rooms[room]

    async def call(self, to: int) -> Desk:
        """A room among staff, for a colleague to come into; `let_in` opens it."""
        committer = found(
            self.service.chance(16),
            self.make_shift(),
            chain=self.believed.chain,
            chance=self.service.chance,
        )
        party = RoomParty(committer.member, self.service.now)
        party.wire = self.wire
        desk = self.rooms[party.room] = Desk(committer, party)
        await self.invite(party.room, to, "talk")
        return desk

    async def go(self, room: bytes) -> None:
        """Ask to be left out of a room."""
        await self.wire.tell("leave", room=room.hex())

    async def cut(self) -> None:
        """Lose the socket without a goodbye."""
        self.wire.drop()
        await self._ear.ended()

    async def resume(self) -> None:
        """A new socket, the same session, duty and rooms."""
        await self.connect()
        await self.sign_in_again()
        if self.staff is not None:
            await self.wire.tell("duty", cert=self.staff.certificate.raw.hex(), capacity=1)
        for desk in self.rooms.values():
            if desk.party.heard.closed is None:
                member = desk.party.member
                await self.wire.tell(
                    "resume", room=member.room_id.hex(), pos=member.pos, store=self.store
                )
                await desk.party.resend()

    async def ready(self) -> None:
        """The wrap-up is done."""
        await self.wire.tell("ready")

    async def leave(self) -> None:
        """Close the socket politely."""
        await self.wire.close()
        await self._ear.ended()

    # What an adviser is told ---------------------------------------------------------------------

    async def _take(self, told: Told) -> None:
        match told.name:
            case name if name in OF_LOBBY:
                self.take_of_lobby(told.name, told.fields)
            case "put" if told.fields["pos"] == 0:
                await self._ear.put_answer(told)
            case "put" | "ok" | "peer" | "closed" | "join":
                await self._take_of_room(told)
            case "refuse":
                await self._take_refusal(told)
            case _:
                await self._ear.put_answer(told)

    async def _take_of_room(self, told: Told) -> None:
        desk = self.rooms.get(bytes.fromhex(told.fields["room"]))
        if desk is None:
            return
        match told.name:
            case "put":
                await desk.party.take_put(told)
            case "ok" if told.fields["of"] == "commit":
                await self._taken(desk)
                await self._ear.put_answer(told)
            case "ok":
                desk.party.take_ok(told.fields)
            case "peer":
                desk.party.heard.peers[told.fields["slot"]] = told.fields["state"]
            case "closed":
                desk.party.heard.closed = told.fields["why"]
            case _:
                desk.joins.append(told)

    async def _taken(self, desk: Desk) -> None:
        try:
            step = desk.committer.taken(now=int(self.service.now()))
        except Refused:
            return
        for event in step.events:
            desk.party.heard.note(event)
        for written in step.send:
            await self.wire.send(written.frame)

    async def _take_refusal(self, told: Told) -> None:
        self.refusals.append(told.fields)
        room = told.fields["room"]
        desk = self.rooms.get(bytes.fromhex(room)) if room else None
        if told.fields["of"] == "frame" and desk is not None:
            await desk.party.take_refusal(told.fields)
        elif told.fields["of"] not in ("ack", "frame"):  # nobody waits for an answer to those
            await self._ear.put_answer(told)

    @property
    def kid(self) -> bytes:
        """The kid of the shift key."""
        return kid_of(self.make_shift().sk.public)
