"""The file header, the program headers and the section headers, each field checked against the file's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import (
    ELFCLASS32,
    ELFCLASS64,
    ELFDATA2LSB,
    ELFDATA2MSB,
    ELFMAG,
    PN_XNUM,
    SHF,
    SHN_XINDEX,
    SHT,
)
from mapproof.frontends.elf.layout import Layout, layout

if TYPE_CHECKING:
    import numpy.typing as npt

    from mapproof.frontends.elf.fault import FaultLog

_MOST_SEGMENTS: Final = 4096
_MOST_SECTIONS: Final = 1 << 18
"""More headers than any linker writes: the rest is not read, and that is a fault."""


@dataclass(frozen=True, slots=True)
class Header:
    """``e_ident`` and the fields after it, as the file has them. ``offsets`` gives each field's file offset."""

    layout: Layout
    osabi: int
    type: int
    machine: int
    entry: int
    phoff: int
    shoff: int
    flags: int
    phentsize: int
    phnum: int
    shentsize: int
    shnum: int
    shstrndx: int

    def offset(self, field: str) -> int:
        """The file offset of a header field by its gABI name."""
        wide = {
            "e_type": 16,
            "e_machine": 18,
            "e_entry": 24,
            "e_phoff": 32,
            "e_shoff": 40,
            "e_flags": 48,
            "e_phentsize": 54,
        }
        wide |= {"e_phnum": 56, "e_shentsize": 58, "e_shnum": 60, "e_shstrndx": 62}
        narrow = {"e_type": 16, "e_machine": 18, "e_entry": 24, "e_phoff": 28, "e_shoff": 32, "e_flags": 36}
        narrow |= {"e_phentsize": 42, "e_phnum": 44, "e_shentsize": 46, "e_shnum": 48, "e_shstrndx": 50}
        return (wide if self.layout.bits == 64 else narrow)[field]


@dataclass(frozen=True, slots=True)
class Segment:
    """One program header, as the file has it. ``offset`` is where the header itself stands."""

    index: int
    offset: int
    type: int
    flags: int
    file_offset: int
    vaddr: int
    file_size: int
    memory_size: int
    align: int


@dataclass(frozen=True, slots=True)
class Section:
    """One section header, as the file has it. ``offset`` is where the header itself stands."""

    index: int
    offset: int
    name: str
    type: int
    flags: int
    vaddr: int
    file_offset: int
    size: int
    link: int
    info: int
    align: int
    entry_size: int

    @property
    def allocated(self) -> bool:
        """It occupies memory when the program runs."""
        return bool(self.flags & SHF.ALLOC)

    @property
    def executable(self) -> bool:
        """It holds instructions."""
        return bool(self.flags & SHF.EXECINSTR)


def read_header(data: memoryview, log: FaultLog) -> Header | None:
    """The file header, or ``None`` when the bytes cannot be an ELF file that anything could be said of."""
    if bytes(data[:4]) != ELFMAG:
        log.add("e_ident", 0, "no ELF magic")
        return None
    if len(data) < 16:
        log.add("e_ident", 4, f"the file ends after {len(data)} bytes")
        return None
    bits = {ELFCLASS32: 32, ELFCLASS64: 64}.get(data[4])
    order = {ELFDATA2LSB: "<", ELFDATA2MSB: ">"}.get(data[5])
    if bits is None or order is None:
        field, offset = ("EI_CLASS", 4) if bits is None else ("EI_DATA", 5)
        log.add(field, offset, f"unknown value {data[offset]}")
        return None
    plain = layout(bits, order, 0)
    if len(data) < 16 + plain.header.size:
        log.add("e_ehsize", 16, f"the file ends inside its header, after {len(data)} bytes")
        return None
    kind, machine, version, entry, phoff, shoff, flags, _, phentsize, phnum, shentsize, shnum, shstrndx = (
        plain.header.unpack_from(data, 16)
    )
    if version != 1:
        log.add("e_version", 20, f"version {version}, read as 1")
    return Header(
        layout(bits, order, machine), data[7], kind, machine, entry, phoff, shoff, flags, phentsize, phnum, shentsize,
        shnum, shstrndx,
    )  # fmt: skip  # one line per header field would hide that this is the header's own order


def _table(
    content: npt.NDArray[np.uint8], start: int, count: int, stride: int, kind: np.dtype[np.void]
) -> npt.NDArray[np.void]:
    """``count`` records from ``start``, ``stride`` bytes apart, fewer if the file ends first."""
    fitting = (
        max(0, (len(content) - start - kind.itemsize) // stride + 1) if start + kind.itemsize <= len(content) else 0
    )
    count = min(count, fitting)
    if count <= 0:
        return np.zeros(0, kind)
    return np.ndarray((count,), kind, content, start, (stride,))


def read_segments(content: npt.NDArray[np.uint8], header: Header, log: FaultLog) -> tuple[Segment, ...]:
    """The program headers that the file holds."""
    count = header.phnum
    if count == PN_XNUM:
        first = _table(content, header.shoff, 1, header.layout.shdr.itemsize, header.layout.shdr)
        count = int(first[0]["sh_info"]) if header.shoff and len(first) else 0
        if not count:
            log.add("e_phnum", header.offset("e_phnum"), "PN_XNUM without a first section header to hold the number")
    if count == 0:
        return ()
    kind = header.layout.phdr
    if header.phentsize != kind.itemsize:
        log.add(
            "e_phentsize", header.offset("e_phentsize"), f"{header.phentsize}, expected {kind.itemsize}; read as that"
        )
    table = _table(content, header.phoff, min(count, _MOST_SEGMENTS), kind.itemsize, kind)
    if len(table) < count:
        log.add("e_phnum", header.offset("e_phnum"), f"{count} program headers stated, {len(table)} read")
    return tuple(
        Segment(
            index=number,
            offset=header.phoff + number * kind.itemsize,
            type=int(row["p_type"]),
            flags=int(row["p_flags"]),
            file_offset=int(row["p_offset"]),
            vaddr=int(row["p_vaddr"]),
            file_size=int(row["p_filesz"]),
            memory_size=int(row["p_memsz"]),
            align=int(row["p_align"]),
        )
        for number, row in enumerate(table)
    )


def read_sections(content: npt.NDArray[np.uint8], header: Header, log: FaultLog) -> tuple[Section, ...]:
    """The section headers that the file holds; none, with a fault, when they cannot be trusted to be headers."""
    if header.shoff == 0:
        if header.shnum:
            log.add("e_shoff", header.offset("e_shoff"), f"0, though e_shnum is {header.shnum}")
        return ()
    kind = header.layout.shdr
    if header.shentsize != kind.itemsize:
        log.add(
            "e_shentsize",
            header.offset("e_shentsize"),
            f"{header.shentsize}, expected {kind.itemsize}; sections ignored",
        )
        return ()
    first = _table(content, header.shoff, 1, kind.itemsize, kind)
    if not len(first):
        log.add("e_shoff", header.offset("e_shoff"), f"{header.shoff:#x} lies beyond the file's end; sections ignored")
        return ()
    count = header.shnum or int(first[0]["sh_size"])
    table = _table(content, header.shoff, min(count, _MOST_SECTIONS), kind.itemsize, kind)
    if len(table) < count:
        log.add("e_shnum", header.offset("e_shnum"), f"{count} section headers stated, {len(table)} read")
    strings = int(first[0]["sh_link"]) if header.shstrndx == SHN_XINDEX else header.shstrndx
    names = _names(content, table, strings, header, log)
    return tuple(
        Section(number, header.shoff + number * kind.itemsize, _name(names, name), *fields)
        for number, (name, *fields) in enumerate(table.tolist())
    )


def _names(
    content: npt.NDArray[np.uint8], table: npt.NDArray[np.void], index: int, header: Header, log: FaultLog
) -> bytes:
    """The section name strings; empty, with a fault, when ``e_shstrndx`` leads nowhere."""
    if index == 0:
        return b""
    if index >= len(table) or int(table[index]["sh_type"]) == SHT.NOBITS:
        log.add("e_shstrndx", header.offset("e_shstrndx"), f"{index} is no string section; sections have no names")
        return b""
    start, size = int(table[index]["sh_offset"]), int(table[index]["sh_size"])
    if start + size > len(content):
        log.add(
            "sh_size", header.shoff + index * header.layout.shdr.itemsize, "section names reach beyond the file's end"
        )
    return content[start : start + min(size, 1 << 26)].tobytes()


def _name(names: bytes, start: int) -> str:
    """The string at ``start``, cut at its zero or at 4,096 bytes."""
    end = names.find(b"\0", start, start + 4096)
    return names[start : start + 4096 if end < 0 else end].decode("utf-8", "replace")
