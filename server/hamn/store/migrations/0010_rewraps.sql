-- A message sealed once more by a colleague, for a key that it was not sealed to. data is sealed
-- under the key of the message's last day. It ends with its message.

CREATE TABLE rewrap (
    env_id BLOB NOT NULL REFERENCES message (env_id) ON DELETE CASCADE,
    kid BLOB NOT NULL,
    expires_day BIGINT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (env_id, kid)
);
