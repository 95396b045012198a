"""An ELF file as a checker sees it: segments, imports with their slots, function bounds, and where words stand.

Read from the program headers and the dynamic section alone, as the loader reads them: by address, up to the first entry
that ends a table. What can't be read so, or may be read in two ways, is refused.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mapproof.abi import architecture_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOAD, _DYNAMIC, _EH_FRAME, _STACK = 1, 2, 0x6474E550, 0x6474E551
_SYMTAB, _STRTAB, _PLTGOT = 6, 5, 3
_RELA, _RELASZ, _REL, _RELSZ, _JMPREL, _PLTRELSZ, _PLTREL = 7, 8, 17, 18, 23, 2, 20
_PACKED: Final = frozenset({0x6000000F, 0x60000011})
"""DT_ANDROID_REL and DT_ANDROID_RELA: relocations, with names of imports among them, in a form of their own."""

MOST_FUNCTIONS: Final = 1_000_000
_PAGE: Final = 0x1000
_WIDEST_PAGE: Final = 0x10000
_SMALL_PAGES: Final = frozenset({3, 62})
"""EM_386 and EM_X86_64: a page has 4 KiB there, whatever a segment is aligned to."""

_SECTION_SYMTAB: Final = 2
_SECTION_DYNSYM: Final = 11
"""SHT_SYMTAB and SHT_DYNSYM."""


class UnreadableError(Exception):
    """A file that this reader can't follow; the message says where."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One loaded stretch: where it comes to lie, where it stands in the file, how long it is there, its flags."""

    address: int
    offset: int
    size: int
    executable: bool
    writable: bool = False
    alignment: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A word that the dynamic linker fills with the address of an imported name."""

    name: str
    address: int
    kind: int


class Image:
    """One ELF file. Addresses are virtual; ``arch`` is its architecture, ``pointer`` the size of an address."""

    def __init__(self, path: str, data: bytes) -> None:
        """Raises :class:`UnreadableError`."""
        self.path = path
        self.data = data
        try:
            self._read()
        except (struct.error, ValueError, IndexError) as fault:
            message = f"{path}: its headers can't be followed"
            raise UnreadableError(message) from fault

    def _read(self) -> None:
        data = self.data
        if data[:4] != b"\x7fELF" or data[4] not in {1, 2} or data[5] != 1:
            message = f"{self.path}: proofs are written for little-endian ELF files"
            raise UnreadableError(message)
        wide = data[4] == 2
        self.pointer = 8 if wide else 4
        self._word = "Q" if wide else "I"
        arch = architecture_of(struct.unpack_from("<H", data, 18)[0], 8 * self.pointer, "little")
        if arch is None:
            message = f"{self.path}: its architecture is none that proofs are written for"
            raise UnreadableError(message)
        self.arch = arch
        self.fixed = struct.unpack_from("<H", data, 16)[0] == 2
        headers = list(self._headers())
        self.segments = [
            Segment(address, offset, filesz, bool(flags & 1), bool(flags & 2), align)
            for kind, flags, offset, address, filesz, _, align in headers
            if kind == _LOAD
        ]
        spans = sorted((address, address + memsz) for kind, _, _, address, _, memsz, _ in headers if kind == _LOAD)
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            message = f"{self.path}: its segments lie over each other"
            raise UnreadableError(message)
        self.stack_flags = next((flags for kind, flags, *_ in reversed(headers) if kind == _STACK), None)
        self._unwind = next((address for kind, _, _, address, *_ in headers if kind == _EH_FRAME), None)
        dynamic = next(((address, size) for kind, _, _, address, size, *_ in headers if kind == _DYNAMIC), None)
        if dynamic is None:
            message = f"{self.path}: it has no dynamic section, so its system calls have no names"
            raise UnreadableError(message)
        tags = self._tags(*dynamic)
        if tags.keys() & _PACKED:
            message = f"{self.path}: its relocations are packed as Android packs them, which the checker does not read"
            raise UnreadableError(message)
        self.got = tags.get(_PLTGOT)
        """Where the linker's table of addresses is said to be (DT_PLTGOT)."""
        self.linked: set[int] = set()
        """Words that the dynamic linker fills with the address of a symbol, the file's own among them."""
        self._names = tags.get(_SYMTAB, 0), max(tags.get(_STRTAB, 0), tags.get(_SYMTAB, 0))
        tables = ((tags.get(_RELA), tags.get(_RELASZ)), (tags.get(_JMPREL), tags.get(_PLTRELSZ)))
        self._addends = [(start, size) for start, size in tables if start is not None and size is not None]
        self.slots = list(dict.fromkeys(self._slots(tags)))

    def _headers(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """Kind, flags, offset, address, size in the file and in memory, and alignment of each program header."""
        if self.pointer == 8:
            table, size, count = struct.unpack_from("<Q", self.data, 32)[0], *struct.unpack_from("<HH", self.data, 54)
        else:
            table, size, count = struct.unpack_from("<I", self.data, 28)[0], *struct.unpack_from("<HH", self.data, 42)
        for number in range(count):
            at = table + number * size
            if self.pointer == 8:
                kind, flags, offset, address, _, filesz, memsz, align = struct.unpack_from("<IIQQQQQQ", self.data, at)
            else:
                kind, offset, address, _, filesz, memsz, flags, align = struct.unpack_from("<IIIIIIII", self.data, at)
            yield kind, flags, offset, address, filesz, memsz, align

    def _tags(self, address: int, size: int) -> dict[int, int]:
        """The entries of the dynamic section, the last of a kind, as the loader takes them."""
        found: dict[int, int] = {}
        step = 2 * self.pointer
        for tag, value in struct.iter_unpack(f"<{self._word * 2}", self.bytes_at(address, size // step * step)):
            if tag == 0:
                break
            found[tag] = value
        return found

    def _slots(self, tags: dict[int, int]) -> Iterator[Slot]:
        symbols, strings = tags.get(_SYMTAB), tags.get(_STRTAB)
        linkage = tags.get(_PLTREL, _RELA)
        tables = (
            (tags.get(_RELA), tags.get(_RELASZ), True),
            (tags.get(_REL), tags.get(_RELSZ), False),
            (tags.get(_JMPREL), tags.get(_PLTRELSZ), linkage == _RELA),
        )
        for start, size, addend in tables:
            if start is None or size is None or symbols is None or strings is None:
                continue
            for offset, symbol, kind in self._relocations(self.bytes_at(start, size), addend=addend):
                if symbol:
                    self.linked.add(offset)
                    if (name := self._imported(symbols, strings, symbol)) is not None:
                        yield Slot(name, offset, kind)

    def _relocations(self, data: bytes, *, addend: bool) -> Iterator[tuple[int, int, int]]:
        """Address, symbol and kind of each relocation."""
        words = f"<{self._word * 2}" + ((self._word.lower()) if addend else "")
        for offset, info, *_ in struct.iter_unpack(
            words, data[: len(data) // struct.calcsize(words) * struct.calcsize(words)]
        ):
            if self.pointer == 8:
                yield offset, info >> 32, info & 0xFFFF_FFFF
            else:
                yield offset, info >> 8, info & 0xFF

    def _imported(self, symbols: int, strings: int, number: int) -> str | None:
        """The name of a symbol that the file does not define."""
        if self.pointer == 8:
            name, _, _, section = struct.unpack("<IBBH", self.bytes_at(symbols + 24 * number, 8))
        else:
            name, _, _, _, _, section = struct.unpack("<IIIBBH", self.bytes_at(symbols + 16 * number, 16))
        return None if section else self._string(strings + name)

    def names_of(self, address: int) -> set[str]:
        """The names that the file's symbol tables give a function, and the one of those that have none."""
        found = {f"sub_{address:x}"}
        for kind, offset, length, link, sections in self._sections():
            if kind not in {_SECTION_SYMTAB, _SECTION_DYNSYM} or link >= len(sections):
                continue
            layout, value_at = ("<IBBHQQ", 4) if self.pointer == 8 else ("<IIIBBH", 1)
            step = struct.calcsize(layout)
            for entry in struct.iter_unpack(layout, self.data[offset : offset + length // step * step]):
                if entry[value_at] == address:
                    start = sections[link] + entry[0]
                    found.add(self.data[start : self.data.index(b"\0", start)].decode("utf-8", "replace"))
        return found

    def _sections(self) -> Iterator[tuple[int, int, int, int, list[int]]]:
        """Kind, offset, length and link of each section, with the offsets of all: names of functions stand there."""
        if self.pointer == 8:
            table, size, count = struct.unpack_from("<Q", self.data, 40)[0], *struct.unpack_from("<HH", self.data, 58)
        else:
            table, size, count = struct.unpack_from("<I", self.data, 32)[0], *struct.unpack_from("<HH", self.data, 46)
        layout = "<IIQQQQII" if self.pointer == 8 else "<IIIIIIII"
        rows = [struct.unpack_from(layout, self.data, table + number * size) for number in range(count)]
        for _, kind, _, _, offset, length, link, _ in rows:
            yield kind, offset, length, link, [row[4] for row in rows]

    def _string(self, address: int) -> str:
        offset = self.offset_of(address)
        return self.data[offset : self.data.index(b"\0", offset)].decode("utf-8", "surrogateescape")

    def offset_of(self, address: int) -> int:
        """Where a loaded address stands in the file; raises :class:`ValueError` if it stands nowhere."""
        for segment in self.segments:
            if segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        message = f"{address:#x} is not loaded from the file"
        raise ValueError(message)

    def bytes_at(self, address: int, size: int) -> bytes:
        """Loaded bytes."""
        offset = self.offset_of(address)
        return self.data[offset : offset + size]

    def is_constant(self, address: int) -> bool:
        """Whether a loaded address is never written: it lies in a segment that is not writable."""
        return any(
            segment.address <= address < segment.address + segment.size and not segment.writable
            for segment in self.segments
        )

    @cached_property
    def code_ranges(self) -> list[Segment]:
        """What may be run: the executable segments up to the ends of their pages, which the loader maps whole."""
        found = []
        for segment in self.segments:
            if segment.executable and segment.size:
                page = _PAGE if self.arch.machine in _SMALL_PAGES else min(max(segment.alignment, _PAGE), _WIDEST_PAGE)
                low = min(segment.address % page, segment.offset)
                end = segment.offset + segment.size
                end = min(len(self.data), end + -(segment.address + segment.size) % page)
                size = end - segment.offset + low
                found.append(Segment(segment.address - low, segment.offset - low, size, executable=True))
        return found

    @cached_property
    def functions(self) -> list[tuple[int, int]]:
        """Starts and ends of functions, from the table of ``.eh_frame_hdr``; those with a handler end where they start,
        as control may enter them anywhere."""
        if self._unwind is None:
            return []
        at = self._unwind
        version, frame, counted, table = self.bytes_at(at, 4)
        if (version, frame, counted, table) != (1, 0x1B, 0x03, 0x3B):
            message = f"{self.path}: its unwind table is of another kind"
            raise UnreadableError(message)
        count = min(struct.unpack("<I", self.bytes_at(at + 8, 4))[0], MOST_FUNCTIONS)
        found = []
        for start, entry in struct.iter_unpack("<ii", self.bytes_at(at + 12, 8 * count)):
            _, back, begin, size = struct.unpack("<IIiI", self.bytes_at(at + entry, 16))
            if at + entry + 8 + begin != at + start:
                message = f"{self.path}: its unwind table does not fit its frames"
                raise UnreadableError(message)
            names = self.bytes_at(at + entry + 4 - back + 9, 8).partition(b"\0")[0]
            found.append((at + start, at + start + (0 if b"P" in names else size)))
        return sorted(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.functions]

    def function_at(self, address: int) -> tuple[int, int] | None:
        """The function that covers an address."""
        number = bisect_right(self._starts, address) - 1
        if number < 0 or address >= self.functions[number][1]:
            return None
        return self.functions[number]

    def words(self, value: int) -> list[int]:
        """Addresses at which a loaded segment holds a number as a pointer; in a file of fixed addresses, also as a
        32-bit number in code."""
        sought = [struct.pack(f"<{self._word}", value)]
        found: list[int] = []
        for segment in self.segments:
            part = self.data[segment.offset : segment.offset + segment.size]
            narrow = self.fixed and segment.executable and self.pointer == 8 and value < 1 << 32
            for pattern in [*sought, struct.pack("<I", value)] if narrow else sought:
                at = part.find(pattern)
                while at >= 0:
                    found.append(segment.address + at)
                    at = part.find(pattern, at + 1)
        return found

    def pointers(self, value: int) -> list[int]:
        """Of these the words that may come to be an address in a file that is loaded anywhere: in what is never
        written, and so not relocated, only values of symbols and what relocations add; no compiler or linker puts one
        where it is not aligned."""
        found = [at for at in self.words(value) if at % self.pointer == 0]
        if self.fixed:
            return found
        return [at for at in found if not self.is_constant(at) or self._is_spelled(at)]

    def _is_spelled(self, address: int) -> bool:
        """Whether a word of the loader's own tables is the value of a symbol or what a relocation adds."""
        step = 24 if self.pointer == 8 else 16
        value = 8 if self.pointer == 8 else 4
        for start, size in self._addends:
            if start <= address < start + size:
                return (address - start) % (3 * self.pointer) == 2 * self.pointer
        symbols, strings = self._names
        return symbols <= address < strings and (address - symbols) % step == value

    def code(self, pattern: bytes) -> list[int]:
        """Addresses in executable segments where these bytes stand."""
        found: list[int] = []
        for segment in self.code_ranges:
            part = self.data[segment.offset : segment.offset + segment.size]
            at = part.find(pattern)
            while at >= 0:
                found.append(segment.address + at)
                at = part.find(pattern, at + 1)
        return found
