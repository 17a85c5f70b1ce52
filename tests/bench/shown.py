"""From "send" in one Chromium to the line on screen in another, through a demo of its own.

Both pages note the time themselves, by the one clock of this machine, so that what drives the
browsers is not measured with them.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import FLAGS
from tests.services import DemoServer

LINES = 25
WARM = 5

SEND = """(text) => {
  const box = document.querySelector("talk-composer textarea");
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const sent = performance.timeOrigin + performance.now();
  document.querySelector("talk-composer button.main").click();
  return sent;
}"""
SHOWN = """(text) => new Promise((done) => {
  const look = () => {
    const lines = [...document.querySelectorAll("room-talk .text")];
    const shown = lines.some((line) => line.textContent === text);
    if (shown) requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
    return shown;
  };
  if (!look()) new MutationObserver((_, seen) => look() && seen.disconnect())
    .observe(document.body, { childList: true, subtree: true });
})"""


async def shown_ms() -> float | None:
    """The median of some lines, in milliseconds; None where Chromium is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("shown_ms is left out: apt-get install chromium")
        return None
    with tempfile.TemporaryDirectory(prefix="hamn-bench-") as folder:
        async with DemoServer.in_folder(Path(folder)) as server, async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
            desk = await DeskPage.open(await browser.new_context(), server.staff_url, "sv")
            await desk.sign_in(server.person("adviser"))
            await desk.go_on_duty()
            visitor = await VisitorPage.open(await browser.new_context(), server.visitor_url, "sv")
            await visitor.open_chat()
            await desk.accept()
            await visitor.is_with("Alm")
            took = [await _one(visitor.page, desk.page, number) for number in range(LINES)]
            await browser.close()
    return statistics.median(took[WARM:])


async def _one(visitor: Page, desk: Page, number: int) -> float:
    text = f"rad {number}"
    shown = asyncio.ensure_future(desk.evaluate(SHOWN, text))
    await desk.evaluate("0")
    sent = float(await visitor.evaluate(SEND, text))
    took = float(await shown) - sent
    await asyncio.sleep(0.5)  # below the rate that one visitor may write at
    return took
