"""The service's numbers in one frozen value: leases, deadlines, sizes and rates, with their sources.

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
    lost_after: Seconds = Seconds(60)
    """When an absent adviser's room is offered to others (protocol.md 7.5 rule 15)."""
    heard_within: Seconds = Seconds(60)
    """On duty means heard from within this time (product.md section 2)."""
    first_offer: Seconds = Seconds(30)
    """How long a returning visitor is offered to the adviser who held the room (7.5 rule 5)."""
    hold_for_resume: Seconds = Seconds(5)
    """Section 16 rule 9: a hello naming an unknown room waits for a staff `resume`."""
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
    needs_supervisor: bool = True
    work_cost: int = 5000
    work_span: int = 0
    """N of protocol.md section 12: the level in force; 0 is quiet."""
