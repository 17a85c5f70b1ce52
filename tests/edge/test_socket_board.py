"""The supervisor's board over a socket: live, for supervisors on duty alone, without content."""

from __future__ import annotations

from typing import Any

from hamn.party.adviser import Adviser
from tests.edge.people import on_duty, paired, parted, taped
from tests.services import DemoServer


def standing(supervisor: Adviser, idx: int) -> dict[str, Any]:
    assert supervisor.board is not None
    return next((each for each in supervisor.board["duty"] if each["idx"] == idx), {})


async def test_a_supervisor_sees_rooms_open_and_close_and_an_adviser_sees_no_board(
    demo: DemoServer,
) -> None:
    with taped() as tape:
        lind, alm = await on_duty(demo, "supervisor"), await on_duty(demo)
        await lind.news.until(lambda: lind.board is not None and standing(lind, alm.idx) != {})
        visitor, desk = await paired(demo, alm, "127.44.9.1")
        await lind.news.until(lambda: lind.board is not None and len(lind.board["rooms"]) == 1)
        assert lind.board is not None
        (room,) = lind.board["rooms"]
        assert room == {"id": desk.party.room.hex(), "staff": [alm.idx], "here": True}
        assert standing(lind, alm.idx)["rooms"] == 1

        visitor.wire.drop()
        await lind.news.until(
            lambda: lind.board is not None and lind.board["rooms"][0]["here"] is False
        )
        await visitor.connect()
        await visitor.resume()
        await parted(visitor, alm, desk)
        await lind.news.until(lambda: lind.board is not None and lind.board["rooms"] == [])
        assert not any(told.name == "board" for told in tape.told_to(alm.wire))
    for each in (lind, alm):
        each.wire.drop()
