"""One connection as bytes: deadlines and limits that hold before and below the app.

uvicorn has no deadline for receiving a request (security.md F4), takes heads of any size (F16) and
answers some failures by itself, without our headers. `GuardedHttp` looks at every head first and
gives it a deadline; `GuardedSocket` does the same for messages that come in pieces, and writes what
a line tells. Neither logs.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from hamn.edge.errors import SENTENCES, Close
from hamn.edge.framing import END, bare_answer, is_bare, read_head, too_long
from hamn.edge.headers import Fields
from hamn.edge.inbox import Inbox
from hamn.edge.state import Caps

UNREAD_WITHIN = 20.0
"""How long more may wait for a reader than its connection holds (check 63)."""
LAST_WORD_WITHIN = 1.0
"""How long a connection that we end may take to carry what was still to be said."""
MOST_PIECES = 64
"""How many fragments one message may come in; browsers of ours send one."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a listener holds its connections to."""

    caps: Caps
    fields: Fields

    def http(self) -> partial[GuardedHttp]:
        """What uvicorn is to call for a new connection."""
        return partial(GuardedHttp, guard=self)

    def socket(self) -> partial[GuardedSocket]:
        """What uvicorn is to call for an upgrade."""
        return partial(GuardedSocket, guard=self)


class GuardedHttp(HttpToolsProtocol):
    """HTTP/1.1: a head is complete and of good form before it is parsed."""

    def __init__(self, *, guard: Guard, **given: Any) -> None:
        super().__init__(**given)
        self._guard = guard
        self._pending = b""
        self._body_left = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._guard.caps.connections:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._expect(self._guard.caps.head_within)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._pending += data
        while self._pending and not self.transport.is_closing():
            if not (self._take_body() if self._body_left else self._take_head()):
                return

    def _take_head(self) -> bool:
        end = self._pending.find(END)
        if end < 0:
            self._wait_for_head()
            return False
        head, self._pending = self._pending[: end + 4], self._pending[end + 4 :]
        found = read_head(head, self._guard.caps)
        if isinstance(found, HTTPStatus):
            self._refuse(found)
            return False
        self._body_left = found.body_bytes
        self._expect(self._guard.caps.body_within if self._body_left else None)
        super().data_received(head)
        return True

    def _wait_for_head(self) -> None:
        if too_long(len(self._pending), self._guard.caps):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif is_bare(self._pending):
            self._refuse(HTTPStatus.BAD_REQUEST)
        elif self._deadline is None:
            self._expect(self._guard.caps.head_within)

    def _take_body(self) -> bool:
        part, self._pending = self._pending[: self._body_left], self._pending[self._body_left :]
        self._body_left -= len(part)
        if not self._body_left:
            self._expect(None)
        super().data_received(part)
        return True

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        if self._pending:  # a client waits for our answer before its first frame
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        del msg
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        self._pending = b""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            sentence = SENTENCES[status] + "\n"
            self.transport.write(bare_answer(status, sentence, self._guard.fields))
        self.transport.close()

    def _expect(self, within: float | None) -> None:
        """Close the connection unless what is awaited has come by then; None: nothing is."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(within, self._too_late) if within else None

    def _too_late(self) -> None:
        self._deadline = None
        self.transport.close()


class Handshake(ServerProtocol):
    """RFC 6455 below the app; what it answers by itself carries the header set."""

    def __init__(self, fields: Fields, max_size: int) -> None:
        super().__init__(extensions=[], max_size=max_size)
        self._fields = fields

    def accept(self, request: Request) -> Response:
        return self._with_set(super().accept(request))

    def reject(self, status: int, text: str) -> Response:
        return self._with_set(super().reject(status, text))

    def send_response(self, response: Response) -> None:
        if "Date" in response.headers:
            del response.headers["Date"]
        super().send_response(response)

    def _with_set(self, response: Response) -> Response:
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            response.body = (SENTENCES[HTTPStatus.BAD_REQUEST] + "\n").encode()
            response.headers["Content-Length"] = str(len(response.body))
            for name, value in (*self._fields, (b"cache-control", b"no-store")):
                response.headers[name.decode()] = value.decode()
        return response


class GuardedSocket(WebSocketsSansIOProtocol):
    """A WebSocket whose messages may not come in endless pieces; the outlet of a line."""

    def __init__(self, *, guard: Guard, **given: Any) -> None:
        super().__init__(**given)
        self._guard = guard
        self._pieces = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self.conn = Handshake(guard.fields, guard.caps.message_bytes)
        self.queue = cast("asyncio.Queue[Any]", Inbox())

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self.scope["state"]["outlet"] = self
            event.headers.clear()  # the scope has them; here they would stay as long as the socket

    def post(self, text: bytes, binary: bytes | None) -> bool:
        """See `hamn.edge.line.Outlet`; both messages cross in one piece."""
        if self.disconnected or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return False
        written = _head(Opcode.TEXT, len(text)) + text
        if binary is not None:
            written += _head(Opcode.BINARY, len(binary)) + binary
        self.transport.write(written)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._unset_deadline()
        self._unset_unread()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_WITHIN, self._end, Close.TOO_SLOW)

    def resume_writing(self) -> None:
        self._unset_unread()
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        is_slow = not self.writable.is_set()
        super().keepalive_timeout()
        # What waits for a reader that is gone would keep the connection, and its member, for ever.
        if is_slow or self.transport.is_closing():
            self.loop.call_later(LAST_WORD_WITHIN, self.transport.abort)

    def handle_text(self, event: Frame) -> None:
        self._piece(event)
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._piece(event)
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        self._piece(event)
        super().handle_cont(event)

    def _piece(self, event: Frame) -> None:
        self._pieces = 0 if event.fin else self._pieces + 1
        if event.fin:
            self._unset_deadline()
        elif self._pieces > MOST_PIECES:
            self._cut()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self._guard.caps.message_within, self._cut)

    def _cut(self) -> None:
        self._unset_deadline()
        self._end(Close.TOO_LARGE)

    def _end(self, code: Close) -> None:
        self.conn.fail(int(code))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
        self.loop.call_later(LAST_WORD_WITHIN, self.transport.abort)

    def _unset_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _unset_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _head(opcode: Opcode, size: int) -> bytes:
    """The head of a whole unmasked message (RFC 6455 section 5.2)."""
    if size < 126:
        return bytes((0x80 | opcode, size))
    if size < 0x10000:
        return struct.pack("!BBH", 0x80 | opcode, 126, size)
    return struct.pack("!BBQ", 0x80 | opcode, 127, size)
