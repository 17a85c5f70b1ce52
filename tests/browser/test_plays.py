"""The mother of the demo's role-plays, as a newcomer is her: her talk and her plan, by her code."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from hamn.ops.plays import Plays
from hamn.ops.role_plays import read
from tests.browser.conftest import OpenVisitor
from tests.browser.pages import VisitorPage
from tests.faults.crowd import service_of
from tests.services import DemoServer

pytestmark = pytest.mark.browser

TEXTS = read()


def door(visitor: VisitorPage) -> Locator:
    return visitor.page.locator("booking-door")


async def press(visitor: VisitorPage, key: str) -> None:
    await door(visitor).get_by_role("button", name=visitor.word(key), exact=True).first.click()


async def test_the_mother_s_code_shows_a_talk_that_can_be_moved_and_the_plan(
    harbour: DemoServer, a_visitor: OpenVisitor
) -> None:
    secrets = {person.name: person.secret for person in harbour.people}
    made = await Plays(service_of(harbour), secrets, TEXTS, harbour.data.parent).make()
    visitor = await a_visitor()
    await visitor.page.get_by_role("link", name=visitor.word("page.book")).click()
    await door(visitor).locator("summary").click()
    await door(visitor).locator("details input").fill(made.mother.digits)
    await press(visitor, "talks.see")
    await expect(door(visitor)).to_contain_text(visitor.word("talks.is_open"))
    await expect(door(visitor)).to_contain_text("Ek")

    await press(visitor, "talks.move")
    form = re.compile(re.escape(visitor.word("talks.form_chat")))
    await door(visitor).locator(".times").get_by_role("button", name=form).nth(1).click()
    await press(visitor, "talks.yes")
    await expect(door(visitor)).to_contain_text(visitor.word("talks.moved"))

    await visitor.goto(harbour.visitor_url)
    await visitor.come_back(made.mother.digits)
    await press(visitor, "talks.letters")
    plan = visitor.page.locator("plan-copy")
    for step in TEXTS.mother.plan.rows:
        await expect(plan).to_contain_text(step.measure)
