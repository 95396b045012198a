"""Where something stands, and the atoms that stand for what can't be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind, name_of, tokens_of
from mapproof.model.condition import opaque

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.c.lexeme import Token
    from mapproof.frontends.c.source import Source
    from mapproof.model.condition import Condition

MOST_SIZE: Final = 2000
MOST_ATOMS: Final = 64
"""A condition with a larger diagram or more atoms than this is replaced by one atom."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A file as included from somewhere: ``parent`` and the ``position`` of the ``#include`` in it, or on its own."""

    path: str
    parent: Place | None = None
    position: int = 0
    paths: frozenset[str] = frozenset()


def is_large(condition: Condition) -> bool:
    """Whether a condition is better replaced by an atom."""
    return condition.size > MOST_SIZE or len(condition.atoms()) > MOST_ATOMS


def where(place: Place, source: Source, position: int) -> str:
    """A place in words, unique for each way a file is included."""
    return f"{source.path}:{source.line_column(position)[0]}{_way(place)}"


def trail(place: Place) -> str:
    """A file in words, unique for each way it is included."""
    return f"{place.path}{_way(place)}"


def _way(place: Place) -> str:
    words = ""
    while place.parent is not None:
        words, place = f"{words} from {place.parent.path}@{place.position}", place.parent
    return words


def is_compiled(place: Place, source: Source, group: int, arm: int) -> str:
    """A text for "this arm is compiled"; the arm of a missing ``#else`` stands after the ``#endif``."""
    numbers = source.nesting.groups[group].arms
    start = source.skeleton.starts[numbers[min(arm, len(numbers) - 1)]]
    return f"{where(place, source, start)} is {'' if arm < len(numbers) else 'not '}compiled"


def unanswered(place: Place, source: Source, position: int, tokens: Sequence[Token]) -> Condition:
    """An atom for a text that can't be evaluated, one for each place."""
    text = " ".join(name_of(token.text) for token in tokens[:40])
    return opaque(f"{text} [{where(place, source, position)}]")


def as_written(place: Place, source: Source, number: int) -> Condition:
    """An atom for what a directive asks, one for each place."""
    skeleton = source.skeleton
    kind = name_of(skeleton.kinds[number])
    tokens = tokens_of(source.data, skeleton.bodies[number], skeleton.ends[number])
    negated = kind in ("ifndef", "elifndef")
    if kind not in ("if", "elif"):
        tokens = tokens_of(b"defined")[:1] + tokens
    condition = unanswered(place, source, skeleton.starts[number], tokens)
    return ~condition if negated else condition


def first_name(source: Source, number: int) -> bytes | None:
    """The name that ``#ifdef`` and the like ask for; ``None`` if there is none."""
    skeleton = source.skeleton
    tokens = tokens_of(source.data, skeleton.bodies[number], skeleton.ends[number])
    return tokens[0].text if tokens and tokens[0].kind is Kind.IDENTIFIER else None
