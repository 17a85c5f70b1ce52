-- Times for talks, single ones that were taken back, talks, and who waits for a time.
-- A day is counted from 1970-01-01 in the centre's calendar, a minute is one of that day by the
-- clock on the wall; what a talk begins at is a minute of Unix time. What is agreed lies sealed
-- among the letters; a talk names the two envelopes.

INSERT INTO counter (name, value) VALUES ('book', 0);
INSERT INTO counter (name, value) VALUES ('book number', 1);

CREATE TABLE slot_series (
    number BIGINT PRIMARY KEY,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    weekday BIGINT NOT NULL,
    start_minute BIGINT NOT NULL,
    length BIGINT NOT NULL,
    form TEXT NOT NULL,
    languages TEXT NOT NULL,
    first_day BIGINT NOT NULL,
    last_day BIGINT
);

CREATE TABLE slot_off (day BIGINT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (day, number));

CREATE TABLE talk (
    id BLOB PRIMARY KEY,
    day BIGINT NOT NULL,
    number BIGINT NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    begins BIGINT NOT NULL,
    length BIGINT NOT NULL,
    form TEXT NOT NULL,
    language TEXT NOT NULL,
    interpreter TEXT,
    mailbox BLOB NOT NULL,
    state TEXT NOT NULL,
    last_day BIGINT NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    moves BLOB,
    r BLOB NOT NULL,
    sealed BLOB,
    reply BLOB
);
CREATE INDEX talk_mailbox ON talk (mailbox);

CREATE TABLE wish (
    mailbox BLOB PRIMARY KEY,
    forms TEXT NOT NULL,
    language TEXT NOT NULL,
    interpreter TEXT,
    hour BIGINT NOT NULL,
    last_day BIGINT NOT NULL
);

-- The one address at which a member's times can be read, as a hash.
CREATE TABLE feed (idx BIGINT PRIMARY KEY REFERENCES staff (idx), h_token BLOB NOT NULL UNIQUE);
