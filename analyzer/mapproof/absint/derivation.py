"""What an address in one function was computed from, and what may run after an operation: the code as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.graph import graph_of
from mapproof.absint.values import Anything, Pointer
from mapproof.model.ir import Opcode, Var

if TYPE_CHECKING:
    from mapproof.absint.values import Value
    from mapproof.model.ir import Function, Operand, Operation

_MOVES: Final = frozenset({Opcode.COPY, Opcode.PTRADD, Opcode.PTRSUB, Opcode.INT_ADD, Opcode.INT_ZEXT, Opcode.INT_SEXT})
"""Operations whose result lies in what their first input leads to."""


class Derivation:
    """What each variable of a function is made of, where it is assigned but once."""

    def __init__(self, function: Function) -> None:
        self._made: dict[Var, Operation] = {}
        self._changing: set[Var] = set()
        for block in function.blocks:
            for operation in block.operations:
                made = operation.output
                if made is None:
                    continue
                if made in self._made or made in function.parameters:
                    self._changing.add(made)
                self._made[made] = operation

    def of(self, operand: Operand, value: Value) -> set[str]:
        """The names of what an address leads into: things, unknown words, and variables that never change."""
        found: set[str] = set()
        for leaf in value.leaves:
            if isinstance(leaf, Pointer) and leaf.base.name:
                found.add(leaf.base.name)
            elif isinstance(leaf, Anything) and leaf.identity is not None:
                found.add(leaf.identity.text)
        while isinstance(operand, Var) and operand not in self._changing:
            found.add(f"variable {operand.name}")
            made = self._made.get(operand)
            if made is None or made.opcode not in _MOVES:
                break
            operand = made.inputs[0]
        return found


def after(function: Function, operation: Operation) -> set[int]:
    """The operations (by identity) that may run after one."""
    found: set[int] = set()
    waiting: list[int] = []
    for block in graph_of(function).order:
        operations = function.blocks[block].operations
        for index, other in enumerate(operations):
            if other is operation:
                found.update(map(id, operations[index + 1 :]))
                waiting += [edge.target for edge in function.blocks[block].edges]
    entered: set[int] = set()
    while waiting:
        block = waiting.pop()
        if block not in entered:
            entered.add(block)
            found.update(map(id, function.blocks[block].operations))
            waiting += [edge.target for edge in function.blocks[block].edges]
    return found
