"""The board beside a conversation: in the adviser's page alone, warned about, shown if wished."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor

pytestmark = pytest.mark.browser

WORRY, WORKS = "Han kommer hem sent", "De äter frukost ihop"


@pytest.mark.scenario(21, part="a name on the board is warned about before anything is shown")
async def test_the_board_stays_in_the_page_until_the_adviser_shows_it(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk, visitor = await a_desk(), await a_visitor()
    board = desk.page.locator("side-board")
    await expect(board.locator("textarea").first).to_be_hidden()
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await board.locator("textarea").first.fill("Han träffar Kalle Berg")
    await expect(board.locator(".band")).to_have_text(desk.word("desk.names_name"))
    await board.locator("textarea").first.fill("Ring 070-123 45 67")
    await expect(board.locator(".band")).to_have_text(desk.word("desk.names_phone"))
    await board.locator("textarea").first.fill(WORRY)
    await expect(board.locator(".band")).to_be_hidden()
    await board.locator("textarea").nth(1).fill(WORKS)
    await expect(visitor.page.get_by_text(WORRY)).to_have_count(0)

    await board.get_by_role("button").click()
    await expect(visitor.page.get_by_text(WORRY)).to_have_count(0)
    whole = (
        f"{desk.word('desk.board_worries')}: {WORRY}\n\n{desk.word('desk.board_works')}: {WORKS}"
    )
    await expect(desk.box).to_have_value(whole)
    await desk.talk.get_by_role("button", name=desk.word("talk.send"), exact=True).click()
    await expect(visitor.log).to_contain_text(WORRY)
    await expect(visitor.log).to_contain_text(WORKS)

    await desk.end()
    await expect(desk.over).to_be_visible()
    await desk.ready()
    again = await a_visitor()
    await again.open_chat()
    await desk.accept()
    await expect(board.locator("textarea").first).to_have_value("")
