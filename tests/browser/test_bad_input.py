"""What a browser can do wrong, or have done to it: no chat without trust, and a way on is said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, WebSocket, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.trouble import NO_INDEXED_DB, NO_SUBTLE, tampered
from tests.browsers import FLAGS, NewContext
from tests.services import DemoServer, Person, binary

pytestmark = pytest.mark.browser

NO_X25519 = """const make = crypto.subtle?.generateKey.bind(crypto.subtle);
if (make) crypto.subtle.generateKey = (name, ...rest) => name === "X25519"
  ? Promise.reject(new DOMException("unknown", "NotSupportedError")) : make(name, ...rest);"""
SEALING_FAILS = """const seal = crypto.subtle?.encrypt.bind(crypto.subtle);
if (seal) crypto.subtle.encrypt = (...all) => globalThis.broken
  ? Promise.reject(new DOMException("broken", "OperationError")) : seal(...all);"""
NO_SESSION_STORAGE = """Storage.prototype.setItem = () => {
  throw new DOMException("refused", "QuotaExceededError");
};"""


class Sent:
    """Everything a page sends through its sockets from now on."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[WebSocket] = []
        self.messages: list[str | bytes] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framesent", self._sent)

    def _sent(self, message: str | bytes) -> None:
        self.messages.append(message)


def frames(sent: Sent) -> list[str | bytes]:
    """What was sent as binary messages."""
    return [message for message in sent.messages if isinstance(message, bytes)]


async def _stops(visitor: VisitorPage, phase: str) -> None:
    """No chat: the page says why, and shows other ways."""
    await visitor.is_on("stop")
    await expect(visitor.page.locator("#stop h1")).to_have_text(visitor.word(f"visitor.{phase}"))
    await expect(visitor.page.locator("#stop .lead")).to_have_text(
        visitor.word(f"visitor.{phase}_text")
    )
    await expect(visitor.page.locator("#ways").get_by_role("link").first).to_be_visible()
    await expect(visitor.box).to_be_hidden()


async def test_a_roster_that_does_not_verify_means_no_chat_and_other_ways(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    await a_desk()
    visitor = await a_visitor()
    await tampered(visitor.page.context)
    sent = Sent(visitor.page)
    await visitor.open_chat()
    await _stops(visitor, "untrusted")
    assert sent.sockets == []


async def test_a_desk_does_not_open_on_a_roster_that_does_not_verify(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context()
    await tampered(context)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.try_to_sign_in(harbour.person("adviser"))
    await desk.is_on("stop")
    await expect(desk.page.locator("#stop h1")).to_have_text(desk.word("desk.untrusted"))


@pytest.mark.parametrize("hours", [25, -25])
async def test_a_clock_that_is_wrong_by_a_day_is_said(
    hours: int, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    await a_desk()
    visitor = await a_visitor()
    now = dt.datetime.now(dt.UTC)
    await visitor.page.clock.install(time=now + dt.timedelta(hours=hours))
    await visitor.page.reload()
    await visitor.open_chat()
    await _stops(visitor, "clock")


@pytest.mark.parametrize("script", [NO_SUBTLE, NO_X25519], ids=["no WebCrypto", "no X25519"])
@pytest.mark.check(13)
async def test_a_browser_that_cannot_encrypt_is_told_so_and_offered_other_ways(
    script: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context()
    await context.add_init_script(script)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    sent = Sent(visitor.page)
    await _stops(visitor, "old")
    assert sent.sockets == []

    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.is_on("stop")
    await expect(desk.page.locator("#stop h1")).to_have_text(desk.word("desk.old"))


@pytest.mark.check(13)
async def test_a_line_that_cannot_be_sealed_stays_in_the_box_and_nothing_is_sent(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    context = await new_context(expects_errors=True)
    await context.add_init_script(SEALING_FAILS)
    page = await context.new_page()
    sent = Sent(page)
    visitor = VisitorPage(page)
    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Den här går fram")
    await desk.reads("Den här går fram")

    await page.evaluate("globalThis.broken = true")
    before = len(frames(sent))
    await visitor.box.fill("Den här går inte att låsa")
    await visitor.button("talk.send").click()
    await expect(visitor.box).to_have_value("Den här går inte att låsa")
    assert len(frames(sent)) == before
    await page.evaluate("globalThis.broken = false")
    await visitor.button("talk.send").click()
    await desk.reads("Den här går inte att låsa")
    plain = [m if isinstance(m, bytes) else m.encode() for m in sent.messages]
    assert len(plain) > 5
    assert not any("låsa".encode() in message for message in plain)


async def test_a_browser_that_keeps_nothing_for_the_tab_says_so(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    context = await new_context()
    await context.add_init_script(NO_SESSION_STORAGE)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await expect(visitor.page.locator("#band")).to_have_text(visitor.word("visitor.memory"))
    await visitor.write("Det går ändå")
    await desk.reads("Det går ändå")


async def test_a_desk_whose_browser_refuses_to_keep_keys_works_from_memory_and_says_so(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    context = await new_context()
    await context.add_init_script(NO_INDEXED_DB)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await desk.go_on_duty()
    await expect(desk.page.locator("#band")).to_have_text(desk.word("desk.memory"))
    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Hörs vi?")
    await desk.reads("Hörs vi?")


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_without_javascript_the_page_is_still_of_use(
    language: str, harbour: DemoServer, without_scripts: Browser
) -> None:
    page = await without_scripts.new_page()
    visitor = VisitorPage(page, language)
    await page.goto(f"{harbour.visitor_url}/{language}")
    said = page.locator("noscript p")
    await expect(said).to_be_visible()
    await expect(said).to_contain_text(visitor.word("page.noscript"))
    await expect(page.get_by_role("link", name="112").first).to_be_visible()
    await page.locator("#ways summary").click()
    await expect(page.locator("#ways a[href^='tel:']").first).to_be_visible()

    await page.goto(f"{harbour.visitor_url}/{language}/help")
    await expect(page.get_by_role("heading", name=visitor.word("page.hours"))).to_be_visible()
    await expect(page.get_by_text(visitor.word("page.hours_text"))).to_be_visible()
    await expect(page.locator("main a[href^='tel:']").nth(1)).to_be_visible()
    leave = page.get_by_role("link", name=visitor.word("page.leave"))
    await expect(leave).to_have_attribute("href", "/bye")


@pytest_asyncio.fixture(loop_scope="session")
async def without_scripts(browser: Browser) -> AsyncIterator[Browser]:
    """A Chromium in which the person has switched scripts off."""
    arguments = [*FLAGS, "--blink-settings=scriptEnabled=false"]
    chromium = binary("chromium", "chromium")
    other = await browser.browser_type.launch(executable_path=chromium, args=arguments)
    yield other
    await other.close()


async def test_a_mistyped_secret_is_pointed_out_before_it_is_sent(
    harbour: DemoServer, new_context: NewContext
) -> None:
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    sent = Sent(desk.page)
    alm = harbour.person("adviser")
    said = desk.page.locator("#signin-said")
    for secret, hint in (
        (alm.secret[:-4], desk.word("desk.secret_count", n=20)),
        (alm.secret[:-1] + str((int(alm.secret[-1]) + 1) % 10), desk.word("desk.secret_check")),
    ):
        await desk.try_to_sign_in(Person(alm.name, alm.role, secret))
        await expect(said).to_have_text(hint)
    assert sent.sockets == []

    berg = harbour.person("adviser", 1)
    await desk.try_to_sign_in(Person(alm.name, alm.role, berg.secret))
    await expect(said).to_have_text(desk.word("desk.wrong"))
    texts = [json.loads(message) for message in sent.messages if isinstance(message, str)]
    assert {text["t"] for text in texts} == {"auth"}
    assert not any(berg.secret in str(message) for message in sent.messages)
