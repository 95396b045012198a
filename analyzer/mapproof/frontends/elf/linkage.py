"""Objects before linking: their code is patched as a linker would, so that it can be read like any other.

Every allocated section has an address (``address.py``). Each undefined symbol gets one too, above all sections: a cell
that stands for its GOT entry and, eight bytes on, a place that stands for the symbol itself. Relocations that code
rarely uses for calls and data are not applied; their types are noted as a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import SHN_ABS, SHN_COMMON, SHN_UNDEF

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.relocation import RelocationBlock
    from mapproof.frontends.elf.symbol import SymbolTable

_STRIDE: Final = 16
_PLACE: Final = 8


class Form(StrEnum):
    """What a relocation computes from symbol S, addend A and place P, and the field it goes to. ``GOT`` forms use the
    symbol's cell for S."""

    ABSOLUTE_64 = "S+A, 64 bits"
    ABSOLUTE_32 = "S+A, 32 bits"
    RELATIVE_64 = "S+A-P, 64 bits"
    RELATIVE_32 = "S+A-P, 32 bits"
    GOT_RELATIVE_32 = "cell+A-P, 32 bits"
    A64_BRANCH = "S+A-P, imm26"
    A64_PAGE = "page of S+A less page of P, adrp"
    A64_LOW = "low 12 bits of S+A"
    A64_GOT_PAGE = "page of the cell less page of P, adrp"
    A64_GOT_LOW = "low 12 bits of the cell"
    HALF_WORDS_32 = "(S+A-P)/2, 32 bits"
    PPC_BRANCH = "S+A-P, LI"
    RISCV_CALL = "S+A-P, auipc and jalr"
    ARM_BRANCH = "S+A-P, imm24"
    THUMB_BRANCH = "S+A-P, bl"
    NOTHING = "no change"


_GOT: Final = {Form.GOT_RELATIVE_32, Form.A64_GOT_PAGE, Form.A64_GOT_LOW}


@dataclass(frozen=True, slots=True)
class External:
    """A symbol that the object does not define: its ``index``, the ``cell`` for its GOT entry and the ``address``
    that stands for it."""

    name: str
    index: int
    cell: int
    address: int


def externals(table: SymbolTable, first: int) -> tuple[External, ...]:
    """The undefined and common symbols of a table, with addresses from ``first`` on; index order."""
    chosen = _outside(table)
    return tuple(
        External(table.name(index), index, first + _STRIDE * number, first + _STRIDE * number + _PLACE)
        for number, index in enumerate(np.flatnonzero(chosen).tolist())
    )


def _outside(table: SymbolTable) -> npt.NDArray[np.bool_]:
    section = table.sections
    chosen = (section == SHN_UNDEF) | (section == SHN_COMMON)
    chosen[:1] = False
    return np.asarray(chosen)


def linked(image: ElfImage, first: int) -> npt.NDArray[np.uint8]:
    """A copy of the file with the relocations of its sections applied; external symbols stand from ``first`` on."""
    content = image.content.copy()
    table = image.symtab
    machine = image.machine
    if table is None or machine is None:
        return content
    outside = _outside(table)
    cell = np.full(len(table), -1, np.int64)
    cell[outside] = first + _STRIDE * np.arange(int(outside.sum()))
    value = np.where(outside, cell + _PLACE, table.values.astype(np.int64))
    value[table.sections == SHN_ABS] = table.values[table.sections == SHN_ABS].astype(np.int64)
    skipped: set[int] = set()
    for block in image.relocations:
        for kind, rows in _by_type(block, len(table), len(content)):
            form = machine.relocations.forms.get(kind)
            if form is None:
                skipped.add(kind)
            elif form is not Form.NOTHING:
                symbol = block.symbol[rows]
                base = cell[symbol] if form in _GOT else value[symbol]
                usable = base >= 0
                addend = None if block.addend is None else block.addend[rows][usable]
                _apply(image, content, form, block.where[rows][usable].astype(np.int64), base[usable], addend)
    if skipped:
        image.log.add("r_type", None, f"relocation types that are not applied to the object: {sorted(skipped)}")
    return content


def _by_type(block: RelocationBlock, symbols: int, size: int) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Positions of a block's relocations by type, those that lie outside the file or name no symbol left out."""
    valid = (block.symbol < symbols) & (block.where <= np.uint64(max(0, size - 8)))
    for kind in np.unique(block.type[valid]).tolist():
        yield kind, np.flatnonzero(valid & (block.type == kind))


def _apply(
    image: ElfImage,
    content: npt.NDArray[np.uint8],
    form: Form,
    where: npt.NDArray[np.int64],
    base: npt.NDArray[np.int64],
    addend: npt.NDArray[np.int64] | None,
) -> None:
    """Compute and store one form of relocation at many places."""
    width = 8 if form in {Form.ABSOLUTE_64, Form.RELATIVE_64, Form.RISCV_CALL} else 4
    cells = where[:, None] + np.arange(width)
    kind = np.dtype(f"{image.layout.order}u{width}")
    field = np.ascontiguousarray(content[cells]).reshape(-1).view(kind).astype(np.uint64)
    if addend is None:
        addend = _implicit(form, field)
    total = base + addend
    distance = total - where
    result = _field(form, field, total, distance, where)
    content[cells] = result.astype(kind).view(np.uint8).reshape(-1, width)


def _implicit(form: Form, field: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """The addend that a REL relocation finds in its field."""
    if form is Form.ARM_BRANCH:
        return (((field & np.uint64(0xFFFFFF)).astype(np.int64) ^ 0x800000) - 0x800000) * 4
    if form is Form.THUMB_BRANCH:
        return np.full(len(field), -4, np.int64)
    return field.astype(np.uint32).view(np.int32).astype(np.int64)


def _field(
    form: Form,
    field: npt.NDArray[np.uint64],
    total: npt.NDArray[np.int64],
    distance: npt.NDArray[np.int64],
    where: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint64]:
    """The field's new content."""
    if form in {Form.A64_PAGE, Form.A64_GOT_PAGE}:
        pages = (total >> 12) - (where >> 12)
        return _insert(_insert(field, pages & 3, 29, 2), pages >> 2, 5, 19)
    if form in {Form.A64_LOW, Form.A64_GOT_LOW}:
        return _insert(field, (total & 0xFFF) >> _a64_scale(field), 10, 12)
    if form is Form.RISCV_CALL:
        low = (distance & 0xFFF ^ 0x800) - 0x800
        return _insert(_insert(field, (distance - low) >> 12, 12, 20), low, 52, 12)
    if form is Form.THUMB_BRANCH:
        return _thumb(field, distance)
    placed = {
        Form.A64_BRANCH: (2, 0, 26),
        Form.PPC_BRANCH: (2, 2, 24),
        Form.ARM_BRANCH: (2, 0, 24),
        Form.HALF_WORDS_32: (1, 0, 32),
    }.get(form)
    if placed is not None:
        shift, low_bit, width = placed
        return _insert(field, distance >> shift, low_bit, width)
    absolute = form in {Form.ABSOLUTE_64, Form.ABSOLUTE_32}
    return (total if absolute else distance).astype(np.uint64)


def _insert(
    field: npt.NDArray[np.uint64], value: npt.NDArray[np.int64], low: int, width: int
) -> npt.NDArray[np.uint64]:
    mask = np.uint64((1 << width) - 1)
    kept = field & ~(mask << np.uint64(low))
    return np.asarray(kept | (value.astype(np.uint64) & mask) << np.uint64(low))


def _a64_scale(field: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """By how much a load or store scales its offset; add does not."""
    load = (field & np.uint64(0x3B000000)) == np.uint64(0x39000000)
    size = (field >> np.uint64(30)).astype(np.int64)
    vector = ((field & np.uint64(0x04800000)) == np.uint64(0x04800000)) & (size == 0)
    return np.where(load, np.where(vector, 4, size), 0)


def _thumb(field: npt.NDArray[np.uint64], distance: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """The distance in the two halfwords of bl and b.w."""
    sign = distance >> 24 & 1
    j1, j2 = 1 - (distance >> 23 & 1 ^ sign), 1 - (distance >> 22 & 1 ^ sign)
    field = _insert(_insert(field, sign, 10, 1), distance >> 12, 0, 10)
    return _insert(_insert(_insert(field, j1, 29, 1), j2, 27, 1), distance >> 1, 16, 11)
