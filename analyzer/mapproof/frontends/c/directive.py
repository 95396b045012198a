"""Preprocessing directives as they stand in a file, and how ``#if`` groups nest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.lexeme import CHARACTER, COMMENT, STRING

if TYPE_CHECKING:
    from mapproof.frontends.c.skeleton import Skeleton

OPENING: Final = frozenset({b"if", b"ifdef", b"ifndef"})
MIDDLE: Final = frozenset({b"elif", b"else", b"elifdef", b"elifndef"})

_CLEAN: Final = re.compile(
    rb"(" + STRING + rb"|" + CHARACTER + rb")|((?:" + COMMENT + rb"|[ \t\f\v\r]|\\[ \t]*\r?\n)++)", re.DOTALL
)


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


@dataclass(slots=True)
class Group:
    """An ``#if`` with its ``#elif`` and ``#else``: ``arms`` and ``end`` are directive numbers (``end`` is ``None``
    where the ``#endif`` is missing); ``outer`` is the group and arm that it stands in."""

    arms: list[int]
    end: int | None
    outer: tuple[int, int] | None


@dataclass(slots=True)
class Nesting:
    """``inside[i]``: the group and arm in force right after directive ``i``, ``None`` outside of all groups."""

    groups: list[Group]
    inside: list[tuple[int, int] | None]


def nesting_of(skeleton: Skeleton) -> Nesting:
    """How the conditional directives of a file nest. A stray ``#else`` or ``#endif`` is ignored."""
    groups: list[Group] = []
    inside: list[tuple[int, int] | None] = []
    current: tuple[int, int] | None = None
    for number, kind in enumerate(skeleton.kinds):
        if kind in OPENING:
            groups.append(Group([number], None, current))
            current = (len(groups) - 1, 0)
        elif current is not None and kind in MIDDLE:
            groups[current[0]].arms.append(number)
            current = (current[0], current[1] + 1)
        elif current is not None and kind == b"endif":
            groups[current[0]].end = number
            current = groups[current[0]].outer
        inside.append(current)
    return Nesting(groups, inside)


def clean(text: bytes) -> bytes:
    """A directive's text with each comment, joint and run of blanks replaced by one blank, stripped."""
    return _CLEAN.sub(lambda found: found.group(1) or b" ", text).strip()
