"""Scripts on the pages: the protocol's own give every known answer, and no text becomes another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, Route, expect

from tests.browser.corpus import PAYLOADS
from tests.browser.pages import DeskPage, TalkPage, VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__FRAMES_PER_SECOND": "200", "HAMN_POLICY__FRAMES_BURST": "400"}
ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "https://vectors.example"
WATCH = """globalThis.violations = [];
document.addEventListener("securitypolicyviolation",
  ({violatedDirective, sample}) => violations.push(`${violatedDirective} ${sample}`));"""
TAKEN_FOR_MARKUP = "(all) => { for (const one of all) document.body.innerHTML = one; }"
BATCH = 12


class Harm:
    """What a payload that came alive would do to a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        page.on("dialog", self._dialog)

    async def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()

    async def done(self) -> tuple[list[str], list[str], bool]:
        """Dialogs, violations of the policy, and whether a marker was set."""
        violations, marked = await self.page.evaluate("[violations, 'pwned' in globalThis]")
        return self.dialogs, violations, marked


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + BATCH] for at in range(0, len(texts), BATCH))


@pytest.mark.check(43, part="messages both ways")
async def test_no_payload_in_a_message_becomes_code(
    harbour: DemoServer, new_context: NewContext
) -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    staff, guest = await new_context(), await new_context()
    for context in (staff, guest):
        await context.add_init_script(WATCH)
    desk = await DeskPage.open(staff, harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await desk.go_on_duty()
    visitor = await VisitorPage.open(guest, harbour.visitor_url)
    harms = [Harm(desk.page), Harm(visitor.page)]
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")

    lines = ["\n".join(batch) for batch in _batches(PAYLOADS)]
    pages: tuple[TalkPage, TalkPage] = (visitor, desk)
    for line in lines:
        for page in pages:
            await page.box.fill(line)
            await page.talk.get_by_role("button", name=page.word("talk.send"), exact=True).click()
    for page in pages:
        await expect(page.text_lines(mine=False)).to_have_count(len(lines))
        await page.has_received_all()
        for mine in (True, False):
            assert await page.text_lines(mine=mine).all_text_contents() == lines
        tags = await page.log.locator("article .text *").count()
        assert tags == 0
    assert [await harm.done() for harm in harms] == [([], [], False)] * 2


@pytest.mark.check(43, part="the payloads are alive where nothing stops them")
async def test_the_payloads_do_harm_on_a_page_that_takes_them_for_markup(
    new_context: NewContext,
) -> None:
    context = await new_context(expects_errors=True)
    await context.add_init_script(WATCH)
    await context.route(
        f"{LIBRARY}/**", lambda route: route.fulfill(body="", content_type="text/html")
    )
    page = await context.new_page()
    await page.goto(LIBRARY)
    harm = Harm(page)
    async with page.expect_event("dialog"):
        await page.evaluate(
            "(all) => { for (const one of all) document.body.innerHTML = one; }", PAYLOADS
        )
    await page.wait_for_function("'pwned' in globalThis")  # some act after the first dialog
    assert harm.dialogs
    assert (await harm.done())[2]


async def test_chromium_gives_every_known_answer(new_context: NewContext) -> None:
    context = await new_context()

    async def answer(route: Route) -> None:
        path = ROOT / route.request.url.removeprefix(f"{LIBRARY}/")
        is_script = path.suffix == ".js"
        body = path.read_bytes() if is_script else b"<!doctype html><title>Vectors</title>"
        kind = "text/javascript" if is_script else "text/html"
        await route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    await context.route(f"{LIBRARY}/**", answer)
    page = await context.new_page()
    await page.goto(f"{LIBRARY}/")
    files = {"asc1": "asc1", "more": "asc1_more", "rfc9180": "rfc9180_x25519"}
    vectors = {
        name: json.loads((ROOT / "tests" / "vectors" / f"{file}.json").read_text())
        for name, file in files.items()
    }
    found = await page.evaluate(
        """async (vectors) => {
          const {knownAnswers} = await import("/tests/js/asc1/known-answers.js");
          return knownAnswers(vectors);
        }""",
        vectors,
    )
    assert found["failures"] == []
    assert found["count"] > 70
