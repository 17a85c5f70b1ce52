-- Counters by month, of one code or a pair of codes; a batch's number is kept for a day.

CREATE TABLE counted (
    period TEXT NOT NULL,
    first TEXT NOT NULL,
    second TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (period, first, second)
);

CREATE TABLE counted_batch (batch BLOB PRIMARY KEY, until DOUBLE PRECISION NOT NULL);
