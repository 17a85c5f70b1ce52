"""What the book of talks asks of the records store: one constant each, for both engines."""

from __future__ import annotations

BOOK_MARK = "SELECT value FROM counter WHERE name = 'book'"
BOOK_NUMBER = "SELECT value FROM counter WHERE name = 'book number'"
RAISE_BOOK = "UPDATE counter SET value = value + 1 WHERE name = 'book' AND value = $1"
RAISE_BOOK_ANYHOW = "UPDATE counter SET value = value + 1 WHERE name = 'book'"
SET_BOOK_NUMBER = "UPDATE counter SET value = $1 WHERE name = 'book number'"
SLOT_SERIES = (
    "SELECT number, idx, weekday, start_minute, length, form, languages, first_day, last_day"
    " FROM slot_series ORDER BY number"
)
SLOTS_OFF = "SELECT day, number FROM slot_off WHERE day >= $1"
TALKS = (
    "SELECT id, day, number, idx, begins, length, form, language, interpreter, mailbox, state,"
    " last_day, until, moves, r, sealed, reply FROM talk ORDER BY begins, id"
)
WISHES = (
    "SELECT mailbox, forms, language, interpreter, hour, last_day FROM wish ORDER BY hour, mailbox"
)
ADD_SLOT_SERIES = (
    "INSERT INTO slot_series"
    " (number, idx, weekday, start_minute, length, form, languages, first_day, last_day)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
ADD_SLOT_OFF = "INSERT INTO slot_off (day, number) VALUES ($1, $2)"
ADD_TALK = (
    "INSERT INTO talk (id, day, number, idx, begins, length, form, language, interpreter, mailbox,"
    " state, last_day, until, moves, r, sealed, reply)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
)
ADD_WISH = (
    "INSERT INTO wish (mailbox, forms, language, interpreter, hour, last_day)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
)
DROP_SLOT_SERIES = "DELETE FROM slot_series WHERE number = $1"
DROP_SLOT_OFF = "DELETE FROM slot_off WHERE day = $1 AND number = $2"
DROP_TALK = "DELETE FROM talk WHERE id = $1"
DROP_WISH = "DELETE FROM wish WHERE mailbox = $1"
ERASE_SEALED_OF = (
    "DELETE FROM letter WHERE env_id IN (SELECT sealed FROM talk WHERE mailbox = $1"
    " UNION SELECT reply FROM talk WHERE mailbox = $1)"
)
ERASE_TALKS_OF = "DELETE FROM talk WHERE mailbox = $1"
ERASE_WISHES_OF = "DELETE FROM wish WHERE mailbox = $1"
ERASE_TALKS_DUE = "DELETE FROM talk WHERE id IN (SELECT id FROM talk WHERE last_day < $1 LIMIT $2)"
ERASE_WISHES_DUE = (
    "DELETE FROM wish WHERE mailbox IN (SELECT mailbox FROM wish WHERE last_day < $1 LIMIT $2)"
)
ERASE_SLOTS_DUE = (
    "DELETE FROM slot_off WHERE (day, number) IN"
    " (SELECT day, number FROM slot_off WHERE day < $1 LIMIT $2)"
)
ERASE_SERIES_DUE = (
    "DELETE FROM slot_series WHERE number IN (SELECT number FROM slot_series WHERE last_day < $1"
    " AND NOT EXISTS (SELECT 1 FROM talk WHERE talk.number = slot_series.number) LIMIT $2)"
)
ERASE_SEALED_UNOPENED = (
    "DELETE FROM letter WHERE env_id IN"
    " (SELECT sealed FROM talk WHERE begins > $1"
    " AND NOT EXISTS (SELECT 1 FROM code WHERE code.mailbox = talk.mailbox)"
    " UNION SELECT reply FROM talk WHERE begins > $1"
    " AND NOT EXISTS (SELECT 1 FROM code WHERE code.mailbox = talk.mailbox))"
)
ERASE_TALKS_UNOPENED = (
    "DELETE FROM talk WHERE begins > $1"
    " AND NOT EXISTS (SELECT 1 FROM code WHERE code.mailbox = talk.mailbox)"
)
ERASE_WISHES_UNOPENED = (
    "DELETE FROM wish WHERE NOT EXISTS (SELECT 1 FROM code WHERE code.mailbox = wish.mailbox)"
)
ADD_FEED = "INSERT INTO feed (idx, h_token) VALUES ($1, $2)"
DROP_FEED = "DELETE FROM feed WHERE idx = $1"
FEED = "SELECT idx FROM feed WHERE h_token = $1"
FEED_OF = "SELECT idx FROM feed WHERE idx = $1"
