-- Counselling cases: whose each is, what it holds by kind, and its sealed records, one envelope for
-- each member; apart from everything that belongs to a chat. And the visitor's copy of a plan, one
-- for each return code's mailbox. Where there is data, it is sealed under the key of the last day.

CREATE TABLE case_file (
    id BLOB PRIMARY KEY,
    version BIGINT NOT NULL,
    closed_day BIGINT,
    expires_day BIGINT NOT NULL
);

CREATE TABLE case_member (
    id BLOB NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    PRIMARY KEY (id, place)
);
CREATE INDEX case_member_idx ON case_member (idx);

CREATE TABLE case_record (
    id BLOB NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    holds TEXT NOT NULL,
    day BIGINT NOT NULL,
    by_idx BIGINT NOT NULL REFERENCES staff (idx),
    PRIMARY KEY (id, number)
);

CREATE TABLE case_letter (
    id BLOB NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    env_id BLOB NOT NULL,
    kid BLOB NOT NULL,
    expires_day BIGINT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (id, number, idx)
);

CREATE TABLE plan_copy (
    mailbox BLOB PRIMARY KEY,
    env_id BLOB NOT NULL,
    kid BLOB NOT NULL,
    expires_day BIGINT NOT NULL,
    data BLOB NOT NULL
);
