"""Discovery: one sweep over the code finds every reference to a set of addresses, without disassembling the text.

What is found over-approximates: bytes inside other instructions, or inside data among the code, can look like a
reference. Nothing that refers to a target directly is left out on a processor with a ``Machine``; what is *not* seen
are targets that a program computes (a table walked by index, a pointer handed around): those show as an ADDRESS
reference to the table at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.function import stated_bounds
from mapproof.frontends.elf.reference import Kind, References, Wanted, join, make, sorted_unique, unpack
from mapproof.frontends.elf.slot import data_references, field_references, got_cells, in_loader_table, mapping_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

REACH: Final = 4096
"""How far above an address formed in a register a compiler puts a cell that it then reaches by an offset."""


_MOST_TOGETHER: Final = 1024
"""Functions whose callers are looked for in one pass."""

_MOST_FOLLOWED: Final = 60
"""References to a function whose callers' callers may be asked for: with more it is not followed that far."""

_AROUND: Final = 1 << 16
"""Bytes on each side of an instruction that are taken for its function where the file does not state one."""


@dataclass(frozen=True, slots=True)
class MappingReference:
    """An instruction or data cell that refers to a mapping function.

    ``name`` is the function; ``via`` says how: ``plt`` (the target is a linkage stub), ``got`` (a cell that only code
    refers to), ``table`` (a cell of a data table), ``direct`` (a definition in the file), ``import`` (the
    symbol itself, in an object), ``stub`` (inside a stub), ``static`` (a function of the file that stands for it).
    """

    address: int
    end: int
    target: int
    kind: Kind
    name: str
    via: str


@dataclass(frozen=True, slots=True)
class Trap:
    """A raw system call instruction: ``end`` is the instruction after it. On processors whose instructions vary in
    length it may be the inside of another one."""

    address: int
    end: int
    mnemonic: str


def references(
    image: ElfImage, targets: Iterable[int], *, tables: Iterable[int] = (), reach: int = REACH
) -> References:
    """Every instruction and data cell that refers to one of the addresses, sorted by address (``reference.RECORD``).

    ``tables`` are targets that code may also reach by an offset: for them, operands whose offset leads from an address
    formed in the same function, up to ``reach`` below, to the target are found too (``Kind.NEAR``). Only data cells,
    with a fault, when nothing is known of the processor.
    """
    wanted = Wanted.of(targets, tables, reach)
    if not len(wanted.exact):
        return join([])
    if image.machine is not None and image.machine.thumb:
        code = [target for target in wanted.exact.tolist() if image.is_code(target)]
        wanted = Wanted.of([*wanted.exact.tolist(), *(target | 1 for target in code)], wanted.tables.tolist(), reach)
        return _without_thumb_bit(image, _references(image, wanted))
    return _references(image, wanted)


def _without_thumb_bit(image: ElfImage, found: References) -> References:
    """Targets in code with their lowest bit, which chooses the instruction set, cleared."""
    odd = np.flatnonzero(found["target"] & np.uint64(1))
    for place in odd.tolist():
        if image.is_code(int(found["target"][place])):
            found["target"][place] &= np.uint64((1 << 64) - 2)
    return join([found])


def _references(image: ElfImage, wanted: Wanted) -> References:
    """All references of data cells and instructions."""
    cells = data_references(image, wanted)
    parts = [cells[wanted.holds(cells["target"])], field_references(image, wanted)]
    if image.machine is None:
        number = image.header.machine if image.header else 0
        image.log.add("e_machine", 18, f"instructions of machine {number} are not read")
        return join(parts)
    for code in image.memory.code_ranges():
        found = image.machine.sweep(image, code, wanted)
        parts.append(found[wanted.holds(found["target"])])
        if len(wanted.tables):
            bases = found[(found["kind"] == Kind.ADDRESS) & ~wanted.holds(found["target"])]
            parts.append(_near(image, code, wanted, join([bases, _loaded_bases(image, code, cells)])))
    return join(parts)


def _loaded_bases(image: ElfImage, code: CodeRange, cells: References) -> References:
    """Loads of a GOT cell that holds an address near a target, with that address as their target."""
    pointers = got_cells(image, cells)
    if image.machine is None or not len(pointers):
        return join([])
    found = image.machine.sweep(image, code, Wanted.of(pointers["address"].tolist()))
    place = np.searchsorted(pointers["address"], found["target"])
    found["target"] = pointers["target"][place]
    return found


def _near(image: ElfImage, code: CodeRange, wanted: Wanted, bases: References) -> References:
    """Operands of a function that lead from an address formed there to a wanted one a little above it."""
    if image.machine is None:
        return join([])
    grouped: dict[tuple[int, int], set[int]] = {}
    for address, _, base, _ in bases.tolist():
        grouped.setdefault(stated_bounds(image, address) or (address - _AROUND, address + _AROUND), set()).add(base)
    parts = []
    for (low, high), formed in grouped.items():
        for base in sorted(formed):
            first = int(np.searchsorted(wanted.tables, np.uint64(base)))
            last = int(np.searchsorted(wanted.tables, np.uint64(base + wanted.reach), side="right"))
            distances = (wanted.tables[first:last] - np.uint64(base)).astype(np.int64)
            found = image.machine.displaced(image, code, low, high, distances)
            target = found.distance.astype(np.uint64) + np.uint64(base)
            parts.append(make(found.address.astype(np.uint64), found.end.astype(np.uint64), target, Kind.NEAR))
    return join(parts)


def callers_of(image: ElfImage, function: int) -> References:
    """Everything that may call or hold the address of the function at an address: calls, jumps, address formation,
    data cells. A function whose address escapes has ADDRESS or DATA references. Where the ABI gives a function a second
    entry for local calls, references to that one appear with it as their target."""
    if function not in image.referring:
        _refer(image, function)
        found = image.referring[function]
        if len(found) <= _MOST_FOLLOWED:
            expect_around(image, found["address"].tolist())
    return image.referring[function]


def expect_around(image: ElfImage, addresses: Iterable[int]) -> None:
    """Say that :func:`callers_of` may be asked soon of the functions around these addresses: one pass over the code
    then serves them all."""
    around = (image.function_bounds(address) for address in addresses)
    image.awaited.update(
        bounds.start for bounds in around if bounds is not None and bounds.start not in image.referring
    )


def _refer(image: ElfImage, function: int) -> None:
    """Find what refers to a function, and to those that are awaited where that costs no more."""
    image.awaited.discard(function)
    if image.machine is not None and image.machine.independent and image.awaited:
        chosen = [function, *sorted(image.awaited)[: _MOST_TOGETHER - 1]]
        image.awaited.difference_update(chosen)
        image.referring.update(_by_target(references(image, chosen), chosen))
        return
    image.referring[function] = references(image, _entries(image, function))


def _by_target(found: References, targets: Iterable[int]) -> dict[int, References]:
    """The references of each target, in order."""
    order = np.argsort(found["target"], kind="stable")
    ordered = found[order]
    keys = ordered["target"]
    result = {}
    for target in targets:
        low, high = np.searchsorted(keys, np.uint64(target)), np.searchsorted(keys, np.uint64(target), side="right")
        result[target] = ordered[low:high]
    return result


def _entries(image: ElfImage, function: int) -> tuple[int, ...]:
    """Where calls enter a function: its start, and its second entry if it has one."""
    finder = None if image.machine is None else image.machine.local_entry
    local = None if finder is None else finder(image, function)
    return (function,) if local is None else (function, local)


def functions_that_call(image: ElfImage, names: Iterable[str]) -> list[int]:
    """Where the functions start, in order, that call or jump to one of these functions of other files."""
    flow = {Kind.CALL, Kind.JUMP, Kind.BRANCH, Kind.CALL_SLOT, Kind.JUMP_SLOT}
    calls = [found for found in mapping_references(image, sorted(names)) if found.kind in flow and found.via != "stub"]
    around = (image.function_bounds(found.address) for found in calls)
    return sorted({bounds.start for bounds in around if bounds is not None})


def entries_into(image: ElfImage, start: int, end: int) -> References:
    """References from outside [start, end) to an address inside it other than ``start``: control may enter there.

    Only direct jumps, calls and address formation are seen, not jump tables.
    """
    found = references(image, range(start + 1, min(end, start + (1 << 16))))
    return found[(found["address"] < start) | (found["address"] >= end)]


def stubs(image: ElfImage, slots: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Stub address to (cell, address of the jump), for code that loads one of the cells and jumps to what it holds.

    Linkage stubs of every flavour, found by decoding, not by a section's name; also the last instructions of a function
    that ends in such a jump.
    """
    if image.machine is None:
        return {}
    sorted_slots = sorted_unique(np.fromiter(slots, np.uint64))
    if not len(sorted_slots):
        return {}
    found: dict[int, tuple[int, int]] = {}
    for code in image.memory.code_ranges():
        found |= image.machine.stubs(image, code, sorted_slots)
    return found


def mapping_references(
    image: ElfImage, names: Iterable[str], inside: Mapping[int, str] | None = None
) -> tuple[MappingReference, ...]:
    """Every reference to a function of one of the names, however it is bound, in one sweep; ``inside`` are functions of
    the file itself that stand for such a one, by address.

    Cells that hold the address of such a function, or of a stub that leads to it, are tables like those that the
    dynamic linker fills. What a linkage stub itself does with its cell is there too, with ``via`` ``stub``. Only code
    that control cannot fall into from the instruction before and that has no name of its own counts as a stub; a
    function that ends in a jump through a cell does not.
    """
    wanted = tuple(names)
    slots = mapping_slots(image, wanted)
    linkage = stubs(image, slots)
    targets: dict[int, tuple[str, str]] = {cell: (name, _cell_kind(image, cell)) for cell, name in slots.items()}
    for external in image.externals:
        if external.name in wanted:
            targets |= {external.cell: (external.name, "got"), external.address: (external.name, "import")}
    targets |= {address: (name, "direct") for address, name in image.defined(wanted).items()}
    targets |= {stub: (slots[cell], "plt") for stub, (cell, _) in linkage.items()}
    targets |= {entry: (name, "static") for start, name in (inside or {}).items() for entry in _entries(image, start)}
    found = references(image, targets, tables=[cell for cell, (_, via) in targets.items() if via == "table"])
    cells = {
        item.address: (targets[item.target][0], "table")
        for item in unpack(found)
        if item.kind == Kind.DATA
        and item.target not in slots
        and item.address not in targets
        and not in_loader_table(image, item.address)
    }
    if cells:
        targets |= cells
        found = join([found, references(image, cells, tables=cells)])
    stubbed = [(stub, jump, cell) for stub, (cell, jump) in linkage.items() if _is_linkage(image, stub)]
    result = []
    for item in unpack(found):
        name, via = targets[item.target]
        if item.kind != Kind.DATA and any(
            stub <= item.address <= jump and item.target == cell for stub, jump, cell in stubbed
        ):
            via = "stub"
        result.append(MappingReference(item.address, item.end, item.target, item.kind, name, via))
    return tuple(result)


def _is_linkage(image: ElfImage, stub: int) -> bool:
    """Whether a stub is nothing but a stub: unnamed, and not the end of something longer."""
    symbol = image.symbol_at(stub)
    if symbol is not None and not symbol.name.endswith("@plt"):
        return False
    code = next((code for code in image.memory.code_ranges() if code.vaddr <= stub < code.end), None)
    return image.machine is not None and code is not None and not image.machine.falls_into(image, code, stub)


def _cell_kind(image: ElfImage, cell: int) -> str:
    """``got`` when the cell is filled by a relocation made for code to refer to, else ``table``."""
    types = None if image.machine is None else image.machine.relocations
    for block in image.relocations:
        if block.relative or types is None:
            continue
        if block.source == "DT_MIPS_GOTSYM" and len(block) and int(block.where[0]) <= cell <= int(block.where[-1]):
            return "got"
        kinds = block.type[block.where == np.uint64(cell)]
        if len(kinds) and int(kinds[0]) in {types.glob_dat, types.jump_slot}:
            return "got"
    return "table"


def traps(image: ElfImage) -> tuple[Trap, ...]:
    """Every raw system call instruction of the code, by address."""
    if image.machine is None:
        return ()
    found = [trap for code in image.memory.code_ranges() for trap in image.machine.traps(image, code)]
    mask = (1 << 64) - 1
    return tuple(Trap(address & mask, (address & mask) + size, name) for address, size, name in sorted(set(found)))
