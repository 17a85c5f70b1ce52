"""The same adviser again, and a language nobody here writes, with the real pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.test_company import talking
from tests.services import DemoServer

pytestmark = pytest.mark.browser
IN_TURNS = True

SETTINGS = {"HAMN_POLICY__RING": "600"}


@pytest.mark.scenario(14, part="without booking")
async def test_who_comes_back_to_one_adviser_is_told_when_and_may_take_anyone(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    digits = await visitor.make_code()
    await visitor.end()
    await alm.is_over("end")
    await alm.ready()
    berg = await a_desk(harbour.person("adviser", 1))
    await alm.page.locator("#duty-off").click()
    await alm.is_on("off")

    back = await a_visitor()
    await back.type_code(digits)
    await back.page.get_by_label(back.word("page.wish")).fill("Nobody")
    await back.button("page.comeback_go").click()
    await expect(back.page.locator("#wish-said")).to_have_text(back.word("visitor.wish_nobody"))
    await back.page.get_by_label(back.word("page.wish")).fill("alm")
    await back.come_back(digits)
    card = back.page.locator("wished-for")
    await expect(card).to_contain_text(re.compile(r"Alm .*\d\d:\d\d"))
    await expect(berg.page.locator("waiting-list li")).to_have_count(0)
    await card.get_by_role("button", name=back.word("visitor.wish_anyone")).click()
    await berg.accept()
    await back.is_with("Berg")
    await expect(card).to_be_hidden()
    await back.end()  # or the next test's desk would be rung for it
    await berg.is_over("end")


@pytest.mark.scenario(16, part="written choices in three languages, and a chat in simple words")
async def test_who_chooses_somali_is_told_in_somali_what_can_be_done_and_the_adviser_what_helps(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    await desk.opens_mail()
    visitor = await a_visitor()
    await visitor.finds_open_door()
    await visitor.page.get_by_text(visitor.word("page.choices"), exact=True).click()
    choice = visitor.page.get_by_label(visitor.word("page.language"))
    await choice.select_option("so")
    card = visitor.page.locator("other-language")
    for language in ("so", "sv", "en"):
        told = card.locator(f"p[lang={language}]")
        await expect(told).to_have_text(visitor.word(f"page.other_in_{language}"))
    await expect(card.get_by_role("button")).to_have_count(2)
    await card.get_by_role("button", name=visitor.word("page.other_chat")).click()
    await desk.accept()
    await visitor.write("Hej")
    await desk.reads("Hej")
    await expect(desk.band).to_contain_text("somaliska")
