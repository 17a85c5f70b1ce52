"""Parts of the records store that stand by themselves, as Protocols: see `hamn.app.ports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hamn.core.booking import Book
from hamn.core.case import Case
from hamn.core.escalation import Escalation, Paper
from hamn.core.figures import Done, Frozen
from hamn.core.inquiry import Inquiry
from hamn.core.register import Request
from hamn.core.retention import Under
from hamn.core.tally import CounterKey
from hamn.core.texts import Edition
from hamn.core.words import CaseId, Hash, Idx, Kid, Mailbox, Moment

if TYPE_CHECKING:
    from hamn.app.ports import Letter, Sealing


class Counters(Protocol):
    """Counters of the records store. None of them knows when, by whom or of whom it was raised."""

    async def count(
        self,
        counts: Mapping[CounterKey, int],
        *,
        batch: bytes | None = None,
        until: Moment | None = None,
    ) -> bool:
        """Add all or nothing. A batch counts once until its number is forgotten at `until`; False
        when it has been counted before."""

    async def counters(self, period: str) -> dict[CounterKey, int]:
        """Every counter of a period that is above zero."""


class Editions(Protocol):
    """Texts that a manager edits. An edition never changes and none is removed."""

    async def add_edition(self, edition: Edition) -> bool:
        """Keep it if its version is one above the newest of its text, the first being 1."""

    async def editions(self) -> list[Edition]:
        """The newest edition of every text that was ever edited."""

    async def history(self, key: str, language: str) -> list[Edition]:
        """Every edition of a text, the newest first."""

    async def edition_count(self) -> int:
        """How many there are: another number means that something is new."""


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """An envelope in the folder of an escalation, and what it is there."""

    paper: Paper
    letter: Letter


class Escalations(Protocol):
    """Escalations and the envelopes in their folders, which are kept under the key of its day."""

    async def add_escalation(self, new: Escalation, papers: Sequence[Filed]) -> bool:
        """Keep it with its envelopes, all or nothing; False when one of this record, or one of
        these envelopes, is there already."""

    async def escalation(self, record: bytes) -> Escalation | None: ...

    async def escalations(self) -> list[Escalation]:
        """Every one that is kept, the oldest first."""

    async def swap_escalation(
        self,
        old: Escalation,
        new: Escalation | None,
        papers: Sequence[Filed] = (),
        mail: Sealing | None = None,
    ) -> bool:
        """Replace it if it still stands as `old` and all that `mail` drops is in its folder, which
        it leaves; these envelopes are put beside the others, and when its day is another, all are
        sealed anew under that. None: it ends, and every envelope with it. What `mail` puts is kept
        by itself."""

    async def filed(self, record: bytes) -> list[Filed]:
        """Its envelopes in the order they came; those whose day key is gone are absent. Of a reply
        nothing but its own sealed bytes says for which mailbox it is."""

    async def board_keys(self) -> list[bytes]:
        """The board's public keys that the next roster names."""

    async def add_board_key(self, pub: bytes) -> None: ...

    async def drop_board_key(self, pub: bytes) -> None: ...


@dataclass(frozen=True, slots=True, repr=False)
class CaseLetter:
    """A record of a case, sealed to one key of one member."""

    number: int
    idx: Idx
    env_id: bytes
    kid: Kid
    data: bytes


@dataclass(frozen=True, slots=True, repr=False)
class PlanCopy:
    """The visitor's copy of an action plan, sealed to the key of a return code. `by` is kept under
    the day's key alone, so that no row says who counsels whom."""

    mailbox: Mailbox
    by: Idx
    env_id: bytes
    kid: Kid
    expires_day: int
    data: bytes


class Cases(Protocol):
    """Counselling cases, apart from what belongs to a chat. Envelopes are kept encrypted under the
    key of their case's last day, and end with it."""

    async def case(self, id_: CaseId) -> Case | None: ...

    async def cases_of(self, idx: Idx) -> list[Case]:
        """Every case this member is in."""

    async def swap_case(self, old: Case | None, new: Case, put: Sequence[CaseLetter] = ()) -> bool:
        """Add a case, or replace one that still stands as `old`, and keep envelopes, in one step.
        What the new value has no record or no member for is deleted; a later last day seals every
        envelope anew."""

    async def case_letters(self, id_: CaseId) -> list[CaseLetter]:
        """The envelopes of a case; those whose day key is gone are absent."""

    async def put_copy(self, copy: PlanCopy, *, over: PlanCopy | None = None) -> bool:
        """Keep it instead of `over`; False when another stands, or no code opens it, and then
        nothing is changed."""

    async def copy_of(self, mailbox: Mailbox) -> PlanCopy | None: ...

    async def keep_copy(self, mailbox: Mailbox, day: int) -> PlanCopy | None:
        """The copy, which is kept until that day, if it was to end before; None when there is none,
        and then there is none afterwards."""

    async def drop_copy(self, mailbox: Mailbox, env_id: bytes) -> bool:
        """Remove this copy; False when it stands no more."""


class Held(Protocol):
    """What is kept under a return code's mailbox, whatever it is."""

    async def erase_mailbox(self, mailbox: Mailbox) -> dict[Under, int]:
        """Remove all of it in one step, what is sealed for its talks, and replies to it that wait
        in an escalation; how many rows went of each. The book counts as changed in any case."""


@dataclass(frozen=True, slots=True, repr=False)
class Papers:
    """What a professional asks and what was answered, each sealed; None: there is none (any
    more)."""

    form: bytes | None
    answer: bytes | None


class Inquiries(Protocol):
    """Referrals and requests of professionals. Both envelopes of one are kept under the key of its
    day, and end with it."""

    async def add_inquiry(self, new: Inquiry, form: bytes) -> bool:
        """Keep it with its envelope; False when one of this record is there already, and when no
        code opens its mailbox (any more)."""

    async def inquiry(self, record: bytes) -> Inquiry | None: ...

    async def inquiries(self) -> list[Inquiry]:
        """Every one that is kept, the oldest first."""

    async def inquiry_papers(self, record: bytes) -> Papers:
        """Its envelopes; those whose day key is gone are absent."""

    async def swap_inquiry(
        self, old: Inquiry, new: Inquiry, *, answer: bytes | None = None, keeps_form: bool = True
    ) -> bool:
        """Replace it if it still stands as `old`; an answer takes the place of the one before.
        What is kept is sealed anew under its day; without `keeps_form` what was asked ends."""


class Register(Protocol):
    """The register of legal requests."""

    async def requests(self) -> list[Request]:
        """Every request that is kept, the newest first."""

    async def swap_request(self, old: Request | None, new: Request) -> bool:
        """Keep it, if `old` still stands under its number; None: if nothing does."""


class Figures(Protocol):
    """What was published, and the activity log."""

    async def freeze(self, made: Frozen, *, seen: int) -> bool:
        """Keep it for good, if no more has been published than the `seen` many that its maker
        looked at, and nothing under its name."""

    async def frozen(self) -> list[Frozen]:
        """All that was ever published, the newest first, as it was then."""

    async def add_done(self, done: Done) -> bool:
        """Keep a line of the activity log; False when its number is taken."""

    async def drop_done(self, number: int) -> bool:
        """Take a line back; False when it is not there."""

    async def done(self) -> list[Done]:
        """Every line, the newest month first."""


class Books(Protocol):
    """Times for talks, who has which, and who waits for one: one value, replaced as one value."""

    async def book(self, first: int) -> tuple[int, Book]:
        """How often it was changed, and the book: of single days taken back, those from a first day
        on, all else whole."""

    async def book_mark(self) -> int:
        """How often it was changed; cheap to ask."""

    async def set_feed(self, idx: Idx, h_token: Hash | None) -> None:
        """The one address at which a member's times can be read; None: there is none."""

    async def feed(self, h_token: Hash) -> Idx | None:
        """Whose address this is."""

    async def has_feed(self, idx: Idx) -> bool: ...
