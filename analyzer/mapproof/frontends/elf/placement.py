"""Where the parts of a file are loaded: extents from program headers, or from sections in an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.address import AddressSpace, Extent
from mapproof.frontends.elf.constants import PF, PT, SHF, SHT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mapproof.frontends.elf.fault import FaultLog
    from mapproof.frontends.elf.header import Section, Segment
    from mapproof.frontends.elf.layout import Layout

_PAGE: Final = 4096
_LARGEST_EMPTY: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Placement:
    """The memory of a file; ``bases`` gives each section's address in an object and is ``None`` otherwise. ``end`` is
    an address above all of it."""

    memory: AddressSpace
    bases: tuple[int, ...] | None
    end: int = 0


def place_segments(
    content: npt.NDArray[np.uint8], segments: tuple[Segment, ...], layout: Layout, log: FaultLog
) -> Placement:
    """Extents of the ``PT_LOAD`` headers, cut to the file and to the address width."""
    extents: list[Extent] = []
    for segment in segments:
        if segment.type != PT.LOAD:
            continue
        extent = _extent(content, segment, layout, log)
        if extent.size:
            for other in extents:
                if extent.vaddr < other.end and other.vaddr < extent.end:
                    log.add(
                        "p_vaddr",
                        segment.offset,
                        f"PT_LOAD {segment.index} overlaps {other.index}; the later one counts",
                    )
                    break
            extents.append(extent)
    relro = tuple((seg.vaddr, seg.vaddr + seg.memory_size) for seg in segments if seg.type == PT.GNU_RELRO)
    return Placement(AddressSpace(content, extents, relro), None)


def _extent(content: npt.NDArray[np.uint8], segment: Segment, layout: Layout, log: FaultLog) -> Extent:
    size, file_size = segment.memory_size, segment.file_size
    space = (1 << layout.bits) - 1
    if segment.vaddr + size > space:
        log.add("p_memsz", segment.offset, f"PT_LOAD {segment.index} wraps around the address space; cut")
        size = space - segment.vaddr
    if file_size > size:
        log.add("p_filesz", segment.offset, f"PT_LOAD {segment.index}: p_filesz exceeds p_memsz; cut")
        file_size = size
    if segment.file_offset + file_size > len(content):
        log.add("p_offset", segment.offset, f"PT_LOAD {segment.index} reaches beyond the file's end; cut")
        file_size = max(0, len(content) - segment.file_offset)
    start = min(segment.file_offset, len(content))
    return Extent(segment.vaddr, size, start, file_size, PF(segment.flags & 7), segment.index)


def place_sections(content: npt.NDArray[np.uint8], sections: tuple[Section, ...], log: FaultLog) -> Placement:
    """Extents of an object's allocated sections: at their file offset, those without content after the file's end."""
    bases, extents = [], []
    free = (len(content) + _PAGE) // _PAGE * _PAGE
    for section in sections:
        base = section.file_offset
        if section.allocated and section.size:
            flags = PF.R | (PF.W if section.flags & SHF.WRITE else PF(0)) | (PF.X if section.executable else PF(0))
            if section.type == SHT.NOBITS:
                base, size = free, min(section.size, _LARGEST_EMPTY)
                free += (size + _PAGE) // _PAGE * _PAGE
                extents.append(Extent(base, size, len(content), 0, flags, section.index))
            else:
                size = min(section.size, max(0, len(content) - base))
                if size < section.size:
                    log.add("sh_size", section.offset, f"section {section.index} reaches beyond the file's end; cut")
                extents.append(Extent(base, size, min(base, len(content)), size, flags, section.index))
        bases.append(base & (1 << 64) - 1)
    return Placement(AddressSpace(content, extents, ()), tuple(bases), free)
