"""What a lowered body calls, stores to and takes the address of, read off its operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Field, Opcode, Operand, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.ir import Block, Operation

_STEPS: Final = (Opcode.PTRSUB, Opcode.PTRADD)


@dataclass(frozen=True, slots=True)
class Summary:
    """Symbols of functions called; of functions and objects whose address is a value somewhere (passed, stored,
    compared); members and objects stored to."""

    calls: frozenset[str]
    address_taken: frozenset[str]
    stores_members: frozenset[str]
    stores_objects: frozenset[str]


def summarize(blocks: Iterable[Block]) -> Summary:
    """Summarize the operations of one function."""
    return _Summarizer([operation for block in blocks for operation in block.operations]).summary()


class _Summarizer:
    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self.steps = {op.output: op for op in operations if op.output is not None and op.opcode in _STEPS}
        self.calls = set[str]()
        self.taken = set[str]()
        self.members = set[str]()
        self.objects = set[str]()

    def summary(self) -> Summary:
        for operation in self.operations:
            self._operation(operation)
        return Summary(frozenset(self.calls), frozenset(self.taken), frozenset(self.members), frozenset(self.objects))

    def _operation(self, operation: Operation) -> None:  # noqa: C901  one branch for each kind of operation
        opcode, inputs = operation.opcode, operation.inputs
        if opcode in _STEPS:
            for value in inputs[1:]:
                self._value(value)
        elif opcode is Opcode.LOAD:
            return
        elif opcode is Opcode.STORE:
            self._stored(inputs[0])
            self._value(inputs[1])
        elif opcode is Opcode.CALLOTHER:
            for value in inputs:
                self._stored(value)
                self._value(value)
        elif opcode is Opcode.CALL:
            callee = inputs[0]
            if isinstance(callee, Symbol) and callee.kind is SymbolKind.FUNCTION:
                self.calls.add(callee.name)
            for value in inputs[1:]:
                self._value(value)
        else:
            for value in inputs:
                self._value(value)

    def _stored(self, address: Operand) -> None:
        """A store goes to the object at the start of the path and to each member on it."""
        while isinstance(address, Var) and address in self.steps:
            step = self.steps[address].inputs
            if isinstance(step[1], Field):
                self.members.add(step[1].name)
            address = step[0]
        if isinstance(address, Symbol) and address.kind is SymbolKind.OBJECT:
            self.objects.add(address.name)

    def _value(self, value: Operand) -> None:
        """An address that is a value may be stored through by whoever gets it."""
        while isinstance(value, Var) and value in self.steps:
            value = self.steps[value].inputs[0]
        if isinstance(value, Symbol) and value.kind in (SymbolKind.FUNCTION, SymbolKind.OBJECT):
            self.taken.add(value.name)
