-- Who can never be the one behind a mailbox again, as long as one of its codes lives.

CREATE TABLE conflict (
    mailbox BLOB NOT NULL,
    idx BIGINT NOT NULL REFERENCES staff (idx),
    PRIMARY KEY (mailbox, idx)
);
