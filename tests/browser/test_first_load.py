"""What a real browser fetches from opening the page to the open chat, and what comes after."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Request, Route, expect

from tests.bench.first_load import fetched, paths_at_once
from tests.browser.conftest import OpenDesk
from tests.browser.pages import VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser


class Fetched:
    """What a browser context has fetched, in the order in which it asked."""

    def __init__(self, context: BrowserContext) -> None:
        self._asked: list[Request] = []
        context.on("request", self._heard)

    def _heard(self, request: Request) -> None:
        self._asked.append(request)

    def paths(self) -> list[str]:
        return [urlsplit(request.url).path for request in self._asked]

    def later(self) -> set[str]:
        """What the page does not name itself but a list of what comes later."""
        return {path for path in self.paths() if "/later-" in path}

    async def sizes(self) -> dict[str, int]:
        """Bytes of body as they crossed the line."""
        asked = tuple(self._asked)  # the page asks for more meanwhile
        sizes = await asyncio.gather(*(request.sizes() for request in asked))
        paths = (urlsplit(request.url).path for request in asked)
        return dict(zip(paths, (size["responseBodySize"] for size in sizes), strict=True))


async def test_a_browser_opens_the_chat_with_what_the_page_names(
    harbour: DemoServer, a_desk: OpenDesk, new_context: NewContext
) -> None:
    desk = await a_desk()
    await desk.knows_open_door()
    context = await new_context(locale="sv")
    loaded = Fetched(context)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    await visitor.is_in_queue()
    assert loaded.later() == set()
    await desk.accept()
    await visitor.is_with("Alm")

    sizes = await loaded.sizes()
    at_once = paths_at_once(fetched(f"{harbour.visitor_url}/sv").decode()) | {"/sv"}
    assert at_once - set(sizes) <= {path for path in at_once if path.endswith(".svg")}
    beside = {path for path in sizes if not path.startswith("/s/")} - at_once
    assert all(path.startswith(("/api/status", "/.well-known/asc/")) for path in beside)
    assert sum(sizes.get(path, 0) for path in at_once) < 40_000


async def test_a_dying_line_takes_nothing_that_was_to_come_later(
    harbour: DemoServer, a_desk: OpenDesk, new_context: NewContext
) -> None:
    desk = await a_desk()
    await desk.knows_open_door()
    context = await new_context(locale="sv", expects_errors=True)
    loaded = Fetched(context)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    async with context.expect_event("requestfinished", lambda r: "/paper.js" in r.url):
        await desk.accept()
    await visitor.is_with("Alm")
    await asyncio.gather(loaded.sizes())

    await context.route("**/*.js*", lambda route: route.abort())
    phrase = await visitor.safety_phrase()
    digits, _ = await visitor.show_code()

    assert (len(phrase), len(digits)) == (5, 24)


async def test_what_cannot_be_fetched_is_said_and_may_be_tried_again(
    harbour: DemoServer, a_desk: OpenDesk, new_context: NewContext
) -> None:
    await (await a_desk()).knows_open_door()
    context = await new_context(locale="sv", expects_errors=True)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.box.fill("Jag vet inte var jag ska börja")

    async def lost(route: Route) -> None:
        await route.abort()

    await context.route("**/later-*", lost)
    await visitor.button("page.code_open").click()
    await expect(visitor.band).to_have_text(visitor.word("visitor.failed_text"))
    await expect(visitor.box).to_have_value("Jag vet inte var jag ska börja")
    await context.unroute("**/later-*", lost)

    digits, _ = await visitor.show_code()
    assert len(digits) == 24


async def test_a_list_with_another_hash_is_not_believed(
    harbour: DemoServer, a_desk: OpenDesk, new_context: NewContext
) -> None:
    await (await a_desk()).knows_open_door()
    context = await new_context(locale="sv", expects_errors=True)
    visitor = await VisitorPage.open(context, harbour.visitor_url)

    async def other(route: Route) -> None:
        answer = await route.fetch()
        changed = json.loads(await answer.text()) | {"scripts": {}}
        await route.fulfill(response=answer, json=changed)

    await context.route("**/later-*", other)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.button("page.code_open").click()
    await expect(visitor.band).to_have_text(visitor.word("visitor.failed_text"))
