"""Runs the IR on concrete values, to be held against what a compiler makes of the same C."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from mapproof.model.ir import Const, Field, Function, Opcode, Operand, Operation, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.model.condition import Condition


@dataclass(frozen=True)
class Address:
    """An object and the way into it: member names and element numbers."""

    base: tuple
    path: tuple[str | int, ...] = ()

    def moved(self, steps: int) -> Address:
        """The address so many elements on."""
        if steps == 0:
            return self
        if self.path and isinstance(self.path[-1], int):
            return Address(self.base, (*self.path[:-1], self.path[-1] + steps))
        return refuse("moved by", self, steps)


class NotUnderstoodError(Exception):
    """The IR asked for something that a concrete run has no answer to."""


def refuse(what: str, *about: object) -> NoReturn:
    """Give up."""
    raise NotUnderstoodError(what, *about)


Concrete = int | Address


def signed(value: int, size: int) -> int:
    return value - (1 << 8 * size) if value >> 8 * size - 1 else value


@dataclass
class Machine:
    """Memory, functions and a build; ``externals`` answer calls of functions that have no body."""

    functions: dict[str, Function]
    build: Callable[[Condition], bool] = lambda condition: condition.evaluate(lambda _atom: False)
    externals: dict[str, Callable[..., Concrete]] = field(default_factory=dict)
    memory: dict[Address, Concrete] = field(default_factory=dict)
    frames: int = 0
    fuel: int = 200_000
    calls: list[tuple[str, tuple[Concrete, ...]]] = field(default_factory=list)

    def run(self, function: Function, arguments: tuple[Concrete, ...] = ()) -> Concrete:
        """Call a function; its result, or 0 where it returns nothing."""
        self.frames += 1
        frame, variables = self.frames, dict[str, Concrete]()
        for parameter, argument in zip(function.parameters, arguments, strict=False):
            value = argument & (1 << 8 * parameter.size) - 1 if isinstance(argument, int) else argument
            variables[parameter.name] = value
        block = 0
        while True:
            for operation in function.blocks[block].operations:
                self.fuel -= 1
                if operation.opcode is Opcode.RETURN:
                    return self.value(operation.inputs[0], variables, frame) if operation.inputs else 0
                self.step(operation, variables, frame)
            taken = [edge for edge in function.blocks[block].edges if self.open(edge, variables, frame)]
            if not taken:
                return 0
            targets = {edge.target for edge in taken}
            if len(targets) > 1 or self.fuel < 0:
                refuse("several ways out of block , or too many steps", block)
            block = targets.pop()

    def open(self, edge, variables, frame) -> bool:
        """Whether an edge may be taken."""
        if not self.build(edge.presence):
            return False
        if edge.test is None:
            return True
        value = self.value(edge.test, variables, frame)
        return (isinstance(value, Address) or value != 0) == edge.nonzero

    def value(self, operand: Operand, variables: dict[str, Concrete], frame: int) -> Concrete:
        """An operand's value."""
        if isinstance(operand, Const):
            return operand.value
        if isinstance(operand, Var):
            if operand.name not in variables:
                refuse("was never set", operand.name)
            return variables[operand.name]
        if isinstance(operand, Symbol):
            where = (operand.kind, operand.name)
            return Address((*where, frame) if operand.kind is SymbolKind.SLOT else where)
        refuse("unknown", operand)

    def step(self, operation: Operation, variables: dict[str, Concrete], frame: int) -> None:
        """Run one operation."""
        opcode, output = operation.opcode, operation.output
        if opcode is Opcode.PTRSUB:
            base = self.value(operation.inputs[0], variables, frame)
            step = operation.inputs[1]
            assert isinstance(base, Address), base
            result: Concrete = Address(base.base, (*base.path, step.name if isinstance(step, Field) else 0))
        elif opcode is Opcode.STORE and isinstance(operation.inputs[1], Unknown):
            self.memory.pop(self.value(operation.inputs[0], variables, frame), None)
            return
        elif opcode is Opcode.COPY and isinstance(operation.inputs[0], Unknown):
            variables.pop(output.name, None)
            return
        elif opcode is Opcode.CALLOTHER:
            return
        else:
            values = [self.value(value, variables, frame) for value in operation.inputs]
            if opcode is Opcode.CALL:
                result = self.call(values)
            else:
                sizes = [getattr(value, "size", 8) for value in operation.inputs]
                result = self.compute(opcode, values, sizes)
        if output is not None:
            variables[output.name] = result & (1 << 8 * output.size) - 1 if isinstance(result, int) else result

    def call(self, values: list[Concrete]) -> Concrete:
        """Call what the first value names."""
        callee, arguments = values[0], tuple(values[1:])
        assert isinstance(callee, Address), callee
        name = callee.base[1]
        self.calls.append((name, arguments))
        if name in self.functions:
            return self.run(self.functions[name], arguments)
        if name in self.externals:
            return self.externals[name](*arguments)
        refuse("call of", name)

    def load(self, address: Concrete) -> Concrete:
        """What an address holds."""
        assert isinstance(address, Address), f"load from {address}"
        if address in self.memory:
            return self.memory[address]
        if address.base[0] is SymbolKind.OBJECT:
            return 0
        if address.base[0] is SymbolKind.STRING:
            data, index = address.base[1].encode(), address.path[0] if address.path else 0
            return data[index] if index < len(data) else 0
        refuse("nothing was stored at", address)

    def compute(self, opcode: Opcode, values: list[Concrete], sizes: list[int]) -> Concrete:
        """The result of an operation on values."""
        if opcode is Opcode.COPY:
            return values[0]
        if opcode is Opcode.LOAD:
            return self.load(values[0])
        if opcode is Opcode.STORE:
            self.memory[values[0]] = values[1]
            return 0
        if any(isinstance(value, Address) for value in values):
            return self.on_addresses(opcode, values)
        return self.on_integers(opcode, values, sizes)

    def on_addresses(self, opcode: Opcode, values: list[Concrete]) -> Concrete:
        """An operation on at least one address."""
        one, two = values
        if opcode is Opcode.INT_EQUAL:
            return int(one == two)
        if opcode is Opcode.INT_NOTEQUAL:
            return int(one != two)
        if opcode is Opcode.PTRADD:
            if isinstance(one, Address) and one.base[0] is SymbolKind.STRING and not one.path:
                one = Address(one.base, (0,))
            return one.moved(signed(two, 8))
        if (
            isinstance(one, Address)
            and isinstance(two, Address)
            and one.base == two.base
            and one.path[:-1] == two.path[:-1]
        ):
            if opcode is Opcode.INT_SUB:
                return one.path[-1] - two.path[-1]
            if opcode in (Opcode.INT_LESS, Opcode.INT_LESSEQUAL):
                return int(one.path[-1] < two.path[-1] or (opcode is Opcode.INT_LESSEQUAL and one == two))
        refuse("of", opcode, values)

    def on_integers(self, opcode: Opcode, values: list[int], sizes: list[int]) -> int:
        """An operation on integers, sizes in bytes."""
        one, size = values[0], sizes[0]
        two = values[1] if len(values) > 1 else 0
        sone, stwo = signed(one, size), signed(two, sizes[1] if len(sizes) > 1 else size)
        if opcode in (Opcode.INT_DIV, Opcode.INT_REM):
            return one // two if opcode is Opcode.INT_DIV else one % two
        if opcode in (Opcode.INT_SDIV, Opcode.INT_SREM):
            quotient = abs(sone) // abs(stwo) * (1 if (sone < 0) == (stwo < 0) else -1)
            return quotient if opcode is Opcode.INT_SDIV else sone - quotient * stwo
        table: dict[Opcode, Callable[[], int]] = {
            Opcode.INT_ADD: lambda: one + two, Opcode.INT_SUB: lambda: one - two, Opcode.INT_MULT: lambda: one * two,
            Opcode.INT_AND: lambda: one & two, Opcode.INT_OR: lambda: one | two, Opcode.INT_XOR: lambda: one ^ two,
            Opcode.INT_NEGATE: lambda: ~one, Opcode.INT_2COMP: lambda: -one, Opcode.INT_LEFT: lambda: one << two,
            Opcode.INT_RIGHT: lambda: one >> two, Opcode.INT_SRIGHT: lambda: sone >> two,
            Opcode.INT_EQUAL: lambda: int(one == two), Opcode.INT_NOTEQUAL: lambda: int(one != two),
            Opcode.INT_LESS: lambda: int(one < two), Opcode.INT_LESSEQUAL: lambda: int(one <= two),
            Opcode.INT_SLESS: lambda: int(sone < stwo), Opcode.INT_SLESSEQUAL: lambda: int(sone <= stwo),
            Opcode.INT_ZEXT: lambda: one, Opcode.INT_SEXT: lambda: sone, Opcode.SUBPIECE: lambda: one >> 8 * two,
            Opcode.BOOL_NEGATE: lambda: int(not one),
        }  # fmt: skip
        if opcode in (Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL, Opcode.INT_LESS, Opcode.INT_SLESS):
            assert sizes[0] == sizes[1], (opcode, sizes)
        return table[opcode]()
