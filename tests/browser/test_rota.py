"""The rota on real pages: month and week, by mouse and by keyboard, for planners and members."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules, spilling
from tests.browsers import DESK, PHONE, NewContext
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser
IN_TURNS = True

EPOCH = date(1970, 1, 1)
SLOW = "const now = Date.now; Date.now = () => now() - 40 * 86_400_000"


@dataclass(slots=True)
class RotaPage:
    """The rota beside the desk it was opened from."""

    page: Page
    desk: DeskPage

    @classmethod
    async def open(
        cls, context: BrowserContext, harbour: DemoServer, person: Person, language: str = "sv"
    ) -> RotaPage:
        desk = await DeskPage.open(context, harbour.staff_url, language)
        await desk.sign_in(person)
        rota = cls(await desk.beside(desk.page.locator("#off-rota > p a")), desk)
        await expect(rota.month).to_be_visible()
        return rota

    @property
    def month(self) -> Locator:
        return self.page.get_by_role("grid")

    @property
    async def today(self) -> int:
        found = await self.page.locator("[data-day][aria-current=date]").get_attribute("data-day")
        return int(found or 0)

    def day(self, day: int) -> Locator:
        return self.month.locator(f"[data-day='{day}']")

    def word(self, key: str) -> str:
        return self.desk.word(f"rota.{key}")

    def button(self, key: str, within: str = "main") -> Locator:
        return self.page.locator(within).get_by_role("button", name=self.word(key))

    async def bring(self, day: int) -> Locator:
        """The day, on screen; the next month is one press away."""
        if not await self.day(day).count():
            await self.page.locator("#on").click()
        await expect(self.day(day)).to_be_attached()
        return self.day(day)

    async def save(self, sheet: str) -> None:
        await self.page.locator(f"#{sheet}-form [type=submit]").click()

    async def says(self, key: str) -> None:
        await expect(self.page.locator("#said")).to_have_text(self.word(key))

    async def tab_to(self, name: str) -> None:
        """Press Tab until what has the focus is called so; at most once around the page."""
        for _ in range(90):
            await self.page.keyboard.press("Tab")
            called = await self.page.evaluate("document.activeElement.textContent")
            if called.startswith(name):
                return
        raise AssertionError(f"no way to {name} by keys")


def ahead(day: int) -> int:
    """A day of the next week, so that a week's turn is needed to see it."""
    return day + 7


@pytest_asyncio.fixture(loop_scope="session")
async def lind(harbour: DemoServer, new_context: NewContext) -> RotaPage:
    context = await new_context(bypass_csp=True)
    return await RotaPage.open(context, harbour, harbour.person("supervisor"))


@pytest_asyncio.fixture(loop_scope="session")
async def alm(harbour: DemoServer, new_context: NewContext) -> RotaPage:
    return await RotaPage.open(await new_context(), harbour, harbour.person("adviser"))


async def test_a_supervisor_plans_by_mouse_in_the_week(lind: RotaPage) -> None:
    page, day = lind.page, ahead(await lind.today)
    await page.locator("#today").click()
    await page.locator("#week").click()
    await page.locator("#on").click()
    wall = page.locator(f".wall[data-day='{day}']")
    shift = wall.locator("button").filter(has_text="06:00–14:00")
    await shift.click()
    await page.locator("#ends").fill("13:30")
    await page.locator("#who").select_option(index=0)
    await lind.save("shift")
    await lind.says("saved")

    open_one = wall.locator("button[data-open]").first
    await expect(open_one).to_contain_text(lind.word("open"))
    await expect(open_one).to_contain_text("–13:30")
    await expect(wall.locator(".missing").first).to_be_visible()
    await expect(wall.locator("..")).to_have_attribute("data-gap", "")


async def test_a_supervisor_plans_with_keys_alone_in_the_month(lind: RotaPage) -> None:
    page, today = lind.page, await lind.today
    await lind.day(today).focus()
    await page.keyboard.press("ArrowDown")
    await expect(lind.day(today + 7)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    day = today + 8
    await expect(lind.day(day)).to_be_focused()
    await page.keyboard.press("Enter")
    await lind.tab_to(lind.word("new"))
    await page.keyboard.press("Enter")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("0800")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("09:15")
    await page.keyboard.press("Enter")
    await lind.says("saved")

    await expect(lind.day(day)).to_be_focused()
    await expect(lind.day(day)).to_contain_text(f"08:00–09:15 {lind.word('open')}")


async def test_keys_lead_into_the_next_month_and_back(lind: RotaPage) -> None:
    today = await lind.today
    await lind.day(today).focus()
    name = lind.page.locator("#shown")
    before = await name.text_content()

    await lind.page.keyboard.press("PageDown")
    await expect(name).not_to_have_text(before or "")
    await lind.page.keyboard.press("PageUp")
    await expect(name).to_have_text(before or "")
    await lind.page.keyboard.press("Escape")
    await expect(lind.page.get_by_role("dialog")).to_have_count(0)


async def test_a_holiday_is_made_and_unmade(lind: RotaPage) -> None:
    page, day = lind.page, await lind.today + 3
    await (await lind.bring(day)).click()
    await lind.button("holiday_make", "#day").click()
    await page.locator("#holiday-called").fill("Julafton")
    await lind.save("holiday")
    await lind.says("saved")
    await expect(lind.day(day)).to_contain_text("Julafton")
    await expect(lind.day(day)).to_contain_text(lind.word("shut"))

    await lind.day(day).click()
    await lind.button("holiday_end", "#day").click()
    await lind.says("saved")
    await expect(lind.day(day)).not_to_contain_text("Julafton")


async def test_hours_of_no_form_are_said_and_a_busy_person_too(lind: RotaPage) -> None:
    page, day = lind.page, await lind.today + 1
    await (await lind.bring(day)).click()
    await lind.button("new", "#day").click()
    await page.locator("#begins").fill("25:00")
    await lind.save("shift")
    await expect(page.locator("#shift-said")).to_have_text(lind.word("hours_wrong"))

    await page.locator("#begins").fill("06:30")
    await page.locator("#ends").fill("07:00")
    busy = lind.word("busy").replace("{name}", "").strip()
    await expect(page.locator("#who option").filter(has_text=busy)).not_to_have_count(0)


async def test_a_member_asks_and_a_colleague_says_yes_at_the_desk(
    alm: RotaPage, harbour: DemoServer, new_context: NewContext
) -> None:
    berg = await DeskPage.open(await new_context(), harbour.staff_url)
    await berg.sign_in(harbour.person("adviser", 1))
    day = await alm.today + 1
    await (await alm.bring(day)).click()
    own = alm.page.locator("#day-shifts li").filter(has_text="Alm")
    await own.get_by_role("button", name=alm.word("ask")).first.click()
    await alm.page.locator("#swap-to").select_option(label="Berg")
    await alm.save("swap")
    await alm.says("saved")

    name = await alm.day(day).locator(".long").inner_text()
    question = berg.page.locator("#off own-shifts .band").filter(has_text=name)
    await expect(question).to_contain_text("Alm")
    await question.get_by_role("button", name=alm.word("yes")).click()
    await expect(question).to_have_count(0)
    await expect(alm.day(day)).not_to_contain_text("Alm")


async def test_a_sick_call_opens_the_shift_for_all_at_once(alm: RotaPage, lind: RotaPage) -> None:
    day = await alm.today + 5
    await lind.bring(day)
    await (await alm.bring(day)).click()
    own = alm.page.locator("#day-shifts li").filter(has_text="Alm")
    await own.get_by_role("button", name=alm.word("sick")).first.click()
    await alm.button("sick_go", "#sick").click()
    await alm.says("saved")

    await expect(alm.day(day)).to_contain_text(f" {alm.word('open')}")
    await expect(lind.day(day)).to_contain_text(f" {lind.word('open')}")
    await expect(lind.day(day).locator(".gap").first).to_contain_text(lind.word("gap"))


async def test_an_adviser_is_offered_nothing_to_plan(alm: RotaPage) -> None:
    await expect(alm.button("new")).to_have_count(0)
    await (await alm.bring(await alm.today + 1)).click()

    dialog = alm.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name=alm.word("change"))).to_have_count(0)
    await expect(dialog.get_by_role("button", name=alm.word("holiday_make"))).to_have_count(0)


async def test_without_a_session_the_page_shows_nothing_and_says_where_to_go(
    harbour: DemoServer, new_context: NewContext
) -> None:
    page = await (await new_context()).new_page()
    await page.goto(f"{harbour.staff_url}/sv/rota")

    await expect(page.locator("#out")).to_be_visible()
    await expect(page.locator("#rota")).to_be_hidden()
    await expect(page.locator("#out").get_by_role("link")).to_have_attribute("href", "/sv")


async def test_the_desk_that_is_locked_locks_the_rota(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context()
    rota = await RotaPage.open(context, harbour, harbour.person("supervisor"))
    await rota.desk.page.locator("#lock").click()
    await rota.desk.is_on("signin")

    await expect(rota.page.locator("#out")).to_be_visible()
    await expect(rota.page.locator("#rota")).to_be_hidden()


@pytest.mark.scenario(23, part="automated rules, the rota")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_in_any_state_of_the_rota(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    rota = await RotaPage.open(context, harbour, harbour.person("supervisor"), language)
    page, rules, day = rota.page, Rules(rota.page), await rota.today
    await rules.look("month")
    await page.locator("#week").click()
    await page.locator("#on").click()
    await rules.look("week")
    for sheet, way in (
        ("keys", "[data-sheet=keys]"),
        ("shift", "#new"),
    ):
        await page.locator(way).click()
        await expect(page.locator(f"#{sheet}")).to_be_visible()
        await rules.look(sheet)
        await page.keyboard.press("Escape")
    await page.locator("#month").click()
    await page.locator("#today").click()
    await rota.day(day).click()
    await rules.look("day")
    await rota.button("sick", "#day").first.click()
    await rules.look("sick")
    await page.keyboard.press("Escape")
    await rota.day(day).click()
    await rota.button("holiday_make", "#day").click()
    await rules.look("holiday")
    assert rules.broken == []
    assert len(rules.looked) == 7


async def test_the_month_is_a_readable_list_on_a_phone(alm: RotaPage) -> None:
    await alm.page.set_viewport_size(PHONE)
    await alm.page.add_init_script(SLOW)
    await alm.page.reload()
    day = await alm.today  # the centre's, whatever day the phone has

    assert await spilling(alm.page) == []
    weekday = alm.day(day).locator(".long")
    await expect(weekday).to_be_visible()
    box = await alm.day(day).bounding_box()
    assert box is not None
    assert box["width"] > 250
    assert box["height"] >= 44
    size = await alm.day(day).evaluate("button => parseFloat(getComputedStyle(button).fontSize)")
    assert size >= 14
    await alm.page.set_viewport_size(DESK)


@pytest.mark.scenario(30, part="rota")
async def test_the_night_the_clock_is_set_is_named_on_its_day(lind: RotaPage) -> None:
    forward = lind.word("clock_forward")
    day = lind.page.locator("[data-day]").filter(has_text=forward)
    for _ in range(13):
        if await day.count():
            break
        shown = await lind.page.locator("#shown").text_content() or ""
        await lind.page.locator("#on").click()
        await expect(lind.page.locator("#shown")).not_to_have_text(shown)

    when = EPOCH + timedelta(days=int(await day.get_attribute("data-day") or 0))
    assert (when.month, when.isoweekday()) == (3, 7)
    await expect(day).to_contain_text("22:00–06:00")


@pytest.mark.scenario(5, part="the page says when it opens")
async def test_the_front_page_says_when_the_rota_opens_next(
    lind: RotaPage, harbour: DemoServer, new_context: NewContext
) -> None:
    """Nobody is down for today and tomorrow; what the phone's clock shows is the centre's here."""
    today = await lind.today
    for day in (today, today + 1):
        await (await lind.bring(day)).click()
        await lind.button("holiday_make", "#day").click()
        await lind.save("holiday")
        await lind.says("saved")
    context = await new_context(timezone_id="Europe/Stockholm")
    visitor = await VisitorPage.open(context, harbour.visitor_url)

    line = visitor.page.locator("opening-line")
    await expect(line).to_have_attribute("data-lamp", "out")
    name = await (await lind.bring(today + 2)).locator(".long").inner_text()
    await expect(line).to_have_text(visitor.says("visitor.opens_day"))
    await expect(line).to_contain_text(name.split()[0].lower())
    await visitor.page.goto(f"{harbour.visitor_url}/sv/help")
    hours = await visitor.page.locator("main dd").all_inner_texts()
    assert (hours[0], hours[1]) == (visitor.word("page.shut"),) * 2
    assert hours[2].startswith("06:00-")


async def test_an_answer_that_comes_late_is_not_drawn_over_a_newer_one(lind: RotaPage) -> None:
    """Two months on in haste, and the line is slow for the first of them."""
    page, name, drawn = lind.page, lind.page.locator("#shown"), asyncio.Event()
    before, kept = await name.text_content() or "", list[str]()

    async def answer(route: Route) -> None:
        kept.append(route.request.url)
        if len(kept) == 1:
            await drawn.wait()
        await route.continue_()

    await page.route("**/api/rota/*/*", answer)
    async with page.expect_response(lambda told: told.url == kept[0]) as late:
        await page.locator("#on").click()
        await page.locator("#on").click()
        await expect(name).not_to_have_text(before)
        shown = await lind.month.inner_text()
        drawn.set()
    await (await late.value).finished()
    await page.evaluate("() => new Promise((done) => setTimeout(done))")

    assert "06:00–14:00" in shown
    assert await lind.month.inner_text() == shown


async def test_own_shifts_are_there_for_whoever_signs_in_next(
    harbour: DemoServer, new_context: NewContext
) -> None:
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    own = desk.page.locator("#off own-shifts li")
    await desk.sign_in(harbour.person("adviser"))
    await expect(own.first).to_be_visible()
    await desk.page.locator("#lock").click()
    await desk.is_on("signin")

    await desk.sign_in(harbour.person("adviser"))
    await expect(own.first).to_be_visible()
