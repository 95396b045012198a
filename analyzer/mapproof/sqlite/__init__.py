"""Knows SQLite when it sees it: in binaries, whatever they are called."""
