"""The door for people who meet young people at work: no names, and their duty stays theirs."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.pages import VisitorPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

NUMBER, TOLD = "20110304-1234", "En elev i åttan ritar vapen"


@pytest.mark.scenario(21)
async def test_a_teacher_who_names_a_pupil_is_warned_and_the_name_is_struck_from_the_note(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    context = await new_context(bypass_csp=True)
    teacher = await VisitorPage.open(context, harbour.visitor_url)
    await teacher.page.get_by_role("link", name=teacher.word("pro.door")).click()
    await expect(teacher.page.locator("html")).to_have_attribute("data-ready", "")
    duty = teacher.page.locator("#duty")
    await expect(duty).to_contain_text(teacher.word("pro.duty_1"))
    await expect(teacher.page.locator("#young")).to_be_hidden()
    rules = Rules(teacher.page)
    await rules.look("the page for professionals")

    await teacher.open_chat()
    await desk.rings()
    await expect(desk.page.locator("waiting-list")).to_contain_text(desk.word("desk.door_2"))
    await desk.accept()
    await teacher.is_with("Alm")
    names = teacher.page.locator("#names")
    await teacher.box.fill("Jag är orolig för Kalle Berg")
    await expect(names).to_have_text(teacher.word("pro.names_name"))
    await rules.look("a name is typed")
    await teacher.box.fill(f"Eleven heter {NUMBER}")
    await expect(names).to_have_text(teacher.word("pro.names_personal"))
    await teacher.box.fill(TOLD)
    await expect(names).to_be_hidden()
    await teacher.write(TOLD)
    await desk.reads(TOLD)

    await expect(desk.page.locator("room-facts")).to_contain_text(desk.word("desk.consultation"))
    note = desk.page.locator("side-board")
    await note.locator("textarea").first.fill(f"Kalle Berg, {NUMBER}")
    await expect(note.locator(".band")).to_have_text(desk.word("desk.names_personal"))
    await note.get_by_role("button", name=desk.word("desk.board_strike")).click()
    struck = desk.word("desk.board_struck")
    await expect(note.locator("textarea").first).to_have_value(f"{struck}, {struck}")
    await expect(note.locator(".band")).to_be_hidden()
    await note.get_by_role("button", name=desk.word("desk.board_put")).click()
    put = await desk.box.input_value()
    assert struck in put
    assert NUMBER not in put
    assert "Kalle" not in put
    await desk.box.fill("")
    await desk.end()
    consultation = desk.page.locator("room-talk:not([hidden]) [value=consultation]")
    await expect(consultation).to_be_checked()
    assert rules.broken == []
