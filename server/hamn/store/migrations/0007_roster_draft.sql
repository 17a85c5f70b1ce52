-- The next roster while roots sign it: its exact bytes, and the signatures so far.

CREATE TABLE roster_draft (seq BIGINT PRIMARY KEY, data BLOB NOT NULL, sig BLOB NOT NULL);
