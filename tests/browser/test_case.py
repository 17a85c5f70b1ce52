"""A case from the first sheet to its end, with the visitor's copy, in real pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, Response, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules
from tests.browser.test_message_box import door, has_left, press, take_code, write_message
from tests.browsers import DESK, PHONE, NewContext
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

NO_PRINTER = "window.print = () => {};"
LOOKS = """element => {
  const {color, backgroundColor, borderColor, fontWeight} = getComputedStyle(element);
  return [color, backgroundColor, borderColor, fontWeight].join();
}"""
DATE = r"\d{1,2} \w+ \d{4}"
TRUSTED, WITHDRAWN = "Minst en vuxen som personen litar på", "Drar sig undan familj"
AIM = "Han vill orka gå till träningen igen"


async def left_a_message(a_visitor: OpenVisitor) -> str:
    """A visitor has left a message; the code it can be answered under."""
    visitor = await a_visitor()
    await write_message(visitor, "Kan vi få prata mer om det här?")
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    await visitor.page.close()
    return digits


async def at_desk(desk: DeskPage, ek: Person) -> None:
    """Signed in, the first key for cases made: two pages that make one are in each other's way."""
    async with desk.page.expect_response(lambda answer: answer.url.endswith("/api/cases/keys")):
        await desk.sign_in(ek)


async def cases_of(desk: DeskPage, secret: str) -> Page:
    """The cases' page, opened from the desk."""
    page = await desk.beside(desk.page.locator("#off .to-cases"))
    await unlocked(page, secret, "#list")
    return page


async def unlocked(page: Page, secret: str, then: str) -> None:
    await page.locator("#digits").fill(secret)
    await page.locator("#unlock [type=submit]").click()
    await expect(page.locator(then)).to_be_visible()


async def locked(page: Page) -> None:
    """Neither the list nor a case is to be seen."""
    await expect(page.locator("#locked")).to_be_visible()
    await expect(page.locator("#list, #file").locator("visible=true")).to_have_count(0)


def row(page: Page, words: str) -> Locator:
    return page.locator("case-sheet fieldset").filter(has_text=words)


async def saved(page: Page, button: str, said: str) -> None:
    await page.locator(button).click()
    await expect(page.locator("#said")).to_have_text(said)


async def fill_a_plan(page: Page, desk: DeskPage) -> None:
    """A plan of one step that lessens only; then it strengthens what the sheet took in."""
    await page.locator("#plan-new").click()
    plan = page.locator("case-plan")
    await plan.get_by_label(desk.word("case.aim")).fill(AIM)
    await press(plan, desk.word("case.step_add"))
    await plan.get_by_label(desk.word("case.goal"), exact=True).fill("Middag hos farmor")
    await plan.get_by_label(desk.word("case.measure")).fill("Farmor bjuder på torsdagar")
    await plan.get_by_label(desk.word("case.responsible")).fill("mentor på skolan")
    await plan.get_by_label(desk.word("case.direction")).select_option("lessen")
    await plan.get_by_label(desk.word("case.follow_up")).fill("2026-01-02")
    await saved(page, "#plan-save", desk.word("case.saved"))
    await expect(page.locator("#plan-lacks")).to_contain_text(desk.word("case.lacks_protective"))
    await plan.get_by_label(desk.word("case.direction")).select_option("strengthen")
    await saved(page, "#plan-save", desk.word("case.saved"))
    await expect(page.locator("#plan-lacks")).to_be_empty()


async def reads_and_prints(visitor: VisitorPage, digits: str) -> None:
    """The visitor's own page, with the code: the plan, on one sheet of paper, again and again."""
    page = visitor.page
    await visitor.come_back(digits)
    plan = door(visitor).locator("plan-copy")
    await expect(plan).to_contain_text(f"{visitor.word('plan.aim')} {AIM}")
    await expect(plan).to_contain_text("mentor på skolan")
    assert TRUSTED not in await page.content()

    await press(plan, visitor.word("plan.print"))
    await page.emulate_media(media="print")
    shown = page.locator("body > :visible")
    await expect(shown).to_have_count(1)
    await expect(shown).to_contain_text(AIM)
    await expect(shown).not_to_contain_text("Hamn")
    paper = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    await page.emulate_media(media="screen")
    await expect(page.locator(".printed")).to_have_count(0)
    await expect(plan).to_be_visible()


async def numbers_in(told: list[Response]) -> set[str]:
    """The names of everything that is a number in what the server has told of cases."""
    read = [each for each in told if each.request.method == "GET"]  # other bodies nobody reads
    texts = [await each.text() for each in read if "json" in each.headers.get("content-type", "")]
    found = {name for text in texts for name in re.findall(r'"(\w+)":\[?-?\d', text)}
    assert "version" in found
    return found


async def a_row_about_faith_waits_for_another(
    harbour: DemoServer, new_context: NewContext, rules: Rules
) -> None:
    """Not even proposed without the rule, and not in force by whoever has proposed it."""
    context = await new_context(bypass_csp=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("supervisor"))
    page = await desk.beside(desk.page.locator("#to-rows a"))
    new = page.locator("row-edit").first
    await new.locator("summary").click()
    for field in await new.locator("input[type=text]").all():
        await field.fill("Har blivit religiös")
    await press(new, desk.word("rows.propose"))
    await expect(new.get_by_role("alert")).to_have_text(desk.word("rows.warn", words="religiös"))
    await expect(page.locator("row-waiting")).to_have_count(0)
    rules.page = page
    await rules.look("a row that asks for a second look", (PHONE,))

    await new.get_by_label(desk.word("rows.warned")).check()
    await press(new, desk.word("rows.propose"))

    waiting = page.locator("row-waiting")
    await expect(waiting).to_contain_text(desk.word("rows.mine"))
    agree = waiting.get_by_role("button", name=desk.word("rows.agree"), exact=True)
    await expect(agree).to_have_count(0)
    other = page.locator("row-edit").last
    await other.locator("summary").click()
    await other.locator("input[type=text]").first.fill("Halvskrivet")
    await press(waiting, desk.word("rows.take_back"))
    await expect(waiting).to_have_count(0)
    await expect(other.locator("input[type=text]").first).to_have_value("Halvskrivet")


@pytest.mark.scenario(25)
@pytest.mark.scenario(23, part="automated rules, the cases' page")
async def test_a_sheet_is_no_score_and_leads_to_a_plan_the_family_keeps(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    ek = harbour.person("counsellor")
    context = await new_context(bypass_csp=True)
    told: list[Response] = []
    context.on(
        "response", lambda answer: told.append(answer) if "/api/cases" in answer.url else None
    )
    desk = await DeskPage.open(context, harbour.staff_url)
    await at_desk(desk, ek)
    digits = await left_a_message(a_visitor)
    await desk.page.locator("#mail summary").click()
    await press(desk.page.locator("mail-room"), desk.word("desk.mail_open"))
    await expect(desk.page.locator("mail-room .text")).to_be_visible()
    page = await cases_of(desk, ek.secret)
    rules = Rules(page)

    # The relative first; everything is unknown until somebody says otherwise; nothing looks graver.
    await page.locator("#new").click()
    await page.locator("#sheet-new").click()
    titles = page.locator("case-sheet h4")
    await expect(titles.first).to_have_text(desk.word("case.part_own"))
    choices = page.locator("case-sheet select")
    assert set(await choices.evaluate_all("all => all.map((one) => one.value)")) == {"unknown"}
    state = row(page, WITHDRAWN).locator("select").first
    looks = set()
    for value in ("not_seen", "some", "clear", "unknown"):
        await state.select_option(value)
        looks.add(await state.evaluate(LOOKS))
    assert len(looks) == 1
    await state.select_option("clear")
    await page.get_by_label("Kommer åt vapen").select_option("yes")
    await expect(page.locator("case-sheet .danger")).to_have_text(desk.word("case.acute"))
    trusted = row(page, TRUSTED)
    await trusted.locator("select").first.select_option("some")
    await trusted.locator("summary").click()
    await trusted.get_by_label(desk.word("case.take")).check()
    await rules.look("a sheet", (PHONE,))
    await saved(page, "#sheet-save", desk.word("case.saved"))

    # Neither the sheet nor the case ends without a plan or a reason.
    for button, lacks in (("#sheet-finish", "#sheet-lacks"), ("#close", "#close-lacks")):
        await page.locator(button).click()
        await expect(page.locator(lacks)).to_contain_text(desk.word("case.lacks_plan"))
    await fill_a_plan(page, desk)
    await saved(page, "#sheet-finish", desk.word("case.finished"))

    # The copy, under the code of the message that is open at the desk.
    await page.locator("#contact").click()
    await expect(page.locator("#contact-said")).to_have_text(desk.word("case.contact_is"))
    await saved(page, "#copy-send", desk.word("case.copy_sent"))
    reader = await new_context()
    await reader.add_init_script(NO_PRINTER)
    await reads_and_prints(await VisitorPage.open(reader, harbour.visitor_url), digits)

    # Next time: two dates in words, and no number that stands for anybody.
    await page.locator("#sheet-new").click()
    await row(page, WITHDRAWN).locator("select").first.select_option("some")
    await saved(page, "#sheet-save", desk.word("case.saved"))
    cells = page.locator("case-compare tbody tr").filter(has_text=WITHDRAWN).locator("td")
    await expect(cells).to_have_text([desk.word("case.state_clear"), desk.word("case.state_some")])
    said = re.sub(DATE, "", await page.locator("case-compare").inner_text())
    assert re.findall(r"\d", said) == []
    await rules.look("two dates, a plan and a copy", (DESK,))
    await saved(page, "#close", desk.word("case.closed"))
    await page.locator("#back").click()
    await rules.look("the list", (PHONE,))
    await page.locator("#lock").click()
    await locked(page)
    assert AIM not in await page.content()
    assert await numbers_in(told) <= {"version", "n", "by", "idx", "members", "place"}

    await a_row_about_faith_waits_for_another(harbour, new_context, rules)
    assert rules.broken == []


async def test_a_sheet_on_its_way_outlives_the_session_under_a_cover_for_its_writer(
    harbour: DemoServer, new_context: NewContext
) -> None:
    ek = harbour.person("counsellor")
    context = await new_context(expects_errors=True)
    await context.clock.install()
    desk = await DeskPage.open(context, harbour.staff_url)
    await at_desk(desk, ek)
    page = await cases_of(desk, ek.secret)
    await page.route("**/api/cases/*/records", lambda route: route.fulfill(status=401))
    await page.locator("#new").click()
    await page.locator("#sheet-new").click()
    state = row(page, WITHDRAWN).locator("select").first
    await state.select_option("clear")
    await saved(page, "#sheet-save", desk.word("case.out_unsaved"))
    await expect(state).to_have_value("clear")
    await page.clock.run_for("01:00")  # when what is written is kept without being asked
    await expect(page.locator("#said")).to_have_text(desk.word("case.out_unsaved"))

    # Who leaves the desk leaves the sheet as well, and finds it again.
    await desk.page.locator(".sign-out:visible").click()
    await locked(page)
    await unlocked(page, ek.secret, "#file")
    await expect(state).to_have_value("clear")
