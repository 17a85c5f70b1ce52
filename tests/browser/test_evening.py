"""An evening with the real pages: three of the staff and two visitors at once."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage, pressed
from tests.browser.test_company import chosen, left, people
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600", "HAMN_POLICY__LOST_AFTER": "1"}


async def comes(visitor: VisitorPage, desk: DeskPage, line: str) -> None:
    """The visitor waits, is answered by this desk, and is heard."""
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.write(line)
    await desk.accept()
    await desk.reads(line)


async def handed_over(berg: DeskPage, visitor: VisitorPage, lind: DeskPage) -> None:
    """From one to the other, with the visitor's yes."""
    await chosen(berg, "h", "Lind")
    await pressed(lind.page.locator("call-list .main"))
    asked = visitor.page.locator("talk-asked")
    await asked.get_by_role("button", name=visitor.word("talk.ask_yes")).click()
    await lind.write("Lind: jag tar vid")
    await visitor.reads("Lind: jag tar vid")
    await expect(berg.band).to_have_text(berg.word("desk.heir_met", name="Lind"))
    await left(berg)
    await visitor.is_with("Lind", 2)


@pytest.mark.scenario(12, part="in company: who is left goes on, and no line is lost or mixed up")
async def test_three_of_the_staff_and_two_visitors_lose_no_line_and_read_nobody_else_s(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, berg = await a_desk(), await a_desk(harbour.person("adviser", 1))
    lind = await a_desk(harbour.person("supervisor"))
    ann, bea = await a_visitor(), await a_visitor()
    await comes(ann, alm, "Ann: hej")
    await comes(bea, berg, "Bea: hej")
    await lind.page.locator("live-list li", has_text="Alm").get_by_role("button").click()
    await expect(people(ann)).to_have_text(re.compile("Lind"))
    await handed_over(berg, bea, lind)
    await bea.write("Bea: tack")
    await lind.reads("Bea: tack")
    await bea.end()

    await lind.is_over("end")
    await lind.page.keyboard.press("Escape")
    await lind.page.keyboard.press("n")
    await alm.page.context.close()
    await expect(people(ann)).to_have_text(re.compile(re.escape(ann.word("talk.lost"))))
    await ann.write("Ann: är du kvar?")
    await lind.reads("Ann: är du kvar?")
    await lind.write("Lind: jag är kvar")
    await ann.reads("Lind: jag är kvar")

    assert await ann.lines(mine=False) == ["Lind: jag är kvar"]
    assert await bea.lines(mine=False) == ["Lind: jag tar vid"]
    assert await lind.lines(mine=False) == ["Ann: är du kvar?"]
    assert "Ann:" not in await berg.page.locator("body").inner_text()
