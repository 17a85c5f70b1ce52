"""What a visitor meets on the way: a long wait, links and pictures, two scripts, erasing it all."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import PHONE
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__CLOSED_KEPT": "10", "HAMN_RETENTION__BACKUP_DAYS": "5"}
ERASED_WITHIN = 60.0
PASTED = """(box, kind) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array([137, 80, 78, 71])], "bild.png", {type: "image/png"}));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true});
  return box.dispatchEvent(event);
}"""
FIELDS = """() => [...document.querySelectorAll("input, textarea, select, [contenteditable]")].map(
  (field) => ({type: field.type, autocomplete: field.autocomplete, name: field.name,
    words: [field.placeholder, field.title, field.ariaLabel,
      ...[...(field.labels ?? [])].map((label) => label.querySelector("span")?.textContent)]
      .filter(Boolean).join(" ")}))"""
ASKS_WHO = re.compile(
    r"\b(namn|name|heter|e-?post|e-?mail|mejl|telefon|phone|adress|address)", re.IGNORECASE
)
ARABIC = "أنا خائفة على ابني"
MIXED = "Han sa السلام عليكم till mig, sedan gick han"
ARABIC_FIRST = "قال لي: Jag kommer inte hem, ثم خرج (kl. 21)."


async def _meet(
    a_visitor: OpenVisitor, a_desk: OpenDesk, **options: object
) -> tuple[VisitorPage, DeskPage]:
    desk = await a_desk()
    visitor = await a_visitor(**options)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    return visitor, desk


@pytest.mark.scenario(13)
async def test_everything_is_erased_within_a_minute_and_a_receipt_shown(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    sent = _sent_by(visitor)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    digits = await visitor.make_code()
    await visitor.write("Det här ska bort")
    await desk.reads("Det här ska bort")
    code = next(json.loads(each)["h_id"] for each in sent if '"keep"' in str(each))
    ends = [each[-32:] for each in sent if isinstance(each, bytes)]
    assert _lies_in(harbour, bytes.fromhex(code))
    assert len(ends) > 2

    await visitor.button("page.erase_open").click()
    sheet = visitor.page.get_by_role("dialog", name=visitor.word("page.erase"))
    await expect(sheet).to_contain_text(visitor.word("page.erase_goes"))
    await expect(sheet).to_contain_text(visitor.word("page.erase_stays", days=5))
    await sheet.get_by_role("button", name=visitor.word("page.erase_yes")).click()

    await expect(visitor.page.locator("#after h1")).to_have_text(visitor.word("visitor.erased"))
    receipt = visitor.page.locator("#after .lead")
    await expect(receipt).to_have_text(visitor.says("visitor.receipt"))
    await expect(receipt).to_contain_text(visitor.word("visitor.receipt_backups", days=5))
    await expect(visitor.page.locator("article")).to_have_count(0)
    await desk.is_over("erased")
    async with asyncio.timeout(ERASED_WITHIN):
        while any(_lies_in(harbour, each) for each in (bytes.fromhex(code), *ends)):
            await asyncio.sleep(0.2)
    again = await a_visitor()
    await expect(await again.come_back(digits)).to_have_text(again.word("visitor.code_gone"))


def _sent_by(visitor: VisitorPage) -> list[str | bytes]:
    """Every message that the page sends from now on."""
    sent: list[str | bytes] = []

    def note(message: str | bytes) -> None:
        sent.append(message)

    visitor.page.on("websocket", lambda socket: socket.on("framesent", note))
    return sent


def _lies_in(server: DemoServer, needle: bytes) -> bool:
    """Whether some bytes, or their digits, lie in any file of the service."""
    folders = (server.data, server.data.with_name("live"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    forms = (needle, needle.hex().encode())
    return any(form in _read(path) for path in files for form in forms)


def _read(path: Path) -> bytes:
    """What stands in it; nothing, when the service has just deleted it."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.scenario(13, part="with the code alone, from the front page")
async def test_the_code_alone_erases_from_the_front_page(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    visitor, desk = await _meet(a_visitor, a_desk)
    digits = await visitor.make_code()
    await desk.write("Kvar på skärmen")
    await visitor.reads("Kvar på skärmen")

    other = await a_visitor()
    await other.page.get_by_text(other.word("page.comeback"), exact=True).click()
    await other.erase_all(digits)
    await expect(other.page.locator("#after h1")).to_have_text(other.word("visitor.erased"))
    await desk.is_over("erased")
    await visitor.is_on("after")
    await expect(visitor.page.locator("article")).to_have_count(0)


@pytest.mark.scenario(22, part="no message box and no booking yet; statistics have no page yet")
async def test_after_ten_minutes_other_ways_are_shown_and_the_place_is_kept(
    harbour: DemoServer, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    busy = await a_visitor()
    await busy.open_chat()
    await desk.accept()
    visitor = await a_visitor()
    await visitor.page.clock.install()
    await visitor.page.reload()
    await visitor.open_chat()
    await visitor.is_in_queue()
    ways = visitor.page.locator("#ways")
    await expect(ways).not_to_have_attribute("open", "")

    await visitor.page.clock.fast_forward("10:30")
    await expect(visitor.page.locator("waiting-place .band")).to_have_text(
        visitor.says("visitor.long")
    )
    await expect(ways).to_have_attribute("open", "")
    await expect(ways.get_by_role("link").first).to_be_visible()
    await visitor.is_in_queue()
    assert harbour.on_call
    await harbour.on_call.end()  # or it would ring with her first
    await desk.end()
    await desk.ready()
    await desk.accept()
    await visitor.is_with("Alm")


@pytest.mark.scenario(29)
async def test_links_are_inert_and_pictures_refused_with_an_explanation(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    visitor, desk = await _meet(a_visitor, a_desk)
    link = "Titta: https://example.org/a?b=1 och www.example.org, javascript:alert(1)"
    await visitor.write(link)
    await desk.reads(link)
    await desk.write(link)
    await visitor.reads(link)
    for page in (visitor, desk):
        await expect(page.log.locator("a, img, iframe, object, embed")).to_have_count(0)
        for kind in ("paste", "drop"):
            await page.box.fill("")
            assert await page.box.evaluate(PASTED, kind) is False
            said = page.talk.locator("talk-composer").get_by_role("status")
            await expect(said).to_have_text(page.word("talk.no_pictures"))
            await expect(page.box).to_have_value("")
        assert len(await page.lines(mine=True)) == 1


@pytest.mark.scenario(31)
async def test_arabic_and_swedish_stand_side_by_side_each_in_its_direction(
    a_visitor: OpenVisitor, a_desk: OpenDesk, tmp_path: Path
) -> None:
    visitor, desk = await _meet(a_visitor, a_desk, viewport=PHONE)
    directions = {ARABIC: "rtl", MIXED: "ltr", ARABIC_FIRST: "rtl"}
    for text in directions:
        await visitor.write(text)
        await desk.reads(text)
        await desk.write(text)
        await visitor.reads(text)
    for page in (visitor, desk):
        for text, direction in directions.items():
            for mine in (True, False):
                shown = page.line(text, mine=mine).locator(".text")
                assert await _style(shown, "direction") == direction
                assert await _style(shown, "unicodeBidi") in ("isolate", "plaintext")
        await page.page.screenshot(path=tmp_path / f"{type(page).__name__}.png")
    await visitor.box.fill(ARABIC)
    assert await _style(visitor.box, "direction") == "rtl"

    for page in (visitor, desk):
        await page.page.evaluate("document.documentElement.dir = 'rtl'")
        own, others = page.line(MIXED, mine=True), page.line(MIXED, mine=False)
        assert await _left(own) < await _left(others)
        assert await _style(own.locator(".text"), "direction") == "ltr"
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.page.evaluate(overflow) == 0
        await page.page.screenshot(path=tmp_path / f"{type(page).__name__}-rtl.png")


async def _style(element: Locator, name: str) -> str:
    return str(await element.evaluate("(element, name) => getComputedStyle(element)[name]", name))


async def _left(element: Locator) -> float:
    return float(await element.evaluate("(element) => element.getBoundingClientRect().left"))


@pytest.mark.scenario(15, part="no name is ever asked")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_part_of_the_way_asks_who_the_visitor_is(
    language: str, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor(language)
    await visitor.page.locator("#choices summary").click()
    await expect(visitor.page.locator("#relation")).to_be_visible()
    await _asks_nobody(visitor)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await _asks_nobody(visitor)
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.show_code()
    await _asks_nobody(visitor)
    await visitor.page.keyboard.press("Escape")
    await visitor.end()
    await _asks_nobody(visitor)


async def _asks_nobody(visitor: VisitorPage) -> None:
    fields = await visitor.page.evaluate(FIELDS)
    assert len(fields) >= 5
    for field in fields:
        assert field["type"] in ("checkbox", "text", "textarea", "select-one"), field
        assert field["autocomplete"] == "off", field
        assert field["name"] == "", field
        assert field["words"], field
        assert not ASKS_WHO.search(field["words"]), field
