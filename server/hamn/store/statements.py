"""What the records store asks and changes: one constant per statement, for both engines."""

from __future__ import annotations

NEXT_IDX = "UPDATE counter SET value = value + 1 WHERE name = 'idx' RETURNING value"
RAISE_IDX = "UPDATE counter SET value = $1 WHERE name = 'idx' AND value < $1"

ADD_STAFF = (
    "INSERT INTO staff (idx, login, duty_name, roles, ed25519, is_check, is_revoked, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
)
STAFF = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created"
    " FROM staff WHERE idx = $1"
)
STAFF_BY_LOGIN = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created"
    " FROM staff WHERE login = $1"
)
ALL_STAFF = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created"
    " FROM staff ORDER BY idx"
)
SET_STAFF = (
    "UPDATE staff SET login = $2, duty_name = $3, roles = $4, ed25519 = $5, is_check = $6,"
    " is_revoked = $7, created = $8 WHERE idx = $1"
)

ADD_INVITE = "INSERT INTO invite (h_token, idx, until) VALUES ($1, $2, $3)"
INVITE = "SELECT idx FROM invite WHERE h_token = $1 AND until > $2"
SPEND_INVITE = "DELETE FROM invite WHERE h_token = $1"

METHODS = (
    "SELECT method, public_key, credential FROM method WHERE idx = $1 ORDER BY method, credential"
)
PUT_METHOD = (
    "INSERT INTO method (idx, method, public_key, credential) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (idx, method, credential) DO UPDATE SET public_key = excluded.public_key"
)
WRAPS = (
    "SELECT what, method, version, kid, data, last_day FROM wrap WHERE idx = $1"
    " ORDER BY what, method, kid"
)
PUT_WRAP = (
    "INSERT INTO wrap (idx, what, method, kid, version, last_day, data)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (idx, what, method, kid) DO UPDATE SET version = excluded.version,"
    " last_day = excluded.last_day, data = excluded.data"
)

OPEN_SESSION = "INSERT INTO session (h_token, idx, until) VALUES ($1, $2, $3)"
SESSION = (
    "SELECT session.idx FROM session JOIN staff ON staff.idx = session.idx"
    " WHERE h_token = $1 AND until > $2 AND is_revoked = 0"
)
END_SESSION = "DELETE FROM session WHERE h_token = $1"
END_SESSIONS = "DELETE FROM session WHERE idx = $1"

NEWEST_SEQ = "SELECT coalesce(max(seq), 0) FROM roster"
ADD_ROSTER = "INSERT INTO roster (seq, data, sig) VALUES ($1, $2, $3)"
NEWEST_ROSTER = "SELECT seq, data, sig FROM roster ORDER BY seq DESC LIMIT 1"
ROSTER = "SELECT seq, data, sig FROM roster WHERE seq = $1"
NEWEST_LINE = "SELECT max(n) FROM log_line"
ADD_LINE = "INSERT INTO log_line (n, line) VALUES ($1, $2)"
LINES = "SELECT n, line FROM log_line ORDER BY n"

PUT_CERTIFICATE = (
    "INSERT INTO certificate (data, kid, idx, kind, not_after) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING"
)
CERTIFICATES = (
    "SELECT kid, idx, kind, not_after, data FROM certificate WHERE kind = $1 AND not_after >= $2"
    " ORDER BY idx, not_after, data"
)

CODE = "SELECT h_id, h_auth, mailbox, expires_day FROM code WHERE h_id = $1 AND expires_day >= $2"
ADD_CODE = (
    "INSERT INTO code (h_id, h_auth, mailbox, expires_day) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT DO NOTHING"
)
SET_CODE = (
    "UPDATE code SET h_auth = $1, mailbox = $2, expires_day = $3 WHERE h_id = $4"
    " AND h_auth = $5 AND mailbox = $6 AND expires_day = $7"
)
DROP_CODE = "DELETE FROM code WHERE h_id = $1 AND h_auth = $2 AND mailbox = $3 AND expires_day = $4"
CODES_OF = "SELECT h_id, h_auth, mailbox, expires_day FROM code WHERE mailbox = $1 ORDER BY h_id"

DROP_LETTER = "DELETE FROM letter WHERE env_id = $1"
ADD_LETTER = (
    "INSERT INTO letter (env_id, type, mailbox, expires_day, data) VALUES ($1, $2, $3, $4, $5)"
)
ADD_READER = "INSERT INTO letter_reader (env_id, kid, place) VALUES ($1, $2, $3)"
READERS = "SELECT kid FROM letter_reader WHERE env_id = $1 ORDER BY place"
LETTER = "SELECT env_id, type, mailbox, expires_day, data FROM letter WHERE env_id = $1"
LETTERS_OF = (
    "SELECT env_id, type, mailbox, expires_day, data FROM letter WHERE mailbox = $1"
    " ORDER BY expires_day, env_id"
)
LETTERS_FOR = (
    "SELECT letter.env_id, letter.type, letter.mailbox, letter.expires_day, letter.data"
    " FROM letter JOIN letter_reader ON letter_reader.env_id = letter.env_id"
    " WHERE kid = $1 ORDER BY expires_day, letter.env_id"
)
ERASE_CODES_OF = "DELETE FROM code WHERE mailbox = $1"
ERASE_LETTERS_OF = "DELETE FROM letter WHERE mailbox = $1"

ERASE_INVITES_DUE = (
    "DELETE FROM invite WHERE h_token IN (SELECT h_token FROM invite WHERE until <= $1 LIMIT $2)"
)
ERASE_SESSIONS_DUE = (
    "DELETE FROM session WHERE h_token IN (SELECT h_token FROM session WHERE until <= $1 LIMIT $2)"
)
ERASE_CERTIFICATES_DUE = (
    "DELETE FROM certificate WHERE data IN"
    " (SELECT data FROM certificate WHERE not_after < $1 LIMIT $2)"
)
ERASE_CODES_DUE = (
    "DELETE FROM code WHERE h_id IN (SELECT h_id FROM code WHERE expires_day < $1 LIMIT $2)"
)
ERASE_LETTERS_DUE = (
    "DELETE FROM letter WHERE env_id IN (SELECT env_id FROM letter WHERE expires_day < $1 LIMIT $2)"
)
ERASE_WRAPS_DUE = (
    "DELETE FROM wrap WHERE (idx, what, method, kid) IN"
    " (SELECT idx, what, method, kid FROM wrap WHERE last_day < $1 LIMIT $2)"
)
