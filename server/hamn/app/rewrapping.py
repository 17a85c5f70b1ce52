"""Messages sealed once more, for a colleague whose keys open none of what was sealed before.

Who has new keys, or is new, opens nothing that came earlier; a colleague's browser that still does
seals it to them as well (protocol.md sections 6 and 10). The server sees for which key, by whom,
and that it ends with the original. Only originals are sealed again: a copy vouches for the
colleague who made it, a copy of a copy would for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from hamn.app import box_keys
from hamn.app.audit import note
from hamn.app.forms import read_letter
from hamn.app.ports import BOX, Certificate, Staff, World
from hamn.asc1.envelope import EnvelopeType
from hamn.core.audit import Deed
from hamn.core.box import Waiting
from hamn.core.words import Idx, Kid, Malformed, Refusal, RefusalCode


async def lacking(world: World, staff: Staff) -> Mapping[bytes, tuple[Certificate, ...]]:
    """By message that this member's own keys open: the keys of colleagues who cannot yet."""
    return {message.env_id: keys for message, keys in await _lacking(world, staff)}


async def original(world: World, staff: Staff, env_id: bytes) -> bytes:
    """The envelope as the visitor sealed it, while a colleague lacks it. Raises: Refusal(GONE)."""
    await _found(world, staff, env_id)
    letter = await world.store.letter(env_id)
    if letter is None:
        raise Refusal(RefusalCode.GONE)
    return letter.data


async def keep(world: World, staff: Staff, env_id: bytes, sealed: bytes) -> None:
    """Keep a message that this member has sealed to a colleague's key.

    Raises: Refusal(GONE) where there is no such message, or nobody who lacks it; Refusal(CAS) when
    a colleague was first; Malformed.
    """
    message, keys = await _found(world, staff, env_id)
    head, letter = read_letter(sealed, EnvelopeType.REWRAP), await world.store.letter(env_id)
    target = next((each for each in keys if (each.kid,) == head.kids), None)
    by_own_key = head.sender in await box_keys.own_kids(world, staff.idx)
    if target is None or letter is None or not by_own_key:
        raise Refusal(RefusalCode.GONE)
    if head.expires != read_letter(letter.data, EnvelopeType.BOX).expires:
        raise Malformed("a copy that ends at another time")
    is_first = not any(target.kid in each.rewrapped for each in await world.store.messages())
    if not await world.store.put_rewrap(message, target.kid, sealed):
        raise Refusal(RefusalCode.CAS)
    if is_first:
        await note(world, Deed.REWRAPPED, staff.idx, target.idx)
    world.bell.ring(BOX)


async def _found(
    world: World, staff: Staff, env_id: bytes
) -> tuple[Waiting, tuple[Certificate, ...]]:
    for message, keys in await _lacking(world, staff):
        if message.env_id == env_id:
            return message, keys
    raise Refusal(RefusalCode.GONE)


async def _lacking(world: World, staff: Staff) -> list[tuple[Waiting, tuple[Certificate, ...]]]:
    newest = await box_keys.sealing(world)
    kids = {each.idx: await _kids(world, each.idx) for each in newest}
    own = await _kids(world, staff.idx)
    found = []
    for message in await world.store.messages():
        barred = await _barred(world, message)
        if own & set(message.readers) and staff.idx not in barred:
            others = [each for each in newest if each.idx not in barred]
            keys = tuple(each for each in others if not kids[each.idx] & message.openers)
            found.append((message, keys))
    return [(message, keys) for message, keys in found if keys]


async def _kids(world: World, idx: Idx) -> frozenset[Kid]:
    return frozenset(each.kid for each in await box_keys.own(world, idx))


async def _barred(world: World, message: Waiting) -> frozenset[Idx]:
    return frozenset() if message.mailbox is None else await world.store.barred(message.mailbox)
