"""Dynamic relocations of every encoding, as arrays: REL, RELA, RELR, Android's packed form, and the MIPS GOT's
implied ones.

Nothing here loops over relocations: a browser has a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT, EM

if TYPE_CHECKING:
    import numpy.typing as npt

    from mapproof.frontends.elf.address import AddressSpace
    from mapproof.frontends.elf.dynamic import Dynamic
    from mapproof.frontends.elf.fault import FaultLog
    from mapproof.frontends.elf.layout import Layout


@dataclass(frozen=True, slots=True)
class RelocationBlock:
    """Relocations of one table, in file order; all arrays have one entry per relocation.

    ``where`` is the virtual address of the cell, ``addend`` is ``None`` when the cell itself holds it. ``source`` is
    the dynamic tag or section the table came from. ``relative`` is true for tables that hold nothing else (RELR).
    ``symbols`` is the section number of the symbol table in an object, ``None`` for the dynamic one.
    """

    source: str
    where: npt.NDArray[np.uint64]
    type: npt.NDArray[np.uint32]
    symbol: npt.NDArray[np.uint32]
    addend: npt.NDArray[np.int64] | None
    relative: bool = False
    symbols: int | None = None

    def __len__(self) -> int:
        return len(self.where)


@dataclass(frozen=True, slots=True)
class RelocationReader:
    """What all table readers need: the file, its memory, its layout and where to note faults."""

    content: npt.NDArray[np.uint8]
    memory: AddressSpace
    layout: Layout
    machine: int
    log: FaultLog

    def dynamic_blocks(self, dynamic: Dynamic) -> tuple[RelocationBlock, ...]:
        """Every table that the dynamic section names."""
        blocks = [
            self._plain(dynamic, DT.RELA, DT.RELASZ, explicit=True),
            self._plain(dynamic, DT.REL, DT.RELSZ, explicit=False),
            self._plain(dynamic, DT.JMPREL, DT.PLTRELSZ, explicit=dynamic.value(DT.PLTREL) != DT.REL),
            self._relr(dynamic, DT.RELR, DT.RELRSZ),
            self._relr(dynamic, DT.ANDROID_RELR, DT.ANDROID_RELRSZ),
            self._android(dynamic, DT.ANDROID_RELA, DT.ANDROID_RELASZ, explicit=True),
            self._android(dynamic, DT.ANDROID_REL, DT.ANDROID_RELSZ, explicit=False),
        ]
        if self.machine == EM.MIPS:
            blocks.append(self._mips_got(dynamic))
        if dynamic.value(DT.CREL) is not None:
            self.log.add("DT_CREL", None, "compact relocations are not read")
        return tuple(block for block in blocks if block is not None and len(block))

    def table(self, source: str, start: int, size: int, *, explicit: bool, blame: int | None) -> RelocationBlock:
        """A REL or RELA table at a file offset."""
        kind = self.layout.rela if explicit else self.layout.rel
        count = min(size, max(0, len(self.content) - start)) // kind.itemsize
        if count * kind.itemsize != size:
            self.log.add(source, blame, f"{size} bytes of relocations stated, {count} whole entries read")
        rows = self.content[start : start + count * kind.itemsize].view(kind) if count > 0 else np.zeros(0, kind)
        return RelocationBlock(
            source,
            _wide(rows["r_offset"]),
            self._types(rows),
            self._symbols(rows),
            rows["r_addend"].astype(np.int64, copy=False) if explicit else None,
        )

    def _types(self, rows: npt.NDArray[np.void]) -> npt.NDArray[np.uint32]:
        if self.layout.split_info:
            return rows["r_type"].astype(np.uint32)
        if self.layout.bits == 64:
            return np.asarray(rows["r_type"])
        return np.asarray(rows["r_info"] & 0xFF)

    def _symbols(self, rows: npt.NDArray[np.void]) -> npt.NDArray[np.uint32]:
        if self.layout.bits == 64:
            return np.asarray(rows["r_sym"])
        return np.asarray(rows["r_info"] >> 8)

    def _place(self, dynamic: Dynamic, tag: DT, size_tag: DT) -> tuple[int, int, int] | None:
        """(file offset, size, offset of the entry that names it) of a table, or ``None``."""
        entry = dynamic.entry(tag)
        size = dynamic.value(size_tag)
        if entry is None or not size:
            return None
        start = self.memory.offset_of(entry.value)
        if start is None:
            return None
        if start + size > len(self.content):
            self.log.add(f"DT_{size_tag.name}", entry.offset, f"{size} bytes reach beyond the file's end")
        return start, size, entry.offset

    def _plain(self, dynamic: Dynamic, tag: DT, size_tag: DT, *, explicit: bool) -> RelocationBlock | None:
        place = self._place(dynamic, tag, size_tag)
        if place is None:
            return None
        start, size, blame = place
        return self.table(f"DT_{tag.name}", start, size, explicit=explicit, blame=blame)

    def _relr(self, dynamic: Dynamic, tag: DT, size_tag: DT) -> RelocationBlock | None:
        place = self._place(dynamic, tag, size_tag)
        if place is None:
            return None
        start, size, blame = place
        word = self.layout.word
        count = min(size, max(0, len(self.content) - start)) // word
        entries = self.content[start : start + count * word].view(self.layout.address).astype(np.uint64)
        where = relr_addresses(entries, word, len(self.content) // word)
        if where is None:
            self.log.add(f"DT_{tag.name}", blame, "more relocations than the file has words; table ignored")
            return None
        return _only_relative(f"DT_{tag.name}", where)

    def _android(self, dynamic: Dynamic, tag: DT, size_tag: DT, *, explicit: bool) -> RelocationBlock | None:
        place = self._place(dynamic, tag, size_tag)
        if place is None:
            return None
        start, size, blame = place
        packed = self.content[start : start + size]
        decoded = unpack_android(packed, len(self.content) // self.layout.word + 1)
        if decoded is None:
            self.log.add(f"DT_{tag.name}", blame, "the packed relocations are malformed; table ignored")
            return None
        where, info, addend = decoded
        wide = self.layout.bits == 64
        return RelocationBlock(
            f"DT_{tag.name}",
            where,
            (info & np.uint64(0xFFFFFFFF if wide else 0xFF)).astype(np.uint32),
            (info >> np.uint64(32 if wide else 8)).astype(np.uint32),
            addend if explicit else None,
        )

    def _mips_got(self, dynamic: Dynamic) -> RelocationBlock | None:
        """The global half of a MIPS GOT: its entries follow the dynamic symbols from ``DT_MIPS_GOTSYM`` on,
        unrelocated by any table (MIPS psABI, "Global Offset Table"). The local half holds addresses already."""
        got, local = dynamic.value(DT.PLTGOT), dynamic.value(DT.MIPS_LOCAL_GOTNO)
        first, total = dynamic.value(DT.MIPS_GOTSYM), dynamic.value(DT.MIPS_SYMTABNO)
        if got is None or local is None or first is None or total is None or total <= first:
            return None
        word = self.layout.word
        count = total - first
        if count > len(self.content) // word:
            self.log.add("DT_MIPS_SYMTABNO", None, f"{total} symbols exceed the file")
            return None
        where = np.arange(count, dtype=np.uint64) * np.uint64(word) + np.uint64(got + word * local & _MASK)
        return RelocationBlock(
            "DT_MIPS_GOTSYM",
            where,
            np.zeros(count, np.uint32),
            np.arange(first, total, dtype=np.uint32),
            np.zeros(count, np.int64),
        )


_MASK: Final = (1 << 64) - 1


def _wide(column: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.uint64]:
    """A column as 64-bit integers of the machine we run on; a view when it already is one."""
    return column.astype(np.uint64, copy=False)


def _only_relative(source: str, where: npt.NDArray[np.uint64]) -> RelocationBlock:
    nothing = np.broadcast_to(np.uint32(0), len(where))
    return RelocationBlock(source, where, nothing, nothing, None, relative=True)


def relr_addresses(entries: npt.NDArray[np.uint64], word: int, most: int) -> npt.NDArray[np.uint64] | None:
    """The cells that a RELR table relocates (gABI proposal "RELR", generic-abi 2018).

    An even entry is an address; an odd one is a bitmap of the ``8 * word - 1`` cells after the last one covered.
    ``None`` when there would be more than ``most``.
    """
    if not len(entries):
        return np.zeros(0, np.uint64)
    width = 8 * word - 1
    odd = (entries & np.uint64(1)).astype(np.bool_)
    total = int(np.bitwise_count(entries[odd]).sum()) - int(odd.sum()) + int((~odd).sum())
    if total > most:
        return None
    if not odd.any():
        return entries
    place = np.arange(len(entries))
    last = np.maximum.accumulate(np.where(odd, -1, place))
    bitmaps = np.flatnonzero(odd & (last >= 0))
    since = (place[bitmaps] - last[bitmaps] - 1).astype(np.uint64)
    base = entries[last[bitmaps]] + np.uint64(word) + since * np.uint64(width * word)
    parts = [entries[~odd]]
    step = 1 << 15
    for start in range(0, len(bitmaps), step):
        rows = entries[bitmaps[start : start + step]].astype("<u8").view(np.uint8).reshape(-1, 8)[:, :word]
        bits = np.unpackbits(rows, axis=1, bitorder="little")[:, 1:]
        row, column = np.nonzero(bits)
        parts.append(base[start : start + step][row] + column.astype(np.uint64) * np.uint64(word))
    return np.concatenate(parts)


def _slebs(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Every signed LEB128 number of a byte string, cut to 64 bits."""
    ends = np.flatnonzero(packed < 0x80)
    if not len(ends):
        return np.zeros(0, np.int64)
    starts = np.concatenate(([0], ends[:-1] + 1))
    length = ends - starts + 1
    used = packed[: int(ends[-1]) + 1]
    position = np.arange(len(used)) - np.repeat(starts, length)
    shift = np.minimum(position * 7, 63).astype(np.uint64)
    pieces = np.where(position < 10, (used & 0x7F).astype(np.uint64) << shift, np.uint64(0))
    values = np.bitwise_or.reduceat(pieces, starts)
    negative = (packed[ends] & 0x40).astype(np.bool_) & (length * 7 < 64)
    fill = np.where(negative, ~np.uint64(0) << np.minimum(length * 7, 63).astype(np.uint64), np.uint64(0))
    return np.asarray((values | fill).view(np.int64))


_GROUPED_BY_INFO: Final = 1
_GROUPED_BY_DELTA: Final = 2
_GROUPED_BY_ADDEND: Final = 4
_HAS_ADDEND: Final = 8
_MOST_GROUPS: Final = 1 << 18

_Decoded = tuple["npt.NDArray[np.uint64]", "npt.NDArray[np.uint64]", "npt.NDArray[np.int64]"]


def unpack_android(packed: npt.NDArray[np.uint8], most: int) -> _Decoded | None:
    """(``r_offset``, ``r_info``, ``r_addend``) of Android's packed relocations, or ``None`` when malformed.

    The format is that of LLVM's and Chromium's packers: ``APS2``, then signed LEB128: count, first offset, and groups
    of (size, flags, [delta], [info], [addend], the fields that are not grouped for each relocation).
    """
    if packed[:4].tobytes() != b"APS2":
        return None
    numbers = _slebs(packed[4:])
    if len(numbers) < 2 or not 0 <= int(numbers[0]) <= most:
        return None
    left, offset, addend, at = int(numbers[0]), int(numbers[1]) & _MASK, 0, 2
    wheres: list[npt.NDArray[np.uint64]] = []
    infos: list[npt.NDArray[np.uint64]] = []
    addends: list[npt.NDArray[np.int64]] = []
    while left > 0:
        group = _android_group(numbers, at, left, offset, addend)
        if group is None or len(wheres) >= _MOST_GROUPS:
            return None
        where, info, added, at = group
        wheres.append(where)
        infos.append(info)
        addends.append(added)
        left -= len(where)
        offset, addend = int(where[-1]), int(added[-1])
    if not wheres:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.int64)
    return np.concatenate(wheres), np.concatenate(infos), np.concatenate(addends)


def _android_group(
    numbers: npt.NDArray[np.int64], at: int, left: int, offset: int, addend: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64], int] | None:
    """One group from ``numbers[at]`` on, and the place after it; ``None`` when it does not fit."""
    if at + 2 > len(numbers):
        return None
    size, flags = int(numbers[at]), int(numbers[at + 1])
    at += 2
    if not 0 < size <= left:
        return None
    shared: dict[int, int] = {}
    with_addend = bool(flags & _HAS_ADDEND)
    for flag, present in ((_GROUPED_BY_DELTA, True), (_GROUPED_BY_INFO, True), (_GROUPED_BY_ADDEND, with_addend)):
        if flags & flag and present:
            if at >= len(numbers):
                return None
            shared[flag] = int(numbers[at])
            at += 1
    own = [_GROUPED_BY_DELTA, _GROUPED_BY_INFO, *([_GROUPED_BY_ADDEND] if with_addend else [])]
    own = [flag for flag in own if flag not in shared]
    if at + size * len(own) > len(numbers):
        return None
    table = numbers[at : at + size * len(own)].reshape(size, len(own)) if own else np.zeros((size, 0), np.int64)

    def column(flag: int) -> npt.NDArray[np.int64]:
        return table[:, own.index(flag)] if flag in own else np.full(size, shared.get(flag, 0), np.int64)

    where = np.uint64(offset) + np.cumsum(column(_GROUPED_BY_DELTA).astype(np.uint64), dtype=np.uint64)
    if not with_addend:
        addends = np.zeros(size, np.int64)
    elif _GROUPED_BY_ADDEND in shared:
        addends = np.full(size, _signed(addend + shared[_GROUPED_BY_ADDEND]), np.int64)
    else:
        addends = np.cumsum(column(_GROUPED_BY_ADDEND), dtype=np.int64) + np.int64(_signed(addend))
    return where, column(_GROUPED_BY_INFO).astype(np.uint64), addends, at + size * len(own)


def _signed(value: int) -> int:
    """A Python integer as 64 bits, two's complement."""
    return (value & _MASK) - ((value & 1 << 63) << 1)
