"""Where something stands: a span of a source file, or a virtual address of a binary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source text. Lines and columns count from 1; ``end_line`` is inclusive.

    ``start`` and ``end`` are byte offsets into the file, end exclusive, so a checker can cut the text out again.
    """

    path: str
    line: int
    column: int
    end_line: int
    start: int
    end: int

    def __str__(self) -> str:
        """``path:line:column``, the form that terminals make clickable."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A virtual address in a binary. Address 0 is an address; absence is ``None``, never 0."""

    path: str
    address: int
    return_address: int | None = None

    def __str__(self) -> str:
        """``path:0x1234``."""
        return f"{self.path}:{self.address:#x}"


Location = Span | Address


def sort_key(location: Location) -> tuple[str, int, int]:
    """A total order over both kinds: by path, then by position."""
    if isinstance(location, Span):
        return (location.path, location.start, location.end)
    return (location.path, location.address, 0)
