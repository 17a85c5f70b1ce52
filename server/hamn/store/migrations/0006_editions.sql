-- Texts that a manager edits, each wording a row of its own; the highest version is in force.

CREATE TABLE edition (
    key TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (key, language, version)
);
