"""Several people in a room, with the real pages: supervisors, hand-over, and a room among staff."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage, pressed
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


async def talking(desk: DeskPage, visitor: VisitorPage) -> None:
    """The visitor and this adviser have heard each other."""
    await visitor.open_chat()
    await desk.accept()
    await visitor.write("Hej, jag är orolig")
    await desk.reads("Hej, jag är orolig")


async def chosen(desk: DeskPage, key: str, name: str) -> None:
    """A colleague, by the key of an act."""
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press(key)
    await pressed(desk.page.locator("colleague-list").get_by_role("button", name=name))


async def goes_in(desk: DeskPage) -> None:
    """Into the room that a colleague asks to, once the call is there, by its key."""
    await expect(desk.page.locator("call-list .main").first).to_be_visible()
    await desk.page.keyboard.press("g")


async def left(desk: DeskPage) -> None:
    """Out of a room that others stay in."""
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("e")
    await pressed(desk.page.locator("#go-out-yes"))
    await expect(desk.over).to_be_visible()


def people(page: VisitorPage | DeskPage) -> Locator:
    return page.talk.locator(".people")


@pytest.mark.scenario(11)
async def test_the_visitor_sees_which_supervisor_is_there_before_anything_new_is_hers_to_read(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"))
    await chosen(alm, "c", "Lind")
    await goes_in(lind)
    await alm.write("Kan du komma in till oss?")
    await lind.reads("Kan du komma in till oss?")
    await expect(lind.page.locator("live-list li")).to_have_text(re.compile("Alm"))
    await lind.page.locator("live-list button").click()
    await expect(people(visitor)).to_have_text(re.compile("Lind, jourledare"))
    await expect(visitor.log).to_contain_text(visitor.word("note.joined", name="Lind"))
    assert "Hej, jag är orolig" not in await lind.page.locator("body").inner_text()

    await visitor.write("Hon har packat en väska")
    await lind.reads("Hon har packat en väska")
    assert await lind.lines(mine=False) == ["Hon har packat en väska"]
    await left(lind)
    await expect(people(visitor)).not_to_have_text(re.compile("Lind"))
    await visitor.write("Är ni kvar?")
    await expect(alm.page.locator("room-talk").get_by_text("Är ni kvar?")).to_have_count(1)


@pytest.mark.scenario(4, part="handed over to a named colleague, after a yes; nothing is cut")
async def test_a_conversation_is_handed_over_to_a_colleague_the_visitor_has_met(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    berg = await a_desk(harbour.person("adviser", 1))
    await chosen(alm, "h", "Berg")
    await goes_in(berg)
    asked = visitor.page.locator("talk-asked")
    role = visitor.word("talk.role_1")
    await expect(asked).to_contain_text(visitor.word("talk.ask_over", name="Berg", role=role))
    await asked.get_by_role("button", name=visitor.word("talk.ask_yes")).click()
    await berg.write("Hej, jag heter Berg")
    await visitor.reads("Hej, jag heter Berg")
    await expect(alm.band).to_have_text(alm.word("desk.heir_met", name="Berg"))
    await alm.write("Ta hand om dig")
    await visitor.reads("Ta hand om dig")
    await left(alm)
    await visitor.is_with("Berg")
    await visitor.write("Tack, båda två")
    await berg.reads("Tack, båda två")

    assert await berg.lines(mine=False) == ["Ta hand om dig", "Tack, båda två"]
    assert await visitor.lines(mine=False) == ["Hej, jag heter Berg", "Ta hand om dig"]


async def test_a_visitor_who_says_no_keeps_the_adviser(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    berg = await a_desk(harbour.person("adviser", 1))
    await chosen(alm, "h", "Berg")
    await goes_in(berg)
    asked = visitor.page.locator("talk-asked")
    await asked.get_by_role("button", name=visitor.word("talk.ask_no"), exact=True).click()

    await expect(alm.band).to_have_text(alm.word("desk.refused", name="Berg"))
    await visitor.is_with("Alm")
    await visitor.write("Jag vill prata med dig")
    await alm.reads("Jag vill prata med dig")
    assert await berg.lines(mine=False) == []


async def test_a_room_among_staff_says_so_and_the_visitor_sees_nothing_of_it(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(language="en"), await a_visitor("en")
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"), language="en")
    await chosen(alm, "c", "Lind")
    await lind.page.locator("call-list .main").click()
    for desk in (alm, lind):
        await expect(desk.talk.locator(".identity")).to_have_text(desk.word("desk.staff_only"))
    await alm.write("What would you ask?")
    await lind.reads("What would you ask?")
    await lind.write("Who else knows?")
    await alm.reads("Who else knows?")
    assert await visitor.lines(mine=False) == []

    await lind.page.keyboard.press("Escape")
    await lind.page.keyboard.press("e")
    await expect(alm.over.locator(".lead")).to_have_text(alm.word("desk.ended_aside"))
    await expect(alm.over.locator("h2")).to_be_focused()
    await alm.page.keyboard.press("r")
    await visitor.write("Still here")
    await alm.reads("Still here")
    assert "Who else knows?" not in await alm.page.locator("body").inner_text()
