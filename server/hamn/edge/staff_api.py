"""Staff over HTTP: enrolment by invite, who I am, a further way to sign in (protocol.md 3.1).

A token travels in `Authorization: Bearer` and nowhere else. Sign-in itself is a matter of the
socket. A body is JSON of a known form, bytes as lower-case hex; whoever brings keys shows that they
hold them, by signing a challenge with each. Nothing here tells whether a name or a member exists.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hamn.app import sign_in
from hamn.app.ports import SignInMethod, Staff, Wrap
from hamn.asc1 import signin
from hamn.asc1.bytes import Refused, sha256
from hamn.asc1.roster import verify_signature
from hamn.core.words import Malformed, Refusal
from hamn.edge.errors import STATUS_OF
from hamn.edge.state import Edge
from hamn.edge.wire import U8, U32, Hex32, HexSig

BEARER = re.compile(r"Bearer ([0-9a-f]{64})")
JSON = "application/json"
Kid = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
Wrapped = Annotated[str, Meta(pattern="^[0-9a-f]{120}$")]
Credential = Annotated[str, Meta(pattern="^([0-9a-f]{2}){0,1024}$")]
Way = Annotated[int, Meta(ge=1, le=2)]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON body; a field it does not know is refused."""


class Nothing(Body, frozen=True):
    """An empty object."""


class WrapGiven(Body, frozen=True):
    """A wrapped key of section 3.1."""

    what: U8
    method: U8
    version: U32
    kid: Kid
    data: Wrapped


class Enrolment(Body, frozen=True):
    """A new member's public halves and wrapped keys.

    `auth_sig` and `ik_sig` are made with the two new keys over the bytes that a sign-in with this
    method would sign.
    """

    method: Way
    public_key: Hex32
    credential: Credential
    ed25519: Hex32
    wraps: Annotated[list[WrapGiven], Meta(max_length=8)]
    nonce: Hex32
    origin_hash: Hex32
    issued: U32
    auth_sig: HexSig
    ik_sig: HexSig


class NewMethod(Body, frozen=True):
    """A further way to sign in, with a challenge signed by one that stands."""

    by: Way
    nonce: Hex32
    origin_hash: Hex32
    issued: U32
    sig: HexSig
    method: Way
    public_key: Hex32
    credential: Credential
    wraps: Annotated[list[WrapGiven], Meta(max_length=1)]


Given = TypeVar("Given", bound=Body)
Handler = Callable[[Request, Edge], Awaitable[object]]


def told(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler's value as JSON; what it refuses as a status of the one table."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request, request.app.state.edge))
        except Refusal as refusal:
            raise HTTPException(STATUS_OF[refusal.code]) from None
        except Malformed:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from None

    return answer


@told
async def begin(request: Request, edge: Edge) -> object:
    """POST /api/enrol/begin: whom this invite is for, and a challenge to sign."""
    await _body(request, Nothing)
    staff = await sign_in.invited(edge.world, _token(request))
    return {**_about(staff, edge), "nonce": sign_in.challenge(edge.world).hex()}


@told
async def enrol(request: Request, edge: Edge) -> object:
    """POST /api/enrol: spend the invite. A root signs the member into the roster later."""
    given, token = await _body(request, Enrolment), _token(request)
    staff = await sign_in.invited(edge.world, token)
    _check_keys_are_held(edge, staff, given)
    method = SignInMethod(
        given.method, bytes.fromhex(given.public_key), bytes.fromhex(given.credential)
    )
    ed25519 = bytes.fromhex(given.ed25519)
    enrolled = await sign_in.enrol(
        edge.world, token, ed25519=ed25519, method=method, wraps=_wraps(given.wraps)
    )
    return _about(enrolled, edge)


@told
async def me(request: Request, edge: Edge) -> object:
    """GET /api/me: the member whose session this is, and their ways to sign in."""
    staff = await _session(request, edge)
    methods = await edge.world.store.methods(staff.idx)
    ways = [{"method": each.method, "credential": each.credential.hex()} for each in methods]
    return {**_about(staff, edge), "methods": ways}


@told
async def challenge(request: Request, edge: Edge) -> object:
    """POST /api/challenge: a fresh nonce for a member who is signed in."""
    await _body(request, Nothing)
    await _session(request, edge)
    return {"nonce": sign_in.challenge(edge.world).hex()}


@told
async def add_method(request: Request, edge: Edge) -> object:
    """POST /api/method: a further way to sign in, proved with one that stands."""
    given = await _body(request, NewMethod)
    staff = await _session(request, edge)
    new = SignInMethod(
        given.method, bytes.fromhex(given.public_key), bytes.fromhex(given.credential)
    )
    answer = sign_in.Answer(
        login=staff.login,
        method=given.by,
        origin_hash=bytes.fromhex(given.origin_hash),
        issued=given.issued,
        sig=bytes.fromhex(given.sig),
        nonce=bytes.fromhex(given.nonce),
    )
    await sign_in.add_method(
        edge.world,
        answer=answer,
        origins=edge.staff_origins,
        new=new,
        wraps=_wraps(given.wraps),
    )
    return {}


def _check_keys_are_held(edge: Edge, staff: Staff, given: Enrolment) -> None:
    """Both new keys have signed the challenge; an AU signature, so it fits no other use."""
    world = edge.world
    answer = signin.Challenge(
        origin_hash=bytes.fromhex(given.origin_hash),
        name_hash=sha256(staff.login.encode()),
        method=signin.Method(given.method),
        nonce=bytes.fromhex(given.nonce),
        issued=given.issued,
    )
    is_fresh = world.memory.spend_challenge(answer.nonce, world.clock.now())
    try:
        signin.check(
            answer,
            bytes.fromhex(given.auth_sig),
            public=bytes.fromhex(given.public_key),
            origin_hashes=[sha256(origin.encode()) for origin in edge.staff_origins],
            minute=int(world.clock.now() // 60),
        )
    except Refused:
        is_fresh = False
    ik, sig = bytes.fromhex(given.ed25519), bytes.fromhex(given.ik_sig)
    if not is_fresh or not verify_signature(ik, sig, signin.signed_bytes(answer)):
        raise HTTPException(HTTPStatus.FORBIDDEN)


async def _session(request: Request, edge: Edge) -> Staff:
    try:
        return await sign_in.resume(edge.world, _token(request))
    except Refusal:
        raise HTTPException(HTTPStatus.UNAUTHORIZED) from None


def _token(request: Request) -> bytes:
    found = BEARER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    return bytes.fromhex(found[1])


async def _body(request: Request, form: type[Given]) -> Given:
    if request.headers.get("content-type", "").split(";")[0].strip() != JSON:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return msgspec.json.decode(await request.body(), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


def _wraps(given: list[WrapGiven]) -> list[Wrap]:
    return [
        Wrap(
            each.what, each.method, each.version, bytes.fromhex(each.kid), bytes.fromhex(each.data)
        )
        for each in given
    ]


def _about(staff: Staff, edge: Edge) -> dict[str, object]:
    return {
        "idx": staff.idx,
        "login": staff.login,
        "duty_name": staff.duty_name,
        "roles": list(staff.roles),
        "service": edge.service,
    }
