"""A chunk as the compiler proper would see it: macros expanded, every configuration at once, parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tree_sitter

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.macro import MacroDefinition
    from mapproof.frontends.c.source import Source
    from mapproof.frontends.c.tree import SourceTree
    from mapproof.model.condition import Condition


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a token of a reading's text comes from.

    ``start`` and ``end`` are offsets into the original file: of the token itself where it is written there (also as a
    macro's argument), else of the outermost macro invocation that made it. ``macros`` is the chain of macros it came
    through, outermost first; ``definition`` is the innermost whose body holds the token, ``None`` for a written one.
    """

    start: int
    end: int
    macros: tuple[str, ...] = ()
    definition: MacroDefinition | None = None


class Fault(NamedTuple):
    """Something in a chunk that could not be read: ``offset`` in the original file, what, and its kind (``parse``,
    ``limit``, ``include``)."""

    offset: int
    message: str
    kind: str = "parse"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a chunk, valid in the builds for which ``presence`` holds.

    ``text`` is what the tree ``root`` was parsed from. ``groups`` gives for each mark number the conditions of its
    arms (``__mapproof_arm(N,i)``, ``__mapproof_choice(N, e0, ...)``); they exclude each other and cover every build.
    """

    presence: Condition
    text: bytes
    root: tree_sitter.Node
    groups: dict[int, tuple[Condition, ...]]
    errors: tuple[Fault, ...]
    source: Source
    chunk: Chunk
    cpp: bool

    def origin(self, offset: int) -> Origin:
        """Where the token at (or next after) a byte of ``text`` comes from."""
        raise NotImplementedError


def readings(tree: SourceTree, source: Source, chunk: Chunk, *, cpp: bool) -> list[Reading]:
    """Every reading of a chunk; their presences exclude each other and cover that of the chunk.

    More than one comes back only where an ``#if`` or a macro with several meanings does not fit the syntax. Never
    raises on any input: what cannot be read is listed in ``errors``.
    """
    raise NotImplementedError
