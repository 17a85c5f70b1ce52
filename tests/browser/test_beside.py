"""Beside the lines, with the real pages: nobody writes, and ending together."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.test_company import talking

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__QUIET_HELD": "2", "HAMN_POLICY__RING": "600"}

NOTED = """part => {
  globalThis.shown = [];
  new MutationObserver(() => shown.push(part.innerText)).observe(part,
    {attributes: true, characterData: true, childList: true, subtree: true});
}"""
"""What stands there for two seconds only is looked up afterwards, however late that is."""


async def were_shown(part: Locator, *words: str) -> None:
    """All of it stood there at the same time, once."""
    shown: list[str] = await part.page.evaluate("shown")
    assert any(all(word in text for word in words) for text in shown)


async def test_who_is_quiet_for_long_is_asked_and_goes_on_with_the_same_talk_later(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk, visitor = await a_desk(), await a_visitor()
    await desk.page.clock.install()
    await talking(desk, visitor)
    for part in (visitor.talk, desk.log):
        await part.evaluate(NOTED)
    await desk.page.clock.fast_forward("05:01")
    sign = visitor.page.locator("talk-sign")
    await expect(sign).to_contain_text(visitor.word("visitor.rests", hours=24))
    await were_shown(
        visitor.talk, visitor.word("visitor.still"), visitor.word("visitor.still_here")
    )
    await desk.is_over("idle")
    await were_shown(desk.log, desk.word("note.still_asked"))
    await desk.ready()
    await expect(visitor.line("Hej, jag är orolig", mine=True)).to_be_visible()
    await sign.get_by_role("button", name=visitor.word("visitor.rests_on")).click()
    await desk.accept()
    await visitor.is_with("Alm")
    await expect(desk.log).to_contain_text(desk.word("note.reconnected"))
    await visitor.write("Förlåt, jag fick gå")
    await desk.reads("Förlåt, jag fick gå")


async def test_both_are_told_write_a_last_line_and_end_calmly(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk, visitor = await a_desk(language="en"), await a_visitor("en")
    await talking(desk, visitor)
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("e")
    await desk.page.locator("#end-together").click()
    theirs, ours = visitor.page.locator("talk-closing"), desk.talk.locator("talk-closing")
    await expect(theirs).to_contain_text(visitor.word("talk.closing_staff", name="Alm"))
    await expect(ours).to_contain_text(desk.word("talk.closing_offered"))

    await ours.get_by_label(desk.word("talk.closing_agreed_asked")).fill("en promenad")
    await ours.get_by_role("button", name=desk.word("talk.closing_send")).click()
    agreed = visitor.word("talk.closing_agreed", text="en promenad")
    await visitor.reads(agreed)
    await theirs.get_by_role("button", name=visitor.word("talk.closing_end")).click()
    sheet = visitor.page.get_by_role("dialog", name=visitor.word("page.end"))
    await sheet.get_by_label(visitor.word("talk.closing_summary_asked")).fill("lugn")
    await sheet.get_by_label(visitor.word("talk.closing_feels")).select_option("0")
    await sheet.get_by_role("button", name=visitor.word("page.end_yes")).click()
    await visitor.is_on("after")
    await desk.is_over("end")
    await expect(visitor.line(agreed, mine=False)).to_be_visible()
    felt = visitor.word("talk.closing_felt", how=visitor.word("talk.closing_lighter"))
    await expect(visitor.log).to_contain_text(felt)
