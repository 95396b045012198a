"""What the linker and the loader make of a file: which addresses are whose functions, and what cells hold for good."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mapproof.frontends.elf.constants import DT
from mapproof.frontends.elf.discover import stubs
from mapproof.frontends.elf.slot import in_mips_got, mapping_slots, pointer_at
from mapproof.model.ir import Const, Content, Place, Symbol, SymbolKind
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.elf.image import ElfImage, Pointer


class Linked:
    """Questions about a file's symbols and cells, answered once each."""

    def __init__(self, image: ElfImage) -> None:
        self._image = image
        self._cells: dict[tuple[int, int], Content | None] = {}
        self._kept: dict[frozenset[str], bool] = {}
        self.standing: dict[int, str] = {}
        """Functions of the file that stand for one of another file, or of the kernel, by address."""
        self.asked: set[tuple[str, int]] = set()
        """Whose code asked for the content of which cell; nobody's where it was asked before code was run."""

    @cached_property
    def _stubs(self) -> dict[int, tuple[str, str]]:
        """Address of every linkage stub, and of every symbol that an object leaves open: (name, how it is bound)."""
        found: dict[int, tuple[str, str]] = {}
        cells = self._import_cells
        for stub, (cell, _jump) in stubs(self._image, cells).items():
            found[stub] = (cells[cell], "plt")
        for external in self._image.externals:
            found[external.address] = (external.name, "import")
        return found

    @cached_property
    def _import_cells(self) -> dict[int, str]:
        """Cells that hold the address of a symbol of another file."""
        found: dict[int, str] = {}
        image = self._image
        types = None if image.machine is None else image.machine.relocations
        for block in image.relocations:
            table = None if block.relative else image.symbols_of(block)
            if table is None or types is None or image.is_object:
                continue
            wanted = np.isin(block.type, [types.glob_dat, types.jump_slot]) | (block.source == "DT_MIPS_GOTSYM")
            for place in np.flatnonzero(wanted).tolist():
                symbol = table.symbol(int(block.symbol[place]))
                if symbol is not None and symbol.address is None and symbol.name:
                    found[int(block.where[place])] = symbol.name
        return found

    def in_got(self, cell: int) -> bool:
        """Whether a cell was made for code to load or jump through."""
        return cell in self._import_cells

    def imported(self, cell: int) -> str | None:
        """The symbol of another file whose address a cell holds for code to load or jump through."""
        return self._import_cells.get(cell)

    def keeps(self, names: frozenset[str]) -> bool:
        """Whether the address of one of these functions of other files is kept where code may load it from."""
        if names not in self._kept:
            types = None if self._image.machine is None else self._image.machine.relocations
            jumped = {
                int(where)
                for block in self._image.relocations
                if types is not None and not block.relative
                for where in block.where[block.type == types.jump_slot].tolist()
            }
            self._kept[names] = bool(mapping_slots(self._image, names).keys() - jumped)
        return self._kept[names]

    def external_at(self, address: int) -> tuple[str, str] | None:
        """(name, link) of another file's function, when the code at an address only leads to it."""
        return self._stubs.get(address)

    def stand_in(self, address: int, name: str) -> None:
        """From now on take calls of the function at an address for calls of a function of that name elsewhere."""
        self._stubs[address] = (name, "static")
        self.standing[address] = name

    def code_address(self, address: int) -> int:
        """Where the code stands that a function's address names: without the bit that chooses an instruction set."""
        return address & ~1 if self._image.machine is not None and self._image.machine.thumb else address

    def is_function(self, address: int) -> bool:
        """Whether an address is code, or stands for another file's."""
        return address in self._stubs or self._image.is_code(address)

    def name_of(self, address: int) -> str:
        """What people call the function at, or around, an address."""
        symbol = self._image.symbol_at(address)
        if symbol is not None and symbol.name and symbol.address == address:
            return symbol.name
        bounds = self._image.function_bounds(address)
        if bounds is not None and bounds.start != address:
            return self.name_of(bounds.start)
        return f"sub_{address:x}"

    @cached_property
    def _exported(self) -> frozenset[int]:
        return frozenset(symbol.address for symbol in self._image.exports if symbol.address is not None)

    def is_exported(self, address: int) -> bool:
        """Whether other files can bind to a function by name."""
        return address in self._exported

    @cached_property
    def imports(self) -> frozenset[str]:
        """Names that must come from other files."""
        return frozenset(self._image.imports)

    @cached_property
    def exports(self) -> dict[str, int]:
        """The functions that other files may call, by name."""
        found = [(symbol.name, symbol.address) for symbol in self._image.exports if symbol.name]
        placed = [(name, self.code_address(value)) for name, value in found if value is not None]
        return {name: address for name, address in placed if self._image.is_code(address)}

    def spells(self, names: Sequence[str], resolvers: Sequence[str]) -> bool:
        """Whether one of the names stands in the file's data as a text of its own, not only among the symbols, and
        something is there to look it up."""
        tables = (self._image.dynsym, self._image.symtab)
        if not names or not any(table is not None and table.named(resolvers) for table in tables):
            return False
        word = re.compile(b"(?:" + b"|".join(re.escape(name.encode()) for name in names) + b")\\0")
        low = self._image.dynamic.value(DT.STRTAB) or 0
        high = low + (self._image.dynamic.value(DT.STRSZ) or 0)
        for stretch in (*self._image.memory.data_ranges(), *self._image.memory.code_ranges()):
            for found in word.finditer(stretch.content.data):
                if not low <= stretch.vaddr + found.start() < high:
                    return True
        return False

    def content(self, address: int, size: int, symbol_of: Callable[[int], str], reader: str) -> Content | None:
        """See :meth:`mapproof.model.ir.Program.content`; ``symbol_of`` names the function at an address."""
        key = (address, size)
        self.asked.add((reader, address))
        if key not in self._cells:
            self._cells[key] = self._content(address, size, symbol_of)
        return self._cells[key]

    def _content(self, address: int, size: int, symbol_of: Callable[[int], str]) -> Content | None:
        image = self._image
        extent = image.memory.extent_at(address)
        if extent is None or extent.end - address < size:
            return None
        for external in image.externals:
            if address == external.cell and size == image.layout.word:
                return Content(Symbol(SymbolKind.FUNCTION, external.name), "got")
        constant = image.is_readonly(address) or image.is_relro(address)
        if size == image.layout.word:
            pointer = pointer_at(image, address)
            plain = not image.position_independent and not image.is_object
            if pointer.relocated or (plain and pointer.address is not None and image.is_code(pointer.address)):
                return self._pointed(address, size, pointer, symbol_of, constant=constant)
        if not constant or image.is_object or self._touched(address, size):
            return None
        raw = image.read(address, size)
        return None if raw is None else Content(Const(image.layout.integer(raw), size))

    def _touched(self, address: int, size: int) -> bool:
        """Whether a relocation changes any of these bytes."""
        for block in self._image.relocations:
            _order, keys = self._image.relocation_order(block)
            low = np.searchsorted(keys, np.uint64(max(0, address - self._image.layout.word + 1)))
            high = np.searchsorted(keys, np.uint64(address + size))
            if low < high:
                return True
        return False

    def _pointed(  # noqa: PLR0911  one answer per case
        self, address: int, size: int, pointer: Pointer, symbol_of: Callable[[int], str], *, constant: bool
    ) -> Content | None:
        """A cell that the loader fills: constant in memory that is read-only then, else taken to stay as it is when it
        holds a function."""
        if pointer.indirect or (pointer.symbol is not None and pointer.addend):
            return None
        in_got = address in self._import_cells
        if pointer.address is None:
            if pointer.symbol is None:
                return None
            symbol = Symbol(SymbolKind.FUNCTION, pointer.symbol)
            assumption = "" if constant or in_got else Assumption.TABLE_CONSTANT
            return Content(symbol, "got" if in_got else "table", assumption)
        if constant or in_mips_got(self._image, address):
            return Content(Place(pointer.address, size))
        external = self.external_at(self.code_address(pointer.address))
        if external is not None:
            return Content(Symbol(SymbolKind.FUNCTION, external[0]), "table", Assumption.TABLE_CONSTANT)
        if self._image.is_code(pointer.address):
            symbol = Symbol(SymbolKind.FUNCTION, symbol_of(self.code_address(pointer.address)))
            return Content(symbol, "table", Assumption.TABLE_CONSTANT)
        return None
