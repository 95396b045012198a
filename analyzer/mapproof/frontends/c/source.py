"""One C or C++ file as bytes: its directives, comments, literals and top-level declarations, found without parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.directive import Directive
    from mapproof.model.location import Span


class Source:
    """One file. Everything beyond the bytes is found on demand and kept."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data

    @property
    def directives(self) -> list[Directive]:
        """Every directive in order."""
        raise NotImplementedError

    @property
    def chunks(self) -> list[Chunk]:
        """The top-level declarations by rising start; a class stands before its members."""
        raise NotImplementedError

    def chunk_at(self, offset: int) -> Chunk | None:
        """The innermost chunk that holds the offset."""
        raise NotImplementedError

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; columns count characters (UTF-8)."""
        raise NotImplementedError

    def span(self, start: int, end: int) -> Span:
        """The location of the bytes from ``start`` to ``end`` (exclusive)."""
        raise NotImplementedError

    def occurrences(self, name: bytes) -> list[int]:
        """Offsets where the identifier stands in code: not in a comment, literal or directive."""
        raise NotImplementedError

    def occurrences_in_directives(self, name: bytes) -> list[int]:
        """Offsets where the identifier stands in a directive, comments and literals left out."""
        raise NotImplementedError
