"""A line that is sent again and again is shown once on the other's screen (check 10)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenDesk
from tests.browser.pages import VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

AGAIN = """const send = WebSocket.prototype.send, kept = [];
globalThis.again = 0;
WebSocket.prototype.send = function (message) {
  send.call(this, message);
  const bytes = message instanceof Uint8Array ? message : null;
  if (!bytes || bytes[0] !== 1 || bytes[1] !== 0x10) return;
  kept.push(bytes.slice());
  for (const frame of kept) for (let n = 0; n < 99; n += 1, again += 1) send.call(this, frame);
};"""
"""Every frame goes out a hundred times, and all earlier ones as often with each new one."""


@pytest.mark.check(10)
async def test_a_line_sent_hundreds_of_times_on_two_sockets_around_a_restart_is_shown_once(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    context = await new_context()
    await context.add_init_script(AGAIN)
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("En gång")
    await desk.reads("En gång")
    await harbour.kill()
    await visitor.write("Under tiden")
    await harbour.start()

    await desk.reads("Under tiden")
    await visitor.has_received_all()
    assert await visitor.page.evaluate("again") > 300
    assert await desk.lines(mine=False) == ["En gång", "Under tiden"]
