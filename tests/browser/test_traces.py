"""A talk in real browsers: all that goes over the network, and what the server holds (24, 32).

What leaves a browser is seen before TLS would wrap it: every request and every socket message.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Request, Response, WebSocket, expect

from hamn.asc1.code import derive
from hamn.party.service import believe
from tests.browser.operator import invited, sign_roster
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.test_enrolment import type_back
from tests.browsers import NewContext
from tests.faults.crowd import service_of
from tests.faults.scanner import Scanner
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

KEY = 32
AGENT = "Kanarie-Browser/44.18"
TYPED, ANSWERED, DRAFT = (
    'Kanarie elva: vi bor på "Ängen" 7',
    "Kanarie tolv: jag läser det du skrev",
    "Kanarie tretton: det här skickas aldrig",
)


@dataclass
class Seen:
    """What went over the network, by kind."""

    addresses: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)
    _answers: list[Response] = field(default_factory=list)
    _finished: list[Request] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._answer)
        context.on("requestfinished", self._finish)
        context.on("page", lambda page: page.on("websocket", self._socket))

    def _request(self, request: Request) -> None:
        self.addresses.append(request.url.encode())
        said = request.headers
        said.pop("authorization", None)  # the one place where a token belongs
        self.heads.append(json.dumps(said).encode())
        self.posted.append(request.post_data_buffer or b"")

    def _finish(self, request: Request) -> None:
        self._finished.append(request)

    def _answer(self, answer: Response) -> None:
        self._answers.append(answer)

    def _socket(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url.encode())
        socket.on("framesent", lambda said: self.sent.append(_raw(said)))
        socket.on("framereceived", lambda told: self.told.append(_raw(told)))

    async def answers(self) -> list[bytes]:
        """Every head and body that was answered; bodies that no page has read are of no length."""
        found = []
        for answer in self._answers:
            found.append(json.dumps(answer.headers).encode())
            if answer.request in self._finished:
                found.append(await answer.body() if answer.status == 200 else b"")
            else:
                assert int(answer.headers["content-length"]) < KEY
        return found


def _raw(message: str | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.encode()


@dataclass
class Evening:
    """A new adviser and a visitor have talked, and both pages are still open."""

    server: DemoServer
    folder: Path
    seen: Seen
    words: dict[str, bytes] = field(repr=False)
    doors: dict[str, bytes] = field(repr=False)
    """What opens a door: an invite, a sign-in, a room, a code."""
    room: bytes

    @property
    def places(self) -> list[Path]:
        """Databases and their journals, the log, and what else was put down meanwhile."""
        names = ("data", "live", "tmp", "demo.log")
        return [self.folder / name for name in names]


@pytest_asyncio.fixture(loop_scope="session")
async def evening(tmp_path: Path, new_context: NewContext) -> AsyncIterator[Evening]:
    (tmp_path / "tmp").mkdir()
    env = {"TMPDIR": str(tmp_path / "tmp"), "HAMN_FOLDERS__LIVE": str(tmp_path / "live")}
    async with DemoServer.in_folder(tmp_path, env) as server:
        seen = Seen()
        staff, guest = await new_context(user_agent=AGENT), await new_context(user_agent=AGENT)
        for context in (staff, guest):
            seen.watch(context)
        link = invited(server, "hav", "Hav")
        ek = await _enrolled(await staff.new_page(), link)
        sign_roster(server)
        desk = await DeskPage.open(staff, server.staff_url)
        await desk.sign_in(ek)
        await desk.go_on_duty()
        visitor = await VisitorPage.open(guest, server.visitor_url)
        digits = await _talk(visitor, desk)
        kept = await visitor.page.evaluate("sessionStorage.getItem('hamn')")
        room, capability, *_ = map(bytes.fromhex, str(kept).split(" ")[:2])
        doors = await _derived(server, digits) | {"capability": capability}
        doors |= {"token": _token(seen.told), "invite": bytes.fromhex(link.partition("#")[2])}
        yield Evening(server, tmp_path, seen, _words(digits, ek.secret), doors, room)


async def _enrolled(page: Page, link: str) -> Person:
    """Somebody new, whose digits are made in the browser."""
    await page.goto(link)
    await page.locator("#with-digits").click()
    await expect(page.locator("main > section#secret")).to_be_visible()
    digits = "".join(await page.locator("secret-shown li").all_inner_texts())
    await type_back(DeskPage(page), digits)
    await expect(page.locator("main > section#done")).to_be_visible()
    return Person("hav", "adviser", digits)


async def _talk(visitor: VisitorPage, desk: DeskPage) -> str:
    """Lines both ways and one that is never sent; the digits of a code."""
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Hav")
    digits = await visitor.make_code()
    await visitor.write(TYPED)
    await desk.reads(TYPED)
    await desk.write(ANSWERED)
    await visitor.reads(ANSWERED)
    await visitor.box.fill(DRAFT)
    return digits


def _words(digits: str, secret: str) -> dict[str, bytes]:
    said = {"typed": TYPED, "answered": ANSWERED, "draft": DRAFT, "digits": digits}
    said |= {"digits shown": " ".join(re.findall("....", digits)), "secret": secret}
    return {name: text.encode() for name, text in said.items()}


async def _derived(server: DemoServer, digits: str) -> dict[str, bytes]:
    """What a code leads to; id and auth are shown to the server when it is used."""
    code = derive(digits, (await believe(service_of(server))).trust.service)
    return {"code id": code.id, "code auth": code.auth, "code key": code.r.private}


def _token(told: list[bytes]) -> bytes:
    """The sign-in token, as the one answer that tells it."""
    found = [each for text in told for each in re.findall(rb'"token":"([0-9a-f]{64})"', text)]
    assert len(found) == 1
    return bytes.fromhex(found[0].decode())


@pytest.mark.check(24)
async def test_what_opens_a_door_stands_in_no_address_head_answer_log_or_file(
    evening: Evening,
) -> None:
    scan, seen = Scanner(evening.doors), evening.seen
    network = (seen.addresses, seen.heads, await seen.answers())
    assert min(map(len, network)) > 10
    assert [hit for each in network for part in each for hit in scan.in_bytes(part, "sent")] == []
    assert scan.in_files(evening.places) == set()
    assert {hit.label for each in seen.told for hit in scan.in_bytes(each, "told")} == {"token"}


@pytest.mark.check(32)
async def test_what_was_typed_leaves_no_browser_and_stands_in_no_file_and_no_memory(
    evening: Evening,
) -> None:
    scan, seen, pid = Scanner(evening.words), evening.seen, evening.server.pid
    network = (seen.addresses, seen.heads, seen.posted, seen.sent, seen.told, await seen.answers())
    assert [hit for each in network for part in each for hit in scan.in_bytes(part, "sent")] == []
    assert scan.in_memory(pid) == set()
    assert scan.in_files(evening.places) == set()
    assert Scanner({"agent": AGENT.encode()}).in_files(evening.places) == set()

    known = Scanner({"room": evening.room})
    assert known.in_memory(pid), "the scan sees memory"
    assert any(known.in_bytes(each, "sent") for each in seen.sent), "it sees what is sent"
    assert {hit.where for hit in known.in_files(evening.places)} & {"live.db", "live.db-wal"}
