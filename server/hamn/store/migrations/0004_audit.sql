-- The audit log and its two ends; and a number that is raised when a member or their sessions have
-- changed, so that a command of another process is heard of.
-- audit_mark: 'anchor' stands for the lines that have expired, 'head' is the newest line.

INSERT INTO counter (name, value) VALUES ('staff', 0);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    by_idx BIGINT NOT NULL,
    about BIGINT,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX audit_at ON audit (at);

CREATE TABLE audit_mark (name TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash BLOB NOT NULL);
