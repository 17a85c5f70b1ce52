"""The sealed message box: keys that visitors seal to, messages, who answers them, and their end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from hamn.app import box, box_keys, deadlines, erase, return_code
from hamn.app.ports import BOX, Wrap
from hamn.asc1 import certificate
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Claim, Kind
from hamn.asc1.hpke import key_pair
from hamn.asc1.roster import Role
from hamn.core.words import Kid, Mailbox, Malformed, Refusal, RefusalCode
from tests.app.house import HOUR, Colleague, House, _seed, digest
from tests.clock import NOON

ID, AUTH = b"\x01" * 16, b"\x02" * 32
DAY = 86_400
WHATS = {Kind.SHIFT: 3, Kind.BOX: 3, Kind.ESCALATION: 4, Kind.CASE: 5}


async def with_key(
    house: House, colleague: Colleague, *, kind: Kind = Kind.BOX, made: int = HOUR, hours: int = 504
) -> bytes:
    """The colleague's new key, registered; its public half."""
    newest = await house.world.store.newest_roster()
    assert newest is not None
    pub, named = key_pair(house.chance.bytes(32)).public, hashlib.sha256(newest.data).digest()
    role = Role(colleague.staff.roles[0])
    claim = Claim(colleague.idx, role, kind, made, made + hours, named, pub)
    cert = certificate.issue(claim, _seed(colleague.idx))
    wrap = Wrap(WHATS[kind], 0, 1, kid_of(pub), bytes(60))
    await box_keys.register(house.world, colleague.staff, cert=cert, wrap=wrap)
    return pub


async def with_code(house: House) -> Mailbox:
    hashes = {"h_id": digest(ID), "h_auth": digest(AUTH)}
    return await return_code.keep(house.world, **hashes, old=None, room=None)


def sealed(house: House, *pubs: bytes) -> bytes:
    env_id = house.chance.bytes(16)
    return house.envelope(2, env_id, [Kid(kid_of(pub)) for pub in pubs])


async def refused(work: object) -> RefusalCode:
    with pytest.raises(Refusal) as refusal:
        await work  # type: ignore[misc]
    return refusal.value.code


async def readers(house: House) -> Sequence[bytes]:
    return [certificate.parse(each.data).pub for each in await box_keys.sealing(house.world)]


# --- keys -----------------------------------------------------------------------------------------


async def test_a_message_is_sealed_to_the_newest_key_of_each_and_never_to_the_check(
    house: House,
) -> None:
    anna, bo, check = await house.employ((1,), (2,), (1,), check=(2,))
    await with_key(house, anna, made=HOUR - 100)
    newest = await with_key(house, anna)
    of_bo = await with_key(house, bo)
    await with_key(house, check)

    assert await readers(house) == [newest, of_bo]


async def test_a_key_is_sealed_to_for_a_week_then_escalation_keys_stand_in(house: House) -> None:
    anna, bo = await house.employ((1,), (2,))
    await with_key(house, anna)
    escalation = await with_key(house, bo, kind=Kind.ESCALATION, hours=2880)

    house.clock.advance(7 * DAY + 3600)

    assert await readers(house) == [escalation]
    assert len(await box_keys.own(house.world, anna.idx)) == 1


async def test_nobody_to_seal_to_is_no_promise(house: House) -> None:
    await house.employ((1,))

    assert await readers(house) == []
    assert await box.promise(house.world) is None


async def test_what_is_not_ones_own_box_key_is_not_registered(house: House) -> None:
    anna, helper, bo = await house.employ((1,), (3,), (1,))

    assert await refused(with_key(house, helper)) is RefusalCode.GONE
    assert await refused(with_key(house, anna, kind=Kind.SHIFT, hours=12)) is RefusalCode.GONE
    assert await refused(with_key(house, anna, kind=Kind.ESCALATION)) is RefusalCode.GONE
    assert await refused(with_key(house, anna, hours=505)) is RefusalCode.GONE
    assert await refused(with_key(house, anna, made=HOUR - 600)) is RefusalCode.GONE
    stolen = replace(anna, staff=replace(anna.staff, idx=bo.idx))
    wrong = Colleague(replace(bo.staff, idx=anna.idx), stolen.cert)
    assert await refused(with_key(house, wrong, made=HOUR + 48)) is RefusalCode.GONE
    assert await readers(house) == []


async def test_a_wrap_of_another_key_is_malformed(house: House) -> None:
    (anna,) = await house.employ((1,))
    pub = await with_key(house, anna)
    (kept,) = await box_keys.own(house.world, anna.idx)

    for wrap in (
        Wrap(4, 0, 1, kid_of(pub), bytes(60)),
        Wrap(3, 2, 1, kid_of(pub), bytes(60)),
        Wrap(3, 0, 1, bytes(8), bytes(60)),
        Wrap(3, 0, 1, kid_of(pub), bytes(61)),
    ):
        with pytest.raises(Malformed):
            await box_keys.register(house.world, anna.staff, cert=kept.data, wrap=wrap)


# --- a message ------------------------------------------------------------------------------------


async def test_a_message_waits_with_its_promise_and_wakes_the_desks(house: House) -> None:
    (anna,) = await house.employ((1,))
    pub, mailbox = await with_key(house, anna), await with_code(house)
    ear = house.world.bell.listen((BOX,))

    kept = await box.leave(house.world, sealed(house, pub), mailbox=mailbox)

    assert kept.answer_by == NOON + DAY
    assert await ear.heard() == {BOX}
    assert await box.listed(house.world, anna.staff) == [kept]
    assert await box.standing(house.world) == box.Standing(1, 0, kept.answer_by)
    assert (await return_code.use(house.world, id=ID, auth=AUTH)).answer_by == kept.answer_by


async def test_the_same_message_again_is_kept_once_and_another_under_its_id_is_not(
    house: House,
) -> None:
    (anna,) = await house.employ((1,))
    message = sealed(house, await with_key(house, anna))
    first = await box.leave(house.world, message, mailbox=None, bucket=b"aa")
    house.clock.advance(60)

    for _ in range(5):
        assert await box.leave(house.world, message, mailbox=None, bucket=b"aa") == first
    other = message[:-1] + bytes([message[-1] ^ 1])
    assert await refused(box.leave(house.world, other, mailbox=None)) is RefusalCode.GONE
    assert len(await house.world.store.messages()) == 1


async def test_a_message_that_nobody_here_can_open_is_not_kept(house: House) -> None:
    await house.employ((1,))
    strange = sealed(house, key_pair(b"\x07" * 32).public)

    assert await refused(box.leave(house.world, strange, mailbox=None)) is RefusalCode.GONE
    with pytest.raises(Malformed):
        await box.leave(house.world, house.envelope(1, bytes(16), [Kid(b"k" * 8)]), mailbox=None)
    assert await house.world.store.messages() == []


async def test_three_a_day_from_one_place_and_so_many_in_all(house: House) -> None:
    (anna,) = await house.employ((1,))
    house.world = replace(house.world, policy=replace(house.policy, box_at_most=5))
    pub = await with_key(house, anna)
    for _ in range(3):
        await box.leave(house.world, sealed(house, pub), mailbox=None, bucket=b"aa")

    fourth = box.leave(house.world, sealed(house, pub), mailbox=None, bucket=b"aa")
    assert await refused(fourth) is RefusalCode.FULL
    for _ in range(2):
        await box.leave(house.world, sealed(house, pub), mailbox=None, bucket=b"bb")
    sixth = box.leave(house.world, sealed(house, pub), mailbox=None, bucket=b"cc")
    assert await refused(sixth) is RefusalCode.FULL


async def test_a_message_is_late_after_twenty_hours(house: House) -> None:
    (anna,) = await house.employ((1,))
    await box.leave(house.world, sealed(house, await with_key(house, anna)), mailbox=None)

    house.clock.advance(20 * 3600 - 1)
    assert (await box.standing(house.world)).late == 0
    house.clock.advance(1)
    assert (await box.standing(house.world)).late == 1


# --- who answers ----------------------------------------------------------------------------------


async def waiting(house: House) -> tuple[Colleague, Colleague, bytes, bytes, Mailbox]:
    """Two who could answer a message with a code: they, one's key, its id and its mailbox."""
    anna, bo = await house.employ((1,), (1,))
    pub, other = await with_key(house, anna), await with_key(house, bo)
    mailbox = await with_code(house)
    kept = await box.leave(house.world, sealed(house, pub, other), mailbox=mailbox)
    return anna, bo, pub, kept.env_id, mailbox


def answer(house: House, sender: bytes) -> bytes:
    return house.envelope(3, house.chance.bytes(16), [Kid(b"kid of R")], sender)


async def test_of_two_who_take_a_message_at_once_one_has_it(house: House) -> None:
    anna, bo, _, env_id, _ = await waiting(house)

    outcomes = await asyncio.gather(
        *(box.claim(house.world, each.staff, env_id) for each in (anna, bo)),
        return_exceptions=True,
    )

    won = [each for each in outcomes if not isinstance(each, BaseException)]
    assert [message.claimed_by for message in won] == [anna.idx]
    assert await refused(box.read(house.world, bo.staff, env_id)) is RefusalCode.CAS
    assert await box.read(house.world, anna.staff, env_id)


async def test_it_is_let_go_by_hand_and_by_time(house: House) -> None:
    anna, bo, _, env_id, _ = await waiting(house)
    await box.claim(house.world, anna.staff, env_id)
    await box.give_back(house.world, bo.staff, env_id)
    assert await refused(box.claim(house.world, bo.staff, env_id)) is RefusalCode.CAS

    await box.give_back(house.world, anna.staff, env_id)
    await box.claim(house.world, bo.staff, env_id)
    house.clock.advance(1800)

    assert (await box.claim(house.world, anna.staff, env_id)).claimed_by == anna.idx


async def test_a_reply_is_found_under_the_code_and_the_message_has_ended(house: House) -> None:
    anna, _, pub, env_id, mailbox = await waiting(house)
    await box.claim(house.world, anna.staff, env_id)
    reply = answer(house, pub)

    await box.reply(house.world, anna.staff, reply, mailbox=mailbox, answers=env_id)

    assert await house.world.store.messages() == []
    assert await house.world.store.letter(env_id) is None
    found = await return_code.use(house.world, id=ID, auth=AUTH)
    assert ([letter.data for letter in found.letters], found.answer_by) == ([reply], None)


async def test_only_who_has_taken_it_answers_with_a_key_of_their_own(house: House) -> None:
    anna, bo, pub, env_id, mailbox = await waiting(house)
    await box.claim(house.world, anna.staff, env_id)
    world, foreign = house.world, key_pair(b"\x07" * 32).public

    async def tried(who: Colleague, key: bytes, where: Mailbox) -> RefusalCode:
        reply = answer(house, key)
        return await refused(box.reply(world, who.staff, reply, mailbox=where, answers=env_id))

    assert await tried(bo, pub, mailbox) is RefusalCode.GONE
    assert await tried(anna, foreign, mailbox) is RefusalCode.GONE
    assert await tried(anna, pub, Mailbox(bytes(16))) is RefusalCode.GONE
    assert await refused(box.close(world, bo.staff, env_id)) is RefusalCode.CAS
    assert len(await world.store.messages()) == 1
    assert (await return_code.use(world, id=ID, auth=AUTH)).letters == ()


async def test_a_message_without_a_code_is_ended_when_it_was_read(house: House) -> None:
    (anna,) = await house.employ((1,))
    message = sealed(house, await with_key(house, anna))
    kept = await box.leave(house.world, message, mailbox=None)

    assert await refused(box.close(house.world, anna.staff, kept.env_id)) is RefusalCode.CAS
    await box.claim(house.world, anna.staff, kept.env_id)
    assert await box.read(house.world, anna.staff, kept.env_id) == message
    await box.close(house.world, anna.staff, kept.env_id)

    assert await refused(box.read(house.world, anna.staff, kept.env_id)) is RefusalCode.GONE


# --- the end --------------------------------------------------------------------------------------


@pytest.mark.check(34, part="a reply that was read")
async def test_a_reply_that_was_read_leaves_no_byte(house: House) -> None:
    anna, _, pub, env_id, mailbox = await waiting(house)
    await box.claim(house.world, anna.staff, env_id)
    reply = answer(house, pub)
    await box.reply(house.world, anna.staff, reply, mailbox=mailbox, answers=env_id)

    await box.read_and_erased(house.world, Mailbox(bytes(16)), reply[8:24])
    assert len((await return_code.use(house.world, id=ID, auth=AUTH)).letters) == 1
    await box.read_and_erased(house.world, mailbox, reply[8:24])

    assert (await return_code.use(house.world, id=ID, auth=AUTH)).letters == ()
    files = [path.read_bytes() for path in (house.folder / "records").glob("records.db*")]
    assert not any(reply[8:24] in content for content in files)


async def test_erasing_everything_takes_the_message_and_wakes_the_desks(house: House) -> None:
    anna, _, _, env_id, _ = await waiting(house)
    await box.claim(house.world, anna.staff, env_id)
    ear = house.world.bell.listen((BOX,))

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert (receipt.codes, receipt.letters) == (1, 1)
    assert await ear.heard() == {BOX}
    assert await refused(box.read(house.world, anna.staff, env_id)) is RefusalCode.GONE


async def test_after_its_last_day_yesterdays_copy_opens_nothing(house: House) -> None:
    anna, _, _, env_id, _ = await waiting(house)
    await house.world.store.purge()
    copy = (house.folder / "records" / "records.db").read_bytes()
    house.clock.advance(15 * DAY)
    await deadlines.purge(house.world)

    assert await house.world.store.messages() == []
    house.close()
    for path in (house.folder / "records").glob("records.db*"):
        path.unlink()
    (house.folder / "records" / "records.db").write_bytes(copy)
    await house.reopen()

    assert await house.world.store.letter(env_id) is None
    assert len(await house.world.store.wraps(anna.idx)) == 1
    house.clock.advance(7 * DAY)
    await deadlines.purge(house.world)
    assert await house.world.store.wraps(anna.idx) == []
