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
from hamn.core.audit import BEGINNING, Note, check
from hamn.core.figures import Activity, Done, Frozen, Table
from hamn.core.retention import Under
from hamn.core.rota import Holiday, Rota, Shift, Swap, Template
from hamn.core.tally import CounterKey
from hamn.core.texts import Edition
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


async def test_a_session_is_renewed_by_several_at_once_and_never_away(store: Store) -> None:
    await invited(store)
    await store.open_session(TOKEN, Idx(1), SOON)

    renewed = [store.open_session(TOKEN, Idx(1), LATER) for _ in range(20)]
    seen = await asyncio.gather(*renewed, *(store.session(TOKEN, NOON) for _ in range(20)))

    assert seen[20:] == [Idx(1)] * 20
    assert await store.session(TOKEN, SOON) == Idx(1)


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


# --- rota -----------------------------------------------------------------------------------------

PLAN = Rota(
    templates=(Template(1, 0, 1020, 1320, 1, Idx(1), TODAY - 30, None),),
    holidays=(Holiday(TODAY, None, "Helg"), Holiday(TODAY + 1, 6, "")),
    shifts=(Shift(TODAY + 7, 1, 1020, 1320, 1, None), Shift(TODAY + 8, 2, 0, 60, 2, Idx(2))),
    swaps=(Swap(TODAY + 8, 2, Idx(1), (TODAY + 14, 1)), Swap(TODAY + 9, 3, Idx(1), None)),
    next_number=4,
)


async def planned(store: Store) -> Store:
    await store.add_staff(ANNA)
    await store.add_staff(BO)
    assert await store.swap_rota(0, Rota(), PLAN)
    return store


async def test_a_rota_is_kept_as_it_is_and_every_change_is_counted(store: Store) -> None:
    assert await store.rota(0) == (0, Rota())
    assert await store.rota_mark() == (0, False)

    await planned(store)

    assert await store.rota(TODAY) == (1, PLAN)
    assert await store.rota_mark() == (1, True)


async def test_of_a_rota_single_days_are_read_from_a_day_on(store: Store) -> None:
    await planned(store)

    _, later = await store.rota(TODAY + 8)

    assert (later.templates, later.holidays) == (PLAN.templates, ())
    assert (later.shifts, later.swaps) == (PLAN.shifts[1:], PLAN.swaps)
    assert (await store.rota(TODAY + 10))[1].swaps == ()


async def test_a_rota_is_replaced_row_by_row(store: Store) -> None:
    await planned(store)
    ended = replace(PLAN.templates[0], last=TODAY + 20)
    new = Rota((ended,), PLAN.holidays[1:], PLAN.shifts[1:], PLAN.swaps[:1], 9)

    assert await store.swap_rota(1, PLAN, new)
    assert await store.rota(TODAY) == (2, new)
    assert await store.swap_rota(2, new, Rota(next_number=9))
    assert await store.rota_mark() == (3, False)


async def test_of_those_who_change_a_rota_at_once_one_wins(store: Store) -> None:
    await planned(store)
    rivals = [replace(PLAN, holidays=(Holiday(TODAY, n % 7, str(n)),)) for n in range(20)]

    won = await asyncio.gather(*(store.swap_rota(1, PLAN, rival) for rival in rivals))

    assert sum(won) == 1
    assert await store.rota(TODAY) == (2, rivals[won.index(True)])
    assert await store.swap_rota(1, PLAN, Rota()) is False


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


async def test_a_conflict_is_marked_once_and_goes_with_the_last_code(store: Store) -> None:
    await store.add_staff(ANNA)
    await store.swap_code(CODE.h_id, None, CODE)
    for _ in range(2):
        await store.bar(MAILBOX, ANNA.idx)
    await store.erase_due(NOON)
    assert await store.barred(MAILBOX) == {ANNA.idx}
    assert await store.barred(OTHER_MAILBOX) == frozenset()

    await store.erase_due(midnight(TODAY + 91))
    assert await store.barred(MAILBOX) == frozenset()
    await store.bar(MAILBOX, ANNA.idx)
    await store.erase_mailbox(MAILBOX)
    assert await store.barred(MAILBOX) == frozenset()


async def test_a_mailbox_is_erased_whole_and_alone(store: Store) -> None:
    strange = replace(CODE, h_id=Hash(b"k" * 32), mailbox=OTHER_MAILBOX)
    for code in (CODE, replace(CODE, h_id=Hash(b"j" * 32)), strange):
        await store.swap_code(code.h_id, None, code)
    for n, mailbox in ((1, MAILBOX), (2, OTHER_MAILBOX), (3, None)):
        await store.put_letter(letter(n, mailbox=mailbox))

    gone = await store.erase_mailbox(MAILBOX)
    assert (gone[Under.CODE], gone[Under.LETTER]) == (2, 1)
    assert set((await store.erase_mailbox(MAILBOX)).values()) == {0}

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


# --- the audit log --------------------------------------------------------------------------------


def deed(minute: int) -> Note:
    return Note(minute, "revoked", Idx(1), Idx(2), "adviser")


async def test_notes_become_a_chain_whoever_writes_them(engine: Engine) -> None:
    store, other = engine.store(), engine.store()
    writers = [store, other] * 20

    await asyncio.gather(*(each.note(deed(at)) for at, each in enumerate(writers)))

    anchor, head = await store.audit_ends()
    lines = await store.audit(0, 100)
    assert (anchor, head.seq, len(lines)) == (BEGINNING, 40, 40)
    assert check(anchor, lines, head) is None


async def test_an_expired_line_leaves_an_anchor_that_vouches_for_the_rest(store: Store) -> None:
    day = 24 * 60
    for minute in (0, 5, day, 2 * day):
        await store.note(deed(minute))

    assert await store.erase_due(Moment(365 * 86_400.0 + 6 * 60)) >= 2

    anchor, head = await store.audit_ends()
    lines = await store.audit(0, 100)
    assert (anchor.seq, head.seq, [line.seq for line in lines]) == (2, 4, [3, 4])
    assert check(anchor, lines, head) is None
    assert check(BEGINNING, lines, head) is not None


async def test_a_log_that_expired_whole_goes_on_from_its_anchor(store: Store) -> None:
    await store.note(deed(0))
    await store.erase_due(Moment(400 * 86_400.0))

    line = await store.note(deed(400 * 24 * 60))

    anchor, head = await store.audit_ends()
    assert (anchor.seq, line.seq, head.seq) == (1, 2, 2)
    assert check(anchor, await store.audit(0, 9), head) is None


# --- counters -------------------------------------------------------------------------------------

SERVED, MOTHER = CounterKey("2026-11", "served"), CounterKey("2026-11", "relation=mother")
BATCH = b"b" * 16


async def test_counters_add_up_by_period(store: Store) -> None:
    assert await store.count({SERVED: 2, MOTHER: 1})
    assert await store.count({SERVED: 1, CounterKey("2026", "outcome=emergency_112"): 1})

    assert await store.counters("2026-11") == {SERVED: 3, MOTHER: 1}
    assert await store.counters("2026-12") == {}


async def test_a_batch_counts_once_however_often_and_at_once_it_comes(store: Store) -> None:
    counts = {SERVED: 1}
    taken = await asyncio.gather(
        *(store.count(counts, batch=BATCH, until=LATER) for _ in range(20))
    )

    assert sum(taken) == 1
    assert await store.counters("2026-11") == counts


async def test_a_batch_is_forgotten_and_its_counters_stay(store: Store) -> None:
    await store.count({SERVED: 1}, batch=BATCH, until=SOON)

    assert await store.erase_due(NOON) == 0
    assert await store.erase_due(SOON) == 1
    assert await store.counters("2026-11") == {SERVED: 1}


# --- editions of texts ----------------------------------------------------------------------------


def edition(version: int, *, key: str = "page.lead", language: str = "sv") -> Edition:
    return Edition(key, language, version, f"Lydelse {version}", Idx(1), NOON)


async def test_one_edition_follows_another_and_all_can_be_read(store: Store) -> None:
    await store.add_staff(ANNA)
    for version in (1, 2, 3):
        assert await store.add_edition(edition(version))
    assert await store.add_edition(edition(1, language="en"))

    assert await store.editions() == [edition(1, language="en"), edition(3)]
    assert await store.history("page.lead", "sv") == [edition(3), edition(2), edition(1)]
    assert await store.history("page.other", "sv") == []
    assert await store.edition_count() == 4


async def test_an_edition_that_somebody_else_was_first_with_changes_nothing(store: Store) -> None:
    await store.add_staff(ANNA)
    rivals = [replace(edition(1), text=f"Lydelse {n}") for n in range(20)]

    won = await asyncio.gather(*(store.add_edition(each) for each in rivals))

    assert sum(won) == 1
    assert await store.history("page.lead", "sv") == [rivals[won.index(True)]]
    assert await store.add_edition(edition(3)) is False


async def test_figures_are_frozen_once_as_they_were_and_by_who_saw_the_last(store: Store) -> None:
    await store.add_staff(ANNA)
    table = Table("phase", ("left", "all"), ("all",), (("<5",), ("~20",)))
    months = ("2026-01", "2026-02", "2026-03")
    made = [
        Frozen(f"2026-q{n}", months, (table,), f"{n}\r\n", Idx(1), Moment(NOON + n)) for n in (1, 2)
    ]
    won = await asyncio.gather(*(store.freeze(each, seen=0) for each in made))

    assert sorted(won) == [False, True]
    assert await store.frozen() == [made[won.index(True)]]
    assert await store.freeze(made[won.index(False)], seen=1)
    assert await store.freeze(made[0], seen=2) is False
    assert [each.name for each in await store.frozen()] == ["2026-q2", "2026-q1"]


async def test_lines_of_activity_have_a_number_each(store: Store) -> None:
    await store.add_staff(ANNA)
    lines = [Done(n, f"2026-0{n}", Activity.LECTURE, 1, 30, Idx(1)) for n in (1, 2)]
    assert [await store.add_done(each) for each in (*lines, lines[0])] == [True, True, False]

    assert await store.done() == [lines[1], lines[0]]
    assert [await store.drop_done(1), await store.drop_done(1)] == [True, False]
    assert await store.done() == [lines[1]]


async def test_a_draft_is_swapped_by_who_read_it_and_goes_with_the_roster(store: Store) -> None:
    first, second = RosterEntry(1, b"one", b"[]"), RosterEntry(1, b"two", b"[]")

    assert await store.swap_roster_draft(None, first)
    assert not await store.swap_roster_draft(None, second)
    assert await store.swap_roster_draft(first, second)
    assert await store.roster_draft() == second
    assert await store.add_roster(second, LogLine(0, "zero"))
    assert await store.roster_draft() is None


async def test_a_way_to_sign_in_goes_with_what_it_opened(store: Store) -> None:
    await store.add_staff(ANNA)
    await store.add_method(ANNA.idx, DIGITS, [AK, IK])
    await store.add_method(ANNA.idx, PASSKEY, [replace(AK, method=1)])

    await store.drop_method(ANNA.idx, DIGITS.method)

    assert await store.methods(ANNA.idx) == [PASSKEY]
    assert await store.wraps(ANNA.idx) == [replace(AK, method=1), IK]


async def test_a_changed_member_is_heard_of_by_another_process(engine: Engine) -> None:
    store, other = engine.store(), engine.store()
    await store.add_staff(ANNA)
    before = await other.staff_changes()

    assert await store.swap_staff(ANNA, replace(ANNA, is_revoked=True))

    assert await other.staff_changes() > before
