-- The rota: what comes every week, holidays, shifts that differ, and swaps that are asked for.
-- A day is counted from 1970-01-01 in the centre's calendar; a minute is one of that day by the
-- clock on the wall, above 1440 in the night after. Without idx a shift is open.

INSERT INTO counter (name, value) VALUES ('rota', 0);
INSERT INTO counter (name, value) VALUES ('rota number', 1);

CREATE TABLE rota_template (
    number BIGINT PRIMARY KEY,
    weekday BIGINT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute BIGINT NOT NULL,
    role BIGINT NOT NULL,
    idx BIGINT REFERENCES staff (idx),
    first_day BIGINT NOT NULL,
    last_day BIGINT
);

CREATE TABLE rota_holiday (day BIGINT PRIMARY KEY, like_weekday BIGINT, name TEXT NOT NULL);

CREATE TABLE rota_shift (
    day BIGINT NOT NULL,
    number BIGINT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute BIGINT NOT NULL,
    role BIGINT NOT NULL,
    idx BIGINT REFERENCES staff (idx),
    is_off BIGINT NOT NULL,
    PRIMARY KEY (day, number)
);

CREATE TABLE rota_swap (
    day BIGINT NOT NULL,
    number BIGINT NOT NULL,
    to_idx BIGINT NOT NULL REFERENCES staff (idx),
    back_day BIGINT,
    back_number BIGINT,
    PRIMARY KEY (day, number)
);
