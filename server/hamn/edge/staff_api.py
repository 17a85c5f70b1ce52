"""Staff over HTTP: enrolment by invite, who I am, a further way to sign in (protocol.md 3.1).

A token travels in `Authorization: Bearer` and nowhere else. Sign-in itself is a matter of the
socket. A body is JSON of a known form, bytes as lower-case hex; whoever brings keys shows that they
hold them, by signing a challenge with each. Nothing here tells whether a name or a member exists.
"""

from __future__ import annotations

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
from hamn.edge.permit import staff_of, token_of
from hamn.edge.state import Edge
from hamn.edge.wire import U8, U32, Hex32, HexSig

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


class Signed(Body, frozen=True):
    """A challenge signed by a way to sign in that stands."""

    by: Way
    nonce: Hex32
    origin_hash: Hex32
    issued: U32
    sig: HexSig


class NoMethod(Signed, frozen=True):
    """A way to sign in less."""

    method: Way


class NewMethod(Signed, frozen=True):
    """A further way to sign in."""

    method: Way
    public_key: Hex32
    credential: Credential
    wraps: Annotated[list[WrapGiven], Meta(max_length=1)]


Given = TypeVar("Given", bound=Body)
Form = TypeVar("Form")
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
    await body_of(request, Nothing)
    staff = staff_of(request)
    return {**_about(staff, edge), "nonce": sign_in.challenge(edge.world).hex()}


@told
async def enrol(request: Request, edge: Edge) -> object:
    """POST /api/enrol: spend the invite. A root signs the member into the roster later."""
    given = await body_of(request, Enrolment)
    _check_keys_are_held(edge, staff_of(request), given)
    method = SignInMethod(
        given.method, bytes.fromhex(given.public_key), bytes.fromhex(given.credential)
    )
    ed25519 = bytes.fromhex(given.ed25519)
    enrolled = await sign_in.enrol(
        edge.world, token_of(request), ed25519=ed25519, method=method, wraps=wraps_of(given.wraps)
    )
    return _about(enrolled, edge)


@told
async def me(request: Request, edge: Edge) -> object:
    """GET /api/me: the member whose session this is, their ways to sign in, and wrapped keys."""
    staff = staff_of(request)
    methods = await edge.world.store.methods(staff.idx)
    ways = [{"method": each.method, "credential": each.credential.hex()} for each in methods]
    wraps = [
        {**msgspec.to_builtins(each), "kid": each.kid.hex(), "data": each.data.hex()}
        for each in await edge.world.store.wraps(staff.idx)
    ]
    return {**_about(staff, edge), "methods": ways, "wraps": wraps}


@told
async def challenge(request: Request, edge: Edge) -> object:
    """POST /api/challenge: a fresh nonce for a member who is signed in."""
    await body_of(request, Nothing)
    return {"nonce": sign_in.challenge(edge.world).hex()}


@told
async def add_method(request: Request, edge: Edge) -> object:
    """POST /api/method: a further way to sign in, proved with one that stands."""
    given = await body_of(request, NewMethod)
    staff = staff_of(request)
    new = SignInMethod(
        given.method, bytes.fromhex(given.public_key), bytes.fromhex(given.credential)
    )
    await sign_in.add_method(
        edge.world,
        answer=answer_of(staff, given),
        origins=edge.staff_origins,
        new=new,
        wraps=wraps_of(given.wraps),
    )
    return {}


@told
async def drop_method(request: Request, edge: Edge) -> object:
    """POST /api/method/drop: take a way to sign in away; every session of the member ends."""
    given = await body_of(request, NoMethod)
    await sign_in.drop_method(
        edge.world,
        answer=answer_of(staff_of(request), given),
        origins=edge.staff_origins,
        method=given.method,
    )
    return {}


def answer_of(staff: Staff, given: Signed) -> sign_in.Answer:
    """What was signed, always about the member whose session it is: no field can name another."""
    return sign_in.Answer(
        login=staff.login,
        method=given.by,
        origin_hash=bytes.fromhex(given.origin_hash),
        issued=given.issued,
        sig=bytes.fromhex(given.sig),
        nonce=bytes.fromhex(given.nonce),
    )


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


async def body_of(request: Request, form: type[Given]) -> Given:
    """The request's body in the form of a route. Raises: HTTPException."""
    return await decoded(request, msgspec.json.Decoder(form))


async def decoded(request: Request, decoder: msgspec.json.Decoder[Form]) -> Form:
    """The request's body in one of the forms of a route. Raises: HTTPException."""
    if request.headers.get("content-type", "").split(";")[0].strip() != JSON:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return decoder.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


def wraps_of(given: list[WrapGiven]) -> list[Wrap]:
    """Wrapped keys as they are kept."""
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
