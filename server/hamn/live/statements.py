"""The live store's tables and statements, one constant per statement."""

from __future__ import annotations

TABLES = """
CREATE TABLE origin (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE room (room BLOB PRIMARY KEY, deadline REAL NOT NULL, value BLOB NOT NULL);
CREATE INDEX room_deadline ON room (deadline);

CREATE TABLE relay (
    room BLOB PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE frame (
    room BLOB NOT NULL, pos INTEGER NOT NULL, epoch INTEGER NOT NULL, slot INTEGER NOT NULL,
    seq INTEGER NOT NULL, is_commit INTEGER NOT NULL, digest BLOB NOT NULL, data BLOB NOT NULL
);
CREATE UNIQUE INDEX frame_pos ON frame (room, pos);

CREATE TABLE mark (
    room BLOB, epoch INTEGER, slot INTEGER, seq INTEGER, pos INTEGER NOT NULL,
    digest BLOB NOT NULL, PRIMARY KEY (room, epoch, slot, seq)
) WITHOUT ROWID;

CREATE TABLE letter (room BLOB, name TEXT, data BLOB NOT NULL, PRIMARY KEY (room, name));

CREATE TABLE lobby (
    one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, value BLOB NOT NULL
);

CREATE TABLE once (key BLOB PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
"""

HAS_ORIGIN = "SELECT count(*) FROM sqlite_master WHERE name = 'origin'"
READ_ORIGIN = "SELECT data FROM origin WHERE name = ?1"
ADD_ORIGIN = "INSERT INTO origin (name, data) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
NEWEST_VERSION = (
    "SELECT max(coalesce((SELECT max(version) FROM relay), 0),"
    " coalesce((SELECT max(version) FROM lobby), 0))"
)

READ_ROOM = (
    "SELECT relay.version, room.value, relay.value FROM relay JOIN room USING (room)"
    " WHERE relay.room = ?1"
)
ADD_RELAY = "INSERT INTO relay (version, value, room) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
SWAP_RELAY = "UPDATE relay SET version = ?1, value = ?2 WHERE room = ?3 AND version = ?4"
PUT_ROOM = (
    "INSERT INTO room (room, deadline, value) VALUES (?1, ?2, ?3) ON CONFLICT (room) DO UPDATE"
    " SET deadline = excluded.deadline, value = excluded.value"
)
ROOMS = "SELECT room FROM room"
DUE = "SELECT room FROM room WHERE deadline <= ?1 ORDER BY deadline LIMIT ?2"
NEXT_DEADLINE = "SELECT min(deadline) FROM room"

PUT_FRAME = (
    "INSERT INTO frame (room, epoch, slot, seq, pos, digest, is_commit, data)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
)
PUT_MARK = "INSERT INTO mark (room, epoch, slot, seq, pos, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
ERASE_FRAMES_THROUGH = "DELETE FROM frame WHERE room = ?1 AND pos <= ?2"
FORGET_MARKS_BEFORE = "DELETE FROM mark WHERE room = ?1 AND epoch < ?2"
FRAMES_AFTER = (
    "SELECT pos, epoch, slot, seq, is_commit, digest, data FROM frame"
    " WHERE room = ?1 AND pos > ?2 ORDER BY pos LIMIT ?3"
)
HIGHEST_POS = "SELECT coalesce(max(pos), 0) FROM frame WHERE room = ?1"
READ_MARK = "SELECT pos, digest FROM mark WHERE room = ?1 AND epoch = ?2 AND slot = ?3 AND seq = ?4"

PUT_LETTER = (
    "INSERT INTO letter (room, name, data) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (room, name) DO UPDATE SET data = excluded.data"
)
DROP_LETTER = "DELETE FROM letter WHERE room = ?1 AND name = ?2"
READ_LETTER = "SELECT data FROM letter WHERE room = ?1 AND name = ?2"

ERASE = (
    "DELETE FROM frame WHERE room = ?1",
    "DELETE FROM mark WHERE room = ?1",
    "DELETE FROM letter WHERE room = ?1",
    "DELETE FROM relay WHERE room = ?1",
    "DELETE FROM room WHERE room = ?1",
)

READ_LOBBY = "SELECT version, value FROM lobby WHERE one = 1"
ADD_LOBBY = "INSERT INTO lobby (one, version, value) VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING"
SWAP_LOBBY = "UPDATE lobby SET version = ?1, value = ?2 WHERE one = 1 AND version = ?3"

SEE_ONCE = "INSERT INTO once (key, until) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
FORGET_ONCE = "DELETE FROM once WHERE until <= ?1"
