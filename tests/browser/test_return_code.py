"""Coming back: with the code from another device, without one, and into a second tab."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import VisitorPage
from tests.services import DemoServer

pytestmark = pytest.mark.browser

RESUME = """({resume}) => new Promise((answered) => {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws/visitor");
  socket.onopen = () => socket.send(JSON.stringify(resume));
  socket.onmessage = ({data}) => { answered(data); socket.close(); };
  socket.onclose = ({code}) => answered(String(code));
})"""
UNKNOWN = "1234567890123456789012" + "35"


@pytest.mark.scenario(1)
async def test_a_dead_phone_heals_on_another_device_with_the_code(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    phone = await a_visitor()
    await phone.open_chat()
    await desk.accept()
    await phone.is_with("Alm")
    digits = await phone.make_code()
    await phone.write("Han har slutat äta med oss")
    await desk.reads("Han har slutat äta med oss")
    await desk.write("Vad gjorde ni då?")
    await phone.reads("Vad gjorde ni då?")
    await desk.is_marked("Vad gjorde ni då?", "received")
    await phone.page.context.close()
    await expect(desk.band).to_have_text(desk.word("desk.visitor_away"))

    other = await a_visitor()
    await other.come_back(digits)
    await other.is_with("Alm")
    assert await other.lines(mine=False) == await other.lines(mine=True) == []
    await expect(desk.log).to_contain_text(desk.word("note.returned_code"))
    await expect(desk.talk.locator(".identity")).to_have_text(desk.word("desk.identity_code"))
    assert await desk.lines(mine=False) == ["Han har slutat äta med oss"]

    await other.write("Det är jag igen. Kan du skicka det du skrev?")
    await desk.reads("Det är jag igen. Kan du skicka det du skrev?")
    await desk.talk.get_by_role("button", name=desk.word("desk.resend")).click()
    await other.reads("Vad gjorde ni då?")


@pytest.mark.scenario(2)
async def test_without_a_code_the_visitor_starts_anew_in_front_and_no_guess_opens_the_old_room(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk = await a_desk()
    first = await a_visitor()
    await first.open_chat()
    await desk.accept()
    await first.is_with("Alm")
    await first.write("Bara vi vet det här")
    await desk.reads("Bara vi vet det här")
    kept = await first.page.evaluate("sessionStorage.getItem('hamn')")
    room = kept.split(" ")[0]
    await first.page.context.close()

    await a_desk(harbour.person("adviser", 1))
    ahead = await a_visitor()
    await ahead.open_chat()
    await ahead.is_in_queue()
    again = await a_visitor()
    await again.page.get_by_label(again.word("page.interrupted")).check()
    await again.open_chat()
    await expect(again.page.locator("waiting-place h1")).to_have_text(
        again.word("visitor.first", n=1)
    )
    await expect(ahead.page.locator("waiting-place h1")).to_have_text(
        ahead.word("visitor.place", n=2)
    )
    assert await again.lines(mine=True) == await again.lines(mine=False) == []
    right_room = await _resume(again.page, room=room, cap="ab" * 32)
    no_room = await _resume(again.page, room="cd" * 16, cap="ab" * 32)
    assert (right_room["t"], right_room["code"]) == ("refuse", "gone")
    assert right_room | {"room": ""} == no_room | {"room": ""}
    assert await desk.lines(mine=False) == ["Bara vi vet det här"]


async def _resume(page: Page, *, room: str, cap: str) -> dict[str, Any]:
    told = {"t": "resume", "room": room, "cap": cap, "pos": 0, "store": "00" * 16}
    answer: dict[str, Any] = json.loads(await page.evaluate(RESUME, {"resume": told}))
    return answer


@pytest.mark.scenario(27)
async def test_the_newest_tab_with_the_code_wins_and_the_other_closes_politely(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    first = await a_visitor()
    await first.open_chat()
    await desk.accept()
    await first.is_with("Alm")
    digits = await first.make_code()

    second = VisitorPage(await first.page.context.new_page())
    await second.goto(first.page.url.rsplit("/", 1)[0])
    await second.knows_of_another()
    await second.open_chat()
    await second.is_on("stop")
    await expect(second.page.locator("#stop h1")).to_have_text(second.word("visitor.elsewhere"))
    await first.is_with("Alm")

    await second.goto(first.page.url.rsplit("/", 1)[0])
    await second.come_back(digits)
    await second.is_with("Alm")
    await first.is_on("stop")
    await expect(first.page.locator("#stop h1")).to_have_text(first.word("visitor.elsewhere"))
    await second.write("Jag är i det nya fönstret")
    await desk.reads("Jag är i det nya fönstret")


async def test_a_mistyped_code_is_pointed_out_before_anything_is_asked_of_the_network(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    await a_desk()
    visitor = await a_visitor()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.on("websocket", lambda socket: asked.append(socket.url))

    for typed, hint in (
        (UNKNOWN[:-1] + "6", visitor.word("visitor.code_check")),
        ("4" + UNKNOWN[1:], visitor.word("visitor.code_check")),
        (UNKNOWN[:20], visitor.word("visitor.code_count", n=20)),
    ):
        await expect(await visitor.come_back(typed)).to_have_text(hint)
        await expect(visitor.page.locator("#comeback-code input")).to_be_focused()
    assert [url for url in asked if not url.endswith("/api/status") and "/s/" not in url] == []


async def test_an_unknown_code_is_said_calmly_and_the_page_stays_usable(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    hint = await visitor.come_back(UNKNOWN)
    await expect(hint).to_have_text(visitor.word("visitor.code_gone"))
    await visitor.is_on("front")
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")


async def test_a_code_that_was_typed_back_wrongly_is_not_kept(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    digits, sheet = await visitor.show_code()
    for field in await sheet.get_by_role("textbox").all():
        await field.fill("0000")
    await sheet.get_by_role("button", name=visitor.word("visitor.code_confirm")).click()
    await expect(sheet).to_contain_text(visitor.word("visitor.code_wrong"))

    other = await a_visitor()
    await expect(await other.come_back(digits)).to_have_text(other.word("visitor.code_gone"))
    await visitor.confirm_code(digits)
    await expect(desk.page.locator("room-facts")).to_contain_text(desk.word("desk.has_code"))
