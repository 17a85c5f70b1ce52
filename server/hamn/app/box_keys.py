"""Keys that mail is sealed to: registered by staff; those of the box handed out to visitors.

A box key (kind 2) is sealed to for a week and opens for two more; an escalation key (kind 3) is a
supervisor's and stands in where no box key is left (protocol.md sections 3 and 6). A case key (kind
4) opens what a counsellor keeps of a case, and no message (`app/case.py`). The server holds
certificates, and the private halves wrapped by a key it never sees, under the key of their last
day.
"""

from __future__ import annotations

from collections.abc import Collection

from hamn.app.duty import roster_chain
from hamn.app.forms import read_certificate
from hamn.app.ports import BOX, Certificate, Staff, World, Wrap
from hamn.asc1.bytes import Refused
from hamn.asc1.certificate import Kind, check
from hamn.asc1.roster import Chain
from hamn.asc1.signin import Wrapped
from hamn.core.box import still_seals
from hamn.core.permission import Act, any_may, may
from hamn.core.words import Idx, Kid, Malformed, Refusal, RefusalCode

MOST_READERS = 64
"""Stanzas of one message (protocol.md section 6)."""
CHAIN = 64
"""So far back a certificate of kind 2 or 3 may name its roster."""
HOURS_A_DAY = 24
WRAP_SIZE = 60
BOX_KINDS = (Kind.BOX, Kind.ESCALATION)
SORTS = {
    Kind.BOX: (Wrapped.BK, Act.ANSWER_MAIL),
    Kind.ESCALATION: (Wrapped.EK, Act.READ_ESCALATIONS),
    Kind.CASE: (Wrapped.CK, Act.KEEP_CASES),
}
"""Kinds that are registered: what each is wrapped as, and whose it is."""


async def register(world: World, staff: Staff, *, cert: bytes, wrap: Wrap) -> None:
    """Keep a certificate and the wrapped key it is for, until both end; desks are told of it.

    Raises: Refusal(GONE) for whatever is wrong with the certificate; Malformed.
    """
    hour = int(world.clock.now() // 3600)
    chain = await roster_chain(world)
    try:
        checked = check(cert, kinds=frozenset(SORTS), chain=chain, hour=hour)
    except Refused as refused:
        raise Refusal(RefusalCode.GONE) from refused
    given = read_certificate(cert)
    what, act = SORTS[checked.kind]
    if given.idx != staff.idx or staff.is_revoked or not may(given.role, act):
        raise Refusal(RefusalCode.GONE)
    is_right = (wrap.what, wrap.method, wrap.kid) == (what, 0, given.kid)
    if not is_right or len(wrap.data) != WRAP_SIZE:
        raise Malformed("not this key, wrapped")
    last_day = checked.not_after // HOURS_A_DAY
    await world.store.put_wraps(staff.idx, [wrap], last_day)
    await world.store.put_certificate(
        Certificate(given.kid, staff.idx, checked.kind, checked.not_after, cert)
    )
    world.bell.ring(BOX)  # colleagues' browsers seal what waits to a new key


async def own(world: World, idx: Idx, kinds: Collection[Kind] = BOX_KINDS) -> list[Certificate]:
    """A member's certificates of these kinds, those that only open among them."""
    hour = int(world.clock.now() // 3600)
    kept = [each for kind in kinds for each in await world.store.certificates(kind, hour)]
    return [certificate for certificate in kept if certificate.idx == idx]


async def own_kids(world: World, idx: Idx) -> frozenset[Kid]:
    """The keys a member may sign mail with: those above, and the shift key in use."""
    hour = int(world.clock.now() // 3600)
    shifts = await world.store.certificates(Kind.SHIFT, hour)
    kept = [*await own(world, idx), *(each for each in shifts if each.idx == idx)]
    return frozenset(each.kid for each in kept)


async def sealing(world: World) -> list[Certificate]:
    """Whom a message is sealed to now: the newest box key of each member, else escalation keys."""
    for kind in BOX_KINDS:
        if found := await newest(world, kind):
            return found[:MOST_READERS]
    return []


async def newest(world: World, kind: Kind) -> list[Certificate]:
    """The newest key of a kind of each member, that may be sealed to and is believed."""
    hour = int(world.clock.now() // 3600)
    chain = await roster_chain(world, back=CHAIN)
    found: dict[Idx, Certificate] = {}
    for certificate in sorted(await _standing(world, kind), key=lambda each: each.not_after):
        if _is_good(certificate, kind, chain, hour):
            found[certificate.idx] = certificate
    return list(found.values())


async def has_readers(world: World) -> bool:
    """Whether a message could be sealed to anybody; cheap, for who looks at the door."""
    return any([await _standing(world, kind) for kind in BOX_KINDS])


async def _standing(world: World, kind: Kind) -> list[Certificate]:
    hour = int(world.clock.now() // 3600)
    staff = await world.store.all_staff()
    real = {each.idx for each in staff if not each.is_check and not each.is_revoked}
    kept = await world.store.certificates(kind, hour)
    return [each for each in kept if each.idx in real and still_seals(each.not_after, hour)]


def _is_good(certificate: Certificate, kind: Kind, chain: Chain, hour: int) -> bool:
    try:
        check(certificate.data, kinds=frozenset({kind}), chain=chain, hour=hour)
    except Refused:
        return False
    return True


def may_read(staff: Staff) -> bool:
    """Whether this member's work is to answer messages."""
    return any_may(staff.roles, Act.ANSWER_MAIL)
