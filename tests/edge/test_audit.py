"""The audit log of a running service: what stands in it, what never does, and that it holds."""

from __future__ import annotations

import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from hamn.core.audit import Deed, Line
from hamn.ops.audit import AuditBroken, shown, verify
from hamn.ops.demo import Demo, settings_of
from hamn.settings import Settings
from tests.edge.people import coded, on_duty, parted, understood
from tests.services import DemoServer

MARKER = "vet inte vad jag ska göra"


def settings(server: DemoServer, data: Path | None = None) -> Settings:
    return settings_of(Demo(server.port, data or Path(server.data)), {})


async def lines(server: DemoServer) -> list[list[str]]:
    return [line.split("\t") for line in await shown(settings(server))]


async def talked(server: DemoServer) -> list[bytes]:
    """A conversation with a return code and a supervisor in the house; ids and words of it."""
    adviser, supervisor = await on_duty(server), await on_duty(server, "supervisor")
    visitor, desk, code = await coded(server, adviser, "127.44.5.1")
    party = visitor.party
    assert party is not None
    await understood(party, desk.party, adviser.news, MARKER)
    traces = [visitor.cap, visitor.member.room_id, code.id, code.auth, MARKER.encode()]
    await parted(visitor, adviser, desk)
    await adviser.go_off()
    await adviser.wire.tell("auth", name=adviser.login)
    await adviser._ear.answer("nonce")  # what comes before it on the socket is done
    await adviser.leave()
    await supervisor.leave()
    return traces


@pytest.mark.check(79, part="what stands in it, and what never does")
async def test_the_log_tells_what_staff_did_and_nothing_of_a_visitor(demo: DemoServer) -> None:
    traces = await talked(demo)

    told = await lines(demo)
    deeds = {each[2] for each in told}
    assert deeds <= {deed.value for deed in Deed}
    assert {"enrolled", "roster published", "settings in force"} <= deeds
    assert {"signed in", "on duty", "off duty"} <= deeds
    everything = "\n".join("\t".join(each) for each in told)
    for trace in traces:
        assert trace.hex() not in everything
        assert trace.decode("latin-1") not in everything
    assert all(re.fullmatch(r"[a-z0-9 ,.-]{0,64}", each[5]) for each in told)


def each(*statements: str) -> Callable[[sqlite3.Connection, int], None]:
    """Statements about the line :n."""

    def tamper(db: sqlite3.Connection, n: int) -> None:
        for statement in statements:
            db.execute(statement, {"n": n})

    return tamper


TAMPERINGS = {
    "a changed deed": each("UPDATE audit SET what = 'on duty!' WHERE seq = :n"),
    "another doer": each("UPDATE audit SET by_idx = 9 WHERE seq = :n"),
    "another time": each("UPDATE audit SET at = at + 1 WHERE seq = :n"),
    "another detail": each("UPDATE audit SET detail = 'x' WHERE seq = :n"),
    "another hash": each("UPDATE audit SET hash = x'00' WHERE seq = :n"),
    "a removed line": each("DELETE FROM audit WHERE seq = :n"),
    "a cut tail": each("DELETE FROM audit WHERE seq >= :n"),
    "a front that is gone": each("DELETE FROM audit WHERE seq < :n"),
    "two lines in each other's place": each(
        "UPDATE audit SET seq = 9999 WHERE seq = :n",
        "UPDATE audit SET seq = :n WHERE seq = :n - 1",
        "UPDATE audit SET seq = :n - 1 WHERE seq = 9999",
    ),
}


@pytest.mark.check(79)
async def test_every_tampering_with_any_line_is_found(demo: DemoServer, tmp_path: Path) -> None:
    await talked(demo)
    held = await verify(settings(demo))
    assert re.fullmatch(r"\d+ lines hold, from 1\. Head: \d+:[0-9a-f]{64}", held)

    for name, tamper in TAMPERINGS.items():
        for at in (2, len(await lines(demo)) // 2, len(await lines(demo))):
            broken = copied(demo, tmp_path / f"{name} {at}")
            with sqlite3.connect(broken / "records.db") as db:
                tamper(db, at)
            db.close()
            with pytest.raises(AuditBroken, match="does not hold"):
                await verify(settings(demo, broken))
    assert {each[2] for each in await lines(demo)} <= {deed.value for deed in Deed}


async def test_a_head_from_a_screen_finds_a_log_that_was_rewritten_whole(demo: DemoServer) -> None:
    seen = (await verify(settings(demo))).partition("Head: ")[2]
    number = seen.partition(":")[0]

    assert "lines hold" in await verify(settings(demo), [seen])
    for head in (f"{number}:{secrets.token_hex(32)}", f"{int(number) + 5}:{'0' * 64}", "x"):
        with pytest.raises(AuditBroken):
            await verify(settings(demo), [head])


def copied(server: DemoServer, to: Path) -> Path:
    """The records as a thief of the disk has them, to do with as they like."""
    shutil.copytree(server.data, to)
    return to


def test_a_line_is_all_that_is_written() -> None:
    assert set(Line.__slots__) == {"seq", "at", "what", "by", "about", "detail", "hash"}
