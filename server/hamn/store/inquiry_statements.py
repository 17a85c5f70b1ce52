"""What referrals and requests ask of the records store: one constant each, for both engines."""

from __future__ import annotations

ADD = (
    "INSERT INTO inquiry (record, mailbox, hour, expires_day, state, reason, by_idx, form, answer)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9"
    " WHERE EXISTS (SELECT 1 FROM code WHERE mailbox = $2) ON CONFLICT DO NOTHING"
)
ONE = (
    "SELECT record, mailbox, hour, expires_day, state, reason, by_idx FROM inquiry"
    " WHERE record = $1"
)
ALL = (
    "SELECT record, mailbox, hour, expires_day, state, reason, by_idx FROM inquiry"
    " ORDER BY hour, record"
)
PAPERS = "SELECT expires_day, form, answer FROM inquiry WHERE record = $1"
SET = (
    "UPDATE inquiry SET mailbox = $2, hour = $3, expires_day = $4, state = $5, reason = $6,"
    " by_idx = $7, form = $8, answer = $9 WHERE record = $1"
)
ERASE_OF = "DELETE FROM inquiry WHERE mailbox = $1"
ERASE_DUE = (
    "DELETE FROM inquiry WHERE record IN"
    " (SELECT record FROM inquiry WHERE expires_day < $1 LIMIT $2)"
)
