"""Escalations, step by step: a copy for every supervisor and the board, read, decided, ended."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hamn.app import escalate, return_code
from hamn.app.ports import RosterEntry
from hamn.app.roster import draft, outdated
from hamn.asc1 import certificate
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Kind
from hamn.asc1.hpke import key_pair
from hamn.core.audit import Deed
from hamn.core.escalation import Decision, Named, Paper, Reason, State
from hamn.core.policy import Policy, ReportingMode
from hamn.core.words import Kid, Mailbox, Malformed, RefusalCode
from tests.app.house import HOUR, Colleague, House, digest
from tests.app.test_box import AUTH, ID, refused, with_key

RECORD = b"\x07" * 16
YEAR = 2880
DAY = 86_400


class Centre:
    """An adviser and two supervisors with their keys, and a counsellor who has one too."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.writer_pub = b""
        self.supervisor_pubs: list[bytes] = []

    async def open(self) -> Centre:
        self.alm, self.lind, self.ek, self.counsellor = await self.house.employ(
            (1,), (2,), (2,), (4,)
        )
        self.writer_pub = await with_key(self.house, self.alm)
        await with_key(self.house, self.counsellor)
        for each in (self.lind, self.ek):
            pub = await with_key(self.house, each, kind=Kind.ESCALATION, hours=YEAR)
            self.supervisor_pubs.append(pub)
        return self

    def copies(self, sender: bytes, *pubs: bytes) -> list[bytes]:
        return [self.copy(sender, pub) for pub in pubs or self.supervisor_pubs]

    def copy(self, sender: bytes, pub: bytes, type_: int = 4) -> bytes:
        env_id = self.house.chance.bytes(16)
        return self.house.envelope(type_, env_id, [Kid(kid_of(pub))], sender)

    async def sent(self) -> None:
        await escalate.send(self.house.world, self.alm.staff, RECORD, self.copies(self.writer_pub))

    async def read(self, who: Colleague | None = None) -> escalate.Folder:
        return await escalate.read(self.house.world, (who or self.lind).staff, RECORD)

    async def decides(self, choice: Named, reply: tuple[Mailbox, bytes] | None = None) -> State:
        copies = self.copies(self.supervisor_pubs[0])
        made = await escalate.decide(
            self.house.world, self.lind.staff, RECORD, choice, copies, reply=reply
        )
        return made.state

    async def agrees(self, decision: Decision) -> State:
        """The second name, for what is listed."""
        (line,) = await escalate.listed(self.house.world)
        seen = replace(line.named or self.choice(decision), decision=decision)
        return (await escalate.agree(self.house.world, self.ek.staff, RECORD, seen)).state

    async def read_with_code(self) -> Mailbox:
        """It is sent and read; the visitor has a code."""
        hashes = {"h_id": digest(ID), "h_auth": digest(AUTH)}
        mailbox = await return_code.keep(self.house.world, **hashes, old=None, room=None)
        await self.sent()
        await self.read()
        return mailbox

    def note(self) -> bytes:
        """A reply to the visitor, by the supervisor."""
        return self.copy(self.supervisor_pubs[0], key_pair(b"\x09" * 32).public, 3)

    async def under_the_code(self) -> list[bytes]:
        """What the visitor is given."""
        used = await return_code.use(self.house.world, id=ID, auth=AUTH)
        return [letter.data for letter in used.letters]

    def choice(self, decision: Decision, *, is_grave: bool = False) -> Named:
        return Named(decision, Reason.SUPPORT, self.lind.idx, is_grave=is_grave)


async def centre(house: House) -> Centre:
    return await Centre(house).open()


async def deeds(house: House) -> list[str]:
    told = [f"{each.what}: {each.detail}" for each in await house.world.store.audit(0, 99)]
    return [each.removesuffix(": ") for each in told if "scal" in each]


async def test_it_is_sealed_to_every_supervisor_and_read_by_each(house: House) -> None:
    here = await centre(house)
    assert [certificate.parse(each.data).pub for each in await escalate.readers(house.world)] == (
        here.supervisor_pubs
    )

    await here.sent()
    folder = await here.read(here.ek)

    (paper,) = folder.papers
    assert paper.letter.readers == (kid_of(here.supervisor_pubs[1]),)
    assert folder.escalation.state is State.READ
    assert folder.writer is not None
    assert certificate.parse(folder.writer.data).pub == here.writer_pub
    assert await deeds(house) == ["escalated", "escalation read"]


async def test_neither_its_adviser_nor_a_counsellor_is_given_a_copy(house: House) -> None:
    here = await centre(house)
    await here.sent()

    for each in (here.alm, here.counsellor):
        assert await refused(here.read(each)) is RefusalCode.GONE
    ((value, notes),) = await escalate.own(house.world, here.alm.staff)
    assert (value.state, notes) == (State.SENT, ())
    assert await escalate.own(house.world, here.counsellor.staff) == []


async def test_nobody_is_left_out_and_nobody_else_let_in(house: House) -> None:
    here = await centre(house)
    one, both = here.supervisor_pubs[:1], here.supervisor_pubs
    stranger = key_pair(house.chance.bytes(32)).public
    sender = here.writer_pub

    for pubs in (one, [*both, stranger], [*both, sender]):
        copies = here.copies(sender, *pubs)
        work = escalate.send(house.world, here.alm.staff, RECORD, copies)
        assert await refused(work) is RefusalCode.CAS
    foreign = here.copies(stranger)
    work = escalate.send(house.world, here.alm.staff, RECORD, foreign)
    assert await refused(work) is RefusalCode.GONE
    for copies in (here.copies(sender, *both, both[0]), [here.copy(sender, both[0], 3)]):
        with pytest.raises(Malformed):
            await escalate.send(house.world, here.alm.staff, RECORD, copies)
    assert await escalate.listed(house.world) == []


async def test_the_boards_key_in_the_roster_gets_a_copy_too(house: House) -> None:
    here = await centre(house)
    board = key_pair(house.chance.bytes(32)).public
    newest = await house.world.store.newest_roster()
    assert newest is not None
    await house.world.store.add_board_key(board)
    everyone = await house.world.store.all_staff()
    assert outdated(newest, everyone, HOUR, [board])
    data = await draft(house.world.store, HOUR)
    assert json.loads(data)["bg"] == [board.hex()]
    lines = await house.world.store.log_lines()
    line = replace(lines[-1], n=lines[-1].n + 1)
    assert await house.world.store.add_roster(RosterEntry(2, data, b"[]"), line)

    work = escalate.send(house.world, here.alm.staff, RECORD, here.copies(here.writer_pub))
    assert await refused(work) is RefusalCode.CAS
    copies = here.copies(here.writer_pub, *here.supervisor_pubs, board)
    await escalate.send(house.world, here.alm.staff, RECORD, copies)

    assert len(await house.world.store.filed(RECORD)) == 3


async def test_the_same_again_is_answered_as_the_first_time(house: House) -> None:
    here = await centre(house)
    copies = here.copies(here.writer_pub)
    first = await escalate.send(house.world, here.alm.staff, RECORD, copies)

    assert await escalate.send(house.world, here.alm.staff, RECORD, copies) == first
    others = here.copies(here.writer_pub)
    work = escalate.send(house.world, here.alm.staff, RECORD, others)
    assert await refused(work) is RefusalCode.GONE
    assert len(await house.world.store.filed(RECORD)) == 2


async def test_without_a_supervisors_key_there_is_nobody_to_send_it_to(house: House) -> None:
    (alm,) = await house.employ((1,))
    pub = await with_key(house, alm)

    work = escalate.send(house.world, alm.staff, RECORD, [house.envelope(4, b"e" * 16, [], pub)])
    with pytest.raises(Malformed):
        await work
    assert await escalate.readers(house.world) == []


async def test_a_question_reaches_its_adviser_alone_and_the_answer_is_to_be_read(
    house: House,
) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()
    note = here.copy(here.supervisor_pubs[0], here.writer_pub, 3)

    await escalate.ask(house.world, here.lind.staff, RECORD, note)
    ((_, (letter,)),) = await escalate.own(house.world, here.alm.staff)
    assert letter.data == note
    assert [each.paper for each in (await here.read(here.ek)).papers] == [Paper.SENT]

    await escalate.answer(house.world, here.alm.staff, RECORD, here.copies(here.writer_pub))
    assert (await escalate.listed(house.world))[0].state is State.SENT
    papers = (await here.read()).papers
    assert [each.paper for each in papers] == [Paper.SENT, Paper.ANSWER]
    work = escalate.answer(house.world, here.counsellor.staff, RECORD, [])
    assert await refused(work) is RefusalCode.GONE


async def test_a_question_is_sealed_to_nobody_but_its_adviser(house: House) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()
    lind, ek = here.supervisor_pubs

    for note in (here.copy(lind, ek, 3), here.copy(ek, here.writer_pub, 3)):
        work = escalate.ask(house.world, here.lind.staff, RECORD, note)
        assert await refused(work) is RefusalCode.GONE


async def test_a_note_for_the_visitor_goes_under_their_code(house: House) -> None:
    here = await centre(house)
    mailbox, note = await here.read_with_code(), here.note()

    await escalate.ask_visitor(house.world, here.lind.staff, RECORD, note, mailbox)

    (letter,) = await house.world.store.letters(mailbox=mailbox, reader=None)
    assert letter.data == note
    gone = Mailbox(b"x" * 16)
    work = escalate.ask_visitor(house.world, here.lind.staff, RECORD, here.note(), gone)
    assert await refused(work) is RefusalCode.GONE


async def test_two_names_where_life_is_at_stake_and_a_log_without_content(house: House) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()

    choice = here.choice(Decision.COUNSELLING, is_grave=True)
    assert await here.decides(choice) is State.NAMED
    work = escalate.agree(house.world, here.lind.staff, RECORD, choice)
    assert await refused(work) is RefusalCode.CAS

    assert await here.agrees(Decision.COUNSELLING) is State.DECIDED
    papers = (await here.read(here.ek)).papers
    assert [each.paper for each in papers] == [Paper.SENT, Paper.DECISION]
    assert await deeds(house) == [
        "escalated",
        "escalation read",
        "named a decision on an escalation: counselling, support",
        "escalation decided: counselling, support",
    ]


async def test_a_name_is_taken_back(house: House) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()
    await here.decides(here.choice(Decision.POLICE))

    made = await escalate.take_back(house.world, here.ek.staff, RECORD)

    assert (made.state, made.named) == (State.READ, None)
    assert (await deeds(house))[-1] == Deed.ESCALATION_TAKEN_BACK.value


async def test_closing_leaves_nothing_but_the_log(house: House) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()

    assert await here.decides(here.choice(Decision.CLOSED)) is State.CLOSED

    assert await escalate.listed(house.world) == []
    assert await house.world.store.filed(RECORD) == []
    assert await refused(here.read()) is RefusalCode.GONE
    kept = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())
    assert RECORD not in kept


async def test_who_is_bound_by_law_says_why_there_is_no_report(house: House) -> None:
    here = await centre(house)
    await here.sent()
    await here.read()
    licensed = replace(here.lind.staff, is_licensed=True)
    choice = here.choice(Decision.COUNSELLING)

    work = escalate.decide(
        house.world, licensed, RECORD, choice, here.copies(here.supervisor_pubs[0])
    )
    assert await refused(work) is RefusalCode.STALE
    house.world = replace(house.world, policy=Policy(reporting_mode=ReportingMode.STATUTORY))
    assert await refused(here.decides(choice)) is RefusalCode.STALE


async def test_what_waits_too_long_is_counted(house: House) -> None:
    here = await centre(house)
    await here.sent()
    assert await escalate.standing(house.world) == escalate.Standing(1, 0, 0)

    house.clock.advance(25 * 3600)
    assert await escalate.standing(house.world) == escalate.Standing(1, 1, 0)
    await here.read()
    await here.decides(here.choice(Decision.POLICE))
    assert await escalate.standing(house.world) == escalate.Standing(1, 1, 1)
    await here.agrees(Decision.POLICE)

    assert await escalate.standing(house.world) == escalate.Standing(0, 0, 0)


async def test_a_touch_keeps_it_and_without_one_it_ends(house: House) -> None:
    here = await centre(house)
    await here.sent()
    house.clock.advance(20 * DAY)
    await here.read()
    house.clock.advance(20 * DAY)

    await house.world.store.erase_due(house.clock.now())
    assert len(await house.world.store.filed(RECORD)) == 2
    house.clock.advance(11 * DAY)
    await house.world.store.erase_due(house.clock.now())

    assert await escalate.listed(house.world) == []
    assert await house.world.store.filed(RECORD) == []


async def test_a_supervisor_who_left_gets_no_copy(house: House) -> None:
    here = await centre(house)
    await house.world.store.swap_staff(here.ek.staff, replace(here.ek.staff, is_revoked=True))

    assert [each.idx for each in await escalate.readers(house.world)] == [here.lind.idx]
