"""The cell that a call loads its callee from, where its address is a sum of what the function knows.

Position-independent code for processors that can't address data from the program counter (i386, 32-bit ARM) forms the
address of a table in one place, keeps it in a register or in the frame, and adds an offset where it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Const, Opcode, Place, Var

if TYPE_CHECKING:
    from mapproof.frontends.elf.flow import Flow, Use, Word
    from mapproof.model.ir import Function, Operand

_DEEPEST: Final = 24
"""Assignments that are followed backwards."""


def called_cell(function: Function, flow: Flow, use: Use) -> Operand | None:
    """The place that a call's callee was loaded from, or what it is; see :meth:`Flow.cell_of`, which knows those whose
    address stands in the code."""
    plain = flow.cell_of(use)
    callee = function.blocks[use[0]].operations[use[1]].inputs[0]
    if not isinstance(plain, Var) or not isinstance(callee, Var):
        return plain
    found = {_loaded_from(function, flow, word) for word in flow.reaching(use, callee)}
    return found.pop() if len(found) == 1 and None not in found else plain


def _loaded_from(function: Function, flow: Flow, word: Word) -> Place | Const | None:
    """The known address that a word was loaded from, directly or by way of copies."""
    for _step in range(_DEEPEST):
        if isinstance(word, Var):
            return None
        use = word[0]
        operation = function.blocks[use[0]].operations[use[1]]
        source = operation.inputs[0] if operation.inputs else None
        if operation.opcode is Opcode.LOAD and source is not None:
            address = sum_of(function, flow, use, source)
            return None if address is None or operation.output is None else _sized(address, operation.output.size)
        if operation.opcode is not Opcode.COPY or not isinstance(source, Var):
            return None
        words = flow.reaching(use, source)
        if len(words) != 1:
            return None
        word = next(iter(words))
    return None


def _sized(address: Place | Const, size: int) -> Place | Const:
    return Place(address.address, size) if isinstance(address, Place) else Const(address.value, size)


def sum_of(function: Function, flow: Flow, use: Use, operand: Operand, depth: int = _DEEPEST) -> Place | Const | None:
    """What an operand surely is, as far as numbers and places of the file are added up."""
    if isinstance(operand, Place | Const):
        return operand
    if not isinstance(operand, Var) or depth <= 0:
        return None
    found = {_made(function, flow, word, depth - 1) for word in flow.reaching(use, operand)}
    return found.pop() if len(found) == 1 else None


def _made(function: Function, flow: Flow, word: Word, depth: int) -> Place | Const | None:
    if isinstance(word, Var):
        return None
    use = word[0]
    operation = function.blocks[use[0]].operations[use[1]]
    if operation.opcode is Opcode.LOAD:
        stores = _last_stores(function, flow, use)
        kept = {
            sum_of(function, flow, store, function.blocks[store[0]].operations[store[1]].inputs[1], depth)
            for store in stores
        }
        return kept.pop() if len(kept) == 1 else None
    if operation.opcode not in {Opcode.COPY, Opcode.INT_ADD, Opcode.INT_SUB}:
        return None
    parts = [sum_of(function, flow, use, operand, depth) for operand in operation.inputs]
    if operation.opcode is Opcode.COPY:
        return parts[0]
    first, second = parts
    if operation.opcode is Opcode.INT_ADD and isinstance(first, Const):
        first, second = second, first
    return None if first is None or not isinstance(second, Const) else _moved(first, second, operation.opcode)


def _last_stores(function: Function, flow: Flow, use: Use) -> list[Use]:
    """The stores that a LOAD from the frame may see: the last one before it in its block, else any to the cell."""
    if flow.framed(use) is None:
        return []
    stores = flow.stores_anywhere(use)
    before = [store for store in stores if store[0] == use[0] and store[1] < use[1]]
    return [max(before)] if before and _is_alone(function, flow, max(before), use) else stores


def _is_alone(function: Function, flow: Flow, store: Use, load: Use) -> bool:
    """Whether nothing between two operations of a block may change memory in another way."""
    between = function.blocks[store[0]].operations[store[1] + 1 : load[1]]
    return all(
        operation.opcode is not Opcode.CALL
        and (operation.opcode is not Opcode.STORE or flow.framed((store[0], store[1] + 1 + place)) is not None)
        for place, operation in enumerate(between)
    )


def _moved(base: Place | Const, by: Const, opcode: Opcode) -> Place | Const:
    half = 1 << 8 * by.size - 1
    signed = (by.value & half - 1) - (by.value & half)
    distance = signed if opcode is Opcode.INT_ADD else -signed
    if isinstance(base, Place):
        return Place(base.address + distance, base.size)
    return Const(base.value + distance & (1 << 8 * base.size) - 1, base.size)
