-- Tables that were published, as they will always be; and what the centre does beside conversations.

CREATE TABLE frozen (
    name TEXT PRIMARY KEY,
    months TEXT NOT NULL,
    tables TEXT NOT NULL,
    csv TEXT NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    at DOUBLE PRECISION NOT NULL
);

CREATE TABLE activity (
    number BIGINT PRIMARY KEY,
    month TEXT NOT NULL,
    kind TEXT NOT NULL,
    times BIGINT NOT NULL,
    people BIGINT NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx)
);
