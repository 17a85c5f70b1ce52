"""Every text that comes from somebody stays text: names, help lines, what is typed (43, N11)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from hamn.app.ports import Staff
from hamn.core.words import Idx, Moment
from hamn.entropy import SystemEntropy
from hamn.store.sqlite import SqliteStore
from tests.browser.corpus import PAYLOADS
from tests.browser.operator import sign_roster
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.test_scripts import WATCH, Harm
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

UNHARMED: tuple[list[str], list[str], bool] = ([], [], False)


async def watched(new_context: NewContext, *, expects_errors: bool = False) -> tuple[Page, Harm]:
    context = await new_context(expects_errors=expects_errors)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    return page, Harm(page)


def as_toml(texts: tuple[str, ...]) -> str:
    """A directory whose lines have these names and are about these things."""
    lines = (
        f"[[line]]\nphone = '1177'\nname = {{sv = {t}}}\nabout = {{sv = {t}}}"
        for t in map(json.dumps, texts)
    )
    return "\n".join(lines)


@pytest.mark.check(43)
async def test_no_help_line_becomes_code(new_context: NewContext, tmp_path: Path) -> None:
    directory = tmp_path / "directory.toml"
    directory.write_text(as_toml(PAYLOADS), encoding="utf-8")
    env = {"HAMN_FOLDERS__DIRECTORY": str(directory)}
    (tmp_path / "served").mkdir()
    async with DemoServer.in_folder(tmp_path / "served", env) as server:
        page, harm = await watched(new_context)
        for path in ("/sv/help", "/sv"):
            await page.goto(server.visitor_url + path)
            text = await page.locator("main").text_content() or ""
            assert [
                each for each in PAYLOADS if " ".join(each.split()) not in " ".join(text.split())
            ] == []
            assert await harm.done() == UNHARMED
        await page.context.close()  # before its server goes


def unmarked(text: str) -> str:
    """Without the marks that keep each name in its own direction."""
    return re.sub("[\u2066-\u2069]", "", text)


async def employ(server: DemoServer, names: tuple[str, ...]) -> None:
    """Members with these duty names, signed by the root as all others are."""
    store = SqliteStore(server.data, SystemEntropy())
    for number, name in enumerate(names):
        idx, key = Idx(await store.next_idx()), SystemEntropy().bytes(32)
        added = Staff(idx, f"member{number}", name, (1,), key, False, False, Moment(0.0))
        assert await store.add_staff(added)
    store.close()
    sign_roster(server)


@pytest.mark.check(43)
async def test_no_duty_name_becomes_code(harbour: DemoServer, new_context: NewContext) -> None:
    # What the desk was still fetching when it was left is answered with 401.
    page, harm = await watched(new_context, expects_errors=True)
    desk = DeskPage(page)
    await page.goto(f"{harbour.staff_url}/sv")
    await desk.sign_in(harbour.person("adviser"))
    await page.locator(".sign-out:visible").click()
    await desk.is_on("signin")
    await employ(harbour, PAYLOADS)

    await desk.sign_in(harbour.person("adviser"), "alarm")
    told = await page.locator("#alarm-list > *").all_text_contents()
    added = [desk.word("desk.alarm_added", name=each) for each in PAYLOADS]
    assert {unmarked(each) for each in told} == {unmarked(each) for each in added}
    assert await harm.done() == UNHARMED


@pytest.mark.check(43)
@pytest.mark.check(21)
async def test_nothing_typed_into_a_field_becomes_code_or_leads_into_a_conversation(
    harbour: DemoServer, new_context: NewContext
) -> None:
    page, harm = await watched(new_context)
    visitor = VisitorPage(page)
    await visitor.goto(harbour.visitor_url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for typed in (*PAYLOADS[::8], "Anna", "anna@example.org", "OOOO llll " * 3, "\u0430" * 24):
        digits = sum(letter.isdecimal() for letter in typed)
        hint = await visitor.come_back(typed)
        await expect(hint).to_have_text(visitor.word("visitor.code_count", n=digits))
    await page.goto(f"{harbour.staff_url}/sv")
    await page.locator("#login, [name=login]").first.fill(PAYLOADS[0])

    assert [url for url in asked if "/ws/" in url] == []
    assert await harm.done() == UNHARMED


BARE = "https://bare.example/"
ATTEMPTS = """async () => {
  await new Promise((done) => setTimeout(done, 0));  // what asks from outside may do more
  const make = (name) => document.createElement(name);
  const tried = {
    "markup from text": () => { make("p").innerHTML = "<b>"; },
    "markup instead": () => { make("p").appendChild(make("i")).outerHTML = "<b>"; },
    "markup beside": () => make("p").insertAdjacentHTML("beforeend", "<b>"),
    "a parsed page": () => new DOMParser().parseFromString("<b>", "text/html"),
    "a range's markup": () => document.createRange().createContextualFragment("<b>"),
    "code from text": () => eval("1"),
    "a function from text": () => new Function("return 1")(),
    "a policy of one's own": () => trustedTypes.createPolicy("mine", {createHTML: (t) => t}),
    "a script's address": () => { make("script").src = "/x.js"; },
    "a script's text": () => { make("script").text = "1"; },
    "a worker's address": () => new Worker("data:text/javascript,1").terminate(),
    "an object's address": () => { make("object").data = "/x"; },
    "a frame's page": () => { make("iframe").srcdoc = "<b>"; },
    "a written page": () => document.write("<b>"),
  };
  return Object.fromEntries(Object.entries(tried).map(([name, act]) => {
    try { act(); return [name, true]; } catch { return [name, false]; }
  }));
}"""
LOADS = """async (due) => {
  const stopped = [];
  addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
  await new Promise((done) => setTimeout(done, 0));
  const add = (name, set) => document.body.appendChild(
    Object.assign(document.createElement(name), set));
  const elsewhere = "https://evil.example/";
  await fetch(elsewhere).catch(() => {});
  await import(elsewhere).catch(() => {});
  add("img", {src: elsewhere});
  add("iframe", {src: elsewhere});
  add("style", {textContent: "body { color: red }"});
  add("p", {}).setAttribute("style", "color: red");
  add("link", {rel: "stylesheet", href: elsewhere});
  add("video", {src: elsewhere});
  add("base", {href: elsewhere});
  add("a", {href: "javascript:globalThis.pwned = 1"}).click();
  if (due.includes("form-action")) add("form", {action: elsewhere, method: "post"}).submit();
  const isDone = () => due.length
    ? due.every((name) => stopped.includes(name)) : "pwned" in globalThis;
  for (let turn = 0; turn < 500 && (turn < 3 || !isDone()); turn += 1) {
    await new Promise((done) => setTimeout(done, 20));
  }
  return [[...new Set(stopped)], "pwned" in globalThis];
}"""
GUARDED = {
    *("base-uri", "connect-src", "form-action", "frame-src", "img-src", "media-src"),
    *("script-src-elem", "style-src-attr", "style-src-elem"),
}
OURS = [
    *(("visitors", path) for path in ("/sv", "/en/help", "/sv/how-we-handle")),
    *(("staff", path) for path in ("/sv", "/sv/enrol", "/en/texts", "/sv/rota", "/sv/staff")),
]


@pytest.mark.parametrize(("audience", "path"), OURS)
async def test_n11_what_would_become_markup_or_code_is_stopped_on_a_page_of_ours(
    audience: str, path: str, harbour: DemoServer, new_context: NewContext
) -> None:
    page = await (await new_context(expects_errors=True)).new_page()
    url = (harbour.visitor_url if audience == "visitors" else harbour.staff_url) + path
    answer = await page.goto(url)
    assert answer is not None
    assert answer.ok

    stopped, is_owned = await page.evaluate(LOADS, sorted(GUARDED))
    assert set(stopped) >= GUARDED
    assert not is_owned
    assert page.url == url
    tried = await page.evaluate(ATTEMPTS)
    assert [name for name, is_done in tried.items() if is_done] == []


async def bare(new_context: NewContext) -> Page:
    """A page of somebody else's, without any policy."""
    context = await new_context(expects_errors=True)
    await context.route(
        f"{BARE}**", lambda route: route.fulfill(body="<body>", content_type="text/html")
    )
    page = await context.new_page()
    await page.goto(BARE)
    return page


async def test_n11_the_same_becomes_markup_and_code_where_no_policy_stops_it(
    new_context: NewContext,
) -> None:
    page = await bare(new_context)
    assert (await page.evaluate(LOADS, [])) == [[], True]
    tried = await page.evaluate(ATTEMPTS)
    assert [name for name, is_done in tried.items() if not is_done] == []
