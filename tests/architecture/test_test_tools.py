"""The tests' own tools: no network, no silent skip, no shared port, no complaint unheard."""

from __future__ import annotations

import socket

import pytest
from playwright.async_api import Browser, Error

from tests.browsers import Complaints, NewContext
from tests.conftest import is_loopback
from tests.ports import free_ports
from tests.services import binary


def test_a_test_that_reaches_for_another_machine_is_refused() -> None:
    with pytest.raises(PermissionError):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)


def test_loopback_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


@pytest.mark.parametrize(
    "address", [("127.44.3.9", 1), ("::1", 1, 0, 0), ("localhost", 1), "/run/x"]
)
def test_these_addresses_are_loopback(address: object) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", [("192.0.2.1", 1), ("example.org", 1), ("2001:db8::1", 1, 0, 0)]
)
def test_these_addresses_are_not(address: object) -> None:
    assert not is_loopback(address)


def test_a_missing_program_skips_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="apt-get install lighthouse"):
        binary("no-such-program", "lighthouse")


def test_a_missing_program_fails_where_ci_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="apt-get install lighthouse"):
        binary("no-such-program", "lighthouse")


def test_ports_are_given_out_once() -> None:
    first, second = free_ports(3), free_ports(3)

    assert abs(first - second) >= 3


@pytest.mark.browser
async def test_a_page_that_complains_is_heard(browser: Browser) -> None:
    complaints = Complaints()
    context = await browser.new_context()
    complaints.listen(context)
    page = await context.new_page()

    await page.evaluate(
        "() => { console.error('lost'); setTimeout(() => { throw Error('torn') }) }"
    )
    await page.wait_for_timeout(50)
    await context.close()

    assert any("lost" in line for line in complaints.lines)
    assert any("torn" in line for line in complaints.lines)


@pytest.mark.browser
async def test_a_page_cannot_leave_this_machine(new_context: NewContext) -> None:
    page = await (await new_context(expects_errors=True)).new_page()

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://example.org/")
