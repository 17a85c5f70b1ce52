-- That a sealed message waits for an answer: since which hour, what was promised, and who has taken
-- it. It ends with its envelope.

CREATE TABLE message (
    env_id BLOB PRIMARY KEY REFERENCES letter (env_id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    answer_by DOUBLE PRECISION NOT NULL,
    claimed_by BIGINT REFERENCES staff (idx),
    claimed_until DOUBLE PRECISION NOT NULL
);
