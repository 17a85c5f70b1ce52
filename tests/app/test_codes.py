"""Return codes, erasing everything, and staff sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from hamn.app import deadlines, erase, relay, return_code, sign_in, work
from hamn.app.ports import Letter, SignInMethod, Wrap
from hamn.asc1 import signin
from hamn.core.conversation import ClosedWhy
from hamn.core.words import Mailbox, Pos, Refusal, RefusalCode, RoomId, Slot
from tests.app.house import CAP, Colleague, House, digest

ID, AUTH = b"\x01" * 16, b"\x02" * 32
ORIGIN = "https://stod.example"
ROOT = b"\x05" * 32


async def talk_with_code(house: House) -> tuple[RoomId, Mailbox, Colleague]:
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    mailbox = await return_code.keep(
        house.world, h_id=digest(ID), h_auth=digest(AUTH), old=None, room=room
    )
    await house.pair(room, adviser)
    return room, mailbox, adviser


async def gone(work: object) -> RefusalCode:
    with pytest.raises(Refusal) as refused:
        await work  # type: ignore[misc]
    return refused.value.code


async def test_a_code_opens_its_mailbox_and_its_room_and_nothing_else_does(
    house: House,
) -> None:
    room, mailbox, _ = await talk_with_code(house)

    found = await return_code.use(house.world, id=ID, auth=AUTH)

    assert (found.mailbox, found.letters) == (mailbox, ())
    assert found.room is not None
    assert found.room.room == room
    for id_, auth in ((ID, AUTH[:-1]), (ID, bytes(32)), (AUTH[:16], AUTH), (b"", b""), (ID, b"")):
        assert await gone(return_code.use(house.world, id=id_, auth=auth)) is RefusalCode.GONE


async def test_unknown_and_expired_are_one_answer_and_use_prolongs(house: House) -> None:
    await talk_with_code(house)
    house.clock.advance(89 * 86_400)
    await return_code.use(house.world, id=ID, auth=AUTH)
    house.clock.advance(89 * 86_400)
    await return_code.use(house.world, id=ID, auth=AUTH)
    house.clock.advance(92 * 86_400)

    expired = await gone(return_code.use(house.world, id=ID, auth=AUTH))
    unknown = await gone(return_code.use(house.world, id=b"\x09" * 16, auth=AUTH))

    assert expired is unknown is RefusalCode.GONE


@pytest.mark.check(25, part="tries an hour, and work that grows with wrong ones in all")
async def test_eleven_tries_an_hour_from_one_bucket_are_one_too_many(house: House) -> None:
    await talk_with_code(house)
    for _ in range(10):
        await gone(return_code.use(house.world, id=ID, auth=bytes(32), bucket=b"ab"))

    refused = await gone(return_code.use(house.world, id=ID, auth=AUTH, bucket=b"ab"))
    other = await return_code.use(house.world, id=ID, auth=AUTH, bucket=b"cd")

    assert refused is RefusalCode.BUSY
    assert other.room is not None
    usual = (await work.ask(house.world, 3))[16:20]
    for _ in range(290):
        await gone(return_code.use(house.world, id=ID, auth=bytes(32)))
    assert int.from_bytes((await work.ask(house.world, 3))[16:20]) == 16 * int.from_bytes(usual)


async def test_a_new_code_opens_the_same_mailbox_until_the_old_is_dropped(
    house: House,
) -> None:
    room, mailbox, _ = await talk_with_code(house)
    new_id, new_auth = b"\x03" * 16, b"\x04" * 32
    kept = await return_code.keep(
        house.world, h_id=digest(new_id), h_auth=digest(new_auth), old=(ID, AUTH), room=room
    )
    both = [
        await return_code.use(house.world, id=i, auth=a)
        for i, a in ((ID, AUTH), (new_id, new_auth))
    ]

    await return_code.drop(house.world, id=ID, auth=AUTH)

    assert kept == both[0].mailbox == both[1].mailbox == mailbox
    assert await gone(return_code.use(house.world, id=ID, auth=AUTH)) is RefusalCode.GONE
    assert (await return_code.use(house.world, id=new_id, auth=new_auth)).mailbox == mailbox


async def test_keeping_again_after_a_lost_answer_gives_the_same_mailbox(house: House) -> None:
    _, mailbox, _ = await talk_with_code(house)
    h_id = digest(ID)

    again = await return_code.keep(house.world, h_id=h_id, h_auth=digest(AUTH), old=None, room=None)
    stolen = return_code.keep(house.world, h_id=h_id, h_auth=digest(b"x"), old=None, room=None)

    assert again == mailbox
    assert await gone(stolen) is RefusalCode.GONE


async def test_erasing_everything_leaves_nothing_and_says_what_it_was(house: House) -> None:
    room, mailbox, _ = await talk_with_code(house)
    await house.send(room, 0, 1, 0, leaf=True)
    day = int(house.clock.now() // 86_400)
    reply = Letter(b"\x07" * 16, 3, mailbox, (), day + 14, b"sealed reply canary")
    await house.world.store.put_letter(reply)

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert (receipt.codes, receipt.letters, receipt.rooms) == (1, 1, 1)
    assert (receipt.at, receipt.backups_days) == (house.clock.now(), 7)
    assert (await house.talk(room)).why is ClosedWhy.ERASED
    assert await house.world.live.frames(room, Pos(0), 10) == []
    assert await house.world.store.letters(mailbox=mailbox, reader=None) == []
    assert await gone(erase.erase_by_code(house.world, id=ID, auth=AUTH)) is RefusalCode.GONE
    assert (await house.world.live.lobby())[1].duty[0].rooms == ()


async def test_erasing_a_paused_room_or_a_waiting_place_works_alike(house: House) -> None:
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room
    await return_code.keep(house.world, h_id=digest(ID), h_auth=digest(AUTH), old=None, room=room)
    await relay.away(house.world, room, slot=Slot(0))

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert receipt.rooms == 1
    assert (await house.world.live.lobby())[1].places == ()
    house.clock.advance(61)
    await deadlines.step(house.world)
    assert await house.world.live.rooms() == []


async def enrolled(house: House) -> None:
    _, token = await sign_in.invite(house.world, login="alm", duty_name="Alm", roles=[1])
    public = signin.auth_public(ROOT, signin.Method.DIGITS)
    wraps = [Wrap(what, 2 if what == 1 else 0, 1, bytes(8), bytes(60)) for what in (1, 2)]
    await sign_in.enrol(
        house.world,
        token,
        ed25519=bytes(32),
        method=SignInMethod(2, public, b""),
        wraps=wraps,
    )


async def signed(house: House, **changed: object) -> sign_in.SignedIn:
    given: dict[str, object] = {"login": "alm", "origin": ORIGIN, "root": ROOT, "late": 0}
    given |= changed
    nonce = given.get("nonce") or sign_in.challenge(house.world)
    assert isinstance(nonce, bytes)
    issued = int(house.clock.now() // 60) - int(str(given["late"]))
    answer = signin.challenge(
        str(given["origin"]), str(given["login"]), signin.Method.DIGITS, nonce=nonce, issued=issued
    )
    root = given["root"]
    assert isinstance(root, bytes)
    return await sign_in.finish(
        house.world,
        login=str(given["login"]),
        method=2,
        origin_hash=answer.origin_hash,
        issued=issued,
        sig=signin.sign(answer, root),
        nonce=nonce,
        origins={ORIGIN},
    )


async def test_a_right_answer_opens_a_session_that_idles_out(house: House) -> None:
    await enrolled(house)
    opened = await signed(house)

    assert (opened.staff.login, [wrap.what for wrap in opened.wraps]) == ("alm", [1, 2])
    house.clock.advance(29 * 60)
    assert (await sign_in.resume(house.world, opened.token)).login == "alm"
    house.clock.advance(29 * 60)
    assert (await sign_in.resume(house.world, opened.token)).login == "alm"
    house.clock.advance(31 * 60)
    assert await gone(sign_in.resume(house.world, opened.token)) is RefusalCode.GONE


async def test_a_session_ends_after_twelve_hours_however_busy(house: House) -> None:
    await enrolled(house)
    opened = await signed(house)
    for _ in range(35):
        house.clock.advance(20 * 60)
        await sign_in.resume(house.world, opened.token)
    house.clock.advance(20 * 60)

    assert await gone(sign_in.resume(house.world, opened.token)) is RefusalCode.GONE


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "nobody"},
        {"root": bytes(32)},
        {"origin": "https://evil.example"},
        {"late": 3},
        {"nonce": b"\x08" * 32},
    ],
)
async def test_every_wrong_sign_in_gets_one_answer(house: House, wrong: dict[str, object]) -> None:
    await enrolled(house)

    assert await gone(signed(house, **wrong)) is RefusalCode.GONE


async def test_a_nonce_is_good_once_and_for_a_minute(house: House) -> None:
    await enrolled(house)
    nonce = sign_in.challenge(house.world)
    await signed(house, nonce=nonce)
    late = sign_in.challenge(house.world)
    house.clock.advance(60)

    assert await gone(signed(house, nonce=nonce)) is RefusalCode.GONE
    assert await gone(signed(house, nonce=late)) is RefusalCode.GONE


async def test_bad_tries_slow_down_and_never_lock_the_member_out(house: House) -> None:
    await enrolled(house)
    for _ in range(10):
        await gone(signed(house, root=bytes(32)))

    slow = asyncio.ensure_future(gone(signed(house, root=bytes(32))))
    await asyncio.sleep(0.05)
    was_done = slow.done()
    right = await signed(house)
    house.clock.advance(30)

    assert not was_done
    assert right.staff.login == "alm"
    assert await slow is RefusalCode.GONE


@pytest.mark.check(24, part="the stores hold hashes of tokens and capabilities only")
async def test_no_token_capability_or_code_stands_in_the_stores(house: House) -> None:
    await talk_with_code(house)
    await enrolled(house)
    opened = await signed(house)
    house.close()
    kept = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())

    for secret in (opened.token, CAP, ID):
        assert kept.count(digest(secret)) > 0
    for secret in (opened.token, CAP, ID, AUTH):
        assert secret not in kept
        assert secret.hex().encode() not in kept


@pytest.mark.check(17, part="ids and tokens the server makes")
async def test_no_id_or_token_is_shorter_than_128_bits_or_told_twice(house: House) -> None:
    await enrolled(house)
    made = [sign_in.challenge(house.world) for _ in range(1_000)]
    made += [(await signed(house)).token for _ in range(5)]
    for number in range(20):
        mailbox = await return_code.keep(
            house.world, h_id=digest(bytes([number])), h_auth=digest(b"a"), old=None, room=None
        )
        made.append(mailbox)
    made.append(await house.world.live.store_id())

    assert min(len(each) for each in made) >= 16
    assert len(set(made)) == len(made)


async def test_a_room_leads_to_so_many_codes_an_hour_and_no_more(house: House) -> None:
    (adviser,) = await house.employ((1,))
    await house.on_duty(adviser)
    room = (await house.arrive(house.room_id(), adviser)).room

    def keep(n: int) -> Awaitable[Mailbox]:
        hashes = {"h_id": digest(bytes([n])), "h_auth": digest(AUTH)}
        return return_code.keep(house.world, **hashes, old=None, room=room)

    for n in range(return_code.CODES_PER_ROOM.burst):
        await keep(n)
    assert await gone(keep(99)) is RefusalCode.BUSY
