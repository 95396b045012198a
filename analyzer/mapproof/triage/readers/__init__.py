"""Readers of other tools' alerts: one module per format, told apart by content; each has a ``READER``."""
