"""The stack frame of a function: which of its reads and writes are at a known distance from the stack pointer on entry,
and which writes a read may see.

Arguments that are passed on the stack lie in the same place for one call after another: only the order of the writes
tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.model.ir import Block, Function, Operation

Use = tuple[int, int]
"""An operation: the numbers of its block and its place there."""

_MOVES: Final = frozenset({Opcode.COPY, Opcode.INT_ADD, Opcode.INT_SUB})


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Bytes of a frame: its name, how far from its base they lie, and how many they are."""

    frame: str
    distance: int
    size: int

    def covers(self, other: Cell) -> bool:
        """Whether these bytes hold all of those."""
        return self.meets(other) and self.distance <= other.distance and other._end <= self._end

    def meets(self, other: Cell) -> bool:
        """Whether some bytes are in both."""
        return self.frame == other.frame and self.distance < other._end and other.distance < self._end

    @property
    def _end(self) -> int:
        return self.distance + self.size


def framed(function: Function) -> dict[Use, Cell]:
    """For each LOAD and STORE at a known distance from a frame's base, what it reads or writes."""
    entering: dict[int, dict[Var, tuple[str, int]]] = {0: {}}
    found: dict[Use, Cell] = {}
    pending = [0]
    while pending:
        index = pending.pop()
        known = dict(entering[index])
        for place, operation in enumerate(function.blocks[index].operations):
            if operation.opcode in {Opcode.LOAD, Opcode.STORE}:
                at = known.get(operation.inputs[0]) if isinstance(operation.inputs[0], Var) else None
                word = operation.output if operation.opcode is Opcode.LOAD else operation.inputs[1]
                size = getattr(word, "size", None)
                if at is None or size is None:
                    found.pop((index, place), None)
                else:
                    found[index, place] = Cell(*at, size)
            if operation.output is None:
                continue
            moved = _moved(operation, known)
            if moved is None:
                known.pop(operation.output, None)
            else:
                known[operation.output] = moved
        for edge in function.blocks[index].edges:
            old = entering.get(edge.target)
            new = known if old is None else {var: at for var, at in old.items() if known.get(var) == at}
            if old is None or len(new) != len(old):
                entering[edge.target] = dict(new)
                pending.append(edge.target)
    return found


def _moved(operation: Operation, known: dict[Var, tuple[str, int]]) -> tuple[str, int] | None:
    """The frame and distance of an operation's result."""
    if operation.opcode not in _MOVES:
        return None
    parts: list[int] = []
    based: list[str] = []
    for operand in operation.inputs:
        if isinstance(operand, Symbol) and operand.kind is SymbolKind.FRAME:
            parts.append(0)
            based.append(operand.name)
        elif isinstance(operand, Var) and operand in known:
            based.append(known[operand][0])
            parts.append(known[operand][1])
        elif isinstance(operand, Const):
            half = 1 << 8 * operand.size - 1
            parts.append((operand.value & half - 1) - (operand.value & half))
        else:
            return None
    if len(based) != 1 or (operation.opcode is Opcode.INT_SUB and isinstance(operation.inputs[0], Const)):
        return None
    return based[0], parts[0] - parts[1] if operation.opcode is Opcode.INT_SUB else sum(parts)


@dataclass(frozen=True, slots=True)
class View:
    """What a load of a cell may see: ``stores`` to it; ``others``, which are other stores and calls that stand between
    those and the load; and whether it may see what stood there when the function was ``entered``."""

    stores: frozenset[Use]
    others: frozenset[Use]
    entered: bool


class Seen:
    """Which operations a load of a known cell may see something of. ``cells`` are those of the stores that are told
    apart by order, ``leading`` the blocks before each block."""

    def __init__(self, blocks: Sequence[Block], cells: Mapping[Use, Cell], leading: Sequence[Sequence[int]]) -> None:
        self._leading = leading
        self._changes: list[list[tuple[int, Cell | None]]] = [
            [
                (place, cells.get((index, place)))
                for place, operation in enumerate(block.operations)
                if operation.opcode in {Opcode.STORE, Opcode.CALL}
                or (operation.opcode is Opcode.CALLOTHER and operation.output is None)
            ]
            for index, block in enumerate(blocks)
        ]
        self._behind: dict[tuple[int, Cell], View] = {}

    def by(self, use: Use, cell: Cell) -> View:
        """What an operation that reads a cell may see."""
        index, place = use
        here = self._within(index, cell, place)
        return _joined(replace(here, entered=False), self._on_entry(index, cell)) if here.entered else here

    def _within(self, index: int, cell: Cell, before: int | None = None) -> View:
        """What of a block is seen behind it, or before one of its operations."""
        stores: set[Use] = set()
        others: set[Use] = set()
        for place, other in reversed(self._changes[index]):
            if before is not None and place >= before:
                continue
            if other is None:
                others.add((index, place))
            elif other.meets(cell):
                stores.add((index, place))
                if other.covers(cell):
                    return View(frozenset(stores), frozenset(others), entered=False)
        return View(frozenset(stores), frozenset(others), entered=True)

    def _on_entry(self, index: int, cell: Cell) -> View:
        key = (index, cell)
        if key not in self._behind:
            found = View(frozenset(), frozenset(), entered=index == 0)
            seen: set[int] = set()
            todo = list(self._leading[index])
            while todo:
                block = todo.pop()
                if block in seen:
                    continue
                seen.add(block)
                here = self._within(block, cell)
                found = _joined(found, replace(here, entered=here.entered and block == 0))
                if here.entered:
                    todo.extend(self._leading[block])
            self._behind[key] = found
        return self._behind[key]


def _joined(first: View, second: View) -> View:
    """What either may see."""
    return View(first.stores | second.stores, first.others | second.others, first.entered or second.entered)
