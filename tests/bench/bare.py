"""The yardstick: a relay with no rules, no store and no acknowledgement, on the same uvicorn stack.

Run as a program with a port: sockets at `/pair/N/a` and `/pair/N/b` get each other's messages.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

_seats: dict[tuple[str, str], WebSocket] = {}


async def pair(socket: WebSocket) -> None:
    """Hand on whatever comes."""
    number, side = socket.path_params["number"], socket.path_params["side"]
    await socket.accept()
    _seats[number, side] = socket
    other = (number, "b" if side == "a" else "a")
    try:
        while True:
            received = await socket.receive_bytes()
            if other in _seats:
                await _seats[other].send_bytes(received)
    except WebSocketDisconnect:
        _seats.pop((number, side), None)


app = Starlette(routes=[WebSocketRoute("/pair/{number}/{side}", pair)])


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_level="error",
    )
