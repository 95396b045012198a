"""Marks: pseudo calls in a reading's text that stand for ``#if`` groups and for macros with several meanings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind
from mapproof.model.condition import FALSE, Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.c.lexeme import Token

PREFIX: Final = b"__mapproof_"
ARM: Final = b"__mapproof_arm"
END: Final = b"__mapproof_end"
CHOICE: Final = b"__mapproof_choice"

_GROUP: Final = re.compile(rb"__mapproof_(?:arm\((\d+),(\d+)\)|end\((\d+)\))")


def arm_mark(place: Token, group: int, arm: int) -> Token:
    """The mark before arm ``arm`` of a group, standing where ``place`` does."""
    return place._replace(kind=Kind.MARK, text=ARM + b"(%d,%d)" % (group, arm), space=2)


def end_mark(place: Token, group: int) -> Token:
    """The mark after the last arm of a group."""
    return place._replace(kind=Kind.MARK, text=END + b"(%d)" % group, space=2)


def choice_mark(place: Token) -> Token:
    """The name of the pseudo function that chooses an expression."""
    return place._replace(kind=Kind.MARK, text=CHOICE)


def group_of(mark: Token) -> tuple[int, int | None] | None:
    """The group and arm of an arm's mark, the group and ``None`` of an end; ``None`` for the name of a choice."""
    found = _GROUP.fullmatch(mark.text)
    if found is None:
        return None
    if found.group(3) is not None:
        return int(found.group(3)), None
    return int(found.group(1)), int(found.group(2))


def partition(conditions: Sequence[Condition], context: Condition) -> tuple[Condition, ...]:
    """Conditions that exclude each other and cover every build, each equal to the given one wherever ``context`` holds.

    The given ones must exclude each other and cover ``context``.
    """
    result: list[Condition] = []
    taken = FALSE
    for condition in conditions[:-1]:
        result.append(condition.given(context) & ~taken)
        taken = taken | result[-1]
    return (*result, ~taken)
