"""The cell that a call loads its callee from, where its address is a sum of what the function knows.

Position-independent code for processors that can't address data from the program counter (i386, 32-bit ARM) forms the
address of a table in one place, keeps it in a register or in the frame, and adds an offset where it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Const, Opcode, Place, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.frontends.elf.flow import Flow, Word
    from mapproof.frontends.elf.framed import Use
    from mapproof.model.ir import Function, Operand

_DEEPEST: Final = 24
"""Assignments that are followed backwards."""

Sum = Place | Const | None
"""A known number or place of the file; ``None`` where it may be another one."""


class Sums:
    """What the words of one function surely are, as far as numbers and places of the file are added up."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self._blocks = function.blocks
        self._flow = flow
        self._known: dict[Word, Sum] = {}

    def called_cell(self, use: Use) -> Operand | None:
        """The place that a call's callee was loaded from, or what it is; see :meth:`Flow.cell_of`, which knows those
        whose address stands in the code."""
        plain = self._flow.cell_of(use)
        callee = self._blocks[use[0]].operations[use[1]].inputs[0]
        if not isinstance(plain, Var) or not isinstance(callee, Var):
            return plain
        return _only(self._loaded_from(word) for word in self._flow.reaching(use, callee)) or plain

    def _loaded_from(self, word: Word) -> Sum:
        """The known address that a word was loaded from, directly or by way of copies."""
        for _step in range(_DEEPEST):
            if isinstance(word, Var):
                return None
            use = word[0]
            operation = self._blocks[use[0]].operations[use[1]]
            source = operation.inputs[0] if operation.inputs else None
            if operation.opcode is Opcode.LOAD and source is not None:
                address = self.of(use, source)
                return None if address is None or operation.output is None else _sized(address, operation.output.size)
            if operation.opcode is not Opcode.COPY or not isinstance(source, Var):
                return None
            words = self._flow.reaching(use, source)
            if len(words) != 1:
                return None
            word = next(iter(words))
        return None

    def of(self, use: Use, operand: Operand, depth: int = _DEEPEST) -> Sum:
        """What an operand of an operation surely is."""
        if isinstance(operand, Place | Const):
            return operand
        if not isinstance(operand, Var) or depth <= 0:
            return None
        return _only(self._word(word, depth - 1) for word in self._flow.reaching(use, operand))

    def _word(self, word: Word, depth: int) -> Sum:
        if isinstance(word, Var):
            return None
        if word not in self._known:
            self._known[word] = None
            self._known[word] = self._made(word[0], depth)
        return self._known[word]

    def _made(self, use: Use, depth: int) -> Sum:
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode is Opcode.LOAD:
            return _only(self.of(store, self._stored(store), depth) for store in self._last_stores(use))
        if operation.opcode not in {Opcode.COPY, Opcode.INT_ADD, Opcode.INT_SUB}:
            return None
        first = self.of(use, operation.inputs[0], depth)
        if operation.opcode is Opcode.COPY or first is None:
            return first
        second = self.of(use, operation.inputs[1], depth)
        if operation.opcode is Opcode.INT_ADD and isinstance(first, Const):
            first, second = second, first
        return None if first is None or not isinstance(second, Const) else _moved(first, second, operation.opcode)

    def _stored(self, store: Use) -> Operand:
        return self._blocks[store[0]].operations[store[1]].inputs[1]

    def _last_stores(self, use: Use) -> list[Use]:
        """The stores that a LOAD from the frame may see: the last one before it in its block, else any to the cell."""
        if self._flow.framed(use) is None:
            return []
        stores = self._flow.stores_anywhere(use)
        before = [store for store in stores if store[0] == use[0] and store[1] < use[1]]
        return [max(before)] if before and self._is_alone(max(before), use) else stores

    def _is_alone(self, store: Use, load: Use) -> bool:
        """Whether nothing between two operations of a block may change memory in another way."""
        between = self._blocks[store[0]].operations[store[1] + 1 : load[1]]
        return all(
            operation.opcode is not Opcode.CALL
            and (
                operation.opcode is not Opcode.STORE or self._flow.framed((store[0], store[1] + 1 + place)) is not None
            )
            for place, operation in enumerate(between)
        )


def _only(found: Iterable[Sum]) -> Sum:
    """The one thing that all of these are."""
    only: Sum = None
    for one in found:
        if one is None or (only is not None and one != only):
            return None
        only = one
    return only


def _sized(address: Place | Const, size: int) -> Place | Const:
    return Place(address.address, size) if isinstance(address, Place) else Const(address.value, size)


def _moved(base: Place | Const, by: Const, opcode: Opcode) -> Place | Const:
    half = 1 << 8 * by.size - 1
    signed = (by.value & half - 1) - (by.value & half)
    distance = signed if opcode is Opcode.INT_ADD else -signed
    if isinstance(base, Place):
        return Place(base.address + distance, base.size)
    return Const(base.value + distance & (1 << 8 * base.size) - 1, base.size)
