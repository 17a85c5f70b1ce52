"""Somebody asks for data: the guide, the register that two decide in, what there is to print."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops import disclosure
from hamn.ops.people import Person as NewPerson
from hamn.ops.people import add_with_secret
from hamn.settings import Settings, settle
from hamn.store.sqlite import SqliteStore
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browser.test_message_box import (
    TEXT,
    door,
    has_left,
    press,
    signed_in,
    take_code,
    write_message,
)
from tests.browsers import NewContext
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser


def _settings(server: DemoServer) -> Settings:
    """As whoever runs the server has them."""
    service = {"id": "hamn-demo", "names": {"sv": "Hamn"}}
    service |= {"visitor_origins": [server.visitor_url], "staff_origins": [server.staff_url]}
    folders = {"data": str(server.data), "live": str(Path(server.data).with_name("live"))}
    return settle({"service": service, "folders": folders})


async def _second(server: DemoServer) -> Person:
    """One more supervisor."""
    store = SqliteStore(Path(server.data), SystemEntropy())
    person, now = NewPerson("vik", "Vik", (Role.SUPERVISOR,)), SystemClock().now()
    chance = SystemEntropy().bytes
    secret = await add_with_secret(store, person, service="hamn-demo", now=now, chance=chance)
    store.close()
    return Person("vik", "supervisor", secret)


async def _at_requests(desk: DeskPage, person: Person) -> None:
    await desk.sign_in(person)
    await expect(desk.page.locator("#to-requests a")).to_be_visible()
    await desk.page.goto(f"{desk.page.url}/requests")
    await expect(desk.page.locator("#guide")).to_be_visible()


@pytest.mark.scenario(17, part="the text; with a code the page shows and erases")
async def test_without_a_code_there_is_a_text_and_with_one_the_page_itself_shows_and_erases(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    staff, visitor = await signed_in(harbour, new_context), await a_visitor()
    await write_message(visitor, TEXT)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    await staff.page.goto(f"{harbour.staff_url}/sv/requests")
    await expect(staff.page.locator("#art11 p")).to_have_text(
        [staff.word("requests.art11_1"), staff.word("requests.art11_2")]
    )
    await expect(staff.page.locator("#guide li", has_text=harbour.visitor_url)).to_have_count(1)
    await expect(staff.page.locator("main :is(input, select):visible")).to_have_count(0)

    other = await a_visitor()
    await other.come_back(digits)
    await expect(door(other).locator(".lead")).to_have_text(other.says("box.letters_wait"))
    await other.goto(harbour.visitor_url)
    await other.type_code("")
    await other.button("page.comeback_erase").click()
    sheet = other.page.get_by_role("dialog", name=other.word("page.erase"))
    await sheet.get_by_role("textbox").fill(digits)
    await press(sheet, other.word("page.erase_yes"))
    receipt = other.page.locator("#after .lead")
    remains = other.word("visitor.receipt_remains", passed=30, counselled=365)
    await expect(receipt).to_contain_text(remains)
    assert disclosure.of_code(_settings(harbour), digits) == []


async def _asks_signed_out(desk: DeskPage, reference: str) -> None:
    """It is said, and what was written stays."""
    tab = desk.page
    token = await tab.evaluate("sessionStorage.getItem('hamn-desk')")
    await tab.locator("#add [name=reference]").fill(reference)
    await tab.evaluate("sessionStorage.removeItem('hamn-desk')")
    await tab.locator("#add button").click()
    await expect(tab.locator("#said")).to_have_text(desk.word("texts.out"))
    await expect(tab.locator("#add [name=reference]")).to_have_value(reference)
    await tab.evaluate("token => sessionStorage.setItem('hamn-desk', token)", token)


@pytest.mark.scenario(18)
async def test_a_request_is_registered_and_decided_by_two_and_the_print_holds_nothing_readable(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk, a_visitor: OpenVisitor
) -> None:
    vik, desk, visitor = await _second(harbour), await a_desk(), await a_visitor()
    await visitor.open_chat()
    await desk.accept()
    digits = await visitor.make_code()
    await visitor.write("Han heter Kanariefågel")
    await desk.reads("Han heter Kanariefågel")
    printed = "\n".join(disclosure.lines(disclosure.of_code(_settings(harbour), digits)))
    assert "live store, room" in printed
    assert "Kanariefågel" not in printed

    lind = await DeskPage.open(await new_context(bypass_csp=True), harbour.staff_url)
    await _at_requests(lind, harbour.person("supervisor"))
    rules = Rules(lind.page)
    await _asks_signed_out(lind, "K-12/26")
    await lind.page.locator("#add button").click()
    await lind.page.locator(".request [name=given]").select_option("report")
    await lind.page.locator(".request button").click()
    await expect(lind.page.locator(".request").get_by_text("Lind")).to_be_visible()
    await expect(lind.page.get_by_role("button", name=lind.word("requests.agree"))).to_have_count(0)
    await rules.look("the guide and the register")
    second = await DeskPage.open(await new_context(), harbour.staff_url)
    await _at_requests(second, vik)
    await second.page.get_by_role("button", name=second.word("requests.agree")).click()
    await expect(second.page.locator(".request p").nth(1)).to_have_text(
        second.says("requests.decided")
    )
    adviser = await DeskPage.open(await new_context(), harbour.staff_url)
    await _at_requests(adviser, harbour.person("adviser", 2))
    await expect(adviser.page.locator("#register")).to_be_hidden()
    assert rules.broken == []
