"""Escalations: sent by an adviser, read and decided by supervisors, kept sealed and then erased.

The server sees that one exists, since which hour, from whom, and how it stands; nothing of what it
says. Whoever writes into one seals a copy for every supervisor's escalation key and every `bg` key
of the roster, and the server takes it only when each of them has one, so that nobody can be left
out, and nobody else be let in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hamn.app import audit, box, box_keys
from hamn.app.forms import read_letter
from hamn.app.ports import BOX, Certificate, Letter, PurgeBlocked, Sealing, Staff, StoreFull, World
from hamn.app.shelves import Filed
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Kind
from hamn.asc1.envelope import EnvelopeType
from hamn.asc1.roster import parse_roster
from hamn.core import escalation
from hamn.core.audit import Deed
from hamn.core.escalation import MOST_LETTERS, Escalation, Event, Named, Paper, State
from hamn.core.permission import Act, any_may
from hamn.core.retention import last_day
from hamn.core.words import Idx, Kid, Mailbox, Malformed, Refusal, RefusalCode

WITHHELD = 0
"""The type of a reply while its decision waits for a second name: no code is given it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What every supervisor is told: how many wait for a decision, how many of them for too long,
    and how many for a second name."""

    waiting: int
    late: int
    named: int


@dataclass(frozen=True, slots=True)
class Folder:
    """An escalation as one supervisor reads it, and the key a question to its adviser goes to."""

    escalation: Escalation
    papers: tuple[Filed, ...]
    writer: Certificate | None


async def readers(world: World) -> list[Certificate]:
    """The supervisors' escalation keys that a copy is sealed to."""
    return await box_keys.newest(world, Kind.ESCALATION)


async def send(world: World, staff: Staff, record: bytes, copies: Sequence[bytes]) -> Escalation:
    """Keep a new escalation. The same one again is answered as the first time.

    Raises: Refusal(CAS) when the copies are not for exactly those who read escalations now;
    Refusal(GONE) for a sender whose key is not this member's, or where nobody could read it;
    Malformed.
    """
    new = escalation.begin(record, staff.idx, now=world.clock.now(), policy=world.policy)
    papers = await _sealed(world, staff, copies, Paper.SENT)
    standing = await world.store.escalation(record)
    if standing is not None:
        return await _same(world, standing, staff, papers)
    _kept(is_kept=await _stored(world, new, papers))
    await audit.note(world, Deed.ESCALATED, staff.idx)
    world.bell.ring(BOX)
    return new


async def _stored(world: World, new: Escalation, papers: Sequence[Filed]) -> bool:
    try:
        return await world.store.add_escalation(new, papers)
    except StoreFull as full:
        raise Refusal(RefusalCode.BUSY, wait=5) from full


async def _same(
    world: World, standing: Escalation, staff: Staff, papers: Sequence[Filed]
) -> Escalation:
    kept = {
        each.letter.env_id: each.letter.data for each in await world.store.filed(standing.record)
    }
    is_same = all(kept.get(each.letter.env_id) == each.letter.data for each in papers)
    if standing.by != staff.idx or not is_same:
        raise Refusal(RefusalCode.GONE)
    return standing


async def listed(world: World) -> list[Escalation]:
    """How every escalation stands, the oldest first; no content."""
    return await world.store.escalations()


async def own(world: World, staff: Staff) -> list[tuple[Escalation, tuple[Letter, ...]]]:
    """What a member has sent, how it stands, and the questions to them that their keys open."""
    kids = await _opens(world, staff.idx)
    mine = [each for each in await world.store.escalations() if each.by == staff.idx]
    return [(each, await _notes(world, each.record, kids)) for each in mine]


async def _notes(world: World, record: bytes, kids: frozenset[Kid]) -> tuple[Letter, ...]:
    filed = await world.store.filed(record)
    notes = (each.letter for each in filed if each.paper is Paper.NOTE)
    return tuple(each for each in notes if kids & set(each.readers))


async def read(world: World, staff: Staff, record: bytes) -> Folder:
    """What a supervisor's own keys open of it; it has then been read.

    Raises: Refusal(GONE).
    """
    kids = await _opens(world, staff.idx)
    if not _for(kids, await world.store.filed(record)):
        raise Refusal(RefusalCode.GONE)
    old, new = await _touched(world, record, Event.READ)
    papers = _for(kids, await world.store.filed(record))
    if old.state is State.SENT:
        await audit.note(world, Deed.ESCALATION_READ, staff.idx, old.by)
    keys = await box_keys.newest(world, Kind.BOX)
    return Folder(new, papers, next((each for each in keys if each.idx == old.by), None))


async def ask(world: World, staff: Staff, record: bytes, sealed: bytes) -> Escalation:
    """Keep a question to the adviser who sent it, sealed to their box key.

    Raises: Refusal(GONE); Malformed.
    """
    head = read_letter(sealed, EnvelopeType.REPLY)
    found = await _found(world, record)
    of_writer = {each.kid for each in await box_keys.own(world, found.by)}
    if (
        head.sender not in await box_keys.own_kids(world, staff.idx)
        or head.kids[0] not in of_writer
    ):
        raise Refusal(RefusalCode.GONE)
    letter = Letter(head.env_id, EnvelopeType.REPLY, None, head.kids, 0, sealed)
    _, new = await _touched(world, record, Event.ASK, [Filed(Paper.NOTE, letter)])
    await audit.note(world, Deed.ESCALATION_ASKED, staff.idx, new.by)
    return new


async def ask_visitor(
    world: World, staff: Staff, record: bytes, sealed: bytes, mailbox: Mailbox
) -> Escalation:
    """Keep a note for the code that the visitor let us reach them by. Raises: as a reply."""
    letter = await box.written(world, staff, sealed, mailbox)
    _, new = await _touched(world, record, Event.ASK, letters=[letter])
    await audit.note(world, Deed.ESCALATION_ASKED, staff.idx)
    return new


async def answer(world: World, staff: Staff, record: bytes, copies: Sequence[bytes]) -> Escalation:
    """More from the adviser who sent it: it is to be read again. Raises: as `send`."""
    if (await _found(world, record)).by != staff.idx:
        raise Refusal(RefusalCode.GONE)
    papers = await _sealed(world, staff, copies, Paper.ANSWER)
    _, new = await _touched(world, record, Event.ANSWER, papers)
    return new


async def decide(
    world: World,
    staff: Staff,
    record: bytes,
    choice: Named,
    copies: Sequence[bytes],
    *,
    reply: tuple[Mailbox, bytes] | None = None,
) -> Escalation:
    """A supervisor decides; the sealed record of it is kept with it. `reply` is for the visitor's
    code, where it lies from the moment the decision stands. Closing erases everything else.

    Raises: Refusal(STALE) where it must be said why there is no report; as `send`, and as
    `core.escalation.name`.
    """
    papers = await _sealed(world, staff, copies, Paper.DECISION)
    choice = replace(choice, sealed=papers[0].letter.env_id)
    duty = escalation.duty(world.policy.reporting_mode, is_licensed=staff.is_licensed)

    def step(old: Escalation) -> Escalation:
        now, policy = world.clock.now(), world.policy
        return escalation.name(old, choice, duty=duty, now=now, policy=policy)

    letters = [] if reply is None else [await box.written(world, staff, reply[1], reply[0])]
    if escalation.needs_two(choice):
        papers += [Filed(Paper.REPLY, replace(each, type=WITHHELD)) for each in letters]
        letters = []
    old, new = await _changed(world, record, step, papers, letters)
    stands = new.state is not State.NAMED
    deed = Deed.ESCALATION_DECIDED if stands else Deed.ESCALATION_NAMED
    await audit.note(world, deed, staff.idx, old.by, _in_codes(choice))
    return new


async def agree(world: World, staff: Staff, record: bytes, seen: Named) -> Escalation:
    """The second name, for all that was shown of the first. Raises: as `core.escalation.agree`."""

    def step(old: Escalation) -> Escalation:
        now, policy = world.clock.now(), world.policy
        return escalation.agree(old, seen, staff.idx, now=now, policy=policy)

    old, new = await _changed(world, record, step)
    if old.named is not None:
        detail = _in_codes(old.named)
        await audit.note(world, Deed.ESCALATION_DECIDED, staff.idx, old.named.first, detail)
    return new


async def take_back(world: World, staff: Staff, record: bytes) -> Escalation:
    """A name that waits for a second is taken back. Raises: as `core.escalation.take_back`."""

    def step(old: Escalation) -> Escalation:
        return escalation.take_back(old, now=world.clock.now(), policy=world.policy)

    old, new = await _changed(world, record, step)
    first = None if old.named is None else old.named.first
    await audit.note(world, Deed.ESCALATION_TAKEN_BACK, staff.idx, first)
    return new


async def standing(world: World) -> Standing:
    """How many wait, for supervisors and for the operator's counters."""
    now, policy = world.clock.now(), world.policy
    kept = [each for each in await world.store.escalations() if escalation.is_open(each)]
    late = sum(1 for each in kept if escalation.is_late(each, now, policy))
    return Standing(len(kept), late, sum(1 for each in kept if each.state is State.NAMED))


def may_see(staff: Staff) -> bool:
    """Whether this member is told how escalations stand."""
    return any_may(staff.roles, Act.SEE_ESCALATIONS)


# --- how it is done -------------------------------------------------------------------------------


async def _sealed(world: World, staff: Staff, copies: Iterable[bytes], paper: Paper) -> list[Filed]:
    """The copies as they are kept. Raises: as `send`."""
    heads = [(read_letter(sealed, EnvelopeType.ESCALATION), sealed) for sealed in copies]
    supervisors = {each.kid for each in await readers(world)}
    own_keys = await box_keys.own_kids(world, staff.idx)
    if not supervisors or any(head.sender not in own_keys for head, _ in heads):
        raise Refusal(RefusalCode.GONE)
    kids = [kid for head, _ in heads for kid in head.kids]
    if len(kids) != len(set(kids)) or len({head.env_id for head, _ in heads}) != len(heads):
        raise Malformed("a copy twice")
    if set(kids) != supervisors | await board(world):
        raise Refusal(RefusalCode.CAS)
    letters = [
        Letter(head.env_id, EnvelopeType.ESCALATION, None, head.kids, 0, sealed)
        for head, sealed in heads
    ]
    return [Filed(paper, letter) for letter in letters]


async def board(world: World) -> set[Kid]:
    """The board's keys in the newest roster."""
    newest = await world.store.newest_roster()
    return set() if newest is None else {Kid(kid_of(pub)) for pub in parse_roster(newest.data).bg}


async def _opens(world: World, idx: Idx) -> frozenset[Kid]:
    return frozenset(each.kid for each in await box_keys.own(world, idx))


def _for(kids: frozenset[Kid], papers: Iterable[Filed]) -> tuple[Filed, ...]:
    return tuple(
        each for each in papers if each.paper is not Paper.NOTE and kids & set(each.letter.readers)
    )


async def _told(world: World, withheld: Letter) -> list[Letter]:
    """What was withheld, as it lies under the visitor's code; nothing where no code opens it."""
    if withheld.mailbox is None or not await world.store.codes_of(withheld.mailbox):
        return []
    kids = read_letter(withheld.data, EnvelopeType.REPLY).kids
    day = last_day(world.clock.now(), world.policy.message_days)
    return [replace(withheld, type=EnvelopeType.REPLY, readers=kids, expires_day=day)]


async def _found(world: World, record: bytes) -> Escalation:
    found = await world.store.escalation(record)
    if found is None:
        raise Refusal(RefusalCode.GONE)
    return found


async def _touched(
    world: World,
    record: bytes,
    event: Event,
    papers: Sequence[Filed] = (),
    letters: Sequence[Letter] = (),
) -> tuple[Escalation, Escalation]:
    def step(old: Escalation) -> Escalation:
        return escalation.touch(old, event, now=world.clock.now(), policy=world.policy)

    return await _changed(world, record, step, papers, letters)


async def _changed(
    world: World,
    record: bytes,
    step: Callable[[Escalation], Escalation],
    papers: Sequence[Filed] = (),
    letters: Sequence[Letter] = (),
) -> tuple[Escalation, Escalation]:
    """Read, step, swap; both values. What is closed is erased in the same step; so is what was
    withheld for a name that waits no more, or it is told, where there is a second."""
    old = await _found(world, record)
    new = step(old)
    if new == old and not papers and not letters:
        return old, new
    filed = await world.store.filed(record)
    if papers and len(filed) + len(papers) > MOST_LETTERS:
        raise Refusal(RefusalCode.FULL)
    waits = new.state is State.NAMED
    left = [] if waits else [each.letter for each in filed if each.paper is Paper.REPLY]
    if new.named is not None and new.named.second is not None:
        letters = [*letters, *[told for each in left for told in await _told(world, each)]]
    kept = None if new.state is State.CLOSED else new
    mail = Sealing(tuple(letters), tuple(each.env_id for each in left))
    _kept(is_kept=await world.store.swap_escalation(old, kept, papers, mail))
    world.bell.ring(BOX)
    if kept is None or left:
        with contextlib.suppress(PurgeBlocked):  # a reader was there; the next round gets it
            await world.store.purge()
    return old, new


def _kept(*, is_kept: bool) -> None:
    if not is_kept:
        raise Refusal(RefusalCode.CAS)


def _in_codes(choice: Named) -> str:
    codes = [choice.decision.value, choice.reason.value]
    codes += [] if choice.no_report is None else [choice.no_report.value]
    return ", ".join(codes).replace("_", " ")
