"""Where something stands: a span of a source file, a virtual address of a binary, or a field of its headers."""

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

    @property
    def position(self) -> str:
        """``line:column``."""
        return f"{self.line}:{self.column}"

    def __str__(self) -> str:
        """``path:line:column``, the form that terminals make clickable."""
        return f"{self.path}:{self.position}"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A virtual address in a binary. Address 0 is an address; absence is ``None``, never 0."""

    path: str
    address: int
    return_address: int | None = None

    @property
    def position(self) -> str:
        """``0x1234``."""
        return f"{self.address:#x}"

    def __str__(self) -> str:
        """``path:0x1234``."""
        return f"{self.path}:{self.position}"


@dataclass(frozen=True, slots=True, order=True)
class HeaderField:
    """A field of a binary's headers: ``offset`` and ``size`` are bytes of the file, ``name`` is the gABI's.

    Where an entry is missing, the field is the one that counts the entries of its table.
    """

    path: str
    offset: int
    size: int
    name: str

    @property
    def position(self) -> str:
        """``+0x1234``: no address, but how far into the file."""
        return f"+{self.offset:#x}"

    def __str__(self) -> str:
        """``path:+0x1234``."""
        return f"{self.path}:{self.position}"


Location = Span | Address | HeaderField


def sort_key(location: Location) -> tuple[str, int, int]:
    """A total order over all kinds: by path, then by position; headers go before code."""
    if isinstance(location, HeaderField):
        return (location.path, -1, location.offset)
    if isinstance(location, Span):
        return (location.path, location.start, location.end)
    return (location.path, location.address, 0)
