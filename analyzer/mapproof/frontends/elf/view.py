"""An ELF file as :class:`mapproof.model.binary.Binary`: its texts, tables and pointers, for who looks for known ones.

What each method answers is said there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mapproof.frontends.elf.discover import callers_of
from mapproof.frontends.elf.reference import Kind, unpack
from mapproof.frontends.elf.slot import held_addresses, pointer_at
from mapproof.model.binary import AROUND

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage

_FLOW = frozenset({Kind.CALL, Kind.JUMP, Kind.BRANCH})


def _windows(content: memoryview, marks: Iterable[re.Pattern[bytes]]) -> Iterator[tuple[int, int]]:
    """Where a match may stand that a mark tells of: stretches apart from each other, in order."""
    places = sorted(found.span() for mark in marks for found in mark.finditer(content))
    low = high = 0
    for start, end in places:
        if start - AROUND > high:
            if high:
                yield low, high
            low = start - AROUND
        high = max(high, end + AROUND)
    if high:
        yield max(low, 0), high


class View:
    """See :class:`mapproof.model.binary.Binary`."""

    def __init__(self, image: ElfImage) -> None:
        self._image = image
        self._cells: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]] | None = None
        self._callers: dict[int, frozenset[int]] = {}

    @property
    def word(self) -> int:
        """See :class:`mapproof.model.binary.Binary`."""
        return self._image.layout.word

    def texts(
        self, pattern: re.Pattern[bytes], marks: Collection[re.Pattern[bytes]] = ()
    ) -> Iterator[tuple[int, bytes]]:
        """See :class:`mapproof.model.binary.Binary`."""
        memory = self._image.memory
        for stretch in (*memory.data_ranges(), *memory.code_ranges()):
            content = stretch.content.data
            for low, high in _windows(content, marks) if marks else ((0, len(content)),):
                for found in pattern.finditer(content, low, high):
                    yield stretch.vaddr + found.start(), found.group()

    def text_at(self, address: int) -> str | None:
        """See :class:`mapproof.model.binary.Binary`."""
        text = self._image.memory.text_at(address)
        return None if text is None else text.decode("utf-8", "replace")

    def number_at(self, address: int, size: int) -> int | None:
        """See :class:`mapproof.model.binary.Binary`."""
        raw = self._image.read(address, size)
        return None if raw is None else self._image.layout.integer(raw)

    def pointer_at(self, cell: int) -> int | None:
        """See :class:`mapproof.model.binary.Binary`."""
        found = pointer_at(self._image, cell)
        if found.relocated:
            return found.address
        fixed = not self._image.position_independent and not self._image.is_object
        if not fixed or not found.address or self._image.memory.extent_at(found.address) is None:
            return None
        return found.address

    def bound_at(self, cell: int) -> str | None:
        """See :class:`mapproof.model.binary.Binary`."""
        found = pointer_at(self._image, cell)
        return found.symbol if found.relocated and found.address is None else None

    def _held(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Data cells, sorted, and the address that each holds."""
        if self._cells is None:
            self._cells = held_addresses(self._image)
        return self._cells

    def holders(self, addresses: Collection[int]) -> dict[int, list[int]]:
        """See :class:`mapproof.model.binary.Binary`."""
        cells, values = self._held()
        found: dict[int, list[int]] = {address: [] for address in addresses}
        for place in np.flatnonzero(np.isin(values, np.fromiter(found, np.uint64))).tolist():
            found[int(values[place])].append(int(cells[place]))
        return found

    def code_tables(self, shortest: int) -> Iterator[tuple[int, Sequence[int]]]:
        """See :class:`mapproof.model.binary.Binary`."""
        cells, values = self._held()
        code = np.zeros(len(cells), np.bool_)
        for stretch in self._image.memory.code_ranges():
            code |= (values >= np.uint64(stretch.vaddr)) & (values < np.uint64(stretch.end))
        cells, values = cells[code], values[code]
        if not len(cells):
            return
        ends = np.flatnonzero(np.diff(cells) != np.uint64(self.word)) + 1
        starts = [0, *ends.tolist()]
        mask = ~1 if self._image.machine is not None and self._image.machine.thumb else ~0
        for start, end in zip(starts, [*ends.tolist(), len(cells)], strict=True):
            if end - start >= shortest:
                yield int(cells[start]), [value & mask for value in values[start:end].tolist()]

    def symbol(self, ending: str) -> int | None:
        """See :class:`mapproof.model.binary.Binary`."""
        for table in (self._image.dynsym, self._image.symtab):
            for index in range(len(table) if table is not None else 0):
                if table is not None and table.defined[index] and table.name(index).endswith(ending):
                    return int(table.values[index])
        return None

    def function_of(self, address: int) -> int | None:
        """See :class:`mapproof.model.binary.Binary`."""
        bounds = self._image.function_bounds(address)
        return None if bounds is None else bounds.start

    def callers(self, function: int) -> frozenset[int]:
        """See :class:`mapproof.model.binary.Binary`."""
        if function not in self._callers:
            homes = {
                self.function_of(reference.address)
                for reference in unpack(callers_of(self._image, function))
                if reference.kind in _FLOW
            }
            self._callers[function] = frozenset(home for home in homes if home is not None)
        return self._callers[function]
