"""The service's numbers in one frozen value: leases, deadlines, sizes and rates.

Settings fill it, `step` functions receive it, and tests use literals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hamn.core.words import Seconds


class ReportingMode(StrEnum):
    """How the centre's work stands to the duty to report a concern (domain.md section 3.5)."""

    RECOMMENDATION = "recommendation"
    """Advice by an association: nobody is bound but who is licensed."""
    STATUTORY = "statutory"
    MIXED = "mixed"
    """Part of the work is done for a municipality: it is said of each escalation."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are those of protocol.md sections 7, 8, 12 and product.md sections 3, 4, 7."""

    ring: Seconds = Seconds(30)
    lease: Seconds = Seconds(60)
    """From claim to commit 1; then the place goes back to where it stood."""
    pause: Seconds = Seconds(24 * 3600)
    """How long an open room without its visitor, or a waiting place without a socket, is kept."""
    waiting_kept: Seconds = Seconds(15 * 60)
    """How long a place is held for a waiting visitor whose socket is gone."""
    lost_after: Seconds = Seconds(30)
    """When an absent adviser's room is offered to others: with the heartbeat's 20 s that is within
    the 60 s of protocol.md 7.5 rule 15."""
    heard_within: Seconds = Seconds(60)
    """On duty means heard from within this time (product.md section 2)."""
    first_offer: Seconds = Seconds(30)
    """How long a returning visitor is offered to the adviser who held the room (7.5 rule 5)."""
    hold_for_resume: Seconds = Seconds(5)
    """Section 16 rule 9: a hello naming an unknown room waits for a staff `resume`."""
    closed_kept: Seconds = Seconds(60)
    """How long it stays readable that a room is closed, and why; its content goes at once."""
    reserved: Seconds = Seconds(600)
    """How long an unused staff room is kept for its inviter (section 16 rule 13)."""
    join_kept: Seconds = Seconds(600)
    """How long a join waits for a commit."""
    settle_after: Seconds = Seconds(5)
    """When lobby and room are compared again after a commit, should the server have died."""
    hold: Seconds = Seconds(15 * 60)
    """How long a room whose visitor is away counts against the adviser's capacity."""
    quiet_held: Seconds = Seconds(15 * 60)
    """How long a room in which nobody writes is held after its visitor was asked; then it rests."""
    silent_shift: Seconds = Seconds(15 * 60)
    """When a shift that is no longer heard from ends by itself."""
    last_entry: Seconds = Seconds(30 * 60)
    """No new conversation this long before the door closes (product.md section 2)."""
    page: Seconds = Seconds(30)
    """How long one supervisor is paged for an acute room; then the next."""
    undecided_kept: Seconds = Seconds(24 * 3600)
    """How long the staff of an acute room that has closed may still complete its log."""
    break_after_abuse: Seconds = Seconds(20 * 60)
    """How long nobody rings who has ended a conversation as abusive."""
    notice_kept: Seconds = Seconds(12 * 3600)
    """How long a notice waits for a supervisor to see it."""
    stay: Seconds = Seconds(30 * 60)
    """How long a member stays on who extends a shift that ends in the middle of a conversation."""
    wrap_up: Seconds = Seconds(600)
    offer_other_doors_after: Seconds = Seconds(600)
    capacity: int = 1
    waiting_per_adviser: int = 3
    waiting_at_least: int = 8
    members_at_most: int = 4
    unacked_bytes: int = 2 * 1024 * 1024
    frames_per_second: float = 5.0
    frames_burst: int = 40
    code_days: int = 90
    code_tries_per_hour: int = 10
    code_tries_in_all: int = 300
    message_days: int = 14
    answer_within: Seconds = Seconds(24 * 3600)
    """By when a sealed message is answered, when that is on a weekday (domain.md section 3.2)."""
    answer_at_most: Seconds = Seconds(32 * 3600)
    """The same when it is not."""
    answer_takes: Seconds = Seconds(3600)
    """How long somebody must have been there before an answer may be promised."""
    answer_alarm: Seconds = Seconds(20 * 3600)
    """When a message that waits is late, on every desk and as a metric."""
    answer_lease: Seconds = Seconds(1800)
    """How long a message stays with who has taken it and is not heard from."""
    box_per_day: int = 3
    """Messages from one bucket (protocol.md section 12)."""
    box_per_code: int = 3
    """Messages of one return code that may wait at the same time."""
    box_at_most: int = 300
    """Messages that may wait in all; the next visitor is told to call."""
    inquiry_days: int = 30
    """How long a referral or a request is kept after its decision, or undecided."""
    inquiries_per_day: int = 3
    """Referrals and requests from one bucket."""
    inquiries_per_code: int = 3
    """Of one return code that may wait for a decision at the same time."""
    inquiries_at_most: int = 200
    """That may wait for a decision in all."""
    case_days: int = 365
    """How long a case is kept after its closing, or its last change."""
    case_members: int = 4
    book_ahead_days: int = 35
    """So many days ahead a talk can be booked."""
    bookings_per_code: int = 3
    """Talks of one return code that are still to come."""
    bookings_per_day: int = 6
    """Talks booked from one bucket, and as many wishes."""
    bookings_by_new: int = 20
    """Times that codes younger than a day have between them, and as many wishes: a stranger who
    makes one code after another comes so far and no further."""
    wishes_at_most: int = 100
    """Visitors who may wait for a time, in all."""
    offer_kept: Seconds = Seconds(48 * 3600)
    """How long a time is held for who was offered it."""
    talk_early: Seconds = Seconds(10 * 60)
    """How long before its time the code opens the door to a talk."""
    booking_days: int = 14
    """How long after a talk anything of it is kept (product.md section 7)."""
    wish_days: int = 28
    """How long somebody waits for a time that does not come."""
    backup_days: int = 7
    escalation_days: int = 30
    """How long an escalation is kept after somebody touched it last."""
    escalation_alarm: Seconds = Seconds(24 * 3600)
    """When one that is not decided is late, on every supervisor's screen and as a metric."""
    reporting_mode: ReportingMode = ReportingMode.RECOMMENDATION
    nonce: Seconds = Seconds(60)
    sign_in_skew_minutes: int = 2
    sign_in_tries: int = 10
    """Bad sign-ins for one name before the answers slow down."""
    session_idle: Seconds = Seconds(30 * 60)
    session_whole: Seconds = Seconds(12 * 3600)
    invite_kept: Seconds = Seconds(72 * 3600)
    needs_supervisor: bool = True
    work_cost: int = 5000
    work_span: int = 0
    """N of protocol.md section 12: the level in force; 0 is quiet."""
