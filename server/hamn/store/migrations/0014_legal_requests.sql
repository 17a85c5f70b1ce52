-- Legal requests: closed codes and a reference; who named what was given, and who agreed.

CREATE TABLE legal_request (
    number BIGINT PRIMARY KEY,
    day BIGINT NOT NULL,
    asker TEXT NOT NULL,
    basis TEXT NOT NULL,
    wanted TEXT NOT NULL,
    reference TEXT NOT NULL,
    expires_day BIGINT NOT NULL,
    given TEXT,
    first_idx BIGINT REFERENCES staff (idx),
    second_idx BIGINT REFERENCES staff (idx)
);
