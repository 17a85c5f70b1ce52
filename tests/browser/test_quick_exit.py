"""The quick way out: covered at once, on to a neutral page, and nothing left behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Route, expect

from hamn.party.wire import Wire
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import VisitorPage, shift_thrice
from tests.browsers import FLAGS
from tests.faults.crowd import service_of
from tests.services import DemoServer, binary

pytestmark = pytest.mark.browser

BEFORE, NEUTRAL = "https://before.example/", "https://neutral.example/"
TITLES = {BEFORE: "Recept", NEUTRAL: "Vädret"}
SETTINGS = {"HAMN_SERVICE__EXIT_URL": NEUTRAL}
LEFT = """(way) => {
  const press = () => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {key: "Shift", bubbles: true}));
  if (way === "button") document.querySelector(".leave").click();
  else for (let n = 0; n < 3; n += 1) press();
  return {shown: getComputedStyle(document.body).display, text: document.body.textContent,
    kept: sessionStorage.length};
}"""
"""Leaves, and looks at the page before anything else can run: within the same frame."""
ENTRY = "sessionStorage.getItem('hamn')"
KEPT = """async () => ({session: sessionStorage.length, local: localStorage.length,
  cookies: document.cookie, databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length})"""
NOTHING = {"session": 0, "local": 0, "cookies": "", "databases": 0, "caches": 0}
MARKER, CONTROL = "Kastanjegatan-brinner-4711", "the-scanner-finds-this"


async def _neutral(context: BrowserContext) -> None:
    """Two pages that have nothing to do with the service."""

    async def answer(route: Route) -> None:
        title = TITLES[route.request.url]
        body = f"<!doctype html><title>{title}</title><h1>{title}</h1>"
        await route.fulfill(body=body, content_type="text/html; charset=utf-8")

    for url in TITLES:
        await context.route(url, answer)


@pytest.mark.scenario(3)
@pytest.mark.parametrize("way", ["keys", "button"])
async def test_the_quick_exit_covers_in_the_same_frame_and_leaves_nothing(
    way: str, a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    page = visitor.page
    await _neutral(page.context)
    await page.goto(BEFORE)
    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Någon kommer")
    await desk.reads("Någon kommer")

    assert await page.evaluate(LEFT, way) == {"shown": "none", "text": "", "kept": 0}
    await page.wait_for_url(NEUTRAL)
    await expect(page.locator("h1")).to_have_text("Vädret")
    await desk.is_over("quick")
    await expect(desk.box).to_be_hidden()

    await page.go_back()
    assert page.url == BEFORE
    await page.go_forward()
    assert page.url == NEUTRAL
    await visitor.goto(harbour.visitor_url)
    await visitor.is_on("front")
    assert await page.evaluate(KEPT) == NOTHING
    await expect(page.locator("article")).to_have_count(0)


async def test_real_keys_and_a_real_press_leave_from_every_part_of_the_page(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    await a_desk()
    visitor = await a_visitor()
    page = visitor.page
    await _neutral(page.context)
    leave = page.get_by_role("link", name=visitor.word("page.leave"))
    for path in ("", "/how-we-handle", "/help"):
        await page.goto(f"{harbour.visitor_url}/sv{path}")
        await expect(leave).to_be_in_viewport()
        await leave.click()
        await page.wait_for_url(NEUTRAL)

    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.button("page.code_open").click()
    await shift_thrice(page)
    await page.wait_for_url(NEUTRAL)


async def test_shift_within_a_word_or_held_down_leaves_nothing(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    await a_desk()
    visitor = await a_visitor()
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.box.click()
    for letter in "ABCD":
        await visitor.page.keyboard.press(f"Shift+{letter}")
    await expect(visitor.box).to_have_value("ABCD")
    await visitor.is_on("waiting")


@pytest.mark.check(37)
@pytest.mark.parametrize("way", ["quick exit", "normal close"])
async def test_a_browser_profile_keeps_no_word_no_code_and_no_room(
    way: str, browser: Browser, a_desk: OpenDesk, harbour: DemoServer, tmp_path: Path
) -> None:
    desk = await a_desk()
    profile = tmp_path / "profile"
    context = await browser.browser_type.launch_persistent_context(
        profile, executable_path=binary("chromium", "chromium"), args=list(FLAGS), locale="sv-SE"
    )
    await _neutral(context)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    digits = await visitor.make_code()
    await visitor.write(MARKER)
    await desk.reads(MARKER)
    room, capability, *_ = (await visitor.page.evaluate(ENTRY)).split(" ")
    if way == "quick exit":
        await shift_thrice(visitor.page)
        await visitor.page.wait_for_url(NEUTRAL)
    else:
        await visitor.end()
    await desk.is_over("quick" if way == "quick exit" else "end")
    control = await context.new_page()
    await control.goto(BEFORE)
    await control.evaluate(f"localStorage.setItem('control', '{CONTROL}')")
    await context.close()

    assert _found(profile, CONTROL) != set()
    for secret in (MARKER, digits, " ".join(in_fours(digits))):
        assert _found(profile, secret) == set()
    # What the tab kept for a reload may lie where Chromium keeps such things, and opens nothing.
    assert _found(profile, room) | _found(profile, capability) <= {"Session Storage"}
    assert await _opened_by(harbour, room, capability) == "gone"
    assert _titles(profile, harbour.visitor_url) <= {"Hamn", TITLES[NEUTRAL]}
    assert _titles(profile, BEFORE) == {"Recept"}


def in_fours(digits: str) -> list[str]:
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]


def _found(profile: Path, text: str) -> set[str]:
    """The folders of the profile in which a text lies, in whatever letters Chromium writes."""
    forms = (text.encode(), text.encode("utf-16-le"))
    files = (path for path in profile.rglob("*") if path.is_file())
    found = (path for path in files if any(form in path.read_bytes() for form in forms))
    return {path.parent.name for path in found}


async def _opened_by(server: DemoServer, room: str, capability: str) -> str:
    """What the server answers to whoever found a tab's entry."""
    wire = await Wire.open(service_of(server), staff=False)
    await wire.tell("resume", room=room, cap=capability, pos=0, store="00" * 16)
    told = await wire.next()
    await wire.close()
    return str(told.fields["code"])


def _titles(profile: Path, url: str) -> set[str]:
    """The titles under which the browser remembers the pages of an address."""
    with sqlite3.connect(profile / "Default" / "History") as history:
        rows = history.execute("SELECT title FROM urls WHERE url LIKE ?", (f"{url}%",))
        return {title for (title,) in rows}
