"""What a lowered function calls, stores to and hands on, read off its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.model.ir import Field, Opcode, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Function, Operand, Operation


def calls(function: Function, symbol: str) -> bool:
    """Whether a function names another, to call it or to hand it on."""
    return any(
        isinstance(operand, Symbol) and operand.name == symbol
        for block in function.blocks
        for operation in block.operations
        for operand in operation.inputs
    )


def stores(function: Function, symbol: str, member: str) -> bool:
    """Whether a function may store to an object, or to a member of that name."""
    for block in function.blocks:
        for operation in block.operations:
            is_store = operation.opcode is Opcode.STORE
            if not member and is_store and operation.inputs[0] == Symbol(SymbolKind.OBJECT, symbol):
                return True
            if operation.opcode is Opcode.PTRSUB:
                base, element = operation.inputs
                if member and element == Field(member):
                    return True
                if not member and base == Symbol(SymbolKind.OBJECT, symbol):
                    return True
    return False


def holding(function: Function, table: CalleeTable) -> set[Var]:
    """Variables that are given the address of a mapping function."""
    found: set[Var] = set()
    for _ in range(3):
        for block in function.blocks:
            for operation in block.operations:
                copied = operation.opcode is Opcode.COPY and is_held(operation.inputs[0], found, table)
                if copied and operation.output is not None:
                    found.add(operation.output)
    return found


def is_held(operand: Operand, holding: set[Var], table: CalleeTable) -> bool:
    """Whether an operand is the address of a mapping function."""
    if isinstance(operand, Symbol):
        return operand.kind is SymbolKind.FUNCTION and operand.name in table.callees
    return isinstance(operand, Var) and operand in holding


def named(address: Operand, function: Function) -> set[str]:
    """The name of the variable or attribute that an address is of."""
    if isinstance(address, Symbol):
        return {address.name.rpartition("::")[2].rpartition(".")[2]}
    return {
        operation.inputs[1].name
        for block in function.blocks
        for operation in block.operations
        if operation.output == address and operation.opcode is Opcode.PTRSUB and isinstance(operation.inputs[1], Field)
    }


def may_map(function: Function, table: CalleeTable, carried: set[str]) -> bool:  # noqa: C901  one walk
    """Whether a function may call a mapping function, by name or through something that may be one (``carried``)."""
    made: dict[Var, list[Operation]] = {}
    for block in function.blocks:
        for operation in block.operations:
            if operation.output is not None:
                made.setdefault(operation.output, []).append(operation)

    def may_be(operand: Operand, depth: int) -> bool:
        if isinstance(operand, Symbol):
            return operand.name in table.callees or operand.name.rpartition("::")[2].rpartition(".")[2] in carried
        if not isinstance(operand, Var) or operand not in made:
            return False
        if depth > 8:
            return True
        for operation in made[operand]:
            names = [each.name for each in operation.inputs if isinstance(each, Field)]
            if any(name in carried for name in names):
                return True
            if any(
                may_be(each, depth + 1) for each in operation.inputs[: 1 if operation.opcode is Opcode.CALL else None]
            ):
                return True
        return False

    return any(
        operation.opcode is Opcode.CALL and any(may_be(operand, 0) for operand in operation.inputs)
        for block in function.blocks
        for operation in block.operations
    )
