"""The address of the file's table of addresses (GOT) that a function has put aside in its frame.

Where a processor can't address data from the program counter, a function forms that address once and keeps it in a
register, or in the frame where registers are scarce. No program can name that place of the frame, so what was put there
is there again when it is loaded back, whatever addresses of the frame other functions were given: taken for granted as
of any register that a call preserves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.calledcell import Sums
from mapproof.frontends.elf.constants import DT
from mapproof.frontends.elf.flow import Flow
from mapproof.model.ir import Opcode, Operation, Place, Var

if TYPE_CHECKING:
    from mapproof.frontends.elf.framed import Use
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.model.ir import Function


_NARROW: Final = 32
"""Bits of processors none of which can address all data from the program counter."""


def with_table_address(function: Function, image: ElfImage) -> Function:
    """The function with each load of that address from a place of the frame where nothing else was put as that
    address."""
    table, word = image.dynamic.value(DT.PLTGOT), image.layout.word
    if table is None or image.layout.bits != _NARROW:
        return function
    flow = Flow(function)
    sums = Sums(function, flow)
    put = {use for use in flow.framed_uses(Opcode.STORE) if _puts(function, sums, use, table, word)}
    loads = {use for use in flow.framed_uses(Opcode.LOAD) if put and _loads_back(flow, use, put)}
    if not loads:
        return function
    known = Place(table, word)
    blocks = tuple(
        replace(
            block,
            operations=tuple(
                Operation(Opcode.COPY, operation.output, (known,), operation.location)
                if (index, place) in loads
                else operation
                for place, operation in enumerate(block.operations)
            ),
        )
        for index, block in enumerate(function.blocks)
    )
    return replace(function, blocks=blocks)


def _puts(function: Function, sums: Sums, use: Use, table: int, word: int) -> bool:
    value = function.blocks[use[0]].operations[use[1]].inputs[1]
    if not isinstance(value, Var) or value.size != word:
        return False
    held = sums.of(use, value)
    return isinstance(held, Place) and held.address == table


def _loads_back(flow: Flow, use: Use, put: set[Use]) -> bool:
    view = flow.seen_by(use)
    cell = flow.framed(use)
    return (
        bool(view.stores)
        and not view.entered
        and view.stores <= put
        and all(flow.framed(store) == cell for store in view.stores)
    )
