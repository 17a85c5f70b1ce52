"""Staff over HTTP: escalations (protocol.md sections 6, 7.7, 10).

A body that carries envelopes is binary: parts, each u32 length ‖ bytes; the first is JSON of the
route's form, each other one an envelope. What they say, nobody here can read; only a supervisor is
given envelopes, and of those the ones that their own keys open.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from hamn.app import escalate
from hamn.core import escalation
from hamn.core.escalation import Decision, Escalation, Named, NoReport, Reason
from hamn.core.words import Idx, Mailbox
from hamn.edge.parts import parts_of
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import Body, Nothing, body_of, told
from hamn.edge.state import Edge
from hamn.edge.wire import Hex16

ID = re.compile(r"[0-9a-f]{32}")


class New(Body, frozen=True):
    """A new escalation: its record, which stands inside every copy, too."""

    record: Hex16


class Note(Body, frozen=True):
    """A question to the adviser; with a mailbox, a note for the visitor's code."""

    mailbox: Hex16 | None


class Decided(Body, frozen=True):
    """What is decided. `grave`: life is at stake, as whoever decides has read."""

    decision: Decision
    reason: Reason
    grave: bool
    no_report: NoReport | None
    mailbox: Hex16 | None
    """Then the last part is a reply for that code, told once the decision stands."""


class Agreed(Body, frozen=True):
    """What a second person names, too: all that they were shown of it."""

    decision: Decision
    reason: Reason
    grave: bool
    no_report: NoReport | None
    sealed: Hex16
    first: int


def escalation_routes() -> list[BaseRoute]:
    one = "/api/escalations/{record}"
    return [
        Route("/api/escalations/readers", readers),
        Route("/api/escalations/own", own),
        Route("/api/escalations", listed),
        Route("/api/escalations", send, methods=["POST"]),
        Route(one, read),
        Route(f"{one}/note", note, methods=["POST"]),
        Route(f"{one}/answer", answer, methods=["POST"]),
        Route(f"{one}/decide", decide, methods=["POST"]),
        Route(f"{one}/agree", agree, methods=["POST"]),
        Route(f"{one}/back", take_back, methods=["POST"]),
    ]


@told
async def readers(request: Request, edge: Edge) -> object:
    """GET /api/escalations/readers: certificates of kind 3 that a copy is sealed to."""
    del request
    return {"certs": [each.data.hex() for each in await escalate.readers(edge.world)]}


@told
async def own(request: Request, edge: Edge) -> object:
    """GET /api/escalations/own: what one has sent, how it stands, and questions about it."""
    found = await escalate.own(edge.world, staff_of(request))
    return [
        {**_line(each, edge), "notes": [note.data.hex() for note in notes]} for each, notes in found
    ]


@told
async def listed(request: Request, edge: Edge) -> object:
    """GET /api/escalations: how every one stands; `duty` is that of who asks."""
    staff, policy = staff_of(request), edge.world.policy
    duty = escalation.duty(policy.reporting_mode, is_licensed=staff.is_licensed)
    lines = [_line(each, edge) for each in await escalate.listed(edge.world)]
    return {"duty": duty.value, "escalations": lines}


@told
async def send(request: Request, edge: Edge) -> object:
    """POST /api/escalations: a new one."""
    given, copies = await parts_of(request, New)
    record = bytes.fromhex(given.record)
    return _line(await escalate.send(edge.world, staff_of(request), record, copies), edge)


@told
async def read(request: Request, edge: Edge) -> object:
    """GET /api/escalations/RECORD: the envelopes for one's own keys; it has been read."""
    folder = await escalate.read(edge.world, staff_of(request), _record(request))
    papers = [{"paper": each.paper.value, "data": each.letter.data.hex()} for each in folder.papers]
    writer = None if folder.writer is None else folder.writer.data.hex()
    return {**_line(folder.escalation, edge), "papers": papers, "writer": writer}


@told
async def note(request: Request, edge: Edge) -> object:
    """POST /api/escalations/RECORD/note: ask back, the adviser or the visitor."""
    given, letters = await parts_of(request, Note)
    if len(letters) != 1:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    world, staff, record = edge.world, staff_of(request), _record(request)
    if given.mailbox is None:
        return _line(await escalate.ask(world, staff, record, letters[0]), edge)
    mailbox = Mailbox(bytes.fromhex(given.mailbox))
    return _line(await escalate.ask_visitor(world, staff, record, letters[0], mailbox), edge)


@told
async def answer(request: Request, edge: Edge) -> object:
    """POST /api/escalations/RECORD/answer: more, from who sent it."""
    _, copies = await parts_of(request, Nothing)
    made = await escalate.answer(edge.world, staff_of(request), _record(request), copies)
    return _line(made, edge)


@told
async def decide(request: Request, edge: Edge) -> object:
    """POST /api/escalations/RECORD/decide: a decision and its sealed record."""
    given, copies = await parts_of(request, Decided)
    staff = staff_of(request)
    choice = Named(
        given.decision,
        given.reason,
        staff.idx,
        is_grave=given.grave,
        no_report=given.no_report,
    )
    reply = None
    if given.mailbox is not None and copies:
        reply = (Mailbox(bytes.fromhex(given.mailbox)), copies.pop())
    made = await escalate.decide(edge.world, staff, _record(request), choice, copies, reply=reply)
    return _line(made, edge)


@told
async def agree(request: Request, edge: Edge) -> object:
    """POST /api/escalations/RECORD/agree: the second name."""
    given = await body_of(request, Agreed)
    seen = Named(
        given.decision,
        given.reason,
        Idx(given.first),
        is_grave=given.grave,
        no_report=given.no_report,
        sealed=bytes.fromhex(given.sealed),
    )
    return _line(await escalate.agree(edge.world, staff_of(request), _record(request), seen), edge)


@told
async def take_back(request: Request, edge: Edge) -> object:
    """POST /api/escalations/RECORD/back: a name that waits for a second is taken back."""
    await body_of(request, Nothing)
    return _line(await escalate.take_back(edge.world, staff_of(request), _record(request)), edge)


def _line(value: Escalation, edge: Edge) -> dict[str, object]:
    now, policy, named = edge.world.clock.now(), edge.world.policy, value.named
    return {
        "record": value.record.hex(),
        "by": value.by,
        "hour": value.hour,
        "state": value.state.value,
        "due": int(escalation.due(value, policy) // 60),
        "late": escalation.is_late(value, now, policy),
        "named": None if named is None else _named(named),
    }


def _named(named: Named) -> dict[str, object]:
    return {
        "decision": named.decision.value,
        "reason": named.reason.value,
        "grave": named.is_grave,
        "no_report": None if named.no_report is None else named.no_report.value,
        "sealed": named.sealed.hex(),
        "first": named.first,
        "second": named.second,
    }


def _record(request: Request) -> bytes:
    found = ID.fullmatch(request.path_params["record"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return bytes.fromhex(found[0])
