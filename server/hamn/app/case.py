"""Counselling cases: begun, kept up, shared, closed. The server sees whose, never what.

A record comes as one envelope for each member, sealed to a case key of theirs (protocol.md sections
6, 9 and 10); the server takes it when exactly the members can open it. Who is taken off a case
loses every envelope of it in the same step.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from hamn.app import audit
from hamn.app.forms import SealedLetter, read_letter
from hamn.app.ports import Certificate, PurgeBlocked, Staff, World
from hamn.app.shelves import CaseLetter
from hamn.asc1.certificate import Kind
from hamn.asc1.envelope import EnvelopeType
from hamn.core import case as rules
from hamn.core.audit import Deed
from hamn.core.case import Case, Holds
from hamn.core.permission import Act, any_may
from hamn.core.words import CaseId, Idx, Kid, Refusal, RefusalCode


async def begin(world: World, staff: Staff) -> Case:
    """A new case of this member's."""
    id_ = CaseId(world.entropy.bytes(16))
    new = rules.begin(id_, staff.idx, now=world.clock.now(), policy=world.policy)
    await _swap(world, None, new)
    await audit.note(world, Deed.CASE_BEGUN, staff.idx)
    return new


async def colleagues(world: World) -> list[Certificate]:
    """The newest case key of everybody who keeps cases."""
    newest: dict[Idx, Certificate] = {}
    for each in await _keys(world):
        standing = newest.get(each.idx)
        if standing is None or standing.not_after <= each.not_after:
            newest[each.idx] = each
    return list(newest.values())


async def keep(
    world: World,
    staff: Staff,
    id_: CaseId,
    sealed: Sequence[bytes],
    *,
    holds: Holds,
    seen: int,
    replaces: int | None = None,
) -> Case:
    """Keep a record for all members, instead of the one that `replaces` names.

    Raises: Refusal(CAS) when somebody was first or the case is closed; Refusal(GONE) for a case
    that is not this member's, or envelopes that are not for exactly its members; Malformed.
    """
    old = await _found(world, staff, id_, seen)
    new, number = rules.keep(
        old, staff.idx, holds, replaces=replaces, now=world.clock.now(), policy=world.policy
    )
    letters = await _letters(world, staff, sealed, number)
    if sorted(each.idx for each in letters) != sorted(new.members):
        raise Refusal(RefusalCode.GONE)
    await _swap(world, old, new, letters)
    return new


async def seal_again(world: World, staff: Staff, id_: CaseId, number: int, sealed: bytes) -> Case:
    """A record once more: to one's own newer key, or to a colleague who has none to open.

    Raises: as `keep`.
    """
    old = await _found(world, staff, id_)
    (letter,) = await _letters(world, staff, [sealed], number)
    live = {each.kid for each in await _keys(world)}
    kept = await world.store.case_letters(id_)
    has = {each.idx for each in kept if each.number == number and each.kid in live}
    new = rules.seal_again(
        old,
        staff.idx,
        number,
        lacking=frozenset(old.members) - has,
        to=letter.idx,
        now=world.clock.now(),
        policy=world.policy,
    )
    await _swap(world, old, new, [letter])
    return new


async def read(world: World, staff: Staff, id_: CaseId, number: int) -> bytes:
    """A record as it was sealed to this member. Raises: Refusal(GONE)."""
    await _found(world, staff, id_)
    for letter in await world.store.case_letters(id_):
        if (letter.number, letter.idx) == (number, staff.idx):
            return letter.data
    raise Refusal(RefusalCode.GONE)


async def lacking(world: World, case: Case) -> list[tuple[int, Idx]]:
    """Which record has no envelope that which member can open with a key in use."""
    live = {each.kid for each in await _keys(world)}
    kept = await world.store.case_letters(case.id)
    has = {(each.number, each.idx) for each in kept if each.kid in live}
    wanted = [(record.number, idx) for record in case.records for idx in case.members]
    return [each for each in wanted if each not in has]


async def admit(world: World, staff: Staff, id_: CaseId, idx: Idx) -> Case:
    """A colleague who keeps cases comes in; what is there is sealed to them afterwards.

    Raises: Refusal(GONE); Refusal(CAS) in a closed case; Refusal(FULL).
    """
    old = await _found(world, staff, id_)
    colleague = await world.store.staff(idx)
    if colleague is None or colleague.is_revoked or not any_may(colleague.roles, Act.KEEP_CASES):
        raise Refusal(RefusalCode.GONE)
    new = rules.admit(old, staff.idx, idx, now=world.clock.now(), policy=world.policy)
    if new == old:
        return old
    await _swap(world, old, new)
    await audit.note(world, Deed.CASE_ADMITTED, staff.idx, idx)
    return new


async def leave(world: World, staff: Staff, id_: CaseId, idx: Idx) -> None:
    """A member goes, and every envelope of theirs. Raises: Refusal(GONE); Refusal(FULL)."""
    old = await _found(world, staff, id_)
    new = rules.leave(old, staff.idx, idx, now=world.clock.now(), policy=world.policy)
    await _swap(world, old, new)
    await _purge(world)
    await audit.note(world, Deed.CASE_LEFT, staff.idx, idx)


async def drop_member(world: World, idx: Idx) -> None:
    """Somebody keeps no cases any more: nothing that was sealed to them stays."""
    held = await world.store.cases_of(idx)
    for each in held:
        old: Case | None = each
        while old is not None and not await world.store.swap_case(old, rules.without(old, idx)):
            old = await world.store.case(each.id)
        await audit.note(world, Deed.CASE_LEFT, about=idx)
    if held:
        await _purge(world)


async def close(world: World, staff: Staff, id_: CaseId, *, seen: int) -> Case:
    """Counselling has ended. Raises: as `keep`; Refusal(GAP) without plan and written reason."""
    old = await _found(world, staff, id_, seen)
    new = rules.close(old, staff.idx, now=world.clock.now(), policy=world.policy)
    await _swap(world, old, new)
    await audit.note(world, Deed.CASE_CLOSED, staff.idx)
    return new


async def reopen(world: World, staff: Staff, id_: CaseId, *, seen: int) -> Case:
    """They have come back. Raises: Refusal(GONE); Refusal(CAS)."""
    old = await _found(world, staff, id_, seen)
    new = rules.reopen(old, staff.idx, now=world.clock.now(), policy=world.policy)
    await _swap(world, old, new)
    return new


async def _found(world: World, staff: Staff, id_: CaseId, seen: int | None = None) -> Case:
    case = await world.store.case(id_)
    if case is None:
        raise Refusal(RefusalCode.GONE)
    rules.need_member(case, staff.idx)
    if seen is not None and seen != case.version:
        raise Refusal(RefusalCode.CAS)
    return case


async def _swap(world: World, old: Case | None, new: Case, put: Sequence[CaseLetter] = ()) -> None:
    if not await world.store.swap_case(old, new, put):
        raise Refusal(RefusalCode.CAS)


async def _keys(world: World) -> list[Certificate]:
    """Every case key in use, of everybody who still keeps cases."""
    hour = int(world.clock.now() // 3600)
    able = {
        each.idx
        for each in await world.store.all_staff()
        if not each.is_revoked and any_may(each.roles, Act.KEEP_CASES)
    }
    return [each for each in await world.store.certificates(Kind.CASE, hour) if each.idx in able]


async def _letters(
    world: World, staff: Staff, sealed: Sequence[bytes], number: int
) -> list[CaseLetter]:
    """Each envelope with the member who can open it. Raises: Refusal(GONE); Malformed."""
    owners = {each.kid: each.idx for each in await _keys(world)}
    return [
        CaseLetter(
            number, *_place(staff, read_letter(each, EnvelopeType.CASE_RECORD), owners), each
        )
        for each in sealed
    ]


def _place(staff: Staff, head: SealedLetter, owners: dict[Kid, Idx]) -> tuple[Idx, bytes, Kid]:
    (reader,) = head.kids
    if head.sender is None or owners.get(head.sender) != staff.idx or reader not in owners:
        raise Refusal(RefusalCode.GONE)
    return owners[reader], head.env_id, reader


async def _purge(world: World) -> None:
    with contextlib.suppress(PurgeBlocked):  # a reader was there; the next round gets it
        await world.store.purge()
