"""The records store: staff, invites, sessions, the roster chain, codes, envelopes and their end.

Over 400 lines on purpose: one contract, one file.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from hamn.app.ports import (
    Certificate,
    CodeRow,
    Letter,
    LogLine,
    RosterEntry,
    SignInMethod,
    Staff,
    Store,
    Wrap,
)
from hamn.core.words import Hash, Idx, Kid, Mailbox, Moment
from tests.clock import NOON
from tests.contract.engines import Engine

TODAY = 20_778
"""The day of NOON."""
ANNA = Staff(Idx(1), "anna", "Ros", (1, 2), b"", is_check=False, is_revoked=False, created=NOON)
BO = replace(ANNA, idx=Idx(2), login="bo", duty_name="Al")
TOKEN, OTHER_TOKEN = Hash(b"t" * 32), Hash(b"u" * 32)
SOON, LATER = Moment(NOON + 60), Moment(NOON + 120)
PASSKEY = SignInMethod(1, b"p" * 32, b"credential")
DIGITS = SignInMethod(2, b"d" * 32, b"")
AK = Wrap(1, 2, 1, bytes(8), b"wrapped AK " * 6)
IK = Wrap(2, 0, 1, b"identity", b"wrapped IK " * 6)
BK = Wrap(3, 0, 1, b"the box!", b"box-canary " * 6)
MAILBOX, OTHER_MAILBOX = Mailbox(b"m" * 16), Mailbox(b"n" * 16)
CODE = CodeRow(Hash(b"i" * 32), Hash(b"a" * 32), MAILBOX, TODAY + 90)
KID, OTHER_KID = Kid(b"kid-one!"), Kid(b"kid-two!")


def letter(number: int, *, day: int = TODAY, mailbox: Mailbox | None = MAILBOX) -> Letter:
    env_id = bytes([number]) + hashlib.sha256(bytes([number])).digest()[:15]
    content = b"letter-canary %d " % number * 9
    return Letter(env_id, 2, mailbox, (KID, OTHER_KID), day, content)


def midnight(day: int) -> Moment:
    """The moment at which a day begins."""
    return Moment(day * 86_400.0)


# --- staff ----------------------------------------------------------------------------------------


async def test_a_number_is_given_once(store: Store) -> None:
    numbers = await asyncio.gather(*(store.next_idx() for _ in range(50)))
    await store.add_staff(replace(ANNA, idx=Idx(77)))

    assert len(set(numbers)) == 50
    assert await store.next_idx() == 78


async def test_a_member_is_found_by_number_and_by_login(store: Store) -> None:
    assert await store.add_staff(BO)
    assert await store.add_staff(ANNA)

    assert await store.staff(Idx(1)) == ANNA
    assert await store.staff_by_login("bo") == BO
    assert await store.all_staff() == [ANNA, BO]
    assert (await store.staff(Idx(9)), await store.staff_by_login("cy")) == (None, None)


async def test_a_login_name_is_given_once(store: Store) -> None:
    await store.add_staff(ANNA)

    assert await store.add_staff(replace(BO, login="anna")) is False
    assert await store.add_staff(replace(ANNA, login="other")) is False
    assert await store.all_staff() == [ANNA]


async def test_a_member_is_replaced_only_as_read(store: Store) -> None:
    await store.add_staff(ANNA)
    rivals = [replace(ANNA, duty_name=f"Ros {n}") for n in range(20)]

    won = await asyncio.gather(*(store.swap_staff(ANNA, rival) for rival in rivals))

    assert sum(won) == 1
    assert await store.staff(Idx(1)) == rivals[won.index(True)]
    assert await store.swap_staff(BO, BO) is False


# --- enrolment and sign-in ------------------------------------------------------------------------


async def invited(store: Store) -> Store:
    await store.add_staff(ANNA)
    await store.add_staff(BO)
    await store.add_invite(TOKEN, Idx(1), SOON)
    return store


async def test_an_invite_is_for_one_member_until_its_time(store: Store) -> None:
    await invited(store)

    assert await store.invite(TOKEN, NOON) == Idx(1)
    assert await store.invite(TOKEN, NOON) == Idx(1)
    assert await store.invite(TOKEN, SOON) is None
    assert await store.invite(OTHER_TOKEN, NOON) is None


async def test_enrolment_keeps_member_method_and_wraps_and_spends_the_invite(store: Store) -> None:
    await invited(store)
    enrolled = replace(ANNA, ed25519=b"e" * 32)

    assert await store.enrol(TOKEN, NOON, enrolled, DIGITS, [AK, IK])

    assert await store.staff(Idx(1)) == enrolled
    assert await store.methods(Idx(1)) == [DIGITS]
    assert await store.wraps(Idx(1)) == [AK, IK]
    assert await store.invite(TOKEN, NOON) is None


async def test_of_those_who_spend_an_invite_at_once_one_wins(store: Store) -> None:
    await invited(store)
    keys = [replace(ANNA, ed25519=bytes([n]) * 32) for n in range(30)]

    won = await asyncio.gather(*(store.enrol(TOKEN, NOON, member, DIGITS, [AK]) for member in keys))

    assert sum(won) == 1
    assert await store.staff(Idx(1)) == keys[won.index(True)]


@pytest.mark.parametrize(
    ("token", "now", "member"),
    [(OTHER_TOKEN, NOON, ANNA), (TOKEN, SOON, ANNA), (TOKEN, NOON, BO)],
    ids=["unknown", "too late", "for someone else"],
)
async def test_an_invite_that_does_not_fit_changes_nothing(
    store: Store, token: Hash, now: Moment, member: Staff
) -> None:
    await invited(store)

    assert await store.enrol(token, now, replace(member, ed25519=b"x"), DIGITS, [AK]) is False

    assert await store.all_staff() == [ANNA, BO]
    assert (await store.methods(member.idx), await store.wraps(member.idx)) == ([], [])
    assert await store.invite(TOKEN, NOON) == Idx(1)


async def test_an_enrolment_that_fails_half_way_changes_nothing(store: Store) -> None:
    await invited(store)
    unfit = replace(AK, version=2**70)

    with pytest.raises(OverflowError):
        await store.enrol(TOKEN, NOON, replace(ANNA, ed25519=b"x"), DIGITS, [AK, unfit])

    assert await store.all_staff() == [ANNA, BO]
    assert (await store.methods(Idx(1)), await store.wraps(Idx(1))) == ([], [])
    assert await store.invite(TOKEN, NOON) == Idx(1)


async def test_a_second_method_stands_beside_the_first(store: Store) -> None:
    await invited(store)
    await store.enrol(TOKEN, NOON, ANNA, DIGITS, [AK, IK])

    await store.add_method(Idx(1), PASSKEY, [replace(AK, method=1)])

    assert await store.methods(Idx(1)) == [PASSKEY, DIGITS]
    assert await store.wraps(Idx(1)) == [replace(AK, method=1), AK, IK]
    assert await store.methods(Idx(2)) == []


async def test_a_wrap_is_replaced_by_what_method_and_kid(store: Store) -> None:
    await store.add_staff(ANNA)
    other_box = replace(BK, kid=b"box no 2")
    await store.put_wraps(Idx(1), [AK, BK], TODAY)

    await store.put_wraps(Idx(1), [replace(BK, version=2, data=b"new"), other_box], TODAY + 1)

    assert await store.wraps(Idx(1)) == [AK, other_box, replace(BK, version=2, data=b"new")]


async def test_a_box_key_can_not_be_kept_without_a_last_day(store: Store) -> None:
    await invited(store)

    with pytest.raises(ValueError, match="last day"):
        await store.enrol(TOKEN, NOON, ANNA, DIGITS, [AK, BK])
    with pytest.raises(ValueError, match="last day"):
        await store.add_method(Idx(1), PASSKEY, [BK])


async def test_a_session_lasts_until_its_time_its_end_or_a_revocation(store: Store) -> None:
    await invited(store)
    tokens = [Hash(bytes([n]) * 32) for n in range(4)]
    for token, idx in zip(tokens, (1, 1, 1, 2), strict=True):
        await store.open_session(token, Idx(idx), SOON)

    assert [await store.session(token, NOON) for token in tokens] == [1, 1, 1, 2]
    assert [await store.session(token, SOON) for token in tokens] == [None] * 4
    await store.end_session(tokens[0])
    assert [await store.session(token, NOON) for token in tokens] == [None, 1, 1, 2]
    await store.swap_staff(BO, replace(BO, is_revoked=True))
    assert [await store.session(token, NOON) for token in tokens] == [None, 1, 1, None]
    await store.end_sessions(Idx(1))
    assert [await store.session(token, NOON) for token in tokens] == [None] * 4


# --- roster, log, certificates --------------------------------------------------------------------


async def test_rosters_follow_one_another(store: Store) -> None:
    assert await store.newest_roster() is None
    first, second = RosterEntry(1, b"{1}", b"[1]"), RosterEntry(2, b"{2}", b"[2]")

    assert await store.add_roster(second, LogLine(1, "two")) is False
    assert await store.add_roster(first, LogLine(1, "one"))
    assert await store.add_roster(first, LogLine(2, "again")) is False
    assert await store.add_roster(second, LogLine(2, "two"))

    assert await store.newest_roster() == second
    assert (await store.roster(1), await store.roster(3)) == (first, None)
    assert await store.log_lines() == [LogLine(1, "one"), LogLine(2, "two")]


async def test_a_roster_whose_log_line_does_not_follow_is_not_kept(store: Store) -> None:
    await store.add_log_line(LogLine(1, "release"))

    assert await store.add_roster(RosterEntry(1, b"{}", b"[]"), LogLine(1, "roster")) is False

    assert await store.newest_roster() is None
    assert await store.log_lines() == [LogLine(1, "release")]


async def test_of_racing_rosters_one_is_kept(store: Store) -> None:
    rivals = [RosterEntry(1, b"{%d}" % n, b"[]") for n in range(20)]

    won = await asyncio.gather(*(store.add_roster(rival, LogLine(1, "x")) for rival in rivals))

    assert sum(won) == 1
    assert await store.newest_roster() == rivals[won.index(True)]


@pytest.mark.parametrize("first", [0, 1])
async def test_log_lines_count_up_by_one(store: Store, first: int) -> None:
    assert await store.add_log_line(LogLine(5, "five")) is False
    assert await store.add_log_line(LogLine(first, "a"))
    assert await store.add_log_line(LogLine(first + 2, "c")) is False
    assert await store.add_log_line(LogLine(first + 1, "b"))

    assert [line.n for line in await store.log_lines()] == [first, first + 1]


async def test_certificates_are_told_by_kind_until_their_hour(store: Store) -> None:
    await invited(store)
    shift = Certificate(KID, Idx(1), 1, 500, b"1" * 148)
    renewed = replace(shift, not_after=506, data=b"2" * 148)
    box = Certificate(OTHER_KID, Idx(2), 2, 900, b"3" * 148)
    for certificate in (shift, shift, renewed, box):
        await store.put_certificate(certificate)

    assert await store.certificates(1, 500) == [shift, renewed]
    assert await store.certificates(1, 501) == [renewed]
    assert await store.certificates(2, 501) == [box]
    assert await store.certificates(2, 901) == []


# --- return codes ---------------------------------------------------------------------------------


async def test_a_code_is_added_replaced_and_removed_as_read(store: Store) -> None:
    longer = replace(CODE, expires_day=TODAY + 99)

    assert await store.swap_code(CODE.h_id, None, CODE)
    assert await store.swap_code(CODE.h_id, None, longer) is False
    assert await store.swap_code(CODE.h_id, longer, CODE) is False
    assert await store.code(CODE.h_id, TODAY) == CODE
    assert await store.swap_code(CODE.h_id, CODE, longer)
    assert await store.swap_code(CODE.h_id, CODE, None) is False
    assert await store.code(CODE.h_id, TODAY) == longer
    assert await store.swap_code(CODE.h_id, longer, None)
    assert await store.code(CODE.h_id, TODAY) is None


async def test_a_code_ends_with_its_day(store: Store) -> None:
    await store.swap_code(CODE.h_id, None, CODE)

    assert await store.code(CODE.h_id, TODAY + 90) == CODE
    assert await store.code(CODE.h_id, TODAY + 91) is None


async def test_codes_of_a_mailbox_are_found(store: Store) -> None:
    second = replace(CODE, h_id=Hash(b"j" * 32))
    strange = replace(CODE, h_id=Hash(b"k" * 32), mailbox=OTHER_MAILBOX)
    for code in (second, CODE, strange):
        await store.swap_code(code.h_id, None, code)

    assert await store.codes_of(MAILBOX) == [CODE, second]


# --- envelopes ------------------------------------------------------------------------------------


async def test_letters_are_found_by_mailbox_and_by_reader(store: Store) -> None:
    in_box = letter(1)
    elsewhere = replace(letter(2, mailbox=OTHER_MAILBOX), readers=(OTHER_KID,))
    nowhere = replace(letter(3, mailbox=None), readers=(KID,))
    for one in (in_box, elsewhere, nowhere):
        await store.put_letter(one)

    assert await store.letters(mailbox=MAILBOX, reader=None) == [in_box]
    assert await store.letters(mailbox=None, reader=KID) == [in_box, nowhere]
    assert await store.letters(mailbox=OTHER_MAILBOX, reader=KID) == []
    assert await store.letter(in_box.env_id) == in_box
    await store.drop_letter(in_box.env_id)
    assert await store.letter(in_box.env_id) is None
    assert await store.letters(mailbox=None, reader=KID) == [nowhere]


async def test_a_letter_is_replaced_under_its_new_day(store: Store) -> None:
    await store.put_letter(letter(1))
    longer = replace(letter(1, day=TODAY + 5), readers=(OTHER_KID,), data=b"new")
    await store.put_letter(longer)

    await store.erase_due(midnight(TODAY + 1))

    assert await store.letters(mailbox=MAILBOX, reader=None) == [longer]
    assert await store.letters(mailbox=None, reader=KID) == []


async def test_a_mailbox_is_erased_whole_and_alone(store: Store) -> None:
    strange = replace(CODE, h_id=Hash(b"k" * 32), mailbox=OTHER_MAILBOX)
    for code in (CODE, replace(CODE, h_id=Hash(b"j" * 32)), strange):
        await store.swap_code(code.h_id, None, code)
    for n, mailbox in ((1, MAILBOX), (2, OTHER_MAILBOX), (3, None)):
        await store.put_letter(letter(n, mailbox=mailbox))

    assert await store.erase_mailbox(MAILBOX) == 3
    assert await store.erase_mailbox(MAILBOX) == 0

    assert await store.codes_of(MAILBOX) == []
    assert await store.codes_of(OTHER_MAILBOX) == [strange]
    assert [n for n in (1, 2, 3) if await store.letter(letter(n).env_id)] == [2, 3]


# --- the end of things ----------------------------------------------------------------------------


async def fill(store: Store) -> None:
    await invited(store)
    await store.open_session(TOKEN, Idx(1), SOON)
    await store.put_certificate(Certificate(KID, Idx(1), 1, TODAY * 24 + 12, b"1" * 148))
    await store.swap_code(CODE.h_id, None, replace(CODE, expires_day=TODAY))
    await store.put_letter(letter(1))
    await store.put_wraps(Idx(1), [AK, IK, BK], TODAY)


async def test_nothing_is_erased_before_its_time(store: Store) -> None:
    await fill(store)

    assert await store.erase_due(NOON) == 0

    assert await store.letter(letter(1).env_id) == letter(1)
    assert await store.wraps(Idx(1)) == [AK, IK, BK]


async def test_what_has_expired_is_erased_and_counted(store: Store) -> None:
    await fill(store)

    assert await store.erase_due(midnight(TODAY + 1)) == 6

    assert await store.invite(TOKEN, NOON) is None
    assert await store.session(TOKEN, NOON) is None
    assert await store.certificates(1, 0) == []
    assert await store.codes_of(MAILBOX) == []
    assert await store.letters(mailbox=MAILBOX, reader=None) == []
    assert await store.wraps(Idx(1)) == [AK, IK]
    assert await store.erase_due(midnight(TODAY + 1)) == 0


async def test_more_than_a_batch_is_erased(store: Store) -> None:
    await store.add_staff(ANNA)
    tokens = [Hash(n.to_bytes(32, "big")) for n in range(1201)]
    await asyncio.gather(*(store.open_session(token, Idx(1), SOON) for token in tokens))
    await store.open_session(TOKEN, Idx(1), LATER)

    assert await store.erase_due(SOON) == 1201
    assert await store.session(TOKEN, NOON) == Idx(1)


async def test_letters_of_a_destroyed_day_are_absent(store: Store) -> None:
    await store.put_letter(letter(1, day=TODAY))
    await store.put_letter(letter(2, day=TODAY + 1))

    await store.erase_due(midnight(TODAY + 1))

    assert await store.letters(mailbox=MAILBOX, reader=None) == [letter(2, day=TODAY + 1)]
    assert await store.letter(letter(1).env_id) is None


@pytest.mark.check(34, part="records")
async def test_after_erasure_and_purge_no_byte_of_a_record_is_left(engine: Engine) -> None:
    store = engine.store()
    await fill(store)
    needles = [TOKEN, CODE.h_id, CODE.h_auth, MAILBOX, KID, letter(1).env_id, b"1" * 148]
    kept = engine.bytes_kept()
    assert [needle for needle in needles if needle not in kept] == []

    await store.erase_due(midnight(TODAY + 1))
    await store.purge()

    kept = engine.bytes_kept()
    assert [needle for needle in needles if needle in kept] == []


async def test_no_envelope_or_box_key_is_kept_in_the_clear(engine: Engine) -> None:
    store = engine.store()
    await fill(store)
    await store.purge()

    kept = engine.bytes_kept()
    assert AK.data in kept
    assert b"letter-canary" not in kept
    assert b"box-canary" not in kept


async def test_records_survive_a_restart(engine: Engine) -> None:
    await fill(engine.store())
    engine.close()
    store = engine.store()

    assert await store.all_staff() == [ANNA, BO]
    assert await store.wraps(Idx(1)) == [AK, IK, BK]
    assert await store.letters(mailbox=None, reader=KID) == [letter(1)]
    assert await store.session(TOKEN, NOON) == Idx(1)
    assert await store.next_idx() == 3
