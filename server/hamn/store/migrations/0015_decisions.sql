-- Which sealed record the codes of a decision are of: the same codes may be named anew.

ALTER TABLE escalation ADD COLUMN decision_id BLOB;
