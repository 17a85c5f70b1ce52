"""The supervisor's board over a staff socket, told anew at every change (product.md section 5)."""

from __future__ import annotations

from hamn.app import relay
from hamn.app.ports import World
from hamn.core.board import on_board, open_rooms
from hamn.core.waiting import Lobby
from hamn.edge import wire
from hamn.edge.line import Line


class BoardTold:
    """The last board told; the same one is not told twice."""

    def __init__(self) -> None:
        self._last: wire.Board | None = None

    async def tell(self, line: Line, world: World, lobby: Lobby) -> None:
        board = await _board(world, lobby)
        if board != self._last:
            self._last = board
            await line.tell(board)


async def _board(world: World, lobby: Lobby) -> wire.Board:
    names = dict.fromkeys(room for m in lobby.duty if not m.is_check for room in m.rooms)
    talks = [await relay.look(world, room) for room in names]
    people = on_board(lobby, now=world.clock.now(), policy=world.policy)
    return wire.Board(
        duty=[
            wire.MemberOnBoard(
                idx=each.idx,
                role=each.role,
                since=int(each.since // 60),
                rooms=each.rooms,
                capacity=each.capacity,
                wraps=each.wraps_until is not None,
                heard=each.is_heard,
            )
            for each in people
        ],
        rooms=[
            wire.RoomOnBoard(each.room.hex(), list(each.staff), here=each.visitor_here)
            for each in open_rooms(talk for talk in talks if talk is not None)
        ],
    )
