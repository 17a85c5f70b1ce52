"""SQLite as both stores use it: how a file is opened and emptied, and the one writer."""
