"""Which assignments reach which uses in a function of machine code, found out on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.ir import Function, Operand, Operation

Use = tuple[int, int]
"""An operation: the numbers of its block and its place there."""
Word = tuple[Use, Var] | Var
"""What a variable holds: as assigned by an operation, or as the function was entered."""


_FRAME: Final = Var("the frame", 0)
"""The base of all cells at a known distance from the stack pointer on entry."""

_MOVES: Final = frozenset({Opcode.COPY, Opcode.INT_ADD, Opcode.INT_SUB})


def _frame_distances(function: Function) -> dict[Use, int]:
    """For each LOAD and STORE at a known distance from the stack pointer on entry, that distance."""
    entering: dict[int, dict[Var, int]] = {0: {}}
    found: dict[Use, int] = {}
    pending = [0]
    while pending:
        index = pending.pop()
        known = dict(entering[index])
        for place, operation in enumerate(function.blocks[index].operations):
            if operation.opcode in {Opcode.LOAD, Opcode.STORE}:
                distance = known.get(operation.inputs[0]) if isinstance(operation.inputs[0], Var) else None
                if distance is None:
                    found.pop((index, place), None)
                else:
                    found[index, place] = distance
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


def _moved(operation: Operation, known: dict[Var, int]) -> int | None:
    """The distance of an operation's result from the stack pointer on entry."""
    if operation.opcode not in _MOVES:
        return None
    parts: list[int] = []
    based = 0
    for operand in operation.inputs:
        if isinstance(operand, Symbol) and operand.kind is SymbolKind.FRAME and not operand.name:
            parts.append(0)
            based += 1
        elif isinstance(operand, Var) and operand in known:
            parts.append(known[operand])
            based += 1
        elif isinstance(operand, Const):
            half = 1 << 8 * operand.size - 1
            parts.append((operand.value & half - 1) - (operand.value & half))
        else:
            return None
    if based != 1 or (operation.opcode is Opcode.INT_SUB and isinstance(operation.inputs[0], Const)):
        return None
    return parts[0] - parts[1] if operation.opcode is Opcode.INT_SUB else sum(parts)


class Flow:
    """Which assignments reach which uses, found out on demand."""

    def __init__(self, function: Function) -> None:
        self._blocks = function.blocks
        self._leading: list[list[int]] = [[] for _ in function.blocks]
        self._assigned: list[dict[Var, list[int]]] = []
        for index, block in enumerate(function.blocks):
            for edge in block.edges:
                self._leading[edge.target].append(index)
            places: dict[Var, list[int]] = {}
            for place, operation in enumerate(block.operations):
                if operation.output is not None:
                    places.setdefault(operation.output, []).append(place)
            self._assigned.append(places)
        self._entering: dict[tuple[int, Var], frozenset[Word]] = {}
        self._framed = _frame_distances(function)
        self._stores = self._stored()

    def reaching(self, use: Use, var: Var) -> frozenset[Word]:
        """The assignments that may have given a variable what an operation reads."""
        block, place = use
        earlier = [at for at in self._assigned[block].get(var, ()) if at < place]
        return frozenset({((block, earlier[-1]), var)}) if earlier else self._on_entry(block, var)

    def cell_of(self, use: Use) -> Operand | None:
        """The place that an operation's first input was loaded from, or that input itself."""
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode is not Opcode.CALL:
            return None
        operand: Operand = operation.inputs[0]
        for _step in range(4):
            if not isinstance(operand, Var):
                break
            words = self.reaching(use, operand)
            word = next(iter(words))
            if len(words) != 1 or isinstance(word, Var):
                break
            use = word[0]
            operation = self._blocks[use[0]].operations[use[1]]
            if operation.opcode not in {Opcode.LOAD, Opcode.COPY}:
                break
            operand = operation.inputs[0]
        return operand

    def _on_entry(self, block: int, var: Var) -> frozenset[Word]:
        key = (block, var)
        if key not in self._entering:
            found: set[Word] = {var} if block == 0 else set()
            seen = {block}
            todo = list(self._leading[block])
            while todo:
                before = todo.pop()
                if before in seen and before != block:
                    continue
                places = self._assigned[before].get(var)
                if places:
                    found.add(((before, places[-1]), var))
                    continue
                if before in seen:
                    continue
                seen.add(before)
                if before == 0:
                    found.add(var)
                todo.extend(self._leading[before])
            self._entering[key] = frozenset(found)
        return self._entering[key]

    def cell(self, use: Use) -> tuple[Word, int] | None:
        """The memory that a LOAD or STORE names: a fixed distance from one word."""
        framed = self._framed.get(use)
        if framed is not None:
            return _FRAME, framed
        address = self._blocks[use[0]].operations[use[1]].inputs[0]
        distance = 0
        for _step in range(4):
            if not isinstance(address, Var):
                return None
            words = self.reaching(use, address)
            if len(words) != 1:
                return None
            (word,) = words
            if isinstance(word, Var):
                return word, distance
            use = word[0]
            operation = self._blocks[use[0]].operations[use[1]]
            first, *rest = operation.inputs
            if operation.opcode is Opcode.COPY and isinstance(first, Var):
                address = first
            elif operation.opcode in {Opcode.INT_ADD, Opcode.INT_SUB} and isinstance(rest[0], Const):
                half = 1 << 8 * rest[0].size - 1
                step = (rest[0].value & half - 1) - (rest[0].value & half)
                distance += step if operation.opcode is Opcode.INT_ADD else -step
                address = first
            else:
                return word, distance
        return None

    def _stored(self) -> dict[tuple[Word, int], list[Use]]:
        found: dict[tuple[Word, int], list[Use]] = {}
        for index, block in enumerate(self._blocks):
            for place, operation in enumerate(block.operations):
                if operation.opcode is Opcode.STORE:
                    cell = self.cell((index, place))
                    if cell is not None:
                        found.setdefault(cell, []).append((index, place))
        return found

    def read_by(self, use: Use) -> list[frozenset[Word]]:
        """What an operation's result is made of: for each thing it reads, all that may have been assigned to that.
        Nothing for an operation of which nothing more is known."""
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}:
            return []
        if operation.opcode is not Opcode.LOAD:
            return [self.reaching(use, operand) for operand in operation.inputs if isinstance(operand, Var)]
        found: set[Word] = set()
        for store in self.stores_of(use):
            value = self._blocks[store[0]].operations[store[1]].inputs[1]
            if isinstance(value, Var):
                found.update(self.reaching(store, value))
        index = self._index(use)
        return [frozenset(found), frozenset(index)] if index else [frozenset(found)]

    def _before(self, use: Use) -> list[Word]:
        return [word for words in self.read_by(use) for word in words]

    def _index(self, use: Use) -> list[Word]:
        """What the address of a LOAD is made of, when it is computed from more than one word: an index into a table."""
        cell = self.cell(use)
        if cell is None:
            address = self._blocks[use[0]].operations[use[1]].inputs[0]
            return list(self.reaching(use, address)) if isinstance(address, Var) else []
        word = cell[0]
        if isinstance(word, Var):
            return []
        operation = self._blocks[word[0][0]].operations[word[0][1]]
        computed = operation.opcode not in {Opcode.LOAD, Opcode.CALL, Opcode.CALLOTHER, Opcode.COPY}
        return [word] if computed and len(operation.inputs) > 1 else []

    def loads_of(self, cell: tuple[Word, int]) -> list[tuple[Use, Var]]:
        """The loads of a cell."""
        return [
            ((index, place), operation.output)
            for index, block in enumerate(self._blocks)
            for place, operation in enumerate(block.operations)
            if operation.opcode is Opcode.LOAD and operation.output is not None and self.cell((index, place)) == cell
        ]

    def is_framed(self, use: Use) -> bool:
        """Whether a LOAD or STORE is at a known distance from the stack pointer on entry."""
        return use in self._framed

    def stores_of(self, use: Use) -> list[Use]:
        """The stores to the cell that a LOAD names."""
        cell = self.cell(use)
        return [] if cell is None else self._stores.get(cell, [])

    def made_of(self, wanted: Iterable[Word], at_most: int | None = None) -> set[Word]:
        """All words that these are computed from, themselves included; none when there are more than ``at_most``."""
        found: set[Word] = set()
        todo = list(wanted)
        while todo:
            word = todo.pop()
            if word not in found:
                found.add(word)
                if at_most is not None and len(found) > at_most:
                    return set()
                if not isinstance(word, Var):
                    todo.extend(self._before(word[0]))
        return found

    def sources(self, words: Iterable[Word]) -> set[Word]:
        """Those words that nothing more is known of: parameters, results of calls, loads from elsewhere."""
        found: set[Word] = set()
        for word in words:
            if isinstance(word, Var):
                found.add(word)
                continue
            operation = self._blocks[word[0][0]].operations[word[0][1]]
            opaque = operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}
            unknown = operation.opcode is Opcode.COPY and isinstance(operation.inputs[0], Unknown)
            if opaque or unknown or (operation.opcode is Opcode.LOAD and not self.stores_of(word[0])):
                found.add(word)
        return found
