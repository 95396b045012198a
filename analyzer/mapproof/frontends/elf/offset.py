"""Functions whose address a table keeps as a distance: from the table's start, or from the entry itself.

Compilers write such tables for position-independent code (relative virtual tables, Swift's metadata), and people do in
assembly; no relocation tells of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import PF, PT
from mapproof.frontends.elf.discover import references
from mapproof.frontends.elf.machines._fixed import wrapped
from mapproof.frontends.elf.slot import in_loader_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage

_LARGEST: Final = 4096
"""How far an entry may lie behind the start of its table."""

_MASK: Final = (1 << 64) - 1
_HIGHEST: Final = (1 << 63) - 1

_CHUNK: Final = 1 << 20
"""Words that are looked at in one step."""

_PC_BEGIN: Final = 8
"""Where an entry of ``.eh_frame`` names its function, as a distance from there."""


class Offsets:
    """The words of a file's data that may be distances to its code, found in one pass when first asked for."""

    def __init__(self, image: ElfImage) -> None:
        self._image = image

    def to(self, function: int) -> list[int]:
        """Cells of data that may lead to a function by a 32-bit distance: from themselves, or from an address up to
        some way before them that code forms. Those of the unwind tables and of the dynamic linker's are left out."""
        image = self._image
        headers = [
            (part.vaddr, part.vaddr + part.memory_size) for part in image.segments if part.type == PT.GNU_EH_FRAME
        ]
        found = [
            (cell & _MASK, base & _MASK)
            for cell, base in self._leading(wrapped(function))
            if not any(low <= cell & _MASK < high for low, high in headers)
            and not self._unwinds(cell & _MASK)
            and not in_loader_table(image, cell & _MASK)
        ]
        far = {base for cell, base in found if base != cell}
        formed = set(references(image, far)["target"].tolist()) if far else set()
        return [cell for cell, base in found if base in formed or base == cell]

    def _leading(self, function: int) -> Iterator[tuple[int, int]]:
        """Cells whose distance leads to a function, and from where, in the order of the data."""
        sums, places, starts = self._sums
        low, high = np.searchsorted(sums, np.array([function, min(function + _LARGEST, _HIGHEST)], np.int64))
        behind = sums[low:high] - function
        cells = places[low:high]
        chosen = (behind % 4 == 0) & (cells - behind >= starts[low:high])
        order = np.argsort(cells[chosen], kind="stable")
        yield from zip(cells[chosen][order].tolist(), (cells - behind)[chosen][order].tolist(), strict=True)

    @cached_property
    def _sums(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where each distance leads from its own cell, sorted, as far as that is code or right behind; the cell, and
        where the data begins in which that stands."""
        image = self._image
        extents = [extent for extent in image.memory.extents if PF.X in extent.flags]
        codes = [(wrapped(extent.vaddr), wrapped(extent.vaddr) + extent.size) for extent in extents]
        parts = [(np.zeros(0, np.int64),) * 3]
        for stretch in image.memory.data_ranges():
            first = -stretch.vaddr % 4
            count = (len(stretch.content) - first) // 4
            for at in range(0, max(0, count), _CHUNK):
                piece = stretch.content[first + 4 * at : first + 4 * min(count, at + _CHUNK)]
                places = np.arange(at, at + len(piece) // 4, dtype=np.int64) * 4 + (wrapped(stretch.vaddr) + first)
                sums = piece.view(image.layout.order + "i4").astype(np.int64) + places
                inside = np.zeros(len(sums), np.bool_)
                for low, high in codes:
                    inside |= (sums >= low) & (sums < high + _LARGEST)
                found = sums[inside], places[inside]
                parts.append((*found, np.full(len(found[0]), wrapped(stretch.vaddr))))
        columns = [np.concatenate([part[number] for part in parts]) for number in range(3)]
        order = np.argsort(columns[0], kind="stable")
        return columns[0][order], columns[1][order], columns[2][order]

    def _unwinds(self, cell: int) -> bool:
        entry = np.uint64(max(0, cell - _PC_BEGIN))
        place = int(np.searchsorted(self._frames, entry))
        return place < len(self._frames) and bool(self._frames[place] == entry)

    @cached_property
    def _frames(self) -> npt.NDArray[np.uint64]:
        return np.sort(np.concatenate([np.zeros(0, np.uint64), *(table.entries for table in self._image.frames)]))
