"""Arabic sample text, right to left: every page is the mirror image of what it is left to right."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.rules import spilling
from tests.browsers import DESK, PHONE
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}
SPEAK_ARABIC = """() => {
  const sample = "أنا قلقة على أخي وأريد أن أتحدث مع شخص يفهم ما يحدث في بيتنا".split(" ");
  const words = (text) => text.trim().split(/\\s+/)
    .map((_, at) => sample[at % sample.length]).join(" ");
  const [root, spoken] = [document.documentElement, []];
  const speak = (holder, name) => {
    spoken.push([holder, name, holder[name]]);
    holder[name] = words(holder[name]);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const isLatin = text.parentElement.closest("body [dir=ltr], script, kbd");
    if (text.data.trim() && !isLatin) speak(text, "data");
  }
  for (const box of document.querySelectorAll("[placeholder]")) speak(box, "placeholder");
  Object.assign(root, {lang: "ar", dir: "rtl"});
  globalThis.speakSwedish = () => {
    for (const [holder, name, words] of spoken) holder[name] = words;
    Object.assign(root, {lang: "sv", dir: "ltr"});
  };
}"""
NOT_MIRRORED = """() => {
  const root = document.documentElement;
  const parts = [...document.body.querySelectorAll("*")].filter((part) => part.checkVisibility() &&
    !part.closest("body [dir], .unseen, .skip, svg") &&
    !getComputedStyle(part).display.startsWith("inline"));
  const places = (dir) => {
    root.dir = dir;
    return parts.map((part) => part.getBoundingClientRect());
  };
  const [before, after] = [places("ltr"), places("rtl")];
  return parts.filter((_, at) =>
    Math.abs(after[at].left - (root.clientWidth - before[at].right)) > 1.5 ||
    Math.abs(after[at].top - before[at].top) > 1.5)
    .map((part) => `${part.localName}#${part.id}.${part.className}`);
}"""


class Mirror:
    """Turns pages round; `wrong` says what did not turn with them."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.wrong: list[str] = []

    async def look(self, where: str, size: ViewportSize) -> None:
        await self.page.set_viewport_size(size)
        await self.page.evaluate(SPEAK_ARABIC)
        parts: list[str] = await self.page.evaluate(NOT_MIRRORED)
        self.wrong += [f"{where}: {part} is not mirrored" for part in parts]
        self.wrong += [f"{where}: {part} spills" for part in await spilling(self.page)]
        picture = await self.page.screenshot(path=self.folder / f"{where}, {size['width']}.png")
        assert len(picture) > 5_000, "an empty picture"
        await self.page.evaluate("speakSwedish()")


async def test_the_visitors_pages_are_mirrored_in_arabic(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer, tmp_path: Path
) -> None:
    desk, visitor = await a_desk(), await a_visitor()
    page, mirror = visitor.page, Mirror(visitor.page, tmp_path)
    for path in ("how-we-handle", "help"):
        await page.goto(f"{harbour.visitor_url}/sv/{path}")
        await mirror.look(path, PHONE)
    await visitor.goto(harbour.visitor_url)
    await visitor.finds_open_door()
    for summary in await page.locator("#front details > summary, #ways > summary").all():
        await summary.click()
    await page.locator("#danger").check()
    for size in (PHONE, DESK):
        await mirror.look("front", size)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.write("Jag väntar")
    await mirror.look("waiting", PHONE)
    await desk.accept()
    await visitor.is_with("Alm")
    await desk.write("Hej hej")
    await visitor.reads("Hej hej")
    for size in (PHONE, DESK):
        await mirror.look("talk", size)
    await visitor.show_code()
    await mirror.look("code", PHONE)
    await page.keyboard.press("Escape")
    await visitor.end()
    await mirror.look("ended", PHONE)
    assert mirror.wrong == []


async def test_the_desk_is_mirrored_in_arabic(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer, tmp_path: Path
) -> None:
    desk, visitor = await a_desk(), await a_visitor()
    page, mirror = desk.page, Mirror(desk.page, tmp_path)
    await visitor.open_chat()
    await desk.rings()
    for size in (PHONE, DESK):
        await mirror.look("ringing", size)
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Hej")
    await desk.reads("Hej")
    await desk.write("Hej hej")
    for size in (PHONE, DESK):
        await mirror.look("conversation", size)
    for sheet in ("keys", "settings"):
        await page.locator(f"[data-sheet={sheet}]").click()
        await mirror.look(sheet, PHONE)
        await page.keyboard.press("Escape")
    await page.set_viewport_size(DESK)
    await desk.end()
    await mirror.look("wrap-up", DESK)
    await desk.ready()
    await page.locator(".sign-out:visible").click()
    await desk.is_on("signin")
    await mirror.look("sign-in", PHONE)
    assert mirror.wrong == []


async def test_a_page_that_does_not_turn_round_is_found(a_visitor: OpenVisitor) -> None:
    visitor = await a_visitor()
    page = visitor.page
    await page.evaluate("document.querySelector('.hero h1').style.marginLeft = '40px'")
    assert "h1#." in await page.evaluate(NOT_MIRRORED)
