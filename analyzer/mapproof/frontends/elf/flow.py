"""Which assignments reach which uses in a function of machine code, found out on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.elf.framed import Cell, Seen, Use, View, framed
from mapproof.model.ir import Const, Opcode, Place, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.ir import Function, Operand, Operation

Word = tuple[Use, Var] | Var
"""What a variable holds: as assigned by an operation, or as the function was entered."""


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
        self._framed = framed(function)
        self._seen = Seen(function.blocks, self._framed, self._leading)
        self._stores = self._stored()

    def operation(self, use: Use) -> Operation:
        """The operation that a use is."""
        return self._blocks[use[0]].operations[use[1]]

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
        cell = self._framed.get(use)
        if cell is not None:
            return Var(f"the frame {cell.frame}", 0), cell.distance
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
        """What the address of a LOAD is made of, when it is computed from more than one word (an index into a table),
        or is one of several that are known."""
        address = self._blocks[use[0]].operations[use[1]].inputs[0]
        todo = list(self.reaching(use, address)) if isinstance(address, Var) and use not in self._framed else []
        several = len(todo) > 1
        found: list[Word] = []
        seen: set[Word] = set()
        while todo:
            word = todo.pop()
            if isinstance(word, Var) or word in seen:
                continue
            seen.add(word)
            operation = self._blocks[word[0][0]].operations[word[0][1]]
            first, *rest = operation.inputs or (None,)
            moved = operation.opcode in {Opcode.INT_ADD, Opcode.INT_SUB} and isinstance(rest[0], Const)
            if isinstance(first, Var) and (moved or operation.opcode is Opcode.COPY):
                before = self.reaching(word[0], first)
                several |= len(before) > 1
                todo.extend(before)
            elif operation.opcode is Opcode.COPY:
                found += [word] if several and isinstance(first, Const | Place) else []
            elif operation.opcode not in {Opcode.LOAD, Opcode.CALL, Opcode.CALLOTHER} and rest:
                found.append(word)
        return found

    def loads_of(self, cell: tuple[Word, int]) -> list[tuple[Use, Var]]:
        """The loads of a cell."""
        return [
            ((index, place), operation.output)
            for index, block in enumerate(self._blocks)
            for place, operation in enumerate(block.operations)
            if operation.opcode is Opcode.LOAD and operation.output is not None and self.cell((index, place)) == cell
        ]

    def framed(self, use: Use) -> Cell | None:
        """What of a frame a LOAD or STORE names, where that lies at a known distance from the frame's base."""
        return self._framed.get(use)

    def framed_uses(self, opcode: Opcode) -> list[Use]:
        """The LOADs, or the STOREs, of which :meth:`framed` is known."""
        return [use for use in self._framed if self._blocks[use[0]].operations[use[1]].opcode is opcode]

    def seen_by(self, use: Use) -> View:
        """What a LOAD from a known place of the frame may see."""
        return self._seen.by(use, self._framed[use])

    def stores_of(self, use: Use) -> list[Use]:
        """The stores to the cell that a LOAD names; where that is one of the frame, those that it may see."""
        stores = self.stores_anywhere(use)
        if len(stores) < 2 or use not in self._framed:
            return stores
        seen = self.seen_by(use).stores
        return [store for store in stores if store in seen]

    def stores_anywhere(self, use: Use) -> list[Use]:
        """The stores to the cell that a LOAD names, whatever their order."""
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
