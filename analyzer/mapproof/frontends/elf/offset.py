"""Functions whose address a table keeps as a distance: from the table's start, or from the entry itself.

Compilers write such tables for position-independent code (relative virtual tables, Swift's metadata), and people do in
assembly; no relocation tells of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import PT
from mapproof.frontends.elf.discover import references
from mapproof.frontends.elf.machines._fixed import wrapped
from mapproof.frontends.elf.slot import in_loader_table

if TYPE_CHECKING:
    from mapproof.frontends.elf.image import ElfImage

_LARGEST: Final = 4096
"""How far an entry may lie behind the start of its table."""

_MASK: Final = (1 << 64) - 1

_PC_BEGIN: Final = 8
"""Where an entry of ``.eh_frame`` names its function, as a distance from there."""


def offsets_to(image: ElfImage, function: int) -> list[int]:
    """Cells of data that may lead to a function by a 32-bit distance: from themselves, or from an address up to some
    way before them that code forms. Those of the unwind tables and of the dynamic linker's are left out."""
    cells: list[int] = []
    bases: list[int] = []
    headers = [(part.vaddr, part.vaddr + part.memory_size) for part in image.segments if part.type == PT.GNU_EH_FRAME]
    for stretch in image.memory.data_ranges():
        first = -stretch.vaddr % 4
        count = (len(stretch.content) - first) // 4
        if count <= 0:
            continue
        words = stretch.content[first : first + 4 * count].view(image.layout.order + "i4").astype(np.int64)
        places = np.arange(count, dtype=np.int64) * 4 + (wrapped(stretch.vaddr) + first)
        behind = places + words - wrapped(function)
        chosen = (behind >= 0) & (behind < _LARGEST) & (behind % 4 == 0) & (places - behind >= wrapped(stretch.vaddr))
        cells += places[chosen].tolist()
        bases += (places - behind)[chosen].tolist()
    found = [
        (cell & _MASK, base & _MASK)
        for cell, base in zip(cells, bases, strict=True)
        if not any(low <= cell & _MASK < high for low, high in headers)
        and not _unwinds(image, cell & _MASK)
        and not in_loader_table(image, cell & _MASK)
    ]
    far = {base for cell, base in found if base != cell}
    formed = set(references(image, far)["target"].tolist()) if far else set()
    return [cell for cell, base in found if base in formed or base == cell]


def _unwinds(image: ElfImage, cell: int) -> bool:
    entry = np.uint64(max(0, cell - _PC_BEGIN))
    return any(bool((table.entries == entry).any()) for table in image.frames if len(table.entries))
