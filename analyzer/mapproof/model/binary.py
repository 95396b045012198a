"""A loaded file as data: what may be asked of it by who looks for known tables and texts in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterator, Sequence

AROUND: Final = 128
"""Bytes on each side of a mark that a match may reach."""


class Binary(Protocol):
    """Addresses are virtual, as the file numbers them."""

    @property
    def word(self) -> int:
        """The size of an address in bytes."""
        ...

    def texts(
        self, pattern: re.Pattern[bytes], marks: Collection[re.Pattern[bytes]] = ()
    ) -> Iterator[tuple[int, bytes]]:
        """Every match in the file's data, with its address, in order. ``marks``, if there are any, tell where to look:
        every match has a match of one of them in it or touches one, and reaches no further than :data:`AROUND` from
        it; patterns that begin with a fixed text are found fastest."""
        ...

    def text_at(self, address: int) -> str | None:
        """The text up to its zero byte at an address."""
        ...

    def number_at(self, address: int, size: int) -> int | None:
        """The number that the file has at an address."""
        ...

    def pointer_at(self, cell: int) -> int | None:
        """The address that a cell holds once the file is loaded; ``None`` for another file's, or none."""
        ...

    def bound_at(self, cell: int) -> str | None:
        """The name of another file's symbol whose address a cell holds."""
        ...

    def holders(self, addresses: Collection[int]) -> dict[int, list[int]]:
        """For each of the addresses, the data cells that hold it."""
        ...

    def code_tables(self, shortest: int) -> Iterator[tuple[int, Sequence[int]]]:
        """Runs of at least so many neighbouring data cells that hold addresses of code: the first cell, and them."""
        ...

    def symbol(self, ending: str) -> int | None:
        """The address of the first symbol whose name ends so."""
        ...

    def function_of(self, address: int) -> int | None:
        """Where the function around an address starts."""
        ...

    def callers(self, function: int) -> frozenset[int]:
        """Where the functions start that call or jump to the start of one directly."""
        ...
