"""A visitor and an adviser talk, each in a browser of their own."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import pressed

pytestmark = pytest.mark.browser

LATE = """() => {
  const now = Date.now;
  Date.now = () => now() + 60_000;
  document.getElementById("accept").click();
  Date.now = now;
}"""
"""Presses when the time of the ring is over, and nothing has been drawn since."""


async def test_two_people_write_and_read_both_ways(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await visitor.is_in_queue()

    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Hej, jag är orolig för min son")
    await desk.reads("Hej, jag är orolig för min son")
    await visitor.is_marked("Hej, jag är orolig för min son", "received")
    await desk.write("Vad bra att du skriver")
    await visitor.reads("Vad bra att du skriver")
    await desk.is_marked("Vad bra att du skriver", "received")

    assert await visitor.safety_phrase() == await desk.safety_phrase()


async def test_each_sees_that_the_other_is_writing(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")

    await visitor.box.press_sequentially("Jag")
    await expect(desk.talk.locator(".writing")).to_have_text(
        desk.word("talk.writing", name=desk.word("talk.visitor"))
    )
    await desk.box.press_sequentially("Ja")
    await expect(visitor.talk.locator(".writing")).to_have_text(
        visitor.word("talk.writing", name="Alm")
    )
    assert await visitor.lines(mine=False) == []
    assert await desk.lines(mine=False) == []


async def test_what_was_written_while_waiting_is_the_first_line_of_the_room(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.write("Det är svårt att veta var jag ska börja")
    await visitor.is_marked("Det är svårt att veta var jag ska börja", "draft")

    await desk.accept()
    await desk.reads("Det är svårt att veta var jag ska börja")
    await visitor.is_marked("Det är svårt att veta var jag ska börja", "received")


async def test_the_visitor_ends_and_nothing_is_left_on_the_desk_after_the_wrap_up(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Tack för i dag")
    await desk.reads("Tack för i dag")

    await visitor.end()
    await expect(visitor.page.locator("#after .lead")).to_have_text(
        visitor.word("visitor.ended_end")
    )
    await desk.is_over("end")
    await desk.ready()
    await expect(desk.page.locator("body")).not_to_contain_text("Tack för i dag")


async def test_the_adviser_ends_by_keys_and_is_free_for_the_next(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    first = await a_visitor()
    await first.open_chat()
    await desk.rings()
    await desk.page.keyboard.press("F2")
    await first.is_with("Alm")
    await desk.write("Då säger vi så")
    await first.reads("Då säger vi så")

    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("e")
    await pressed(desk.page.locator("#end-yes"))
    await first.is_on("after")
    await expect(first.page.locator("#after h1")).to_have_text(first.word("visitor.ended"))
    await desk.is_over("end")
    for _ in range(2):  # the first says that the form is not saved
        await desk.page.keyboard.press("r")

    second = await a_visitor("en")
    await second.open_chat()
    await desk.accept()
    await second.is_with("Alm")
    assert await second.lines(mine=False) == []


async def test_a_ring_that_is_on_screen_can_be_accepted_in_its_last_moment(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.rings()
    await desk.page.evaluate(LATE)
    await visitor.is_with("Alm")


async def test_an_adviser_practises_with_oneself(a_desk: OpenDesk) -> None:
    desk = await a_desk()
    await desk.page.locator("#duty-off").click()
    await desk.is_on("off")
    await desk.page.locator("#practise").click()
    await expect(desk.box).to_be_visible()
    await desk.write("Så här känns det")
    await desk.is_marked("Så här känns det", "received")
    await desk.end()
    await expect(desk.over.locator("h2")).to_have_text(desk.word("desk.over_practice"))
