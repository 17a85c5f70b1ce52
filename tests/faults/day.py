"""A day of the service with everything marked that must not stay: the seized server's script.

Visitors and staff talk over real sockets from addresses of 127.44/16. `secrets` are lines, the
digits of a code and what is derived from them, and every private key, seed and message key that the
participants made; `traces` are addresses, a browser's name and tokens; `ciphertexts` is what was
sent.
"""

from __future__ import annotations

import asyncio
import secrets as chances
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hamn.asc1.bytes import Chance
from hamn.asc1.certificate import Kind
from hamn.asc1.code import ReturnCode, derive, from_root, in_groups, make_digits
from hamn.party.adviser import Adviser, Desk
from hamn.party.escalations import Escalations
from hamn.party.inquiries import Answerer, Asker
from hamn.party.mailroom import Mailroom
from hamn.party.room import RoomParty
from hamn.party.service import Service
from hamn.party.visitor import Visitor
from tests.edge.people import Tape, parted, waiting
from tests.edge.raw import exchange, request
from tests.services import DemoServer

AGENT = "Kanarie-Browser/44.17"
VISITOR_ADDRESS, STAFF_ADDRESS = "127.44.201.17", "127.44.202.18"
LINES = (
    "Kanarie ett: jag är rädd för vad min son läser om nätterna",
    "Kanarie två: han säger att de väntar på honom i Tallskogen",
    "Kanarie tre: tack för att du skrev, vi tar det i tur och ordning",
)
KEY = 32
RECORD = bytes(15) + b"\x17"
SUMMARY = "Kanarie fyra: sonen har packat en väska och säger fredag"
ASKED = "Kanarie fem: en ung man i vår grupp vill bort därifrån"
ANSWERED = "Kanarie sex: vi ringer er växel på måndag"


@dataclass(slots=True)
class Day:
    """What was secret, what was sent, and who is still there."""

    secrets: dict[str, bytes] = field(default_factory=dict, repr=False)
    traces: dict[str, bytes] = field(default_factory=dict)
    ciphertexts: dict[str, bytes] = field(default_factory=dict, repr=False)

    def chance(self, who: str) -> Chance:
        """Chance for a participant; whatever is as long as a key is marked as one."""

        def draw(size: int) -> bytes:
            drawn = chances.token_bytes(size)
            if size == KEY:
                self.secrets[f"{who}'s key {len(self.secrets)}"] = drawn
            return drawn

        return draw


@dataclass(slots=True)
class Talk:
    """The two who talk."""

    visitor: Visitor
    adviser: Adviser
    desk: Desk
    code: ReturnCode
    lind: Adviser
    inbox: Escalations
    """The supervisor's, who has read what the adviser escalated."""
    office: Visitor
    """A professional who has referred somebody, and was answered."""
    office_code: ReturnCode


async def begin(server: DemoServer, day: Day) -> Talk:
    """An adviser on duty, a visitor with a return code in a room with them, lines both ways."""
    adviser = await _adviser(server, day)
    visitor = await waiting(_service(server, day, "visitor", VISITOR_ADDRESS), adviser)
    code = await _keep_code(visitor, day)
    place = visitor.member.room_id.hex()
    await adviser.news.until(lambda: place in adviser.waiting)
    desk = await adviser.accept(place)
    await visitor.until_open()
    lind, inbox, answers = await _escalate(server, day, adviser)
    office, office_code = await _refer(server, day, answers)
    talk = Talk(visitor, adviser, desk, code, lind, inbox, office, office_code)
    await _write(talk, day)
    day.traces |= {"visitor's address": VISITOR_ADDRESS.encode(), "agent": AGENT.encode()}
    day.traces |= {"staff's address": STAFF_ADDRESS.encode()}
    day.traces |= {"staff's token": bytes.fromhex(adviser.token)}
    await browse(server)
    return talk


async def _adviser(server: DemoServer, day: Day) -> Adviser:
    adviser = await _arrived(server, day, "adviser")
    await adviser.go_on(2)
    return adviser


async def _arrived(server: DemoServer, day: Day, role: str) -> Adviser:
    person = server.person(role)
    service = _service(server, day, role, STAFF_ADDRESS)
    return await Adviser.arrive(service, person.name, person.secret)


async def _escalate(
    server: DemoServer, day: Day, adviser: Adviser
) -> tuple[Adviser, Escalations, Answerer]:
    """The adviser asks the supervisor for more than a chat, who reads it."""
    lind = await _arrived(server, day, "supervisor")
    reads, writes, alms = Mailroom(lind), Mailroom(lind), Mailroom(adviser)
    await reads.make_key(Kind.ESCALATION)
    await writes.make_key()
    await alms.make_key()
    sends, inbox = Escalations(alms), Escalations(writes, reads)
    copies = await sends.copies({"paper": "sent", "record": RECORD.hex(), "summary": SUMMARY})
    head = {"record": RECORD.hex()}
    assert (await sends.post("/api/escalations", head, copies)).status == 200
    (says,) = await inbox.read(RECORD)
    assert says["summary"] == SUMMARY
    day.secrets["escalation"] = SUMMARY.encode()
    day.ciphertexts |= {f"escalation {n}": copy[-80:-48] for n, copy in enumerate(copies)}
    day.traces["supervisor's token"] = bytes.fromhex(lind.token)
    return lind, inbox, Answerer(writes, reads)


async def _refer(server: DemoServer, day: Day, answers: Answerer) -> tuple[Visitor, ReturnCode]:
    """A professional refers somebody; the supervisor reads it and says yes."""
    service = _service(server, day, "office", VISITOR_ADDRESS)
    office, code = await Visitor.arrive(service), from_root(service.chance(KEY))
    asker = Asker(office, code)
    record = await asker.ask({"v": 1, "kind": "referral", "text": ASKED})
    asked = await answers.read(record)
    assert ASKED in asked.text
    await answers.decide(record, "accepted", "agreed", text=ANSWERED, to=asked.r)
    (told,) = await asker.standing()
    assert told["answer"]["text"] == ANSWERED
    day.secrets |= {"referral": ASKED.encode(), "its answer": ANSWERED.encode()}
    return office, code


def _service(server: DemoServer, day: Day, who: str, source: str) -> Service:
    return Service(server.visitor_url, server.staff_url, day.chance(who), time.time, source)


async def _keep_code(visitor: Visitor, day: Day) -> ReturnCode:
    digits = make_digits(chances.token_bytes)
    code = await asyncio.to_thread(derive, digits, visitor.believed.trust.service)
    await visitor.keep(code)
    day.secrets |= {"digits": digits.encode(), "digits shown": in_groups(digits).encode()}
    day.secrets |= {"code id": code.id, "code auth": code.auth, "code key": code.r.private}
    return code


async def _write(talk: Talk, day: Day) -> None:
    there, here = talk.visitor.party, talk.desk.party
    assert there is not None
    for number, text in enumerate(LINES):
        writer, reader = (here, there) if number % 2 else (there, here)
        news = talk.visitor.news if number % 2 else talk.adviser.news
        await writer.say(text)
        await news.until(partial(has_read, reader, text))
        day.secrets[f"line {number}"] = text.encode()
    for who, party in (("visitor", there), ("adviser", here)):
        epoch = party.member.epoch
        assert epoch is not None
        for number, key in enumerate(epoch.secrets()):
            day.secrets[f"{who}'s chain {number}"] = key


def has_read(party: RoomParty, text: str) -> bool:
    return any(line.text == text for line in party.heard.lines)


async def browse(server: DemoServer) -> None:
    """A browser with a name of its own looks at pages that are there and that are not."""
    for path in ("/", "/nowhere", "/healthz"):
        await exchange(server.port, request(server.port, path, "GET", f"User-Agent: {AGENT}"))


def note_sent(day: Day, tape: Tape) -> None:
    """Mark every binary message that was sent: frames, commits, envelopes."""
    for number, (_, said) in enumerate(tape.sent):
        if isinstance(said, bytes):
            # The end of a first commit is 32 zeros, so a part before it.
            day.ciphertexts[f"sent {number}"] = said[-80:-48]


async def finish(talk: Talk) -> None:
    """The visitor has everything erased and the receipt says so, the supervisor has closed what was
    escalated; everybody goes home."""
    receipt = await talk.visitor.erase(talk.code)
    assert receipt["rooms"] == 1
    assert (await talk.office.erase(talk.office_code))["inquiries"] == 1
    await talk.office.leave()
    closed = await talk.inbox.decide(RECORD, "closed", "enough", grave=False)
    assert closed.told["state"] == "closed"
    await talk.lind.leave()
    await parted(talk.visitor, talk.adviser, talk.desk)
    await talk.adviser.go_off()
    await talk.adviser.leave()


def live_folder(server: DemoServer) -> Path:
    """Where the running server keeps its live store, by the files it has open."""
    links = Path(f"/proc/{server.pid}/fd").iterdir()
    found = {link.resolve().parent for link in links if link.resolve().name == "live.db"}
    assert len(found) == 1
    return found.pop()
