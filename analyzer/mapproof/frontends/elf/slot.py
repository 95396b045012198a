"""Cells that relocations fill: which symbol or address each holds once the file is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT, EM
from mapproof.frontends.elf.image import Pointer
from mapproof.frontends.elf.reference import Kind, Wanted, join, make

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.machine import RelocationTypes
    from mapproof.frontends.elf.reference import References
    from mapproof.frontends.elf.relocation import RelocationBlock


def mapping_slots(image: ElfImage, names: Iterable[str]) -> dict[int, str]:
    """Cell address to symbol name of every cell that the dynamic linker fills with the address of one of the names.

    GOT entries, PLT slots and cells of data tables alike; what a relocation makes of the cell is not asked.
    In an object these are the fields of data sections with a pointer-wide relocation.
    """
    wanted = tuple(names)
    found: dict[int, str] = {}
    for block in image.relocations:
        table = None if block.relative else image.symbols_of(block)
        if table is None:
            continue
        named = table.named(wanted)
        if not named:
            continue
        chosen = np.isin(block.symbol, np.fromiter(named, np.uint32))
        types = _types(image)
        if image.is_object and types is not None:
            chosen &= np.isin(block.type, list(types.absolute))
        if types is not None and types.copy:
            chosen &= block.type != types.copy
        for place in np.flatnonzero(chosen).tolist():
            found[int(block.where[place])] = named[int(block.symbol[place])]
    return found


def _types(image: ElfImage) -> RelocationTypes | None:
    return None if image.machine is None else image.machine.relocations


def pointer_at(image: ElfImage, vaddr: int) -> Pointer:
    """What the pointer-sized cell at an address holds once the file is loaded.

    A cell without a relocation holds what the file says; in a position-independent file that is a number, not an
    address. A relocation that is not understood gives a pointer with neither address nor symbol.
    """
    for block in reversed(image.relocations):
        for place in _places(image, block, vaddr):
            return _resolve(image, block, place, vaddr)
    value = _word(image, vaddr)
    in_got = value is not None and _in_mips_local_got(image, vaddr)
    return Pointer(value, relocated=in_got)


def _places(image: ElfImage, block: RelocationBlock, vaddr: int) -> list[int]:
    """Positions in a block of the relocations of one cell, the deciding one first."""
    order, keys = image.relocation_order(block)
    low = int(np.searchsorted(keys, np.uint64(vaddr), side="left"))
    high = int(np.searchsorted(keys, np.uint64(vaddr), side="right"))
    places = range(low, high) if order is None else order[low:high].tolist()
    return [place for place in places if block.relative or block.type[place] or block.source == "DT_MIPS_GOTSYM"]


def _resolve(image: ElfImage, block: RelocationBlock, place: int, vaddr: int) -> Pointer:
    types = _types(image)
    if types is None:
        return Pointer(None)
    kind, index = int(block.type[place]), int(block.symbol[place])
    word = 0 if block.addend is not None else _word(image, vaddr)
    addend = int(block.addend[place]) if block.addend is not None else word
    mask = (1 << image.layout.bits) - 1
    if block.relative or (kind in types.relative and index == 0):
        return Pointer(None if addend is None else addend & mask)
    if kind in types.indirect:
        return Pointer(None if addend is None else addend & mask, indirect=True)
    implied = block.source == "DT_MIPS_GOTSYM"
    if not implied and kind not in {types.glob_dat, types.jump_slot, *types.absolute, *types.relative}:
        return Pointer(None)
    if kind in {types.glob_dat, types.jump_slot} and not implied and kind not in types.absolute:
        addend = addend if block.addend is not None else 0
    table = image.symbols_of(block)
    symbol = None if table is None else table.symbol(index)
    if symbol is None or addend is None:
        return Pointer(None)
    signed = addend - (1 << image.layout.bits if addend > mask >> 1 else 0)
    address = None if symbol.address is None else symbol.address + signed & mask
    return Pointer(address, symbol.name or None, signed)


def _word(image: ElfImage, vaddr: int) -> int | None:
    raw = image.memory.read(vaddr, image.layout.word)
    return None if raw is None else image.layout.integer(raw)


def _in_mips_local_got(image: ElfImage, vaddr: int) -> bool:
    """The local half of a MIPS GOT is moved by the load base without any relocation."""
    got, count = image.dynamic.value(DT.PLTGOT), image.dynamic.value(DT.MIPS_LOCAL_GOTNO)
    if image.header is None or image.header.machine != EM.MIPS or got is None or count is None:
        return False
    return got <= vaddr < got + count * image.layout.word


def in_loader_table(image: ElfImage, vaddr: int) -> bool:
    """Whether an address lies in a table that only the dynamic linker reads: symbols, names and relocations."""
    symbols = image.dynamic.value(DT.SYMTAB)
    count = 0 if image.dynsym is None else len(image.dynsym)
    ranges = [(symbols, count * (24 if image.layout.bits == 64 else 16))]
    ranges += [
        (image.dynamic.value(start), image.dynamic.value(size) or 0)
        for start, size in (
            (DT.RELA, DT.RELASZ),
            (DT.REL, DT.RELSZ),
            (DT.JMPREL, DT.PLTRELSZ),
            (DT.STRTAB, DT.STRSZ),
        )
    ]
    return any(start is not None and start <= vaddr < start + size for start, size in ranges)


def in_mips_got(image: ElfImage, vaddr: int) -> bool:
    """Whether a cell is in a MIPS GOT: the linker makes it for code to load from, and it is never read-only."""
    got, local = image.dynamic.value(DT.PLTGOT), image.dynamic.value(DT.MIPS_LOCAL_GOTNO)
    if image.header is None or image.header.machine != EM.MIPS or got is None or local is None:
        return False
    count, first = image.dynamic.value(DT.MIPS_SYMTABNO), image.dynamic.value(DT.MIPS_GOTSYM)
    named = count - first if count is not None and first is not None else 0
    return got <= vaddr < got + (local + max(0, named)) * image.layout.word


def data_references(image: ElfImage, wanted: Wanted) -> References:
    """Data cells that hold a wanted address or one within reach below it, as DATA references: by relocation, or as
    plain words in a file with fixed addresses. Symbolic relocations to a definition in the file count too."""
    parts = [_relocated(image, block, wanted) for block in image.relocations]
    if not image.position_independent and not image.is_object:
        parts += [_plain(image, code.vaddr, code.content, wanted) for code in image.memory.data_ranges()]
    if image.header is not None and image.header.machine == EM.MIPS:
        parts.append(_mips_local(image, wanted))
    return join(parts)


def field_references(image: ElfImage, wanted: Wanted) -> References:
    """Fields of an object's code that a relocation ties to a wanted address, whatever the relocation computes, as READ
    references of the field. A sweep says more of those whose relocation was applied."""
    table = image.symtab
    if not image.is_object or table is None:
        return join([])
    places = np.zeros(len(table), np.uint64)
    places[:] = table.values
    for external in image.externals:
        places[external.index] = external.address
    parts = []
    for block in image.relocations:
        chosen = np.flatnonzero(block.symbol < len(table))
        where = block.where[chosen]
        code = np.array([image.is_code(address) for address in where.tolist()], np.bool_)
        chosen, where = chosen[code], where[code]
        symbol = places[block.symbol[chosen]]
        addend = np.uint64(0) if block.addend is None else block.addend[chosen].astype(np.uint64)
        for target in (symbol, symbol + addend, symbol + addend + np.uint64(4)):
            held = wanted.holds(target)
            parts.append(make(where[held], where[held] + np.uint64(4), target[held], Kind.READ))
    return join(parts)


def got_cells(image: ElfImage, cells: References) -> References:
    """Those DATA references whose cell stands among the cells that relocations make for code to load (the GOT),
    sorted by cell, one per cell."""
    types = _types(image)
    if types is None or not len(cells):
        return cells[:0]
    low, high = 1 << 64, 0
    for block in image.relocations:
        if block.source == "DT_MIPS_GOTSYM":
            low = min(low, image.dynamic.value(DT.PLTGOT) or low)
        elif block.relative:
            continue
        named = block.where[(block.type == types.glob_dat) | (block.source == "DT_MIPS_GOTSYM")]
        if len(named):
            low, high = min(low, int(named.min()) - _GOT_MARGIN), max(high, int(named.max()) + _GOT_MARGIN)
    inside = cells[(cells["address"] >= np.uint64(max(0, low) & _MASK)) & (cells["address"] <= np.uint64(high))]
    _, first = np.unique(inside["address"], return_index=True)
    return inside[first]


_GOT_MARGIN: Final = 4096
_MASK: Final = (1 << 64) - 1


def _relocated(image: ElfImage, block: RelocationBlock, wanted: Wanted) -> References:
    types = _types(image)
    if types is None or block.source == "DT_MIPS_GOTSYM":
        return join([])
    symbols = None if block.relative else image.symbols_of(block)
    chosen = _candidates(block, wanted)
    if not block.relative:
        kinds = list(types.absolute)
        if not image.is_object:
            kinds += [types.glob_dat, types.jump_slot, *types.relative, *types.indirect]
        chosen = chosen[np.isin(block.type[chosen], kinds)]
    where = block.where[chosen]
    if block.addend is not None:
        values = block.addend[chosen].astype(np.uint64)
    else:
        values, _ = image.memory.words(where, image.layout.address)
    if symbols is not None and len(symbols):
        index = block.symbol[chosen]
        valid = (index > 0) & (index < len(symbols))
        values = values + np.where(valid, symbols.values[np.where(valid, index, 0)], np.uint64(0))
    if image.layout.bits == 32:
        values &= np.uint64(0xFFFFFFFF)
    held = wanted.possible(values, 0)
    return make(where[held], where[held] + np.uint64(image.layout.word), values[held], Kind.DATA)


def held_addresses(image: ElfImage) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """(cells, addresses): every data cell that holds an address of the file once it is loaded, by cell. In a file with
    fixed addresses these are all words that lie in its memory."""
    extents = image.memory.extents
    low = min((extent.vaddr for extent in extents), default=0)
    high = max((extent.end for extent in extents), default=0)
    if high <= low:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    last = np.array([high - 1], np.uint64)
    found = data_references(image, Wanted(last, last, high - 1 - low, ((low, high),)))
    cells, first = np.unique(found["address"], return_index=True)
    return cells, found["target"][first]


def _candidates(block: RelocationBlock, wanted: Wanted) -> npt.NDArray[np.int64]:
    """Positions of the relocations that may hold a wanted address: those with a symbol, and of the rest, the bulk,
    those whose addend lies in a wanted range."""
    if block.addend is None:
        return np.arange(len(block))
    inside = block.symbol != 0
    addend = block.addend.view(np.uint64) if block.addend.dtype.byteorder in "=<" else block.addend.astype(np.uint64)
    for low, high in wanted.ranges:
        inside |= (addend >= np.uint64(low)) & (addend < np.uint64(high))
    return np.flatnonzero(inside)


def _plain(image: ElfImage, vaddr: int, content: npt.NDArray[np.uint8], wanted: Wanted) -> References:
    """Aligned words of a stretch of data that equal a wanted address."""
    word = image.layout.word
    skip = -vaddr % word
    body = content[skip:]
    words = body[: len(body) // word * word].view(image.layout.address)
    parts = []
    for low, high in wanted.ranges:
        hits = np.flatnonzero((words >= low) & (words < high))
        values = words[hits].astype(np.uint64)
        held = wanted.possible(values, 0)
        where = hits[held].astype(np.uint64) * np.uint64(word) + np.uint64(vaddr + skip)
        parts.append(make(where, where + np.uint64(word), values[held], Kind.DATA))
    return join(parts)


def _mips_local(image: ElfImage, wanted: Wanted) -> References:
    """Entries of the local half of a MIPS GOT that hold a wanted address."""
    got, count = image.dynamic.value(DT.PLTGOT), image.dynamic.value(DT.MIPS_LOCAL_GOTNO)
    if got is None or count is None or not 0 < count <= len(image.data) // image.layout.word:
        return join([])
    content = image.memory.view(got, count * image.layout.word)
    return join([]) if content is None else _plain(image, got, content, wanted)
