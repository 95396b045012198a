"""Where an address that code forms or loads goes: into calls of it only, or somewhere it is not followed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.flow import Flow
from mapproof.model.ir import Opcode, Place, Var
from mapproof.model.location import Address

if TYPE_CHECKING:
    from mapproof.frontends.elf.flow import Word
    from mapproof.frontends.elf.framed import Use
    from mapproof.model.ir import Function, Operation

_TESTS: Final = frozenset({
    Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL, Opcode.INT_LESS, Opcode.INT_LESSEQUAL, Opcode.INT_SLESS,
    Opcode.INT_SLESSEQUAL, Opcode.INT_CARRY, Opcode.INT_SCARRY, Opcode.INT_SBORROW,
})  # fmt: skip


def escapes(function: Function, end: int, target: int) -> bool:
    """Whether what the instruction before ``end`` makes of ``target``, the address of a function or of a cell that
    holds one, may be used other than by being called in this function."""
    flow = Flow(function)
    held: set[Word] = set()
    uses = [
        ((index, place), operation)
        for index, block in enumerate(function.blocks)
        for place, operation in enumerate(block.operations)
    ]
    for use, operation in uses:
        here = isinstance(operation.location, Address) and operation.location.return_address == end
        if here and operation.output is not None and _makes(operation, target):
            held.add((use, operation.output))
    size = -1
    while size != len(held):
        size = len(held)
        for use, operation in uses:
            outcome = _used(flow, use, operation, held)
            if outcome is None:
                return True
            held |= outcome
    return False


def _makes(operation: Operation, target: int) -> bool:
    """Whether an operation's result is the address, or is loaded from it; the address may be computed by others."""
    if operation.opcode is Opcode.LOAD:
        return True
    return any(isinstance(operand, Place) and operand.address == target for operand in operation.inputs)


def _used(flow: Flow, use: Use, operation: Operation, held: set[Word]) -> set[Word] | None:
    """What an operation makes of the words; ``None`` when it lets one go where it is not followed."""
    touched = [
        position
        for position, operand in enumerate(operation.inputs)
        if isinstance(operand, Var) and flow.reaching(use, operand) & held
    ]
    if not touched:
        return set()
    if operation.opcode is Opcode.CALL:
        return set() if 0 in touched else None
    if operation.opcode is Opcode.RETURN:
        return None
    if operation.opcode is Opcode.STORE:
        cell = flow.cell(use)
        loads = [] if cell is None else flow.loads_of(cell)
        return {(load, output) for load, output in loads} or None if 1 in touched else set()
    if operation.opcode in _TESTS or operation.output is None:
        return set()
    return {(use, operation.output)}
