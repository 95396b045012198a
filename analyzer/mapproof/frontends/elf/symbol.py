"""Symbol tables, read as arrays; a name is decoded only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT, SHN_ABS, SHN_COMMON, SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX, SHT, STT
from mapproof.frontends.elf.reference import sorted_unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import AddressSpace
    from mapproof.frontends.elf.dynamic import Dynamic
    from mapproof.frontends.elf.fault import FaultLog
    from mapproof.frontends.elf.header import Section
    from mapproof.frontends.elf.layout import Layout

_LONGEST_NAME: Final = 4096
_LONGEST_CHAIN: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol. ``address`` is ``None`` when it is not defined in the file; ``index`` is its number in its table."""

    index: int
    name: str
    address: int | None
    size: int
    type: int
    binding: int

    @property
    def function(self) -> bool:
        """It is marked as code."""
        return self.type in {STT.FUNC, STT.GNU_IFUNC}


class SymbolTable:
    """One symbol table. ``values`` are virtual addresses (of an object: section address + offset)."""

    def __init__(
        self,
        rows: npt.NDArray[np.void],
        strings: npt.NDArray[np.uint8],
        sections: npt.NDArray[np.uint32],
        values: npt.NDArray[np.uint64],
    ) -> None:
        self._rows = rows
        self._strings = strings
        self.sections = sections
        self.values = values
        self._spelled = values
        self._known: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def clear_thumb_bits(self) -> SymbolTable:
        """The table with the lowest bit of functions' values, which chooses ARM's instruction set, cleared."""
        functions = (self.types == STT.FUNC) | (self.types == STT.GNU_IFUNC)
        self.values = np.where(functions, self.values & np.uint64((1 << 64) - 2), self.values)
        return self

    @cached_property
    def types(self) -> npt.NDArray[np.uint8]:
        """``st_info``'s type half, per symbol."""
        return np.asarray(self._rows["st_info"] & 15, np.uint8)

    @cached_property
    def defined(self) -> npt.NDArray[np.bool_]:
        """Which symbols stand for an address in the file."""
        section = self.sections
        return np.asarray((section != SHN_UNDEF) & (section != SHN_ABS) & (section != SHN_COMMON), np.bool_)

    def name(self, index: int) -> str:
        """A symbol's name; empty when it has none or the name lies outside the string table."""
        start = int(self._rows[index]["st_name"])
        piece = self._strings[start : start + _LONGEST_NAME].tobytes()
        return piece.partition(b"\0")[0].decode("utf-8", "replace")

    def symbol(self, index: int) -> Symbol | None:
        """One symbol, or ``None`` when the table is shorter."""
        if not 0 <= index < len(self._rows):
            return None
        info = int(self._rows[index]["st_info"])
        address = int(self.values[index]) if self.defined[index] else None
        return Symbol(index, self.name(index), address, int(self._rows[index]["st_size"]), info & 15, info >> 4)

    def named(self, names: Iterable[str]) -> dict[int, str]:
        """Index to name of every symbol that has one of the names. The string table is searched, no name is decoded."""
        wanted = tuple(names)
        self._look_for([name for name in wanted if name not in self._known])
        return {index: name for name in wanted for index in self._known[name]}

    def _look_for(self, names: Sequence[str]) -> None:
        """Find the symbols of these names, all at once: most of a file's names are none of them."""
        haystack = self._strings.tobytes() if names else b""
        words: list[str] = []
        for name in sorted(names, key=len):
            if not any(word in name for word in words):
                words.append(name)
        near = [word for word in words if word.encode() in haystack]
        for name in names:
            there = name and any(word in name for word in near)
            places = _occurrences(haystack, name.encode() + b"\0") if there else []
            self._known[name] = np.flatnonzero(np.isin(self._rows["st_name"], places)).tolist() if places else []

    @cached_property
    def _functions(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Addresses of functions, sorted, and the index of each; one per address."""
        return self._at_addresses(np.isin(self.types, (STT.FUNC, STT.GNU_IFUNC)))

    @cached_property
    def _labels(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The same for symbols without a type: what assembly code leaves."""
        return self._at_addresses(self.types == STT.NOTYPE)

    def _at_addresses(self, which: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        chosen = np.flatnonzero(self.defined & which & (self._rows["st_name"] != 0))
        values, first = np.unique(self.values[chosen], return_index=True)
        return values, chosen[first]

    def function_starts(self) -> npt.NDArray[np.uint64]:
        """Addresses of all defined function symbols, sorted, unique; labels without a type do not count."""
        functions = self.defined & ((self.types == STT.FUNC) | (self.types == STT.GNU_IFUNC))
        return sorted_unique(self.values[functions])

    def spelled_starts(self) -> npt.NDArray[np.uint64]:
        """The same as the file has them, with the bit that chooses ARM's instruction set."""
        functions = self.defined & ((self.types == STT.FUNC) | (self.types == STT.GNU_IFUNC))
        return sorted_unique(self._spelled[functions])

    def covering(self, vaddr: int) -> Symbol | None:
        """The function at an address or whose stated size covers it, else a label without a type at the address."""
        if not 0 <= vaddr < 1 << 64:
            return None
        for values, indices in (self._functions, self._labels):
            place = int(np.searchsorted(values, np.uint64(vaddr), side="right")) - 1
            symbol = None if place < 0 else self.symbol(int(indices[place]))
            if symbol is None or symbol.address is None or symbol.name.startswith("$"):
                continue
            if vaddr == symbol.address or (symbol.function and vaddr < symbol.address + symbol.size):
                return symbol
        return None

    def undefined(self) -> npt.NDArray[np.int64]:
        """Indices of named symbols that must come from elsewhere."""
        return np.flatnonzero((self.sections == SHN_UNDEF) & (self._rows["st_name"] != 0))

    def exported(self) -> npt.NDArray[np.int64]:
        """Indices of named, defined symbols that are global or weak and not hidden (gABI: ``st_other``)."""
        binding = self._rows["st_info"] >> 4
        visible = (self._rows["st_other"] & 3) != 2
        internal = (self._rows["st_other"] & 3) == 1
        return np.flatnonzero(self.defined & (binding != 0) & visible & ~internal & (self._rows["st_name"] != 0))


def _occurrences(text: bytes, needle: bytes) -> list[int]:
    """Every position of ``needle``: names share tails, so one name can end several strings."""
    places, at = [], text.find(needle)
    while at >= 0:
        places.append(at)
        at = text.find(needle, at + 1)
    return places


EMPTY_STRINGS: Final = np.zeros(0, np.uint8)


def section_symbols(
    content: npt.NDArray[np.uint8],
    sections: tuple[Section, ...],
    table: Section,
    bases: npt.NDArray[np.uint64] | None,
    layout: Layout,
    log: FaultLog,
) -> SymbolTable:
    """The table in a section. ``bases`` are the sections' addresses when values are relative to them (an object)."""
    rows = _rows(content, table.file_offset, table.size // layout.symbol.itemsize, layout, log, table.offset)
    if table.link < len(sections):
        link = sections[table.link]
        strings = content[link.file_offset : link.file_offset + link.size]
    else:
        strings = EMPTY_STRINGS
        log.add("sh_link", table.offset, f"{table.link} is no section; symbols have no names")
    numbers = rows["st_shndx"].astype(np.uint32)
    for extended in sections:
        if extended.type == SHT.SYMTAB_SHNDX and extended.link == table.index:
            wide = content[extended.file_offset : extended.file_offset + 4 * len(rows)]
            if len(wide) == 4 * len(rows):
                numbers = np.where(numbers == SHN_XINDEX, wide.view(layout.u32), numbers)
    values = rows["st_value"].astype(np.uint64)
    if bases is not None and len(bases):
        relative = (
            (numbers > 0) & (numbers < len(bases)) & ((numbers < SHN_LORESERVE) | (rows["st_shndx"] == SHN_XINDEX))
        )
        values = np.where(relative, values + bases[np.where(relative, numbers, 0)], values)
    return SymbolTable(rows, strings, numbers, values)


def dynamic_symbols(
    content: npt.NDArray[np.uint8],
    memory: AddressSpace,
    dynamic: Dynamic,
    layout: Layout,
    log: FaultLog,
    highest: int,
) -> SymbolTable | None:
    """The table that ``DT_SYMTAB`` names. Nothing states its length, so hash tables, the string table's place and the
    ``highest`` index that a relocation uses tell it."""
    entry = dynamic.entry(DT.SYMTAB)
    start = None if entry is None else memory.offset_of(entry.value)
    if entry is None or start is None:
        return None
    string_entry = dynamic.entry(DT.STRTAB)
    string_start = None if string_entry is None else memory.offset_of(string_entry.value)
    strings = (
        EMPTY_STRINGS if string_start is None else content[string_start : string_start + (dynamic.value(DT.STRSZ) or 0)]
    )
    count = max(_hashed_count(content, memory, dynamic, layout, log), highest + 1)
    if string_start is not None and count == 1 and string_start > start:
        count = (string_start - start) // layout.symbol.itemsize
    rows = _rows(content, start, count, layout, log, entry.offset)
    return SymbolTable(rows, strings, rows["st_shndx"].astype(np.uint32), rows["st_value"].astype(np.uint64))


def _rows(
    content: npt.NDArray[np.uint8], start: int, count: int, layout: Layout, log: FaultLog, blame: int
) -> npt.NDArray[np.void]:
    """``count`` symbols from ``start``, fewer if the file ends first."""
    fitting = max(0, len(content) - start) // layout.symbol.itemsize
    if count > fitting:
        log.add("symbol table", blame, f"{count} symbols stated, {fitting} fit in the file")
        count = fitting
    if count <= 0:
        return np.zeros(0, layout.symbol)
    return np.asarray(content[start : start + count * layout.symbol.itemsize].view(layout.symbol))


def _hashed_count(
    content: npt.NDArray[np.uint8], memory: AddressSpace, dynamic: Dynamic, layout: Layout, log: FaultLog
) -> int:
    """How many symbols the hash tables cover; 0 when there is none that can be read."""
    address = dynamic.value(DT.HASH)
    start = None if address is None else memory.offset_of(address)
    if start is not None and start + 8 <= len(content):
        chains = int(content[start + 4 : start + 8].view(layout.u32)[0])
        if chains <= len(content) // layout.symbol.itemsize:
            return chains
        log.add("DT_HASH", start + 4, f"nchain {chains} exceeds the file")
    address = dynamic.value(DT.GNU_HASH)
    start = None if address is None else memory.offset_of(address)
    return 0 if start is None else _gnu_hashed_count(content, start, layout, log)


def _gnu_hashed_count(content: npt.NDArray[np.uint8], start: int, layout: Layout, log: FaultLog) -> int:
    """One more than the last symbol of the last chain of a ``DT_GNU_HASH`` table."""
    if start + 16 > len(content):
        return 0
    buckets, first, bloom, _ = content[start : start + 16].view(layout.u32).tolist()
    table = start + 16 + bloom * layout.word
    words = content[table : table + 4 * buckets]
    if len(words) < 4 * buckets:
        log.add("DT_GNU_HASH", start, f"{buckets} buckets reach beyond the file's end")
        return 0
    last = int(words.view(layout.u32).max()) if buckets else 0
    if last < first:
        return int(first)
    chain = table + 4 * buckets + 4 * (last - first)
    rest = content[chain : chain + (len(content) - chain) // 4 * 4]
    low_bytes = rest[0::4] if layout.order == "<" else rest[3::4]
    ends = np.flatnonzero(low_bytes[:_LONGEST_CHAIN] & 1)
    if not len(ends):
        log.add("DT_GNU_HASH", start, "the last chain has no end")
        return 0
    return last + int(ends[0]) + 1
