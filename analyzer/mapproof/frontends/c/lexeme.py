"""Preprocessing tokens (C11 6.4): what macros are made of and conditions are read from."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What a token is. MARK is a token of our own that stands for an ``#if`` arm; PLACE an empty macro argument."""

    IDENTIFIER = 0
    NUMBER = 1
    STRING = 2
    CHARACTER = 3
    PUNCTUATOR = 4
    OTHER = 5
    MARK = 6
    PLACE = 7


class Token(NamedTuple):
    """One preprocessing token.

    ``start`` and ``end`` are byte offsets into the file it was read from. ``space`` is 0 where it follows the
    preceding token directly, 1 after white space, 2 after a line end.
    """

    kind: Kind
    text: bytes
    start: int
    end: int
    space: int = 0
