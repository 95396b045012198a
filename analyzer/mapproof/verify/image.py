"""An x86-64 ELF file as a checker sees it: segments, imports with their slots, function bounds, and what refers where.

Read from the program headers and the dynamic section alone, as the loader reads them. References are found by a scan of
every byte position: nothing is disassembled to find them.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

X86_64: Final = 62
_LOAD, _DYNAMIC, _EH_FRAME, _STACK = 1, 2, 0x6474E550, 0x6474E551
_SYMTAB, _STRTAB, _RELA, _RELASZ, _JMPREL, _PLTRELSZ = 6, 5, 7, 8, 23, 2
WORD_SLOTS: Final = frozenset({1, 6, 7})
"""R_X86_64_64, GLOB_DAT and JUMP_SLOT (System V ABI, AMD64 supplement, 4.4): the slot holds the symbol's address."""
DATA_SLOT: Final = 1
MOST_FUNCTIONS: Final = 1_000_000


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


@dataclass(frozen=True, slots=True)
class Slot:
    """A word that the dynamic linker fills with the address of an imported name."""

    name: str
    address: int
    kind: int


class Image:
    """One ELF file. Addresses are virtual."""

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
        if data[:6] != b"\x7fELF\x02\x01" or struct.unpack_from("<H", data, 18)[0] != X86_64:
            message = f"{self.path}: proofs are written for x86-64 binaries"
            raise UnreadableError(message)
        self.fixed = struct.unpack_from("<H", data, 16)[0] == 2
        table, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQQ", data, table + number * size) for number in range(count)]
        self.segments = [
            Segment(address, offset, filesz, bool(flags & 1))
            for kind, flags, offset, address, _, filesz, _ in headers
            if kind == _LOAD
        ]
        self.stack_flags = next((flags for kind, flags, *_ in reversed(headers) if kind == _STACK), None)
        self._unwind = next((address for kind, _, _, address, *_ in headers if kind == _EH_FRAME), None)
        dynamic = next(((offset, size) for kind, _, offset, _, _, size, _ in headers if kind == _DYNAMIC), None)
        if dynamic is None:
            message = f"{self.path}: it has no dynamic section, so its system calls have no names"
            raise UnreadableError(message)
        tags = dict(struct.iter_unpack("<qQ", data[dynamic[0] : dynamic[0] + dynamic[1] // 16 * 16]))
        self.slots = list(self._slots(tags))

    def _slots(self, tags: dict[int, int]) -> Iterator[Slot]:
        symbols, strings = tags.get(_SYMTAB), tags.get(_STRTAB)
        for start, size in ((tags.get(_RELA), tags.get(_RELASZ)), (tags.get(_JMPREL), tags.get(_PLTRELSZ))):
            if start is None or size is None or symbols is None or strings is None:
                continue
            for offset, info, _ in struct.iter_unpack("<QQq", self.bytes_at(start, size)):
                if info >> 32:
                    name_at = struct.unpack("<I", self.bytes_at(symbols + 24 * (info >> 32), 4))[0]
                    section = struct.unpack("<H", self.bytes_at(symbols + 24 * (info >> 32) + 6, 2))[0]
                    if section == 0:
                        yield Slot(self._string(strings + name_at), offset, info & 0xFFFF_FFFF)

    def names_of(self, address: int) -> set[str]:
        """The names that the file's symbol tables give a function, and the one of those that have none."""
        found = {f"sub_{address:x}"}
        table, size, count = struct.unpack_from("<Q", self.data, 40)[0], *struct.unpack_from("<HH", self.data, 58)
        sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, table + number * size) for number in range(count)]
        for _, kind, _, _, offset, length, link, *_ in sections:
            if kind not in {_SECTION_SYMTAB, _SECTION_DYNSYM} or link >= len(sections):
                continue
            strings = sections[link][4]
            for name, _, _, _, value, _ in struct.iter_unpack(
                "<IBBHQQ", self.data[offset : offset + length // 24 * 24]
            ):
                if value == address:
                    end = self.data.index(b"\0", strings + name)
                    found.add(self.data[strings + name : end].decode("utf-8", "replace"))
        return found

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

    @cached_property
    def _targets(self) -> list[tuple[int, Any, Any]]:
        """For each executable segment its address, and for every position the address that a 32-bit displacement there
        leads to, sorted, with the order."""
        import numpy as np  # noqa: PLC0415  sources do without it

        found = []
        for segment in self.segments:
            if segment.executable and segment.size > 4:
                code = np.frombuffer(self.data, np.uint8, segment.size, segment.offset)
                words = code[:-3].astype(np.int64)
                for shift in (1, 2, 3):
                    words = words | code[shift : len(code) - 3 + shift].astype(np.int64) << 8 * shift
                words = np.where(words >> 31, words - (1 << 32), words)
                targets = words + np.arange(len(words), dtype=np.int64) + segment.address + 4
                order = np.argsort(targets, kind="stable")
                found.append((segment.address, targets[order], order))
        return found

    def references(self, first: int, last: int | None = None) -> list[tuple[int, int]]:
        """Positions in code of displacements that lead to an address, or into a range, each with where it leads."""
        import numpy as np  # noqa: PLC0415  as above

        found: list[tuple[int, int]] = []
        end = first if last is None else last
        for base, targets, order in self._targets:
            low, high = np.searchsorted(targets, first), np.searchsorted(targets, end, side="right")
            found += [(base + int(order[n]), int(targets[n])) for n in range(low, high)]
        return sorted(found)

    def words(self, value: int) -> list[int]:
        """Addresses at which a loaded segment holds a number as a pointer; in a file of fixed addresses, also as a
        32-bit number in code."""
        sought = [struct.pack("<Q", value)]
        found: list[int] = []
        for segment in self.segments:
            part = self.data[segment.offset : segment.offset + segment.size]
            wanted = (
                [*sought, struct.pack("<I", value)] if self.fixed and segment.executable and value < 1 << 32 else sought
            )
            for pattern in wanted:
                at = part.find(pattern)
                while at >= 0:
                    found.append(segment.address + at)
                    at = part.find(pattern, at + 1)
        return found

    def code(self, pattern: bytes) -> list[int]:
        """Addresses in executable segments where these bytes stand."""
        found: list[int] = []
        for segment in self.segments:
            if segment.executable:
                part = self.data[segment.offset : segment.offset + segment.size]
                at = part.find(pattern)
                while at >= 0:
                    found.append(segment.address + at)
                    at = part.find(pattern, at + 1)
        return found
