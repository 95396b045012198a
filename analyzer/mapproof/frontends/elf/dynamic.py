"""The dynamic section: what the dynamic linker is told about a file. Found by its program header, not by a section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT

if TYPE_CHECKING:
    from mapproof.frontends.elf.address import AddressSpace
    from mapproof.frontends.elf.fault import FaultLog
    from mapproof.frontends.elf.layout import Layout

_MOST_ENTRIES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class DynamicEntry:
    """One entry: ``tag``, ``value``, and the file ``offset`` it stands at."""

    tag: int
    value: int
    offset: int


@dataclass(frozen=True, slots=True)
class Dynamic:
    """The entries up to ``DT_NULL``. ``strings`` are the file offset and size of the string table, if there is one."""

    entries: tuple[DynamicEntry, ...]

    def entry(self, tag: int) -> DynamicEntry | None:
        """The last entry with a tag (the one that dynamic linkers keep), or ``None``."""
        return next((entry for entry in reversed(self.entries) if entry.tag == tag), None)

    def value(self, tag: int) -> int | None:
        """The value of the last entry with a tag, or ``None``."""
        entry = self.entry(tag)
        return None if entry is None else entry.value

    def values(self, tag: int) -> tuple[int, ...]:
        """Every value of a tag, in file order."""
        return tuple(entry.value for entry in self.entries if entry.tag == tag)


def read_dynamic(
    memory: AddressSpace,
    content: np.ndarray[tuple[int], np.dtype[np.uint8]],
    place: tuple[int, int],
    layout: Layout,
    log: FaultLog,
) -> Dynamic:
    """The dynamic section in ``place`` (file offset, size)."""
    start, size = place
    count = min(size, max(0, len(content) - start)) // layout.dynamic.itemsize
    if count * layout.dynamic.itemsize < size:
        log.add("PT_DYNAMIC", start, f"{size} bytes stated, {count} whole entries read")
    if count > _MOST_ENTRIES:
        log.add("PT_DYNAMIC", start, f"{count} entries, the first {_MOST_ENTRIES} read")
        count = _MOST_ENTRIES
    if count <= 0:
        return Dynamic(())
    rows = content[start : start + count * layout.dynamic.itemsize].view(layout.dynamic)
    ends = np.flatnonzero(rows["d_tag"] == DT.NULL)
    if not len(ends):
        log.add("PT_DYNAMIC", start, "no DT_NULL at the end")
    else:
        rows = rows[: int(ends[0])]
    entries = tuple(
        DynamicEntry(tag, value, start + number * layout.dynamic.itemsize)
        for number, (tag, value) in enumerate(rows.tolist())
    )
    _check_addresses(memory, entries, log)
    return Dynamic(entries)


def _check_addresses(memory: AddressSpace, entries: tuple[DynamicEntry, ...], log: FaultLog) -> None:
    """Record tables whose address is in no segment of the file."""
    for entry in entries:
        if entry.tag in _TABLES and memory.offset_of(entry.value) is None:
            log.add(f"DT_{DT(entry.tag).name}", entry.offset, f"address {entry.value:#x} is not in the file")


_TABLES: Final = frozenset({
    DT.STRTAB, DT.SYMTAB, DT.RELA, DT.REL, DT.RELR, DT.JMPREL, DT.HASH, DT.GNU_HASH, DT.ANDROID_REL, DT.ANDROID_RELA,
    DT.ANDROID_RELR,
})  # fmt: skip  # a set of tags reads better filled
