"""One ELF file, opened in place: what it maps where, what it names, and where its functions are.

Nothing of the file is trusted. A field that makes no sense is noted in :attr:`ElfImage.faults` and read as if it were
absent; no input makes a method raise, loop for long or allocate more than a small multiple of the file's size.
Everything beyond the headers is read when first asked for. Section headers are used only for what program headers
cannot tell (objects, ``.symtab``, ``.comment``), since a file runs without them.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mapproof.frontends.elf import function, linkage, note, unwind
from mapproof.frontends.elf.address import AddressSpace
from mapproof.frontends.elf.constants import DT, EM, ET, PT, SHT
from mapproof.frontends.elf.dynamic import Dynamic, read_dynamic
from mapproof.frontends.elf.fault import ElfFault, FaultLog
from mapproof.frontends.elf.header import Section, Segment, read_header, read_sections, read_segments
from mapproof.frontends.elf.layout import Layout, layout
from mapproof.frontends.elf.machine import Machine, machine_of
from mapproof.frontends.elf.placement import Placement, place_sections, place_segments
from mapproof.frontends.elf.relocation import RelocationBlock, RelocationReader
from mapproof.frontends.elf.symbol import Symbol, SymbolTable, dynamic_symbols, section_symbols

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from mapproof.frontends.elf.reference import References


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer-sized cell holds once the file is loaded, load base 0.

    ``address``: a place in this file, or a plain number, ``None`` when it is not known. ``symbol``: the name that the
    dynamic linker looks up; with an ``address`` too, this file has a definition, which another file may override.
    ``indirect``: the value is what a resolver function at ``address`` returns. ``relocated`` is false for a cell that
    stays as the file has it.
    """

    address: int | None
    symbol: str | None = None
    addend: int = 0
    indirect: bool = False
    relocated: bool = True


class ElfImage:
    """A parsed file. Make one with :meth:`open` or from bytes that are already in memory."""

    def __init__(self, data: bytes | bytearray | memoryview | mmap.mmap, name: str) -> None:
        self.name = name
        self.data = memoryview(data)
        self.content: npt.NDArray[np.uint8] = np.frombuffer(self.data, np.uint8)
        self.log = FaultLog()
        self.pointer_encodings: dict[int, int] = {}
        self.register_bases: dict[int, int] | None = None
        self.referring: dict[int, References] = {}
        """What refers to a function, as far as it was asked for; ``awaited`` are those that may be asked for next."""
        self.awaited: set[int] = set()
        self._orders: dict[str, tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.uint64], RelocationBlock]] = {}
        self.header = read_header(self.data, self.log)
        self.layout: Layout = self.header.layout if self.header else layout(64, "<", 0)
        self.segments: tuple[Segment, ...] = read_segments(self.content, self.header, self.log) if self.header else ()
        self.sections: tuple[Section, ...] = read_sections(self.content, self.header, self.log) if self.header else ()
        self._placement: Placement = (
            place_sections(self.content, self.sections, self.log)
            if self.is_object
            else place_segments(self.content, self.segments, self.layout, self.log)
        )
        self.memory: AddressSpace = self._placement.memory
        if self.is_object:
            patched = linkage.linked(self, self._placement.end)
            self.memory = AddressSpace(patched, self.memory.extents, ())

    @classmethod
    def open(cls, path: str | Path) -> ElfImage:
        """Map a file. Raises ``OSError`` when it cannot be opened; an empty file is an image without a header."""
        with Path(path).open("rb") as stream:
            try:
                data: bytes | mmap.mmap = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                data = b""
            return cls(data, str(path))

    @property
    def faults(self) -> tuple[ElfFault, ...]:
        """What was found wrong so far; later questions can add to it."""
        return tuple(self.log.faults)

    @property
    def type(self) -> int:
        """``e_type``; ``ET_NONE`` without a header."""
        return self.header.type if self.header else ET.NONE

    @property
    def is_object(self) -> bool:
        """A relocatable object: its sections have no addresses of their own."""
        return self.type == ET.REL

    @property
    def position_independent(self) -> bool:
        """The loader chooses the base address."""
        return self.type == ET.DYN

    @cached_property
    def machine(self) -> Machine | None:
        """What is known of the processor; ``None`` when its code cannot be read."""
        if self.header is None:
            return None
        return machine_of(self.header.machine, self.layout.bits, self.layout.order)

    def section(self, name: str) -> Section | None:
        """The first section of that name."""
        return next((section for section in self.sections if section.name == name), None)

    def section_address(self, section: Section) -> int:
        """Where a section stands: its address, or in an object the one it was given."""
        return self._placement.bases[section.index] if self._placement.bases is not None else section.vaddr

    def place(self, vaddr: int) -> tuple[str, int] | None:
        """(section name, offset in it) of an address, for people; ``None`` when no section covers it."""
        for section in self.sections:
            base = self.section_address(section)
            if section.allocated and base <= vaddr < base + section.size:
                return section.name, vaddr - base
        return None

    @cached_property
    def dynamic(self) -> Dynamic:
        """The dynamic section; empty for files that no dynamic linker touches."""
        places = [(segment.file_offset, segment.file_size) for segment in self.segments if segment.type == PT.DYNAMIC]
        if not places:
            return Dynamic(())
        if len(places) > 1:
            self.log.add("PT_DYNAMIC", None, f"{len(places)} dynamic segments, the last one counts")
        return read_dynamic(self.memory, self.content, places[-1], self.layout, self.log)

    def dynamic_string(self, start: int) -> str:
        """A string of the dynamic string table; empty when it lies outside."""
        address, size = self.dynamic.value(DT.STRTAB), self.dynamic.value(DT.STRSZ) or 0
        base = None if address is None else self.memory.offset_of(address)
        if base is None or start >= size:
            return ""
        piece = bytes(self.data[base + start : base + min(size, start + 4096)])
        return piece.partition(b"\0")[0].decode("utf-8", "replace")

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The libraries it asks for."""
        return tuple(self.dynamic_string(value) for value in self.dynamic.values(DT.NEEDED)[:4096])

    @cached_property
    def soname(self) -> str | None:
        """The name it wants to be known by."""
        value = self.dynamic.value(DT.SONAME)
        return None if value is None else self.dynamic_string(value) or None

    @cached_property
    def interpreter(self) -> str | None:
        """The program interpreter's path."""
        for segment in self.segments:
            if segment.type == PT.INTERP:
                start = segment.file_offset
                piece = bytes(self.data[start : start + min(segment.file_size, 4096)])
                return piece.partition(b"\0")[0].decode("utf-8", "replace")
        return None

    @cached_property
    def relocations(self) -> tuple[RelocationBlock, ...]:
        """Every relocation table: those of the dynamic section, else (objects, static executables) those of
        sections."""
        if self.header is None:
            return ()
        reader = RelocationReader(self.content, self.memory, self.layout, self.header.machine, self.log)
        if self.dynamic.entries:
            return reader.dynamic_blocks(self.dynamic)
        blocks = []
        for section in self.sections:
            if section.type not in {SHT.REL, SHT.RELA}:
                continue
            target = self.sections[section.info] if section.info < len(self.sections) else None
            if target is None or not (target.allocated if self.is_object else section.allocated):
                continue
            explicit = section.type == SHT.RELA
            block = reader.table(
                section.name, section.file_offset, section.size, explicit=explicit, blame=section.offset
            )
            base = np.uint64(self.section_address(target) if self.is_object else 0)
            blocks.append(
                RelocationBlock(
                    section.name, block.where + base, block.type, block.symbol, block.addend, symbols=section.link
                )
            )
        return tuple(block for block in blocks if len(block))

    @cached_property
    def dynsym(self) -> SymbolTable | None:
        """The dynamic symbols."""
        if not self.dynamic.entries:
            return None
        highest = max((int(block.symbol.max()) for block in self.relocations if not block.relative), default=0)
        highest = max(highest, (self.dynamic.value(DT.MIPS_SYMTABNO) or 1) - 1)
        table = dynamic_symbols(self.content, self.memory, self.dynamic, self.layout, self.log, highest)
        return table.clear_thumb_bits() if table is not None and self._is_arm else table

    @cached_property
    def symtab(self) -> SymbolTable | None:
        """The link-time symbols of ``.symtab``; ``None`` in a stripped file."""
        return next(
            (table for section in self.sections if section.type == SHT.SYMTAB and (table := self._table(section))), None
        )

    def _table(self, section: Section) -> SymbolTable:
        bases = self._placement.bases
        array = None if bases is None else np.array(bases, np.uint64)
        table = section_symbols(self.content, self.sections, section, array, self.layout, self.log)
        return table.clear_thumb_bits() if self._is_arm else table

    @property
    def _is_arm(self) -> bool:
        return self.header is not None and self.header.machine == EM.ARM

    def relocation_order(self, block: RelocationBlock) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.uint64]]:
        """(positions, cell addresses) of a block sorted by cell; positions are ``None`` when it is sorted already."""
        known = self._orders.get(block.source)
        if known is None or known[2] is not block:
            if bool(np.all(block.where[1:] >= block.where[:-1])):
                known = (None, block.where, block)
            else:
                order = np.argsort(block.where, kind="stable")
                known = (order, block.where[order], block)
            self._orders[block.source] = known
        return known[0], known[1]

    def symbols_of(self, block: RelocationBlock) -> SymbolTable | None:
        """The symbol table that a relocation block's numbers refer to."""
        return self.dynsym if block.symbols is None else self.symtab

    def symbol_at(self, vaddr: int) -> Symbol | None:
        """The code symbol that names an address or whose stated size covers it; ``.symtab`` first."""
        for table in (self.symtab, self.dynsym):
            found = None if table is None else table.covering(vaddr)
            if found is not None:
                return found
        return None

    def defined(self, names: Iterable[str]) -> dict[int, str]:
        """Address to name of every definition in the file of one of the names, from both symbol tables."""
        wanted = tuple(names)
        found: dict[int, str] = {}
        for table in (self.dynsym, self.symtab):
            if table is not None:
                for index, name in table.named(wanted).items():
                    if table.defined[index]:
                        found[int(table.values[index])] = name
        return found

    @cached_property
    def externals(self) -> tuple[linkage.External, ...]:
        """An object's undefined symbols and the addresses that stand for them."""
        return linkage.externals(self.symtab, self._placement.end) if self.is_object and self.symtab else ()

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Names that must come from elsewhere, in table order."""
        table = self.symtab if self.is_object else self.dynsym
        return () if table is None else tuple(table.name(index) for index in table.undefined().tolist())

    @cached_property
    def exports(self) -> tuple[Symbol, ...]:
        """Definitions that other files can bind to, in table order."""
        table = self.symtab if self.is_object else self.dynsym
        if table is None:
            return ()
        return tuple(symbol for index in table.exported().tolist() if (symbol := table.symbol(index)) is not None)

    @cached_property
    def notes(self) -> tuple[note.Note, ...]:
        """Every note."""
        return note.notes(self)

    @cached_property
    def build_id(self) -> str | None:
        """The linker's build id in hexadecimal."""
        return note.build_id(self)

    @cached_property
    def frames(self) -> tuple[unwind.FrameTable, ...]:
        """The unwind tables."""
        return unwind.frame_tables(self)

    @cached_property
    def function_starts(self) -> npt.NDArray[np.uint64]:
        """Every address that looks like the start of a function, sorted. Costs a pass over the code."""
        return function.weak_starts(self)

    def function_bounds(self, vaddr: int) -> function.Bounds | None:
        """The bounds of the function that holds an address."""
        return function.bounds_of(self, vaddr)

    def read(self, vaddr: int, size: int) -> bytes | None:
        """``size`` bytes as the file has them; see :meth:`AddressSpace.read`."""
        return self.memory.read(vaddr, size)

    def is_code(self, vaddr: int) -> bool:
        """See :meth:`AddressSpace.is_code`."""
        return self.memory.is_code(vaddr)

    def is_outside_code(self, vaddr: int) -> bool:
        """Whether section headers name code elsewhere and none at an address; as little to be trusted as
        :meth:`is_data_section`."""
        code = [section for section in self.sections if section.executable and section.allocated]
        return bool(code) and not any(section.vaddr <= vaddr < section.vaddr + section.size for section in code)

    def is_data_section(self, vaddr: int) -> bool:
        """Whether a section header says that an address holds data, whatever rights its segment has. The loader reads
        no section headers: only what is a guess anyhow may rest on them."""
        inside = [section for section in self.sections if section.vaddr <= vaddr < section.vaddr + section.size]
        inside = [section for section in inside if section.allocated and section.type != SHT.NOBITS]
        return bool(inside) and not any(section.executable for section in inside)

    def is_readonly(self, vaddr: int) -> bool:
        """See :meth:`AddressSpace.is_readonly`; RELRO is asked for separately, by :meth:`is_relro`."""
        return self.memory.is_readonly(vaddr)

    def is_relro(self, vaddr: int) -> bool:
        """See :meth:`AddressSpace.is_relro`."""
        return self.memory.is_relro(vaddr)
