-- Referrals and requests of professionals: since which hour, how each stands and why, under the mailbox
-- of its asker's return code; what it says and what was answered are sealed, under the key of its day.

CREATE TABLE inquiry (
    record BLOB PRIMARY KEY,
    mailbox BLOB NOT NULL,
    hour BIGINT NOT NULL,
    expires_day BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    by_idx BIGINT REFERENCES staff (idx),
    form BLOB,
    answer BLOB
);
CREATE INDEX inquiry_mailbox ON inquiry (mailbox);
