"""Code under construction: one function's blocks, and the few shapes that all of lowering is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.model.ir import Const, Edge, FunctionBuilder, Opcode, Operation, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.model.ir import CallSyntax, Operand
    from mapproof.model.location import Span

WORD: Final = 8
"""Bytes of every value: Python's integers have no width, and masks fit."""
NONE: Final = Symbol(SymbolKind.STRING, "\0None")
"""``None``: no number, and equal to itself alone."""


def unknown(reason: str = "unknown-call") -> Unknown:
    """A value that can't be told."""
    return Unknown(reason, WORD)


def constant(value: int, name: str = "") -> Const:
    """An integer."""
    return Const(value, WORD, name)


class Code:
    """Emits operations and edges. ``here`` is where what is emitted stands."""

    def __init__(self, here: Span) -> None:
        self.builder = FunctionBuilder()
        self.here = here
        self.dead = False
        self._temporaries = 0
        self.handlers: list[int] = []
        """Blocks that an exception here may lead to, innermost last."""

    def temporary(self) -> Var:
        """A fresh variable."""
        self._temporaries += 1
        return Var(f"%{self._temporaries}", WORD)

    def emit(self, opcode: Opcode, *inputs: Operand, output: Var | None = None, call: CallSyntax | None = None) -> Var:
        """Append an operation; the variable that holds its result."""
        result = self.temporary() if output is None else output
        self.builder.emit(Operation(opcode, result, inputs, self.here, call))
        return result

    def put(self, address: Operand, value: Operand) -> None:
        """Store to memory."""
        self.builder.emit(Operation(Opcode.STORE, None, (address, value), self.here))

    def copy(self, value: Operand, output: Var) -> Var:
        """Give a variable a value."""
        return self.emit(Opcode.COPY, value, output=output)

    def go(self, target: int) -> None:
        """Leave the current block for another."""
        self.builder.link(Edge(target))

    def start(self, block: int) -> None:
        """Continue in a block."""
        self.builder.current = block

    def block(self) -> int:
        """A new block, not yet entered."""
        return self.builder.new_block()

    def fork(self, *targets: int) -> None:
        """Leave the current block for one of several; nothing is known of which."""
        for target in targets:
            self.builder.link(Edge(target))

    def test(self, value: Operand, yes: int, no: int) -> None:
        """Leave the current block by a value's being nonzero or zero."""
        if isinstance(value, Unknown):
            self.fork(yes, no)
            return
        self.builder.link(Edge(yes, value, nonzero=True))
        self.builder.link(Edge(no, value, nonzero=False))

    def choose(self, makers: Sequence[Callable[[], Operand]], test: Operand | None = None) -> Var:
        """One of several values, by ``test`` (two of them: where it is nonzero, and where not) or nobody knows why."""
        result, after = self.temporary(), self.block()
        blocks = [self.block() for _ in makers]
        if test is not None and len(blocks) == 2:
            self.test(test, *blocks)
        else:
            self.fork(*blocks)
        for block, make in zip(blocks, makers, strict=True):
            self.start(block)
            self.copy(make(), result)
            self.go(after)
        self.start(after)
        return result

    def may_raise(self) -> None:
        """An exception may come up here, and be caught."""
        if self.handlers:
            after = self.block()
            self.fork(self.handlers[-1], after)
            self.start(after)

    def stop(self) -> None:
        """Control does not get here any further; what follows is unreachable."""
        self.start(self.block())


def is_number(node: cst.CSTNode | None) -> bool:
    """Whether an expression is written with digits alone: no name stands in it."""
    match node:
        case cst.Integer():
            return True
        case cst.BinaryOperation():
            return is_number(node.left) and is_number(node.right)
        case cst.UnaryOperation():
            return is_number(node.expression)
        case _:
            return False
