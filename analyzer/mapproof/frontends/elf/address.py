"""The memory of a loaded file: which bytes of the file stand at which virtual address, and with what rights.

Addresses are virtual addresses as the file states them. In a relocatable object no section has an address yet; each
allocated section then stands at the address equal to its file offset (sections without content after the file's end),
so that an address can be looked up in the file directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import PF

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_LARGEST_READ: Final = 1 << 26
"""Bytes a single read may ask for; a larger size comes from a malformed length."""


@dataclass(frozen=True, slots=True)
class Extent:
    """One stretch of memory: ``size`` bytes from ``vaddr``, the first ``file_size`` of them from the file at
    ``file_offset``, the rest zero. ``index`` is the number of its program header (or section, in an object)."""

    vaddr: int
    size: int
    file_offset: int
    file_size: int
    flags: PF
    index: int

    @property
    def end(self) -> int:
        """The first address after it."""
        return self.vaddr + self.size

    @property
    def file_end(self) -> int:
        """The first address that the file does not fill."""
        return self.vaddr + self.file_size


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Bytes of the file that the processor may run, at ``vaddr``. ``content`` is a view, not a copy."""

    vaddr: int
    content: npt.NDArray[np.uint8]

    @property
    def end(self) -> int:
        """The first address after it."""
        return self.vaddr + len(self.content)


class AddressSpace:
    """Extents in file order; where two overlap the later one counts, as it does for the kernel's ``MAP_FIXED``."""

    def __init__(
        self, content: npt.NDArray[np.uint8], extents: Sequence[Extent], relro: Sequence[tuple[int, int]]
    ) -> None:
        self._content = content
        self.extents = tuple(extents)
        self.relro = tuple(relro)
        self._newest_first = tuple(reversed(self.extents))

    def extent_at(self, vaddr: int) -> Extent | None:
        """The extent that holds an address, or ``None``."""
        for extent in self._newest_first:
            if extent.vaddr <= vaddr < extent.end:
                return extent
        return None

    def offset_of(self, vaddr: int) -> int | None:
        """The file offset of an address; ``None`` when it is unmapped or not filled from the file."""
        extent = self.extent_at(vaddr)
        if extent is None or vaddr >= extent.file_end:
            return None
        return extent.file_offset + vaddr - extent.vaddr

    def vaddr_of(self, offset: int) -> int | None:
        """The address at which a byte of the file is loaded; ``None`` when it is not."""
        for extent in self._newest_first:
            if extent.file_offset <= offset < extent.file_offset + extent.file_size:
                return extent.vaddr + offset - extent.file_offset
        return None

    def view(self, vaddr: int, size: int) -> npt.NDArray[np.uint8] | None:
        """``size`` bytes of the file at an address, not copied; ``None`` unless one extent's file content has them
        all."""
        extent = self.extent_at(vaddr)
        if extent is None or size < 0 or vaddr + size > extent.file_end:
            return None
        start = extent.file_offset + vaddr - extent.vaddr
        return self._content[start : start + size]

    def read(self, vaddr: int, size: int) -> bytes | None:
        """``size`` bytes at an address as the file has them, zero-filled where memory exceeds the file; ``None`` when
        any of them is unmapped."""
        if not 0 <= size <= _LARGEST_READ:
            return None
        parts = []
        while size > 0:
            extent = self.extent_at(vaddr)
            if extent is None:
                return None
            here = min(size, extent.end - vaddr)
            start = extent.file_offset + vaddr - extent.vaddr
            filled = self._content[start : start + max(0, min(here, extent.file_end - vaddr))].tobytes()
            parts.append(filled + bytes(here - len(filled)))
            vaddr += here
            size -= here
        return b"".join(parts)

    def text_at(self, vaddr: int, limit: int = 4096) -> bytes | None:
        """The bytes from an address up to the first zero; ``None`` when none comes within ``limit`` file bytes."""
        extent = self.extent_at(vaddr)
        if extent is None or vaddr >= extent.file_end:
            return None
        content = self.view(vaddr, min(limit, extent.file_end - vaddr))
        head = b"" if content is None else content.tobytes()
        end = head.find(b"\0")
        return None if end < 0 else head[:end]

    def words(
        self, vaddrs: npt.NDArray[np.uint64], kind: np.dtype[np.unsignedinteger]
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
        """The word at each address and whether it could be read. Words that the file does not fill read as 0, False."""
        values = np.zeros(len(vaddrs), np.uint64)
        known = np.zeros(len(vaddrs), np.bool_)
        for extent in self.extents:
            if extent.file_size < kind.itemsize:
                continue
            inside = (vaddrs >= np.uint64(extent.vaddr)) & (vaddrs <= np.uint64(extent.file_end - kind.itemsize))
            chosen = np.flatnonzero(inside)
            if not len(chosen):
                continue
            starts = (vaddrs[chosen] - np.uint64(extent.vaddr)).astype(np.int64) + extent.file_offset
            values[chosen] = self._gather(starts, kind)
            known[chosen] = True
        return values, known

    def _gather(self, starts: npt.NDArray[np.int64], kind: np.dtype[np.unsignedinteger]) -> npt.NDArray[np.uint64]:
        """Unaligned words at file offsets, all within the file."""
        low, high = int(starts.min()), int(starts.max()) + kind.itemsize
        step = kind.itemsize
        if not np.any((starts - low) % step):
            aligned = self._content[low : low + (high - low) // step * step].view(kind)
            return np.asarray(aligned[(starts - low) // step].astype(np.uint64))
        cells = self._content[starts[:, None] + np.arange(step)]
        return np.asarray(cells.reshape(-1).view(kind).astype(np.uint64))

    def is_code(self, vaddr: int) -> bool:
        """The address lies in memory that the file asks to be executable."""
        extent = self.extent_at(vaddr)
        return extent is not None and PF.X in extent.flags

    def is_readonly(self, vaddr: int) -> bool:
        """The address is mapped and the file never asks for it to be writable; RELRO is not counted (see
        ``is_relro``)."""
        extent = self.extent_at(vaddr)
        return extent is not None and PF.W not in extent.flags

    def is_relro(self, vaddr: int) -> bool:
        """The address lies in ``PT_GNU_RELRO``: read-only once the dynamic linker has relocated the file."""
        return any(low <= vaddr < high for low, high in self.relro)

    def code_ranges(self) -> tuple[CodeRange, ...]:
        """The file's executable bytes by extent. Bytes that two extents share in the file appear under both
        addresses."""
        return tuple(
            CodeRange(extent.vaddr, self._content[extent.file_offset : extent.file_offset + extent.file_size])
            for extent in self.extents
            if PF.X in extent.flags and extent.file_size
        )

    def data_ranges(self) -> tuple[CodeRange, ...]:
        """The file's bytes that are mapped but not executable, by extent."""
        return tuple(
            CodeRange(extent.vaddr, self._content[extent.file_offset : extent.file_offset + extent.file_size])
            for extent in self.extents
            if PF.X not in extent.flags and extent.file_size
        )
