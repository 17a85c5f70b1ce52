"""The next roster, signed in browsers: one draft, t signatures, and nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hamn.app import roster_signing, sign_in
from hamn.app.ports import RosterEntry, Wrap
from hamn.asc1 import signin
from hamn.asc1.bytes import sha256
from hamn.asc1.roster import Trust, parse_roster, sign_roster, verify
from hamn.core.words import Refusal, RefusalCode
from hamn.ops.roots import public_half
from tests.app.house import HOUR, Colleague, House
from tests.app.test_codes import ORIGIN, ROOT, enrolled, gone

SEEDS = (b"\x11" * 32, b"\x12" * 32, b"\x13" * 32)


def trust(threshold: int) -> Trust:
    return Trust("hamn", tuple(public_half(seed) for seed in SEEDS), threshold, ())


def sig_of(draft: RosterEntry, root: int) -> bytes:
    (line,) = json.loads(sign_roster(draft.data, {root: SEEDS[root]}))
    return bytes.fromhex(line["sig"])


async def signed(house: House, draft: RosterEntry, root: int, threshold: int = 2) -> int:
    by = await house.world.store.staff((await house.world.store.all_staff())[0].idx)
    assert by is not None
    return await roster_signing.add_signature(
        house.world,
        trust(threshold),
        by,
        digest=sha256(draft.data),
        root=root,
        sig=sig_of(draft, root),
    )


async def centre(house: House) -> list[Colleague]:
    return await house.employ((2,), (1,))


async def test_a_draft_stands_published_once_enough_roots_have_signed(house: House) -> None:
    await centre(house)
    draft = await roster_signing.offer(house.world)

    assert await signed(house, draft, 0) == 1
    assert await signed(house, draft, 0) == 1
    assert (await roster_signing.offer(house.world)).data == draft.data
    assert await signed(house, draft, 2) == 0

    newest = await house.world.store.newest_roster()
    assert newest is not None
    assert (newest.seq, newest.data) == (2, draft.data)
    assert verify(newest.data, newest.sig, trust(2), hour=HOUR, held=1).seq == 2
    assert len(await house.world.store.log_lines()) == 2
    assert await house.world.store.roster_draft() is None


async def test_a_signature_that_is_not_the_roots_changes_nothing(house: House) -> None:
    await centre(house)
    draft = await roster_signing.offer(house.world)
    by = (await house.world.store.all_staff())[0]
    digest, good = sha256(draft.data), sig_of(draft, 0)

    for root, sig in ((1, good), (9, good), (0, bytes(64)), (0, good[:-1] + b"\0")):
        with pytest.raises(Refusal) as refused:
            await roster_signing.add_signature(
                house.world, trust(1), by, digest=digest, root=root, sig=sig
            )
        assert refused.value.code is RefusalCode.GONE
    assert (await roster_signing.offer(house.world)).sig == b"[]"


async def test_what_was_signed_is_what_was_shown(house: House) -> None:
    """Somebody comes between showing and signing: the signature does not let them in."""
    first, second = await centre(house)
    draft = await roster_signing.offer(house.world)
    await signed(house, draft, 0)
    staff = await house.world.store.staff(second.idx)
    assert staff is not None
    await house.world.store.swap_staff(staff, replace(staff, is_revoked=True))

    other = await roster_signing.offer(house.world)

    assert (other.data != draft.data, other.sig) == (True, b"[]")
    assert parse_roster(other.data).revoked == {second.idx}
    with pytest.raises(Refusal) as refused:
        await signed(house, draft, 1)
    assert refused.value.code is RefusalCode.CAS
    assert first.idx in {member.idx for member in parse_roster(other.data).members}


async def test_a_draft_gathers_signatures_for_three_days_and_is_then_made_anew(
    house: House,
) -> None:
    await centre(house)
    draft = await roster_signing.offer(house.world)
    await signed(house, draft, 0)
    house.clock.advance(72 * 3600)
    assert (await roster_signing.offer(house.world)).data == draft.data
    assert (await roster_signing.standing(house.world)).signed == 1

    house.clock.advance(3600)

    assert (await roster_signing.standing(house.world)).signed == 0
    later = await roster_signing.offer(house.world)
    assert parse_roster(later.data).issued == parse_roster(draft.data).issued + 73
    assert later.sig == b"[]"


async def test_a_roster_is_due_when_it_runs_out_within_a_week(house: House) -> None:
    await centre(house)
    await signed(house, await roster_signing.offer(house.world), 0, threshold=1)
    assert not (await roster_signing.standing(house.world)).is_due

    house.clock.advance(8 * 24 * 3600)

    assert (await roster_signing.standing(house.world)).is_due


async def test_a_root_is_not_kept_for_whom_digits_let_in(house: House) -> None:
    await enrolled(house)
    nonce, issued = sign_in.challenge(house.world), int(house.clock.now() // 60)
    shown = signin.challenge(ORIGIN, "alm", signin.Method.DIGITS, nonce=nonce, issued=issued)
    sig = signin.sign(shown, ROOT)
    answer = sign_in.Answer("alm", 2, shown.origin_hash, issued, sig, nonce)
    wrap = Wrap(6, 0, 1, bytes(8), bytes(60))

    kept = roster_signing.keep_root(house.world, answer=answer, origins={ORIGIN}, wrap=wrap)

    assert await gone(kept) is RefusalCode.CAS
    (alm,) = await house.world.store.all_staff()
    assert all(each.what != 6 for each in await house.world.store.wraps(alm.idx))
