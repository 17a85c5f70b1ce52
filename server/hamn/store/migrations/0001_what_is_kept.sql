-- Staff, their keys, the roster chain, return codes and sealed envelopes.
-- Types: BIGINT, TEXT, BLOB and DOUBLE PRECISION only, so that one text serves both engines.

CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO counter (name, value) VALUES ('idx', 0);

CREATE TABLE staff (
    idx BIGINT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    duty_name TEXT NOT NULL,
    roles TEXT NOT NULL,
    ed25519 BLOB NOT NULL,
    is_check BIGINT NOT NULL,
    is_revoked BIGINT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);

CREATE TABLE invite (
    h_token BLOB PRIMARY KEY,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    until DOUBLE PRECISION NOT NULL
);

CREATE TABLE session (
    h_token BLOB PRIMARY KEY,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    until DOUBLE PRECISION NOT NULL
);
CREATE INDEX session_idx ON session (idx);

CREATE TABLE method (
    idx BIGINT NOT NULL REFERENCES staff (idx),
    method BIGINT NOT NULL,
    credential BLOB NOT NULL,
    public_key BLOB NOT NULL,
    PRIMARY KEY (idx, method, credential)
);

-- last_day is null for what lasts as long as its owner; then data is what the browser wrapped.
-- Else data is sealed under the key of that day.
CREATE TABLE wrap (
    idx BIGINT NOT NULL REFERENCES staff (idx),
    what BIGINT NOT NULL,
    method BIGINT NOT NULL,
    kid BLOB NOT NULL,
    version BIGINT NOT NULL,
    last_day BIGINT,
    data BLOB NOT NULL,
    PRIMARY KEY (idx, what, method, kid)
);

CREATE TABLE roster (seq BIGINT PRIMARY KEY, data BLOB NOT NULL, sig BLOB NOT NULL);

CREATE TABLE log_line (n BIGINT PRIMARY KEY, line TEXT NOT NULL);

-- A certificate that is issued again for the same key stands beside the earlier one.
CREATE TABLE certificate (
    data BLOB PRIMARY KEY,
    kid BLOB NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    kind BIGINT NOT NULL,
    not_after BIGINT NOT NULL
);
CREATE INDEX certificate_kind ON certificate (kind, not_after);

CREATE TABLE code (
    h_id BLOB PRIMARY KEY,
    h_auth BLOB NOT NULL,
    mailbox BLOB NOT NULL,
    expires_day BIGINT NOT NULL
);
CREATE INDEX code_mailbox ON code (mailbox);

-- data is sealed under the key of expires_day.
CREATE TABLE letter (
    env_id BLOB PRIMARY KEY,
    type BIGINT NOT NULL,
    mailbox BLOB,
    expires_day BIGINT NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX letter_mailbox ON letter (mailbox);

CREATE TABLE letter_reader (
    env_id BLOB NOT NULL REFERENCES letter (env_id) ON DELETE CASCADE,
    kid BLOB NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (env_id, place)
);
CREATE INDEX letter_reader_kid ON letter_reader (kid);
