"""Who owns the server, before a real page: changes what its sockets are told, or cuts them.

The browser's own socket goes on to the real server; only what comes from there passes through here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.async_api import Page, WebSocketRoute

from hamn.party.wire import ANNOUNCES
from tests.faults.between import Change, unchanged


class Meddler:
    """Stands before every socket that a page opens from now on."""

    def __init__(self) -> None:
        self.change: Change = unchanged
        self._sockets: list[WebSocketRoute] = []
        self._is_cut = False

    @classmethod
    async def before(cls, page: Page) -> Meddler:
        meddler = cls()
        await page.route_web_socket(re.compile("/ws/"), meddler._opened)
        return meddler

    async def cut(self) -> None:
        """The page is offline until `heal`."""
        self._is_cut = True
        for socket in self._sockets:
            await socket.close(code=4999)
        self._sockets.clear()

    def heal(self) -> None:
        self._is_cut = False

    async def _opened(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            await socket.close(code=4999)
            return
        self._sockets.append(socket)
        server = socket.connect_to_server()
        announced: list[dict[str, Any]] = []

        def told(message: str | bytes) -> None:
            if isinstance(message, bytes):
                self._pass_on(socket, announced.pop(), message)
                return
            fields = json.loads(message)
            if fields["t"] in ANNOUNCES:
                announced.append(fields)
            else:
                self._pass_on(socket, fields, b"")

        server.on_message(told)

    def _pass_on(self, socket: WebSocketRoute, fields: dict[str, Any], binary: bytes) -> None:
        for told, with_it in self.change(fields, binary):
            socket.send(json.dumps(told))
            if told["t"] in ANNOUNCES:
                socket.send(with_it)
