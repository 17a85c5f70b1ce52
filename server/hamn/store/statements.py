"""What the records store asks and changes: one constant per statement, for both engines."""

from __future__ import annotations

NEXT_IDX = "UPDATE counter SET value = value + 1 WHERE name = 'idx' RETURNING value"
RAISE_IDX = "UPDATE counter SET value = $1 WHERE name = 'idx' AND value < $1"

STAFF_CHANGES = "SELECT value FROM counter WHERE name = 'staff'"
RAISE_STAFF_CHANGES = "UPDATE counter SET value = value + 1 WHERE name = 'staff'"
ADD_STAFF = (
    "INSERT INTO staff (idx, login, duty_name, roles, ed25519, is_check, is_revoked, created,"
    " is_licensed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
)
STAFF = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created, is_licensed"
    " FROM staff WHERE idx = $1"
)
STAFF_BY_LOGIN = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created, is_licensed"
    " FROM staff WHERE login = $1"
)
ALL_STAFF = (
    "SELECT idx, login, duty_name, roles, ed25519, is_check, is_revoked, created, is_licensed"
    " FROM staff ORDER BY idx"
)
SET_STAFF = (
    "UPDATE staff SET login = $2, duty_name = $3, roles = $4, ed25519 = $5, is_check = $6,"
    " is_revoked = $7, created = $8, is_licensed = $9 WHERE idx = $1"
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
DROP_METHOD = "DELETE FROM method WHERE idx = $1 AND method = $2"
DROP_METHOD_WRAP = "DELETE FROM wrap WHERE idx = $1 AND what = 1 AND method = $2"
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

OPEN_SESSION = (
    "INSERT INTO session (h_token, idx, until) VALUES ($1, $2, $3)"
    " ON CONFLICT (h_token) DO UPDATE SET until = excluded.until"
)
SESSION = (
    "SELECT session.idx FROM session JOIN staff ON staff.idx = session.idx"
    " WHERE h_token = $1 AND until > $2 AND is_revoked = 0"
)
END_SESSION = "DELETE FROM session WHERE h_token = $1"
END_SESSIONS = "DELETE FROM session WHERE idx = $1"

ROSTER_DRAFT = "SELECT seq, data, sig FROM roster_draft ORDER BY seq DESC LIMIT 1"
DROP_ROSTER_DRAFTS = "DELETE FROM roster_draft"
ADD_ROSTER_DRAFT = "INSERT INTO roster_draft (seq, data, sig) VALUES ($1, $2, $3)"
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
ADD_MESSAGE = (
    "INSERT INTO message (env_id, hour, answer_by, claimed_by, claimed_until)"
    " VALUES ($1, $2, $3, $4, $5)"
)
MESSAGES = (
    "SELECT message.env_id, letter.mailbox, letter.expires_day, message.hour, message.answer_by,"
    " message.claimed_by, message.claimed_until"
    " FROM message JOIN letter ON letter.env_id = message.env_id"
    " ORDER BY message.hour, message.env_id"
)
SET_MESSAGE = (
    "UPDATE message SET claimed_by = $1, claimed_until = $2 WHERE env_id = $3"
    " AND coalesce(claimed_by, 0) = $4 AND claimed_until = $5"
)
END_MESSAGE = (
    "DELETE FROM message WHERE env_id = $1 AND coalesce(claimed_by, 0) = $2 AND claimed_until = $3"
)
SET_LETTER_DAY = "UPDATE letter SET expires_day = $2, data = $3 WHERE env_id = $1"

ADD_ESCALATION = (
    "INSERT INTO escalation (record, by_idx, hour, expires_day, state, decision, reason, is_grave,"
    " no_report, decision_id, first_idx, second_idx)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    " ON CONFLICT DO NOTHING"
)
ESCALATION = (
    "SELECT record, by_idx, hour, expires_day, state, decision, reason, is_grave, no_report,"
    " decision_id, first_idx, second_idx FROM escalation WHERE record = $1"
)
ESCALATIONS = (
    "SELECT record, by_idx, hour, expires_day, state, decision, reason, is_grave, no_report,"
    " decision_id, first_idx, second_idx FROM escalation ORDER BY hour, record"
)
SET_ESCALATION = (
    "UPDATE escalation SET by_idx = $2, hour = $3, expires_day = $4, state = $5, decision = $6,"
    " reason = $7, is_grave = $8, no_report = $9, decision_id = $10, first_idx = $11,"
    " second_idx = $12"
    " WHERE record = $1"
)
DROP_ESCALATION = "DELETE FROM escalation WHERE record = $1"
FILE_LETTER = (
    "INSERT INTO escalation_letter (env_id, record, paper, place)"
    " VALUES ($1, $2, $3, (SELECT count(*) FROM escalation_letter WHERE record = $2))"
)
FILED = (
    "SELECT paper, letter.env_id, letter.type, letter.mailbox, letter.expires_day, letter.data"
    " FROM escalation_letter JOIN letter ON letter.env_id = escalation_letter.env_id"
    " WHERE record = $1 ORDER BY escalation_letter.place"
)
REPLIES_FILED = (
    "SELECT letter.env_id, letter.expires_day, letter.data"
    " FROM escalation_letter JOIN letter ON letter.env_id = escalation_letter.env_id"
    " WHERE paper = 'reply'"
)
DROP_FILED = (
    "DELETE FROM letter WHERE env_id IN (SELECT env_id FROM escalation_letter WHERE record = $1)"
)
BOARD_KEYS = "SELECT pub FROM board_key ORDER BY pub"
ADD_BOARD_KEY = "INSERT INTO board_key (pub) VALUES ($1) ON CONFLICT DO NOTHING"
DROP_BOARD_KEY = "DELETE FROM board_key WHERE pub = $1"
ERASE_ESCALATIONS_DUE = (
    "DELETE FROM escalation WHERE record IN"
    " (SELECT record FROM escalation WHERE expires_day < $1 LIMIT $2)"
)

ADD_REWRAP = (
    "INSERT INTO rewrap (env_id, kid, expires_day, data) SELECT env_id, $2, $3, $4"
    " FROM message WHERE env_id = $1 ON CONFLICT DO NOTHING"
)
REWRAP = "SELECT expires_day, data FROM rewrap WHERE env_id = $1 AND kid = $2"
REWRAPPED = "SELECT kid FROM rewrap WHERE env_id = $1 ORDER BY kid"

ERASE_CODES_OF = "DELETE FROM code WHERE mailbox = $1"
ERASE_LETTERS_OF = "DELETE FROM letter WHERE mailbox = $1"

ADD_BATCH = "INSERT INTO counted_batch (batch, until) VALUES ($1, $2) ON CONFLICT DO NOTHING"
COUNT = (
    "INSERT INTO counted (period, first, second, amount) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (period, first, second) DO UPDATE SET amount = counted.amount + excluded.amount"
)
COUNTERS = "SELECT first, second, amount FROM counted WHERE period = $1 ORDER BY first, second"

NEWEST_VERSION = "SELECT coalesce(max(version), 0) FROM edition WHERE key = $1 AND language = $2"
ADD_EDITION = (
    "INSERT INTO edition (key, language, version, text, idx, at) VALUES ($1, $2, $3, $4, $5, $6)"
)
EDITIONS = (
    "SELECT key, language, version, text, idx, at FROM edition WHERE (key, language, version) IN"
    " (SELECT key, language, max(version) FROM edition GROUP BY key, language)"
    " ORDER BY key, language"
)
HISTORY = (
    "SELECT key, language, version, text, idx, at FROM edition"
    " WHERE key = $1 AND language = $2 ORDER BY version DESC"
)
EDITION_COUNT = "SELECT count(*) FROM edition"

FROZEN_COUNT = "SELECT count(*) FROM frozen"
FREEZE = (
    "INSERT INTO frozen (name, months, tables, csv, idx, at) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT DO NOTHING"
)
FROZEN = "SELECT name, months, tables, csv, idx, at FROM frozen ORDER BY at DESC, name"
ADD_DONE = (
    "INSERT INTO activity (number, month, kind, times, people, idx) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT DO NOTHING"
)
DROP_DONE = "DELETE FROM activity WHERE number = $1"
DONE = (
    "SELECT number, month, kind, times, people, idx FROM activity ORDER BY month DESC, number DESC"
)

REQUESTS = (
    "SELECT number, day, asker, basis, wanted, reference, expires_day, given, first_idx, second_idx"
    " FROM legal_request ORDER BY number DESC"
)
REQUEST = (
    "SELECT number, day, asker, basis, wanted, reference, expires_day, given, first_idx, second_idx"
    " FROM legal_request WHERE number = $1"
)
PUT_REQUEST = (
    "INSERT INTO legal_request (number, day, asker, basis, wanted, reference, expires_day, given,"
    " first_idx, second_idx) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (number) DO UPDATE SET given = excluded.given, first_idx = excluded.first_idx,"
    " second_idx = excluded.second_idx"
)
ERASE_REQUESTS_DUE = (
    "DELETE FROM legal_request WHERE number IN"
    " (SELECT number FROM legal_request WHERE expires_day < $1 LIMIT $2)"
)

ERASE_BATCHES_DUE = (
    "DELETE FROM counted_batch WHERE batch IN"
    " (SELECT batch FROM counted_batch WHERE until <= $1 LIMIT $2)"
)
PUT_CONFLICT = "INSERT INTO conflict (mailbox, idx) VALUES ($1, $2) ON CONFLICT DO NOTHING"
COPY_CONFLICTS = (
    "INSERT INTO conflict (mailbox, idx) SELECT mailbox, $2 FROM conflict WHERE idx = $1"
    " ON CONFLICT DO NOTHING"
)
CONFLICTS_OF = "SELECT idx FROM conflict WHERE mailbox = $1"
ERASE_CONFLICTS_OF = "DELETE FROM conflict WHERE mailbox = $1"
ERASE_CONFLICTS_DUE = (
    "DELETE FROM conflict WHERE mailbox IN (SELECT mailbox FROM conflict WHERE NOT EXISTS "
    "(SELECT 1 FROM code WHERE code.mailbox = conflict.mailbox) LIMIT $1)"
)

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

ROTA_MARK = (
    "SELECT (SELECT value FROM counter WHERE name = 'rota'),"
    " (SELECT value FROM counter WHERE name = 'rota number'),"
    " EXISTS (SELECT 1 FROM rota_template) OR EXISTS (SELECT 1 FROM rota_shift)"
)
RAISE_ROTA = "UPDATE counter SET value = value + 1 WHERE name = 'rota' AND value = $1"
SET_ROTA_NUMBER = "UPDATE counter SET value = $1 WHERE name = 'rota number'"
ROTA_TEMPLATES = (
    "SELECT number, weekday, start_minute, end_minute, role, idx, first_day, last_day"
    " FROM rota_template ORDER BY number"
)
ROTA_HOLIDAYS = "SELECT day, like_weekday, name FROM rota_holiday WHERE day >= $1 ORDER BY day"
ROTA_SHIFTS = (
    "SELECT day, number, start_minute, end_minute, role, idx, is_off FROM rota_shift"
    " WHERE day >= $1 ORDER BY day, number"
)
ROTA_SWAPS = (
    "SELECT day, number, to_idx, back_day, back_number FROM rota_swap"
    " WHERE day >= $1 ORDER BY day, number"
)
ADD_ROTA_TEMPLATE = (
    "INSERT INTO rota_template"
    " (number, weekday, start_minute, end_minute, role, idx, first_day, last_day)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
)
ADD_ROTA_HOLIDAY = "INSERT INTO rota_holiday (day, like_weekday, name) VALUES ($1, $2, $3)"
ADD_ROTA_SHIFT = (
    "INSERT INTO rota_shift (day, number, start_minute, end_minute, role, idx, is_off)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
ADD_ROTA_SWAP = (
    "INSERT INTO rota_swap (day, number, to_idx, back_day, back_number) VALUES ($1, $2, $3, $4, $5)"
)
DROP_ROTA_TEMPLATE = "DELETE FROM rota_template WHERE number = $1"
DROP_ROTA_HOLIDAY = "DELETE FROM rota_holiday WHERE day = $1"
DROP_ROTA_SHIFT = "DELETE FROM rota_shift WHERE day = $1 AND number = $2"
DROP_ROTA_SWAP = "DELETE FROM rota_swap WHERE day = $1 AND number = $2"
ADD_AUDIT = (
    "INSERT INTO audit (seq, at, what, by_idx, about, detail, hash)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
AUDIT = (
    "SELECT seq, at, what, by_idx, about, detail, hash FROM audit WHERE seq > $1"
    " ORDER BY seq LIMIT $2"
)
AUDIT_HASH = "SELECT hash FROM audit WHERE seq = $1"
AUDIT_MARK = "SELECT seq, hash FROM audit_mark WHERE name = $1"
SET_AUDIT_MARK = (
    "INSERT INTO audit_mark (name, seq, hash) VALUES ($1, $2, $3)"
    " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
FIRST_AUDIT_SINCE = "SELECT min(seq) FROM audit WHERE at >= $1"
DROP_AUDIT_THROUGH = "DELETE FROM audit WHERE seq <= $1"

CASE = "SELECT version, closed_day, expires_day FROM case_file WHERE id = $1"
CASES_OF = "SELECT id FROM case_member WHERE idx = $1 ORDER BY id"
CASE_MEMBERS = "SELECT idx FROM case_member WHERE id = $1 ORDER BY place"
CASE_RECORDS = "SELECT number, holds, day, by_idx FROM case_record WHERE id = $1 ORDER BY number"
CASE_LETTERS = (
    "SELECT number, idx, env_id, kid, expires_day, data FROM case_letter WHERE id = $1"
    " ORDER BY number, idx"
)
PUT_CASE = (
    "INSERT INTO case_file (id, version, closed_day, expires_day) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (id) DO UPDATE SET version = excluded.version,"
    " closed_day = excluded.closed_day, expires_day = excluded.expires_day"
)
DROP_CASE_MEMBERS = "DELETE FROM case_member WHERE id = $1"
ADD_CASE_MEMBER = "INSERT INTO case_member (id, place, idx) VALUES ($1, $2, $3)"
DROP_CASE_RECORDS = "DELETE FROM case_record WHERE id = $1"
ADD_CASE_RECORD = (
    "INSERT INTO case_record (id, number, holds, day, by_idx) VALUES ($1, $2, $3, $4, $5)"
)
PUT_CASE_LETTER = (
    "INSERT INTO case_letter (id, number, idx, env_id, kid, expires_day, data)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (id, number, idx) DO UPDATE SET env_id = excluded.env_id, kid = excluded.kid,"
    " expires_day = excluded.expires_day, data = excluded.data"
)
DROP_CASE_LETTERS = (
    "DELETE FROM case_letter WHERE id = $1 AND (NOT EXISTS (SELECT 1 FROM case_member AS m"
    " WHERE m.id = case_letter.id AND m.idx = case_letter.idx) OR NOT EXISTS (SELECT 1 FROM"
    " case_record AS r WHERE r.id = case_letter.id AND r.number = case_letter.number))"
)
ERASE_CASES_DUE = (
    "DELETE FROM case_file WHERE id IN (SELECT id FROM case_file WHERE expires_day < $1 LIMIT $2)"
)
PLAN_COPY = "SELECT env_id, kid, expires_day, data FROM plan_copy WHERE mailbox = $1"
PUT_PLAN_COPY = (
    "INSERT INTO plan_copy (mailbox, env_id, kid, expires_day, data) SELECT $1, $2, $3, $4, $5"
    " WHERE EXISTS (SELECT 1 FROM code WHERE mailbox = $1)"
    " ON CONFLICT (mailbox) DO UPDATE SET env_id = excluded.env_id, kid = excluded.kid,"
    " expires_day = excluded.expires_day, data = excluded.data"
)
SET_PLAN_COPY_DAY = "UPDATE plan_copy SET expires_day = $2, data = $3 WHERE mailbox = $1"
END_PLAN_COPY = "DELETE FROM plan_copy WHERE mailbox = $1 AND env_id = $2"
DROP_PLAN_COPY = "DELETE FROM plan_copy WHERE mailbox = $1"
ERASE_PLAN_COPIES_DUE = (
    "DELETE FROM plan_copy WHERE mailbox IN"
    " (SELECT mailbox FROM plan_copy WHERE expires_day < $1 LIMIT $2)"
)
