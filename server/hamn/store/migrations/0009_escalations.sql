-- Escalations: who sent one, since which hour, how it stands, and the codes of the newest decision with
-- its names. What it says is in envelopes; they end with it. The board's keys that are to stand in the
-- roster. And who of the staff is licensed.

CREATE TABLE escalation (
    record BLOB PRIMARY KEY,
    by_idx BIGINT NOT NULL REFERENCES staff (idx),
    hour BIGINT NOT NULL,
    expires_day BIGINT NOT NULL,
    state TEXT NOT NULL,
    decision TEXT,
    reason TEXT,
    is_grave BIGINT NOT NULL,
    no_report TEXT,
    first_idx BIGINT REFERENCES staff (idx),
    second_idx BIGINT REFERENCES staff (idx)
);

CREATE TABLE escalation_letter (
    env_id BLOB PRIMARY KEY REFERENCES letter (env_id) ON DELETE CASCADE,
    record BLOB NOT NULL REFERENCES escalation (record) ON DELETE CASCADE,
    paper TEXT NOT NULL,
    place BIGINT NOT NULL
);
CREATE INDEX escalation_letter_record ON escalation_letter (record, place);

CREATE TABLE board_key (pub BLOB PRIMARY KEY);

ALTER TABLE staff ADD COLUMN is_licensed BIGINT NOT NULL DEFAULT 0;
