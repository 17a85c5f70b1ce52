"""The service's numbers in one frozen value: leases, deadlines, sizes and rates.

Settings fill it, `step` functions receive it, and tests use literals.
"""

from __future__ import annotations

from dataclasses import dataclass

from hamn.core.words import Seconds


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
    silent_shift: Seconds = Seconds(15 * 60)
    """When a shift that is no longer heard from ends by itself."""
    last_entry: Seconds = Seconds(30 * 60)
    """No new conversation this long before the door closes (product.md section 2)."""
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
    backup_days: int = 7
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
