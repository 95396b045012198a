"""A text that is read again, or on behalf of another place: default arguments, ``T x(y)`` as a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import tree_sitter

    from mapproof.frontends.c.scope import ChunkView, OriginView, SourceView
    from mapproof.model.condition import Condition
    from mapproof.model.location import Span


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A :class:`mapproof.frontends.c.scope.ReadingView` of a text that does not stand in the chunk as it is."""

    presence: Condition
    text: bytes
    root: tree_sitter.Node
    groups: Mapping[int, tuple[Condition, ...]]
    source: SourceView
    chunk: ChunkView
    cpp: bool
    located: Callable[[int], OriginView]

    def defined_at(self, callee: int, parenthesis: int) -> Span | None:  # noqa: ARG002  the protocol's shape
        """Nowhere: the text was put together for one use."""
        return None

    def origin(self, offset: int) -> OriginView:
        """Where it stands, or where it is used."""
        return self.located(offset)
