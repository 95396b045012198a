"""Preprocessing directives as they stand in a file."""

from __future__ import annotations

from typing import NamedTuple


class Directive(NamedTuple):
    """One directive. ``kind`` is its keyword (``if``, ``ifdef``, ``define``, …; empty for the null directive).

    ``start`` is the offset of ``#``, ``end`` that of the line end after it; lines joined by a backslash belong to
    it. ``body`` is where the text after the keyword starts, and ``text`` that text with comments and joints gone.
    """

    kind: str
    start: int
    end: int
    body: int
    text: bytes
