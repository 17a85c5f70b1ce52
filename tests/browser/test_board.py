"""The supervisor's board: who is on duty, who waits, what rooms are open; live, without content."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600", "HAMN_POLICY__LOST_AFTER": "3"}

CHANGES = """() => {
  const room = {id: "7", here: true, people: [], language: "sv"};
  const views = {
    "live-list": (names) => ({live: [room], rooms: [], board: {rooms: [{...room, names}]}}),
    "room-list": (names) => ({rooms: [{...room, state: names[1] ? "live" : "away"}], current: ""}),
  };
  return Object.entries(views).map(([name, view]) => {
    const list = document.querySelector(name);
    list.show(view(["Alm"]));
    const button = list.querySelector("button[type=button]:not([hidden])");
    list.show(view(["Alm", "Berg"]));
    return button.isConnected;
  });
}"""
"""A list that changes under a finger: whether the button it is on stays."""


@pytest.mark.parametrize("language", ["sv"])
async def test_a_supervisor_sees_the_evening_as_it_is_and_nothing_that_is_said(
    language: str,
    harbour: DemoServer,
    new_context: NewContext,
    a_desk: OpenDesk,
    a_visitor: OpenVisitor,
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    lind = await DeskPage.open(context, harbour.staff_url, language)
    await lind.sign_in(harbour.person("supervisor"))
    await lind.go_on_duty()
    board, rules = lind.page.locator("duty-board"), Rules(lind.page)
    rooms = lind.page.locator("live-list")
    figures = board.locator(".figures b")
    await expect(board.locator("li bdi")).to_have_text(["Lind"])
    alm = await a_desk()
    await expect(alm.page.locator("#board")).to_be_hidden()
    await expect(board.locator("li[data-is=free]")).to_have_count(2)

    talking, waiting = await a_visitor(), await a_visitor()
    await talking.open_chat()
    await alm.accept()
    await talking.is_with("Alm")
    await talking.write("Det här är mellan oss")
    await alm.reads("Det här är mellan oss")
    await waiting.open_chat()
    await expect(figures).to_have_text(["1", "1", "0"])
    await expect(board.locator("li[data-is=talks] bdi")).to_have_text("Alm")
    await expect(rooms).to_contain_text(lind.word("desk.board_here"))
    await expect(lind.page.get_by_text("Det här är mellan oss")).to_have_count(0)
    await rules.look("the board")

    await talking.page.goto("about:blank")
    await expect(rooms.locator("li[data-away=true]")).to_contain_text(lind.word("desk.board_away"))
    await rules.look("the board, a visitor away")
    assert await lind.page.evaluate(CHANGES) == [True, True]
    await alm.end()
    await expect(rooms).to_contain_text(lind.word("desk.no_live"))
    await expect(board.locator("li[data-is=wraps] bdi")).to_have_text("Alm")
    assert rules.broken == []
