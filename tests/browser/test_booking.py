"""A talk without a name: booked, had, followed by another; by phone, moved and erased."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Route, expect

from hamn.store.sqlite import FILE
from tests.browser.conftest import OpenDesk, OpenVisitor, demo_of
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules, spilling
from tests.browsers import WAIT_MS, NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__TALK_EARLY": "300000"}
"""At whatever hour a test runs, the door to the next talk is open."""
COUNSELLOR = 4
LOST = "connectionreset"
STORED = {
    *("id", "day", "number", "idx", "begins", "length", "form", "language", "interpreter"),
    *("mailbox", "state", "last_day", "until", "moves", "r", "sealed", "reply"),
}
"""Every column of a talk: when, how, with whom, and under which code."""
NUMBER, WORD = "040-555 01 00", "Fyrvaktare"


@pytest.fixture
def built(request: pytest.FixtureRequest, tmp_path: Path) -> DemoServer:
    """A book of its own for every test, so that no time was taken before."""
    return demo_of(request.module, tmp_path)


def door(visitor: VisitorPage) -> Locator:
    return visitor.page.locator("booking-door")


def times(visitor: VisitorPage, form: str) -> Locator:
    name = re.compile(re.escape(visitor.word(f"talks.form_{form}")))
    return door(visitor).locator(".times").get_by_role("button", name=name)


async def press(visitor: VisitorPage, key: str) -> None:
    await door(visitor).get_by_role("button", name=visitor.word(key), exact=True).first.click()


async def says(visitor: VisitorPage, key: str) -> None:
    await expect(door(visitor)).to_contain_text(visitor.says(key))


async def choose(visitor: VisitorPage, form: str) -> None:
    """From the front page to a time; never the very next, which may begin while one looks."""
    await visitor.page.get_by_role("link", name=visitor.word("page.book")).click()
    await times(visitor, form).nth(1).click()
    await says(visitor, "talks.stored")


async def take_code(visitor: VisitorPage) -> str:
    await press(visitor, "visitor.code_show")
    return await type_back(visitor)


async def type_back(visitor: VisitorPage) -> str:
    """The digits of a code that is typed back."""
    groups = door(visitor).locator("ol.code li")
    await expect(groups).to_have_count(6)
    shown = await groups.all_inner_texts()
    for field in await door(visitor).locator("return-code input").all():
        label = await field.evaluate("field => field.labels[0].textContent")
        await field.fill(shown[int(re.sub(r"\D", "", label)) - 1])
    await press(visitor, "visitor.code_confirm")
    return "".join(shown)


async def knocks(visitor: VisitorPage) -> None:
    """At the door to a talk, once the counsellor's desk has sealed the way in: the page looks for
    that by itself, every 20 s."""
    name = visitor.word("talks.go_in")
    await door(visitor).get_by_role("button", name=name, exact=True).click(timeout=2 * WAIT_MS)


async def book(visitor: VisitorPage, form: str) -> str:
    await choose(visitor, form)
    digits = await take_code(visitor)
    await press(visitor, "talks.yes")
    await says(visitor, "talks.booked")
    return digits


def kept(harbour: DemoServer) -> list[Mapping[str, object]]:
    """Every row of a talk, as it lies in the file."""
    with closing(sqlite3.connect(harbour.data / FILE)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM talk ORDER BY begins")]


@pytest.mark.scenario(15)
async def test_a_talk_is_booked_without_a_name_and_had_at_its_time(
    harbour: DemoServer, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    visitor = await a_visitor()
    digits = await book(visitor, "chat")
    (row,) = kept(harbour)
    assert {name: row[name] for name in ("form", "language", "interpreter", "sealed", "state")} == {
        "form": "chat",
        "language": "sv",
        "interpreter": None,
        "sealed": None,
        "state": "booked",
    }
    assert set(row) == STORED
    assert await visitor.page.context.cookies() == []
    desk = await a_desk(harbour.person("counsellor"))
    await expect(desk.page.locator("#desk own-talks li")).to_have_count(1)

    other = await a_visitor()
    await expect(other.button("page.chat")).to_be_hidden()  # a counsellor opens no chat
    await comes_back_over_a_bad_line(other, digits)
    await knocks(other)
    await desk.accept()
    await other.is_with("Ek", COUNSELLOR)
    await desk.write("Hej, bra att du kom.")
    await other.reads("Hej, bra att du kom.")
    await other.write("Det var svårt att våga.")
    await desk.reads("Det var svårt att våga.")
    identity = desk.page.locator("room-talk .identity")
    await expect(identity).to_have_text(desk.word("desk.identity_booked"))
    await follows_up(desk, other)
    await other.page.goto(f"{harbour.visitor_url}/sv/book")
    await expect(other.box).to_be_visible()  # no booking lies over a talk that goes on
    await other.is_with("Ek", COUNSELLOR)
    assert sorted(str(row["state"]) for row in kept(harbour)) == ["booked", "done"]
    assert len({row["mailbox"] for row in kept(harbour)}) == 1


async def comes_back_over_a_bad_line(visitor: VisitorPage, digits: str) -> None:
    """It fails when the code is known and the talks are not; then the digits are still there."""

    async def cut(route: Route) -> None:
        await (route.abort(LOST) if await door(visitor).is_visible() else route.continue_())

    await visitor.page.route("**/roster.sig", cut)
    await visitor.come_back(digits)
    await says(visitor, "talks.failed_network")
    await expect(door(visitor)).not_to_contain_text(visitor.word("talks.nothing"))
    await visitor.page.unroute("**/roster.sig")
    await press(visitor, "visitor.again")


async def follows_up(desk: DeskPage, visitor: VisitorPage) -> None:
    """The next talk, offered with one key and booked under the same code, without leaving."""
    await desk.page.locator("#waiting").focus()
    await desk.page.keyboard.press("f")
    await desk.page.locator("#times-list button").nth(1).click()
    offer = visitor.page.locator("#time-offer")
    await offer.get_by_role("button", name=visitor.word("talks.offered_yes")).click()
    await press(visitor, "talks.yes")
    await says(visitor, "talks.booked")
    await press(visitor, "talks.leave")
    await visitor.is_with("Ek", COUNSELLOR)
    await expect(desk.page.locator("#desk own-talks li")).to_have_count(2)


async def test_no_button_goes_from_under_a_hand_when_times_are_told_late(
    a_visitor: OpenVisitor,
) -> None:
    digits = await book(await a_visitor(), "chat")
    visitor, told = await a_visitor(), asyncio.Event()

    async def late(route: Route) -> None:
        await told.wait()
        await route.continue_()

    await visitor.page.route("**/api/slots", late)
    await visitor.page.get_by_role("link", name=visitor.word("page.book")).click()
    await door(visitor).locator("summary").click()
    await door(visitor).locator("details input").fill(digits)
    await press(visitor, "talks.see")
    move = door(visitor).get_by_role("button", name=visitor.word("talks.move"), exact=True)
    under_a_hand = await move.element_handle()
    async with visitor.page.expect_response("**/api/slots") as answer:
        told.set()
    await (await answer.value).finished()
    await visitor.page.evaluate("() => new Promise((done) => setTimeout(done))")

    assert await under_a_hand.evaluate("button => button.isConnected")


@pytest.mark.scenario(13, part="a booked talk, in real pages")
async def test_a_talk_by_phone_is_agreed_moved_and_erased(
    harbour: DemoServer, a_visitor: OpenVisitor, new_context: NewContext
) -> None:
    visitor = await a_visitor()
    digits = await book(visitor, "phone")
    await says(visitor, "talks.ahead_phone_soon")
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    await desk.sign_in(harbour.person("counsellor"))
    await agrees(desk)

    await visitor.goto(harbour.visitor_url)
    await visitor.come_back(digits)
    await expect(door(visitor).locator("dd")).to_have_text([NUMBER, WORD])
    before = (harbour.data / FILE).read_bytes() + (harbour.data / f"{FILE}-wal").read_bytes()
    assert not any(text.encode() in before for text in (NUMBER, WORD))
    await press(visitor, "talks.move")
    await press(visitor, "talks.more_days")  # one meets every other day; two are a week's matter
    await times(visitor, "meeting").nth(1).click()
    await press(visitor, "talks.yes")
    await says(visitor, "talks.moved")
    own = desk.page.locator("#off own-talks")
    await expect(own).to_contain_text(desk.word("desk.talk_meeting"))
    assert sorted(str(row["state"]) for row in kept(harbour)) == ["booked", "moved"]

    await visitor.goto(harbour.visitor_url)
    await visitor.type_code(digits)
    await visitor.button("page.comeback_erase").click()
    sheet = visitor.page.get_by_role("dialog", name=visitor.word("page.erase"))
    await sheet.get_by_role("textbox").fill(digits)
    await sheet.get_by_role("button", name=visitor.word("page.erase_yes")).click()
    receipt = visitor.page.locator("#after .lead")
    await expect(receipt).to_contain_text("bokade tider 2")
    assert kept(harbour) == []
    await expect(own).not_to_contain_text(desk.word("desk.talk_meeting"))


async def agrees(desk: DeskPage) -> None:
    """The counsellor says which number to call and which word to say."""
    item = desk.page.locator("#off own-talks")
    await item.get_by_role("button", name=desk.word("desk.talk_agree")).click()
    sheet = desk.page.get_by_role("dialog", name=desk.word("desk.agree"))
    await sheet.locator("#agree-place").fill(NUMBER)
    await sheet.locator("#agree-word").fill(WORD)
    await sheet.get_by_role("button", name=desk.word("desk.agree_go")).click()
    await expect(item).to_contain_text(f"{NUMBER} · {WORD}")


@pytest.mark.scenario(23, part="a talk is booked with keys alone, four times as large")
async def test_a_talk_is_booked_with_keys_alone_at_four_hundred_percent(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(viewport={"width": 320, "height": 256}, timezone_id="Asia/Tehran")
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    page, keys = visitor.page, visitor.page.keyboard
    await visitor.tab_to(visitor.word("page.book"))
    await keys.press("Enter")
    await visitor.tab_to(await times(visitor, "chat").nth(1).inner_text())
    await says(visitor, "talks.elsewhere")
    assert await spilling(page) == []
    await keys.press("Enter")
    await visitor.tab_to(visitor.word("visitor.code_show"))
    await keys.press("Enter")
    groups = door(visitor).locator("ol.code li")
    await expect(groups).to_have_count(6)
    for way in ("Tab", None):
        label = await page.evaluate("document.activeElement.labels[0].textContent")
        await keys.type(await groups.nth(int(re.sub(r"\D", "", label)) - 1).inner_text())
        if way:
            await keys.press(way)
    assert await spilling(page) == []
    for key in ("visitor.code_confirm", "talks.yes"):
        await visitor.tab_to(visitor.word(key))
        await keys.press("Enter")
    await says(visitor, "talks.booked")
    assert await spilling(page) == []
    assert [row["state"] for row in kept(harbour)] == ["booked"]


@pytest.mark.scenario(13, part="the waiting list, an interpreter and the calendar, in real pages")
async def test_a_time_is_held_for_who_waits_and_another_booked_with_an_interpreter(
    harbour: DemoServer, a_visitor: OpenVisitor
) -> None:
    visitor = await a_visitor()
    await visitor.page.get_by_role("link", name=visitor.word("page.book")).click()
    await press(visitor, "talks.wait_go")
    await take_code(visitor)
    await press(visitor, "talks.wait_yes")
    await says(visitor, "talks.wait_done")
    await says(visitor, "talks.waits")
    first = {row["id"] for row in kept(harbour) if row["state"] == "held"}
    await press(visitor, "talks.held_no")  # a time was free, and was held at once
    await says(visitor, "talks.cancelled")
    held = {(row["day"], row["number"]) for row in kept(harbour) if row["state"] == "held"}
    assert len(first) == len(held) == 1
    assert held.isdisjoint(
        (row["day"], row["number"]) for row in kept(harbour) if row["id"] in first
    )
    await press(visitor, "talks.wait_end")
    await expect(door(visitor)).not_to_contain_text(visitor.word("talks.waits"))
    async with visitor.page.expect_response("**/api/slots") as told:
        await press(visitor, "talks.another")
    await (await told.value).finished()
    await door(visitor).locator("select").nth(1).select_option("so helped")
    await times(visitor, "chat").nth(1).click()
    await press(visitor, "talks.yes")
    await says(visitor, "talks.booked")
    assert "so" in {row["interpreter"] for row in kept(harbour)}
    async with visitor.page.expect_download() as download:
        await press(visitor, "talks.file")
    file = (await (await download.value).path()).read_text("utf-8")
    assert f"SUMMARY:{visitor.word('talks.file_title')}" in file.splitlines()
    assert "Ek" not in file
    await press(visitor, "talks.cancel")
    await says(visitor, "talks.cancelled")
    await expect(door(visitor).locator("h1")).to_be_focused()  # what had it is gone


@pytest.mark.scenario(23, part="automated rules, booking and the pages where times are published")
async def test_no_rule_is_broken_where_a_talk_is_booked(
    harbour: DemoServer, new_context: NewContext
) -> None:
    visitor = VisitorPage(await (await new_context(bypass_csp=True)).new_page())
    rules = Rules(visitor.page)
    await opens_over_a_bad_line(visitor, f"{harbour.visitor_url}/sv/book")
    await rules.look("no times yet")
    await press(visitor, "visitor.again")
    await expect(times(visitor, "chat").first).to_be_visible()
    languages = door(visitor).locator("select").nth(1).locator("> option")
    await expect(languages).not_to_have_count(1)  # those that are spoken are known since
    await rules.look("times")
    await times(visitor, "phone").nth(1).click()
    await press(visitor, "visitor.code_show")
    await rules.look("a time and a code")
    await type_back(visitor)
    await press(visitor, "talks.yes")
    await says(visitor, "talks.booked")
    await rules.look("one's talks")
    await visitor.page.add_init_script("crypto.subtle.generateKey = () => Promise.reject()")
    await visitor.page.goto(f"{harbour.visitor_url}/sv/book")
    await expect(visitor.page.locator("#stop h1")).to_be_visible()  # no booking lies over it
    await rules.look("why there can be no talk")
    staff = await looks_at_staff(harbour, new_context)
    assert [*rules.broken, *staff] == []


async def opens_over_a_bad_line(visitor: VisitorPage, address: str) -> None:
    await visitor.page.route("**/api/slots", lambda route: route.abort(LOST), times=1)
    await visitor.page.goto(address)
    await says(visitor, "talks.failed_network")
    await expect(door(visitor)).not_to_contain_text(visitor.word("talks.none"))


async def looks_at_staff(harbour: DemoServer, new_context: NewContext) -> list[str]:
    """The same for who holds the talks; what is broken."""
    desk = await DeskPage.open(await new_context(bypass_csp=True), harbour.staff_url)
    await desk.sign_in(harbour.person("counsellor"))
    page = desk.page
    await expect(page.locator("#off own-talks li").first).to_be_visible()
    own = Rules(page)
    await own.look("own talks")
    published = await desk.beside(page.locator("#off .to-times a"))
    await expect(published.locator("#days li").first).to_be_visible()
    there = Rules(published)
    await there.look("times for talks")
    await published.locator("#new").click()
    await there.look("a new time")
    await published.locator("#at").select_option("960")
    await published.locator("#time-form [type=submit]").click()
    await expect(published.locator("#said")).to_have_text(desk.word("rota.saved"))
    await says_what_was_not_done(desk, published)
    return [*own.broken, *there.broken]


async def says_what_was_not_done(desk: DeskPage, published: Page) -> None:
    """Signed out meanwhile: an address that still leads to the calendar is not said to be gone."""
    await published.locator("#feed-new").click()
    await expect(published.locator("#feed-address")).to_be_visible()
    await published.evaluate("sessionStorage.clear()")
    await published.locator("#feed-end").click()
    await expect(published.locator("#feed-said")).to_have_text(desk.word("texts.out"))
    await expect(published.locator("#feed-address")).to_be_visible()
    await published.locator("#days li button").first.click()
    await published.locator("#one-off").click()
    await expect(published.locator("#one-said")).to_have_text(desk.word("texts.out"))
