"""What of a function is asked about: which operands of its operations must be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.elf.slice import Weight
from mapproof.model.ir import Opcode, Symbol, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.ir import Operand, Operation


def _variables(operation: Operation) -> list[Var]:
    return [operand for operand in operation.inputs if isinstance(operand, Var)]


def passing(operation: Operation, callee: str, held: Operand | None = None) -> dict[int, Weight]:
    """What is passed to one function; ``held``: what the cell holds that a call takes its callee from."""
    called = operation.inputs[0] if operation.opcode is Opcode.CALL else None
    called = held if called is not None and isinstance(held, Symbol) else called
    if not isinstance(called, Symbol) or called.name != callee:
        return {}
    return dict.fromkeys(range(len(operation.inputs)), Weight.DECIDING)


def left_behind(operation: Operation) -> Iterable[Var]:
    """What is stored or returned."""
    stored = operation.inputs[1] if operation.opcode is Opcode.STORE else None
    return (stored,) if isinstance(stored, Var) else returned(operation)


def returned(operation: Operation) -> Iterable[Var]:
    """What is returned."""
    return _variables(operation) if operation.opcode is Opcode.RETURN else ()
